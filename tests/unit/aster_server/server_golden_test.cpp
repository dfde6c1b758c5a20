#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::aster::test;

/// Answers and frames as the venue documents or recordings print them (asterdex/api-docs and
/// asterdex/API-demo): the server's have the same keys and JSON types.
namespace {

constexpr auto get = http_method::get;
constexpr auto post = http_method::post;

void check_shape(const char* printed, const json& found) {
  const auto difference = shape_difference(json::parse(printed), found);
  CHECK_MESSAGE(difference.empty(), difference, " in ", found.dump());
}

const char* const order_printed = R"({"orderId":22542179,"symbol":"BTCUSDT","status":"NEW",
  "clientOrderId":"testOrder","price":"90000.1","avgPrice":"0.00000","origQty":"0.012",
  "executedQty":"0","cumQty":"0","cumQuote":"0","timeInForce":"GTC","type":"LIMIT",
  "reduceOnly":false,"closePosition":false,"side":"BUY","positionSide":"BOTH","stopPrice":"0",
  "workingType":"CONTRACT_PRICE","priceProtect":false,"origType":"LIMIT",
  "updateTime":1566818724722})";
const char* const query_printed = R"({"avgPrice":"0.00000","clientOrderId":"abc","cumQuote":"0",
  "executedQty":"0","orderId":1917641,"origQty":"0.40","origType":"LIMIT","price":"100",
  "reduceOnly":false,"side":"BUY","positionSide":"BOTH","status":"NEW","stopPrice":"0",
  "closePosition":false,"symbol":"BTCUSDT","time":1579276756075,"timeInForce":"GTC","type":"LIMIT",
  "updateTime":1579276756075,"workingType":"CONTRACT_PRICE","priceProtect":false})";

json first_of(const answer& a) {
  REQUIRE_MESSAGE(a.status == 200, a.body);
  REQUIRE_FALSE(a.parsed().empty());
  return a.parsed()[0];
}

} // namespace

TEST_CASE("exchangeInfo has the recorded shape, filter by filter") {
  rig r;
  const auto info = r.send(get, "/fapi/v3/exchangeInfo").parsed();
  check_shape(R"({"timezone":"UTC","serverTime":1,"futuresType":"U_MARGINED",
    "rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,
    "limit":2400}],
    "exchangeFilters":[],
    "assets":[{"asset":"USDT","marginAvailable":true,"autoAssetExchange":"-1"}],
    "symbols":[{"symbol":"BTCUSDT","pair":"BTCUSDT","contractType":"PERPETUAL",
    "deliveryDate":4133404800000,"onboardDate":1627628400000,"status":"TRADING",
    "maintMarginPercent":"2.5000","requiredMarginPercent":"5.0000","baseAsset":"BTC",
    "quoteAsset":"USDT","marginAsset":"USDT","pricePrecision":1,"quantityPrecision":3,
    "baseAssetPrecision":8,"quotePrecision":8,"underlyingType":"COIN","underlyingSubType":[],
    "symbolType":0,"tradingMode":0,"name":"Bitcoin","channel":"","sequenceNo":10,
    "twapMinNotional":"1000","settlePlan":0,"triggerProtect":"0.0200","liquidationFee":"0.025000",
    "marketTakeBound":"0.02","createTime":1630045468108,
    "filters":[{"minPrice":"1","maxPrice":"1000000","filterType":"PRICE_FILTER","tickSize":"0.1"}],
    "orderTypes":["LIMIT"],"timeInForce":["GTC"]}]})",
              info);
  const auto printed = json::parse(
      R"([{"minPrice":"1","maxPrice":"1000000","filterType":"PRICE_FILTER","tickSize":"0.1"},
    {"stepSize":"0.001","filterType":"LOT_SIZE","maxQty":"1000","minQty":"0.001"},
    {"stepSize":"0.001","filterType":"MARKET_LOT_SIZE","maxQty":"120","minQty":"0.001"},
    {"limit":200,"filterType":"MAX_NUM_ORDERS"},{"limit":10,"filterType":"MAX_NUM_ALGO_ORDERS"},
    {"notional":"5","filterType":"MIN_NOTIONAL"},
    {"multiplierDown":"0.9800","multiplierUp":"1.0200","ltMultiplierDown":"0",
    "multiplierDecimal":"4","filterType":"PERCENT_PRICE","ltMultiplierUp":"0"}])");
  // Bitcoin's are those of the recording to the letter.
  CHECK(info["symbols"][0]["filters"] == printed);
  CHECK(info["symbols"][0]["pricePrecision"] == 1);
  CHECK(info["rateLimits"][2]["intervalNum"] == 10);
  for (const auto& s : info["symbols"])
    if (s["symbol"] == "SOLUSDT")
      CHECK(s["filters"][0]["tickSize"] == "0.0100");
  r.core->set_trading(r.now, r.btc(), false);
  CHECK(r.send(get, "/fapi/v1/exchangeInfo").parsed()["symbols"][0]["status"] == "SETTLING");
  CHECK(r.send(get, "/api/v3/exchangeInfo").parsed()["symbols"].empty());
}

