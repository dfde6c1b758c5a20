#pragma once

#include "venues/backpack/server_candles.hpp"
#include "venues/backpack/server_state.hpp"
#include "venues/wire/json_writer.hpp"

#include <vector>

/// Public answers: instruments, books, trades, prices.
namespace actorbot::venues::backpack::server {

class market_desk {
 public:
  explicit market_desk(server_state& state) : state_{state} {}

  void on_trade(const exchange::public_trade& trade);

  reply time(const call& c);
  reply ping(const call& c);
  reply status(const call& c);
  reply assets(const call& c);
  reply markets(const call& c);
  reply market(const call& c);
  reply depth(const call& c);
  reply ticker(const call& c);
  reply tickers(const call& c);
  reply trades(const call& c);
  reply candles(const call& c);
  reply mark_prices(const call& c);
  reply open_interest(const call& c);
  reply funding_rates(const call& c);

  /// For the streams: the day up to now, and the newest candles of an interval.
  candle day_of(timestamp now, exchange::market_id market) const;
  std::vector<candle> newest(exchange::market_id market, candle_interval interval,
                             std::size_t count) const;

 private:
  void write_market(json_writer& json, exchange::market_id market) const;
  void write_ticker(json_writer& json, timestamp now, exchange::market_id market) const;
  template <class Write>
  reply list(const call& c, Write write);
  server_state& state_;
  std::vector<candle_series> series_;
};

/// Levels best last or first, as they come: [["18.70","0.832"],...].
void append_levels(json_writer& json, std::string_view name, const std::vector<level>& levels,
                   const market_format& f);

} // namespace actorbot::venues::backpack::server
