#pragma once

#include "venues/exchange/types.hpp"

namespace actorbot::exchange {

/// The order as it was right after the change, and why it changed.
struct order_event {
  order value;
  order_cause cause = order_cause::accepted;
  timestamp time;
};

struct position_event {
  account_id account{};
  market_id market{};
  position value;
  timestamp time;
};

/// The wallet changed by `change` because of `kind`; `market` where there is one.
struct balance_event {
  account_id account{};
  std::optional<market_id> market;
  income_kind kind = income_kind::deposit;
  decimal wallet;
  decimal change;
  timestamp time;
};

/// Hears what happens in a core. Events are delivered at the end of the operation that caused them,
/// before it returns (so before submit() hands back its result), in the order in which they
/// happened. A listener may call the core from a handler; what that causes is delivered after the
/// events already waiting. For one execution the order is: order (cause trade), execution,
/// position, balance; the taker's after the maker's. The book (delta, top) comes last in an
/// operation.
class exchange_listener {
 public:
  virtual ~exchange_listener() = default;
  virtual void on_order(const order_event&) {}
  virtual void on_execution(const execution&) {}
  virtual void on_position(const position_event&) {}
  virtual void on_balance(const balance_event&) {}
  virtual void on_funding(const funding_record&) {}
  /// Once a funding instant and market, after the payments.
  virtual void on_funding_point(market_id, const funding_point&) {}
  virtual void on_trade(const public_trade&) {}
  virtual void on_prices(const market_prices&) {}
  virtual void on_delta(const book_delta&) {}
  virtual void on_top(const book_top&) {}
};

} // namespace actorbot::exchange
