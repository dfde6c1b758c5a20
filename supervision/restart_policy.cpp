#include "supervision/restart_policy.hpp"

#include <algorithm>

namespace actorbot::supervision {

bool restart_window::add(duration now) {
  while (!restarts_.empty() && now - restarts_.front() > period_)
    restarts_.pop_front();
  restarts_.push_back(now);
  return restarts_.size() <= intensity_;
}

duration back_off::next(std::optional<duration> uptime, std::uint64_t random) {
  if (uptime && *uptime >= policy_.reset_after)
    reset();
  const bool first = first_;
  first_ = false;
  if (first && uptime && policy_.immediate_after && *uptime >= *policy_.immediate_after)
    return duration{0};
  const auto bound = std::min(bound_, policy_.cap);
  if (bound <= duration{0})
    return duration{0};
  // Compared by division: the product could overflow.
  bound_ = bound > policy_.cap / policy_.factor ? policy_.cap : bound * policy_.factor;
  const auto choices = static_cast<std::uint64_t>(bound.count()) + 1;
  return duration{static_cast<duration::rep>(random % choices)};
}

void back_off::reset() {
  bound_ = policy_.base;
  first_ = true;
}

} // namespace actorbot::supervision
