#include "rig.hpp"

#include "venues/crypto/hex.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace actorbot::venues::grvt::test {

int answer::code() const {
  const auto j = parsed();
  if (!j.is_object())
    return -1;
  return j.value("code", j.value("c", 0));
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

void memory_sink::send(stream_token s, frame_kind, std::string_view data) {
  REQUIRE(streams[s].accepted);
  streams[s].frames.emplace_back(data);
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
    std::ifstream file{ACTORBOT_TEST_DATA "/vectors/grvt.json"};
    REQUIRE(file);
    return json::parse(file);
  }();
  return loaded;
}

std::string key_of(const std::string& name) { return vectors()["keys"][name]; }

namespace {

crypto::private_key private_key_of(const std::string& hex) {
  std::string error;
  auto key = crypto::private_key::parse(hex, error);
  REQUIRE_MESSAGE(key, error);
  return std::move(*key);
}

account_provision provision(const identity& who, decimal balance) {
  account_provision out;
  out.name = who.name;
  out.balance = balance;
  out.credentials["sub_account_id"] = who.sub_account;
  out.credentials["signer"] = who.signer();
  out.credentials["api_key"] = who.api_key;
  out.credentials["permission"] = who.permission;
  if (!who.main.empty())
    out.credentials["main_account"] = who.main;
  return out;
}

std::uint64_t chain_of(const rig_options& o) {
  return o.environment == "testnet" ? 326 : o.environment == "staging" ? 327 : 325;
}

} // namespace

std::string identity::signer() const {
  return crypto::to_hex_0x(private_key_of(private_key).address());
}

// -- rig
// --------------------------------------------------------------------------------------------

rig::rig(const rig_options& o)
    : now{o.start},
      signatures{chain_of(o), 1},
      ann{"ann",
          o.ann_sub,
          "2tTESTAPIKEYexample",
          "0x0c1f4c8ee7acd9ea19b91bbb343cbaf6efd58ce1",
          key_of(o.ann_key),
          o.ann_permission},
      ben{"ben", "77", "ben-api-key", "", key_of("K2"), "trade"} {
  const auto& kind = describe_dialect();
  auto settings = kind.core;
  settings.start = now;
  core = std::make_unique<exchange::core>(settings);
  for (auto rules : kind.markets) {
    if (o.min_notional)
      rules.min_notional = *o.min_notional;
    core->add_market(rules);
  }
  dialect_settings d;
  d.now = now;
  d.environment = o.environment;
  d.options = o.options;
  d.accounts = {provision(ann, o.balance), provision(ben, o.balance)};
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
                 const std::vector<header_view>& headers) {
  core->advance(now);
  const request_token token{next_request_++};
  server->on(dialect_request{now, token, {1, "10.0.0.1", true}, method, target, headers, body});
  REQUIRE(sink.answers.contains(token));
  auto out = sink.answers[token];
  sink.answers.clear();
  return out;
}

answer rig::post(std::string_view target, const json& body) {
  return send(http_method::post, target, body.dump(), {{"Content-Type", "application/json"}});
}

answer rig::login(const identity& who) {
  return send(http_method::post, "/auth/api_key/login", json{{"api_key", who.api_key}}.dump(),
              {{"Content-Type", "application/json"}, {"Cookie", "rm=true;"}});
}

answer rig::wallet_login(const identity& who, std::uint32_t nonce, duration ahead) {
  auto by = fields(who, ahead);
  by.nonce = nonce;
  return post("/auth/wallet/login", {{"address", who.signer()},
                                     {"signature", signature(who, signatures.login_hash(by), by)}});
}

const rig::login_state& rig::session(const identity& who) {
  auto& s = sessions_[who.name];
  if (s.cookie.empty()) {
    auto in = login(who);
    REQUIRE_MESSAGE(in.status == 200, in.body);
    const auto set = in.headers["Set-Cookie"];
    s = {set.substr(0, set.find(';')), in.headers["X-Grvt-Account-Id"]};
  }
  return s;
}

answer rig::as(const identity& who, std::string_view target, const json& body) {
  const auto& s = session(who);
  return send(http_method::post, target, body.dump(),
              {{"Content-Type", "application/json"},
               {"Cookie", s.cookie},
               {"X-Grvt-Account-Id", s.account}});
}

// -- orders
// -----------------------------------------------------------------------------------------

server::signature_fields rig::fields(const identity& who, duration ahead) {
  server::signature_fields by;
  by.signer = private_key_of(who.private_key).address();
  by.chain = 325;
  by.nonce = next_nonce_++;
  by.expires = now + ahead;
  return by;
}

json rig::signature(const identity& who, const crypto::bytes32& struct_hash,
                    const server::signature_fields& by) {
  // The domain separator of chain 325, from the specification's table.
  const auto domain = crypto::from_hex_exact<32>(
      "72fe716bb0105cb5a449731f4eb044bed644eb0d796360108a39c47064e17247");
  const auto s = private_key_of(who.private_key)
                     .sign_recoverable(crypto::typed_data_digest(*domain, struct_hash));
  return {{"signer", who.signer()},
          {"r", crypto::to_hex_0x(s.r)},
          {"s", crypto::to_hex_0x(s.s)},
          {"v", 27 + s.recovery_id},
          {"expiration", std::to_string(to_ns(by.expires))},
          {"nonce", by.nonce},
          {"chain_id", "325"}};
}

