#include "client_support.hpp"

#include "venues/wire/json_reader.hpp"

namespace backpack_client {

std::shared_ptr<number_ids> make_ids() {
  return std::make_shared<number_ids>(std::uint16_t{1}, number_range{1, 0xffff'ffff},
                                      std::vector<id_block>{},
                                      [](const id_block&) { return std::string{}; });
}

session_settings settings_for(std::vector<std::string> tickers) {
  session_settings s;
  s.venue = venue_id{2};
  s.bot = 1;
  s.environment = "mainnet";
  for (std::size_t i = 0; i < tickers.size(); ++i)
    s.instruments.push_back({{venue_id{2}, static_cast<std::uint16_t>(i)}, tickers[i]});
  s.parameters.set("api_secret", api_secret);
  s.ids = make_ids();
  return s;
}

std::string markets() {
  const std::string sol
      = R"({"baseSymbol":"SOL","createdAt":"2025-01-21T06:34:54.691858",)"
        R"("filters":{"price":{"borrowEntryFeeMaxMultiplier":null,"borrowEntryFeeMinMultiplier":null,)"
        R"("maxImpactMultiplier":"1.03","maxMultiplier":"1.25","maxPrice":"1000",)"
        R"("meanMarkPriceBand":{"maxMultiplier":"1.1","minMultiplier":"0.9"},"meanPremiumBand":{"tolerancePct":"0.05"},)"
        R"("minImpactMultiplier":"0.97","minMultiplier":"0.75","minPrice":"0.01","tickSize":"0.01"},)"
        R"("quantity":{"maxQuantity":null,"minQuantity":"0.01","stepSize":"0.01"}},)"
        R"("fundingInterval":28800000,"fundingRateLowerBound":"-100","fundingRateUpperBound":"100",)"
        R"("imfFunction":{"base":"0.02","factor":"0.0001275","type":"sqrt"},)"
        R"("marketType":"PERP","mmfFunction":{"base":"0.0125","factor":"0.0000765","type":"sqrt"},)"
        R"("openInterestLimit":"4000000","orderBookState":"Open","quoteSymbol":"USDC","symbol":"SOL_USDC_PERP"})";
  const auto entry = [](std::string base, std::string kind, std::string state, std::string tick,
                        std::string max_price, std::string step, std::string imf,
                        std::string interval) {
    const auto symbol = base + (kind == "PERP" ? "_USDC_PERP" : "_USDC");
    return R"({"baseSymbol":")" + base
           + R"(","createdAt":"2025-01-21T06:34:54.691858","visible":true,)"
           + R"("filters":{"price":{"maxMultiplier":"1.25","maxPrice":)" + max_price
           + R"(,"meanMarkPriceBand":null,"minMultiplier":"0.75","minPrice":")" + tick
           + R"(","tickSize":")" + tick + R"("},"quantity":{"maxQuantity":null,"minQuantity":")"
           + step + R"(","stepSize":")" + step + R"("}},"fundingInterval":)" + interval
           + R"(,"imfFunction":{"base":")" + imf
           + R"(","factor":"0.00002494","type":"sqrt"},"marketType":")" + kind
           + R"(","orderBookState":")" + state + R"(","quoteSymbol":"USDC","symbol":")" + symbol
           + R"("})";
  };
  return "[" + entry("BTC", "SPOT", "Open", "0.1", "null", "0.00001", "0.01", "null") + "," + sol
         + ","
         + entry("BTC", "PERP", "Open", "0.1", R"("1000000")", "0.00001", "0.01333333", "3600000")
         + ","
         + entry("ETH", "PERP", "PostOnly", "0.01", R"("100000")", "0.0001", "0.02", R"("3600000")")
         + "," + entry("kPEPE", "PERP", "Open", "0.000001", R"("1")", "100", "0.1", "3600000") + ","
         + entry("DOGE", "PERP", "Closed", "0.00001", R"("10")", "1", "0.1", "3600000") + "]";
}

namespace {

/// The members of a flat JSON object as they are signed: texts without quotes.
std::map<std::string, std::string> members_of(const std::string& body) {
  std::map<std::string, std::string> out;
  const padded text{body};
  json_parser parser;
  const auto root = parser.parse(text.view());
  REQUIRE(root.has_value());
  simdjson::dom::object object;
  REQUIRE(root->get(object) == simdjson::SUCCESS);
  for (const auto& [name, value] : object) {
    std::string_view words;
    std::uint64_t integer = 0;
    bool flag = false;
    std::string plain;
    if (value.get(words) == simdjson::SUCCESS)
      plain = words;
    else if (value.get(integer) == simdjson::SUCCESS)
      plain = std::to_string(integer);
    else if (value.get(flag) == simdjson::SUCCESS)
      plain = flag ? "true" : "false";
    else
      FAIL("a member that cannot be signed: " << std::string{name});
    CHECK(out.emplace(name, plain).second);
  }
  return out;
}

std::map<std::string, std::string> query_of(const std::string& target) {
  std::map<std::string, std::string> out;
  const auto question = target.find('?');
  if (question == std::string::npos)
    return out;
  const auto text = target.substr(question + 1);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('&', at), text.size());
    const auto equals = text.find('=', at);
    REQUIRE(equals < end);
    CHECK(out.emplace(text.substr(at, equals - at), text.substr(equals + 1, end - equals - 1))
              .second);
    at = end + 1;
  }
  return out;
}

} // namespace

pairs checked(const sent_call& call, const std::string& instruction) {
  CHECK(call.endpoint == endpoint_id{0});
  const bool in_body = call.method != http_method::get;
  const auto found = in_body ? members_of(call.body) : query_of(call.target);
  CHECK((in_body ? call.target.find('?') == std::string::npos : call.body.empty()));
  CHECK(call.content_type == (in_body ? "application/json; charset=utf-8" : ""));
  // What the server does: a map, so that the order of the request does not matter.
  std::string text = "instruction=" + instruction;
  for (const auto& [name, value] : found)
    text += "&" + name + "=" + value;
  REQUIRE(call.headers.size() == 4);
  text += "&timestamp=" + call.headers.at("X-Timestamp") + "&window=" + call.headers.at("X-Window");
  CHECK(call.headers.at("X-Window") == "5000");
  CHECK(call.headers.at("X-API-Key") == api_key);
  auto key = backpack::parse_api_key(api_key);
  REQUIRE(key.has_value());
  INFO(text);
  CHECK(backpack::verify(*key, text, call.headers.at("X-Signature")));
  return {found.begin(), found.end()};
}

std::string order_text(const std::string& client_id, const std::string& symbol) {
  return R"({"clientId":)" + client_id
         + R"(,"createdAt":1753626206762,"executedQuantity":"0","executedQuoteQuantity":"0","id":"4228978331",)"
           R"("orderType":"Limit","postOnly":true,"price":"3000","quantity":"0.001","reduceOnly":null,"relatedOrderId":null,)"
           R"("selfTradePrevention":"RejectTaker","side":"Bid","status":"New","stopLossLimitPrice":null,"stopLossTriggerBy":null,)"
           R"("stopLossTriggerPrice":null,"strategyId":null,"symbol":")"
         + symbol
         + R"(","takeProfitLimitPrice":null,"takeProfitTriggerBy":null,"takeProfitTriggerPrice":null,)"
           R"("timeInForce":"GTC","triggerBy":null,"triggerPrice":null,"triggerQuantity":null,"triggeredAt":null})";
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

} // namespace backpack_client
