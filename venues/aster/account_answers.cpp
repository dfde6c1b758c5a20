#include "venues/aster/account.hpp"

#include <algorithm>
#include <utility>

/// What an answer means. The failure matrix of docs/venues/aster.md is this file and errors.cpp.
namespace actorbot::venues::aster {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

constexpr duration retry_after = 60s;
constexpr std::int64_t key_life_ns = duration{55min}.count();
constexpr std::string_view unreadable = "the answer cannot be read";

} // namespace

void account::on(const http_answer& event, account_sink& sink) {
  const auto slot = slot_of(event.id);
  if (!slot)
    return;
  report_budget(event, instruments_.weight_limit(), sink);
  const auto root = parser_.parse(event.body);
  // A negative code is an error whatever the status says; "code":"200" is a success.
  const auto code = root ? integer_of(*root, "code") : std::nullopt;
  const bool good_status = event.status / 100 == 2;
  if (good_status && root && !(code && *code < 0))
    return succeed(release(*slot), event, *root, sink);
  const auto error = good_status && !root ? venue_error{{}, {}, std::string{unreadable}}
                                          : read_error(event, parser_);
  const auto o = classify(good_status ? 400 : event.status, error.code, error.message);
  // The question for the time itself is not asked again: it would wait for its own answer.
  if (o.what == verdict::resync && !slots_[*slot].retried && slots_[*slot].what != task::clock)
    return resync(*slot, event.at, sink);
  const auto p = release(*slot);
  if (is_start(p))
    return fail(sink, good_status && !root ? session_end::garbage : end_of(event.status, error),
                "aster refused a request: " + error.text);
  refuse(p, o, error.text, event.at, sink);
  if (event.status == 418 && !over_)
    fail(sink, session_end::rate_limited, "aster banned this address: " + error.text);
}

void account::on(const http_failed& event, account_sink& sink) {
  const auto slot = slot_of(event.id);
  if (!slot)
    return;
  const auto p = release(*slot);
  const auto text = clean_text(event.text);
  if (is_start(p))
    return fail(sink, session_end::closed, "no answer from aster: " + text);
  refuse(p, event.written ? outcome{} : outcome{verdict::refused, reject_reason::not_sent}, text,
         event.at, sink);
}

void account::succeed(const pending& p, const http_answer& event, dom::element body,
                      account_sink& sink) {
  bool ok = true;
  switch (p.what) {
  case task::clock:
    ok = on_clock(p, event, body, sink);
    break;
  case task::exchange_info:
    ok = on_exchange_info(event.at, body, sink);
    break;
  case task::position_mode:
    ok = on_position_mode(event.at, body, sink);
    break;
  case task::listen_key:
    ok = on_listen_key(body, sink);
    break;
  case task::keep_alive:
    key_renewed_ns_ = event.at.monotonic_ns;
    sink.set_timer(keep_alive_timer, 30min);
    break;
  case task::commission:
    ok = on_commission(p, body, sink);
    break;
  case task::income:
    ok = on_income(body, sink);
    break;
  case task::place:
  case task::cancel:
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
  case task::owner:
    ok = on_owner(p, event.at, body, sink);
    break;
  case task::cancel_all:
    ok = body.is_object(); // what happens to the orders is said by the user stream
    break;
  case task::dead_man:
    ok = body.is_object();
    if (ok)
      sink.dead_man_set(p.order.instrument, p.countdown);
    break;
  }
  if (ok || over_)
    return;
  if (is_start(p))
    return fail(sink, session_end::garbage, unreadable);
  refuse(p, {}, unreadable, event.at, sink);
}

// -- clock and nonce ---------------------------------------------------------------------------------

/// Refused for its time: not executed. The slot keeps the command until the clock is known.
void account::resync(std::size_t slot, const event_time& at, account_sink& sink) {
  slots_[slot].retried = true;
  ++slots_[slot].generation;
  waiting_for_clock_.push_back(slot);
  ask_clock(at, sink);
}