TEST_CASE("market data have the documented shapes") {
  rig r;
  r.trade("60000.1", "0.5", side::buy);
  check_shape("{}", r.send(get, "/fapi/v1/ping").parsed());
  const auto time = r.send(get, "/fapi/v3/time").parsed();
  check_shape(R"({"serverTime":1499827319559})", time);
  CHECK(time["serverTime"] == to_ms(r.now));
  const auto depth = r.send(get, "/fapi/v3/depth?symbol=BTCUSDT&limit=5").parsed();
  check_shape(R"({"lastUpdateId":1027024,"E":1589436922972,"T":1589436922959,
    "bids":[["4.00000000","431.00000000"]],"asks":[["4.00000200","12.00000000"]]})",
              depth);
  CHECK(depth["bids"][0] == json::parse(R"(["60000.0","1.000"])"));
  CHECK(depth["bids"][1][0] == "59990.0");
  CHECK(depth["asks"][0][0] == "60000.1");
  const char* const best = R"({"symbol":"BTCUSDT","bidPrice":"4.00","bidQty":"431",
    "askPrice":"4.01","askQty":"9","time":1589437530011})";
  check_shape(best, r.send(get, "/fapi/v1/ticker/bookTicker?symbol=BTCUSDT").parsed());
  check_shape(best, first_of(r.send(get, "/fapi/v1/ticker/bookTicker")));
  check_shape(R"([{"id":28457,"price":"4.00000100","qty":"12.00000000","quoteQty":"48.00",
    "time":1499865549590,"isBuyerMaker":true}])",
              r.send(get, "/fapi/v1/trades?symbol=BTCUSDT").parsed());
  const char* const premium = R"({"symbol":"BTCUSDT","markPrice":"11793.63104562",
    "indexPrice":"11781.80495970","estimatedSettlePrice":"11781.16138815",
    "lastFundingRate":"0.00038246","nextFundingTime":1597392000000,"interestRate":"0.00010000",
    "time":1597370495002})";
  check_shape(premium, r.send(get, "/fapi/v3/premiumIndex?symbol=BTCUSDT").parsed());
  check_shape(premium, first_of(r.send(get, "/fapi/v3/premiumIndex")));
  check_shape(R"([{"symbol":"INJUSDT","interestRate":"0.00010000","time":1756197479000,
    "fundingIntervalHours":8,"fundingFeeCap":0.03,"fundingFeeFloor":-0.03}])",
              r.send(get, "/fapi/v3/fundingInfo").parsed());
  r.run_for(std::chrono::hours{8});
  check_shape(R"([{"symbol":"BTCUSDT","fundingRate":"-0.03750000","fundingTime":1570608000000}])",
              r.send(get, "/fapi/v3/fundingRate?symbol=BTCUSDT").parsed());
  check_shape(R"([[1,"1","1","1","1","1",1,"1",1,"1","1","0"]])",
              r.send(get, "/fapi/v3/klines?symbol=BTCUSDT&interval=1h").parsed());
  CHECK(r.send(get, "/fapi/v3/klines?symbol=BTCUSDT&interval=7h").code() == -1120);
  CHECK(r.send(get, "/fapi/v3/indexPriceKlines?pair=BTCUSDT&interval=1m").parsed().size() == 1);
  CHECK(r.send(get, "/fapi/v3/markPriceKlines?symbol=BTCUSDT&interval=1d").parsed().size() == 1);
  CHECK(r.send(get, "/fapi/v3/aggTrades?symbol=BTCUSDT").parsed()[0]["m"] == false);
  CHECK(r.send(get, "/fapi/v3/ticker/24hr?symbol=BTCUSDT").parsed()["volume"] == "0.500");
  CHECK(r.send(get, "/fapi/v3/ticker/price").parsed()[0]["price"] == "60000.1");
  CHECK(r.send(get, "/fapi/v1/historicalTrades?symbol=BTCUSDT").code() == -2014);
  CHECK(r.send(get, "/fapi/v1/historicalTrades?symbol=BTCUSDT", {}, r.ann.api_key).status == 200);
}

