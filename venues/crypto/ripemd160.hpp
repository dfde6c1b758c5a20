#pragma once

#include "venues/crypto/bytes.hpp"

#include <array>

namespace actorbot::crypto {

/// RIPEMD-160 of one piece of input. Throws std::runtime_error when OpenSSL does not offer it
/// (Debian 12's has it in the default provider; some other builds only in the legacy one).
[[nodiscard]] std::array<std::uint8_t, 20> ripemd160(byte_view data);

/// RIPEMD-160 of SHA-256: how Bitcoin and Cosmos name a public key.
[[nodiscard]] std::array<std::uint8_t, 20> hash160(byte_view data);

} // namespace actorbot::crypto
