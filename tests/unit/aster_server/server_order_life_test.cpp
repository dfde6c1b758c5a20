#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::aster::test;

namespace {

constexpr auto get = http_method::get;
constexpr auto post = http_method::post;
constexpr auto put = http_method::put;
constexpr auto del = http_method::del;

std::vector<std::string> order_events(rig& r, stream_token s) {
  std::vector<std::string> out;
  for (const auto& f : r.frames(s))
    if (f["e"] == "ORDER_TRADE_UPDATE")
      out.push_back(f["o"]["x"].get<std::string>() + " " + f["o"]["X"].get<std::string>());
    else
      out.push_back(f["e"]);
  return out;
}

} // namespace

TEST_CASE("a resting order is NEW, seen by queries, filled by the market and told to the stream") {
  rig r;
  const auto stream = r.user_stream(r.ann);
  const auto placed = r.v1(post, "/fapi/v1/order",
                           with(limit_order("BUY", "0.010", "59995.0"), "newClientOrderId", "g-1"));
  REQUIRE_MESSAGE(placed.status == 200, placed.body);
  CHECK(placed.parsed()["status"] == "NEW");
  CHECK(placed.parsed()["clientOrderId"] == "g-1");
  CHECK(placed.parsed()["price"] == "59995.0");
  CHECK(order_events(r, stream) == std::vector<std::string>{"NEW NEW"});
  CHECK(r.v1(get, "/fapi/v1/openOrders", {{"symbol", "BTCUSDT"}}).parsed().size() == 1);
  CHECK(r.v1(get, "/fapi/v1/openOrders").parsed().size() == 1);

  r.run_for(std::chrono::seconds{1});
  r.book("60000.0", "0", "60000.1", "1");
  r.trade("59995.0", "0.004", side::sell);
  auto told = r.frames(stream);
  REQUIRE(told.size() == 2);
  CHECK(told[0]["e"] == "ACCOUNT_UPDATE");
  CHECK(told[0]["a"]["P"][0]["pa"] == "0.004");
  CHECK(told[0]["T"] == told[1]["T"]);
  CHECK(told[1]["o"]["X"] == "PARTIALLY_FILLED");
  CHECK(told[1]["o"]["l"] == "0.004");
  CHECK(told[1]["o"]["m"] == true);
  CHECK(told[1]["o"]["n"] == "0.02399800");
  r.trade("59995.0", "1", side::sell);
  CHECK(order_events(r, stream) == std::vector<std::string>{"ACCOUNT_UPDATE", "TRADE FILLED"});

  const auto seen
      = r.v1(get, "/fapi/v1/order", {{"symbol", "BTCUSDT"}, {"origClientOrderId", "g-1"}});
  CHECK(seen.parsed()["status"] == "FILLED");
  CHECK(seen.parsed()["executedQty"] == "0.010");
  const auto trades = r.v1(get, "/fapi/v1/userTrades", {{"symbol", "BTCUSDT"}}).parsed();
  REQUIRE(trades.size() == 2);
  CHECK(trades[0]["commission"] == "0.02399800");
  const auto risk = r.v1(get, "/fapi/v2/positionRisk", {{"symbol", "BTCUSDT"}}).parsed();
  CHECK(risk[0]["positionAmt"] == "0.010");
  CHECK(
      r.v1(get, "/fapi/v1/openOrder", {{"symbol", "BTCUSDT"}, {"origClientOrderId", "g-1"}}).code()
      == -2013);
}

TEST_CASE("with ACK even a market order is NEW; with RESULT it is what became of it") {
  rig r;
  const fields market{
      {"symbol", "BTCUSDT"}, {"side", "BUY"}, {"type", "MARKET"}, {"quantity", "0.100"}};
  CHECK(r.v1(post, "/fapi/v1/order", market).parsed()["status"] == "NEW");
  const auto result = r.v1(post, "/fapi/v1/order", with(market, "newOrderRespType", "RESULT"));
  CHECK(result.parsed()["status"] == "FILLED");
  CHECK(result.parsed()["avgPrice"] == "60000.10000");
  CHECK(result.parsed()["cumQuote"] == "6000.01");
  auto far = with(limit_order("BUY", "0.100", "59000.0", "IOC"), "newOrderRespType", "RESULT");
  CHECK(r.v1(post, "/fapi/v1/order", far).parsed()["status"] == "EXPIRED");
  far = with(limit_order("BUY", "0.100", "59000.0", "GTC"), "newOrderRespType", "RESULT");
  CHECK(r.v1(post, "/fapi/v1/order", far).parsed()["status"] == "NEW");
}

