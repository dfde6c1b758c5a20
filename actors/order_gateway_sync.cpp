#include "actors/errors.hpp"
#include "actors/order_gateway_state.hpp"

#include <algorithm>

namespace actorbot {

namespace {

/// A list that does not come is asked for again; a sync that gets nowhere is begun again.
constexpr auto list_patience = std::chrono::seconds{5};
/// Longer than an order can take from its strategy through risk to here.
constexpr auto early_cancel_memory = std::chrono::seconds{60};
/// Trades older than this are in no list of fills that is yet to come.
constexpr auto recent_trades = std::chrono::minutes{10};
constexpr auto balances_list = "balances";
constexpr auto open_orders_list = "open_orders";
constexpr auto positions_list = "positions";

std::string fills_list(instrument_id id) { return "fills " + to_string(id); }

} // namespace

// -- who plays which role ----------------------------------------------------------------------------

void order_gateway_state::peer(const market_data_changed& x) {
  if (x.venue != config_.venue)
    return;
  market_ = venue_state::connecting;
  if (x.market_data) {
    market_subscription wish; // instruments and states only
    wish.subscriber = self_;
    self_->send(x.market_data, std::move(wish));
  }
  update_state("market data is starting");
}

void order_gateway_state::peer(const strategy_changed& x) {
  if (!x.host)
    hosts_.erase(x.strategy);
}

void order_gateway_state::attach(const attach_strategy& x) {
  hosts_[x.strategy] = x.host;
  adopt_position(x);
  for (const auto& order : x.orders) {
    if (const auto* known = table_.find(order.id)) {
      self_->send(x.host, known->view);
      continue;
    }
    if (const auto* ended = table_.find_finished(order.id)) {
      self_->send(x.host, *ended);
      continue;
    }
    auto unknown = order;
    unknown.state = order_state::unknown;
    unknown.source = evidence::local;
    table_.adopt(unknown, now());
    if (risk_)
      self_->send(risk_, unknown);
  }
  self_->send(x.host, venue_state_changed{config_.venue, state_, state_text_, now()});
  if (phase_ == sync_phase::done)
    synced(x.strategy);
}

/// A strategy that outlived the gateway before this one: its position, and what only we know of.
void order_gateway_state::adopt_position(const attach_strategy& x) {
  if (x.positions.empty() || !told_positions_.insert(x.strategy).second)
    return;
  const std::set<trade_key> included(x.trades.begin(), x.trades.end());
  for (const auto& key : included)
    table_.forget_trade(key.instrument, key.trade_id, key.trade_side);
  std::map<instrument_id, quantity> own(x.positions.begin(), x.positions.end());
  for (const auto& one : table_.fills()) {
    if (one.id.strategy != x.strategy
        || included.contains({one.instrument, one.trade_id, one.order_side}))
      continue;
    own[one.instrument] += one.order_side == side::buy ? one.size : -one.size;
    self_->send(x.host, one);
  }
  for (const auto& [id, size] : own)
    table_.set_virtual_position(x.strategy, id, size);
}

/// Whether a fill of this order, seen in the first list, is news.
bool order_gateway_state::told_its_position(const client_order_id& id) const {
  return id.bot == config_.bot && id.run == config_.run && told_positions_.contains(id.strategy);
}

risk_attached order_gateway_state::attach(const attach_risk& x) {
  risk_ = x.risk;
  self_->monitor(x.risk);
  epoch_ = ++*config_.epoch;
  return {config_.venue, epoch_, view()};
}

account_view order_gateway_state::view() const {
  account_view result;
  result.venue = config_.venue;
  result.state = state_;
  for (const auto& [id, order] : table_.open())
    result.orders.push_back(order.view);
  for (const auto& [id, size] : table_.net_positions())
    result.positions.emplace_back(id, size);
  for (const auto& [key, size] : table_.virtual_positions())
    result.virtual_positions.push_back({key.first, key.second, size});
  for (const auto& [asset, held] : balances_)
    result.balances.push_back(held);
  result.time = account_time_;
  return result;
}

// -- sessions ----------------------------------------------------------------------------------------

void order_gateway_state::session_up(const account_session_live& x) {
  connection_ = x.connection;
  connection_address_ = x.connection->address();
  self_->monitor(x.connection);
  maintenance_ = false;
  ++sessions_;
  start_sync();
}

void order_gateway_state::down(const caf::down_msg& x) {
  if (risk_ && x.source == risk_->address()) {
    // Nothing opens without risk: its epoch is void until it attaches again.
    risk_ = nullptr;
    epoch_ = ++*config_.epoch;
    note(note_level::alarm, "risk is gone: only cancels and reducing orders until it is back");
    return;
  }
  if (!connection_ || x.source != connection_address_)
    return;
  connection_ = nullptr;
  connection_address_ = nullptr;
  phase_ = sync_phase::none;
  dead_man_calls_ = 0;
  maintenance_ = x.reason == make_actor_error(actor_errc::session_maintenance, "")
                 || describe(x.reason).starts_with("session_maintenance");
  for (const auto& changed : table_.mark_in_flight_unknown(now())) {
    ++unknown_;
    tell_owner(changed);
  }
  update_state(describe(x.reason));
}

void order_gateway_state::start_sync() {
  const auto at = now();
  phase_ = sync_phase::lists;
  phase_started_ = at;
  lists_due_ = {balances_list, open_orders_list};
  self_->send(connection_, query_account{account_query::balances});
  self_->send(connection_, query_account{account_query::open_orders});
  for (auto id : config_.instruments) {
    lists_due_.insert(fills_list(id));
    ask_for_fills(id);
  }
  update_state("reconciling");
}

void order_gateway_state::list_arrived(const char* what) {
  lists_due_.erase(what);
  if (phase_ == sync_phase::lists || phase_ == sync_phase::positions)
    next_phase();
}

void order_gateway_state::next_phase() {
  if (phase_ == sync_phase::lists && lists_due_.empty()) {
    phase_ = sync_phase::orders;
    phase_started_ = now();
    for (const auto& [id, seen] : table_.open()) {
      auto& order = *table_.find(id);
      if (order.heard_on_stream && order.view.state != order_state::unknown)
        continue;
      order.next_query = {};
      ask_for(order);
    }
  }
  if (phase_ == sync_phase::orders) {
    // One answer for each, whatever it says: what stays unknown is frozen, not waited for.
    const bool waiting = std::any_of(table_.open().begin(), table_.open().end(), [](const auto& x) {
      return !x.second.heard_on_stream && x.second.absent == 0;
    });
    if (waiting)
      return;
    phase_ = sync_phase::positions;
    phase_started_ = now();
    lists_due_ = {positions_list};
    next_positions_ = phase_started_ + list_patience;
    self_->send(connection_, query_account{account_query::positions});
    return;
  }
  if (phase_ == sync_phase::positions && lists_due_.empty())
    finish_sync();
}

void order_gateway_state::finish_sync() {
  phase_ = sync_phase::done;
  first_sync_ = false;
  ++reconciliations_;
  const auto at = now();
  next_balances_ = at + config_.intervals.balances;
  next_positions_ = at + config_.intervals.positions;
  next_open_orders_ = at + config_.intervals.open_orders;
  next_fills_ = at + config_.intervals.fills;
  next_dead_man_ = at;
  if (trading_ == trading_state::halted)
    cancel_everything();
  for (const auto& [id, seen] : table_.open()) {
    auto& order = *table_.find(id);
    if (order.cancel_wanted && order.cancel_sent == timestamp{})
      send_cancel_now(order);
  }
  if (risk_)
    self_->send(risk_, view());
  update_state("reconciled");
  for (const auto& [strategy, host] : hosts_)
    synced(strategy);
}

void order_gateway_state::synced(strategy_id strategy) {
  const auto host = hosts_.find(strategy);
  if (host == hosts_.end() || !host->second)
    return;
  venue_synced message;
  message.venue = config_.venue;
  for (const auto& [id, order] : table_.open())
    if (id.strategy == strategy)
      message.orders.push_back(order.view);
  for (auto id : config_.instruments)
    message.positions.emplace_back(id, table_.virtual_position(strategy, id));
  const auto since = now() - recent_trades;
  for (const auto& one : table_.fills())
    if (one.id.strategy == strategy && one.time >= since)
      message.trades.push_back({one.instrument, one.trade_id, one.order_side});
  self_->send(host->second, std::move(message));
}

void order_gateway_state::update_state(std::string text) {
  auto next = venue_state::connecting;
  if (maintenance_)
    next = venue_state::maintenance;
  else if (connected() && phase_ != sync_phase::done)
    next = venue_state::syncing;
  else if (connected())
    next = market_ == venue_state::live ? venue_state::live : venue_state::degraded;
  if (next == state_)
    return;
  const auto at = now();
  if (state_ == venue_state::live)
    down_since_ = at;
  if (next == venue_state::live && down_since_ != timestamp{}) {
    last_outage_ = at - down_since_;
    time_down_ += last_outage_;
    down_since_ = {};
  }
  state_ = next;
  state_text_ = std::move(text);
  const venue_state_changed message{config_.venue, state_, state_text_, at};
  for (const auto& [strategy, host] : hosts_)
    self_->send(host, message);
  if (risk_)
    self_->send(risk_, message);
  if (config_.op)
    self_->send(config_.op, message);
}

void order_gateway_state::hear(const market_data_state_changed& x) {
  if (x.venue != config_.venue)
    return;
  market_ = x.state;
  update_state(x.text);
}

void order_gateway_state::hear(const instrument&) { account_time_ = now(); }

// -- lists -------------------------------------------------------------------------------------------

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

// -- the watch ---------------------------------------------------------------------------------------

void order_gateway_state::tick() {
  self_->delayed_send(self_, config_.intervals.tick, atom::tick_v);
  std::erase_if(early_cancels_,
                [&](const auto& x) { return now() - x.second > early_cancel_memory; });
  const auto at = now();
  watch_conclusion(at);
  if (!connected())
    return;
  watch_orders(at);
  watch_lists(at);
}

void order_gateway_state::watch_lists(timestamp at) {
  if (phase_ != sync_phase::done) {
    if (at - phase_started_ > list_patience)
      start_sync();
    else if (phase_ == sync_phase::positions && at >= next_positions_) {
      next_positions_ = at + list_patience;
      self_->send(connection_, query_account{account_query::positions});
    }
    return;
  }
  const auto due = [&](timestamp& when, duration interval) {
    if (at < when)
      return false;
    when = at + interval;
    return true;
  };
  if (due(next_balances_, config_.intervals.balances))
    self_->send(connection_, query_account{account_query::balances});
  if (due(next_positions_, config_.intervals.positions))
    self_->send(connection_, query_account{account_query::positions});
  if (due(next_open_orders_, config_.intervals.open_orders))
    self_->send(connection_, query_account{account_query::open_orders});
  if (due(next_fills_, config_.intervals.fills))
    for (auto id : config_.instruments)
      ask_for_fills(id);
  if (has_dead_man() && !conclusion_ && !concluded_ && due(next_dead_man_, config_.dead_man / 3))
    set_dead_man(config_.dead_man);
}

venue_report order_gateway_state::report() const {
  venue_report result;
  result.venue = config_.venue;
  result.name = config_.name;
  result.state = to_string(state_);
  result.sessions = sessions_;
  result.reconciliations = reconciliations_;
  result.unknown_outcomes = unknown_;
  result.unknown_resolved = resolved_;
  result.duplicate_fills = table_.duplicate_fills();
  result.foreign_orders = foreign_;
  result.time_down = time_down_;
  result.last_outage = last_outage_;
  result.clock_offset = clock_offset_;
  for (auto id : config_.instruments) {
    position row{id, table_.net_position(id), {}, {}, {}};
    if (const auto found = venue_positions_.find(id); found != venue_positions_.end()) {
      row.entry = found->second.entry;
      row.unrealised = found->second.unrealised;
      row.time = found->second.time;
    }
    result.positions.push_back(row);
  }
  for (const auto& [asset, held] : balances_)
    result.balances.push_back(held);
  result.orders = table_.finished();
  for (const auto& [id, order] : table_.open())
    result.orders.push_back(order.view);
  result.fills = table_.fills();
  result.latency_ns = latency_.summary();
  result.latency_count = latency_.count();
  return result;
}

} // namespace actorbot
