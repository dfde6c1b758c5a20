#include "rig.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::aster::test;

namespace {

constexpr auto get = http_method::get;

json reply_to(rig& r, stream_token s, const std::string& text) {
  r.frames(s);
  r.say(s, text);
  const auto f = r.frames(s);
  REQUIRE_FALSE(f.empty());
  r.run_for(std::chrono::seconds{1}); // never more than ten messages a second
  return f[0];
}

} // namespace

TEST_CASE("subscriptions: made, listed, ended, with and without an id") {
  rig r;
  const auto s = r.open("/ws");
  CHECK(reply_to(r, s,
                 R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker","ethusdt@depth"],"id":1})")
        == json::parse(R"({"result":null,"id":1})"));
  CHECK(reply_to(r, s, R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker"]})")
        == json::parse(R"({"result":null,"id":null})"));
  CHECK(reply_to(r, s, R"({"method":"LIST_SUBSCRIPTIONS","id":3})")
        == json::parse(R"({"result":["btcusdt@bookTicker","ethusdt@depth"],"id":3})"));
  r.book("60000.0", "2", "60000.1", "1");
  CHECK(r.frames(s).size() == 1);
  CHECK(reply_to(r, s, R"({"method":"UNSUBSCRIBE","params":["btcusdt@bookTicker"],"id":4})")["id"]
        == 4);
  r.book("60000.0", "3", "60000.1", "1");
  CHECK(r.frames(s).empty());
  CHECK(reply_to(r, s, R"({"method":"GET_PROPERTY","params":["combined"],"id":5})")["result"]
        == false);
  CHECK(reply_to(r, s, R"({"method":"SET_PROPERTY","params":["combined",true],"id":6})")["id"]
        == 6);
  CHECK(reply_to(r, s, R"({"method":"GET_PROPERTY","params":["combined"],"id":7})")["result"]
        == true);
}

TEST_CASE("wrong messages get the documented error codes") {
  rig r;
  const auto s = r.open("/stream");
  const auto code = [&](const std::string& text) { return reply_to(r, s, text)["code"]; };
  CHECK(code("nonsense") == 3);
  CHECK(code("[1,2]") == 2);
  CHECK(code(R"({"params":["btcusdt@depth"],"id":1})") == 2);
  CHECK(code(R"({"method":"JUMP","id":1})") == 2);
  CHECK(code(R"({"method":"SUBSCRIBE","params":["btcusdt@depth"],"id":"one"})") == 2);
  CHECK(code(R"({"method":"SUBSCRIBE","params":["btcusdt@depth"],"id":-1})") == 2);
  CHECK(code(R"({"method":"SUBSCRIBE","params":[],"id":1})") == 2);
  CHECK(code(R"({"method":"SUBSCRIBE","params":[7],"id":1})") == 2);
  CHECK(code(R"({"method":"SUBSCRIBE","params":["BTCUSDT@depth"],"id":1})") == 2);
  CHECK(code(R"({"method":"SUBSCRIBE","params":["btcusdt@depth7"],"id":1})") == 2);
  CHECK(code(R"({"method":"SET_PROPERTY","params":["combined","yes"],"id":1})") == 1);
  CHECK(code(R"({"method":"SET_PROPERTY","params":["speed",true],"id":1})") == 0);
  CHECK(code(R"({"method":"GET_PROPERTY","params":[],"id":1})") == 2);
}

TEST_CASE("streams in the target: raw, combined, unknown") {
  rig r;
  const auto raw = r.open("/ws/btcusdt@bookTicker");
  const auto combined = r.open("/stream?streams=btcusdt@bookTicker/%21bookTicker");
  r.book("60000.0", "2", "60000.1", "1");
  CHECK(r.frames(raw)[0]["B"] == "2.000");
  const auto wrapped = r.frames(combined);
  REQUIRE(wrapped.size() == 2);
  CHECK(wrapped[0]["stream"] == "!bookTicker");
  CHECK(wrapped[1]["stream"] == "btcusdt@bookTicker");
  CHECK(wrapped[1]["data"]["B"] == "2.000");
  for (const auto* wrong : {"/ws/btcusdt@nothing", "/stream?streams=xxxusdt@depth", "/ws/abcdef"})
    CHECK(r.sink.streams[r.open(wrong)].refused == 400U);
  CHECK(r.sink.streams[r.open("/socket")].refused == 404U);
}

TEST_CASE("an eleventh message in a second closes the connection") {
  rig r;
  const auto s = r.open("/ws");
  for (int i = 0; i < 10; ++i)
    r.say(s, R"({"method":"LIST_SUBSCRIPTIONS","id":1})");
  CHECK_FALSE(r.sink.streams[s].closed);
  r.say(s, R"({"method":"LIST_SUBSCRIPTIONS","id":1})");
  CHECK(r.sink.streams[s].closed == 1008);
  r.say(s, "too late"); // nobody there: no frame, no crash
}

TEST_CASE("a connection is pinged every five minutes and ends after a day") {
  rig r;
  const auto s = r.open("/ws/btcusdt@bookTicker");
  r.run_for(std::chrono::minutes{11});
  CHECK(r.sink.streams[s].pings == 2);
  r.run_for(std::chrono::hours{23});
  CHECK_FALSE(r.sink.streams[s].closed);
  r.run_for(std::chrono::hours{1});
  CHECK(r.sink.streams[s].closed);
}

