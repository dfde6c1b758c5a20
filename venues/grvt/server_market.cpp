#include "venues/grvt/server_market.hpp"

#include "venues/wire/json_reader.hpp"

#include <algorithm>

namespace actorbot::venues::grvt::server {

namespace {

constexpr std::size_t trades_kept = 20'000;
constexpr std::size_t longest_page = 1000;

bool has(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

} // namespace

std::optional<candle_type> parse_candle_type(std::string_view text) {
  static constexpr std::array<std::string_view, 4> known{"TRADE", "MARK", "INDEX", "MID"};
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i] == text)
      return static_cast<candle_type>(i);
  return std::nullopt;
}

std::optional<failure> page_request::read(reader& from, page_request& out) {
  out.from = from.time("start_time");
  out.to = from.time("end_time");
  const auto limit = from.unsigned64("limit").value_or(500);
  const auto cursor = from.text("cursor");
  if (from.bad())
    return refuse(1003);
  if (limit == 0 || limit > longest_page)
    return refuse(3011);
  out.limit = limit;
  if (!cursor.empty()) {
    const auto index
        = cursor.front() == 'c' ? parse_unsigned(std::string_view{cursor}.substr(1)) : std::nullopt;
    if (!index)
      return refuse(1003);
    out.before = *index;
  }
  return std::nullopt;
}

std::optional<failure> market_desk::read_market(const json_value& body,
                                                exchange::market_id& out) const {
  reader r{body};
  const auto name = r.text("instrument");
  if (r.bad() || name.empty())
    return refuse(1003);
  const auto found = find(name);
  if (!found)
    return refuse(3000);
  out = *found;
  return std::nullopt;
}

market_desk::history& market_desk::of(exchange::market_id m) const {
  if (histories_.size() <= exchange::index_of(m))
    histories_.resize(state_.core().market_count());
  return histories_[exchange::index_of(m)];
}

const std::deque<exchange::public_trade>& market_desk::recent(exchange::market_id m) const {
  return of(m).trades;
}

// -- what happens
// ------------------------------------------------------------------------------------

void market_desk::on_trade(const exchange::public_trade& e) {
  auto& h = of(e.market);
  h.trades.push_back(e);
  if (h.trades.size() > trades_kept)
    h.trades.pop_front();
  h.candles[0].add(e);
}

void market_desk::on_prices(const exchange::market_prices& e) {
  if (!e.mark.is_positive())
    return;
  of(e.market).candles[1].add(e.time, e.mark.value());
  of(e.market).candles[2].add(e.time, e.index.value());
}

void market_desk::on_top(const exchange::book_top& e) {
  if (e.bid && e.ask)
    of(e.market).candles[3].add(e.time, decimal::divide(e.bid->at.value() + e.ask->at.value(), 2));
}

// -- lists
// -------------------------------------------------------------------------------------------

reply market_desk::time(timestamp now) const {
  return reply{"{\"server_time\":" + std::to_string(to_ms(now)) + "}"};
}

void market_desk::write_instrument(json_writer& to, exchange::market_id m) const {
  const auto& r = state_.rules(m);
  const auto& info = state_.instrument(m);
  to.open_object()
      .text("instrument", info.symbol)
      .text("instrument_hash", info.asset_text)
      .text("base", r.base)
      .text("quote", r.quote)
      .text("kind", "PERPETUAL")
      .raw("venues", R"(["ORDERBOOK","RFQ"])")
      .text("settlement_period", "PERPETUAL")
      .integer("base_decimals", std::int64_t{info.base_decimals})
      .integer("quote_decimals", std::int64_t{6})
      .amount("tick_size", r.tick)
      .amount("min_size", r.lot)
      .text("create_time", "1768040726362828205");
  put(to, "max_position_size", r.max_quantity.value());
  to.integer("funding_interval_hours", info.funding_hours)
      .amount("adjusted_funding_rate_cap", info.funding_cap)
      .amount("adjusted_funding_rate_floor", -info.funding_cap);
  put(to, "min_notional", r.min_notional);
  to.close_object();
}

reply market_desk::instrument(const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return wrong->code == 3000 ? refuse(1004) : *wrong;
  reply out;
  json_writer json{out.body};
  json.open_object().raw("result", "");
  write_instrument(json, m);
  json.close_object();
  return out;
}

