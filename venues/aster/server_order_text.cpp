#include "venues/aster/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

namespace actorbot::venues::aster::server {

std::string_view status_text(order_state state) {
  switch (state) {
  case order_state::partially_filled:
    return "PARTIALLY_FILLED";
  case order_state::filled:
    return "FILLED";
  case order_state::cancelled:
    return "CANCELED";
  case order_state::expired:
    return "EXPIRED";
  case order_state::rejected:
    return "REJECTED";
  default:
    return "NEW";
  }
}

std::string_view side_text(side s) { return s == side::buy ? "BUY" : "SELL"; }

std::string_view type_text(const exchange::order& o) {
  if (o.liquidation)
    return "LIQUIDATION";
  return o.type == order_type::market ? "MARKET" : "LIMIT";
}

std::string_view time_in_force_text(const exchange::order& o) {
  if (o.post_only)
    return "GTX";
  if (o.type == order_type::market || o.tif == time_in_force::gtc)
    return "GTC";
  return o.tif == time_in_force::ioc ? "IOC" : "FOK";
}

std::optional<exchange::self_trade_mode> self_trade_named(std::string_view text) {
  using exchange::self_trade_mode;
  for (const auto mode : {self_trade_mode::none, self_trade_mode::expire_taker,
                          self_trade_mode::expire_maker, self_trade_mode::expire_both})
    if (text == self_trade_text(mode))
      return mode;
  return std::nullopt;
}

std::string_view self_trade_text(exchange::self_trade_mode mode) {
  switch (mode) {
  case exchange::self_trade_mode::none:
    return "NONE";
  case exchange::self_trade_mode::expire_maker:
    return "EXPIRE_MAKER";
  case exchange::self_trade_mode::expire_both:
    return "EXPIRE_BOTH";
  default:
    return "EXPIRE_TAKER";
  }
}

namespace {

/// What an order says of its fills, or would say before there were any.
struct progress {
  order_state state = order_state::open;
  decimal average;
  decimal filled;
  decimal notional;
  timestamp updated;
};

progress progress_of(const exchange::order& o, bool acknowledged) {
  if (acknowledged)
    return {order_state::open, {}, {}, {}, o.created};
  return {o.state, o.average_price().value(), o.filled.value(), o.filled_notional, o.updated};
}

} // namespace

std::string order_answer(const server_state& state, const exchange::order& o, bool acknowledged) {
  const auto& f = state.format(o.market);
  const auto p = progress_of(o, acknowledged);
  const auto places = p.filled.is_zero() ? 0 : f.size_precision;
  std::string out;
  out.reserve(512);
  json_writer{out}
      .open_object()
      .integer("orderId", o.id)
      .text("symbol", f.symbol)
      .text("status", status_text(p.state))
      .text("clientOrderId", o.client_id)
      .amount("price", o.limit_price.value(), o.limit_price.is_zero() ? 0 : f.price_places)
      .rounded("avgPrice", p.average, f.average_places)
      .amount("origQty", o.size.value(), f.size_precision)
      .amount("executedQty", p.filled, places)
      .amount("cumQty", p.filled, places)
      .amount("cumQuote", p.notional)
      .text("timeInForce", time_in_force_text(o))
      .text("type", type_text(o))
      .flag("reduceOnly", o.reduce_only)
      .flag("closePosition", false)
      .text("side", side_text(o.order_side))
      .text("positionSide", "BOTH")
      .text("stopPrice", "0")
      .text("workingType", "CONTRACT_PRICE")
      .flag("priceProtect", false)
      .text("origType", type_text(o))
      .integer("updateTime", to_ms(p.updated))
      .close_object();
  return out;
}

std::string order_view(const server_state& state, const exchange::order& o) {
  const auto& f = state.format(o.market);
  std::string out;
  out.reserve(512);
  json_writer{out}
      .open_object()
      .rounded("avgPrice", o.average_price().value(), f.average_places)
      .text("clientOrderId", o.client_id)
      .amount("cumQuote", o.filled_notional)
      .amount("executedQty", o.filled.value(), o.filled.is_zero() ? 0 : f.size_precision)
      .integer("orderId", o.id)
      .amount("origQty", o.size.value(), f.size_precision)
      .text("origType", type_text(o))
      .amount("price", o.limit_price.value(), o.limit_price.is_zero() ? 0 : f.price_places)
      .flag("reduceOnly", o.reduce_only)
      .text("side", side_text(o.order_side))
      .text("positionSide", "BOTH")
      .text("status", status_text(o.state))
      .text("stopPrice", "0")
      .flag("closePosition", false)
      .text("symbol", f.symbol)
      .integer("time", to_ms(o.created))
      .text("timeInForce", time_in_force_text(o))
      .text("type", type_text(o))
      .integer("updateTime", to_ms(o.updated))
      .text("workingType", "CONTRACT_PRICE")
      .flag("priceProtect", false)
      .close_object();
  return out;
}

} // namespace actorbot::venues::aster::server
