#pragma once

#include "messages/decimal.hpp"
#include "messages/market_data.hpp"
#include "messages/order.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The truth behind every simulated venue: markets, orders, positions and money, as values.
namespace actorbot::exchange {

/// The n-th account of a core, from 0.
enum class account_id : std::uint32_t {};
/// The n-th market of a core, from 0.
enum class market_id : std::uint16_t {};
/// Counts up through a core from core_settings::first_order_id; never zero.
using order_id = std::uint64_t;
/// Counts up through a core; both sides of a match carry the same number; never zero.
using trade_id = std::uint64_t;

constexpr std::size_t index_of(account_id id) { return static_cast<std::size_t>(id); }
constexpr std::size_t index_of(market_id id) { return static_cast<std::size_t>(id); }

// -- rules --------------------------------------------------------------------------------------

/// One step of a market's leverage table. Maintenance margin of a position in it is
/// notional * maintenance_ratio - deduction.
struct leverage_bracket {
  decimal notional_floor;
  decimal notional_cap; ///< zero = no bound (the last one)
  std::uint16_t max_leverage = 20;
  decimal maintenance_ratio;
  decimal deduction; ///< "cum" in Binance-like answers
};

/// The fixed properties of a market. Zero switches an optional rule off.
struct market_rules {
  std::string symbol; ///< the dialect's own name: "BTCUSDT"
  std::string base;
  std::string quote;
  decimal tick;
  decimal lot;
  quantity min_quantity;
  quantity max_quantity;
  quantity max_market_quantity;
  price min_price;
  price max_price;
  decimal min_notional;    ///< not asked of reduce-only orders
  decimal price_band_up;   ///< a buy above mark * this is refused
  decimal price_band_down; ///< a sell below mark * this is refused
  decimal market_bound;    ///< a market order takes at most this fraction away from the mark
  std::uint32_t max_open_orders = 200; ///< per account
  decimal maker_fee;                   ///< fraction of notional; negative = rebate
  decimal taker_fee;
  duration funding_interval = std::chrono::hours{8};
  std::vector<leverage_bracket> brackets; ///< ascending; empty: 20x, maintenance 2.5 %
  std::uint16_t default_leverage = 20;
  /// When the feed has no mark: the mark follows the middle of the external book, sampled so often.
  duration mark_interval = std::chrono::seconds{1};
};

// -- orders -------------------------------------------------------------------------------------

/// Two orders of one account that would match. The taker's mode counts.
enum class self_trade_mode : std::uint8_t { none, expire_taker, expire_maker, expire_both };

/// What becomes of a post-only order that would take.
enum class post_only_mode : std::uint8_t {
  off,
  reject, ///< submit() refuses it, no order comes into being
  expire, ///< it becomes an order (cause accepted) and expires at once
};

/// How a reduce-only order that is larger than the position is treated at submission. A resting one
/// is always cut (cause resized) when the position shrinks and cancelled when the position is gone,
/// has turned, or its size left is zero.
enum class reduce_only_mode : std::uint8_t {
  off,
  clamp,  ///< cut to the position
  reject, ///< refused
};

struct new_order {
  account_id account{};
  market_id market{};
  std::string client_id; ///< empty = none
  side order_side = side::buy;
  order_type type = order_type::limit;
  /// Of a market order, gtc is read as ioc. A fok order that cannot be filled is accepted and
  /// expires at once (reason fok_not_fillable).
  time_in_force tif = time_in_force::gtc;
  post_only_mode post_only = post_only_mode::off;
  reduce_only_mode reduce_only = reduce_only_mode::off;
  self_trade_mode self_trade = self_trade_mode::expire_taker;
  quantity size;
  /// Of a market order: the worst price it may take, zero = only the market's own bound.
  price limit_price;
  timestamp expires; ///< good-till-time; zero = never
  /// Whatever the dialect wants to find again in the order and its events (never read here).
  std::string note;
};

/// Why an order event happened.
enum class order_cause : std::uint8_t {
  accepted,    ///< it exists now; state open
  trade,       ///< an execution; state partially_filled or filled
  cancelled,   ///< by its owner: cancel, cancel_all
  dead_man,    ///< the countdown ran out; state cancelled
  expired,     ///< ioc/fok rest, time, post-only, self-trade, no liquidity: see order::reason
  amended,     ///< price or size changed by its owner
  resized,     ///< reduce-only, cut by the exchange
  liquidation, ///< cancelled because the account is being liquidated
};

/// Why something was refused, or why an order ended without its owner's wish.
enum class reject_code : std::uint8_t {
  none,
  unknown_account,
  unknown_market,
  market_closed,
  price_tick,
  price_range, ///< outside min_price .. max_price, or not positive
  price_band,  ///< too far from the mark
  lot,
  min_quantity,
  max_quantity,
  min_notional,
  too_many_open_orders,
  duplicate_client_id,
  insufficient_margin,
  reduce_only, ///< there is no position to reduce, or it is smaller (reject mode)
  post_only_would_cross,
  fok_not_fillable,
  no_liquidity, ///< a market order found no counter price, or none within its bound
  self_trade,
  expired_already,
  unknown_order,
  order_is_final, ///< cancel or amend of an order that is no longer open
  bad_size,       ///< amended to no more than what is filled
  bad_leverage,
  ioc_remainder, ///< the unfilled rest of an ioc order (end reason only)
  time_expired,  ///< good-till-time (end reason only)
  liquidated,    ///< end reason only
};
std::string_view to_string(order_cause c);
std::string_view to_string(reject_code c);
std::string_view to_string(self_trade_mode m);

/// An order as the exchange knows it: `state` is one of open, partially_filled, filled, cancelled,
/// expired. Orders are never forgotten by a core.
struct order {
  order_id id = 0;
  account_id account{};
  market_id market{};
  std::string client_id;
  side order_side = side::buy;
  order_type type = order_type::limit;
  time_in_force tif = time_in_force::gtc;
  bool post_only = false;
  bool reduce_only = false;
  bool liquidation = false;
  self_trade_mode self_trade = self_trade_mode::expire_taker;
  quantity size;
  price limit_price;
  quantity filled;
  decimal filled_notional; ///< sum of price * size of the fills
  decimal fees;            ///< positive = paid
  decimal realised;        ///< PnL realised by the fills, before fees
  order_state state = order_state::open;
  order_cause cause = order_cause::accepted; ///< of the last change
  reject_code reason = reject_code::none;    ///< why it ended, when its owner did not end it
  timestamp created;
  timestamp updated;
  timestamp expires;
  std::uint32_t amendments = 0;
  quantity queue_ahead; ///< external size before it at its price, while it rests
  std::string note;

