#pragma once

#include "messages/actors.hpp"

#include <caf/actor_system.hpp>

namespace actorbot {

/// Starts the DIRECTORY: it remembers the newest handle of every role, tells each change to all
/// subscribers in the order in which they came, and tells a new one all that it knows. A subscriber
/// that ends is forgotten.
directory_actor spawn_directory(caf::actor_system& system);

} // namespace actorbot
