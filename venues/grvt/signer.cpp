#include "venues/grvt/signer.hpp"

#include "venues/crypto/abi.hpp"
#include "venues/crypto/eip712.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"

#include <algorithm>
#include <limits>

namespace actorbot::venues::grvt {

namespace {

constexpr std::string_view leg_text
    = "OrderLeg(uint256 assetID,uint64 contractSize,uint64 limitPrice,bool isBuyingContract)";
constexpr std::string_view plain_text
    = "Order(uint64 subAccountID,bool isMarket,uint8 timeInForce,bool postOnly,bool reduceOnly,"
      "OrderLeg[] legs,uint32 nonce,int64 expiration)"
      "OrderLeg(uint256 assetID,uint64 contractSize,uint64 limitPrice,bool isBuyingContract)";
constexpr std::string_view builder_text
    = "OrderWithBuilderFee(uint64 subAccountID,bool isMarket,uint8 timeInForce,bool postOnly,"
      "bool reduceOnly,OrderLeg[] legs,address builder,uint32 builderFee,uint32 nonce,"
      "int64 expiration)"
      "OrderLeg(uint256 assetID,uint64 contractSize,uint64 limitPrice,bool isBuyingContract)";

struct type_hashes {
  crypto::bytes32 leg = crypto::keccak256(leg_text);
  crypto::bytes32 plain = crypto::keccak256(plain_text);
  crypto::bytes32 builder = crypto::keccak256(builder_text);
};

const type_hashes& types() noexcept {
  static const type_hashes hashes;
  return hashes;
}

/// Writes 32-byte words one after the other.
class word_writer {
 public:
  explicit word_writer(std::uint8_t* out) noexcept : start_{out}, at_{out} {}

  word_writer& word(const crypto::bytes32& value) noexcept {
    at_ = std::copy(value.begin(), value.end(), at_);
    return *this;
  }
  word_writer& number(std::uint64_t value) noexcept {
    at_ = std::fill_n(at_, 24, std::uint8_t{0});
    for (int shift = 56; shift >= 0; shift -= 8)
      *at_++ = static_cast<std::uint8_t>(value >> shift);
    return *this;
  }
  /// int64: the sign fills the word.
  word_writer& signed_number(std::int64_t value) noexcept {
    number(static_cast<std::uint64_t>(value));
    if (value < 0)
      std::fill_n(at_ - 32, 24, std::uint8_t{0xff});
    return *this;
  }
  word_writer& account(const crypto::address& value) noexcept {
    at_ = std::fill_n(at_, 12, std::uint8_t{0});
    at_ = std::copy(value.begin(), value.end(), at_);
    return *this;
  }
  std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - start_); }

 private:
  std::uint8_t* start_;
  std::uint8_t* at_;
};

} // namespace

std::string_view leg_type() noexcept { return leg_text; }

std::string_view order_type_text(bool with_builder) noexcept {
  return with_builder ? builder_text : plain_text;
}

std::array<std::uint8_t, 5 * 32> order_message::leg_data() const noexcept {
  std::array<std::uint8_t, 5 * 32> out;
  word_writer{out.data()}.word(types().leg).word(asset).number(size).number(price).number(buy);
  return out;
}

crypto::bytes32 order_message::legs_hash() const noexcept {
  return crypto::keccak256(crypto::keccak256(leg_data()));
}

std::size_t order_message::data(std::span<std::uint8_t, 11 * 32> out) const noexcept {
  word_writer w{out.data()};
  w.word(builder ? types().builder : types().plain).number(sub_account).number(market);
  w.number(static_cast<std::uint64_t>(life)).number(post_only).number(reduce_only);
  w.word(legs_hash());
  if (builder)
    w.account(builder->account).number(builder->fee);
  return w.number(nonce).signed_number(expiration_ns).size();
}

crypto::bytes32 order_message::struct_hash() const noexcept {
  std::array<std::uint8_t, 11 * 32> bytes;
  const auto used = data(bytes);
  return crypto::keccak256(crypto::byte_view{bytes}.first(used));
}

std::optional<std::uint64_t> scaled(decimal value, int places) noexcept {
  if (value.is_negative() || places < 0 || places > decimal::scale)
    return std::nullopt;
  uint128 divisor = 1;
  for (int i = places; i < decimal::scale; ++i)
    divisor *= 10;
  const auto result = static_cast<uint128>(value.raw()) / divisor;
  if (result > std::numeric_limits<std::uint64_t>::max())
    return std::nullopt;
  return static_cast<std::uint64_t>(result);
}

std::optional<crypto::bytes32> parse_asset(std::string_view hex) noexcept {
  const auto digits = crypto::strip_0x(hex);
  if (digits.empty() || digits.size() > 64)
    return std::nullopt;
  std::array<char, 64> padded;
  padded.fill('0');
  std::copy(digits.rbegin(), digits.rend(), padded.rbegin());
  return crypto::from_hex_exact<32>({padded.data(), padded.size()});
}

signing_domain::signing_domain(std::uint64_t chain_id) : chain_id_{chain_id} {
  crypto::typed_data_domain domain;
  domain.name = "GRVT Exchange";
  domain.version = "0";
  domain.chain_id = crypto::to_word(chain_id);
  separator_ = domain.separator();
}

crypto::bytes32 signing_domain::digest(const crypto::bytes32& struct_hash) const noexcept {
  return crypto::typed_data_digest(separator_, struct_hash);
}

void order_signer::sign_digest(const crypto::bytes32& digest, signature_text& out) const {
  const auto signature = key_.sign_recoverable(digest);
  const auto write = [](const crypto::bytes32& number, std::array<char, 66>& text) {
    text[0] = '0';
    text[1] = 'x';
    crypto::write_hex(number, std::span{text}.subspan(2));
  };
  write(signature.r, out.r);
  write(signature.s, out.s);
  out.v = static_cast<std::uint8_t>(27 + signature.recovery_id);
}

signature_fault check_signature(const crypto::bytes32& digest, std::string_view r,
                                std::string_view s, std::int64_t v,
                                const crypto::address& signer) noexcept {
  const auto r_bytes = crypto::from_hex_exact<32>(crypto::strip_0x(r));
  const auto s_bytes = crypto::from_hex_exact<32>(crypto::strip_0x(s));
  if (!r_bytes || !s_bytes)
    return signature_fault::bad_length;
  if (v != 27 && v != 28)
    return signature_fault::bad_v;
  const crypto::recoverable_signature signature{*r_bytes, *s_bytes,
                                                static_cast<std::uint8_t>(v - 27)};
  if (!signature.low_s())
    return signature_fault::high_s;
  const auto key = crypto::recover(digest, signature);
  return key && key->address() == signer ? signature_fault::none : signature_fault::other_payload;
}

} // namespace actorbot::venues::grvt
