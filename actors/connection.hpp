#pragma once

#include "actors/session_driver.hpp"
#include "messages/actors.hpp"

#include <caf/actor_system.hpp>

namespace actorbot {

/// Starts one session of the venue's public data; its facts go to `elder`. Quits with an actor_errc
/// when the session is over.
market_connection_actor spawn_market_connection(caf::actor_system& system, connection_config config,
                                                market_data_actor elder);

/// Starts one session of the venue account; its facts go to `elder`.
account_connection_actor spawn_account_connection(caf::actor_system& system,
                                                  connection_config config,
                                                  order_gateway_actor elder);

} // namespace actorbot
