// The way out: close orders, their retries, and the check of position against close orders.
#include "strategies/grid.hpp"
#include "strategies/grid_prices.hpp"

#include <algorithm>
#include <utility>

namespace actorbot::strategies {

namespace {

constexpr duration longest_backoff = std::chrono::seconds{30};
/// Repairs of one mismatch before the operator is called.
constexpr std::int64_t repair_attempts = 3;

/// Refusals that say nothing about the order itself: they cost time, not attempts.
bool is_passing(reject_reason r) {
  switch (r) {
  case reject_reason::nonce:
  case reject_reason::rate_limit:
  case reject_reason::not_sent:
  case reject_reason::stale:
  case reject_reason::venue_unavailable:
  case reject_reason::risk_rate:
  case reject_reason::risk_stale_market:
  case reject_reason::risk_stale_account:
  case reject_reason::risk_venue_not_live:
  case reject_reason::risk_epoch:
    return true;
  default:
    return false;
  }
}

} // namespace

open_lot grid::lot_at(quantity size, decimal at, decimal fees) const {
  auto profit = p_.take_profit;
  if (p_.dynamic_profit)
    profit = std::max(decimal{}, profit * (decimal{1} + profit_draw_));
  const auto target = at * (decimal{1} + profit * decimal{sign_of(p_.direction)});
  return {size, at * size.value(), target * size.value(), fees};
}

void grid::cover(const fill& event, context& ctx) {
  ledger_.uncovered.add(lot_at(event.size, event.at.value(), event.fee));
  last_fill_ = event.at.value();
  if (!p_.boost)
    pacer_.last_entry = ctx.now();
}

/// What of the uncovered part the venue would take as one order; zero = carried for now.
quantity grid::placeable(const instrument& i, bool market) const {
  const auto& lot = ledger_.uncovered;
  if (!lot.size.is_positive())
    return {};
  auto most = lot.size;
  if (market && i.max_market_quantity.is_positive())
    most = std::min(most, i.max_market_quantity);
  const auto size = round_quantity_down(i, most);
  // Not only for opening orders: the reduce-only flag is not always sent on to the venue.
  return lot.average_target() * size.value() < i.min_notional ? quantity{} : size;
}

bool grid::close_at_market(context& ctx) const {
  if (p_.boost || trouble_.refusals >= p_.close_attempts)
    return true;
  return trouble_.since != timestamp{} && ctx.now() - trouble_.since >= p_.close_timeout;
}

void grid::place_closes(context& ctx) {
  const auto* i = ctx.find_instrument(instrument_);
  if (!i || !can_close(ctx))
    return;
  if (ctx.now() < trouble_.not_before) {
    if (ledger_.uncovered.size.is_positive())
      start_timer(ctx, timer::close, trouble_.not_before - ctx.now());
    return;
  }
  const bool market = close_at_market(ctx);
  for (auto size = placeable(*i, market); size.is_positive(); size = placeable(*i, market))
    place_close(ctx, *i, size, market);
}

void grid::place_close(context& ctx, const instrument& i, quantity size, bool market) {
  close_order order;
  order.order_side = opposite(p_.direction);
  order.market = market;
  order_intent intent;
  intent.instrument = instrument_;
  intent.order_side = order.order_side;
  intent.reduce_only = true;
  intent.size = size;
  const auto cause
      = "close order " + std::string(to_string(order.order_side)) + " " + to_string(size);
  if (market) {
    intent.type = order_type::market;
    intent.tif = time_in_force::ioc;
    if (!p_.boost && !trouble_.alarmed) {
      trouble_.alarmed = true;
      ctx.note(severity::alarm, "A close order of " + to_string(size)
                                    + " could not be made to rest; closing at market.");
    }
  } else {
    const auto target
        = round_price_passive(i, price{ledger_.uncovered.average_target()}, order.order_side);
    const auto ticks = static_cast<int>(1 + trouble_.refusals);
    intent.limit_price
        = outside_spread(i, target, order.order_side, ctx.find_book(instrument_), ticks);
    intent.post_only = true;
  }
  order.limit = intent.limit_price;
  order.lot = ledger_.uncovered.take(size);
  if (ledger_.entry)
    ++ledger_.entry->second.closes;
  ledger_.closes.emplace(ctx.place(intent), order);
  settle(ctx, cause + (market ? " at market sent" : " at " + to_string(order.limit) + " sent"));
}

void grid::close_failed(const close_order& order, const order_update& update, context& ctx) {
  const auto now = ctx.now();
  if (now - trouble_.last > 2 * p_.close_timeout + longest_backoff)
    trouble_ = {};
  if (trouble_.since == timestamp{})
    trouble_.since = now;
  trouble_.last = now;
  const bool passing = is_passing(update.reason);
  if (!passing)
    ++trouble_.refusals;
  const auto doublings = std::min<std::int64_t>(trouble_.failures++, 10);
  auto wait = p_.close_retry;
  if (passing || order.market)
    wait = std::min(wait * (std::int64_t{1} << doublings), longest_backoff);
  trouble_.not_before = now + wait;
  start_timer(ctx, timer::close, wait);
  const auto why = std::string(to_string(update.state)) + " ("
                   + std::string(to_string(update.reason))
                   + (update.text.empty() ? "" : ": " + update.text) + ")";
  // One alarm when even the market order fails; its repetitions are warnings.
  const bool alarm = order.market && !std::exchange(trouble_.market_failed, order.market);
  ctx.note(alarm ? severity::alarm : severity::warning,
           std::string(order.market ? "A market close" : "A close order") + " of "
               + to_string(order.remaining()) + " is " + why + "; next attempt in " + to_text(wait)
               + ".");
}

/// Signed and exact, at every event. A difference acts only after it has lasted.
void grid::check_position(context& ctx) {
  const auto difference = signed_position(ctx) - ledger_.accounted(p_.direction);
  const auto now = ctx.now();
  if (difference.is_zero()) {
    if (!mismatch_.is_zero()) {
      mismatch_ = {};
      repairs_ = 0;
      ctx.cancel_timer(static_cast<timer_id>(timer::repair));
      settle(ctx, "position and close orders agree again");
    }
    return;
  }
  if (difference != mismatch_) {
    mismatch_ = difference;
    mismatch_since_ = now;
    const auto covered = ledger_.accounted(p_.direction);
    ctx.note(severity::warning, "Position " + to_string(signed_position(ctx)) + " and close orders "
                                    + to_string(covered) + " differ by " + to_string(difference)
                                    + ".");
    settle(ctx, "position and close orders differ");
    return start_timer(ctx, timer::repair, p_.repair_delay);
  }
  const auto due = mismatch_since_ + p_.repair_delay;
  if (now < due)
    return start_timer(ctx, timer::repair, due - now);
  mismatch_since_ = now;
  start_timer(ctx, timer::repair, p_.repair_delay);
  // What is unknown may explain the difference: evidence first.
  if (ledger_.any_unknown() || !can_close(ctx))
    return;
  if (repairs_++ == repair_attempts)
    ctx.note(severity::alarm, "Position and close orders still differ by " + to_string(difference)
                                  + " after " + std::to_string(repair_attempts) + " repairs.");
  repair(difference, ctx);
}

void grid::repair(quantity difference, context& ctx) {
  ctx.note(severity::warning, "Repairing a difference of " + to_string(difference) + ".");
  if (difference.is_positive()) {
    auto at = last_fill_;
    const auto* book = fresh_book(ctx);
    if (at.is_zero() && book)
      at = (p_.direction == side::buy ? book->ask : book->bid)->at.value();
    if (at.is_positive())
      ledger_.uncovered.add(lot_at(difference, at, {}));
    return check_position(ctx);
  }
  auto excess = -difference;
  const auto unplaced = std::min(excess, ledger_.uncovered.size);
  ledger_.uncovered.take(unplaced);
  excess -= unplaced;
  // The furthest from the market first: it is the last to be missed.
  while (excess.is_positive()) {
    std::pair<const client_order_id, close_order>* furthest = nullptr;
    for (auto& candidate : ledger_.closes) {
      auto& order = candidate.second;
      if (order.market || order.cancelling || order.order_side == p_.direction)
        continue;
      const bool further = p_.direction == side::buy
                               ? !furthest || order.limit > furthest->second.limit
                               : !furthest || order.limit < furthest->second.limit;
      if (further)
        furthest = &candidate;
    }
    if (!furthest)
      break;
    excess -= std::min(excess, furthest->second.remaining());
    furthest->second.cancelling = true;
    ctx.cancel(furthest->first);
  }
  // A cancel that came to nothing is tried again.
  for (auto& [id, order] : ledger_.closes)
    if (order.cancelling && repairs_ > 1)
      ctx.cancel(id);
  const auto wrong_side = -signed_position(ctx);
  if (ledger_.closes.empty() && wrong_side.is_positive()) {
    ctx.note(severity::alarm, "The position has the wrong sign: " + to_string(wrong_side)
                                  + " too much was closed. Taking it back at market.");
    execute_at_market(ctx, p_.direction, wrong_side);
  }
}

/// Reduces the position at once, whatever the grid's prices say.
void grid::execute_at_market(context& ctx, side s, quantity size) {
  order_intent intent;
  intent.instrument = instrument_;
  intent.order_side = s;
  intent.type = order_type::market;
  intent.tif = time_in_force::ioc;
  intent.reduce_only = true;
  intent.size = size;
  close_order order;
  order.order_side = s;
  order.market = true;
  order.lot.size = size;
  if (s != p_.direction) {
    order.lot = ledger_.uncovered.take(std::min(size, ledger_.uncovered.size));
    // What no fill of ours explains is taken at the newest entry price, if there is one.
    const auto unexplained = size - order.lot.size;
    if (unexplained.is_positive())
      order.lot.add(lot_at(unexplained, last_fill_, {}));
  }
  ledger_.closes.emplace(ctx.place(intent), order);
}

} // namespace actorbot::strategies
