#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::grvt::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

json request(const char* method, const json& params, int id = 7) {
  return {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}, {"id", id}};
}

} // namespace

TEST_CASE("a book stream begins with the whole book, and its changes keep the numbers") {
  rig r;
  const auto s = r.open("/ws/full");
  REQUIRE(r.sink.streams[s].accepted);
  const auto ack = r.subscribe(s, "v1.book.d", "BTC_USDT_Perp@50");
  CHECK(
      ack
      == R"({"jsonrpc":"2.0","result":{"stream":"v1.book.d","subs":["BTC_USDT_Perp@50"],"unsubs":[],"num_snapshots":[1],"first_sequence_number":["1"],"latest_sequence_number":["0"]},"id":1,"method":"subscribe"})"_json);
  auto frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["sequence_number"] == "0");
  CHECK(frames[0]["selector"] == "BTC_USDT_Perp@50");
  CHECK(frames[0]["feed"]["bids"].size() == 2);
  r.book("60000.0", "3", "60000.1", "0");
  r.book("60000.0", "4", "60000.2", "2");
  CHECK(r.frames(s).empty());
  r.run_for(milliseconds{50});
  frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["sequence_number"] == "1");
  CHECK(frames[0]["prev_sequence_number"] == "0");
  CHECK(frames[0]["feed"]["bids"] == R"([{"price":"60000.0","size":"4.0","num_orders":1}])"_json);
  CHECK(frames[0]["feed"]["asks"][0] == R"({"price":"60000.1","size":"0.0","num_orders":0})"_json);
  r.book("60000.0", "5", "60000.2", "2");
  r.run_for(milliseconds{50});
  frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["sequence_number"] == "2");
  CHECK(frames[0]["prev_sequence_number"] == "1");
  // A second listener joins where the numbers are.
  const auto other = r.open("/ws/full");
  const auto late = r.subscribe(other, "v1.book.d", "BTC_USDT_Perp@50");
  CHECK(late["result"]["latest_sequence_number"] == json{"2"});
  CHECK(late["result"]["first_sequence_number"] == json{"3"});
}

TEST_CASE("books sent whole come at their rate with number zero, as deep as asked") {
  rig r;
  const auto s = r.open("/ws/full");
  r.subscribe(s, "v1.book.s", "BTC_USDT_Perp@500-10");
  r.run_for(seconds{2});
  const auto frames = r.frames(s);
  CHECK(frames.size() == 5);
  for (const auto& f : frames)
    CHECK(f["sequence_number"] == "0");
  CHECK(r.subscribe(s, "v1.book.s", "BTC_USDT_Perp@500-10-1").contains("result"));
}

TEST_CASE("a mini ticker's changes name only what changed") {
  rig r;
  const auto s = r.open("/md/ws/full");
  r.subscribe(s, "v1.mini.d", "BTC_USDT_Perp@0");
  auto frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["feed"].size() == 11);
  r.book("60000.0", "2", "60000.1", "1");
  frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["sequence_number"] == "1");
  CHECK(frames[0]["feed"].size() == 3);
  CHECK(frames[0]["feed"]["best_bid_size"] == "2.0");
  r.prices("60001", "0.0001");
  frames = r.frames(s);
  REQUIRE_FALSE(frames.empty());
  CHECK(frames[0]["feed"]["mark_price"] == "60001.0");
  CHECK_FALSE(frames[0]["feed"].contains("best_bid_size"));
}

