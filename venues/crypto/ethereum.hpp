#pragma once

#include "venues/crypto/bytes.hpp"
#include "venues/crypto/secp256k1.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace actorbot::crypto {

/// Reads an address: 40 hex digits of any case, with or without "0x". The EIP-55 checksum is not
/// checked, since venues and wallets write addresses in every case.
[[nodiscard]] std::optional<address> parse_address(std::string_view text) noexcept;

/// "0x" and 40 digits in the mixed case of EIP-55, which is a checksum.
[[nodiscard]] std::string checksum_text(const address& value);

/// The text EIP-191 (version 0x45, "personal_sign") hashes:
/// "\x19Ethereum Signed Message:\n" ‖ decimal length ‖ message.
[[nodiscard]] bytes personal_message(byte_view message);

/// keccak256 of `personal_message`.
[[nodiscard]] bytes32 personal_digest(byte_view message);

} // namespace actorbot::crypto
