#include "venues/backpack/server_user_streams.hpp"

#include "venues/backpack/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>

namespace actorbot::venues::backpack::server {

namespace {

std::string_view event_name(const exchange::order_event& e) {
  switch (e.cause) {
  case exchange::order_cause::accepted:
    return "orderAccepted";
  case exchange::order_cause::trade:
    return "orderFill";
  case exchange::order_cause::expired:
    return "orderExpired";
  case exchange::order_cause::amended:
  case exchange::order_cause::resized:
    return "orderModified";
  default:
    return "orderCancelled";
  }
}

} // namespace

void user_hub::subscribe(timestamp now, stream_token to, const std::string& name,
                         const stream_spec& spec, exchange::account_id account) {
  for (const auto& s : subscriptions_)
    if (s.to == to && s.name == name && s.account == account)
      return;
  subscriptions_.push_back({to, name, spec, account});
  if (spec.kind != stream_kind::position_update)
    return;
  for (std::size_t i = 0; i < state_.core().market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    const auto& p = state_.core().position(account, m);
    if ((!spec.market || *spec.market == m) && !p.is_flat())
      state_.sink().send(to, frame_kind::text,
                         stream_frame_text(name, position_payload(account, m, p, now, {})));
  }
}

void user_hub::unsubscribe(stream_token from, std::string_view name) {
  std::erase_if(subscriptions_, [&](const auto& s) { return s.to == from && s.name == name; });
}

void user_hub::leave(stream_token gone) {
  std::erase_if(subscriptions_, [&](const auto& s) { return s.to == gone; });
}

bool user_hub::has_hearers(stream_kind kind, exchange::account_id account,
                           exchange::market_id m) const {
  return std::any_of(subscriptions_.begin(), subscriptions_.end(), [&](const auto& s) {
    return s.spec.kind == kind && s.account == account && (!s.spec.market || *s.spec.market == m);
  });
}

void user_hub::publish(stream_kind kind, exchange::account_id account, exchange::market_id market,
                       const std::string& payload) {
  for (const auto& s : subscriptions_)
    if (s.spec.kind == kind && s.account == account && (!s.spec.market || *s.spec.market == market))
      state_.sink().send(s.to, frame_kind::text, stream_frame_text(s.name, payload));
}

// -- orders
// -----------------------------------------------------------------------------------------

void user_hub::on_order(const exchange::order_event& e) {
  if (e.cause == exchange::order_cause::trade)
    traded_ = e;
  else
    send_order(e, nullptr);
}

void user_hub::on_execution(const exchange::execution& e) {
  if (traded_ && traded_->value.id == e.order)
    send_order(*traded_, &e);
  traded_.reset();
}

void user_hub::send_order(const exchange::order_event& e, const exchange::execution* fill) {
  const auto& o = e.value;
  if (!has_hearers(stream_kind::order_update, o.account, o.market))
    return;
  const auto& f = state_.format(o.market);
  std::string out;
  out.reserve(384);
  json_writer json{out};
  json.open_object().integer("E", to_us(state_.core().now()));
  if (fill)
    json.amount("L", fill->at.value(), f.price_places).text("N", "USDC");
  json.text("O", o.liquidation ? "LIQUIDATION_AUTOCLOSE" : "USER");
  if (const auto quote = quote_quantity(o); !quote.empty())
    json.text("Q", quote);
  if (e.cause == exchange::order_cause::expired)
    json.text("R", upper_snake(expiry_reason(o)));
  json.text("S", side_text(o.order_side))
      .integer("T", to_us(e.time))
      .text("V", self_trade_text(o.self_trade))
      .text("X", status_text(o.state))
      .amount("Z", o.filled_notional);
  if (!o.client_id.empty())
    json.raw("c", o.client_id);
  json.text("e", event_name(e)).text("f", time_in_force_text(o)).text("i", std::to_string(o.id));
  if (fill)
    json.amount("l", fill->size.value(), f.size_places)
        .flag("m", fill->maker)
        .amount("n", fill->fee);
  json.text("o", o.type == order_type::market ? "MARKET" : "LIMIT");
  if (o.type == order_type::limit)
    json.amount("p", o.limit_price.value(), f.price_places);
  json.amount("q", o.size.value(), f.size_places).flag("r", o.reduce_only).text("s", f.symbol);
  if (fill)
    json.integer("t", fill->trade);
  else
    json.raw("t", "null");
  if (o.post_only)
    json.flag("y", true);
  // As many decimals as `q`: there are clients that compare the two as texts.
  json.amount("z", o.filled.value(), o.filled.is_zero() ? 0 : f.size_places).close_object();
  publish(stream_kind::order_update, o.account, o.market, out);
}

// -- positions
// --------------------------------------------------------------------------------------

std::string user_hub::position_payload(exchange::account_id account, exchange::market_id market,
                                       const exchange::position& p, timestamp at,
                                       std::string_view event) const {
  const auto v = state_.view(account, market, p);
  const auto& f = state_.format(market);
  std::string out;
  out.reserve(320);
  json_writer json{out};
  json.open_object()
      .amount("B", v.entry)
      .integer("E", to_us(state_.core().now()))
      .amount("M", v.mark)
      .amount("P", v.unrealised)
      .amount("Q", v.exposure.value(), f.size_places)
      .integer("T", to_us(at))
      .amount("b", v.break_even);
  if (!event.empty())
    json.text("e", event);
  json.text("f", f.initial.base)
      .integer("i", v.id)
      .text("l", "0")
      .text("m", f.maintenance.base)
      .amount("n", v.mark * v.exposure.value())
      .amount("p", v.realised)
      .amount("q", v.size.value(), f.size_places)
      .text("s", f.symbol)
      .close_object();
  return out;
}

void user_hub::on_position(const exchange::position_event& e) {
  const auto change = state_.note_position(e);
  if (!has_hearers(stream_kind::position_update, e.account, e.market))
    return;
  const auto event = change == position_change::opened   ? "positionOpened"
                     : change == position_change::closed ? "positionClosed"
                                                         : "positionAdjusted";
  publish(stream_kind::position_update, e.account, e.market,
          position_payload(e.account, e.market, e.value, e.time, event));
}

} // namespace actorbot::venues::backpack::server
