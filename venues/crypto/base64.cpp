#include "venues/crypto/base64.hpp"

#include <openssl/evp.h>

#include <limits>
#include <stdexcept>

namespace actorbot::crypto {

std::size_t write_base64(byte_view data, std::span<char> out) {
  if (out.size() < (data.size() + 2) / 3 * 4 + 1)
    throw std::invalid_argument("no room for the base64 of " + std::to_string(data.size())
                                + " bytes");
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), data.data(),
                                   static_cast<int>(data.size()));
  return static_cast<std::size_t>(size);
}

std::string to_base64(byte_view data) {
  std::string out((data.size() + 2) / 3 * 4 + 1, '\0'); // OpenSSL ends it with a zero
  out.resize(write_base64(data, out));
  return out;
}

std::optional<bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() > std::numeric_limits<int>::max())
    return std::nullopt;
  bytes out(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(out.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0)
    return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.resize(static_cast<std::size_t>(size) - padding);
  // OpenSSL skips white space at the ends and does not look at unused bits.
  if (to_base64(out) != text)
    return std::nullopt;
  return out;
}

} // namespace actorbot::crypto
