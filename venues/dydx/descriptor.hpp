#pragma once

#include "venues/descriptor.hpp"

namespace actorbot::venues::dydx {

/// dYdX v4 (dYdX Chain). Endpoint 0 is the Indexer's REST, endpoint 1 its WebSocket, endpoint 2 a
/// node's CometBFT RPC.
const descriptor& describe();

} // namespace actorbot::venues::dydx
