#include "venues/aster/market_data.hpp"

#include "venues/aster/session.hpp"

#include <utility>

/// The session: what is asked for, when it is live, when it is over. Frames: market_frames.cpp.
namespace actorbot::venues::aster {

namespace {

using namespace std::chrono_literals;

constexpr stream_id market_stream{0};
constexpr timer_id watch_timer{0};

constexpr std::uint64_t info_request = 1;
constexpr std::uint64_t funding_request = 2;
constexpr std::uint64_t top_request = 3;
constexpr std::uint64_t snapshot_requests = 1000; ///< plus the instrument's index

constexpr duration call_timeout = 10s;
constexpr duration watch_every = 1s;
/// From the start of the session to live.
constexpr std::int64_t live_deadline_ns = duration{20s}.count();
/// The stream as a whole: mark prices come each second.
constexpr std::int64_t silent_stream_ns = duration{5s}.count();
/// One instrument's mark price.
constexpr std::int64_t silent_instrument_ns = duration{10s}.count();
/// Streams that one connection may carry.
constexpr std::size_t stream_limit = 200;
constexpr duration default_interval = 8h;

} // namespace

market_data::market_data(const session_settings& settings)
    : settings_{settings}, prefix_{uses_v1(settings) ? "/fapi/v1" : "/fapi/v3"} {
  drop_credentials(settings_);
}

void market_data::fail(market_data_sink& sink, session_end reason, std::string text) {
  over_ = true;
  sink.fail(reason, std::move(text));
}

void market_data::ask(market_data_sink& sink, std::uint64_t id, std::string_view target) {
  http_request_view request;
  request.target = target;
  sink.call(rest_endpoint, request_id{id}, request_class::session, request, call_timeout);
}

void market_data::ask_snapshot(std::size_t index, market_data_sink& sink) {
  ask(sink, snapshot_requests + index,
      prefix_ + "/depth?symbol=" + instruments_.all()[index].parameter + "&limit=1000");
}

void market_data::on(const session_started& event, market_data_sink& sink) {
  started_ns_ = event.at.monotonic_ns;
  sink.set_timer(watch_timer, watch_every);
  ask(sink, info_request, prefix_ + "/exchangeInfo");
}

void market_data::on(const http_failed& event, market_data_sink& sink) {
  if (over_ || static_cast<std::uint64_t>(event.id) == top_request)
    return; // the stream will say what the list of tops would have said
  fail(sink, session_end::closed, "no answer from aster: " + clean_text(event.text));
}

void market_data::on(const http_answer& event, market_data_sink& sink) {
  if (over_)
    return;
  report_budget(event, instruments_.weight_limit(), sink);
  const auto id = static_cast<std::uint64_t>(event.id);
  if (event.status != 200) {
    if (id == top_request)
      return;
    const auto error = read_error(event, parser_);
    fail(sink, end_of(event.status, error), "aster refused a request: " + error.text);
  } else if (id == info_request) {
    on_exchange_info(event, sink);
  } else if (id == funding_request) {
    on_funding_info(event, sink);
  } else if (id == top_request) {
    on_top_list(event, sink);
  } else if (id >= snapshot_requests && id - snapshot_requests < feeds_.size()) {
    on_snapshot(static_cast<std::size_t>(id - snapshot_requests), event, sink);
  }
}

void market_data::on_exchange_info(const http_answer& event, market_data_sink& sink) {
  const auto root = parser_.parse(event.body);
  if (!root)
    return fail(sink, session_end::garbage, "exchangeInfo is not JSON");
  auto error = instruments_.load(*root, settings_.instruments);
  if (!error.empty())
    return fail(sink, session_end::garbage, std::move(error));
  feeds_.assign(instruments_.all().size(), feed_state{});
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    const auto& rules = instruments_.all()[i].rules;
    feeds_[i].trading = rules.trading;
    feeds_[i].interval = default_interval;
    trading_ += rules.trading ? 1 : 0;
    sink.emit(rules);
  }
  if (settings_.wants_funding)
    ask(sink, funding_request, prefix_ + "/fundingInfo");
  else
    open_stream(sink);
}

void market_data::on_funding_info(const http_answer& event, market_data_sink& sink) {
  const auto root = parser_.parse(event.body);
  simdjson::dom::array rows;
  if (!root || root->get(rows) != simdjson::SUCCESS)
    return fail(sink, session_end::garbage, "fundingInfo is not a list");
  for (const auto row : rows) {
    const auto* const x = instruments_.by_symbol(text_of(row, "symbol"));
    const auto hours = integer_of(row, "fundingIntervalHours").value_or(0);
    if (x != nullptr && hours > 0 && hours <= 24)
      feeds_[instruments_.index_of(*x)].interval = std::chrono::hours{hours};
  }
  open_stream(sink);
}

void market_data::open_stream(market_data_sink& sink) {
  std::string target = "/stream?streams=";
  std::size_t count = 0;
  const auto add = [&](const listed_instrument& x, std::string_view what) {
    if (count++ != 0)
      target += '/';
    target.append(x.stream).append(what);
  };
  for (const auto& x : instruments_.all()) {
    add(x, "@bookTicker");
    add(x, "@markPrice@1s");
    if (settings_.wants_depth)
      add(x, "@depth@100ms");
    if (settings_.wants_trades)
      add(x, "@aggTrade");
  }
  if (count > stream_limit)
    return fail(sink, session_end::garbage,
                "too many instruments: " + std::to_string(count)
                    + " streams where aster allows 200 on a connection");
  stream_request_view request;
  request.target = target;
  sink.open(stream_endpoint, market_stream, request);
}

void market_data::on(const stream_opened& event, market_data_sink& sink) {
  if (over_)
    return;
  opened_ = true;
  frame_seen_ns_ = event.at.monotonic_ns;
  for (auto& x : feeds_)
    x.mark_seen_ns = event.at.monotonic_ns;
  // A thin market may not move for minutes: the list gives its top of book at once.
  ask(sink, top_request, prefix_ + "/ticker/bookTicker");
  if (settings_.wants_depth)
    for (std::size_t i = 0; i < feeds_.size(); ++i)
      if (feeds_[i].trading)
        ask_snapshot(i, sink);
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
  if (!opened_ || trading_ == 0)
    return;
  if (now_ns - frame_seen_ns_ > silent_stream_ns)
    return fail(sink, session_end::silent, "no frame for 5 s");
  for (std::size_t i = 0; i < feeds_.size(); ++i)
    if (feeds_[i].trading && now_ns - feeds_[i].mark_seen_ns > silent_instrument_ns)
      return fail(sink, session_end::silent,
                  "no newer mark price of " + instruments_.all()[i].rules.symbol + " for 10 s");
}

void market_data::check_live(market_data_sink& sink) {
  if (live_ || over_ || !opened_)
    return;
  for (const auto& x : feeds_)
    if (x.trading && (!x.has_top || (settings_.wants_depth && !x.book_ready)))
      return;
  live_ = true;
  sink.live();
}

} // namespace actorbot::venues::aster
