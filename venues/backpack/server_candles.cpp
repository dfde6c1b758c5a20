#include "venues/backpack/server_candles.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace actorbot::venues::backpack::server {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t seconds_kept = 3600;
constexpr std::size_t minutes_kept = 7 * 24 * 60;

void merge(candle& into, const candle& next) {
  into.high = std::max(into.high, next.high);
  into.low = std::min(into.low, next.low);
  into.close = next.close;
  into.volume += next.volume;
  into.quote += next.quote;
  into.trades += next.trades;
}

void append(std::deque<candle>& to, candle next, duration length, std::size_t kept) {
  next.start -= next.start.time_since_epoch() % length;
  if (!to.empty() && to.back().start >= next.start)
    return merge(to.back(), next);
  to.push_back(next);
  if (to.size() > kept)
    to.pop_front();
}

std::chrono::year_month month_of(timestamp t) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(t)};
  return day.year() / day.month();
}

} // namespace

timestamp candle_interval::start_of(timestamp t) const {
  if (is_month)
    return std::chrono::sys_days{month_of(t) / 1};
  // 1970 began on a Thursday.
  const auto shift = length == hours{168} ? duration{hours{72}} : duration{0};
  return t - (t.time_since_epoch() + shift) % length;
}

timestamp candle_interval::end_of(timestamp start) const {
  if (is_month)
    return std::chrono::sys_days{(month_of(start) + std::chrono::months{1}) / 1};
  return start + length;
}

std::optional<candle_interval> candle_interval_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, duration>, 16> known{{
      {"1s", seconds{1}},
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
      {"1month", duration{0}},
  }};
  for (const auto& [text, length] : known)
    if (text == name)
      return candle_interval{length, length == duration{0}};
  return std::nullopt;
}

void candle_series::add(const exchange::public_trade& trade) {
  const auto at = trade.at.value();
  const candle one{trade.time, at, at, at, at, trade.size.value(), notional(trade.at, trade.size),
                   1};
  append(seconds_, one, seconds{1}, seconds_kept);
  append(minutes_, one, minutes{1}, minutes_kept);
}

std::vector<candle> candle_series::of(candle_interval interval, timestamp from, timestamp to,
                                      std::size_t limit) const {
  std::vector<candle> out;
  const bool is_short = !interval.is_month && interval.length < minutes{1};
  for (const auto& part : is_short ? seconds_ : minutes_) {
    const auto start = interval.start_of(part.start);
    if (start < from || start > to)
      continue;
    if (!out.empty() && out.back().start == start) {
      merge(out.back(), part);
    } else {
      out.push_back(part);
      out.back().start = start;
    }
  }
  if (out.size() > limit)
    out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(limit));
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

} // namespace actorbot::venues::backpack::server
