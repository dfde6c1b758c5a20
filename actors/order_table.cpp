#include "actors/order_table.hpp"

#include <algorithm>

namespace actorbot {

namespace {

/// How far along a state is: evidence may arrive out of order, an order never goes back.
int progress(order_state s) {
  switch (s) {
  case order_state::pending:
    return 0;
  case order_state::unknown:
    return 1;
  case order_state::open:
    return 2;
  case order_state::partially_filled:
    return 3;
  default:
    return 4;
  }
}

} // namespace

tracked_order* order_table::find(const client_order_id& id) {
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : &found->second;
}

const order_update* order_table::find_finished(const client_order_id& id) const {
  const auto found = finished_index_.find(id);
  return found == finished_index_.end() ? nullptr : &finished_[found->second];
}

bool order_table::add(const order_request& order, timestamp now) {
  if (open_.contains(order.id) || finished_index_.contains(order.id))
    return false;
  auto& entry = open_[order.id];
  entry.view.id = order.id;
  entry.view.instrument = order.instrument;
  entry.view.order_side = order.order_side;
  entry.view.reduce_only = order.reduce_only;
  entry.view.size = order.size;
  entry.view.limit_price = order.limit_price;
  entry.view.time = now;
  entry.sent = now;
  entry.last_change = now;
  return true;
}

void order_table::adopt(const order_update& order, timestamp now) {
  if (open_.contains(order.id) || finished_index_.contains(order.id))
    return;
  auto& entry = open_[order.id];
  entry.view = order;
  entry.last_change = now;
  entry.reported = order.filled;
  // What was filled before we knew the order is not ours to count again.
  entry.fill_notional = notional(order.average_price, order.filled);
}

std::optional<order_update> order_table::finish(tracked_order& order, order_update update) {
  const auto id = update.id;
  finished_index_[id] = finished_.size();
  finished_notional_[id] = order.fill_notional;
  finished_.push_back(update);
  open_.erase(id);
  return update;
}

std::optional<order_update> order_table::settle(tracked_order& order, const order_update& update,
                                                timestamp now) {
  auto merged = order.view;
  // Nothing that we say ourselves ends an order that may have reached the venue.
  if (update.source == evidence::local && merged.state != order_state::pending)
    return std::nullopt;
  if (!update.venue_order_id.empty())
    merged.venue_order_id = update.venue_order_id;
  merged.source = update.source;
  merged.time = update.time;
  order.last_change = now;
  order.reported = std::max(order.reported, update.filled);
  if (update.source != evidence::local)
    order.absent = 0;

  const bool venue_says = update.source != evidence::local && update.source != evidence::answer;
  order.heard_on_stream = order.heard_on_stream || venue_says;
  // Venues shrink a reducing order whose position became smaller than it.
  if (venue_says && update.size.is_positive() && update.size < merged.size)
    merged.size = std::max(update.size, merged.filled);

  if (is_final(update.state)) {
    merged.state = update.state;
    merged.reason = update.reason;
    merged.text = update.text;
    if (update.state == order_state::filled)
      order.reported = std::max(order.reported, merged.size);
    if (order.reported > merged.filled) {
      order.held_final = merged;
      order.view.venue_order_id = merged.venue_order_id;
      return std::nullopt;
    }
    return finish(order, merged);
  }
  // Nothing local moves an order on, except to unknown; nothing leaves unknown without the venue.
  const bool forward = progress(update.state) > progress(merged.state);
  const bool known_again = merged.state == order_state::unknown && update.source != evidence::local
                           && update.state != order_state::unknown;
  if (update.state == order_state::unknown && merged.state == order_state::pending) {
    merged.state = order_state::unknown;
    merged.text = update.text;
  } else if ((forward && update.state != order_state::unknown) || known_again) {
    merged.state = update.state;
    merged.text = update.text;
  }
  if (merged.state == order_state::open && merged.filled.is_positive())
    merged.state = order_state::partially_filled;
  if (merged.state == order_state::partially_filled && merged.filled.is_zero())
    merged.state = order_state::open; // the fills follow
  const bool changed = merged.state != order.view.state
                       || merged.venue_order_id != order.view.venue_order_id
                       || merged.size != order.view.size;
  order.view = merged;
  return changed ? std::optional{merged} : std::nullopt;
}

order_table::changes order_table::apply(const order_update& update, timestamp now) {
  changes result;
  auto* order = find(update.id);
  if (!order)
    return result;
  result.order = settle(*order, update, now);
  if (const auto* still = find(update.id))
    result.fills_missing = still->reported > still->view.filled;
  return result;
}

order_table::changes order_table::apply(const fill& execution, timestamp now) {
  changes result;
  if (!seen_.emplace(execution.instrument, execution.trade_id, execution.order_side).second) {
    ++duplicate_fills_;
    return result;
  }
  const auto change = execution.order_side == side::buy ? execution.size : -execution.size;
  net_[execution.instrument] += change;
  virtual_[{execution.id.strategy, execution.instrument}] += change;
  fills_.push_back(execution);
  result.new_fill = execution;

  const auto value = notional(execution.at, execution.size);
  if (auto* order = find(execution.id)) {
    auto& view = order->view;
    view.filled += execution.size;
    order->fill_notional += value;
    view.average_price = price{decimal::divide(order->fill_notional, view.filled.value())};
    view.venue_order_id
        = execution.venue_order_id.empty() ? view.venue_order_id : execution.venue_order_id;
    view.source = evidence::stream;
    view.time = execution.time;
    order->last_change = now;
    order->heard_on_stream = true;
    order->reported = std::max(order->reported, view.filled);
    if (view.filled >= view.size) {
      view.state = order_state::filled;
      result.order = finish(*order, view);
    } else if (order->held_final && view.filled >= order->reported) {
      auto final_view = *order->held_final;
      final_view.filled = view.filled;
      final_view.average_price = view.average_price;
      result.order = finish(*order, final_view);
    } else {
      view.state = order_state::partially_filled;
      result.order = view;
      result.fills_missing = order->reported > view.filled;
    }
    return result;
  }
  // A fill that comes after the order's end: the end was told too early by the venue.
  if (const auto found = finished_index_.find(execution.id); found != finished_index_.end()) {
    auto& view = finished_[found->second];
    auto& total = finished_notional_[execution.id];
    total += value;
    view.filled += execution.size;
    view.average_price = price{decimal::divide(total, view.filled.value())};
    if (view.filled >= view.size)
      view.state = order_state::filled;
    result.order = view;
  }
  return result;
}

std::optional<order_update> order_table::mark_unknown(const client_order_id& id, std::string text,
                                                      timestamp now) {
  auto* order = find(id);
  if (!order || order->view.state != order_state::pending || order->held_final)
    return std::nullopt;
  order->view.state = order_state::unknown;
  order->view.text = std::move(text);
  order->view.source = evidence::local;
  order->last_change = now;
  return order->view;
}

std::vector<order_update> order_table::mark_in_flight_unknown(timestamp now) {
  std::vector<order_update> result;
  for (auto& [id, order] : open_) {
    order.cancel_sent = {};
    order.heard_on_stream = false;
    if (auto changed = mark_unknown(id, "the connection died before the answer came", now))
      result.push_back(*changed);
  }
  return result;
}

quantity order_table::net_position(instrument_id id) const {
  const auto found = net_.find(id);
  return found == net_.end() ? quantity{} : found->second;
}

quantity order_table::virtual_position(strategy_id strategy, instrument_id id) const {
  const auto found = virtual_.find({strategy, id});
  return found == virtual_.end() ? quantity{} : found->second;
}

} // namespace actorbot
