#pragma once

#include "tests/unit/support/venue_recorder.hpp"
#include "venues/edgex/account.hpp"
#include "venues/edgex/market_data.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

/// Settings, the documented metadata and the way to live of EdgeX's sessions.
namespace edgex_client {

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::test;
using namespace std::chrono_literals;
using nlohmann::json;

/// Public test credentials (tests/data/vectors/edgex.json): never use them.
inline const std::string api_key = "11111111-2222-4333-8444-555555555555";
inline const std::string passphrase = "dGVzdC1wYXNzcGhyYXNl";
inline const std::string api_secret = "dGVzdC1vbmx5LXNlY3JldC1uZXZlci1yZWFsLTAwMDE";
inline const std::string signer_key
    = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
inline const std::string account_id = "543429922991899150";

/// 2026-03-12T07:54:07Z, the time of the SDK's own test report.
inline constexpr std::int64_t start_ms = 1'773'302'047'079;

session_settings settings_for(std::vector<std::string> tickers);
inline instrument_id number(std::uint16_t n) { return {venue_id{4}, n}; }
inline client_order_id our_id(std::uint64_t sequence) { return {1, strategy_id{2}, 3, sequence}; }

/// `{"code":"SUCCESS","data":...}` with the rest of the envelope.
std::string success(std::string_view data);
std::string refusal(std::string_view code, std::string_view words = "no");
/// The documentation's getMetaData with the members of both generations, and more contracts.
std::string metadata();
/// The documentation's getAccountAsset.
std::string account_asset();

template <class Protocol>
struct edgex_session : session<Protocol> {
  explicit edgex_session(const session_settings& s) : session<Protocol>{s, from_ms(start_ms)} {}
  ~edgex_session() {
    for (const auto& call : this->sink.calls)
      CHECK(call.endpoint == endpoint_id{0});
    for (const auto& stream : this->sink.streams)
      CHECK(stream.endpoint == endpoint_id{1});
  }
};

struct market_session : edgex_session<edgex::market_data> {
  using edgex_session::edgex_session;
  /// Until the subscriptions are sent; they are left for the test.
  void connect() {
    start();
    answer("/api/v2/public/meta/getMetaData", 200, success(metadata()));
    stream_open();
    frame(R"({"sid":"x","type":"connected","channel":null,"request":null,"content":null})");
  }
  void acknowledge_all() {
    for (const auto& [stream, text] : std::vector{sink.sent})
      if (json::parse(text).at("type") == "subscribe")
        frame(json{
            {"type", "subscribed"}, {"channel", json::parse(text).at("channel")}, {"request", text}}
                  .dump());
  }
};

struct account_session : edgex_session<edgex::account> {
  using edgex_session::edgex_session;
  void give_time() {
    answer("/api/v2/public/meta/getServerTime", 200,
           success(R"({"timeMillis":")" + std::to_string(start_ms + elapsed / 1ms) + R"("})"));
  }
  /// Until the stream is asked for.
  void log_in() {
    start();
    give_time();
    answer("/api/v2/public/meta/getMetaData", 200, success(metadata()));
    answer("/api/v2/private/account/getAccountAsset", 200, account_asset());
  }
  /// Until live, with the calls of the way removed. The stream's snapshot has version 100.
  void connect() {
    log_in();
    stream_open();
    frame(R"({"sid":"b146cb1d","type":"connected","time":"1775699229526"})");
    frame(snapshot);
    sink.calls.clear();
    sink.instruments.clear();
    sink.sent.clear();
  }
  /// A trade-event of the next version with these groups.
  void event(const json& data, std::string_view kind = "ORDER_UPDATE") {
    frame(json{{"type", "trade-event"},
               {"content",
                {{"event", kind},
                 {"version", ++version},
                 {"time", start_ms},
                 {"accountId", 0},
                 {"data", data}}}}
              .dump());
  }
  std::int64_t version = 100;
  static inline const std::string snapshot
      = R"({"type":"trade-event","content":{"event":"Snapshot","version":100,"data":{"account":[],"collateral":[],"position":[],"order":[]},"time":1775699229529,"accountId":0}})";
};

/// The documentation's order record (5.4), of ours.
json order_record();
/// The documentation's execution record (5.5), of the order above.
json fill_record();
/// `base` with members replaced or added.
json with(json base, const json& changes);

/// Parameters of the query.
std::map<std::string, std::string> query_of(const sent_call& call);
/// Checks the four headers against the request, worked out here once more: the canonical text from
/// the JSON of the body or the query, and the code over it.
void check_signed(const sent_call& call);

} // namespace edgex_client
