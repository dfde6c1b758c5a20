#pragma once

#include "venues/aster/server_market.hpp"
#include "venues/aster/server_state.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Public streams: what there is and what of it waits for its next beat.
namespace actorbot::venues::aster::server {

enum class stream_kind : std::uint8_t {
  book_ticker,
  trade,
  aggregate_trade,
  mark_price,
  depth_diff,
  depth_top,
  ticker,
  mini_ticker,
  kline,
  forced_order,
};

/// What the name of a stream says.
struct stream_spec {
  stream_kind kind = stream_kind::book_ticker;
  std::optional<exchange::market_id> market; ///< none: all of them
  duration beat{};                           ///< zero: as it happens
  std::size_t levels = 0;
  duration candle{};
  std::string_view interval; ///< of candles, within the name
};
std::optional<stream_spec> parse_stream(const server_state& state, std::string_view name);

/// One WebSocket.
struct connection {
  stream_token token{};
  bool combined = false;
  std::vector<std::string> names; ///< in the order of subscription
  std::optional<exchange::account_id> user;
  std::string listen_key; ///< of a user stream
  timestamp opened;
  timestamp next_ping;
  std::int64_t second = 0; ///< of the messages counted
  std::uint32_t messages = 0;
};

/// Trades of one taker at one price, as one.
struct aggregate_trade {
  exchange::trade_id first = 0;
  exchange::trade_id last = 0;
  price at;
  quantity size;
  side aggressor = side::buy;
  timestamp time;
};

/// A stream that somebody listens to.
struct channel {
  std::string name;
  stream_spec spec;
  std::vector<connection*> listeners;
  std::optional<timestamp> due; ///< its next beat, when something waits

  std::map<price, quantity> bids;
  std::map<price, quantity> asks;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t previous = 0;
  timestamp changed;
  std::vector<aggregate_trade> trades;
};

class stream_hub {
 public:
  stream_hub(server_state& state, const market_desk& market) : state_{state}, market_{market} {}

  /// False when the name says nothing. Twice the same is once.
  bool subscribe(timestamp now, connection& to, std::string_view name);
  void unsubscribe(connection& from, std::string_view name);
  /// Ends all its subscriptions.
  void leave(connection& gone);

  void on_trade(const exchange::public_trade& e);
  void on_delta(const exchange::book_delta& e);
  void on_top(const exchange::book_top& e);
  void on_liquidation(const exchange::order& o);

  /// Sends what is due up to now.
  void beat(timestamp now);
  std::optional<timestamp> next_beat() const;

 private:
  /// Who hears of a market at once.
  struct audience {
    std::vector<channel*> tops;
    std::vector<channel*> deltas;
    std::vector<channel*> trades;
    std::vector<channel*> forced;
  };
  void index();
  audience& of(exchange::market_id market);
  void schedule(channel& c, timestamp now);
  void publish(const channel& c, std::string_view payload);
  void flush(channel& c, timestamp now);
  void flush_depth(channel& c, timestamp now);
  template <class Append>
  void write_prices(const channel& c, Append append);

  server_state& state_;
  const market_desk& market_;
  std::map<std::string, std::unique_ptr<channel>, std::less<>> channels_;
  std::vector<audience> audiences_;
  std::string payload_;
  std::string wrapped_;
};

} // namespace actorbot::venues::aster::server
