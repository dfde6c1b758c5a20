#pragma once

#include "messages/decimal.hpp"
#include "venues/crypto/bytes.hpp"
#include "venues/crypto/hmac_sha256.hpp"
#include "venues/crypto/secp256k1.hpp"
#include "venues/crypto/secret.hpp"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What EdgeX's API V2 signs: requests (HMAC) and orders (EIP-712). Nothing here reads a clock.
/// Sources: edgex-org/edgex-gitbook (api-v2), edgex-Tech/edgex-python-sdk v2.0.0.
namespace actorbot::venues::edgex {

/// The nonce that belongs to a client order id, in both generations: the first four bytes of its
/// SHA-256, big-endian.
[[nodiscard]] std::uint32_t l2_nonce(std::string_view client_order_id);

/// A JSON body as requests sign it: values as they are, objects as key=value sorted by key, all
/// joined with "&", nesting without brackets, null and empty containers as nothing.
class canonical_writer {
 public:
  /// Appends; false when there is a number that is no integer, which no document defines.
  bool append(std::string& out, simdjson::dom::element value);

 private:
  bool append_array(std::string& out, simdjson::dom::array items);
  bool append_object(std::string& out, simdjson::dom::object object);
  std::vector<std::pair<std::string_view, simdjson::dom::element>> members_; ///< kept
};

/// The value of X-edgeX-Signature: 64 lower-case hex digits.
using hmac_text = std::array<char, 64>;

/// HMAC-SHA-256 whose key is the base64 *text* of the API secret. Not for two threads at a time.
class request_signer {
 public:
  explicit request_signer(const crypto::secret& api_secret);
  /// `content` = timestamp in ms ‖ METHOD ‖ path ‖ parameters.
  void sign(std::string_view content, hmac_text& out);

 private:
  crypto::hmac_sha256 hmac_;
};

// -- orders ------------------------------------------------------------------------------------------

/// What turns decimals of a contract into the integers that are signed.
struct order_scale {
  std::uint64_t contract = 0;
  std::uint64_t collateral = 0; ///< coin id
  std::uint64_t resolution = 0; ///< integers of one unit of the contract's base
  std::uint64_t collateral_resolution = 0;
  decimal fee_rate; ///< no fill of this order can cost more
  friend bool operator==(const order_scale&, const order_scale&) = default;
};

/// Value, highest fee, and the integers of them.
struct order_amounts {
  decimal value;
  std::uint64_t limit_fee = 0; ///< whole units of the collateral coin, rounded up
  std::uint64_t synthetic = 0;
  std::uint64_t collateral = 0;
  std::uint64_t fee = 0;
};

/// `l2_price` is the worst price of the order. Integers are cut, as the official SDKs do. Empty when
/// one of them is zero where it must not be, or does not fit 64 bits.
[[nodiscard]] std::optional<order_amounts> amounts_of(const order_scale& scale, decimal size,
                                                      decimal l2_price);

/// The EIP-712 domain "EdgeX", version "1"; chain and contract are told by the venue's metadata.
struct signing_domain {
  std::uint64_t chain_id = 0;
  crypto::address contract{};

  [[nodiscard]] crypto::bytes32 separator() const;
  friend bool operator==(const signing_domain&, const signing_domain&) = default;
};

/// LimitOrderParams with its OrderBase. Parent order and sub-order index are zero.
struct signed_order {
  std::uint32_t nonce = 0;
  crypto::address signer{};
  std::uint64_t account = 0;
  std::uint64_t expiration = 0; ///< seconds of expireTime (not of l2ExpireTime)
  order_scale scale;
  order_amounts amounts;
  bool buy = false;

  [[nodiscard]] static std::string_view base_type();
  [[nodiscard]] static std::string_view type();
  /// typeHash ‖ encodeData of OrderBase, and of the whole.
  [[nodiscard]] std::array<std::uint8_t, 5 * 32> encode_base() const;
  [[nodiscard]] std::array<std::uint8_t, 10 * 32> encode() const;
  [[nodiscard]] crypto::bytes32 struct_hash() const;
};

/// SetMarginPreferenceParams. The bot does not send it; a set-up tool may.
struct margin_preference {
  std::uint64_t account = 0;
  std::uint64_t contract = 0;
  std::uint8_t mode = 0;
  std::uint32_t nonce = 0;
  crypto::address signer{};

  [[nodiscard]] static std::string_view type();
  [[nodiscard]] std::array<std::uint8_t, 6 * 32> encode() const;
  [[nodiscard]] crypto::bytes32 struct_hash() const;
};

/// The value of l2Signature: r ‖ s ‖ v in hex, without "0x" as the Python SDK sends it.
using signature_text = std::array<char, 130>;

/// The "SDK signer" key of an account.
class order_signer {
 public:
  explicit order_signer(crypto::private_key key) : key_{std::move(key)} {}

  void set_domain(const signing_domain& domain) { separator_ = domain.separator(); }
  [[nodiscard]] const crypto::address& address() const noexcept { return key_.address(); }
  [[nodiscard]] crypto::bytes32 digest(const crypto::bytes32& struct_hash) const noexcept;
  void sign(const crypto::bytes32& struct_hash, signature_text& out) const;

 private:
  crypto::private_key key_;
  crypto::bytes32 separator_{};
};

template <std::size_t Size>
std::string_view as_text(const std::array<char, Size>& text) noexcept {
  return {text.data(), text.size()};
}

} // namespace actorbot::venues::edgex
