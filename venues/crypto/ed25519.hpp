#pragma once

#include "venues/crypto/bytes.hpp"

#include <array>
#include <cstdint>
#include <memory>

struct evp_md_ctx_st;
struct evp_pkey_st;

/// Ed25519 (RFC 8032, pure: no pre-hash, no context) over OpenSSL. Signatures are deterministic.
namespace actorbot::crypto {

/// R ‖ S.
using ed25519_signature = std::array<std::uint8_t, 64>;

namespace detail {
struct free_evp {
  void operator()(evp_md_ctx_st* context) const noexcept;
  void operator()(evp_pkey_st* key) const noexcept;
};
using evp_key = std::unique_ptr<evp_pkey_st, free_evp>;
using evp_context = std::unique_ptr<evp_md_ctx_st, free_evp>;
} // namespace detail

/// A private key. OpenSSL's key object is kept, and with it the expanded key; its memory is wiped by
/// OpenSSL. Not for two threads at the same time.
class ed25519_private_key {
 public:
  /// Any 32 bytes are a seed; the caller stays responsible for wiping them. Throws
  /// std::runtime_error when OpenSSL offers no Ed25519.
  explicit ed25519_private_key(const bytes32& seed);

  [[nodiscard]] const bytes32& public_key() const noexcept { return public_; }

  [[nodiscard]] ed25519_signature sign(byte_view message);

 private:
  detail::evp_key key_;
  detail::evp_context context_;
  bytes32 public_{};
};

/// A public key, for the side that checks. Not for two threads at the same time.
class ed25519_public_key {
 public:
  /// Any 32 bytes are taken; when they are no point of the curve nothing verifies.
  explicit ed25519_public_key(const bytes32& key);

  /// False for a signature of another length, of another message or key, and for an S that is not
  /// below the order of the group.
  [[nodiscard]] bool verify(byte_view message, byte_view signature);

 private:
  detail::evp_key key_;
  detail::evp_context context_;
};

} // namespace actorbot::crypto
