#include "venues/grvt/account.hpp"

#include <algorithm>
#include <utility>

/// What an answer means. The failure matrix of docs/venues/grvt.md is this file and errors.cpp.
namespace actorbot::venues::grvt {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

constexpr duration retry_after = 60s;
/// Longer than this no cookie is trusted (ccxt: "24 hours", told by the venue's support).
constexpr duration longest_session = 24h;
/// A new login this much before the cookie's end.
constexpr duration early = 5min;
constexpr std::string_view unreadable = "the answer cannot be read";

/// `{"result":{"ack":true}}`; the documentation's samples print "true" as a text.
bool is_acknowledged(dom::element body) {
  const auto result = member_of(body, "result");
  return result
         && (boolean_of(*result, "ack").value_or(false) || text_of(*result, "ack") == "true");
}

} // namespace

void account::on(const http_answer& event, account_sink& sink) {
  const auto slot = slot_of(event.id);
  if (!slot)
    return;
  report_budget(event, sink);
  const auto root = parser_.parse(event.body);
  // "A success body never has code."
  const bool good = event.status / 100 == 2 && root && !integer_of(*root, "code");
  if (good)
    return succeed(release(*slot), event, *root, sink);
  on_failed_answer(*slot, event, root.has_value(), sink);
}

void account::on_failed_answer(std::size_t slot, const http_answer& event, bool readable,
                               account_sink& sink) {
  const bool good_status = event.status / 100 == 2;
  const auto error = good_status && !readable ? venue_error{{}, std::string{unreadable}}
                                              : read_error(event, parser_);
  const auto o = classify(good_status ? 400 : event.status, error.code);
  auto& waiting = slots_[slot];
  if (o.what == verdict::login && live_ && !waiting.retried && waiting.what != task::login) {
    waiting.retried = true;
    ++waiting.generation;
    waiting_for_login_.push_back(slot);
    return ask_login(event.at, sink);
  }
  if (o.what == verdict::no_window && waiting.what == task::cancel && windows_allowed_) {
    windows_allowed_ = false;
    ++waiting.generation;
    return send(slot, event.at, sink);
  }
  const auto p = release(slot);
  if (is_start(p))
    return fail(sink, good_status && !readable ? session_end::garbage : end_of(event.status, error),
                "grvt refused a request: " + error.text);
  if (p.what == task::login && end_of(event.status, error) == session_end::authentication) {
    drop_resends(error.text, event.at, sink);
    return fail(sink, session_end::authentication, "grvt refused the login: " + error.text);
  }
  refuse(p, o, error.text, event.at, sink);
}

void account::on(const http_failed& event, account_sink& sink) {
  const auto slot = slot_of(event.id);
  if (!slot)
    return;
  const auto p = release(*slot);
  if (is_start(p))
    return fail(sink, session_end::closed, std::string{"no answer from grvt: "}.append(event.text));
  refuse(p, event.written ? outcome{} : outcome{verdict::refused, reject_reason::not_sent},
         event.text, event.at, sink);
}

void account::succeed(const pending& p, const http_answer& event, dom::element body,
                      account_sink& sink) {
  bool ok = true;
  switch (p.what) {
  case task::login:
    ok = on_login(event, sink);
    break;
  case task::clock:
    ok = on_clock(p, event, body, sink);
    break;
  case task::instruments:
    ok = on_instruments(body, sink);
    break;
  case task::place:
  case task::query:
    ok = on_order(p, body, sink);
    break;
  case task::open_orders:
    ok = on_open_orders(p, body, sink);
    break;
  case task::positions:
    ok = on_positions(p, body, sink);
    break;
  case task::balances:
    ok = on_balances(event, body, sink);
    break;
  case task::fills:
    ok = on_fills(p, event.at, body, sink);
    break;
  case task::payments:
    ok = on_payments(body, sink);
    break;
  case task::cancel:
  case task::cancel_all:
    ok = is_acknowledged(body); // taken; what happens to the orders is said by the stream
    break;
  case task::dead_man:
    ok = is_acknowledged(body);
    if (ok)
      sink.dead_man_set(p.order.instrument, p.countdown);
    break;
  }
  if (ok || over_)
    return;
  if (is_start(p))
    return fail(sink, p.what == task::login ? session_end::authentication : session_end::garbage,
                p.what == task::login ? "the login brought no session" : unreadable);
  refuse(p, {}, unreadable, event.at, sink);
}

// -- failures ----------------------------------------------------------------------------------------

