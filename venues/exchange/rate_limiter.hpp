#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace actorbot::exchange {

/// Counts weight per key in fixed windows aligned to the epoch, as venues do that announce
/// "2400 a minute": a new minute starts at zero.
class window_limiter {
 public:
  /// A limit of zero never refuses.
  window_limiter(std::uint32_t limit, duration window) : limit_{limit}, window_{window} {}

  /// Takes `weight` from `key` and says whether it fits. What does not fit counts too, so hammering
  /// does not help.
  bool take(timestamp now, const std::string& key, std::uint32_t weight = 1) {
    auto& current = roll(now, key);
    current.used += weight;
    return limit_ == 0 || current.used <= limit_;
  }
  /// In the window of `now`.
  std::uint32_t used(timestamp now, const std::string& key) { return roll(now, key).used; }
  std::uint32_t limit() const { return limit_; }
  /// When the window of `now` ends.
  timestamp window_end(timestamp now) const {
    return now - now.time_since_epoch() % window_ + window_;
  }

 private:
  struct entry {
    std::int64_t window = -1;
    std::uint32_t used = 0;
  };
  entry& roll(timestamp now, const std::string& key) {
    auto& e = entries_[key];
    const auto window = now.time_since_epoch() / window_;
    if (e.window != window)
      e = {window, 0};
    return e;
  }
  std::uint32_t limit_;
  duration window_;
  std::map<std::string, entry> entries_;
};

} // namespace actorbot::exchange
