#pragma once

#include "messages/decimal.hpp"
#include "messages/time.hpp"

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

/// How clients read JSON. Money and sizes become exact decimals from the characters of the text;
/// nothing goes through floating point. Nothing here throws.
namespace actorbot::venues {

/// A whole text of digits that fits 64 bits.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

/// Milliseconds since 1970 as digits, within the years 1970 to 2262.
std::optional<timestamp> parse_ms(std::string_view text);

/// Microseconds since 1970 as digits, within the same years.
std::optional<timestamp> parse_us(std::string_view text);

/// A decimal that is not negative.
std::optional<decimal> parse_amount(std::string_view text);

/// A plain decimal of either sign whose digits beyond 1e-18 are cut off: averages and rates that
/// venues write with 25 decimals and more.
std::optional<decimal> parse_long(std::string_view text);

/// The validating parser with its buffers kept. Elements live until the next call.
class json_parser {
 public:
  /// Empty when the text is not one valid JSON document. `text` must be followed by at least 64
  /// readable bytes.
  std::optional<simdjson::dom::element> parse(std::string_view text);

 private:
  simdjson::dom::parser parser_;
};

/// The member itself; empty when absent.
std::optional<simdjson::dom::element> member_of(simdjson::dom::element from, std::string_view name);

/// The member as an array; empty when absent or of another type.
std::optional<simdjson::dom::array> array_of(simdjson::dom::element from, std::string_view name);

/// The member as text; empty view when absent or no text.
std::string_view text_of(simdjson::dom::element from, std::string_view name);

/// A member that is an integer, or a text that is one ("code":"200").
std::optional<std::int64_t> integer_of(simdjson::dom::element from, std::string_view name);

/// A member that is a text holding a decimal, or an integer.
std::optional<decimal> decimal_of(simdjson::dom::element from, std::string_view name);

/// The same, cut off as parse_long does it.
std::optional<decimal> long_decimal_of(simdjson::dom::element from, std::string_view name);

/// A member that is a boolean; empty when absent or of another type.
std::optional<bool> boolean_of(simdjson::dom::element from, std::string_view name);

/// A member in milliseconds since 1970; zero when absent or absurd.
timestamp time_of(simdjson::dom::element from, std::string_view name);

/// The same in microseconds.
timestamp us_time_of(simdjson::dom::element from, std::string_view name);

} // namespace actorbot::venues
