#pragma once

#include "venues/crypto/bytes.hpp"
#include "venues/crypto/ed25519.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Backpack's request signatures, for the client that makes them and the server that checks them.
/// Source: docs.backpack.exchange, "Signing requests". What is signed is a canonical text of the
/// parameters, not the bytes sent:
///
///   instruction=<name>[&<key>=<value>...]&timestamp=<ms>&window=<ms>
///
/// Keys ascend; values are plain (no quotes, no percent-encoding), absent and null members are left
/// out, an explicit false is not.
namespace actorbot::venues::backpack {

/// Default of X-Window, signed even where the header is left out, and the longest one.
inline constexpr std::uint64_t default_window_ms = 5000;
inline constexpr std::uint64_t longest_window_ms = 60'000;

/// Writes the text that is signed, in a buffer that is kept.
class signing_text {
 public:
  /// Begins a request.
  void clear() {
    text_.clear();
    last_key_.clear();
  }
  /// Begins its parameters; once for each order of a batch.
  void instruction(std::string_view name);
  /// Throws std::logic_error unless keys ascend.
  void add(std::string_view key, std::string_view value);
  /// Ends the request.
  void validity(std::uint64_t timestamp_ms, std::uint64_t window_ms);

  [[nodiscard]] std::string_view view() const noexcept { return text_; }

 private:
  void append(std::string_view key, std::string_view value);

  std::string text_;
  std::string last_key_;
};

/// Base64 of a signature: 88 characters, and room for a closing zero.
class signature_text {
 public:
  explicit signature_text(const crypto::ed25519_signature& signature);
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), 88}; }

 private:
  std::array<char, 89> text_;
};

/// The API secret. Not for two threads at the same time.
class request_signer {
 public:
  /// Base64 of the 32-byte seed, or of seed ‖ public key as some programs write it (ccxt).
  /// Empty when it is neither, or when the two halves do not belong together.
  [[nodiscard]] static std::optional<request_signer> parse(std::string_view secret);

  /// The value of X-API-Key: base64 of the public key, 44 characters.
  [[nodiscard]] const std::string& api_key() const noexcept { return api_key_; }

  [[nodiscard]] signature_text sign(std::string_view text) {
    return signature_text{key_.sign(crypto::as_bytes(text))};
  }

 private:
  explicit request_signer(const crypto::bytes32& seed);

  crypto::ed25519_private_key key_;
  std::string api_key_;
};

/// Server side: the key behind an X-API-Key; empty for a text that is not base64 of 32 bytes.
[[nodiscard]] std::optional<crypto::ed25519_public_key> parse_api_key(std::string_view api_key);

/// Server side: whether `signature` (base64) signs the text. False for malformed base64 too.
[[nodiscard]] bool verify(crypto::ed25519_public_key& key, std::string_view text,
                          std::string_view signature);

} // namespace actorbot::venues::backpack
