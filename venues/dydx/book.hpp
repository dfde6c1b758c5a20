#pragma once

#include "messages/market_data.hpp"

#include <cstdint>
#include <vector>

namespace actorbot::venues::dydx {

/// One market's book as the Indexer tells it. The stream follows one node's memory and may cross for
/// a moment, because a stale level is removed after the level that crosses it: then the older of the
/// two goes. Source: v4-chain, indexer "uncrossing"; documentation of v4_orderbook.
class order_book {
 public:
  void clear();
  /// Replaces the level's size, zero removes it. `update` counts messages: the age of the level.
  void set(side s, price at, quantity size, std::uint64_t update);
  /// Drops levels until best bid < best ask, and the worst levels beyond a limit. What was dropped
  /// is added to `dropped` with a size of zero.
  void settle(depth_delta& dropped);

  maybe_level best(side s) const;
  /// Best first.
  void copy(side s, std::vector<level>& out) const;

 private:
  struct entry {
    price at;
    quantity size;
    std::uint64_t updated = 0;
  };
  /// The best is last: changes happen near it.
  std::vector<entry>& of(side s) { return s == side::buy ? bids_ : asks_; }
  const std::vector<entry>& of(side s) const { return s == side::buy ? bids_ : asks_; }
  void trim(side s, std::vector<level>& dropped);

  std::vector<entry> bids_;
  std::vector<entry> asks_;
};

} // namespace actorbot::venues::dydx
