#include "venues/dydx/wallet.hpp"

#include "venues/crypto/bech32.hpp"
#include "venues/crypto/ripemd160.hpp"
#include "venues/crypto/secret.hpp"

namespace actorbot::venues::dydx {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// How many words; zero when anything but lower-case words and spaces is in the text.
std::size_t count_words(std::string_view text) {
  std::size_t count = 0;
  bool inside = false;
  for (const auto c : text) {
    if (!is_space(c) && (c < 'a' || c > 'z'))
      return 0;
    count += !inside && !is_space(c) ? 1 : 0;
    inside = !is_space(c);
  }
  return count;
}

} // namespace

std::string address_of(const crypto::public_key& key, std::string_view prefix) {
  return crypto::to_bech32(prefix, crypto::hash160(key.compressed()));
}

bool is_address(std::string_view text) {
  const auto read = crypto::from_bech32(text);
  return read && read->prefix == address_prefix && read->data.size() == 20
         && text.starts_with(address_prefix);
}

std::optional<crypto::private_key> key_from_mnemonic(std::string_view words, std::string& error) {
  const auto count = count_words(words);
  if (count < 12 || count > 24 || count % 3 != 0) {
    error = count == 0
                ? "a mnemonic has lower-case English words and spaces only"
                : "a mnemonic has 12, 15, 18, 21 or 24 words, found " + std::to_string(count);
    return std::nullopt;
  }
  auto seed = crypto::mnemonic_seed(words);
  const auto master = crypto::extended_key::master(seed);
  crypto::wipe(seed.data(), seed.size());
  const auto derived = master ? master->derive(derivation_path) : std::nullopt;
  auto key = derived ? crypto::private_key::from_bytes(derived->key()) : std::nullopt;
  if (!key)
    error = "this mnemonic has no key";
  return key;
}

} // namespace actorbot::venues::dydx
