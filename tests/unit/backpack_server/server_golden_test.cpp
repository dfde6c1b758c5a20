#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::backpack::test;

/// Every answer and frame that is printed in the specification: same members, same types, and the
/// same way of writing numbers.
namespace {

void check_shape(const char* expected, const json& found) {
  const auto difference = shape_difference(json::parse(expected), found);
  CHECK_MESSAGE(difference.empty(), difference << "\n" << found.dump());
}

const char* const resting_limit
    = R"({"clientId":123456789,"createdAt":1753626206762,"executedQuantity":"0",
 "executedQuoteQuantity":"0","id":"4228978331","orderType":"Limit","postOnly":true,"price":"3000",
 "quantity":"0.001","reduceOnly":null,"relatedOrderId":null,"selfTradePrevention":"RejectTaker",
 "side":"Bid","status":"New","stopLossLimitPrice":null,"stopLossTriggerBy":null,
 "stopLossTriggerPrice":null,"strategyId":null,"symbol":"ETH_USDC","takeProfitLimitPrice":null,
 "takeProfitTriggerBy":null,"takeProfitTriggerPrice":null,"timeInForce":"GTC","triggerBy":null,
 "triggerPrice":null,"triggerQuantity":null,"triggeredAt":null})";

const char* const market_fill
    = R"({"clientId":null,"createdAt":1753624283415,"executedQuantity":"0.001",
 "executedQuoteQuantity":"3.81428","id":"4227701917","orderType":"Market","quantity":"0.001",
 "quoteQuantity":"3.82","reduceOnly":null,"relatedOrderId":null,
 "selfTradePrevention":"RejectTaker","side":"Bid","status":"Filled","stopLossLimitPrice":null,
 "stopLossTriggerBy":null,"stopLossTriggerPrice":null,"strategyId":null,"symbol":"ETH_USDC",
 "takeProfitLimitPrice":null,"takeProfitTriggerBy":null,"takeProfitTriggerPrice":null,
 "timeInForce":"GTC","triggerBy":null,"triggerPrice":null,"triggerQuantity":null,
 "triggeredAt":null})";

/// ann holds 0.0036 BTC, bought at 60000.1.
void buy_some(rig& r) { REQUIRE(r.place(market_order("Bid", "0.0036")).status == 200); }

} // namespace

TEST_CASE("a market is listed as recorded from the venue") {
  rig r;
  const auto all = r.send(http_method::get, "/api/v1/markets").parsed();
  check_shape(R"([{"baseSymbol":"SOL","createdAt":"2025-01-21T06:34:54.691858",
 "filters":{"price":{"borrowEntryFeeMaxMultiplier":null,"borrowEntryFeeMinMultiplier":null,
   "maxImpactMultiplier":"1.03","maxMultiplier":"1.25","maxPrice":"1000",
   "meanMarkPriceBand":{"maxMultiplier":"1.1","minMultiplier":"0.9"},
   "meanPremiumBand":null,
   "minImpactMultiplier":"0.97","minMultiplier":"0.75","minPrice":"0.01","tickSize":"0.01"},
  "quantity":{"maxQuantity":null,"minQuantity":"0.01","stepSize":"0.01"}},
 "fundingInterval":28800000,"fundingRateLowerBound":"-100","fundingRateUpperBound":"100",
 "imfFunction":{"base":"0.02","factor":"0.0001275","type":"sqrt"},
 "marketType":"PERP","mmfFunction":{"base":"0.0125","factor":"0.0000765","type":"sqrt"},
 "openInterestLimit":"4000000","orderBookState":"Open","quoteSymbol":"USDC",
 "symbol":"SOL_USDC_PERP","visible":true}])",
              all);
  REQUIRE(all.size() == 4);
  CHECK(all[0]["symbol"] == "BTC_USDC_PERP");
  CHECK(all[0]["filters"]["price"]["tickSize"] == "0.1");
  CHECK(all[0]["filters"]["quantity"]["stepSize"] == "0.00001");
  CHECK(all[0]["fundingInterval"] == 3'600'000);
  CHECK(all[0]["imfFunction"]["base"] == "0.01333333");
  CHECK(all[2]["filters"]["price"]["maxPrice"] == "1000");
  const auto one = r.send(http_method::get, "/api/v1/market?symbol=SOL_USDC_PERP").parsed();
  CHECK(one == all[2]);
  CHECK(r.send(http_method::get, "/api/v1/markets?marketType=SPOT").parsed().empty());
  CHECK(r.send(http_method::get, "/api/v1/markets?marketType=SPOT&marketType=PERP").parsed().size()
        == 4);
}

