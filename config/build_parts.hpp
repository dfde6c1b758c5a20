#pragma once

#include "config/bot_config.hpp"
#include "config/known_kinds.hpp"
#include "config/section.hpp"

#include <map>
#include <optional>
#include <string>

/// The parts of build(): one [venues.NAME], one [strategies.NAME].
namespace actorbot::config {

/// The venues of the file as far as a strategy must know them.
struct defined_venue {
  const venue_kind* kind = nullptr; ///< null: its section has errors
};
using defined_venues = std::map<std::string, defined_venue, std::less<>>;

/// The kind that the section names, else its own name; null and an error when there is none such.
template <class Kind>
const Kind* find_kind(const member& section, const std::string& path,
                      const std::map<std::string, Kind, std::less<>>& kinds, std::string& name,
                      error_list& errors) {
  std::vector<std::string> known;
  for (const auto& [each, kind] : kinds)
    known.push_back(each);
  name = section.key;
  const auto* given = section.value.find("kind");
  if (given) {
    parameter spec;
    spec.name = "kind";
    const auto text = text_of(given->value, spec, path + ".kind", errors);
    if (!text)
      return nullptr;
    name = *text;
  }
  if (const auto it = kinds.find(name); it != kinds.end())
    return &it->second;
  if (given)
    errors.add(error_code::unknown_kind, given->value.where, path + ".kind",
               "unknown kind " + quoted(name) + " in [" + path + ']'
                   + suggest(name, known, "known kinds"));
  else
    errors.add(error_code::missing, section.value.where, path + ".kind",
               "key `kind` is missing in [" + path + "], and " + quoted(name) + " is no kind"
                   + suggest(name, known, "known kinds"));
  return nullptr;
}

/// `common` and then the rows of `own` whose names are not taken.
parameter_table combined(const parameter_table& common, const parameter_table& own);

/// The values of `own` alone out of what was read with the combined table.
own_parameters own_part(const section_values& read, const parameter_table& common,
                        const parameter_table& own);

/// Reads [SECTION.risk]: given limits only.
parameter_values read_risk_overrides(const node& section, const std::string& path,
                                     const parameter_table& rows, error_list& errors);

/// `kind` is set whenever it is known, whatever else is wrong.
venue_config build_venue(const member& section, const known_kinds& kinds, const node& bot_section,
                         bool live, const venue_kind*& kind, error_list& errors);

strategy_config build_strategy(const member& section, const known_kinds& kinds,
                               const defined_venues& venues, stop_action default_on_stop,
                               error_list& errors);

} // namespace actorbot::config
