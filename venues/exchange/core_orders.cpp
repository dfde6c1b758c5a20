#include "venues/exchange/core_state.hpp"

#include <algorithm>

namespace actorbot::exchange {

// -- checks
// -----------------------------------------------------------------------------------------

reject_code core::state::check_price(const market_state& m, side s, price p) const {
  const auto& r = m.rules;
  if (!p.is_positive() || p < r.min_price || (!r.max_price.is_zero() && p > r.max_price))
    return reject_code::price_range;
  if (!p.value().is_multiple_of(r.tick))
    return reject_code::price_tick;
  if (m.mark.is_zero())
    return reject_code::none;
  if (s == side::buy && !r.price_band_up.is_zero() && p > m.mark * r.price_band_up)
    return reject_code::price_band;
  if (s == side::sell && !r.price_band_down.is_zero() && p < m.mark * r.price_band_down)
    return reject_code::price_band;
  return reject_code::none;
}

reject_code core::state::check_size(const market_state& m, order_type type, quantity size) const {
  const auto& r = m.rules;
  if (!size.is_positive() || size < r.min_quantity)
    return reject_code::min_quantity;
  if (!size.value().is_multiple_of(r.lot))
    return reject_code::lot;
  const auto most = type == order_type::market && !r.max_market_quantity.is_zero()
                        ? r.max_market_quantity
                        : r.max_quantity;
  if (!most.is_zero() && size > most)
    return reject_code::max_quantity;
  return reject_code::none;
}

quantity core::state::closable(account_id a, market_id m, side s) {
  const auto held = at(a, m).position.size;
  const bool opposite = s == side::buy ? held.is_negative() : held.is_positive();
  return opposite ? held.abs() : quantity{};
}

/// What can be said without looking at the book, the position or the money.
reject_code core::state::check_static(const new_order& r) {
  if (index_of(r.account) >= accounts.size())
    return reject_code::unknown_account;
  if (index_of(r.market) >= markets.size())
    return reject_code::unknown_market;
  const auto& m = at(r.market);
  const auto& a = at(r.account);
  if (!m.trading)
    return reject_code::market_closed;
  if (r.expires != timestamp{} && r.expires <= clock)
    return reject_code::expired_already;
  const bool is_market = r.type == order_type::market;
  if (const auto code = check_size(m, r.type, r.size); code != reject_code::none)
    return code;
  if (!is_market)
    if (const auto code = check_price(m, r.order_side, r.limit_price); code != reject_code::none)
      return code;
  if (!r.client_id.empty() && settings.client_ids != client_id_rule::any) {
    const auto it = a.by_client_id.find(r.client_id);
    if (it != a.by_client_id.end()
        && (settings.client_ids == client_id_rule::unique_ever || find(it->second)->is_open()))
      return reject_code::duplicate_client_id;
  }
  if (!is_market && r.tif == time_in_force::gtc
      && at(r.account, r.market).open >= m.rules.max_open_orders)
    return reject_code::too_many_open_orders;
  return reject_code::none;
}

reject_code core::state::check(const new_order& r, quantity& size) {
  if (const auto code = check_static(r); code != reject_code::none)
    return code;
  const auto& m = at(r.market);
  const bool is_market = r.type == order_type::market;
  const auto limit
      = is_market ? market_limit(r.market, r.order_side, r.limit_price) : r.limit_price;
  const bool takes = would_take(r.market, r.order_side, limit);
  if (is_market && !takes)
    return reject_code::no_liquidity;
  if (r.post_only == post_only_mode::reject && takes)
    return reject_code::post_only_would_cross;
  if (r.reduce_only != reduce_only_mode::off) {
    const auto most = closable(r.account, r.market, r.order_side);
    if (most.is_zero() || (r.reduce_only == reduce_only_mode::reject && size > most))
      return reject_code::reduce_only;
    size = std::min(size, most);
    return reject_code::none;
  }
  const auto best = m.orders.best_price(opposite(r.order_side));
  const auto reference
      = is_market ? (m.mark.is_zero() ? best.value_or(price{}) : m.mark) : r.limit_price;
  if (notional(reference, size) < m.rules.min_notional)
    return reject_code::min_notional;
  return check_margin(r.account, r.market, r.order_side,
                      notional(is_market ? best.value_or(price{}) : r.limit_price, size));
}

reject_code core::state::check_amend(const order& o, price new_price, quantity new_size) {
  const auto& m = at(o.market);
  if (!m.trading)
    return reject_code::market_closed;
  if (new_size <= o.filled)
    return reject_code::bad_size;
  if (const auto code = check_size(m, o.type, new_size); code != reject_code::none)
    return code;
  if (const auto code = check_price(m, o.order_side, new_price); code != reject_code::none)
    return code;
  if (o.post_only && would_take(o.market, o.order_side, new_price))
    return reject_code::post_only_would_cross;
  const auto left = new_size - o.filled;
  if (o.reduce_only)
    return left > closable(o.account, o.market, o.order_side) ? reject_code::reduce_only
                                                              : reject_code::none;
  if (notional(new_price, new_size) < m.rules.min_notional)
    return reject_code::min_notional;
  const auto change = notional(new_price, left) - notional(o.limit_price, o.remaining());
  return check_margin(o.account, o.market, o.order_side, change);
}

/// Whether the account can carry orders of `value` more (less) on that side.
reject_code core::state::check_margin(account_id a, market_id m, side s, decimal value) {
  const bool buys = s == side::buy;
  const auto before = margin_need(a, std::nullopt, 0, 0);
  const auto after = margin_need(a, m, buys ? value : decimal{}, buys ? decimal{} : value);
  return after > before && after > equity(a) ? reject_code::insufficient_margin : reject_code::none;
}

// -- the life of an order
// -----------------------------------------------------------------------------

order& core::state::create(const new_order& r, quantity size, bool liquidation) {
  auto& o = orders.emplace_back();
  o.id = settings.first_order_id + orders.size() - 1;
  o.account = r.account;
  o.market = r.market;
  o.client_id = r.client_id;
  o.order_side = r.order_side;
  o.type = r.type;
  o.tif = r.type == order_type::market && r.tif == time_in_force::gtc ? time_in_force::ioc : r.tif;
  o.post_only = r.post_only != post_only_mode::off;
  o.reduce_only = r.reduce_only != reduce_only_mode::off;
  o.liquidation = liquidation;
  o.self_trade = r.self_trade;
  o.size = size;
  o.limit_price = r.limit_price;
  o.created = o.updated = clock;
  o.expires = r.expires;
  o.note = r.note;
  auto& a = at(r.account);
  a.orders.push_back(&o);
  if (!o.client_id.empty())
    a.by_client_id[o.client_id] = o.id;
  changed(o, order_cause::accepted);
  return o;
}

void core::state::changed(order& o, order_cause cause) {
  o.cause = cause;
  o.updated = clock;
  emit(order_event{o, cause, clock});
}

void core::state::rest(order& o) {
  at(o.market).orders.rest(o);
  at(o.account).open.emplace(o.id, &o);
  auto& h = at(o.account, o.market);
  ++h.open;
  h.open_reduce_only += o.reduce_only ? 1 : 0;
  sums(o, o.remaining().value(), 1);
  if (o.expires != timestamp{})
    expiries.emplace(o.expires, o.id);
}

void core::state::lift(order& o) {
  if (at(o.account).open.erase(o.id) == 0)
    return; // it never rested
  at(o.market).orders.remove(o);
  auto& h = at(o.account, o.market);
  --h.open;
  h.open_reduce_only -= o.reduce_only ? 1 : 0;
  sums(o, o.remaining().value(), -1);
  if (o.expires != timestamp{})
    expiries.erase({o.expires, o.id});
}

void core::state::end(order& o, order_state final_state, order_cause cause, reject_code reason) {
  lift(o);
  o.state = final_state;
  o.reason = reason;
  changed(o, cause);
}

/// Matches a new or amended order and rests what is left, as its kind allows.
void core::state::place(order& o) {
  const auto limit = limit_of(o);
  const auto expire
      = [&](reject_code why) { end(o, order_state::expired, order_cause::expired, why); };
  if (o.post_only && would_take(o.market, o.order_side, limit))
    return expire(reject_code::post_only_would_cross);
  if (o.tif == time_in_force::fok && fillable(o, limit) < o.remaining().value())
    return expire(reject_code::fok_not_fillable);
  match(o, limit);
  if (!o.is_open())
    return;
  if (o.type == order_type::market)
    return expire(reject_code::no_liquidity);
  if (o.tif != time_in_force::gtc)
    return expire(reject_code::ioc_remainder);
  rest(o);
  if (o.reduce_only)
    trim_reduce_only(o.account, o.market);
}

std::size_t core::state::cancel_all(account_id a, std::optional<market_id> m, order_cause cause) {
  std::vector<order*> found;
  for (const auto& [id, o] : at(a).open)
    if (!m || o->market == *m)
      found.push_back(o);
  const auto reason
      = cause == order_cause::liquidation ? reject_code::liquidated : reject_code::none;
  for (auto* o : found)
    end(*o, order_state::cancelled, cause, reason);
  return found.size();
}

void core::state::trim_reduce_only(account_id a, market_id m) {
  if (at(a, m).open_reduce_only == 0)
    return;
  std::vector<order*> found;
  for (const auto& [id, o] : at(a).open)
    if (o->market == m && o->reduce_only)
      found.push_back(o);
  for (auto* o : found) {
    const auto most = closable(a, m, o->order_side);
    if (most.is_zero()) {
      end(*o, order_state::expired, order_cause::expired, reject_code::reduce_only);
    } else if (const auto excess = o->remaining() - most; excess.is_positive()) {
      at(m).orders.reduce(*o, excess.value());
      o->size -= excess;
      changed(*o, order_cause::resized);
    }
  }
}

// -- operations
// ---------------------------------------------------------------------------------------

order_result core::submit(timestamp now, const new_order& request) {
  advance(now);
  auto& s = *state_;
  auto size = request.size;
  if (const auto code = s.check(request, size); code != reject_code::none)
    return {nullptr, code};
  auto& o = s.create(request, size);
  s.place(o);
  s.finish();
  return {&o, reject_code::none};
}

order_result core::state::end_by_request(account_id account, order_id id, order_state final_state,
                                         order_cause cause, reject_code reason) {
  auto* o = find(account, id);
  if (!o)
    return {nullptr, reject_code::unknown_order};
  if (!o->is_open())
    return {o, reject_code::order_is_final};
  end(*o, final_state, cause, reason);
  finish();
  return {o, reject_code::none};
}

order_result core::cancel(timestamp now, account_id account, order_id id) {
  advance(now);
  return state_->end_by_request(account, id, order_state::cancelled, order_cause::cancelled,
                                reject_code::none);
}

order_result core::expire(timestamp now, account_id account, order_id id) {
  advance(now);
  return state_->end_by_request(account, id, order_state::expired, order_cause::expired,
                                reject_code::time_expired);
}

std::size_t core::cancel_all(timestamp now, account_id account, std::optional<market_id> market) {
  advance(now);
  const auto count = state_->cancel_all(account, market, order_cause::cancelled);
  state_->finish();
  return count;
}

order_result core::amend(timestamp now, account_id account, order_id id,
                         std::optional<price> limit_price, std::optional<quantity> size) {
  advance(now);
  auto& s = *state_;
  auto* o = s.find(account, id);
  if (!o)
    return {nullptr, reject_code::unknown_order};
  if (!o->is_open())
    return {o, reject_code::order_is_final};
  const auto new_price = limit_price.value_or(o->limit_price);
  const auto new_size = size.value_or(o->size);
  if (const auto code = s.check_amend(*o, new_price, new_size); code != reject_code::none)
    return {o, code};
  ++o->amendments;
  if (new_price == o->limit_price && new_size <= o->size) {
    const auto cut = (o->size - new_size).value();
    s.at(o->market).orders.reduce(*o, cut);
    s.sums(*o, cut, -1);
    o->size = new_size;
    s.changed(*o, order_cause::amended);
  } else {
    s.lift(*o);
    o->limit_price = new_price;
    o->size = new_size;
    s.changed(*o, order_cause::amended);
    s.place(*o);
  }
  s.finish();
  return {o, reject_code::none};
}

void core::set_countdown(timestamp now, account_id account, market_id market, duration countdown) {
  advance(now);
  const std::pair key{market, account};
  if (countdown <= duration{0})
    state_->countdowns.erase(key);
  else
    state_->countdowns[key] = state_->clock + countdown;
}

void core::set_trading(timestamp now, market_id market, bool open) {
  advance(now);
  state_->at(market).trading = open;
}

} // namespace actorbot::exchange
