#include "venues/exchange/core_state.hpp"

#include <algorithm>

namespace actorbot::exchange {

std::optional<timestamp> core::state::next_timer() {
  std::optional<timestamp> next;
  const auto consider = [&](timestamp t) {
    if (!next || t < *next)
      next = t;
  };
  for (auto& m : markets) {
    consider(m.next_funding);
    if (m.feed)
      if (const auto t = m.feed->next_time())
        consider(*t);
  }
  for (const auto& [key, at_time] : countdowns)
    consider(at_time);
  if (!expiries.empty())
    consider(expiries.begin()->first);
  return next;
}

void core::state::advance(timestamp to) {
  for (auto next = next_timer(); next && *next <= to; next = next_timer()) {
    clock = std::max(clock, *next);
    run_due();
  }
  clock = std::max(clock, to);
}

/// One thing that is due at the clock: feeds first, so that what follows sees the market as it is.
void core::state::run_due() {
  for (std::size_t i = 0; i < markets.size(); ++i) {
    auto& m = markets[i];
    if (!m.feed)
      continue;
    if (const auto t = m.feed->next_time(); t && *t <= clock) {
      scratch.clear();
      m.feed->pop(scratch);
      apply(static_cast<market_id>(i), scratch);
      return finish();
    }
  }
  for (auto it = countdowns.begin(); it != countdowns.end(); ++it) {
    if (it->second <= clock) {
      const auto [market, account] = it->first;
      countdowns.erase(it);
      cancel_all(account, market, order_cause::dead_man);
      return finish();
    }
  }
  if (!expiries.empty() && expiries.begin()->first <= clock) {
    end(*find(expiries.begin()->second), order_state::expired, order_cause::expired,
        reject_code::time_expired);
    return finish();
  }
  for (std::size_t i = 0; i < markets.size(); ++i) {
    if (markets[i].next_funding <= clock) {
      run_funding(static_cast<market_id>(i));
      return finish();
    }
  }
}

void core::state::apply(market_id id, const feed_event& e) {
  auto& m = at(id);
  switch (e.what) {
  case feed_event::kind::book:
    if (e.replace)
      m.orders.begin_replace();
    for (const auto& l : e.bids)
      m.orders.set_external(side::buy, l.at, l.size.value());
    for (const auto& l : e.asks)
      m.orders.set_external(side::sell, l.at, l.size.value());
    if (e.replace)
      m.orders.end_replace();
    if (e.top_bid) {
      m.orders.limit_external(side::buy, e.top_bid->at);
      m.orders.set_external(side::buy, e.top_bid->at, e.top_bid->size.value());
    }
    if (e.top_ask) {
      m.orders.limit_external(side::sell, e.top_ask->at);
      m.orders.set_external(side::sell, e.top_ask->at, e.top_ask->size.value());
    }
    fill_crossed(id);
    follow_middle(id);
    break;
  case feed_event::kind::trade:
    external_trade(id, e.at, e.size.value(), e.aggressor);
    break;
  case feed_event::kind::prices:
    m.feed_has_mark = true;
    set_mark(id, e.mark, e.index.is_zero() ? e.mark : e.index);
    break;
  case feed_event::kind::funding:
    m.funding_rate = e.rate;
    emit(prices(id));
    break;
  }
}

void core::apply(timestamp now, market_id market, const feed_event& event) {
  advance(now);
  state_->apply(market, event);
  state_->finish();
}

market_prices core::state::prices(market_id id) {
  const auto& m = at(id);
  return {id, m.mark, m.index, m.funding_rate, m.next_funding, m.mark_time};
}

void core::state::follow_middle(market_id id) {
  auto& m = at(id);
  if (m.feed_has_mark || (!m.mark.is_zero() && clock - m.mark_time < m.rules.mark_interval))
    return;
  const auto bid = m.orders.best_external(side::buy);
  const auto ask = m.orders.best_external(side::sell);
  if (!bid || !ask)
    return;
  const price middle{decimal::divide(bid->value() + ask->value(), 2)};
  set_mark(id, middle, middle);
}

void core::state::set_mark(market_id id, price mark, price index) {
  auto& m = at(id);
  m.mark = mark;
  m.index = index;
  m.mark_time = clock;
  emit(prices(id));
  for (std::size_t i = 0; i < accounts.size(); ++i)
    if (!accounts[i].holdings[index_of(id)].position.is_flat())
      liquidate_if_due(static_cast<account_id>(i));
}

void core::state::run_funding(market_id id) {
  auto& m = at(id);
  const auto due = m.next_funding;
  m.next_funding += m.rules.funding_interval;
  if (m.mark.is_zero())
    return;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const auto a = static_cast<account_id>(i);
    auto& p = at(a, id).position;
    if (p.is_flat())
      continue;
    const auto amount = (-(notional(m.mark, p.size) * m.funding_rate))
                            .round_to(decimal::from_parts(1, -8), rounding::half_even);
    p.funding += amount;
    p.updated = clock;
    outside.funding -= amount;
    funding_record record{next_income, a, id, p.size, m.funding_rate, m.mark, amount, due};
    at(a).funding.push_back(record);
    emit(std::move(record));
    pay(a, id, income_kind::funding, amount, 0);
  }
  m.funding_history.push_back({m.funding_rate, m.mark, due});
  emit(std::pair{id, m.funding_history.back()});
  emit(prices(id));
  for (std::size_t i = 0; i < accounts.size(); ++i)
    if (!accounts[i].holdings[index_of(id)].position.is_flat())
      liquidate_if_due(static_cast<account_id>(i));
}

void core::state::liquidate_if_due(account_id a) {
  if (equity(a) < maintenance(a))
    liquidate(a);
}

void core::state::liquidate(account_id a) {
  cancel_all(a, std::nullopt, order_cause::liquidation);
  for (std::size_t i = 0; i < markets.size(); ++i) {
    const auto m = static_cast<market_id>(i);
    const auto held = at(a, m).position.size;
    if (held.is_zero())
      continue;
    new_order r;
    r.account = a;
    r.market = m;
    r.order_side = held.is_positive() ? side::sell : side::buy;
    r.type = order_type::market;
    r.reduce_only = reduce_only_mode::clamp;
    auto& o = create(r, held.abs(), true);
    match(o, std::nullopt);
    if (!o.is_open())
      continue;
    // Nobody is left in the book: the external market takes the rest.
    const auto close = at(m).mark.is_zero() ? at(a, m).position.entry() : at(m).mark;
    execute(nullptr, &o, m, close, o.remaining().value(), o.order_side);
  }
}

} // namespace actorbot::exchange
