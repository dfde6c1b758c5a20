#include "venues/aster/account.hpp"

#include <algorithm>
#include <utility>

/// The session's life and the commands. Requests: account_requests.cpp; answers:
/// account_answers.cpp; the user stream: account_events.cpp.
namespace actorbot::venues::aster {

namespace {

using namespace std::chrono_literals;

constexpr duration live_deadline = 30s;
constexpr duration keep_alive_every = 30min;
constexpr duration clock_every = 10min;
/// userTrades answers at most this span; further back than this the client does not page.
constexpr duration trade_window = std::chrono::hours{7 * 24 - 1};
constexpr duration trade_history = std::chrono::hours{90 * 24};

} // namespace

account::account(const session_settings& settings) : settings_{settings} {
  configuration_error_ = writer_.configure(settings);
  drop_credentials(settings_);
  slots_.reserve(64);
  free_.reserve(64);
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

/// Takes a slot and sends.
void account::begin(const pending& p, const event_time& at, account_sink& sink) {
  if (free_.empty()) {
    free_.push_back(slots_.size());
    slots_.emplace_back();
  }
  const auto slot = free_.back();
  free_.pop_back();
  const auto generation = slots_[slot].generation + 1;
  slots_[slot] = p;
  slots_[slot].used = true;
  slots_[slot].generation = generation;
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
  if (std::exchange(clock_asked_, true))
    return;
  begin(make(task::clock, at), at, sink);
}

// -- session -----------------------------------------------------------------------------------------

void account::on(const session_started& event, account_sink& sink) {
  if (!configuration_error_.empty())
    return fail(sink, session_end::authentication, configuration_error_);
  income_since_ = event.at.now;
  sink.set_timer(live_timer, live_deadline);
  ask_clock(event.at, sink);
}

void account::on(const stream_opened& event, account_sink& sink) {
  if (over_ || live_)
    return;
  live_ = true;
  sink.cancel_timer(live_timer);
  sink.set_timer(keep_alive_timer, keep_alive_every);
  sink.set_timer(clock_timer, clock_every);
  key_renewed_ns_ = event.at.monotonic_ns;
  sink.live();
  for (const auto& x : instruments_.all())
    begin(make(task::commission, event.at, x.rules.id), event.at, sink);
}

void account::on(const stream_closed& event, account_sink& sink) {
  if (!over_)
    fail(sink, session_end::closed, "user stream closed: " + clean_text(event.text));
}

void account::on(const timer_fired& event, account_sink& sink) {
  if (over_)
    return;
  if (event.id == live_timer) {
    if (!live_)
      fail(sink, session_end::silent, "not live within 30 s");
  } else if (event.id == keep_alive_timer) {
    begin(make(task::keep_alive, event.at), event.at, sink);
  } else if (event.id == clock_timer) {
    sink.set_timer(clock_timer, clock_every);
    ask_clock(event.at, sink);
  } else if (event.id == income_timer) {
    auto p = make(task::income, event.at);
    p.from = income_since_;
    begin(p, event.at, sink);
  }
}

// -- commands ----------------------------------------------------------------------------------------

void account::place(const event_time& at, const order_request& order, account_sink& sink) {
  auto p = make(task::place, at, order.instrument);
  p.order = order;
  const auto deny = [&](reject_reason reason, std::string_view text) {
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
  };
  if (instruments_.by_id(order.instrument) == nullptr)
    return deny(reject_reason::invalid, "this session has no such instrument");
  if (order.post_only && (order.type == order_type::market || order.tif != time_in_force::gtc))
    return deny(reject_reason::invalid, "post-only needs a limit order that rests (GTC)");
  if (order.valid_until != timestamp{} && at.now > order.valid_until)
    return deny(reject_reason::stale, "older than its validity");
  begin(p, at, sink);
}

void account::cancel(const event_time& at, const cancel_order& order, std::string_view,
                     account_sink& sink) {
  auto p = make(task::cancel, at, order.instrument);
  p.order.id = order.id;
  if (instruments_.by_id(order.instrument) == nullptr)
    return sink.cancel_failed(order.id, reject_reason::invalid,
                              "this session has no such instrument");
  begin(p, at, sink);
}

void account::cancel_all(const event_time& at, instrument_id instrument, account_sink& sink) {
  if (instruments_.by_id(instrument) == nullptr)
    return sink.request_failed("cancel_all", "this session has no such instrument");
  begin(make(task::cancel_all, at, instrument), at, sink);
}

/// With an empty id the venue's is asked for: so an execution of the history, which names its order
/// by the venue's id only, can be given an owner.
void account::query_order(const event_time& at, const client_order_id& id, instrument_id instrument,
                          std::string_view venue_order_id, account_sink& sink) {
  auto p = make(task::query, at, instrument);
  p.order.id = id;
  if (instruments_.by_id(instrument) == nullptr)
    return sink.query_failed(id, reject_reason::invalid, "this session has no such instrument");
  if (id == client_order_id{}) {
    const auto number = parse_unsigned(venue_order_id);
    if (!number)
      return sink.query_failed(id, reject_reason::invalid, "neither an id of ours nor of aster");
    p.venue_order = *number;
  }
  begin(p, at, sink);
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
    return sink.request_failed("fills", "this session has no such instrument");
  auto p = make(task::fills, at, instrument);
  p.from = std::max(since, venue_now(at) - trade_history);
  p.to = p.from + trade_window;
  begin(p, at, sink);
}

void account::arm_dead_man(const event_time& at, instrument_id instrument, duration countdown,
                           account_sink& sink) {
  if (instruments_.by_id(instrument) == nullptr)
    return sink.request_failed("arm_dead_man", "this session has no such instrument");
  auto p = make(task::dead_man, at, instrument);
  p.countdown = countdown;
  begin(p, at, sink);
}

} // namespace actorbot::venues::aster
