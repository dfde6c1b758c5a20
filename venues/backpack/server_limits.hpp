#pragma once

#include "venues/backpack/server_errors.hpp"
#include "venues/exchange/rate_limiter.hpp"

#include <optional>
#include <string>

/// Requests a minute: of a sub-account, or of an address where nobody signed.
namespace actorbot::venues::backpack::server {

/// Zero: no limit. Source: the venue's support FAQ.
struct limit_options {
  std::uint32_t requests = 2000;
  std::uint32_t slow_requests = 30; ///< calls that read market data over a range of time
};

class request_limits {
 public:
  explicit request_limits(const limit_options& options)
      : all_{options.requests, std::chrono::minutes{1}},
        slow_{options.slow_requests, std::chrono::minutes{1}} {}

  std::optional<failure> take(timestamp now, const std::string& who, bool is_slow) {
    const bool fits = (is_slow ? slow_ : all_).take(now, who);
    return fits ? std::nullopt : std::optional{refuse::too_many_requests()};
  }

 private:
  exchange::window_limiter all_;
  exchange::window_limiter slow_;
};

} // namespace actorbot::venues::backpack::server
