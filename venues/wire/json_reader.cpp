#include "venues/wire/json_reader.hpp"

#include <charconv>
#include <limits>

namespace actorbot::venues {

namespace {

/// Largest time that fits a timestamp (nanoseconds in 64 bits).
constexpr std::uint64_t latest_ms = std::numeric_limits<std::int64_t>::max() / 1'000'000;
constexpr std::uint64_t latest_us = std::numeric_limits<std::int64_t>::max() / 1'000;

} // namespace

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return value;
}

std::optional<timestamp> parse_ms(std::string_view text) {
  const auto ms = parse_unsigned(text);
  if (!ms || *ms > latest_ms)
    return std::nullopt;
  return from_ms(static_cast<std::int64_t>(*ms));
}

std::optional<timestamp> parse_us(std::string_view text) {
  const auto us = parse_unsigned(text);
  if (!us || *us > latest_us)
    return std::nullopt;
  return from_us(static_cast<std::int64_t>(*us));
}

std::optional<decimal> parse_long(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos || text.size() - point <= decimal::scale + 1)
    return decimal::parse(text);
  const auto cut = point + 1 + decimal::scale;
  if (text.find_first_not_of("0123456789", cut) != std::string_view::npos)
    return std::nullopt;
  return decimal::parse(text.substr(0, cut));
}

std::optional<decimal> parse_amount(std::string_view text) {
  const auto value = decimal::parse(text);
  return value && !value->is_negative() ? value : std::nullopt;
}

std::optional<simdjson::dom::element> json_parser::parse(std::string_view text) {
  simdjson::dom::element root;
  if (text.empty() || parser_.parse(text.data(), text.size(), false).get(root) != simdjson::SUCCESS)
    return std::nullopt;
  return root;
}

std::optional<simdjson::dom::element> member_of(simdjson::dom::element from,
                                                std::string_view name) {
  simdjson::dom::element value;
  if (from[name].get(value) != simdjson::SUCCESS)
    return std::nullopt;
  return value;
}

std::optional<simdjson::dom::array> array_of(simdjson::dom::element from, std::string_view name) {
  simdjson::dom::array value;
  if (from[name].get(value) != simdjson::SUCCESS)
    return std::nullopt;
  return value;
}

std::string_view text_of(simdjson::dom::element from, std::string_view name) {
  std::string_view value;
  if (from[name].get(value) != simdjson::SUCCESS)
    return {};
  return value;
}

std::optional<std::int64_t> integer_of(simdjson::dom::element from, std::string_view name) {
  simdjson::dom::element member;
  if (from[name].get(member) != simdjson::SUCCESS)
    return std::nullopt;
  std::int64_t value = 0;
  if (member.get(value) == simdjson::SUCCESS)
    return value;
  std::string_view text;
  if (member.get(text) != simdjson::SUCCESS)
    return std::nullopt;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end)
    return std::nullopt;
  return value;
}

std::optional<decimal> decimal_of(simdjson::dom::element from, std::string_view name) {
  simdjson::dom::element member;
  if (from[name].get(member) != simdjson::SUCCESS)
    return std::nullopt;
  std::string_view text;
  if (member.get(text) == simdjson::SUCCESS)
    return decimal::parse(text);
  std::int64_t value = 0;
  if (!member.is<std::int64_t>() || member.get(value) != simdjson::SUCCESS)
    return std::nullopt;
  return decimal::from_int(value); // 64 bits always fit
}

std::optional<decimal> long_decimal_of(simdjson::dom::element from, std::string_view name) {
  const auto text = text_of(from, name);
  return text.empty() ? decimal_of(from, name) : parse_long(text);
}

std::optional<bool> boolean_of(simdjson::dom::element from, std::string_view name) {
  bool value = false;
  if (from[name].get(value) != simdjson::SUCCESS)
    return std::nullopt;
  return value;
}

timestamp time_of(simdjson::dom::element from, std::string_view name) {
  const auto ms = integer_of(from, name);
  if (!ms || *ms < 0 || static_cast<std::uint64_t>(*ms) > latest_ms)
    return {};
  return from_ms(*ms);
}

timestamp us_time_of(simdjson::dom::element from, std::string_view name) {
  const auto us = integer_of(from, name);
  if (!us || *us < 0 || static_cast<std::uint64_t>(*us) > latest_us)
    return {};
  return from_us(*us);
}

} // namespace actorbot::venues
