#include "venues/aster/server_filters.hpp"

#include <algorithm>

namespace actorbot::venues::aster::server {

namespace {

/// Where a rule sets no bound; keeps every product of two numbers within a decimal.
const decimal no_bound = decimal::from_int(1'000'000'000);

decimal bound_or(decimal bound) { return bound.is_zero() ? no_bound : std::min(bound, no_bound); }

bool finer_than(decimal value, int places) {
  return !value.is_multiple_of(decimal::from_parts(1, -places));
}

} // namespace

std::optional<failure> check_price(const exchange::market_rules& rules, const market_format& format,
                                   decimal value) {
  if (!value.is_positive())
    return failure{-4001, "Price less than 0."};
  if (finer_than(value, format.price_precision))
    return refuse::precision();
  if (value < rules.min_price.value())
    return failure{-4013, "Price less than min price."};
  if (value > bound_or(rules.max_price.value()))
    return failure{-4002, "Price greater than max price."};
  if (!(value - rules.min_price.value()).is_multiple_of(rules.tick))
    return failure{-4014, "Price not increased by tick size."};
  return std::nullopt;
}

std::optional<failure> check_quantity(const exchange::market_rules& rules,
                                      const market_format& format, order_type type, decimal value) {
  if (!value.is_positive())
    return failure{-4003, "Quantity less than or equal to zero."};
  if (finer_than(value, format.size_precision))
    return refuse::precision();
  if (value < rules.min_quantity.value())
    return failure{-4004, "Quantity less than min quantity."};
  const bool market = type == order_type::market && !rules.max_market_quantity.is_zero();
  const auto most = market ? rules.max_market_quantity : rules.max_quantity;
  if (value > bound_or(most.value()))
    return failure{-4005, "Quantity greater than max quantity."};
  if (!(value - rules.min_quantity.value()).is_multiple_of(rules.lot))
    return failure{-4023, "Qty not increased by step size."};
  return std::nullopt;
}

bool is_client_id(std::string_view text) {
  constexpr std::string_view others = ".:/_-";
  return !text.empty() && text.size() <= 36 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
           || others.find(c) != others.npos;
  });
}

} // namespace actorbot::venues::aster::server
