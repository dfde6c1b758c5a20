#pragma once

#include "messages/decimal.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// JSON written straight into a string.
namespace actorbot::venues {

void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);

/// Every digit that is there, with zeros up to `places` decimals ("90000.1", 2 -> "90000.10").
void append_padded(std::string& out, decimal value, int places);

/// With quotes; what JSON or UTF-8 does not allow becomes "?".
void append_quoted(std::string& out, std::string_view text);

/// Appends JSON to a string. Commas are its business, the nesting is the caller's.
class json_writer {
 public:
  explicit json_writer(std::string& out) : out_{out} {}

  json_writer& open_object();
  json_writer& open_object(std::string_view name);
  json_writer& close_object();
  json_writer& open_array();
  json_writer& open_array(std::string_view name);
  json_writer& close_array();

  json_writer& text(std::string_view name, std::string_view value);
  json_writer& flag(std::string_view name, bool value);
  json_writer& integer(std::string_view name, std::int64_t value);
  json_writer& integer(std::string_view name, std::uint64_t value);
  /// A JSON string with all digits, at least `places` decimals.
  json_writer& amount(std::string_view name, decimal value, int places = 0);
  /// A JSON string rounded to `places` decimals.
  json_writer& rounded(std::string_view name, decimal value, int places);
  /// A JSON number with all digits.
  json_writer& number(std::string_view name, decimal value);
  json_writer& raw(std::string_view name, std::string_view json);
  /// Elements of an array.
  json_writer& item(std::string_view json);
  json_writer& text_item(std::string_view value);
  json_writer& amount_item(decimal value, int places = 0);
  json_writer& integer_item(std::int64_t value);

 private:
  void separate();
  void key(std::string_view name);
  std::string& out_;
};

/// Decimals of the last non-zero digit: 0.001 -> 3, 5 -> 0.
int places_of(decimal value);

} // namespace actorbot::venues
