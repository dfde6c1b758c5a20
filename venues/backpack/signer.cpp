#include "venues/backpack/signer.hpp"

#include "venues/crypto/base64.hpp"
#include "venues/crypto/secret.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace actorbot::venues::backpack {

void signing_text::append(std::string_view key, std::string_view value) {
  if (!text_.empty())
    text_ += '&';
  text_.append(key).append(1, '=').append(value);
}

void signing_text::instruction(std::string_view name) {
  append("instruction", name);
  last_key_.clear();
}

void signing_text::add(std::string_view key, std::string_view value) {
  if (key <= last_key_)
    throw std::logic_error("parameters are signed in ascending order: " + std::string{key});
  last_key_ = key;
  append(key, value);
}

void signing_text::validity(std::uint64_t timestamp_ms, std::uint64_t window_ms) {
  char digits[24];
  const auto text = [&](std::uint64_t value) {
    const auto stop = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return std::string_view{digits, static_cast<std::size_t>(stop - digits)};
  };
  append("timestamp", text(timestamp_ms));
  append("window", text(window_ms));
}

signature_text::signature_text(const crypto::ed25519_signature& signature) {
  crypto::write_base64(signature, text_);
}

request_signer::request_signer(const crypto::bytes32& seed)
    : key_{seed}, api_key_{crypto::to_base64(key_.public_key())} {}

std::optional<request_signer> request_signer::parse(std::string_view secret) {
  auto decoded = crypto::from_base64(secret);
  if (!decoded)
    return std::nullopt;
  std::optional<request_signer> out;
  if (decoded->size() == 32 || decoded->size() == 64) {
    crypto::bytes32 seed;
    std::copy_n(decoded->begin(), seed.size(), seed.begin());
    out = request_signer{seed};
    crypto::wipe(seed.data(), seed.size());
    if (decoded->size() == 64
        && !crypto::equal_constant_time(out->key_.public_key(),
                                        crypto::byte_view{*decoded}.last(32)))
      out.reset();
  }
  crypto::wipe(decoded->data(), decoded->size());
  return out;
}

std::optional<crypto::ed25519_public_key> parse_api_key(std::string_view api_key) {
  const auto decoded = crypto::from_base64(api_key);
  if (!decoded || decoded->size() != 32)
    return std::nullopt;
  crypto::bytes32 key;
  std::copy_n(decoded->begin(), key.size(), key.begin());
  return crypto::ed25519_public_key{key};
}

bool verify(crypto::ed25519_public_key& key, std::string_view text, std::string_view signature) {
  const auto decoded = crypto::from_base64(signature);
  return decoded && key.verify(crypto::as_bytes(text), *decoded);
}

} // namespace actorbot::venues::backpack
