#include "venues/aster/market_data.hpp"

#include "venues/aster/session.hpp"
#include "venues/wire/levels.hpp"

#include <utility>

/// What the stream and the lists say, read and passed on.
namespace actorbot::venues::aster {

namespace {

namespace dom = simdjson::dom;

/// Diffs kept while a snapshot is on its way: far more than 10 s of them.
constexpr std::size_t waiting_limit = 8u << 20;
constexpr unsigned snapshot_attempt_limit = 5;
/// What the parsers may read behind a frame.
constexpr std::size_t padding = 64;

} // namespace

void market_data::on(const stream_frame& event, market_data_sink& sink) {
  if (over_)
    return;
  frame_seen_ns_ = event.at.monotonic_ns;
  if (!scan_flat_frame(event.data, fields_))
    return on_other_frame(event, sink);
  if (!dispatch(fields_, event.at, sink))
    fail(sink, session_end::garbage, "a market frame cannot be read: " + clean_text(event.data));
}

void market_data::on_other_frame(const stream_frame& event, market_data_sink& sink) {
  const auto root = parser_.parse(event.data);
  if (!root || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "a market frame is not JSON");
  if (const auto code = integer_of(*root, "code"))
    return fail(sink, session_end::garbage,
                "aster refused the subscription: " + std::to_string(*code) + " "
                    + clean_text(text_of(*root, "msg")));
  dom::element data;
  if ((*root)["data"].get(data) != simdjson::SUCCESS)
    return; // an acknowledgement
  if (text_of(data, "e") == "depthUpdate")
    return on_depth(data, event, sink);
  if (!read_flat(data, fields_, digits_) || !dispatch(fields_, event.at, sink))
    fail(sink, session_end::garbage, "a market frame cannot be read: " + clean_text(event.data));
}

bool market_data::dispatch(const flat_fields& f, const event_time& at, market_data_sink& sink) {
  const auto kind = f['e'];
  using handler = bool (market_data::*)(const flat_fields&, std::size_t, const event_time&,
                                        market_data_sink&);
  const handler handle = kind == "bookTicker"        ? &market_data::on_top
                         : kind == "markPriceUpdate" ? &market_data::on_mark
                         : kind == "aggTrade"        ? &market_data::on_trade
                                                     : nullptr;
  if (handle == nullptr)
    return true; // the venue may add kinds
  const auto* const x = instruments_.by_symbol(f['s']);
  return x == nullptr || (this->*handle)(f, instruments_.index_of(*x), at, sink);
}

bool market_data::on_top(const flat_fields& f, std::size_t index, const event_time& at,
                         market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto update = parse_unsigned(f['u']);
  const auto time = parse_ms(f['T'].empty() ? f['E'] : f['T']);
  const auto bid = parse_amount(f['b']);
  const auto bid_size = parse_amount(f['B']);
  const auto ask = parse_amount(f['a']);
  const auto ask_size = parse_amount(f['A']);
  if (!update || !time || !bid || !bid_size || !ask || !ask_size)
    return false;
  auto& feed = feeds_[index];
  if (*update <= feed.top_update)
    return true;
  feed.top_update = *update;
  top_.instrument = x.rules.id;
  top_.bid = make_level(x, *bid, *bid_size);
  top_.ask = make_level(x, *ask, *ask_size);
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

bool market_data::on_mark(const flat_fields& f, std::size_t index, const event_time& at,
                          market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto time = parse_ms(f['E']);
  const auto amount = parse_amount(f['p']);
  if (!time || !amount)
    return false;
  const auto mark = x.price_from(*amount);
  if (mark.is_zero())
    return true; // the venue has no mark price yet
  auto& feed = feeds_[index];
  if (*time <= feed.mark_time)
    return true; // a frozen feed repeats itself: that is no sign of life
  feed.mark_time = *time;
  feed.mark_seen_ns = at.monotonic_ns;
  mark_.instrument = x.rules.id;
  mark_.mark = mark;
  mark_.index = x.price_from(parse_amount(f['i']).value_or(decimal{}));
  mark_.time = *time;
  mark_.received = at.now;
  sink.emit(mark_);
  const auto rate = decimal::parse(f['r']);
  const auto next = parse_ms(f['T']);
  if (!settings_.wants_funding || !rate || !next || *next == timestamp{}
      || (*rate == feed.funding && *next == feed.funding_next))
    return true;
  feed.funding = *rate;
  feed.funding_next = *next;
  sink.emit(funding_rate{x.rules.id, *rate, feed.interval, *next, *time});
  return true;
}

bool market_data::on_trade(const flat_fields& f, std::size_t index, const event_time& at,
                           market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto id = parse_unsigned(f['a']);
  const auto time = parse_ms(f['T']);
  const auto price_text = parse_amount(f['p']);
  const auto size = parse_amount(f['q']);
  const auto buyer_makes = f['m'];
  if (!id || !time || !price_text || !size || !size->is_positive()
      || (buyer_makes != "true" && buyer_makes != "false"))
    return false;
  const auto at_price = x.price_from(*price_text);
  if (!at_price.is_positive())
    return false;
  auto& feed = feeds_[index];
  if (*id <= feed.last_trade)
    return true;
  feed.last_trade = *id;
  trade_.instrument = x.rules.id;
  trade_.trade_id.assign(f['a']);
  trade_.at = at_price;
  trade_.size = x.size_from(*size);
  trade_.aggressor = buyer_makes == "true" ? side::sell : side::buy;
  trade_.time = *time;
  trade_.received = at.now;
  sink.emit(trade_);
  return true;
}

void market_data::on_top_list(const http_answer& event, market_data_sink& sink) {
  const auto root = parser_.parse(event.body);
  dom::array rows;
  if (!root || root->get(rows) != simdjson::SUCCESS)
    return;
  for (const auto row : rows) {
    const auto* const x = instruments_.by_symbol(text_of(row, "symbol"));
    if (x == nullptr || feeds_[instruments_.index_of(*x)].has_top)
      continue;
    const auto bid = parse_amount(text_of(row, "bidPrice"));
    const auto bid_size = parse_amount(text_of(row, "bidQty"));
    const auto ask = parse_amount(text_of(row, "askPrice"));
    const auto ask_size = parse_amount(text_of(row, "askQty"));
    if (!bid || !bid_size || !ask || !ask_size)
      continue;
    feeds_[instruments_.index_of(*x)].has_top = true;
    top_.instrument = x->rules.id;
    top_.bid = make_level(*x, *bid, *bid_size);
    top_.ask = make_level(*x, *ask, *ask_size);
    top_.sequence = 0; // the list has none: any bookTicker is newer
    top_.exchange_time = time_of(row, "time");
    top_.received = event.at.now;
    top_.received_ns = event.at.monotonic_ns;
    sink.emit(top_);
  }
  check_live(sink);
}

void market_data::on_depth(dom::element data, const stream_frame& event, market_data_sink& sink) {
  const auto* const x = instruments_.by_symbol(text_of(data, "s"));
  if (x == nullptr || !settings_.wants_depth || !x->rules.trading)
    return;
  const auto index = instruments_.index_of(*x);
  auto& feed = feeds_[index];
  if (feed.book_ready) {
    if (!apply_depth(index, data, event.at, sink) && !over_)
      fail(sink, session_end::garbage, "a depth frame cannot be read: " + clean_text(event.data));
    return;
  }
  feed.waiting_bytes += event.data.size() + padding;
  if (feed.waiting_bytes > waiting_limit)
    return fail(sink, session_end::sequence_gap, "no depth snapshot of " + x->rules.symbol);
  feed.waiting.emplace_back(event.data);
}

/// Source of the rules: asterdex/api-docs, "How to manage a local order book correctly". A diff
/// belongs behind the snapshot when it reaches past it and nothing lies between its predecessor
/// (`pu`) and it: that includes the documented U <= lastUpdateId <= u and also a snapshot taken
/// between two diffs.
bool market_data::apply_depth(std::size_t index, dom::element data, const event_time& at,
                              market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& feed = feeds_[index];
  const auto last = integer_of(data, "u");
  const auto previous = integer_of(data, "pu");
  if (!last || *last < 0 || !previous || !read_levels(x, data, "b", delta_.bids)
      || !read_levels(x, data, "a", delta_.asks))
    return false;
  const auto u = static_cast<std::uint64_t>(*last);
  const auto pu = *previous < 0 ? 0 : static_cast<std::uint64_t>(*previous);
  if (u < feed.book_update || (feed.book_chained && u == feed.book_update))
    return true; // older than the snapshot, or the same diff again
  if (feed.book_chained ? pu != feed.book_update : pu > feed.book_update) {
    fail(sink, session_end::sequence_gap,
         "depth of " + x.rules.symbol + ": the diff follows " + std::to_string(pu)
             + ", the book is at " + std::to_string(feed.book_update));
    return false;
  }
  feed.book_chained = true;
  feed.book_update = u;
  delta_.instrument = x.rules.id;
  delta_.sequence = u;
  delta_.exchange_time = time_of(data, "T");
  delta_.received = at.now;
  sink.emit(delta_);
  return true;
}

void market_data::on_snapshot(std::size_t index, const http_answer& event, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& feed = feeds_[index];
  const auto root = parser_.parse(event.body);
  const auto id = root ? integer_of(*root, "lastUpdateId") : std::nullopt;
  if (!id || *id < 0 || !read_levels(x, *root, "bids", snapshot_.bids)
      || !read_levels(x, *root, "asks", snapshot_.asks))
    return fail(sink, session_end::garbage, "the depth of " + x.rules.symbol + " cannot be read");
  snapshot_.instrument = x.rules.id;
  snapshot_.sequence = static_cast<std::uint64_t>(*id);
  snapshot_.exchange_time = time_of(*root, "T");
  snapshot_.received = event.at.now;
  // A cached answer may be older than the first diff that was heard: then it is asked for again.
  if (!feed.waiting.empty()) {
    const auto first = first_previous(feed.waiting.front());
    if (first > snapshot_.sequence) {
      if (++feed.snapshot_attempts >= snapshot_attempt_limit)
        return fail(sink, session_end::sequence_gap,
                    "the depth snapshots of " + x.rules.symbol + " are older than the stream");
      return ask_snapshot(index, sink);
    }
  }
  feed.book_update = snapshot_.sequence;
  feed.book_ready = true;
  sink.emit(snapshot_);
  replay(index, event.at, sink);
  check_live(sink);
}

std::uint64_t market_data::first_previous(std::string& frame) {
  frame.reserve(frame.size() + padding);
  const auto root = parser_.parse(frame);
  if (!root)
    return 0;
  const auto data = member_of(*root, "data");
  const auto previous = data ? integer_of(*data, "pu") : std::nullopt;
  return previous && *previous > 0 ? static_cast<std::uint64_t>(*previous) : 0;
}

void market_data::replay(std::size_t index, const event_time& at, market_data_sink& sink) {
  const auto frames = std::exchange(feeds_[index].waiting, {});
  for (auto frame : frames) {
    frame.reserve(frame.size() + padding);
    const auto root = parser_.parse(frame);
    dom::element data;
    if (over_ || !root || (*root)["data"].get(data) != simdjson::SUCCESS)
      return;
    if (!apply_depth(index, data, at, sink) && !over_)
      return fail(sink, session_end::garbage, "a depth frame cannot be read");
  }
}

} // namespace actorbot::venues::aster