TEST_CASE("a post-only order that would take is accepted as NEW and expires") {
  rig r;
  const auto stream = r.user_stream(r.ann);
  const auto placed = r.v3(post, "/fapi/v3/order",
                           with(limit_order("BUY", "0.010", "60000.1", "GTX"), "postOnly", "true"));
  CHECK(placed.parsed()["status"] == "NEW");
  CHECK(placed.parsed()["timeInForce"] == "GTX");
  CHECK(order_events(r, stream) == std::vector<std::string>{"NEW NEW", "EXPIRED EXPIRED"});
  const auto id = placed.parsed()["orderId"].get<std::uint64_t>();
  const auto seen
      = r.v3(get, "/fapi/v3/order", {{"symbol", "BTCUSDT"}, {"orderId", std::to_string(id)}});
  CHECK(seen.parsed()["status"] == "EXPIRED");
}

TEST_CASE("a fill-or-kill order that cannot be filled expires untouched") {
  rig r;
  const auto order
      = with(limit_order("BUY", "5.000", "60000.1", "FOK"), "newOrderRespType", "RESULT");
  const auto answer = r.v3(post, "/fapi/v3/order", order).parsed();
  CHECK(answer["status"] == "EXPIRED");
  CHECK(answer["executedQty"] == "0");
}

TEST_CASE("amending keeps the order, moves it and leaves it alone when a filter is broken") {
  rig r;
  const auto stream = r.user_stream(r.ann);
  r.v3(post, "/fapi/v3/order",
       with(limit_order("BUY", "0.010", "59995.0"), "newClientOrderId", "a-1"));
  const fields change{{"symbol", "BTCUSDT"},
                      {"origClientOrderId", "a-1"},
                      {"quantity", "0.020"},
                      {"price", "59996.0"}};
  const auto amended = r.v3(put, "/fapi/v3/order", change);
  REQUIRE_MESSAGE(amended.status == 200, amended.body);
  CHECK(amended.parsed()["price"] == "59996.0");
  CHECK(amended.parsed()["origQty"] == "0.020");
  CHECK(r.v3(put, "/fapi/v3/order", with(change, "price", "59996.05")).code() == -1111);
  CHECK(r.v3(put, "/fapi/v3/order", with(change, "quantity", "0.0205")).code() == -1111);
  CHECK(r.v3(put, "/fapi/v3/order", without(change, "price")).code() == -1102);
  CHECK(r.v3(put, "/fapi/v3/order", with(change, "origClientOrderId", "a-2")).code() == -2013);
  const auto open = r.v3(get, "/fapi/v3/openOrders", {{"symbol", "BTCUSDT"}}).parsed();
  REQUIRE(open.size() == 1);
  CHECK(open[0]["price"] == "59996.0");
  CHECK(order_events(r, stream) == std::vector<std::string>{"NEW NEW", "AMENDMENT NEW"});
  CHECK(r.v1(put, "/fapi/v1/order", change).status == 405);
}

TEST_CASE("cancelling: one, twice, all of a symbol, lists, and by the dead man's timer") {
  rig r;
  const auto stream = r.user_stream(r.ann);
  const auto place = [&](const char* id) {
    const auto a = r.v1(post, "/fapi/v1/order",
                        with(limit_order("BUY", "0.010", "59995.0"), "newClientOrderId", id));
    return std::to_string(a.parsed()["orderId"].get<std::uint64_t>());
  };
  const auto first = place("c-1");
  const fields one{{"symbol", "BTCUSDT"}, {"orderId", first}};
  CHECK(r.v1(del, "/fapi/v1/order", one).parsed()["status"] == "CANCELED");
  const auto again = r.v1(del, "/fapi/v1/order", one);
  CHECK(again.status == 400);
  CHECK(again.code() == -2011);
  CHECK(again.parsed()["msg"] == "Unknown order sent.");
  CHECK(order_events(r, stream) == std::vector<std::string>{"NEW NEW", "CANCELED CANCELED"});

  SUBCASE("in a form body, as V3 clients do") {
    place("c-2");
    const auto gone
        = r.v3(del, "/fapi/v3/order", {{"symbol", "BTCUSDT"}, {"origClientOrderId", "c-2"}});
    CHECK(gone.parsed()["clientOrderId"] == "c-2");
  }
  SUBCASE("all of a symbol") {
    place("c-3");
    place("c-4");
    const auto all = r.v3(del, "/fapi/v3/allOpenOrders", {{"symbol", "BTCUSDT"}}).parsed();
    CHECK(all["code"] == "200");
    CHECK(r.v1(get, "/fapi/v1/openOrders").parsed().empty());
  }
  SUBCASE("a list of ids, quoted or not, mixes orders and errors") {
    const auto a = place("c-5");
    const auto b = place("c-6");
    const auto list = "[" + a + ",\"" + b + "\",7]";
    const auto mixed
        = r.v3(del, "/fapi/v3/batchOrders", {{"symbol", "BTCUSDT"}, {"orderIdList", list}})
              .parsed();
    REQUIRE(mixed.size() == 3);
    CHECK(mixed[0]["status"] == "CANCELED");
    CHECK(mixed[1]["status"] == "CANCELED");
    CHECK(mixed[2]["code"] == -2011);
  }
  SUBCASE("a list of client ids") {
    place("c-7");
    const auto mixed = r.v1(del, "/fapi/v1/batchOrders",
                            {{"symbol", "BTCUSDT"}, {"origClientOrderIdList", R"(["c-7","c-8"])"}})
                           .parsed();
    CHECK(mixed[0]["clientOrderId"] == "c-7");
    CHECK(mixed[1]["code"] == -2011);
  }
  SUBCASE("the dead man's timer, renewed once and stopped once") {
    place("c-9");
    const auto arm = [&](const char* ms) {
      return r.v1(post, "/fapi/v1/countdownCancelAll",
                  {{"symbol", "BTCUSDT"}, {"countdownTime", ms}});
    };
    CHECK(arm("100000").parsed()["countdownTime"] == "100000");
    r.run_for(std::chrono::seconds{90});
    arm("100000");
    r.run_for(std::chrono::seconds{90});
    CHECK(r.v1(get, "/fapi/v1/openOrders").parsed().size() == 1);
    arm("0");
    r.run_for(std::chrono::seconds{90});
    CHECK(r.v1(get, "/fapi/v1/openOrders").parsed().size() == 1);
    arm("1000");
    r.run_for(std::chrono::seconds{2});
    CHECK(r.v1(get, "/fapi/v1/openOrders").parsed().empty());
  }
}

