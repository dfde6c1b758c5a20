#include "rig.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::backpack::test;

/// Whatever a client sends is answered once, and nothing throws.
namespace {

using engine = std::mt19937_64;

std::size_t below(engine& chance, std::size_t n) { return static_cast<std::size_t>(chance() % n); }

template <class T>
const T& pick(engine& chance, const std::vector<T>& from) {
  return from[below(chance, from.size())];
}

std::string mutated(engine& chance, std::string text) {
  for (auto n = 1 + below(chance, 4); n > 0; --n) {
    const auto at = below(chance, text.size() + 1);
    switch (below(chance, 5)) {
    case 0:
      text.insert(at, 1, static_cast<char>(below(chance, 256)));
      break;
    case 1:
      if (!text.empty())
        text.erase(below(chance, text.size()), 1 + below(chance, 8));
      break;
    case 2:
      if (!text.empty())
        text[below(chance, text.size())] = static_cast<char>(below(chance, 256));
      break;
    case 3:
      text.insert(at, pick<std::string>(chance, {"&", "=", "%", "%00", "\"", "[", "{", "}", "]"}));
      break;
    default:
      text += text.substr(at);
      break;
    }
  }
  return text;
}

struct target {
  http_method method;
  const char* path;
  const char* instruction;
};

const std::vector<target> targets{
    {http_method::post, "/api/v1/order", "orderExecute"},
    {http_method::del, "/api/v1/order", "orderCancel"},
    {http_method::del, "/api/v1/orders", "orderCancelAll"},
    {http_method::get, "/api/v1/order", "orderQuery"},
    {http_method::get, "/api/v1/orders", "orderQueryAll"},
    {http_method::get, "/wapi/v1/history/orders", "orderHistoryQueryAll"},
    {http_method::get, "/wapi/v1/history/fills", "fillHistoryQueryAll"},
    {http_method::get, "/wapi/v1/history/funding", "fundingHistoryQueryAll"},
    {http_method::get, "/api/v1/account", "accountQuery"},
    {http_method::get, "/api/v1/capital/collateral", "collateralQuery"},
    {http_method::get, "/api/v1/position", "positionQuery"},
    {http_method::get, "/api/v1/account/limits/order", "maxOrderQuantity"},
    {http_method::get, "/api/v1/markets", "-"},
    {http_method::get, "/api/v1/depth", "-"},
    {http_method::get, "/api/v1/ticker", "-"},
    {http_method::get, "/api/v1/trades", "-"},
    {http_method::get, "/api/v1/klines", "-"},
    {http_method::get, "/api/v1/fundingRates", "-"},
    {http_method::get, "/api/v1/openInterest", "-"}};

const std::vector<std::string> names{"symbol",
                                     "side",
                                     "orderType",
                                     "price",
                                     "quantity",
                                     "quoteQuantity",
                                     "timeInForce",
                                     "postOnly",
                                     "reduceOnly",
                                     "clientId",
                                     "selfTradePrevention",
                                     "orderId",
                                     "limit",
                                     "offset",
                                     "from",
                                     "to",
                                     "fillType",
                                     "marketType",
                                     "sortDirection",
                                     "interval",
                                     "startTime",
                                     "endTime",
                                     "subaccountId",
                                     "slippageTolerance",
                                     "slippageToleranceType",
                                     "triggerPrice",
                                     "strategyId",
                                     "brokerId"};

const std::vector<json> values{"BTC_USDC_PERP",
                               "kPEPE_USDC_PERP",
                               "Bid",
                               "Ask",
                               "Limit",
                               "Market",
                               "IOC",
                               "FOK",
                               "0.01",
                               "59995.0",
                               "60000.1",
                               "0",
                               "-1",
                               "1e400",
                               "99999999999999999999",
                               "100000000000000",
                               "0.000000000000000001",
                               "18446744073709551615",
                               "9223372036854775807",
                               "5406825793",
                               "Percent",
                               "TickSize",
                               "1m",
                               "1month",
                               "PERP",
                               "Asc",
                               "User",
                               "RejectBoth",
                               true,
                               false,
                               0,
                               1,
                               -5,
                               4294967295U,
                               18446744073709551615U,
                               1.5,
                               json::array({1, 2}),
                               json{{"a", {{"b", 1}}}},
                               std::string(3000, '9')};

rig_options unlimited() {
  rig_options o;
  o.options = {{"request_limit", "0"}, {"slow_request_limit", "0"}};
  return o;
}

} // namespace

