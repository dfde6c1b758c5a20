#include "config/build.hpp"

#include "config/build_parts.hpp"
#include "config/tables.hpp"

#include <algorithm>

namespace actorbot::config {

namespace {

const std::vector<std::string> section_names{"bot",        "runtime",     "risk",  "venues",
                                             "strategies", "supervision", "report"};
const std::vector<std::string> supervisor_names{"root", "venues", "venue", "strategies"};

/// The common section that has this key, for a key that stands outside of its section.
std::optional<std::string> home_of(const std::string& key) {
  for (const auto& table : documented_tables())
    for (const auto& row : table.rows)
      if (row.name == key)
        return table.section;
  return std::nullopt;
}

class builder {
 public:
  builder(const node& root, const known_kinds& kinds, error_list& errors)
      : root_{root}, kinds_{kinds}, errors_{errors} {}

  bot_config run() {
    check_sections();
    read_bot();
    const auto runtime = section("runtime");
    out_.runtime = read_struct(request(runtime, "runtime"), runtime_fields(), errors_);
    const auto report = section("report");
    out_.report = read_struct(request(report, "report"), report_fields(), errors_);
    read_supervision();
    read_venues();
    read_strategies();
    read_risk();
    return std::move(out_);
  }

 private:
  const node* section(const std::string& name) { return table_member(root_, name, name, errors_); }

  section_request request(const node* table, std::string path) const {
    return {table, table ? table->where : root_.where, std::move(path)};
  }

  void check_sections() {
    for (const auto& m : root_.members) {
      if (std::find(section_names.begin(), section_names.end(), m.key) != section_names.end())
        continue;
      const bool table = m.value.kind == node_kind::table;
      const auto home = table ? std::nullopt : home_of(m.key);
      auto text = (table ? "unknown section [" + m.key + ']'
                         : "unknown key " + quoted(m.key) + " outside of any section");
      text += home ? ", it belongs to " + *home : suggest(m.key, section_names, "known sections");
      errors_.add(error_code::unknown_key, m.where, m.key, text);
    }
  }

  static const node* given_text(const node* table, std::string_view key) {
    const auto* m = table ? table->find(key) : nullptr;
    const bool is_text
        = m && (m->value.kind == node_kind::text || m->value.kind == node_kind::untyped);
    return is_text ? &m->value : nullptr;
  }

  void read_bot() {
    const auto* table = section("bot");
    out_.bot = read_struct(request(table, "bot"), bot_fields(), errors_);
    const auto* name = given_text(table, "name");
    if (name && !is_name(name->text))
      errors_.add(error_code::bad_value, name->where, "bot.name",
                  "`name`: " + quoted(name->text)
                      + " is not a name: expected at most 32 letters, digits, - and _");
    const auto* state_dir = given_text(table, "state_dir");
    if (state_dir && state_dir->text.empty())
      errors_.add(error_code::bad_value, state_dir->where, "bot.state_dir",
                  "`state_dir` is empty: expected a folder");
    if (out_.bot.number == 0)
      out_.bot.number = bot_number(out_.bot.name);
  }

  void read_supervision() {
    const auto* table = section("supervision");
    if (!table)
      return;
    for (const auto& m : table->members)
      if (std::find(supervisor_names.begin(), supervisor_names.end(), m.key)
          == supervisor_names.end())
        errors_.add(error_code::unknown_key, m.where, "supervision." + m.key,
                    "unknown key " + quoted(m.key) + " in [supervision]"
                        + suggest(m.key, supervisor_names, "known sections"));
    const auto read = [&](const std::string& name, const fields<supervision_settings>& rows) {
      const auto path = "supervision." + name;
      if (const auto* part = table_member(*table, name, path, errors_))
        out_.supervision = read_struct(request(part, path), rows, errors_, out_.supervision);
    };
    read("root", root_supervision_fields());
    read("venues", venues_supervision_fields());
    read("venue", venue_supervision_fields());
    read("strategies", strategies_supervision_fields());
  }

  /// The members of [venues] or [strategies] that are tables with a usable name, by name.
  std::vector<const member*> named_tables(const std::string& section_name) {
    std::vector<const member*> out;
    const auto* all = section(section_name);
    if (!all)
      return out;
    for (const auto& m : all->members) {
      const auto path = section_name + '.' + m.key;
      if (m.value.kind != node_kind::table)
        errors_.add(error_code::wrong_type, m.where, path,
                    "expected a section [" + section_name + ".NAME], found the key "
                        + quoted(m.key));
      else if (!is_name(m.key))
        errors_.add(error_code::bad_value, m.where, path,
                    "[" + section_name + ".NAME]: " + quoted(m.key)
                        + " is not a name: expected at most 32 letters, digits, - and _");
      else
        out.push_back(&m);
    }
    std::sort(out.begin(), out.end(),
              [](const member* a, const member* b) { return a->key < b->key; });
    return out;
  }

  void read_venues() {
    const node none;
    const auto* bot = root_.find("bot");
    for (const auto* m : named_tables("venues")) {
      auto& defined = venues_[m->key];
      out_.venues.push_back(
          build_venue(*m, kinds_, bot ? bot->value : none, out_.bot.live, defined.kind, errors_));
    }
  }

  void read_strategies() {
    const auto tables = named_tables("strategies");
    for (const auto* m : tables)
      out_.strategies.push_back(build_strategy(*m, kinds_, venues_, out_.bot.on_stop, errors_));
    const auto* all = root_.find("strategies");
    if (!all || all->value.members.empty())
      errors_.add(error_code::missing, all ? all->where : root_.where, "strategies",
                  "there is nothing to run: add a section [strategies.NAME]");
  }

  /// Orders of this bot can reach a real account, as far as its venues are known.
  bool trades_for_real() const {
    for (const auto& strategy : out_.strategies)
      for (const auto& instrument : strategy.instruments) {
        const auto it = venues_.find(instrument.venue);
        if (it != venues_.end() && it->second.kind && !it->second.kind->simulated)
          return true;
      }
    return false;
  }

  void read_risk() {
    auto what = request(section("risk"), "risk");
    if (trades_for_real())
      what.defaults = default_policy::optional_rows;
    out_.risk = read_struct(what, risk_fields(), errors_);
  }

  const node& root_;
  const known_kinds& kinds_;
  error_list& errors_;
  defined_venues venues_;
  bot_config out_;
};

/// What a part of the source that was skipped may have caused.
bool follows_from_skipping(const config_error& error) {
  return error.code == error_code::missing || error.code == error_code::undefined_venue
         || error.code == error_code::live_required;
}

} // namespace

load_result build(const node& root, const known_kinds& kinds, bool incomplete) {
  error_list errors;
  auto config = builder{root, kinds, errors}.run();
  load_result out;
  out.errors = errors.take();
  if (incomplete)
    std::erase_if(out.errors, follows_from_skipping);
  sort_by_place(out.errors);
  if (out.errors.empty())
    out.config = std::move(config);
  return out;
}

risk_limits limits_for(const bot_config& config, const strategy_config& strategy,
                       std::string_view venue) {
  auto limits = config.risk;
  for (const auto& v : config.venues)
    if (v.name == venue)
      apply_values(risk_fields(), v.risk, limits);
  apply_values(risk_fields(), strategy.risk, limits);
  return limits;
}

std::uint16_t bot_number(std::string_view name) {
  // FNV-1a, folded; zero is not a bot.
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (char c : name)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return static_cast<std::uint16_t>(1 + hash % 65535);
}

} // namespace actorbot::config
