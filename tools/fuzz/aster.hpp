#pragma once

#include "tools/fuzz/session_fuzzer.hpp"
#include "venues/aster/descriptor.hpp"

/// What the targets of Aster share.
namespace actorbot::fuzz::aster {

/// Three instruments, one of them counted in thousands. The fields are those of the venue's
/// exchangeInfo (asterdex/api-docs) that a client reads.
inline const std::string exchange_info
    = R"({"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,)"
      R"("limit":2400}],"symbols":[)"
      R"({"symbol":"BTCUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":"BTC",)"
      R"("quoteAsset":"USDT","filters":[{"minPrice":"1","maxPrice":"1000000","filterType":)"
      R"("PRICE_FILTER","tickSize":"0.1"},{"stepSize":"0.001","filterType":"LOT_SIZE","maxQty":)"
      R"("1000","minQty":"0.001"},{"stepSize":"0.001","filterType":"MARKET_LOT_SIZE","maxQty":)"
      R"("120","minQty":"0.001"},{"limit":200,"filterType":"MAX_NUM_ORDERS"},{"notional":"5",)"
      R"("filterType":"MIN_NOTIONAL"},{"multiplierDown":"0.98","multiplierUp":"1.02",)"
      R"("filterType":"PERCENT_PRICE"}]},)"
      R"({"symbol":"ETHUSDT","contractType":"PERPETUAL","status":"SETTLING","baseAsset":"ETH",)"
      R"("quoteAsset":"USDT","filters":[{"minPrice":"0.1","maxPrice":"100000","filterType":)"
      R"("PRICE_FILTER","tickSize":"0.1"},{"stepSize":"0.001","filterType":"LOT_SIZE","maxQty":)"
      R"("10000","minQty":"0.001"}]},)"
      R"({"symbol":"1000PEPEUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":)"
      R"("1000PEPE","quoteAsset":"USDT","filters":[{"minPrice":"0.000001","maxPrice":"10",)"
      R"("filterType":"PRICE_FILTER","tickSize":"0.000001"},{"stepSize":"1","filterType":)"
      R"("LOT_SIZE","maxQty":"100000000","minQty":"1"}]}]})";

/// Public test keys (test vectors of the specification): never use them.
inline venues::session_settings settings(const std::string& api) {
  venues::session_settings s;
  s.venue = venue_id{2};
  s.bot = 1;
  s.environment = "mainnet";
  for (const auto* ticker : {"BTC", "ETH", "PEPE"}) {
    const auto number = static_cast<std::uint16_t>(s.instruments.size());
    s.instruments.push_back({{s.venue, number}, ticker});
  }
  s.parameters.set("api", api);
  if (api == "v1") {
    s.parameters.set("api_key", std::string{"0bc879019b8ab0df5a48daadfcff0af3"
                                            "dcd8e01d166b0f59ca5c4a17c34cfbb5"});
    s.parameters.set("api_secret", std::string{"305f837a022990ee3ca05299b9d112e4"
                                               "9bf3d6ac3d7a7e5b67ae9753689243a2"});
  } else {
    s.parameters.set("user", std::string{"0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e"});
    s.parameters.set("signer_key", std::string{"0x4fd0a42218f3eae43a6ce26d22544e98"
                                               "6139a01e5b34a62db53757ffca81bae1"});
  }
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

} // namespace actorbot::fuzz::aster
