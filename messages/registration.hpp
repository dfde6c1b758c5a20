#pragma once

#include "messages/account.hpp"
#include "messages/actors.hpp"
#include "messages/control.hpp"
#include "messages/instrument.hpp"
#include "messages/market_data.hpp"
#include "messages/order.hpp"
#include "messages/session.hpp"
#include "messages/wiring.hpp"

#include <caf/actor_system_config.hpp>

namespace actorbot {

/// Makes every message known to an actor system, so that it can cross to another one.
inline void register_messages(caf::actor_system_config& config) {
  config.add_message_types<caf::id_block::actorbot>();
}

} // namespace actorbot
