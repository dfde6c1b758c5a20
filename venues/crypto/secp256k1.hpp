#pragma once

#include "venues/crypto/bytes.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace actorbot::crypto {

/// The 20 bytes that name an Ethereum account; texts are in ethereum.hpp.
using address = std::array<std::uint8_t, 20>;

/// A point of secp256k1, affine and uncompressed.
struct public_key {
  bytes32 x;
  bytes32 y;

  /// The last 20 bytes of keccak256(x ‖ y).
  [[nodiscard]] crypto::address address() const noexcept;

  /// SEC 1 forms: 0x04 ‖ x ‖ y, and 0x02 or 0x03 (odd y) ‖ x.
  [[nodiscard]] std::array<std::uint8_t, 65> uncompressed() const noexcept;
  [[nodiscard]] std::array<std::uint8_t, 33> compressed() const noexcept;

  bool operator==(const public_key&) const = default;
};

/// An ECDSA signature from which the public key can be recovered.
struct recoverable_signature {
  bytes32 r{};
  bytes32 s{};
  std::uint8_t recovery_id = 0; ///< 0..3; bit 0: the y of the nonce point is odd.

  /// r ‖ s ‖ v with v = 27 + recovery id, as Ethereum wallets write it.
  [[nodiscard]] std::array<std::uint8_t, 65> rsv() const noexcept;

  /// Reads r ‖ s ‖ v; v may be 27, 28 or, as some wallets write it, 0 or 1.
  static std::optional<recoverable_signature>
  from_rsv(std::span<const std::uint8_t, 65> text) noexcept;

  /// Whether s <= n/2. Of the two signatures (r, s) and (r, n - s) only this one is canonical
  /// (EIP-2).
  [[nodiscard]] bool low_s() const noexcept;

  bool operator==(const recoverable_signature&) const = default;
};

/// What `recover` does with a signature whose s is above n/2.
enum class high_s { refuse, accept };

/// A secp256k1 key. It never prints itself and its memory is overwritten on destruction and move.
class private_key {
 public:
  /// Reads 64 hex digits with or without "0x". Nothing, and the reason in `error`, when the text
  /// has another form or the number is not in 1 .. n-1. The reason never contains the text.
  static std::optional<private_key> parse(std::string_view hex, std::string& error);

  /// The key of a big-endian number; nothing unless it is in 1 .. n-1.
  static std::optional<private_key> from_bytes(const bytes32& number);

  private_key(const private_key&) = delete;
  private_key& operator=(const private_key&) = delete;
  private_key(private_key&& other) noexcept;
  private_key& operator=(private_key&& other) noexcept;
  ~private_key();

  [[nodiscard]] const crypto::public_key& public_key() const noexcept { return public_key_; }
  [[nodiscard]] const crypto::address& address() const noexcept { return address_; }

  /// ECDSA over a 32-byte digest. Deterministic: nonce of RFC 6979 with HMAC-SHA-256, s <= n/2.
  /// Throws std::logic_error for a key that was moved from.
  [[nodiscard]] recoverable_signature sign_recoverable(const bytes32& digest) const;

 private:
  private_key() = default;

  bytes32 scalar_{};
  crypto::public_key public_key_{};
  crypto::address address_{};
};

/// The key that made `signature` over `digest`. Any well-formed signature yields some key, so the
/// caller must compare it with the one expected. Nothing when r or s is 0 or not below n, when no
/// point has this r, or when s is high and `policy` refuses that.
[[nodiscard]] std::optional<public_key> recover(const bytes32& digest,
                                                const recoverable_signature& signature,
                                                high_s policy = high_s::refuse) noexcept;

/// Reads a point in one of SEC 1's forms: 33 bytes (compressed) or 65.
[[nodiscard]] std::optional<public_key> parse_public_key(byte_view text) noexcept;

/// Whether `key` made the signature r ‖ s over `digest`.
[[nodiscard]] bool verify(const public_key& key, const bytes32& digest,
                          std::span<const std::uint8_t, 64> signature,
                          high_s policy = high_s::refuse) noexcept;

} // namespace actorbot::crypto
