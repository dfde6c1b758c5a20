#include "venues/crypto/uuid.hpp"

#include "venues/crypto/hex.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace actorbot::crypto {
namespace {

/// Looked up once, as for SHA-256.
const EVP_MD* sha1() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> fetched{
      EVP_MD_fetch(nullptr, "SHA1", nullptr), &EVP_MD_free};
  return fetched.get();
}

/// Where the text has a "-".
constexpr std::array<std::size_t, 4> dashes = {8, 13, 18, 23};

} // namespace

uuid uuid5(const uuid& name_space, std::string_view name) {
  bytes input{name_space.begin(), name_space.end()};
  append(input, as_bytes(name));
  std::array<std::uint8_t, 20> hash;
  if (EVP_Digest(input.data(), input.size(), hash.data(), nullptr, sha1(), nullptr) != 1)
    throw std::runtime_error("OpenSSL offers no SHA-1");
  uuid result;
  std::copy_n(hash.begin(), result.size(), result.begin());
  result[6] = static_cast<std::uint8_t>((result[6] & 0x0f) | 0x50);
  result[8] = static_cast<std::uint8_t>((result[8] & 0x3f) | 0x80);
  return result;
}

std::string to_text(const uuid& id) {
  auto text = to_hex(id);
  for (const auto at : dashes)
    text.insert(at, 1, '-');
  return text;
}

std::optional<uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36)
    return std::nullopt;
  std::string digits{text};
  for (auto at = dashes.rbegin(); at != dashes.rend(); ++at) {
    if (digits[*at] != '-')
      return std::nullopt;
    digits.erase(*at, 1);
  }
  uuid result;
  // read_hex would take "0x" for a prefix.
  if (digits.find_first_of("xX") != std::string::npos || !read_hex(digits, result))
    return std::nullopt;
  return result;
}

} // namespace actorbot::crypto
