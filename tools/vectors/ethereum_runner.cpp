#include "tools/vectors/convert.hpp"
#include "tools/vectors/runner.hpp"
#include "venues/crypto/abi.hpp"
#include "venues/crypto/eip712.hpp"
#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"

#include <array>
#include <stdexcept>

/// ethereum.json: the primitives that several venues build upon.
namespace actorbot::vectors {
namespace {

using crypto::to_hex_0x;

/// r, s and v of a signature.
void check_parts(case_check& check, const crypto::recoverable_signature& signature) {
  check.equal("r", to_hex_0x(signature.r));
  check.equal("s", to_hex_0x(signature.s));
  check.equal("v", 27 + signature.recovery_id);
}

crypto::recoverable_signature sign(case_check& check, const crypto::private_key& key,
                                   const crypto::bytes32& digest) {
  const auto signature = key.sign_recoverable(digest);
  check.equal("signature65", to_hex_0x(signature.rsv()));
  check.require(crypto::recover(digest, signature) == key.public_key(),
                "the signer's key is recovered from the signature");
  auto other = digest;
  other[0] ^= 0x80;
  check.require(crypto::recover(other, signature) != key.public_key(),
                "another digest does not yield the signer's key");
  return signature;
}

crypto::bytes keccak_input(const case_check& check) {
  if (check.has_input("hex"))
    return to_bytes(check.input("hex"));
  if (check.has_input("text")) {
    const auto text = crypto::as_bytes(check.input("text").get_ref<const std::string&>());
    return {text.begin(), text.end()};
  }
  if (check.text("pattern") != "byte i = i mod 251")
    throw std::runtime_error("a pattern that is not known");
  crypto::bytes data(check.input("length").get<std::size_t>());
  for (std::size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<std::uint8_t>(i % 251);
  return data;
}

void run_keccak(case_check& check) {
  const auto data = keccak_input(check);
  const auto hash = crypto::keccak256(data);
  check.equal("keccak256", to_hex_0x(hash));
  if (check.has_input("text")) {
    check.equal("first4", to_hex_0x(crypto::byte_view{hash}.first(4)));
    return;
  }
  check.require(check.expected("sha3_256_for_contrast") != to_hex_0x(hash),
                "keccak256 differs from SHA3-256");
  check.leave_out("sha3_256_for_contrast");
}

void run_address(case_check& check) {
  const auto key = to_private_key(check.input("private_key"));
  const auto& point = key.public_key();
  const auto text = point.uncompressed();
  check.equal("public_key_uncompressed", to_hex_0x(text));
  check.equal("public_key_compressed", to_hex_0x(point.compressed()));
  check.equal("keccak256_of_xy", to_hex_0x(crypto::keccak256(crypto::byte_view{text}.subspan(1))));
  check.equal("address_lower", to_hex_0x(key.address()));
  check.equal("address_eip55", crypto::checksum_text(key.address()));
}

void run_sign(case_check& check) {
  const auto key = to_private_key(check.input("private_key"));
  const auto digest = to_bytes32(check.input("digest"));
  const auto signature = sign(check, key, digest);
  check_parts(check, signature);
  check.equal("recovery_id", signature.recovery_id);
  check.equal("recovered_address", crypto::checksum_text(key.address()));

  // EIP-2098: the recovery id takes the place of the top bit of s, which is 0 when s is low.
  auto s_with_parity = signature.s;
  s_with_parity[0] = static_cast<std::uint8_t>(s_with_parity[0] | (signature.recovery_id << 7));
  check.equal("compact_eip2098", to_hex_0x(signature.r) + crypto::to_hex(s_with_parity));

  // The nonce k, and with it the point R = kG, is worked out apart from the library that signs.
  const auto order = to_bytes32(check.file().at("constants").at("secp256k1_n"));
  const auto k = rfc6979_nonce(to_bytes32(check.input("private_key")), digest, order);
  const auto nonce_point = to_private_key(to_hex_0x(k)).public_key();
  const bool odd = (nonce_point.y.back() & 1) != 0;
  const bool flipped = odd != (signature.recovery_id == 1);
  check.equal("k_rfc6979", to_hex_0x(k));
  check.equal("R_y_is_odd", odd);
  check.equal("s_before_low_s_rule",
              to_hex_0x(flipped ? subtract(order, signature.s) : signature.s));
  check.require(nonce_point.x == signature.r, "r is the x of kG");
}

void run_eip55(case_check& check) {
  const auto text = check.text("address_lower");
  const auto address = to_account(text);
  check.equal("address_eip55", crypto::checksum_text(address));
  check.require(to_hex_0x(address) == text, "the lower-case text comes back");
}

void run_eip191(case_check& check) {
  const auto key = to_private_key(check.input("private_key"));
  const auto message = to_bytes(check.input("message_hex"));
  if (check.has_input("message_text"))
    check.require(to_hex_0x(crypto::as_bytes(check.text("message_text")))
                      == check.text("message_hex"),
                  "text and hex of the message agree");
  const auto digest = crypto::personal_digest(message);
  check.equal("preimage_hex", to_hex_0x(crypto::personal_message(message)));
  check.equal("digest", to_hex_0x(digest));
  check_parts(check, sign(check, key, digest));
  check.equal("address", crypto::checksum_text(key.address()));
}

void run_eip712(case_check& check) {
  const auto types = to_types(check.input("types"));
  const auto domain = to_domain(check.input("domain"));
  const auto primary = check.text("primary_type");
  const auto message = to_value(crypto::abi_type::parse(primary), check.input("message"), &types);
  check.equal("domain_encode_type", domain.encode_type());
  check.equal("domain_type_hash", to_hex_0x(crypto::keccak256(domain.encode_type())));
  check.equal("domain_separator", to_hex_0x(domain.separator()));
  json hashes = json::object();
  for (const auto& [name, members] : check.input("types").items())
    hashes[name] = {{"encode_type", types.encode_type(name)},
                    {"type_hash", to_hex_0x(types.type_hash(name))}};
  check.equal("type_hashes", hashes);
  check.equal("encoded_data", to_hex_0x(types.encode_data(primary, message)));
  const auto struct_hash = types.hash_struct(primary, message);
  check.equal("struct_hash", to_hex_0x(struct_hash));
  const auto digest = crypto::typed_data_digest(domain.separator(), struct_hash);
  check.equal("digest", to_hex_0x(digest));
  const auto key = to_private_key(check.input("private_key"));
  check_parts(check, sign(check, key, digest));
  check.equal("signer", crypto::checksum_text(key.address()));
}

/// A domain whose type says another member order than the standard's.
void run_eip712_domain_order(case_check& check) {
  const auto types = to_types(check.input("types"));
  const auto primary = check.text("primary_type");
  const auto domain
      = to_value(crypto::abi_type::parse("EIP712Domain"), check.input("domain"), &types);
  const auto separator = types.hash_struct("EIP712Domain", domain);
  check.equal("domain_encode_type", types.encode_type("EIP712Domain"));
  check.equal("domain_separator", to_hex_0x(separator));
  check.equal("canonical_domain_separator_for_contrast",
              to_hex_0x(to_domain(check.input("domain")).separator()));
  const auto message = to_value(crypto::abi_type::parse(primary), check.input("message"), &types);
  const auto digest = crypto::typed_data_digest(separator, types.hash_struct(primary, message));
  check.equal("digest", to_hex_0x(digest));
  sign(check, to_private_key(check.input("private_key")), digest);
}

/// Types and values of an ABI case, encoded by `encode`.
crypto::bytes encode(const case_check& check,
                     crypto::bytes (*encode)(std::span<const crypto::abi_type>,
                                             std::span<const crypto::abi_value>)) {
  std::vector<crypto::abi_type> types;
  std::vector<crypto::abi_value> values;
  for (const auto& type : check.input("types")) {
    types.push_back(crypto::abi_type::parse(type.get<std::string>()));
    values.push_back(to_value(types.back(), check.input("values").at(values.size())));
  }
  return encode(types, values);
}

void check_encoding(case_check& check, const crypto::bytes& encoded) {
  check.equal("encoded", to_hex_0x(encoded));
  check.equal("keccak256", to_hex_0x(crypto::keccak256(encoded)));
}

void run_abi_encode(case_check& check) { check_encoding(check, encode(check, crypto::abi_encode)); }

void run_abi_packed(case_check& check) {
  check_encoding(check, encode(check, crypto::abi_encode_packed));
}

void run_abi_then_eip191(case_check& check) {
  const auto encoded = encode(check, crypto::abi_encode);
  check_encoding(check, encoded);
  const auto digest = crypto::personal_digest(crypto::keccak256(encoded));
  check.equal("eip191_digest", to_hex_0x(digest));
  const auto key = to_private_key(check.input("private_key"));
  sign(check, key, digest);
  check.equal("signer", crypto::checksum_text(key.address()));
}

void run_recover(case_check& check) {
  const auto digest = to_bytes32(check.input("digest"));
  const auto signer = to_account(check.input("signer"));
  json results = json::array();
  for (const auto& item : check.input("checks")) {
    const crypto::recoverable_signature signature{to_bytes32(item.at("r")),
                                                  to_bytes32(item.at("s")),
                                                  item.at("recovery_id").get<std::uint8_t>()};
    const auto found = crypto::recover(digest, signature, crypto::high_s::accept);
    const auto strict = crypto::recover(digest, signature, crypto::high_s::refuse);
    const auto what = item.at("what").get<std::string>();
    results.push_back(
        {{"what", what},
         {"recovered", found ? json(crypto::checksum_text(found->address())) : json(nullptr)},
         {"low_s", signature.low_s()}});
    check.require(strict == (signature.low_s() ? found : std::nullopt),
                  what + ": refused when s is high and only then");
    check.require((strict && strict->address() == signer) == (what == "valid"),
                  what + ": only the valid signature names the signer");
  }
  check.equal("results", results);
}

constexpr std::array kinds = {
    kind_runner{"abi_encode", run_abi_encode},
    kind_runner{"abi_packed", run_abi_packed},
    kind_runner{"abi_then_eip191", run_abi_then_eip191},
    kind_runner{"address", run_address},
    kind_runner{"eip191", run_eip191},
    kind_runner{"eip55", run_eip55},
    kind_runner{"eip712", run_eip712},
    kind_runner{"eip712_domain_order", run_eip712_domain_order},
    kind_runner{"keccak256", run_keccak},
    kind_runner{"recover", run_recover},
    kind_runner{"secp256k1_sign", run_sign},
};

} // namespace

file_runner ethereum_runner() { return {"ethereum", kinds}; }

} // namespace actorbot::vectors
