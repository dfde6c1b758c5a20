#include "rig.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::backpack;
using namespace actorbot::venues::backpack::test;

namespace {

http_method method_named(const std::string& name) {
  if (name == "POST")
    return http_method::post;
  return name == "DELETE" ? http_method::del : http_method::get;
}

/// Refused because of who sent it, not because of what was asked.
bool is_stopped_at_the_door(const answer& a) {
  const auto said = a.refusal();
  return said.find("signature") != said.npos || said.find("header") != said.npos
         || said.find("expired") != said.npos || a.status == 401 || a.status == 405
         || said.find("expected a JSON") != said.npos || a.status >= 500;
}

signed_headers headers_of(const json& expected) {
  const auto& h = expected["headers"];
  return {h["X-API-Key"], h["X-Signature"], h["X-Timestamp"], h["X-Window"]};
}

std::string target_of(const json& expected) {
  const auto url = expected["url"].get<std::string>();
  return url.substr(url.find('/', 8));
}

/// The order in a signed text, and its timestamp and window.
std::pair<json, std::pair<std::string, std::string>> read_message(std::string text) {
  json order;
  std::pair<std::string, std::string> times;
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.erase(0, pair.size() + 1);
    const auto name = pair.substr(0, pair.find('='));
    const auto value = pair.substr(name.size() + 1);
    if (name == "timestamp")
      times.first = value;
    else if (name == "window")
      times.second = value;
    else if (name == "clientId" || value == "true")
      order[name] = json::parse(value);
    else if (name != "instruction")
      order[name] = value;
  }
  return {order, times};
}

rig rig_at(std::int64_t ms) {
  rig_options o;
  o.start = from_ms(ms);
  return rig{o};
}

} // namespace

TEST_CASE("requests signed by others are let in, and any change of them is refused") {
  std::size_t count = 0;
  for (const auto& c : vectors()["cases"]) {
    const auto kind = c["kind"].get<std::string>();
    if ((kind != "rest" && kind != "rest-batch") || c["input"]["method"] == "PATCH")
      continue;
    INFO(c["name"].get<std::string>());
    const auto& e = c["expected"];
    const auto method = method_named(c["input"]["method"]);
    const auto body = e.value("exampleBody", std::string{});
    auto r = rig_at(c["input"]["timestamp"].get<std::int64_t>());
    const auto good = r.send(method, target_of(e), body, headers_of(e));
    CHECK_MESSAGE(!is_stopped_at_the_door(good), good.refusal());

    auto headers = headers_of(e);
    headers.signature[10] = headers.signature[10] == 'A' ? 'B' : 'A';
    CHECK(r.send(method, target_of(e), body, headers).refusal()
          == "400 INVALID_CLIENT_REQUEST Invalid signature");
    headers = headers_of(e);
    headers.window = headers.window == "5000" ? "5001" : "5000";
    CHECK(r.send(method, target_of(e), body, headers).refusal()
          == "400 INVALID_CLIENT_REQUEST Invalid signature");
    headers = headers_of(e);
    headers.api_key = vectors()["keys"][c["input"]["key"] == "A" ? "B" : "A"]["apiKeyBase64"];
    CHECK(r.send(method, target_of(e), body, headers).refusal()
          == "400 INVALID_CLIENT_REQUEST Invalid signature");
    ++count;
  }
  CHECK(count >= 30);
}

TEST_CASE("a signature holds for the text that the server makes itself, and for no other") {
  std::optional<std::string> untouched;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "verify")
      continue;
    INFO(c["name"].get<std::string>());
    const auto& input = c["input"];
    if (!untouched)
      untouched = input["message"].get<std::string>();
    const auto [order, times] = read_message(input["message"]);
    const signed_headers headers{input["apiKeyBase64"], input["signatureBase64"], times.first,
                                 times.second};
    auto r = rig_at(1'750'793'021'519);
    const auto a = r.send(http_method::post, "/api/v1/order", order.dump(), headers);
    // Order and prefix of the text are the server's: a client that only got those wrong passes.
    const auto own = rig::text_of("orderExecute", order) + "&timestamp=" + times.first
                     + "&window=" + times.second;
    const bool same_text = own == *untouched && input["message"] != *untouched;
    const bool expected = c["expected"]["valid"].get<bool>() || same_text;
    CHECK_MESSAGE(is_stopped_at_the_door(a) != expected, a.refusal());
    ++(expected ? accepted : refused);
  }
  CHECK(accepted == 3);
  CHECK(refused == 7);
}

TEST_CASE("private subscriptions signed by others are let in, with any names") {
  std::size_t count = 0;
  for (const auto& c : vectors()["cases"]) {
    if (c["kind"] != "ws-subscribe")
      continue;
    INFO(c["name"].get<std::string>());
    auto r = rig_at(c["input"]["timestamp"].get<std::int64_t>());
    const auto s = r.open();
    r.say(s, c["expected"]["message"].dump());
    r.say(s, with(c["expected"]["message"], {{"params", {"account.positionUpdate.ETH_USDC_PERP"}}})
                 .dump());
    CHECK(r.frames(s).empty());
    auto changed = c["expected"]["message"];
    changed["signature"][3] = "4999";
    r.say(s, changed.dump());
    const auto refused = r.frames(s);
    REQUIRE(refused.size() == 1);
    CHECK(refused[0]["error"]["message"] == "Invalid signature");
    ++count;
  }
  CHECK(count == 2);
}

