#pragma once

#include "venues/aster/instruments.hpp"
#include "venues/descriptor.hpp"
#include "venues/wire/flat_frame.hpp"
#include "venues/wire/json_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace actorbot::venues::aster {

/// Public market data of one session.
///
///   session_started -> exchangeInfo -> fundingInfo -> one combined stream -> live
///
/// Live needs the stream open, a top of book for every instrument that trades and, when depth is
/// wanted, every book in sequence. The mark price comes each second and is the sign of life.
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
    bool trading = false;
    bool has_top = false;
    std::uint64_t top_update = 0;  ///< `u` of the last bookTicker
    std::uint64_t last_trade = 0;  ///< `a` of the last aggTrade
    std::int64_t mark_seen_ns = 0; ///< monotonic time of the last newer mark price
    timestamp mark_time;           ///< `E` of it
    duration interval{};           ///< of funding
    decimal funding;               ///< last rate emitted
    timestamp funding_next;
    // The depth book: frames are kept until the snapshot is there.
    bool book_ready = false;
    bool book_chained = false;     ///< a diff has been applied, so the next must follow it
    std::uint64_t book_update = 0; ///< the snapshot's or last applied diff's id
    unsigned snapshot_attempts = 0;
    std::vector<std::string> waiting; ///< frames with their padding
    std::size_t waiting_bytes = 0;
  };

  void ask(market_data_sink& sink, std::uint64_t id, std::string_view target);
  void ask_snapshot(std::size_t index, market_data_sink& sink);
  void on_exchange_info(const http_answer& event, market_data_sink& sink);
  void on_funding_info(const http_answer& event, market_data_sink& sink);
  void on_top_list(const http_answer& event, market_data_sink& sink);
  void on_snapshot(std::size_t index, const http_answer& event, market_data_sink& sink);
  void open_stream(market_data_sink& sink);
  bool dispatch(const flat_fields& f, const event_time& at, market_data_sink& sink);
  void on_other_frame(const stream_frame& event, market_data_sink& sink);
  bool on_top(const flat_fields& f, std::size_t index, const event_time& at,
              market_data_sink& sink);
  bool on_mark(const flat_fields& f, std::size_t index, const event_time& at,
               market_data_sink& sink);
  bool on_trade(const flat_fields& f, std::size_t index, const event_time& at,
                market_data_sink& sink);
  void on_depth(simdjson::dom::element data, const stream_frame& event, market_data_sink& sink);
  bool apply_depth(std::size_t index, simdjson::dom::element data, const event_time& at,
                   market_data_sink& sink);
  std::uint64_t first_previous(std::string& frame);
  void replay(std::size_t index, const event_time& at, market_data_sink& sink);
  void watch(std::int64_t now_ns, market_data_sink& sink);
  void check_live(market_data_sink& sink);
  void fail(market_data_sink& sink, session_end reason, std::string text);

  session_settings settings_;
  std::string prefix_; ///< "/fapi/v3" or "/fapi/v1"
  instrument_table instruments_;
  std::vector<feed_state> feeds_;
  std::size_t trading_ = 0; ///< how many of them trade
  json_parser parser_;
  flat_fields fields_;
  std::string digits_; ///< numbers as text, when the full parser filled the fields
  top_of_book top_;    ///< kept, so that the hot path allocates nothing
  mark_price mark_;
  trade trade_;
  depth_snapshot snapshot_;
  depth_delta delta_;
  bool opened_ = false;
  bool live_ = false;
  bool over_ = false;
  std::int64_t started_ns_ = 0;
  std::int64_t frame_seen_ns_ = 0;
};

} // namespace actorbot::venues::aster
