#include "venues/grvt/server_market.hpp"

/// How market data is written.
namespace actorbot::venues::grvt::server {

namespace {

constexpr auto a_day = std::chrono::hours{24};

std::string quoted(decimal value) {
  std::string out;
  json_writer json{out};
  put_item(json, value);
  return out;
}

void write_levels(json_writer& to, std::string_view name, const std::vector<level>& levels) {
  to.open_array(name);
  for (const auto& l : levels) {
    to.open_object();
    put(to, "price", l.at.value());
    put(to, "size", l.size.value());
    to.integer("num_orders", std::int64_t{1}).close_object();
  }
  to.close_array();
}

decimal open_interest(const exchange::core& core, exchange::market_id m) {
  decimal sum;
  for (std::size_t i = 0; i < core.account_count(); ++i)
    sum += core.position(static_cast<exchange::account_id>(i), m).size.abs().value();
  return sum;
}

} // namespace

std::vector<market_desk::member> market_desk::mini_members(exchange::market_id m) const {
  const auto prices = state_.core().prices(m);
  const auto top = state_.core().top(m);
  const auto& trades = recent(m);
  std::vector<member> out;
  const auto add
      = [&](std::string_view name, decimal value) { out.emplace_back(name, quoted(value)); };
  const auto price_of = [](const maybe_level& l) { return l ? l->at.value() : decimal{}; };
  const auto size_of = [](const maybe_level& l) { return l ? l->size.value() : decimal{}; };
  add("mark_price", prices.mark.value());
  add("index_price", prices.index.value());
  add("last_price", trades.empty() ? decimal{} : trades.back().at.value());
  add("last_size", trades.empty() ? decimal{} : trades.back().size.value());
  add("mid_price",
      top.bid && top.ask ? decimal::divide(price_of(top.bid) + price_of(top.ask), 2) : decimal{});
  add("best_bid_price", price_of(top.bid));
  add("best_bid_size", size_of(top.bid));
  add("best_ask_price", price_of(top.ask));
  add("best_ask_size", size_of(top.ask));
  return out;
}

std::vector<market_desk::member> market_desk::ticker_members(timestamp now,
                                                             exchange::market_id m) const {
  auto out = mini_members(m);
  const auto prices = state_.core().prices(m);
  const auto day = of(m).candles[0].since(now - a_day);
  const auto add
      = [&](std::string_view name, decimal value) { out.emplace_back(name, quoted(value)); };
  add("funding_rate_8h_curr", prices.funding_rate * 100);
  add("funding_rate_8h_avg", prices.funding_rate * 100);
  add("interest_rate", 0);
  add("forward_price", 0);
  add("buy_volume_24h_b", day.buy_volume);
  add("sell_volume_24h_b", day.sell_volume);
  add("buy_volume_24h_q", day.buy_quote);
  add("sell_volume_24h_q", day.sell_quote);
  add("high_price", day.high);
  add("low_price", day.low);
  add("open_price", day.open);
  add("open_interest", open_interest(state_.core(), m));
  add("long_short_ratio", 1);
  add("funding_rate", prices.funding_rate * 100);
  out.emplace_back("funding_interval_hours", std::to_string(state_.instrument(m).funding_hours));
  out.emplace_back("next_funding_time", "\"" + std::to_string(to_ns(prices.next_funding)) + "\"");
  return out;
}

std::string market_desk::book_text(exchange::market_id m, std::size_t depth) const {
  const auto book = state_.core().book(m, depth);
  std::string out;
  json_writer json{out};
  json.open_object();
  put(json, "event_time", book.time);
  json.text("instrument", state_.rules(m).symbol);
  write_levels(json, "bids", book.bids);
  write_levels(json, "asks", book.asks);
  json.close_object();
  return out;
}

std::string market_desk::trade_text(const exchange::public_trade& t) const {
  const auto prices = state_.core().prices(t.market);
  std::string out;
  json_writer json{out};
  json.open_object();
  put(json, "event_time", t.time);
  json.text("instrument", state_.rules(t.market).symbol)
      .flag("is_taker_buyer", t.aggressor == side::buy);
  put(json, "size", t.size.value());
  put(json, "price", t.at.value());
  put(json, "mark_price", prices.mark.value());
  put(json, "index_price", prices.index.value());
  put(json, "interest_rate", decimal{});
  put(json, "forward_price", decimal{});
  json.text("trade_id", std::to_string(t.trade) + "-1")
      .text("venue", "ORDERBOOK")
      .flag("is_rpi", false)
      .close_object();
  return out;
}

std::vector<candle> market_desk::candles(exchange::market_id m, candle_type type,
                                         duration length) const {
  return of(m).candles[static_cast<std::size_t>(type)].of_length(length);
}

std::string market_desk::candle_text(exchange::market_id m, const candle& c,
                                     duration length) const {
  std::string out;
  json_writer json{out};
  json.open_object();
  put(json, "open_time", c.start);
  put(json, "close_time", c.start + length);
  put(json, "open", c.open);
  put(json, "close", c.close);
  put(json, "high", c.high);
  put(json, "low", c.low);
  put(json, "volume_b", c.buy_volume + c.sell_volume);
  put(json, "volume_q", c.buy_quote + c.sell_quote);
  const bool traded = (c.buy_volume + c.sell_volume).is_positive();
  json.integer("trades", traded ? c.trades : std::uint64_t{0})
      .text("instrument", state_.rules(m).symbol)
      .close_object();
  return out;
}

} // namespace actorbot::venues::grvt::server
