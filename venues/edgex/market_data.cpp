#include "venues/edgex/market_data.hpp"

#include "venues/edgex/session.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <utility>

/// The session: what is asked for, when it is live, when it is over. Frames: market_frames.cpp.
namespace actorbot::venues::edgex {

namespace {

using namespace std::chrono_literals;

constexpr stream_id market_stream{0};
constexpr timer_id watch_timer{0};
constexpr request_id metadata_request{1};
constexpr request_id funding_request{2};

constexpr duration call_timeout = 10s;
constexpr duration watch_every = 1s;
/// From the start of the session to live.
constexpr std::int64_t live_deadline_ns = duration{20s}.count();
constexpr std::int64_t ping_every_ns = duration{10s}.count();
/// Two pings without an answer.
constexpr std::int64_t silence_ns = duration{25s}.count();
/// The venue settles within this after the full hour; then the list of rates is asked for again.
constexpr duration settlement_delay = 10s;
constexpr std::int64_t funding_pause_ns = duration{30s}.count();
/// Subscriptions on one connection (V2 documentation of 2026-03).
constexpr std::size_t channel_limit = 100;

} // namespace

/// 200 levels when books are wanted; 15 are enough for the top.
market_data::market_data(const session_settings& settings)
    : settings_{settings}, depth_{settings.wants_depth ? 200u : 15u} {
  drop_credentials(settings_);
}

void market_data::fail(market_data_sink& sink, session_end reason, std::string text) {
  over_ = true;
  sink.fail(reason, std::move(text));
}

void market_data::ask_metadata(market_data_sink& sink) {
  const auto target = std::string{rest_prefix} + "public/meta/getMetaData";
  http_request_view request;
  request.target = target;
  sink.call(rest_endpoint, metadata_request, request_class::session, request, call_timeout);
}

void market_data::ask_funding(const event_time& at, market_data_sink& sink) {
  funding_asked_ns_ = at.monotonic_ns;
  auto target = std::string{rest_prefix} + "public/funding/getLatestFundingRate?contractId=";
  for (const auto& x : instruments_.all()) {
    if (&x != instruments_.all().data())
      target += ',';
    target += x.contract_text;
  }
  http_request_view request;
  request.target = target;
  sink.call(rest_endpoint, funding_request, request_class::query, request, call_timeout);
}

void market_data::on(const session_started& event, market_data_sink& sink) {
  started_ns_ = event.at.monotonic_ns;
  sink.set_timer(watch_timer, watch_every);
  ask_metadata(sink);
}

void market_data::on(const http_failed& event, market_data_sink& sink) {
  if (!over_ && event.id == metadata_request)
    fail(sink, session_end::closed, "no answer from edgex: " + clean_text(event.text));
}

void market_data::on(const http_answer& event, market_data_sink& sink) {
  if (over_)
    return;
  report_budget(event, sink);
  if (event.id == funding_request)
    return on_funding_list(event, sink);
  if (event.id == metadata_request && !connected_ && feeds_.empty())
    on_metadata(event, sink);
}

void market_data::on_metadata(const http_answer& event, market_data_sink& sink) {
  const auto answer = read_envelope(event, parser_);
  if (!answer.data) {
    if (event.status / 100 == 2 && (!answer.readable || answer.code == "SUCCESS"))
      return fail(sink, session_end::garbage, "the metadata cannot be read");
    const auto error = read_error(event, parser_);
    return fail(sink, end_of(event.status, error.code), "edgex refused a request: " + error.text);
  }
  if (auto problem = instruments_.load(*answer.data, settings_.instruments))
    return fail(sink, problem->reason, std::move(problem->text));
  feeds_.resize(instruments_.all().size());
  for (auto& feed : feeds_)
    feed.book = order_book{depth_};
  for (const auto& x : instruments_.all())
    sink.emit(x.rules);
  if (settings_.wants_funding && !feeds_.empty())
    ask_funding(event.at, sink);
  const auto target = std::string{public_stream_path} + "?timestamp="
                      + std::to_string(std::max<std::int64_t>(to_ms(event.at.now), 0));
  stream_request_view request;
  request.target = target;
  sink.open(stream_endpoint, market_stream, request);
}

/// Rates are asked for again later when this fails.
void market_data::on_funding_list(const http_answer& event, market_data_sink& sink) {
  const auto answer = read_envelope(event, parser_);
  simdjson::dom::array rows;
  if (!answer.data || answer.data->get(rows) != simdjson::SUCCESS)
    return;
  for (const auto row : rows) {
    const auto contract = id_of(row, "contractId");
    const auto* const x = contract ? instruments_.by_contract(*contract) : nullptr;
    if (x != nullptr)
      on_funding(instruments_.index_of(*x), row, sink);
  }
}

void market_data::on(const stream_opened& event, market_data_sink&) {
  frame_seen_ns_ = event.at.monotonic_ns;
  pinged_ns_ = event.at.monotonic_ns;
}

void market_data::on(const stream_closed& event, market_data_sink& sink) {
  if (!over_)
    fail(sink, session_end::closed, "stream closed: " + clean_text(event.text));
}

void market_data::subscribe(market_data_sink& sink) {
  for (const auto& x : instruments_.all()) {
    if (!x.rules.trading)
      continue;
    channels_.emplace("depth." + x.contract_text + "." + std::to_string(depth_), false);
    channels_.emplace("ticker." + x.contract_text, false);
    if (settings_.wants_trades)
      channels_.emplace("trades." + x.contract_text, false);
    if (settings_.wants_funding)
      channels_.emplace("fundingRate." + x.contract_text, false);
  }
  if (channels_.size() > channel_limit)
    return fail(sink, session_end::configuration,
                "too many instruments: " + std::to_string(channels_.size())
                    + " subscriptions where edgex allows 100 on a connection");
  for (const auto& [channel, acknowledged] : channels_) {
    buffer_.clear();
    json_writer{buffer_}
        .open_object()
        .text("type", "subscribe")
        .text("channel", channel)
        .close_object();
    sink.send(market_stream, frame_kind::text, buffer_);
  }
}

void market_data::on(const stream_frame& event, market_data_sink& sink) {
  if (over_)
    return;
  frame_seen_ns_ = event.at.monotonic_ns;
  const auto frame = parser_.parse(event.data);
  if (!frame || !frame->is_object() || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "a market frame is not JSON");
  const auto type = text_of(*frame, "type");
  if (type == "quote-event" || type == "payload")
    return on_quote(*frame, event.at, sink);
  if (type == "error") {
    const auto error = read_stream_error(*frame);
    return fail(sink, session_end::garbage, "edgex refused a message: " + error.text);
  }
  if (type == "connected" && !std::exchange(connected_, true))
    subscribe(sink);
  else if (type == "subscribed")
    acknowledge(text_of(*frame, "channel"), sink);
  else
    answer_ping(*frame, type, market_stream, buffer_, sink);
  check_live(sink);
}

void market_data::acknowledge(std::string_view channel, market_data_sink& sink) {
  const auto found = channels_.find(channel);
  if (found == channels_.end() || std::exchange(found->second, true))
    return;
  check_live(sink);
}

void market_data::on(const timer_fired& event, market_data_sink& sink) {
  if (over_)
    return;
  watch(event.at, sink);
  if (!over_)
    sink.set_timer(watch_timer, watch_every);
}

void market_data::watch(const event_time& at, market_data_sink& sink) {
  const auto now_ns = at.monotonic_ns;
  if (!live_ && now_ns - started_ns_ > live_deadline_ns)
    return fail(sink, session_end::silent, "not live within 20 s");
  if (!connected_)
    return;
  if (now_ns - frame_seen_ns_ > silence_ns)
    return fail(sink, session_end::silent, "no frame for 25 s");
  if (now_ns - pinged_ns_ >= ping_every_ns) {
    pinged_ns_ = now_ns;
    send_ping(market_stream, at.now, buffer_, sink);
  }
  if (!settings_.wants_funding || now_ns - funding_asked_ns_ < funding_pause_ns)
    return;
  for (std::size_t i = 0; i < feeds_.size(); ++i)
    if (instruments_.all()[i].rules.trading && at.now > feeds_[i].funding_next + settlement_delay)
      return ask_funding(at, sink);
}

void market_data::check_live(market_data_sink& sink) {
  if (live_ || over_ || !connected_)
    return;
  for (const auto& [channel, acknowledged] : channels_)
    if (!acknowledged)
      return;
  for (std::size_t i = 0; i < feeds_.size(); ++i)
    if (instruments_.all()[i].rules.trading && !feeds_[i].book_ready)
      return;
  live_ = true;
  sink.live();
}

} // namespace actorbot::venues::edgex
