#include "venues/grvt/parse.hpp"

namespace actorbot::venues::grvt {

namespace {

namespace dom = simdjson::dom;

std::optional<decimal> bounded(std::optional<decimal> value) {
  // So that scaled units and sums cannot overflow, whatever arrives.
  static const auto limit = decimal::from_parts(1, 15);
  return value && value->abs() <= limit ? value : std::nullopt;
}

} // namespace

std::optional<decimal> signed_amount_of(dom::element from, std::string_view name) {
  return bounded(decimal_of(from, name));
}

std::optional<decimal> amount_of(dom::element from, std::string_view name) {
  const auto value = signed_amount_of(from, name);
  return value && !value->is_negative() ? value : std::nullopt;
}

std::optional<decimal> amount_or_zero(dom::element from, std::string_view name) {
  const auto member = member_of(from, name);
  std::string_view text;
  if (!member || member->is_null() || (member->get(text) == simdjson::SUCCESS && text.empty()))
    return decimal{};
  return amount_of(from, name);
}

timestamp ns_of(dom::element from, std::string_view name) {
  const auto ns = integer_of(from, name);
  return ns && *ns >= 0 ? from_ns(*ns) : timestamp{};
}

std::optional<std::uint64_t> number_of(dom::element from, std::string_view name) {
  const auto member = member_of(from, name);
  std::uint64_t value = 0;
  if (member && member->is<std::uint64_t>() && member->get(value) == simdjson::SUCCESS)
    return value;
  return parse_unsigned(text_of(from, name));
}

std::optional<dom::element> first_of(dom::element from, std::string_view name) {
  const auto rows = array_of(from, name);
  if (!rows || rows->begin() == rows->end())
    return std::nullopt;
  return *rows->begin();
}

} // namespace actorbot::venues::grvt
