#include "venues/dydx/market_data.hpp"

#include "venues/dydx/numbers.hpp"
#include "venues/dydx/session.hpp"

/// What the socket says, read and passed on.
namespace actorbot::venues::dydx {

namespace {

namespace dom = simdjson::dom;

/// Funding is settled each hour, and rates are for one hour.
constexpr duration funding_interval = std::chrono::hours{1};

timestamp next_hour(timestamp now) {
  return std::chrono::floor<std::chrono::hours>(now) + funding_interval;
}

/// A level is an object in snapshots and a pair of texts in updates.
bool read_level(dom::element from, decimal& at, decimal& size) {
  std::string_view texts[2];
  dom::array pair;
  if (from.get(pair) == simdjson::SUCCESS) {
    std::size_t count = 0;
    for (const auto text : pair)
      if (count == 2 || text.get(texts[count++]) != simdjson::SUCCESS)
        return false;
  } else {
    texts[0] = text_of(from, "price");
    texts[1] = text_of(from, "size");
  }
  const auto a = parse_amount(texts[0]);
  const auto s = parse_amount(texts[1]);
  if (!a || !a->is_positive() || !s)
    return false;
  at = *a;
  size = *s;
  return true;
}

/// One side of an update or snapshot into the book; with `told` also as a change for others. True
/// also when the side is not there.
bool read_side(dom::element contents, std::string_view name, side s, std::uint64_t number,
               order_book& book, std::vector<level>* told) {
  dom::element rows_of;
  if (contents[name].get(rows_of) != simdjson::SUCCESS)
    return true;
  dom::array rows;
  if (rows_of.get(rows) != simdjson::SUCCESS)
    return false;
  for (const auto row : rows) {
    decimal at;
    decimal size;
    if (!read_level(row, at, size))
      return false;
    book.set(s, price{at}, quantity{size}, number);
    if (told != nullptr)
      told->push_back({price{at}, quantity{size}});
  }
  return true;
}

/// Calls `use` with each update of a frame: one, or the list of a batch.
template <class Use>
bool each_update(const socket_frame& frame, Use use) {
  if (frame.kind != socket_message::batch)
    return use(frame.contents);
  dom::array list;
  if (frame.contents.get(list) != simdjson::SUCCESS)
    return false;
  for (const auto contents : list)
    if (!use(contents))
      return false;
  return true;
}

} // namespace

void market_data::on(const stream_frame& event, market_data_sink& sink) {
  if (over_ || feeds_.empty())
    return;
  const auto root = parser_.parse(event.data);
  if (!root || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "a market frame is not JSON");
  bool gap = false;
  auto error = socket_.read(*root, frame_, gap);
  if (!error.empty())
    return fail(sink, gap ? session_end::sequence_gap : session_end::garbage, std::move(error));
  if (!on_message(frame_, event.at, sink) && !over_)
    fail(sink, session_end::garbage, "a market frame cannot be read: " + clean_text(event.data));
}

bool market_data::on_message(const socket_frame& frame, const event_time& at,
                             market_data_sink& sink) {
  if (frame.kind == socket_message::connected) {
    subscribe_all(sink);
    return true;
  }
  if (frame.kind == socket_message::error) {
    fail(sink, end_of_socket_error(frame.words),
         "the indexer refused a subscription: " + clean_text(frame.words));
    return true;
  }
  if (frame.channel == "v4_orderbook")
    return on_book(frame, at, sink);
  if (frame.kind == socket_message::unsubscribed)
    return true;
  if (frame.channel == "v4_trades")
    return on_trades(frame, at, sink);
  if (frame.channel == "v4_markets")
    return on_markets(frame, at, sink);
  return frame.channel != "v4_block_height" || on_block(frame, at);
}

bool market_data::on_block(const socket_frame& frame, const event_time& at) {
  return each_update(frame, [&](dom::element contents) {
    const auto height
        = integer_of(contents, frame.kind == socket_message::subscribed ? "height" : "blockHeight");
    if (!height)
      return false;
    if (*height > height_) {
      height_ = *height;
      block_seen_ns_ = at.monotonic_ns;
    }
    return true;
  });
}

// -- books -------------------------------------------------------------------------------------------

bool market_data::on_book(const socket_frame& frame, const event_time& at, market_data_sink& sink) {
  const auto* const x = instruments_.by_ticker(frame.id);
  if (x == nullptr)
    return true;
  const auto index = instruments_.index_of(*x);
  auto& feed = feeds_[index];
  if (frame.kind == socket_message::subscribed)
    return on_book_snapshot(index, frame, at, sink);
  if (frame.kind == socket_message::unsubscribed) {
    feed.ready = false;
    return true;
  }
  if (!feed.ready)
    return true; // of a subscription that has ended
  return each_update(frame, [&](dom::element contents) {
    return on_book_update(index, contents, frame, at, sink);
  });
}

bool market_data::on_book_snapshot(std::size_t index, const socket_frame& frame,
                                   const event_time& at, market_data_sink& sink) {
  auto& feed = feeds_[index];
  feed.book.clear();
  if (!array_of(frame.contents, "bids") || !array_of(frame.contents, "asks")
      || !read_side(frame.contents, "bids", side::buy, frame.number, feed.book, nullptr)
      || !read_side(frame.contents, "asks", side::sell, frame.number, feed.book, nullptr))
    return false;
  feed.book.settle(delta_);
  feed.ready = true;
  if (settings_.wants_depth) {
    snapshot_.instrument = instruments_.all()[index].rules.id;
    feed.book.copy(side::buy, snapshot_.bids);
    feed.book.copy(side::sell, snapshot_.asks);
    snapshot_.sequence = frame.number;
    snapshot_.received = at.now;
    sink.emit(snapshot_);
  }
  tell_top(index, frame.number, at, sink);
  check_live(sink);
  return true;
}

bool market_data::on_book_update(std::size_t index, dom::element contents,
                                 const socket_frame& frame, const event_time& at,
                                 market_data_sink& sink) {
  auto& book = feeds_[index].book;
  delta_.bids.clear();
  delta_.asks.clear();
  if (!contents.is_object()
      || !read_side(contents, "bids", side::buy, frame.number, book, &delta_.bids)
      || !read_side(contents, "asks", side::sell, frame.number, book, &delta_.asks))
    return false;
  book.settle(delta_);
  if (settings_.wants_depth && !(delta_.bids.empty() && delta_.asks.empty())) {
    delta_.instrument = instruments_.all()[index].rules.id;
    delta_.sequence = frame.number;
    delta_.received = at.now;
    sink.emit(delta_);
  }
  tell_top(index, frame.number, at, sink);
  return true;
}

void market_data::tell_top(std::size_t index, std::uint64_t number, const event_time& at,
                           market_data_sink& sink) {
  auto& feed = feeds_[index];
  const auto bid = feed.book.best(side::buy);
  const auto ask = feed.book.best(side::sell);
  if (feed.told && bid == feed.bid && ask == feed.ask)
    return;
  feed.told = true;
  feed.bid = bid;
  feed.ask = ask;
  top_.instrument = instruments_.all()[index].rules.id;
  top_.bid = bid;
  top_.ask = ask;
  top_.sequence = number;
  top_.received = at.now;
  top_.received_ns = at.monotonic_ns;
  sink.emit(top_);
}

// -- trades ------------------------------------------------------------------------------------------

bool market_data::on_trades(const socket_frame& frame, const event_time& at,
                            market_data_sink& sink) {
  const auto* const x = instruments_.by_ticker(frame.id);
  if (x == nullptr)
    return true;
  const auto index = instruments_.index_of(*x);
  return each_update(frame, [&](dom::element contents) {
    return on_trade_list(index, contents, frame.kind == socket_message::subscribed, at, sink);
  });
}

/// Ids are fixed-width hex, block height first: they rise with time. The history of the snapshot only
/// says where the news begins.
bool market_data::on_trade_list(std::size_t index, dom::element contents, bool is_history,
                                const event_time& at, market_data_sink& sink) {
  const auto rows = array_of(contents, "trades");
  if (!rows)
    return false;
  auto& feed = feeds_[index];
  last_before_.assign(feed.last_trade);
  for (const auto row : *rows) {
    const auto id = text_of(row, "id");
    const auto taker = text_of(row, "side");
    const auto amount = parse_amount(text_of(row, "price"));
    const auto size = parse_amount(text_of(row, "size"));
    if (id.empty() || (taker != "BUY" && taker != "SELL") || !amount || !amount->is_positive()
        || !size || !size->is_positive())
      return false;
    if (id <= last_before_)
      continue;
    if (id > feed.last_trade)
      feed.last_trade.assign(id);
    if (is_history)
      continue;
    trade_.instrument = instruments_.all()[index].rules.id;
    trade_.trade_id.assign(id);
    trade_.at = price{*amount};
    trade_.size = quantity{*size};
    trade_.aggressor = taker == "BUY" ? side::buy : side::sell;
    trade_.time = iso_time_of(row, "createdAt");
    trade_.received = at.now;
    sink.emit(trade_);
  }
  return true;
}

// -- markets -----------------------------------------------------------------------------------------

bool market_data::on_markets(const socket_frame& frame, const event_time& at,
                             market_data_sink& sink) {
  if (frame.kind != socket_message::subscribed)
    return each_update(
        frame, [&](dom::element contents) { return on_markets_update(contents, at, sink); });
  dom::object markets;
  if (frame.contents["markets"].get(markets) != simdjson::SUCCESS)
    return false;
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    dom::element market;
    if (markets.at_key(instruments_.all()[i].rules.symbol).get(market) == simdjson::SUCCESS
        && !on_market(i, market, at, sink))
      return false;
  }
  markets_known_ = true;
  check_live(sink);
  return true;
}

