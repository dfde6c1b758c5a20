#include "venues/backpack/account.hpp"

#include <algorithm>
#include <utility>

/// What an answer means. The failure matrix of docs/venues/backpack.md is this file, errors.cpp and
/// account_history.cpp.
namespace actorbot::venues::backpack {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

constexpr std::string_view unreadable = "the answer cannot be read";

} // namespace

void account::on(const http_answer& event, account_sink& sink) {
  if (over_ || requests_.find(event.id) == nullptr)
    return;
  report_budget(event, sink);
  if (event.status / 100 != 2)
    return on_refusal(event.id, event, sink);
  const auto p = requests_.take(event.id);
  if (succeed(p, event, sink) || over_)
    return;
  if (is_start(p))
    return fail(sink, session_end::garbage, unreadable);
  refuse(p, {}, unreadable, event.at, sink);
}

void account::on_refusal(request_id id, const http_answer& event, account_sink& sink) {
  auto p = requests_.take(id);
  const auto error = read_error(event, parser_);
  auto o = classify(event.status, error.code, error.message);
  // The question for the time itself is not asked again: it would wait for its own answer.
  if (o.what == verdict::resync && !p.retried && p.what != task::clock) {
    p.retried = true;
    waiting_for_clock_.push_back(std::move(p));
    return ask_clock(event.at, sink);
  }
  if (is_start(p))
    return fail(sink, end_of(event.status, error), "backpack refused a request: " + error.text);
  if (o.what == verdict::not_found && on_not_found(p, event.at, sink))
    return;
  // "Invalid order" is also on record for an order that is gone.
  if (p.what == task::cancel && error.code == "INVALID_ORDER")
    o = {verdict::not_found, reject_reason::unknown_order};
  refuse(p, o, error.text, event.at, sink);
}

void account::on(const http_failed& event, account_sink& sink) {
  if (over_ || requests_.find(event.id) == nullptr)
    return;
  const auto p = requests_.take(event.id);
  const auto text = clean_text(event.text);
  if (is_start(p))
    return fail(sink, session_end::closed, "no answer from backpack: " + text);
  refuse(p, event.written ? outcome{} : outcome{verdict::refused, reject_reason::not_sent}, text,
         event.at, sink);
}

/// A 404 that is not the end of the matter.
bool account::on_not_found(const pending& p, const event_time& at, account_sink& sink) {
  auto next = p;
  next.retried = false;
  switch (p.what) {
  case task::query: // it does not rest
    next.what = task::query_history;
    // A minute for two clocks that disagree. Zero when this session did not place it.
    if (const auto placed = placed_at(p.number); placed != timestamp{})
      next.from = placed + offset_ - 1min;
    begin(std::move(next), at, sink);
    return true;
  case task::query_history:
    ask_fills_of(p, at, sink);
    return true;
  case task::query_fills:
    sink.query_failed(p.order.id, reject_reason::unknown_order,
                      "it does not rest, and no history has it");
    return true;
  case task::positions: { // the word for "none"
    positions_snapshot none;
    none.venue = settings_.venue;
    none.requested = p.requested;
    sink.emit(none);
    return true;
  }
  case task::owner:
    next.what = task::owner_resting;
    begin(std::move(next), at, sink);
    return true;
  case task::owner_resting: // what the venue denies is none of ours
    set_owner(p, {}, at, sink);
    return true;
  default:
    return false;
  }
}

