#include "venues/crypto/hex.hpp"
#include "venues/grvt/server_orders.hpp"

#include <algorithm>

/// The engine's side: what happens to an order after the gateway has said yes.
namespace actorbot::venues::grvt::server {

namespace {

using exchange::order_cause;
using exchange::reject_code;

time_in_force engine_time(const order_record& o) {
  if (o.time_in_force == "IMMEDIATE_OR_CANCEL")
    return time_in_force::ioc;
  return o.time_in_force == "FILL_OR_KILL" ? time_in_force::fok : time_in_force::gtc;
}

/// RPI orders are makers by their nature.
bool must_rest(const order_record& o) {
  return o.post_only || o.time_in_force == "RETAIL_PRICE_IMPROVEMENT";
}

std::string_view refusal_of(reject_code code) {
  switch (code) {
  case reject_code::post_only_would_cross:
    return "FAIL_POST_ONLY";
  case reject_code::reduce_only:
    return "FAIL_REDUCE_ONLY";
  case reject_code::insufficient_margin:
    return "BELOW_MARGIN";
  case reject_code::market_closed:
    return "INSTRUMENT_DEACTIVATED";
  case reject_code::expired_already:
    return "EXPIRED";
  case reject_code::max_quantity:
    return "EXCEED_MAX_POSITION_SIZE";
  default:
    return "UNSPECIFIED";
  }
}

std::string_view end_reason(const exchange::order& o, order_cause cause, const order_record& r) {
  switch (cause) {
  case order_cause::cancelled:
    return r.wish;
  case order_cause::dead_man:
    return "CLIENT_CANCEL_ON_DISCONNECT_TRIGGERED";
  case order_cause::liquidation:
    return "LIQUIDATION";
  default:
    break;
  }
  switch (o.reason) {
  case reject_code::time_expired:
    return "EXPIRED";
  case reject_code::self_trade:
    return "SELF_MATCHED_SUBACCOUNT";
  case reject_code::fok_not_fillable:
    return "FOK_CANCEL";
  case reject_code::reduce_only:
    return "FAIL_REDUCE_ONLY";
  case reject_code::post_only_would_cross:
    return "FAIL_POST_ONLY";
  default:
    return r.is_market ? "MARKET_CANCEL" : "IOC_CANCEL";
  }
}

} // namespace

// -- the queue
// ---------------------------------------------------------------------------------------

void order_desk::later(timestamp due, action what) {
  queue_.emplace(std::pair{due, next_action_++}, std::move(what));
}

void order_desk::run(timestamp now) {
  while (!queue_.empty() && queue_.begin()->first.first <= now) {
    const auto what = std::move(queue_.begin()->second);
    queue_.erase(queue_.begin());
    what(now);
  }
}

std::optional<timestamp> order_desk::next_due() const {
  return queue_.empty() ? std::nullopt : std::optional{queue_.begin()->first.first};
}

// -- arrival
// -----------------------------------------------------------------------------------------

void order_desk::send(timestamp now, std::unique_ptr<order_record> o) {
  auto& record = *records_.emplace_back(std::move(o));
  by_client_[{record.account, record.client_id}] = &record;
  used_digests_.insert(record.digest);
  // Orders that may take wait a little, so that makers can step aside.
  const auto due = must_rest(record) ? now : now + options_.speed_bump;
  later(due, [this, &record](timestamp t) { place(t, record); });
}

void order_desk::give_id(order_record& o) {
  // 01 01, the kind, base and quote, three bytes of the signature, four zeros, a counter.
  const auto asset = state_.instrument(o.market).asset;
  crypto::bytes id{1, 1, 1, static_cast<std::uint8_t>(asset >> 8 & 0xff),
                   static_cast<std::uint8_t>(asset >> 16 & 0xff)};
  const auto s = crypto::from_hex(o.s).value_or(crypto::bytes(3));
  id.insert(id.end(), s.end() - 3, s.end());
  id.insert(id.end(), 4, std::uint8_t{0});
  for (int shift = 24; shift >= 0; shift -= 8)
    id.push_back(static_cast<std::uint8_t>(next_order_ >> shift & 0xff));
  ++next_order_;
  o.id = crypto::to_hex_0x(id);
  by_id_[{o.account, o.id}] = &o;
}

void order_desk::place(timestamp now, order_record& o) {
  give_id(o);
  const client_key key{o.account, o.client_id};
  if (const auto stop = stops_.find(key); stop != stops_.end() && now <= stop->second.until) {
    stops_.erase(stop);
    return end_unopened(o, "CLIENT_CANCEL", now);
  }
  if (o.reason != "UNSPECIFIED") {
    o.status = order_status::rejected;
    o.book_size = {};
    o.updated = now;
    return publish(o);
  }
  exchange::new_order n;
  n.account = o.account;
  n.market = o.market;
  n.client_id = std::to_string(o.client_id);
  n.order_side = o.order_side;
  n.type = o.is_market ? order_type::market : order_type::limit;
  n.tif = engine_time(o);
  n.post_only = must_rest(o) ? exchange::post_only_mode::reject : exchange::post_only_mode::off;
  n.reduce_only
      = o.reduce_only ? exchange::reduce_only_mode::clamp : exchange::reduce_only_mode::off;
  n.size = quantity{o.size};
  n.limit_price = price{o.limit_price};
  n.expires = o.expires;
  arriving_ = &o;
  const auto result = state_.core().submit(now, n);
  const bool untold = arriving_ == &o;
  arriving_ = nullptr;
  if (!result)
    return refuse_late(o, result.code, now);
  if (untold) {
    o.status = order_status::open;
    publish(o);
  }
}

void order_desk::refuse_late(order_record& o, reject_code code, timestamp now) {
  if (code == reject_code::no_liquidity)
    return end_unopened(o, "MARKET_CANCEL", now);
  o.status = order_status::rejected;
  o.reason = refusal_of(code);
  o.book_size = {};
  o.updated = now;
  publish(o);
}

/// An order is never CANCELLED before it was OPEN.
void order_desk::end_unopened(order_record& o, std::string_view reason, timestamp now) {
  o.status = order_status::open;
  o.reason = "UNSPECIFIED";
  o.updated = now;
  publish(o);
  o.status = order_status::cancelled;
  o.reason = reason;
  o.book_size = {};
  publish(o);
}

// -- what the exchange says
// ------------------------------------------------------------------------------------

order_record* order_desk::on_liquidation(const exchange::order& e) {
  auto& o = *records_.emplace_back(std::make_unique<order_record>());
  o.account = e.account;
  o.market = e.market;
  o.is_market = true;
  o.reduce_only = true;
  o.time_in_force = "IMMEDIATE_OR_CANCEL";
  o.order_side = e.order_side;
  o.size = o.book_size = e.size.value();
  o.signer = "0x" + std::string(40, '0');
  o.r = o.s = "0x" + std::string(64, '0');
  o.v = 27;
  o.created = e.created;
  o.status = order_status::open;
  give_id(o);
  return &o;
}

void order_desk::on_order(const exchange::order_event& e) {
  const auto& x = e.value;
  if (e.cause == order_cause::accepted) {
    auto* o = x.liquidation ? on_liquidation(x) : arriving_;
    if (!o)
      return; // placed by nobody here
    o->engine_id = x.id;
    by_engine_[x.id] = o;
    o->updated = e.time;
    o->book_size = x.remaining().value();
    return;
  }
  const auto found = by_engine_.find(x.id);
  if (found == by_engine_.end())
    return;
  auto& o = *found->second;
  const bool first = arriving_ == &o;
  if (first)
    arriving_ = nullptr;
  if (first && e.cause != order_cause::trade) {
    o.status = order_status::open;
    publish(o);
  }
  o.updated = e.time;
  o.traded = x.filled.value();
  o.average = x.filled.is_zero() ? decimal{} : x.average_price().value();
  o.book_size = x.is_open() ? x.remaining().value() : decimal{};
  if (x.is_open()) {
    o.status = order_status::open;
    if (e.cause == order_cause::resized)
      o.reason = "REDUCE_ONLY_LIMIT";
  } else if (x.state == order_state::filled) {
    o.status = order_status::filled;
  } else {
    o.status = order_status::cancelled;
    o.reason = end_reason(x, e.cause, o);
  }
  publish(o);
}

void order_desk::publish(const order_record& o) {
  const auto whole = text(o);
  feeds_.tell("v1.order", o.account, o.market, whole);
  const auto state_at = whole.find("\"state\":");
  const auto state_end = whole.rfind(",\"builder\":");
  std::string state;
  json_writer{state}
      .open_object()
      .text("order_id", o.id)
      .text("client_order_id", std::to_string(o.client_id))
      .raw("order_state", std::string_view{whole}.substr(state_at + 8, state_end - state_at - 8))
      .close_object();
  feeds_.tell("v1.state", o.account, o.market, state);
}

// -- cancels
// -----------------------------------------------------------------------------------------

void order_desk::cancel_now(timestamp now, order_record& o, std::string_view reason) {
  if (o.engine_id == 0 || !o.is_active())
    return;
  o.wish = reason;
  state_.core().cancel(now, o.account, o.engine_id);
}

void order_desk::cancel_client(timestamp now, exchange::account_id account, std::uint64_t client_id,
                               std::string_view reason, duration window) {
  const auto at = by_client_.find({account, client_id});
  if (at != by_client_.end() && at->second->status == order_status::open)
    cancel_now(now, *at->second, reason);
  else
    stop_later(now, account, client_id, window);
}

void order_desk::end_window(client_key key, std::uint64_t number, std::string_view status,
                            timestamp now) {
  if (number != 0) {
    const auto at = stops_.find(key);
    if (at == stops_.end() || at->second.number != number)
      return;
    stops_.erase(at);
  }
  std::string feed;
  json_writer json{feed};
  json.open_object()
      .text("sub_account_id", sessions_.of(key.first).sub_account_text)
      .text("client_order_id", std::to_string(key.second))
      .text("order_id", "0x00")
      .text("reason", "CLIENT_CANCEL");
  put(json, "update_time", now);
  json.text("cancel_status", status).close_object();
  feeds_.tell("v1.cancel", key.first, std::nullopt, feed);
}

void order_desk::stop_later(timestamp now, exchange::account_id account, std::uint64_t client_id,
                            duration window) {
  const client_key key{account, client_id};
  if (const auto at = stops_.find(key); at != stops_.end() && now <= at->second.until)
    return end_window(key, 0, "DROPPED_DUPLICATE", now);
  const auto number = next_action_;
  stops_[key] = {now + window, number};
  later(now + window + duration{1},
        [this, key, number](timestamp t) { end_window(key, number, "EXPIRED", t); });
}

// -- queries
// -----------------------------------------------------------------------------------------

order_record* order_desk::find_mutable(exchange::account_id account, const std::string& id) const {
  const auto at = by_id_.find({account, id});
  return at == by_id_.end() ? nullptr : at->second;
}

const order_record* order_desk::find(exchange::account_id account, const std::string& id) const {
  return find_mutable(account, id);
}

const order_record* order_desk::find(exchange::account_id account, std::uint64_t client_id) const {
  const auto at = by_client_.find({account, client_id});
  return at == by_client_.end() ? nullptr : at->second;
}

const order_record* order_desk::of_engine(exchange::order_id id) const {
  const auto at = by_engine_.find(id);
  return at == by_engine_.end() ? nullptr : at->second;
}

} // namespace actorbot::venues::grvt::server
