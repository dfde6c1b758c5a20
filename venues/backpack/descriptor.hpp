#pragma once

#include "venues/descriptor.hpp"

namespace actorbot::venues::backpack {

/// Backpack perpetual futures. Endpoint 0 is REST, endpoint 1 the WebSocket host.
const descriptor& describe();

} // namespace actorbot::venues::backpack
