#include "messages/order.hpp"

namespace actorbot {

std::string_view to_string(side s) { return s == side::buy ? "buy" : "sell"; }

std::string_view to_string(order_type t) { return t == order_type::limit ? "limit" : "market"; }

std::string_view to_string(time_in_force t) {
  switch (t) {
  case time_in_force::gtc:
    return "GTC";
  case time_in_force::ioc:
    return "IOC";
  case time_in_force::fok:
    return "FOK";
  }
  return "?";
}

std::string_view to_string(order_state s) {
  switch (s) {
  case order_state::pending:
    return "pending";
  case order_state::open:
    return "open";
  case order_state::partially_filled:
    return "partially_filled";
  case order_state::filled:
    return "filled";
  case order_state::cancelled:
    return "cancelled";
  case order_state::rejected:
    return "rejected";
  case order_state::expired:
    return "expired";
  case order_state::unknown:
    return "unknown";
  }
  return "?";
}

std::string_view to_string(reject_reason r) {
  switch (r) {
  case reject_reason::none:
    return "none";
  case reject_reason::margin:
    return "margin";
  case reject_reason::post_only_would_cross:
    return "post_only_would_cross";
  case reject_reason::reduce_only:
    return "reduce_only";
  case reject_reason::price_band:
    return "price_band";
  case reject_reason::price_tick:
    return "price_tick";
  case reject_reason::size:
    return "size";
  case reject_reason::notional:
    return "notional";
  case reject_reason::nonce:
    return "nonce";
  case reject_reason::rate_limit:
    return "rate_limit";
  case reject_reason::market_closed:
    return "market_closed";
  case reject_reason::authentication:
    return "authentication";
  case reject_reason::self_trade:
    return "self_trade";
  case reject_reason::too_many_orders:
    return "too_many_orders";
  case reject_reason::duplicate_id:
    return "duplicate_id";
  case reject_reason::invalid:
    return "invalid";
  case reject_reason::not_sent:
    return "not_sent";
  case reject_reason::stale:
    return "stale";
  case reject_reason::unknown_order:
    return "unknown_order";
  case reject_reason::liquidation:
    return "liquidation";
  case reject_reason::clock:
    return "clock";
  case reject_reason::venue_unavailable:
    return "venue_unavailable";
  case reject_reason::other:
    return "other";
  case reject_reason::risk_order_quantity:
    return "risk_order_quantity";
  case reject_reason::risk_order_notional:
    return "risk_order_notional";
  case reject_reason::risk_position:
    return "risk_position";
  case reject_reason::risk_open_orders:
    return "risk_open_orders";
  case reject_reason::risk_price_collar:
    return "risk_price_collar";
  case reject_reason::risk_stale_market:
    return "risk_stale_market";
  case reject_reason::risk_stale_account:
    return "risk_stale_account";
  case reject_reason::risk_duplicate:
    return "risk_duplicate";
  case reject_reason::risk_rate:
    return "risk_rate";
  case reject_reason::risk_reduce_only:
    return "risk_reduce_only";
  case reject_reason::risk_halted:
    return "risk_halted";
  case reject_reason::risk_reduce_only_state:
    return "risk_reduce_only_state";
  case reject_reason::risk_self_trade:
    return "risk_self_trade";
  case reject_reason::risk_exposure:
    return "risk_exposure";
  case reject_reason::risk_no_instrument:
    return "risk_no_instrument";
  case reject_reason::risk_venue_not_live:
    return "risk_venue_not_live";
  case reject_reason::risk_epoch:
    return "risk_epoch";
  case reject_reason::risk_repeated_execution:
    return "risk_repeated_execution";
  case reject_reason::risk_instrument_rules:
    return "risk_instrument_rules";
  }
  return "?";
}

std::string_view to_string(evidence e) {
  switch (e) {
  case evidence::local:
    return "local";
  case evidence::answer:
    return "answer";
  case evidence::stream:
    return "stream";
  case evidence::query:
    return "query";
  case evidence::snapshot:
    return "snapshot";
  }
  return "?";
}

} // namespace actorbot
