#pragma once

#include "venues/exchange/types.hpp"

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

/// Candles made of trades: of seconds for an hour, of minutes for a week, and longer ones of these.
namespace actorbot::venues::backpack::server {

struct candle {
  timestamp start;
  decimal open, high, low, close;
  decimal volume, quote; ///< base and quote units
  std::uint64_t trades = 0;
};

/// A length of time that candles have; months are as long as the calendar says.
struct candle_interval {
  duration length{};
  bool is_month = false;

  /// Weeks begin on Monday.
  timestamp start_of(timestamp t) const;
  timestamp end_of(timestamp start) const;
};

/// "1s", "1m" .. "1w", "1month".
std::optional<candle_interval> candle_interval_named(std::string_view name);

class candle_series {
 public:
  void add(const exchange::public_trade& trade);
  /// Ascending, those that start in [from, to], at most the newest `limit`.
  std::vector<candle> of(candle_interval interval, timestamp from, timestamp to,
                         std::size_t limit) const;
  /// All since `from` in one; no trades when there is nothing.
  candle since(timestamp from) const;

 private:
  std::deque<candle> seconds_;
  std::deque<candle> minutes_;
};

} // namespace actorbot::venues::backpack::server
