#pragma once

#include "messages/market_data.hpp"

#include <cstddef>
#include <vector>

namespace actorbot::venues::edgex {

/// The book of a contract as deep as it is subscribed. The venue sends absolute sizes and does not
/// say when a level falls out of the depth it shows, nor when it is passed by the other side: such
/// levels are removed here, and the removal is told to whoever keeps a copy.
class order_book {
 public:
  explicit order_book(std::size_t depth = 0) : depth_{depth} {}

  /// Both sides in any order; sizes of zero are ignored. False when the sides cross.
  bool reset(std::vector<level>& bids, std::vector<level>& asks);
  /// Applies changes and adds what it removes by itself as sizes of zero. False when the changes
  /// cross each other.
  bool apply(std::vector<level>& bids, std::vector<level>& asks);

  /// Best first.
  const std::vector<level>& bids() const { return bids_; }
  const std::vector<level>& asks() const { return asks_; }
  maybe_level best_bid() const { return bids_.empty() ? std::nullopt : maybe_level{bids_[0]}; }
  maybe_level best_ask() const { return asks_.empty() ? std::nullopt : maybe_level{asks_[0]}; }

 private:
  bool crossed() const { return !bids_.empty() && !asks_.empty() && bids_[0].at >= asks_[0].at; }
  void trim(std::vector<level>& book_side, std::vector<level>& changes) const;

  std::size_t depth_;
  std::vector<level> bids_;
  std::vector<level> asks_;
};

} // namespace actorbot::venues::edgex
