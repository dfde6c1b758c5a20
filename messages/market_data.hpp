#pragma once

#include "messages/decimal.hpp"
#include "messages/ids.hpp"
#include "messages/order.hpp"
#include "messages/time.hpp"

#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace actorbot {

/// Price and resting size.
struct level {
  price at;
  quantity size;
  friend bool operator==(const level&, const level&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, level& x) {
  return f(x.at, x.size);
}

/// A side of the book that may be empty: absent is a type here, never the number zero.
using maybe_level = std::optional<level>;

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, maybe_level& x) {
  bool present = x.has_value();
  auto value = x.value_or(level{});
  if constexpr (Inspector::writes_state) {
    if (auto err = f(present, value))
      return err;
    x = present ? maybe_level{value} : std::nullopt;
    return {};
  } else {
    return f(present, value);
  }
}

/// Best bid and offer. Conflated: only the newest counts.
struct top_of_book {
  instrument_id instrument;
  maybe_level bid;
  maybe_level ask;
  std::uint64_t sequence = 0; ///< the venue's; 0 = it has none
  timestamp exchange_time;
  timestamp received;
  std::int64_t received_ns = 0; ///< monotonic, for latency

  bool two_sided() const { return bid && ask; }
  friend bool operator==(const top_of_book&, const top_of_book&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, top_of_book& x) {
  return f(caf::meta::type_name("top_of_book"), x.instrument, x.bid, x.ask, x.sequence,
           x.exchange_time, x.received, x.received_ns);
}

/// The whole book as far as the venue shows it; bids descending, asks ascending.
struct depth_snapshot {
  instrument_id instrument;
  std::vector<level> bids;
  std::vector<level> asks;
  std::uint64_t sequence = 0;
  timestamp exchange_time;
  timestamp received;
  friend bool operator==(const depth_snapshot&, const depth_snapshot&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, depth_snapshot& x) {
  return f(caf::meta::type_name("depth_snapshot"), x.instrument, x.bids, x.asks, x.sequence,
           x.exchange_time, x.received);
}

/// Changed levels, absolute sizes, zero removes. Gap-free: a protocol checks the venue's sequence
/// and fails the session on a gap, it never emits a delta that does not follow the one before.
struct depth_delta {
  instrument_id instrument;
  std::vector<level> bids;
  std::vector<level> asks;
  std::uint64_t sequence = 0;
  timestamp exchange_time;
  timestamp received;
  friend bool operator==(const depth_delta&, const depth_delta&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, depth_delta& x) {
  return f(caf::meta::type_name("depth_delta"), x.instrument, x.bids, x.asks, x.sequence,
           x.exchange_time, x.received);
}

/// A public trade. Never conflated.
struct trade {
  instrument_id instrument;
  std::string trade_id;
  price at;
  quantity size;
  side aggressor = side::buy;
  timestamp time;
  timestamp received;
  friend bool operator==(const trade&, const trade&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, trade& x) {
  return f(caf::meta::type_name("trade"), x.instrument, x.trade_id, x.at, x.size, x.aggressor,
           x.time, x.received);
}

/// The rate that the venue will charge at `next`, for its own interval. Positive: longs pay shorts.
struct funding_rate {
  instrument_id instrument;
  decimal rate; ///< fraction of notional per interval
  duration interval{};
  timestamp next;
  timestamp time;

  /// Fraction per hour, so that venues can be compared.
  decimal per_hour() const;
  friend bool operator==(const funding_rate&, const funding_rate&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, funding_rate& x) {
  return f(caf::meta::type_name("funding_rate"), x.instrument, x.rate, x.interval, x.next, x.time);
}

struct mark_price {
  instrument_id instrument;
  price mark;
  price index; ///< zero = the venue does not say
  timestamp time;
  timestamp received;
  friend bool operator==(const mark_price&, const mark_price&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mark_price& x) {
  return f(caf::meta::type_name("mark_price"), x.instrument, x.mark, x.index, x.time, x.received);
}

} // namespace actorbot
