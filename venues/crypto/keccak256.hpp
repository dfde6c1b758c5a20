#pragma once

#include "venues/crypto/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace actorbot::crypto {

/// Keccak-256 as Ethereum uses it: Keccak-f[1600], rate 136 bytes, first padding byte 0x01.
/// (SHA3-256 of FIPS 202 differs in the padding byte, 0x06, and so in every hash.)
/// Source: Bertoni, Daemen, Peeters, Van Assche, "The Keccak reference", version 3.0.
class keccak256_hasher {
 public:
  static constexpr std::size_t rate = 136;

  /// Adds input; may be called any number of times.
  keccak256_hasher& update(byte_view data) noexcept;
  keccak256_hasher& update(std::string_view text) noexcept { return update(as_bytes(text)); }

  /// The hash of all input so far. The hasher must not be used after that.
  [[nodiscard]] bytes32 finish() noexcept;

 private:
  void absorb(const std::uint8_t* block) noexcept;

  std::array<std::uint64_t, 25> state_{};
  std::array<std::uint8_t, rate> pending_;
  std::size_t pending_size_ = 0;
};

/// The Keccak-256 hash of one piece of input.
[[nodiscard]] bytes32 keccak256(byte_view data) noexcept;
[[nodiscard]] bytes32 keccak256(std::string_view text) noexcept;

} // namespace actorbot::crypto
