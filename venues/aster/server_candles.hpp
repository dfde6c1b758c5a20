#pragma once

#include "venues/exchange/types.hpp"

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

/// Candles of one minute, kept for a week, and longer ones made of them.
namespace actorbot::venues::aster::server {

struct candle {
  timestamp start;
  decimal open, high, low, close;
  decimal volume, quote;             ///< base and quote units
  decimal taker_volume, taker_quote; ///< of it, bought by takers
  std::uint64_t trades = 0;
  exchange::trade_id first_id = 0;
  exchange::trade_id last_id = 0;
};

/// "1m" .. "1w"; a month has no fixed length and is not known here.
std::optional<duration> candle_length(std::string_view interval);
/// Weeks begin on Monday.
timestamp candle_start(timestamp t, duration length);

class candle_series {
 public:
  void add(timestamp t, decimal value);
  void add(const exchange::public_trade& trade);

  /// Ascending, at most `limit`: the oldest from `from` on, or the newest up to `to`.
  std::vector<candle> of_length(duration length, std::optional<timestamp> from,
                                std::optional<timestamp> to, std::size_t limit) const;
  /// All since `from` in one; trades zero when there is nothing.
  candle since(timestamp from) const;

 private:
  candle& minute(timestamp t, decimal value);
  std::deque<candle> minutes_;
};

} // namespace actorbot::venues::aster::server
