#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::aster::test;

namespace {

constexpr auto post = http_method::post;
constexpr auto get = http_method::get;

struct wrong_order {
  const char* what;
  fields parameters;
  int code;
};

} // namespace

TEST_CASE("every wrong order is refused with its code and leaves nothing behind") {
  const auto good = limit_order("BUY", "0.012", "59990.0");
  const fields market{
      {"symbol", "BTCUSDT"}, {"side", "BUY"}, {"type", "MARKET"}, {"quantity", "0.012"}};
  const std::vector<wrong_order> table{
      {"no symbol", without(good, "symbol"), -1102},
      {"unknown symbol", with(good, "symbol", "BTCUSD"), -1121},
      {"symbol in lower case", with(good, "symbol", "btcusdt"), -1121},
      {"no side", without(good, "side"), -1102},
      {"side in lower case", with(good, "side", "buy"), -1117},
      {"no type", without(good, "type"), -1102},
      {"unknown type", with(good, "type", "LIMIT_MAKER"), -1116},
      {"a conditional type", with(good, "type", "STOP"), -1020},
      {"no time in force", without(good, "timeInForce"), -1102},
      {"unknown time in force", with(good, "timeInForce", "GTD"), -1115},
      {"no quantity", without(good, "quantity"), -1102},
      {"empty quantity", with(good, "quantity", ""), -1102},
      {"no price", without(good, "price"), -1102},
      {"quantity with exponent", with(good, "quantity", "12e-3"), -1100},
      {"price with thousands separator", with(good, "price", "59,990"), -1100},
      {"quantity zero", with(good, "quantity", "0"), -4003},
      {"quantity negative", with(good, "quantity", "-0.012"), -4003},
      {"price zero", with(good, "price", "0"), -4001},
      {"quantity beyond the step", with(good, "quantity", "0.0125"), -1111},
      {"price beyond the tick and the precision", with(good, "price", "59990.05"), -1111},
      {"price beyond the tick within the precision",
       {{"symbol", "SOLUSDT"},
        {"side", "BUY"},
        {"type", "LIMIT"},
        {"quantity", "1"},
        {"price", "150.255"},
        {"timeInForce", "GTC"}},
       -4014},
      {"quantity below the minimum",
       {{"symbol", "DOGEUSDT"},
        {"side", "BUY"},
        {"type", "LIMIT"},
        {"quantity", "0"},
        {"price", "0.1"},
        {"timeInForce", "GTC"}},
       -4003},
      {"quantity above the maximum", with(good, "quantity", "1000.001"), -4005},
      {"market quantity above its own maximum", with(market, "quantity", "120.001"), -4005},
      {"price below the minimum", with(good, "price", "0.9"), -4013},
      {"price above the maximum", with(good, "price", "1000000.1"), -4002},
      {"buy far above the mark", with(good, "price", "61200.1"), -4016},
      {"sell far below the mark", with(with(good, "side", "SELL"), "price", "58799.9"), -4024},
      {"notional too small", with(with(good, "quantity", "0.001"), "price", "100.0"), -4164},
      {"reduce-only without position", with(good, "reduceOnly", "true"), -2022},
      {"reduce-only as a number", with(good, "reduceOnly", "1"), -1130},
      {"more than the margin allows", with(good, "quantity", "500"), -2019},
      {"client id too long", with(good, "newClientOrderId", std::string(37, 'a')), -4015},
      {"client id with a space", with(good, "newClientOrderId", "a b"), -4015},
      {"position side of hedge mode", with(good, "positionSide", "LONG"), -4061},
      {"unknown position side", with(good, "positionSide", "UP"), -4060},
      {"unknown answer type", with(good, "newOrderRespType", "FULL"), -1136},
      {"market order with a price", with(market, "price", "60000.1"), -1106},
      {"market order with time in force", with(market, "timeInForce", "IOC"), -1106},
      {"market order larger than the book within its bound", with(market, "quantity", "0"), -4003},
      {"stop price on a limit order", with(good, "stopPrice", "1"), -1106},
      {"a peg", with(good, "pegPriceType", "QUEUE_1"), -1020},
      {"unknown self-trade mode", with(good, "stpMode", "NEVER"), -1130},
  };
  rig r;
  for (const auto& w : table) {
    INFO(w.what);
    const auto a = r.v3(post, "/fapi/v3/order", w.parameters);
    CHECK_MESSAGE(a.code() == w.code, a.body);
    CHECK(a.status == 400);
  }
  CHECK(r.core->order_history(*r.core->find_account("ann"), std::nullopt).empty());
  CHECK(r.v3(post, "/fapi/v3/order", good).status == 200);
}

