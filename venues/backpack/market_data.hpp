#pragma once

#include "venues/backpack/instruments.hpp"
#include "venues/descriptor.hpp"
#include "venues/wire/flat_frame.hpp"
#include "venues/wire/json_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace actorbot::venues::backpack {

/// Public market data of one session.
///
///   session_started -> markets -> stream -> SUBSCRIBE -> depth of each instrument -> live
///
/// A subscription is not acknowledged and begins without a snapshot: the depth list gives the first
/// top of book and, when depth is wanted, the book that the stream's diffs are put upon. Live needs
/// a top for every instrument that trades and every wanted book.
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
    std::uint64_t last_trade = 0;  ///< `t` of the last trade
    std::int64_t mark_seen_ns = 0; ///< monotonic time of the last newer mark price
    timestamp mark_time;           ///< `E` of it
    decimal funding;               ///< last rate emitted
    timestamp funding_next;
    // The list of levels: asked for at the start, and again from the timer when it was of no use.
    bool ask_again = false;
    unsigned attempts = 0;
    // The depth book: frames are kept until the list is there.
    bool book_ready = false;
    bool book_chained = false;        ///< a diff has been applied, so the next must follow it
    std::uint64_t book_update = 0;    ///< `lastUpdateId` of the list, `u` of the last applied diff
    std::vector<std::string> waiting; ///< frames, with room for the parser's padding
    std::size_t waiting_bytes = 0;
  };

  // market_data.cpp: the session
  void ask(market_data_sink& sink, std::uint64_t id, std::string_view target);
  void ask_levels(std::size_t index, market_data_sink& sink);
  void retry_levels(std::size_t index, market_data_sink& sink);
  void on_markets(const http_answer& event, market_data_sink& sink);
  void subscribe(market_data_sink& sink);
  void watch(std::int64_t now_ns, market_data_sink& sink);
  void check_live(market_data_sink& sink);
  void fail(market_data_sink& sink, session_end reason, std::string text);

  // market_frames.cpp: what is said
  bool dispatch(const event_time& at, market_data_sink& sink);
  void on_other_frame(const stream_frame& event, market_data_sink& sink);
  bool on_top(std::size_t index, const event_time& at, market_data_sink& sink);
  bool on_mark(std::size_t index, const event_time& at, market_data_sink& sink);
  bool on_trade(std::size_t index, const event_time& at, market_data_sink& sink);
  void on_funding(std::size_t index, timestamp time, market_data_sink& sink);
  void on_levels(std::size_t index, const http_answer& event, market_data_sink& sink);
  void on_depth(simdjson::dom::element data, const stream_frame& event, market_data_sink& sink);
  void keep(std::size_t index, std::string_view frame, market_data_sink& sink);
  /// What became of a diff.
  enum class diff : std::uint8_t { done, gap, unreadable };
  diff apply_depth(std::size_t index, simdjson::dom::element data, const event_time& at,
                   market_data_sink& sink);
  void replay(std::size_t index, const event_time& at, market_data_sink& sink);

  session_settings settings_;
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

} // namespace actorbot::venues::backpack
