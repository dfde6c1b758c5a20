#include "venues/aster/server_streams.hpp"

#include "venues/aster/server_frames.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>

namespace actorbot::venues::aster::server {

namespace {

/// Beats fall on whole multiples of their length.
timestamp next_on_grid(timestamp now, duration beat) {
  return now - now.time_since_epoch() % beat + beat;
}

bool beats_always(stream_kind kind) {
  return kind == stream_kind::mark_price || kind == stream_kind::ticker
         || kind == stream_kind::mini_ticker;
}

} // namespace

// -- who listens
// ------------------------------------------------------------------------------------

bool stream_hub::subscribe(timestamp now, connection& to, std::string_view name) {
  if (std::find(to.names.begin(), to.names.end(), name) != to.names.end())
    return true;
  auto found = channels_.find(name);
  if (found == channels_.end()) {
    if (!parse_stream(state_, name))
      return false;
    auto fresh = std::make_unique<channel>();
    fresh->name = name;
    fresh->spec = *parse_stream(state_, fresh->name); // views into the name that stays
    found = channels_.emplace(fresh->name, std::move(fresh)).first;
    index();
  }
  auto& c = *found->second;
  c.listeners.push_back(&to);
  to.names.emplace_back(name);
  // A newcomer gets the top of the book without waiting for a change.
  if (beats_always(c.spec.kind) || c.spec.kind == stream_kind::depth_top)
    schedule(c, now);
  return true;
}

void stream_hub::unsubscribe(connection& from, std::string_view name) {
  const auto found = channels_.find(name);
  if (std::erase(from.names, name) == 0 || found == channels_.end())
    return;
  std::erase(found->second->listeners, &from);
  if (!found->second->listeners.empty())
    return;
  channels_.erase(found);
  index();
}

void stream_hub::leave(connection& gone) {
  const auto names = gone.names;
  for (const auto& name : names)
    unsubscribe(gone, name);
}

void stream_hub::index() {
  audiences_.clear();
  audiences_.resize(state_.core().market_count());
  const auto add = [](audience& to, channel& c) {
    switch (c.spec.kind) {
    case stream_kind::book_ticker:
      to.tops.push_back(&c);
      break;
    case stream_kind::depth_diff:
    case stream_kind::depth_top:
      to.deltas.push_back(&c);
      break;
    case stream_kind::trade:
    case stream_kind::aggregate_trade:
    case stream_kind::kline:
      to.trades.push_back(&c);
      break;
    case stream_kind::forced_order:
      to.forced.push_back(&c);
      break;
    default:
      break;
    }
  };
  for (auto& [name, c] : channels_)
    for (std::size_t i = 0; i < audiences_.size(); ++i)
      if (!c->spec.market || exchange::index_of(*c->spec.market) == i)
        add(audiences_[i], *c);
}

stream_hub::audience& stream_hub::of(exchange::market_id market) {
  if (audiences_.size() <= exchange::index_of(market))
    index();
  return audiences_[exchange::index_of(market)];
}

// -- what happens
// -----------------------------------------------------------------------------------

void stream_hub::on_top(const exchange::book_top& e) {
  const auto& hearers = of(e.market).tops;
  if (hearers.empty())
    return;
  payload_.clear();
  append_book_ticker(payload_, state_.format(e.market), e, state_.core().now());
  for (const auto* c : hearers)
    publish(*c, payload_);
}

void stream_hub::on_delta(const exchange::book_delta& e) {
  for (auto* c : of(e.market).deltas) {
    if (c->first == 0) {
      c->first = e.first;
      c->previous = e.previous;
    }
    c->last = e.last;
    c->changed = e.time;
    if (c->spec.kind == stream_kind::depth_diff) {
      for (const auto& l : e.bids)
        c->bids[l.at] = l.size;
      for (const auto& l : e.asks)
        c->asks[l.at] = l.size;
    }
    schedule(*c, e.time);
  }
}

void stream_hub::on_trade(const exchange::public_trade& e) {
  for (auto* c : of(e.market).trades) {
    if (c->spec.kind == stream_kind::trade) {
      payload_.clear();
      append_trade(payload_, state_.format(e.market), e, state_.core().now());
      publish(*c, payload_);
      continue;
    }
    schedule(*c, e.time);
    if (c->spec.kind != stream_kind::aggregate_trade)
      continue;
    if (!c->trades.empty()) {
      auto& open = c->trades.back();
      if (open.at == e.at && open.aggressor == e.aggressor && open.time == e.time) {
        open.last = e.trade;
        open.size += e.size;
        continue;
      }
    }
    c->trades.push_back({e.trade, e.trade, e.at, e.size, e.aggressor, e.time});
  }
}

void stream_hub::on_liquidation(const exchange::order& o) {
  for (const auto* c : of(o.market).forced) {
    payload_.clear();
    append_forced_order(payload_, state_.format(o.market), o, state_.core().now());
    publish(*c, payload_);
  }
}

// -- beats
// ------------------------------------------------------------------------------------------

void stream_hub::schedule(channel& c, timestamp now) {
  if (!c.due)
    c.due = next_on_grid(now, c.spec.beat);
}

std::optional<timestamp> stream_hub::next_beat() const {
  std::optional<timestamp> out;
  for (const auto& [name, c] : channels_)
    if (c->due)
      out = out ? std::min(*out, *c->due) : *c->due;
  return out;
}

void stream_hub::beat(timestamp now) {
  for (auto& [name, c] : channels_) {
    if (!c->due || now < *c->due)
      continue;
    c->due.reset();
    flush(*c, now);
    if (beats_always(c->spec.kind))
      schedule(*c, now);
  }
}

/// One object, or the list of all markets that have one.
template <class Append>
void stream_hub::write_prices(const channel& c, Append append) {
  payload_.clear();
  if (c.spec.market) {
    append(*c.spec.market);
  } else {
    payload_ += '[';
    for (std::size_t i = 0; i < state_.core().market_count(); ++i)
      append(static_cast<exchange::market_id>(i));
    payload_ += ']';
  }
  if (payload_.size() > 2)
    publish(c, payload_);
}

void stream_hub::flush(channel& c, timestamp now) {
  switch (c.spec.kind) {
  case stream_kind::depth_diff:
  case stream_kind::depth_top:
    return flush_depth(c, now);
  case stream_kind::mark_price:
    return write_prices(c, [&](exchange::market_id m) {
      if (const auto& prices = state_.core().prices(m); prices.mark.is_positive())
        append_mark_price(payload_, state_.format(m), prices, now);
    });
  case stream_kind::ticker:
    return write_prices(c, [&](exchange::market_id m) {
      append_ticker(payload_, state_.format(m), market_.day_of(now, m), now);
    });
  case stream_kind::mini_ticker:
    return write_prices(c, [&](exchange::market_id m) {
      append_mini_ticker(payload_, state_.format(m), market_.day_of(now, m), now);
    });
  case stream_kind::aggregate_trade:
    for (const auto& t : c.trades) {
      payload_.clear();
      append_aggregate_trade(payload_, state_.format(*c.spec.market), t, now);
      publish(c, payload_);
    }
    c.trades.clear();
    return;
  case stream_kind::kline:
    if (const auto k = market_.latest(*c.spec.market, c.spec.candle)) {
      payload_.clear();
      append_kline(payload_, state_.format(*c.spec.market), *k, c.spec.candle, c.spec.interval,
                   now);
      publish(c, payload_);
    }
    return;
  default:
    return;
  }
}

void stream_hub::flush_depth(channel& c, timestamp now) {
  const auto& f = state_.format(*c.spec.market);
  payload_.clear();
  if (c.spec.kind == stream_kind::depth_diff) {
    append_depth_diff(payload_, f, c, now);
    c.bids.clear();
    c.asks.clear();
  } else {
    const auto book = state_.core().book(*c.spec.market, c.spec.levels);
    append_depth_top(payload_, f, book, c.first == 0 ? book.update : c.previous, now);
  }
  c.first = 0;
  publish(c, payload_);
}

void stream_hub::publish(const channel& c, std::string_view payload) {
  bool is_wrapped = false;
  for (const auto* to : c.listeners) {
    if (!to->combined) {
      state_.sink().send(to->token, frame_kind::text, payload);
      continue;
    }
    if (!is_wrapped) {
      wrapped_ = R"({"stream":")";
      wrapped_ += c.name;
      wrapped_ += R"(","data":)";
      wrapped_ += payload;
      wrapped_ += '}';
      is_wrapped = true;
    }
    state_.sink().send(to->token, frame_kind::text, wrapped_);
  }
}

} // namespace actorbot::venues::aster::server
