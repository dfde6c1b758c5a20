#include "client_support.hpp"

using namespace aster_client;

/// What the fuzz targets found (tools/fuzz), each as a test of its own.
namespace {

const std::string refused_for_its_time
    = R"({"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."})";

order_request an_order() {
  order_request o;
  o.id = our_id(1);
  o.instrument = number(0);
  o.size = "0.012"_qty;
  o.limit_price = "61800.2"_price;
  return o;
}

/// The smallest price there is: of a coin counted in thousands it becomes nothing in single coins.
const std::string least = "0.000000000000000001";

session_settings pepe_settings() {
  auto settings = settings_for({"PEPE"});
  settings.wants_trades = settings.wants_depth = true;
  return settings;
}

} // namespace

TEST_CASE("a price that becomes zero in single coins makes no fact") {
  market_session s{pepe_settings()};
  s.connect();
  SUBCASE("top") {
    s.frame(R"({"stream":"1000pepeusdt@bookTicker","data":{"e":"bookTicker","u":7,"E":1,"T":1,)"
            R"("s":"1000PEPEUSDT","b":")"
            + least + R"(","B":"12","a":"0.0087320","A":"3"}})");
    REQUIRE(s.sink.tops.size() == 1);
    CHECK_FALSE(s.sink.tops[0].bid.has_value());
    CHECK(s.sink.fails.empty());
  }
  SUBCASE("mark price") {
    s.frame(R"({"stream":"1000pepeusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":5,)"
            R"("s":"1000PEPEUSDT","p":")"
            + least + R"(","i":"0","P":"0","r":"0","T":0}})");
    CHECK(s.sink.marks.empty());
    CHECK(s.sink.fails.empty());
  }
  SUBCASE("trade") {
    s.frame(R"({"stream":"1000pepeusdt@aggTrade","data":{"e":"aggTrade","E":1,"s":"1000PEPEUSDT",)"
            R"("a":1,"p":")"
            + least + R"(","q":"100","f":1,"l":1,"T":2,"m":true}})");
    CHECK(s.sink.trades.empty());
    CHECK(s.sink.fails.size() == 1);
  }
  SUBCASE("level") {
    s.answer("/fapi/v3/depth", 200,
             R"({"lastUpdateId":150,"bids":[[")" + least + R"(","1"]],"asks":[]})");
    CHECK(s.sink.snapshots.empty());
    CHECK(s.sink.fails.size() == 1);
  }
}

TEST_CASE("an execution whose price becomes zero in single coins ends the session") {
  account_session s{settings_for({"PEPE"})};
  s.connect();
  s.frame(R"({"e":"ORDER_TRADE_UPDATE","E":1,"T":1,"o":{"s":"1000PEPEUSDT","c":"ab-1-2-3-1",)"
          R"("S":"BUY","o":"LIMIT","f":"GTC","q":"1","p":"1","ap":"1","x":"TRADE","X":"FILLED",)"
          R"("i":9,"l":"1","z":"1","L":")"
          + least + R"(","T":1,"t":8}})");
  CHECK(s.sink.fills.empty());
  CHECK(s.sink.fails.size() == 1);
}

TEST_CASE("a wallet that cannot be read ends the session once and silently") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(R"({"e":"ACCOUNT_UPDATE","T":1,"E":1,"a":{"B":[{"a":"USDT"},{"a":"USDC"}],)"
          R"("P":[{"s":"BTCUSDT","pa":"1","ep":"1","up":"0","ps":"BOTH"}],"m":"FUNDING_FEE"}})");
  CHECK(s.sink.fails.size() == 1);
  CHECK(s.sink.positions.empty());
}

TEST_CASE("a refused question for the time does not wait for its own answer") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.timer(2);
  s.answer(s.path("time"), 400, refused_for_its_time);
  s.protocol.place(s.at(), an_order(), s.sink);
  s.answer(s.path("order"), 400, refused_for_its_time);
  s.give_time(); // asked for again, and the order is sent once more
  s.answer(s.path("order"), 400, R"({"code":-2019,"msg":"Margin is insufficient."})");
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].reason == reject_reason::margin);
}

TEST_CASE("a session that ends while commands wait for the time says nothing more") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.elapsed = 56min; // a listen key that was not renewed for so long is gone
  s.timer(1);
  s.answer(s.path("listenKey"), 400, refused_for_its_time);
  s.protocol.place(s.at(), an_order(), s.sink);
  s.answer(s.path("order"), 400, refused_for_its_time);
  s.lose(s.path("time"), true);
  CHECK(s.sink.fails.size() == 1);
  CHECK(s.sink.updates.empty());
}
