#include "messages/instrument.hpp"

#include <algorithm>

namespace actorbot {

namespace {

/// The step that `figures` significant digits leave at the size of `p`.
decimal significant_step(decimal p, int figures) {
  int digits = 0;
  for (auto power = decimal{1}; p >= power && digits < 20; ++digits)
    power = power * decimal{10};
  if (digits == 0)
    for (auto power = decimal::from_parts(1, -1); p < power && digits > -decimal::scale; --digits)
      power = decimal::divide(power, 10);
  return decimal::from_parts(1, std::max(digits - figures, -decimal::scale));
}

} // namespace

price round_price(const instrument& i, price p, rounding mode) {
  auto value = p.value();
  if (i.significant_figures != 0 && value.is_positive()) {
    const auto step = significant_step(value, i.significant_figures);
    if (step > i.tick)
      value = value.round_to(step, mode);
  }
  value = value.round_to(i.tick, mode);
  if (i.min_price.is_positive())
    value = std::max(value, i.min_price.value());
  if (i.max_price.is_positive())
    value = std::min(value, i.max_price.value());
  return price{value};
}

price round_price_passive(const instrument& i, price p, side s) {
  return round_price(i, p, s == side::buy ? rounding::floor : rounding::ceil);
}

quantity round_quantity_down(const instrument& i, quantity q) {
  auto value = q.value().round_to(i.lot, rounding::down);
  if (i.max_quantity.is_positive())
    value = std::min(value, i.max_quantity.value().round_to(i.lot, rounding::down));
  return value < i.min_quantity.value() ? quantity{} : quantity{value};
}

std::optional<reject_reason> violates_rules(const instrument& i, const order_request& order,
                                            price reference) {
  const bool market = order.type == order_type::market;
  if (!order.size.is_positive() || !order.size.value().is_multiple_of(i.lot)
      || order.size < i.min_quantity)
    return reject_reason::size;
  const auto most
      = market && i.max_market_quantity.is_positive() ? i.max_market_quantity : i.max_quantity;
  if (most.is_positive() && order.size > most)
    return reject_reason::size;
  const auto at = market ? reference : order.limit_price;
  if (!market && (!at.is_positive() || at != round_price(i, at, rounding::half_even)))
    return reject_reason::price_tick;
  if (!order.reduce_only && i.min_notional.is_positive()
      && notional(at, order.size) < i.min_notional)
    return reject_reason::notional;
  return std::nullopt;
}

} // namespace actorbot
