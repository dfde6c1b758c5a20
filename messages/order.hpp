#pragma once

#include "messages/decimal.hpp"
#include "messages/ids.hpp"
#include "messages/time.hpp"

#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace actorbot {

enum class side : std::uint8_t { buy, sell };

constexpr side opposite(side s) { return s == side::buy ? side::sell : side::buy; }
/// +1 for buy, -1 for sell.
constexpr int sign_of(side s) { return s == side::buy ? 1 : -1; }

enum class order_type : std::uint8_t { limit, market };
enum class time_in_force : std::uint8_t { gtc, ioc, fok };

///   pending -> open -> partially_filled -> filled | cancelled | rejected | expired
///      \________________\__________________-> unknown -> (any, by evidence only)
/// `unknown`: sent, and no trustworthy answer. Only an event of the venue or a query by id leaves
/// it; a time-out never becomes a rejection.
enum class order_state : std::uint8_t {
  pending,
  open,
  partially_filled,
  filled,
  cancelled,
  rejected,
  expired,
  unknown,
};

constexpr bool is_final(order_state s) {
  return s == order_state::filled || s == order_state::cancelled || s == order_state::rejected
         || s == order_state::expired;
}

/// Why an order (or a cancel) was refused, in our words; the venue's own code is in the text. The
/// values cross hosts and reports: append, never renumber.
enum class reject_reason : std::uint8_t {
  none = 0,
  margin = 1, ///< not enough free margin
  post_only_would_cross = 2,
  reduce_only = 3, ///< would not reduce
  price_band = 4,
  price_tick = 5,
  size = 6,       ///< lot, minimum or maximum size
  notional = 7,   ///< below the minimum notional
  nonce = 8,      ///< not executed; resynchronise and send again with the same id
  rate_limit = 9, ///< not executed; back off
  market_closed = 10,
  authentication = 11, ///< the account's credentials: the operator must act
  self_trade = 12,
  too_many_orders = 13,
  duplicate_id = 14,
  invalid = 15,       ///< our request was malformed: a bug
  not_sent = 16,      ///< provably never left this process
  stale = 17,         ///< dropped by us: older than its validity when its turn came
  unknown_order = 18, ///< the venue does not know the order (a cancel or a query)
  liquidation = 19,
  clock = 20,             ///< signed time outside the venue's window
  venue_unavailable = 21, ///< maintenance, or the connection is not live
  other = 22,
  // Denied locally before sending, by risk or by the gateway (reliability: stable codes).
  risk_order_quantity = 40,
  risk_order_notional = 41,
  risk_position = 42,
  risk_open_orders = 43,
  risk_price_collar = 44,
  risk_stale_market = 45,
  risk_stale_account = 46,
  risk_duplicate = 47,
  risk_rate = 48,
  risk_reduce_only = 49,
  risk_halted = 50,
  risk_reduce_only_state = 51, ///< trading state is reduce_only: opening orders are denied
  risk_self_trade = 52,
  risk_exposure = 53,
  risk_no_instrument = 54,
  risk_venue_not_live = 55,
  risk_epoch = 56, ///< the order carries an old risk epoch
  risk_repeated_execution = 57,
  risk_instrument_rules = 58,
};

/// A wish to place an order. For market orders `limit_price` is the worst price accepted, for venues
/// that sign one; risk fills it in when it is zero.
struct order_request {
  client_order_id id;
  instrument_id instrument;
  side order_side = side::buy;
  order_type type = order_type::limit;
  time_in_force tif = time_in_force::gtc;
  bool post_only = false;
  bool reduce_only = false;
  quantity size;
  price limit_price;
  timestamp created;     ///< when the strategy decided
  timestamp valid_until; ///< not sent after this (zero = the gateway's default)
  /// Receive time of the market event that caused the decision, for latency (monotonic ns; 0 = none).
  std::int64_t cause_ns = 0;

  friend bool operator==(const order_request&, const order_request&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_request& x) {
  return f(caf::meta::type_name("order_request"), x.id, x.instrument, x.order_side, x.type, x.tif,
           x.post_only, x.reduce_only, x.size, x.limit_price, x.created, x.valid_until, x.cause_ns);
}

/// Where a statement about an order comes from.
enum class evidence : std::uint8_t {
  local,    ///< our own bookkeeping (pending, unknown, denied)
  answer,   ///< the venue's answer to the command
  stream,   ///< the venue's private stream
  query,    ///< the venue's answer to a query by id, or a final state in an account history
  snapshot, ///< a list of open orders: proves presence, never absence
};

/// What is known of an order now. `filled` and `average_price` are cumulative, from fills.
struct order_update {
  client_order_id id;
  instrument_id instrument;
  std::string venue_order_id; ///< empty while the venue has not named it
  order_state state = order_state::pending;
  side order_side = side::buy;
  bool reduce_only = false;
  quantity size;
  quantity filled;
  price limit_price;
  price average_price; ///< zero without a fill
  reject_reason reason = reject_reason::none;
  std::string text; ///< the venue's code and words
  evidence source = evidence::local;
  timestamp time; ///< the venue's where it gave one

  friend bool operator==(const order_update&, const order_update&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_update& x) {
  return f(caf::meta::type_name("order_update"), x.id, x.instrument, x.venue_order_id, x.state,
           x.order_side, x.reduce_only, x.size, x.filled, x.limit_price, x.average_price, x.reason,
           x.text, x.source, x.time);
}

/// One execution. Deduplicated by (instrument, trade_id, order_side): when own orders meet, both
/// fills carry one trade id.
struct fill {
  client_order_id id;
  instrument_id instrument;
  std::string venue_order_id;
  std::string trade_id;
  side order_side = side::buy;
  price at;
  quantity size;
  decimal fee; ///< quote currency; positive = cost
  bool maker = false;
  bool liquidation = false;
  timestamp time;

  friend bool operator==(const fill&, const fill&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, fill& x) {
  return f(caf::meta::type_name("fill"), x.id, x.instrument, x.venue_order_id, x.trade_id,
           x.order_side, x.at, x.size, x.fee, x.maker, x.liquidation, x.time);
}

/// A wish to cancel. By our id; the gateway knows the venue's.
struct cancel_order {
  client_order_id id;
  instrument_id instrument;
  friend bool operator==(const cancel_order&, const cancel_order&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cancel_order& x) {
  return f(caf::meta::type_name("cancel_order"), x.id, x.instrument);
}

std::string_view to_string(side s);
std::string_view to_string(order_type t);
std::string_view to_string(time_in_force t);
std::string_view to_string(order_state s);
std::string_view to_string(reject_reason r);
std::string_view to_string(evidence e);

} // namespace actorbot
