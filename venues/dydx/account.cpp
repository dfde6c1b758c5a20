#include "venues/dydx/account.hpp"

#include "venues/dydx/session.hpp"

#include <algorithm>
#include <utility>

/// The session's life and the commands. Requests: account_requests.cpp; answers:
/// account_transactions.cpp, account_answers.cpp, account_fills.cpp; the socket: account_events.cpp.
namespace actorbot::venues::dydx {

namespace {

using namespace std::chrono_literals;

constexpr duration live_deadline = 30s;
constexpr duration clock_every = 10min;
constexpr duration watch_every = 5s;
constexpr std::int64_t silent_chain_ns = duration{15s}.count();
/// Funding is settled on the hour; the Indexer writes it down with the block.
constexpr duration funding_delay = 30s;

/// Blocks ahead. A proposer that does not see the order within these will not fill it any more, and
/// until they have passed an IOC without a match is not known to be dead.
constexpr std::uint32_t ioc_blocks = 5;
/// The chain takes up to 40, its documentation says 20.
constexpr std::uint32_t most_blocks = 20;
/// Of the 95 days allowed.
constexpr duration order_life = std::chrono::days{28};

std::uint32_t unix_seconds(timestamp t) {
  return static_cast<std::uint32_t>(to_ns(t) / 1'000'000'000);
}

} // namespace

account::account(const session_settings& settings) : settings_{settings} {
  configuration_error_ = writer_.configure(settings);
  if (configuration_error_.empty() && !settings.ids)
    configuration_error_ = "dydx needs numbers for its client ids, and none were given";
  resting_short_term_ = setting(settings, "resting_orders") == "short_term";
  drop_credentials(settings_);
  slots_.reserve(64);
  free_.reserve(64);
}

void account::fail(account_sink& sink, session_end reason, std::string text) {
  over_ = true;
  sink.fail(reason, std::move(text));
}

account::pending account::make(task what, const event_time& at, instrument_id instrument) const {
  pending p;
  p.what = what;
  p.order.instrument = instrument;
  p.requested = at.now;
  return p;
}

/// Takes a slot and sends.
std::size_t account::begin(pending p, const event_time& at, account_sink& sink) {
  if (free_.empty()) {
    free_.push_back(slots_.size());
    slots_.emplace_back();
  }
  const auto slot = free_.back();
  free_.pop_back();
  p.generation = slots_[slot].generation + 1;
  p.used = true;
  slots_[slot] = std::move(p);
  send(slot, at, sink);
  return slot;
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

// -- session -----------------------------------------------------------------------------------------

void account::on(const session_started& event, account_sink& sink) {
  if (!configuration_error_.empty())
    return fail(sink, session_end::configuration, configuration_error_);
  funding_since_ = event.at.now;
  sink.set_timer(live_timer, live_deadline);
  ask_clock(event.at, sink);
}

void account::on(const stream_opened& event, account_sink&) {
  block_seen_ns_ = event.at.monotonic_ns;
}

void account::on(const stream_frame& event, account_sink& sink) {
  if (over_ || !opened_)
    return;
  const auto root = parser_.parse(event.data);
  if (!root || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "an account frame is not JSON");
  bool gap = false;
  auto error = socket_.read(*root, frame_, gap);
  if (!error.empty())
    return fail(sink, gap ? session_end::sequence_gap : session_end::garbage, std::move(error));
  if (!on_message(frame_, event.at, sink)) {
    if (!over_)
      fail(sink, session_end::garbage,
           "an account frame cannot be read: " + clean_text(event.data));
    return;
  }
  if (over_ || live_ || !blocks_subscribed_ || !account_subscribed_)
    return;
  live_ = true;
  sink.cancel_timer(live_timer);
  sink.set_timer(clock_timer, clock_every);
  sink.set_timer(watch_timer, watch_every);
  const auto now = venue_now(event.at);
  sink.set_timer(funding_timer,
                 std::chrono::floor<std::chrono::hours>(now) + 1h + funding_delay - now);
  sink.live();
}

void account::on(const stream_closed& event, account_sink& sink) {
  if (!over_)
    fail(sink, session_end::closed, "stream closed: " + clean_text(event.text));
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
    if (event.at.monotonic_ns - block_seen_ns_ > silent_chain_ns)
      return fail(sink, session_end::silent, "no new block for 15 s");
    sink.set_timer(watch_timer, watch_every);
    begin(make(task::height, event.at), event.at, sink);
  } else if (event.id == funding_timer) {
    sink.set_timer(funding_timer, 1h);
    begin(make(task::funding, event.at), event.at, sink);
  } else if (event.id == balances_timer) {
    balances_due_ = false;
    query_balances(event.at, sink);
  }
}

// -- place -------------------------------------------------------------------------------------------

/// What the chain would refuse, or the empty text and the order in the chain's numbers.
std::string account::fill_terms(const order_request& order, const listed_instrument& x,
                                const event_time& at, order_terms& out,
                                reject_reason& reason) const {
  const bool market = order.type == order_type::market;
  const bool immediate = market || order.tif == time_in_force::ioc;
  reason = reject_reason::invalid;
  if (order.tif == time_in_force::fok)
    return "dydx has no fill-or-kill";
  if (order.post_only && immediate)
    return "post-only needs a limit order that rests (GTC)";
  if (!order.limit_price.is_positive())
    return market ? "a market order is sent as IOC and needs its worst price" : "no price";
  if (order.valid_until != timestamp{} && at.now > order.valid_until) {
    reason = reject_reason::stale;
    return "older than its validity";
  }
  // A worst price is rounded so that it is never worse than asked; a limit must fit as it is.
  auto limit = order.limit_price.value();
  if (market)
    limit = limit.round_to(x.scale.tick,
                           order.order_side == side::buy ? rounding::floor : rounding::ceil);
  reason = reject_reason::price_tick;
  const auto subticks = x.scale.subticks(limit);
  if (!subticks || !limit.is_positive() || !limit.is_multiple_of(x.scale.tick))
    return "the price is no multiple of " + to_string(x.scale.tick);
  reason = reject_reason::size;
  const auto quantums = x.scale.quantums(order.size.value());
  if (!quantums || !order.size.is_positive() || !order.size.value().is_multiple_of(x.scale.lot))
    return "the size is no multiple of " + to_string(x.scale.lot);
  const bool short_term = immediate || resting_short_term_;
  out.order.flags = short_term ? short_term_flags : long_term_flags;
  out.order.clob_pair = x.clob_pair;
  out.order_side = order.order_side;
  out.quantums = *quantums;
  out.subticks = *subticks;
  out.good_til = short_term
                     ? static_cast<std::uint32_t>(height_) + (immediate ? ioc_blocks : most_blocks)
                     : unix_seconds(venue_now(at) + order_life);
  out.time_in_force = immediate         ? immediate_or_cancel
                      : order.post_only ? dydx::post_only
                                        : rest_in_book;
  out.reduce_only = order.reduce_only && immediate;
  out.client_metadata = metadata_mark | (market ? metadata_market : 0)
                        | (order.reduce_only && !immediate ? metadata_reduce_only : 0);
  return {};
}

void account::place(const event_time& at, const order_request& order, account_sink& sink) {
  auto p = make(task::place, at, order.instrument);
  p.order = order;
  const auto deny = [&](reject_reason reason, std::string text) {
    auto x = view_of(p, at);
    x.state = order_state::rejected;
    x.reason = reason;
    x.text = std::move(text);
    sink.emit(x);
  };
  const auto* const x = instruments_.by_id(order.instrument);
  if (x == nullptr)
    return deny(reject_reason::invalid, "this session has no such instrument");
  reject_reason reason{};
  auto error = fill_terms(order, *x, at, p.terms, reason);
  if (!error.empty())
    return deny(reason, std::move(error));
  const auto number = settings_.ids->number_of(order.id);
  if (!number)
    return deny(reject_reason::not_sent, "no client id is left for this order");
  p.terms.order.client_id = static_cast<std::uint32_t>(*number);
  const auto reference = p.terms.order;
  const auto block = reference.flags == short_term_flags ? p.terms.good_til : 0;
  const auto slot = begin(std::move(p), at, sink);
  // The Indexer's name for it, worked out while the bytes are on their way.
  slots_[slot].venue_order = order_uuid(writer_.subaccount_id(), reference);
  remember_owner(slots_[slot].venue_order, true, order.id);
  track(order.id, reference, block);
}

// -- the other commands ------------------------------------------------------------------------------

/// What the chain knows an order by. Its kind is part of that: known from this session, or told
/// by the Indexer's id. Empty when the id has no number.
std::optional<order_reference> account::reference_of(const client_order_id& id,
                                                     const listed_instrument& x,
                                                     std::string_view venue_order_id) const {
  if (const auto known = orders_.find(id); known != orders_.end())
    return known->second.reference;
  const auto number = settings_.ids->number_of(id);
  if (!number)
    return std::nullopt;
  order_reference result{static_cast<std::uint32_t>(*number), long_term_flags, x.clob_pair};
  if (venue_order_id.empty())
    return result;
  for (const auto flags : {long_term_flags, short_term_flags}) {
    result.flags = flags;
    if (order_uuid(writer_.subaccount_id(), result) == venue_order_id)
      break;
  }
  return result;
}

void account::cancel(const event_time& at, const cancel_order& order,
                     std::string_view venue_order_id, account_sink& sink) {
  const auto* const x = instruments_.by_id(order.instrument);
  if (x == nullptr)
    return sink.cancel_failed(order.id, reject_reason::invalid,
                              "this session has no such instrument");
  if (const auto known = orders_.find(order.id);
      known != orders_.end() && known->second.heard && known->second.last.may_still_fill)
    return; // cancelled already; its end follows when its block has passed
  const auto reference = reference_of(order.id, *x, venue_order_id);
  if (!reference)
    return sink.cancel_failed(order.id, reject_reason::not_sent, "the order has no number here");
  auto p = make(task::cancel, at, order.instrument);
  p.order.id = order.id;
  p.terms.order = *reference;
  begin(std::move(p), at, sink);
}

void account::cancel_all(const event_time&, instrument_id, account_sink& sink) {
  sink.request_failed("cancel_all", "dydx has no such call: orders are cancelled one by one");
}

/// With an empty id the Indexer's is asked for.
void account::query_order(const event_time& at, const client_order_id& id, instrument_id instrument,
                          std::string_view venue_order_id, account_sink& sink) {
  const auto* const x = instruments_.by_id(instrument);
  if (x == nullptr)
    return sink.query_failed(id, reject_reason::invalid, "this session has no such instrument");
  auto p = make(task::query, at, instrument);
  p.order.id = id;
  p.venue_order = venue_order_id;
  if (id != client_order_id{}) {
    const auto reference = reference_of(id, *x, venue_order_id);
    if (!reference)
      return sink.query_failed(id, reject_reason::invalid, "the order has no number here");
    p.terms.order = *reference;
    p.venue_order = order_uuid(writer_.subaccount_id(), *reference);
    p.try_short = !orders_.contains(id) && venue_order_id.empty();
  }
  const auto plain
      = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-'; };
  if (p.venue_order.empty() || !std::all_of(p.venue_order.begin(), p.venue_order.end(), plain))
    return sink.query_failed(id, reject_reason::invalid,
                             "neither an id of ours nor of the indexer");
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
    return sink.request_failed("fills", "this session has no such instrument");
  auto p = make(task::fills, at, instrument);
  p.from = since;
  p.history = ++last_history_;
  auto& page = histories_[p.history].page;
  page.instrument = instrument;
  page.requested = at.now;
  begin(std::move(p), at, sink);
}

void account::arm_dead_man(const event_time&, instrument_id, duration, account_sink& sink) {
  sink.request_failed("arm_dead_man", "dydx has no dead-man's switch");
}

} // namespace actorbot::venues::dydx
