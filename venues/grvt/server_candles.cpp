#include "venues/grvt/server_candles.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace actorbot::venues::grvt::server {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t minutes_kept = 7 * 24 * 60;

void merge(candle& into, const candle& next) {
  into.high = std::max(into.high, next.high);
  into.low = std::min(into.low, next.low);
  into.close = next.close;
  into.buy_volume += next.buy_volume;
  into.sell_volume += next.sell_volume;
  into.buy_quote += next.buy_quote;
  into.sell_quote += next.sell_quote;
  into.trades += next.trades;
}

} // namespace

std::optional<duration> candle_length(std::string_view interval) {
  static constexpr std::array<std::pair<std::string_view, duration>, 18> known{{
      {"CI_1_M", minutes{1}},
      {"CI_3_M", minutes{3}},
      {"CI_5_M", minutes{5}},
      {"CI_15_M", minutes{15}},
      {"CI_30_M", minutes{30}},
      {"CI_1_H", hours{1}},
      {"CI_2_H", hours{2}},
      {"CI_4_H", hours{4}},
      {"CI_6_H", hours{6}},
      {"CI_8_H", hours{8}},
      {"CI_12_H", hours{12}},
      {"CI_1_D", hours{24}},
      {"CI_3_D", hours{72}},
      {"CI_5_D", hours{120}},
      {"CI_1_W", hours{168}},
      {"CI_2_W", hours{336}},
      {"CI_3_W", hours{504}},
      {"CI_4_W", hours{672}},
  }};
  for (const auto& [name, length] : known)
    if (name == interval)
      return length;
  return std::nullopt;
}

timestamp candle_start(timestamp t, duration length) {
  // 1970 began on a Thursday.
  const auto shift = length % hours{168} == duration{0} ? duration{hours{72}} : duration{0};
  return t - (t.time_since_epoch() + shift) % length;
}

candle& candle_series::minute(timestamp t, decimal value) {
  const auto start = candle_start(t, minutes{1});
  if (minutes_.empty() || minutes_.back().start < start) {
    minutes_.push_back({start, value, value, value, value, {}, {}, {}, {}, 0});
    if (minutes_.size() > minutes_kept)
      minutes_.pop_front();
  }
  auto& current = minutes_.back();
  current.high = std::max(current.high, value);
  current.low = std::min(current.low, value);
  current.close = value;
  ++current.trades;
  return current;
}

void candle_series::add(timestamp t, decimal value) { minute(t, value); }

void candle_series::add(const exchange::public_trade& trade) {
  auto& current = minute(trade.time, trade.at.value());
  const auto quote = notional(trade.at, trade.size);
  const bool buys = trade.aggressor == side::buy;
  (buys ? current.buy_volume : current.sell_volume) += trade.size.value();
  (buys ? current.buy_quote : current.sell_quote) += quote;
}

std::vector<candle> candle_series::of_length(duration length) const {
  std::vector<candle> out;
  for (const auto& m : minutes_) {
    const auto start = candle_start(m.start, length);
    if (!out.empty() && out.back().start == start) {
      merge(out.back(), m);
    } else {
      out.push_back(m);
      out.back().start = start;
    }
  }
  return out;
}

candle candle_series::since(timestamp from) const {
  candle out;
  for (const auto& m : minutes_) {
    if (m.start < from)
      continue;
    if (out.trades == 0)
      out = m;
    else
      merge(out, m);
  }
  return out;
}

} // namespace actorbot::venues::grvt::server
