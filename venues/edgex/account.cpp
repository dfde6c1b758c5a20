#include "venues/edgex/account.hpp"

#include "venues/edgex/session.hpp"

#include <algorithm>
#include <utility>

/// The session's life and the commands. Requests: account_requests.cpp; answers: account_answers.cpp
/// and account_lists.cpp; the private stream: account_events.cpp.
namespace actorbot::venues::edgex {

namespace {

using namespace std::chrono_literals;

constexpr duration live_deadline = 30s;
constexpr duration clock_every = 10min;
constexpr duration watch_every = 5s;
constexpr std::int64_t ping_every_ns = duration{10s}.count();
/// Two pings without an answer.
constexpr std::int64_t silence_ns = duration{30s}.count();
/// Queries are said to be limited to this span (documentation change of 2026-01).
constexpr duration history = std::chrono::hours{90 * 24 - 1};
constexpr std::string_view no_instrument = "this session has no such instrument";

} // namespace

account::account(const session_settings& settings) : settings_{settings} {
  configuration_error_ = writer_.configure(settings);
  drop_credentials(settings_);
}

void account::fail(account_sink& sink, session_end reason, std::string_view text) {
  over_ = true;
  sink.fail(reason, writer_.redact(std::string{text}));
}

account::pending account::make(task what, const event_time& at, instrument_id instrument) const {
  pending p;
  p.what = what;
  p.order.instrument = instrument;
  p.requested = at.now;
  return p;
}

void account::begin(pending p, const event_time& at, account_sink& sink) {
  send(requests_.add(std::move(p)), at, sink);
}

void account::ask_clock(const event_time& at, account_sink& sink) {
  if (std::exchange(clock_asked_, true))
    return;
  begin(make(task::clock, at), at, sink);
}

// -- session -----------------------------------------------------------------------------------------

void account::on(const session_started& event, account_sink& sink) {
  if (!configuration_error_.empty())
    return fail(sink, session_end::authentication, configuration_error_);
  sink.set_timer(live_timer, live_deadline);
  ask_clock(event.at, sink);
}

void account::on(const stream_opened& event, account_sink& sink) {
  if (over_)
    return;
  frame_seen_ns_ = event.at.monotonic_ns;
  pinged_ns_ = event.at.monotonic_ns;
  sink.set_timer(watch_timer, watch_every);
}

void account::on(const stream_closed& event, account_sink& sink) {
  if (!over_)
    fail(sink, session_end::closed, "private stream closed: " + clean_text(event.text));
}

void account::on(const timer_fired& event, account_sink& sink) {
  if (over_)
    return;
  if (event.id == live_timer) {
    if (!live_)
      fail(sink, session_end::silent, "not live within 30 s");
  } else if (event.id == clock_timer) {
    sink.set_timer(clock_timer, clock_every);
    ask_clock(event.at, sink);
  } else if (event.id == watch_timer) {
    const auto now_ns = event.at.monotonic_ns;
    if (now_ns - frame_seen_ns_ > silence_ns)
      return fail(sink, session_end::silent, "no frame on the private stream for 30 s");
    if (now_ns - pinged_ns_ >= ping_every_ns) {
      pinged_ns_ = now_ns;
      send_ping(private_stream, venue_now(event.at), buffer_, sink);
    }
    sink.set_timer(watch_timer, watch_every);
  }
}

// -- commands ----------------------------------------------------------------------------------------

void account::place(const event_time& at, const order_request& order, account_sink& sink) {
  auto p = make(task::place, at, order.instrument);
  p.order = order;
  const auto deny = [&](reject_reason reason, std::string_view text) {
    refuse(p, {verdict::refused, reason}, text, at, sink);
  };
  const auto* const x = instruments_.by_id(order.instrument);
  if (x == nullptr)
    return deny(reject_reason::invalid, no_instrument);
  const bool market = order.type == order_type::market;
  if (order.post_only && (market || order.tif != time_in_force::gtc))
    return deny(reject_reason::invalid, "post-only needs a limit order that rests (GTC)");
  if (order.valid_until != timestamp{} && at.now > order.valid_until)
    return deny(reject_reason::stale, "older than its validity");
  if (market)
    p.order.limit_price = round_price_passive(x->rules, order.limit_price, order.order_side);
  if (!p.order.limit_price.is_positive())
    return deny(reject_reason::invalid,
                market ? "a market order needs its worst price" : "a limit order needs a price");
  begin(std::move(p), at, sink);
}

void account::cancel(const event_time& at, const cancel_order& order, std::string_view,
                     account_sink& sink) {
  auto p = make(task::cancel, at, order.instrument);
  p.order.id = order.id;
  if (instruments_.by_id(order.instrument) == nullptr)
    return sink.cancel_failed(order.id, reject_reason::invalid, std::string{no_instrument});
  begin(std::move(p), at, sink);
}

void account::cancel_all(const event_time& at, instrument_id instrument, account_sink& sink) {
  if (instruments_.by_id(instrument) == nullptr)
    return sink.request_failed("cancel_all", std::string{no_instrument});
  begin(make(task::cancel_all, at, instrument), at, sink);
}

/// With an empty id the venue's is asked for.
void account::query_order(const event_time& at, const client_order_id& id, instrument_id instrument,
                          std::string_view venue_order_id, account_sink& sink) {
  auto p = make(task::query, at, instrument);
  p.order.id = id;
  if (instruments_.by_id(instrument) == nullptr)
    return sink.query_failed(id, reject_reason::invalid, std::string{no_instrument});
  if (id == client_order_id{}) {
    const auto number = parse_unsigned(venue_order_id);
    if (!number || *number == 0)
      return sink.query_failed(id, reject_reason::invalid, "neither an id of ours nor of edgex");
    p.venue_order = *number;
  }
  begin(std::move(p), at, sink);
}

void account::query_open_orders(const event_time& at, account_sink& sink) {
  auto p = make(task::open_orders, at);
  p.list = ++last_list_;
  auto& list = order_lists_[p.list];
  list.snapshot.venue = settings_.venue;
  list.snapshot.requested = at.now;
  begin(std::move(p), at, sink);
}

void account::query_positions(const event_time& at, account_sink& sink) {
  begin(make(task::positions, at), at, sink);
}

void account::query_balances(const event_time& at, account_sink& sink) {
  begin(make(task::balances, at), at, sink);
}

void account::query_fills(const event_time& at, instrument_id instrument, timestamp since,
                          account_sink& sink) {
  if (instruments_.by_id(instrument) == nullptr)
    return sink.request_failed("fills", std::string{no_instrument});
  auto p = make(task::fills, at, instrument);
  p.from = std::max(since, venue_now(at) - history);
  p.list = ++last_list_;
  auto& list = fill_lists_[p.list];
  list.page.instrument = instrument;
  list.page.requested = at.now;
  begin(std::move(p), at, sink);
}

void account::arm_dead_man(const event_time&, instrument_id, duration, account_sink& sink) {
  sink.request_failed("arm_dead_man", "edgex has no dead-man's switch");
}

} // namespace actorbot::venues::edgex
