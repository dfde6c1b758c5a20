#pragma once

#include "messages/decimal.hpp"
#include "messages/secret.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace actorbot {

/// What a parameter is, and so how its text is read. Percent, basis points and ratios carry their
/// unit in the text; a bare number where a unit is needed is refused with the spellings that do.
enum class parameter_kind : std::uint8_t {
  boolean,
  integer,
  number,      ///< a plain decimal without a unit (a multiple, a count that may be broken)
  ratio,       ///< "0.8%", "80bps"; held as a fraction (0.008)
  time_span,   ///< "35s", "250ms", "8h"
  size,        ///< base units, a plain decimal
  money,       ///< quote currency, a plain decimal
  quote_price, ///< quote currency per base unit, a plain decimal
  choice,      ///< one of `choices`
  text,
  secret, ///< never in the file: "env:NAME" or "file:PATH"
};

using parameter_value = std::variant<bool, std::int64_t, decimal, duration, std::string>;

/// One row of a parameter table. Parsing, validation, `actorbot strategies`, --help and docs are
/// generated from these rows.
struct parameter {
  std::string name;
  parameter_kind kind = parameter_kind::text;
  std::string help; ///< one line
  std::string
      default_text; ///< as one would write it in the file; empty with required = false: unset
  bool required = false;
  std::string minimum; ///< inclusive, as text of the same kind; empty = no bound
  std::string maximum;
  std::vector<std::string> choices;
  std::vector<std::string> aliases; ///< other accepted names (the classic bots')
};

using parameter_table = std::vector<parameter>;

/// Validated values by name: what parse_parameter accepted, defaults filled in.
class parameter_values {
 public:
  void set(std::string name, parameter_value value) { values_[std::move(name)] = std::move(value); }
  bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
  /// Overwrites and removes a text (a secret); nothing happens when there is none.
  void wipe(std::string_view name) {
    const auto found = values_.find(name);
    if (found == values_.end())
      return;
    if (auto* text = std::get_if<std::string>(&found->second))
      actorbot::wipe(*text);
    values_.erase(found);
  }

  // Each throws std::logic_error for a name that is not set or has another kind: the table and the
  // code that reads it disagree, which is a bug.
  bool boolean(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  decimal number(std::string_view name) const;
  duration span(std::string_view name) const;
  const std::string& text(std::string_view name) const;

  const std::map<std::string, parameter_value, std::less<>>& all() const { return values_; }

  friend bool operator==(const parameter_values&, const parameter_values&) = default;

 private:
  const parameter_value& at(std::string_view name) const;
  std::map<std::string, parameter_value, std::less<>> values_;
};

/// Either a value, or what is wrong in words that name what would be accepted.
struct parsed_parameter {
  std::optional<parameter_value> value;
  std::string error;
};

/// Reads one value in the spelling of the configuration file and checks kind, range and choices.
parsed_parameter parse_parameter(const parameter& spec, std::string_view text);

/// "0.8%" for a ratio, "35s" for a time span, and so on: what parse_parameter reads back.
std::string format_parameter(const parameter& spec, const parameter_value& value);

/// "ratio, e.g. 0.08% or 8bps" and so on, for help and errors.
std::string describe_kind(const parameter& spec);

} // namespace actorbot
