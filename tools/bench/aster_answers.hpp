#pragma once

#include "tools/bench/wire_session.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace actorbot::bench {

/// An order as the stopwatch venue remembers it until it expires.
struct resting_order {
  std::string client_id;
  std::string price;
  std::string quantity;
  std::uint64_t number = 0;
};

/// Just enough of Aster's REST interface (V1 and V3 alike; signatures are not looked at) for a
/// whole bot to become live: an empty account with money, one instrument, and orders that rest.
class aster_answers {
 public:
  struct events {
    /// A new order has been read.
    std::function<void(const resting_order&, wire_session&, std::int64_t read_ns)> placed;
    std::function<void(const resting_order&)> cancelled;
  };

  explicit aster_answers(events e) : events_{std::move(e)} {}

  http_reply answer(wire_session& from, const http_call& call);
  /// Takes the order off the book; false when it is not there.
  bool expire(std::uint64_t number);

  std::uint64_t cancels() const { return cancels_; }
  std::uint64_t queries() const { return queries_; }
  std::string_view unknown_path() const { return unknown_path_; }

 private:
  http_reply on_order(wire_session& from, const http_call& call, std::string_view parameters);
  http_reply place(wire_session& from, const http_call& call, std::string_view parameters);

  events events_;
  std::map<std::uint64_t, resting_order> open_; ///< by number
  std::uint64_t last_number_ = 1'000'000;
  std::uint64_t cancels_ = 0;
  std::uint64_t queries_ = 0;
  std::string unknown_path_;
};

/// `{"e":"ORDER_TRADE_UPDATE",...}` with this execution type and status ("NEW", "EXPIRED" ...).
std::string order_event_text(const resting_order& order, std::string_view status);

/// `{"e":"bookTicker",...}`.
std::string book_ticker_text(std::string_view bid, std::string_view bid_size, std::string_view ask,
                             std::uint64_t update);
std::string mark_price_text(std::string_view mark);
/// As a combined stream wraps it.
std::string wrapped(std::string_view stream, std::string_view data);

/// Milliseconds since 1970.
std::int64_t utc_ms();

} // namespace actorbot::bench
