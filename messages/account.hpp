#pragma once

#include "messages/decimal.hpp"
#include "messages/ids.hpp"
#include "messages/order.hpp"
#include "messages/time.hpp"

#include <caf/meta/type_name.hpp>

#include <string>
#include <vector>

namespace actorbot {

/// A position as the venue states it.
struct position {
  instrument_id instrument;
  quantity size; ///< signed: negative = short
  price entry;   ///< average entry; zero when flat
  decimal unrealised;
  timestamp time;
  friend bool operator==(const position&, const position&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, position& x) {
  return f(caf::meta::type_name("position"), x.instrument, x.size, x.entry, x.unrealised, x.time);
}

/// Money on a venue account, in its quote currency.
struct balance {
  venue_id venue{};
  std::string asset;
  decimal total;     ///< wallet balance, without unrealised PnL
  decimal equity;    ///< with unrealised PnL: the account value
  decimal available; ///< free for new orders
  timestamp time;
  friend bool operator==(const balance&, const balance&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, balance& x) {
  return f(caf::meta::type_name("balance"), x.venue, x.asset, x.total, x.equity, x.available,
           x.time);
}

/// A payment for holding a position; positive = received.
struct funding_payment {
  instrument_id instrument;
  decimal amount;
  std::string id;
  timestamp time;
  friend bool operator==(const funding_payment&, const funding_payment&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, funding_payment& x) {
  return f(caf::meta::type_name("funding_payment"), x.instrument, x.amount, x.id, x.time);
}

/// An order on the account as a list or a query shows it. `ours` is false for orders whose client
/// id is not one of this bot's: they are reported, never touched.
struct seen_order {
  bool ours = false;
  std::string foreign_id; ///< the client id as text, where it is not ours
  order_update order;
  friend bool operator==(const seen_order&, const seen_order&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, seen_order& x) {
  return f(caf::meta::type_name("seen_order"), x.ours, x.foreign_id, x.order);
}

/// Every open order at one moment. Proves presence, never absence (see evidence::snapshot).
struct open_orders_snapshot {
  venue_id venue{};
  timestamp requested; ///< orders that changed after this are left alone
  std::vector<seen_order> orders;
  friend bool operator==(const open_orders_snapshot&, const open_orders_snapshot&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, open_orders_snapshot& x) {
  return f(caf::meta::type_name("open_orders_snapshot"), x.venue, x.requested, x.orders);
}

/// Every position of the configured instruments; one that is missing is flat.
struct positions_snapshot {
  venue_id venue{};
  timestamp requested;
  std::vector<position> positions;
  friend bool operator==(const positions_snapshot&, const positions_snapshot&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, positions_snapshot& x) {
  return f(caf::meta::type_name("positions_snapshot"), x.venue, x.requested, x.positions);
}

/// Executions since a cursor, oldest first; `complete` when no further page exists.
struct fills_page {
  instrument_id instrument;
  timestamp requested;
  std::vector<fill> fills;
  /// Trades of orders that are not ours, by count and signed size (a foreign client or a human).
  std::uint32_t foreign_count = 0;
  quantity foreign_size;
  bool complete = true;
  friend bool operator==(const fills_page&, const fills_page&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, fills_page& x) {
  return f(caf::meta::type_name("fills_page"), x.instrument, x.requested, x.fills, x.foreign_count,
           x.foreign_size, x.complete);
}

} // namespace actorbot
