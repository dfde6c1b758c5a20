#include "tools/vectors/convert.hpp"
#include "tools/vectors/runner.hpp"
#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"
#include "venues/grvt/requests.hpp"
#include "venues/grvt/session.hpp"
#include "venues/grvt/signer.hpp"

#include <array>
#include <stdexcept>

/// grvt.json: order signatures and requests; the messages of GRVT that the bot never signs are
/// checked with the generic encoder.
namespace actorbot::vectors {
namespace {

using crypto::to_hex_0x;
using namespace venues;
using namespace venues::grvt;

decimal to_decimal(const json& text) {
  // Longer than the type holds only where the venue truncates anyway.
  const auto value = decimal::parse(text.get<std::string>());
  if (!value)
    throw std::runtime_error(text.dump() + " is not a decimal");
  return *value;
}

std::uint64_t to_number(const json& value) {
  return value.is_string() ? std::stoull(value.get<std::string>()) : value.get<std::uint64_t>();
}

std::string scaled_text(const json& value, int places) {
  return std::to_string(scaled(to_decimal(value), places).value());
}

order_life to_life(const json& text) {
  static constexpr std::array names = {"GOOD_TILL_TIME", "ALL_OR_NONE", "IMMEDIATE_OR_CANCEL",
                                       "FILL_OR_KILL", "RETAIL_PRICE_IMPROVEMENT"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (text == names[i])
      return static_cast<order_life>(i + 1);
  throw std::runtime_error(text.dump() + " is no time in force");
}

std::optional<order_builder> to_builder(const json& from) {
  if (!from.contains("builder"))
    return std::nullopt;
  return order_builder{
      to_account(from.at("builder")),
      static_cast<std::uint32_t>(
          scaled(to_decimal(from.at("builder_fee")), builder_fee_decimals).value())};
}

// -- orders ------------------------------------------------------------------------------------------

order_message to_message(const case_check& check) {
  order_message m;
  m.sub_account = to_number(check.input("sub_account_id"));
  m.market = check.input("is_market").get<bool>();
  m.life = to_life(check.input("time_in_force"));
  m.post_only = check.input("post_only").get<bool>();
  m.reduce_only = check.input("reduce_only").get<bool>();
  m.asset = parse_asset(check.text("instrument_hash")).value();
  m.size = scaled(to_decimal(check.input("size")), check.input("base_decimals").get<int>()).value();
  m.price = scaled(to_decimal(check.input("limit_price")), price_decimals).value();
  m.buy = check.input("is_buying_asset").get<bool>();
  if (check.has_input("builder"))
    m.builder = order_builder{
        to_account(check.input("builder")),
        static_cast<std::uint32_t>(
            scaled(to_decimal(check.input("builder_fee")), builder_fee_decimals).value())};
  m.nonce = check.input("nonce").get<std::uint32_t>();
  m.expiration_ns = std::stoll(check.text("expiration"));
  return m;
}

json message_json(const order_message& m, const case_check& check) {
  json out{{"subAccountID", std::to_string(m.sub_account)},
           {"isMarket", m.market},
           {"timeInForce", std::to_string(static_cast<int>(m.life))},
           {"postOnly", m.post_only},
           {"reduceOnly", m.reduce_only},
           {"legs", json::array({{{"assetID", check.text("instrument_hash")},
                                  {"contractSize", std::to_string(m.size)},
                                  {"limitPrice", std::to_string(m.price)},
                                  {"isBuyingContract", m.buy}}})}};
  if (m.builder) {
    out["builder"] = to_hex_0x(m.builder->account);
    out["builderFee"] = std::to_string(m.builder->fee);
  }
  out["nonce"] = std::to_string(m.nonce);
  out["expiration"] = std::to_string(m.expiration_ns);
  return out;
}

/// A writer as a session has one after its login.
request_writer writer_for(const std::string& key, std::uint64_t sub_account, bool testnet) {
  session_settings settings;
  settings.environment = testnet ? "testnet" : "mainnet";
  settings.parameters.set("api_key", std::string{"2tTESTAPIKEYexample"});
  settings.parameters.set("signer_key", key);
  settings.ids
      = std::make_shared<number_ids>(std::uint16_t{1}, number_range{}, std::vector<id_block>{},
                                     [](const id_block&) { return ""; });
  request_writer writer;
  if (const auto problem = writer.configure(settings); !problem.empty())
    throw std::runtime_error(problem);
  writer.use({"gravity=x", "ACC:1", {}, sub_account});
  return writer;
}

/// The body that the client sends, with the amounts as the case spells them.
void check_body(case_check& check, const order_message& message) {
  for (const auto* other : {"rest_path_lite", "rest_body_lite", "ws_rpc_full"})
    check.leave_out(other); // the client sends orders over REST, with the long names
  const auto chain_id = check.input("chain_id").get<std::uint64_t>();
  const bool sendable = chain_id != 327 && !message.builder;
  if (!sendable) { // the client knows no developers' chain and pays no builder
    check.leave_out("rest_path_full");
    check.leave_out("rest_body_full");
    return;
  }
  auto writer
      = writer_for(check.text("private_key"), message.sub_account, chain_id == testnet_chain_id);
  order_words words;
  const auto symbol = check.text("instrument");
  words.symbol = symbol;
  words.size = to_decimal(check.input("size"));
  words.limit_price = to_decimal(check.input("limit_price"));
  words.client_id = to_number(check.input("client_order_id"));
  auto unsigned_message = message;
  unsigned_message.sub_account = 0; // the writer's business
  const auto request = writer.create_order(unsigned_message, words);
  auto body = json::parse(request.body);
  auto& leg = body.at("order").at("legs").at(0);
  for (const auto* name : {"size", "limit_price"}) {
    check.require(to_decimal(leg.at(name)) == to_decimal(check.input(name)), name);
    leg[name] = check.input(name);
  }
  check.equal("rest_path_full", std::string{request.target});
  check.equal("rest_body_full", body);
}

void check_signed(case_check& check, const order_signer& signer, const crypto::bytes32& digest) {
  signature_text signature;
  signer.sign_digest(digest, signature);
  check.equal("digest", to_hex_0x(digest));
  check.equal("r", std::string{as_text(signature.r)});
  check.equal("s", std::string{as_text(signature.s)});
  check.equal("v", signature.v);
  check.equal("signature65", std::string{as_text(signature.r)}
                                 + std::string{as_text(signature.s).substr(2)}
                                 + (signature.v == 27 ? "1b" : "1c"));
  check.equal("signer", crypto::checksum_text(signer.address()));
  check.require(check_signature(digest, as_text(signature.r), as_text(signature.s), signature.v,
                                signer.address())
                    == signature_fault::none,
                "the server accepts the signature");
  auto other = digest;
  other.back() ^= 1;
  check.require(check_signature(other, as_text(signature.r), as_text(signature.s), signature.v,
                                signer.address())
                    == signature_fault::other_payload,
                "the server refuses it for another digest");
}

std::string preimage(const crypto::bytes32& separator, const crypto::bytes32& struct_hash) {
  return "0x1901" + crypto::to_hex(separator) + crypto::to_hex(struct_hash);
}

void run_order(case_check& check) {
  const auto message = to_message(check);
  const order_signer signer{to_private_key(check.input("private_key")),
                            check.input("chain_id").get<std::uint64_t>()};
  const bool with_builder = message.builder.has_value();
  const auto type = order_type_text(with_builder);
  std::array<std::uint8_t, 11 * 32> data;
  const auto size = message.data(data);
  check.equal("primary_type", with_builder ? "OrderWithBuilderFee" : "Order");
  check.equal("message", message_json(message, check));
  check.equal(
      "domain",
      {{"name", "GRVT Exchange"}, {"version", "0"}, {"chainId", signer.domain().chain_id()}});
  check.equal("encode_type", std::string{type});
  check.equal("type_hash", to_hex_0x(crypto::keccak256(type)));
  check.equal("leg_encode_type", std::string{leg_type()});
  check.equal("leg_type_hash", to_hex_0x(crypto::keccak256(leg_type())));
  check.equal("leg_encoded", json::array({to_hex_0x(message.leg_data())}));
  check.equal("leg_hashes", json::array({to_hex_0x(crypto::keccak256(message.leg_data()))}));
  check.equal("legs_hash", to_hex_0x(message.legs_hash()));
  check.equal("encoded_data", to_hex_0x(crypto::byte_view{data}.first(size)));
  check.equal("struct_hash", to_hex_0x(message.struct_hash()));
  check.equal("domain_separator", to_hex_0x(signer.domain().separator()));
  check.equal("digest_preimage", preimage(signer.domain().separator(), message.struct_hash()));
  check_signed(check, signer, signer.domain().digest(message.struct_hash()));
  check_body(check, message);
}

void run_domain(case_check& check) {
  json found = json::array();
  for (const auto& row : check.expected("domains")) {
    const signing_domain domain{row.at("chain_id").get<std::uint64_t>()};
    found.push_back(
        {{"chain_id", domain.chain_id()}, {"domain_separator", to_hex_0x(domain.separator())}});
  }
  check.equal("domains", found);
}

void run_scaling(case_check& check) {
  json found = json::array();
  for (auto row : check.expected("rows")) {
    row["contractSize"] = scaled_text(row.at("size"), row.at("base_decimals").get<int>());
    row["limitPrice"] = scaled_text(row.at("limit_price"), price_decimals);
    found.push_back(row);
  }
  check.equal("rows", found);
}

// -- what the server checks --------------------------------------------------------------------------

void run_verify(case_check& check) {
  json found = json::array();
  for (const auto& one : check.input("checks")) {
    const auto fault
        = check_signature(to_bytes32(one.at("digest")), one.at("r").get<std::string>(),
                          one.at("s").get<std::string>(), one.at("v").get<std::int64_t>(),
                          to_account(one.at("signer")));
    json row{{"what", one.at("what")}, {"verifies", fault == signature_fault::none}};
    if (fault != signature_fault::none)
      row["api_error"] = static_cast<int>(fault);
    found.push_back(row);
  }
  check.equal("results", found);
}

/// Orders of other clients: the signature is that of what their text says.
void run_foreign_order(case_check& check) {
  const auto& order = check.input("body").at("order");
  const auto& leg = order.at("legs").at(0);
  const auto& signature = order.at("signature");
  const auto& price = leg.at("limit_price");
  order_message m;
  m.sub_account = to_number(order.at("sub_account_id"));
  m.market = order.at("is_market").get<bool>();
  m.life = to_life(order.at("time_in_force"));
  m.post_only = order.at("post_only").get<bool>();
  m.reduce_only = order.at("reduce_only").get<bool>();
  m.asset = parse_asset(check.text("instrument_hash")).value();
  m.size = scaled(to_decimal(leg.at("size")), check.input("base_decimals").get<int>()).value();
  m.price = price.is_null() ? 0 : scaled(to_decimal(price), price_decimals).value();
  m.buy = leg.at("is_buying_asset").get<bool>();
  m.builder = to_builder(order);
  m.nonce = signature.at("nonce").get<std::uint32_t>();
  m.expiration_ns = std::stoll(signature.at("expiration").get<std::string>());
  const signing_domain domain{check.input("chain_id").get<std::uint64_t>()};
  const auto signer = to_account(signature.at("signer"));
  const auto fault = check_signature(
      domain.digest(m.struct_hash()), signature.at("r").get<std::string>(),
      signature.at("s").get<std::string>(), signature.at("v").get<std::int64_t>(), signer);
  check.require(fault == signature_fault::none, "the signature is the signer's");
  check.equal("signer_recovers", crypto::checksum_text(signer));
  const bool sdk = !signature.contains("chain_id");
  if (sdk) {
    check.equal("limit_price_text", price);
    check.equal("limit_price_value", m.price);
    check.equal("size_text", leg.at("size"));
    check.equal("chain_id_absent_means_env_chain", domain.chain_id() == testnet_chain_id);
    return;
  }
  check.equal("primary_type", m.builder ? "OrderWithBuilderFee" : "Order");
  check.equal("builder_fee_signed", m.builder ? json(m.builder->fee) : json(nullptr));
}

// -- messages that the bot does not sign -------------------------------------------------------------

/// A member of a typed message: its type and name, the input that it comes from, and how many
/// decimals that is scaled by.
struct member_source {
  const char* type;
  const char* name;
  const char* input;
  int scale = -1;
};

struct other_message {
  const char* name;
  std::vector<member_source> members;
};

const std::vector<other_message>& other_messages() {
  static const std::vector<other_message> all = {
      {"Transfer",
       {{"address", "fromAccount", "from_account_id"},
        {"uint64", "fromSubAccount", "from_sub_account_id"},
        {"address", "toAccount", "to_account_id"},
        {"uint64", "toSubAccount", "to_sub_account_id"},
        {"uint8", "tokenCurrency", "currency_id"},
        {"uint64", "numTokens", "num_tokens", 6}}},
      {"Withdrawal",
       {{"address", "fromAccount", "from_account_id"},
        {"address", "toEthAddress", "to_eth_address"},
        {"uint8", "tokenCurrency", "currency_id"},
        {"uint64", "numTokens", "num_tokens", 6}}},
      {"WalletLogin", {{"address", "signer", "signer"}}},
      {"AuthorizeBuilder",
       {{"address", "mainAccountID", "main_account_id"},
        {"address", "builderAccountID", "builder_account_id"},
        {"uint32", "maxFutureFeeRate", "max_futures_fee_rate", 4},
        {"uint32", "maxSpotFeeRate", "max_spot_fee_rate", 4}}},
      {"SetSubAccountPositionMarginConfig",
       {{"uint64", "subAccountID", "sub_account_id"},
        {"uint256", "asset", "instrument_hash"},
        {"uint8", "marginType", "margin_type_value"},
        {"int32", "leverage", "leverage", 6}}},
      // One case of the file signs this in place of what its name says.
      {"P", {{"uint8", "a", nullptr}}},
  };
  return all;
}

void run_typed_data(case_check& check) {
  const auto primary = check.expected("primary_type").get<std::string>();
  crypto::typed_data_types types;
  json message = json::object();
  const bool placeholder = primary == "P";
  for (const auto& known : other_messages()) {
    if (known.name != primary)
      continue;
    std::vector<crypto::typed_member> members;
    for (const auto& m : known.members) {
      members.push_back({m.name, m.type});
      if (m.input == nullptr)
        message[m.name] = "1";
      else if (m.scale >= 0)
        message[m.name] = scaled_text(check.input(m.input), m.scale);
      else
        message[m.name] = check.input(m.input).is_string() ? check.input(m.input)
                                                           : json(check.input(m.input).dump());
    }
    if (!placeholder) {
      members.push_back({"nonce", "uint32"});
      members.push_back({"expiration", "int64"});
      message["nonce"] = check.input("nonce").dump();
      message["expiration"] = check.input("expiration");
    }
    types.add(primary, std::move(members));
  }
  const auto value = to_value(crypto::abi_type{crypto::abi_type::kind::structure, 0, {}, primary},
                              message, &types);
  const auto chain_id = check.input("chain_id").get<std::uint64_t>();
  const json domain{
      {"name", placeholder ? "x" : "GRVT Exchange"}, {"version", "0"}, {"chainId", chain_id}};
  const auto separator
      = placeholder ? to_domain(domain).separator() : signing_domain{chain_id}.separator();
  const auto struct_hash = types.hash_struct(primary, value);
  check.equal("primary_type", primary);
  check.equal("message", message);
  check.equal("domain", domain);
  check.equal("encode_type", types.encode_type(primary));
  check.equal("type_hash", to_hex_0x(types.type_hash(primary)));
  check.equal("encoded_data", to_hex_0x(types.encode_data(primary, value)));
  check.equal("struct_hash", to_hex_0x(struct_hash));
  check.equal("domain_separator", to_hex_0x(separator));
  check.equal("digest_preimage", preimage(separator, struct_hash));
  check_signed(check, order_signer{to_private_key(check.input("private_key")), chain_id},
               crypto::typed_data_digest(separator, struct_hash));
  if (primary == "WalletLogin") {
    check.leave_out("rest_path"); // the client logs in with an API key
    check.leave_out("note");
  }
}

// -- requests ----------------------------------------------------------------------------------------

/// What the client takes from the answer to a login.
void check_login_answer(case_check& check) {
  const auto& sample = check.expected("response_sample");
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [name, value] : sample.at("headers").items())
    texts.emplace_back(name, value.get<std::string>());
  std::vector<header_view> headers;
  for (const auto& [name, value] : texts)
    headers.push_back({name, value});
  auto body = sample.at("body").dump();
  body.reserve(body.size() + 64);
  json_parser parser;
  const auto session = read_login(http_answer{{}, {}, 200, headers, body}, parser);
  if (!session)
    throw std::runtime_error("the login brought no session");
  check.equal("response_sample", sample);
  check.equal("parsed", {{"cookie_header_to_send", session->cookie},
                         {"expires_unix", to_ns(session->expires) / 1'000'000'000},
                         {"account_id_header_to_send", session->account}});
  check.require(std::to_string(session->sub_account)
                    == sample.at("body").at("sub_account_id").get<std::string>(),
                "the sub-account of the key");
}

http_request_view build_request(const json& expected, request_writer& writer) {
  const auto path = expected.at("path").get<std::string>();
  const auto& body = expected.at("body");
  const order_filter filter = body.contains("base") ? order_filter{"BTC", "USDT"} : order_filter{};
  static std::string venue_id;
  order_name name;
  if (body.contains("client_order_id"))
    name.client_id = to_number(body.at("client_order_id"));
  if (body.contains("order_id"))
    name.venue_id = venue_id = body.at("order_id").get<std::string>();
  const std::chrono::milliseconds window{
      body.contains("time_to_live_ms") ? static_cast<int>(to_number(body.at("time_to_live_ms")))
                                       : 0};
  if (path == "/auth/api_key/login")
    return writer.login();
  if (path == "/full/v1/cancel_order")
    return writer.cancel_order(name, window);
  if (path == "/full/v1/cancel_all_orders")
    return writer.cancel_all(filter);
  if (path == "/full/v1/open_orders")
    return writer.open_orders(filter);
  if (path == "/full/v1/order")
    return writer.order(name);
  if (path == "/full/v1/positions")
    return writer.positions(filter);
  if (path == "/full/v1/account_summary")
    return writer.account_summary();
  return instruments_request();
}

void run_request(case_check& check) {
  json expected = json::object();
  for (const auto* name : {"path", "body", "host_role"})
    expected[name] = check.expected(name);
  auto writer
      = writer_for(check.file().at("keys").at("K3").get<std::string>(), 2147050003876484, false);
  const auto request = build_request(expected, writer);
  check.equal("method", request.method == http_method::post ? "POST" : "GET");
  check.equal("path", std::string{request.target});
  check.equal("body", json::parse(request.body));
  check.require(request.content_type == "application/json", "a JSON body says that it is one");
  const bool to_trades = !find_header(request.headers, "X-Grvt-Account-Id").empty();
  check.require(to_trades == (expected.at("host_role") == "trades"),
                "the session goes to the trades host only");
  check.leave_out("host_role"); // an endpoint of the session, tested there
  if (request.target == "/auth/api_key/login")
    return check_login_answer(check);
  check.leave_out("lite_path");
  check.leave_out("lite_body");
}

void run_subscribe(case_check& check) {
  json found = json::array();
  for (auto row : check.expected("rows")) {
    const auto selector = row.at("selector").get<std::string>();
    const auto stream = row.at("stream").get<std::string>();
    row["rpc"] = json::parse(
        subscribe_text({stream, {selector}}, row.at("rpc").at("id").get<std::uint32_t>()));
    found.push_back(row);
  }
  check.equal("rows", found);
}

constexpr std::array kinds = {
    kind_runner{"domain", run_domain},
    kind_runner{"order", run_order},
    kind_runner{"request", run_request},
    kind_runner{"scaling", run_scaling},
    kind_runner{"server_must_accept", run_foreign_order},
    kind_runner{"typed_data", run_typed_data},
    kind_runner{"verify", run_verify},
    kind_runner{"ws_subscribe", run_subscribe},
};

} // namespace

file_runner grvt_runner() { return {"grvt", kinds}; }

} // namespace actorbot::vectors
