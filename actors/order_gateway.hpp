#pragma once

#include "actors/runtime/environment.hpp"
#include "messages/actors.hpp"
#include "messages/time.hpp"
#include "venues/descriptor.hpp"

#include <caf/actor_system.hpp>

#include <memory>
#include <string>
#include <vector>

namespace actorbot {

/// How often a gateway looks again at what it believes (reliability: continuous reconciliation).
struct reconciliation_intervals {
  duration tick = std::chrono::milliseconds{200};
  duration balances = std::chrono::seconds{3};
  duration positions = std::chrono::seconds{10};
  duration open_orders = std::chrono::seconds{30};
  duration fills = std::chrono::seconds{30}; ///< the drop copy
  /// An accepted order, or a cancel, that the private stream does not confirm in this time is asked
  /// for.
  duration confirmation = std::chrono::seconds{3};
  duration fills_overlap = std::chrono::seconds{60}; ///< before the cursor; deduplicated
};

struct order_gateway_config {
  venue_id venue{};
  std::string name; ///< of the venue entry
  std::uint16_t bot = 0;
  std::uint32_t run = 0;
  venues::capabilities can;
  std::vector<instrument_id> instruments;
  duration order_validity = std::chrono::seconds{2}; ///< an order older than this is not sent
  duration dead_man{};                               ///< zero = not armed
  reconciliation_intervals intervals;
  trading_state initial = trading_state::active;
  /// Survives restarts of the gateway within the process: epochs only grow.
  std::shared_ptr<std::uint64_t> epoch;
  runtime::environment* env = nullptr;
  directory_actor directory;
  operator_actor op;
};

/// The order gateway of one venue account: order table, in-flight and unknown states, fills once,
/// virtual positions, reconciliation. The same for every venue.
order_gateway_actor spawn_order_gateway(caf::actor_system& system, order_gateway_config config);

} // namespace actorbot