TEST_CASE("mark prices come every three seconds or every second, for one or for all") {
  rig r;
  const auto three = r.open("/ws/btcusdt@markPrice");
  const auto one = r.open("/ws/!markPrice@arr@1s");
  r.run_for(std::chrono::seconds{9});
  CHECK(r.frames(three).size() == 3);
  const auto all = r.frames(one);
  CHECK(all.size() == 9);
  CHECK(all[0].size() == 1); // the other markets have no mark price yet
  CHECK(all[0][0]["r"] == "0.00010000");
  r.prices("3000", "0.0002", "ETHUSDT");
  r.run_for(std::chrono::seconds{1});
  CHECK(r.frames(one).back().size() == 2);
}

TEST_CASE("a depth stream has no hole, and a book kept from it is the book") {
  for (const auto* speed : {"", "@100ms", "@500ms"}) {
    rig r;
    const auto s = r.open("/ws/btcusdt@depth" + std::string{speed});
    r.book("59999.9", "1", "60000.2", "1");
    r.run_for(std::chrono::seconds{1});
    const auto start = r.send(get, "/fapi/v1/depth?symbol=BTCUSDT&limit=1000").parsed();
    const auto last_id = start["lastUpdateId"].get<std::uint64_t>();
    std::map<std::string, std::string> bids;
    for (const auto& l : start["bids"])
      bids[l[0]] = l[1];
    r.frames(s);
    for (int i = 0; i < 40; ++i) {
      r.book(i % 2 ? "59999.9" : "59998.5", i % 3 ? "2.5" : "0", "60000.2", i % 5 ? "1" : "3");
      r.run_for(std::chrono::milliseconds{70});
    }
    r.run_for(std::chrono::seconds{1});
    std::uint64_t previous = last_id;
    const auto frames = r.frames(s);
    CHECK(frames.size() >= 5);
    for (const auto& f : frames) {
      CHECK(f["pu"] == previous);
      CHECK(f["U"].get<std::uint64_t>() == previous + 1);
      CHECK(f["u"].get<std::uint64_t>() >= f["U"].get<std::uint64_t>());
      previous = f["u"];
      for (const auto& l : f["b"]) {
        const auto at = l[0].get<std::string>();
        const auto size = l[1].get<std::string>();
        if (decimal::parse(size)->is_zero())
          bids.erase(at);
        else
          bids[at] = size;
      }
    }
    const auto end = r.send(get, "/fapi/v1/depth?symbol=BTCUSDT&limit=1000").parsed();
    CHECK(end["lastUpdateId"] == previous);
    CHECK(end["bids"].size() == bids.size());
    for (const auto& l : end["bids"])
      CHECK(bids[l[0]] == l[1]);
  }
}

TEST_CASE("partial depth gives the whole top, the first time without waiting for a change") {
  rig r;
  const auto s = r.open("/stream?streams=btcusdt@depth5");
  r.run_for(std::chrono::milliseconds{300});
  auto f = r.frames(s);
  REQUIRE(f.size() == 1);
  CHECK(f[0]["data"]["b"].size() == 2);
  r.run_for(std::chrono::seconds{1});
  CHECK(r.frames(s).empty());
  r.book("59999.0", "1", "60000.1", "1");
  r.run_for(std::chrono::milliseconds{300});
  f = r.frames(s);
  REQUIRE(f.size() == 1);
  CHECK(f[0]["data"]["b"].size() == 3);
}

TEST_CASE("trades of one taker at one price are one aggregate trade") {
  rig r;
  for (const auto* at : {"59995.0", "59995.0", "59994.0"})
    r.v1(http_method::post, "/fapi/v1/order", limit_order("BUY", "0.010", at));
  r.book("60000.0", "0", "60000.1", "1");
  const auto s = r.open(
      "/ws/btcusdt@aggTrade/btcusdt@trade/btcusdt@kline_1m/btcusdt@ticker/!miniTicker@arr");
  r.v1(http_method::post, "/fapi/v1/order", limit_order("SELL", "0.030", "59990.0", "IOC"), &r.ben);
  r.run_for(std::chrono::seconds{2});
  std::map<std::string, std::size_t> seen;
  for (const auto& f : r.frames(s)) {
    const auto kind = f.is_array() ? f[0]["e"] : f["e"];
    ++seen[kind];
    if (kind == "aggTrade" && seen["aggTrade"] == 1) {
      CHECK(f["q"] == "0.020");
      CHECK(f["l"].get<std::uint64_t>() == f["f"].get<std::uint64_t>() + 1);
      CHECK(f["m"] == true);
    }
    if (kind == "kline")
      CHECK(f["k"]["n"] == 3);
  }
  CHECK(seen["trade"] == 3);
  CHECK(seen["aggTrade"] == 2);
  CHECK(seen["kline"] == 1);
  CHECK(seen["24hrTicker"] == 2);
  CHECK(seen["24hrMiniTicker"] == 2);
}

TEST_CASE("a liquidation is told to its account and to the forced-order stream") {
  rig_options o;
  o.balance = 1000;
  rig r{o};
  CHECK(r.v1(http_method::post, "/fapi/v1/leverage", {{"symbol", "BTCUSDT"}, {"leverage", "50"}})
            .status
        == 200);
  CHECK(r.v1(http_method::post, "/fapi/v1/order", limit_order("BUY", "0.500", "60000.1")).status
        == 200);
  const auto user = r.user_stream(r.ann);
  const auto forced = r.open("/ws/!forceOrder@arr");
  r.book("60000.0", "0", "60000.1", "0");
  r.book("59990.0", "0", "60010.0", "0");
  r.book("58000.0", "10", "58100.0", "10");
  r.prices("58050", "0.0001");
  const auto told = r.frames(user);
  REQUIRE(told.size() >= 3);
  CHECK(told[0]["o"]["o"] == "LIQUIDATION");
  CHECK(told[0]["o"]["c"].get<std::string>().starts_with("autoclose-"));
  const auto seen = r.frames(forced);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0]["o"]["S"] == "SELL");
}
