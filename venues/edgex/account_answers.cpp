#include "venues/edgex/account.hpp"

#include "venues/edgex/session.hpp"

#include <algorithm>
#include <utility>

/// What an answer means. The failure matrix of docs/venues/edgex.md is this file and errors.cpp;
/// lists: account_lists.cpp.
namespace actorbot::venues::edgex {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

constexpr duration clock_every = 10min;
constexpr std::string_view unreadable = "the answer cannot be read";

} // namespace

void account::on(const http_answer& event, account_sink& sink) {
  const auto* const known = over_ ? nullptr : requests_.find(event.id);
  if (known == nullptr)
    return;
  report_budget(event, sink);
  const auto answer = read_envelope(event, parser_);
  if (answer.data)
    return succeed(requests_.take(event.id), event, *answer.data, sink);
  const bool good_status = event.status / 100 == 2;
  const bool broken = good_status && (!answer.readable || answer.code == "SUCCESS");
  const auto error = broken ? venue_error{{}, std::string{unreadable}} : read_error(event, parser_);
  const auto o = classify(event.status, error.code);
  // The question for the time itself is not asked again: it would wait for its own answer.
  if (o.what == verdict::resync && !known->retried && known->what != task::clock)
    return resync(requests_.take(event.id), event.at, sink);
  const auto p = requests_.take(event.id);
  if (is_start(p))
    return fail(sink, broken ? session_end::garbage : end_of(event.status, error.code),
                "edgex refused a request: " + error.text);
  refuse(p, o, error.text, event.at, sink);
}

void account::on(const http_failed& event, account_sink& sink) {
  if (over_ || requests_.find(event.id) == nullptr)
    return;
  const auto p = requests_.take(event.id);
  const auto text = clean_text(event.text);
  if (is_start(p))
    return fail(sink, session_end::closed, "no answer from edgex: " + text);
  refuse(p, event.written ? outcome{} : outcome{verdict::refused, reject_reason::not_sent}, text,
         event.at, sink);
}

void account::succeed(const pending& p, const http_answer& event, dom::element data,
                      account_sink& sink) {
  bool ok = true;
  switch (p.what) {
  case task::clock:
    ok = on_clock(p, event, data, sink);
    break;
  case task::metadata:
    ok = on_metadata(event.at, data, sink);
    break;
  case task::account_state:
    ok = on_account_state(event.at, data, sink);
    break;
  case task::place:
    ok = on_placed(p, event.at, data, sink);
    break;
  case task::cancel:
    ok = on_cancelled(p, data, sink);
    break;
  case task::cancel_all:
    break; // what happens to the orders is said by the private stream
  case task::query:
    ok = on_queried(p, data, sink);
    break;
  case task::open_orders:
    ok = on_open_orders(p, event.at, data, sink);
    break;
  case task::positions:
    ok = on_positions(p, data, sink);
    break;
  case task::balances:
    ok = on_balances(event.at, data, sink);
    break;
  case task::fills:
    ok = on_fills(p, event.at, data, sink);
    break;
  case task::owners:
    ok = on_owners(p, event.at, data, sink);
    break;
  }
  if (ok || over_)
    return;
  if (is_start(p))
    return fail(sink, session_end::garbage, unreadable);
  refuse(p, {}, unreadable, event.at, sink);
}

// -- clock -------------------------------------------------------------------------------------------

/// Refused for its time: not executed. The command waits until the clock is known.
void account::resync(pending p, const event_time& at, account_sink& sink) {
  p.retried = true;
  waiting_for_clock_.push_back(std::move(p));
  ask_clock(at, sink);
}

void account::resend(const event_time& at, account_sink& sink) {
  for (auto& p : std::exchange(waiting_for_clock_, {})) {
    if (p.what == task::place && p.order.valid_until != timestamp{} && at.now > p.order.valid_until)
      refuse(p, {verdict::refused, reject_reason::stale}, "older than its validity", at, sink);
    else
      begin(std::move(p), at, sink);
  }
}

/// No time to be had: what waited for it was never executed.
void account::drop_resends(std::string_view text, const event_time& at, account_sink& sink) {
  for (const auto& p : std::exchange(waiting_for_clock_, {})) {
    if (is_start(p))
      return fail(sink, session_end::closed, text);
    refuse(p, {verdict::refused, reject_reason::clock}, text, at, sink);
    if (over_)
      return;
  }
}

bool account::on_clock(const pending& p, const http_answer& event, dom::element data,
                       account_sink& sink) {
  const auto time = time_of(data, "timeMillis");
  if (time == timestamp{})
    return false;
  clock_asked_ = false;
  const duration half{(event.at.monotonic_ns - p.sent_ns) / 2};
  // The venue read its clock half a round trip ago, in the middle of its millisecond.
  offset_ = time + half + 500us - event.at.now;
  sink.clock_offset(offset_, half + 500us);
  resend(event.at, sink);
  if (!std::exchange(clock_known_, true))
    begin(make(task::metadata, event.at), event.at, sink);
  return true;
}

