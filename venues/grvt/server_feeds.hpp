#pragma once

#include "venues/exchange/types.hpp"

#include <optional>
#include <string_view>

namespace actorbot::venues::grvt::server {

/// Where the private feeds go; what is told is one object in long names.
class private_feeds {
 public:
  virtual ~private_feeds() = default;
  /// `stream` is "v1.order", "v1.state", "v1.fill", "v1.position" or "v1.cancel"; without a market
  /// it goes to those who listen to the whole sub-account only.
  virtual void tell(std::string_view stream, exchange::account_id account,
                    std::optional<exchange::market_id> market, std::string_view feed)
      = 0;
};

} // namespace actorbot::venues::grvt::server
