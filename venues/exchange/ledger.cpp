#include "venues/exchange/core_state.hpp"

#include <algorithm>

namespace actorbot::exchange {

namespace {
/// Venues book money at 8 decimals; fees and funding are rounded to it where they arise.
const decimal money_step = decimal::from_parts(1, -8);
} // namespace

decimal core::state::fee_rate(account_id a, market_id m, bool maker) {
  const auto& o = at(a).options;
  const auto& r = at(m).rules;
  return maker ? o.maker_fee.value_or(r.maker_fee) : o.taker_fee.value_or(r.taker_fee);
}

void core::state::pay(account_id a, std::optional<market_id> m, income_kind kind, decimal amount,
                      trade_id trade) {
  auto& account = at(a);
  account.wallet += amount;
  account.incomes.push_back({next_income++, a, m, kind, amount, trade, clock});
  emit(balance_event{a, m, kind, account.wallet, amount, clock});
}

void core::state::sums(order& o, decimal remaining, int sign) {
  if (o.reduce_only)
    return;
  auto& h = at(o.account, o.market);
  auto& sum = o.order_side == side::buy ? h.buys : h.sells;
  const auto amount = o.limit_price.value() * remaining;
  sum += sign > 0 ? amount : -amount;
}

void core::state::fill(order& o, trade_id trade, price at_price, quantity size, bool maker,
                       std::optional<account_id> counterparty) {
  auto& h = at(o.account, o.market);
  const auto value = notional(at_price, size);
  const auto fee
      = (value * fee_rate(o.account, o.market, maker)).round_to(money_step, rounding::half_even);
  const auto gained = h.position.trade(o.order_side == side::buy ? size : -size, at_price);
  h.position.fees += fee;
  h.position.updated = clock;
  o.filled += size;
  o.filled_notional += value;
  o.fees += fee;
  o.realised += gained;
  o.state = o.remaining().is_zero() ? order_state::filled : order_state::partially_filled;
  changed(o, order_cause::trade);
  execution e{trade, o.id, o.account, o.market, o.client_id,   o.order_side, at_price,
              size,  fee,  gained,    maker,    o.liquidation, counterparty, clock};
  at(o.account).executions.push_back(e);
  emit(std::move(e));
  emit(position_event{o.account, o.market, h.position, clock});
  if (!gained.is_zero())
    pay(o.account, o.market, income_kind::realised, gained, trade);
  if (!fee.is_zero())
    pay(o.account, o.market, income_kind::fee, -fee, trade);
  outside.fees += fee;
}

/// Signed notional of a position at the mark; at its cost while there is no mark.
decimal core::state::value(account_id a, market_id m) {
  const auto& p = at(a, m).position;
  const auto mark = at(m).mark;
  return mark.is_zero() ? p.cost : notional(mark, p.size);
}

decimal core::state::margin_need(account_id a, market_id m, decimal extra_buys,
                                 decimal extra_sells) {
  const auto& h = at(a, m);
  const auto held = value(a, m);
  const auto worst
      = std::max({held.abs(), held + h.buys + extra_buys, h.sells + extra_sells - held});
  return decimal::divide(worst, decimal::from_int(h.leverage));
}

decimal core::state::margin_need(account_id a, std::optional<market_id> with, decimal extra_buys,
                                 decimal extra_sells) {
  decimal sum;
  for (std::size_t i = 0; i < markets.size(); ++i) {
    const auto m = static_cast<market_id>(i);
    const bool here = with == m;
    const auto& h = at(a, m);
    if (here || h.open != 0 || !h.position.is_flat())
      sum += margin_need(a, m, here ? extra_buys : decimal{}, here ? extra_sells : decimal{});
  }
  return sum;
}

decimal core::state::equity(account_id a) {
  auto sum = at(a).wallet;
  for (std::size_t i = 0; i < markets.size(); ++i) {
    const auto m = static_cast<market_id>(i);
    if (const auto& p = at(a, m).position; !p.is_flat())
      sum += value(a, m) - p.cost;
  }
  return sum;
}

const leverage_bracket& core::state::bracket(const market_rules& r, decimal notional_value) const {
  const leverage_bracket* found = &r.brackets.front();
  for (const auto& b : r.brackets)
    if (notional_value >= b.notional_floor)
      found = &b;
  return *found;
}

decimal core::state::maintenance(account_id a, market_id m) {
  const auto held = value(a, m).abs();
  if (held.is_zero())
    return {};
  const auto& b = bracket(at(m).rules, held);
  return std::max(decimal{}, held * b.maintenance_ratio - b.deduction);
}

decimal core::state::maintenance(account_id a) {
  decimal sum;
  for (std::size_t i = 0; i < markets.size(); ++i)
    sum += maintenance(a, static_cast<market_id>(i));
  return sum;
}

// -- the public questions
// ---------------------------------------------------------------------------

account_summary core::summary(account_id account) const {
  auto& s = *state_;
  account_summary r;
  r.wallet = s.at(account).wallet;
  r.equity = s.equity(account);
  r.unrealised = r.equity - r.wallet;
  for (std::size_t i = 0; i < s.markets.size(); ++i) {
    const auto m = static_cast<market_id>(i);
    r.position_margin += position_margin(account, m);
    r.order_margin += order_margin(account, m);
    r.maintenance_margin += s.maintenance(account, m);
  }
  r.available = std::max(decimal{}, r.equity - r.position_margin - r.order_margin);
  return r;
}

std::uint16_t core::leverage(account_id account, market_id market) const {
  return state_->at(account, market).leverage;
}
decimal core::maker_fee(account_id account, market_id market) const {
  return state_->fee_rate(account, market, true);
}
decimal core::taker_fee(account_id account, market_id market) const {
  return state_->fee_rate(account, market, false);
}

decimal core::position_margin(account_id account, market_id market) const {
  return decimal::divide(state_->value(account, market).abs(),
                         decimal::from_int(leverage(account, market)));
}

decimal core::order_margin(account_id account, market_id market) const {
  return state_->margin_need(account, market, 0, 0) - position_margin(account, market);
}

decimal core::maintenance_margin(account_id account, market_id market) const {
  return state_->maintenance(account, market);
}

price core::liquidation_price(account_id account, market_id market) const {
  auto& s = *state_;
  const auto& p = s.at(account, market).position;
  if (p.is_flat())
    return {};
  // equity(mark) = maintenance(mark), with this position's bracket as it is now:
  // rest + size * mark - cost = others + |size| * mark * ratio - deduction
  const auto held = s.value(account, market);
  const auto& b = s.bracket(s.at(market).rules, held.abs());
  const auto rest = s.equity(account) - (held - p.cost);
  const auto others = s.maintenance(account) - s.maintenance(account, market);
  const auto slope = p.size.value() - p.size.abs().value() * b.maintenance_ratio;
  if (slope.is_zero())
    return {};
  const auto mark
      = decimal::divide(others - b.deduction - rest + p.cost, slope, rounding::half_even, 8);
  return mark.is_positive() ? price{mark} : price{};
}

void core::set_fees(account_id account, std::optional<decimal> maker,
                    std::optional<decimal> taker) {
  auto& o = state_->at(account).options;
  o.maker_fee = maker;
  o.taker_fee = taker;
}

void core::deposit(timestamp now, account_id account, decimal amount) {
  advance(now);
  state_->pay(account, std::nullopt, income_kind::deposit, amount, 0);
  state_->finish();
}

reject_code core::set_leverage(timestamp now, account_id account, market_id market,
                               std::uint16_t leverage) {
  advance(now);
  auto& s = *state_;
  auto& h = s.at(account, market);
  if (leverage == 0 || leverage > s.at(market).rules.brackets.front().max_leverage)
    return reject_code::bad_leverage;
  const auto before = std::exchange(h.leverage, leverage);
  if (leverage < before && s.margin_need(account, std::nullopt, 0, 0) > s.equity(account)) {
    h.leverage = before;
    return reject_code::insufficient_margin;
  }
  return reject_code::none;
}

} // namespace actorbot::exchange
