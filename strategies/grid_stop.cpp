// The end: what each kind of stop cancels, closes and waits for.
#include "strategies/grid.hpp"

#include <algorithm>

namespace actorbot::strategies {

void grid::begin_stop(context& ctx, ending how, bool by_operator, std::string cause) {
  // An operator's wish replaces whatever is under way; a price level replaces nothing.
  if (stop_ && !by_operator)
    return;
  ctx.note(by_operator ? severity::info : severity::alarm, "Stopping: " + cause + ".");
  stop_ = stop_in_progress{how, by_operator, std::move(cause)};
  trouble_ = {};
  if (how != ending::keep) {
    cancel_orders(ctx, how != ending::leave);
  }
  settle(ctx, stop_->cause);
}

/// Also repeats cancels that came to nothing.
void grid::cancel_orders(context& ctx, bool closes_too) {
  if (ledger_.entry) {
    ledger_.entry->second.cancelling = true;
    ctx.cancel(ledger_.entry->first);
  }
  for (const auto& [id, order] : ledger_.strays)
    ctx.cancel(id);
  if (closes_too)
    for (auto& [id, order] : ledger_.closes)
      if (!order.market) {
        order.cancelling = true;
        ctx.cancel(id);
      }
  start_timer(ctx, timer::stop, p_.reprice_interval);
}

void grid::drive_stop(context& ctx) {
  const bool entries = ledger_.entry || !ledger_.strays.empty();
  switch (stop_->how) {
  case ending::keep:
    return finish(ctx, "orders and position are kept");
  case ending::leave:
    place_closes(ctx);
    if (!entries && !ledger_.any_close_in_flight()) {
      const auto* i = ctx.find_instrument(instrument_);
      if (i && placeable(*i, close_at_market(ctx)).is_zero())
        finish(ctx, stop_->cause + "; close orders and position stay");
    }
    return;
  case ending::cancel:
    if (!entries && ledger_.closes.empty())
      finish(ctx, "own orders are cancelled, the position is "
                      + to_string(ctx.position_of(instrument_)));
    return;
  case ending::flatten:
    if (!entries && ledger_.closes.empty())
      flatten(ctx);
    return;
  }
}

void grid::flatten(context& ctx) {
  const auto position = ctx.position_of(instrument_);
  if (position.is_zero())
    return finish(ctx, stop_->cause + "; the position is flat");
  const auto* i = ctx.find_instrument(instrument_);
  if (!i || !can_close(ctx))
    return start_timer(ctx, timer::stop, p_.close_retry);
  if (ctx.now() < trouble_.not_before)
    return start_timer(ctx, timer::close, trouble_.not_before - ctx.now());
  auto most = position.abs();
  if (i->max_market_quantity.is_positive())
    most = std::min(most, i->max_market_quantity);
  const auto size = round_quantity_down(*i, most);
  if (size.is_zero())
    return finish(ctx, stop_->cause + "; " + to_string(position)
                           + " is too small for an order and stays");
  execute_at_market(ctx, position.is_positive() ? side::sell : side::buy, size);
}

void grid::finish(context& ctx, std::string text) {
  finished_ = true;
  for (auto t : {timer::enter, timer::follow, timer::close, timer::repair, timer::stop})
    ctx.cancel_timer(static_cast<timer_id>(t));
  settle(ctx, text);
  ctx.finished(std::move(text));
}

} // namespace actorbot::strategies
