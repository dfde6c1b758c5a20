#pragma once

#include "venues/crypto/bytes.hpp"

#include <string_view>

namespace actorbot::crypto {

/// SHA-256 (FIPS 180-4) of one piece of input.
[[nodiscard]] bytes32 sha256(byte_view data);
[[nodiscard]] bytes32 sha256(std::string_view text);

} // namespace actorbot::crypto
