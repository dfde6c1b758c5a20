#pragma once

#include "venues/exchange/types.hpp"

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

/// Candles of one minute, kept for a week, and longer ones made of them.
namespace actorbot::venues::grvt::server {

struct candle {
  timestamp start;
  decimal open, high, low, close;
  decimal buy_volume, sell_volume; ///< base units, by the taker's side
  decimal buy_quote, sell_quote;
  std::uint64_t trades = 0;
};

/// "CI_1_M" .. "CI_4_W".
std::optional<duration> candle_length(std::string_view interval);
/// Weeks begin on Monday.
timestamp candle_start(timestamp t, duration length);

class candle_series {
 public:
  void add(timestamp t, decimal value);
  void add(const exchange::public_trade& trade);

  /// Ascending.
  std::vector<candle> of_length(duration length) const;
  /// All since `from` in one; trades zero when there is nothing.
  candle since(timestamp from) const;

 private:
  candle& minute(timestamp t, decimal value);
  std::deque<candle> minutes_;
};

} // namespace actorbot::venues::grvt::server
