#include "config/short_form.hpp"

#include "config/tables.hpp"

#include <algorithm>
#include <cctype>

namespace actorbot::config {

namespace {

std::string with_underscores(std::string key) {
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

std::string upper(std::string text) {
  for (auto& c : text)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string lower(std::string text) {
  for (auto& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool has_row(const parameter_table& rows, const std::string& key) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const parameter& spec) { return spec.name == key; });
}

bool all_digits(const std::string& text) {
  return !text.empty()
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator)
      parts.emplace_back();
    else if (c != ' ')
      parts.back() += c;
  }
  return parts;
}

const origin command_line{"command line", 0, 0};

node untyped(std::string text, const origin& where) {
  node value;
  value.kind = node_kind::untyped;
  value.text = std::move(text);
  value.where = where;
  return value;
}

/// Builds the document that the file would be.
class short_form_builder {
 public:
  short_form_builder(const std::vector<short_option>& options, const known_kinds& kinds)
      : options_{options}, kinds_{kinds} {
    root_.where = command_line;
  }

  load_result run() {
    read_choices();
    for (const auto& option : options_)
      place(option);
    add_instruments();
    add_defaults();
    add_name();
    auto out = build(root_, kinds_);
    if (ticker_.empty()) // said already, as the option
      std::erase_if(out.errors, [](const config_error& e) {
        return e.code == error_code::missing && e.key.ends_with(".instruments");
      });
    for (auto& error : out.errors)
      name_option(error);
    out.errors.insert(out.errors.begin(), errors_.begin(), errors_.end());
    if (!out.errors.empty())
      out.config.reset();
    return out;
  }

 private:
  /// Which strategy, which venues, which ticker: these decide where all other keys go.
  void read_choices() {
    for (const auto& option : options_) {
      const auto key = with_underscores(option.key);
      const origin where{option.origin, 0, 0};
      if (key == "strategy") {
        strategy_ = lower(option.text);
        strategy_origin_ = where;
      } else if (key == "venue" || key == "exchange" || key == "exchanges") {
        venues_ = split(lower(option.text), ',');
        venue_origin_ = where;
      } else if (key == "ticker") {
        ticker_ = upper(option.text);
        ticker_origin_ = where;
      }
    }
    for (const auto& venue : venues_)
      put(venue_section(venue), "kind", venue, venue_origin_);
    put(strategy_section(), "kind", strategy_, strategy_origin_);
  }

  node& strategy_section() {
    return root_.table_at("strategies", command_line).table_at(strategy_, strategy_origin_);
  }

  node& venue_section(const std::string& name) {
    return root_.table_at("venues", command_line).table_at(name, venue_origin_);
  }

  static void put(node& table, const std::string& key, const std::string& text,
                  const origin& where) {
    table.members.push_back({key, where, untyped(text, where)});
  }

  void place(const short_option& option) {
    const auto key = with_underscores(option.key);
    const origin where{option.origin, 0, 0};
    for (const auto* chosen : {"strategy", "venue", "exchange", "exchanges", "ticker"})
      if (key == chosen)
        return;
    if (key == "set" || key == "strategy_params") {
      place_setting(option.text, where);
      return;
    }
    auto text = option.text.empty() ? std::string("true") : option.text;
    if (has_row(table_of(bot_fields()), key)) {
      put(root_.table_at("bot", command_line), key, text, where);
    } else if (has_row(venue_table(), key)) {
      for (const auto& venue : venues_)
        put(venue_section(venue), key, text, where);
    } else {
      if (key == "wait_time" && all_digits(text))
        text += 's';
      put(strategy_section(), key, text, where);
    }
  }

