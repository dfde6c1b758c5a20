#include "venues/rate_budget.hpp"

#include <algorithm>

namespace actorbot::venues {

void rate_budget::window::forget(std::int64_t before) {
  while (!entries.empty() && entries.front().at <= before) {
    sum -= entries.front().weight;
    entries.pop_front();
  }
}

void rate_budget::window::add(std::int64_t at, std::uint32_t weight) {
  if (weight == 0)
    return;
  sum += weight;
  if (!entries.empty() && entries.back().at == at)
    entries.back().weight += weight;
  else
    entries.push_back({at, weight});
}

std::int64_t rate_budget::window::fits_at(std::int64_t now, duration length, std::uint64_t limit,
                                          std::uint32_t weight) const {
  auto left = sum;
  auto at = now;
  for (auto& e : entries) {
    if (left + weight <= limit)
      break;
    left -= e.weight;
    at = e.at + length.count();
  }
  return at;
}

std::optional<std::int64_t> rate_budget::try_take(std::int64_t now_ns, request_class kind,
                                                  std::uint32_t weight) {
  weights_.forget(now_ns - limits_.weight_window.count());
  orders_.forget(now_ns - limits_.order_window.count());
  auto at = std::max(now_ns, paused_until_);
  if (limits_.weight != 0) {
    std::uint64_t allowed = limits_.weight;
    if (kind != request_class::cancel)
      allowed -= allowed * std::min(limits_.cancel_reserve_percent, 100u) / 100;
    at = std::max(at, weights_.fits_at(now_ns, limits_.weight_window, allowed, weight));
  }
  const bool order = kind == request_class::order;
  if (order && limits_.orders != 0)
    at = std::max(at, orders_.fits_at(now_ns, limits_.order_window, limits_.orders, 1));
  if (at > now_ns)
    return at;
  weights_.add(now_ns, weight);
  if (order)
    orders_.add(now_ns, 1);
  return std::nullopt;
}

void rate_budget::observed(std::int64_t now_ns, std::uint32_t used, std::uint32_t limit) {
  if (limit != 0)
    limits_.weight = limit;
  if (const auto ours = this->used(now_ns); used > ours)
    weights_.add(now_ns, used - ours);
}

void rate_budget::pause_until(std::int64_t until_ns) {
  paused_until_ = std::max(paused_until_, until_ns);
}

std::uint32_t rate_budget::used(std::int64_t now_ns) {
  weights_.forget(now_ns - limits_.weight_window.count());
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(weights_.sum, UINT32_MAX));
}

} // namespace actorbot::venues
