#include "rig.hpp"

#include "venues/crypto/hex.hpp"
#include "venues/crypto/hmac_sha256.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace actorbot::venues::aster::test {

int answer::code() const {
  const auto j = parsed();
  return j.is_object() && j.contains("code") && j["code"].is_number_integer() ? j["code"].get<int>()
                                                                              : 0;
}

// -- sink
// -------------------------------------------------------------------------------------------

void memory_sink::respond(request_token request, unsigned status,
                          std::span<const header_view> headers, std::string_view body) {
  REQUIRE_FALSE(answers.contains(request));
  answer a;
  a.status = status;
  a.body = body;
  for (const auto& h : headers)
    a.headers[std::string{h.name}] = h.value;
  answers[request] = std::move(a);
}

void memory_sink::refuse(stream_token s, unsigned status, std::string_view body) {
  streams[s].refused = status;
  streams[s].refusal = body;
}

void memory_sink::send(stream_token s, frame_kind, std::string_view data) {
  ++frames_sent;
  if (!keep_frames)
    return;
  auto& stream = streams[s];
  REQUIRE(stream.accepted);
  REQUIRE_FALSE(stream.closed);
  stream.frames.emplace_back(data);
}

void memory_sink::close(stream_token s, std::uint16_t code, std::string_view) {
  streams[s].closed = code;
}

std::uint64_t memory_sink::random() {
  random_ += 0x9e3779b97f4a7c15ULL;
  auto z = random_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// -- identities
// -------------------------------------------------------------------------------------

const json& vectors() {
  static const json loaded = [] {
    std::ifstream file{ACTORBOT_TEST_DATA "/vectors/aster.json"};
    REQUIRE(file);
    return json::parse(file);
  }();
  return loaded;
}

identity wallet_of(const std::string& name) {
  const auto& w = vectors()["keys"]["wallets"][name];
  identity out;
  out.user = w["userAddress"];
  out.signer = w["signerAddressChecksum"];
  out.private_key = w["privateKey"];
  return out;
}

identity key_of(const std::string& name) {
  const auto& k = vectors()["keys"]["hmac"][name];
  identity out;
  out.api_key = k["apiKey"];
  out.api_secret = k["secretKey"];
  return out;
}

namespace {

identity join(const identity& key, identity wallet) {
  wallet.api_key = key.api_key;
  wallet.api_secret = key.api_secret;
  return wallet;
}

account_provision provision(const std::string& name, const identity& who, decimal balance) {
  account_provision out;
  out.name = name;
  out.balance = balance;
  for (const auto& [credential, value] : fields{{"api_key", who.api_key},
                                                {"api_secret", who.api_secret},
                                                {"user", who.user},
                                                {"signer", who.signer}})
    if (!value.empty())
      out.credentials[credential] = value;
  return out;
}

std::string encode(const fields& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters)
    append_parameter(out, name, value);
  return out;
}

} // namespace

// -- rig
// --------------------------------------------------------------------------------------------

rig::rig(const rig_options& o)
    : now{o.start},
      ann{o.ann.value_or(join(key_of("H1"), wallet_of("S")))},
      ben{join(key_of("H2"), wallet_of("T"))} {
  const auto& kind = describe_dialect();
  auto settings = kind.core;
  settings.start = now;
  core = std::make_unique<exchange::core>(settings);
  for (const auto& rules : kind.markets)
    core->add_market(rules);
  dialect_settings d;
  d.now = now;
  d.environment = o.environment;
  d.options = o.options;
  d.accounts = {provision("ann", ann, o.balance)};
  if (!o.ann)
    d.accounts.push_back(provision("ben", ben, o.balance));
  server = kind.make(*core, d, sink);
  prices("60000", "0.0001");
  book("60000.0", "1", "60000.1", "1");
  exchange::feed_event deep;
  deep.time = now;
  deep.bids = {{"59990"_price, "10"_qty}};
  deep.asks = {{"60010"_price, "10"_qty}};
  core->apply(now, btc(), deep);
}

answer rig::send(http_method method, std::string_view target, std::string_view body,
                 std::string_view api_key, std::string_view content_type) {
  core->advance(now);
  std::vector<header_view> headers;
  if (!api_key.empty())
    headers.push_back({"x-mbx-apikey", api_key});
  if (!content_type.empty())
    headers.push_back({"Content-Type", content_type});
  else if (!body.empty())
    headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  const request_token token{next_request_++};
  server->on(dialect_request{now, token, {1, "10.0.0.1", true}, method, target, headers, body});
  REQUIRE(sink.answers.contains(token));
  auto out = sink.answers[token];
  sink.answers.clear();
  return out;
}

std::string rig::v1_signed(const fields& parameters, const identity& who) const {
  auto out = encode(parameters);
  append_parameter(out, "timestamp", std::to_string(to_ms(now)));
  const auto mac = crypto::hmac_sha256{who.api_secret}.sign(out);
  append_parameter(out, "signature", crypto::to_hex(mac));
  return out;
}

std::string rig::v3_signed(const fields& parameters, const identity& who) {
  last_nonce_ = std::max(last_nonce_ + 1, static_cast<std::uint64_t>(to_us(now)));
  auto out = encode(parameters);
  append_parameter(out, "nonce", std::to_string(last_nonce_));
  append_parameter(out, "user", who.user);
  append_parameter(out, "signer", who.signer);
  std::string error;
  const agent_signer agent{*crypto::private_key::parse(who.private_key, error), mainnet_chain_id};
  signature_text signature{};
  agent.sign(out, signature);
  out += "&signature=";
  out += as_text(signature);
  return out;
}

