#include "venues/edgex/signer.hpp"

#include "venues/crypto/abi.hpp"
#include "venues/crypto/base64.hpp"
#include "venues/crypto/eip712.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"
#include "venues/crypto/sha256.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <limits>

namespace actorbot::venues::edgex {

namespace {

namespace dom = simdjson::dom;

constexpr std::string_view base_type_text
    = "OrderBase(uint256 nonce,address signer,uint64 accountId,uint256 expirationTimestamp)";
constexpr std::string_view order_type_text
    = "LimitOrderParams(OrderBase base,int256 amountSynthetic,int256 amountCollateral,"
      "uint256 amountFee,uint64 assetIdSynthetic,uint64 assetIdCollateral,"
      "bool isBuyingSynthetic,bytes32 parentOrderHash,uint256 subOrderIndex)"
      "OrderBase(uint256 nonce,address signer,uint64 accountId,uint256 expirationTimestamp)";
constexpr std::string_view margin_type_text
    = "SetMarginPreferenceParams(uint64 accountId,uint64 assetId,uint8 marginMode,uint256 nonce,"
      "address signer)";

crypto::bytes32 address_word(const crypto::address& a) {
  crypto::bytes32 word{};
  std::copy(a.begin(), a.end(), word.begin() + 12);
  return word;
}

template <std::size_t Words>
std::array<std::uint8_t, Words * 32> join(const std::array<crypto::bytes32, Words>& words) {
  std::array<std::uint8_t, Words * 32> out{};
  auto at = out.begin();
  for (const auto& word : words)
    at = std::copy(word.begin(), word.end(), at);
  return out;
}

std::string hmac_key(const crypto::secret& api_secret) {
  return crypto::to_base64(crypto::as_bytes(api_secret.reveal()));
}

crypto::hmac_sha256 make_hmac(const crypto::secret& api_secret) {
  auto key = hmac_key(api_secret);
  crypto::hmac_sha256 out{key};
  crypto::wipe(key);
  return out;
}

constexpr auto unit = static_cast<uint128>(decimal::unit);

/// amount * factor without its decimals; empty beyond 64 bits. `amount` is not negative.
std::optional<std::uint64_t> scaled(decimal amount, std::uint64_t factor) {
  const auto raw = static_cast<uint128>(amount.raw());
  uint128 whole = 0;
  if (__builtin_mul_overflow(raw / unit, static_cast<uint128>(factor), &whole))
    return std::nullopt;
  whole += raw % unit * factor / unit;
  if (whole > std::numeric_limits<std::uint64_t>::max())
    return std::nullopt;
  return static_cast<std::uint64_t>(whole);
}

/// Whether a product is below about 1.8e19, and so within a decimal.
bool product_fits(decimal a, decimal b) {
  uint128 bound = 0;
  return !__builtin_mul_overflow(static_cast<uint128>(a.raw()) / unit + 1,
                                 static_cast<uint128>(b.raw()) / unit + 1, &bound)
         && bound <= std::numeric_limits<std::uint64_t>::max();
}

} // namespace

std::uint32_t l2_nonce(std::string_view client_order_id) {
  const auto hash = crypto::sha256(client_order_id);
  return static_cast<std::uint32_t>(hash[0]) << 24 | static_cast<std::uint32_t>(hash[1]) << 16
         | static_cast<std::uint32_t>(hash[2]) << 8 | hash[3];
}

bool canonical_writer::append(std::string& out, dom::element value) {
  std::string_view text;
  std::int64_t number = 0;
  std::uint64_t large = 0;
  bool flag = false;
  dom::array items;
  dom::object members;
  if (value.is_null())
    return true;
  if (value.get(text) == simdjson::SUCCESS)
    out += text;
  else if (value.get(flag) == simdjson::SUCCESS)
    out += flag ? "true" : "false";
  else if (value.get(number) == simdjson::SUCCESS)
    append_number(out, number);
  else if (value.get(large) == simdjson::SUCCESS)
    append_number(out, large);
  else if (value.get(items) == simdjson::SUCCESS)
    return append_array(out, items);
  else
    return value.get(members) == simdjson::SUCCESS && append_object(out, members);
  return true;
}

bool canonical_writer::append_array(std::string& out, dom::array items) {
  bool first = true;
  for (const auto item : items) {
    if (!std::exchange(first, false))
      out += '&';
    if (!append(out, item))
      return false;
  }
  return true;
}

/// The members of all open objects share one list; those of this one are its end.
bool canonical_writer::append_object(std::string& out, dom::object object) {
  const auto first = members_.size();
  for (const auto& [name, value] : object)
    members_.emplace_back(name, value);
  const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, members_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto count = members_.size();
  bool ok = true;
  for (auto i = first; i < count && ok; ++i) {
    const auto [name, value] = members_[i];
    if (i != first)
      out += '&';
    out.append(name).append(1, '=');
    ok = append(out, value);
  }
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(first), members_.end());
  return ok;
}

