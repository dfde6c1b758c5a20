#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::aster::test;

namespace {

constexpr auto get = http_method::get;
constexpr auto post = http_method::post;

/// The first second of a minute, so that windows are not cut by chance.
rig_options at_full_minute() {
  rig_options o;
  o.start = from_ms(1'768'185'240'000);
  return o;
}

} // namespace

TEST_CASE("weight is counted as documented and shown in every answer") {
  rig r{at_full_minute()};
  std::uint32_t used = 0;
  const auto costs = [&](const answer& a, std::uint32_t weight) {
    used += weight;
    CHECK(a.headers.at("X-MBX-USED-WEIGHT-1M") == std::to_string(used));
  };
  costs(r.send(get, "/fapi/v1/time"), 1);
  costs(r.send(get, "/fapi/v1/depth?symbol=BTCUSDT&limit=5"), 2);
  costs(r.send(get, "/fapi/v1/depth?symbol=BTCUSDT&limit=100"), 5);
  costs(r.send(get, "/fapi/v1/depth?symbol=BTCUSDT"), 10);
  costs(r.send(get, "/fapi/v1/depth?symbol=BTCUSDT&limit=1000"), 20);
  costs(r.send(get, "/fapi/v1/ticker/bookTicker"), 2);
  costs(r.send(get, "/fapi/v1/ticker/24hr"), 40);
  costs(r.v1(get, "/fapi/v1/openOrders"), 40);
  costs(r.v1(get, "/fapi/v1/openOrders", {{"symbol", "BTCUSDT"}}), 1);
  costs(r.v1(get, "/fapi/v2/balance"), 5);
  costs(r.v1(get, "/fapi/v1/income"), 30);
  costs(r.send(get, "/nowhere"), 1);
}

TEST_CASE("too much weight is 429, going on is 418, and both pass") {
  auto o = at_full_minute();
  o.options = {{"weight_limit", "10"}, {"ban_after", "3"}, {"ban_seconds", "120"}};
  rig r{o};
  for (int i = 0; i < 10; ++i)
    CHECK(r.send(get, "/fapi/v1/time").status == 200);
  for (int i = 0; i < 3; ++i) {
    const auto refused = r.send(get, "/fapi/v1/time");
    CHECK(refused.status == 429);
    CHECK(refused.code() == -1003);
    CHECK(refused.headers.contains("Retry-After"));
  }
  CHECK(r.send(get, "/fapi/v1/time").status == 418);
  r.run_for(std::chrono::seconds{60});
  CHECK(r.send(get, "/fapi/v1/time").status == 418);
  CHECK(r.send(get, "/fapi/v1/time").code() == -1003);
  r.run_for(std::chrono::seconds{60});
  CHECK(r.send(get, "/fapi/v1/time").status == 200);
}

TEST_CASE("orders are counted per account, batches by their length, and shown") {
  auto o = at_full_minute();
  o.options = {{"order_limit_10s", "5"}, {"order_limit_1m", "8"}};
  rig r{o};
  const auto place = [&](const identity& who) {
    return r.v3(post, "/fapi/v3/order", limit_order("BUY", "0.012", "59990.0"), &who);
  };
  const auto first = place(r.ann);
  CHECK(first.headers.at("X-MBX-ORDER-COUNT-1M") == "1");
  CHECK(first.headers.at("X-MBX-ORDER-COUNT-10S") == "1");
  const std::string one = R"({"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"0.012",)"
                          R"("price":"59990.0","timeInForce":"GTC"})";
  const auto batch = r.v3(post, "/fapi/v3/batchOrders",
                          {{"batchOrders", "[" + one + "," + one + "," + one + "," + one + "]"}});
  CHECK(batch.headers.at("X-MBX-ORDER-COUNT-10S") == "5");
  const auto refused = place(r.ann);
  CHECK(refused.status == 429);
  CHECK(refused.code() == -1015);
  CHECK(place(r.ben).status == 200);
  r.run_for(std::chrono::seconds{10});
  CHECK(place(r.ann).status == 200);
  CHECK(place(r.ann).status == 200);
  CHECK(place(r.ann).code() == -1015);
  r.run_for(std::chrono::seconds{50});
  CHECK(place(r.ann).status == 200);
}

TEST_CASE("listen keys: one an account, an hour each, renewed, closed and told when over") {
  rig r;
  const auto key = r.listen_key(r.ann);
  CHECK(key.size() == 64);
  CHECK(r.listen_key(r.ann) == key);
  CHECK(r.listen_key(r.ben) != key);
  const auto s = r.open("/ws/" + key);
  const auto renew
      = [&] { return r.send(http_method::put, "/fapi/v1/listenKey", {}, r.ann.api_key); };
  r.run_for(std::chrono::minutes{59});
  CHECK(renew().body == "{}");
  r.run_for(std::chrono::minutes{59});
  CHECK(r.v3(http_method::put, "/fapi/v3/listenKey", {{"listenKey", key}}).body == "{}");
  CHECK(r.listen_key(r.ann) == key); // asking again renews as well
  r.run_for(std::chrono::minutes{59});
  CHECK(r.frames(s).empty());
  r.run_for(std::chrono::minutes{1});
  const auto told = r.frames(s);
  REQUIRE(told.size() == 1);
  CHECK(told[0]["e"] == "listenKeyExpired");
  CHECK(renew().code() == -1125);
  // The stream stays open and says nothing any more.
  r.v1(post, "/fapi/v1/order", limit_order("BUY", "0.012", "59990.0"));
  CHECK(r.frames(s).empty());
  CHECK_FALSE(r.sink.streams[s].closed);

  const auto next = r.listen_key(r.ann);
  CHECK(next != key);
  const auto t = r.open("/ws/" + next);
  CHECK(r.sink.streams[t].accepted);
  const auto old = r.open("/ws/" + key);
  CHECK(r.sink.streams[old].refused == 400U);
  CHECK(json::parse(r.sink.streams[old].refusal)["code"] == -1125);
  CHECK(r.send(http_method::del, "/fapi/v1/listenKey", {}, r.ann.api_key).body == "{}");
  CHECK(r.sink.streams[t].closed);
  CHECK(r.send(http_method::del, "/fapi/v1/listenKey", {}, r.ann.api_key).code() == -1125);
}

TEST_CASE("listen key calls: V1 needs the key only and tolerates more, V3 needs a signature") {
  rig r;
  CHECK(r.send(post, "/fapi/v1/listenKey").code() == -2014);
  const auto extra = r.send(post, "/fapi/v1/listenKey", "timestamp=1&signature=00", r.ann.api_key);
  CHECK(extra.status == 200);
  CHECK(r.send(post, "/fapi/v3/listenKey", "{}", {}, "application/json").code() == -1102);
  CHECK(r.v3(post, "/fapi/v3/listenKey").parsed()["listenKey"] == extra.parsed()["listenKey"]);
}
