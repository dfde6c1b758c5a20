#include "venues/edgex/market_data.hpp"

#include "venues/edgex/session.hpp"

#include <utility>

/// What the stream says, read and passed on.
namespace actorbot::venues::edgex {

namespace {

namespace dom = simdjson::dom;

/// `{"price":"1","size":"2"}` of production, or `["1","2"]` of two documentation pages.
bool read_level(const listed_instrument& x, dom::element from, level& out) {
  std::string_view texts[2] = {text_of(from, "price"), text_of(from, "size")};
  dom::array pair;
  if (from.get(pair) == simdjson::SUCCESS) {
    std::size_t count = 0;
    for (const auto text : pair)
      if (count == 2 || text.get(texts[count++]) != simdjson::SUCCESS)
        return false;
    if (count != 2)
      return false;
  }
  const auto at = parse_amount(texts[0]);
  const auto size = parse_amount(texts[1]);
  if (!at || !size)
    return false;
  out = {x.price_from(*at), x.size_from(*size)};
  return out.at.is_positive();
}

std::optional<decimal> parse_amount_long(std::string_view text) {
  const auto value = parse_long(text);
  return value && !value->is_negative() ? value : std::nullopt;
}

/// The taker's side. V2's newest page prints `side`, live frames of V1 say who made.
std::optional<side> read_aggressor(dom::element row) {
  if (const auto buyer_makes = boolean_of(row, "isBuyerMaker"))
    return *buyer_makes ? side::sell : side::buy;
  const auto text = text_of(row, "side");
  if (text != "BUY" && text != "SELL")
    return std::nullopt;
  return text == "BUY" ? side::buy : side::sell;
}

bool read_levels(const listed_instrument& x, dom::element from, std::string_view name,
                 std::vector<level>& out) {
  out.clear();
  const auto rows = array_of(from, name);
  if (!rows)
    return false;
  for (const auto row : *rows) {
    level l;
    if (!read_level(x, row, l))
      return false;
    out.push_back(l);
  }
  return true;
}

} // namespace

void market_data::on_quote(dom::element frame, const event_time& at, market_data_sink& sink) {
  const auto channel = text_of(frame, "channel");
  const auto content = member_of(frame, "content");
  const auto rows = content ? array_of(*content, "data") : std::nullopt;
  if (channel.empty() || !rows)
    return fail(sink, session_end::garbage, "a market frame has no data");
  const auto kind = channel.substr(0, channel.find('.'));
  const bool snapshot = same_word(text_of(*content, "dataType"), "Snapshot");
  for (const auto row : *rows) {
    if (!on_row(kind, snapshot, row, at, sink) && !over_)
      fail(sink, session_end::garbage, "a frame of " + clean_text(channel) + " cannot be read");
    if (over_)
      return;
  }
  // Data is as good as an acknowledgement.
  acknowledge(channel, sink);
  check_live(sink);
}

/// False when it cannot be read, or after fail().
bool market_data::on_row(std::string_view kind, bool snapshot, dom::element row,
                         const event_time& at, market_data_sink& sink) {
  const bool known
      = kind == "depth" || kind == "ticker" || kind == "trades" || kind == "fundingRate";
  if (!known)
    return true; // the venue may add kinds
  const auto contract = id_of(row, "contractId");
  if (!contract)
    return false;
  const auto* const x = instruments_.by_contract(*contract);
  if (x == nullptr)
    return true;
  const auto index = instruments_.index_of(*x);
  if (kind == "depth")
    return on_depth(index, snapshot, row, at, sink);
  if (kind == "ticker")
    return on_ticker(index, row, at, sink);
  if (kind == "trades")
    return on_trade(index, snapshot, row, at, sink);
  on_funding(index, row, sink);
  return true;
}

/// The row's own depthType decides; the frame's dataType where it has none.
bool market_data::on_depth(std::size_t index, bool snapshot, dom::element row, const event_time& at,
                           market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& feed = feeds_[index];
  const auto type = text_of(row, "depthType");
  const bool reset = type.empty() ? snapshot : same_word(type, "SNAPSHOT");
  if (!reset && !type.empty() && !same_word(type, "CHANGED"))
    return false;
  const auto first = id_of(row, "startVersion");
  const auto last = id_of(row, "endVersion");
  if (!first || !last || *last < *first || !read_levels(x, row, "bids", delta_.bids)
      || !read_levels(x, row, "asks", delta_.asks))
    return false;
  if (!reset) {
    // Before the snapshot there is nothing to change; what is not newer is in the book already.
    if (!feed.book_ready || *last <= feed.book_version)
      return true;
    if (*first > feed.book_version + 1) {
      fail(sink, session_end::sequence_gap,
           "depth of " + x.rules.symbol + ": the change starts at " + std::to_string(*first)
               + ", the book is at " + std::to_string(feed.book_version));
      return false;
    }
  }
  return on_book(index, reset, *last, at, sink);
}

bool market_data::on_book(std::size_t index, bool reset, std::uint64_t version,
                          const event_time& at, market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  auto& feed = feeds_[index];
  const bool sound = reset ? feed.book.reset(delta_.bids, delta_.asks)
                           : feed.book.apply(delta_.bids, delta_.asks);
  if (!sound) {
    fail(sink, session_end::sequence_gap, "depth of " + x.rules.symbol + ": bids and asks cross");
    return false;
  }
  feed.book_ready = true;
  feed.book_version = version;
  if (settings_.wants_depth && reset) {
    snapshot_.instrument = x.rules.id;
    snapshot_.bids = feed.book.bids();
    snapshot_.asks = feed.book.asks();
    snapshot_.sequence = version;
    snapshot_.received = at.now;
    sink.emit(snapshot_);
  } else if (settings_.wants_depth) {
    delta_.instrument = x.rules.id;
    delta_.sequence = version;
    delta_.received = at.now;
    sink.emit(delta_);
  }
  top_.instrument = x.rules.id;
  top_.bid = feed.book.best_bid();
  top_.ask = feed.book.best_ask();
  top_.sequence = version;
  top_.received = at.now;
  top_.received_ns = at.monotonic_ns;
  sink.emit(top_);
  return true;
}

/// The mark price is the oracle's; newer rows name it as well. The ticker's own fundingRate is not
/// used: the samples show the running estimate there.
bool market_data::on_ticker(std::size_t index, dom::element row, const event_time& at,
                            market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto said = [&](std::string_view name) {
    const auto text = text_of(row, name);
    return !text.empty() && text != "0";
  };
  const bool has_mark = said("markPrice");
  if (!has_mark && !said("oraclePrice"))
    return true; // no price yet
  const auto mark = parse_amount_long(text_of(row, has_mark ? "markPrice" : "oraclePrice"));
  const auto other = said("indexPrice") ? parse_amount_long(text_of(row, "indexPrice"))
                                        : std::optional{decimal{}};
  if (!mark || !other)
    return false;
  mark_price out;
  out.instrument = x.rules.id;
  out.mark = x.price_from(*mark);
  out.index = x.price_from(*other);
  out.time = at.now; // the row has the bounds of its 24 hours only
  out.received = at.now;
  if (out.mark.is_positive())
    sink.emit(out);
  return true;
}

/// A snapshot holds trades of the past: a new session must not tell them as news.
bool market_data::on_trade(std::size_t index, bool snapshot, dom::element row, const event_time& at,
                           market_data_sink& sink) {
  const auto& x = instruments_.all()[index];
  const auto number = id_of(row, member_of(row, "ticketId") ? "ticketId" : "tradeId");
  const auto time = time_of(row, "time");
  const auto amount = parse_amount(text_of(row, "price"));
  const auto size = parse_amount(text_of(row, "size"));
  const auto aggressor = read_aggressor(row);
  if (!number || time == timestamp{} || !amount || !size || !size->is_positive() || !aggressor)
    return false;
  trade_.at = x.price_from(*amount);
  if (!trade_.at.is_positive())
    return false;
  if (snapshot)
    return true;
  trade_.instrument = x.rules.id;
  trade_.trade_id = std::to_string(*number);
  trade_.size = x.size_from(*size);
  trade_.aggressor = *aggressor;
  trade_.time = time;
  trade_.received = at.now;
  sink.emit(trade_);
  return true;
}

/// `fundingRate` was fixed at `fundingTime` and is paid at the end of the interval that began then.
/// A row without these names is passed over: V2's stream may spell them otherwise, and the list is
/// asked for after each settlement.
void market_data::on_funding(std::size_t index, dom::element row, market_data_sink& sink) {
  if (!settings_.wants_funding)
    return;
  const auto& x = instruments_.all()[index];
  auto& feed = feeds_[index];
  const auto start = time_of(row, "fundingTime");
  const auto rate = long_decimal_of(row, "fundingRate");
  const auto minutes = integer_of(row, "fundingRateIntervalMin").value_or(0);
  if (start == timestamp{} || !rate)
    return;
  const auto interval = minutes > 0 && minutes <= 24 * 60 ? duration{std::chrono::minutes{minutes}}
                                                          : x.funding_interval;
  const auto next = start + interval;
  if (next < feed.funding_next || (next == feed.funding_next && *rate == feed.funding))
    return;
  feed.funding_next = next;
  feed.funding = *rate;
  auto time = time_of(row, "fundingTimestamp");
  sink.emit(funding_rate{x.rules.id, *rate, interval, next, time == timestamp{} ? start : time});
}

} // namespace actorbot::venues::edgex
