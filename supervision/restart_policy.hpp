#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>

/// When to restart and when to give up: arithmetic only, no actors. Instants are readings of a
/// clock that never jumps, as time since an arbitrary start.
namespace actorbot::supervision {

/// The intensity/period window of Erlang/OTP's supervisor: more than `intensity` restarts within
/// `period` are too many.
class restart_window {
 public:
  restart_window(std::uint32_t intensity, duration period)
      : intensity_(intensity), period_(period) {}

  /// Counts a restart; false when that is one too many. A restart exactly `period` ago still
  /// counts, as in OTP.
  bool add(duration now);

 private:
  std::uint32_t intensity_;
  duration period_;
  std::deque<duration> restarts_;
};

/// How long to wait before a restart. The default is not at all, as in OTP.
struct back_off_policy {
  /// Bound of the first delay; zero: restart at once, always.
  duration base{0};
  /// Each further bound is so many times the one before.
  std::uint32_t factor = 2;
  /// No bound is larger.
  duration cap = std::chrono::seconds{30};
  /// Having been up for so long makes the next failure a first one again.
  duration reset_after = std::chrono::seconds{60};
  /// The first restart is immediate if the child had been up for at least so long.
  std::optional<duration> immediate_after = std::nullopt;
};

/// Exponential back-off with full jitter: each delay is uniform between zero and the bound, so that
/// many clients that lost the same venue do not come back together.
class back_off {
 public:
  explicit back_off(const back_off_policy& policy) : policy_(policy), bound_(policy.base) {}

  /// The delay before the next start of a child that was up for `uptime` (nothing: it could not
  /// even be started). `random` are 64 random bits.
  duration next(std::optional<duration> uptime, std::uint64_t random);

  void reset();

 private:
  back_off_policy policy_;
  duration bound_;
  bool first_ = true;
};

} // namespace actorbot::supervision
