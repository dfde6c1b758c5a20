#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::backpack::test;

namespace {

void check_frame(const char* stream, const char* data, const json& found) {
  CHECK(found["stream"] == stream);
  const auto difference = shape_difference(json::parse(data), found["data"]);
  CHECK_MESSAGE(difference.empty(), difference << "\n" << found.dump());
}

std::vector<std::string> events_of(const std::vector<json>& frames) {
  std::vector<std::string> out;
  for (const auto& f : frames)
    out.push_back(f["data"].value("e", "none") + " "
                  + (f["data"].contains("X") ? f["data"]["X"].get<std::string>() : ""));
  return out;
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("public frames are as printed in the documentation, in microseconds") {
  rig r;
  const auto s = r.listen({"bookTicker.BTC_USDC_PERP", "depth.BTC_USDC_PERP", "trade.BTC_USDC_PERP",
                           "markPrice.BTC_USDC_PERP"});
  CHECK(r.frames(s).empty()); // neither an acknowledgement nor a snapshot
  r.book("60000.0", "2", "60000.1", "1");
  auto got = r.frames(s);
  REQUIRE(got.size() == 2);
  check_frame("depth.BTC_USDC_PERP",
              R"({"e":"depth","E":1,"s":"SOL_USDC","a":[],"b":[["18.67","0.832"]],"U":94978271,
 "u":94978271,"T":1})",
              got[0]);
  CHECK(got[0]["data"]["b"] == json::parse(R"([["60000.0","2.00000"]])"));
  check_frame("bookTicker.BTC_USDC_PERP",
              R"({"e":"bookTicker","E":1694687965941000,"s":"SOL_USDC","a":"18.70","A":"1.000",
 "b":"18.67","B":"2.000","u":"111063070525358080","T":1694687965940999})",
              got[1]);
  CHECK(got[1]["data"]["E"] == to_us(r.now));
  CHECK(got[1]["data"]["B"] == "2.00000");

  r.trade("60000.0", "0.122", side::sell);
  got = r.frames(s);
  REQUIRE(!got.empty());
  check_frame("trade.BTC_USDC_PERP",
              R"({"e":"trade","E":1,"s":"SOL_USDC","p":"18.68","q":"0.122",
 "b":"111063114377265150","a":"111063114585735170","t":12345,"T":1,"m":true})",
              got[0]);
  CHECK(got[0]["data"]["m"] == true);
  CHECK(got[0]["data"]["p"] == "60000.0");

  r.prices("60001", "0.0001");
  got = r.frames(s);
  REQUIRE(!got.empty());
  check_frame("markPrice.BTC_USDC_PERP",
              R"({"e":"markPrice","E":1,"s":"SOL_USDC_PERP","p":"18.70","f":"0.0001","i":"19.70",
 "n":1694687965941,"T":1})",
              got[0]);
  CHECK(got[0]["data"]["n"] == 1'753'628'400'000);
}

TEST_CASE("a side that is empty is null in the ticker") {
  rig r;
  const auto s = r.listen({"bookTicker.BTC_USDC_PERP"});
  exchange::feed_event e;
  e.time = r.now;
  e.replace = true;
  e.bids = {{"59000"_price, "1"_qty}};
  r.core->apply(r.now, r.btc(), e);
  const auto got = r.frames(s);
  REQUIRE(got.size() == 1);
  CHECK(got[0]["data"]["a"].is_null());
  CHECK(got[0]["data"]["A"].is_null());
  CHECK(got[0]["data"]["b"] == "59000.0");
}

