#pragma once

#include "tests/unit/support/allocations.hpp"
#include "tests/unit/support/venue_recorder.hpp"
#include "venues/aster/account.hpp"
#include "venues/aster/market_data.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

/// Settings, the recorded rules and the way to live of Aster's sessions.
namespace aster_client {

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::test;
using namespace std::chrono_literals;

/// Public test keys (shared vectors of the specification): never use them.
inline const std::string v1_key
    = "0bc879019b8ab0df5a48daadfcff0af3dcd8e01d166b0f59ca5c4a17c34cfbb5";
inline const std::string v1_secret
    = "305f837a022990ee3ca05299b9d112e49bf3d6ac3d7a7e5b67ae9753689243a2";
inline const std::string agent_key
    = "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1";
inline const std::string agent_address = "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0";
inline const std::string user_address = "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e";

/// 2026-03-12T13:13:53Z, the time of the specification's V3 samples.
inline constexpr std::int64_t start_ms = 1'773'321'233'000;

inline session_settings settings_for(std::vector<std::string> tickers, std::string api = "v3") {
  session_settings s;
  s.venue = venue_id{2};
  s.bot = 1;
  s.environment = "mainnet";
  for (std::size_t i = 0; i < tickers.size(); ++i)
    s.instruments.push_back({{venue_id{2}, static_cast<std::uint16_t>(i)}, tickers[i]});
  s.parameters.set("api", api);
  if (api == "v1") {
    s.parameters.set("api_key", v1_key);
    s.parameters.set("api_secret", v1_secret);
  } else {
    s.parameters.set("user", user_address);
    s.parameters.set("signer_key", agent_key);
  }
  return s;
}

inline instrument_id number(std::uint16_t n) { return {venue_id{2}, n}; }

/// The recorded entry of BTCUSDT, and others after it with the increments of the recording.
std::string exchange_info();

template <class Protocol>
struct aster_session : session<Protocol> {
  explicit aster_session(const session_settings& s) : session<Protocol>{s, from_ms(start_ms)} {}
  /// Aster has one REST and one stream host, and nothing is ever sent on a stream.
  ~aster_session() {
    for (const auto& call : this->sink.calls)
      CHECK(call.endpoint == endpoint_id{0});
    for (const auto& stream : this->sink.streams)
      CHECK(stream.endpoint == endpoint_id{1});
    CHECK(this->sink.sent.empty());
  }
};

struct market_session : aster_session<aster::market_data> {
  using aster_session::aster_session;
  /// Until the stream is open; the calls made then are left for the test.
  void connect() {
    start();
    answer("/fapi/v3/exchangeInfo", 200, exchange_info());
    if (!sink.calls.empty())
      answer("/fapi/v3/fundingInfo", 200,
             R"([{"symbol":"ETHUSDT","interestRate":"0.00010000","time":1756197479000,)"
             R"("fundingIntervalHours":4,"fundingFeeCap":0.03,"fundingFeeFloor":-0.03}])");
    stream_open();
  }
};

struct account_session : aster_session<aster::account> {
  explicit account_session(const session_settings& s)
      : aster_session{s}, v1{std::get<std::string>(s.parameters.all().at("api")) == "v1"} {}
  bool v1;
  std::string path(std::string_view name) const {
    return std::string{v1 ? "/fapi/v1/" : "/fapi/v3/"} + std::string{name};
  }
  void give_time() {
    answer(path("time"), 200, "{\"serverTime\":" + std::to_string(start_ms + elapsed / 1ms) + "}");
  }
  /// Until live, with the calls and timers of the way removed. The clocks agree to the microsecond
  /// that the estimate adds.
  void connect() {
    start();
    give_time();
    answer(path("exchangeInfo"), 200, exchange_info());
    answer(path("positionSide/dual"), 200, R"({"dualSidePosition":false})");
    answer(path("listenKey"), 200, R"({"listenKey":")" + listen_key + R"("})");
    stream_open();
    sink.calls.clear();
    sink.instruments.clear();
  }
  std::string listen_key = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1";
};

/// name=value pairs of a query or form, in order.
std::vector<std::pair<std::string, std::string>> fields_of(const sent_call& call);
std::map<std::string, std::string> field_map(const sent_call& call);

inline client_order_id our_id(std::uint64_t sequence) { return {1, strategy_id{2}, 3, sequence}; }

/// The documentation's answer to an order, with a client id of ours.
inline const std::string order_answer
    = R"({"orderId":22542179,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"ab-1-2-3-2a","price":"90000.1","avgPrice":"0.00000",)"
      R"("origQty":"0.012","executedQty":"0","cumQty":"0","cumQuote":"0","timeInForce":"GTC","type":"LIMIT","reduceOnly":false,)"
      R"("closePosition":false,"side":"BUY","positionSide":"BOTH","stopPrice":"0","workingType":"CONTRACT_PRICE",)"
      R"("priceProtect":false,"origType":"LIMIT","updateTime":1566818724722})";

} // namespace aster_client
