#pragma once

#include "messages/decimal.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace actorbot::strategies {

/// The base wait for `open_orders` resting close orders out of `max_orders`: twice `wait_time` from
/// two thirds on, once from one third, half from one sixth, else a quarter. Integers only. Empty
/// when the grid is full: no time makes up for that.
std::optional<duration> cooldown(std::int64_t open_orders, std::int64_t max_orders,
                                 duration wait_time);

/// `base` x (1 + variation), at least one second.
duration varied_cooldown(duration base, decimal variation);

/// Uniform in [-range, +range], in steps of a millionth of it, from 64 random bits.
decimal uniform_variation(std::uint64_t random_bits, decimal range);

/// When the next entry may be placed. `last_orders` and `last_entry` are the whole memory.
class entry_pacer {
 public:
  struct decision {
    bool enter = false;
    /// When to look again; zero = at the next change of the orders.
    duration again{};
  };

  /// `now` is only compared. A close order that went away since the last look frees its slot at
  /// once; with resting orders and no known last entry (a restart) one cool-down passes first.
  decision look(std::int64_t open_orders, std::int64_t max_orders,
                const std::function<duration(duration)>& vary, duration wait_time, timestamp now);

  /// An entry has ended, filled or not. One that ended without a new close order thereby leaves the
  /// count above the orders, so that the next look enters at once: that is how an entry follows the
  /// price.
  void entry_ended() { ++last_orders; }

  std::int64_t last_orders = 0;
  timestamp last_entry;
};

} // namespace actorbot::strategies
