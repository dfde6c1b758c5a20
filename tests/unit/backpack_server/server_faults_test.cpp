#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::backpack::test;

/// Faults that a client may have, planted one by one: each is refused with the venue's code, and
/// leaves nothing behind.
namespace {

const std::string invalid_request = "400 INVALID_CLIENT_REQUEST ";
const std::string invalid_quantity = "400 INVALID_QUANTITY ";
const std::string invalid_price = "400 INVALID_PRICE ";
const std::string invalid_order = "400 INVALID_ORDER ";
const std::string unreadable = "400 parse request payload error: failed to parse ";

struct fault {
  const char* name;
  json change; ///< of a good limit order; null removes the member
  std::string said;
  bool only_start = false;
};

json changed(json order, const json& change) {
  for (const auto& [name, value] : change.items())
    if (value.is_null())
      order.erase(name);
    else
      order[name] = value;
  return order;
}

std::size_t orders_of(rig& r) {
  return r.core->order_history(exchange::account_id{0}, std::nullopt).size();
}

} // namespace

TEST_CASE("each wrong order is refused with the venue's code and leaves nothing behind") {
  const std::vector<fault> faults{
      {"price off the tick", {{"price", "59995.05"}}, invalid_request + "Price decimal too long"},
      {"size off the step",
       {{"quantity", "0.010001"}},
       invalid_request + "Quantity decimal too long"},
      {"zero size",
       {{"quantity", "0"}},
       invalid_quantity + "Quantity is below the minimum allowed value"},
      {"size beyond all bounds",
       {{"quantity", "99999999999999999"}},
       invalid_quantity + "Quantity is above the maximum allowed value"},
      {"price above the maximum", {{"price", "1000000.1"}}, invalid_price + "Invalid price"},
      {"zero price", {{"price", "0"}}, invalid_price + "Invalid price"},
      {"far below the last price",
       {{"price", "1"}},
       invalid_price + "Price is too far from the last active price"},
      {"buys above the band of the mark",
       {{"price", "66000.1"}},
       invalid_price + "Price is too far from the last active price"},
      {"unknown market", {{"symbol", "DOGE_USDC_PERP"}}, "400 INVALID_SYMBOL Invalid symbol"},
      {"spot market", {{"symbol", "BTC_USDC"}}, "400 INVALID_SYMBOL Invalid symbol"},
      {"no market name",
       {{"symbol", "BTC/USDC"}},
       unreadable
           + R"("MarketSymbol": Invalid market symbol (occurred while parsing "OrderExecutePayload"))"},
      {"no symbol", {{"symbol", nullptr}}, unreadable, true},
      {"no side", {{"side", nullptr}}, unreadable, true},
      {"foreign side", {{"side", "BUY"}}, unreadable, true},
      {"no order type", {{"orderType", nullptr}}, unreadable, true},
      {"order type in capitals", {{"orderType", "LIMIT"}}, unreadable, true},
      {"time in force of others", {{"timeInForce", "GTX"}}, unreadable, true},
      {"price as a number", {{"price", 59995}}, unreadable, true},
      {"size as a number", {{"quantity", 1}}, unreadable, true},
      {"negative size", {{"quantity", "-0.01"}}, unreadable, true},
      {"exponent", {{"quantity", "1e-2"}}, unreadable, true},
      {"client id as a text", {{"clientId", "7"}}, unreadable, true},
      {"client id beyond 32 bits", {{"clientId", 4294967296U}}, unreadable, true},
      {"negative client id", {{"clientId", -1}}, unreadable, true},
      {"flag as a text", {{"postOnly", "true"}}, unreadable, true},
      {"flag as a number", {{"reduceOnly", 1}}, unreadable, true},
      {"self-trade word of others", {{"selfTradePrevention", "EXPIRE_TAKER"}}, unreadable, true},
      {"limit without price", {{"price", nullptr}}, invalid_request, true},
      {"limit without size", {{"quantity", nullptr}}, invalid_request, true},
      {"limit with quote size", {{"quoteQuantity", "5"}}, invalid_request, true},
      {"market with price", {{"orderType", "Market"}}, invalid_request, true},
      {"market without size",
       {{"orderType", "Market"}, {"price", nullptr}, {"quantity", nullptr}},
       invalid_request,
       true},
      {"market with two sizes",
       {{"orderType", "Market"}, {"price", nullptr}, {"quoteQuantity", "5"}},
       invalid_request,
       true},
      {"slippage without its type",
       {{"orderType", "Market"}, {"price", nullptr}, {"slippageTolerance", "1"}},
       invalid_request,
       true},
      {"post-only that takes",
       {{"postOnly", true}, {"price", "60000.1"}},
       invalid_order + "Order would immediately match and take"},
      {"post-only IOC",
       {{"postOnly", true}, {"timeInForce", "IOC"}},
       invalid_order + "Invalid order"},
      {"reduce-only without a position",
       {{"reduceOnly", true}},
       invalid_order + "Reduce only order not reduced"},
      {"trigger price alone",
       {{"triggerPrice", "61000"}},
       invalid_request + "Must specify both `triggerPrice` and `triggerQuantity` or neither"},
      {"trigger order",
       {{"triggerPrice", "61000"}, {"triggerQuantity", "80%"}},
       "400 NOT_IMPLEMENTED triggerPrice is not simulated"},
      {"more than the account carries",
       {{"quantity", "40"}},
       "400 INSUFFICIENT_MARGIN Insufficient margin"},
  };
  rig r;
  const auto s = r.listen({"account.orderUpdate", "account.positionUpdate"});
  for (const auto& f : faults) {
    INFO(f.name);
    const auto said = r.place(changed(limit_order("Bid", "0.01", "59995"), f.change)).refusal();
    if (f.only_start)
      CHECK_MESSAGE(said.starts_with(f.said), said);
    else
      CHECK(said == f.said);
  }
  CHECK(orders_of(r) == 0);
  CHECK(r.frames(s).empty());
  CHECK(r.place(limit_order("Bid", "0.01", "59995")).status == 200);
}

