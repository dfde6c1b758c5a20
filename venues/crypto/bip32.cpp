#include "venues/crypto/bip32.hpp"

#include "venues/crypto/secp256k1.hpp"
#include "venues/crypto/secret.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <secp256k1.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace actorbot::crypto {
namespace {

using bytes64 = std::array<std::uint8_t, 64>;

bytes64 hmac_sha512(byte_view key, byte_view data) {
  bytes64 result;
  unsigned size = 0;
  if (HMAC(EVP_sha512(), key.data(), static_cast<int>(key.size()), data.data(), data.size(),
           result.data(), &size)
          == nullptr
      || size != result.size())
    throw std::runtime_error("OpenSSL offers no HMAC-SHA-512");
  return result;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

secret join_words(std::string_view words) {
  std::string joined;
  joined.reserve(words.size()); // so that no copy is left behind when it grows
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_space(words[i]))
      continue;
    if (!joined.empty() && is_space(words[i - 1]))
      joined += ' ';
    joined += words[i];
  }
  return secret::take(joined);
}

} // namespace

std::array<std::uint8_t, 64> mnemonic_seed(std::string_view words, std::string_view passphrase) {
  const auto joined = join_words(words);
  const auto password = joined.reveal();
  const auto salt = "mnemonic" + std::string{passphrase};
  bytes64 result;
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        reinterpret_cast<const unsigned char*>(salt.data()),
                        static_cast<int>(salt.size()), 2048, EVP_sha512(),
                        static_cast<int>(result.size()), result.data())
      != 1)
    throw std::runtime_error("OpenSSL offers no PBKDF2");
  return result;
}

extended_key::~extended_key() {
  wipe(key_.data(), key_.size());
  wipe(chain_code_.data(), chain_code_.size());
}

std::optional<extended_key> extended_key::master(byte_view seed) {
  auto both = hmac_sha512(as_bytes("Bitcoin seed"), seed);
  extended_key result;
  std::copy_n(both.begin(), 32, result.key_.begin());
  std::copy_n(both.begin() + 32, 32, result.chain_code_.begin());
  wipe(both.data(), both.size());
  if (secp256k1_ec_seckey_verify(secp256k1_context_static, result.key_.data()) != 1)
    return std::nullopt;
  return result;
}

std::optional<extended_key> extended_key::child(std::uint32_t index) const {
  // Either 0 and the private key, or the compressed public key; then the index.
  std::array<std::uint8_t, 37> data{};
  if (index >= hardened) {
    std::copy(key_.begin(), key_.end(), data.begin() + 1);
  } else {
    const auto parent = private_key::from_bytes(key_);
    if (!parent)
      return std::nullopt;
    const auto point = parent->public_key().compressed();
    std::copy(point.begin(), point.end(), data.begin());
  }
  for (std::size_t i = 0; i < 4; ++i)
    data[33 + i] = static_cast<std::uint8_t>(index >> (24 - 8 * i));
  auto both = hmac_sha512(chain_code_, data);
  extended_key result{*this};
  std::copy_n(both.begin() + 32, 32, result.chain_code_.begin());
  const bool valid
      = secp256k1_ec_seckey_tweak_add(secp256k1_context_static, result.key_.data(), both.data())
        == 1;
  wipe(both.data(), both.size());
  wipe(data.data(), data.size());
  return valid ? std::optional{result} : std::nullopt;
}

std::optional<extended_key> extended_key::derive(std::string_view path) const {
  if (!path.starts_with("m"))
    return std::nullopt;
  path.remove_prefix(1);
  std::optional<extended_key> at{*this};
  while (at && !path.empty()) {
    if (path.front() != '/')
      return std::nullopt;
    path.remove_prefix(1);
    std::uint32_t index = 0;
    const auto [stop, error] = std::from_chars(path.data(), path.data() + path.size(), index);
    if (error != std::errc{} || index >= hardened)
      return std::nullopt;
    path.remove_prefix(static_cast<std::size_t>(stop - path.data()));
    if (path.starts_with('\'')) {
      index |= hardened;
      path.remove_prefix(1);
    }
    at = at->child(index);
  }
  return at;
}

} // namespace actorbot::crypto
