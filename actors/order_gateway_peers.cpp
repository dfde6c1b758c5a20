#include "actors/order_gateway_state.hpp"

#include <algorithm>

// Who plays which role: strategies and RISK attach and are told what is known.
namespace actorbot {

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

} // namespace actorbot