/// `trading` has any of a market's fields, `oraclePrices` the price with its time.
bool market_data::on_markets_update(dom::element contents, const event_time& at,
                                    market_data_sink& sink) {
  if (!contents.is_object())
    return false;
  for (const auto* const name : {"trading", "oraclePrices"}) {
    dom::object markets;
    if (contents[name].get(markets) != simdjson::SUCCESS)
      continue;
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      dom::element market;
      if (markets.at_key(instruments_.all()[i].rules.symbol).get(market) == simdjson::SUCCESS
          && !on_market(i, market, at, sink))
        return false;
    }
  }
  return true;
}

bool market_data::on_market(std::size_t index, dom::element market, const event_time& at,
                            market_data_sink& sink) {
  if (!market.is_object())
    return false;
  auto& feed = feeds_[index];
  const auto& rules = instruments_.all()[index].rules;
  if (const auto status = text_of(market, "status"); !status.empty()) {
    const bool trading = status == "ACTIVE";
    if (instruments_.set_trading(index, trading))
      sink.emit(rules);
    if (trading && !feed.asked)
      subscribe_book(index, sink);
  }
  // Margin, liquidation and funding all use the oracle price: there is no other mark.
  const auto oracle = long_decimal_of(market, "oraclePrice");
  if (oracle && oracle->is_positive()) {
    mark_.instrument = rules.id;
    mark_.mark = price{*oracle};
    mark_.index = price{*oracle};
    mark_.time = iso_time_of(market, "effectiveAt");
    mark_.received = at.now;
    sink.emit(mark_);
  }
  const auto rate = long_decimal_of(market, "nextFundingRate");
  const auto next = next_hour(at.now);
  if (settings_.wants_funding && rate && (*rate != feed.funding || next != feed.funding_next)) {
    feed.funding = *rate;
    feed.funding_next = next;
    sink.emit(funding_rate{rules.id, *rate, funding_interval, next, at.now});
  }
  return true;
}

} // namespace actorbot::venues::dydx
