#include "venues/edgex/account.hpp"

#include "venues/edgex/session.hpp"

#include <algorithm>
#include <utility>

/// The private stream.
namespace actorbot::venues::edgex {

namespace {

namespace dom = simdjson::dom;

} // namespace

void account::on(const stream_frame& event, account_sink& sink) {
  if (over_)
    return;
  frame_seen_ns_ = event.at.monotonic_ns;
  const auto frame = parser_.parse(event.data);
  if (!frame || !frame->is_object() || event.kind != frame_kind::text)
    return fail(sink, session_end::garbage, "a private frame is not JSON");
  const auto type = text_of(*frame, "type");
  if (type == "trade-event") {
    const auto content = member_of(*frame, "content");
    if (!content || !content->is_object())
      return fail(sink, session_end::garbage, "a private frame has no content");
    return on_trade_event(event.at, *content, sink);
  }
  if (type == "error") {
    const auto error = read_stream_error(*frame);
    const auto reason = live_ ? session_end::garbage : end_of(400, error.code);
    return fail(sink, reason, "edgex refused the private stream: " + error.text);
  }
  answer_ping(*frame, type, private_stream, buffer_, sink);
}

/// Groups may be empty or absent. Of each execution there are two events: the matcher's, with a new cumMatchSize and no more, and
/// the settlement's with the rest. The first is progress, the fills come with the second.
void account::on_trade_event(const event_time& at, dom::element content, account_sink& sink) {
  const auto version = integer_of(content, "version");
  const auto data = member_of(content, "data");
  if (!version || !data || !data->is_object())
    return fail(sink, session_end::garbage, "an account event cannot be read");
  if (text_of(content, "event") == "Snapshot") {
    // The gateway asks for the lists; from this version on nothing is missed.
    version_ = *version;
    if (!std::exchange(live_, true)) {
      sink.cancel_timer(live_timer);
      sink.live();
    }
    return;
  }
  if (!live_ || *version <= version_)
    return;
  if (!on_orders(at, *data, sink) || !on_executions(at, *data, sink))
    return fail(sink, session_end::garbage, "an order event cannot be read");
  for (const auto& x : event_orders_) {
    if (x.ours)
      sink.emit(x.order);
    else
      sink.emit_foreign(x);
  }
  if (!on_position_group(*data, sink))
    return fail(sink, session_end::garbage, "a position event cannot be read");
  on_collateral_group(*data, sink);
  if (const auto rows = array_of(*data, "collateralTransaction"))
    for (const auto row : *rows)
      if (const auto x = read_funding(row, instruments_))
        sink.emit(*x);
}

/// Reads the orders of the event. They are told after the executions that they report.
bool account::on_orders(const event_time& at, dom::element data, account_sink& sink) {
  event_orders_.clear();
  const auto rows = array_of(data, "order");
  if (!rows)
    return true;
  for (const auto row : *rows) {
    const auto result = read_order(row, instruments_, settings_.bot, evidence::stream, seen_);
    if (result == read_result::malformed)
      return false;
    if (result == read_result::ok) {
      remember_owner(seen_);
      event_orders_.push_back(seen_);
    } else if (result == read_result::incomplete) {
      // A short record: the whole one is asked for.
      auto p = make(task::query, at, instruments_.by_contract(*id_of(row, "contractId"))->rules.id);
      p.venue_order = *id_of(row, "id");
      p.list = ++last_list_;
      begin(std::move(p), at, sink);
    }
  }
  return true;
}

bool account::on_executions(const event_time& at, dom::element data, account_sink& sink) {
  const auto rows = array_of(data, "orderFillTransaction");
  if (!rows)
    return true;
  fill_list strangers;
  strangers.stream = true;
  for (const auto row : *rows) {
    const auto order = id_of(row, "orderId");
    const auto known = order ? owners_.find(*order) : owners_.end();
    const auto* const owner = known == owners_.end() ? nullptr : &known->second;
    fill x;
    const auto result = read_fill(row, instruments_, owner, x);
    if (result == read_result::malformed)
      return false;
    // A short record of an order never heard of is left to the gateway's look into the history.
    if (result != read_result::ok)
      continue;
    if (owner == nullptr) {
      strangers.page.instrument = x.instrument;
      strangers.page.fills.push_back(std::move(x));
    } else if (owner->ours) {
      x.id = owner->id;
      sink.emit(x);
    }
  }
  if (!strangers.page.fills.empty()) {
    fill_lists_.emplace(++last_list_, std::move(strangers));
    advance(last_list_, at, sink);
  }
  return true;
}

bool account::on_position_group(dom::element data, account_sink& sink) {
  const auto rows = array_of(data, "position");
  if (!rows)
    return true;
  for (const auto row : *rows) {
    position x;
    const auto result = read_position(row, std::nullopt, instruments_, x);
    if (result == read_result::malformed)
      return false;
    if (result == read_result::ok)
      sink.emit(x);
  }
  return true;
}

/// The group has cash only, and `legacyAmount` where it is whole. Equity and free margin move with
/// it until the next query.
void account::on_collateral_group(dom::element data, account_sink& sink) {
  const auto rows = array_of(data, "collateral");
  if (!rows)
    return;
  for (const auto row : *rows) {
    const auto coin = id_of(row, "coinId");
    const auto total = long_decimal_of(row, "legacyAmount");
    if (!coin || !total)
      continue;
    const auto name = instruments_.coin_name(*coin);
    const auto at = std::find_if(balances_.begin(), balances_.end(),
                                 [&](const balance& x) { return x.asset == name; });
    if (at == balances_.end())
      continue;
    const auto change = *total - at->total;
    at->total = *total;
    at->equity += change;
    at->available += change;
    at->time = time_of(row, "updatedTime");
    sink.emit(*at);
  }
}

} // namespace actorbot::venues::edgex
