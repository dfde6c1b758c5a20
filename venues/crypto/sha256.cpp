#include "venues/crypto/sha256.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace actorbot::crypto {
namespace {

/// The algorithm, looked up once: OpenSSL's one-shot SHA256() looks it up at every call.
const EVP_MD* algorithm() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> fetched{
      EVP_MD_fetch(nullptr, "SHA2-256", nullptr), &EVP_MD_free};
  return fetched.get();
}

} // namespace

bytes32 sha256(byte_view data) {
  bytes32 result;
  if (EVP_Digest(data.data(), data.size(), result.data(), nullptr, algorithm(), nullptr) != 1)
    throw std::runtime_error("OpenSSL offers no SHA-256");
  return result;
}

bytes32 sha256(std::string_view text) { return sha256(as_bytes(text)); }

} // namespace actorbot::crypto
