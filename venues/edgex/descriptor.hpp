#pragma once

#include "venues/descriptor.hpp"

namespace actorbot::venues::edgex {

/// EdgeX perpetual futures.
const descriptor& describe();

} // namespace actorbot::venues::edgex