json rig::signed_order(const identity& who, const order_wish& wish) {
  static const std::map<std::string, std::uint8_t> times{{"GOOD_TILL_TIME", 1},
                                                         {"ALL_OR_NONE", 2},
                                                         {"IMMEDIATE_OR_CANCEL", 3},
                                                         {"FILL_OR_KILL", 4},
                                                         {"RETAIL_PRICE_IMPROVEMENT", 5}};
  auto by = fields(who, std::chrono::hours{1});
  by.nonce = wish.nonce.value_or(by.nonce);
  by.expires = wish.expires.value_or(by.expires);
  server::order_terms t;
  t.sub_account = std::stoull(who.sub_account);
  t.is_market = wish.market;
  t.time_in_force = times.at(wish.tif);
  t.post_only = wish.post_only;
  t.reduce_only = wish.reduce_only;
  t.asset = wish.instrument == "ETH_USDT_Perp" ? 0x030401 : 0x030501;
  t.size = server::scaled(*decimal::parse(wish.size), 9, ~0ULL).value_or(0);
  t.price = wish.at.empty() ? 0 : server::scaled(*decimal::parse(wish.at), 9, ~0ULL).value_or(0);
  t.is_buying = wish.buy;
  if (!wish.builder.empty()) {
    t.builder = crypto::from_hex_exact<20>(crypto::strip_0x(wish.builder));
    t.builder_fee = static_cast<std::uint32_t>(
        server::scaled(*decimal::parse(wish.builder_fee), 4, ~0ULL).value_or(0));
  }
  json leg{{"instrument", wish.instrument}, {"size", wish.size}, {"is_buying_asset", wish.buy}};
  leg["limit_price"] = wish.at.empty() ? json{} : json(wish.at);
  json order{{"sub_account_id", who.sub_account},
             {"is_market", wish.market},
             {"time_in_force", wish.tif},
             {"post_only", wish.post_only},
             {"reduce_only", wish.reduce_only},
             {"legs", json::array({leg})},
             {"signature", signature(who, signatures.order_hash(t, by), by)},
             {"metadata",
              {{"client_order_id", wish.client_id.empty() ? next_client_id() : wish.client_id}}}};
  if (!wish.builder.empty()) {
    order["builder"] = wish.builder;
    order["builder_fee"] = wish.builder_fee;
  }
  return {{"order", order}};
}

answer rig::create(const identity& who, const order_wish& wish) {
  return as(who, "/full/v1/create_order", signed_order(who, wish));
}

json rig::order(const identity& who, const std::string& client_id) {
  return as(who, "/full/v1/order",
            {{"sub_account_id", who.sub_account}, {"client_order_id", client_id}})
      .parsed()["result"];
}

json rig::placed(const identity& who, order_wish wish) {
  if (wish.client_id.empty())
    wish.client_id = next_client_id();
  const auto a = create(who, wish);
  REQUIRE_MESSAGE(a.status == 200, a.body);
  run_for(std::chrono::milliseconds{30});
  return order(who, wish.client_id);
}

// -- streams
// ----------------------------------------------------------------------------------------

stream_token rig::open(std::string_view target, const identity* who) {
  std::vector<header_view> headers;
  if (who) {
    const auto& s = session(*who);
    headers = {{"cookie", s.cookie}, {"x-grvt-account-id", s.account}};
  }
  const stream_token token{next_stream_++};
  core->advance(now);
  server->on(dialect_stream_request{now, token, {2, "10.0.0.1", true}, target, headers});
  return token;
}

void rig::say(stream_token s, std::string_view text) {
  core->advance(now);
  server->on(dialect_frame{now, s, frame_kind::text, text});
}

json rig::ask(stream_token s, const json& message) {
  const auto before = sink.streams[s].frames.size();
  say(s, message.dump());
  REQUIRE(sink.streams[s].frames.size() > before);
  const auto text = sink.streams[s].frames[before];
  sink.streams[s].frames.erase(sink.streams[s].frames.begin()
                               + static_cast<std::ptrdiff_t>(before));
  return json::parse(text, nullptr, false);
}

json rig::subscribe(stream_token s, const std::string& stream, const std::string& selector) {
  return ask(s, {{"jsonrpc", "2.0"},
                 {"method", "subscribe"},
                 {"params", {{"stream", stream}, {"selectors", {selector}}}},
                 {"id", 1}});
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

// -- time and market
// -------------------------------------------------------------------------------

void rig::run_for(duration d) {
  const auto end = now + d;
  for (;;) {
    auto next = core->next_timer().value_or(end + duration{1});
    std::optional<timer_id> fires;
    for (const auto& [id, at] : sink.timers)
      if (at <= next) {
        next = at;
        fires = id;
      }
    if (next > end)
      break;
    now = std::max(now, next);
    core->advance(now);
    if (!fires)
      continue;
    sink.timers.erase(*fires);
    server->on(dialect_timer{now, *fires});
  }
  now = end;
  core->advance(now);
}

void rig::book(const char* bid, const char* bid_size, const char* ask, const char* ask_size) {
  exchange::feed_event e;
  e.time = now;
  e.bids = {{price{*decimal::parse(bid)}, quantity{*decimal::parse(bid_size)}}};
  e.asks = {{price{*decimal::parse(ask)}, quantity{*decimal::parse(ask_size)}}};
  core->apply(now, btc(), e);
}

void rig::trade(const char* at, const char* size, side aggressor) {
  exchange::feed_event e;
  e.what = exchange::feed_event::kind::trade;
  e.time = now;
  e.at = price{*decimal::parse(at)};
  e.size = quantity{*decimal::parse(size)};
  e.aggressor = aggressor;
  core->apply(now, btc(), e);
}

void rig::prices(const char* mark, const char* rate) {
  exchange::feed_event e;
  e.what = exchange::feed_event::kind::prices;
  e.time = now;
  e.mark = price{*decimal::parse(mark)};
  core->apply(now, btc(), e);
  e.clear();
  e.what = exchange::feed_event::kind::funding;
  e.time = now;
  e.rate = *decimal::parse(rate);
  core->apply(now, btc(), e);
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

} // namespace actorbot::venues::grvt::test
