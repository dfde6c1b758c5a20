#include "venues/exchange/gz_lines.hpp"
#include "venues/exchange/replay.hpp"

#include <simdjson.h>

#include <deque>

namespace actorbot::exchange {

namespace {

namespace json = simdjson::ondemand;

class hyperliquid_record final : public record {
 public:
  explicit hyperliquid_record(const std::string& path) : lines_{path} {}

  bool next(feed_event& out) override {
    while (waiting_.empty()) {
      std::string_view line;
      if (!lines_.next(line))
        return false;
      ++stats_.lines;
      try {
        read(line);
      } catch (const simdjson::simdjson_error&) {
        ++stats_.garbage;
      }
    }
    out = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }

  void rewind() override {
    lines_.rewind();
    stats_ = {};
    waiting_.clear();
    now_ = {};
  }

 private:
  static decimal number(json::value value) {
    const auto parsed = decimal::parse(std::string_view{value.get_string()});
    if (!parsed)
      throw simdjson::simdjson_error(simdjson::NUMBER_ERROR);
    return *parsed;
  }

  void read(std::string_view line) {
    const auto space = line.find(' ');
    std::int64_t ns = 0;
    if (space == std::string_view::npos || !parse_integer(line.substr(0, space), ns)) {
      ++stats_.garbage;
      return;
    }
    now_ = std::max(now_, from_ns(ns));
    const auto body = line.substr(space + 1);
    json::document doc = parser_.iterate(
        simdjson::padded_string_view(body, body.size() + simdjson::SIMDJSON_PADDING));
    const std::string_view channel = doc.find_field_unordered("channel").get_string();
    if (channel == "l2Book")
      book(doc.find_field_unordered("data").get_object());
    else if (channel == "trades")
      trades(doc.find_field_unordered("data").get_array());
  }

  void book(json::object data) {
    feed_event e;
    e.replace = true;
    e.time = now_;
    auto* out = &e.bids;
    for (json::array levels : data.find_field_unordered("levels").get_array()) {
      for (json::object l : levels) {
        level parsed;
        parsed.at = price{number(l.find_field_unordered("px"))};
        parsed.size = quantity{number(l.find_field_unordered("sz"))};
        out->push_back(parsed);
      }
      out = &e.asks;
    }
    ++stats_.books;
    waiting_.push_back(std::move(e));
  }

  void trades(json::array data) {
    for (json::object t : data) {
      feed_event e;
      e.what = feed_event::kind::trade;
      e.time = now_;
      e.at = price{number(t.find_field_unordered("px"))};
      e.size = quantity{number(t.find_field_unordered("sz"))};
      const std::string_view hit = t.find_field_unordered("side").get_string();
      e.aggressor = hit == "B" ? side::buy : side::sell;
      ++stats_.trades;
      waiting_.push_back(std::move(e));
    }
  }

  gz_lines lines_;
  json::parser parser_;
  timestamp now_;
  std::deque<feed_event> waiting_;
};

} // namespace

std::unique_ptr<record> open_hyperliquid(const std::string& path) {
  return std::make_unique<hyperliquid_record>(path);
}

} // namespace actorbot::exchange