TEST_CASE("a step that is not a power of ten is kept") {
  rig r;
  exchange::feed_event e;
  e.what = exchange::feed_event::kind::prices;
  e.time = r.now;
  e.mark = "0.01"_price;
  r.core->apply(r.now, *r.core->find_market("kPEPE_USDC_PERP"), e);
  const json order{{"symbol", "kPEPE_USDC_PERP"},
                   {"side", "Bid"},
                   {"orderType", "Limit"},
                   {"price", "0.009999"},
                   {"quantity", "300"}};
  CHECK(r.place(order).status == 200);
  CHECK(r.place(with(order, {{"quantity", "250"}})).refusal()
        == invalid_quantity + "Invalid quantity");
}

TEST_CASE("a field that is changed, added, taken out or moved after signing is refused") {
  rig r;
  const auto order = limit_order("Bid", "0.01", "59995");
  const auto headers = r.sign(rig::text_of("orderExecute", order));
  const auto said = [&](const json& body, std::string_view target = "/api/v1/order") {
    return r.send(http_method::post, target, body.dump(), headers).refusal();
  };
  CHECK(said(with(order, {{"price", "59996"}})) == invalid_request + "Invalid signature");
  CHECK(said(with(order, {{"clientId", 1}})) == invalid_request + "Invalid signature");
  CHECK(said(with(order, {{"nonsense", 1.50}})) == invalid_request + "Invalid signature");
  CHECK(said(changed(order, {{"quantity", nullptr}})) == invalid_request + "Invalid signature");
  // What stands in the query of a POST is neither signed nor read.
  CHECK(said(order, "/api/v1/order?price=1").starts_with("200"));
  // Another call with the same parameters has another instruction.
  CHECK(r.send(http_method::del, "/api/v1/order", order.dump(), headers).refusal()
        == invalid_request + "Invalid signature");
}

TEST_CASE("a batch is signed order by order and refused whole when one is malformed") {
  rig r;
  const auto one = limit_order("Bid", "0.01", "59995");
  const auto two = limit_order("Bid", "0.02", "59994");
  const auto text = rig::text_of("orderExecute", one) + "&" + rig::text_of("orderExecute", two);
  const auto swapped = json::array({two, one}).dump();
  CHECK(r.send(http_method::post, "/api/v1/orders", swapped, r.sign(text)).refusal()
        == invalid_request + "Invalid signature");
  CHECK(r.batch({one, with(two, {{"price", "59994.01"}})}).refusal()
        == invalid_request + "Price decimal too long");
  CHECK(r.batch(json::array()).refusal() == invalid_request + "A batch holds 1 to 50 orders");
  CHECK(r.batch(json(51, one)).status == 400);
  CHECK(r.send(http_method::post, "/api/v1/orders", one.dump(), r.sign(text)).refusal()
        == "400 parse request payload error: expected a JSON document");
  CHECK(orders_of(r) == 0);
  CHECK(r.batch(json(50, one)).parsed().size() == 50);
}

