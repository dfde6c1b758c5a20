#pragma once

#include "venues/descriptor.hpp"
#include "venues/edgex/book.hpp"
#include "venues/edgex/instruments.hpp"
#include "venues/edgex/parse.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace actorbot::venues::edgex {

/// Public market data of one session.
///
///   session_started -> getMetaData -> stream -> "connected" -> subscriptions -> live
///
/// Live needs every subscription acknowledged and the book of every contract that trades. Tops of
/// book are derived from the book, which is numbered without gaps. Pings of our own, answered by the
/// venue, are the sign of life.
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
  /// What is known of one instrument; parallel to the instrument table.
  struct feed_state {
    order_book book;
    bool book_ready = false;
    std::uint64_t book_version = 0;
    timestamp funding_next; ///< of the last rate emitted
    decimal funding;
  };

  // market_data.cpp: the session
  void ask_metadata(market_data_sink& sink);
  void ask_funding(const event_time& at, market_data_sink& sink);
  void on_metadata(const http_answer& event, market_data_sink& sink);
  void on_funding_list(const http_answer& event, market_data_sink& sink);
  void subscribe(market_data_sink& sink);
  void acknowledge(std::string_view channel, market_data_sink& sink);
  void watch(const event_time& at, market_data_sink& sink);
  void check_live(market_data_sink& sink);
  void fail(market_data_sink& sink, session_end reason, std::string text);

  // market_frames.cpp: what the stream says
  void on_quote(simdjson::dom::element frame, const event_time& at, market_data_sink& sink);
  bool on_row(std::string_view kind, bool snapshot, simdjson::dom::element row,
              const event_time& at, market_data_sink& sink);
  bool on_depth(std::size_t index, bool snapshot, simdjson::dom::element row, const event_time& at,
                market_data_sink& sink);
  bool on_book(std::size_t index, bool reset, std::uint64_t version, const event_time& at,
               market_data_sink& sink);
  bool on_ticker(std::size_t index, simdjson::dom::element row, const event_time& at,
                 market_data_sink& sink);
  bool on_trade(std::size_t index, bool snapshot, simdjson::dom::element row, const event_time& at,
                market_data_sink& sink);
  void on_funding(std::size_t index, simdjson::dom::element row, market_data_sink& sink);

  session_settings settings_;
  std::size_t depth_;
  instrument_table instruments_;
  std::vector<feed_state> feeds_;
  std::map<std::string, bool, std::less<>> channels_; ///< subscribed -> acknowledged
  json_parser parser_;
  std::string buffer_; ///< a frame to send
  top_of_book top_;    ///< kept and filled again
  depth_snapshot snapshot_;
  depth_delta delta_;
  trade trade_;
  bool connected_ = false;
  bool live_ = false;
  bool over_ = false;
  std::int64_t started_ns_ = 0;
  std::int64_t frame_seen_ns_ = 0;
  std::int64_t pinged_ns_ = 0;
  std::int64_t funding_asked_ns_ = 0;
};

} // namespace actorbot::venues::edgex