void account::resend(const event_time& at, account_sink& sink) {
  // Sending does not call back, so the list cannot grow meanwhile.
  for (const auto slot : waiting_for_clock_) {
    const auto& p = slots_[slot];
    if (p.what == task::place && p.order.valid_until != timestamp{}
        && at.now > p.order.valid_until) {
      refuse(release(slot), {verdict::refused, reject_reason::stale}, "older than its validity", at,
             sink);
    } else {
      send(slot, at, sink);
    }
  }
  waiting_for_clock_.clear();
}

/// No time to be had: what waited for it was never executed.
void account::drop_resends(std::string_view text, const event_time& at, account_sink& sink) {
  const auto slots = std::exchange(waiting_for_clock_, {});
  for (const auto slot : slots) {
    const auto p = release(slot);
    if (is_start(p))
      return fail(sink, session_end::closed, text);
    refuse(p, {verdict::refused, reject_reason::clock}, text, at, sink);
    if (over_)
      return;
  }
}

bool account::on_clock(const pending& p, const http_answer& event, dom::element body,
                       account_sink& sink) {
  const auto time = time_of(body, "serverTime");
  if (time == timestamp{})
    return false;
  clock_asked_ = false;
  const duration half{(event.at.monotonic_ns - p.sent_ns) / 2};
  // The venue read its clock half a round trip ago, in the middle of its millisecond.
  offset_ = time + half + 500us - event.at.now;
  sink.clock_offset(offset_, half + 500us);
  resend(event.at, sink);
  if (!std::exchange(clock_known_, true))
    begin(make(task::exchange_info, event.at), event.at, sink);
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
    return refuse_owner(p, o, words, at, sink);
  case task::dead_man:
    return sink.request_failed("arm_dead_man", words);
  case task::income:
    return sink.set_timer(income_timer, retry_after);
  case task::keep_alive:
    // Gone for good, or so long without success that it must be.
    if (words.starts_with("-1125") || at.monotonic_ns - key_renewed_ns_ > key_life_ns)
      return fail(sink, session_end::closed, "the listen key is gone: " + words);
    return sink.set_timer(keep_alive_timer, retry_after);
  case task::clock:
    clock_asked_ = false;
    return drop_resends(words, at, sink);
  case task::exchange_info:
  case task::position_mode:
  case task::listen_key:
  case task::commission: // the default fees stay
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
  if (o.what == verdict::refused || o.what == verdict::resync) {
    x.state = order_state::rejected;
    x.reason = o.reason;
    const bool local = o.reason == reject_reason::not_sent || o.reason == reject_reason::stale;
    x.source = local ? evidence::local : evidence::answer;
  } else {
    // Also when a new order is "not found": that is no answer to what was asked.
    x.state = order_state::unknown;
    x.reason = o.reason == reject_reason::duplicate_id ? o.reason : reject_reason::none;
  }
  sink.emit(x);
}

// -- session answers ---------------------------------------------------------------------------------

bool account::on_exchange_info(const event_time& at, dom::element body, account_sink& sink) {
  const auto error = instruments_.load(body, settings_.instruments);
  if (!error.empty()) {
    fail(sink, session_end::garbage, error);
    return true;
  }
  for (const auto& x : instruments_.all())
    sink.emit(x.rules);
  begin(make(task::position_mode, at), at, sink);
  return true;
}

bool account::on_position_mode(const event_time& at, dom::element body, account_sink& sink) {
  const auto dual = boolean_of(body, "dualSidePosition");
  if (!dual)
    return false;
  if (*dual) {
    fail(sink, session_end::authentication,
         "the account is in hedge mode (LONG and SHORT positions side by side); switch it to "
         "one-way mode");
    return true;
  }
  begin(make(task::listen_key, at), at, sink);
  return true;
}

