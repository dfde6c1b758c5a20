#include "tools/bench/aster_answers.hpp"

#include "tools/bench/stopwatch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace actorbot::bench {

namespace {

constexpr std::string_view exchange_info_tail = R"(,"futuresType":"U_MARGINED","rateLimits":[
{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":2400}],
"exchangeFilters":[],
"assets":[{"asset":"USDT","marginAvailable":true,"autoAssetExchange":"-10000"}],
"symbols":[{"symbol":"BTCUSDT","pair":"BTCUSDT","contractType":"PERPETUAL","status":"TRADING",
"baseAsset":"BTC","quoteAsset":"USDT","marginAsset":"USDT","pricePrecision":1,"quantityPrecision":3,
"filters":[{"filterType":"PRICE_FILTER","minPrice":"0.1","maxPrice":"1000000","tickSize":"0.1"},
{"filterType":"LOT_SIZE","minQty":"0.001","maxQty":"1000","stepSize":"0.001"},
{"filterType":"MARKET_LOT_SIZE","minQty":"0.001","maxQty":"120","stepSize":"0.001"},
{"filterType":"MAX_NUM_ORDERS","limit":200},{"filterType":"MIN_NOTIONAL","notional":"5"}],
"orderTypes":["LIMIT","MARKET"],"timeInForce":["GTC","IOC","FOK","GTX"]}]})";

/// The value of a form or query parameter; empty when absent.
std::string_view parameter(std::string_view all, std::string_view name) {
  while (!all.empty()) {
    const auto end = std::min(all.find('&'), all.size());
    const auto pair = all.substr(0, end);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
    all.remove_prefix(std::min(end + 1, all.size()));
  }
  return {};
}

std::string order_text(const resting_order& x, std::string_view status) {
  const auto time = std::to_string(utc_ms());
  return R"({"orderId":)" + std::to_string(x.number) + R"(,"symbol":"BTCUSDT","status":")"
         + std::string{status} + R"(","clientOrderId":")" + x.client_id + R"(","price":")" + x.price
         + R"(","avgPrice":"0.00000","origQty":")" + x.quantity
         + R"(","executedQty":"0","cumQty":"0","cumQuote":"0","timeInForce":"GTX","type":"LIMIT",)"
           R"("reduceOnly":false,"closePosition":false,"side":"BUY","positionSide":"BOTH",)"
           R"("stopPrice":"0","workingType":"CONTRACT_PRICE","priceProtect":false,)"
           R"("origType":"LIMIT","updateTime":)"
         + time + R"(,"time":)" + time + "}";
}

http_reply unknown_order(int code, std::string_view words) {
  return {400, R"({"code":)" + std::to_string(code) + R"(,"msg":")" + std::string{words} + "\"}"};
}

std::string fixed_answer(std::string_view path) {
  const auto time = std::to_string(utc_ms());
  if (path == "time")
    return R"({"serverTime":)" + time + "}";
  if (path == "exchangeInfo")
    return R"({"timezone":"UTC","serverTime":)" + time + std::string{exchange_info_tail};
  if (path == "positionSide/dual")
    return R"({"dualSidePosition":false})";
  if (path == "listenKey")
    return R"({"listenKey":"benchbenchbenchbenchbenchbenchbench"})";
  if (path == "commissionRate")
    return R"({"symbol":"BTCUSDT","makerCommissionRate":"0.0001","takerCommissionRate":"0.00035"})";
  if (path == "fundingInfo")
    return R"([{"symbol":"BTCUSDT","fundingIntervalHours":8}])";
  if (path == "balance")
    return R"([{"accountAlias":"B","asset":"USDT","balance":"1000000","crossWalletBalance":)"
           R"("1000000","crossUnPnl":"0","availableBalance":"1000000","maxWithdrawAmount":)"
           R"("1000000","marginAvailable":true,"updateTime":)"
           + time + "}]";
  if (path == "positionRisk")
    return R"([{"entryPrice":"0.0","marginType":"cross","isAutoAddMargin":"false",)"
           R"("isolatedMargin":"0","leverage":"10","liquidationPrice":"0","markPrice":"50000",)"
           R"("maxNotionalValue":"20000000","positionAmt":"0.000","symbol":"BTCUSDT",)"
           R"("unRealizedProfit":"0","positionSide":"BOTH","updateTime":)"
           + time + "}]";
  if (path == "ticker/bookTicker")
    return R"([{"symbol":"BTCUSDT","bidPrice":")" + price_text(-60'000)
           + R"(","bidQty":"1.000","askPrice":")" + price_text(-59'999)
           + R"(","askQty":"1.000","time":)" + time + "}]";
  if (path == "userTrades" || path == "income" || path == "leverageBracket")
    return "[]";
  if (path == "allOpenOrders")
    return R"({"code":"200","msg":"The operation of cancel all open order is done."})";
  if (path == "countdownCancelAll")
    return R"({"symbol":"BTCUSDT","countdownTime":"0"})";
  return {};
}

} // namespace

