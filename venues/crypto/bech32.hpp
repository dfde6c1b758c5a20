#pragma once

#include "venues/crypto/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Bech32 (BIP-173, the original checksum and not bech32m): how Cosmos chains write addresses.
namespace actorbot::crypto {

struct bech32_text {
  std::string prefix; ///< lower case, without the separating 1
  bytes data;
};

/// `prefix` must be lower-case ASCII without "1".
[[nodiscard]] std::string to_bech32(std::string_view prefix, byte_view data);

/// Nothing for mixed case, a wrong checksum, unused bits that are not zero, or more than 90
/// characters.
[[nodiscard]] std::optional<bech32_text> from_bech32(std::string_view text);

} // namespace actorbot::crypto
