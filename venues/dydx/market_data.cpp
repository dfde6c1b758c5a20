#include "venues/dydx/market_data.hpp"

#include "venues/dydx/session.hpp"

#include <algorithm>
#include <utility>

/// The session: what is asked for, when it is live, when it is over. Frames: market_frames.cpp.
namespace actorbot::venues::dydx {

namespace {

using namespace std::chrono_literals;

constexpr request_id markets_request{1};

constexpr duration call_timeout = 10s;
constexpr duration watch_every = 1s;
constexpr std::int64_t live_deadline_ns = duration{20s}.count();
/// Blocks come about each second.
constexpr std::int64_t silent_chain_ns = duration{15s}.count();
/// All books are fresh again within this.
constexpr duration refresh_all = 300s;
constexpr duration refresh_least = 10s;
/// Subscriptions of one channel on one connection.
constexpr std::size_t channel_limit = 32;

} // namespace

market_data::market_data(const session_settings& settings) : settings_{settings} {
  drop_credentials(settings_);
}

void market_data::fail(market_data_sink& sink, session_end reason, std::string text) {
  over_ = true;
  sink.fail(reason, std::move(text));
}

void market_data::on(const session_started& event, market_data_sink& sink) {
  started_ns_ = event.at.monotonic_ns;
  sink.set_timer(watch_timer, watch_every);
  http_request_view request;
  request.target = markets_target;
  sink.call(indexer_endpoint, markets_request, request_class::session, request, call_timeout);
}

void market_data::on(const http_failed& event, market_data_sink& sink) {
  if (!over_)
    fail(sink, session_end::closed, "no answer from the indexer: " + clean_text(event.text));
}

void market_data::on(const http_answer& event, market_data_sink& sink) {
  if (over_ || event.id != markets_request || !feeds_.empty())
    return;
  if (event.status != 200)
    return fail(sink, end_of(event.status),
                "the indexer refused a request: " + read_error(event, parser_).text);
  on_markets_list(event, sink);
}

void market_data::on_markets_list(const http_answer& event, market_data_sink& sink) {
  const auto root = parser_.parse(event.body);
  if (!root)
    return fail(sink, session_end::garbage, "perpetualMarkets is not JSON");
  if (auto error = instruments_.load(*root, settings_.instruments))
    return fail(sink, error->reason, std::move(error->text));
  if (instruments_.all().size() > channel_limit)
    return fail(sink, session_end::configuration,
                "too many instruments: the indexer allows 32 books on a connection");
  feeds_.assign(instruments_.all().size(), feed_state{});
  for (const auto& x : instruments_.all())
    sink.emit(x.rules);
  stream_request_view request;
  request.target = socket_target;
  sink.open(stream_endpoint, market_stream, request);
}

void market_data::on(const stream_opened& event, market_data_sink&) {
  opened_ = true;
  block_seen_ns_ = event.at.monotonic_ns;
}

void market_data::subscribe_all(market_data_sink& sink) {
  socket_.subscribe(sink, market_stream, "v4_markets", {});
  socket_.subscribe(sink, market_stream, "v4_block_height", {});
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    if (instruments_.all()[i].rules.trading)
      subscribe_book(i, sink);
    if (settings_.wants_trades)
      socket_.subscribe(sink, market_stream, "v4_trades", instruments_.all()[i].rules.symbol);
  }
  if (!feeds_.empty())
    sink.set_timer(refresh_timer, std::max<duration>(refresh_all / feeds_.size(), refresh_least));
}

void market_data::subscribe_book(std::size_t index, market_data_sink& sink) {
  feeds_[index].asked = true;
  socket_.subscribe(sink, market_stream, "v4_orderbook", instruments_.all()[index].rules.symbol);
}

/// The next book in turn is asked for anew. One still on its way is left alone.
void market_data::refresh_book(market_data_sink& sink) {
  const auto index = next_refresh_++ % feeds_.size();
  if (!feeds_[index].ready)
    return;
  socket_.unsubscribe(sink, market_stream, "v4_orderbook", instruments_.all()[index].rules.symbol);
  subscribe_book(index, sink);
}

void market_data::on(const stream_closed& event, market_data_sink& sink) {
  if (!over_)
    fail(sink, session_end::closed, "stream closed: " + clean_text(event.text));
}

void market_data::on(const timer_fired& event, market_data_sink& sink) {
  if (over_)
    return;
  if (event.id == refresh_timer) {
    refresh_book(sink);
    sink.set_timer(refresh_timer, std::max<duration>(refresh_all / feeds_.size(), refresh_least));
    return;
  }
  watch(event.at, sink);
  if (!over_)
    sink.set_timer(watch_timer, watch_every);
}

void market_data::watch(const event_time& at, market_data_sink& sink) {
  if (!live_ && at.monotonic_ns - started_ns_ > live_deadline_ns)
    return fail(sink, session_end::silent, "not live within 20 s");
  if (opened_ && at.monotonic_ns - block_seen_ns_ > silent_chain_ns)
    return fail(sink, session_end::silent, "no new block for 15 s");
}

void market_data::check_live(market_data_sink& sink) {
  if (live_ || over_ || !markets_known_)
    return;
  for (const auto& x : feeds_)
    if (x.asked && !x.told)
      return;
  live_ = true;
  sink.live();
}

} // namespace actorbot::venues::dydx
