#include "actors/order_gateway_state.hpp"

#include <algorithm>

// What the venue says in lists, against what is known here.
namespace actorbot {

bool order_gateway_state::is_configured(instrument_id id) const {
  return std::find(config_.instruments.begin(), config_.instruments.end(), id)
         != config_.instruments.end();
}

void order_gateway_state::hear(const balance& x) {
  account_time_ = now();
  auto stamped = x;
  stamped.time = account_time_;
  balances_[x.asset] = stamped;
  if (risk_)
    self_->send(risk_, stamped);
  list_arrived(balances_list);
}

void order_gateway_state::hear(const position& x) {
  // A word from the stream, in an order relative to fills that no venue guarantees: it starts a
  // closer look, it decides nothing.
  account_time_ = now();
  venue_positions_[x.instrument] = x;
  if (phase_ == sync_phase::done && x.size != table_.net_position(x.instrument))
    next_positions_ = std::min(next_positions_, now() + config_.intervals.tick * 5);
  for (const auto& [strategy, host] : hosts_)
    self_->send(host, x);
}

void order_gateway_state::hear(const open_orders_snapshot& x) {
  account_time_ = now();
  std::set<client_order_id> present;
  for (const auto& seen : x.orders) {
    if (!seen.ours || seen.order.id.bot != config_.bot) {
      hear(foreign_activity{config_.venue, seen});
      continue;
    }
    present.insert(seen.order.id);
    auto* order = table_.find(seen.order.id);
    if (order) {
      // What changed after the list was asked for is left alone.
      if (order->last_change <= x.requested || order->view.state == order_state::unknown
          || order->view.state == order_state::pending)
        hear(seen.order);
      continue;
    }
    const bool is_from_before = seen.order.id.run != config_.run;
    table_.adopt(seen.order, now());
    order = table_.find(seen.order.id);
    if (!order)
      continue; // it ended while the list was made
    order->heard_on_stream = true;
    if (first_sync_ && is_from_before && seen.order.reduce_only) {
      // A resting close order is the proof of a position of ours behind it.
      const auto owner = seen.order.id.strategy;
      const auto rest = seen.order.size - seen.order.filled;
      const auto before = table_.virtual_position(owner, seen.order.instrument);
      table_.set_virtual_position(owner, seen.order.instrument,
                                  seen.order.order_side == side::sell ? before + rest
                                                                      : before - rest);
    }
    tell_owner(seen.order);
  }
  // Absence is not evidence: it starts a query.
  for (const auto& [id, seen] : table_.open()) {
    auto& order = *table_.find(id);
    if (present.contains(id) || order.last_change > x.requested)
      continue;
    order.heard_on_stream = false;
    if (phase_ == sync_phase::done) {
      order.next_query = {};
      ask_for(order);
    }
  }
  list_arrived(open_orders_list);
}

void order_gateway_state::hear(const fills_page& x) {
  account_time_ = now();
  for (const auto& one : x.fills) {
    if (first_sync_ && !told_its_position(one.id))
      // The position that follows includes it.
      table_.forget_trade(one.instrument, one.trade_id, one.order_side);
    else
      hear(one);
  }
  if (x.complete) {
    fills_cursor_[x.instrument] = std::max(fills_cursor_[x.instrument], x.requested);
    list_arrived(fills_list(x.instrument).c_str());
  }
}

void order_gateway_state::hear(const positions_snapshot& x) {
  account_time_ = now();
  if (last_fill_ >= x.requested) {
    // Something traded while the list was made: it may or may not be in it. Look again.
    next_positions_ = now() + config_.intervals.tick;
    return;
  }
  std::map<instrument_id, quantity> stated;
  for (auto id : config_.instruments)
    stated[id] = {};
  for (const auto& one : x.positions) {
    if (!is_configured(one.instrument))
      continue;
    stated[one.instrument] = one.size;
    venue_positions_[one.instrument] = one;
  }
  bool look_again = false;
  for (const auto& [id, size] : stated) {
    const auto ours = table_.net_position(id);
    if (size == ours || !positions_known_) {
      position_doubt_.erase(id);
      table_.set_net_position(id, size);
      continue;
    }
    // One odd reading moves nothing: fills are asked for, and a second look has to agree.
    const auto doubt = position_doubt_.find(id);
    if (doubt == position_doubt_.end() || doubt->second != size) {
      position_doubt_[id] = size;
      ask_for_fills(id);
      look_again = true;
      continue;
    }
    position_doubt_.erase(id);
    note(note_level::alarm, "the venue's position of " + to_string(id) + " is " + to_string(size)
                                + ", this bot's fills say " + to_string(ours)
                                + ": somebody else trades on the account, or a fill never arrived");
    table_.set_net_position(id, size);
    if (risk_)
      self_->send(risk_, position{id, size, {}, {}, now()});
  }
  positions_known_ = true;
  if (look_again) {
    // Not at once: the fills that were asked for come first, or they would count twice.
    next_positions_ = now() + config_.intervals.tick * 5;
    return;
  }
  list_arrived(positions_list);
}

void order_gateway_state::hear(const request_failed& x) {
  if (x.what == request_failed::held_back)
    return note(note_level::warning, x.text);
  if (x.what == "arm_dead_man")
    return dead_man_answered("the dead-man's switch could not be set: " + x.text);
  if (phase_ != sync_phase::done)
    note(note_level::warning, "reconciliation: " + x.what + " failed: " + x.text);
}

void order_gateway_state::hear(const clock_offset& x) {
  clock_offset_ = x.offset;
  if (x.offset > std::chrono::seconds{1} || x.offset < -std::chrono::seconds{1})
    note(note_level::warning,
         "this machine's clock differs from the venue's by "
             + to_text(std::chrono::duration_cast<std::chrono::milliseconds>(x.offset)));
}

} // namespace actorbot