TEST_CASE("time and ping are plain text, status is not") {
  rig r;
  const auto time = r.send(http_method::get, "/api/v1/time");
  CHECK(time.body == "1753626206762");
  CHECK(time.headers.at("Content-Type") == "text/plain; charset=utf-8");
  CHECK(r.send(http_method::get, "/api/v1/ping").body == "pong");
  CHECK(r.send(http_method::get, "/api/v1/status").body == R"({"status":"Ok","message":null})");
  check_shape(R"([{"symbol":"","displayName":"","coingeckoId":null,"tokens":[]}])",
              r.send(http_method::get, "/api/v1/assets").parsed());
}

TEST_CASE("depth ascends on both sides and pads what it prints") {
  rig r;
  const auto book = r.send(http_method::get, "/api/v1/depth?symbol=BTC_USDC_PERP").parsed();
  check_shape(R"({"asks":[["118318.3","0.00633"]],"bids":[["1.0","0.38647"]],
 "lastUpdateId":"1504999670","timestamp":1753102447307501})",
              book);
  CHECK(book["asks"] == json::parse(R"([["60000.1","1.00000"],["60010.0","10.00000"]])"));
  CHECK(book["bids"] == json::parse(R"([["59990.0","10.00000"],["60000.0","1.00000"]])"));
  CHECK(book["timestamp"] == 1'753'626'206'762'000);
  CHECK(r.send(http_method::get, "/api/v1/depth?symbol=BTC_USDC_PERP&limit=5").status == 200);
  CHECK(r.send(http_method::get, "/api/v1/depth?symbol=BTC_USDC_PERP&limit=7").status == 400);
  CHECK(r.send(http_method::get, "/api/v1/depth?symbol=DOGE_USDC_PERP").refusal()
        == "400 INVALID_SYMBOL Invalid symbol");
}

TEST_CASE("tickers, trades, candles, prices and interest") {
  rig r;
  CHECK(r.send(http_method::get, "/api/v1/ticker?symbol=X_USDC_PERP").status == 204);
  r.trade("60000.1", "0.00016", side::buy);
  r.trade("60000.0", "0.5", side::sell);
  const auto ticker = r.send(http_method::get, "/api/v1/ticker?symbol=BTC_USDC_PERP").parsed();
  check_shape(R"({"firstPrice":"","high":"","lastPrice":"","low":"","priceChange":"",
 "priceChangePercent":"","quoteVolume":"","symbol":"","trades":"","volume":""})",
              ticker);
  CHECK(ticker["trades"] == "2");
  CHECK(ticker["volume"] == "0.50016");
  CHECK(r.send(http_method::get, "/api/v1/tickers").parsed().size() == 4);

  const auto trades = r.send(http_method::get, "/api/v1/trades?symbol=BTC_USDC_PERP").parsed();
  check_shape(R"([{"id":8721563,"isBuyerMaker":false,"price":"117427.6","quantity":"0.00016",
 "quoteQuantity":"18.788416","timestamp":1753123916819}])",
              trades);
  CHECK(trades[0]["isBuyerMaker"] == true); // newest first
  CHECK(trades[1]["quoteQuantity"] == "9.600016");

  const auto prices = r.send(http_method::get, "/api/v1/markPrices?symbol=BTC_USDC_PERP").parsed();
  check_shape(R"([{"fundingRate":"0.0001","indexPrice":"118333.18643195",
 "markPrice":"118343.51853741","nextFundingTimestamp":1753113600000,"symbol":"BTC_USDC_PERP"}])",
              prices);
  CHECK(prices[0]["nextFundingTimestamp"] == 1'753'628'400'000);

  check_shape(R"([{"openInterest":"1273.85214","symbol":"BTC_USDC_PERP","timestamp":1}])",
              r.send(http_method::get, "/api/v1/openInterest").parsed());

  const auto candles
      = r.send(http_method::get,
               "/api/v1/klines?symbol=BTC_USDC_PERP&interval=1month&startTime=1748736000")
            .parsed();
  REQUIRE(candles.size() == 1);
  CHECK(candles[0]["start"] == "2025-07-01 00:00:00");
  CHECK(candles[0]["end"] == "2025-08-01 00:00:00");
  CHECK(candles[0]["close"] == "60000");
  CHECK(
      r.send(http_method::get, "/api/v1/klines?symbol=BTC_USDC_PERP&interval=7m&startTime=1").status
      == 400);
}