TEST_CASE("the client id of an open order cannot be used again, that of a final one can") {
  rig r;
  const auto order = with(limit_order("Bid", "0.01", "59995"), {{"clientId", 3}});
  CHECK(r.place(order).status == 200);
  CHECK(r.place(order).refusal() == invalid_order + "Client id is already in use");
  CHECK(r.place(order, "B").status == 200);
  CHECK(r.cancel({{"symbol", "BTC_USDC_PERP"}, {"clientId", 3}}).status == 200);
  CHECK(r.place(order).status == 200);
}

TEST_CASE("a cancel names exactly one id of an open order of its own in that market") {
  rig r;
  const auto id = r.place(limit_order("Bid", "0.01", "59995")).parsed()["id"];
  const json good{{"symbol", "BTC_USDC_PERP"}, {"orderId", id}};
  const std::string not_found = "404 RESOURCE_NOT_FOUND Not Found";
  CHECK(r.cancel({{"symbol", "BTC_USDC_PERP"}}).refusal()
        == invalid_request + "Must specify either `orderId` or `clientId`");
  CHECK(r.cancel(with(good, {{"clientId", 1}})).refusal()
        == invalid_request + "Must specify either `orderId` or `clientId`");
  CHECK(r.cancel({{"orderId", id}}).refusal().starts_with(unreadable));
  CHECK(r.cancel(with(good, {{"symbol", "ETH_USDC_PERP"}})).refusal() == not_found);
  CHECK(r.cancel(good, "B").refusal() == not_found);
  CHECK(r.cancel(with(good, {{"orderId", "28"}})).refusal() == not_found);
  CHECK(r.cancel(with(good, {{"orderId", "28x"}})).refusal().starts_with(unreadable));
  const auto done = r.cancel(with(good, {{"orderId", std::stoull(id.get<std::string>())}}));
  CHECK(done.parsed()["status"] == "Cancelled");
  CHECK(r.cancel(good).refusal() == not_found);
  CHECK(r.get("/api/v1/order", "orderQuery", good).refusal() == not_found);
}

TEST_CASE("cancel all takes one market and answers with what it cancelled") {
  rig r;
  const auto all = [&](const json& p) {
    return r.call(http_method::del, "/api/v1/orders", "orderCancelAll", p);
  };
  r.place(limit_order("Bid", "0.01", "59995"));
  r.place(limit_order("Bid", "0.01", "59994"));
  CHECK(all(json::object()).refusal().starts_with(unreadable));
  CHECK(all({{"symbol", "BTC_USDC_PERP"}, {"orderType", "Limit"}}).status == 400);
  CHECK(all({{"symbol", "BTC_USDC_PERP"}, {"orderType", "ConditionalOrder"}}).body == "[]");
  CHECK(all({{"symbol", "SOL_USDC_PERP"}}).body == "[]");
  const auto gone = all({{"symbol", "BTC_USDC_PERP"}, {"orderType", "RestingLimitOrder"}}).parsed();
  REQUIRE(gone.size() == 2);
  CHECK(gone[1]["status"] == "Cancelled");
  CHECK(r.get("/api/v1/orders", "orderQueryAll").body == "[]");
}

TEST_CASE("bodies that are no JSON object, and names that stand twice, are refused as plain text") {
  rig r;
  const auto headers = r.sign("instruction=orderExecute");
  for (const auto* body : {"", "null", "7", "\"x\"", "[]", "{", "symbol=BTC_USDC_PERP",
                           R"({"side":"Bid","side":"Ask"})", "\xff", "[[]]"}) {
    INFO(body);
    const auto a = r.send(http_method::post, "/api/v1/order", body, headers);
    CHECK(a.refusal() == "400 parse request payload error: expected a JSON document");
    CHECK(a.headers.at("Content-Type") == "text/plain; charset=utf-8");
  }
}

TEST_CASE("wrong methods and paths") {
  rig r;
  CHECK(r.send(http_method::put, "/api/v1/order").status == 405);
  CHECK(r.send(http_method::post, "/api/v1/markets").status == 405);
  CHECK(r.send(http_method::get, "/fapi/v1/order").refusal() == "404 RESOURCE_NOT_FOUND Not Found");
  CHECK(r.get("/api/v1/orders", "orderQueryAll", {{"marketType", "SWAP"}}).status == 400);
  CHECK(r.get("/wapi/v1/history/fills", "fillHistoryQueryAll", {{"limit", 1001}}).status == 400);
}