TEST_CASE("orders have the documented shape in every answer") {
  rig r;
  const auto placed = r.v1(post, "/fapi/v1/order", limit_order("BUY", "0.012", "59990.0")).parsed();
  check_shape(order_printed, placed);
  CHECK(placed["avgPrice"] == "0.00000");
  CHECK(placed["executedQty"] == "0");
  const fields which{{"symbol", "BTCUSDT"},
                     {"orderId", std::to_string(placed["orderId"].get<std::uint64_t>())}};
  for (const auto* path : {"/fapi/v1/order", "/fapi/v1/openOrder"})
    check_shape(query_printed, r.v1(get, path, which).parsed());
  check_shape(query_printed, first_of(r.v1(get, "/fapi/v1/openOrders")));
  check_shape(query_printed, first_of(r.v1(get, "/fapi/v1/allOrders", {{"symbol", "BTCUSDT"}})));
  check_shape(order_printed, r.v1(http_method::del, "/fapi/v1/order", which).parsed());
  check_shape(R"({"code":"200","msg":"The operation of cancel all open order is done."})",
              r.v1(http_method::del, "/fapi/v1/allOpenOrders", {{"symbol", "BTCUSDT"}}).parsed());
  check_shape(R"({"symbol":"BTCUSDT","countdownTime":"100000"})",
              r.v1(post, "/fapi/v1/countdownCancelAll",
                   {{"symbol", "BTCUSDT"}, {"countdownTime", "100000"}})
                  .parsed());
  check_shape(R"({"code":-1121,"msg":"Invalid symbol."})",
              r.v1(get, "/fapi/v1/openOrders", {{"symbol", "NONE"}}).parsed());
}

