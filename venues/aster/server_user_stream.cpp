#include "venues/aster/server_user_stream.hpp"

#include "venues/aster/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>

namespace actorbot::venues::aster::server {

namespace {

std::string_view execution_type(exchange::order_cause cause) {
  switch (cause) {
  case exchange::order_cause::accepted:
    return "NEW";
  case exchange::order_cause::trade:
    return "TRADE";
  case exchange::order_cause::expired:
    return "EXPIRED";
  // Not in the documentation's list; the sister API's word.
  case exchange::order_cause::amended:
  case exchange::order_cause::resized:
    return "AMENDMENT";
  default:
    return "CANCELED";
  }
}

} // namespace

void user_hub::leave(connection& c) {
  for (auto& [account, hearers] : listeners_)
    std::erase(hearers, &c);
}

const std::vector<connection*>* user_hub::hearers(exchange::account_id account) const {
  const auto found = listeners_.find(account);
  return found == listeners_.end() || found->second.empty() ? nullptr : &found->second;
}

void user_hub::send(exchange::account_id account, std::string_view payload) {
  const auto* to = hearers(account);
  if (!to)
    return;
  for (const auto* c : *to) {
    if (!c->combined) {
      state_.sink().send(c->token, frame_kind::text, payload);
      continue;
    }
    std::string wrapped = R"({"stream":")" + c->listen_key + R"(","data":)";
    wrapped += payload;
    wrapped += '}';
    state_.sink().send(c->token, frame_kind::text, wrapped);
  }
}

std::vector<stream_token> user_hub::end(timestamp now, exchange::account_id account, bool expired) {
  std::vector<stream_token> out;
  const auto* to = hearers(account);
  if (!to)
    return out;
  if (expired) {
    std::string payload;
    json_writer{payload}
        .open_object()
        .text("e", "listenKeyExpired")
        .integer("E", to_ms(now))
        .close_object();
    send(account, payload);
  }
  for (const auto* c : *to)
    out.push_back(c->token);
  listeners_.erase(account);
  return out;
}

// -- orders
// -----------------------------------------------------------------------------------------

void user_hub::on_order(const exchange::order_event& e) {
  if (!hearers(e.value.account))
    return;
  if (e.cause == exchange::order_cause::trade)
    order_ = e;
  else
    send_order(e, nullptr);
}

void user_hub::on_execution(const exchange::execution& e) { fill_ = e; }

void user_hub::on_position(const exchange::position_event& e) {
  if (!fill_ || fill_->account != e.account)
    return;
  const auto fill = *fill_;
  fill_.reset();
  if (!hearers(e.account) || !order_ || order_->value.id != fill.order)
    return;
  const auto order = *order_;
  order_.reset();
  const auto known = wallets_.find(e.account);
  const auto before
      = known == wallets_.end() ? state_.core().summary(e.account).wallet : known->second;
  const account_change change{"ORDER", before + fill.realised - fill.fee, {}, &e};
  if (account_first_)
    send_account(e.account, e.time, change);
  send_order(order, &fill);
  if (!account_first_)
    send_account(e.account, e.time, change);
}

/// Price times remaining size of the open orders on one side, this one as the event has it.
decimal user_hub::open_notional(const exchange::order& o, side s) const {
  decimal out;
  if (o.order_side == s && o.is_open())
    out = notional(o.limit_price, o.remaining());
  for (const auto* other : state_.core().open_orders(o.account, o.market))
    if (other->id != o.id && other->order_side == s)
      out += notional(other->limit_price, other->remaining());
  return out;
}

void user_hub::send_order(const exchange::order_event& e, const exchange::execution* fill) {
  const auto& o = e.value;
  const auto& f = state_.format(o.market);
  const auto optional_places
      = [](decimal value, int places) { return value.is_zero() ? 0 : places; };
  std::string out;
  out.reserve(640);
  json_writer json{out};
  json.open_object()
      .text("e", "ORDER_TRADE_UPDATE")
      .integer("E", to_ms(state_.core().now()))
      .integer("T", to_ms(e.time))
      .open_object("o")
      .text("s", f.symbol)
      .text("c", o.liquidation ? "autoclose-" + std::to_string(to_ms(o.created)) : o.client_id)
      .text("S", side_text(o.order_side))
      .text("o", type_text(o))
      .text("f", time_in_force_text(o))
      .amount("q", o.size.value(), f.size_precision)
      .amount("p", o.limit_price.value(), optional_places(o.limit_price.value(), f.price_places))
      .rounded("ap", o.average_price().value(), o.filled.is_zero() ? 0 : f.average_places)
      .text("sp", "0")
      .text("x", execution_type(e.cause))
      .text("X", status_text(o.state))
      .integer("i", o.id)
      .amount("l", fill ? fill->size.value() : decimal{}, fill ? f.size_precision : 0)
      .amount("z", o.filled.value(), optional_places(o.filled.value(), f.size_precision))
      .amount("L", fill ? fill->at.value() : decimal{}, fill ? f.price_places : 0);
  if (fill && !fill->fee.is_zero())
    json.text("N", "USDT").amount("n", fill->fee, 8);
  json.integer("T", to_ms(e.time))
      .integer("t", fill ? fill->trade : std::uint64_t{0})
      .amount("b", open_notional(o, side::buy))
      .amount("a", open_notional(o, side::sell))
      .flag("m", fill && fill->maker)
      .flag("R", o.reduce_only)
      .text("wt", "CONTRACT_PRICE")
      .text("ot", type_text(o))
      .text("ps", "BOTH")
      .flag("cp", false)
      .amount("rp", fill ? fill->realised : decimal{})
      .close_object()
      .close_object();
  send(o.account, out);
}

// -- money
// ------------------------------------------------------------------------------------------

void user_hub::on_balance(const exchange::balance_event& e) {
  wallets_[e.account] = e.wallet;
  if (!hearers(e.account))
    return;
  if (e.kind == exchange::income_kind::funding)
    send_account(e.account, e.time, {"FUNDING_FEE", e.wallet, e.change, nullptr});
  else if (e.kind == exchange::income_kind::deposit)
    send_account(e.account, e.time,
                 {e.change.is_negative() ? "WITHDRAW" : "DEPOSIT", e.wallet, e.change, nullptr});
}

void user_hub::send_account(exchange::account_id account, timestamp at,
                            const account_change& what) {
  std::string out;
  out.reserve(384);
  json_writer json{out};
  json.open_object()
      .text("e", "ACCOUNT_UPDATE")
      .integer("T", to_ms(at))
      .integer("E", to_ms(state_.core().now()))
      .open_object("a")
      .open_array("B")
      .open_object()
      .text("a", "USDT")
      .amount("wb", what.wallet, 8)
      .amount("cw", what.wallet, 8)
      .amount("bc", what.change)
      .close_object()
      .close_array()
      .open_array("P");
  if (what.position) {
    const auto& p = what.position->value;
    const auto m = what.position->market;
    const auto& f = state_.format(m);
    json.open_object()
        .text("s", f.symbol)
        .amount("pa", p.size.value(), p.is_flat() ? 0 : f.size_precision)
        .rounded("ep", p.entry().value(), 8)
        .amount("cr", p.realised, 8)
        .amount("up", p.unrealised(state_.core().prices(m).mark), p.is_flat() ? 0 : 8)
        .text("mt", "cross")
        .text("iw", "0")
        .text("ps", "BOTH")
        .text("ma", "USDT")
        .close_object();
  }
  json.close_array().text("m", what.reason).close_object().close_object();
  send(account, out);
}

void user_hub::on_leverage(timestamp now, exchange::account_id account, exchange::market_id market,
                           std::uint16_t leverage) {
  std::string out;
  json_writer{out}
      .open_object()
      .text("e", "ACCOUNT_CONFIG_UPDATE")
      .integer("E", to_ms(now))
      .integer("T", to_ms(now))
      .open_object("ac")
      .text("s", state_.format(market).symbol)
      .integer("l", std::uint64_t{leverage})
      .close_object()
      .close_object();
  send(account, out);
}

} // namespace actorbot::venues::aster::server
