#include "config/describe.hpp"

#include "config/tables.hpp"

#include <cstdio>

namespace actorbot::config {

namespace {

/// A TOML basic string.
std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04X", static_cast<unsigned>(byte));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string toml_value(const parameter& spec, const parameter_value& value) {
  const auto text = format_parameter(spec, value);
  switch (spec.kind) {
  case parameter_kind::boolean:
  case parameter_kind::integer:
    return text;
  case parameter_kind::number:
  case parameter_kind::size:
  case parameter_kind::money:
  case parameter_kind::quote_price:
    // A longer whole number does not fit the 64 bits of a TOML integer.
    return text.size() <= 18 ? text : toml_text(text);
  default:
    return toml_text(text);
  }
}

class writer {
 public:
  void header(const std::string& section) {
    if (!out_.empty())
      out_ += '\n';
    out_ += '[' + section + "]\n";
  }

  void line(const std::string& key, const std::string& value) {
    out_ += key + " = " + value + '\n';
  }

  void text(const std::string& key, const std::string& value) {
    if (!value.empty())
      line(key, toml_text(value));
  }

  template <class S>
  void rows(const fields<S>& all, const S& from) {
    for (const auto& row : all)
      if (const auto value = row.get(from))
        line(row.spec.name, toml_value(row.spec, *value));
  }

  void values(const parameter_table& table, const parameter_values& from,
              const std::set<std::string>& hidden = {}) {
    for (const auto& spec : table)
      if (const auto it = from.all().find(spec.name);
          it != from.all().end() && !hidden.contains(spec.name))
        line(spec.name, toml_value(spec, it->second));
  }

  void risk(const std::string& section, const parameter_table& table,
            const parameter_values& from) {
    if (from.all().empty())
      return;
    header(section + ".risk");
    values(table, from);
  }

  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string endpoint_text(const std::string& scheme, const local_endpoint& endpoint) {
  const bool ipv6 = endpoint.host.find(':') != std::string::npos;
  return scheme + (ipv6 ? '[' + endpoint.host + ']' : endpoint.host) + ':'
         + std::to_string(endpoint.port);
}

void write_venue(writer& out, const venue_config& venue, const known_kinds& kinds) {
  const auto section = "venues." + venue.name;
  out.header(section);
  out.text("kind", venue.kind);
  out.text("environment", venue.environment);
  if (venue.rest)
    out.text("rest", endpoint_text("https://", *venue.rest));
  if (venue.ws)
    out.text("ws", endpoint_text("wss://", *venue.ws));
  out.text("ca_file", venue.ca_file);
  if (venue.dead_man > duration{0})
    out.text("dead_man", to_text(venue.dead_man));
  if (const auto it = kinds.venues.find(venue.kind); it != kinds.venues.end())
    out.values(it->second.parameters, venue.parameters.values, venue.parameters.optional_secrets);
  out.risk(section, venue_risk_table(), venue.risk);
}

void write_strategy(writer& out, const strategy_config& strategy, const known_kinds& kinds) {
  const auto section = "strategies." + strategy.name;
  out.header(section);
  out.text("kind", strategy.kind);
  std::string list;
  for (const auto& i : strategy.instruments)
    list += (list.empty() ? "" : ", ") + toml_text(i.venue + ':' + i.ticker);
  out.line("instruments", '[' + list + ']');
  out.text("on_stop", std::string(to_string(strategy.on_stop)));
  if (const auto it = kinds.strategies.find(strategy.kind); it != kinds.strategies.end())
    out.values(it->second.parameters, strategy.parameters.values,
               strategy.parameters.optional_secrets);
  out.risk(section, strategy_risk_table(), strategy.risk);
}

} // namespace

std::string describe(const bot_config& config, const known_kinds& kinds) {
  writer out;
  out.header("bot");
  out.rows(bot_fields(), config.bot);
  out.header("runtime");
  out.rows(runtime_fields(), config.runtime);
  out.header("risk");
  out.rows(risk_fields(), config.risk);
  for (const auto& venue : config.venues)
    write_venue(out, venue, kinds);
  for (const auto& strategy : config.strategies)
    write_strategy(out, strategy, kinds);
  const auto supervisor = [&](const char* name, const fields<supervision_settings>& rows) {
    out.header(std::string("supervision.") + name);
    out.rows(rows, config.supervision);
  };
  supervisor("root", root_supervision_fields());
  supervisor("venues", venues_supervision_fields());
  supervisor("venue", venue_supervision_fields());
  supervisor("strategies", strategies_supervision_fields());
  out.header("report");
  out.rows(report_fields(), config.report);
  return out.take();
}

std::string configuration_hash(const bot_config& config, const known_kinds& kinds) {
  std::uint64_t hash = 0xcbf29ce484222325ULL; // FNV-1a
  for (char c : describe(config, kinds))
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

} // namespace actorbot::config
