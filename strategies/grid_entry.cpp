// The way in: gates, placing, following, refusals.
#include "strategies/grid.hpp"
#include "strategies/grid_prices.hpp"

#include <algorithm>

namespace actorbot::strategies {

namespace {

/// Refusals that say "not now" rather than "not at this price": they wait longer.
constexpr duration slow_backoff = std::chrono::seconds{1};
constexpr duration longest_backoff = std::chrono::seconds{30};
constexpr duration shortest_rest = std::chrono::minutes{1};

} // namespace

/// The gates, in the order of the reference: nothing outstanding, cool-down, grid step.
void grid::try_enter(context& ctx) {
  if (shown_ != grid_state::ready || ledger_.entry || !ledger_.strays.empty())
    return;
  const auto* i = ctx.find_instrument(instrument_);
  const auto* book = fresh_book(ctx);
  if (!i || !book || !i->trading)
    return;
  const auto now = ctx.now();
  if (now < entry_not_before_)
    return start_timer(ctx, timer::enter, entry_not_before_ - now);
  if (signed_position(ctx) >= p_.size * decimal::from_int(p_.max_orders))
    return;
  const auto nearest = ledger_.nearest(p_.direction);
  const auto at = entry_price(*i, p_.direction, p_.entry, *book, nearest);
  if (!at)
    return;
  const auto vary = [this](duration base) {
    return p_.random_timing ? varied_cooldown(base, timing_draw_) : base;
  };
  const auto pace
      = pacer_.look(ledger_.resting(p_.direction), p_.max_orders, vary, p_.wait_time, now);
  if (!pace.enter) {
    if (pace.again > duration{0})
      start_timer(ctx, timer::enter, pace.again);
    return;
  }
  if (grid_step_met(p_.direction, nearest, *book, p_.take_profit, p_.grid_step))
    place_entry(ctx, *i, *at);
}

void grid::place_entry(context& ctx, const instrument& i, price at) {
  const auto size = round_quantity_down(i, p_.size);
  if (size.is_zero() || notional(at, size) < i.min_notional) {
    if (!size_alarmed_)
      ctx.note(severity::alarm, "No entries: quantity " + to_string(p_.size)
                                    + " is below what the venue takes (minimum "
                                    + to_string(i.min_quantity) + ", lot " + to_string(i.lot)
                                    + ", notional " + to_string(i.min_notional) + ").");
    size_alarmed_ = true;
    return;
  }
  order_intent intent;
  intent.instrument = instrument_;
  intent.order_side = p_.direction;
  intent.post_only = true;
  intent.size = size;
  intent.limit_price = at;
  const auto id = ctx.place(intent);
  entry_order order;
  order.size = size;
  order.limit = at;
  ledger_.entry = {id, order};
  start_timer(ctx, timer::follow, p_.reprice_first);
  settle(ctx, "entry " + std::string(to_string(p_.direction)) + " " + to_string(size) + " at "
                  + to_string(at) + " sent");
}

/// Looks at the resting entry: replaced when the price has moved away from it, or when it is filled
/// in part (the remainder is cancelled). Replacing is cancelling here and entering again once the
/// venue has said what became of it, never before.
void grid::follow_entry(context& ctx) {
  if (!ledger_.entry || finished_)
    return;
  start_timer(ctx, timer::follow, p_.reprice_interval);
  auto& order = ledger_.entry->second;
  if (order.state == order_state::pending || order.state == order_state::unknown)
    return;
  if (order.cancelling) {
    ctx.cancel(ledger_.entry->first);
    return;
  }
  const auto* i = ctx.find_instrument(instrument_);
  const auto* book = fresh_book(ctx);
  if (!i || !book || !is_live(ctx) || paused_ || !started_)
    return;
  if (order.filled.is_positive())
    return cancel_entry(ctx, "the remainder of a part fill");
  const auto now = entry_price(*i, p_.direction, p_.entry, *book, ledger_.nearest(p_.direction));
  if (now && follows(p_.direction, order.limit, *now))
    cancel_entry(ctx, "the price moved away, now " + to_string(*now));
}

void grid::cancel_entry(context& ctx, std::string_view why) {
  if (!ledger_.entry || ledger_.entry->second.cancelling)
    return;
  auto& [id, order] = *ledger_.entry;
  order.cancelling = true;
  ctx.note(severity::info,
           "Cancelling the entry at " + to_string(order.limit) + ": " + std::string(why) + ".");
  ctx.cancel(id);
}

void grid::end_entry(const order_update& update, context& ctx) {
  if (ledger_.strays.erase(update.id) != 0)
    return;
  const auto order = ledger_.entry->second;
  ledger_.entry.reset();
  ctx.cancel_timer(static_cast<timer_id>(timer::follow));
  // One that was filled but not yet closed must not look like one that never filled.
  if (order.filled.is_zero() || order.closes > 0 || p_.boost)
    pacer_.entry_ended();
  if (order.filled.is_positive())
    draw_cycle(ctx);
  const bool refused = order.filled.is_zero() && !order.cancelling;
  if (!refused && update.state != order_state::rejected) {
    entry_refusals_ = 0;
    return;
  }
  const auto base = update.reason == reject_reason::post_only_would_cross
                        ? p_.entry_backoff
                        : std::max(p_.entry_backoff, slow_backoff);
  auto wait = base * (std::int64_t{1} << std::min<std::int64_t>(entry_refusals_, 10));
  wait = std::min(wait, longest_backoff);
  if (++entry_refusals_ >= p_.entry_attempts) {
    entry_refusals_ = 0;
    wait = std::max(p_.wait_time, shortest_rest);
    ctx.note(severity::warning, std::to_string(p_.entry_attempts)
                                    + " entries in a row were refused, the last with "
                                    + std::string(to_string(update.reason)) + " " + update.text
                                    + "; the next one in " + to_text(wait) + ".");
  }
  entry_not_before_ = ctx.now() + wait;
}

/// One draw per cycle: a wait that is drawn again at every look shrinks towards its lower bound.
void grid::draw_cycle(context& ctx) {
  if (p_.random_timing)
    timing_draw_ = uniform_variation(ctx.random(), p_.timing_range);
  if (p_.dynamic_profit)
    profit_draw_ = uniform_variation(ctx.random(), p_.profit_range);
  drawn_ = true;
}

} // namespace actorbot::strategies
