#include "venues/grvt/market_data.hpp"

#include <utility>

/// The session: what is asked for, when it is live, when it is over. Frames: market_frames.cpp.
namespace actorbot::venues::grvt {

namespace {

using namespace std::chrono_literals;

constexpr stream_id market_stream{0};
constexpr timer_id watch_timer{0};
constexpr request_id list_request{1};

constexpr duration call_timeout = 10s;
constexpr duration watch_every = 1s;
/// From the start of the session to live.
constexpr std::int64_t live_deadline_ns = duration{20s}.count();
/// The stream as a whole, and one instrument's ticker, which comes every 500 ms.
constexpr std::int64_t silent_ns = duration{10s}.count();

/// What is subscribed to, by feed_kind: the stream, and its rate (trades: how many old ones).
constexpr std::string_view stream_names[] = {"v1.mini.d", "v1.ticker.s", "v1.book.d", "v1.trade"};
constexpr std::string_view rates[] = {"@50", "@500", "@100", "@50"};

} // namespace

market_data::market_data(const session_settings& settings) : settings_{settings} {
  drop_credentials(settings_);
}

void market_data::fail(market_data_sink& sink, session_end reason, std::string text) {
  over_ = true;
  sink.fail(reason, std::move(text));
}

bool market_data::wants(feed_kind kind) const {
  switch (kind) {
  case feed_kind::depth:
    return settings_.wants_depth;
  case feed_kind::trades:
    return settings_.wants_trades;
  case feed_kind::top:
  case feed_kind::ticker:
    return true;
  }
  return false;
}

void market_data::on(const session_started& event, market_data_sink& sink) {
  started_ns_ = event.at.monotonic_ns;
  sink.set_timer(watch_timer, watch_every);
  auto request = instruments_request();
  request.weight = 4;
  sink.call(market_endpoint, list_request, request_class::session, request, call_timeout);
}

void market_data::on(const http_failed& event, market_data_sink& sink) {
  if (!over_)
    fail(sink, session_end::closed, "no answer from grvt: " + clean_text(event.text));
}

void market_data::on(const http_answer& event, market_data_sink& sink) {
  if (over_ || event.id != list_request)
    return;
  report_budget(event, sink);
  if (event.status != 200) {
    const auto error = read_error(event, parser_);
    return fail(sink, end_of(event.status, error),
                "grvt refused a request: " + clean_text(error.text));
  }
  const auto root = parser_.parse(event.body);
  if (!root)
    return fail(sink, session_end::garbage, "the list of instruments is not JSON");
  auto problem = instruments_.load(*root, settings_.instruments);
  if (!problem.text.empty())
    return fail(sink, problem.unknown_ticker ? session_end::configuration : session_end::garbage,
                clean_text(problem.text));
  feeds_.assign(instruments_.all().size(), feed_state{});
  for (const auto& x : instruments_.all())
    sink.emit(x.rules);
  stream_request_view request;
  request.target = stream_target;
  sink.open(market_endpoint, market_stream, request);
}

void market_data::on(const stream_opened& event, market_data_sink& sink) {
  if (over_)
    return;
  opened_ = true;
  frame_seen_ns_ = event.at.monotonic_ns;
  for (auto& x : feeds_)
    x.ticker_seen_ns = event.at.monotonic_ns;
  subscribe(sink);
}

void market_data::subscribe(market_data_sink& sink) {
  for (std::size_t i = 0; i < kinds; ++i) {
    if (!wants(static_cast<feed_kind>(i)) || feeds_.empty())
      continue;
    wanted_ |= 1u << i;
    subscription what{stream_names[i], {}};
    for (const auto& x : instruments_.all())
      what.selectors.push_back(x.rules.symbol + std::string{rates[i]});
    sink.send(market_stream, frame_kind::text,
              subscribe_text(what, static_cast<std::uint32_t>(i) + 1));
  }
  check_live(sink);
}

void market_data::on(const stream_closed& event, market_data_sink& sink) {
  if (!over_)
    fail(sink, session_end::closed, "stream closed: " + clean_text(event.text));
}

void market_data::on(const timer_fired& event, market_data_sink& sink) {
  if (over_)
    return;
  watch(event.at.monotonic_ns, sink);
  if (!over_)
    sink.set_timer(watch_timer, watch_every);
}

void market_data::watch(std::int64_t now_ns, market_data_sink& sink) {
  if (!live_ && now_ns - started_ns_ > live_deadline_ns)
    return fail(sink, session_end::silent, "not live within 20 s");
  if (!opened_ || feeds_.empty())
    return;
  if (now_ns - frame_seen_ns_ > silent_ns)
    return fail(sink, session_end::silent, "no frame for 10 s");
  for (std::size_t i = 0; i < feeds_.size(); ++i)
    if (now_ns - feeds_[i].ticker_seen_ns > silent_ns)
      return fail(sink, session_end::silent,
                  "no newer ticker of " + instruments_.all()[i].rules.symbol + " for 10 s");
}

void market_data::check_live(market_data_sink& sink) {
  if (live_ || over_ || !opened_ || subscribed_ != wanted_)
    return;
  for (const auto& x : feeds_)
    if (!x.chains[static_cast<std::size_t>(feed_kind::top)].snapshot
        || (settings_.wants_depth
            && !x.chains[static_cast<std::size_t>(feed_kind::depth)].snapshot))
      return;
  live_ = true;
  sink.live();
}

} // namespace actorbot::venues::grvt
