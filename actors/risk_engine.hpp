#pragma once

#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/instrument.hpp"
#include "messages/market_data.hpp"
#include "messages/order.hpp"
#include "messages/wiring.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace actorbot {

enum class self_trade_policy : std::uint8_t { deny, cancel_resting };

/// Limits of pre-trade risk. Money in quote currency; an empty limit is not checked.
struct risk_limits {
  std::optional<decimal> max_order_notional;
  std::optional<quantity> max_order_quantity;
  std::optional<decimal> max_position_notional; ///< position and open orders, worst case both sides
  std::optional<decimal> max_gross_exposure;    ///< the same, summed over all instruments
  std::optional<std::uint32_t> max_open_orders; ///< per instrument
  decimal price_collar;  ///< limit orders: distance from mid or mark, fraction
  decimal market_collar; ///< market orders: half the spread over the mid
  duration stale_market = std::chrono::seconds{2};
  duration stale_account = std::chrono::seconds{10};
  duration duplicate_window = std::chrono::milliseconds{500};
  std::optional<std::uint32_t> max_orders_per_second; ///< per strategy
  std::uint32_t max_fills = 0; ///< per strategy within fills_window without operator reset; 0 = off
  duration fills_window = std::chrono::seconds{60};
  self_trade_policy self_trade = self_trade_policy::deny;
};

struct risk_denial {
  reject_reason reason = reject_reason::none;
  std::string text;
};

/// What risk decides about one order: nothing (it may go), or why not.
struct risk_decision {
  std::optional<risk_denial> denial;
  /// Own resting orders on other sides that must be cancelled first (self_trade = cancel_resting);
  /// the order is denied this time and the strategy tries again.
  std::vector<cancel_order> cancels;
  /// For a market order that names none: the worst price to accept, price_collar (or 5 %) away from
  /// the middle. Some venues sign it, and none should fill a market order beyond it.
  price worst_price;
};

/// The checks and what they are measured against: no I/O, no clock, no actor. The order of checks is
/// fixed; every denial has a stable code (reject_reason risk_*).
class risk_engine {
 public:
  explicit risk_engine(risk_limits limits) : limits_{limits} {}

  /// Limits of one strategy; what is empty there is taken from the common ones.
  void set_strategy_limits(strategy_id strategy, risk_limits limits);

  // -- the view --------------------------------------------------------------------------------------

  void on(const instrument& x) { instruments_[x.id].description = x; }
  void on(const top_of_book& x);
  void on(const mark_price& x);
  void on(const order_update& x);
  void on(const fill& x);
  void on(const position& x) { instruments_[x.instrument].position = x.size; }
  void on(const balance& x) { venues_[x.venue].account_time = x.time; }
  void on(const venue_state_changed& x) { venues_[x.venue].state = x.state; }
  /// Replaces everything known about the orders and positions of a venue.
  void rebuild(const account_view& view);
  /// Fail closed: the venue's gateway is gone.
  void forget(venue_id venue) { venues_[venue].state = venue_state::down; }

  void set_state(trading_state state) { state_ = state; }
  trading_state state() const { return state_; }

  // -- the question ----------------------------------------------------------------------------------

  /// May this order go? An order that may is counted as open from here on.
  risk_decision check(const order_request& order, timestamp now);

  std::uint64_t checked() const { return checked_; }
  const std::map<std::string, std::uint64_t>& denials() const { return denials_; }

 private:
  struct known_order {
    instrument_id instrument;
    side order_side = side::buy;
    price limit_price;
    quantity remaining;
    bool reduce_only = false;
  };

  struct known_instrument {
    std::optional<instrument> description;
    std::optional<top_of_book> top;
    std::optional<mark_price> mark;
    quantity position;
    /// Own orders that are not final, reduce-only ones included.
    std::map<client_order_id, known_order> orders;

    timestamp heard() const;
    /// A price to value things with: mid, else mark; zero when there is neither.
    price reference() const;
    /// Largest position that open orders, and one more of this signed size, could lead to if only
    /// one side fills. Reducing orders count: what they close may be opened again by the others.
    quantity worst_case(quantity one_more = {}) const;
  };

  struct known_venue {
    venue_state state = venue_state::connecting;
    timestamp account_time;
  };

  /// What makes two orders the same for the duplicate check.
  struct order_shape {
    instrument_id instrument;
    side order_side = side::buy;
    order_type type = order_type::limit;
    bool reduce_only = false;
    quantity size;
    price limit_price;
    friend auto operator<=>(const order_shape&, const order_shape&) = default;
  };

  struct strategy_history {
    std::deque<std::pair<timestamp, order_shape>> recent; ///< within the windows, oldest first
    std::map<order_shape, timestamp> last_sent;           ///< the newest of each in `recent`
    std::deque<timestamp> fills;
    std::map<instrument_id, quantity> position; ///< virtual, from own fills
  };

  static price worst_price(const order_request& order, const known_instrument& at,
                           const risk_limits& limits);
  static order_shape shape_of(const order_request& order);

  using verdict = std::optional<risk_denial>;
  verdict check_state(const order_request& order, const known_venue& venue) const;
  /// What the strategy may still close with an order of this side.
  quantity closable(const order_request& order, const known_instrument& at) const;
  verdict check_reduce_only(const order_request& order, const known_instrument& at) const;
  verdict check_data(const known_instrument& at, const known_venue& venue,
                     const risk_limits& limits, timestamp now) const;
  verdict check_size(const order_request& order, const known_instrument& at,
                     const risk_limits& limits) const;
  verdict check_collar(const order_request& order, const known_instrument& at,
                       const risk_limits& limits) const;
  verdict check_exposure(const order_request& order, const known_instrument& at,
                         const risk_limits& limits) const;
  verdict check_history(const order_request& order, strategy_history& history,
                        const risk_limits& limits, timestamp now) const;
  verdict check_self_trade(const order_request& order, const known_instrument& at,
                           const risk_limits& limits, std::vector<cancel_order>& cancels) const;
  verdict check_all(const order_request& order, timestamp now, std::vector<cancel_order>& cancels);
  const risk_limits& limits_of(strategy_id strategy) const;

  risk_limits limits_;
  std::map<strategy_id, risk_limits> strategy_limits_;
  std::map<instrument_id, known_instrument> instruments_;
  std::map<venue_id, known_venue> venues_;
  std::map<strategy_id, strategy_history> history_;
  trading_state state_ = trading_state::active;
  std::uint64_t checked_ = 0;
  std::map<std::string, std::uint64_t> denials_;
};

} // namespace actorbot
