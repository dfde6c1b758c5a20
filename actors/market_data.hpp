#pragma once

#include "actors/runtime/environment.hpp"
#include "messages/actors.hpp"

#include <caf/actor_system.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace actorbot {

struct market_data_config {
  venue_id venue{};
  std::string name; ///< of the venue entry, for notes
  std::vector<instrument_id> instruments;
  duration stale_after = std::chrono::seconds{2}; ///< silence after which data is not trusted
  runtime::environment* env = nullptr;
  operator_actor op;
};

/// The market-data actor of one venue: keeps the newest state, tells subscribers by credit.
market_data_actor spawn_market_data(caf::actor_system& system, market_data_config config);

} // namespace actorbot
