#pragma once

#include "messages/decimal.hpp"
#include "venues/wire/json_reader.hpp"

namespace actorbot::venues::dydx {

/// A decimal that may have more than 18 decimals, as the Indexer writes quotients (rates, averages,
/// equity): what is beyond is cut off. Prices and sizes of orders are exact and not read with this.
inline std::optional<decimal> parse_long(std::string_view text) {
  const auto point = text.find('.');
  const auto most = point + 1 + decimal::scale;
  if (point != text.npos && text.size() > most
      && text.find_first_not_of("0123456789", point + 1) == text.npos)
    text = text.substr(0, most);
  return decimal::parse(text);
}

inline std::optional<decimal> long_decimal_of(simdjson::dom::element from, std::string_view name) {
  return parse_long(text_of(from, name));
}

} // namespace actorbot::venues::dydx
