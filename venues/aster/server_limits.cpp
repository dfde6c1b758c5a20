#include "venues/aster/server_limits.hpp"

namespace actorbot::venues::aster::server {

using std::chrono::minutes;
using std::chrono::seconds;

request_limits::request_limits(const limit_options& options)
    : options_{options},
      weight_{options.weight_per_minute, minutes{1}},
      refusals_{options.refusals_before_ban, minutes{1}},
      minute_{options.orders_per_minute, minutes{1}},
      ten_seconds_{options.orders_per_ten_seconds, seconds{10}} {}

std::optional<failure> request_limits::take_weight(timestamp now, const std::string& address,
                                                   std::uint32_t weight) {
  const auto ban_text = [](timestamp until) {
    return failure{-1003,
                   "Way too many requests; IP banned until " + std::to_string(to_ms(until))
                       + ". Please use the websocket for live updates to avoid bans.",
                   418};
  };
  const auto ban = banned_until_.find(address);
  if (ban != banned_until_.end()) {
    if (now < ban->second)
      return ban_text(ban->second);
    banned_until_.erase(ban);
  }
  if (weight_.take(now, address, weight))
    return std::nullopt;
  if (!refusals_.take(now, address)) {
    banned_until_[address] = now + options_.ban;
    return ban_text(now + options_.ban);
  }
  return failure{-1003,
                 "Too many requests; current limit is " + std::to_string(options_.weight_per_minute)
                     + " request weight per 1 MINUTE. Please use the websocket for live updates to "
                       "avoid polling the API.",
                 429};
}

std::optional<failure> request_limits::take_orders(timestamp now, const std::string& account,
                                                   std::uint32_t count) {
  const bool minute = minute_.take(now, account, count);
  const bool burst = ten_seconds_.take(now, account, count);
  if (minute && burst)
    return std::nullopt;
  const auto limit = burst ? options_.orders_per_minute : options_.orders_per_ten_seconds;
  return failure{-1015,
                 "Too many new orders; current limit is " + std::to_string(limit)
                     + (burst ? " orders per MINUTE." : " orders per TEN_SECONDS."),
                 429};
}

std::uint32_t request_limits::used_weight(timestamp now, const std::string& address) {
  return weight_.used(now, address);
}

std::uint32_t request_limits::orders_in_minute(timestamp now, const std::string& account) {
  return minute_.used(now, account);
}

std::uint32_t request_limits::orders_in_ten_seconds(timestamp now, const std::string& account) {
  return ten_seconds_.used(now, account);
}

std::int64_t request_limits::retry_after(timestamp now, const std::string& address) const {
  const auto ban = banned_until_.find(address);
  const auto until = ban == banned_until_.end() ? weight_.window_end(now) : ban->second;
  return std::max<std::int64_t>(1, (until - now) / seconds{1});
}

} // namespace actorbot::venues::aster::server