answer rig::v1(http_method method, const std::string& path, const fields& parameters,
               const identity* who) {
  const auto& sender = who ? *who : ann;
  const auto text = v1_signed(parameters, sender);
  if (method == http_method::get || method == http_method::del)
    return send(method, path + "?" + text, {}, sender.api_key);
  return send(method, path, text, sender.api_key);
}

answer rig::v3(http_method method, const std::string& path, const fields& parameters,
               const identity* who) {
  const auto text = v3_signed(parameters, who ? *who : ann);
  return method == http_method::get ? send(method, path + "?" + text) : send(method, path, text);
}

stream_token rig::open(std::string_view target) {
  const stream_token token{next_stream_++};
  core->advance(now);
  server->on(dialect_stream_request{now, token, {2, "10.0.0.1", true}, target, {}});
  return token;
}

void rig::say(stream_token s, std::string_view text, frame_kind kind) {
  core->advance(now);
  server->on(dialect_frame{now, s, kind, text});
}

void rig::close(stream_token s) {
  core->advance(now);
  server->on(dialect_stream_closed{now, s});
}

std::vector<json> rig::frames(stream_token s) {
  std::vector<json> out;
  for (const auto& text : sink.streams[s].frames) {
    out.push_back(json::parse(text, nullptr, false));
    CHECK_MESSAGE(!out.back().is_discarded(), text);
  }
  sink.streams[s].frames.clear();
  return out;
}

std::string rig::listen_key(const identity& who) {
  const auto made = send(http_method::post, "/fapi/v1/listenKey", {}, who.api_key);
  REQUIRE(made.status == 200);
  return made.parsed()["listenKey"];
}

stream_token rig::user_stream(const identity& who) {
  const auto stream = open("/ws/" + listen_key(who));
  REQUIRE(sink.streams[stream].accepted);
  return stream;
}

void rig::run_for(duration d) {
  const auto end = now + d;
  for (;;) {
    auto next = core->next_timer().value_or(end);
    std::optional<timer_id> fires;
    for (const auto& [id, at] : sink.timers)
      if (at < next || (at == next && !fires)) {
        next = at;
        fires = id;
      }
    if (next > end || (next == end && !fires && core->next_timer().value_or(end + d) > end))
      break;
    now = std::max(now, next);
    core->advance(now);
    if (fires) {
      sink.timers.erase(*fires);
      server->on(dialect_timer{now, *fires});
    } else if (next == end) {
      break;
    }
  }
  now = end;
  core->advance(now);
}

void rig::book(const char* bid, const char* bid_size, const char* ask, const char* ask_size,
               const char* symbol) {
  exchange::feed_event e;
  e.time = now;
  e.bids = {{price{*decimal::parse(bid)}, quantity{*decimal::parse(bid_size)}}};
  e.asks = {{price{*decimal::parse(ask)}, quantity{*decimal::parse(ask_size)}}};
  core->apply(now, *core->find_market(symbol), e);
}

void rig::trade(const char* at, const char* size, side aggressor, const char* symbol) {
  exchange::feed_event e;
  e.what = exchange::feed_event::kind::trade;
  e.time = now;
  e.at = price{*decimal::parse(at)};
  e.size = quantity{*decimal::parse(size)};
  e.aggressor = aggressor;
  core->apply(now, *core->find_market(symbol), e);
}

void rig::prices(const char* mark, const char* rate, const char* symbol) {
  exchange::feed_event e;
  e.what = exchange::feed_event::kind::prices;
  e.time = now;
  e.mark = price{*decimal::parse(mark)};
  core->apply(now, *core->find_market(symbol), e);
  e.clear();
  e.what = exchange::feed_event::kind::funding;
  e.time = now;
  e.rate = *decimal::parse(rate);
  core->apply(now, *core->find_market(symbol), e);
}

// -- parameters and shapes
// --------------------------------------------------------------------------

fields limit_order(const char* side, const char* size, const char* at, const char* tif) {
  return {{"symbol", "BTCUSDT"}, {"side", side}, {"type", "LIMIT"},
          {"quantity", size},    {"price", at},  {"timeInForce", tif}};
}

fields without(fields parameters, const std::string& name) {
  std::erase_if(parameters, [&](const auto& p) { return p.first == name; });
  return parameters;
}

fields with(fields parameters, const std::string& name, const std::string& value) {
  for (auto& p : parameters)
    if (p.first == name) {
      p.second = value;
      return parameters;
    }
  parameters.emplace_back(name, value);
  return parameters;
}

std::string shape_difference(const json& expected, const json& found, const std::string& at) {
  const auto kind = [](const json& j) {
    return j.is_number() ? std::string{"number"} : std::string{j.type_name()};
  };
  if (kind(expected) != kind(found))
    return at + ": expected " + kind(expected) + ", found " + kind(found);
  if (expected.is_array() && !expected.empty()) {
    if (found.empty())
      return at + ": expected elements";
    return shape_difference(expected[0], found[0], at + "[0]");
  }
  if (!expected.is_object())
    return {};
  for (const auto& [key, value] : expected.items()) {
    if (!found.contains(key))
      return at + ": " + key + " is missing";
    if (auto difference = shape_difference(value, found[key], at + "." + key); !difference.empty())
      return difference;
  }
  for (const auto& [key, value] : found.items())
    if (!expected.contains(key))
      return at + ": " + key + " is not in the specification";
  return {};
}

} // namespace actorbot::venues::aster::test
