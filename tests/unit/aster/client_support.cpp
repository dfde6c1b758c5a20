#include "client_support.hpp"

#include <algorithm>

namespace aster_client {

std::string exchange_info() {
  // The first entry is the recorded one of the specification.
  const std::string btc
      = R"({"symbol":"BTCUSDT","pair":"BTCUSDT","contractType":"PERPETUAL","deliveryDate":4133404800000,"onboardDate":1627628400000,)"
        R"("status":"TRADING","maintMarginPercent":"2.5000","requiredMarginPercent":"5.0000","baseAsset":"BTC","quoteAsset":"USDT",)"
        R"("marginAsset":"USDT","pricePrecision":1,"quantityPrecision":3,"baseAssetPrecision":8,"quotePrecision":8,)"
        R"("underlyingType":"COIN","underlyingSubType":[],"symbolType":0,"tradingMode":0,"name":"Bitcoin","channel":"","sequenceNo":10,)"
        R"("twapMinNotional":"1000","settlePlan":0,"triggerProtect":"0.0200","liquidationFee":"0.025000","marketTakeBound":"0.02",)"
        R"("createTime":1630045468108,)"
        R"("filters":[{"minPrice":"1","maxPrice":"1000000","filterType":"PRICE_FILTER","tickSize":"0.1"},)"
        R"({"stepSize":"0.001","filterType":"LOT_SIZE","maxQty":"1000","minQty":"0.001"},)"
        R"({"stepSize":"0.001","filterType":"MARKET_LOT_SIZE","maxQty":"120","minQty":"0.001"},)"
        R"({"limit":200,"filterType":"MAX_NUM_ORDERS"},{"limit":10,"filterType":"MAX_NUM_ALGO_ORDERS"},)"
        R"({"notional":"5","filterType":"MIN_NOTIONAL"},)"
        R"({"multiplierDown":"0.9800","multiplierUp":"1.0200","ltMultiplierDown":"0","multiplierDecimal":"4","filterType":"PERCENT_PRICE","ltMultiplierUp":"0"}],)"
        R"("orderTypes":["LIMIT","MARKET","STOP","STOP_MARKET","TAKE_PROFIT","TAKE_PROFIT_MARKET","TRAILING_STOP_MARKET"],)"
        R"("timeInForce":["GTC","IOC","FOK","GTX","RPI","HIDDEN"]})";
  const auto entry = [](std::string base, std::string quote, std::string status, std::string tick,
                        std::string step, std::string max_price) {
    return R"({"symbol":")" + base + quote + R"(","contractType":"PERPETUAL","status":")" + status
           + R"(","baseAsset":")" + base + R"(","quoteAsset":")" + quote
           + R"(","pricePrecision":7,"quantityPrecision":4,"filters":[)" + R"({"minPrice":")" + tick
           + R"(","maxPrice":")" + max_price + R"(","filterType":"PRICE_FILTER","tickSize":")"
           + tick + R"("},{"stepSize":")" + step
           + R"(","filterType":"LOT_SIZE","maxQty":"10000000","minQty":")" + step
           + R"("},{"notional":"5","filterType":"MIN_NOTIONAL"}]})";
  };
  return R"({"timezone":"UTC","serverTime":1768185214423,"futuresType":"U_MARGINED",)"
         R"("rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":2400},)"
         R"({"rateLimitType":"ORDERS","interval":"MINUTE","intervalNum":1,"limit":1200},)"
         R"({"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":300}],)"
         R"("exchangeFilters":[],"assets":[{"asset":"USDT","marginAvailable":true,"autoAssetExchange":"-10000"}],)"
         R"("symbols":[)"
         + entry("BTC", "USD1", "TRADING", "0.1", "0.001", "1000000") + "," + btc + ","
         + entry("ETH", "USDT", "TRADING", "0.10", "0.001", "100000") + ","
         + entry("SOL", "USDT", "TRADING", "0.0100", "0.01", "100000") + ","
         + entry("PEPE", "USDT", "SETTLING", "0.01", "1", "100") + ","
         + entry("1000PEPE", "USDT", "TRADING", "0.0000010", "1", "100") + ","
         + entry("DOGE", "USDT", "SETTLING", "0.000010", "1", "100") + ","
         + entry("BNB", "USDT", "TRADING", "0.01", "0.01", "100000") + "]}";
}

std::vector<std::pair<std::string, std::string>> fields_of(const sent_call& call) {
  const auto question = call.target.find('?');
  CHECK((question == std::string::npos || call.body.empty())); // one place, never both
  std::string text = question == std::string::npos ? call.body : call.target.substr(question + 1);
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('&', at), text.size());
    const auto equals = text.find('=', at);
    REQUIRE(equals < end);
    out.emplace_back(text.substr(at, equals - at), text.substr(equals + 1, end - equals - 1));
    at = end + 1;
  }
  return out;
}

std::map<std::string, std::string> field_map(const sent_call& call) {
  std::map<std::string, std::string> out;
  for (auto& [name, value] : fields_of(call))
    CHECK(out.emplace(name, value).second);
  return out;
}

} // namespace aster_client
