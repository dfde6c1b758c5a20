#include "rig.hpp"

#include "venues/crypto/base64.hpp"
#include "venues/crypto/ed25519.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

namespace actorbot::venues::backpack::test {

std::string answer::refusal() const {
  const auto j = parsed();
  const auto said = j.is_object() && j.contains("code")
                        ? j["code"].get<std::string>() + " " + j["message"].get<std::string>()
                        : body;
  return std::to_string(status) + " " + said;
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

void memory_sink::refuse(stream_token s, unsigned status, std::string_view) {
  streams[s].refused = status;
}

void memory_sink::send(stream_token s, frame_kind, std::string_view data) {
  REQUIRE(streams[s].accepted);
  streams[s].frames.emplace_back(data);
}

// -- keys
// -------------------------------------------------------------------------------------------

const json& vectors() {
  static const json loaded = [] {
    std::ifstream file{ACTORBOT_TEST_DATA "/vectors/backpack.json"};
    REQUIRE(file);
    return json::parse(file);
  }();
  return loaded;
}

namespace {

crypto::bytes32 seed_of(const std::string& key) {
  const auto raw = crypto::from_base64(vectors()["keys"][key]["secretBase64"].get<std::string>());
  REQUIRE(raw);
  crypto::bytes32 out{};
  std::copy_n(raw->begin(), 32, out.begin());
  return out;
}

std::string plain(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string query_of(const json& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters.items())
    out += (out.empty() ? "?" : "&") + name + "=" + plain(value);
  return out;
}

} // namespace

// -- rig
// --------------------------------------------------------------------------------------------

rig::rig(const rig_options& o) : now{o.start} {
  const auto& kind = describe_dialect();
  auto settings = kind.core;
  settings.start = now;
  core = std::make_unique<exchange::core>(settings);
  for (const auto& rules : kind.markets)
    core->add_market(rules);
  dialect_settings d;
  d.now = now;
  d.options = o.options;
  const auto& keys = vectors()["keys"];
  d.accounts = {{"ann", {{"api_key", keys["A"]["apiKeyBase64"]}}, o.balance, {}, {}},
                {"ben", {{"secret", keys["B"]["secretSeedAndPublicBase64"]}}, o.balance, {}, {}}};
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
                 const std::optional<signed_headers>& headers) {
  core->advance(now);
  std::vector<header_view> list;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty())
      list.push_back({name, value});
  };
  if (headers) {
    add("X-API-Key", headers->api_key);
    add("X-SIGNATURE", headers->signature);
    add("x-timestamp", headers->timestamp);
    add("X-Window", headers->window);
  }
  const request_token token{next_request_++};
  server->on(dialect_request{now, token, {1, "10.0.0.1", true}, method, target, list, body});
  REQUIRE(sink.answers.contains(token));
  auto out = sink.answers[token];
  sink.answers.clear();
  return out;
}

signed_headers rig::sign(const std::string& text, const std::string& key,
                         const std::string& window) const {
  signed_headers out;
  out.timestamp = std::to_string(to_ms(now));
  out.window = window;
  crypto::ed25519_private_key secret{seed_of(key)};
  out.api_key = crypto::to_base64(secret.public_key());
  const auto whole = text + "&timestamp=" + out.timestamp + "&window=" + window;
  out.signature = crypto::to_base64(secret.sign(crypto::as_bytes(whole)));
  return out;
}

std::string rig::text_of(const std::string& instruction, const json& parameters) {
  auto out = "instruction=" + instruction;
  for (const auto& [name, value] : parameters.items()) // a std::map: sorted by bytes
    if (!value.is_null())
      out += "&" + name + "=" + plain(value);
  return out;
}

answer rig::call(http_method method, const std::string& path, const std::string& instruction,
                 const json& parameters, const std::string& key) {
  const auto headers = sign(text_of(instruction, parameters), key);
  if (method == http_method::get)
    return send(method, path + query_of(parameters), {}, headers);
  return send(method, path, parameters.dump(), headers);
}

answer rig::place(const json& order, const std::string& key) {
  return call(http_method::post, "/api/v1/order", "orderExecute", order, key);
}

answer rig::batch(const json& orders) {
  std::string text;
  for (const auto& order : orders)
    text += (text.empty() ? "" : "&") + text_of("orderExecute", order);
  return send(http_method::post, "/api/v1/orders", orders.dump(), sign(text));
}

answer rig::cancel(const json& parameters, const std::string& key) {
  return call(http_method::del, "/api/v1/order", "orderCancel", parameters, key);
}

answer rig::get(const std::string& path, const std::string& instruction, const json& parameters,
                const std::string& key) {
  return call(http_method::get, path, instruction, parameters, key);
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

stream_token rig::listen(const std::vector<std::string>& names, const std::string& key) {
  const auto s = open();
  REQUIRE(sink.streams[s].accepted);
  json message{{"method", "SUBSCRIBE"}, {"params", names}};
  if (std::any_of(names.begin(), names.end(),
                  [](const auto& n) { return n.starts_with("account."); })) {
    const auto h = sign("instruction=subscribe", key);
    message["signature"] = {h.api_key, h.signature, h.timestamp, h.window};
  }
  say(s, message.dump());
  return s;
}

void rig::run_for(duration d) {
  const auto end = now + d;
  for (;;) {
    auto next = core->next_timer().value_or(timestamp::max());
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
    if (fires) {
      sink.timers.erase(*fires);
      server->on(dialect_timer{now, *fires});
    }
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

// -- orders and shapes
// ------------------------------------------------------------------------------

json limit_order(const char* side, const char* size, const char* at) {
  return {{"symbol", "BTC_USDC_PERP"},
          {"side", side},
          {"orderType", "Limit"},
          {"quantity", size},
          {"price", at}};
}

json market_order(const char* side, const char* size) {
  return {{"symbol", "BTC_USDC_PERP"}, {"side", side}, {"orderType", "Market"}, {"quantity", size}};
}

json with(json base, const json& more) {
  base.update(more);
  return base;
}

std::string shape_difference(const json& expected, const json& found, const std::string& at) {
  const auto kind = [](const json& j) {
    return j.is_number() ? std::string{"number"} : std::string{j.type_name()};
  };
  if (expected.is_null())
    return found.is_structured() ? at + ": expected a scalar" : std::string{};
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

} // namespace actorbot::venues::backpack::test
