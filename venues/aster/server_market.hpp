#pragma once

#include "venues/aster/server_candles.hpp"
#include "venues/aster/server_limits.hpp"
#include "venues/aster/server_state.hpp"

#include <deque>

/// The public calls: what is listed, books, trades, candles, prices, funding.
namespace actorbot::venues::aster::server {

/// Statistics of the last 24 hours, for REST and streams.
struct day_ticker {
  candle day;
  decimal change;
  decimal change_percent;
  decimal average;
  decimal last_size;
};

class market_desk {
 public:
  market_desk(server_state& state, const limit_options& limits) : state_{state}, limits_{limits} {}

  reply ping(const call&) { return reply{"{}"}; }
  reply time(const call& c);
  reply exchange_info(const call& c);
  reply spot_exchange_info(const call& c);
  reply depth(const call& c);
  reply book_ticker(const call& c);
  reply price_ticker(const call& c);
  reply day_tickers(const call& c);
  reply trades(const call& c);
  reply aggregate_trades(const call& c);
  reply candles(const call& c);
  reply index_candles(const call& c);
  reply mark_candles(const call& c);
  reply premium_index(const call& c);
  reply funding_rates(const call& c);
  reply funding_info(const call& c);

  // -- what happened --
  void on_trade(const exchange::public_trade& trade);
  void on_prices(const exchange::market_prices& prices);

  day_ticker day_of(timestamp now, exchange::market_id market) const;
  /// The candle in progress; none before the first trade.
  std::optional<candle> latest(exchange::market_id market, duration length) const;

 private:
  struct series {
    candle_series trades;
    candle_series mark;
    candle_series index;
    decimal last_size;
  };
  series& of(exchange::market_id market);
  reply candles_of(const call& c, candle_series series::*which, std::string_view symbol_name);
  template <class Writer>
  reply one_or_all(const call& c, Writer write);

  server_state& state_;
  limit_options limits_;
  std::deque<series> series_;
};

} // namespace actorbot::venues::aster::server
