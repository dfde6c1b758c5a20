#include "strategies/grid_cooldown.hpp"

#include <algorithm>

namespace actorbot::strategies {

std::optional<duration> cooldown(std::int64_t open_orders, std::int64_t max_orders,
                                 duration wait_time) {
  if (open_orders >= max_orders)
    return std::nullopt;
  if (3 * open_orders >= 2 * max_orders)
    return 2 * wait_time;
  if (3 * open_orders >= max_orders)
    return wait_time;
  if (6 * open_orders >= max_orders)
    return wait_time / 2;
  return wait_time / 4;
}

duration varied_cooldown(duration base, decimal variation) {
  const auto ns = decimal::from_int(base.count()) * (decimal{1} + variation);
  return std::max<duration>(std::chrono::seconds{1},
                            duration{ns.round_to(1, rounding::half_even).count_of(1)});
}

decimal uniform_variation(std::uint64_t random_bits, decimal range) {
  const auto millionths = static_cast<std::int64_t>(random_bits % 2'000'001) - 1'000'000;
  return range * decimal::from_parts(millionths, -6);
}

entry_pacer::decision entry_pacer::look(std::int64_t open_orders, std::int64_t max_orders,
                                        const std::function<duration(duration)>& vary,
                                        duration wait_time, timestamp now) {
  const bool freed = open_orders < last_orders;
  last_orders = open_orders;
  const auto base = cooldown(open_orders, max_orders, wait_time);
  if (!base)
    return {};
  if (freed)
    return {true, {}};
  if (last_entry == timestamp{} && open_orders > 0)
    last_entry = now;
  const auto wait = vary(*base);
  const auto elapsed = now - last_entry;
  if (elapsed > wait)
    return {true, {}};
  // "Longer than" is meant: one nanosecond past the end.
  return {false, wait - elapsed + duration{1}};
}

} // namespace actorbot::strategies