  /// "KEY=VALUE", "SECTION.KEY=VALUE".
  void place_setting(const std::string& setting, const origin& where) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      // The text is not repeated: it may be a secret that lost its key.
      errors_.push_back({error_code::bad_value, where, "", "expected KEY=VALUE"});
      return;
    }
    const auto key = with_underscores(setting.substr(0, equals));
    const auto text = setting.substr(equals + 1);
    const origin named{where.source + ' ' + key, 0, 0};
    const auto dot = key.find('.');
    if (dot == std::string::npos) {
      put(strategy_section(), key, text, named);
      return;
    }
    const auto section = key.substr(0, dot);
    const auto rest = key.substr(dot + 1);
    const std::vector<std::string> sections{"bot", "risk", "venue", "runtime", "report"};
    if (section == "venue")
      for (const auto& venue : venues_)
        put(venue_section(venue), rest, text, named);
    else if (std::find(sections.begin(), sections.end(), section) != sections.end())
      put(root_.table_at(section, command_line), rest, text, named);
    else
      errors_.push_back(
          {error_code::unknown_key, named, key,
           "unknown section " + quoted(section) + suggest(section, sections, "known sections")});
  }

  void add_instruments() {
    if (ticker_.empty()) {
      errors_.push_back({error_code::missing, command_line, "ticker",
                         "--ticker is missing: the base asset to trade, e.g. --ticker BTC"});
      return;
    }
    node list;
    list.kind = node_kind::array;
    list.where = ticker_origin_;
    for (const auto& venue : venues_)
      list.items.push_back(untyped(venue + ':' + ticker_, ticker_origin_));
    strategy_section().members.push_back({"instruments", ticker_origin_, std::move(list)});
  }

  bool on_paper() const {
    return std::all_of(venues_.begin(), venues_.end(), [&](const std::string& venue) {
      const auto it = kinds_.venues.find(venue);
      return it != kinds_.venues.end() && it->second.simulated;
    });
  }

  /// The key, or one of its other names, was given.
  bool given(const node& section, const parameter_table& rows, const std::string& key) const {
    if (section.find(key))
      return true;
    for (const auto& spec : rows)
      if (spec.name == key)
        return std::any_of(spec.aliases.begin(), spec.aliases.end(),
                           [&](const std::string& alias) { return section.find(alias); });
    return false;
  }

  void add_defaults() {
    const auto kind = kinds_.strategies.find(strategy_);
    if (!on_paper() || kind == kinds_.strategies.end())
      return;
    for (const auto& each : short_form_defaults()) {
      if (!each.strategy.empty() && each.strategy != strategy_)
        continue;
      const auto dot = each.key.find('.');
      if (dot != std::string::npos) {
        auto& section = root_.table_at(each.key.substr(0, dot), command_line);
        if (!section.find(each.key.substr(dot + 1)))
          put(section, each.key.substr(dot + 1), each.text, command_line);
      } else if (has_row(kind->second.parameters, each.key)
                 && !given(strategy_section(), kind->second.parameters, each.key)) {
        put(strategy_section(), each.key, each.text, command_line);
      }
    }
  }

  /// "grid-btc-paper": two short forms on one account differ in their client order ids when they
  /// differ in anything that matters.
  void add_name() {
    auto& bot = root_.table_at("bot", command_line);
    if (bot.find("name"))
      return;
    auto name = strategy_ + '-' + lower(ticker_);
    for (const auto& venue : venues_)
      name += '-' + venue;
    std::string usable;
    for (char c : name.substr(0, 32))
      usable += std::isalnum(static_cast<unsigned char>(c)) || c == '_' ? c : '-';
    put(bot, "name", usable, command_line);
  }

  /// What is missing is an option here, not a key of a section.
  static void name_option(config_error& error) {
    if (error.code != error_code::missing)
      return;
    const auto colon = error.text.find("]: ");
    const auto why
        = colon == std::string::npos ? std::string{} : ": " + error.text.substr(colon + 3);
    const auto key = error.key.substr(error.key.rfind('.') + 1);
    auto option = "--" + key;
    std::replace(option.begin(), option.end(), '_', '-');
    if (error.key.starts_with("risk."))
      option = "--set risk." + key + "=VALUE";
    error.where = command_line;
    error.text = option + " is missing" + why;
  }

  const std::vector<short_option>& options_;
  const known_kinds& kinds_;
  node root_;
  std::vector<config_error> errors_;
  std::string strategy_ = "grid";
  origin strategy_origin_ = command_line;
  std::vector<std::string> venues_{"paper"};
  origin venue_origin_ = command_line;
  std::string ticker_;
  origin ticker_origin_ = command_line;
};

} // namespace

load_result from_short_form(const std::vector<short_option>& options, const known_kinds& kinds) {
  return short_form_builder{options, kinds}.run();
}

const std::vector<short_form_default>& short_form_defaults() {
  static const std::vector<short_form_default> defaults{
      {"grid", "quantity", "0.01", "size of every entry"},
      {"grid", "take_profit", "0.02%", "small, so that cycles complete while one watches"},
      {"grid", "direction", "buy", "side of the entries"},
      {"grid", "max_orders", "10", "close orders resting at the same time"},
      {"grid", "wait_time", "2s", "base of the cool-down"},
      {"", "risk.repeated_executions", "1000", "a fast demonstration is no fault"},
  };
  return defaults;
}

} // namespace actorbot::config