TEST_CASE("a batch answers in order, each for itself, in both quoting styles and places") {
  rig r;
  const std::string good = R"({"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":"0.012",)"
                           R"("price":"59990.0","timeInForce":"GTC"})";
  const std::string bad = R"({"symbol":"BTCUSDT","side":"SELL","type":"MARKET","quantity":"0.012",)"
                          R"("reduceOnly":"true"})";
  auto single = "[" + good + "," + bad + "]";
  const auto in_body = r.v3(post, "/fapi/v3/batchOrders", {{"batchOrders", single}}).parsed();
  REQUIRE(in_body.size() == 2);
  CHECK(in_body[0]["status"] == "NEW");
  CHECK(in_body[1]["code"] == -2022);
  CHECK(in_body[1]["msg"] == "ReduceOnly Order is rejected.");
  std::replace(single.begin(), single.end(), '"', '\'');
  const auto in_query
      = r.send(post, "/fapi/v3/batchOrders?" + r.v3_signed({{"batchOrders", single}}, r.ann))
            .parsed();
  REQUIRE(in_query.size() == 2);
  CHECK(in_query[0]["status"] == "NEW");
  std::string six = "[" + good;
  for (int i = 0; i < 5; ++i)
    six += "," + good;
  CHECK(r.v3(post, "/fapi/v3/batchOrders", {{"batchOrders", six + "]"}}).code() == -4082);
  CHECK(r.v3(post, "/fapi/v3/batchOrders", {{"batchOrders", "[[[["}}).code() == -1130);
  CHECK(r.v3(post, "/fapi/v3/batchOrders", {{"batchOrders", "[1,null]"}}).parsed()[0]["code"]
        == -1130);
}

TEST_CASE("orders that ended without a fill are forgotten a week after they were made") {
  rig r;
  r.v1(post, "/fapi/v1/order",
       with(limit_order("BUY", "0.010", "59000.0", "IOC"), "newClientOrderId", "w"));
  const fields which{{"symbol", "BTCUSDT"}, {"origClientOrderId", "w"}};
  CHECK(r.v1(get, "/fapi/v1/order", which).parsed()["status"] == "EXPIRED");
  CHECK(r.v1(get, "/fapi/v1/allOrders", {{"symbol", "BTCUSDT"}}).parsed().size() == 1);
  r.run_for(std::chrono::hours{24 * 7});
  CHECK(r.v1(get, "/fapi/v1/order", which).code() == -2013);
  CHECK(r.v1(get, "/fapi/v1/allOrders", {{"symbol", "BTCUSDT"}}).parsed().empty());
}