TEST_CASE("depth is continuous in each of its streams and agrees with the snapshot") {
  rig r;
  const auto s = r.listen({"depth.BTC_USDC_PERP", "depth.200ms.BTC_USDC_PERP"});
  const auto start = std::stoull(r.send(http_method::get, "/api/v1/depth?symbol=BTC_USDC_PERP")
                                     .parsed()["lastUpdateId"]
                                     .get<std::string>());
  const char* sizes[] = {"2", "3", "0", "5", "6", "7"};
  for (const auto* size : sizes) {
    r.book("59999.0", size, "60001.0", size);
    r.run_for(std::chrono::milliseconds{90});
  }
  r.run_for(std::chrono::milliseconds{200});
  std::map<std::string, std::uint64_t> last;
  std::map<std::string, std::size_t> count;
  for (const auto& f : r.frames(s)) {
    const auto name = f["stream"].get<std::string>();
    const auto before = last.contains(name) ? last[name] : start;
    CHECK(f["data"]["U"].get<std::uint64_t>() == before + 1);
    last[name] = f["data"]["u"].get<std::uint64_t>();
    CHECK(last[name] >= f["data"]["U"].get<std::uint64_t>());
    ++count[name];
  }
  const auto book = r.send(http_method::get, "/api/v1/depth?symbol=BTC_USDC_PERP").parsed();
  CHECK(std::to_string(last["depth.BTC_USDC_PERP"]) == book["lastUpdateId"]);
  CHECK(last["depth.200ms.BTC_USDC_PERP"] == last["depth.BTC_USDC_PERP"]);
  CHECK(count["depth.BTC_USDC_PERP"] == 6);
  CHECK(count["depth.200ms.BTC_USDC_PERP"] == 4); // 450 ms from .762 on: .800, .000, .200, .400
}

TEST_CASE("a level that goes is told with a padded zero") {
  rig r;
  const auto s = r.listen({"depth.BTC_USDC_PERP"});
  r.book("60000.0", "0", "60000.1", "1");
  const auto got = r.frames(s);
  REQUIRE(got.size() == 1);
  CHECK(got[0]["data"]["b"] == json::parse(R"([["60000.0","0.00000"]])"));
}

TEST_CASE(
    "beats: ticker each second, interest each minute, candles while they grow and at the end") {
  rig r;
  r.run_for(std::chrono::milliseconds{238}); // 14:23:27
  const auto s
      = r.listen({"ticker.BTC_USDC_PERP", "openInterest.BTC_USDC_PERP", "kline.1m.BTC_USDC_PERP"});
  r.run_for(std::chrono::seconds{1});
  r.trade("60000.1", "0.5", side::buy);
  r.run_for(std::chrono::seconds{59});
  std::map<std::string, std::vector<json>> got;
  for (const auto& f : r.frames(s))
    got[f["data"]["e"].get<std::string>()].push_back(f);
  CHECK(got["ticker"].size() == 60);
  check_frame("ticker.BTC_USDC_PERP",
              R"({"e":"ticker","E":1,"s":"","o":"","c":"","h":"","l":"","v":"","V":"","n":93828})",
              got["ticker"].back());
  REQUIRE(got["openInterest"].size() == 1);
  check_frame("openInterest.BTC_USDC_PERP", R"({"e":"openInterest","E":1,"s":"","o":"100"})",
              got["openInterest"][0]);
  REQUIRE(got["kline"].size() == 2);
  check_frame("kline.1m.BTC_USDC_PERP",
              R"({"e":"kline","E":1,"s":"","t":"2024-09-11T12:00:00","T":"2024-09-11T12:01:00",
 "o":"","c":"","h":"","l":"","v":"","n":93828,"X":false})",
              got["kline"][0]);
  CHECK(got["kline"][0]["data"]["X"] == false);
  CHECK(got["kline"][1]["data"]["X"] == true);
  CHECK(got["kline"][1]["data"]["t"] == "2025-07-27T14:23:00");
  CHECK(got["kline"][1]["data"]["T"] == "2025-07-27T14:24:00");
}