TEST_CASE("a resting order is answered as recorded") {
  rig r;
  const auto placed
      = r.place(with(limit_order("Bid", "0.001", "59000"),
                     {{"clientId", 123'456'789}, {"postOnly", true}, {"timeInForce", "GTC"}}))
            .parsed();
  check_shape(resting_limit, placed);
  CHECK(placed["id"] == "5406825793");
  CHECK(placed["createdAt"] == 1'753'626'206'762);
  CHECK(placed["price"] == "59000");
  CHECK(placed["quantity"] == "0.001");
  CHECK(placed["executedQuantity"] == "0");
  CHECK(placed["reduceOnly"].is_null());
  CHECK(placed["status"] == "New");
  const auto one = r.get("/api/v1/order", "orderQuery",
                         {{"symbol", "BTC_USDC_PERP"}, {"clientId", 123'456'789}});
  CHECK(one.parsed() == placed);
  const auto open = r.get("/api/v1/orders", "orderQueryAll");
  CHECK(open.parsed() == json::array({placed}));
}

TEST_CASE("a market order by quote quantity is answered as recorded") {
  rig r;
  auto order = market_order("Bid", "0");
  order.erase("quantity");
  order["quoteQuantity"] = "60.5";
  const auto filled = r.place(order).parsed();
  check_shape(market_fill, filled);
  CHECK(filled["quoteQuantity"] == "60.5");
  CHECK(filled["quantity"] == "0.001"); // 60.5 / 60000.1, at the step
  CHECK(filled["executedQuoteQuantity"] == "60.0001");
  CHECK(filled["status"] == "Filled");
  CHECK(filled["timeInForce"] == "GTC");
}

