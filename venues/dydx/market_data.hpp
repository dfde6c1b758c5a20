#pragma once

#include "venues/descriptor.hpp"
#include "venues/dydx/book.hpp"
#include "venues/dydx/instruments.hpp"
#include "venues/dydx/stream.hpp"
#include "venues/wire/json_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::venues::dydx {

/// Public market data of one session, all from the Indexer.
///
///   session_started -> perpetualMarkets -> socket, "connected" -> subscriptions -> live
///
/// Live needs the markets channel and a book for every market that trades. Tops come from the book.
/// Blocks, about one a second, are the sign of life. Each book is subscribed again every few minutes:
/// the server loses a few updates around a snapshot, and a level stays wrong until it changes.
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
  static constexpr stream_id market_stream{0};
  static constexpr timer_id watch_timer{0};
  static constexpr timer_id refresh_timer{1};

  /// What is known of one market; parallel to the instrument table.
  struct feed_state {
    order_book book;
    bool asked = false; ///< the book is subscribed or about to be
    bool ready = false; ///< a snapshot has come and no `unsubscribed` since
    bool told = false;  ///< a top was emitted
    maybe_level bid;    ///< last top emitted
    maybe_level ask;
    std::string last_trade;
    decimal funding;
    timestamp funding_next;
  };

  // market_data.cpp: the session
  void on_markets_list(const http_answer& event, market_data_sink& sink);
  void subscribe_all(market_data_sink& sink);
  void subscribe_book(std::size_t index, market_data_sink& sink);
  void refresh_book(market_data_sink& sink);
  void watch(const event_time& at, market_data_sink& sink);
  void check_live(market_data_sink& sink);
  void fail(market_data_sink& sink, session_end reason, std::string text);

  // market_frames.cpp: what the frames say. False for a frame that cannot be read.
  bool on_message(const socket_frame& frame, const event_time& at, market_data_sink& sink);
  bool on_book(const socket_frame& frame, const event_time& at, market_data_sink& sink);
  bool on_book_snapshot(std::size_t index, const socket_frame& frame, const event_time& at,
                        market_data_sink& sink);
  bool on_book_update(std::size_t index, simdjson::dom::element contents, const socket_frame& frame,
                      const event_time& at, market_data_sink& sink);
  void tell_top(std::size_t index, std::uint64_t number, const event_time& at,
                market_data_sink& sink);
  bool on_trades(const socket_frame& frame, const event_time& at, market_data_sink& sink);
  bool on_trade_list(std::size_t index, simdjson::dom::element contents, bool is_history,
                     const event_time& at, market_data_sink& sink);
  bool on_markets(const socket_frame& frame, const event_time& at, market_data_sink& sink);
  bool on_markets_update(simdjson::dom::element contents, const event_time& at,
                         market_data_sink& sink);
  bool on_market(std::size_t index, simdjson::dom::element market, const event_time& at,
                 market_data_sink& sink);
  bool on_block(const socket_frame& frame, const event_time& at);

  session_settings settings_;
  instrument_table instruments_;
  std::vector<feed_state> feeds_;
  json_parser parser_;
  indexer_socket socket_;
  socket_frame frame_;
  top_of_book top_; ///< kept, so that the hot path allocates nothing
  depth_snapshot snapshot_;
  depth_delta delta_;
  mark_price mark_;
  trade trade_;
  std::string last_before_; ///< newest trade before the frame that is being read
  std::size_t next_refresh_ = 0;
  bool markets_known_ = false;
  bool opened_ = false;
  bool live_ = false;
  bool over_ = false;
  std::int64_t started_ns_ = 0;
  std::int64_t block_seen_ns_ = 0;
  std::int64_t height_ = 0;
};

} // namespace actorbot::venues::dydx