TEST_CASE("a market order is accepted, then filled, then the position opens") {
  rig r;
  const auto s = r.listen({"account.orderUpdate", "account.positionUpdate"});
  CHECK(r.frames(s).empty());
  auto order = market_order("Bid", "0");
  order.erase("quantity");
  order["quoteQuantity"] = "60.5";
  r.place(order);
  const auto got = r.frames(s);
  REQUIRE(got.size() == 3);
  check_frame("account.orderUpdate",
              R"({"E":1754939110175843,"O":"USER","Q":"4.30","S":"Bid","T":1754939110174703,
 "V":"RejectTaker","X":"New","Z":"0","e":"orderAccepted","f":"GTC","i":"5406825793","o":"MARKET",
 "q":"0.0010","r":false,"s":"ETH_USDC","t":null,"z":"0"})",
              got[0]);
  check_frame("account.orderUpdate",
              R"({"E":1754939110175879,"L":"4299.16","N":"ETH","O":"USER","Q":"4.30","S":"Bid",
 "T":1754939110174705,"V":"RejectTaker","X":"Filled","Z":"4.299160","e":"orderFill","f":"GTC",
 "i":"5406825793","l":"0.0010","m":false,"n":"0.000001","o":"MARKET","q":"0.0010","r":false,
 "s":"ETH_USDC","t":2888471,"z":"0.0010"})",
              got[1]);
  check_frame("account.positionUpdate",
              R"({"B":"4236.36","E":1754943862040486,"M":"4235.88650933","P":"-0.000473",
 "Q":"0.0010","T":1754943862040487,"b":"4238.479","e":"positionOpened","f":"0.02","i":5411399049,
 "l":"0","m":"0.0125","n":"4.23588650933","p":"0","q":"0.0010","s":"ETH_USDC_PERP"})",
              got[2]);
  const auto& fill = got[1]["data"];
  CHECK(fill["q"] == "0.00100");
  CHECK(fill["z"] == fill["q"]); // clients compare them as texts
  CHECK(fill["L"] == "60000.1");
  CHECK(fill["n"] == "0.03000005");
  CHECK(fill["N"] == "USDC");
  CHECK(fill["E"] == to_us(r.now));
  CHECK(got[2]["data"]["e"] == "positionOpened");
  CHECK(got[2]["data"]["q"] == "0.00100");

  // A later subscriber gets what is open once, without an event.
  const auto later = r.listen({"account.positionUpdate"});
  const auto first = r.frames(later);
  REQUIRE(first.size() == 1);
  CHECK_FALSE(first[0]["data"].contains("e"));
  CHECK(first[0]["data"]["i"] == got[2]["data"]["i"]);
}

TEST_CASE("a resting order is told with its client id and price, and filled as maker") {
  rig r;
  const auto s = r.listen({"account.orderUpdate.BTC_USDC_PERP"});
  r.place(with(limit_order("Bid", "0.01", "60000.0"), {{"clientId", 9}, {"postOnly", true}}));
  auto got = r.frames(s);
  REQUIRE(got.size() == 1);
  CHECK(got[0]["stream"] == "account.orderUpdate.BTC_USDC_PERP");
  CHECK(got[0]["data"]["c"] == 9);
  CHECK(got[0]["data"]["p"] == "60000.0");
  CHECK(got[0]["data"]["o"] == "LIMIT");
  CHECK(got[0]["data"]["y"] == true);
  r.trade("60000.0", "1.004", side::sell); // the queue before it, and a part of it
  got = r.frames(s);
  REQUIRE(got.size() == 1);
  CHECK(got[0]["data"]["X"] == "PartiallyFilled");
  CHECK(got[0]["data"]["m"] == true);
  CHECK(got[0]["data"]["l"] == "0.00400");
  r.cancel({{"symbol", "BTC_USDC_PERP"}, {"clientId", 9}});
  got = r.frames(s);
  REQUIRE(got.size() == 1);
  CHECK(got[0]["data"]["e"] == "orderCancelled");
  CHECK(got[0]["data"]["X"] == "Cancelled");
  CHECK(got[0]["data"]["z"] == "0.00400");
}

