#include "venues/backpack/server_market.hpp"

#include "venues/backpack/server_orders.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace actorbot::venues::backpack::server {

namespace {

reply plain(std::string text) {
  reply out{std::move(text)};
  out.is_json = false;
  return out;
}

void write_levels(json_writer& json, std::string_view name, const std::vector<level>& levels,
                  const market_format& f, bool reversed) {
  json.open_array(name);
  const auto write = [&](const level& l) {
    json.open_array()
        .amount_item(l.at.value(), f.price_places)
        .amount_item(l.size.value(), f.size_places)
        .close_array();
  };
  if (reversed)
    std::for_each(levels.rbegin(), levels.rend(), write);
  else
    std::for_each(levels.begin(), levels.end(), write);
  json.close_array();
}

} // namespace

void append_levels(json_writer& json, std::string_view name, const std::vector<level>& levels,
                   const market_format& f) {
  write_levels(json, name, levels, f, false);
}

void market_desk::on_trade(const exchange::public_trade& trade) {
  const auto i = exchange::index_of(trade.market);
  if (series_.size() <= i)
    series_.resize(i + 1);
  series_[i].add(trade);
}

/// A list of those markets that the optional `symbol` allows; empty for an unknown one.
template <class Write>
reply market_desk::list(const call& c, Write write) {
  parameter_reader read{c.values};
  const auto only = read.optional_text("symbol");
  const bool perps = wants_perps(read, c.values);
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (std::size_t i = 0; perps && i < state_.core().market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    if (!only || state_.format(m).symbol == *only)
      write(json, m);
  }
  json.close_array();
  return out;
}

reply market_desk::time(const call& c) { return plain(std::to_string(to_ms(c.now))); }
reply market_desk::ping(const call&) { return plain("pong"); }
reply market_desk::status(const call&) { return reply{R"({"status":"Ok","message":null})"}; }

reply market_desk::assets(const call&) {
  reply out;
  json_writer json{out.body};
  std::set<std::string> names{"USDC"};
  for (std::size_t i = 0; i < state_.core().market_count(); ++i)
    names.insert(state_.core().rules(static_cast<exchange::market_id>(i)).base);
  json.open_array();
  for (const auto& name : names)
    json.open_object()
        .text("symbol", name)
        .text("displayName", name)
        .raw("coingeckoId", "null")
        .raw("tokens", "[]")
        .close_object();
  json.close_array();
  return out;
}

void market_desk::write_market(json_writer& json, exchange::market_id market) const {
  const auto& r = state_.core().rules(market);
  const auto& f = state_.format(market);
  const auto or_null = [&](std::string_view name, decimal value) {
    if (value.is_zero())
      json.raw(name, "null");
    else
      json.amount(name, value);
  };
  const auto function = [&](std::string_view name, const margin_function& m) {
    json.open_object(name)
        .text("base", m.base)
        .text("factor", m.factor)
        .text("type", "sqrt")
        .close_object();
  };
  json.open_object()
      .text("baseSymbol", r.base)
      .text("createdAt", "2025-01-21T06:34:54.691858")
      .open_object("filters")
      .open_object("price")
      .raw("borrowEntryFeeMaxMultiplier", "null")
      .raw("borrowEntryFeeMinMultiplier", "null")
      .amount("maxImpactMultiplier", impact_up)
      .amount("maxMultiplier", last_price_band_up)
      .amount("maxPrice", r.max_price.value())
      .open_object("meanMarkPriceBand")
      .amount("maxMultiplier", r.price_band_up)
      .amount("minMultiplier", r.price_band_down)
      .close_object()
      .raw("meanPremiumBand", "null")
      .amount("minImpactMultiplier", impact_down)
      .amount("minMultiplier", last_price_band_down)
      .amount("minPrice", r.min_price.value())
      .amount("tickSize", r.tick)
      .close_object()
      .open_object("quantity");
  or_null("maxQuantity", r.max_quantity.value());
  json.amount("minQuantity", r.min_quantity.value())
      .amount("stepSize", r.lot)
      .close_object()
      .close_object()
      .integer("fundingInterval", std::int64_t{r.funding_interval / std::chrono::milliseconds{1}})
      .text("fundingRateLowerBound", "-100")
      .text("fundingRateUpperBound", "100");
  function("imfFunction", f.initial);
  json.text("marketType", "PERP");
  function("mmfFunction", f.maintenance);
  json.text("openInterestLimit", "4000000")
      .text("orderBookState", state_.core().is_trading(market) ? "Open" : "Closed")
      .text("quoteSymbol", r.quote)
      .text("symbol", f.symbol)
      .flag("visible", true)
      .close_object();
}

reply market_desk::markets(const call& c) {
  return list(c, [&](json_writer& json, exchange::market_id m) { write_market(json, m); });
}

reply market_desk::market(const call& c) {
  parameter_reader read{c.values};
  const auto m = read_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  write_market(json, m);
  return out;
}

reply market_desk::depth(const call& c) {
  static constexpr std::array<std::uint64_t, 7> allowed{5, 10, 20, 50, 100, 500, 1000};
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto limit = read.integer("limit", 1000).value_or(1000);
  if (std::find(allowed.begin(), allowed.end(), limit) == allowed.end())
    read.fail(refuse::parameter("limit", "must be one of 5, 10, 20, 50, 100, 500, 1000"));
  if (read.failed())
    return *read.failed();
  const auto book = state_.core().book(market, static_cast<std::size_t>(limit));
  const auto& f = state_.format(market);
  reply out;
  json_writer json{out.body};
  json.open_object();
  write_levels(json, "asks", book.asks, f, false);
  write_levels(json, "bids", book.bids, f, true); // ascending too: the best bid is the last
  json.text("lastUpdateId", std::to_string(book.update))
      .integer("timestamp", to_us(book.time == timestamp{} ? c.now : book.time))
      .close_object();
  return out;
}