TEST_CASE("tickers, trades and candles are sent as they are subscribed") {
  rig r;
  r.trade("60000.1", "0.1", side::buy);
  const auto s = r.open("/ws/full");
  r.subscribe(s, "v1.ticker.s", "BTC_USDT_Perp@500");
  CHECK(r.frames(s)[0]["feed"]["funding_rate"] == "0.01");
  const auto ack = r.subscribe(s, "v1.trade", "BTC_USDT_Perp@50");
  CHECK(ack["result"]["num_snapshots"] == json{1});
  CHECK(r.frames(s)[0]["sequence_number"] == "0");
  r.subscribe(s, "v1.candle", "BTC_USDT_Perp@CI_1_M-TRADE");
  r.frames(s);
  r.trade("60000.1", "0.2", side::sell);
  auto frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["stream"] == "v1.trade");
  CHECK(frames[0]["sequence_number"] == "1");
  CHECK(frames[0]["feed"]["is_taker_buyer"] == false);
  r.run_for(milliseconds{500});
  frames = r.frames(s);
  bool candle = false;
  for (const auto& f : frames)
    if (f["stream"] == "v1.candle") {
      candle = true;
      CHECK(f["feed"]["volume_b"] == "0.3");
      CHECK(f["feed"]["trades"] == 2);
    }
  CHECK(candle);
}

TEST_CASE("another rate of the same instrument replaces the first") {
  rig r;
  const auto s = r.open("/ws/full");
  r.subscribe(s, "v1.mini.s", "BTC_USDT_Perp@200");
  const auto ack = r.subscribe(s, "v1.mini.s", "BTC_USDT_Perp@1000");
  CHECK(ack["result"]["unsubs"] == json{"BTC_USDT_Perp@200"});
  r.frames(s);
  r.run_for(seconds{1});
  CHECK(r.frames(s).size() == 1);
  const auto gone
      = r.ask(s, request("unsubscribe",
                         {{"stream", "v1.mini.s"}, {"selectors", {"BTC_USDT_Perp@1000"}}}, 2));
  CHECK(
      gone
      == R"({"jsonrpc":"2.0","result":{"stream":"v1.mini.s","unsubs":["BTC_USDT_Perp@1000"]},"id":2,"method":"unsubscribe"})"_json);
  r.run_for(seconds{3});
  CHECK(r.frames(s).empty());
  CHECK(r.sink.timers.empty());
}

TEST_CASE("cluster-wide numbers are linked, not counted") {
  rig r;
  const auto s = r.open("/ws/full");
  const auto ack = r.ask(s, request("subscribe", {{"stream", "v1.book.d"},
                                                  {"selectors", {"BTC_USDT_Perp@50"}},
                                                  {"use_global_sequence_number", true}}));
  r.frames(s);
  std::string before = ack["result"]["latest_sequence_number"][0];
  for (const auto* size : {"2", "3"}) {
    r.book("60000.0", size, "60000.1", "1");
    r.run_for(milliseconds{50});
    const auto frames = r.frames(s);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0]["prev_sequence_number"] == before);
    before = frames[0]["sequence_number"];
    CHECK(before.size() > 6);
  }
}

TEST_CASE("wrong subscriptions are refused with the venue's codes") {
  rig r;
  const auto s = r.open("/ws/full", &r.ann);
  const std::tuple<const char*, const char*, int> faults[] = {
      {"v1.book.d", "BTC_USDT_Perp", 1101},
      {"v1.book.d", "XYZ@50", 3000},
      {"v1.book.d", "BTC_USDT_Perp@70", 3030},
      {"v1.book.d", "BTC_USDT_Perp@50-10", 1103},
      {"v1.book.s", "BTC_USDT_Perp@500", 1103},
      {"v1.book.s", "BTC_USDT_Perp@500-20", 3031},
      {"v1.trade", "BTC_USDT_Perp@1001", 3011},
      {"v1.trade", "BTC_USDT_Perp@60", 3013},
      {"v1.candle", "BTC_USDT_Perp@CI_1_M", 1103},
      {"v1.nothing", "BTC_USDT_Perp@50", 3001},
      {"v1.order", "me", 3020},
      {"v1.order", "77", 1001},
      {"v1.order", "2147050003876484-XYZ", 3000},
  };
  for (const auto& [stream, selector, code] : faults) {
    INFO(stream << " " << selector);
    const auto a = r.subscribe(s, stream, selector);
    REQUIRE(a.contains("error"));
    CHECK(a["error"]["code"] == code);
    CHECK(a["id"] == 1);
    CHECK(a["method"] == "subscribe");
  }
}

