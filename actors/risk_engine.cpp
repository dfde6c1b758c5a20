#include "actors/risk_engine.hpp"

#include "actors/midpoint.hpp"

#include <algorithm>

namespace actorbot {

namespace {

/// Of the middle, for market orders where no price_collar is configured.
constexpr decimal default_worst_price = decimal::from_raw(decimal::unit / 20);

risk_denial deny(reject_reason reason, std::string text) { return {reason, std::move(text)}; }

} // namespace

// -- the view ----------------------------------------------------------------------------------------

timestamp risk_engine::known_instrument::heard() const {
  return std::max(top ? top->received : timestamp{}, mark ? mark->received : timestamp{});
}

price risk_engine::known_instrument::reference() const {
  if (top && top->two_sided())
    return middle_of(*top);
  return mark ? mark->mark : price{};
}

quantity risk_engine::known_instrument::worst_case(quantity one_more) const {
  auto longest = position, shortest = position;
  (one_more.is_positive() ? longest : shortest) += one_more;
  for (const auto& [id, order] : orders) {
    if (order.order_side == side::buy)
      longest += order.remaining;
    else
      shortest -= order.remaining;
  }
  return std::max(longest.abs(), shortest.abs());
}

void risk_engine::on(const top_of_book& x) { instruments_[x.instrument].top = x; }

void risk_engine::on(const mark_price& x) { instruments_[x.instrument].mark = x; }

void risk_engine::on(const order_update& x) {
  auto& orders = instruments_[x.instrument].orders;
  if (is_final(x.state)) {
    orders.erase(x.id);
    return;
  }
  auto& order = orders[x.id];
  order = {x.instrument, x.order_side, x.limit_price, x.size - x.filled, x.reduce_only};
}

void risk_engine::on(const fill& x) {
  auto& at = instruments_[x.instrument];
  const auto change = x.order_side == side::buy ? x.size : -x.size;
  // The venue's own statement of the position follows; until then the fill counts.
  at.position += change;
  if (const auto found = at.orders.find(x.id); found != at.orders.end())
    found->second.remaining = std::max(found->second.remaining - x.size, quantity{});
  auto& history = history_[x.id.strategy];
  history.position[x.instrument] += change;
  history.fills.push_back(x.time);
}

void risk_engine::rebuild(const account_view& view) {
  venues_[view.venue] = {view.state, view.time};
  for (auto& [id, at] : instruments_)
    if (id.venue == view.venue) {
      at.orders.clear();
      at.position = {};
    }
  for (auto& [strategy, history] : history_)
    std::erase_if(history.position, [&](const auto& x) { return x.first.venue == view.venue; });
  for (const auto& order : view.orders)
    on(order);
  for (const auto& [id, size] : view.positions)
    instruments_[id].position = size;
  for (const auto& own : view.virtual_positions)
    history_[own.strategy].position[own.instrument] = own.size;
}

// -- the question ------------------------------------------------------------------------------------

void risk_engine::set_strategy_limits(strategy_id strategy, risk_limits limits) {
  const auto fill_in = [](auto& mine, const auto& common) {
    if (!mine)
      mine = common;
  };
  fill_in(limits.max_order_notional, limits_.max_order_notional);
  fill_in(limits.max_order_quantity, limits_.max_order_quantity);
  fill_in(limits.max_position_notional, limits_.max_position_notional);
  fill_in(limits.max_gross_exposure, limits_.max_gross_exposure);
  fill_in(limits.max_open_orders, limits_.max_open_orders);
  fill_in(limits.max_orders_per_second, limits_.max_orders_per_second);
  if (limits.price_collar.is_zero())
    limits.price_collar = limits_.price_collar;
  if (limits.market_collar.is_zero())
    limits.market_collar = limits_.market_collar;
  if (limits.max_fills == 0)
    limits.max_fills = limits_.max_fills;
  strategy_limits_[strategy] = limits;
}

const risk_limits& risk_engine::limits_of(strategy_id strategy) const {
  const auto found = strategy_limits_.find(strategy);
  return found == strategy_limits_.end() ? limits_ : found->second;
}

risk_engine::verdict risk_engine::check_state(const order_request& order,
                                              const known_venue& venue) const {
  if (state_ == trading_state::halted)
    return deny(reject_reason::risk_halted, "trading is halted");
  if (state_ == trading_state::reduce_only && !order.reduce_only)
    return deny(reject_reason::risk_reduce_only_state, "only reducing orders are allowed now");
  if (venue.state != venue_state::live && !order.reduce_only)
    return deny(reject_reason::risk_venue_not_live,
                "the venue is " + std::string{to_string(venue.state)});
  return std::nullopt;
}

quantity risk_engine::closable(const order_request& order, const known_instrument& at) const {
  auto own = at.position;
  if (order.id.strategy != no_strategy) {
    // A strategy reduces its own position; what other strategies hold is not its to close. One that
    // is new here may own what nobody else does (from before a restart).
    bool known = false;
    for (const auto& [strategy, history] : history_) {
      const auto found = history.position.find(order.instrument);
      if (found == history.position.end())
        continue;
      if (strategy == order.id.strategy) {
        own = found->second;
        known = true;
        break;
      }
      own -= found->second;
    }
    if (!known && own.value().sign() != at.position.value().sign())
      own = {};
  }
  auto left = order.order_side == side::sell ? own : -own;
  // What its resting reducing orders will close is spoken for.
  for (const auto& [id, other] : at.orders)
    if (other.reduce_only && other.order_side == order.order_side
        && id.strategy == order.id.strategy)
      left -= other.remaining;
  return left;
}

risk_engine::verdict risk_engine::check_reduce_only(const order_request& order,
                                                    const known_instrument& at) const {
  if (!order.reduce_only)
    return std::nullopt;
  if (const auto left = closable(order, at); order.size > left)
    return deny(reject_reason::risk_reduce_only,
                "a reduce-only " + std::string{to_string(order.order_side)} + " of "
                    + to_string(order.size) + " does not fit the position, which leaves "
                    + to_string(left) + " to close");
  return std::nullopt;
}

risk_engine::verdict risk_engine::check_data(const known_instrument& at, const known_venue& venue,
                                             const risk_limits& limits, timestamp now) const {
  if (now - at.heard() > limits.stale_market || !at.reference().is_positive())
    return deny(reject_reason::risk_stale_market,
                "market data is older than " + to_text(limits.stale_market));
  if (now - venue.account_time > limits.stale_account)
    return deny(reject_reason::risk_stale_account,
                "account data is older than " + to_text(limits.stale_account));
  return std::nullopt;
}

risk_engine::verdict risk_engine::check_size(const order_request& order, const known_instrument& at,
                                             const risk_limits& limits) const {
  const auto& rules = *at.description;
  const auto at_price = order.type == order_type::limit ? order.limit_price : at.reference();
  if (const auto broken = violates_rules(rules, order, at_price))
    return deny(reject_reason::risk_instrument_rules,
                "breaks the instrument's rules: " + std::string{to_string(*broken)});
  if (order.reduce_only)
    return std::nullopt;
  if (limits.max_order_quantity && order.size > *limits.max_order_quantity)
    return deny(reject_reason::risk_order_quantity, to_string(order.size)
                                                        + " is above max_order_quantity "
                                                        + to_string(*limits.max_order_quantity));
  // A limit below the market does not make a sell cheap: it trades at the market.
  const auto value_at
      = order.order_side == side::sell ? std::max(at_price, at.reference()) : at_price;
  const auto value = notional(value_at, order.size);
  if (limits.max_order_notional && value > *limits.max_order_notional)
    return deny(reject_reason::risk_order_notional, to_string(value)
                                                        + " is above max_order_notional "
                                                        + to_string(*limits.max_order_notional));
  return std::nullopt;
}

risk_engine::verdict risk_engine::check_collar(const order_request& order,
                                               const known_instrument& at,
                                               const risk_limits& limits) const {
  const auto reference = at.reference().value();
  if (!reference.is_positive())
    return std::nullopt;
  if (order.type == order_type::market) {
    if (!limits.market_collar.is_positive() || !at.top || !at.top->two_sided())
      return std::nullopt;
    const auto half_spread = decimal::divide(at.top->ask->at.value() - at.top->bid->at.value(), 2);
    if (half_spread > reference * limits.market_collar && !order.reduce_only)
      return deny(reject_reason::risk_price_collar, "the spread is too wide for a market order");
    return std::nullopt;
  }
  if (!limits.price_collar.is_positive())
    return std::nullopt;
  // Only the dangerous side: a buy far above, a sell far below. Far away on the other side rests.
  const auto away = order.order_side == side::buy ? order.limit_price.value() - reference
                                                  : reference - order.limit_price.value();
  if (away > reference * limits.price_collar)
    return deny(reject_reason::risk_price_collar, to_string(order.limit_price)
                                                      + " is too far through the market at "
                                                      + to_string(reference));
  return std::nullopt;
}

risk_engine::verdict risk_engine::check_exposure(const order_request& order,
                                                 const known_instrument& at,
                                                 const risk_limits& limits) const {
  if (order.reduce_only)
    return std::nullopt;
  if (limits.max_open_orders) {
    const auto opening = std::count_if(at.orders.begin(), at.orders.end(),
                                       [](const auto& x) { return !x.second.reduce_only; });
    if (static_cast<std::uint64_t>(opening) >= *limits.max_open_orders)
      return deny(reject_reason::risk_open_orders, std::to_string(opening)
                                                       + " open orders, max_open_orders is "
                                                       + std::to_string(*limits.max_open_orders));
  }
  const auto worst = notional(
      at.reference(), at.worst_case(order.order_side == side::buy ? order.size : -order.size));
  if (limits.max_position_notional && worst > *limits.max_position_notional)
    return deny(reject_reason::risk_position,
                "position and open orders could reach " + worst.to_fixed(2)
                    + ", max_position_notional is " + to_string(*limits.max_position_notional));
  if (limits.max_gross_exposure) {
    auto gross = worst;
    for (const auto& [id, other] : instruments_) {
      const auto held = id == order.instrument ? quantity{} : other.worst_case();
      if (held.is_zero())
        continue;
      if (!other.reference().is_positive())
        return deny(reject_reason::risk_exposure,
                    "the exposure in " + to_string(id) + " has no price: gross is not known");
      gross += notional(other.reference(), held);
    }
    if (gross > *limits.max_gross_exposure)
      return deny(reject_reason::risk_exposure, "gross exposure could reach " + gross.to_fixed(2)
                                                    + ", max_gross_exposure is "
                                                    + to_string(*limits.max_gross_exposure));
  }
  return std::nullopt;
}

price risk_engine::worst_price(const order_request& order, const known_instrument& at,
                               const risk_limits& limits) {
  const auto middle = at.reference().value();
  const auto away
      = middle * (limits.price_collar.is_positive() ? limits.price_collar : default_worst_price);
  const bool buys = order.order_side == side::buy;
  return round_price(*at.description, price{buys ? middle + away : middle - away},
                     buys ? rounding::floor : rounding::ceil);
}

risk_engine::order_shape risk_engine::shape_of(const order_request& order) {
  return {order.instrument,  order.order_side, order.type,
          order.reduce_only, order.size,       order.limit_price};
}

risk_engine::verdict risk_engine::check_history(const order_request& order,
                                                strategy_history& history,
                                                const risk_limits& limits, timestamp now) const {
  const auto keep = std::max(limits.duplicate_window, duration{std::chrono::seconds{1}});
  while (!history.recent.empty() && now - history.recent.front().first > keep) {
    const auto& [time, shape] = history.recent.front();
    if (const auto last = history.last_sent.find(shape);
        last != history.last_sent.end() && last->second == time)
      history.last_sent.erase(last);
    history.recent.pop_front();
  }
  while (!history.fills.empty() && now - history.fills.front() > limits.fills_window)
    history.fills.pop_front();
  const auto same = history.last_sent.find(shape_of(order));
  if (same != history.last_sent.end() && now - same->second <= limits.duplicate_window)
    return deny(reject_reason::risk_duplicate,
                "the same order was sent within " + to_text(limits.duplicate_window));
  if (order.reduce_only)
    return std::nullopt;
  if (limits.max_orders_per_second) {
    const auto since = now - std::chrono::seconds{1};
    const auto first = std::partition_point(history.recent.begin(), history.recent.end(),
                                            [&](const auto& x) { return x.first <= since; });
    const auto count = history.recent.end() - first;
    if (static_cast<std::uint64_t>(count) >= *limits.max_orders_per_second)
      return deny(reject_reason::risk_rate,
                  "max_orders_per_second is " + std::to_string(*limits.max_orders_per_second));
  }
  if (limits.max_fills != 0 && history.fills.size() >= limits.max_fills)
    return deny(reject_reason::risk_repeated_execution, std::to_string(history.fills.size())
                                                            + " fills within "
                                                            + to_text(limits.fills_window));
  return std::nullopt;
}

risk_engine::verdict risk_engine::check_self_trade(const order_request& order,
                                                   const known_instrument& at,
                                                   const risk_limits& limits,
                                                   std::vector<cancel_order>& cancels) const {
  const bool market = order.type == order_type::market;
  for (const auto& [id, other] : at.orders) {
    if (other.order_side == order.order_side || other.remaining.is_zero())
      continue;
    const bool crosses
        = market
          || (order.order_side == side::buy ? order.limit_price >= other.limit_price
                                            : order.limit_price <= other.limit_price);
    if (!crosses || order.post_only)
      continue;
    // A far-away resting order is only in a market order's way when it is the best there is.
    if (market && at.top && at.top->two_sided()) {
      const bool best = order.order_side == side::buy ? other.limit_price <= at.top->ask->at
                                                      : other.limit_price >= at.top->bid->at;
      if (!best)
        continue;
    }
    if (limits.self_trade == self_trade_policy::cancel_resting)
      cancels.push_back({id, other.instrument});
    else
      return deny(reject_reason::risk_self_trade,
                  "it would trade with our own order at " + to_string(other.limit_price));
  }
  if (!cancels.empty())
    return deny(reject_reason::risk_self_trade, "own resting orders are in the way; cancelling");
  return std::nullopt;
}

risk_engine::verdict risk_engine::check_all(const order_request& order, timestamp now,
                                            std::vector<cancel_order>& cancels) {
  auto& at = instruments_[order.instrument];
  const auto& venue = venues_[order.instrument.venue];
  const auto& limits = limits_of(order.id.strategy);
  if (auto x = check_state(order, venue))
    return x;
  if (!at.description || !at.description->trading)
    return deny(reject_reason::risk_no_instrument, "the instrument is not known or not trading");
  if (auto x = check_reduce_only(order, at))
    return x;
  if (!order.reduce_only)
    if (auto x = check_data(at, venue, limits, now))
      return x;
  if (auto x = check_size(order, at, limits))
    return x;
  if (auto x = check_collar(order, at, limits))
    return x;
  if (auto x = check_exposure(order, at, limits))
    return x;
  if (auto x = check_history(order, history_[order.id.strategy], limits, now))
    return x;
  return check_self_trade(order, at, limits, cancels);
}

risk_decision risk_engine::check(const order_request& order, timestamp now) {
  ++checked_;
  risk_decision result;
  result.denial = check_all(order, now, result.cancels);
  if (result.denial) {
    ++denials_[std::string{to_string(result.denial->reason)}];
    return result;
  }
  auto& at = instruments_[order.instrument];
  if (order.type == order_type::market && order.limit_price.is_zero())
    result.worst_price = worst_price(order, at, limits_of(order.id.strategy));
  auto& history = history_[order.id.strategy];
  history.recent.emplace_back(now, shape_of(order));
  history.last_sent[history.recent.back().second] = now;
  at.orders[order.id]
      = {order.instrument, order.order_side, order.limit_price, order.size, order.reduce_only};
  return result;
}

} // namespace actorbot
