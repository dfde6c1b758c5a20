#pragma once

#include "messages/decimal.hpp"
#include "venues/crypto/secp256k1.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// GRVT's order signatures (EIP-712 over secp256k1), for the client that makes them and the server
/// that checks them. Sources: gravity-technologies/api-spec and grvt-pysdk; the contract's type
/// strings in gravity-technologies/exchange-contract. The encoding is written out here instead of
/// going through the generic encoder: it allocates nothing, and every word has one place.
namespace actorbot::venues::grvt {

/// EIP-712 chain ids of the venue's own chain.
inline constexpr std::uint64_t mainnet_chain_id = 325;
inline constexpr std::uint64_t testnet_chain_id = 326;

/// The numbers that are signed. GRVT's book takes the first, third and fourth, and the last from
/// market makers.
enum class order_life : std::uint8_t {
  good_till_time = 1,
  all_or_none = 2,
  immediate_or_cancel = 3,
  fill_or_kill = 4,
  retail_price_improvement = 5,
};

/// Who a part of the fee goes to; orders with one sign another type.
struct order_builder {
  crypto::address account{};
  std::uint32_t fee = 0; ///< percent times 10^4
};

/// The signed part of an order on the book, which has one leg. Amounts are scaled integers.
struct order_message {
  std::uint64_t sub_account = 0;
  bool market = false;
  order_life life = order_life::good_till_time;
  bool post_only = false;
  bool reduce_only = false;
  crypto::bytes32 asset{}; ///< `instrument_hash`
  std::uint64_t size = 0;  ///< base units times 10^base_decimals
  std::uint64_t price = 0; ///< times 10^9; zero for market orders
  bool buy = false;
  std::optional<order_builder> builder;
  std::uint32_t nonce = 0;
  std::int64_t expiration_ns = 0; ///< since 1970; also the end of a resting order

  /// typeHash and the four members of the leg.
  [[nodiscard]] std::array<std::uint8_t, 5 * 32> leg_data() const noexcept;
  /// The hash of the list of legs: of one leg's hash.
  [[nodiscard]] crypto::bytes32 legs_hash() const noexcept;
  /// typeHash and members; returns the bytes used, less without a builder.
  std::size_t data(std::span<std::uint8_t, 11 * 32> out) const noexcept;
  [[nodiscard]] crypto::bytes32 struct_hash() const noexcept;
};

/// encodeType of the three structs.
[[nodiscard]] std::string_view leg_type() noexcept;
[[nodiscard]] std::string_view order_type_text(bool with_builder) noexcept;

/// Decimals of every signed price, whatever the tick.
inline constexpr int price_decimals = 9;
/// Decimals of a signed builder fee, in percent.
inline constexpr int builder_fee_decimals = 4;

/// trunc(value * 10^places); empty for a negative value, one that does not fit 64 bits, or places
/// beyond 18.
[[nodiscard]] std::optional<std::uint64_t> scaled(decimal value, int places) noexcept;

/// `instrument_hash`, a number of up to 256 bits in hex; empty when it is not one.
[[nodiscard]] std::optional<crypto::bytes32> parse_asset(std::string_view hex) noexcept;

/// The EIP-712 domain "GRVT Exchange", version "0", of one chain id.
class signing_domain {
 public:
  explicit signing_domain(std::uint64_t chain_id);

  [[nodiscard]] std::uint64_t chain_id() const noexcept { return chain_id_; }
  [[nodiscard]] const crypto::bytes32& separator() const noexcept { return separator_; }
  [[nodiscard]] crypto::bytes32 digest(const crypto::bytes32& struct_hash) const noexcept;

 private:
  std::uint64_t chain_id_;
  crypto::bytes32 separator_;
};

/// The members `r`, `s` and `v` of a signature: "0x" and exactly 64 digits each, and 27 or 28.
struct signature_text {
  std::array<char, 66> r;
  std::array<char, 66> s;
  std::uint8_t v = 0;
};

[[nodiscard]] inline std::string_view as_text(const std::array<char, 66>& text) noexcept {
  return {text.data(), text.size()};
}

/// The key that is registered as the API key's signer, in one environment.
class order_signer {
 public:
  order_signer(crypto::private_key key, std::uint64_t chain_id)
      : key_{std::move(key)}, domain_{chain_id} {}

  [[nodiscard]] const crypto::address& address() const noexcept { return key_.address(); }
  [[nodiscard]] const signing_domain& domain() const noexcept { return domain_; }

  /// Allocates nothing.
  void sign(const order_message& order, signature_text& out) const {
    sign_digest(domain_.digest(order.struct_hash()), out);
  }
  void sign_digest(const crypto::bytes32& digest, signature_text& out) const;

 private:
  crypto::private_key key_;
  signing_domain domain_;
};

/// Server side: what is wrong with a signature, as the venue's error codes.
enum class signature_fault : std::uint16_t {
  none = 0,
  other_payload = 2002, ///< the key that made it is not the signer's
  bad_v = 2005,         ///< neither 27 nor 28
  bad_length = 2006,    ///< r or s are not 64 hex digits
  high_s = 2007,
};

/// Server side: whether `signer` made this signature over `digest`. r and s come with or without
/// "0x" and in any case.
[[nodiscard]] signature_fault check_signature(const crypto::bytes32& digest, std::string_view r,
                                              std::string_view s, std::int64_t v,
                                              const crypto::address& signer) noexcept;

} // namespace actorbot::venues::grvt
