#include "venues/exchange/types.hpp"

#include "venues/exchange/feed.hpp"

namespace actorbot::exchange {

std::string_view to_string(order_cause c) {
  switch (c) {
  case order_cause::accepted:
    return "accepted";
  case order_cause::trade:
    return "trade";
  case order_cause::cancelled:
    return "cancelled";
  case order_cause::dead_man:
    return "dead_man";
  case order_cause::expired:
    return "expired";
  case order_cause::amended:
    return "amended";
  case order_cause::resized:
    return "resized";
  case order_cause::liquidation:
    return "liquidation";
  }
  return "?";
}

std::string_view to_string(reject_code c) {
  switch (c) {
  case reject_code::none:
    return "none";
  case reject_code::unknown_account:
    return "unknown_account";
  case reject_code::unknown_market:
    return "unknown_market";
  case reject_code::market_closed:
    return "market_closed";
  case reject_code::price_tick:
    return "price_tick";
  case reject_code::price_range:
    return "price_range";
  case reject_code::price_band:
    return "price_band";
  case reject_code::lot:
    return "lot";
  case reject_code::min_quantity:
    return "min_quantity";
  case reject_code::max_quantity:
    return "max_quantity";
  case reject_code::min_notional:
    return "min_notional";
  case reject_code::too_many_open_orders:
    return "too_many_open_orders";
  case reject_code::duplicate_client_id:
    return "duplicate_client_id";
  case reject_code::insufficient_margin:
    return "insufficient_margin";
  case reject_code::reduce_only:
    return "reduce_only";
  case reject_code::post_only_would_cross:
    return "post_only_would_cross";
  case reject_code::fok_not_fillable:
    return "fok_not_fillable";
  case reject_code::no_liquidity:
    return "no_liquidity";
  case reject_code::self_trade:
    return "self_trade";
  case reject_code::expired_already:
    return "expired_already";
  case reject_code::unknown_order:
    return "unknown_order";
  case reject_code::order_is_final:
    return "order_is_final";
  case reject_code::bad_size:
    return "bad_size";
  case reject_code::bad_leverage:
    return "bad_leverage";
  case reject_code::ioc_remainder:
    return "ioc_remainder";
  case reject_code::time_expired:
    return "time_expired";
  case reject_code::liquidated:
    return "liquidated";
  }
  return "?";
}

std::string_view to_string(self_trade_mode m) {
  switch (m) {
  case self_trade_mode::none:
    return "none";
  case self_trade_mode::expire_taker:
    return "expire_taker";
  case self_trade_mode::expire_maker:
    return "expire_maker";
  case self_trade_mode::expire_both:
    return "expire_both";
  }
  return "?";
}

std::string_view to_string(income_kind k) {
  switch (k) {
  case income_kind::deposit:
    return "deposit";
  case income_kind::realised:
    return "realised";
  case income_kind::fee:
    return "fee";
  case income_kind::funding:
    return "funding";
  }
  return "?";
}

price order::average_price() const {
  return filled.is_zero() ? price{} : price{decimal::divide(filled_notional, filled.value())};
}

price position::entry() const {
  return is_flat() ? price{} : price{decimal::divide(cost, size.value())};
}

decimal position::trade(quantity signed_size, price at, int places) {
  const bool opens = size.is_zero() || size.is_negative() == signed_size.is_negative();
  if (opens) {
    size += signed_size;
    cost += notional(at, signed_size);
    return {};
  }
  decimal gained;
  if (signed_size.abs() < size.abs()) {
    const auto share = decimal::divide(cost * signed_size.value(), size.value());
    const auto step = decimal::from_parts(1, -places);
    gained = (share - notional(at, signed_size)).round_to(step, rounding::half_even);
    cost += notional(at, signed_size) + gained;
    size += signed_size;
  } else {
    // The whole old cost goes; the rest of the trade opens the other way.
    gained = notional(at, size) - cost;
    size += signed_size;
    cost = notional(at, size);
  }
  realised += gained;
  return gained;
}

void feed_event::clear() {
  what = kind::book;
  time = {};
  replace = false;
  bids.clear();
  asks.clear();
  top_bid.reset();
  top_ask.reset();
  at = {};
  size = {};
  aggressor = side::buy;
  mark = {};
  index = {};
  rate = {};
}

} // namespace actorbot::exchange
