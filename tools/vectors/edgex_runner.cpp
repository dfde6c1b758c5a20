#include "tools/vectors/convert.hpp"
#include "tools/vectors/runner.hpp"
#include "venues/crypto/base64.hpp"
#include "venues/crypto/eip712.hpp"
#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"
#include "venues/crypto/sha256.hpp"
#include "venues/edgex/parse.hpp"
#include "venues/edgex/requests.hpp"
#include "venues/edgex/signer.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

/// edgex.json: requests and orders of API V2, and what both generations share. The Stark signatures
/// of V1 have no runner yet.
namespace actorbot::vectors {
namespace {

using crypto::to_hex;
using crypto::to_hex_0x;
using namespace venues::edgex;

template <class T>
T present(std::optional<T> value, const char* what) {
  if (!value)
    throw std::runtime_error(std::string{"no "} + what);
  return *value;
}

decimal to_decimal(const json& text) {
  return present(decimal::parse(text.get<std::string>()), "decimal");
}

std::uint64_t to_number(const json& text) {
  return present(parse_integer(text.get<std::string>()), "integer");
}

/// A JSON text with what the parser may read behind it.
struct parsed {
  explicit parsed(const json& value) : text{value.dump()} {
    text.reserve(text.size() + 64);
    root = present(parser.parse(text), "JSON");
  }
  std::string text;
  venues::json_parser parser;
  simdjson::dom::element root;
};

std::string canonical(const json& value) {
  const parsed body{value};
  canonical_writer writer;
  std::string out;
  if (!writer.append(out, body.root))
    throw std::runtime_error("a value that has no canonical form");
  return out;
}

request_writer make_writer(const std::string& account, const std::string& key, const json& input) {
  venues::session_settings settings;
  const auto text = [&](const char* name) {
    return input.contains(name) ? input.at(name).get<std::string>() : std::string{"unused"};
  };
  settings.parameters.set("account_id", account);
  settings.parameters.set("api_key", text("api_key"));
  settings.parameters.set("api_secret", text("api_secret"));
  settings.parameters.set("api_passphrase", text("api_passphrase"));
  settings.parameters.set("signer_key", key);
  request_writer writer;
  if (const auto error = writer.configure(settings); !error.empty())
    throw std::runtime_error(error);
  return writer;
}

json to_json(std::span<const venues::header_view> headers) {
  json out = json::object();
  for (const auto& h : headers)
    out[std::string{h.name}] = std::string{h.value};
  return out;
}

// -- what both generations share ---------------------------------------------------------------------

void run_nonce(case_check& check) {
  json found = json::array();
  for (const auto& entry : check.expected("list")) {
    const auto id = entry.at("clientOrderId").get<std::string>();
    found.push_back({{"clientOrderId", id},
                     {"sha256", to_hex(crypto::sha256(id))},
                     {"l2Nonce", std::to_string(l2_nonce(id))}});
  }
  check.equal("list", found);
}

void run_canonical(case_check& check) {
  json found = json::array();
  for (const auto& entry : check.expected("list"))
    found.push_back({{"json", entry.at("json")}, {"string", canonical(entry.at("json"))}});
  check.equal("list", found);
}

// -- requests ----------------------------------------------------------------------------------------

const std::string unused_key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

json credentials(const case_check& check) {
  return {{"api_key", check.text("api_key")},
          {"api_secret", check.text("api_secret")},
          {"api_passphrase", check.text("api_passphrase")}};
}

/// The key of the HMAC is the text, not the bytes; a changed request has another code.
void check_hmac(case_check& check, const request_writer& writer, const json& headers) {
  const auto secret = check.text("api_secret");
  const auto key = crypto::to_base64(crypto::as_bytes(secret));
  crypto::hmac_sha256 hmac{key};
  check.require(to_hex(hmac.sign(writer.signed_text())) == headers.at("X-edgeX-Signature"),
                "the code is that of the base64 text as key");
  check.require(to_hex(hmac.sign(std::string{writer.signed_text()} + "0"))
                    != headers.at("X-edgeX-Signature"),
                "a changed request has another code");
}

void run_request(case_check& check) {
  auto writer = make_writer("1", unused_key, credentials(check));
  const auto path = check.text("path");
  const auto now = from_ms(std::stoll(check.text("timestamp_ms")));
  constexpr std::string_view prefix = "/api/v2/";
  check.require(path.starts_with(prefix), "a path of V2");
  writer.begin(std::string_view{path}.substr(prefix.size()));
  venues::http_request_view request;
  if (check.text("method") == "POST") {
    writer.body() = check.input("body").dump();
    request = writer.post(now);
    check.require(request.method == venues::http_method::post, "a POST");
    check.require(json::parse(request.body) == check.input("body"), "the body as it is");
  } else {
    if (check.has_input("query"))
      for (const auto& [name, value] : check.input("query").items())
        writer.add(name, value.get<std::string>());
    request = writer.get(now);
    check.require(request.body.empty(), "no body");
  }
  check.require(request.target.substr(0, request.target.find('?')) == path, "the path");
  const auto start = check.text("timestamp_ms") + check.text("method") + path;
  const std::string content{writer.signed_text()};
  check.equal("message", content);
  check.equal("body_string", content.substr(std::min(start.size(), content.size())));
  check.equal("hmac_key_ascii", crypto::to_base64(crypto::as_bytes(check.text("api_secret"))));
  const auto headers = to_json(request.headers);
  check.equal("headers", headers);
  check_hmac(check, writer, headers);
}

void run_stream(case_check& check) {
  auto writer = make_writer(check.text("account_id"), unused_key, credentials(check));
  const auto request = writer.handshake(from_ms(std::stoll(check.text("timestamp_ms"))));
  check.equal("message", std::string{writer.signed_text()});
  check.equal("minimal_url", std::string{request.target});
  const auto headers = to_json(request.headers);
  check.equal("headers", headers);
  // Browsers cannot set headers and send the same object as a subprotocol.
  check.equal("sec_websocket_protocol_decodes_to", headers);
  check.leave_out("sec_websocket_protocol");
  check.leave_out("url_as_the_python_sdk_sends_it");
  check_hmac(check, writer, headers);
}

// -- orders ------------------------------------------------------------------------------------------

signing_domain to_signing_domain(const json& global) {
  const auto native = global.at("nativeChainId").get<std::string>();
  return {to_number(native.empty() ? global.at("chainId") : global.at("nativeChainId")),
          to_account(global.at("contractAddress"))};
}

decimal rate(const json& contract, const char* name) {
  return contract.contains(name) ? to_decimal(contract.at(name)) : decimal::from_parts(1, -3);
}

order_scale to_scale(const case_check& check) {
  const auto& contract = check.input("contract");
  const auto& coin = check.input("collateral_coin");
  return {to_number(contract.at("contractId")), to_number(coin.at("coinId")),
          to_number(contract.at("resolution")), to_number(coin.at("resolution")),
          std::max(rate(contract, "defaultTakerFeeRate"), rate(contract, "defaultMakerFeeRate"))};
}

/// The SDKs' protection price of a market order: ten times the oracle's to buy, a tick to sell.
decimal protection_price(const case_check& check) {
  const auto tick = to_decimal(check.input("contract").at("tickSize"));
  if (check.text("side") == "SELL")
    return tick;
  return (to_decimal(check.input("oracle_price")) * decimal{10})
      .round_to(tick, rounding::half_even);
}

/// Decimals keep the zeros of their inputs in the SDK and are written shortest here: the same
/// number, and neither is signed as text.
json with_numbers_of(json body, const json& expected) {
  for (const char* name : {"price", "size", "l2Value", "l2Size"})
    if (to_decimal(body.at(name)) == to_decimal(expected.at(name)))
      body[name] = expected.at(name);
  return body;
}

void check_signature(case_check& check, const crypto::bytes32& digest, const std::string& text,
                     const crypto::address& signer) {
  const auto rsv = present(crypto::from_hex_exact<65>(text), "signature");
  const auto signature = present(crypto::recoverable_signature::from_rsv(rsv), "signature");
  check.require(signature.low_s(), "a canonical signature");
  const auto recovers = [&](const crypto::bytes32& what) {
    const auto key = crypto::recover(what, signature);
    return key && key->address() == signer;
  };
  check.require(recovers(digest), "the signer is recovered");
  auto other = digest;
  other.back() ^= 1;
  check.require(!recovers(other), "another order is refused");
}

/// What the case is about, in the signer's terms.
struct order_case {
  explicit order_case(const case_check& check)
      : key{to_private_key(check.input("trading_private_key"))},
        domain{to_signing_domain(check.input("global"))},
        market{check.text("type") == "MARKET"},
        size{to_decimal(check.input("size"))},
        l2_price{market ? protection_price(check) : to_decimal(check.input("price"))},
        expire_ms{check.has_input("expireTime_ms")
                      ? check.input("expireTime_ms").get<std::int64_t>()
                      : check.input("now_ms").get<std::int64_t>() + order_life_ms} {
    order.nonce = l2_nonce(check.text("clientOrderId"));
    order.signer = key.address();
    order.account = to_number(check.input("account_id"));
    order.expiration = static_cast<std::uint64_t>(expire_ms / 1000);
    order.scale = to_scale(check);
    order.amounts = present(amounts_of(order.scale, size, l2_price), "amounts");
    order.buy = check.text("side") == "BUY";
  }
  crypto::private_key key;
  signing_domain domain;
  bool market;
  decimal size;
  decimal l2_price;
  std::int64_t expire_ms;
  signed_order order;
};

void check_fields(case_check& check, const order_case& x) {
  const auto& amounts = x.order.amounts;
  const auto number = [](auto value) { return std::to_string(value); };
  check.equal("signer_address", crypto::checksum_text(x.key.address()));
  check.require(to_decimal(check.expected("l2Value")) == amounts.value, "l2Value");
  check.require(to_decimal(check.expected("l2Size")) == x.size, "l2Size");
  check.leave_out("l2Value"); // compared as numbers
  check.leave_out("l2Size");
  check.equal("l2LimitFee", number(amounts.limit_fee));
  check.equal("l2Nonce", number(x.order.nonce));
  check.equal("expireTime", number(x.expire_ms));
  check.equal("l2ExpireTime", number(x.expire_ms + l2_margin_ms));
  check.equal("expirationTimestamp", number(x.order.expiration));
  check.equal("amountSynthetic", number(amounts.synthetic));
  check.equal("amountCollateral", number(amounts.collateral));
  check.equal("amountFee", number(amounts.fee));
  check.equal("assetIdSynthetic", number(x.order.scale.contract));
  check.equal("assetIdCollateral", number(x.order.scale.collateral));
  check.equal("isBuyingSynthetic", x.order.buy);
}

crypto::bytes32 check_hashes(case_check& check, const order_case& x) {
  const auto& order = x.order;
  check.equal("domain", {{"name", "EdgeX"},
                         {"version", "1"},
                         {"chainId", x.domain.chain_id},
                         {"verifyingContract", to_hex_0x(x.domain.contract)}});
  check.equal("domain_separator", to_hex_0x(x.domain.separator()));
  check.equal("order_base_type", std::string{signed_order::base_type()});
  check.equal("order_base_type_hash", to_hex_0x(crypto::keccak256(signed_order::base_type())));
  check.equal("order_base_encoded", to_hex_0x(order.encode_base()));
  check.equal("order_base_struct_hash",
              to_hex_0x(crypto::keccak256(crypto::byte_view{order.encode_base()})));
  check.equal("limit_order_type", std::string{signed_order::type()});
  check.equal("limit_order_type_hash", to_hex_0x(crypto::keccak256(signed_order::type())));
  check.equal("limit_order_encoded", to_hex_0x(order.encode()));
  check.equal("limit_order_struct_hash", to_hex_0x(order.struct_hash()));
  const auto digest = crypto::typed_data_digest(x.domain.separator(), order.struct_hash());
  check.equal("eip712_digest", to_hex_0x(digest));
  const auto signature = x.key.sign_recoverable(digest);
  check.equal("r", to_hex(signature.r));
  check.equal("s", to_hex(signature.s));
  check.equal("v", 27 + signature.recovery_id);
  return digest;
}

/// The whole request, as the client writes it.
json order_body(case_check& check, const order_case& x) {
  auto writer
      = make_writer(check.text("account_id"), check.text("trading_private_key"), json::object());
  check.require(writer.set_domain(x.domain), "a domain");
  const auto contract = std::to_string(x.order.scale.contract);
  const auto id = check.text("clientOrderId");
  const auto type = check.text("type");
  const auto tif = x.market ? std::string{"IMMEDIATE_OR_CANCEL"} : check.text("timeInForce");
  order_fields fields;
  fields.scale = x.order.scale;
  fields.contract = contract;
  fields.buy = x.order.buy;
  fields.type = type;
  fields.time_in_force = tif;
  fields.price = x.market ? decimal{} : x.l2_price;
  fields.l2_price = x.l2_price;
  fields.size = x.size;
  fields.reduce_only = check.input("reduceOnly").get<bool>();
  fields.client_id = id;
  fields.expire_ms = x.expire_ms;
  writer.begin("private/order/createOrder");
  check.require(writer.write_order(fields), "an order that can be signed");
  return json::parse(writer.body());
}

void run_order(case_check& check) {
  const order_case x{check};
  check_fields(check, x);
  const auto digest = check_hashes(check, x);
  const auto body = order_body(check, x);
  const auto text = body.at("l2Signature").get<std::string>();
  check.equal("l2Signature", text);
  check.equal("l2Signature_0x", "0x" + text);
  check.equal("body", with_numbers_of(body, check.expected("body")));
  check_signature(check, digest, text, x.key.address());
}

void run_margin(case_check& check) {
  const auto domain = to_signing_domain(check.input("global"));
  auto key = to_private_key(check.input("trading_private_key"));
  const auto address = key.address();
  const auto nonce = l2_nonce(check.text("clientOrderId"));
  const margin_preference wish{
      to_number(check.input("account_id")), to_number(check.input("contractId")),
      static_cast<std::uint8_t>(to_number(check.input("marginMode"))), nonce, address};
  order_signer signer{std::move(key)};
  signer.set_domain(domain);
  signature_text signature;
  signer.sign(wish.struct_hash(), signature);
  const std::string text{as_text(signature)};
  check.equal("signer_address", crypto::checksum_text(address));
  check.equal("domain_separator", to_hex_0x(domain.separator()));
  check.equal("type", std::string{margin_preference::type()});
  check.equal("type_hash", to_hex_0x(crypto::keccak256(margin_preference::type())));
  check.equal("encoded", to_hex_0x(wish.encode()));
  check.equal("struct_hash", to_hex_0x(wish.struct_hash()));
  check.equal("eip712_digest", to_hex_0x(signer.digest(wish.struct_hash())));
  check.equal("l2Signature", text);
  constexpr std::int64_t hour = 3'600'000;
  const auto now_ms = check.input("now_ms").get<std::int64_t>();
  const auto expire = (now_ms + hour - 1) / hour * hour + 14 * 24 * hour;
  check.equal("body", {{"accountId", check.input("account_id")},
                       {"contractId", check.input("contractId")},
                       {"marginMode", check.input("marginMode")},
                       {"l2Nonce", std::to_string(nonce)},
                       {"l2ExpireTime", std::to_string(expire)},
                       {"signer", crypto::checksum_text(address)},
                       {"l2Signature", text}});
  check_signature(check, signer.digest(wish.struct_hash()), text, address);
}

constexpr std::array kinds = {
    kind_runner{"canonical_string", run_canonical},
    kind_runner{"l2_order_eip712", run_order},
    kind_runner{"nonce", run_nonce},
    kind_runner{"request_hmac", run_request},
    kind_runner{"set_margin_mode_eip712", run_margin},
    kind_runner{"ws_hmac", run_stream},
};

} // namespace

file_runner edgex_runner() { return {"edgex", kinds}; }

} // namespace actorbot::vectors
