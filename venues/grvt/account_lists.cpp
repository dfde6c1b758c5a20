#include "venues/grvt/account.hpp"

#include <algorithm>
#include <utility>

/// What orders, lists and pages say.
namespace actorbot::venues::grvt {

namespace {

namespace dom = simdjson::dom;

/// A history longer than this is none that a bot can have missed.
constexpr std::size_t fills_limit = 100'000;

} // namespace

bool account::on_order(const pending& p, dom::element body, account_sink& sink) {
  const auto order = member_of(body, "result");
  const bool asked = p.what == task::query;
  if (!order
      || read_order(*order, instruments_, *settings_.ids,
                    asked ? evidence::query : evidence::answer, seen_)
             != read_result::ok
      || seen_.order.instrument != p.order.instrument)
    return false;
  if (p.order.id == client_order_id{}) {
    // Asked for by the venue's id, whoever's it is.
    if (seen_.order.venue_order_id != p.venue_order)
      return false;
    if (seen_.ours)
      sink.emit(seen_.order);
    else
      sink.emit_foreign(seen_);
    return true;
  }
  // The answer to one order for another would be worse than none.
  if (!seen_.ours || seen_.order.id != p.order.id)
    return false;
  if (asked) {
    sink.emit(seen_.order);
    return true;
  }
  // The gateway took it; the engine's word follows on the stream.
  if (seen_.order.state == order_state::pending)
    seen_.order.state = order_state::open;
  tell(seen_.order, sink);
  return true;
}

bool account::on_open_orders(const pending& p, dom::element body, account_sink& sink) {
  const auto rows = array_of(body, "result");
  if (!rows)
    return false;
  open_orders_snapshot out;
  out.venue = settings_.venue;
  out.requested = p.requested;
  for (const auto row : *rows) {
    const auto result = read_order(row, instruments_, *settings_.ids, evidence::snapshot, seen_);
    if (result == read_result::malformed)
      return false;
    if (result == read_result::ok)
      out.orders.push_back(seen_);
  }
  sink.emit(out);
  return true;
}

bool account::on_positions(const pending& p, dom::element body, account_sink& sink) {
  const auto rows = array_of(body, "result");
  if (!rows)
    return false;
  positions_snapshot out;
  out.venue = settings_.venue;
  out.requested = p.requested;
  for (const auto row : *rows) {
    position x;
    const auto result = read_position(row, instruments_, x);
    if (result == read_result::malformed)
      return false;
    if (result == read_result::ok)
      out.positions.push_back(x);
  }
  sink.emit(out);
  return true;
}

bool account::on_balances(const http_answer& event, dom::element body, account_sink& sink) {
  const auto summary = member_of(body, "result");
  if (!summary)
    return false;
  const auto currency = text_of(*summary, "settle_currency");
  const auto equity = signed_amount_of(*summary, "total_equity");
  const auto unrealised = signed_amount_of(*summary, "unrealized_pnl");
  const auto available = signed_amount_of(*summary, "available_balance");
  if (currency.empty() || !equity || !unrealised || !available)
    return false;
  auto time = ns_of(*summary, "event_time");
  if (time == timestamp{})
    time = event.at.now;
  sink.emit(balance{settings_.venue, std::string{currency}, *equity - *unrealised, *equity,
                    *available, time});
  return true;
}

/// Pages come newest first; what is passed on is one page, oldest first.
bool account::on_fills(const pending& p, const event_time& at, dom::element body,
                       account_sink& sink) {
  const auto rows = array_of(body, "result");
  if (!rows)
    return false;
  auto& page = pages_[p.page];
  std::size_t count = 0;
  for (const auto row : *rows) {
    if (read_fill(row, instruments_, *settings_.ids, seen_fill_) != read_result::ok
        || seen_fill_.execution.instrument != p.order.instrument)
      return false;
    ++count;
    const auto& x = seen_fill_.execution;
    if (seen_fill_.ours) {
      page.fills.push_back(x);
    } else {
      ++page.foreign_count;
      page.foreign_size += x.order_side == side::buy ? x.size : -x.size;
    }
  }
  const auto next = text_of(body, "next");
  if (count != 0 && !next.empty() && next != p.cursor) {
    if (page.fills.size() + page.foreign_count > fills_limit)
      return false;
    auto more = p;
    more.retried = false;
    more.cursor = next;
    begin(std::move(more), at, sink);
    return true;
  }
  auto out = std::move(page);
  pages_.erase(p.page);
  out.instrument = p.order.instrument;
  out.requested = p.requested;
  std::reverse(out.fills.begin(), out.fills.end());
  std::stable_sort(out.fills.begin(), out.fills.end(),
                   [](const fill& a, const fill& b) { return a.time < b.time; });
  sink.emit(out);
  return true;
}

/// There is no stream of payments: they are looked for every few minutes.
bool account::on_payments(dom::element body, account_sink& sink) {
  const auto rows = array_of(body, "result");
  if (!rows)
    return false;
  std::vector<funding_payment> news;
  std::vector<std::string> ids;
  for (const auto row : *rows) {
    const auto* const x = instruments_.by_symbol(text_of(row, "instrument"));
    const auto amount = signed_amount_of(row, "amount");
    if (x == nullptr)
      continue;
    if (!amount)
      return false;
    funding_payment out;
    out.instrument = x->rules.id;
    out.amount = -*amount; // the venue counts what was paid
    // One settlement may pay for several instruments.
    const auto number = number_of(row, "tx_id");
    out.id = (number ? std::to_string(*number) : std::string{text_of(row, "tx_id")}) + "-"
             + x->rules.symbol;
    out.time = ns_of(row, "event_time");
    ids.push_back(out.id);
    if (std::find(payments_seen_.begin(), payments_seen_.end(), out.id) == payments_seen_.end())
      news.push_back(std::move(out));
  }
  std::stable_sort(
      news.begin(), news.end(),
      [](const funding_payment& a, const funding_payment& b) { return a.time < b.time; });
  for (const auto& x : news) {
    sink.emit(x);
    payments_since_ = std::max(payments_since_, x.time);
  }
  payments_seen_ = std::move(ids);
  return true;
}

} // namespace actorbot::venues::grvt
