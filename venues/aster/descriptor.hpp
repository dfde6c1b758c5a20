#pragma once

#include "venues/descriptor.hpp"

namespace actorbot::venues::aster {

/// Aster perpetual futures. Endpoint 0 is REST, endpoint 1 the WebSocket host.
const descriptor& describe();

} // namespace actorbot::venues::aster
