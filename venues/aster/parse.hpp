#pragma once

#include "messages/decimal.hpp"
#include "messages/time.hpp"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// How the client reads Aster's JSON. Money and sizes are texts and become exact decimals; nothing
/// goes through floating point. Two readers: a scanner for the flat frames of the hot path, and
/// simdjson's validating parser for everything else and for every frame that the scanner refuses.
namespace actorbot::venues::aster {

/// Members of a flat object whose names are single letters, as all public streams have them. A
/// value is the text between the quotes, or the bare number or literal.
class flat_fields {
 public:
  void clear() { present_ = 0; }
  /// False when the letter is there already or is no letter.
  bool set(char name, std::string_view value);
  /// Empty when absent.
  std::string_view operator[](char name) const {
    const auto i = index(name);
    return (present_ >> i & 1) != 0 ? value_[i] : std::string_view{};
  }

 private:
  static constexpr unsigned index(char c) {
    return c >= 'a' ? static_cast<unsigned>(c - 'a') + 26u : static_cast<unsigned>(c - 'A');
  }
  std::array<std::string_view, 52> value_;
  std::uint64_t present_ = 0;
};

/// Reads `{"stream":"<name>","data":{"e":"bookTicker",...}}` in one pass, members in any order.
/// False for anything that is not exactly such a flat frame: the caller then uses the full parser.
bool scan_flat_frame(std::string_view frame, flat_fields& out);

/// A whole text of digits that fits 64 bits.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

/// Milliseconds since 1970 as digits, within the years 1970 to 2262.
std::optional<timestamp> parse_ms(std::string_view text);

/// A decimal that is not negative.
std::optional<decimal> parse_amount(std::string_view text);

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

/// A member that is a boolean; empty when absent or of another type.
std::optional<bool> boolean_of(simdjson::dom::element from, std::string_view name);

/// A member in milliseconds since 1970; zero when absent or absurd.
timestamp time_of(simdjson::dom::element from, std::string_view name);

} // namespace actorbot::venues::aster
