#include "venues/backpack/market_data.hpp"

#include "venues/backpack/session.hpp"
#include "venues/wire/json_writer.hpp"

#include <utility>

/// The session: what is asked for, when it is live, when it is over. Frames: market_frames.cpp.
namespace actorbot::venues::backpack {

namespace {

using namespace std::chrono_literals;

constexpr stream_id market_stream{0};
constexpr timer_id watch_timer{0};

constexpr std::uint64_t markets_request = 1;
constexpr std::uint64_t level_requests = 1000; ///< plus the instrument's index

constexpr duration call_timeout = 10s;
constexpr duration watch_every = 1s;
/// From the start of the session to live.
constexpr std::int64_t live_deadline_ns = duration{20s}.count();
/// How often mark prices come is not documented; any of them, or any change of a top, will do.
constexpr std::int64_t silent_stream_ns = duration{30s}.count();
/// One instrument's mark price.
constexpr std::int64_t silent_instrument_ns = duration{120s}.count();
constexpr unsigned level_attempts = 5;

} // namespace

market_data::market_data(const session_settings& settings) : settings_{settings} {
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

void market_data::ask_levels(std::size_t index, market_data_sink& sink) {
  feeds_[index].ask_again = false;
  ask(sink, level_requests + index,
      "/api/v1/depth?limit=" + std::string{settings_.wants_depth ? "1000" : "5"}
          + "&symbol=" + instruments_.all()[index].rules.symbol);
}

/// The list was older than the stream or did not come. A cached answer is not newer at once, so the
/// timer asks.
void market_data::retry_levels(std::size_t index, market_data_sink& sink) {
  auto& feed = feeds_[index];
  if (++feed.attempts < level_attempts) {
    feed.ask_again = true;
  } else if (settings_.wants_depth) {
    fail(sink, session_end::sequence_gap,
         "no depth of " + instruments_.all()[index].rules.symbol + " that the stream continues");
  } // else the stream may yet bring a top
}

void market_data::on(const session_started& event, market_data_sink& sink) {
  started_ns_ = event.at.monotonic_ns;
  sink.set_timer(watch_timer, watch_every);
  ask(sink, markets_request, "/api/v1/markets");
}

void market_data::on(const http_failed& event, market_data_sink& sink) {
  if (over_)
    return;
  const auto id = static_cast<std::uint64_t>(event.id);
  if (id >= level_requests && id - level_requests < feeds_.size())
    return retry_levels(static_cast<std::size_t>(id - level_requests), sink);
  fail(sink, session_end::closed, "no answer from backpack: " + clean_text(event.text));
}

void market_data::on(const http_answer& event, market_data_sink& sink) {
  if (over_)
    return;
  report_budget(event, sink);
  const auto id = static_cast<std::uint64_t>(event.id);
  const bool levels = id >= level_requests && id - level_requests < feeds_.size();
  if (event.status != 200) {
    const auto error = read_error(event, parser_);
    if (levels && event.status >= 500)
      return retry_levels(static_cast<std::size_t>(id - level_requests), sink);
    fail(sink, end_of(event.status, error), "backpack refused a request: " + error.text);
  } else if (id == markets_request) {
    on_markets(event, sink);
  } else if (levels) {
    on_levels(static_cast<std::size_t>(id - level_requests), event, sink);
  }
}

void market_data::on_markets(const http_answer& event, market_data_sink& sink) {
  const auto root = parser_.parse(event.body);
  if (!root)
    return fail(sink, session_end::garbage, "the list of markets is not JSON");
  auto error = instruments_.load(*root, settings_.instruments);
  if (!error.text.empty())
    return fail(sink, error.reason, std::move(error.text));
  feeds_.assign(instruments_.all().size(), feed_state{});
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    const auto& rules = instruments_.all()[i].rules;
    feeds_[i].trading = rules.trading;
    trading_ += rules.trading ? 1 : 0;
    sink.emit(rules);
  }
  stream_request_view request;
  request.target = "/";
  sink.open(stream_endpoint, market_stream, request);
}

void market_data::subscribe(market_data_sink& sink) {
  std::string frame;
  json_writer json{frame};
  json.open_object().text("method", "SUBSCRIBE").open_array("params");
  for (const auto& x : instruments_.all()) {
    json.text_item("bookTicker." + x.rules.symbol).text_item("markPrice." + x.rules.symbol);
    if (settings_.wants_depth)
      json.text_item("depth." + x.rules.symbol);
    if (settings_.wants_trades)
      json.text_item("trade." + x.rules.symbol);
  }
  json.close_array().close_object();
  sink.send(market_stream, frame_kind::text, frame);
}

void market_data::on(const stream_opened& event, market_data_sink& sink) {
  if (over_)
    return;
  opened_ = true;
  frame_seen_ns_ = event.at.monotonic_ns;
  subscribe(sink);
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    feeds_[i].mark_seen_ns = event.at.monotonic_ns;
    if (feeds_[i].trading)
      ask_levels(i, sink);
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
  for (std::size_t i = 0; !over_ && i < feeds_.size(); ++i)
    if (feeds_[i].ask_again)
      ask_levels(i, sink);
  if (!over_)
    sink.set_timer(watch_timer, watch_every);
}

void market_data::watch(std::int64_t now_ns, market_data_sink& sink) {
  if (!live_ && now_ns - started_ns_ > live_deadline_ns)
    return fail(sink, session_end::silent, "not live within 20 s");
  if (!opened_ || trading_ == 0)
    return;
  if (now_ns - frame_seen_ns_ > silent_stream_ns)
    return fail(sink, session_end::silent, "no frame for 30 s");
  for (std::size_t i = 0; i < feeds_.size(); ++i)
    if (feeds_[i].trading && now_ns - feeds_[i].mark_seen_ns > silent_instrument_ns)
      return fail(sink, session_end::silent,
                  "no newer mark price of " + instruments_.all()[i].rules.symbol + " for 120 s");
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

} // namespace actorbot::venues::backpack