TEST_CASE("planted client faults are caught, each with its code") {
  rig r;
  const auto good = limit_order("BUY", "0.012", "59990.0");
  const auto raw = [&](std::string text) { return r.send(post, "/fapi/v3/order", text); };
  const auto signed_text = [&] { return r.v3_signed(good, r.ann); };
  const auto edited = [&](const char* from, const char* to) {
    auto text = signed_text();
    text.replace(text.find(from), std::string{from}.size(), to);
    return raw(text).code();
  };

  SUBCASE("rounded the wrong way: price off the tick") {
    CHECK(r.v3(post, "/fapi/v3/order", with(good, "price", "59990.04")).code() == -1111);
  }
  SUBCASE("stale timestamp") {
    const auto text = r.v1_signed(good, r.ann);
    r.run_for(std::chrono::milliseconds{5001});
    CHECK(r.send(post, "/fapi/v1/order", text, r.ann.api_key).code() == -1021);
  }
  SUBCASE("stale nonce") {
    const auto text = signed_text();
    r.run_for(std::chrono::milliseconds{10'001});
    CHECK(raw(text).code() == -4225);
  }
  SUBCASE("nonce used twice") {
    const auto text = signed_text();
    CHECK(raw(text).status == 200);
    CHECK(raw(text).code() == -4225);
  }
  SUBCASE("nonce in milliseconds") {
    CHECK(edited("nonce=1768185214426000", "nonce=1768185214426") == -1022);
  }
  SUBCASE("a field changed after signing") { CHECK(edited("0.012", "0.120") == -1022); }
  SUBCASE("a field added after signing") {
    CHECK(raw("reduceOnly=true&" + signed_text()).code() == -1022);
  }
  SUBCASE("fields reordered after signing") {
    CHECK(edited("symbol=BTCUSDT&side=BUY", "side=BUY&symbol=BTCUSDT") == -1022);
  }
  SUBCASE("no signature") {
    const auto text = signed_text();
    CHECK(raw(text.substr(0, text.find("&signature="))).code() == -1102);
  }
  SUBCASE("another account's agent") {
    auto who = r.ann;
    who.signer = r.ben.signer;
    who.private_key = r.ben.private_key;
    CHECK(raw(r.v3_signed(good, who)).code() == -2015);
  }
  SUBCASE("the right agent named, the wrong key used") {
    auto who = r.ann;
    who.private_key = r.ben.private_key;
    CHECK(raw(r.v3_signed(good, who)).code() == -1022);
  }
  SUBCASE("the client id of an order that is still open") {
    const auto named = with(good, "newClientOrderId", "same");
    CHECK(r.v3(post, "/fapi/v3/order", named).status == 200);
    CHECK(r.v3(post, "/fapi/v3/order", named).code() == -4015);
    r.v3(http_method::del, "/fapi/v3/order",
         {{"symbol", "BTCUSDT"}, {"origClientOrderId", "same"}});
    CHECK(r.v3(post, "/fapi/v3/order", named).status == 200);
  }
  SUBCASE("cancelling an order of the other account") {
    const auto id = r.v3(post, "/fapi/v3/order", good).parsed()["orderId"].get<std::uint64_t>();
    const fields which{{"symbol", "BTCUSDT"}, {"orderId", std::to_string(id)}};
    CHECK(r.v3(http_method::del, "/fapi/v3/order", which, &r.ben).code() == -2011);
    CHECK(r.v3(get, "/fapi/v3/order", which, &r.ben).code() == -2013);
  }
  SUBCASE("cancelling without an id") {
    CHECK(r.v3(http_method::del, "/fapi/v3/order", {{"symbol", "BTCUSDT"}}).code() == -1102);
  }
  SUBCASE("a name twice") { CHECK(raw("symbol=BTCUSDT&" + signed_text()).code() == -1101); }
  SUBCASE("parameters as JSON") {
    CHECK(r.send(post, "/fapi/v3/order", R"({"symbol":"BTCUSDT"})", {}, "application/json").code()
          == -1102);
  }
  SUBCASE("the wrong method or path") {
    CHECK(r.send(http_method::put, "/fapi/v3/openOrders").status == 405);
    const auto lost = r.send(get, "/fapi/v3/orders");
    CHECK(lost.status == 404);
    CHECK(lost.parsed().is_object());
    CHECK(r.send(get, "/fapi/v1/balance").status == 404);
  }
  SUBCASE("trading a symbol that is settling") {
    r.core->set_trading(r.now, r.btc(), false);
    CHECK(r.v3(post, "/fapi/v3/order", good).code() == -4140);
  }
  SUBCASE("more open orders than the filter allows") {
    for (int i = 0; i < 200; ++i) {
      CHECK(r.v3(post, "/fapi/v3/order", with(good, "quantity", "0.001")).status == 200);
      r.run_for(std::chrono::seconds{1});
    }
    CHECK(r.v3(post, "/fapi/v3/order", with(good, "quantity", "0.001")).code() == -2025);
  }
  SUBCASE("a market order into an empty book") {
    r.book("60000.0", "0", "60000.1", "0");
    r.book("59990.0", "0", "60010.0", "0");
    CHECK(r.v3(post, "/fapi/v3/order",
               {{"symbol", "BTCUSDT"}, {"side", "BUY"}, {"type", "MARKET"}, {"quantity", "0.012"}})
              .code()
          == -4131);
  }
}

TEST_CASE("settings: what is already so and what is not modelled are refused") {
  rig r;
  const auto ask = [&](const char* path, const fields& f) { return r.v1(post, path, f).code(); };
  const fields btc{{"symbol", "BTCUSDT"}};
  CHECK(ask("/fapi/v1/marginType", with(btc, "marginType", "CROSSED")) == -4046);
  CHECK(ask("/fapi/v1/marginType", with(btc, "marginType", "cross")) == -1130);
  CHECK(ask("/fapi/v1/marginType", with(btc, "marginType", "ISOLATED")) == -1020);
  CHECK(ask("/fapi/v1/positionSide/dual", {{"dualSidePosition", "false"}}) == -4059);
  CHECK(ask("/fapi/v1/positionSide/dual", {{"dualSidePosition", "true"}}) == -1020);
  CHECK(ask("/fapi/v1/multiAssetsMargin", {{"multiAssetsMargin", "true"}}) == -1020);
  CHECK(ask("/fapi/v1/leverage", with(btc, "leverage", "0")) == -4028);
  CHECK(ask("/fapi/v1/leverage", with(btc, "leverage", "126")) == -4028);
  CHECK(ask("/fapi/v1/leverage", with(btc, "leverage", "101")) == -4028);
  CHECK(ask("/fapi/v1/leverage", with(btc, "leverage", "100")) == 0);
  r.v1(post, "/fapi/v1/order", limit_order("BUY", "0.012", "59990.0"));
  CHECK(ask("/fapi/v1/marginType", with(btc, "marginType", "ISOLATED")) == -4047);
  CHECK(ask("/fapi/v1/positionSide/dual", {{"dualSidePosition", "true"}}) == -4067);
  r.v1(http_method::del, "/fapi/v1/allOpenOrders", btc);
  r.v1(post, "/fapi/v1/order", limit_order("BUY", "0.012", "60000.1"));
  CHECK(ask("/fapi/v1/marginType", with(btc, "marginType", "ISOLATED")) == -4048);
  CHECK(ask("/fapi/v1/positionSide/dual", {{"dualSidePosition", "true"}}) == -4068);
  CHECK(r.v3(post, "/fapi/v3/stpMode", {{"stpMode", "EXPIRE_BOTH"}}).status == 200);
  CHECK(r.v3(get, "/fapi/v3/stpMode").parsed()["stpMode"] == "EXPIRE_BOTH");
}
