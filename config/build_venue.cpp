#include "config/build_parts.hpp"

#include <algorithm>
#include <charconv>

namespace actorbot::config {

namespace {

/// "https://HOST:PORT"; no path, no user, TLS only.
std::optional<local_endpoint> parse_endpoint(std::string_view text, std::string_view scheme) {
  if (!text.starts_with(scheme))
    return std::nullopt;
  text.remove_prefix(scheme.size());
  local_endpoint out;
  const auto colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && !text.ends_with(']');
  if (has_port) {
    const auto digits = text.substr(colon + 1);
    const auto end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, out.port);
    if (result.ec != std::errc{} || result.ptr != end || out.port == 0)
      return std::nullopt;
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']')) // an IPv6 address
    text = text.substr(1, text.size() - 2);
  else if (text.find(':') != std::string_view::npos)
    return std::nullopt;
  const bool valid = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '.' || c == ':' || c == '_';
  });
  if (!valid)
    return std::nullopt;
  out.host = text;
  return out;
}

/// The common rows with this kind's environments. A kind that has one needs no key.
parameter_table rows_of(const venue_kind& kind) {
  parameter_table rows;
  for (auto spec : venue_table()) {
    if (spec.name == "environment") {
      if (kind.environments.empty())
        continue;
      spec.choices = kind.environments;
      spec.required = kind.environments.size() > 1;
      if (!spec.required)
        spec.default_text = kind.environments.front();
    }
    rows.push_back(std::move(spec));
  }
  return rows;
}

struct endpoint_reader {
  const member& section;
  const std::string& path;
  const section_values& read;
  bool local;
  error_list& errors;

  std::optional<local_endpoint> operator()(const std::string& key, std::string_view scheme) const {
    const auto full = path + '.' + key;
    const auto* m = section.value.find(key);
    if (!m) {
      if (local)
        errors.add(error_code::missing, section.value.where, full,
                   "required key `" + key + "` is missing in [" + path
                       + "]: a local environment needs it (e.g. " + std::string(scheme)
                       + "localhost:9443)");
      return std::nullopt;
    }
    if (!read.values.has(key))
      return std::nullopt;
    if (!local) {
      errors.add(error_code::bad_value, m->where, full,
                 "`" + key + "` is for environment = \"local\" only");
      return std::nullopt;
    }
    const auto& text = read.values.text(key);
    auto endpoint = parse_endpoint(text, scheme);
    if (!endpoint)
      errors.add(error_code::bad_value, m->value.where, full,
                 "`" + key + "`: " + quoted(text) + " is not " + std::string(scheme)
                     + "HOST:PORT (TLS only, no path)");
    return endpoint;
  }
};

} // namespace

parameter_table combined(const parameter_table& common, const parameter_table& own) {
  auto rows = common;
  for (const auto& spec : own)
    if (std::none_of(common.begin(), common.end(),
                     [&](const parameter& c) { return c.name == spec.name; }))
      rows.push_back(spec);
  return rows;
}

own_parameters own_part(const section_values& read, const parameter_table& common,
                        const parameter_table& own) {
  own_parameters out;
  for (const auto& spec : own) {
    const auto it = read.values.all().find(spec.name);
    const bool taken = std::any_of(common.begin(), common.end(),
                                   [&](const parameter& c) { return c.name == spec.name; });
    if (it == read.values.all().end() || taken)
      continue;
    out.values.set(spec.name, it->second);
    if (spec.kind != parameter_kind::secret)
      continue;
    out.secret_names.insert(spec.name);
    if (!spec.required && !read.given.contains(spec.name))
      out.optional_secrets.insert(spec.name);
  }
  return out;
}

parameter_values read_risk_overrides(const node& section, const std::string& path,
                                     const parameter_table& rows, error_list& errors) {
  const auto full = path + ".risk";
  const auto* table = table_member(section, "risk", full, errors);
  if (!table)
    return {};
  section_request request{table, table->where, full, &rows};
  request.defaults = default_policy::none;
  return read_section(request, errors).values;
}

venue_config build_venue(const member& section, const known_kinds& kinds, const node& bot_section,
                         bool live, const venue_kind*& kind, error_list& errors) {
  venue_config out;
  out.name = section.key;
  const auto path = "venues." + section.key;
  kind = find_kind(section, path, kinds.venues, out.kind, errors);
  if (!kind) {
    read_risk_overrides(section.value, path, venue_risk_table(), errors);
    return out;
  }
  out.simulated = kind->simulated;
  const auto common = rows_of(*kind);
  const auto rows = combined(common, kind->parameters);
  const auto read
      = read_section({&section.value, section.value.where, path, &rows, {"risk"}}, errors);
  if (read.values.has("environment"))
    out.environment = read.values.text("environment");
  if (read.values.has("ca_file"))
    out.ca_file = read.values.text("ca_file");
  if (read.values.has("dead_man"))
    out.dead_man = read.values.span("dead_man");
  const bool known = kind->environments.empty() || read.values.has("environment");
  if (known) {
    const endpoint_reader endpoint{section, path, read, out.environment == "local", errors};
    out.rest = endpoint("rest", "https://");
    out.ws = endpoint("ws", "wss://");
  }
  if (out.environment == "mainnet" && !kind->simulated && !live) {
    const auto* given = section.value.find("environment");
    const auto* flag = bot_section.find("live");
    errors.add(error_code::live_required, given ? given->value.where : section.value.where,
               path + ".environment",
               "[" + path + "] trades real money (mainnet): set `live = true` in [bot]"
                   + (flag ? " (it is false in " + to_string(flag->where) + ')' : std::string{})
                   + ", or environment = \"testnet\"");
  }
  out.parameters = own_part(read, common, kind->parameters);
  out.risk = read_risk_overrides(section.value, path, venue_risk_table(), errors);
  return out;
}

} // namespace actorbot::config
