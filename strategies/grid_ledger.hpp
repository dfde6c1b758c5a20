#pragma once

#include "messages/order.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace actorbot::strategies {

/// A part of the position with what it cost and the price at which it is to be closed. Sums, so
/// that parts add up exactly: average cost = cost / size.
struct open_lot {
  quantity size;
  decimal cost;   ///< sum of fill price x size
  decimal target; ///< sum of wanted close price x size
  decimal fees;   ///< paid at the entry

  void add(const open_lot& other);
  /// Splits `part` (at most size) off, in proportion.
  open_lot take(quantity part);
  decimal average_cost() const;
  /// At 1e-12, so that the dust of earlier divisions never tips a rounding to the tick.
  decimal average_target() const;
};

/// An order on the entry side: the one entry, or one found after a restart that is being cancelled.
struct entry_order {
  quantity size;
  price limit;
  quantity filled;
  order_state state = order_state::pending;
  bool cancelling = false;
  std::int64_t closes = 0; ///< close orders placed for its fills so far

  quantity remaining() const { return size - filled; }
};

/// An order that closes a part of the position.
struct close_order {
  side order_side = side::sell;
  open_lot lot; ///< what the whole order closes
  price limit;
  quantity filled;
  decimal proceeds; ///< sum of fill price x size
  decimal fees;
  order_state state = order_state::pending;
  bool market = false;
  bool cancelling = false;

  quantity remaining() const { return lot.size - filled; }
  /// Sent, and the venue has not said that it rests.
  bool in_flight() const;
};

/// Everything that the grid has outstanding. Its identity, checked continuously:
///   position = sum of the close orders' remaining sizes + uncovered.
struct grid_ledger {
  std::optional<std::pair<client_order_id, entry_order>> entry;
  std::map<client_order_id, entry_order> strays; ///< found after a restart; being cancelled
  std::map<client_order_id, close_order> closes;
  open_lot uncovered; ///< filled, and no close order placed yet

  /// The known entry or stray of that id; null when there is none.
  entry_order* find_entry(const client_order_id& id);
  /// The position that the orders and `uncovered` account for; positive in the grid's direction.
  quantity accounted(side direction) const;
  std::int64_t resting(side direction) const;
  /// The resting close order next to the spread: the lowest of a buy grid, the highest of a sell.
  std::optional<price> nearest(side direction) const;
  bool any_unknown() const;
  bool any_close_in_flight() const;
};

nlohmann::json to_json(const grid_ledger& ledger);
/// Throws nlohmann::json::exception or std::invalid_argument.
grid_ledger ledger_from_json(const nlohmann::json& j);

/// Exact texts for numbers and ids, shared with the grid's own state.
decimal decimal_from_json(const nlohmann::json& j);

} // namespace actorbot::strategies