TEST_CASE("IOC, FOK and market orders end at once, with the reason in the history") {
  rig r;
  const auto status = [&](const json& order) { return r.place(order).parsed()["status"]; };
  const auto reason = [&] {
    return r.get("/wapi/v1/history/orders", "orderHistoryQueryAll", {{"limit", 1}})
        .parsed()[0]["expiryReason"];
  };
  CHECK(status(with(limit_order("Bid", "0.01", "59995"), {{"timeInForce", "IOC"}})) == "Expired");
  CHECK(reason() == "ImmediateOrCancel");
  CHECK(status(with(limit_order("Bid", "1.5", "60000.1"), {{"timeInForce", "FOK"}})) == "Expired");
  CHECK(reason() == "FillOrKill");
  CHECK(status(with(limit_order("Bid", "0.5", "60000.1"), {{"timeInForce", "FOK"}})) == "Filled");
  CHECK(reason().is_null());
  const json tolerance{{"slippageTolerance", "1"}, {"slippageToleranceType", "TickSize"}};
  const auto cut = r.place(with(market_order("Bid", "2"), tolerance)).parsed();
  CHECK(cut["status"] == "Expired");
  CHECK(cut["executedQuantity"] == "0.5"); // 60010 is more than a tick away
  CHECK(reason() == "SlippageToleranceExceeded");
  CHECK(status(market_order("Bid", "11")) == "Expired");
  CHECK(reason() == "PriceImpact");
  CHECK(r.place(market_order("Bid", "0.01")).refusal() == invalid_order + "Insufficient liquidity");
}

TEST_CASE("orders of one account do not trade with each other") {
  rig r;
  r.book("60000.0", "0", "60000.1", "0");
  const auto resting = r.place(limit_order("Ask", "0.01", "60005")).parsed();
  const auto taker = r.place(limit_order("Bid", "0.01", "60005")).parsed();
  CHECK(taker["status"] == "Expired");
  CHECK(r.get("/api/v1/orders", "orderQueryAll").parsed()[0]["id"] == resting["id"]);
  const auto next
      = r.place(with(limit_order("Bid", "0.01", "60005"), {{"selfTradePrevention", "RejectMaker"}}))
            .parsed();
  CHECK(next["status"] == "New");
  CHECK(next["selfTradePrevention"] == "RejectMaker");
  CHECK(r.get("/api/v1/orders", "orderQueryAll").parsed().size() == 1);
}

TEST_CASE("a closed market takes cancels and no orders, and says so") {
  rig r;
  const auto id = r.place(limit_order("Bid", "0.01", "59995")).parsed()["id"];
  r.core->set_trading(r.now, r.btc(), false);
  CHECK(r.place(limit_order("Bid", "0.01", "59995")).refusal()
        == "400 TRADING_PAUSED Trading is paused");
  CHECK(r.send(http_method::get, "/api/v1/market?symbol=BTC_USDC_PERP").parsed()["orderBookState"]
        == "Closed");
  CHECK(r.cancel({{"symbol", "BTC_USDC_PERP"}, {"orderId", id}}).status == 200);
}

TEST_CASE("more open orders than allowed are refused") {
  rig r;
  for (int i = 0; i < 200; ++i)
    REQUIRE(r.place(limit_order("Bid", "0.0001", "59995")).status == 200);
  CHECK(r.place(limit_order("Bid", "0.0001", "59995")).refusal()
        == "400 ORDER_LIMIT Too many open orders");
}

TEST_CASE("2000 requests a minute and account, 30 of the slow ones, then 429 until it is over") {
  rig r;
  const auto slow = [&] {
    return r
        .send(http_method::get,
              "/api/v1/klines?symbol=BTC_USDC_PERP&interval=1m&startTime=1700000000")
        .refusal();
  };
  for (int i = 0; i < 30; ++i)
    REQUIRE(slow().starts_with("200"));
  CHECK(slow() == "429 TOO_MANY_REQUESTS Too many requests");
  for (int i = 0; i < 2000; ++i)
    REQUIRE(r.get("/api/v1/capital", "balanceQuery").status == 200);
  CHECK(r.place(limit_order("Bid", "0.01", "59995")).status == 429);
  CHECK(r.get("/api/v1/capital", "balanceQuery", json::object(), "B").status == 200);
  CHECK(r.send(http_method::get, "/api/v1/time").status == 200);
  CHECK(orders_of(r) == 0);
  r.run_for(std::chrono::minutes{1});
  CHECK(r.place(limit_order("Bid", "0.01", "59995")).status == 200);
  CHECK(slow().starts_with("200"));
}
