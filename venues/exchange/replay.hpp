#pragma once

#include "venues/exchange/feed.hpp"

#include <memory>
#include <string>

/// Recorded markets as feeds. A record reads one kind of file; replay_feed plays any of them on the
/// core's clock.
namespace actorbot::exchange {

/// What a record met so far, since the last rewind: for tests and the operator.
struct record_stats {
  std::uint64_t lines = 0;
  std::uint64_t books
      = 0; ///< deltas or whole books applied (old ones dropped, snapshot not counted)
  std::uint64_t tops = 0; ///< best bid/offer lines met
  std::uint64_t trades = 0;
  std::uint64_t gaps = 0;    ///< a delta that does not follow the one before
  std::uint64_t garbage = 0; ///< lines that could not be read
  std::uint64_t snapshot_id = 0;
  std::uint64_t last_id = 0;     ///< of the last delta
  std::uint64_t last_top_id = 0; ///< of the last best bid/offer line
  maybe_level last_top_bid;
  maybe_level last_top_ask;
};

/// The events of a recording, with the times at which they were received.
class record {
 public:
  virtual ~record() = default;
  /// False at the end. Times never go back.
  virtual bool next(feed_event& out) = 0;
  virtual void rewind() = 0;
  const record_stats& stats() const { return stats_; }

 protected:
  record_stats stats_;
};

struct binance_options {
  /// Lower case, as in stream names; empty = the file has one symbol only.
  std::string symbol;
  /// Best bid/offer lines change the book between depth lines. Without them the book is what the
  /// depth stream alone says.
  bool follow_top = true;
  /// A file of `<url> -> <seconds>: <body>` lines with the REST snapshots, where the recording
  /// itself holds none.
  std::string snapshot_file;
};

// Each throws std::runtime_error when a file cannot be opened or has the wrong form.

/// Combined-stream lines of Binance USD-M / COIN-M (depth, bookTicker, trade, aggTrade) behind
/// `<ns> ` (hftbacktest) or `<seconds>: ` (cryptofeed). Depth lines before the snapshot wait for
/// it; those with u < lastUpdateId are dropped; then pu must be the u before.
std::unique_ptr<record> open_binance(const std::string& path, binance_options options = {});

/// `<ns> ` and Hyperliquid's l2Book (whole book) and trades messages.
std::unique_ptr<record> open_hyperliquid(const std::string& path);

struct bars_options {
  timestamp day;  ///< midnight that the file's milliseconds count from
  decimal tick;   ///< prices are rounded to it
  decimal lot;    ///< sizes are rounded down to it, at least one
  decimal spread; ///< without quote bars: ask - bid
  decimal depth;  ///< size of a level where no quote bar states one
  std::uint16_t levels = 10;
  /// Straight steps between open, first extreme, second extreme and close of a minute.
  std::uint16_t steps = 5;
};

/// Minute bars (QuantConnect Lean zip). A rising minute goes open, low, high, close; a falling one
/// open, high, low, close. Either path may be empty, not both. The minute's volume is printed in
/// equal parts along the way, at the ask when the path rises, at the bid when it falls.
std::unique_ptr<record> open_bars(const std::string& quote_zip, const std::string& trade_zip,
                                  const bars_options& options);

struct replay_options {
  timestamp start; ///< the core's time of the first event
  /// Recorded time passes speed_numerator / speed_denominator times as fast as the clock.
  std::uint32_t speed_numerator = 1;
  std::uint32_t speed_denominator = 1;
  /// At the end, begin again after `loop_pause`. The price jumps to where the recording begins; the
  /// market's update ids go on.
  bool loop = false;
  duration loop_pause = std::chrono::seconds{1};
};

/// Plays a record from options.start on; only differences of recorded times count.
std::unique_ptr<market_feed> make_replay(std::unique_ptr<record> source, replay_options options);

} // namespace actorbot::exchange
