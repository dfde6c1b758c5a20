#include "strategies/grid.hpp"

#include "strategies/grid_prices.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace actorbot::strategies {

std::string_view to_string(grid_state s) {
  switch (s) {
  case grid_state::ready:
    return "ready";
  case grid_state::entering:
    return "entering";
  case grid_state::waiting_for_fill:
    return "waiting_for_fill";
  case grid_state::closing:
    return "closing";
  case grid_state::paused:
    return "paused";
  case grid_state::stopped:
    return "stopped";
  }
  return "?";
}

strategy_descriptor grid_descriptor() {
  strategy_descriptor d;
  d.name = "grid";
  d.help = "one entry after another, each with a take-profit order, spaced in time and price";
  d.parameters = grid_parameter_table();
  d.validate = validate_grid_parameters;
  d.make = [](const strategy_settings& s) -> std::unique_ptr<strategy> {
    return std::make_unique<grid>(s);
  };
  return d;
}

grid::grid(const strategy_settings& settings) : p_{read_grid_parameters(settings.parameters)} {
  if (settings.instruments.size() != 1)
    throw std::invalid_argument("grid: exactly one instrument");
  instrument_ = settings.instruments.front();
}

// -- events --------------------------------------------------------------------------------------

void grid::on(const started& event, context& ctx) {
  adopt(event, ctx);
  advance(ctx, "started");
}

void grid::on(const top_of_book& event, context& ctx) {
  if (event.instrument == instrument_)
    advance(ctx, "price");
}

void grid::on(const order_update& event, context& ctx) {
  if (event.instrument != instrument_)
    return;
  if (auto* entry = ledger_.find_entry(event.id)) {
    const bool was_unacknowledged
        = entry->state == order_state::pending || entry->state == order_state::unknown;
    if (is_final(event.state)) {
      end_entry(event, ctx);
      return advance(ctx, "entry " + std::string(to_string(event.state)));
    }
    if (event.state != order_state::pending || was_unacknowledged)
      entry->state = event.state;
    return advance(ctx, "entry " + std::string(to_string(event.state)));
  }
  const auto found = ledger_.closes.find(event.id);
  if (found == ledger_.closes.end())
    return;
  auto& order = found->second;
  if (is_final(event.state)) {
    end_close(event.id, event, ctx);
    return advance(ctx, "close order " + std::string(to_string(event.state)));
  }
  const bool was_in_flight = order.in_flight();
  if (event.state != order_state::pending || was_in_flight)
    order.state = event.state;
  if (was_in_flight && !order.in_flight())
    trouble_.since = {};
  advance(ctx, "close order " + std::string(to_string(event.state)));
}

void grid::end_close(const client_order_id& id, const order_update& update, context& ctx) {
  auto order = ledger_.closes.at(id);
  ledger_.closes.erase(id);
  auto rest = order.lot;
  const auto closed = rest.take(order.filled);
  // Executions that the update tells of and that have not come as fills are not open again: should
  // they never come, the position check finds it.
  const bool all = update.state == order_state::filled;
  const auto untold = all ? rest.size : update.filled - order.filled;
  if (untold.is_positive())
    rest.take(untold);
  // A correction on the entry side closes nothing of ours, and a part without a known cost has no
  // gain to report.
  const bool correction = order.order_side == p_.direction;
  if (closed.cost.is_positive() && !correction) {
    const auto gain = (order.proceeds - closed.cost) * decimal{sign_of(p_.direction)};
    ctx.cycle_completed(gain - order.fees - closed.fees);
  }
  if (rest.size.is_zero()) {
    if (order.market)
      trouble_ = {};
    return;
  }
  if (correction)
    return close_failed(order, update, ctx);
  if (order.cancelling) {
    // Cancelled because there was too much of it: only what the position still holds comes back.
    const auto missing = signed_position(ctx) - ledger_.accounted(p_.direction);
    if (missing.is_positive())
      ledger_.uncovered.add(rest.take(missing));
    return;
  }
  ledger_.uncovered.add(rest);
  close_failed(order, update, ctx);
}

void grid::on(const fill& event, context& ctx) {
  if (event.instrument != instrument_)
    return;
  const auto close = ledger_.closes.find(event.id);
  if (close != ledger_.closes.end()) {
    auto& order = close->second;
    order.filled += event.size;
    order.proceeds += notional(event.at, event.size);
    order.fees += event.fee;
    return advance(ctx, "close order fill");
  }
  if (auto* entry = ledger_.find_entry(event.id))
    entry->filled += event.size;
  else
    ctx.note(severity::warning,
             "A fill of an order that is no longer followed: " + to_string(event.id) + ", "
                 + to_string(event.size) + " at " + to_string(event.at) + ".");
  // A close order that we lost sight of: the position check finds what is now in excess.
  if (event.order_side == p_.direction)
    cover(event, ctx);
  advance(ctx, "entry fill");
}

