#include "tools/vectors/convert.hpp"
#include "tools/vectors/runner.hpp"
#include "venues/backpack/signer.hpp"
#include "venues/crypto/base64.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/sha256.hpp"

#include <array>
#include <map>
#include <stdexcept>

/// backpack.json: Ed25519 over instruction texts, requests and WebSocket subscriptions.
namespace actorbot::vectors {
namespace {

using namespace venues::backpack;

/// A parameter as it is signed: texts without quotes, the rest as JSON prints it.
std::string parameter_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::map<std::string, std::string> sorted(const json& params) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : params.items())
    if (!value.is_null())
      out.emplace(name, parameter_text(value));
  return out;
}

request_signer signer_of(const case_check& check) {
  const auto& key = check.file().at("keys").at(check.text("key"));
  auto signer = request_signer::parse(key.at("secretBase64").get<std::string>());
  auto same = request_signer::parse(key.at("secretSeedAndPublicBase64").get<std::string>());
  if (!signer || !same || signer->api_key() != key.at("apiKeyBase64").get<std::string>()
      || same->api_key() != signer->api_key())
    throw std::runtime_error("the secret does not give the API key");
  return std::move(*signer);
}

std::uint64_t number(const case_check& check, const char* name) {
  return check.input(name).get<std::uint64_t>();
}

/// Signs as the client does, and checks as the server does.
std::string check_signature(case_check& check, request_signer& signer, const signing_text& text) {
  const std::string signature{signer.sign(text.view()).view()};
  check.equal("signingString", std::string{text.view()});
  check.equal("signingStringSha256Hex", crypto::to_hex(crypto::sha256(text.view())));
  check.equal("signatureBase64", signature);
  check.equal("signatureHex", crypto::to_hex(crypto::from_base64(signature).value()));
  auto key = parse_api_key(signer.api_key());
  check.require(key && verify(*key, text.view(), signature), "the server accepts it");
  auto tampered = std::string{text.view()};
  tampered.back() ^= 1;
  check.require(key && !verify(*key, tampered, signature), "the server refuses another text");
  return signature;
}

json headers(const case_check& check, const request_signer& signer, const std::string& signature) {
  return {{"X-API-Key", signer.api_key()},
          {"X-Signature", signature},
          {"X-Timestamp", check.input("timestamp").dump()},
          {"X-Window", check.input("window").dump()}};
}

void append_order(const case_check& check, const json& params, signing_text& text) {
  text.instruction(check.text("instruction"));
  for (const auto& [name, value] : sorted(params))
    text.add(name, value);
}

std::string url(const case_check& check) {
  return "https://api.backpack.exchange" + check.text("path");
}

void run_rest(case_check& check) {
  auto signer = signer_of(check);
  const auto& params = check.input("params");
  signing_text text;
  append_order(check, params, text);
  text.validity(number(check, "timestamp"), number(check, "window"));
  const auto signature = check_signature(check, signer, text);
  check.equal("headers", headers(check, signer, signature));
  auto target = url(check);
  if (check.text("method") == "GET") {
    for (const auto& [name, value] : sorted(params))
      target += (target.find('?') == std::string::npos ? "?" : "&") + name + "=" + value;
  } else {
    // Our bodies have the order of the signed text.
    check.equal("exampleBody", nlohmann::json(params).dump());
  }
  check.equal("url", target);
}

void run_batch(case_check& check) {
  auto signer = signer_of(check);
  signing_text text;
  for (const auto& order : check.input("orders"))
    append_order(check, order, text);
  text.validity(number(check, "timestamp"), number(check, "window"));
  const auto signature = check_signature(check, signer, text);
  check.equal("headers", headers(check, signer, signature));
  check.equal("url", url(check));
  check.equal("exampleBody", check.input("orders").dump());
}

void run_subscribe(case_check& check) {
  auto signer = signer_of(check);
  signing_text text;
  text.instruction(check.text("instruction"));
  text.validity(number(check, "timestamp"), number(check, "window"));
  const auto signature = check_signature(check, signer, text);
  json message;
  message["method"] = "SUBSCRIBE";
  message["params"] = check.input("streams");
  message["signature"] = {signer.api_key(), signature, check.input("timestamp").dump(),
                          check.input("window").dump()};
  check.equal("message", message);
}

void run_verify(case_check& check) {
  auto key = parse_api_key(check.text("apiKeyBase64"));
  check.require(key.has_value(), "the API key is one");
  check.equal("valid", key && verify(*key, check.text("message"), check.text("signatureBase64")));
  check.require(crypto::to_base64(to_bytes(check.input("publicKeyHex")))
                    == check.text("apiKeyBase64"),
                "the API key is the public key");
}

void run_ed25519(case_check& check) {
  crypto::ed25519_private_key key{to_bytes32(check.input("seedHex"))};
  const auto message = to_bytes(check.input("messageHex"));
  const auto signature = key.sign(message);
  check.equal("publicHex", crypto::to_hex(key.public_key()));
  check.equal("signatureHex", crypto::to_hex(signature));
  crypto::ed25519_public_key public_key{key.public_key()};
  check.require(public_key.verify(message, signature), "the signature verifies");
}

void run_key(case_check& check) {
  const auto secret = check.text("secretBase64");
  const auto signer = request_signer::parse(secret);
  check.require(signer.has_value(), "the secret is one");
  check.equal("apiKeyBase64", signer ? signer->api_key() : "");
  check.equal("publicHex", crypto::to_hex(crypto::from_base64(signer->api_key()).value()));
  const auto decoded = crypto::from_base64(secret).value();
  check.equal("seedHex", crypto::to_hex(crypto::byte_view{decoded}.first(32)));
}

constexpr std::array kinds = {
    kind_runner{"primitive-ed25519", run_ed25519},
    kind_runner{"primitive-key", run_key},
    kind_runner{"rest", run_rest},
    kind_runner{"rest-batch", run_batch},
    kind_runner{"verify", run_verify},
    kind_runner{"ws-subscribe", run_subscribe},
};

} // namespace

file_runner backpack_runner() { return {"backpack", kinds}; }

} // namespace actorbot::vectors
