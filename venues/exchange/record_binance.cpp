#include "venues/exchange/gz_lines.hpp"
#include "venues/exchange/replay.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <deque>
#include <stdexcept>

namespace actorbot::exchange {

namespace {

namespace json = simdjson::ondemand;

decimal number(json::value value) {
  const auto parsed = decimal::parse(std::string_view{value.get_string()});
  if (!parsed)
    throw simdjson::simdjson_error(simdjson::NUMBER_ERROR);
  return *parsed;
}

void read_levels(json::value value, std::vector<level>& out) {
  for (json::array pair : value.get_array()) {
    decimal numbers[2];
    std::size_t count = 0;
    for (json::value x : pair)
      if (count < 2)
        numbers[count++] = number(x);
    if (count != 2)
      throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
    out.push_back({price{numbers[0]}, quantity{numbers[1]}});
  }
}

struct delta {
  std::uint64_t first = 0, last = 0, previous = 0;
  std::vector<level> bids, asks;
};

class binance_record final : public record {
 public:
  binance_record(const std::string& path, binance_options options)
      : lines_{path}, options_{std::move(options)} {
    if (!options_.snapshot_file.empty())
      load_snapshot_file();
  }

  bool next(feed_event& out) override {
    while (waiting_.empty()) {
      std::string_view line;
      if (!lines_.next(line))
        return false;
      ++stats_.lines;
      try {
        if (read(line, out))
          return true;
      } catch (const simdjson::simdjson_error&) {
        ++stats_.garbage;
        out.clear();
      }
    }
    out = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }

  void rewind() override {
    lines_.rewind();
    stats_ = {};
    early_.clear();
    waiting_.clear();
    synced_ = started_ = side_snapshot_used_ = false;
    now_ = {};
  }

 private:
  /// True when `out` is an event.
  bool read(std::string_view line, feed_event& out) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos || space == 0)
      return false;
    auto stamp = line.substr(0, space);
    auto body = line.substr(space + 1);
    std::int64_t ns = 0;
    const bool in_seconds = stamp.back() == ':';
    if (!(in_seconds ? parse_seconds(stamp.substr(0, stamp.size() - 1), ns)
                     : parse_integer(stamp, ns)))
      return false; // a connection line of the recorder
    now_ = std::max(now_, from_ns(ns));
    use_side_snapshot();
    json::document doc = parser_.iterate(
        simdjson::padded_string_view(body, body.size() + simdjson::SIMDJSON_PADDING));
    json::object root = doc.get_object();
    std::string_view stream;
    const auto named = root.find_field_unordered("stream").get_string().get(stream);
    // After any other error the document must not be touched again.
    if (named != simdjson::SUCCESS && named != simdjson::NO_SUCH_FIELD)
      throw simdjson::simdjson_error(named);
    if (named == simdjson::NO_SUCH_FIELD) {
      root.reset();
      snapshot(root);
      return false;
    }
    const auto split = stream.find('@');
    if (!options_.symbol.empty() && stream.substr(0, split) != options_.symbol)
      return false;
    const auto kind = split == std::string_view::npos ? stream : stream.substr(split + 1);
    json::object data = root.find_field_unordered("data").get_object();
    if (kind.substr(0, 5) == "depth")
      return depth(data, out);
    if (kind == "bookTicker")
      return ticker(data, out);
    if (kind == "trade" || kind == "aggTrade")
      return trade(data, out);
    return false;
  }

  bool trade(json::object data, feed_event& out) {
    out.what = feed_event::kind::trade;
    out.time = now_;
    out.at = price{number(data.find_field_unordered("p"))};
    out.size = quantity{number(data.find_field_unordered("q"))};
    out.aggressor = data.find_field_unordered("m").get_bool() ? side::sell : side::buy;
    ++stats_.trades;
    return true;
  }

  bool ticker(json::object data, feed_event& out) {
    const std::uint64_t id = data.find_field_unordered("u").get_uint64();
    level bid, ask;
    bid.at = price{number(data.find_field_unordered("b"))};
    bid.size = quantity{number(data.find_field_unordered("B"))};
    ask.at = price{number(data.find_field_unordered("a"))};
    ask.size = quantity{number(data.find_field_unordered("A"))};
    ++stats_.tops;
    stats_.last_top_id = id;
    stats_.last_top_bid = bid;
    stats_.last_top_ask = ask;
    if (!options_.follow_top || !synced_ || id <= stats_.last_id)
      return false;
    out.time = now_;
    out.top_bid = bid;
    out.top_ask = ask;
    return true;
  }

