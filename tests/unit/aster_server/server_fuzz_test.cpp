#include "rig.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::aster::test;

/// Whatever a client sends is answered once, with JSON, and nothing throws.
namespace {

using engine = std::mt19937_64;

std::size_t below(engine& chance, std::size_t n) { return static_cast<std::size_t>(chance() % n); }

template <class T>
const T& pick(engine& chance, const std::vector<T>& from) {
  return from[below(chance, from.size())];
}

std::string mutated(engine& chance, std::string text) {
  for (auto n = 1 + below(chance, 4); n > 0; --n) {
    const auto at = below(chance, text.size() + 1);
    switch (below(chance, 5)) {
    case 0:
      text.insert(at, 1, static_cast<char>(below(chance, 256)));
      break;
    case 1:
      if (!text.empty())
        text.erase(below(chance, text.size()), 1 + below(chance, 8));
      break;
    case 2:
      if (!text.empty())
        text[below(chance, text.size())] = static_cast<char>(below(chance, 256));
      break;
    case 3:
      text.insert(at, pick<std::string>(chance, {"&", "=", "%", "%00", "\"", "[", "{", "'"}));
      break;
    default:
      text += text.substr(at);
      break;
    }
  }
  return text;
}

const std::vector<std::string> paths{"/fapi/v3/order",
                                     "/fapi/v3/batchOrders",
                                     "/fapi/v3/allOpenOrders",
                                     "/fapi/v3/openOrders",
                                     "/fapi/v3/openOrder",
                                     "/fapi/v3/allOrders",
                                     "/fapi/v3/userTrades",
                                     "/fapi/v3/income",
                                     "/fapi/v3/leverage",
                                     "/fapi/v3/balance",
                                     "/fapi/v3/positionRisk",
                                     "/fapi/v3/account",
                                     "/fapi/v3/countdownCancelAll",
                                     "/fapi/v3/commissionRate",
                                     "/fapi/v3/leverageBracket",
                                     "/fapi/v3/listenKey",
                                     "/fapi/v3/marginType",
                                     "/fapi/v3/positionSide/dual",
                                     "/fapi/v3/stpMode",
                                     "/fapi/v3/depth",
                                     "/fapi/v3/klines",
                                     "/fapi/v3/fundingRate",
                                     "/fapi/v3/aggTrades",
                                     "/fapi/v3/positionMargin",
                                     "/fapi/v3/noop",
                                     "/fapi/v3/ticker/24hr"};

const std::vector<std::string> names{"symbol",
                                     "side",
                                     "type",
                                     "timeInForce",
                                     "quantity",
                                     "price",
                                     "orderId",
                                     "reduceOnly",
                                     "limit",
                                     "startTime",
                                     "endTime",
                                     "fromId",
                                     "leverage",
                                     "interval",
                                     "marginType",
                                     "countdownTime",
                                     "origClientOrderId",
                                     "newClientOrderId",
                                     "batchOrders",
                                     "orderIdList",
                                     "origClientOrderIdList",
                                     "incomeType",
                                     "stpMode",
                                     "amount",
                                     "dualSidePosition",
                                     "newOrderRespType",
                                     "positionSide"};

const std::vector<std::string> values{
    "BTCUSDT",
    "SOLUSDT",
    "BUY",
    "SELL",
    "LIMIT",
    "MARKET",
    "GTC",
    "IOC",
    "FOK",
    "GTX",
    "0.010",
    "59995.0",
    "60000.1",
    "1",
    "0",
    "-1",
    "true",
    "false",
    "1m",
    "1000000000",
    "99999999999999999999",
    "0.000000000000000001",
    "18446744073709551615",
    "9223372036854775808",
    "1e400",
    "\xff\xfe",
    "\"",
    "[]",
    "[1,2,3]",
    R"([{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"0.01"}])",
    "[[[[[[[[",
    "{}",
    "ISOLATED",
    "EXPIRE_BOTH",
    "c-1",
    "c-2",
    "17338441758",
    "RESULT",
    "LONG",
    std::string(3000, '9'),
    std::string(3000, '[')};

http_method any_method(engine& chance) {
  return pick<http_method>(
      chance, {http_method::get, http_method::post, http_method::put, http_method::del});
}

void check_answer(const answer& a, const std::string& what) {
  INFO(what);
  CHECK(a.status >= 200);
  CHECK(a.status < 500);
  CHECK(!a.parsed().is_discarded());
}

rig_options unlimited() {
  rig_options o;
  o.options = {{"weight_limit", "0"}, {"order_limit_1m", "0"}, {"order_limit_10s", "0"}};
  return o;
}

} // namespace

