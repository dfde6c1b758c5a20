#pragma once

#include "venues/descriptor.hpp"
#include "venues/grvt/instruments.hpp"
#include "venues/grvt/parse.hpp"
#include "venues/grvt/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace actorbot::venues::grvt {

/// Public market data of one session.
///
///   session_started -> instruments -> one stream -> subscriptions -> live
///
/// Live needs every subscription acknowledged, a top of book for every instrument and, when depth
/// is wanted, every book in sequence. The ticker comes twice a second and is the sign of life.
class market_data final : public market_data_protocol {
 public:
  explicit market_data(const session_settings& settings);

  void on(const session_started& event, market_data_sink& sink) override;
  void on(const http_answer& event, market_data_sink& sink) override;
  void on(const http_failed& event, market_data_sink& sink) override;
  void on(const stream_opened& event, market_data_sink& sink) override;
  void on(const stream_frame& event, market_data_sink& sink) override;
  void on(const stream_closed& event, market_data_sink& sink) override;
  void on(const timer_fired& event, market_data_sink& sink) override;

 private:
  /// The numbers of one stream of one instrument.
  struct chain {
    bool known = false;    ///< `last` is
    bool snapshot = false; ///< the state that deltas change is there
    std::uint64_t last = 0;
  };
  /// The kinds of streams, in the order of their subscriptions.
  enum class feed_kind : std::uint8_t { top, ticker, depth, trades };
  static constexpr std::size_t kinds = 4;

  /// What is known of one instrument; parallel to the instrument table.
  struct feed_state {
    chain chains[kinds];
    decimal bid, bid_size, ask, ask_size; ///< in the venue's units; zero = none
    std::int64_t ticker_seen_ns = 0;      ///< monotonic time of the last newer ticker
    timestamp ticker_time;                ///< `event_time` of it
    decimal funding;                      ///< last rate told
    timestamp funding_next;
  };
  enum class place_in_chain : std::uint8_t { snapshot, next, repeated, broken };

  bool wants(feed_kind kind) const;
  void subscribe(market_data_sink& sink);
  void on_answer_frame(simdjson::dom::element frame, market_data_sink& sink);
  bool on_subscribed(feed_kind kind, simdjson::dom::element result);
  place_in_chain follow(chain& numbers, simdjson::dom::element frame) const;
  /// False when the frame cannot be read.
  bool dispatch(feed_kind kind, std::size_t index, simdjson::dom::element feed,
                place_in_chain place, const event_time& at, market_data_sink& sink);
  bool on_top(std::size_t index, simdjson::dom::element feed, bool whole, const event_time& at,
              market_data_sink& sink);
  bool on_ticker(std::size_t index, simdjson::dom::element feed, const event_time& at,
                 market_data_sink& sink);
  bool on_depth(std::size_t index, simdjson::dom::element feed, bool whole, const event_time& at,
                market_data_sink& sink);
  bool on_trade(std::size_t index, simdjson::dom::element feed, const event_time& at,
                market_data_sink& sink);
  void tell_funding(std::size_t index, simdjson::dom::element feed, market_data_sink& sink);
  void watch(std::int64_t now_ns, market_data_sink& sink);
  void check_live(market_data_sink& sink);
  void fail(market_data_sink& sink, session_end reason, std::string text);

  session_settings settings_; ///< without the credentials
  instrument_table instruments_;
  std::vector<feed_state> feeds_;
  json_parser parser_;
  top_of_book top_; ///< kept, so that the hot path allocates nothing
  mark_price mark_;
  trade trade_;
  depth_snapshot snapshot_;
  depth_delta delta_;
  unsigned wanted_ = 0;     ///< a bit for each kind that is subscribed to
  unsigned subscribed_ = 0; ///< of these the acknowledged ones
  bool opened_ = false;
  bool live_ = false;
  bool over_ = false;
  std::int64_t started_ns_ = 0;
  std::int64_t frame_seen_ns_ = 0;
};

} // namespace actorbot::venues::grvt
