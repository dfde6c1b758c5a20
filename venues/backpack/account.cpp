#include "venues/backpack/account.hpp"

#include <algorithm>
#include <utility>

/// The session's life and the commands. Requests: account_requests.cpp; answers:
/// account_answers.cpp and account_history.cpp; the private stream: account_events.cpp.
namespace actorbot::venues::backpack {

namespace {

using namespace std::chrono_literals;

constexpr duration live_deadline = 30s;
/// Subscriptions are not acknowledged; a refusal would come within this.
constexpr duration settle_time = 250ms;
constexpr duration clock_every = 10min;
constexpr duration funding_every = 10min;
constexpr std::size_t placed_limit = 4096;
constexpr std::string_view no_instrument = "this session has no such instrument";

/// A venue's id that may stand in a request.
std::string plain_id(std::string_view venue_order_id) {
  return parse_unsigned(venue_order_id) ? std::string{venue_order_id} : std::string{};
}

} // namespace

account::account(const session_settings& settings) : settings_{settings} {
  configuration_error_ = writer_.configure(settings);
  drop_credentials(settings_);
  placed_.reserve(placed_limit);
  waiting_for_clock_.reserve(64);
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

/// Zero when there is none: the range is used up, or a block could not be written down.
std::uint64_t account::number_of(const client_order_id& id) const {
  return settings_.ids == nullptr || id == client_order_id{}
             ? 0
             : settings_.ids->number_of(id).value_or(0);
}

void account::remember_placed(std::uint64_t number, timestamp at) {
  if (placed_.size() < placed_limit) {
    placed_.emplace_back(number, at);
    return;
  }
  placed_[next_placed_] = {number, at};
  next_placed_ = (next_placed_ + 1) % placed_limit;
}

/// Zero when this session did not place it.
timestamp account::placed_at(std::uint64_t number) const {
  const auto found = std::find_if(placed_.begin(), placed_.end(),
                                  [&](const auto& x) { return x.first == number; });
  return found == placed_.end() ? timestamp{} : found->second;
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
  funding_since_ = event.at.now;
  sink.set_timer(live_timer, live_deadline);
  ask_clock(event.at, sink);
}

void account::on(const stream_opened& event, account_sink& sink) {
  if (over_ || live_)
    return;
  static constexpr std::string_view streams[] = {"account.orderUpdate", "account.positionUpdate"};
  sink.send(user_stream, frame_kind::text, writer_.subscription(streams, venue_now(event.at)));
  sink.set_timer(settle_timer, settle_time);
}

void account::go_live(account_sink& sink) {
  live_ = true;
  sink.cancel_timer(live_timer);
  sink.cancel_timer(settle_timer);
  sink.set_timer(clock_timer, clock_every);
  sink.set_timer(funding_timer, funding_every);
  sink.live();
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
  } else if (event.id == settle_timer) {
    if (!live_)
      go_live(sink);
  } else if (event.id == clock_timer) {
    sink.set_timer(clock_timer, clock_every);
    ask_clock(event.at, sink);
  } else if (event.id == funding_timer) {
    sink.set_timer(funding_timer, funding_every);
    begin(make(task::funding, event.at), event.at, sink);
  }
}

// -- commands ----------------------------------------------------------------------------------------

void account::deny(const order_request& order, reject_reason reason, std::string_view text,
                   const event_time& at, account_sink& sink) {
  order_update x;
  x.id = order.id;
  x.instrument = order.instrument;
  x.state = order_state::rejected;
  x.order_side = order.order_side;
  x.reduce_only = order.reduce_only;
  x.size = order.size;
  x.limit_price = order.limit_price;
  x.reason = reason;
  x.text = text;
  x.time = at.now;
  sink.emit(x);
}

void account::place(const event_time& at, const order_request& order, account_sink& sink) {
  if (instruments_.by_id(order.instrument) == nullptr)
    return deny(order, reject_reason::invalid, no_instrument, at, sink);
  if (order.post_only && (order.type == order_type::market || order.tif != time_in_force::gtc))
    return deny(order, reject_reason::invalid, "post-only needs a limit order that rests (GTC)", at,
                sink);
  if (order.valid_until != timestamp{} && at.now > order.valid_until)
    return deny(order, reject_reason::stale, "older than its validity", at, sink);
  auto p = make(task::place, at, order.instrument);
  p.order = order;
  p.number = number_of(order.id);
  if (p.number == 0)
    return deny(order, reject_reason::not_sent, "no client id is left for the order", at, sink);
  remember_placed(p.number, at.now);
  begin(std::move(p), at, sink);
}

void account::cancel(const event_time& at, const cancel_order& order,
                     std::string_view venue_order_id, account_sink& sink) {
  if (instruments_.by_id(order.instrument) == nullptr)
    return sink.cancel_failed(order.id, reject_reason::invalid, std::string{no_instrument});
  auto p = make(task::cancel, at, order.instrument);
  p.order.id = order.id;
  p.number = number_of(order.id);
  p.venue_order = plain_id(venue_order_id);
  if (p.number == 0 && p.venue_order.empty())
    return sink.cancel_failed(order.id, reject_reason::not_sent, "the order has no number");
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
  if (instruments_.by_id(instrument) == nullptr)
    return sink.query_failed(id, reject_reason::invalid, std::string{no_instrument});
  auto p = make(task::query, at, instrument);
  p.order.id = id;
  p.number = number_of(id);
  p.venue_order = plain_id(venue_order_id);
  if (p.number == 0 && p.venue_order.empty())
    return sink.query_failed(id, reject_reason::not_sent, "neither a number nor an id of backpack");
  begin(std::move(p), at, sink);
}

void account::query_open_orders(const event_time& at, account_sink& sink) {
  begin(make(task::open_orders, at), at, sink);
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
  p.from = std::max(since, from_ms(0));
  begin(std::move(p), at, sink);
}

void account::arm_dead_man(const event_time&, instrument_id, duration, account_sink& sink) {
  sink.request_failed("arm_dead_man", "backpack has no dead-man's switch");
}

} // namespace actorbot::venues::backpack
