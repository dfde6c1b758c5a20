#include "venues/crypto/hmac_sha256.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <stdexcept>

namespace actorbot::crypto {
namespace {

EVP_MAC* algorithm() {
  static const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> fetched{
      EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free};
  return fetched.get();
}

} // namespace

void hmac_sha256::free_context::operator()(evp_mac_ctx_st* context) const noexcept {
  EVP_MAC_CTX_free(context);
}

hmac_sha256::hmac_sha256(byte_view key) : context_{EVP_MAC_CTX_new(algorithm())} {
  char digest[] = "SHA2-256";
  const OSSL_PARAM parameters[]
      = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
         OSSL_PARAM_construct_end()};
  // A null key means "keep the old one", so an empty key still needs an address.
  static const std::uint8_t no_key = 0;
  const auto* data = key.empty() ? &no_key : key.data();
  if (!context_ || EVP_MAC_init(context_.get(), data, key.size(), parameters) != 1)
    throw std::runtime_error("OpenSSL offers no HMAC-SHA-256");
}

bytes32 hmac_sha256::sign(byte_view first, byte_view second) {
  bytes32 result;
  std::size_t size = 0;
  auto* context = context_.get();
  // Without a key and parameters, init goes back to the state after the key was hashed in.
  const bool done = EVP_MAC_init(context, nullptr, 0, nullptr) == 1
                    && EVP_MAC_update(context, first.data(), first.size()) == 1
                    && EVP_MAC_update(context, second.data(), second.size()) == 1
                    && EVP_MAC_final(context, result.data(), &size, result.size()) == 1;
  if (!done || size != result.size())
    throw std::runtime_error("HMAC-SHA-256 failed inside OpenSSL");
  return result;
}

} // namespace actorbot::crypto
