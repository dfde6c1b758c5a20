#include "venues/backpack/server_streams.hpp"

#include "venues/wire/json_writer.hpp"

#include <algorithm>

namespace actorbot::venues::backpack::server {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Beats fall on whole multiples of their length.
timestamp next_on_grid(timestamp now, duration beat) {
  return now - now.time_since_epoch() % beat + beat;
}

/// Those that beat whether something happens or not.
bool beats_always(stream_kind kind) {
  return kind == stream_kind::ticker || kind == stream_kind::open_interest;
}

/// `e`, `E` and `s`, with which every payload begins.
json_writer& begin(json_writer& json, std::string_view event, timestamp now,
                   const market_format& f) {
  return json.open_object().text("e", event).integer("E", to_us(now)).text("s", f.symbol);
}

/// The part before the first point, which is taken off.
std::string_view take_part(std::string_view& text) {
  const auto point = text.find('.');
  const auto part = text.substr(0, point);
  text.remove_prefix(point == text.npos ? text.size() : point + 1);
  return part;
}

std::optional<stream_spec> parse_private(const exchange::core& core, std::string_view rest) {
  stream_spec out;
  const auto kind = take_part(rest);
  if (kind == "orderUpdate")
    out.kind = stream_kind::order_update;
  else if (kind == "positionUpdate")
    out.kind = stream_kind::position_update;
  else if (kind == "rfqUpdate")
    out.kind = stream_kind::rfq_update;
  else
    return std::nullopt;
  if (rest.empty())
    return out;
  out.market = core.find_market(rest);
  return out.market ? std::optional{out} : std::nullopt;
}

} // namespace

std::optional<stream_spec> parse_stream(const exchange::core& core, std::string_view name) {
  if (name.empty() || name.back() == '.')
    return std::nullopt;
  stream_spec out;
  const auto kind = take_part(name);
  if (kind == "account")
    return parse_private(core, name);
  if (kind == "liquidation") {
    out.kind = stream_kind::liquidation;
    return name.empty() ? std::optional{out} : std::nullopt;
  }
  if (kind == "bookTicker") {
    out.kind = stream_kind::book_ticker;
  } else if (kind == "trade") {
    out.kind = stream_kind::trade;
  } else if (kind == "markPrice") {
    out.kind = stream_kind::mark_price;
  } else if (kind == "ticker") {
    out.kind = stream_kind::ticker;
    out.beat = seconds{1};
  } else if (kind == "openInterest") {
    out.kind = stream_kind::open_interest;
    out.beat = seconds{60};
  } else if (kind == "depth") {
    out.kind = stream_kind::depth;
    if (name.find('.') != name.npos) {
      const auto speed = take_part(name);
      out.beat = milliseconds{speed == "200ms" ? 200 : speed == "600ms" ? 600 : 1000};
      if (out.beat == seconds{1} && speed != "1000ms")
        return std::nullopt;
    }
  } else if (kind == "kline") {
    out.kind = stream_kind::kline;
    out.beat = seconds{1};
    const auto interval = candle_interval_named(take_part(name));
    if (!interval)
      return std::nullopt;
    out.interval = *interval;
  } else {
    return std::nullopt;
  }
  out.market = core.find_market(name);
  return out.market ? std::optional{out} : std::nullopt;
}

std::string stream_frame_text(std::string_view name, std::string_view payload) {
  std::string out{R"({"stream":")"};
  out.reserve(name.size() + payload.size() + 24);
  out += name;
  out += R"(","data":)";
  out += payload;
  out += '}';
  return out;
}

// -- who listens
// ------------------------------------------------------------------------------------

void stream_hub::subscribe(timestamp now, stream_token to, const std::string& name,
                           const stream_spec& spec) {
  const auto [at, fresh] = channels_.try_emplace(name);
  auto& c = at->second;
  c.spec = spec;
  if (fresh && spec.kind == stream_kind::kline)
    c.candle_over = spec.interval.start_of(now) - duration{1};
  if (std::find(c.listeners.begin(), c.listeners.end(), to) == c.listeners.end())
    c.listeners.push_back(to);
  if (beats_always(spec.kind) && !c.due)
    c.due = next_on_grid(now, spec.beat);
}

