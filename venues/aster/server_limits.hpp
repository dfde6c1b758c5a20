#pragma once

#include "venues/aster/server_errors.hpp"
#include "venues/exchange/rate_limiter.hpp"

#include <map>
#include <optional>
#include <string>

/// Request weight per address, orders per account.
namespace actorbot::venues::aster::server {

/// Zero switches a limit off.
struct limit_options {
  std::uint32_t weight_per_minute = 2400;
  std::uint32_t orders_per_minute = 1200;
  std::uint32_t orders_per_ten_seconds = 300;
  std::uint32_t refusals_before_ban = 50; ///< 429s in one minute before the address gets 418
  duration ban = std::chrono::minutes{2};
};

class request_limits {
 public:
  explicit request_limits(const limit_options& options);

  /// 429 when the weight is used up, 418 for an address that goes on regardless.
  std::optional<failure> take_weight(timestamp now, const std::string& address,
                                     std::uint32_t weight);
  std::optional<failure> take_orders(timestamp now, const std::string& account,
                                     std::uint32_t count);

  std::uint32_t used_weight(timestamp now, const std::string& address);
  std::uint32_t orders_in_minute(timestamp now, const std::string& account);
  std::uint32_t orders_in_ten_seconds(timestamp now, const std::string& account);
  const limit_options& options() const { return options_; }
  /// Whole seconds until the address is heard again.
  std::int64_t retry_after(timestamp now, const std::string& address) const;

 private:
  limit_options options_;
  exchange::window_limiter weight_;
  exchange::window_limiter refusals_;
  exchange::window_limiter minute_;
  exchange::window_limiter ten_seconds_;
  std::map<std::string, timestamp> banned_until_;
};

} // namespace actorbot::venues::aster::server
