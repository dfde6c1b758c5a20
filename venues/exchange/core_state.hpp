#pragma once

#include "venues/exchange/book.hpp"
#include "venues/exchange/core.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

namespace actorbot::exchange {

/// What an account has in one market.
struct holding {
  exchange::position position;
  std::uint16_t leverage = 1;
  decimal buys; ///< limit price * remaining of the open buys that are not reduce-only
  decimal sells;
  std::uint32_t open = 0;
  std::uint32_t open_reduce_only = 0;
};

struct account_state {
  account_options options;
  decimal wallet;
  std::vector<holding> holdings; ///< by market
  std::map<order_id, order*> open;
  std::vector<order*> orders;
  std::map<std::string, order_id, std::less<>> by_client_id; ///< the newest
  std::vector<execution> executions;
  std::vector<income> incomes;
  std::vector<funding_record> funding;
};

struct market_state {
  explicit market_state(market_rules r, std::uint64_t first_update)
      : rules{std::move(r)}, orders{rules.lot, first_update} {}
  market_rules rules;
  book orders;
  bool trading = true;
  price mark;
  price index;
  bool feed_has_mark = false;
  timestamp mark_time;
  decimal funding_rate;
  timestamp next_funding;
  std::unique_ptr<market_feed> feed;
  std::deque<public_trade> trades;
  std::vector<funding_point> funding_history;
  maybe_level last_bid; ///< as published
  maybe_level last_ask;
  timestamp book_time;
};

/// Private to core's source files, which split it by meaning: core.cpp (set-up, queries),
/// core_orders.cpp, matching.cpp, ledger.cpp, core_time.cpp.
struct core::state {
  using event = std::variant<order_event, execution, position_event, balance_event, funding_record,
                             std::pair<market_id, funding_point>, public_trade, market_prices,
                             book_delta, book_top>;

  core_settings settings;
  timestamp clock;
  std::deque<market_state> markets;
  std::deque<account_state> accounts;
  std::deque<order> orders; ///< order n has id first_order_id + n
  std::set<std::pair<timestamp, order_id>> expiries;
  std::map<std::pair<market_id, account_id>, timestamp> countdowns;
  outside_world outside;
  trade_id next_trade = 1;
  std::uint64_t next_income = 1;
  std::vector<exchange_listener*> listeners;
  std::deque<event> events;
  bool dispatching = false;
  feed_event scratch;

  market_state& at(market_id m) { return markets.at(index_of(m)); }
  account_state& at(account_id a) { return accounts.at(index_of(a)); }
  holding& at(account_id a, market_id m) { return at(a).holdings.at(index_of(m)); }
  order* find(order_id id);
  order* find(account_id account, order_id id);

  // -- core.cpp: events --
  template <class T>
  void emit(T&& e) {
    if (!listeners.empty())
      events.emplace_back(std::forward<T>(e));
  }
  /// Publishes the books that changed and delivers everything that waits.
  void finish();
  void publish_book(market_id m);
  void dispatch(const event& e);

  // -- core_orders.cpp --
  /// `size` goes in as asked and comes out as reduce-only allows.
  reject_code check(const new_order& r, quantity& size);
  reject_code check_static(const new_order& r);
  reject_code check_amend(const order& o, price new_price, quantity new_size);
  reject_code check_margin(account_id a, market_id m, side s, decimal value);
  reject_code check_price(const market_state& m, side s, price p) const;
  reject_code check_size(const market_state& m, order_type type, quantity size) const;
  /// What a reduce-only order of this side could close now.
  quantity closable(account_id a, market_id m, side s);
  order& create(const new_order& r, quantity size, bool liquidation = false);
  void place(order& o);
  /// Removes a resting order (or one that never rested) for good.
  void end(order& o, order_state final_state, order_cause cause, reject_code reason);
  order_result end_by_request(account_id account, order_id id, order_state final_state,
                              order_cause cause, reject_code reason);
  void changed(order& o, order_cause cause);
  void rest(order& o);
  /// Takes a resting order out of the book and the sums; it may come back.
  void lift(order& o);
  std::size_t cancel_all(account_id a, std::optional<market_id> m, order_cause cause);
  void trim_reduce_only(account_id a, market_id m);

  // -- matching.cpp --
  /// The worst price the order may take; none = any.
  std::optional<price> limit_of(const order& o);
  std::optional<price> market_limit(market_id m, side s, price asked);
  bool would_take(market_id m, side s, std::optional<price> limit);
  decimal fillable(const order& o, std::optional<price> limit);
  void match(order& o, std::optional<price> limit);
  /// False when the taker is done.
  bool prevent_self_trade(order& taker, order& maker);
  /// Books a match; a null side is the external market. `at` level bookkeeping included for makers.
  void execute(order* maker, order* taker, market_id m, price at, decimal size, side aggressor);
  void external_trade(market_id m, price at, decimal size, side aggressor);
  void fill_crossed(market_id m);
  void print(market_id m, trade_id trade, price at, decimal size, side aggressor, bool liquidation);

  // -- ledger.cpp --
  void fill(order& o, trade_id trade, price at, quantity size, bool maker,
            std::optional<account_id> counterparty);
  void pay(account_id a, std::optional<market_id> m, income_kind kind, decimal amount,
           trade_id trade);
  void sums(order& o, decimal remaining, int sign);
  decimal value(account_id a, market_id m);
  decimal margin_need(account_id a, market_id m, decimal extra_buys, decimal extra_sells);
  /// Of all markets, with a hypothetical order more in one of them.
  decimal margin_need(account_id a, std::optional<market_id> with, decimal extra_buys,
                      decimal extra_sells);
  decimal equity(account_id a);
  decimal maintenance(account_id a, market_id m);
  decimal maintenance(account_id a);
  const leverage_bracket& bracket(const market_rules& r, decimal notional_value) const;
  decimal fee_rate(account_id a, market_id m, bool maker);

  // -- core_time.cpp --
  std::optional<timestamp> next_timer();
  void advance(timestamp to);
  void run_due();
  void apply(market_id m, const feed_event& e);
  void set_mark(market_id m, price mark, price index);
  void follow_middle(market_id m);
  void run_funding(market_id m);
  void liquidate_if_due(account_id a);
  void liquidate(account_id a);
  market_prices prices(market_id m);
};

} // namespace actorbot::exchange
