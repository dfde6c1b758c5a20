#include "venues/crypto/ripemd160.hpp"

#include "venues/crypto/sha256.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace actorbot::crypto {

std::array<std::uint8_t, 20> ripemd160(byte_view data) {
  const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{
      EVP_MD_fetch(nullptr, "RIPEMD160", nullptr), &EVP_MD_free};
  std::array<std::uint8_t, 20> result;
  if (!algorithm
      || EVP_Digest(data.data(), data.size(), result.data(), nullptr, algorithm.get(), nullptr)
             != 1)
    throw std::runtime_error("OpenSSL offers no RIPEMD-160");
  return result;
}

std::array<std::uint8_t, 20> hash160(byte_view data) { return ripemd160(sha256(data)); }

} // namespace actorbot::crypto