TEST_CASE("a position is answered as recorded, its break-even with what was paid") {
  rig r;
  CHECK(r.get("/api/v1/position", "positionQuery").body == "[]");
  CHECK(r.get("/api/v1/position", "positionQuery", {{"symbol", "BTC_USDC_PERP"}}).refusal()
        == "404 RESOURCE_NOT_FOUND Not Found");
  buy_some(r);
  const auto held = r.get("/api/v1/position", "positionQuery").parsed();
  check_shape(R"([{"breakEvenPrice":"3831.3630555555555555555555556",
 "cumulativeFundingPayment":"-0.009218","cumulativeInterest":"0",
 "entryPrice":"3826.8888888888888888888888889","estLiquidationPrice":"0","imf":"0.02",
 "imfFunction":{"base":"0.02","factor":"0.0000935","type":"sqrt"},"markPrice":"3787.46813304",
 "mmf":"0.0125","mmfFunction":{"base":"0.0125","factor":"0.0000561","type":"sqrt"},
 "netCost":"13.7768","netExposureNotional":"13.634885278944","netExposureQuantity":"0.0036",
 "netQuantity":"0.0036","pnlRealized":"0","pnlUnrealized":"-0.141914",
 "positionId":"4238420454","subaccountId":null,"symbol":"ETH_USDC_PERP","userId":1813870}])",
              held);
  CHECK(held[0]["entryPrice"] == "60000.1");
  CHECK(held[0]["breakEvenPrice"] == "60030.10005"); // 5 bps of fees
  CHECK(held[0]["netQuantity"] == "0.0036");
  CHECK(held[0]["pnlUnrealized"] == "-0.00036");
  CHECK(held[0]["positionId"] == "4238420454");
  // Funding of the next full hour: 0.0036 * 60000 * 0.0001 is paid.
  r.run_for(std::chrono::hours{1});
  const auto later = r.get("/api/v1/position", "positionQuery").parsed();
  CHECK(later[0]["cumulativeFundingPayment"] == "-0.0216");
  const auto paid = r.get("/wapi/v1/history/funding", "fundingHistoryQueryAll");
  check_shape(R"([{"fundingRate":"0.0001","intervalEndTimestamp":"2025-08-01T16:00:00",
 "quantity":"-0.001301","subaccountId":0,"symbol":"ETH_USDC_PERP","userId":1813870}])",
              paid.parsed());
  CHECK(paid.parsed()[0]["quantity"] == "-0.0216");
  CHECK(paid.parsed()[0]["intervalEndTimestamp"] == "2025-07-27T15:00:00");
  CHECK(paid.headers.at("X-TOTAL") == "1");
  check_shape(R"([{"fundingRate":"0.0001","intervalEndTimestamp":"2025-07-22T00:00:00",
 "symbol":"BTC_USDC_PERP"}])",
              r.send(http_method::get, "/api/v1/fundingRates?symbol=BTC_USDC_PERP").parsed());
  CHECK(r.send(http_method::get, "/api/v1/fundingRates?symbol=X_USDC_PERP").body == "[]");
}

TEST_CASE("money and settings") {
  rig r;
  CHECK(r.get("/api/v1/capital", "balanceQuery").body
        == R"({"USDC":{"available":"100000","locked":"0","staked":"0"}})");
  const auto flat = r.get("/api/v1/capital/collateral", "collateralQuery").parsed();
  CHECK(flat["marginFraction"].is_null());
  buy_some(r);
  const auto c = r.get("/api/v1/capital/collateral", "collateralQuery").parsed();
  check_shape(R"({"assetsValue":"","borrowLiability":"","imf":"","unsettledEquity":"",
 "liabilitiesValue":"","marginFraction":"","mmf":"","netEquity":"","netEquityAvailable":"",
 "netEquityLocked":"","netExposureFutures":"","pnlUnrealized":"","collateral":[{"symbol":"",
 "assetMarkPrice":"","totalQuantity":"","balanceNotional":"","collateralWeight":"",
 "collateralValue":"","openOrderQuantity":"","lendQuantity":"","availableQuantity":""}]})",
              c);
  CHECK(c["netExposureFutures"] == "216");
  CHECK(c["netEquityLocked"] == "10.8"); // at 20 x
  CHECK(c["imf"] == "0.05");
  const auto a = r.get("/api/v1/account", "accountQuery").parsed();
  check_shape(R"({"autoBorrowSettlements":false,"autoLend":false,"autoRealizePnl":false,
 "autoRepayBorrows":false,"borrowLimit":"","leverageLimit":"","positionLimit":"",
 "futuresMakerFee":"","futuresTakerFee":"","spotMakerFee":"","spotTakerFee":"","limitOrders":1,
 "triggerOrders":1,"liquidating":false})",
              a);
  CHECK(a["futuresMakerFee"] == "2"); // basis points
  CHECK(a["futuresTakerFee"] == "5");
  CHECK(a["leverageLimit"] == "20");
  const auto most = r.get("/api/v1/account/limits/order", "maxOrderQuantity",
                          {{"symbol", "SOL_USDC_PERP"}, {"side", "Bid"}, {"price", "100"}});
  CHECK(most.parsed()["maxOrderQuantity"] == "19997.81");
}

