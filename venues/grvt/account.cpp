#include "venues/grvt/account.hpp"

#include <algorithm>
#include <utility>

/// The session's life and the commands. Requests: account_requests.cpp; answers:
/// account_answers.cpp and account_lists.cpp; the private stream: account_events.cpp.
namespace actorbot::venues::grvt {

namespace {

using namespace std::chrono_literals;

constexpr duration live_deadline = 30s;
constexpr duration clock_every = 10min;
constexpr duration payments_every = 5min;
/// A new stream that has no subscriptions by then is given up.
constexpr duration stream_deadline = 30s;
constexpr duration retry_after = 60s;
/// How long a resting order lives: the signature's expiration, at most 30 days ahead.
constexpr duration resting_life = std::chrono::hours{29 * 24};
/// Everything else ends at once; the rest is what clocks and the way may take.
constexpr duration taker_life = 60s;
/// cancel_on_disconnect: what it takes.
constexpr duration shortest_countdown = 2s;
constexpr duration longest_countdown = 300s;

constexpr std::string_view no_instrument = "this session has no such instrument";
constexpr std::string_view no_number = "there is no number for this order";

} // namespace

account::account(const session_settings& settings) : settings_{settings} {
  configuration_error_ = writer_.configure(settings);
  drop_credentials(settings_);
  slots_.reserve(64);
  free_.reserve(64);
  waiting_for_login_.reserve(64);
}

void account::fail(account_sink& sink, session_end reason, std::string_view text) {
  over_ = true;
  sink.fail(reason, writer_.clean(text));
}

account::pending account::make(task what, const event_time& at, instrument_id instrument) const {
  pending p;
  p.what = what;
  p.order.instrument = instrument;
  p.requested = at.now;
  return p;
}

/// Takes a slot and sends.
void account::begin(pending p, const event_time& at, account_sink& sink) {
  if (free_.empty()) {
    free_.push_back(slots_.size());
    slots_.emplace_back();
  }
  const auto slot = free_.back();
  free_.pop_back();
  p.used = true;
  p.generation = slots_[slot].generation + 1;
  slots_[slot] = std::move(p);
  send(slot, at, sink);
}

account::pending account::release(std::size_t slot) {
  slots_[slot].used = false;
  free_.push_back(slot);
  return slots_[slot];
}

/// Empty for an answer that nobody waits for.
std::optional<std::size_t> account::slot_of(request_id id) const {
  const auto slot = static_cast<std::size_t>(static_cast<std::uint64_t>(id) & 0xffff);
  const auto generation = static_cast<std::uint32_t>(static_cast<std::uint64_t>(id) >> 16);
  if (over_ || slot >= slots_.size() || !slots_[slot].used || slots_[slot].generation != generation)
    return std::nullopt;
  return slot;
}

void account::ask_clock(const event_time& at, account_sink& sink) {
  if (!std::exchange(clock_asked_, true))
    begin(make(task::clock, at), at, sink);
}

void account::ask_login(const event_time& at, account_sink& sink) {
  if (!std::exchange(login_asked_, true))
    begin(make(task::login, at), at, sink);
}

// -- session -----------------------------------------------------------------------------------------

void account::on(const session_started& event, account_sink& sink) {
  if (!configuration_error_.empty())
    return fail(sink, session_end::authentication, configuration_error_);
  payments_since_ = event.at.now;
  sink.set_timer(live_timer, live_deadline);
  ask_clock(event.at, sink);
}

/// The first stream of the session, or the one that takes over with a fresh cookie.
void account::open_stream(account_sink& sink) {
  if (next_stream_)
    sink.close(next_stream_->id);
  user_stream opening;
  opening.id = stream_id{last_stream_++};
  stream_request_view request;
  request.target = stream_target;
  request.headers = writer_.session_headers();
  sink.open(trades_endpoint, opening.id, request);
  if (!opened_) {
    opened_ = true;
    stream_ = std::move(opening);
    return;
  }
  next_stream_ = std::move(opening);
  sink.set_timer(stream_timer, stream_deadline);
}

void account::on(const stream_opened& event, account_sink& sink) {
  const bool known = (stream_ && stream_->id == event.stream)
                     || (next_stream_ && next_stream_->id == event.stream);
  if (over_ || !known)
    return;
  static constexpr std::array<std::string_view, 3> names = {"v1.order", "v1.fill", "v1.position"};
  for (std::size_t i = 0; i < names.size(); ++i)
    sink.send(event.stream, frame_kind::text,
              subscribe_text({names[i], {std::to_string(writer_.sub_account())}},
                             static_cast<std::uint32_t>(i) + 1));
}

/// Every subscription of a stream is acknowledged.
void account::on_subscribed(user_stream& stream, account_sink& sink) {
  if (next_stream_ && &stream == &*next_stream_) {
    sink.cancel_timer(stream_timer);
    sink.close(stream_->id);
    stream_ = std::move(next_stream_);
    next_stream_.reset();
    return;
  }
  if (std::exchange(live_, true))
    return;
  sink.cancel_timer(live_timer);
  sink.set_timer(clock_timer, clock_every);
  sink.set_timer(payments_timer, payments_every);
  sink.live();
}

/// The old stream stays in use; another login opens another new one.
void account::give_up_next(account_sink& sink) {
  next_stream_.reset();
  sink.cancel_timer(stream_timer);
  sink.set_timer(login_timer, retry_after);
}

void account::on(const stream_closed& event, account_sink& sink) {
  if (over_)
    return;
  if (next_stream_ && next_stream_->id == event.stream)
    return give_up_next(sink);
  if (stream_ && stream_->id == event.stream)
    fail(sink, session_end::closed, std::string{"private stream closed: "}.append(event.text));
}

void account::on(const timer_fired& event, account_sink& sink) {
  if (over_)
    return;
  if (event.id == live_timer) {
    if (!live_)
      fail(sink, session_end::silent, "not live within 30 s");
  } else if (event.id == login_timer) {
    ask_login(event.at, sink);
  } else if (event.id == clock_timer) {
    sink.set_timer(clock_timer, clock_every);
    ask_clock(event.at, sink);
  } else if (event.id == payments_timer) {
    sink.set_timer(payments_timer, payments_every);
    auto p = make(task::payments, event.at);
    p.since = payments_since_;
    begin(std::move(p), event.at, sink);
  } else if (event.id == held_timer) {
    release_all_held(sink);
  } else if (event.id == stream_timer && next_stream_) {
    sink.close(next_stream_->id);
    give_up_next(sink);
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
  const auto* const x = instruments_.by_id(order.instrument);
  const bool market = order.type == order_type::market;
  const bool rests = !market && order.tif == time_in_force::gtc;
  if (x == nullptr)
    return deny(order, reject_reason::invalid, no_instrument, at, sink);
  if (order.post_only && !rests)
    return deny(order, reject_reason::invalid, "post-only needs a limit order that rests (GTC)", at,
                sink);
  const auto size = scaled(x->size_to(order.size), x->base_decimals);
  const auto price = market ? 0 : scaled(x->price_to(order.limit_price), price_decimals);
  if (!size || *size == 0)
    return deny(order, reject_reason::size, "the size does not fit a signed order", at, sink);
  if (!price || (!market && *price == 0))
    return deny(order, reject_reason::price_tick, "the price does not fit a signed order", at,
                sink);
  if (order.valid_until != timestamp{} && at.now > order.valid_until)
    return deny(order, reject_reason::stale, "older than its validity", at, sink);
  auto p = make(task::place, at, order.instrument);
  p.order = order;
  p.number = settings_.ids->number_of(order.id);
  if (!p.number)
    return deny(order, reject_reason::not_sent, no_number, at, sink);
  p.nonce = static_cast<std::uint32_t>(sink.random());
  p.expiration = venue_now(at) + (rests ? resting_life : taker_life);
  begin(std::move(p), at, sink);
}

void account::cancel(const event_time& at, const cancel_order& order,
                     std::string_view venue_order_id, account_sink& sink) {
  if (instruments_.by_id(order.instrument) == nullptr)
    return sink.cancel_failed(order.id, reject_reason::invalid, std::string{no_instrument});
  auto p = make(task::cancel, at, order.instrument);
  p.order.id = order.id;
  p.venue_order = venue_order_id;
  p.number = settings_.ids->number_of(order.id);
  if (!p.number && p.venue_order.empty())
    return sink.cancel_failed(order.id, reject_reason::invalid, std::string{no_number});
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
  p.venue_order = venue_order_id;
  if (id != client_order_id{})
    p.number = settings_.ids->number_of(id);
  if (!p.number && p.venue_order.empty())
    return sink.query_failed(id, reject_reason::invalid, std::string{no_number});
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
  p.since = since;
  p.page = ++last_page_;
  begin(std::move(p), at, sink);
}

/// One switch for the whole sub-account; the instrument only comes back with the answer.
void account::arm_dead_man(const event_time& at, instrument_id instrument, duration countdown,
                           account_sink& sink) {
  if (countdown > longest_countdown)
    return sink.request_failed("arm_dead_man", "grvt's switch takes at most 300 s");
  auto p = make(task::dead_man, at, instrument);
  // The venue counts whole seconds and switches off at one or less.
  if (countdown > duration{0})
    p.countdown = std::max<duration>(std::chrono::ceil<std::chrono::seconds>(countdown),
                                     shortest_countdown);
  begin(std::move(p), at, sink);
}

} // namespace actorbot::venues::grvt