bool account::on_listen_key(dom::element body, account_sink& sink) {
  const auto key = text_of(body, "listenKey");
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_';
  };
  if (key.empty() || !std::all_of(key.begin(), key.end(), plain))
    return false;
  writer_.hide(key);
  opened_ = true;
  const auto target = "/ws/" + std::string{key};
  stream_request_view request;
  request.target = target;
  sink.open(stream_endpoint, user_stream, request);
  return true;
}

bool account::on_commission(const pending& p, dom::element body, account_sink& sink) {
  const auto* const x = instruments_.by_id(p.order.instrument);
  const auto maker = decimal_of(body, "makerCommissionRate");
  const auto taker = decimal_of(body, "takerCommissionRate");
  if (x == nullptr || !maker || !taker)
    return false;
  auto rules = x->rules;
  rules.maker_fee = *maker;
  rules.taker_fee = *taker;
  if (rules != x->rules)
    sink.emit(rules);
  return true;
}

// -- command answers ---------------------------------------------------------------------------------

bool account::on_order(const pending& p, dom::element body, account_sink& sink) {
  const auto source = p.what == task::query ? evidence::query : evidence::answer;
  if (read_order(body, instruments_, settings_.bot, source, seen_) != read_result::ok
      || seen_.order.instrument != p.order.instrument)
    return false;
  if (p.venue_order != 0) {
    if (seen_.ours)
      sink.emit(seen_.order);
    else
      sink.emit_foreign(seen_);
    return true;
  }
  // The answer to one order for another would be worse than none.
  if (!seen_.ours || seen_.order.id != p.order.id)
    return false;
  sink.emit(seen_.order);
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
    const auto result = read_order(row, instruments_, settings_.bot, evidence::snapshot, seen_);
    if (result == read_result::malformed)
      return false;
    if (result == read_result::ok)
      out.orders.push_back(seen_);
  }
  sink.emit(out);
  return true;
}

bool account::on_positions(const pending& p, dom::element body, account_sink& sink) {
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
    if (result == read_result::ok)
      out.positions.push_back(x);
  }
  sink.emit(out);
  return true;
}

bool account::on_balances(const http_answer& event, dom::element body, account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  std::vector<balance> list;
  for (const auto row : rows) {
    const auto asset = text_of(row, "asset");
    const auto total = decimal_of(row, "balance");
    const auto available = decimal_of(row, "availableBalance");
    const auto unrealised = decimal_of(row, "crossUnPnl");
    if (asset.empty() || !total || !available || !unrealised)
      return false;
    auto time = time_of(row, "updateTime");
    if (time == timestamp{})
      time = event.at.now;
    list.push_back(
        {settings_.venue, std::string{asset}, *total, *total + *unrealised, *available, time});
  }
  balances_ = std::move(list);
  for (const auto& x : balances_)
    sink.emit(x);
  return true;
}

/// Funding is heard of on the user stream without its instrument; the income list has it.
bool account::on_income(dom::element body, account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  std::vector<std::string> ids;
  for (const auto row : rows) {
    const auto* const x = instruments_.by_symbol(text_of(row, "symbol"));
    const auto amount = decimal_of(row, "income");
    if (text_of(row, "incomeType") != "FUNDING_FEE" || !amount)
      continue;
    funding_payment out;
    // A number in some answers, a text in others.
    out.id = text_of(row, "tranId");
    if (const auto number = integer_of(row, "tranId"); out.id.empty() && number)
      out.id = std::to_string(*number);
    ids.push_back(out.id);
    if (x == nullptr
        || std::find(income_seen_.begin(), income_seen_.end(), out.id) != income_seen_.end())
      continue;
    out.instrument = x->rules.id;
    out.amount = *amount;
    out.time = time_of(row, "time");
    sink.emit(out);
    income_since_ = std::max(income_since_, out.time);
  }
  income_seen_ = std::move(ids);
  return true;
}

} // namespace actorbot::venues::aster
