#include "venues/grvt/server_streams.hpp"

#include <algorithm>

namespace actorbot::venues::grvt::server {

namespace {

constexpr std::size_t most_subscriptions = 1'000;
constexpr std::size_t first_candles = 5;

/// Beats fall on whole multiples of their length.
timestamp next_on_grid(timestamp now, duration beat) {
  return now - now.time_since_epoch() % beat + beat;
}

/// The cluster's number of a channel's n-th frame: not one more than the last, but unique.
std::uint64_t cluster_number(std::uint64_t n) { return n == 0 ? 0 : (1'000 + n) * 100'000 + 1; }

void write_changes(json_writer& to, std::string_view name, const std::map<price, quantity>& levels,
                   bool descending) {
  to.open_array(name);
  const auto write = [&](const auto& l) {
    to.open_object();
    put(to, "price", l.first.value());
    put(to, "size", l.second.value());
    to.integer("num_orders", std::int64_t{l.second.is_zero() ? 0 : 1}).close_object();
  };
  if (descending)
    std::for_each(levels.rbegin(), levels.rend(), write);
  else
    std::for_each(levels.begin(), levels.end(), write);
  to.close_array();
}

} // namespace

stream_hub::stream_hub(server_state& state, const market_desk& market, const session_desk& sessions,
                       position_source positions)
    : state_{state}, market_{market}, sessions_{sessions}, positions_{std::move(positions)} {}

// -- who listens
// ------------------------------------------------------------------------------------

std::optional<failure> stream_hub::subscribe(timestamp now, connection& to,
                                             const subscribe_request& wish, subscribed& out) {
  std::vector<stream_spec> specs(wish.selectors.size());
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (auto wrong = parse(wish, to.role, wish.selectors[i], specs[i]))
      return wrong;
  if (to.subscriptions.size() + specs.size() > most_subscriptions)
    return refuse(1006);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    for (std::size_t j = to.subscriptions.size(); j-- > 0;) {
      const auto& old = to.subscriptions[j];
      if (old.stream != wish.stream || old.primary != specs[i].primary)
        continue;
      if (old.selector != wish.selectors[i])
        out.unsubs.push_back(old.selector);
      part(to, j);
    }
    const key name{wish.stream, wish.selectors[i]};
    auto& slot = channels_[name];
    if (!slot) {
      slot = std::make_unique<channel>();
      slot->stream = wish.stream;
      slot->selector = wish.selectors[i];
      slot->spec = specs[i];
      slot->sequence = private_sequences_.contains(name) ? private_sequences_[name] : 0;
      index();
    } else if (slot->due && slot->spec.deltas) {
      flush(*slot, now); // so that the newcomer's picture and the next change fit together
    }
    auto& c = *slot;
    if (c.spec.deltas && c.listeners.empty() && c.spec.kind != stream_kind::book)
      c.told = members(now, c);
    subscription s{wish.stream, wish.selectors[i], specs[i].primary, wish.global, wish.lite, &c};
    const auto feeds = first_feeds(now, c);
    for (const auto& feed : feeds)
      out.frames.push_back(frame(c, s, feed, true));
    out.subs.push_back(s.selector);
    out.snapshots.push_back(feeds.size());
    out.latest.push_back(wish.global ? cluster_number(c.sequence) : c.sequence);
    c.listeners.push_back(&to);
    to.subscriptions.push_back(std::move(s));
    if (c.spec.snapshots)
      schedule(c, now);
  }
  return std::nullopt;
}

std::vector<std::string> stream_hub::unsubscribe(connection& from, std::string_view stream,
                                                 const std::vector<std::string>& selectors) {
  std::vector<std::string> out;
  for (const auto& selector : selectors)
    for (std::size_t i = from.subscriptions.size(); i-- > 0;) {
      const auto& s = from.subscriptions[i];
      if (s.stream != stream || s.selector != selector)
        continue;
      out.push_back(selector);
      part(from, i);
    }
  return out;
}

void stream_hub::leave(connection& gone) {
  while (!gone.subscriptions.empty())
    part(gone, gone.subscriptions.size() - 1);
}

void stream_hub::part(connection& from, std::size_t index_of_it) {
  auto* const c = from.subscriptions[index_of_it].to;
  from.subscriptions.erase(from.subscriptions.begin() + static_cast<std::ptrdiff_t>(index_of_it));
  std::erase(c->listeners, &from);
  if (!c->listeners.empty())
    return;
  channels_.erase({c->stream, c->selector});
  index();
}

void stream_hub::index() {
  by_market_.assign(state_.core().market_count(), {});
  for (const auto& [name, c] : channels_)
    if (c && c->spec.market && !c->spec.account)
      by_market_[exchange::index_of(*c->spec.market)].push_back(c.get());
}

// -- what a newcomer gets
// ------------------------------------------------------------------------------

std::vector<market_desk::member> stream_hub::members(timestamp now, const channel& c) const {
  return c.spec.kind == stream_kind::mini ? market_.mini_members(*c.spec.market)
                                          : market_.ticker_members(now, *c.spec.market);
}

std::vector<std::string> stream_hub::first_feeds(timestamp now, const channel& c) const {
  std::vector<std::string> out;
  switch (c.spec.kind) {
  case stream_kind::mini:
  case stream_kind::ticker:
    out.push_back(object_text(now, c.spec.primary, members(now, c)));
    break;
  case stream_kind::book:
    out.push_back(market_.book_text(*c.spec.market, c.spec.depth));
    break;
  case stream_kind::trade: {
    const auto& all = market_.recent(*c.spec.market);
    for (auto i = all.size() - std::min(all.size(), c.spec.limit); i < all.size(); ++i)
      out.push_back(market_.trade_text(all[i]));
    break;
  }
  case stream_kind::candle: {
    const auto all = market_.candles(*c.spec.market, c.spec.candles, c.spec.candle_length);
    for (auto i = all.size() - std::min(all.size(), first_candles); i < all.size(); ++i)
      out.push_back(market_.candle_text(*c.spec.market, all[i], c.spec.candle_length));
    break;
  }
  case stream_kind::position:
    return positions_(now, *c.spec.account, c.spec.market);
  default:
    break;
  }
  return out;
}

// -- what happens
// -----------------------------------------------------------------------------------

void stream_hub::touch(exchange::market_id market, timestamp now) {
  if (by_market_.size() <= exchange::index_of(market))
    return;
  for (auto* c : by_market_[exchange::index_of(market)])
    if ((c->spec.kind == stream_kind::mini || c->spec.kind == stream_kind::ticker)
        && c->spec.deltas)
      schedule(*c, now);
    else if (c->spec.kind == stream_kind::candle && c->spec.candles != candle_type::trade)
      schedule(*c, now);
}

void stream_hub::on_trade(const exchange::public_trade& e) {
  touch(e.market, e.time);
  if (by_market_.size() <= exchange::index_of(e.market))
    return;
  std::string text;
  for (auto* c : by_market_[exchange::index_of(e.market)]) {
    if (c->spec.kind == stream_kind::trade) {
      if (text.empty())
        text = market_.trade_text(e);
      publish(*c, text, false);
    } else if (c->spec.kind == stream_kind::candle && c->spec.candles == candle_type::trade) {
      schedule(*c, e.time);
    }
  }
}

void stream_hub::on_delta(const exchange::book_delta& e) {
  if (by_market_.size() <= exchange::index_of(e.market))
    return;
  for (auto* c : by_market_[exchange::index_of(e.market)]) {
    if (c->spec.kind != stream_kind::book || !c->spec.deltas)
      continue;
    for (const auto& l : e.bids)
      c->bids[l.at] = l.size;
    for (const auto& l : e.asks)
      c->asks[l.at] = l.size;
    schedule(*c, e.time);
  }
}

void stream_hub::tell(std::string_view stream, exchange::account_id account,
                      std::optional<exchange::market_id> market, std::string_view feed) {
  const auto& sub = sessions_.of(account).sub_account_text;
  std::vector<std::string> selectors{sub};
  if (market)
    selectors.push_back(sub + "-" + state_.rules(*market).symbol);
  for (auto& selector : selectors) {
    const key name{std::string{stream}, std::move(selector)};
    ++private_sequences_[name];
    if (const auto at = channels_.find(name); at != channels_.end())
      publish(*at->second, feed, false);
  }
}

// -- beats
// ------------------------------------------------------------------------------------------

void stream_hub::schedule(channel& c, timestamp now) {
  if (c.due)
    return;
  if (c.spec.beat == duration{0})
    return flush(c, now);
  c.due = next_on_grid(now, c.spec.beat);
  next_ = next_ ? std::min(*next_, *c.due) : *c.due;
}

void stream_hub::beat(timestamp now) {
  if (!next_ || now < *next_)
    return;
  for (auto& [name, c] : channels_) {
    if (!c->due || now < *c->due)
      continue;
    c->due.reset();
    flush(*c, now);
    if (c->spec.snapshots)
      schedule(*c, now);
  }
  next_.reset();
  for (const auto& [name, c] : channels_)
    if (c->due)
      next_ = next_ ? std::min(*next_, *c->due) : *c->due;
}

void stream_hub::flush(channel& c, timestamp now) {
  c.due.reset();
  switch (c.spec.kind) {
  case stream_kind::mini:
  case stream_kind::ticker:
    return flush_members(c, now);
  case stream_kind::book:
    return flush_book(c, now);
  case stream_kind::candle: {
    const auto all = market_.candles(*c.spec.market, c.spec.candles, c.spec.candle_length);
    if (!all.empty())
      publish(c, market_.candle_text(*c.spec.market, all.back(), c.spec.candle_length), false);
    return;
  }
  default:
    return;
  }
}

void stream_hub::flush_members(channel& c, timestamp now) {
  auto current = members(now, c);
  if (c.spec.snapshots)
    return publish(c, object_text(now, c.spec.primary, current), true);
  std::vector<market_desk::member> changed;
  for (std::size_t i = 0; i < current.size(); ++i)
    if (i >= c.told.size() || c.told[i] != current[i])
      changed.push_back(current[i]);
  c.told = std::move(current);
  if (!changed.empty())
    publish(c, object_text(now, c.spec.primary, changed), false);
}

void stream_hub::flush_book(channel& c, timestamp now) {
  if (c.spec.snapshots)
    return publish(c, market_.book_text(*c.spec.market, c.spec.depth), true);
  std::string feed;
  json_writer json{feed};
  json.open_object();
  put(json, "event_time", now);
  json.text("instrument", c.spec.primary);
  write_changes(json, "bids", c.bids, true);
  write_changes(json, "asks", c.asks, false);
  json.close_object();
  c.bids.clear();
  c.asks.clear();
  publish(c, feed, false);
}

// -- frames
// ------------------------------------------------------------------------------------------

void stream_hub::publish(channel& c, std::string_view feed, bool snapshot) {
  if (!snapshot)
    ++c.sequence;
  for (const auto* to : c.listeners)
    for (const auto& s : to->subscriptions)
      if (s.to == &c)
        state_.sink().send(to->token, frame_kind::text, frame(c, s, feed, snapshot));
}

std::string stream_hub::frame(const channel& c, const subscription& s, std::string_view feed,
                              bool snapshot) const {
  const auto text
      = [&](std::uint64_t n) { return std::to_string(s.global ? cluster_number(n) : n); };
  const auto short_feed = s.lite && c.spec.names ? to_lite(feed, *c.spec.names) : std::string{};
  std::string out;
  json_writer{out}
      .open_object()
      .text(s.lite ? "s" : "stream", c.stream)
      .text(s.lite ? "s1" : "selector", c.selector)
      .text(s.lite ? "sn" : "sequence_number", snapshot ? "0" : text(c.sequence))
      .raw(s.lite ? "f" : "feed", s.lite ? std::string_view{short_feed} : feed)
      .text(s.lite ? "ps" : "prev_sequence_number", snapshot ? "0" : text(c.sequence - 1))
      .close_object();
  return out;
}

} // namespace actorbot::venues::grvt::server
