#pragma once

#include "venues/dialect.hpp"

namespace actorbot::venues::grvt {

/// The server side of GRVT: the edge, trades and market-data hosts behind one address, in the full
/// and lite variants, with JSON-RPC and legacy WebSocket framing.
///
/// Credentials of an account: "sub_account_id" (a decimal 64-bit number) and "signer" (the address
/// whose signatures count) are required; "api_key" allows the login with a key, "main_account" is
/// the funding account's address (the signer's when absent), "permission" is "trade" or "read".
/// Options: see docs/venues/grvt-simulator.md.
const dialect_descriptor& describe_dialect();

} // namespace actorbot::venues::grvt
