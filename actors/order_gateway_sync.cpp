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

} // namespace

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
