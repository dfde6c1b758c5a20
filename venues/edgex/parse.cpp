#include "venues/edgex/parse.hpp"

#include <algorithm>
#include <charconv>

namespace actorbot::venues::edgex {

namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

} // namespace

std::optional<std::uint64_t> parse_integer(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X"))
    return parse_unsigned(text);
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return value;
}

std::optional<decimal> decimal_of_either(simdjson::dom::element from, std::string_view name,
                                         std::string_view other) {
  return long_decimal_of(from, member_of(from, name) ? name : other);
}

std::optional<std::uint64_t> id_of(simdjson::dom::element from, std::string_view name) {
  const auto value = member_of(from, name);
  std::uint64_t number = 0;
  if (value && value->get(number) == simdjson::SUCCESS)
    return number;
  return parse_unsigned(text_of(from, name));
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return upper(x) == upper(y); });
}

} // namespace actorbot::venues::edgex
