#pragma once

#include "venues/dialect.hpp"

namespace actorbot::venues::backpack {

/// The server side of Backpack: REST with Ed25519 signatures over instruction texts, public streams
/// and private streams on one WebSocket.
///
/// Credentials of an account: "api_key" (base64 of the public key), or "secret" (base64 of the
/// seed, alone or with the public key behind it), from which the key follows; with both they must
/// agree.
/// Options: see docs/venues/backpack-simulator.md.
const dialect_descriptor& describe_dialect();

} // namespace actorbot::venues::backpack
