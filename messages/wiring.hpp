#pragma once

#include "messages/account.hpp"
#include "messages/actors.hpp"
#include "messages/control.hpp"
#include "messages/instrument.hpp"
#include "messages/market_data.hpp"
#include "messages/order.hpp"

#include <caf/meta/type_name.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// Messages that carry handles, and the wishes and reports between the actors of one bot.
namespace actorbot {

// -- who plays which role ----------------------------------------------------------------------------

struct gateway_changed {
  venue_id venue{};
  order_gateway_actor gateway;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, gateway_changed& x) {
  return f(caf::meta::type_name("gateway_changed"), x.venue, x.gateway);
}

struct market_data_changed {
  venue_id venue{};
  market_data_actor market_data;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, market_data_changed& x) {
  return f(caf::meta::type_name("market_data_changed"), x.venue, x.market_data);
}

struct risk_changed {
  risk_actor risk;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, risk_changed& x) {
  return f(caf::meta::type_name("risk_changed"), x.risk);
}

struct strategy_changed {
  strategy_id strategy{};
  strategy_host_actor host;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, strategy_changed& x) {
  return f(caf::meta::type_name("strategy_changed"), x.strategy, x.host);
}

struct subscribe_directory {
  directory_subscriber_actor subscriber;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, subscribe_directory& x) {
  return f(caf::meta::type_name("subscribe_directory"), x.subscriber);
}

/// A session of a venue's public data is up: subscriptions acknowledged, instruments known.
struct market_session_live {
  venue_id venue{};
  market_connection_actor connection;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, market_session_live& x) {
  return f(caf::meta::type_name("market_session_live"), x.venue, x.connection);
}

/// A session of a venue account is up: its private stream is running.
struct account_session_live {
  venue_id venue{};
  account_connection_actor connection;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, account_session_live& x) {
  return f(caf::meta::type_name("account_session_live"), x.venue, x.connection);
}

// -- market data -------------------------------------------------------------------------------------

/// What a consumer wants to hear of. Replaces an earlier one of the same subscriber.
struct market_subscription {
  market_data_subscriber_actor subscriber;
  std::vector<instrument_id> instruments; ///< empty: instruments and states only
  bool books = true;
  bool depth = false;
  bool trades = false;
  bool funding = false;
  std::uint32_t credit = 0; ///< top-of-book messages that may be sent before the next grant
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, market_subscription& x) {
  return f(caf::meta::type_name("market_subscription"), x.subscriber, x.instruments, x.books,
           x.depth, x.trades, x.funding, x.credit);
}

/// The sender has worked off so many top-of-book messages.
struct grant_credit {
  std::uint32_t count = 0;
  friend bool operator==(const grant_credit&, const grant_credit&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, grant_credit& x) {
  return f(caf::meta::type_name("grant_credit"), x.count);
}

/// live: books are in sequence and fresh. Anything else: do not open on this data.
struct market_data_state_changed {
  venue_id venue{};
  venue_state state = venue_state::connecting;
  std::string text;
  timestamp time;
  friend bool operator==(const market_data_state_changed&, const market_data_state_changed&)
      = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, market_data_state_changed& x) {
  return f(caf::meta::type_name("market_data_state_changed"), x.venue, x.state, x.text, x.time);
}

// -- orders ------------------------------------------------------------------------------------------

/// A strategy's wish, to risk.
struct place_order {
  order_request order;
  friend bool operator==(const place_order&, const place_order&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, place_order& x) {
  return f(caf::meta::type_name("place_order"), x.order);
}

/// An order that passed risk, to its gateway. An old epoch is refused.
struct submit_order {
  order_request order;
  std::uint64_t epoch = 0;
  friend bool operator==(const submit_order&, const submit_order&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, submit_order& x) {
  return f(caf::meta::type_name("submit_order"), x.order, x.epoch);
}

/// Names an execution for as long as fills may be told twice.
struct trade_key {
  instrument_id instrument;
  std::string trade_id;
  side trade_side = side::buy; ///< own orders that met have one trade id
  friend auto operator<=>(const trade_key&, const trade_key&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, trade_key& x) {
  return f(x.instrument, x.trade_id, x.trade_side);
}

/// `orders` (not final) and `positions` are what the strategy knows: a gateway that was restarted
/// rebuilds from them and from the venue. Empty from a strategy that was restarted itself.
struct attach_strategy {
  strategy_id strategy{};
  strategy_host_actor host;
  std::vector<order_update> orders;
  std::vector<std::pair<instrument_id, quantity>> positions;
  std::vector<trade_key> trades{}; ///< recent ones that `positions` and `orders` include
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, attach_strategy& x) {
  return f(caf::meta::type_name("attach_strategy"), x.strategy, x.host, x.orders, x.positions,
           x.trades);
}

/// The venue is live and reconciled. Own orders that are not final, and virtual positions.
struct venue_synced {
  venue_id venue{};
  std::vector<order_update> orders;
  std::vector<std::pair<instrument_id, quantity>> positions;
  std::vector<trade_key> trades{}; ///< recent ones that `positions` include
  friend bool operator==(const venue_synced&, const venue_synced&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, venue_synced& x) {
  return f(caf::meta::type_name("venue_synced"), x.venue, x.orders, x.positions, x.trades);
}

/// Cancel every order of a strategy: it was given up and cannot do it itself.
struct cancel_strategy {
  strategy_id strategy{};
  std::string text; ///< why
  friend bool operator==(const cancel_strategy&, const cancel_strategy&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cancel_strategy& x) {
  return f(caf::meta::type_name("cancel_strategy"), x.strategy, x.text);
}

struct attach_risk {
  risk_actor risk;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, attach_risk& x) {
  return f(caf::meta::type_name("attach_risk"), x.risk);
}

/// The sum of a strategy's own fills on an instrument.
struct virtual_position {
  strategy_id strategy{};
  instrument_id instrument;
  quantity size;
  friend bool operator==(const virtual_position&, const virtual_position&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, virtual_position& x) {
  return f(caf::meta::type_name("virtual_position"), x.strategy, x.instrument, x.size);
}

/// Everything that risk needs to rebuild its view of one venue account.
struct account_view {
  venue_id venue{};
  venue_state state = venue_state::connecting;
  std::vector<order_update> orders;                          ///< not final ones
  std::vector<std::pair<instrument_id, quantity>> positions; ///< net, on the account
  std::vector<virtual_position> virtual_positions;
  std::vector<balance> balances;
  timestamp time; ///< of the last trustworthy account data; zero = none yet
  friend bool operator==(const account_view&, const account_view&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, account_view& x) {
  return f(caf::meta::type_name("account_view"), x.venue, x.state, x.orders, x.positions,
           x.virtual_positions, x.balances, x.time);
}

struct risk_attached {
  venue_id venue{};
  std::uint64_t epoch = 0;
  account_view view;
  friend bool operator==(const risk_attached&, const risk_attached&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, risk_attached& x) {
  return f(caf::meta::type_name("risk_attached"), x.venue, x.epoch, x.view);
}

// -- supervision -------------------------------------------------------------------------------------

/// Ordered stop; the supervisor quits when the last child is down.
struct stop_children {
  std::string text;
  friend bool operator==(const stop_children&, const stop_children&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stop_children& x) {
  return f(caf::meta::type_name("stop_children"), x.text);
}

struct restart_happened {
  std::string supervisor;
  std::string child;
  std::string reason;      ///< why the old one ended
  duration delay{};        ///< back-off before this start
  std::uint32_t count = 0; ///< restarts of this child so far
  timestamp time;
  friend bool operator==(const restart_happened&, const restart_happened&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, restart_happened& x) {
  return f(caf::meta::type_name("restart_happened"), x.supervisor, x.child, x.reason, x.delay,
           x.count, x.time);
}

/// The root of the tree, to the operator surface.
struct watch_bot {
  supervisor_actor root;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, watch_bot& x) {
  return f(caf::meta::type_name("watch_bot"), x.root);
}

/// Strategies apply their on_stop, reports are taken, everything goes down in order.
struct stop_bot {
  std::string text; ///< who and why
  friend bool operator==(const stop_bot&, const stop_bot&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stop_bot& x) {
  return f(caf::meta::type_name("stop_bot"), x.text);
}

// -- operator ----------------------------------------------------------------------------------------

enum class note_level : std::uint8_t { info, warning, alarm };

struct operator_note {
  note_level level = note_level::info;
  std::string source;
  std::string text;
  timestamp time;
  friend bool operator==(const operator_note&, const operator_note&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, operator_note& x) {
  return f(caf::meta::type_name("operator_note"), x.level, x.source, x.text, x.time);
}

/// The strategies have stopped in order: what they left at the venue is meant to stay, so its
/// dead-man's switch is taken back. Answered with the report, within a second.
struct conclude_venue {
  friend bool operator==(const conclude_venue&, const conclude_venue&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, conclude_venue&) {
  return f(caf::meta::type_name("conclude_venue"));
}

struct get_report {
  friend bool operator==(const get_report&, const get_report&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_report&) {
  return f(caf::meta::type_name("get_report"));
}

struct instrument_position {
  instrument_id instrument;
  std::string ticker;
  quantity size;
  price average_entry;
  decimal realised;   ///< of closed parts, before fees
  decimal unrealised; ///< at the last mid price
  decimal fees;
  friend bool operator==(const instrument_position&, const instrument_position&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, instrument_position& x) {
  return f(caf::meta::type_name("instrument_position"), x.instrument, x.ticker, x.size,
           x.average_entry, x.realised, x.unrealised, x.fees);
}

/// One strategy so far in this run.
struct strategy_report {
  strategy_id strategy{};
  std::string name;
  std::string kind;
  std::string state;
  std::uint64_t orders = 0;
  std::uint64_t cancels = 0;
  std::uint64_t fills = 0;
  std::uint64_t rejects = 0;
  std::uint64_t cycles = 0;
  decimal cycle_pnl; ///< realised by completed cycles, after fees
  std::vector<instrument_position> positions;
  std::map<std::string, std::uint64_t> rejects_by_reason;
  std::string saved; ///< the strategy's save() as JSON text; empty before it started
  friend bool operator==(const strategy_report&, const strategy_report&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, strategy_report& x) {
  return f(caf::meta::type_name("strategy_report"), x.strategy, x.name, x.kind, x.state, x.orders,
           x.cancels, x.fills, x.rejects, x.cycles, x.cycle_pnl, x.positions, x.rejects_by_reason,
           x.saved);
}

/// One venue account so far in this run.
struct venue_report {
  venue_id venue{};
  std::string name;
  std::string state;
  std::uint64_t sessions = 0;
  std::uint64_t reconciliations = 0;
  std::uint64_t unknown_outcomes = 0;
  std::uint64_t unknown_resolved = 0;
  std::uint64_t duplicate_fills = 0; ///< seen twice and counted once
  std::uint64_t foreign_orders = 0;
  duration time_down{};   ///< not live since the first time it was
  duration last_outage{}; ///< from the loss of the session to live again
  duration clock_offset{};
  std::vector<position> positions;
  std::vector<balance> balances;
  std::vector<order_update> orders; ///< every order of this run
  std::vector<fill> fills;          ///< every fill of this run
  /// Market event received -> order handed to the transport: p50, p99, p99.9, max.
  std::vector<std::int64_t> latency_ns;
  std::uint64_t latency_count = 0;
  friend bool operator==(const venue_report&, const venue_report&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, venue_report& x) {
  return f(caf::meta::type_name("venue_report"), x.venue, x.name, x.state, x.sessions,
           x.reconciliations, x.unknown_outcomes, x.unknown_resolved, x.duplicate_fills,
           x.foreign_orders, x.time_down, x.last_outage, x.clock_offset, x.positions, x.balances,
           x.orders, x.fills, x.latency_ns, x.latency_count);
}

struct risk_report {
  std::string state;
  std::uint64_t checked = 0;
  std::map<std::string, std::uint64_t> denials;
  friend bool operator==(const risk_report&, const risk_report&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, risk_report& x) {
  return f(caf::meta::type_name("risk_report"), x.state, x.checked, x.denials);
}

struct supervisor_report {
  std::string name;
  std::map<std::string, std::uint32_t> restarts; ///< by child, "venue/child" below
  friend bool operator==(const supervisor_report&, const supervisor_report&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, supervisor_report& x) {
  return f(caf::meta::type_name("supervisor_report"), x.name, x.restarts);
}

} // namespace actorbot