TEST_CASE("mutated requests are answered and harm nothing") {
  rig r{unlimited()};
  engine chance{7};
  const auto good = limit_order("BUY", "0.010", "59995.0");
  for (int i = 0; i < 3000; ++i) {
    const bool v1 = below(chance, 2) == 0;
    const auto text
        = mutated(chance, v1 ? r.v1_signed(good, r.ann) : "symbol=BTCUSDT&limit=5&nonce=1");
    const std::string path = v1 ? "/fapi/v1/order" : pick(chance, paths);
    const bool in_query = below(chance, 2) == 0;
    const auto target = below(chance, 10) == 0 ? mutated(chance, path) : path;
    check_answer(in_query ? r.send(any_method(chance), target + "?" + text, {}, r.ann.api_key)
                          : r.send(any_method(chance), target, text, r.ann.api_key),
                 target + " " + text);
  }
}

TEST_CASE("well signed nonsense reaches every handler and is answered") {
  rig r{unlimited()};
  engine chance{11};
  std::size_t served = 0;
  for (int i = 0; i < 4000; ++i) {
    fields f;
    if (below(chance, 3) == 0)
      f = limit_order("SELL", "0.010", "60005.0");
    for (auto n = below(chance, 6); n > 0; --n) {
      const auto& name = pick(chance, names);
      f = with(f, name, pick(chance, values));
    }
    // HMAC is the cheaper signature; every other path is checked with the agent's.
    auto path = pick(chance, paths);
    const bool v1 = below(chance, 4) != 0;
    if (v1)
      path.replace(path.find("v3"), 2, "v1");
    const auto method = any_method(chance);
    const auto a = v1 ? r.v1(method, path, f) : r.v3(method, path, f);
    served += a.status == 200 ? 1 : 0;
    check_answer(a, path);
    if (i % 50 == 0)
      r.run_for(std::chrono::milliseconds{400});
  }
  CHECK(served > 200);
  CHECK(r.v1(http_method::get, "/fapi/v2/balance").status == 200);
}

TEST_CASE("mutated messages and handshakes are answered and harm nothing") {
  rig r;
  engine chance{13};
  const std::vector<std::string> messages{
      R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@depth"],"id":1})",
      R"({"method":"UNSUBSCRIBE","params":["btcusdt@depth"],"id":2})",
      R"({"method":"SET_PROPERTY","params":["combined",true],"id":3})"};
  auto s = r.open("/ws");
  for (int i = 0; i < 2000; ++i) {
    if (r.sink.streams[s].closed)
      s = r.open("/ws");
    r.say(s, mutated(chance, pick(chance, messages)),
          below(chance, 20) == 0 ? frame_kind::binary : frame_kind::text);
    r.run_for(std::chrono::milliseconds{below(chance, 300)});
    for (const auto& text : r.sink.streams[s].frames)
      CHECK(!json::parse(text, nullptr, false).is_discarded());
    r.sink.streams[s].frames.clear();
    const auto t = r.open(mutated(chance, "/stream?streams=btcusdt@bookTicker/ethusdt@depth5"));
    const auto& state = r.sink.streams[t];
    CHECK((state.accepted || state.refused));
    r.close(t);
  }
}

TEST_CASE("the same requests make the same answers") {
  const auto play = [] {
    rig r;
    const auto s = r.user_stream(r.ann);
    std::string all;
    for (int i = 0; i < 20; ++i) {
      all += r.v1(http_method::post, "/fapi/v1/order",
                  limit_order(i % 2 ? "BUY" : "SELL", "0.010", "60000.0"))
                 .body;
      r.run_for(std::chrono::milliseconds{137});
    }
    for (const auto& text : r.sink.streams[s].frames)
      all += text;
    return all;
  };
  CHECK(play() == play());
}