// -- failures ----------------------------------------------------------------------------------------

void account::refuse(const pending& p, outcome o, std::string_view text, const event_time& at,
                     account_sink& sink) {
  const auto words = writer_.redact(std::string{text});
  const auto reason = o.what == verdict::unknown ? reject_reason::none : o.reason;
  switch (p.what) {
  case task::place:
    return refuse_place(p, o, words, at, sink);
  case task::cancel:
    return sink.cancel_failed(p.order.id, reason, words);
  case task::query:
    // A record that only the stream announced: nobody asked for it, nobody waits.
    if (p.order.id != client_order_id{} || p.list == 0)
      sink.query_failed(p.order.id, reason, words);
    return;
  case task::cancel_all:
    return sink.request_failed("cancel_all", words);
  case task::open_orders:
    order_lists_.erase(p.list);
    return sink.request_failed("open_orders", words);
  case task::positions:
    return sink.request_failed("positions", words);
  case task::balances:
    return sink.request_failed("balances", words);
  case task::fills:
  case task::owners:
    if (fill_lists_.erase(p.list) != 0)
      sink.request_failed("fills", words);
    return;
  case task::clock:
    clock_asked_ = false;
    return drop_resends(words, at, sink);
  case task::metadata:
  case task::account_state:
    return; // the way to live only
  }
}

void account::refuse_place(const pending& p, outcome o, std::string_view text, const event_time& at,
                           account_sink& sink) {
  order_update x;
  x.id = p.order.id;
  x.instrument = p.order.instrument;
  x.order_side = p.order.order_side;
  x.reduce_only = p.order.reduce_only;
  x.size = p.order.size;
  x.limit_price = p.order.limit_price;
  x.text = text;
  x.time = at.now;
  if (o.what == verdict::refused || o.what == verdict::resync) {
    x.state = order_state::rejected;
    x.reason = o.reason;
    // Never left this process, or refused by us.
    const bool local
        = p.sent_ns == 0 || o.reason == reject_reason::not_sent || o.reason == reject_reason::stale;
    x.source = local ? evidence::local : evidence::answer;
  } else {
    // Also when a new order is "not found": that is no answer to what was asked.
    x.state = order_state::unknown;
    x.reason = o.reason == reject_reason::duplicate_id ? o.reason : reject_reason::none;
  }
  sink.emit(x);
}

// -- the way to live ---------------------------------------------------------------------------------

bool account::on_metadata(const event_time& at, dom::element data, account_sink& sink) {
  if (const auto problem = instruments_.load(data, settings_.instruments)) {
    fail(sink, problem->reason, problem->text);
    return true;
  }
  if (!writer_.set_domain(instruments_.domain())) {
    fail(sink, session_end::garbage,
         "the metadata does not say for which chain and contract orders are signed");
    return true;
  }
  begin(make(task::account_state, at), at, sink);
  return true;
}

bool account::on_account_state(const event_time& at, dom::element data, account_sink& sink) {
  const auto state = member_of(data, "account");
  if (!state || !state->is_object())
    return false;
  const auto status = text_of(*state, "status");
  if (status == "DISABLED" || status == "INVALID") {
    fail(sink, session_end::configuration, "edgex says that the account is " + std::string{status});
    return true;
  }
  instruments_.apply_account(*state);
  for (const auto& x : instruments_.all())
    sink.emit(x.rules);
  opened_ = true;
  sink.set_timer(clock_timer, clock_every);
  sink.open(stream_endpoint, private_stream, writer_.handshake(venue_now(at)));
  return true;
}

// -- orders ------------------------------------------------------------------------------------------

/// Taken in, no more: what becomes of it is said elsewhere.
bool account::on_placed(const pending& p, const event_time& at, dom::element data,
                        account_sink& sink) {
  const auto number = id_of(data, "orderId");
  if (!number || *number == 0)
    return false;
  auto& x = seen_.order;
  seen_.ours = true;
  seen_.foreign_id.clear();
  x = order_update{};
  x.id = p.order.id;
  x.instrument = p.order.instrument;
  x.venue_order_id = std::to_string(*number);
  x.state = order_state::open;
  x.order_side = p.order.order_side;
  x.reduce_only = p.order.reduce_only;
  x.size = p.order.size;
  x.limit_price = p.order.limit_price;
  x.source = evidence::answer;
  x.time = at.now;
  remember_owner(seen_);
  sink.emit(x);
  return true;
}

/// A success on top may hold a refusal within. Of what was taken the stream says the end.
bool account::on_cancelled(const pending& p, dom::element data, account_sink& sink) {
  const auto results = member_of(data, "cancelResultMap");
  char id[40];
  const std::string_view name{id, write_client_order_text(p.order.id, id)};
  const auto result = results ? text_of(*results, name) : std::string_view{};
  if (result.empty())
    return false;
  if (const auto o = classify_cancel(result))
    sink.cancel_failed(p.order.id, o->reason, clean_text(result));
  return true;
}

} // namespace actorbot::venues::edgex