TEST_CASE("account answers have the documented shapes") {
  rig r;
  r.v1(post, "/fapi/v1/order",
       {{"symbol", "BTCUSDT"}, {"side", "BUY"}, {"type", "MARKET"}, {"quantity", "0.100"}});
  check_shape(R"([{"accountAlias":"SgsR","asset":"USDT","balance":"122607.35137903",
    "crossWalletBalance":"23.72469206","crossUnPnl":"0.00000000","availableBalance":"23.72469206",
    "maxWithdrawAmount":"23.72469206","marginAvailable":true,"updateTime":1617939110373}])",
              r.v3(get, "/fapi/v3/balance").parsed());
  const char* const risk = R"({"entryPrice":"6563.66500","marginType":"isolated",
    "isAutoAddMargin":"false","isolatedMargin":"15517.54150468","leverage":"10",
    "liquidationPrice":"5930.78","markPrice":"6679.50671178","maxNotionalValue":"20000000",
    "positionAmt":"20.000","symbol":"BTCUSDT","unRealizedProfit":"2316.83423560",
    "positionSide":"BOTH","updateTime":1625474304765})";
  const auto rows = r.v1(get, "/fapi/v2/positionRisk").parsed();
  CHECK(rows.size() == r.core->market_count());
  for (const auto& row : rows)
    check_shape(risk, row);
  CHECK(rows[0]["positionAmt"] == "0.100");
  CHECK(rows[0]["marginType"] == "cross");
  CHECK(rows[1]["positionAmt"] == "0.000");
  const auto account = r.v1(get, "/fapi/v4/account").parsed();
  check_shape(R"({"feeTier":0,"canTrade":true,"canDeposit":true,"canWithdraw":true,"updateTime":0,
    "totalInitialMargin":"0","totalMaintMargin":"0","totalWalletBalance":"0",
    "totalUnrealizedProfit":"0","totalMarginBalance":"0","totalPositionInitialMargin":"0",
    "totalOpenOrderInitialMargin":"0","totalCrossWalletBalance":"0","totalCrossUnPnl":"0",
    "availableBalance":"0","maxWithdrawAmount":"0",
    "assets":[{"asset":"USDT","walletBalance":"0","unrealizedProfit":"0","marginBalance":"0",
    "maintMargin":"0","initialMargin":"0","positionInitialMargin":"0","openOrderInitialMargin":"0",
    "crossWalletBalance":"0","crossUnPnl":"0","availableBalance":"0","maxWithdrawAmount":"0",
    "marginAvailable":true,"updateTime":1}],
    "positions":[{"symbol":"BTCUSDT","initialMargin":"0","maintMargin":"0","unrealizedProfit":"0",
    "positionInitialMargin":"0","openOrderInitialMargin":"0","leverage":"100","isolated":false,
    "entryPrice":"0","maxNotional":"0","positionSide":"BOTH","positionAmt":"0","notional":"0",
    "isolatedWallet":"0","updateTime":0}]})",
              account);
  CHECK(account["totalWalletBalance"] == "99997.89999650");
  check_shape(R"([{"buyer":false,"commission":"-0.07819010","commissionAsset":"USDT","id":698759,
    "maker":false,"orderId":25851813,"price":"7819.01","qty":"0.002","quoteQty":"15.63802",
    "realizedPnl":"-0.91539999","side":"SELL","positionSide":"BOTH","symbol":"BTCUSDT",
    "time":1569514978020}])",
              r.v1(get, "/fapi/v1/userTrades", {{"symbol", "BTCUSDT"}}).parsed());
  check_shape(R"([{"symbol":"BTCUSDT","incomeType":"FUNDING_FEE","income":"-0.01000000",
    "asset":"USDT","info":"...","time":1570636800000,"tranId":"9689322392","tradeId":""}])",
              r.v1(get, "/fapi/v1/income").parsed());
  check_shape(
      R"({"symbol":"BTCUSDT","makerCommissionRate":"0.0002","takerCommissionRate":"0.0004"})",
      r.v1(get, "/fapi/v1/commissionRate", {{"symbol", "BTCUSDT"}}).parsed());
  const char* const bracket = R"({"symbol":"ETHUSDT","brackets":[{"bracket":1,"initialLeverage":75,
    "notionalCap":10000,"notionalFloor":0,"maintMarginRatio":0.0065,"cum":0}]})";
  check_shape(bracket, first_of(r.v1(get, "/fapi/v1/leverageBracket")));
  check_shape(bracket, r.v1(get, "/fapi/v1/leverageBracket", {{"symbol", "BTCUSDT"}}).parsed());
  check_shape(
      R"({"leverage":21,"maxNotionalValue":"1000000","symbol":"BTCUSDT"})",
      r.v1(post, "/fapi/v1/leverage", {{"symbol", "BTCUSDT"}, {"leverage", "21"}}).parsed());
  check_shape(R"({"dualSidePosition":false})", r.v1(get, "/fapi/v1/positionSide/dual").parsed());
  check_shape(R"({"code":200,"msg":"success"})", r.v3(post, "/fapi/v3/noop").parsed());
}