TEST_CASE("histories are bounded by ids, times and limits") {
  rig r;
  const auto first = r.now;
  for (int i = 0; i < 6; ++i) {
    r.v1(post, "/fapi/v1/order",
         {{"symbol", "BTCUSDT"}, {"side", "BUY"}, {"type", "MARKET"}, {"quantity", "0.010"}});
    r.run_for(std::chrono::seconds{1});
  }
  const auto ask = [&](const char* path, const fields& more) {
    auto f = more;
    f.insert(f.begin(), {"symbol", "BTCUSDT"});
    return r.v1(get, path, f);
  };
  const auto all = ask("/fapi/v1/userTrades", {}).parsed();
  REQUIRE(all.size() == 6);
  const auto newest = ask("/fapi/v1/userTrades", {{"limit", "2"}}).parsed();
  CHECK(newest[1]["id"] == all[5]["id"]);
  const auto from = std::to_string(all[2]["id"].get<std::uint64_t>());
  const auto older = ask("/fapi/v1/userTrades", {{"fromId", from}, {"limit", "2"}}).parsed();
  REQUIRE(older.size() == 2);
  CHECK(older[0]["id"] == all[2]["id"]);
  CHECK(ask("/fapi/v1/userTrades", {{"fromId", from}, {"startTime", "1"}}).code() == -1128);
  const auto second = std::to_string(to_ms(first) + 2000);
  CHECK(ask("/fapi/v1/userTrades", {{"startTime", second}}).parsed().size() == 4);
  CHECK(ask("/fapi/v1/userTrades", {{"startTime", second}, {"endTime", second}}).parsed().size()
        == 1);
  CHECK(ask("/fapi/v1/userTrades", {{"startTime", "1"}, {"endTime", second}}).code() == -1127);
  CHECK(ask("/fapi/v1/userTrades", {{"limit", "0"}}).code() == -1130);
  const auto orders = ask("/fapi/v1/allOrders", {{"limit", "3"}}).parsed();
  REQUIRE(orders.size() == 3);
  const auto bound = std::to_string(orders[1]["orderId"].get<std::uint64_t>());
  CHECK(ask("/fapi/v1/allOrders", {{"orderId", bound}}).parsed().size() == 2);
  const auto fees = r.v1(get, "/fapi/v1/income", {{"incomeType", "COMMISSION"}}).parsed();
  REQUIRE(fees.size() == 6);
  CHECK(fees[0]["income"] == "-0.21000035");
}

TEST_CASE("the order of the two events around a fill is an option") {
  for (const bool account_first : {true, false}) {
    rig_options o;
    o.options = {{"account_first", account_first ? "true" : "false"}};
    rig r{o};
    const auto stream = r.user_stream(r.ann);
    r.v1(post, "/fapi/v1/order", limit_order("BUY", "0.010", "60000.1"));
    const std::vector<std::string> first{"NEW NEW", "ACCOUNT_UPDATE", "TRADE FILLED"};
    const std::vector<std::string> last{"NEW NEW", "TRADE FILLED", "ACCOUNT_UPDATE"};
    CHECK(order_events(r, stream) == (account_first ? first : last));
  }
}

TEST_CASE("a post-only order is not amended into taking") {
  rig r;
  r.v3(post, "/fapi/v3/order",
       with(limit_order("BUY", "0.010", "59995.0", "GTX"), "newClientOrderId", "p"));
  CHECK(r.v3(put, "/fapi/v3/order",
             {{"symbol", "BTCUSDT"},
              {"origClientOrderId", "p"},
              {"quantity", "0.010"},
              {"price", "60000.1"}})
            .code()
        == -5022);
  CHECK(r.v3(get, "/fapi/v3/openOrders", {{"symbol", "BTCUSDT"}}).parsed()[0]["price"]
        == "59995.0");
}

TEST_CASE("a reduce-only order is cut to the position and closes it, realising the difference") {
  rig r;
  r.v1(post, "/fapi/v1/order", limit_order("BUY", "0.010", "60000.1"));
  const auto stream = r.user_stream(r.ann);
  const fields close{{"symbol", "BTCUSDT"}, {"side", "SELL"},       {"type", "MARKET"},
                     {"quantity", "0.050"}, {"reduceOnly", "true"}, {"newOrderRespType", "RESULT"}};
  const auto closed = r.v3(post, "/fapi/v3/order", close).parsed();
  CHECK(closed["status"] == "FILLED");
  CHECK(closed["executedQty"] == "0.010");
  CHECK(closed["reduceOnly"] == true);
  const auto told = r.frames(stream);
  REQUIRE(told.size() == 3);
  CHECK(told[1]["a"]["P"][0]["pa"] == "0");
  CHECK(told[2]["o"]["rp"] == "-0.001");
  // The wallet told with the fill is the wallet asked for afterwards.
  const auto asked = r.v1(get, "/fapi/v2/balance").parsed();
  CHECK(told[1]["a"]["B"][0]["wb"] == asked[0]["balance"]);
  CHECK(r.v3(post, "/fapi/v3/order", close).code() == -2022);
}
