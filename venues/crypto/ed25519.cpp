#include "venues/crypto/ed25519.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace actorbot::crypto {
namespace {

/// OpenSSL wants an address for an empty message too.
const std::uint8_t* address_of(byte_view message) noexcept {
  static const std::uint8_t nothing = 0;
  return message.empty() ? &nothing : message.data();
}

} // namespace

namespace detail {

void free_evp::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }
void free_evp::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

} // namespace detail

ed25519_private_key::ed25519_private_key(const bytes32& seed)
    : key_{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size())},
      context_{EVP_MD_CTX_new()} {
  std::size_t size = public_.size();
  if (!key_ || !context_ || EVP_PKEY_get_raw_public_key(key_.get(), public_.data(), &size) != 1
      || size != public_.size())
    throw std::runtime_error("OpenSSL offers no Ed25519");
}

ed25519_signature ed25519_private_key::sign(byte_view message) {
  ed25519_signature out;
  std::size_t size = out.size();
  auto* context = context_.get();
  // From OpenSSL 3.2 on a context makes one signature; beginning again costs 2 % of one.
  const bool done
      = EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key_.get()) == 1
        && EVP_DigestSign(context, out.data(), &size, address_of(message), message.size()) == 1;
  if (!done || size != out.size())
    throw std::runtime_error("Ed25519 failed inside OpenSSL");
  return out;
}

ed25519_public_key::ed25519_public_key(const bytes32& key)
    : key_{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size())},
      context_{EVP_MD_CTX_new()} {
  if (!key_ || !context_)
    throw std::runtime_error("OpenSSL offers no Ed25519");
}

bool ed25519_public_key::verify(byte_view message, byte_view signature) {
  auto* context = context_.get();
  return signature.size() == ed25519_signature{}.size()
         && EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key_.get()) == 1
         && EVP_DigestVerify(context, signature.data(), signature.size(), address_of(message),
                             message.size())
                == 1;
}

} // namespace actorbot::crypto
