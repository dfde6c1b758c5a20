#pragma once

#include "venues/crypto/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// From the words that a person wrote down to a secp256k1 key: BIP-39 (words to seed) and BIP-32
/// (seed to key, along a path).
namespace actorbot::crypto {

/// BIP-39's seed: PBKDF2-HMAC-SHA512 with 2048 rounds. Words are joined by one space whatever
/// stands between them. Only ASCII, where no Unicode normal form is needed. The words are not
/// looked up in a list, so their checksum is not checked: another word gives another key.
[[nodiscard]] std::array<std::uint8_t, 64> mnemonic_seed(std::string_view words,
                                                         std::string_view passphrase = {});

/// A private key with what derives its children. Its memory is overwritten on destruction.
class extended_key {
 public:
  static constexpr std::uint32_t hardened = 0x8000'0000;

  /// The root of a seed. Nothing in the one case in 2^127 that has no key.
  static std::optional<extended_key> master(byte_view seed);

  extended_key(const extended_key&) = default;
  extended_key& operator=(const extended_key&) = default;
  ~extended_key();

  /// The child of that index, hardened from 2^31 on. Nothing in the one case in 2^127.
  [[nodiscard]] std::optional<extended_key> child(std::uint32_t index) const;

  /// Along "m/44'/118'/0'/0/0" from here. Nothing for a path of another form.
  [[nodiscard]] std::optional<extended_key> derive(std::string_view path) const;

  [[nodiscard]] const bytes32& key() const noexcept { return key_; }
  [[nodiscard]] const bytes32& chain_code() const noexcept { return chain_code_; }

 private:
  extended_key() = default;

  bytes32 key_{};
  bytes32 chain_code_{};
};

} // namespace actorbot::crypto