TEST_CASE("the rest of an IOC order expires after its fills") {
  rig r;
  const auto s = r.listen({"account.orderUpdate"});
  const auto a
      = r.place(with(limit_order("Bid", "1.5", "60000.1"), {{"timeInForce", "IOC"}})).parsed();
  CHECK(a["status"] == "Expired");
  CHECK(a["executedQuantity"] == "1");
  const auto got = r.frames(s);
  CHECK(events_of(got)
        == texts{"orderAccepted New", "orderFill PartiallyFilled", "orderExpired Expired"});
  CHECK(got[2]["data"]["R"] == "IMMEDIATE_OR_CANCEL");
}

TEST_CASE("both sides of a match between accounts hear of it, with the trade's order ids") {
  rig r;
  const auto pub = r.listen({"trade.BTC_USDC_PERP"});
  const auto ann = r.listen({"account.orderUpdate"});
  const auto ben = r.listen({"account.orderUpdate"}, "B");
  r.book("60000.0", "0", "60000.1", "0");
  const auto bid = r.place(limit_order("Bid", "0.01", "60005.0")).parsed()["id"];
  const auto ask = r.place(limit_order("Ask", "0.01", "60005.0"), "B").parsed()["id"];
  CHECK(events_of(r.frames(ann)) == texts{"orderAccepted New", "orderFill Filled"});
  CHECK(events_of(r.frames(ben)) == texts{"orderAccepted New", "orderFill Filled"});
  const auto seen = r.frames(pub);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0]["data"]["b"] == bid);
  CHECK(seen[0]["data"]["a"] == ask);
  CHECK(seen[0]["data"]["m"] == true);
}

TEST_CASE("a position is adjusted and closed under one id, the next has another") {
  rig r;
  const auto s = r.listen({"account.positionUpdate"});
  r.place(market_order("Bid", "0.02"));
  r.place(market_order("Ask", "0.01"));
  r.place(with(market_order("Ask", "5"), {{"reduceOnly", true}}));
  r.place(market_order("Ask", "0.01"));
  const auto got = r.frames(s);
  CHECK(events_of(got)
        == texts{"positionOpened ", "positionAdjusted ", "positionClosed ", "positionOpened "});
  CHECK(got[0]["data"]["i"] == got[2]["data"]["i"]);
  CHECK(got[0]["data"]["i"] != got[3]["data"]["i"]);
  CHECK(got[2]["data"]["q"] == "0.00000");
  CHECK(got[3]["data"]["q"] == "-0.01000");
  CHECK(got[3]["data"]["p"] == "0"); // realised since it was opened
  CHECK(got[2]["data"]["p"] == "-0.002");
}

TEST_CASE("a resting reduce-only order shrinks with the position and ends with it") {
  rig r;
  r.place(market_order("Bid", "0.02"));
  r.place(with(limit_order("Ask", "0.02", "60500"), {{"reduceOnly", true}}));
  const auto s = r.listen({"account.orderUpdate"});
  r.place(market_order("Ask", "0.005"));
  auto got = r.frames(s);
  REQUIRE(got.size() == 3);
  CHECK(got[2]["data"]["e"] == "orderModified");
  CHECK(got[2]["data"]["q"] == "0.01500");
  r.place(market_order("Ask", "0.015"));
  got = r.frames(s);
  REQUIRE(got.size() == 3);
  CHECK(got[2]["data"]["e"] == "orderExpired");
  CHECK(got[2]["data"]["R"] == "REDUCE_ONLY_NOT_REDUCED");
}

TEST_CASE("a liquidation is told to the account and to everybody") {
  rig_options o;
  o.balance = 4'000;
  rig r{o};
  const auto s = r.listen({"account.orderUpdate"});
  const auto all = r.listen({"liquidation"});
  REQUIRE(r.place(market_order("Bid", "1")).parsed()["status"] == "Filled");
  r.frames(s);
  r.prices("56000", "0");
  const auto got = r.frames(s);
  REQUIRE(got.size() >= 2);
  CHECK(got.back()["data"]["O"] == "LIQUIDATION_AUTOCLOSE");
  const auto told = r.frames(all);
  REQUIRE(!told.empty());
  check_frame("liquidation", R"({"e":"liquidation","E":1,"q":"","p":"","S":"Bid","s":"","T":1})",
              told[0]);
  const auto fills = r.get("/wapi/v1/history/fills", "fillHistoryQueryAll").parsed();
  CHECK(fills[0]["systemOrderType"] == "LiquidatePositionOnBook");
  CHECK(
      r.get("/wapi/v1/history/fills", "fillHistoryQueryAll", {{"fillType", "User"}}).parsed().size()
      == 1);
}

