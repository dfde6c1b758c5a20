#include "venues/grvt/market_data.hpp"

#include "venues/wire/levels.hpp"

/// What the stream says, read and passed on.
namespace actorbot::venues::grvt {

namespace {

namespace dom = simdjson::dom;

/// `[{"price":"92336.0","size":"0.005","num_orders":1},...]`; an absent side has no changes. False
/// when anything else is in it.
bool read_levels(const listed_instrument& x, dom::element from, std::string_view name, bool whole,
                 std::vector<level>& out) {
  out.clear();
  const auto member = member_of(from, name);
  if (!member || member->is_null())
    return !whole;
  const auto rows = array_of(from, name);
  if (!rows)
    return false;
  for (const auto row : *rows) {
    const auto at = amount_of(row, "price");
    const auto size = amount_of(row, "size");
    if (!at || !size)
      return false;
    const level read{x.price_from(*at), x.size_from(*size)};
    if (!read.at.is_positive())
      return false;
    if (!whole || read.size.is_positive())
      out.push_back(read);
  }
  return true;
}

/// A member of a delta: left as it is when absent, zero when the venue has no value.
bool update(dom::element feed, std::string_view name, decimal& value, bool& changed) {
  if (!member_of(feed, name))
    return true;
  const auto now = amount_or_zero(feed, name);
  if (!now)
    return false;
  changed = true;
  value = *now;
  return true;
}

} // namespace

void market_data::on(const stream_frame& event, market_data_sink& sink) {
  if (over_)
    return;
  frame_seen_ns_ = event.at.monotonic_ns;
  const auto root = parser_.parse(event.data);
  if (!root || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "a market frame is not JSON");
  const auto feed = member_of(*root, "feed");
  if (!feed)
    return on_answer_frame(*root, sink);
  const auto name = text_of(*root, "stream");
  const auto kind = name == "v1.mini.d"     ? feed_kind::top
                    : name == "v1.ticker.s" ? feed_kind::ticker
                    : name == "v1.book.d"   ? feed_kind::depth
                                            : feed_kind::trades;
  const auto* const x = instruments_.by_symbol(primary(text_of(*root, "selector")));
  if ((kind == feed_kind::trades && name != "v1.trade") || x == nullptr || !wants(kind))
    return; // the venue may add streams
  const auto index = instruments_.index_of(*x);
  auto place = place_in_chain::snapshot;
  if (kind != feed_kind::ticker) // each is whole
    place = follow(feeds_[index].chains[static_cast<std::size_t>(kind)], *root);
  if (place == place_in_chain::repeated)
    return;
  if (place == place_in_chain::broken)
    return fail(sink, session_end::sequence_gap,
                std::string{name} + " of " + x->rules.symbol + " lost its thread");
  if (!dispatch(kind, index, *feed, place, event.at, sink))
    return fail(sink, session_end::garbage,
                "a market frame cannot be read: " + clean_text(event.data));
  check_live(sink);
}

/// Zero is what was there before; then numbers rise by one, the first after the number of the
/// subscription's answer.
market_data::place_in_chain market_data::follow(chain& numbers, dom::element frame) const {
  const auto number = number_of(frame, "sequence_number");
  if (!number)
    return place_in_chain::broken;
  if (*number == 0)
    return place_in_chain::snapshot;
  if (numbers.known) {
    if (*number == numbers.last)
      return place_in_chain::repeated;
    const auto previous = number_of(frame, "prev_sequence_number").value_or(*number - 1);
    if (previous != numbers.last || *number != numbers.last + 1)
      return place_in_chain::broken;
  }
  numbers.known = true;
  numbers.last = *number;
  return place_in_chain::next;
}

/// Answers to the subscriptions.
void market_data::on_answer_frame(dom::element frame, market_data_sink& sink) {
  const auto inner = member_of(frame, "error");
  const auto error = read_error(inner ? *inner : frame);
  if (error.code)
    return fail(sink, end_of(400, error), "grvt refused a subscription: " + clean_text(error.text));
  const auto id = integer_of(frame, "id").value_or(0);
  const auto result = member_of(frame, "result");
  if (!result || id < 1 || id > static_cast<std::int64_t>(kinds))
    return fail(sink, session_end::garbage, "a market frame cannot be read");
  const auto kind = static_cast<feed_kind>(id - 1);
  if (!on_subscribed(kind, *result))
    return fail(sink, session_end::garbage, "grvt did not take every selector of a subscription");
  subscribed_ |= 1u << (id - 1);
  check_live(sink);
}

/// False when one of our instruments is missing.
bool market_data::on_subscribed(feed_kind kind, dom::element result) {
  const auto selectors = array_of(result, "subs");
  if (!selectors)
    return false;
  std::vector<std::uint64_t> latest;
  if (const auto numbers = array_of(result, "latest_sequence_number"))
    for (const auto x : *numbers) {
      std::string_view text;
      std::uint64_t number = 0;
      if (x.get(text) == simdjson::SUCCESS)
        number = parse_unsigned(text).value_or(0);
      else if (x.get(number) != simdjson::SUCCESS)
        number = 0;
      latest.push_back(number);
    }
  std::vector<bool> there(feeds_.size());
  std::size_t at = 0;
  for (const auto x : *selectors) {
    std::string_view selector;
    const auto position = at++;
    if (x.get(selector) != simdjson::SUCCESS)
      return false;
    const auto* const one = instruments_.by_symbol(primary(selector));
    if (one == nullptr)
      continue;
    const auto index = instruments_.index_of(*one);
    there[index] = true;
    auto& numbers = feeds_[index].chains[static_cast<std::size_t>(kind)];
    if (!numbers.known && position < latest.size()) {
      numbers.known = true;
      numbers.last = latest[position];
    }
  }
  for (const bool found : there)
    if (!found)
      return false;
  return true;
}

bool market_data::dispatch(feed_kind kind, std::size_t index, dom::element feed,
                           place_in_chain place, const event_time& at, market_data_sink& sink) {
  const bool whole = place == place_in_chain::snapshot;
  auto& numbers = feeds_[index].chains[static_cast<std::size_t>(kind)];
  switch (kind) {
  case feed_kind::ticker:
    return on_ticker(index, feed, at, sink);
  case feed_kind::trades:
    return whole || on_trade(index, feed, at, sink); // old trades are no news
  case feed_kind::top:
  case feed_kind::depth:
    break;
  }
  if (!whole && !numbers.snapshot)
    return false; // there is nothing yet that a change could change
  const bool read = kind == feed_kind::top ? on_top(index, feed, whole, at, sink)
                                           : on_depth(index, feed, whole, at, sink);
  numbers.snapshot = numbers.snapshot || (read && whole);
  return read;
}

bool market_data::on_top(std::size_t index, dom::element feed, bool whole, const event_time& at,
                         market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& state = feeds_[index];
  if (whole)
    state.bid = state.bid_size = state.ask = state.ask_size = decimal{};
  bool changed = whole;
  if (!update(feed, "best_bid_price", state.bid, changed)
      || !update(feed, "best_bid_size", state.bid_size, changed)
      || !update(feed, "best_ask_price", state.ask, changed)
      || !update(feed, "best_ask_size", state.ask_size, changed))
    return false;
  if (!changed)
    return true;
  top_.instrument = x.rules.id;
  top_.bid = make_level(x, state.bid, state.bid_size);
  top_.ask = make_level(x, state.ask, state.ask_size);
  top_.sequence = state.chains[static_cast<std::size_t>(feed_kind::top)].last;
  top_.exchange_time = ns_of(feed, "event_time");
  top_.received = at.now;
  top_.received_ns = at.monotonic_ns;
  sink.emit(top_);
  return true;
}

bool market_data::on_ticker(std::size_t index, dom::element feed, const event_time& at,
                            market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& state = feeds_[index];
  const auto time = ns_of(feed, "event_time");
  const auto amount = amount_or_zero(feed, "mark_price");
  const auto index_amount = amount_or_zero(feed, "index_price");
  if (time == timestamp{} || !amount || !index_amount)
    return false;
  if (time <= state.ticker_time)
    return true; // a frozen feed repeats itself: that is no sign of life
  state.ticker_time = time;
  state.ticker_seen_ns = at.monotonic_ns;
  const auto mark = x.price_from(*amount);
  if (mark.is_positive()) {
    mark_.instrument = x.rules.id;
    mark_.mark = mark;
    mark_.index = x.price_from(*index_amount);
    mark_.time = time;
    mark_.received = at.now;
    sink.emit(mark_);
  }
  if (settings_.wants_funding)
    tell_funding(index, feed, sink);
  return true;
}

/// The rate is in percent, for the instrument's own interval.
void market_data::tell_funding(std::size_t index, dom::element feed, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& state = feeds_[index];
  const auto percent = signed_amount_of(feed, "funding_rate");
  const auto next = ns_of(feed, "next_funding_time");
  const auto hours = number_of(feed, "funding_interval_hours").value_or(0);
  const duration interval = hours > 0 && hours <= 24
                                ? std::chrono::hours{static_cast<std::int64_t>(hours)}
                                : x.funding_interval;
  if (!percent || next == timestamp{} || interval == duration{0})
    return;
  const auto rate = decimal::divide(*percent, 100);
  if (rate == state.funding && next == state.funding_next)
    return;
  state.funding = rate;
  state.funding_next = next;
  sink.emit(funding_rate{x.rules.id, rate, interval, next, state.ticker_time});
}

bool market_data::on_depth(std::size_t index, dom::element feed, bool whole, const event_time& at,
                           market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto sequence = feeds_[index].chains[static_cast<std::size_t>(feed_kind::depth)].last;
  if (whole) {
    if (!read_levels(x, feed, "bids", true, snapshot_.bids)
        || !read_levels(x, feed, "asks", true, snapshot_.asks))
      return false;
    snapshot_.instrument = x.rules.id;
    snapshot_.sequence = sequence;
    snapshot_.exchange_time = ns_of(feed, "event_time");
    snapshot_.received = at.now;
    sink.emit(snapshot_);
    return true;
  }
  if (!read_levels(x, feed, "bids", false, delta_.bids)
      || !read_levels(x, feed, "asks", false, delta_.asks))
    return false;
  delta_.instrument = x.rules.id;
  delta_.sequence = sequence;
  delta_.exchange_time = ns_of(feed, "event_time");
  delta_.received = at.now;
  sink.emit(delta_);
  return true;
}

bool market_data::on_trade(std::size_t index, dom::element feed, const event_time& at,
                           market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto id = text_of(feed, "trade_id");
  const auto amount = amount_of(feed, "price");
  const auto size = amount_of(feed, "size");
  const auto buyer_takes = boolean_of(feed, "is_taker_buyer");
  if (id.empty() || !amount || !x.price_from(*amount).is_positive() || !size || !size->is_positive()
      || !buyer_takes)
    return false;
  trade_.instrument = x.rules.id;
  trade_.trade_id = id;
  trade_.at = x.price_from(*amount);
  trade_.size = x.size_from(*size);
  trade_.aggressor = *buyer_takes ? side::buy : side::sell;
  trade_.time = ns_of(feed, "event_time");
  trade_.received = at.now;
  sink.emit(trade_);
  return true;
}

} // namespace actorbot::venues::grvt
