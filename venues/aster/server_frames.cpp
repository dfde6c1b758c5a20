#include "venues/aster/server_frames.hpp"

#include "venues/aster/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>

namespace actorbot::venues::aster::server {

void append_levels(json_writer& json, std::string_view name, const std::vector<level>& levels,
                   const market_format& f) {
  json.open_array(name);
  for (const auto& l : levels)
    json.open_array()
        .amount_item(l.at.value(), f.price_places)
        .amount_item(l.size.value(), f.size_precision)
        .close_array();
  json.close_array();
}

namespace {

std::vector<level> levels_of(const std::map<price, quantity>& side_of_book, bool descending) {
  std::vector<level> out;
  out.reserve(side_of_book.size());
  for (const auto& [at, size] : side_of_book)
    out.push_back({at, size});
  if (descending)
    std::reverse(out.begin(), out.end());
  return out;
}

} // namespace

void append_book_ticker(std::string& out, const market_format& f, const exchange::book_top& top,
                        timestamp now) {
  const auto bid = top.bid.value_or(level{});
  const auto ask = top.ask.value_or(level{});
  out += R"({"e":"bookTicker","u":)";
  append_number(out, top.update);
  out += R"(,"E":)";
  append_number(out, to_ms(now));
  out += R"(,"T":)";
  append_number(out, to_ms(top.time));
  out += R"(,"s":")";
  out += f.symbol;
  out += R"(","b":")";
  append_padded(out, bid.at.value(), f.price_places);
  out += R"(","B":")";
  append_padded(out, bid.size.value(), f.size_precision);
  out += R"(","a":")";
  append_padded(out, ask.at.value(), f.price_places);
  out += R"(","A":")";
  append_padded(out, ask.size.value(), f.size_precision);
  out += "\"}";
}

void append_trade(std::string& out, const market_format& f, const exchange::public_trade& t,
                  timestamp now) {
  json_writer{out}
      .open_object()
      .text("e", "trade")
      .integer("E", to_ms(now))
      .integer("T", to_ms(t.time))
      .text("s", f.symbol)
      .integer("t", t.trade)
      .amount("p", t.at.value(), f.price_places)
      .amount("q", t.size.value(), f.size_precision)
      .text("X", t.liquidation ? "INSURANCE_FUND" : "MARKET")
      .flag("m", t.aggressor == side::sell)
      .close_object();
}

void append_aggregate_trade(std::string& out, const market_format& f, const aggregate_trade& t,
                            timestamp now) {
  json_writer{out}
      .open_object()
      .text("e", "aggTrade")
      .integer("E", to_ms(now))
      .text("s", f.symbol)
      .integer("a", t.first)
      .amount("p", t.at.value(), f.price_places)
      .amount("q", t.size.value(), f.size_precision)
      .integer("f", t.first)
      .integer("l", t.last)
      .integer("T", to_ms(t.time))
      .flag("m", t.aggressor == side::sell)
      .close_object();
}

void append_mark_price(std::string& out, const market_format& f,
                       const exchange::market_prices& prices, timestamp now) {
  json_writer{out}
      .open_object()
      .text("e", "markPriceUpdate")
      .integer("E", to_ms(now))
      .text("s", f.symbol)
      .rounded("p", prices.mark.value(), 8)
      .rounded("i", prices.index.value(), 8)
      .rounded("P", prices.index.value(), 8)
      .rounded("r", prices.funding_rate, 8)
      .integer("T", to_ms(prices.next_funding))
      .close_object();
}

void append_depth_diff(std::string& out, const market_format& f, const channel& c, timestamp now) {
  json_writer json{out};
  json.open_object()
      .text("e", "depthUpdate")
      .integer("E", to_ms(now))
      .integer("T", to_ms(c.changed))
      .text("s", f.symbol)
      .integer("U", c.first)
      .integer("u", c.last)
      .integer("pu", c.previous);
  append_levels(json, "b", levels_of(c.bids, true), f);
  append_levels(json, "a", levels_of(c.asks, false), f);
  json.close_object();
}

