#pragma once

#include "venues/exchange/feed.hpp"

#include <memory>
#include <optional>

namespace actorbot::sim {

/// A feed whose time the operator controls: hold, release, faster, slower, forward. The feed's own
/// time is a straight line over the exchange's clock, from an anchor that every change moves.
class gated_feed final : public exchange::market_feed {
 public:
  /// Shared by all feeds of a simulator.
  class gate {
   public:
    static constexpr std::int64_t normal_speed = 1000;

    /// At `now` the feeds stand at the same time, and run at normal speed.
    void start(timestamp now) { clock_ = feed_ = now; }
    void hold(timestamp now) {
      move(now);
      held_ = true;
    }
    void release(timestamp now) {
      move(now);
      held_ = false;
    }
    /// In thousandths of the feed's own pace, positive.
    void set_speed(timestamp now, std::int64_t thousandths) {
      move(now);
      speed_ = thousandths;
    }
    /// What would have come within `by` is due at once, held or not.
    void jump(timestamp now, duration by) {
      move(now);
      feed_ += by;
    }

    bool held() const { return held_; }
    std::int64_t speed() const { return speed_; }
    /// The feeds' time at `now`.
    timestamp feed_time(timestamp now) const {
      if (held_)
        return feed_;
      const auto passed = static_cast<int128>((now - clock_).count()) * speed_ / normal_speed;
      return feed_ + duration{static_cast<std::int64_t>(passed)};
    }
    /// When the clock reaches a feed's time; none while held before it.
    std::optional<timestamp> due(timestamp feed_time) const {
      if (feed_time <= feed_)
        return clock_;
      if (held_)
        return std::nullopt;
      // Rounded up: at that time feed_time() has passed the event.
      const auto ahead = static_cast<int128>((feed_time - feed_).count()) * normal_speed;
      return clock_ + duration{static_cast<std::int64_t>((ahead + speed_ - 1) / speed_)};
    }

   private:
    void move(timestamp now) {
      feed_ = feed_time(now);
      clock_ = now;
    }

    timestamp clock_;
    timestamp feed_; ///< the feeds' time at `clock_`
    std::int64_t speed_ = normal_speed;
    bool held_ = false;
  };

  gated_feed(std::unique_ptr<exchange::market_feed> inner, std::shared_ptr<gate> shared)
      : inner_{std::move(inner)}, gate_{std::move(shared)} {}

  std::optional<timestamp> next_time() override {
    const auto next = inner_->next_time();
    return next ? gate_->due(*next) : std::nullopt;
  }
  void pop(exchange::feed_event& out) override {
    const auto due = next_time();
    inner_->pop(out);
    out.time = due.value_or(out.time);
  }

 private:
  std::unique_ptr<exchange::market_feed> inner_;
  std::shared_ptr<gate> gate_;
};

} // namespace actorbot::sim