TEST_CASE("a request is valid up to the last millisecond of its window, on both sides") {
  rig r;
  const auto headers = r.sign("instruction=balanceQuery");
  const auto at = [&](std::int64_t ms) {
    rig_options o;
    o.start = r.now + std::chrono::milliseconds{ms};
    return rig{o}.send(http_method::get, "/api/v1/capital", {}, headers).refusal();
  };
  CHECK(at(5000).starts_with("200"));
  CHECK(at(5001) == "400 INVALID_CLIENT_REQUEST Request has expired");
  CHECK(at(-5000).starts_with("200"));
  CHECK(at(-5001) == "400 INVALID_CLIENT_REQUEST Request timestamp is in the future");
}

TEST_CASE("the window header may be left out when the text says 5000, not the other way round") {
  rig r;
  auto headers = r.sign("instruction=balanceQuery");
  headers.window.clear();
  CHECK(r.send(http_method::get, "/api/v1/capital", {}, headers).status == 200);
  headers = r.sign("instruction=balanceQuery", "A", "6000");
  headers.window.clear();
  CHECK(r.send(http_method::get, "/api/v1/capital", {}, headers).status == 400);
  headers = r.sign("instruction=balanceQuery", "A", "60000");
  CHECK(r.send(http_method::get, "/api/v1/capital", {}, headers).status == 200);
  headers = r.sign("instruction=balanceQuery", "A", "60001");
  CHECK(r.send(http_method::get, "/api/v1/capital", {}, headers).refusal()
        == "400 INVALID_CLIENT_REQUEST Invalid X-Window header");
}

TEST_CASE("headers that are missing or malformed are named") {
  rig r;
  const auto good = r.sign("instruction=balanceQuery");
  const auto said = [&](signed_headers h) {
    return r.send(http_method::get, "/api/v1/capital", {}, h).refusal();
  };
  const std::string start = "400 INVALID_CLIENT_REQUEST Invalid ";
  auto h = good;
  h.api_key = "not base64";
  CHECK(said(h) == start + "X-API-Key header");
  h = good;
  h.signature = "AAAA";
  CHECK(said(h) == start + "X-Signature header");
  h.signature.clear();
  CHECK(said(h) == start + "X-Signature header");
  h = good;
  h.timestamp = "yesterday";
  CHECK(said(h) == start + "X-Timestamp header");
  h = good;
  h.window = "-1";
  CHECK(said(h) == start + "X-Window header");
  h = good;
  h.api_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  CHECK(said(h) == "401 UNAUTHORIZED Unauthorized");
  CHECK(r.send(http_method::get, "/api/v1/capital").status == 400);
}

TEST_CASE("null members and key order do not matter, explicit false does") {
  rig r;
  const auto text
      = "instruction=orderExecute&orderType=Limit&postOnly=false&price=59995&quantity=0.01"
        "&side=Bid&symbol=BTC_USDC_PERP";
  const auto headers = r.sign(text);
  const auto* body = R"({ "symbol" : "BTC_USDC_PERP", "side":"Bid","clientId":null,
    "quantity":"0.01", "price":"59995","postOnly":false,"orderType":"Limit"})";
  CHECK(r.send(http_method::post, "/api/v1/order", body, headers).status == 200);
  const auto* without = R"({"symbol":"BTC_USDC_PERP","side":"Bid",
    "quantity":"0.01", "price":"59995","orderType":"Limit"})";
  CHECK(r.send(http_method::post, "/api/v1/order", without, headers).refusal()
        == "400 INVALID_CLIENT_REQUEST Invalid signature");
}

TEST_CASE("values are signed as they are, not percent-encoded") {
  rig r;
  const auto headers = r.sign("instruction=orderQueryAll&symbol=BTC_USDC_PERP");
  CHECK(r.send(http_method::get, "/api/v1/orders?symbol=BTC%5FUSDC_PERP", {}, headers).status
        == 200);
  const auto encoded = r.sign("instruction=orderQueryAll&symbol=BTC%5FUSDC_PERP");
  CHECK(r.send(http_method::get, "/api/v1/orders?symbol=BTC%5FUSDC_PERP", {}, encoded).status
        == 400);
}

TEST_CASE("settings that make no account are refused at the start") {
  const auto& kind = describe_dialect();
  memory_sink sink;
  const auto make = [&](std::map<std::string, std::string> credentials,
                        std::map<std::string, std::string> options = {}) {
    exchange::core core{kind.core};
    dialect_settings d;
    d.accounts = {{"x", std::move(credentials), 1, {}, {}}};
    d.options = std::move(options);
    kind.make(core, d, sink);
  };
  const auto& a = vectors()["keys"]["A"];
  const auto& b = vectors()["keys"]["B"];
  CHECK_NOTHROW(make({{"api_key", a["apiKeyBase64"]}, {"secret", a["secretBase64"]}}));
  CHECK_THROWS_AS(make({}), std::invalid_argument);
  CHECK_THROWS_AS(make({{"api_key", "abc"}}), std::invalid_argument);
  CHECK_THROWS_AS(make({{"api_key", a["apiKeyBase64"]}, {"secret", b["secretBase64"]}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(make({{"wallet", "0x1"}}), std::invalid_argument);
  CHECK_THROWS_AS(make({{"api_key", a["apiKeyBase64"]}}, {{"colour", "red"}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(make({{"api_key", a["apiKeyBase64"]}}, {{"leverage_limit", "0"}}),
                  std::invalid_argument);
}