TEST_CASE("well signed nonsense reaches every handler and is answered") {
  rig r{unlimited()};
  engine chance{11};
  std::size_t served = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto& t = pick(chance, targets);
    const bool is_query = t.method == http_method::get;
    json p = json::object();
    if (below(chance, 3) == 0)
      p = limit_order(below(chance, 2) == 0 ? "Bid" : "Ask", "0.01", "60000.0");
    else if (below(chance, 2) == 0)
      p["symbol"] = "BTC_USDC_PERP";
    for (auto n = below(chance, 5); n > 0; --n) {
      auto value = pick(chance, values);
      if (is_query && !value.is_string())
        value = "7";
      p[pick(chance, names)] = value;
    }
    const auto a = r.call(t.method, t.path, t.instruction, p);
    INFO(t.path << " " << p.dump());
    CHECK(a.status >= 200);
    CHECK_MESSAGE(a.status < 500, a.body);
    served += a.status == 200 ? 1 : 0;
    if (i % 50 == 0)
      r.run_for(std::chrono::milliseconds{400});
  }
  CHECK(served > 500);
}

TEST_CASE("mutated requests are answered and harm nothing") {
  rig r{unlimited()};
  engine chance{7};
  const auto order = limit_order("Bid", "0.01", "59995");
  for (int i = 0; i < 3000; ++i) {
    auto headers = r.sign(rig::text_of("orderExecute", order));
    auto body = order.dump();
    std::string path{pick(chance, targets).path};
    switch (below(chance, 4)) {
    case 0:
      body = mutated(chance, body);
      break;
    case 1:
      headers.signature = mutated(chance, headers.signature);
      break;
    case 2:
      headers.timestamp = mutated(chance, headers.timestamp);
      break;
    default:
      path = mutated(chance, path + "?symbol=BTC_USDC_PERP&limit=5");
      break;
    }
    const auto method
        = pick<http_method>(chance, {http_method::get, http_method::post, http_method::del});
    const auto a = r.send(method, path, body, headers);
    CHECK(a.status >= 200);
    CHECK_MESSAGE(a.status < 500, a.body);
  }
  CHECK(r.place(order).status == 200);
}

TEST_CASE("mutated messages are answered or ignored and harm nothing") {
  rig r;
  engine chance{13};
  auto s = r.open();
  for (int i = 0; i < 2000; ++i) {
    const auto h = r.sign("instruction=subscribe");
    const json signed_message{
        {"method", "SUBSCRIBE"},
        {"params", {"account.orderUpdate", "account.positionUpdate.BTC_USDC_PERP"}},
        {"signature", {h.api_key, h.signature, h.timestamp, h.window}}};
    const auto text = pick<std::string>(
        chance, {R"({"method":"SUBSCRIBE","params":["depth.200ms.BTC_USDC_PERP"]})",
                 R"({"method":"SUBSCRIBE","params":["kline.1s.BTC_USDC_PERP","liquidation"]})",
                 R"({"method":"UNSUBSCRIBE","params":["depth.200ms.BTC_USDC_PERP"]})",
                 signed_message.dump()});
    r.say(s, below(chance, 4) == 0 ? text : mutated(chance, text),
          below(chance, 20) == 0 ? frame_kind::binary : frame_kind::text);
    if (i % 100 == 0)
      r.place(market_order(i % 200 == 0 ? "Bid" : "Ask", "0.001"));
    r.run_for(std::chrono::milliseconds{below(chance, 300)});
    r.frames(s); // all of them JSON
    if (i % 200 == 199) {
      r.close(s);
      s = r.open();
    }
  }
}

TEST_CASE("the same requests make the same answers") {
  const auto play = [] {
    rig r;
    const auto s = r.listen({"account.orderUpdate", "account.positionUpdate",
                             "depth.200ms.BTC_USDC_PERP", "bookTicker.BTC_USDC_PERP"});
    std::string all;
    for (int i = 0; i < 20; ++i) {
      all += r.place(limit_order(i % 2 ? "Bid" : "Ask", "0.01", "60000.0")).body;
      r.run_for(std::chrono::milliseconds{137});
    }
    for (const auto& text : r.sink.streams[s].frames)
      all += text;
    return all;
  };
  CHECK(play() == play());
}
