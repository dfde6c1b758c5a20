#pragma once

#include "messages/market_data.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace actorbot::exchange {

/// Something that happened on the external market which a feed plays.
struct feed_event {
  enum class kind : std::uint8_t {
    book,    ///< bids and asks: absolute sizes, zero removes; `replace`: the whole book
    trade,   ///< at, size, aggressor
    prices,  ///< mark and index
    funding, ///< rate
  };
  kind what = kind::book;
  timestamp time;
  bool replace = false;
  std::vector<level> bids;
  std::vector<level> asks;
  /// Applied after the levels: better external levels than these are gone (a best bid/offer line).
  maybe_level top_bid;
  maybe_level top_ask;
  price at;
  quantity size;
  side aggressor = side::buy;
  price mark;
  price index; ///< zero = the same as the mark
  decimal rate;

  /// Empties it for the next event and keeps the memory.
  void clear();
};

/// A source of external market events in order of time, on the core's clock. Pure: the same
/// construction gives the same events.
class market_feed {
 public:
  virtual ~market_feed() = default;
  /// When the next event is due; none = the feed is over.
  virtual std::optional<timestamp> next_time() = 0;
  /// Hands out the next event; call only while next_time() has a value. `out` was cleared.
  virtual void pop(feed_event& out) = 0;
};

} // namespace actorbot::exchange
