#pragma once

#include "venues/exchange/feed.hpp"

#include <memory>
#include <optional>

namespace actorbot::sim {

/// A feed that the operator can hold: while it is held nothing is due, and what follows comes later
/// by the time it was held.
class gated_feed final : public exchange::market_feed {
 public:
  /// Shared by all feeds of a simulator.
  struct gate {
    bool held = false;
    timestamp since;
    duration lost{};

    void hold(timestamp now) {
      if (!held)
        since = now;
      held = true;
    }
    void release(timestamp now) {
      if (held)
        lost += now - since;
      held = false;
    }
  };

  gated_feed(std::unique_ptr<exchange::market_feed> inner, std::shared_ptr<gate> shared)
      : inner_{std::move(inner)}, gate_{std::move(shared)} {}

  std::optional<timestamp> next_time() override {
    if (gate_->held)
      return std::nullopt;
    const auto due = inner_->next_time();
    return due ? std::optional{*due + gate_->lost} : std::nullopt;
  }
  void pop(exchange::feed_event& out) override {
    inner_->pop(out);
    out.time += gate_->lost;
  }

 private:
  std::unique_ptr<exchange::market_feed> inner_;
  std::shared_ptr<gate> gate_;
};

} // namespace actorbot::sim