void append_depth_top(std::string& out, const market_format& f, const exchange::book_snapshot& book,
                      std::uint64_t previous, timestamp now) {
  json_writer json{out};
  json.open_object()
      .text("e", "depthUpdate")
      .integer("E", to_ms(now))
      .integer("T", to_ms(book.time))
      .text("s", f.symbol)
      .integer("U", std::min(previous + 1, book.update))
      .integer("u", book.update)
      .integer("pu", previous);
  append_levels(json, "b", book.bids, f);
  append_levels(json, "a", book.asks, f);
  json.close_object();
}

void append_ticker(std::string& out, const market_format& f, const day_ticker& t, timestamp now) {
  json_writer{out}
      .open_object()
      .text("e", "24hrTicker")
      .integer("E", to_ms(now))
      .text("s", f.symbol)
      .amount("p", t.change, f.price_places)
      .amount("P", t.change_percent, 3)
      .amount("w", t.average, f.price_places)
      .amount("c", t.day.close, f.price_places)
      .amount("Q", t.last_size, f.size_precision)
      .amount("o", t.day.open, f.price_places)
      .amount("h", t.day.high, f.price_places)
      .amount("l", t.day.low, f.price_places)
      .amount("v", t.day.volume, f.size_precision)
      .amount("q", t.day.quote, 2)
      .integer("O", to_ms(now - std::chrono::hours{24}))
      .integer("C", to_ms(now))
      .integer("F", t.day.first_id)
      .integer("L", t.day.last_id)
      .integer("n", t.day.trades)
      .close_object();
}

void append_mini_ticker(std::string& out, const market_format& f, const day_ticker& t,
                        timestamp now) {
  json_writer{out}
      .open_object()
      .text("e", "24hrMiniTicker")
      .integer("E", to_ms(now))
      .text("s", f.symbol)
      .amount("c", t.day.close, f.price_places)
      .amount("o", t.day.open, f.price_places)
      .amount("h", t.day.high, f.price_places)
      .amount("l", t.day.low, f.price_places)
      .amount("v", t.day.volume, f.size_precision)
      .amount("q", t.day.quote, 2)
      .close_object();
}

void append_kline(std::string& out, const market_format& f, const candle& k, duration length,
                  std::string_view interval, timestamp now) {
  json_writer{out}
      .open_object()
      .text("e", "kline")
      .integer("E", to_ms(now))
      .text("s", f.symbol)
      .open_object("k")
      .integer("t", to_ms(k.start))
      .integer("T", to_ms(k.start + length) - 1)
      .text("s", f.symbol)
      .text("i", interval)
      .integer("f", k.first_id)
      .integer("L", k.last_id)
      .amount("o", k.open, f.price_places)
      .amount("c", k.close, f.price_places)
      .amount("h", k.high, f.price_places)
      .amount("l", k.low, f.price_places)
      .amount("v", k.volume, f.size_precision)
      .integer("n", k.trades)
      .flag("x", now >= k.start + length)
      .amount("q", k.quote, 2)
      .amount("V", k.taker_volume, f.size_precision)
      .amount("Q", k.taker_quote, 2)
      .text("B", "0")
      .close_object()
      .close_object();
}

void append_forced_order(std::string& out, const market_format& f, const exchange::order& o,
                         timestamp now) {
  json_writer{out}
      .open_object()
      .text("e", "forceOrder")
      .integer("E", to_ms(now))
      .open_object("o")
      .text("s", f.symbol)
      .text("S", side_text(o.order_side))
      .text("o", "LIMIT")
      .text("f", "IOC")
      .amount("q", o.size.value(), f.size_precision)
      .rounded("p", o.average_price().value(), f.price_places)
      .rounded("ap", o.average_price().value(), f.average_places)
      .text("X", status_text(o.state))
      .amount("l", o.filled.value(), f.size_precision)
      .amount("z", o.filled.value(), f.size_precision)
      .integer("T", to_ms(o.updated))
      .close_object()
      .close_object();
}

} // namespace actorbot::venues::aster::server