void stream_hub::unsubscribe(stream_token from, std::string_view name) {
  const auto found = channels_.find(name);
  if (found == channels_.end())
    return;
  std::erase(found->second.listeners, from);
  if (found->second.listeners.empty())
    channels_.erase(found);
}

void stream_hub::leave(stream_token gone) {
  for (auto& [name, c] : channels_)
    std::erase(c.listeners, gone);
  std::erase_if(channels_, [](const auto& entry) { return entry.second.listeners.empty(); });
}

template <class Act>
void stream_hub::each(stream_kind kind, exchange::market_id market, Act act) {
  for (auto& [name, c] : channels_)
    if (c.spec.kind == kind && (!c.spec.market || *c.spec.market == market))
      act(name, c);
}

void stream_hub::publish(std::string_view name, const channel& c, std::string_view payload) {
  const auto frame = stream_frame_text(name, payload);
  for (const auto to : c.listeners)
    state_.sink().send(to, frame_kind::text, frame);
}

// -- what happens
// -----------------------------------------------------------------------------------

void stream_hub::on_top(const exchange::book_top& e) {
  each(stream_kind::book_ticker, e.market, [&](const std::string& name, const channel& c) {
    const auto& f = state_.format(e.market);
    std::string payload;
    json_writer json{payload};
    begin(json, "bookTicker", state_.core().now(), f);
    const auto level = [&](const char* at, const char* size, const maybe_level& l) {
      if (l)
        json.amount(at, l->at.value(), f.price_places).amount(size, l->size.value(), f.size_places);
      else
        json.raw(at, "null").raw(size, "null");
    };
    level("a", "A", e.ask);
    level("b", "B", e.bid);
    json.text("u", std::to_string(e.update)).integer("T", to_us(e.time)).close_object();
    publish(name, c, payload);
  });
}

void stream_hub::on_delta(const exchange::book_delta& e) {
  each(stream_kind::depth, e.market, [&](const std::string& name, channel& c) {
    if (c.first == 0)
      c.first = e.first;
    c.last = e.last;
    c.changed = e.time;
    for (const auto& l : e.bids)
      c.bids[l.at] = l.size;
    for (const auto& l : e.asks)
      c.asks[l.at] = l.size;
    if (c.spec.beat == duration{0})
      flush_depth(name, c, state_.core().now());
    else if (!c.due)
      c.due = next_on_grid(e.time, c.spec.beat);
  });
}

void stream_hub::on_trade(const exchange::public_trade& e) {
  each(stream_kind::trade, e.market, [&](const std::string& name, const channel& c) {
    const auto& f = state_.format(e.market);
    const auto [buyer, seller] = state_.parties(e);
    std::string payload;
    json_writer json{payload};
    begin(json, "trade", state_.core().now(), f)
        .amount("p", e.at.value(), f.price_places)
        .amount("q", e.size.value(), f.size_places)
        .text("b", std::to_string(buyer))
        .text("a", std::to_string(seller))
        .integer("t", e.trade)
        .integer("T", to_us(e.time))
        .flag("m", e.aggressor == side::sell)
        .close_object();
    publish(name, c, payload);
  });
  each(stream_kind::kline, e.market, [&](const std::string&, channel& c) {
    const auto next = next_on_grid(e.time, c.spec.beat);
    c.due = c.due ? std::min(*c.due, next) : next;
  });
}

void stream_hub::on_prices(const exchange::market_prices& e) {
  if (!e.mark.is_positive())
    return;
  each(stream_kind::mark_price, e.market, [&](const std::string& name, const channel& c) {
    const auto& f = state_.format(e.market);
    std::string payload;
    json_writer json{payload};
    begin(json, "markPrice", state_.core().now(), f)
        .amount("p", e.mark.value(), f.price_places)
        .amount("f", e.funding_rate)
        .amount("i", e.index.value(), f.price_places)
        .integer("n", to_ms(e.next_funding))
        .integer("T", to_us(e.time))
        .close_object();
    publish(name, c, payload);
  });
}