/// False when the answer cannot be read.
bool account::succeed(const pending& p, const http_answer& event, account_sink& sink) {
  if (p.what == task::clock)
    return on_clock(p, event, sink);
  // Accepted, not executed yet, and without a body.
  if (event.status == 202 && p.what == task::cancel) {
    sink.cancel_failed(p.order.id, reject_reason::none, "accepted, not executed yet");
    return true;
  }
  if (event.status == 202 && p.what == task::cancel_all)
    return true;
  const auto body = parser_.parse(event.body);
  if (!body)
    return false;
  switch (p.what) {
  case task::clock:
    break;
  case task::markets:
    return on_markets(event.at, *body, sink);
  case task::settings:
    return on_settings(*body, sink);
  case task::place:
  case task::cancel:
  case task::query:
    return on_order(p, event.at, *body, sink);
  case task::query_history:
    return on_history(p, event.at, *body, sink);
  case task::query_fills:
    return on_order_fills(p, event.at, *body, sink);
  case task::open_orders:
    return on_open_orders(p, *body, sink);
  case task::positions:
    return on_positions(p, event.at, *body, sink);
  case task::balances:
    return on_balances(event.at, *body, sink);
  case task::fills:
    return on_fills(p, event.at, *body, sink);
  case task::owner:
  case task::owner_resting:
    return on_owner(p, event.at, *body, sink);
  case task::funding:
    return on_funding(*body, sink);
  case task::cancel_all:
    return body->is_array(); // what happens to the orders is said by the private stream
  }
  return false;
}

// -- clock -------------------------------------------------------------------------------------------

void account::resend(const event_time& at, account_sink& sink) {
  auto list = std::exchange(waiting_for_clock_, {});
  for (auto& p : list) {
    if (p.what == task::place && p.order.valid_until != timestamp{} && at.now > p.order.valid_until)
      refuse(p, {verdict::refused, reject_reason::stale}, "older than its validity", at, sink);
    else
      begin(std::move(p), at, sink);
  }
}

/// No time to be had: what waited for it was never executed.
void account::drop_resends(std::string_view text, const event_time& at, account_sink& sink) {
  const auto list = std::exchange(waiting_for_clock_, {});
  for (const auto& p : list) {
    if (is_start(p))
      return fail(sink, session_end::closed, text);
    refuse(p, {verdict::refused, reject_reason::clock}, text, at, sink);
    if (over_)
      return;
  }
}

/// The body is the plain number.
bool account::on_clock(const pending& p, const http_answer& event, account_sink& sink) {
  const auto time = parse_ms(event.body.substr(0, event.body.find_last_not_of(" \r\n") + 1));
  if (!time || *time == timestamp{})
    return false;
  clock_asked_ = false;
  const duration half{(event.at.monotonic_ns - p.sent_ns) / 2};
  // The venue read its clock half a round trip ago, in the middle of its millisecond.
  offset_ = *time + half + 500us - event.at.now;
  sink.clock_offset(offset_, half + 500us);
  resend(event.at, sink);
  if (!std::exchange(clock_known_, true))
    begin(make(task::markets, event.at), event.at, sink);
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
  case task::query_history:
  case task::query_fills:
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
    return sink.request_failed("fills", words);
  case task::owner:
  case task::owner_resting:
    pages_.erase(p.page);
    return sink.request_failed("fills", words);
  case task::clock:
    clock_asked_ = false;
    return drop_resends(words, at, sink);
  case task::funding: // the next one is due anyway
  case task::markets:
  case task::settings:
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
  x.reason = o.reason;
  x.source = evidence::answer;
  switch (o.what) {
  case verdict::refused:
  case verdict::resync:
    x.state = order_state::rejected;
    if (o.reason == reject_reason::not_sent || o.reason == reject_reason::stale)
      x.source = evidence::local;
    break;
  case verdict::ended:
    x.state = order_state::expired;
    break;
  case verdict::unknown:
  case verdict::not_found: // no answer to what was asked
    x.state = order_state::unknown;
    x.source = evidence::local;
    if (o.reason != reject_reason::duplicate_id)
      x.reason = reject_reason::none;
    break;
  }
  sink.emit(x);
}

// -- session answers ---------------------------------------------------------------------------------

bool account::on_markets(const event_time& at, dom::element body, account_sink& sink) {
  const auto error = instruments_.load(body, settings_.instruments);
  if (!error.text.empty()) {
    fail(sink, error.reason, error.text);
    return true;
  }
  begin(make(task::settings, at), at, sink);
  return true;
}

