#include "venues/aster/signer.hpp"

#include "venues/crypto/eip712.hpp"
#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"

#include <span>
#include <utility>

namespace actorbot::venues::aster {
namespace {

/// The characters encodeURIComponent leaves alone.
bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
         || std::string_view{"-_.!~*'()"}.find(c) != std::string_view::npos;
}

/// A management call as the generic EIP-712 encoder wants it.
std::pair<crypto::typed_data_types, crypto::abi_value> describe(const management_call& call) {
  std::vector<crypto::typed_member> members;
  std::vector<crypto::abi_value> values;
  for (const auto& [name, value] : call.fields) {
    auto signed_name = name;
    if (!signed_name.empty() && signed_name[0] >= 'a' && signed_name[0] <= 'z')
      signed_name[0] = static_cast<char>(signed_name[0] - 'a' + 'A');
    if (const auto* text = std::get_if<std::string>(&value)) {
      members.push_back({std::move(signed_name), "string"});
      values.push_back(crypto::abi_value::text(*text));
    } else if (const auto* number = std::get_if<std::uint64_t>(&value)) {
      members.push_back({std::move(signed_name), "uint256"});
      values.push_back(crypto::abi_value::number(*number));
    } else {
      members.push_back({std::move(signed_name), "bool"});
      values.push_back(crypto::abi_value::boolean(std::get<bool>(value)));
    }
  }
  crypto::typed_data_types types;
  types.add(call.primary_type, std::move(members));
  return {std::move(types), crypto::abi_value::list(std::move(values))};
}

} // namespace

void append_parameter(std::string& parameters, std::string_view name, std::string_view value) {
  if (!parameters.empty())
    parameters += '&';
  parameters.append(name).append(1, '=');
  for (const char c : value) {
    if (is_unreserved(c)) {
      parameters += c;
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      parameters.append({'%', digits[byte >> 4], digits[byte & 0x0f]});
    }
  }
}

void hmac_signer::sign(std::string_view query, std::string_view body, hmac_text& out) {
  crypto::write_hex(hmac_.sign(query, body), out);
}

bool hmac_signer::verify(std::string_view query, std::string_view body,
                         std::string_view signature) {
  crypto::bytes32 claimed;
  return signature.size() == 2 * claimed.size() && crypto::read_hex(signature, claimed)
         && crypto::equal_constant_time(hmac_.sign(query, body), claimed);
}

signing_domain::signing_domain(std::uint64_t chain_id) {
  crypto::typed_data_domain domain;
  domain.name = "AsterSignTransaction";
  domain.version = "1";
  domain.chain_id = crypto::to_word(chain_id);
  domain.verifying_contract = crypto::address{};
  separator_ = domain.separator();
}

const crypto::bytes32& signing_domain::message_type_hash() noexcept {
  static const auto hash = crypto::keccak256("Message(string msg)");
  return hash;
}

crypto::bytes32 signing_domain::struct_hash(std::string_view parameters) noexcept {
  crypto::keccak256_hasher hasher;
  return hasher.update(message_type_hash()).update(crypto::keccak256(parameters)).finish();
}

crypto::bytes32 signing_domain::digest(std::string_view parameters) const noexcept {
  return crypto::typed_data_digest(separator_, struct_hash(parameters));
}

void agent_signer::sign_digest(const crypto::bytes32& digest, signature_text& out) const {
  out[0] = '0';
  out[1] = 'x';
  crypto::write_hex(key_.sign_recoverable(digest).rsv(), std::span{out}.subspan(2));
}

std::optional<crypto::address> recover_signer(const crypto::bytes32& digest,
                                              std::string_view signature) noexcept {
  const auto rsv = crypto::from_hex_exact<65>(signature);
  if (!rsv)
    return std::nullopt;
  const auto parsed = crypto::recoverable_signature::from_rsv(*rsv);
  if (!parsed)
    return std::nullopt;
  const auto key = crypto::recover(digest, *parsed, crypto::high_s::refuse);
  if (!key)
    return std::nullopt;
  return key->address();
}

namespace legacy {

crypto::bytes encode(std::string_view json, const crypto::address& user,
                     const crypto::address& signer, std::uint64_t nonce) {
  using crypto::abi_type;
  using crypto::abi_value;
  const std::array types = {abi_type::parse("string"), abi_type::parse("address"),
                            abi_type::parse("address"), abi_type::parse("uint256")};
  const std::array values = {abi_value::text(json), abi_value::account(user),
                             abi_value::account(signer), abi_value::number(nonce)};
  return crypto::abi_encode(types, values);
}

crypto::bytes32 digest(std::string_view json, const crypto::address& user,
                       const crypto::address& signer, std::uint64_t nonce) {
  return crypto::personal_digest(crypto::keccak256(encode(json, user, signer, nonce)));
}

} // namespace legacy

std::string management_call::encode_type() const {
  return describe(*this).first.encode_type(primary_type);
}

crypto::bytes32 management_call::struct_hash() const {
  const auto [types, value] = describe(*this);
  return types.hash_struct(primary_type, value);
}

crypto::bytes32 management_call::digest(const signing_domain& domain) const {
  return crypto::typed_data_digest(domain.separator(), struct_hash());
}

} // namespace actorbot::venues::aster
