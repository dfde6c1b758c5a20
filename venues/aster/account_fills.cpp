#include "venues/aster/account.hpp"

#include <algorithm>
#include <utility>

/// The history of executions. userTrades names orders by the venue's ids only, so that a page waits
/// until each of its orders has been heard of on the user stream or has been asked for.
namespace actorbot::venues::aster {

namespace {

namespace dom = simdjson::dom;

/// A full page: there may be more.
constexpr std::size_t page_limit = 1000;
/// Owners remembered; the venue's ids rise, so the smallest are the oldest.
constexpr std::size_t owner_limit = 5000;

} // namespace

void account::remember_owner(const seen_order& order) {
  const auto number = parse_unsigned(order.order.venue_order_id);
  if (!number)
    return;
  owners_.try_emplace(*number, order_owner{order.ours, order.order.id});
  if (owners_.size() > owner_limit)
    owners_.erase(owners_.begin());
}

bool account::on_fills(const pending& p, const event_time& at, dom::element body,
                       account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  waiting_page out;
  out.page.instrument = p.order.instrument;
  out.page.requested = p.requested;
  std::size_t count = 0;
  std::uint64_t newest = 0;
  for (const auto row : rows) {
    fill x;
    std::uint64_t number = 0;
    if (read_trade_row(row, instruments_, x, number) != read_result::ok
        || x.instrument != p.order.instrument)
      return false;
    ++count;
    newest = std::max(newest, number);
    out.page.fills.push_back(std::move(x));
  }
  out.next = p;
  out.next.retried = false;
  if (count >= page_limit) {
    out.page.complete = false;
    out.next.from_trade = newest + 1;
  } else if (p.from_trade == 0 && p.to < venue_now(at)) {
    out.page.complete = false;
    out.next.from = p.to;
    out.next.to = p.to + (p.to - p.from);
  }
  pages_.emplace(++last_page_, std::move(out));
  advance(last_page_, at, sink);
  return true;
}

/// Asks for the next unknown owner, or passes the page on when there is none.
void account::advance(std::uint64_t page, const event_time& at, account_sink& sink) {
  const auto found = pages_.find(page);
  if (found == pages_.end())
    return;
  for (const auto& x : found->second.page.fills) {
    const auto number = parse_unsigned(x.venue_order_id);
    if (!number || owners_.contains(*number))
      continue;
    auto p = make(task::owner, at, x.instrument);
    p.venue_order = *number;
    p.page = page;
    return begin(p, at, sink);
  }
  auto done = std::move(found->second);
  pages_.erase(found);
  auto& out = done.page;
  auto executions = std::exchange(out.fills, {});
  for (auto& x : executions) {
    const auto owner = owners_.find(parse_unsigned(x.venue_order_id).value_or(0));
    if (owner != owners_.end() && owner->second.ours) {
      x.id = owner->second.id;
      out.fills.push_back(std::move(x));
    } else {
      ++out.foreign_count;
      out.foreign_size += x.order_side == side::buy ? x.size : -x.size;
    }
  }
  sink.emit(out);
  if (!out.complete)
    begin(done.next, at, sink);
}

bool account::on_owner(const pending& p, const event_time& at, dom::element body,
                       account_sink& sink) {
  if (read_order(body, instruments_, settings_.bot, evidence::query, seen_) != read_result::ok
      || parse_unsigned(seen_.order.venue_order_id) != p.venue_order)
    return false;
  owners_.insert_or_assign(p.venue_order, order_owner{seen_.ours, seen_.order.id});
  advance(p.page, at, sink);
  return true;
}

void account::refuse_owner(const pending& p, outcome o, std::string_view text, const event_time& at,
                           account_sink& sink) {
  if (o.what == verdict::not_found) {
    // Orders with a fill do not vanish: what the venue denies is none of ours.
    owners_.insert_or_assign(p.venue_order, order_owner{});
    return advance(p.page, at, sink);
  }
  pages_.erase(p.page);
  sink.request_failed("fills", std::string{text});
}

} // namespace actorbot::venues::aster
