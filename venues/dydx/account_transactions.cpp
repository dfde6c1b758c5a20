#include "venues/dydx/account.hpp"

#include "venues/dydx/session.hpp"

#include <utility>

/// What the node says, and what a command without success comes to. The failure matrix of
/// docs/venues/dydx.md is this file and errors.cpp.
namespace actorbot::venues::dydx {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

constexpr duration retry_after = 60s;
constexpr std::string_view unreadable = "the answer cannot be read";

std::string code_text(std::string_view codespace, std::int64_t code, std::string_view log) {
  return clean_text(codespace) + " " + std::to_string(code) + " " + clean_text(log);
}

} // namespace

// -- the node ----------------------------------------------------------------------------------------

/// JSON-RPC: {"id":1,"result":{...}} or {"id":1,"error":{"code":..,"message":..,"data":..}}.
void account::on_node_answer(std::size_t slot, const http_answer& event, account_sink& sink) {
  const auto& p = slots_[slot];
  const bool transaction = p.what == task::place || p.what == task::cancel;
  outcome o;
  auto text
      = event.status == 200 ? std::string{unreadable} : "HTTP " + std::to_string(event.status);
  const auto root = parser_.parse(event.body);
  const auto own_id = static_cast<std::int64_t>(static_cast<std::uint64_t>(event.id));
  dom::element member;
  if (event.status == 429) {
    o = {verdict::refused, reject_reason::rate_limit};
    sink.budget_used(node_requests_per_minute, node_requests_per_minute);
  } else if (!root || event.status / 100 != 2 || integer_of(*root, "id") != own_id) {
    // A page of a gateway, or the answer to another question: it says nothing.
  } else if ((*root)["error"].get(member) == simdjson::SUCCESS) {
    const auto code = integer_of(member, "code").value_or(0);
    o = classify_rpc_error(code, text_of(member, "data"));
    text = code_text(
        "rpc", code,
        std::string{text_of(member, "message")}.append(" ").append(text_of(member, "data")));
  } else if ((*root)["result"].get(member) == simdjson::SUCCESS) {
    if (p.what == task::account && on_account(event, member, sink))
      return void(release(slot));
    if (p.what == task::height && on_height(p, event.at, member, sink))
      return void(release(slot));
    const auto code = transaction ? integer_of(member, "code") : std::nullopt;
    if (code && *code == 0) {
      o = {verdict::accepted, reject_reason::none};
    } else if (code) {
      const auto log = text_of(member, "log");
      o = classify(text_of(member, "codespace"), *code, log);
      text = code_text(text_of(member, "codespace"), *code, log);
    }
  }
  if (over_)
    return;
  if (transaction)
    return on_transaction(slot, o, text, event.at, sink);
  const auto ended = release(slot);
  if (is_start(ended))
    return fail(sink, event.status == 200 ? session_end::garbage : end_of(event.status),
                "the node refused a request: " + text);
  refuse(ended, o, text, event.at, sink);
}

/// What a transaction came to. A refusal for its nonce or time proves that nothing was executed:
/// it is signed and sent once more, with the same client id.
void account::on_transaction(std::size_t slot, outcome o, std::string_view text,
                             const event_time& at, account_sink& sink) {
  auto& p = slots_[slot];
  const bool again = o.what == verdict::resign || o.what == verdict::resync;
  if (again && !p.retried) {
    p.retried = true;
    ++p.generation;
    if (o.what == verdict::resync) {
      waiting_for_clock_.push_back(slot);
      return ask_clock(at, sink);
    }
    return send(slot, at, sink);
  }
  const auto ended = release(slot);
  if (o.what != verdict::accepted)
    return refuse(ended, o, text, at, sink);
  if (ended.what == task::cancel)
    return; // what becomes of the order is said by the channel or a query
  auto x = view_of(ended, at);
  x.source = evidence::answer; // pending: one node took it, nobody has seen it in a book
  sink.emit(x);
}

void account::resend(const event_time& at, account_sink& sink) {
  // Sending does not call back, so the list cannot grow meanwhile.
  for (const auto slot : std::exchange(waiting_for_clock_, {})) {
    const auto& p = slots_[slot];
    if (p.what == task::place && p.order.valid_until != timestamp{} && at.now > p.order.valid_until)
      refuse(release(slot), {verdict::refused, reject_reason::stale}, "older than its validity", at,
             sink);
    else
      send(slot, at, sink);
  }
}

/// No time to be had: what waited for it was never executed.
void account::drop_resends(std::string_view text, const event_time& at, account_sink& sink) {
  for (const auto slot : std::exchange(waiting_for_clock_, {}))
    refuse(release(slot), {verdict::refused, reject_reason::clock}, text, at, sink);
}

// -- failures ----------------------------------------------------------------------------------------

void account::refuse(const pending& p, outcome o, std::string_view words, const event_time& at,
                     account_sink& sink) {
  const std::string text{words};
  const auto reason = o.what == verdict::unknown ? reject_reason::none : o.reason;
  switch (p.what) {
  case task::place:
    return refuse_place(p, o, text, at, sink);
  case task::cancel:
    return sink.cancel_failed(p.order.id, reason, text);
  case task::query:
    if (o.what == verdict::not_found && p.try_short) {
      auto again = p;
      again.try_short = false;
      again.retried = false;
      again.terms.order.flags = short_term_flags;
      again.venue_order = order_uuid(writer_.subaccount_id(), again.terms.order);
      begin(std::move(again), at, sink);
      return;
    }
    return sink.query_failed(p.order.id, reason, text);
  case task::open_orders:
    return sink.request_failed("open_orders", text);
  case task::positions:
    return sink.request_failed("positions", text);
  case task::balances:
    if (o.what == verdict::not_found) // a subaccount comes into being with its first deposit
      return sink.emit(balance{settings_.venue, "USDC", {}, {}, {}, at.now});
    return sink.request_failed("balances", text);
  case task::fills:
    histories_.erase(p.history);
    return sink.request_failed("fills", text);
  case task::owner:
    return refuse_owner(p, o, text, at, sink);
  case task::funding:
    return sink.set_timer(funding_timer, retry_after);
  case task::clock:
    clock_asked_ = false;
    return drop_resends(text, at, sink);
  case task::height: // the next look is soon
  case task::account:
  case task::markets:
    return;
  }
}

/// The order as it was asked for.
order_update account::view_of(const pending& p, const event_time& at) const {
  order_update x;
  x.id = p.order.id;
  x.instrument = p.order.instrument;
  x.venue_order_id = p.venue_order;
  x.order_side = p.order.order_side;
  x.reduce_only = p.order.reduce_only;
  x.size = p.order.size;
  x.limit_price = p.order.limit_price;
  x.time = at.now;
  return x;
}

void account::refuse_place(const pending& p, outcome o, std::string_view text, const event_time& at,
                           account_sink& sink) {
  auto x = view_of(p, at);
  x.text = text;
  if (o.what == verdict::unknown || o.what == verdict::not_found) {
    // Also when a new order is "not found": that is no answer to what was asked.
    x.state = order_state::unknown;
    x.reason = o.reason == reject_reason::duplicate_id ? o.reason : reject_reason::none;
  } else {
    x.state = order_state::rejected;
    x.reason = o.reason;
    const bool local = o.reason == reject_reason::not_sent || text == "older than its validity";
    x.source = local ? evidence::local : evidence::answer;
    forget(p.order.id);
  }
  sink.emit(x);
}

} // namespace actorbot::venues::dydx