/// Fees come in basis points.
bool account::on_settings(dom::element body, account_sink& sink) {
  const auto maker = decimal_of(body, "futuresMakerFee");
  const auto taker = decimal_of(body, "futuresTakerFee");
  const auto leverage = decimal_of(body, "leverageLimit");
  if (!maker || !taker)
    return false;
  const auto basis_point = decimal::from_parts(1, -4);
  instruments_.set_account(*maker * basis_point, *taker * basis_point,
                           leverage.value_or(decimal{}));
  for (const auto& x : instruments_.all())
    sink.emit(x.rules);
  opened_ = true;
  stream_request_view request;
  request.target = "/";
  sink.open(stream_endpoint, user_stream, request);
  return true;
}

// -- command answers ---------------------------------------------------------------------------------

bool account::on_order(const pending& p, const event_time& at, dom::element body,
                       account_sink& sink) {
  const auto source = p.what == task::query ? evidence::query : evidence::answer;
  if (read_order(body, instruments_, settings_.ids.get(), source, seen_) != read_result::ok
      || seen_.order.instrument != p.order.instrument)
    return false;
  // The answer to one order for another would be worse than none.
  if (!is_about(p, seen_))
    return false;
  // The order's only time is that of its creation.
  if (p.what != task::place || seen_.order.time == timestamp{})
    seen_.order.time = venue_now(at);
  if (seen_.ours)
    sink.emit(seen_.order);
  else
    sink.emit_foreign(seen_);
  return true;
}

bool account::on_open_orders(const pending& p, dom::element body, account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  open_orders_snapshot out;
  out.venue = settings_.venue;
  out.requested = p.requested;
  for (const auto row : rows) {
    const auto result
        = read_order(row, instruments_, settings_.ids.get(), evidence::snapshot, seen_);
    if (result == read_result::malformed)
      return false;
    if (result == read_result::ok)
      out.orders.push_back(seen_);
  }
  sink.emit(out);
  return true;
}

bool account::on_positions(const pending& p, const event_time& at, dom::element body,
                           account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  positions_snapshot out;
  out.venue = settings_.venue;
  out.requested = p.requested;
  for (const auto row : rows) {
    position x;
    const auto result = read_position_row(row, instruments_, x);
    if (result == read_result::malformed)
      return false;
    x.time = venue_now(at);
    if (result == read_result::ok)
      out.positions.push_back(x);
  }
  sink.emit(out);
  return true;
}

/// The account as a whole, in USD: with lending, USDC may be nowhere among the plain balances.
bool account::on_balances(const event_time& at, dom::element body, account_sink& sink) {
  const auto equity = long_decimal_of(body, "netEquity");
  const auto available = long_decimal_of(body, "netEquityAvailable");
  const auto unrealised = long_decimal_of(body, "pnlUnrealized");
  if (!equity || !available || !unrealised)
    return false;
  sink.emit(
      balance{settings_.venue, "USDC", *equity - *unrealised, *equity, *available, venue_now(at)});
  return true;
}

/// No stream tells of funding; this list is read from time to time, newest first.
bool account::on_funding(dom::element body, account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  std::vector<funding_payment> fresh;
  std::vector<std::string> ids;
  for (const auto row : rows) {
    const auto* const x = instruments_.by_symbol(text_of(row, "symbol"));
    const auto amount = long_decimal_of(row, "quantity");
    const auto time = history_time_of(row, "intervalEndTimestamp");
    if (x == nullptr || !amount || time < funding_since_)
      continue;
    // The venue numbers no payments; there is one for each market and interval.
    ids.push_back(x->rules.symbol + "@" + std::to_string(to_ms(time)));
    if (std::find(funding_seen_.begin(), funding_seen_.end(), ids.back()) == funding_seen_.end())
      fresh.push_back({x->rules.id, *amount, ids.back(), time});
  }
  std::reverse(fresh.begin(), fresh.end());
  for (const auto& x : fresh)
    sink.emit(x);
  funding_seen_ = std::move(ids);
  return true;
}

} // namespace actorbot::venues::backpack