TEST_CASE("private streams need a session, which may come by header or by query") {
  rig r;
  const auto sub = r.ann.sub_account;
  const auto nobody = r.open("/trades/ws/full");
  REQUIRE(r.sink.streams[nobody].accepted);
  CHECK(r.subscribe(nobody, "v1.order", sub)["error"]["code"] == 1000);
  CHECK(r.ask(nobody, request("v1/positions", {{"sub_account_id", sub}}))["error"]["code"] == 1000);
  const auto me = r.open("/trades/ws/full", &r.ann);
  CHECK(r.subscribe(me, "v1.order", sub + "-BTC_USDT_Perp").contains("result"));
  CHECK(r.subscribe(me, "v1.book.d", "BTC_USDT_Perp@50")["error"]["code"] == 3001);

  auto in = r.login(r.ann);
  const auto set = in.headers["Set-Cookie"];
  const auto cookie = set.substr(0, set.find(';'));
  const stream_token token{900};
  const std::vector<header_view> headers{{"Cookie", cookie}};
  const auto target = "/ws/full?x_grvt_account_id=" + in.headers["X-Grvt-Account-Id"];
  r.server->on(dialect_stream_request{r.now, token, {3, "10.0.0.1", true}, target, headers});
  CHECK(r.subscribe(token, "v1.fill", sub).contains("result"));
}

TEST_CASE("a position stream begins with the open positions, an order stream goes on counting") {
  rig r;
  order_wish w;
  w.market = true;
  w.at = "";
  r.placed(r.ann, w);
  const auto s = r.open("/ws/full", &r.ann);
  const auto ack = r.subscribe(s, "v1.position", r.ann.sub_account + "-BTC_USDT_Perp");
  CHECK(ack["result"]["num_snapshots"] == json{1});
  auto frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["sequence_number"] == "0");
  CHECK(frames[0]["prev_sequence_number"] == "0");
  CHECK(frames[0]["selector"] == r.ann.sub_account + "-BTC_USDT_Perp");
  CHECK(frames[0]["feed"]["size"] == "0.01");
  CHECK(r.subscribe(s, "v1.order", r.ann.sub_account)["result"]["num_snapshots"] == json{0});
  r.placed(r.ann, {});
  frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["sequence_number"] == "2"); // the market order was the first
  CHECK(frames[0]["prev_sequence_number"] == "1");
  // Others hear nothing of it.
  const auto ben = r.open("/ws/full", &r.ben);
  r.subscribe(ben, "v1.order", r.ben.sub_account);
  r.placed(r.ann, {});
  CHECK(r.frames(ben).empty());
}

TEST_CASE("orders may be placed, queried and cancelled over the socket") {
  rig r;
  const auto s = r.open("/ws/full", &r.ann);
  order_wish w;
  w.client_id = "42";
  auto a = r.ask(s, request("v1/create_order", r.signed_order(r.ann, w)));
  CHECK(a["result"]["result"]["order_id"] == "0x00");
  CHECK(a["id"] == 7);
  CHECK(a["method"] == "v1/create_order");
  w.client_id = "43";
  w.at = "59990.05";
  a = r.ask(s, request("v1/create_order", r.signed_order(r.ann, w)));
  CHECK(
      a
      == R"({"jsonrpc":"2.0","error":{"code":2064,"message":"Invalid limit price tick"},"id":7,"method":"v1/create_order"})"_json);
  r.run_for(seconds{1});
  const json one{{"sub_account_id", r.ann.sub_account}, {"client_order_id", "42"}};
  a = r.ask(s, request("v1/order", one));
  CHECK(a["result"]["result"]["state"]["status"] == "OPEN");
  a = r.ask(s, request("v1/cancel_order", one));
  CHECK(a["result"] == json{{"result", {{"ack", true}}}});
  CHECK(r.order(r.ann, "42")["state"]["status"] == "CANCELLED");
  a = r.ask(s, request("v1/book", {{"instrument", "BTC_USDT_Perp"}, {"depth", 10}}));
  CHECK(a["result"]["result"]["bids"].size() == 2);
  auto quiet = request("v1/positions", {{"sub_account_id", r.ann.sub_account}});
  quiet.erase("id");
  CHECK_FALSE(r.ask(s, quiet).contains("id"));
}