void account::refuse(const pending& p, outcome o, std::string_view text, const event_time& at,
                     account_sink& sink) {
  const auto words = writer_.clean(text);
  const auto reason = o.what == verdict::unknown ? reject_reason::none : o.reason;
  // Signed for a time that the venue's clock does not allow: ours has to be looked at.
  if (o.reason == reject_reason::clock)
    ask_clock(at, sink);
  switch (p.what) {
  case task::place:
    return refuse_place(p, o, words, at, sink);
  case task::cancel:
    return sink.cancel_failed(p.order.id, reason, words);
  case task::query:
    return sink.query_failed(p.order.id, reason, words);
  case task::cancel_all:
    return sink.request_failed("cancel_all", words);
  case task::open_orders:
    return sink.request_failed("open_orders", words);
  case task::positions:
    return sink.request_failed("positions", words);
  case task::balances:
    return sink.request_failed("balances", words);
  case task::fills:
    pages_.erase(p.page);
    return sink.request_failed("fills", words);
  case task::dead_man:
    return sink.request_failed("arm_dead_man", words);
  case task::login:
    return refuse_login(words, at, sink);
  case task::clock:
    clock_asked_ = false; // the timer asks again
    return;
  case task::payments:    // the same
  case task::instruments: // only asked for at the start
    return;
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
  if (o.what == verdict::unknown || o.what == verdict::not_found) {
    // Also when a new order is "not found": that is no answer to what was asked.
    x.state = order_state::unknown;
    x.reason = o.reason == reject_reason::duplicate_id ? o.reason : reject_reason::none;
  } else {
    x.state = order_state::rejected;
    x.reason = o.reason;
    const bool local = o.reason == reject_reason::not_sent || o.reason == reject_reason::stale;
    x.source = local ? evidence::local : evidence::answer;
  }
  sink.emit(x);
}

// -- login -------------------------------------------------------------------------------------------

bool account::on_login(const http_answer& event, account_sink& sink) {
  const auto session = read_login(event, parser_);
  if (!session)
    return false;
  const auto& at = event.at;
  const auto left
      = session->expires == timestamp{} ? longest_session : session->expires - venue_now(at);
  if (left <= duration{0}) {
    fail(sink, session_end::garbage, "the login's cookie has expired already");
    return true;
  }
  login_asked_ = false;
  writer_.use(*session);
  if (writer_.sub_account() == 0) {
    fail(sink, session_end::configuration,
         "the API key belongs to a funding account: set sub_account_id to the trading account");
    return true;
  }
  const auto life = std::min<duration>(left, longest_session);
  login_ends_ns_ = at.monotonic_ns + life.count();
  sink.set_timer(login_timer, life > 2 * early ? life - early : life / 2);
  if (!opened_) {
    begin(make(task::instruments, at), at, sink);
    return true;
  }
  resend(at, sink);
  // The stream in use carries the old cookie.
  if (!over_)
    open_stream(sink);
  return true;
}

void account::refuse_login(std::string_view text, const event_time& at, account_sink& sink) {
  login_asked_ = false;
  drop_resends(text, at, sink);
  if (at.monotonic_ns >= login_ends_ns_)
    return fail(sink, session_end::closed, std::string{"no new login: "}.append(text));
  sink.set_timer(login_timer, retry_after);
}

void account::resend(const event_time& at, account_sink& sink) {
  // Sending does not call back, so the list cannot grow meanwhile.
  for (const auto slot : waiting_for_login_) {
    const auto& p = slots_[slot];
    if (p.what == task::place && p.order.valid_until != timestamp{} && at.now > p.order.valid_until)
      refuse(release(slot), {verdict::refused, reject_reason::stale}, "older than its validity", at,
             sink);
    else
      send(slot, at, sink);
  }
  waiting_for_login_.clear();
}

/// No session to be had: what waited for it was never executed.
void account::drop_resends(std::string_view text, const event_time& at, account_sink& sink) {
  for (const auto slot : std::exchange(waiting_for_login_, {}))
    refuse(release(slot), {verdict::refused, reject_reason::authentication}, text, at, sink);
}

// -- the way to live ---------------------------------------------------------------------------------

bool account::on_clock(const pending& p, const http_answer& event, dom::element body,
                       account_sink& sink) {
  const auto time = time_of(body, "server_time");
  if (time == timestamp{})
    return false;
  clock_asked_ = false;
  const duration half{(event.at.monotonic_ns - p.sent_ns) / 2};
  // The venue read its clock half a round trip ago, in the middle of its millisecond.
  offset_ = time + half + 500us - event.at.now;
  sink.clock_offset(offset_, half + 500us);
  if (!std::exchange(clock_known_, true))
    ask_login(event.at, sink);
  return true;
}

bool account::on_instruments(dom::element body, account_sink& sink) {
  const auto problem = instruments_.load(body, settings_.instruments);
  if (!problem.text.empty()) {
    fail(sink, problem.unknown_ticker ? session_end::configuration : session_end::garbage,
         problem.text);
    return true;
  }
  for (const auto& x : instruments_.all())
    sink.emit(x.rules);
  open_stream(sink);
  return true;
}

} // namespace actorbot::venues::grvt
