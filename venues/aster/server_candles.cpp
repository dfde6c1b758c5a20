#include "venues/aster/server_candles.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace actorbot::venues::aster::server {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t minutes_kept = 7 * 24 * 60;

void merge(candle& into, const candle& next) {
  into.high = std::max(into.high, next.high);
  into.low = std::min(into.low, next.low);
  into.close = next.close;
  into.volume += next.volume;
  into.quote += next.quote;
  into.taker_volume += next.taker_volume;
  into.taker_quote += next.taker_quote;
  into.trades += next.trades;
  if (into.first_id == 0)
    into.first_id = next.first_id;
  into.last_id = next.last_id;
}

} // namespace

std::optional<duration> candle_length(std::string_view interval) {
  static constexpr std::array<std::pair<std::string_view, duration>, 14> known{{
      {"1m", minutes{1}},
      {"3m", minutes{3}},
      {"5m", minutes{5}},
      {"15m", minutes{15}},
      {"30m", minutes{30}},
      {"1h", hours{1}},
      {"2h", hours{2}},
      {"4h", hours{4}},
      {"6h", hours{6}},
      {"8h", hours{8}},
      {"12h", hours{12}},
      {"1d", hours{24}},
      {"3d", hours{72}},
      {"1w", hours{168}},
  }};
  for (const auto& [name, length] : known)
    if (name == interval)
      return length;
  return std::nullopt;
}

timestamp candle_start(timestamp t, duration length) {
  // 1970 began on a Thursday.
  const auto shift = length == hours{168} ? duration{hours{72}} : duration{0};
  return t - (t.time_since_epoch() + shift) % length;
}

candle& candle_series::minute(timestamp t, decimal value) {
  const auto start = candle_start(t, minutes{1});
  if (minutes_.empty() || minutes_.back().start < start) {
    minutes_.push_back({start, value, value, value, value, {}, {}, {}, {}, 0, 0, 0});
    if (minutes_.size() > minutes_kept)
      minutes_.pop_front();
  }
  auto& current = minutes_.back();
  current.high = std::max(current.high, value);
  current.low = std::min(current.low, value);
  current.close = value;
  return current;
}

void candle_series::add(timestamp t, decimal value) { ++minute(t, value).trades; }

void candle_series::add(const exchange::public_trade& trade) {
  auto& current = minute(trade.time, trade.at.value());
  const auto quote = notional(trade.at, trade.size);
  current.volume += trade.size.value();
  current.quote += quote;
  if (trade.aggressor == side::buy) {
    current.taker_volume += trade.size.value();
    current.taker_quote += quote;
  }
  ++current.trades;
  if (current.first_id == 0)
    current.first_id = trade.trade;
  current.last_id = trade.trade;
}

std::vector<candle> candle_series::of_length(duration length, std::optional<timestamp> from,
                                             std::optional<timestamp> to, std::size_t limit) const {
  std::vector<candle> out;
  for (const auto& m : minutes_) {
    const auto start = candle_start(m.start, length);
    if ((from && start < *from) || (to && start > *to))
      continue;
    if (!out.empty() && out.back().start == start) {
      merge(out.back(), m);
    } else {
      out.push_back(m);
      out.back().start = start;
    }
  }
  if (out.size() > limit) {
    if (from)
      out.resize(limit);
    else
      out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(limit));
  }
  return out;
}

candle candle_series::since(timestamp from) const {
  candle out;
  for (const auto& m : minutes_) {
    if (m.start < from)
      continue;
    if (out.start == timestamp{})
      out = m;
    else
      merge(out, m);
  }
  return out;
}

} // namespace actorbot::venues::aster::server