void grid::on(const timer_fired& event, context& ctx) {
  if (static_cast<timer>(event.id) == timer::follow)
    follow_entry(ctx);
  if (static_cast<timer>(event.id) == timer::stop && stop_ && !finished_)
    cancel_orders(ctx, stop_->how != ending::leave);
  advance(ctx, "timer");
}

void grid::on(const venue_state_changed& event, context& ctx) {
  if (event.venue != instrument_.venue)
    return;
  // Time without a venue is not time of refusals: the close orders get their attempts anew.
  if (event.state == venue_state::live)
    trouble_ = {};
  advance(ctx, "venue " + std::string(to_string(event.state)));
}

void grid::on(const pause_strategy& event, context& ctx) {
  paused_ = true;
  advance(ctx, "pause asked for: " + event.text);
}

void grid::on(const resume_strategy& event, context& ctx) {
  paused_ = false;
  advance(ctx, "resume asked for: " + event.text);
}

void grid::on(const stop_strategy& event, context& ctx) {
  if (finished_)
    return;
  const auto how = event.action == stop_action::keep     ? ending::keep
                   : event.action == stop_action::cancel ? ending::cancel
                                                         : ending::flatten;
  begin_stop(ctx, how, true, "stop asked for: " + std::string(to_string(event.action)));
  drive_stop(ctx);
  settle(ctx, "stop asked for");
}

// -- what every event comes down to --------------------------------------------------------------

void grid::advance(context& ctx, std::string_view cause) {
  if (finished_)
    return;
  if (!started_ && !(stop_ && stop_->by_operator))
    return settle(ctx, cause);
  watch_prices(ctx);
  settle(ctx, cause);
  if (stop_)
    return drive_stop(ctx);
  check_position(ctx);
  place_closes(ctx);
  try_enter(ctx);
}

void grid::watch_prices(context& ctx) {
  const auto* book = fresh_book(ctx);
  if (!book || stop_)
    return;
  if (p_.protective_stop && stop_reached(p_.direction, *p_.protective_stop, *book))
    return begin_stop(ctx, ending::flatten, false,
                      "protective_stop " + to_string(*p_.protective_stop) + " reached");
  const bool past = p_.no_entry_beyond && beyond(p_.direction, *p_.no_entry_beyond, *book);
  if (past && p_.on_beyond == beyond_action::stop)
    return begin_stop(ctx, ending::leave, false,
                      "no_entry_beyond " + to_string(*p_.no_entry_beyond) + " reached");
  if (p_.stop_beyond && beyond(p_.direction, *p_.stop_beyond, *book))
    return begin_stop(ctx, ending::leave, false,
                      "stop_beyond " + to_string(*p_.stop_beyond) + " reached");
  if (past && !beyond_)
    cancel_entry(ctx, "no_entry_beyond reached");
  if (past != beyond_) {
    beyond_ = past;
    settle(ctx, past ? "no_entry_beyond reached" : "the price is back from no_entry_beyond");
  }
}

void grid::settle(context& ctx, std::string_view cause) {
  const auto state = compute_state(ctx);
  if (state == shown_)
    return;
  std::string text(to_string(shown_));
  text += " -> ";
  text += to_string(state);
  text += ": ";
  text += cause;
  shown_ = state;
  ctx.note(severity::info, std::move(text));
}

grid_state grid::compute_state(context& ctx) const {
  if (finished_)
    return grid_state::stopped;
  if (stop_)
    return grid_state::closing;
  if (ledger_.entry && ledger_.entry->second.remaining().is_positive()) {
    const auto state = ledger_.entry->second.state;
    return state == order_state::pending || state == order_state::unknown
               ? grid_state::entering
               : grid_state::waiting_for_fill;
  }
  const auto* i = ctx.find_instrument(instrument_);
  if (ledger_.entry || !ledger_.strays.empty() || ledger_.any_close_in_flight()
      || !mismatch_.is_zero() || (i && placeable(*i, close_at_market(ctx)).is_positive()))
    return grid_state::closing;
  return paused_ || beyond_ || !started_ || !is_live(ctx) ? grid_state::paused : grid_state::ready;
}

bool grid::is_live(context& ctx) const {
  return ctx.state_of(instrument_.venue) == venue_state::live;
}

bool grid::can_close(context& ctx) const {
  return is_live(ctx) || ctx.state_of(instrument_.venue) == venue_state::degraded;
}

const top_of_book* grid::fresh_book(context& ctx) const {
  const auto* book = ctx.find_book(instrument_);
  if (!book || !usable(*book) || ctx.now() - book->received > p_.max_book_age)
    return nullptr;
  return book;
}

quantity grid::signed_position(context& ctx) const {
  const auto position = ctx.position_of(instrument_);
  return p_.direction == side::buy ? position : -position;
}

void grid::start_timer(context& ctx, timer id, duration after) const {
  ctx.set_timer(static_cast<timer_id>(id), after);
}

} // namespace actorbot::strategies
