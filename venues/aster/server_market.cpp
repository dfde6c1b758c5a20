#include "venues/aster/server_market.hpp"

#include "venues/aster/server_frames.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <array>

namespace actorbot::venues::aster::server {

namespace {

std::int64_t or_now(timestamp t, timestamp now) { return to_ms(t == timestamp{} ? now : t); }

} // namespace

/// One object with `symbol`, else the list of all.
template <class Writer>
reply market_desk::one_or_all(const call& c, Writer write) {
  parameter_reader read{c.values};
  const auto only = read_optional_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  if (only) {
    write(json, *only);
    return out;
  }
  json.open_array();
  for (std::size_t i = 0; i < state_.core().market_count(); ++i)
    write(json, static_cast<exchange::market_id>(i));
  json.close_array();
  return out;
}

market_desk::series& market_desk::of(exchange::market_id market) {
  if (series_.size() <= exchange::index_of(market))
    series_.resize(exchange::index_of(market) + 1);
  return series_[exchange::index_of(market)];
}

void market_desk::on_trade(const exchange::public_trade& trade) {
  auto& s = of(trade.market);
  s.trades.add(trade);
  s.last_size = trade.size.value();
}

void market_desk::on_prices(const exchange::market_prices& prices) {
  if (prices.mark.is_zero())
    return;
  auto& s = of(prices.market);
  s.mark.add(prices.time, prices.mark.value());
  s.index.add(prices.time, prices.index.value());
}

reply market_desk::time(const call& c) {
  reply out;
  json_writer{out.body}.open_object().integer("serverTime", to_ms(c.now)).close_object();
  return out;
}

reply market_desk::depth(const call& c) {
  static constexpr std::array<std::uint64_t, 7> allowed{5, 10, 20, 50, 100, 500, 1000};
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto limit = read.optional_integer("limit").value_or(500);
  if (std::find(allowed.begin(), allowed.end(), limit) == allowed.end())
    read.fail(refuse::bad_data("limit"));
  if (read.failed())
    return *read.failed();
  const auto book = state_.core().book(market, static_cast<std::size_t>(limit));
  const auto& f = state_.format(market);
  reply out;
  json_writer json{out.body};
  json.open_object()
      .integer("lastUpdateId", book.update)
      .integer("E", to_ms(c.now))
      .integer("T", or_now(book.time, c.now));
  append_levels(json, "bids", book.bids, f);
  append_levels(json, "asks", book.asks, f);
  json.close_object();
  return out;
}

reply market_desk::book_ticker(const call& c) {
  return one_or_all(c, [&](json_writer& json, exchange::market_id m) {
    const auto top = state_.core().top(m);
    const auto& f = state_.format(m);
    const auto bid = top.bid.value_or(level{});
    const auto ask = top.ask.value_or(level{});
    json.open_object()
        .text("symbol", f.symbol)
        .amount("bidPrice", bid.at.value(), f.price_places)
        .amount("bidQty", bid.size.value(), f.size_precision)
        .amount("askPrice", ask.at.value(), f.price_places)
        .amount("askQty", ask.size.value(), f.size_precision)
        .integer("time", or_now(top.time, c.now))
        .close_object();
  });
}

reply market_desk::price_ticker(const call& c) {
  return one_or_all(c, [&](json_writer& json, exchange::market_id m) {
    const auto last = state_.core().recent_trades(m, 1);
    const auto& f = state_.format(m);
    json.open_object()
        .text("symbol", f.symbol)
        .amount("price", last.empty() ? decimal{} : last.back().at.value(), f.price_places)
        .integer("time", last.empty() ? to_ms(c.now) : to_ms(last.back().time))
        .close_object();
  });
}

day_ticker market_desk::day_of(timestamp now, exchange::market_id market) const {
  day_ticker out;
  if (series_.size() <= exchange::index_of(market))
    return out;
  const auto& s = series_[exchange::index_of(market)];
  out.day = s.trades.since(now - std::chrono::hours{24});
  out.last_size = s.last_size;
  if (out.day.trades == 0)
    return out;
  out.change = out.day.close - out.day.open;
  out.change_percent
      = decimal::divide(out.change * decimal{100}, out.day.open, rounding::half_even, 3);
  out.average = decimal::divide(out.day.quote, out.day.volume, rounding::half_even, 8);
  return out;
}

reply market_desk::day_tickers(const call& c) {
  return one_or_all(c, [&](json_writer& json, exchange::market_id m) {
    const auto t = day_of(c.now, m);
    const auto& f = state_.format(m);
    json.open_object()
        .text("symbol", f.symbol)
        .amount("priceChange", t.change, f.price_places)
        .amount("priceChangePercent", t.change_percent, 3)
        .amount("weightedAvgPrice", t.average, f.price_places)
        .amount("lastPrice", t.day.close, f.price_places)
        .amount("lastQty", t.last_size, f.size_precision)
        .amount("openPrice", t.day.open, f.price_places)
        .amount("highPrice", t.day.high, f.price_places)
        .amount("lowPrice", t.day.low, f.price_places)
        .amount("volume", t.day.volume, f.size_precision)
        .amount("quoteVolume", t.day.quote, 2)
        .integer("openTime", to_ms(c.now - std::chrono::hours{24}))
        .integer("closeTime", to_ms(c.now))
        .integer("firstId", t.day.first_id)
        .integer("lastId", t.day.last_id)
        .integer("count", t.day.trades)
        .close_object();
  });
}

reply market_desk::trades(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto from = read.optional_integer("fromId");
  const auto limit = read.limit(500, 1000);
  if (read.failed())
    return *read.failed();
  auto found = state_.core().recent_trades(market, from ? 1000 : limit);
  if (from) {
    std::erase_if(found, [&](const exchange::public_trade& t) { return t.trade < *from; });
    if (found.size() > limit)
      found.resize(limit);
  }
  const auto& f = state_.format(market);
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto& t : found)
    json.open_object()
        .integer("id", t.trade)
        .amount("price", t.at.value(), f.price_places)
        .amount("qty", t.size.value(), f.size_precision)
        .amount("quoteQty", notional(t.at, t.size), 2)
        .integer("time", to_ms(t.time))
        .flag("isBuyerMaker", t.aggressor == side::sell)
        .close_object();
  json.close_array();
  return out;
}

reply market_desk::aggregate_trades(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto from_id = read.optional_integer("fromId");
  const auto from = read.time("startTime");
  const auto to = read.time("endTime");
  const auto limit = read.limit(500, 1000);
  if (read.failed())
    return *read.failed();
  auto found = state_.core().recent_trades(market, 1000);
  std::erase_if(found, [&](const exchange::public_trade& t) {
    return (from_id && t.trade < *from_id) || (from && to_ms(t.time) < to_ms(*from))
           || (to && to_ms(t.time) > to_ms(*to));
  });
  if (found.size() > limit) {
    if (from_id || from)
      found.resize(limit);
    else
      found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
  }
  const auto& f = state_.format(market);
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto& t : found)
    json.open_object()
        .integer("a", t.trade)
        .amount("p", t.at.value(), f.price_places)
        .amount("q", t.size.value(), f.size_precision)
        .integer("f", t.trade)
        .integer("l", t.trade)
        .integer("T", to_ms(t.time))
        .flag("m", t.aggressor == side::sell)
        .close_object();
  json.close_array();
  return out;
}

} // namespace actorbot::venues::aster::server
