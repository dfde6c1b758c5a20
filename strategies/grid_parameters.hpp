#pragma once

#include "messages/decimal.hpp"
#include "messages/order.hpp"
#include "messages/parameters.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace actorbot::strategies {

/// Where an entry is quoted. All are post-only and never cross an own close order.
enum class entry_style : std::uint8_t {
  far_touch, ///< one tick better than the far side: buy at ask - tick
  mid,       ///< the middle of the spread
  join,      ///< the near side: buy at bid
  improve,   ///< one tick inside the near side: buy at bid + tick, where the spread has room
};

enum class beyond_action : std::uint8_t { pause, stop };

/// The grid's configuration as typed values. Ratios are fractions (0.0008 = 0.08%).
struct grid_parameters {
  quantity size;
  decimal take_profit;
  side direction = side::buy;
  std::int64_t max_orders = 40;
  duration wait_time = std::chrono::seconds{450};
  decimal grid_step = -1; ///< -100%: off
  entry_style entry = entry_style::far_touch;

  bool random_timing = false;
  decimal timing_range;
  bool dynamic_profit = false;
  decimal profit_range;

  std::optional<price> no_entry_beyond;
  beyond_action on_beyond = beyond_action::pause;
  std::optional<price> stop_beyond;
  std::optional<price> protective_stop;
  bool boost = false;

  duration reprice_first = std::chrono::seconds{10};
  duration reprice_interval = std::chrono::seconds{5};
  std::int64_t entry_attempts = 15;
  duration entry_backoff = std::chrono::milliseconds{100};
  std::int64_t close_attempts = 3;
  duration close_retry = std::chrono::milliseconds{250};
  duration close_timeout = std::chrono::seconds{10};
  duration repair_delay = std::chrono::seconds{10};
  duration max_book_age = std::chrono::seconds{10};
};

/// The one table that parsing, help and docs of the grid are generated from.
const parameter_table& grid_parameter_table();

/// From values that the table accepted, defaults filled in.
grid_parameters read_grid_parameters(const parameter_values& values);

/// What one parameter's range cannot say: one sentence each, empty when all is well.
std::vector<std::string> validate_grid_parameters(const parameter_values& values);

} // namespace actorbot::strategies
