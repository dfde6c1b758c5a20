#include "venues/crypto/bytes.hpp"

#include <openssl/crypto.h>

namespace actorbot::crypto {

bool equal_constant_time(byte_view a, byte_view b) noexcept {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

bool equal_constant_time(std::string_view a, std::string_view b) noexcept {
  return equal_constant_time(as_bytes(a), as_bytes(b));
}

} // namespace actorbot::crypto
