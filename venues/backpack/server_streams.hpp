#pragma once

#include "venues/backpack/server_market.hpp"
#include "venues/backpack/server_state.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Public streams: what there is, who listens, and what waits for its next beat.
namespace actorbot::venues::backpack::server {

enum class stream_kind : std::uint8_t {
  book_ticker,
  depth,
  trade,
  mark_price,
  ticker,
  kline,
  open_interest,
  liquidation,
  // private
  order_update,
  position_update,
  rfq_update, ///< silent: nothing here asks for quotes
};

struct stream_spec {
  stream_kind kind = stream_kind::book_ticker;
  std::optional<exchange::market_id> market; ///< none: all of them
  duration beat{};                           ///< zero: as it happens
  candle_interval interval{};
  bool is_private() const { return kind >= stream_kind::order_update; }
};
/// Empty for a name that says nothing.
std::optional<stream_spec> parse_stream(const exchange::core& core, std::string_view name);

/// {"stream":NAME,"data":PAYLOAD}
std::string stream_frame_text(std::string_view name, std::string_view payload);

class stream_hub {
 public:
  stream_hub(server_state& state, const market_desk& market) : state_{state}, market_{market} {}

  /// Twice the same is once.
  void subscribe(timestamp now, stream_token to, const std::string& name, const stream_spec& spec);
  void unsubscribe(stream_token from, std::string_view name);
  void leave(stream_token gone);

  void on_trade(const exchange::public_trade& e);
  void on_delta(const exchange::book_delta& e);
  void on_top(const exchange::book_top& e);
  void on_prices(const exchange::market_prices& e);
  void on_liquidation(const exchange::execution& e);

  /// Sends what is due up to now.
  void beat(timestamp now);
  std::optional<timestamp> next_beat() const;

 private:
  struct channel {
    stream_spec spec;
    std::vector<stream_token> listeners;
    std::optional<timestamp> due; ///< its next beat, when something waits
    std::map<price, quantity> bids;
    std::map<price, quantity> asks;
    std::uint64_t first = 0; ///< zero: nothing waits
    std::uint64_t last = 0;
    timestamp changed;
    timestamp candle_over; ///< start of the last candle that needs no telling any more
  };
  using channels = std::map<std::string, channel, std::less<>>;

  /// Calls `act` with the channels of a kind that hear of the market.
  template <class Act>
  void each(stream_kind kind, exchange::market_id market, Act act);
  void publish(std::string_view name, const channel& c, std::string_view payload);
  void flush(const std::string& name, channel& c, timestamp now);
  void flush_depth(const std::string& name, channel& c, timestamp now);
  void flush_candles(const std::string& name, channel& c, timestamp now);

  server_state& state_;
  const market_desk& market_;
  channels channels_;
};

} // namespace actorbot::venues::backpack::server
