#pragma once

#include "venues/crypto/bytes.hpp"

#include <memory>
#include <string_view>

struct evp_mac_ctx_st;

namespace actorbot::crypto {

/// HMAC-SHA-256 (RFC 2104) with a key that is set once.
/// The keyed OpenSSL context is kept, which makes a signature several times cheaper than OpenSSL's
/// one-shot call: that one looks the algorithm up and hashes the key again every time.
/// An object must not be used by two threads at the same time. Its memory is wiped by OpenSSL.
class hmac_sha256 {
 public:
  /// Throws std::runtime_error when OpenSSL offers no HMAC.
  explicit hmac_sha256(byte_view key);
  explicit hmac_sha256(std::string_view key) : hmac_sha256(as_bytes(key)) {}

  /// The code over `first` followed by `second`, without a copy that joins them.
  [[nodiscard]] bytes32 sign(byte_view first, byte_view second = {});
  [[nodiscard]] bytes32 sign(std::string_view first, std::string_view second = {}) {
    return sign(as_bytes(first), as_bytes(second));
  }

 private:
  struct free_context {
    void operator()(evp_mac_ctx_st* context) const noexcept;
  };

  std::unique_ptr<evp_mac_ctx_st, free_context> context_;
};

} // namespace actorbot::crypto