std::int64_t utc_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string order_event_text(const resting_order& x, std::string_view status) {
  const auto time = std::to_string(utc_ms());
  const std::string word{status};
  return R"({"e":"ORDER_TRADE_UPDATE","E":)" + time + R"(,"T":)" + time
         + R"(,"o":{"s":"BTCUSDT","c":")" + x.client_id
         + R"(","S":"BUY","o":"LIMIT","f":"GTX","q":")" + x.quantity + R"(","p":")" + x.price
         + R"(","ap":"0","sp":"0","x":")" + word + R"(","X":")" + word + R"(","i":)"
         + std::to_string(x.number) + R"(,"l":"0","z":"0","L":"0","T":)" + time
         + R"(,"t":0,"b":"0","a":"0","m":false,"R":false,"wt":"CONTRACT_PRICE","ot":"LIMIT",)"
           R"("ps":"BOTH","cp":false,"rp":"0"}})";
}

std::string book_ticker_text(std::string_view bid, std::string_view bid_size, std::string_view ask,
                             std::uint64_t update) {
  const auto time = std::to_string(utc_ms());
  std::string out
      = R"({"e":"bookTicker","u":)" + std::to_string(update) + R"(,"s":"BTCUSDT","b":")";
  out.append(bid).append(R"(","B":")").append(bid_size).append(R"(","a":")").append(ask);
  return out.append(R"(","A":"2.510","T":)").append(time).append(R"(,"E":)").append(time) + "}";
}

std::string mark_price_text(std::string_view mark) {
  std::string out
      = R"({"e":"markPriceUpdate","E":)" + std::to_string(utc_ms()) + R"(,"s":"BTCUSDT","p":")";
  return out.append(mark).append(R"(","i":")").append(mark)
         + R"(","P":"50000.00","r":"0.00010000","T":4102444800000})";
}

std::string wrapped(std::string_view stream, std::string_view data) {
  std::string out = R"({"stream":")";
  return out.append(stream).append(R"(","data":)").append(data) + "}";
}

bool aster_answers::expire(std::uint64_t number) { return open_.erase(number) != 0; }

http_reply aster_answers::answer(wire_session& from, const http_call& call) {
  const auto query_at = std::min(call.target.find('?'), call.target.size());
  auto path = call.target.substr(0, query_at);
  // "/fapi/v1/order" -> "order"
  for (int i = 0; i < 2; ++i)
    path.remove_prefix(std::min(path.find('/', 1), path.size()));
  if (path.starts_with('/'))
    path.remove_prefix(1);
  auto parameters = call.target.substr(std::min(query_at + 1, call.target.size()));
  if (parameters.empty())
    parameters = call.body;
  if (path == "order")
    return on_order(from, call, parameters);
  if (path == "openOrders") {
    std::string rows;
    for (const auto& [number, x] : open_)
      rows.append(rows.empty() ? "" : ",").append(order_text(x, "NEW"));
    return {200, "[" + rows + "]"};
  }
  if (path == "allOpenOrders") {
    cancels_ += open_.size();
    for (const auto& [number, x] : std::exchange(open_, {}))
      events_.cancelled(x);
  }
  auto body = fixed_answer(path);
  if (body.empty()) {
    unknown_path_ = call.target;
    return {404, R"({"code":-1000,"msg":"not served by the stopwatch venue"})"};
  }
  return {200, std::move(body)};
}

http_reply aster_answers::place(wire_session& from, const http_call& call,
                                std::string_view parameters) {
  resting_order x;
  x.client_id = parameter(parameters, "newClientOrderId");
  x.price = parameter(parameters, "price");
  x.quantity = parameter(parameters, "quantity");
  x.number = ++last_number_;
  events_.placed(x, from, call.read_ns);
  auto text = order_text(x, "NEW");
  open_.emplace(x.number, std::move(x));
  return {200, std::move(text)};
}

http_reply aster_answers::on_order(wire_session& from, const http_call& call,
                                   std::string_view parameters) {
  if (call.method == "POST")
    return place(from, call, parameters);
  const auto client_id = parameter(parameters, "origClientOrderId");
  auto at = open_.begin();
  while (at != open_.end() && at->second.client_id != client_id)
    ++at;
  if (call.method != "DELETE") {
    ++queries_;
    return at == open_.end() ? unknown_order(-2013, "Order does not exist.")
                             : http_reply{200, order_text(at->second, "NEW")};
  }
  ++cancels_;
  if (at == open_.end())
    return unknown_order(-2011, "Unknown order sent.");
  const auto x = std::move(at->second);
  open_.erase(at);
  events_.cancelled(x);
  return {200, order_text(x, "CANCELED")};
}

} // namespace actorbot::bench
