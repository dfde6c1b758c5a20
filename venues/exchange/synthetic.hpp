#pragma once

#include "venues/exchange/feed.hpp"

#include <memory>

namespace actorbot::exchange {

/// A made market: a seeded random path with trends, jumps, clustered trades, a book of levels
/// around the middle, an index with a wandering basis, a mark and a funding rate that follow it.
/// Integer arithmetic only, so the same seed gives the same events on every machine.
struct synthetic_options {
  std::uint64_t seed = 1;
  timestamp start;
  price start_price;
  decimal tick;
  decimal lot;
  duration step = std::chrono::milliseconds{100}; ///< the path moves so often
  /// Standard deviation of a step, in billionths of the price (20,000 = 0.2 bps).
  std::uint32_t step_volatility = 20'000;
  /// Drift of a trend, in thousandths of the standard deviation; up, down and flat trends
  /// alternate.
  std::uint32_t trend_strength = 100;
  std::uint32_t trend_steps = 3'000;   ///< mean length of a trend; 0 = no trends
  std::uint32_t jump_steps = 20'000;   ///< mean steps between jumps; 0 = none
  std::uint32_t jump_size = 2'000'000; ///< of a jump, at most, in billionths of the price
  /// Pull back to the start price, in billionths of the distance per step, so that a long run stays
  /// in a believable range.
  std::uint32_t reversion = 2'000;
  std::uint16_t levels = 20;
  std::uint32_t level_gap = 1; ///< ticks between levels
  std::uint32_t spread = 1;    ///< ticks in calm times; fast steps widen it
  decimal level_size;          ///< mean size of the best level; deeper ones are larger
  std::uint32_t trades_per_minute
      = 120; ///< on average without clustering, which adds about as many
  duration mark_interval = std::chrono::seconds{1};
  duration funding_interval = std::chrono::minutes{1}; ///< the announced rate changes so often
  std::uint32_t basis = 200'000;       ///< typical (mark - index) / index in billionths (2 bps)
  std::uint32_t funding_cap = 750'000; ///< |rate| at most, in billionths
};

/// Throws std::invalid_argument when a price, tick, lot or size that must be positive is not.
std::unique_ptr<market_feed> make_synthetic(const synthetic_options& options);

} // namespace actorbot::exchange
