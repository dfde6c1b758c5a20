#include "venues/exchange/core_state.hpp"

#include <algorithm>

namespace actorbot::exchange {

namespace {

constexpr std::size_t remembered_trades = 1000;

/// Whether somebody on side `s` with this limit takes what stands at `at`.
bool accepts(side s, price at, std::optional<price> limit) {
  return !limit || (s == side::buy ? at <= *limit : at >= *limit);
}

bool stops_at_own(self_trade_mode mode) {
  return mode == self_trade_mode::expire_taker || mode == self_trade_mode::expire_both;
}

} // namespace

std::optional<price> core::state::market_limit(market_id id, side s, price asked) {
  const auto& m = at(id);
  std::optional<price> limit;
  if (!m.rules.market_bound.is_zero() && !m.mark.is_zero())
    limit = m.mark
            * (s == side::buy ? decimal{1} + m.rules.market_bound
                              : decimal{1} - m.rules.market_bound);
  if (asked.is_positive())
    limit = !limit ? asked : s == side::buy ? std::min(*limit, asked) : std::max(*limit, asked);
  return limit;
}

std::optional<price> core::state::limit_of(const order& o) {
  if (o.liquidation)
    return std::nullopt;
  return o.type == order_type::limit ? o.limit_price
                                     : market_limit(o.market, o.order_side, o.limit_price);
}

bool core::state::would_take(market_id m, side s, std::optional<price> limit) {
  const auto best = at(m).orders.best_price(opposite(s));
  return best && accepts(s, *best, limit);
}

/// How much the order could take now, its own account's orders counted as its mode treats them.
decimal core::state::fillable(const order& o, std::optional<price> limit) {
  const auto other = opposite(o.order_side);
  const auto wanted = o.remaining().value();
  decimal sum;
  for (const auto& [k, l] : at(o.market).orders.levels(other)) {
    if (sum >= wanted || !accepts(o.order_side, book::price_of(other, k), limit))
      break;
    decimal before; // external size met so far in this level
    for (const auto* maker : l.queue) {
      const auto ahead = std::max(before, std::min(maker->queue_ahead.value(), l.external));
      sum += ahead - before;
      before = ahead;
      if (maker->account == o.account && o.self_trade != self_trade_mode::none) {
        if (stops_at_own(o.self_trade))
          return sum;
        continue;
      }
      sum += maker->remaining().value();
    }
    sum += l.external - before;
  }
  return sum;
}

bool core::state::prevent_self_trade(order& taker, order& maker) {
  const auto mode = taker.self_trade;
  if (mode == self_trade_mode::expire_maker || mode == self_trade_mode::expire_both)
    end(maker, order_state::expired, order_cause::expired, reject_code::self_trade);
  if (mode == self_trade_mode::expire_maker)
    return true;
  end(taker, order_state::expired, order_cause::expired, reject_code::self_trade);
  return false;
}

void core::state::match(order& o, std::optional<price> limit) {
  auto& b = at(o.market).orders;
  const auto other = opposite(o.order_side);
  while (o.is_open()) {
    price p;
    auto* level = b.best(other, p);
    if (!level || !accepts(o.order_side, p, limit))
      return;
    auto* maker = level->queue.empty() ? nullptr : level->queue.front();
    const auto ahead
        = maker ? std::min(maker->queue_ahead.value(), level->external) : level->external;
    if (ahead.is_positive()) {
      const auto size = std::min(ahead, o.remaining().value());
      b.take_external(other, p, *level, size);
      execute(nullptr, &o, o.market, p, size, o.order_side);
    } else if (maker->account == o.account && o.self_trade != self_trade_mode::none) {
      if (!prevent_self_trade(o, *maker))
        return;
    } else {
      execute(maker, &o, o.market, p, std::min(maker->remaining(), o.remaining()).value(),
              o.order_side);
    }
  }
}

void core::state::execute(order* maker, order* taker, market_id m, price p, decimal size,
                          side aggressor) {
  const auto trade = next_trade++;
  const auto amount = quantity{size};
  const auto account_of
      = [](const order* o) { return o ? std::optional{o->account} : std::nullopt; };
  if (maker) {
    auto& b = at(m).orders;
    b.reduce(*maker, size);
    sums(*maker, size, -1);
    fill(*maker, trade, p, amount, true, account_of(taker));
    if (!maker->is_open())
      lift(*maker);
  }
  if (taker)
    fill(*taker, trade, p, amount, false, account_of(maker));
  if (!maker || !taker) {
    const bool outside_buys = (aggressor == side::buy) == (taker == nullptr);
    outside.positions[index_of(m)].trade(outside_buys ? amount : -amount, p);
  }
  print(m, trade, p, size, aggressor,
        (maker && maker->liquidation) || (taker && taker->liquidation));
  if (maker)
    trim_reduce_only(maker->account, m);
  if (taker)
    trim_reduce_only(taker->account, m);
}

void core::state::print(market_id id, trade_id trade, price p, decimal size, side aggressor,
                        bool liquidation) {
  auto& m = at(id);
  m.trades.push_back({id, trade, p, quantity{size}, aggressor, liquidation, clock});
  if (m.trades.size() > remembered_trades)
    m.trades.pop_front();
  emit(m.trades.back());
}

/// A trade between others, as the feed tells it: it fills resting orders by the queue model.
void core::state::external_trade(market_id m, price p, decimal size, side aggressor) {
  auto& b = at(m).orders;
  const auto passive = opposite(aggressor);
  price best;
  while (auto* level = b.best_with_orders(passive, best)) {
    if (best == p || !accepts(aggressor, best, p))
      break;
    auto* maker = level->queue.front(); // the trade went through it
    execute(maker, nullptr, m, best, maker->remaining().value(), aggressor);
  }
  auto* level = b.find(passive, p);
  const auto eat = [&](decimal amount) {
    if (!amount.is_positive())
      return;
    if (level)
      b.trade_external(*level, amount);
    print(m, next_trade++, p, amount, aggressor, false);
    size -= amount;
  };
  while (level && size.is_positive() && !level->queue.empty()) {
    auto* maker = level->queue.front();
    eat(std::min(size, maker->queue_ahead.value()));
    if (size.is_positive()) {
      const auto amount = std::min(size, maker->remaining().value());
      execute(maker, nullptr, m, p, amount, aggressor);
      size -= amount;
    }
  }
  eat(size);
}

/// External levels that stand through resting orders fill them, at the orders' prices.
void core::state::fill_crossed(market_id m) {
  auto& b = at(m).orders;
  for (const auto s : {side::buy, side::sell}) {
    const auto other = opposite(s);
    price own;
    while (auto* level = b.best_with_orders(s, own)) {
      const auto against = b.best_external(other);
      if (!against || !accepts(s, *against, own))
        break;
      auto* maker = level->queue.front();
      auto* crossing = b.find(other, *against);
      const auto size = std::min(crossing->external, maker->remaining().value());
      b.take_external(other, *against, *crossing, size);
      execute(maker, nullptr, m, own, size, other);
    }
  }
}

} // namespace actorbot::exchange
