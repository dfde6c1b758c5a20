#pragma once

#include "venues/descriptor.hpp"

namespace actorbot::venues::paper {

/// Paper trading: an exchange inside this process, on synthetic or recorded markets. It speaks
/// Aster's dialect over the in-memory network, so what trades on paper is the adapter code that
/// trades live; only sockets and TLS are left out.
const descriptor& describe();

} // namespace actorbot::venues::paper