TEST_CASE("public frames have the documented shapes") {
  rig r;
  const auto s = r.open("/ws/btcusdt@bookTicker/btcusdt@aggTrade/btcusdt@markPrice@1s/"
                        "btcusdt@depth@100ms/btcusdt@depth5");
  r.book("60000.0", "2", "60000.1", "3");
  r.trade("60000.1", "0.5", side::buy);
  r.run_for(std::chrono::seconds{2});
  std::map<std::string, json> seen;
  for (const auto& f : r.frames(s))
    seen[f["e"]] = f;
  check_shape(R"({"e":"bookTicker","u":400900217,"E":1568014460893,"T":1568014460891,"s":"BNBUSDT",
    "b":"25.35","B":"31.21","a":"25.36","A":"40.66"})",
              seen["bookTicker"]);
  check_shape(R"({"e":"aggTrade","E":1,"s":"BTCUSDT","a":5933014,"p":"0.001","q":"100","f":100,
    "l":105,"T":1,"m":true})",
              seen["aggTrade"]);
  check_shape(R"({"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"11794.15","i":"11784.62",
    "P":"11784.25","r":"0.00038167","T":1562306400000})",
              seen["markPriceUpdate"]);
  check_shape(R"({"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":157,"u":160,"pu":149,
    "b":[["0.0024","10"]],"a":[["0.0026","100"]]})",
              seen["depthUpdate"]);
}

TEST_CASE("user frames have the documented shapes") {
  rig r;
  const auto s = r.user_stream(r.ann);
  r.v1(post, "/fapi/v1/order", limit_order("BUY", "0.012", "60000.1"));
  r.v1(post, "/fapi/v1/leverage", {{"symbol", "BTCUSDT"}, {"leverage", "25"}});
  const auto told = r.frames(s);
  REQUIRE(told.size() == 4);
  auto printed = json::parse(R"({"e":"ORDER_TRADE_UPDATE","E":1568879465651,"T":1568879465650,
    "o":{"s":"BTCUSDT","c":"TEST","S":"SELL","o":"LIMIT","f":"GTC","q":"0.001","p":"9910","ap":"0",
    "sp":"0","x":"NEW","X":"NEW","i":8886774,"l":"0","z":"0","L":"0","T":1568879465651,"t":0,
    "b":"0","a":"9.91","m":false,"R":false,"wt":"CONTRACT_PRICE","ot":"LIMIT","ps":"BOTH",
    "cp":false,"rp":"0"}})");
  CHECK(shape_difference(printed, told[0]) == "");
  CHECK(told[0]["o"]["b"] == "720.0012");
  CHECK(told[0]["o"]["a"] == "0");
  check_shape(R"({"e":"ACCOUNT_UPDATE","T":1768551627708,"E":1768551627710,
    "a":{"B":[{"a":"USDT","wb":"39.41184271","cw":"39.41184271","bc":"0"}],
    "P":[{"s":"ETHUSDT","pa":"0","ep":"0.00000000","cr":"-0.59070000","up":"0","mt":"isolated",
    "iw":"0","ps":"BOTH","ma":"USDT"}],"m":"ORDER"}})",
              told[1]);
  printed["o"]["N"] = "USDT"; // with a fee there are two more fields
  printed["o"]["n"] = "0.1";
  CHECK(shape_difference(printed, told[2]) == "");
  check_shape(R"({"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ac":{"s":"BTCUSDT","l":25}})", told[3]);
  r.run_for(std::chrono::minutes{60});
  const auto last = r.frames(s);
  REQUIRE_FALSE(last.empty());
  check_shape(R"({"e":"listenKeyExpired","E":1576653824250})", last.back());
}

TEST_CASE("funding tells the balance only") {
  rig r;
  r.v1(post, "/fapi/v1/order", limit_order("BUY", "0.100", "60000.1"));
  const auto s = r.user_stream(r.ann);
  for (int i = 0; i < 17; ++i) {
    r.run_for(std::chrono::minutes{30});
    r.send(http_method::put, "/fapi/v1/listenKey", {}, r.ann.api_key);
  }
  std::size_t funding = 0;
  for (const auto& f : r.frames(s))
    if (f["e"] == "ACCOUNT_UPDATE" && f["a"]["m"] == "FUNDING_FEE") {
      ++funding;
      CHECK(f["a"]["P"].empty());
      CHECK(f["a"]["B"][0]["bc"] == "-0.6");
    }
  CHECK(funding >= 1);
}
