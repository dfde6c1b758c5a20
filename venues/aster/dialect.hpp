#pragma once

#include "venues/dialect.hpp"

namespace actorbot::venues::aster {

/// The server side of Aster: REST V1 (HMAC) and V3 (agent signatures), public and user streams.
///
/// Credentials an account may carry: "api_key" and "api_secret" for V1; "user" and "signer" (the
/// addresses of the main wallet and its agent; without "signer" the wallet signs itself) for V3.
/// Options: see docs/venues/aster-simulator.md.
const dialect_descriptor& describe_dialect();

} // namespace actorbot::venues::aster
