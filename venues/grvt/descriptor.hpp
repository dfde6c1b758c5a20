#pragma once

#include "venues/descriptor.hpp"

namespace actorbot::venues::grvt {

/// GRVT perpetuals. The endpoints are its hosts: login, market data, trades; the last two serve
/// REST and WebSocket.
const descriptor& describe();

} // namespace actorbot::venues::grvt
