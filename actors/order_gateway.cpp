#include "actors/order_gateway_state.hpp"

#include "actors/errors.hpp"

namespace actorbot {

namespace {

constexpr auto query_pause = std::chrono::milliseconds{500};
constexpr auto longest_query_pause = std::chrono::seconds{5};

} // namespace

void order_gateway_state::init(self_pointer self, order_gateway_config config) {
  self_ = self;
  config_ = std::move(config);
  trading_ = config_.initial;
  started_ = now();
  self_->set_down_handler([this](const caf::down_msg& x) { down(x); });
  self_->send(config_.directory, subscribe_directory{self_});
  self_->delayed_send(self_, config_.intervals.tick, atom::tick_v);
}

// -- telling -----------------------------------------------------------------------------------------

void order_gateway_state::note(note_level level, std::string text) const {
  if (config_.op)
    self_->send(config_.op, operator_note{level, config_.name, std::move(text), now()});
}

/// Risk first: what the strategy does in answer must meet a risk that knows already.
void order_gateway_state::tell_owner(const order_update& x) {
  if (risk_)
    self_->send(risk_, x);
  if (const auto host = hosts_.find(x.id.strategy); host != hosts_.end() && host->second)
    self_->send(host->second, x);
}

void order_gateway_state::tell(const order_table::changes& x) {
  if (x.new_fill) {
    last_fill_ = now();
    if (risk_)
      self_->send(risk_, *x.new_fill);
    if (const auto host = hosts_.find(x.new_fill->id.strategy);
        host != hosts_.end() && host->second)
      self_->send(host->second, *x.new_fill);
  }
  if (x.order)
    tell_owner(*x.order);
}

order_update order_gateway_state::refusal(const order_request& order, reject_reason reason,
                                          std::string text) const {
  order_update denied;
  denied.id = order.id;
  denied.instrument = order.instrument;
  denied.state = order_state::rejected;
  denied.order_side = order.order_side;
  denied.reduce_only = order.reduce_only;
  denied.size = order.size;
  denied.limit_price = order.limit_price;
  denied.reason = reason;
  denied.text = std::move(text);
  denied.time = now();
  return denied;
}

void order_gateway_state::deny(const order_request& order, reject_reason reason, std::string text) {
  tell_owner(refusal(order, reason, std::move(text)));
}

// -- from risk, strategies and the operator ----------------------------------------------------------

void order_gateway_state::submit(const submit_order& x) {
  const auto& order = x.order;
  if (early_cancels_.erase(order.id) > 0) {
    auto ended = refusal(order, reject_reason::not_sent, "cancelled before it was sent");
    ended.state = order_state::cancelled;
    return tell_owner(ended);
  }
  if (!risk_ || x.epoch != epoch_)
    return deny(order, reject_reason::risk_epoch, "the order carries an old risk epoch");
  if (trading_ == trading_state::halted)
    return deny(order, reject_reason::risk_halted, "trading is halted");
  if (trading_ == trading_state::reduce_only && !order.reduce_only)
    return deny(order, reject_reason::risk_reduce_only_state, "only reducing orders now");
  if (!connected() || phase_ != sync_phase::done)
    return deny(order, reject_reason::venue_unavailable, "no session with the venue");
  if (state_ != venue_state::live && !order.reduce_only)
    return deny(order, reject_reason::venue_unavailable,
                "the venue is " + std::string{to_string(state_)});
  send_order_now(order);
}

/// While risk is missing a position can still be reduced: by no more than the strategy holds.
void order_gateway_state::reduce(const place_order& x) {
  const auto& order = x.order;
  const auto own = table_.virtual_position(order.id.strategy, order.instrument);
  auto left = order.order_side == side::sell ? own : -own;
  // What its resting reducing orders will close is spoken for.
  for (const auto& [id, other] : table_.open())
    if (id.strategy == order.id.strategy && other.view.instrument == order.instrument
        && other.view.reduce_only && other.view.order_side == order.order_side)
      left -= other.view.size - other.view.filled;
  if (risk_ || !order.reduce_only || order.size > left)
    return deny(order, reject_reason::risk_halted, "orders must pass risk");
  if (!connected() || phase_ != sync_phase::done)
    return deny(order, reject_reason::venue_unavailable, "no session with the venue");
  if (trading_ == trading_state::halted)
    return deny(order, reject_reason::risk_halted, "trading is halted");
  send_order_now(order);
}

void order_gateway_state::send_order_now(const order_request& wish) {
  auto order = wish;
  const auto at = now();
  const auto valid_until = order.valid_until == timestamp{} ? order.created + config_.order_validity
                                                            : order.valid_until;
  if (at > valid_until)
    return deny(order, reject_reason::stale, "older than its validity when its turn came");
  // Reduce-only is enforced on the virtual position by risk; the venue knows only the net one and
  // would refuse an order that reduces ours while it extends the account's.
  if (order.reduce_only) {
    const auto net = table_.net_position(order.instrument);
    const bool reduces_net
        = order.order_side == side::sell ? net >= order.size : -net >= order.size;
    order.reduce_only = reduces_net;
  }
  if (!table_.add(wish, at)) { // for us it still reduces, whatever the venue is told
    // The id names the first order: what it is now is the answer, not a rejection.
    note(note_level::alarm, "order " + to_string(order.id) + " came again and is not sent again");
    const auto* first = table_.find(order.id);
    return tell_owner(first ? first->view : *table_.find_finished(order.id));
  }
  self_->send(connection_, send_order{std::move(order)});
}

void order_gateway_state::send_cancel_now(tracked_order& order) {
  order.cancel_sent = now();
  self_->send(connection_,
              send_cancel{{order.view.id, order.view.instrument}, order.view.venue_order_id});
}

void order_gateway_state::cancel(const cancel_order& x) {
  auto* order = table_.find(x.id);
  if (!order) {
    // The strategy has not yet heard of the end, or its order is still on the way here.
    if (const auto* finished = table_.find_finished(x.id))
      return tell_owner(*finished);
    early_cancels_[x.id] = now();
    return;
  }
  order->cancel_wanted = true;
  if (connected() && order->cancel_sent == timestamp{})
    send_cancel_now(*order);
}

void order_gateway_state::cancel(const cancel_strategy& x) {
  for (const auto& [id, order] : std::map{table_.open()})
    if (id.strategy == x.strategy)
      cancel(cancel_order{id, order.view.instrument});
}

void order_gateway_state::cancel_everything() {
  for (const auto& [id, order] : std::map{table_.open()})
    cancel(cancel_order{id, order.view.instrument});
}

void order_gateway_state::control(const set_trading_state& x) {
  trading_ = x.state;
  if (x.state == trading_state::halted)
    cancel_everything();
}

// -- from the connection -----------------------------------------------------------------------------

void order_gateway_state::hear(const order_sent& x) {
  if (x.latency_ns > 0)
    latency_.add(x.latency_ns);
}

void order_gateway_state::hear(const order_update& x) {
  account_time_ = now();
  auto* order = table_.find(x.id);
  if (!order) {
    // Ours by its id and not known: placed before a restart of this gateway. A final one that we
    // finished long ago is only an echo.
    if (x.id.bot == config_.bot && !is_final(x.state)) {
      table_.adopt(x, now());
      if (!table_.find(x.id))
        return; // a late word about an order that has ended
      tell_owner(x);
      if (trading_ == trading_state::halted)
        cancel({x.id, x.instrument});
    }
    return;
  }
  const bool was_unknown = order->view.state == order_state::unknown;
  const auto changed = table_.apply(x, now());
  tell(changed);
  order = table_.find(x.id);
  const bool is_unknown = order && order->view.state == order_state::unknown;
  if (is_unknown && !was_unknown) {
    ++unknown_;
    order->next_query = {};
    ask_for(*order);
  }
  if (was_unknown && !is_unknown)
    ++resolved_;
  if (changed.fills_missing || (order && order->held_final))
    ask_for_fills(x.instrument);
  if (order && order->cancel_wanted && !is_unknown && order->cancel_sent == timestamp{}
      && connected())
    send_cancel_now(*order);
  if (phase_ == sync_phase::orders)
    next_phase();
}

void order_gateway_state::hear(const fill& x) {
  account_time_ = now();
  if (x.liquidation)
    note(note_level::alarm, "liquidation: " + std::string{to_string(x.order_side)} + " "
                                + to_string(x.size) + " at " + to_string(x.at));
  const auto* order = table_.find(x.id);
  if (order && order->view.state == order_state::unknown)
    ++resolved_;
  tell(table_.apply(x, now()));
}

void order_gateway_state::hear(const cancel_failed& x) {
  account_time_ = now();
  auto* order = table_.find(x.id);
  if (!order)
    return;
  // Refused or not answered: in both cases only the venue knows what the order is now.
  if (x.reason == reject_reason::rate_limit || x.reason == reject_reason::not_sent
      || x.reason == reject_reason::nonce || x.reason == reject_reason::clock) {
    order->cancel_sent = {}; // provably not executed: the watch sends it again
    order->next_query = now() + query_pause;
    return;
  }
  order->cancel_sent = {};
  order->next_query = {};
  ask_for(*order);
}

void order_gateway_state::hear(const query_failed& x) {
  auto* order = table_.find(x.id);
  if (!order)
    return;
  if (x.reason == reject_reason::unknown_order) {
    account_time_ = now();
    absent(*order, x.text);
  }
  if (phase_ == sync_phase::orders)
    next_phase();
}

void order_gateway_state::absent(tracked_order& order, const std::string& text) {
  if (order.held_final)
    return; // the venue has said how it ended
  if (order.absent < 255)
    ++order.absent;
  const auto at = now();
  const auto since = order.sent == timestamp{} ? order.last_change : order.sent;
  // An order may land after the first look: only when nothing could land any more at the time of the
  // question, and it is the second that agrees, is it absent.
  if (order.absent < 2 || order.asked - since < config_.can.validity_window)
    return;
  order_update gone = order.view;
  const bool was_known
      = order.view.state == order_state::open || order.view.state == order_state::partially_filled;
  gone.state = was_known ? order_state::expired : order_state::rejected;
  gone.reason = was_known ? reject_reason::unknown_order : reject_reason::not_sent;
  gone.text = "the venue does not know the order: " + text;
  gone.source = evidence::query;
  gone.filled = order.view.filled;
  gone.time = at;
  if (was_known)
    note(note_level::alarm, "order " + to_string(gone.id) + " is gone without an end: " + text);
  else if (order.view.state == order_state::unknown)
    ++resolved_;
  tell(table_.apply(gone, at));
}

void order_gateway_state::hear(const foreign_activity& x) {
  account_time_ = now();
  if (!foreign_seen_.insert(x.order.foreign_id + "/" + x.order.order.venue_order_id).second)
    return;
  ++foreign_;
  note(note_level::warning, "an order that is not this bot's is on the account: "
                                + std::string{to_string(x.order.order.order_side)} + " "
                                + to_string(x.order.order.size) + " at "
                                + to_string(x.order.order.limit_price) + ", client id '"
                                + x.order.foreign_id + "'");
}

// -- asking again ------------------------------------------------------------------------------------

void order_gateway_state::ask_for(tracked_order& order) {
  const auto at = now();
  if (!connected() || at < order.next_query)
    return;
  const auto pause = query_pause * (1 << std::min(order.queries, 4u));
  order.next_query = at + std::min<duration>(pause, longest_query_pause);
  order.asked = at;
  ++order.queries;
  self_->send(connection_,
              query_order{order.view.id, order.view.instrument, order.view.venue_order_id});
}

void order_gateway_state::ask_for_fills(instrument_id id) {
  if (!connected())
    return;
  // Not from the last fill heard of: a new one may have come before those of an outage.
  const auto since = std::max(started_, fills_cursor_[id]);
  self_->send(connection_, query_fills{id, since - config_.intervals.fills_overlap});
}

void order_gateway_state::watch_orders(timestamp at) {
  const auto confirmation = config_.intervals.confirmation;
  for (const auto& [id, seen] : table_.open()) {
    auto& order = *table_.find(id);
    if (order.held_final) {
      if (at - order.last_change > query_pause && at >= order.next_query) {
        order.next_query = at + query_pause * (1 << std::min(++order.queries, 4u));
        ask_for_fills(order.view.instrument);
      }
      continue;
    }
    if (order.cancel_wanted && order.cancel_sent == timestamp{} && at >= order.next_query)
      send_cancel_now(order);
    const bool in_doubt
        = order.view.state == order_state::unknown
          || (order.view.state == order_state::pending && at - order.last_change > confirmation)
          || (!order.heard_on_stream && at - order.last_change > confirmation)
          || (order.cancel_sent != timestamp{} && at - order.cancel_sent > confirmation);
    if (!in_doubt)
      continue;
    if (order.cancel_sent != timestamp{} && at - order.cancel_sent > confirmation)
      order.cancel_sent = {}; // asked again, and sent again if it is still there
    ask_for(order);
  }
}

order_gateway_actor::behavior_type order_gateway_fun(order_gateway_state::self_pointer self,
                                                     order_gateway_config config) {
  install_exception_text(self);
  self->state.init(self, std::move(config));
  auto& state = self->state;
  return {
      // CAF tries handlers in this order: the frequent ones come first.
      [&state](const submit_order& x) { state.submit(x); },
      [&state](const order_update& x) { state.hear(x); },
      [&state](const order_sent& x) { state.hear(x); },
      [&state](const fill& x) { state.hear(x); },
      [&state](const instrument& x) { state.hear(x); },
      [](const top_of_book&) {},
      [](const depth_snapshot&) {},
      [](const depth_delta&) {},
      [](const trade&) {},
      [](const funding_rate&) {},
      [](const mark_price&) {},
      [&state](const market_data_state_changed& x) { state.hear(x); },
      [](const gateway_changed&) {},
      [&state](const market_data_changed& x) { state.peer(x); },
      [](const risk_changed&) {}, // risk attaches itself
      [&state](const strategy_changed& x) { state.peer(x); },
      [&state](const cancel_order& x) { state.cancel(x); },
      [&state](const place_order& x) { state.reduce(x); },
      [&state](const cancel_strategy& x) { state.cancel(x); },
      [&state](const set_trading_state& x) { state.control(x); },
      [&state](const attach_strategy& x) { state.attach(x); },
      [&state](const attach_risk& x) { return state.attach(x); },
      [&state](const get_report&) { return state.report(); },
      [&state](const conclude_venue& x) { return state.conclude(x); },
      [&state](const account_session_live& x) { state.session_up(x); },
      [&state](const position& x) { state.hear(x); },
      [&state](const balance& x) { state.hear(x); },
      [](const funding_payment&) {},
      [&state](const open_orders_snapshot& x) { state.hear(x); },
      [&state](const positions_snapshot& x) { state.hear(x); },
      [&state](const fills_page& x) { state.hear(x); },
      [&state](const foreign_activity& x) { state.hear(x); },
      [&state](const cancel_failed& x) { state.hear(x); },
      [&state](const query_failed& x) { state.hear(x); },
      [&state](const request_failed& x) { state.hear(x); },
      [&state](const dead_man_set& x) { state.hear(x); },
      [&state](const clock_offset& x) { state.hear(x); },
      [&state](atom::tick) { state.tick(); },
  };
}

order_gateway_actor spawn_order_gateway(caf::actor_system& system, order_gateway_config config) {
  return system.spawn(order_gateway_fun, std::move(config));
}

} // namespace actorbot