request_signer::request_signer(const crypto::secret& api_secret) : hmac_{make_hmac(api_secret)} {}

void request_signer::sign(std::string_view content, hmac_text& out) {
  crypto::write_hex(hmac_.sign(content), out);
}

std::optional<order_amounts> amounts_of(const order_scale& scale, decimal size, decimal l2_price) {
  if (!size.is_positive() || !l2_price.is_positive() || scale.fee_rate.is_negative()
      || scale.fee_rate > decimal{1} || !product_fits(size, l2_price))
    return std::nullopt;
  order_amounts out;
  out.value = l2_price * size;
  const auto most = decimal::multiply(out.value, scale.fee_rate, rounding::up);
  const auto fee = scaled(most.round_to(1, rounding::ceil), 1);
  const auto synthetic = scaled(size, scale.resolution);
  const auto collateral = scaled(out.value, scale.collateral_resolution);
  if (!fee || !synthetic || *synthetic == 0 || !collateral)
    return std::nullopt;
  const auto fee_integer
      = scaled(decimal::from_int(static_cast<std::int64_t>(*fee)), scale.collateral_resolution);
  if (!fee_integer)
    return std::nullopt;
  out.limit_fee = *fee;
  out.synthetic = *synthetic;
  out.collateral = *collateral;
  out.fee = *fee_integer;
  return out;
}

crypto::bytes32 signing_domain::separator() const {
  crypto::typed_data_domain domain;
  domain.name = "EdgeX";
  domain.version = "1";
  domain.chain_id = crypto::to_word(chain_id);
  domain.verifying_contract = contract;
  return domain.separator();
}

std::string_view signed_order::base_type() { return base_type_text; }
std::string_view signed_order::type() { return order_type_text; }

std::array<std::uint8_t, 5 * 32> signed_order::encode_base() const {
  static const auto type_hash = crypto::keccak256(base_type_text);
  return join<5>({type_hash, crypto::to_word(nonce), address_word(signer), crypto::to_word(account),
                  crypto::to_word(expiration)});
}

std::array<std::uint8_t, 10 * 32> signed_order::encode() const {
  static const auto type_hash = crypto::keccak256(order_type_text);
  return join<10>({type_hash, crypto::keccak256(crypto::byte_view{encode_base()}),
                   crypto::to_word(amounts.synthetic), crypto::to_word(amounts.collateral),
                   crypto::to_word(amounts.fee), crypto::to_word(scale.contract),
                   crypto::to_word(scale.collateral), crypto::to_word(buy ? 1 : 0),
                   crypto::bytes32{}, crypto::bytes32{}});
}

crypto::bytes32 signed_order::struct_hash() const {
  return crypto::keccak256(crypto::byte_view{encode()});
}

std::string_view margin_preference::type() { return margin_type_text; }

std::array<std::uint8_t, 6 * 32> margin_preference::encode() const {
  static const auto type_hash = crypto::keccak256(margin_type_text);
  return join<6>({type_hash, crypto::to_word(account), crypto::to_word(contract),
                  crypto::to_word(mode), crypto::to_word(nonce), address_word(signer)});
}

crypto::bytes32 margin_preference::struct_hash() const {
  return crypto::keccak256(crypto::byte_view{encode()});
}

crypto::bytes32 order_signer::digest(const crypto::bytes32& struct_hash) const noexcept {
  return crypto::typed_data_digest(separator_, struct_hash);
}

void order_signer::sign(const crypto::bytes32& struct_hash, signature_text& out) const {
  crypto::write_hex(key_.sign_recoverable(digest(struct_hash)).rsv(), out);
}

} // namespace actorbot::venues::edgex