TEST_CASE("text that is no JSON-RPC gets 1003 and the socket lives") {
  rig r;
  const auto s = r.open("/ws/full");
  for (const auto* text :
       {"ping", "[]", "{}", R"({"jsonrpc":"1.0","method":"subscribe"})",
        R"({"jsonrpc":"2.0","method":7})", R"({"jsonrpc":"2.0","method":"subscribe","params":[]})",
        R"({"jsonrpc":"2.0","method":"subscribe","id":"x"})"}) {
    r.say(s, text);
    const auto frames = r.frames(s);
    REQUIRE(frames.size() == 1);
    CHECK(
        frames[0]
        == R"({"code":1003,"message":"Request could not be processed due to malformed syntax","status":400})"_json);
  }
  CHECK(r.subscribe(s, "v1.mini.s", "BTC_USDT_Perp@200").contains("result"));
}

TEST_CASE("the legacy framing is served on its own path") {
  rig r;
  const auto s = r.open("/ws");
  auto a = r.ask(
      s,
      R"({"request_id":1,"stream":"v1.book.s","feed":["BTC_USDT_Perp@500-10"],"method":"subscribe","is_full":true})"_json);
  CHECK(
      a
      == R"({"request_id":1,"stream":"v1.book.s","subs":["BTC_USDT_Perp@500-10"],"unsubs":[],"num_snapshots":[1],"first_sequence_number":[1]})"_json);
  CHECK(r.frames(s)[0]["feed"].contains("bids"));
  a = r.ask(
      s,
      R"({"request_id":2,"stream":"v1.none","feed":["x"],"method":"subscribe","is_full":true})"_json);
  CHECK(a["code"] == 3001);
  CHECK(a["message"] == "Stream handler not found");
  CHECK(a["status"] == 400);
  r.ask(
      s,
      R"({"request_id":3,"stream":"v1.mini.s","feed":["BTC_USDT_Perp@200"],"method":"subscribe","is_full":false})"_json);
  const auto frame = r.frames(s)[0];
  CHECK(frame["s"] == "v1.mini.s");
  CHECK(frame["f"]["bb"] == "60000.0");
}

TEST_CASE("the lite framing says the same in short names") {
  rig r;
  const auto s = r.open("/ws/lite", &r.ann);
  const auto ack = r.ask(s, {{"j", "2.0"},
                             {"m", "subscribe"},
                             {"p", {{"s", "v1.order"}, {"s1", {r.ann.sub_account}}}},
                             {"i", 123}});
  CHECK(ack["r"]["s1"] == json{r.ann.sub_account});
  CHECK(ack["i"] == 123);
  CHECK(ack["m"] == "subscribe");
  r.placed(r.ann, {});
  const auto frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["s"] == "v1.order");
  CHECK(frames[0]["sn"] == "1");
  CHECK(frames[0]["ps"] == "0");
  CHECK(frames[0]["f"]["s1"]["s"] == "OPEN");
  const auto wrong = r.ask(
      s,
      {{"j", "2.0"}, {"m", "subscribe"}, {"p", {{"s", "v1.order"}, {"s1", {"77"}}}}, {"i", 124}});
  CHECK(wrong["e"]["c"] == 1001);
  CHECK(wrong["i"] == 124);
}

TEST_CASE("a closed socket is forgotten, and a path that is none is refused") {
  rig r;
  const auto s = r.open("/ws/full");
  r.subscribe(s, "v1.mini.s", "BTC_USDT_Perp@200");
  r.close(s);
  r.frames(s);
  r.run_for(seconds{5});
  CHECK(r.frames(s).empty());
  r.say(s, "{}");
  CHECK(r.frames(s).empty());
  const auto none = r.open("/ws/other");
  CHECK(r.sink.streams[none].refused == 404U);
}
