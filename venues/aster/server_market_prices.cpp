#include "venues/aster/server_market.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <utility>

/// Candles, mark prices and funding.
namespace actorbot::venues::aster::server {

reply market_desk::candles_of(const call& c, candle_series series::*which,
                              std::string_view symbol_name) {
  parameter_reader read{c.values};
  const auto market = state_.core().find_market(read.text(symbol_name));
  if (!market)
    read.fail(refuse::bad_symbol());
  const auto length = candle_length(read.text("interval"));
  if (!length)
    read.fail({-1120, "Invalid interval."});
  const auto from = read.time("startTime");
  const auto to = read.time("endTime");
  const auto limit = read.limit(500, 1500);
  if (read.failed())
    return *read.failed();
  const auto& f = state_.format(*market);
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto& k : (of(*market).*which).of_length(*length, from, to, limit))
    json.open_array()
        .integer_item(to_ms(k.start))
        .amount_item(k.open, f.price_places)
        .amount_item(k.high, f.price_places)
        .amount_item(k.low, f.price_places)
        .amount_item(k.close, f.price_places)
        .amount_item(k.volume, f.size_precision)
        .integer_item(to_ms(k.start + *length) - 1)
        .amount_item(k.quote, 2)
        .integer_item(static_cast<std::int64_t>(k.trades))
        .amount_item(k.taker_volume, f.size_precision)
        .amount_item(k.taker_quote, 2)
        .text_item("0")
        .close_array();
  json.close_array();
  return out;
}

std::optional<candle> market_desk::latest(exchange::market_id market, duration length) const {
  if (series_.size() <= exchange::index_of(market))
    return std::nullopt;
  const auto found
      = series_[exchange::index_of(market)].trades.of_length(length, std::nullopt, std::nullopt, 1);
  return found.empty() ? std::nullopt : std::optional{found.back()};
}

reply market_desk::candles(const call& c) { return candles_of(c, &series::trades, "symbol"); }
reply market_desk::index_candles(const call& c) { return candles_of(c, &series::index, "pair"); }
reply market_desk::mark_candles(const call& c) { return candles_of(c, &series::mark, "symbol"); }

reply market_desk::premium_index(const call& c) {
  parameter_reader read{c.values};
  const auto only = read_optional_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  const auto write = [&](exchange::market_id m) {
    const auto p = state_.core().prices(m);
    json.open_object()
        .text("symbol", state_.format(m).symbol)
        .rounded("markPrice", p.mark.value(), 8)
        .rounded("indexPrice", p.index.value(), 8)
        .rounded("estimatedSettlePrice", p.index.value(), 8)
        .rounded("lastFundingRate", p.funding_rate, 8)
        .integer("nextFundingTime", to_ms(p.next_funding))
        .text("interestRate", "0.00010000")
        .integer("time", to_ms(c.now))
        .close_object();
  };
  if (only) {
    write(*only);
    return out;
  }
  json.open_array();
  for (std::size_t i = 0; i < state_.core().market_count(); ++i)
    write(static_cast<exchange::market_id>(i));
  json.close_array();
  return out;
}

reply market_desk::funding_rates(const call& c) {
  parameter_reader read{c.values};
  const auto only = read_optional_market(read, state_.core());
  const auto from = read.time("startTime");
  const auto to = read.time("endTime");
  const auto limit = read.limit(100, 1000);
  if (read.failed())
    return *read.failed();
  std::vector<std::pair<exchange::funding_point, exchange::market_id>> found;
  for (std::size_t i = 0; i < state_.core().market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    if (only && m != *only)
      continue;
    for (const auto& point : state_.core().funding_history(m))
      if ((!from || to_ms(point.time) >= to_ms(*from)) && (!to || to_ms(point.time) <= to_ms(*to)))
        found.emplace_back(point, m);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first.time < b.first.time; });
  if (found.size() > limit) {
    if (from)
      found.erase(found.begin() + static_cast<std::ptrdiff_t>(limit), found.end());
    else
      found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
  }
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto& [point, m] : found)
    json.open_object()
        .text("symbol", state_.format(m).symbol)
        .rounded("fundingRate", point.rate, 8)
        .integer("fundingTime", to_ms(point.time))
        .close_object();
  json.close_array();
  return out;
}

reply market_desk::funding_info(const call& c) {
  parameter_reader read{c.values};
  const auto only = read_optional_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (std::size_t i = 0; i < state_.core().market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    if (only && m != *only)
      continue;
    const auto interval = state_.core().rules(m).funding_interval;
    json.open_object()
        .text("symbol", state_.format(m).symbol)
        .text("interestRate", "0.00010000")
        .integer("time", to_ms(c.now))
        .integer("fundingIntervalHours", std::int64_t{interval / std::chrono::hours{1}})
        .number("fundingFeeCap", decimal::from_parts(3, -2))
        .number("fundingFeeFloor", decimal::from_parts(-3, -2))
        .close_object();
  }
  json.close_array();
  return out;
}

} // namespace actorbot::venues::aster::server