TEST_CASE("names that are not streams are refused as documented") {
  rig r;
  const auto s = r.open();
  for (const auto* name : {"bookTicker.X_USDC_PERP", "bookTicker", "depth.100ms.BTC_USDC_PERP",
                           "kline.7m.BTC_USDC_PERP", "account.balanceUpdate", "nonsense", "",
                           "bookTicker.BTC_USDC_PERP.", "liquidation.BTC_USDC_PERP"}) {
    INFO(name);
    r.say(s, json{{"method", "SUBSCRIBE"}, {"params", {name}}}.dump());
    REQUIRE(r.sink.streams[s].frames.size() == 1);
    CHECK(r.sink.streams[s].frames[0]
          == R"({"id":null,"error":{"code":4006,"message":"Invalid stream"}})");
    r.sink.streams[s].frames.clear();
  }
  r.book("60000.0", "2", "60000.1", "1");
  CHECK(r.frames(s).empty());
}

TEST_CASE("a private stream needs a signature of its own message, still valid") {
  rig r;
  const auto s = r.open();
  const auto refused = [&](const json& message) {
    r.say(s, message.dump());
    const auto got = r.frames(s);
    return got.size() == 1 ? got[0]["error"]["message"].get<std::string>() : std::string{};
  };
  json message{{"method", "SUBSCRIBE"}, {"params", {"account.orderUpdate"}}};
  CHECK(refused(message) == "Invalid signature");
  const auto h = r.sign("instruction=subscribe");
  message["signature"] = {h.api_key, h.signature, h.timestamp, 5000};
  CHECK(refused(message) == "Invalid signature"); // the window must be a text
  message["signature"] = {h.api_key, h.signature, h.timestamp};
  CHECK(refused(message) == "Invalid signature");
  message["signature"] = {h.api_key, h.signature, h.timestamp, h.window};
  r.run_for(std::chrono::milliseconds{5001});
  CHECK(refused(message) == "Request has expired");
  const auto wrong = r.sign("instruction=orderQueryAll");
  message["signature"] = {wrong.api_key, wrong.signature, wrong.timestamp, wrong.window};
  CHECK(refused(message) == "Invalid signature");
  r.place(limit_order("Bid", "0.01", "59995"));
  CHECK(r.frames(s).empty());
}

TEST_CASE("nobody hears of another's orders, nor after unsubscribing or closing") {
  rig r;
  const auto ben = r.listen({"account.orderUpdate", "account.positionUpdate"}, "B");
  const auto gone = r.listen({"account.orderUpdate", "depth.BTC_USDC_PERP"});
  const auto s = r.listen({"account.orderUpdate", "depth.BTC_USDC_PERP"});
  r.say(s, R"({"method":"UNSUBSCRIBE","params":["account.orderUpdate","depth.BTC_USDC_PERP"]})");
  r.close(gone);
  r.place(limit_order("Bid", "0.01", "59995"));
  r.book("60000.0", "2", "60000.1", "1");
  CHECK(r.frames(ben).empty());
  CHECK(r.frames(gone).empty());
  CHECK(r.frames(s).empty());
}

TEST_CASE("connections are at the root, pinged each minute") {
  rig r;
  CHECK(r.sink.streams[r.open("/stream")].refused == 404U);
  const auto s = r.open("/?x=1");
  CHECK(r.sink.streams[s].accepted);
  r.run_for(std::chrono::minutes{3});
  CHECK(r.sink.streams[s].pings == 3);
}
