#pragma once

#include "actors/risk_engine.hpp"
#include "actors/runtime/environment.hpp"
#include "messages/actors.hpp"

#include <caf/actor_system.hpp>

#include <map>

namespace actorbot {

struct risk_config {
  risk_limits limits;
  std::map<strategy_id, risk_limits> strategy_limits;
  trading_state initial = trading_state::active;
  runtime::environment* env = nullptr;
  directory_actor directory;
  operator_actor op;
};

/// The one risk actor of a bot: every opening order passes here, with the epoch that the order's
/// gateway gave it.
risk_actor spawn_risk(caf::actor_system& system, risk_config config);

} // namespace actorbot