TEST_CASE("histories are answered as recorded") {
  rig r;
  r.place(with(limit_order("Ask", "0.002", "60500"), {{"clientId", 7}}));
  r.cancel({{"symbol", "BTC_USDC_PERP"}, {"clientId", 7}});
  r.run_for(std::chrono::milliseconds{250});
  r.place(with(market_order("Bid", "0.0026"), {{"clientId", 8}}));
  const auto orders = r.get("/wapi/v1/history/orders", "orderHistoryQueryAll");
  check_shape(R"([{"clientId":null,"createdAt":"2025-07-27T18:05:40.897","executedQuantity":"0",
 "executedQuoteQuantity":"0","expiryReason":null,"id":"4239996998","orderType":"Limit",
 "postOnly":false,"price":null,"quantity":null,"quoteQuantity":null,
 "selfTradePrevention":"RejectTaker","side":"Ask","status":"Cancelled","symbol":"ETH_USDC",
 "systemOrderType":null,"timeInForce":"GTC","triggerBy":null,"triggerPrice":null,
 "triggerQuantity":null,"strategyId":null,"stopLossLimitPrice":null,"stopLossTriggerBy":null,
 "stopLossTriggerPrice":null,"takeProfitLimitPrice":null,"takeProfitTriggerBy":null,
 "takeProfitTriggerPrice":null}])",
              orders.parsed());
  REQUIRE(orders.parsed().size() == 2);
  CHECK(orders.parsed()[1]["status"] == "Cancelled");
  CHECK(orders.parsed()[1]["createdAt"] == "2025-07-27T14:23:26.762");
  CHECK(orders.headers.at("X-PAGE-COUNT") == "1");
  CHECK(orders.headers.at("X-PAGE-SIZE") == "100");
  const auto one = r.get("/wapi/v1/history/orders", "orderHistoryQueryAll",
                         {{"orderId", orders.parsed()[1]["id"]}, {"limit", 1}});
  CHECK(one.parsed() == json::array({orders.parsed()[1]}));

  const auto fills = r.get("/wapi/v1/history/fills", "fillHistoryQueryAll",
                           {{"symbol", "BTC_USDC_PERP"}, {"fillType", "User"}});
  check_shape(R"([{"clientId":null,"fee":"0.004974","feeSymbol":"USDC","isMaker":false,
 "orderId":"4238907375","price":"3826.15","quantity":"0.0026","side":"Bid",
 "symbol":"ETH_USDC_PERP","systemOrderType":null,"timestamp":"2025-07-27T17:39:00.092",
 "tradeId":9748827}])",
              fills.parsed());
  REQUIRE(fills.parsed().size() == 1);
  CHECK(fills.parsed()[0]["clientId"] == "8"); // a text here
  CHECK(fills.parsed()[0]["timestamp"] == "2025-07-27T14:23:27.012");
  CHECK(fills.parsed()[0]["fee"] == "0.07800013");
  const auto in = [&](std::int64_t from, std::int64_t to) {
    return r.get("/wapi/v1/history/fills", "fillHistoryQueryAll", {{"from", from}, {"to", to}})
        .parsed()
        .size();
  };
  const auto at = to_ms(r.now);
  CHECK(in(at, at + 1) == 1); // from is inside, to is not
  CHECK(in(at - 1, at) == 0);
  CHECK(in(at + 1, at + 2) == 0);
}

TEST_CASE("batches tag each element") {
  rig r;
  const auto answered = r.batch({with(limit_order("Bid", "0.01", "59995"), {{"clientId", 5}}),
                                 with(limit_order("Bid", "0.01", "60001"), {{"postOnly", true}})});
  REQUIRE(answered.status == 200);
  const auto list = answered.parsed();
  REQUIRE(list.size() == 2);
  CHECK(list[0]["operation"] == "Ok");
  auto bare = list[0];
  bare.erase("operation");
  check_shape(resting_limit, bare);
  CHECK(list[1]
        == json({{"operation", "Err"},
                 {"code", "INVALID_ORDER"},
                 {"message", "Order would immediately match and take"}}));
}
