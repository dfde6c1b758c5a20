#include "tools/vectors/convert.hpp"
#include "tools/vectors/runner.hpp"
#include "venues/aster/signer.hpp"
#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"

#include <algorithm>
#include <array>
#include <cctype>

/// aster.json: request signing of both API generations, and its primitives.
namespace actorbot::vectors {
namespace {

using crypto::to_hex_0x;
using namespace venues::aster;

const json& wallet(const case_check& check) {
  return check.file().at("keys").at("wallets").at(check.text("key"));
}

/// A parameter's value before percent-encoding; lists become JSON without spaces.
std::string parameter_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// GET and V1 DELETE carry the parameters in the URL, the other calls in the body.
std::string wire(const case_check& check, bool in_url, const std::string& parameters,
                 std::string_view signature) {
  const auto signed_text = parameters + "&signature=" + std::string{signature};
  return in_url ? check.text("path") + "?" + signed_text : signed_text;
}

crypto::recoverable_signature to_signature(std::string_view text) {
  return crypto::recoverable_signature::from_rsv(crypto::from_hex_exact<65>(text).value()).value();
}

void check_signature(case_check& check, std::string_view text) {
  check.equal("signature", std::string{text});
  const auto signature = to_signature(text);
  check.require(signature.low_s(), "a canonical signature");
  check.equal("r", to_hex_0x(signature.r));
  check.equal("s", to_hex_0x(signature.s));
  check.equal("v", 27 + signature.recovery_id);
  check.equal("recoveryId", signature.recovery_id);
}

/// The server takes a signature with and without "0x" and in any case, but not a changed one.
void check_recovery(case_check& check, const crypto::bytes32& digest, std::string text,
                    const crypto::address& signer) {
  check.require(recover_signer(digest, text) == signer, "the server recovers the signer");
  check.require(recover_signer(digest, text.substr(2)) == signer, "the same without 0x");
  std::transform(text.begin() + 2, text.end(), text.begin() + 2,
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  check.require(recover_signer(digest, text) == signer, "the same in upper case");
  auto other = digest;
  other.back() ^= 1;
  check.require(recover_signer(other, text) != signer, "another digest is refused");
  check.require(!recover_signer(digest, text.substr(0, text.size() - 2)), "a short one is refused");
  check.require(!recover_signer(digest, text + "00"), "a long one is refused");
  text.replace(text.size() - 2, 2, "1D");
  check.require(!recover_signer(digest, text), "v = 29 is refused");
}

std::string v1_parameters(const case_check& check) {
  std::string parameters;
  const auto add = [&](const char* name) {
    append_parameter(parameters, name, parameter_text(check.input(name)));
  };
  // ccxt puts the time first, the official sample last; the order is part of the expectation.
  const bool time_first
      = check.expected("totalParams").get<std::string>().starts_with("timestamp=");
  if (time_first)
    add("timestamp");
  for (const auto& [name, value] : check.input("params").items())
    append_parameter(parameters, name, parameter_text(value));
  add("recvWindow");
  if (!time_first)
    add("timestamp");
  return parameters;
}

void run_v1(case_check& check) {
  const auto& key = check.file().at("keys").at("hmac").at(check.text("key"));
  const auto method = check.text("method");
  const bool split = check.has_input("queryString");
  const auto query = split ? check.text("queryString") : v1_parameters(check);
  const auto body = split ? check.text("body") : std::string{};
  hmac_signer signer{crypto::secret{key.at("secretKey").get<std::string>()}};
  hmac_text signature;
  signer.sign(query, body, signature);
  const std::string text{as_text(signature)};
  check.equal("totalParams", query + body);
  check.equal("signature", text);
  check.equal("header", {{"X-MBX-APIKEY", key.at("apiKey")}});
  if (!split)
    check.equal("wire", wire(check, method == "GET" || method == "DELETE", query, text));

  auto upper = text;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  check.require(signer.verify(query, body, text) && signer.verify(query, body, upper),
                "the server accepts the signature in either case");
  check.require(!signer.verify(query + "0", body, text), "changed parameters are refused");
  upper[0] = upper[0] == '0' ? '1' : '0';
  check.require(!signer.verify(query, body, upper), "a changed signature is refused");
}

void run_v3(case_check& check) {
  std::string parameters;
  for (const auto& field : check.input("fieldOrder")) {
    const auto name = field.get<std::string>();
    const bool business = check.input("params").contains(name);
    append_parameter(parameters, name,
                     parameter_text(business ? check.input("params").at(name) : check.input(name)));
  }
  const agent_signer agent{to_private_key(wallet(check).at("privateKey")),
                           check.input("chainId").get<std::uint64_t>()};
  signature_text signature;
  agent.sign(parameters, signature);
  const auto digest = agent.domain().digest(parameters);
  check.equal("msg", parameters);
  check.equal("domainSeparator", to_hex_0x(agent.domain().separator()));
  check.equal("messageTypeHash", to_hex_0x(signing_domain::message_type_hash()));
  check.equal("msgKeccak", to_hex_0x(crypto::keccak256(parameters)));
  check.equal("messageStructHash", to_hex_0x(signing_domain::struct_hash(parameters)));
  check.equal("digest", to_hex_0x(digest));
  check_signature(check, as_text(signature));
  check.equal("wire", wire(check, check.text("method") == "GET", parameters, as_text(signature)));
  check.require(agent.address() == to_account(check.input("signer")), "the key is the signer's");
  check_recovery(check, digest, std::string{as_text(signature)}, agent.address());
}

void run_legacy(case_check& check) {
  const auto text = check.text("jsonSortedNoSpaces");
  const auto user = to_account(check.input("user"));
  const auto signer = to_account(check.input("signer"));
  const auto nonce = std::stoull(check.text("nonce"));
  const agent_signer agent{to_private_key(wallet(check).at("privateKey")), mainnet_chain_id};
  const auto encoded = legacy::encode(text, user, signer, nonce);
  const auto digest = legacy::digest(text, user, signer, nonce);
  signature_text signature;
  agent.sign_digest(digest, signature);
  check.equal("abiEncodedHex", to_hex_0x(encoded));
  check.equal("keccak", to_hex_0x(crypto::keccak256(encoded)));
  check.equal("eip191PrefixedDigest", to_hex_0x(digest));
  check_signature(check, as_text(signature));
  check_recovery(check, digest, std::string{as_text(signature)}, signer);
  if (check.has_input("wireQuery"))
    check.require(
        check.text("wireQuery").ends_with("&signature=" + std::string{as_text(signature)}),
        "the recorded request carries this signature");
}

management_call to_call(const case_check& check) {
  management_call call{check.text("primaryType"), {}};
  const auto encoded = check.text("encodedType");
  for (const auto& [name, value] :
       check.input(check.has_input("params") ? "params" : "message").items()) {
    if (value.is_boolean())
      call.fields.push_back({name, value.get<bool>()});
    else if (value.is_number())
      call.fields.push_back({name, value.get<std::uint64_t>()});
    else if (encoded.find("uint256 " + name) != std::string::npos)
      call.fields.push_back({name, std::uint64_t{std::stoull(value.get<std::string>())}});
    else
      call.fields.push_back({name, value.get<std::string>()});
  }
  return call;
}

/// The body of ApproveBuilder in ccxt's field order.
std::string builder_body(const case_check& check, std::string_view signature) {
  const auto& message = check.input("message");
  std::string body;
  const auto add = [&](const char* name, const char* member) {
    append_parameter(body, name, message.at(member).get<std::string>());
  };
  add("nonce", "Nonce");
  add("user", "User");
  add("builder", "Builder");
  add("builderName", "BuilderName");
  add("maxFeeRate", "MaxFeeRate");
  append_parameter(body, "signatureChainId", check.input("chainId").dump());
  add("asterChain", "AsterChain");
  append_parameter(body, "signature", signature);
  return body;
}

void run_management(case_check& check) {
  const auto call = to_call(check);
  const agent_signer main_wallet{to_private_key(wallet(check).at("privateKey")),
                                 check.input("chainId").get<std::uint64_t>()};
  const auto digest = call.digest(main_wallet.domain());
  signature_text signature;
  main_wallet.sign_digest(digest, signature);
  check.require(call.encode_type() == check.text("encodedType"), "the type of the input");
  check.equal("domainSeparator", to_hex_0x(main_wallet.domain().separator()));
  check.equal("structHash", to_hex_0x(call.struct_hash()));
  check.equal("digest", to_hex_0x(digest));
  check_signature(check, as_text(signature));
  check_recovery(check, digest, std::string{as_text(signature)}, main_wallet.address());
  if (check.has_input("message"))
    check.equal("body", builder_body(check, as_text(signature)));
}

crypto::bytes32 digest_of_input(const case_check& check) {
  return signing_domain{check.input("chainId").get<std::uint64_t>()}.digest(check.text("msg"));
}

void run_verify(case_check& check) {
  const auto found = recover_signer(digest_of_input(check), check.text("signature"));
  check.equal("recoveredAddress", found ? json(crypto::checksum_text(*found)) : json(nullptr));
  check.equal("valid", found == to_account(check.input("expectedSigner")));
}

void run_verify_high_s(case_check& check) {
  const auto digest = digest_of_input(check);
  const auto signature = to_signature(check.text("signature"));
  check.equal("sIsLow", signature.low_s());
  check.require(!recover_signer(digest, check.text("signature")), "the server refuses a high s");
  const auto key = crypto::recover(digest, signature, crypto::high_s::accept);
  check.require(key && key->address() == to_account(check.input("expectedSigner")),
                "apart from the high s it is the signer's");
  check.leave_out("ethersRecoverAddress"); // another library's answer; ours is required above
}

void run_keccak(case_check& check) {
  check.equal("hash", to_hex_0x(crypto::keccak256(check.text("utf8"))));
}

void run_secp256k1(case_check& check) {
  const auto key = to_private_key(check.input("privateKey"));
  check.equal("publicKeyUncompressed", to_hex_0x(key.public_key().uncompressed()));
  check.equal("publicKeyCompressed", to_hex_0x(key.public_key().compressed()));
  check.equal("addressChecksum", crypto::checksum_text(key.address()));
}

void run_ecdsa(case_check& check) {
  const auto key = to_private_key(check.input("privateKey"));
  const auto digest = to_bytes32(check.input("digest"));
  const auto signature = key.sign_recoverable(digest);
  check.equal("r", to_hex_0x(signature.r));
  check.equal("s", to_hex_0x(signature.s));
  check.equal("v", 27 + signature.recovery_id);
  check.equal("serialized", to_hex_0x(signature.rsv()));
  check.require(crypto::recover(digest, signature) == key.public_key(), "the key is recovered");
}

void run_domain(case_check& check) {
  const signing_domain domain{check.input("chainId").get<std::uint64_t>()};
  check.equal("domainSeparator", to_hex_0x(domain.separator()));
  json members = json::object();
  for (const char* name : {"name", "version", "chainId", "verifyingContract"})
    members[name] = check.input(name);
  check.require(to_domain(members).separator() == domain.separator(),
                "the input describes the same domain");
}

constexpr std::array kinds = {
    kind_runner{"primitive-domain", run_domain},
    kind_runner{"primitive-ecdsa", run_ecdsa},
    kind_runner{"primitive-keccak256", run_keccak},
    kind_runner{"primitive-secp256k1", run_secp256k1},
    kind_runner{"v1-hmac", run_v1},
    kind_runner{"v3-eip712", run_v3},
    kind_runner{"v3-legacy-abi", run_legacy},
    kind_runner{"v3-management-eip712", run_management},
    kind_runner{"v3-verify", run_verify},
    kind_runner{"v3-verify-high-s", run_verify_high_s},
};

} // namespace

file_runner aster_runner() { return {"aster", kinds}; }

} // namespace actorbot::vectors