reply market_desk::instruments(const json_value& body) const {
  reader r{body};
  const auto kinds = r.texts("kind");
  const auto bases = r.texts("base");
  const auto quotes = r.texts("quote");
  const auto active = r.flag("is_active").value_or(false);
  const auto limit = r.unsigned64("limit").value_or(500);
  if (r.bad())
    return refuse(1003);
  if (limit == 0 || limit > 100'000)
    return refuse(3011);
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("result");
  std::size_t count = 0;
  for (std::size_t i = 0; i < state_.core().market_count() && count < limit; ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    const auto& rules = state_.rules(m);
    if (!has(kinds, "PERPETUAL") || !has(bases, rules.base) || !has(quotes, rules.quote)
        || (active && !state_.core().is_trading(m)))
      continue;
    write_instrument(json, m);
    ++count;
  }
  json.close_array().close_object();
  return out;
}

reply market_desk::currencies() const {
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("result");
  for (const auto& c : server::currencies())
    json.open_object()
        .integer("id", std::int64_t{c.id})
        .text("symbol", c.symbol)
        .integer("balance_decimals", std::int64_t{c.balance_decimals})
        .text("quantity_multiplier",
              "1" + std::string(static_cast<std::size_t>(c.balance_decimals), '0'))
        .close_object();
  json.close_array().close_object();
  return out;
}

reply market_desk::margin_rules(const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return *wrong;
  const auto& r = state_.rules(m);
  reply out;
  json_writer json{out.body};
  json.open_object().text("instrument", r.symbol);
  put(json, "max_position_size", r.max_quantity.value());
  json.open_array("risk_brackets");
  std::int64_t tier = 0;
  for (const auto& b : r.brackets) {
    json.open_object().integer("tier", ++tier).amount("notional_floor", b.notional_floor);
    if (b.notional_cap.is_positive())
      json.amount("notional_cap", b.notional_cap);
    json.amount("maintenance_margin_rate", b.maintenance_ratio)
        .amount("initial_margin_rate", decimal::divide(1, decimal{b.max_leverage}))
        .integer("max_leverage", std::int64_t{b.max_leverage})
        .amount("cumulative_maintenance_amount", b.deduction)
        .close_object();
  }
  json.close_array().close_object();
  return out;
}

// -- prices
// ------------------------------------------------------------------------------------------

std::string object_text(timestamp time, std::string_view instrument,
                        const std::vector<market_desk::member>& members) {
  std::string out;
  json_writer json{out};
  json.open_object();
  put(json, "event_time", time);
  json.text("instrument", instrument);
  for (const auto& [name, value] : members)
    json.raw(name, value);
  json.close_object();
  return out;
}

reply market_desk::mini(timestamp now, const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return *wrong;
  return reply{"{\"result\":" + object_text(now, state_.rules(m).symbol, mini_members(m)) + "}"};
}

reply market_desk::ticker(timestamp now, const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return *wrong;
  return reply{"{\"result\":" + object_text(now, state_.rules(m).symbol, ticker_members(now, m))
               + "}"};
}

reply market_desk::book(const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return *wrong;
  reader r{body};
  const auto depth = r.unsigned64("depth").value_or(10);
  if (r.bad())
    return refuse(1003);
  // ccxt asks for 100 where nobody says, and for what its caller says otherwise.
  if (depth != 10 && depth != 50 && depth != 100 && depth != 500)
    return refuse(3031);
  return reply{"{\"result\":" + book_text(m, depth) + "}"};
}

reply market_desk::trades(const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return *wrong;
  reader r{body};
  const auto limit = r.unsigned64("limit").value_or(500);
  if (r.bad())
    return refuse(1003);
  if (limit == 0 || limit > longest_page)
    return refuse(3011);
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("result");
  const auto& all = recent(m);
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), limit); ++i)
    json.item(trade_text(all[all.size() - 1 - i]));
  json.close_array().close_object();
  return out;
}

reply market_desk::trade_history(const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return *wrong;
  reader r{body};
  page_request page;
  if (const auto wrong = page_request::read(r, page))
    return *wrong;
  const auto& all = recent(m);
  return reply{write_page(
      page, all.size(), [&](std::size_t i) { return all[i].time; },
      [](std::size_t) { return true; },
      [&](json_writer& to, std::size_t i) { to.item(trade_text(all[i])); })};
}

reply market_desk::klines(const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return *wrong;
  reader r{body};
  const auto length = candle_length(r.text("interval"));
  const auto type = parse_candle_type(r.text("type"));
  page_request page;
  if (const auto wrong = page_request::read(r, page))
    return *wrong;
  if (!length || !type)
    return refuse(1003);
  const auto all = candles(m, *type, *length);
  return reply{write_page(
      page, all.size(), [&](std::size_t i) { return all[i].start; },
      [](std::size_t) { return true; },
      [&](json_writer& to, std::size_t i) { to.item(candle_text(m, all[i], *length)); })};
}

reply market_desk::funding(const json_value& body) const {
  exchange::market_id m{};
  if (const auto wrong = read_market(body, m))
    return *wrong;
  reader r{body};
  page_request page;
  if (const auto wrong = page_request::read(r, page))
    return *wrong;
  const auto& all = state_.core().funding_history(m);
  const auto hours = state_.instrument(m).funding_hours;
  return reply{write_page(
      page, all.size(), [&](std::size_t i) { return all[i].time; },
      [](std::size_t) { return true; },
      [&](json_writer& to, std::size_t i) {
        to.open_object().text("instrument", state_.rules(m).symbol);
        put(to, "funding_rate", all[i].rate * 100);
        put(to, "funding_time", all[i].time);
        put(to, "mark_price", all[i].mark.value());
        put(to, "funding_rate_8_h_avg", all[i].rate * 100);
        to.integer("funding_interval_hours", hours).close_object();
      })};
}

} // namespace actorbot::venues::grvt::server
