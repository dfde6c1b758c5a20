#pragma once

#include "client_support.hpp"

/// Frames of the public stream, and a session that has its first book.
namespace edgex_client {

inline session_settings everything(std::vector<std::string> tickers) {
  auto s = settings_for(std::move(tickers));
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

/// The two real frames of the specification, section 6.
inline const std::string real_snapshot
    = R"({"type":"quote-event","channel":"depth.10000004.200","content":{"channel":"depth.10000004.200","dataType":"Snapshot","data":[{"startVersion":"90595400","endVersion":"90595447","level":200,"contractId":"10000004","contractName":"BNBUSD","asks":[{"price":"601.03","size":"23.33"}],"bids":[{"price":"600.97","size":"14.26"}],"depthType":"Snapshot"}]}})";
inline const std::string real_change
    = R"({"type":"quote-event","channel":"depth.10000004.200","content":{"channel":"depth.10000004.200","dataType":"changed","data":[{"startVersion":"90595448","endVersion":"90595463","level":200,"contractId":"10000004","contractName":"BNBUSD","asks":[{"price":"601.03","size":"23.33"},{"price":"601.51","size":"19.98"}],"bids":[],"depthType":"CHANGED"}]}})";

inline std::string quote(std::string_view channel, const json& row,
                         std::string_view kind = "Changed") {
  return json{{"type", "quote-event"},
              {"channel", channel},
              {"content", {{"channel", channel}, {"dataType", kind}, {"data", json::array({row})}}}}
      .dump();
}

inline json depth(std::int64_t first, std::int64_t last, const json& bids, const json& asks,
                  std::string_view type = "CHANGED") {
  return {{"startVersion", std::to_string(first)},
          {"endVersion", std::to_string(last)},
          {"level", 15},
          {"contractId", "10000001"},
          {"contractName", "BTCUSDT"},
          {"bids", bids},
          {"asks", asks},
          {"depthType", type}};
}

inline json level_of(std::string_view price, std::string_view size) {
  return {{"price", price}, {"size", size}};
}

/// A BTC session that is live, with versions up to 10.
struct live_btc : market_session {
  explicit live_btc(session_settings s = settings_for({"BTC"})) : market_session{s} {
    connect();
    acknowledge_all();
    frame(quote(s.wants_depth ? "depth.10000001.200" : "depth.10000001.15",
                depth(1, 10, json::array({level_of("100", "1")}),
                      json::array({level_of("101", "2")}), "SNAPSHOT")));
    REQUIRE(sink.lives == 1);
    sink.tops.clear();
    sink.snapshots.clear();
    sink.sent.clear();
  }
};

} // namespace edgex_client
