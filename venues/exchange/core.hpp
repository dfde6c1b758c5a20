#pragma once

#include "venues/exchange/feed.hpp"
#include "venues/exchange/listener.hpp"
#include "venues/exchange/types.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace actorbot::exchange {

enum class client_id_rule : std::uint8_t {
  unique_open, ///< may be used again when the earlier order is final
  unique_ever,
  any,
};

struct core_settings {
  timestamp start; ///< the clock's first value
  std::string quote = "USDT";
  order_id first_order_id = 1;
  trade_id first_trade_id = 1;
  std::uint64_t first_update_id = 1;
  client_id_rule client_ids = client_id_rule::unique_open;
};

/// Either an order (code none) or why not. The pointer stays valid for the life of the core and
/// shows the order's current state.
struct order_result {
  const order* value = nullptr;
  reject_code code = reject_code::none;
  explicit operator bool() const { return code == reject_code::none; }
};

/// What everybody outside the accounts holds: the other side of the conservation laws.
struct outside_world {
  decimal fees;                    ///< received from accounts (rebates negative)
  decimal funding;                 ///< received from accounts
  std::vector<position> positions; ///< by market: against the accounts, of the external market
};

/// A simulated exchange: matching, ledger and time, sans I/O and deterministic. It reads no clock:
/// every operation carries `now`, first brings the exchange up to it (as advance() does) and never
/// turns time back (an earlier `now` is read as the current one).
///
/// Matching is by price, then time. Liquidity is of two kinds, the accounts' orders and the
/// external book that a market's feed plays; the public book is their sum. Both meet in a level
/// like this:
/// - An order that comes to rest has queue_ahead = the external size at its price. The external
///   size that came later stands behind it.
/// - An external trade at the price eats the queue ahead, then fills the order.
/// - External size that goes away without a trade is taken to have stood anywhere in the level: the
///   queue ahead shrinks in proportion, queue * after / before (rounded down at the lot).
/// - An external trade through the price (a sell below a resting bid) fills the order fully.
/// - External levels that cross the price fill the order as far as their size goes.
/// - Takers eat external levels. What they ate stays eaten until the feed states that level again.
/// Account trades are published as public trades like all others.
///
/// Margin is cross, one-way: a position needs |size| * mark / leverage; open orders need what they
/// could add on their worse side at their own prices; an order is refused when that exceeds equity,
/// unless it does not raise the need. Liquidation: when equity < maintenance margin all orders of
/// the account are cancelled and its positions closed at market; what the book cannot take is
/// closed with the external market at the mark. A wallet may end below zero: there is no insurance
/// fund. Not modelled: hedge mode, isolated margin, conditional orders, auto-deleveraging.
class core {
 public:
  explicit core(core_settings settings);
  ~core();
  core(const core&) = delete;
  core& operator=(const core&) = delete;

  // -- set-up --
  market_id add_market(market_rules rules);
  account_id add_account(timestamp now, account_options options);
  /// The feed's events must not begin before now.
  void set_feed(market_id market, std::unique_ptr<market_feed> feed);
  void add_listener(exchange_listener& listener);
  void remove_listener(exchange_listener& listener);

  // -- time --
  timestamp now() const;
  /// When advance() has something to do next: feeds, funding, countdowns, expiries. None: nothing.
  std::optional<timestamp> next_timer() const;
  /// Everything due up to and including `now`, in order of time.
  void advance(timestamp now);

  // -- orders --
  order_result submit(timestamp now, const new_order& request);
  /// Fails with unknown_order (not of this account, too) or order_is_final.
  order_result cancel(timestamp now, account_id account, order_id id);
  /// Ends an order as expired (reason time_expired): for venues whose orders live until a block
  /// height or another clock that only the dialect knows. Fails like cancel().
  order_result expire(timestamp now, account_id account, order_id id);
  /// Open orders of the account on the market (none = all markets), oldest first; how many.
  std::size_t cancel_all(timestamp now, account_id account, std::optional<market_id> market);
  /// New limit price and/or new total size (what is filled counts). Priority stays when only the
  /// size shrinks; else the order is matched anew, keeping its id. On failure it is unchanged.
  order_result amend(timestamp now, account_id account, order_id id,
                     std::optional<price> limit_price, std::optional<quantity> size);
  /// Cancels all of the account's orders on the market after `countdown`, unless called again
  /// before; zero disarms.
  void set_countdown(timestamp now, account_id account, market_id market, duration countdown);

  // -- account settings and operator's tools --
  /// Fails with bad_leverage above the table's maximum (or zero), insufficient_margin.
  reject_code set_leverage(timestamp now, account_id account, market_id market,
                           std::uint16_t leverage);
  void set_fees(account_id account, std::optional<decimal> maker, std::optional<decimal> taker);
  /// Negative = withdrawal; not checked against margin.
  void deposit(timestamp now, account_id account, decimal amount);
  /// A closed market refuses orders and takes cancels.
  void set_trading(timestamp now, market_id market, bool open);
  /// One event of the external market, as if its feed had played it.
  void apply(timestamp now, market_id market, const feed_event& event);

  // -- queries (none of them changes anything) --
  std::size_t market_count() const;
  std::size_t account_count() const;
  const market_rules& rules(market_id market) const;
  std::optional<market_id> find_market(std::string_view symbol) const;
  std::optional<account_id> find_account(std::string_view name) const;
  const account_options& options(account_id account) const;
  bool is_trading(market_id market) const;

  /// Best levels first, at most `depth` a side (0 = all).
  book_snapshot book(market_id market, std::size_t depth = 0) const;
  book_top top(market_id market) const;
  market_prices prices(market_id market) const;
  /// Newest last, at most the last 1000.
  std::vector<public_trade> recent_trades(market_id market, std::size_t limit) const;
  const std::vector<funding_point>& funding_history(market_id market) const;

  /// Null when there is none or it belongs to somebody else.
  const order* find_order(account_id account, order_id id) const;
  /// The newest order with this client id.
  const order* find_order(account_id account, std::string_view client_id) const;
  std::vector<const order*> open_orders(account_id account, std::optional<market_id> market) const;
  /// All orders ever, oldest first.
  std::vector<const order*> order_history(account_id account,
                                          std::optional<market_id> market) const;
  /// All executions ever of the account, ascending by trade id and time.
  std::span<const execution> executions(account_id account) const;
  std::span<const income> incomes(account_id account) const;
  std::span<const funding_record> funding_payments(account_id account) const;
  const exchange::position& position(account_id account, market_id market) const;
  account_summary summary(account_id account) const;
  std::uint16_t leverage(account_id account, market_id market) const;
  decimal maker_fee(account_id account, market_id market) const;
  decimal taker_fee(account_id account, market_id market) const;
  /// Initial margin of one market's position, and of its open orders beyond it.
  decimal position_margin(account_id account, market_id market) const;
  decimal order_margin(account_id account, market_id market) const;
  decimal maintenance_margin(account_id account, market_id market) const;
  /// At what mark of this market the account would be liquidated, other marks unchanged; zero =
  /// never, or flat.
  price liquidation_price(account_id account, market_id market) const;
  const outside_world& outside() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace actorbot::exchange