  bool depth(json::object data, feed_event& out) {
    delta d;
    d.bids.swap(out.bids);
    d.asks.swap(out.asks);
    d.first = data.find_field_unordered("U").get_uint64();
    d.last = data.find_field_unordered("u").get_uint64();
    d.previous = data.find_field_unordered("pu").get_uint64();
    read_levels(data.find_field_unordered("b"), d.bids);
    read_levels(data.find_field_unordered("a"), d.asks);
    if (synced_)
      return take(std::move(d), out);
    early_.push_back(std::move(d));
    return false;
  }

  /// Applies the sequence rule; true when the delta counts.
  bool take(delta d, feed_event& out) {
    if (!started_) {
      if (d.last < stats_.snapshot_id)
        return false;
      started_ = true;
      if (d.first > stats_.snapshot_id)
        ++stats_.gaps;
    } else if (d.previous != stats_.last_id) {
      ++stats_.gaps;
    }
    stats_.last_id = d.last;
    ++stats_.books;
    out.what = feed_event::kind::book;
    out.time = now_;
    out.bids = std::move(d.bids);
    out.asks = std::move(d.asks);
    // A newer best bid/offer was heard already: the delta must not bring back what it removed.
    if (options_.follow_top && stats_.last_top_id > d.last) {
      out.top_bid = stats_.last_top_bid;
      out.top_ask = stats_.last_top_ask;
    }
    return true;
  }

  void snapshot(json::object root) {
    feed_event e;
    e.replace = true;
    e.time = now_;
    stats_.snapshot_id = root.find_field_unordered("lastUpdateId").get_uint64();
    read_levels(root.find_field_unordered("bids"), e.bids);
    read_levels(root.find_field_unordered("asks"), e.asks);
    waiting_.push_back(std::move(e));
    synced_ = true;
    started_ = false;
    for (auto& d : early_) {
      feed_event next;
      if (take(std::move(d), next))
        waiting_.push_back(std::move(next));
    }
    early_.clear();
  }

  void load_snapshot_file() {
    gz_lines lines{options_.snapshot_file};
    auto wanted = options_.symbol;
    std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    wanted = "symbol=" + wanted + "&";
    std::string_view line;
    while (lines.next(line)) {
      const auto arrow = line.find(" -> ");
      const auto body = line.find(": {", arrow == std::string_view::npos ? 0 : arrow);
      if (arrow == std::string_view::npos || body == std::string_view::npos
          || line.substr(0, arrow).find(wanted) == std::string_view::npos)
        continue;
      std::int64_t ns = 0;
      if (!parse_seconds(line.substr(arrow + 4, body - arrow - 4), ns))
        continue;
      side_time_ = from_ns(ns);
      side_snapshot_.assign(line.substr(body + 2));
      side_snapshot_.reserve(side_snapshot_.size() + simdjson::SIMDJSON_PADDING);
      return;
    }
    throw std::runtime_error("no snapshot of " + options_.symbol + " in " + options_.snapshot_file);
  }

  void use_side_snapshot() {
    if (side_snapshot_.empty() || side_snapshot_used_ || now_ < side_time_)
      return;
    side_snapshot_used_ = true;
    json::document doc = parser_.iterate(simdjson::padded_string_view(
        side_snapshot_.data(), side_snapshot_.size(), side_snapshot_.capacity()));
    snapshot(doc.get_object());
  }

  gz_lines lines_;
  binance_options options_;
  json::parser parser_;
  timestamp now_;
  bool synced_ = false;  ///< a snapshot is there
  bool started_ = false; ///< the first delta after it was applied
  std::vector<delta> early_;
  std::deque<feed_event> waiting_;
  std::string side_snapshot_;
  timestamp side_time_;
  bool side_snapshot_used_ = false;
};

} // namespace

std::unique_ptr<record> open_binance(const std::string& path, binance_options options) {
  return std::make_unique<binance_record>(path, std::move(options));
}

} // namespace actorbot::exchange
