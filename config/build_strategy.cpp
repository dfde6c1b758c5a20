#include "config/build_parts.hpp"

#include <algorithm>

namespace actorbot::config {

namespace {

bool is_ticker(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  });
}

/// Reads `venue` + `ticker`, or `instruments`.
class instrument_reader {
 public:
  instrument_reader(const member& section, const std::string& path, const defined_venues& venues,
                    error_list& errors)
      : section_{section}, path_{path}, venues_{venues}, errors_{errors} {}

  std::vector<instrument_ref> run(const section_values& read, const strategy_kind* kind) {
    const auto* list = section_.value.find("instruments");
    const bool single = read.given.contains("venue") || read.given.contains("ticker");
    const auto before = errors_.size();
    if (list && single)
      errors_.add(error_code::bad_value, list->where, path_ + ".instruments",
                  "[" + path_
                      + "] has `instruments` and also `venue` or `ticker`: write one of "
                        "the two forms");
    else if (list)
      read_list(*list);
    else if (single)
      read_single(read);
    else
      errors_.add(error_code::missing, section_.value.where, path_ + ".instruments",
                  "[" + path_
                      + "] has no instrument: write `venue = \"NAME\"` and `ticker = "
                        "\"BTC\"`, or `instruments = [\"NAME:BTC\"]`");
    if (kind && before == errors_.size())
      check_count(*kind, list ? list->value.where : section_.value.where);
    return std::move(out_);
  }

 private:
  void read_single(const section_values& read) {
    for (const std::string key : {"venue", "ticker"})
      if (!read.given.contains(key))
        errors_.add(error_code::missing, section_.value.where, path_ + '.' + key,
                    "required key `" + key + "` is missing in [" + path_ + ']');
    const bool venue = read.values.has("venue");
    const bool ticker = read.values.has("ticker");
    const auto* venue_member = section_.value.find("venue");
    const auto* ticker_member = section_.value.find("ticker");
    if (venue && venue_member)
      check_venue(read.values.text("venue"), venue_member->value.where, path_ + ".venue");
    if (ticker && ticker_member)
      check_ticker(read.values.text("ticker"), ticker_member->value.where, path_ + ".ticker");
    if (venue && ticker)
      out_.push_back({read.values.text("venue"), read.values.text("ticker")});
  }

  void read_list(const member& list) {
    const auto key = path_ + ".instruments";
    if (list.value.kind != node_kind::array) {
      errors_.add(error_code::wrong_type, list.value.where, key,
                  "`instruments`: expected an array like [\"NAME:BTC\"], found "
                      + std::string(to_string(list.value.kind)));
      return;
    }
    for (const auto& item : list.value.items)
      read_item(item, key);
  }

  void read_item(const node& item, const std::string& key) {
    const bool is_text = item.kind == node_kind::text || item.kind == node_kind::untyped;
    const auto colon = is_text ? item.text.find(':') : std::string::npos;
    if (colon == std::string::npos) {
      errors_.add(is_text ? error_code::bad_value : error_code::wrong_type, item.where, key,
                  "`instruments`: expected \"VENUE:TICKER\", found "
                      + std::string(to_string(item.kind))
                      + (item.text.empty() ? std::string{} : ' ' + quoted(item.text)));
      return;
    }
    instrument_ref ref{item.text.substr(0, colon), item.text.substr(colon + 1)};
    check_venue(ref.venue, item.where, key);
    check_ticker(ref.ticker, item.where, key);
    if (std::find(out_.begin(), out_.end(), ref) != out_.end())
      errors_.add(error_code::duplicate, item.where, key,
                  "`instruments`: " + quoted(item.text) + " is given twice");
    out_.push_back(std::move(ref));
  }

  void check_venue(const std::string& name, const origin& where, const std::string& key) {
    if (venues_.contains(name))
      return;
    std::vector<std::string> defined;
    for (const auto& [each, venue] : venues_)
      defined.push_back(each);
    errors_.add(error_code::undefined_venue, where, key,
                "venue " + quoted(name) + " is not defined"
                    + (defined.empty() ? "; add a section [venues.NAME]"
                                       : suggest(name, defined, "defined venues")));
  }

  void check_ticker(const std::string& ticker, const origin& where, const std::string& key) {
    if (!is_ticker(ticker))
      errors_.add(error_code::bad_value, where, key,
                  quoted(ticker)
                      + " is not a ticker: expected letters, digits, -, _ and . "
                        "(e.g. BTC)");
  }

  void check_count(const strategy_kind& kind, const origin& where) {
    if (out_.size() >= kind.min_instruments && out_.size() <= kind.max_instruments)
      return;
    auto wanted = std::to_string(kind.min_instruments);
    if (kind.max_instruments != kind.min_instruments)
      wanted += " to " + std::to_string(kind.max_instruments);
    errors_.add(error_code::bad_value, where, path_ + ".instruments",
                "[" + path_ + "] has " + std::to_string(out_.size())
                    + " instruments, its kind takes " + wanted);
  }

  const member& section_;
  const std::string& path_;
  const defined_venues& venues_;
  error_list& errors_;
  std::vector<instrument_ref> out_;
};

/// The kind is wrong, so nobody can say which other keys are; instruments and limits can be
/// checked.
void read_without_kind(const member& section, const std::string& path, const defined_venues& venues,
                       error_list& errors) {
  section_request request{&section.value, section.value.where, path, &strategy_table()};
  for (const auto& m : section.value.members)
    if (std::none_of(strategy_table().begin(), strategy_table().end(),
                     [&](const parameter& spec) { return spec.name == m.key; }))
      request.other_keys.push_back(m.key);
  const auto read = read_section(request, errors);
  instrument_reader{section, path, venues, errors}.run(read, nullptr);
  read_risk_overrides(section.value, path, strategy_risk_table(), errors);
}

stop_action to_stop_action(const std::string& text) {
  for (const auto action : {stop_action::keep, stop_action::cancel, stop_action::flatten})
    if (text == to_string(action))
      return action;
  return stop_action::cancel;
}

} // namespace

strategy_config build_strategy(const member& section, const known_kinds& kinds,
                               const defined_venues& venues, stop_action default_on_stop,
                               error_list& errors) {
  strategy_config out;
  out.name = section.key;
  out.on_stop = default_on_stop;
  const auto path = "strategies." + section.key;
  const auto* kind = find_kind(section, path, kinds.strategies, out.kind, errors);
  if (!kind) {
    read_without_kind(section, path, venues, errors);
    return out;
  }
  const auto before = errors.size();
  const auto rows = combined(strategy_table(), kind->parameters);
  const auto read = read_section(
      {&section.value, section.value.where, path, &rows, {"instruments", "risk"}}, errors);
  out.parameters = own_part(read, strategy_table(), kind->parameters);
  if (before == errors.size() && kind->validate)
    for (const auto& sentence : kind->validate(out.parameters.values))
      errors.add(error_code::bad_value, section.value.where, path, "[" + path + "]: " + sentence);
  if (read.values.has("on_stop"))
    out.on_stop = to_stop_action(read.values.text("on_stop"));
  out.instruments = instrument_reader{section, path, venues, errors}.run(read, kind);
  out.risk = read_risk_overrides(section.value, path, strategy_risk_table(), errors);
  return out;
}

} // namespace actorbot::config