  quantity remaining() const { return size - filled; }
  bool is_open() const { return !is_final(state); }
  /// Zero without a fill; rounded half to even at 1e-18.
  price average_price() const;
};

/// One side of a match, as one account sees it.
struct execution {
  trade_id trade = 0;
  order_id order = 0;
  account_id account{};
  market_id market{};
  std::string client_id;
  side order_side = side::buy;
  price at;
  quantity size;
  decimal fee; ///< quote currency; positive = paid
  decimal realised;
  bool maker = false;
  bool liquidation = false;
  /// Who was on the other side; none = the external market.
  std::optional<account_id> counterparty;
  timestamp time;
};

// -- money --------------------------------------------------------------------------------------

/// A position. Entry comes from the exact cost, so that a closed position leaves no dust.
struct position {
  quantity size;    ///< signed
  decimal cost;     ///< signed sum of price * size that is still open; entry = cost / size
  decimal realised; ///< since the account began, before fees and funding
  decimal fees;     ///< positive = paid
  decimal funding;  ///< positive = received
  timestamp updated;

  bool is_flat() const { return size.is_zero(); }
  price entry() const;
  decimal unrealised(price mark) const { return notional(mark, size) - cost; }
  /// Books a trade (signed size) and returns the PnL realised by it. Crossing zero closes the whole
  /// old cost and opens the rest at `at`. PnL of a partial close is rounded at 10^-places, and the
  /// cost that stays keeps the difference: nothing is lost.
  decimal trade(quantity signed_size, price at, int places = 8);
};

/// An account's money at the current marks, in the quote currency.
struct account_summary {
  decimal wallet; ///< deposits + realised - fees + funding
  decimal unrealised;
  decimal equity;             ///< wallet + unrealised
  decimal position_margin;    ///< initial margin of the positions
  decimal order_margin;       ///< what open orders could add to it
  decimal maintenance_margin; ///< below this equity the account is liquidated
  decimal available;          ///< equity - position_margin - order_margin, not below zero
};

enum class income_kind : std::uint8_t { deposit, realised, fee, funding };
std::string_view to_string(income_kind k);

/// A line of an account's statement; the sum of all amounts is the wallet.
struct income {
  std::uint64_t id = 0; ///< counts up through a core
  account_id account{};
  std::optional<market_id> market;
  income_kind kind = income_kind::deposit;
  decimal amount; ///< positive = received
  trade_id trade = 0;
  timestamp time;
};

/// Paid at one funding instant for one position.
struct funding_record {
  std::uint64_t id = 0; ///< the income line's
  account_id account{};
  market_id market{};
  quantity size;
  decimal rate;
  price mark;
  decimal amount; ///< positive = received
  timestamp time;
};

/// What a market charged everybody at one funding instant.
struct funding_point {
  decimal rate;
  price mark;
  timestamp time;
};

struct account_options {
  std::string name;
  decimal balance;
  std::optional<decimal> maker_fee; ///< instead of the market's
  std::optional<decimal> taker_fee;
};

// -- public market ------------------------------------------------------------------------------

/// Best bid and offer of the public book (external plus accounts).
struct book_top {
  market_id market{};
  maybe_level bid;
  maybe_level ask;
  std::uint64_t update = 0; ///< the book's last update id
  timestamp time;
};

/// Levels that changed, absolute public sizes, zero = gone. Ids: `first` = `previous` + 1 ..
/// `last`, one for each changed level, without a hole over the life of a market (what Binance-like
/// venues call pu, U and u).
struct book_delta {
  market_id market{};
  std::uint64_t previous = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::vector<level> bids;
  std::vector<level> asks;
  timestamp time;
};

struct book_snapshot {
  std::vector<level> bids; ///< descending
  std::vector<level> asks; ///< ascending
  std::uint64_t update = 0;
  timestamp time; ///< of the last change
};

struct public_trade {
  market_id market{};
  trade_id trade = 0;
  price at;
  quantity size;
  side aggressor = side::buy;
  bool liquidation = false;
  timestamp time;
};

struct market_prices {
  market_id market{};
  price mark;
  price index;
  decimal funding_rate; ///< for the interval that ends at next_funding
  timestamp next_funding;
  timestamp time;
};

} // namespace actorbot::exchange