void stream_hub::on_liquidation(const exchange::execution& e) {
  each(stream_kind::liquidation, e.market, [&](const std::string& name, const channel& c) {
    const auto& f = state_.format(e.market);
    std::string payload;
    json_writer{payload}
        .open_object()
        .text("e", "liquidation")
        .integer("E", to_us(state_.core().now()))
        .amount("q", e.size.value(), f.size_places)
        .amount("p", e.at.value(), f.price_places)
        .text("S", side_text(e.order_side))
        .text("s", f.symbol)
        .integer("T", to_us(e.time))
        .close_object();
    publish(name, c, payload);
  });
}

// -- beats
// ------------------------------------------------------------------------------------------

std::optional<timestamp> stream_hub::next_beat() const {
  std::optional<timestamp> out;
  for (const auto& [name, c] : channels_)
    if (c.due)
      out = out ? std::min(*out, *c.due) : *c.due;
  return out;
}

void stream_hub::beat(timestamp now) {
  for (auto& [name, c] : channels_) {
    if (!c.due || now < *c.due)
      continue;
    c.due.reset();
    flush(name, c, now);
    if (beats_always(c.spec.kind))
      c.due = next_on_grid(now, c.spec.beat);
  }
}

void stream_hub::flush(const std::string& name, channel& c, timestamp now) {
  if (c.spec.kind == stream_kind::depth)
    return flush_depth(name, c, now);
  if (c.spec.kind == stream_kind::kline)
    return flush_candles(name, c, now);
  const auto m = *c.spec.market;
  const auto& f = state_.format(m);
  std::string payload;
  json_writer json{payload};
  if (c.spec.kind == stream_kind::open_interest) {
    begin(json, "openInterest", now, f).amount("o", state_.open_interest(m).value()).close_object();
  } else {
    const auto day = market_.day_of(now, m);
    begin(json, "ticker", now, f)
        .amount("o", day.open, f.price_places)
        .amount("c", day.close, f.price_places)
        .amount("h", day.high, f.price_places)
        .amount("l", day.low, f.price_places)
        .amount("v", day.volume, f.size_places)
        .amount("V", day.quote)
        .integer("n", day.trades)
        .close_object();
  }
  publish(name, c, payload);
}

void stream_hub::flush_depth(const std::string& name, channel& c, timestamp now) {
  const auto& f = state_.format(*c.spec.market);
  std::string payload;
  json_writer json{payload};
  begin(json, "depth", now, f);
  const auto side_of = [&](const char* key, std::map<price, quantity>& levels) {
    json.open_array(key);
    for (const auto& [at, size] : levels)
      json.open_array()
          .amount_item(at.value(), f.price_places)
          .amount_item(size.value(), f.size_places)
          .close_array();
    json.close_array();
    levels.clear();
  };
  side_of("a", c.asks);
  side_of("b", c.bids);
  json.integer("U", c.first).integer("u", c.last).integer("T", to_us(c.changed)).close_object();
  c.first = 0;
  publish(name, c, payload);
}

void stream_hub::flush_candles(const std::string& name, channel& c, timestamp now) {
  const auto& f = state_.format(*c.spec.market);
  for (const auto& k : market_.newest(*c.spec.market, c.spec.interval, 2)) {
    const auto end = c.spec.interval.end_of(k.start);
    const bool is_over = now >= end;
    if (is_over && k.start <= c.candle_over)
      continue;
    std::string payload;
    json_writer json{payload};
    begin(json, "kline", now, f)
        .text("t", zoneless(k.start, false))
        .text("T", zoneless(end, false))
        .amount("o", k.open, f.price_places)
        .amount("c", k.close, f.price_places)
        .amount("h", k.high, f.price_places)
        .amount("l", k.low, f.price_places)
        .amount("v", k.volume, f.size_places)
        .integer("n", k.trades)
        .flag("X", is_over)
        .close_object();
    if (is_over)
      c.candle_over = k.start;
    else
      c.due = end;
    publish(name, c, payload);
  }
}

} // namespace actorbot::venues::backpack::server
