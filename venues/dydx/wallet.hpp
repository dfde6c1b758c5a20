#pragma once

#include "venues/crypto/bip32.hpp"
#include "venues/crypto/secp256k1.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The key of a dYdX account. Sources: BIP-39, BIP-32, BIP-173; cosmos/cosmos-sdk crypto/keys.
namespace actorbot::venues::dydx {

inline constexpr std::string_view address_prefix = "dydx";
/// Coin type 118 is Cosmos's; what the official clients derive.
inline constexpr std::string_view derivation_path = "m/44'/118'/0'/0/0";

/// bech32 of RIPEMD160(SHA256(compressed public key)).
std::string address_of(const crypto::public_key& key, std::string_view prefix = address_prefix);

/// Whether the text is a bech32 address of 20 bytes with the prefix dydx.
bool is_address(std::string_view text);

/// From 12, 15, 18, 21 or 24 words. Nothing, and why in `error`, for another count or a character
/// that no English word list has. The words' own checksum is not checked: a wrong word gives another
/// account.
std::optional<crypto::private_key> key_from_mnemonic(std::string_view words, std::string& error);

} // namespace actorbot::venues::dydx