candle market_desk::day_of(timestamp now, exchange::market_id market) const {
  const auto i = exchange::index_of(market);
  return i < series_.size() ? series_[i].since(now - std::chrono::hours{24}) : candle{};
}

std::vector<candle> market_desk::newest(exchange::market_id market, candle_interval interval,
                                        std::size_t count) const {
  const auto i = exchange::index_of(market);
  if (i >= series_.size())
    return {};
  return series_[i].of(interval, timestamp{}, timestamp::max(), count);
}

void market_desk::write_ticker(json_writer& json, timestamp now, exchange::market_id market) const {
  const auto day = day_of(now, market);
  const auto change = day.close - day.open;
  json.open_object()
      .amount("firstPrice", day.open)
      .amount("high", day.high)
      .amount("lastPrice", day.close)
      .amount("low", day.low)
      .amount("priceChange", change)
      .amount("priceChangePercent", day.open.is_zero()
                                        ? decimal{}
                                        : decimal::divide(change, day.open, rounding::half_even, 6))
      .amount("quoteVolume", day.quote)
      .text("symbol", state_.format(market).symbol)
      .text("trades", std::to_string(day.trades))
      .amount("volume", day.volume)
      .close_object();
}

reply market_desk::ticker(const call& c) {
  parameter_reader read{c.values};
  const auto symbol = read.text("symbol");
  if (read.failed())
    return *read.failed();
  const auto market = state_.core().find_market(symbol);
  reply out;
  if (!market) {
    out.status = 204;
    return out;
  }
  json_writer json{out.body};
  write_ticker(json, c.now, *market);
  return out;
}

reply market_desk::tickers(const call& c) {
  return list(c, [&](json_writer& json, exchange::market_id m) { write_ticker(json, c.now, m); });
}

reply market_desk::trades(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto p = read_page(read, 1000);
  if (read.failed())
    return *read.failed();
  auto found = state_.core().recent_trades(market, std::min<std::size_t>(1000, p.limit + p.offset));
  std::reverse(found.begin(), found.end()); // newest first
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (std::size_t i = p.offset; i < found.size() && i < p.offset + p.limit; ++i)
    json.open_object()
        .integer("id", found[i].trade)
        .flag("isBuyerMaker", found[i].aggressor == side::sell)
        .amount("price", found[i].at.value())
        .amount("quantity", found[i].size.value())
        .amount("quoteQuantity", notional(found[i].at, found[i].size))
        .integer("timestamp", to_ms(found[i].time))
        .close_object();
  json.close_array();
  return out;
}

reply market_desk::candles(const call& c) {
  constexpr std::uint64_t latest = 9'000'000'000; // seconds, within 64 bits of nanoseconds
  constexpr std::size_t most_candles = 1000;
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto interval = candle_interval_named(read.text("interval"));
  if (!interval)
    read.fail(refuse::parameter("interval", "Invalid interval"));
  const auto from = read.integer("startTime", latest);
  const auto to = read.integer("endTime", latest).value_or(latest);
  if (!from)
    read.fail(refuse::parameter("startTime", "parameter is required"));
  if (read.failed())
    return *read.failed();
  const auto at = [](std::uint64_t s) { return from_ms(static_cast<std::int64_t>(s) * 1000); };
  const auto i = exchange::index_of(market);
  const auto found = i < series_.size() ? series_[i].of(*interval, at(*from), at(to), most_candles)
                                        : std::vector<candle>{};
  const auto spaced = [](timestamp t) {
    auto text = zoneless(t, false);
    text[10] = ' ';
    return text;
  };
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto& k : found)
    json.open_object()
        .amount("close", k.close)
        .text("end", spaced(interval->end_of(k.start)))
        .amount("high", k.high)
        .amount("low", k.low)
        .amount("open", k.open)
        .amount("quoteVolume", k.quote)
        .text("start", spaced(k.start))
        .text("trades", std::to_string(k.trades))
        .amount("volume", k.volume)
        .close_object();
  json.close_array();
  return out;
}

reply market_desk::mark_prices(const call& c) {
  return list(c, [&](json_writer& json, exchange::market_id m) {
    const auto p = state_.core().prices(m);
    json.open_object()
        .amount("fundingRate", p.funding_rate)
        .amount("indexPrice", p.index.value())
        .amount("markPrice", p.mark.value())
        .integer("nextFundingTimestamp", to_ms(p.next_funding))
        .text("symbol", state_.format(m).symbol)
        .close_object();
  });
}

reply market_desk::open_interest(const call& c) {
  return list(c, [&](json_writer& json, exchange::market_id m) {
    json.open_object()
        .amount("openInterest", state_.open_interest(m).value())
        .text("symbol", state_.format(m).symbol)
        .integer("timestamp", to_ms(c.now))
        .close_object();
  });
}

reply market_desk::funding_rates(const call& c) {
  parameter_reader read{c.values};
  const auto market = state_.core().find_market(read.text("symbol"));
  const auto p = read_page(read, 10'000);
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  json.open_array();
  std::vector<exchange::funding_point> found;
  if (market)
    found = state_.core().funding_history(*market);
  std::reverse(found.begin(), found.end()); // newest first
  for (std::size_t i = p.offset; i < found.size() && i < p.offset + p.limit; ++i)
    json.open_object()
        .amount("fundingRate", found[i].rate)
        .text("intervalEndTimestamp", zoneless(found[i].time, false))
        .text("symbol", state_.format(*market).symbol)
        .close_object();
  json.close_array();
  add_page_headers(out, p, found.size());
  return out;
}

} // namespace actorbot::venues::backpack::server
