#include "venues/exchange/gz_lines.hpp"
#include "venues/exchange/replay.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <stdexcept>

namespace actorbot::exchange {

namespace {

constexpr auto minute = std::chrono::minutes{1};
constexpr std::int64_t day_ms = 86'400'000;

struct ohlc {
  decimal open, high, low, close;
};

/// A minute of both files; what a file does not have is made from the other.
struct bar {
  bool quoted = false;
  bool traded = false;
  ohlc bid, ask, last;
  decimal bid_size, ask_size, volume;
};

std::vector<decimal> fields_of(std::string_view line, const std::string& path) {
  std::vector<decimal> fields;
  for (std::size_t from = 0; from <= line.size();) {
    const auto to = std::min(line.find(',', from), line.size());
    const auto value = decimal::parse(line.substr(from, to - from));
    if (!value)
      throw std::runtime_error("not a number in " + path + ": " + std::string{line});
    fields.push_back(*value);
    from = to + 1;
  }
  return fields;
}

template <class Use>
void each_row(const std::string& path, std::size_t columns, Use use) {
  const auto text = read_zip(path);
  for (std::size_t from = 0; from < text.size();) {
    const auto to = std::min(text.find('\n', from), text.size());
    auto line = std::string_view{text}.substr(from, to - from);
    from = to + 1;
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    if (line.empty())
      continue;
    const auto f = fields_of(line, path);
    if (f.size() != columns)
      throw std::runtime_error("wrong number of columns in " + path);
    const auto ms = f[0].count_of(1);
    if (ms < 0 || ms >= day_ms)
      throw std::runtime_error("not a time of the day in " + path + ": " + std::string{line});
    use(ms, f);
  }
}

class bars_record final : public record {
 public:
  bars_record(const std::string& quote_zip, const std::string& trade_zip,
              const bars_options& options)
      : options_{options} {
    if (quote_zip.empty() && trade_zip.empty())
      throw std::runtime_error("bars: no file named");
    if (!options_.tick.is_positive() || !options_.lot.is_positive() || options_.steps == 0)
      throw std::runtime_error("bars: tick, lot and steps must be positive");
    if (!quote_zip.empty())
      each_row(quote_zip, 11, [&](std::int64_t ms, const std::vector<decimal>& f) {
        auto& b = bars_[ms];
        b.quoted = true;
        b.bid = {f[1], f[2], f[3], f[4]};
        b.bid_size = f[5];
        b.ask = {f[6], f[7], f[8], f[9]};
        b.ask_size = f[10];
      });
    if (!trade_zip.empty())
      each_row(trade_zip, 6, [&](std::int64_t ms, const std::vector<decimal>& f) {
        auto& b = bars_[ms];
        b.traded = true;
        b.last = {f[1], f[2], f[3], f[4]};
        b.volume = f[5];
      });
    rewind();
  }

  bool next(feed_event& out) override {
    while (waiting_.empty()) {
      if (at_ == bars_.end())
        return false;
      play(at_->first, at_->second);
      ++at_;
    }
    out = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }

  void rewind() override {
    at_ = bars_.begin();
    waiting_.clear();
    stats_ = {};
  }

 private:
  void play(std::int64_t ms, const bar& b) {
    ++stats_.lines;
    auto bid = b.bid, ask = b.ask;
    if (!b.quoted) {
      bid = b.last;
      ask = {b.last.open + options_.spread, b.last.high + options_.spread,
             b.last.low + options_.spread, b.last.close + options_.spread};
    }
    const bool rises = bid.close >= bid.open;
    const auto turns = [&](const ohlc& o) {
      return std::array{o.open, rises ? o.low : o.high, rises ? o.high : o.low, o.close};
    };
    const auto bids = turns(bid);
    const auto asks = turns(ask);
    const auto steps = static_cast<int>(options_.steps);
    const auto points = 3 * steps + 1;
    const auto part = decimal::divide(b.volume, points).round_to(options_.lot, rounding::down);
    auto left = b.volume;
    for (int i = 0; i < points; ++i) {
      const auto leg = static_cast<std::size_t>(std::min(i / steps, 2));
      const auto along = i - static_cast<int>(leg) * steps;
      const auto between = [&](const std::array<decimal, 4>& p) {
        return p[leg] + decimal::divide((p[leg + 1] - p[leg]) * along, steps);
      };
      const auto when = options_.day + std::chrono::milliseconds{ms} + i * minute / points;
      const auto best_bid = between(bids).round_to(options_.tick, rounding::floor);
      const auto best_ask = std::max(between(asks).round_to(options_.tick, rounding::ceil),
                                     best_bid + options_.tick);
      book(when, b, best_bid, best_ask);
      const auto size = i + 1 == points ? left : part;
      if (size.is_positive())
        print(when, bids[leg + 1] >= bids[leg] ? best_ask : best_bid, size,
              bids[leg + 1] >= bids[leg] ? side::buy : side::sell);
      left -= size;
    }
  }

  void book(timestamp when, const bar& b, decimal best_bid, decimal best_ask) {
    feed_event e;
    e.time = when;
    e.replace = true;
    const auto first = [&](decimal stated) {
      const auto size = b.quoted && stated.is_positive() ? stated : options_.depth;
      return std::max(size.round_to(options_.lot, rounding::down), options_.lot);
    };
    const auto bid_size = first(b.bid_size), ask_size = first(b.ask_size);
    for (int i = 0; i < static_cast<int>(options_.levels); ++i) {
      // What lies behind the best is not recorded: one tick apart, each level as large as the
      // first.
      const auto away = options_.tick * i;
      if ((best_bid - away).is_positive())
        e.bids.push_back({price{best_bid - away}, quantity{bid_size}});
      e.asks.push_back({price{best_ask + away}, quantity{ask_size}});
    }
    ++stats_.books;
    waiting_.push_back(std::move(e));
  }

  void print(timestamp when, decimal at, decimal size, side aggressor) {
    feed_event e;
    e.what = feed_event::kind::trade;
    e.time = when;
    e.at = price{at};
    e.size = quantity{size};
    e.aggressor = aggressor;
    ++stats_.trades;
    waiting_.push_back(std::move(e));
  }

  bars_options options_;
  std::map<std::int64_t, bar> bars_; ///< by milliseconds since midnight
  std::map<std::int64_t, bar>::const_iterator at_;
  std::deque<feed_event> waiting_;
};

} // namespace

std::unique_ptr<record> open_bars(const std::string& quote_zip, const std::string& trade_zip,
                                  const bars_options& options) {
  return std::make_unique<bars_record>(quote_zip, trade_zip, options);
}

} // namespace actorbot::exchange
