#pragma once

#include "venues/protocol.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace actorbot::venues {

/// A venue's published limits. Zero means that there is none.
struct rate_limits {
  std::uint32_t weight = 0; ///< of all requests within `weight_window`
  duration weight_window = std::chrono::minutes{1};
  std::uint32_t orders = 0; ///< new orders within `order_window`
  duration order_window = std::chrono::seconds{10};
  /// Percent of `weight` that only cancels may use.
  std::uint32_t cancel_reserve_percent = 20;
};

/// Keeps requests within a venue's limits. It counts over a sliding window: that is at least as
/// strict as a venue that starts a new window at fixed times. Knows no clock: times come in, in
/// monotonic nanoseconds, and never go back.
class rate_budget {
 public:
  explicit rate_budget(const rate_limits& limits) : limits_(limits) {}

  /// Takes `weight` (and one order, for request_class::order) and returns nothing; or takes nothing
  /// and returns the earliest time at which it may work. Empty windows let any weight through, even
  /// one above the limit: waiting would not help it.
  [[nodiscard]] std::optional<std::int64_t> try_take(std::int64_t now_ns, request_class kind,
                                                     std::uint32_t weight);

  /// What the venue says was used of its weight window (another client may use the same limit).
  /// More than ours is added; less is not believed, because answers overtake requests. A `limit`
  /// other than zero replaces the configured one.
  void observed(std::int64_t now_ns, std::uint32_t used, std::uint32_t limit);

  /// The venue told us to stay away (HTTP 418, 429, Retry-After): nothing goes out before then.
  void pause_until(std::int64_t until_ns);

  /// Weight used within the window that ends now.
  std::uint32_t used(std::int64_t now_ns);

 private:
  struct entry {
    std::int64_t at;
    std::uint32_t weight;
  };
  struct window {
    std::deque<entry> entries;
    std::uint64_t sum = 0;
    void forget(std::int64_t before);
    void add(std::int64_t at, std::uint32_t weight);
    /// When `weight` fits into `limit`: now, or when enough of the oldest has left.
    std::int64_t fits_at(std::int64_t now, duration length, std::uint64_t limit,
                         std::uint32_t weight) const;
  };

  rate_limits limits_;
  window weights_;
  window orders_;
  std::int64_t paused_until_ = 0;
};

} // namespace actorbot::venues
