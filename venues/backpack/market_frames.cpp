#include "venues/backpack/market_data.hpp"

#include "venues/backpack/session.hpp"
#include "venues/wire/levels.hpp"

#include <algorithm>
#include <utility>

/// What the stream and the lists of levels say, read and passed on.
namespace actorbot::venues::backpack {

namespace {

namespace dom = simdjson::dom;

/// Diffs kept while a list is on its way: far more than 10 s of them.
constexpr std::size_t waiting_limit = 8u << 20;
/// What the parsers may read behind a frame.
constexpr std::size_t padding = 64;

/// One side of a bookTicker; both members are null when the side is empty.
bool read_side(const scaled_instrument& x, std::string_view at, std::string_view size,
               maybe_level& out) {
  const auto is_null = [](std::string_view text) { return text.empty() || text == "null"; };
  out.reset();
  if (is_null(at) || is_null(size))
    return is_null(at) && is_null(size);
  const auto price_value = parse_amount(at);
  const auto size_value = parse_amount(size);
  if (!price_value || !size_value)
    return false;
  out = make_level(x, *price_value, *size_value);
  return true;
}

maybe_level first_of(const std::vector<level>& levels) {
  for (const auto& x : levels)
    if (x.size.is_positive())
      return x;
  return std::nullopt;
}

} // namespace

void market_data::on(const stream_frame& event, market_data_sink& sink) {
  if (over_)
    return;
  frame_seen_ns_ = event.at.monotonic_ns;
  if (event.kind != frame_kind::text || !scan_flat_frame(event.data, fields_))
    return on_other_frame(event, sink);
  if (!dispatch(event.at, sink))
    fail(sink, session_end::garbage, "a market frame cannot be read: " + clean_text(event.data));
}

void market_data::on_other_frame(const stream_frame& event, market_data_sink& sink) {
  const auto root = parser_.parse(event.data);
  if (!root || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "a market frame is not JSON");
  if (const auto error = member_of(*root, "error"); error && !error->is_null())
    return fail(sink, session_end::garbage,
                "backpack refused the subscription: "
                    + std::to_string(integer_of(*error, "code").value_or(0)) + " "
                    + clean_text(text_of(*error, "message")));
  const auto data = member_of(*root, "data");
  if (!data)
    return; // an acknowledgement
  if (text_of(*data, "e") == "depth")
    return on_depth(*data, event, sink);
  if (!read_flat(*data, fields_, digits_) || !dispatch(event.at, sink))
    fail(sink, session_end::garbage, "a market frame cannot be read: " + clean_text(event.data));
}

bool market_data::dispatch(const event_time& at, market_data_sink& sink) {
  const auto kind = fields_['e'];
  using handler = bool (market_data::*)(std::size_t, const event_time&, market_data_sink&);
  const handler handle = kind == "bookTicker"  ? &market_data::on_top
                         : kind == "markPrice" ? &market_data::on_mark
                         : kind == "trade"     ? &market_data::on_trade
                                               : nullptr;
  if (handle == nullptr)
    return !kind.empty(); // a stream that was not asked for
  const auto* const x = instruments_.by_symbol(fields_['s']);
  return x == nullptr ? !fields_['s'].empty()
                      : (this->*handle)(instruments_.index_of(*x), at, sink);
}

bool market_data::on_top(std::size_t index, const event_time& at, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto update = parse_unsigned(fields_['u']);
  const auto time = parse_us(fields_['T'].empty() ? fields_['E'] : fields_['T']);
  if (!update || !time || !read_side(x, fields_['b'], fields_['B'], top_.bid)
      || !read_side(x, fields_['a'], fields_['A'], top_.ask))
    return false;
  auto& feed = feeds_[index];
  if (*update <= feed.top_update)
    return true;
  feed.top_update = *update;
  top_.instrument = x.rules.id;
  top_.sequence = *update;
  top_.exchange_time = *time;
  top_.received = at.now;
  top_.received_ns = at.monotonic_ns;
  sink.emit(top_);
  if (!feed.has_top) {
    feed.has_top = true;
    check_live(sink);
  }
  return true;
}

bool market_data::on_mark(std::size_t index, const event_time& at, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto time = parse_us(fields_['E']);
  const auto amount = parse_long(fields_['p']);
  if (!time || !amount || amount->is_negative())
    return false;
  const auto mark = x.price_from(*amount);
  if (mark.is_zero())
    return true; // the venue has no mark price yet
  auto& feed = feeds_[index];
  if (*time <= feed.mark_time)
    return true; // a frozen feed repeats itself: that is no sign of life
  feed.mark_time = *time;
  feed.mark_seen_ns = at.monotonic_ns;
  const auto index_price = parse_long(fields_['i']).value_or(decimal{});
  mark_.instrument = x.rules.id;
  mark_.mark = mark;
  mark_.index = x.price_from(std::max(index_price, decimal{}));
  mark_.time = *time;
  mark_.received = at.now;
  sink.emit(mark_);
  if (settings_.wants_funding)
    on_funding(index, *time, sink);
  return true;
}

/// The estimated rate of the running interval, as a fraction; `n` is in milliseconds.
void market_data::on_funding(std::size_t index, timestamp time, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& feed = feeds_[index];
  const auto rate = parse_long(fields_['f']);
  const auto next = parse_ms(fields_['n']);
  if (!rate || !next || *next == timestamp{} || x.funding_interval == duration{}
      || (*rate == feed.funding && *next == feed.funding_next))
    return;
  feed.funding = *rate;
  feed.funding_next = *next;
  sink.emit(funding_rate{x.rules.id, *rate, x.funding_interval, *next, time});
}

bool market_data::on_trade(std::size_t index, const event_time& at, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto id = parse_unsigned(fields_['t']);
  const auto time = parse_us(fields_['T'].empty() ? fields_['E'] : fields_['T']);
  const auto price_value = parse_amount(fields_['p']);
  const auto size = parse_amount(fields_['q']);
  const auto buyer_makes = fields_['m'];
  if (!id || !time || !price_value || !size || !size->is_positive()
      || (buyer_makes != "true" && buyer_makes != "false"))
    return false;
  const auto at_price = x.price_from(*price_value);
  if (!at_price.is_positive())
    return false;
  auto& feed = feeds_[index];
  if (*id <= feed.last_trade)
    return true;
  feed.last_trade = *id;
  trade_.instrument = x.rules.id;
  trade_.trade_id.assign(fields_['t']);
  trade_.at = at_price;
  trade_.size = x.size_from(*size);
  trade_.aggressor = buyer_makes == "true" ? side::sell : side::buy;
  trade_.time = *time;
  trade_.received = at.now;
  sink.emit(trade_);
  return true;
}

// -- depth -------------------------------------------------------------------------------------------

/// Both sides ascend by price in the answer: the best bid is the last one.
void market_data::on_levels(std::size_t index, const http_answer& event, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& feed = feeds_[index];
  const auto root = parser_.parse(event.body);
  const auto id = root ? parse_unsigned(text_of(*root, "lastUpdateId")) : std::nullopt;
  if (!id || !read_levels(x, *root, "bids", snapshot_.bids)
      || !read_levels(x, *root, "asks", snapshot_.asks))
    return fail(sink, session_end::garbage, "the depth of " + x.rules.symbol + " cannot be read");
  const auto lower = [](const level& a, const level& b) { return a.at < b.at; };
  const auto higher = [](const level& a, const level& b) { return b.at < a.at; };
  std::sort(snapshot_.bids.begin(), snapshot_.bids.end(), higher);
  std::sort(snapshot_.asks.begin(), snapshot_.asks.end(), lower);
  snapshot_.instrument = x.rules.id;
  snapshot_.sequence = *id;
  snapshot_.exchange_time = us_time_of(*root, "timestamp");
  snapshot_.received = event.at.now;
  if (!feed.has_top) {
    feed.has_top = true;
    top_.instrument = x.rules.id;
    top_.bid = first_of(snapshot_.bids);
    top_.ask = first_of(snapshot_.asks);
    top_.sequence = 0; // another count than bookTicker's: any of those is newer
    top_.exchange_time = snapshot_.exchange_time;
    top_.received = event.at.now;
    top_.received_ns = event.at.monotonic_ns;
    sink.emit(top_);
  }
  if (settings_.wants_depth) {
    feed.book_update = *id;
    feed.book_ready = true;
    feed.book_chained = false;
    sink.emit(snapshot_);
    replay(index, event.at, sink);
  }
  check_live(sink);
}

void market_data::keep(std::size_t index, std::string_view frame, market_data_sink& sink) {
  auto& feed = feeds_[index];
  feed.waiting_bytes += frame.size() + padding;
  if (feed.waiting_bytes > waiting_limit)
    return fail(sink, session_end::sequence_gap,
                "no depth of " + instruments_.all()[index].rules.symbol);
  feed.waiting.emplace_back(frame);
}

void market_data::on_depth(dom::element data, const stream_frame& event, market_data_sink& sink) {
  const auto* const x = instruments_.by_symbol(text_of(data, "s"));
  if (x == nullptr || !settings_.wants_depth || !x->rules.trading)
    return;
  const auto index = instruments_.index_of(*x);
  auto& feed = feeds_[index];
  if (!feed.book_ready)
    return keep(index, event.data, sink);
  switch (apply_depth(index, data, event.at, sink)) {
  case diff::done:
    return;
  case diff::unreadable:
    return fail(sink, session_end::garbage,
                "a depth frame cannot be read: " + clean_text(event.data));
  case diff::gap:
    break;
  }
  if (over_)
    return;
  // The list is older than the first diff: another one is needed.
  feed.book_ready = false;
  keep(index, event.data, sink);
  if (!over_)
    retry_levels(index, sink);
}

/// Source of the rules: docs.backpack.exchange, "Depth": the first applied diff has
/// U <= lastUpdateId + 1 <= u, each following one U = u of the one before + 1. A gap in the chain
/// ends the session; a gap behind the list is the caller's.
market_data::diff market_data::apply_depth(std::size_t index, dom::element data,
                                           const event_time& at, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& feed = feeds_[index];
  const auto first = integer_of(data, "U");
  const auto last = integer_of(data, "u");
  if (!first || *first < 0 || !last || *last < *first || !read_levels(x, data, "b", delta_.bids)
      || !read_levels(x, data, "a", delta_.asks))
    return diff::unreadable;
  const auto begin = static_cast<std::uint64_t>(*first);
  const auto end = static_cast<std::uint64_t>(*last);
  if (end <= feed.book_update)
    return diff::done; // in the list already, or the same diff again
  const auto next = feed.book_update + 1;
  if (feed.book_chained ? begin != next : begin > next) {
    if (feed.book_chained)
      fail(sink, session_end::sequence_gap,
           "depth of " + x.rules.symbol + ": the diff begins at " + std::to_string(begin)
               + ", the book is at " + std::to_string(feed.book_update));
    return diff::gap;
  }
  feed.book_chained = true;
  feed.book_update = end;
  feed.attempts = 0;
  delta_.instrument = x.rules.id;
  delta_.sequence = end;
  delta_.exchange_time = us_time_of(data, "T");
  delta_.received = at.now;
  sink.emit(delta_);
  return diff::done;
}

void market_data::replay(std::size_t index, const event_time& at, market_data_sink& sink) {
  auto& feed = feeds_[index];
  const auto frames = std::exchange(feed.waiting, {});
  feed.waiting_bytes = 0;
  for (auto frame : frames) {
    if (over_)
      return;
    if (!feed.book_ready) { // the list was too old for the one before
      keep(index, frame, sink);
      continue;
    }
    frame.reserve(frame.size() + padding);
    const auto root = parser_.parse(frame);
    const auto data = root ? member_of(*root, "data") : std::nullopt;
    const auto result = data ? apply_depth(index, *data, at, sink) : diff::unreadable;
    if (result == diff::unreadable)
      return fail(sink, session_end::garbage, "a depth frame cannot be read");
    if (result == diff::gap && !over_) {
      feed.book_ready = false;
      keep(index, frame, sink);
      retry_levels(index, sink);
    }
  }
}

} // namespace actorbot::venues::backpack
