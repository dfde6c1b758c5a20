#include "venues/backpack/account.hpp"

#include <algorithm>
#include <utility>

/// What the histories say: an order that does not rest any more, and executions.
namespace actorbot::venues::backpack {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

/// A full page: there may be more.
constexpr std::uint32_t page_limit = 1000;
/// How many of them are read for one order that has no known age.
constexpr std::uint32_t last_offset = 9 * page_limit;
/// Owners remembered; the venue's ids rise, so the smallest are the oldest.
constexpr std::size_t owner_limit = 5000;

} // namespace

/// Whether an order that the venue shows is the one that was asked for. Only the venue's id names an
/// order beyond doubt, and an order without a client id can only be named by it.
bool account::is_about(const pending& p, seen_order& order) const {
  if (!p.venue_order.empty() && order.order.venue_order_id != p.venue_order)
    return false;
  if (p.order.id == client_order_id{})
    return true;
  if (!order.ours && order.foreign_id.empty() && !p.venue_order.empty()) {
    order.ours = true;
    order.order.id = p.order.id;
  }
  return order.ours && order.order.id == p.order.id;
}

// -- the rest of a query -----------------------------------------------------------------------------

bool account::on_history(const pending& p, const event_time& at, dom::element body,
                         account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  std::uint32_t count = 0;
  timestamp oldest;
  for (const auto row : rows) {
    ++count;
    const auto result = read_order(row, instruments_, settings_.ids.get(), evidence::query, seen_);
    if (result == read_result::malformed)
      return false;
    if (result == read_result::ok)
      oldest = seen_.order.time;
    if (result != read_result::ok || seen_.order.instrument != p.order.instrument
        || !is_about(p, seen_))
      continue;
    // The history may be behind: an order that it shows as open, but that does not rest, has ended
    // in a way that is yet to be written.
    if (!is_final(seen_.order.state)) {
      sink.query_failed(p.order.id, reject_reason::none,
                        "it does not rest, but the history does not say how it ended");
      return true;
    }
    seen_.order.time = venue_now(at);
    if (seen_.ours)
      sink.emit(seen_.order);
    else
      sink.emit_foreign(seen_);
    return true;
  }
  const bool far_enough = p.from != timestamp{} && oldest != timestamp{} && oldest < p.from;
  if (count < page_limit || !p.venue_order.empty() || far_enough) {
    ask_fills_of(p, at, sink);
    return true;
  }
  if (p.offset >= last_offset) {
    sink.query_failed(p.order.id, reject_reason::none, "too many orders since to find it");
    return true;
  }
  auto next = p;
  next.retried = false;
  next.offset += page_limit;
  begin(std::move(next), at, sink);
  return true;
}

void account::ask_fills_of(const pending& p, const event_time& at, account_sink& sink) {
  auto next = p;
  next.what = task::query_fills;
  next.retried = false;
  next.offset = 0;
  begin(std::move(next), at, sink);
}

/// A fill proves that the order was there; how it ended only its history can say.
bool account::on_order_fills(const pending& p, const event_time& at, dom::element body,
                             account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  std::uint32_t count = 0;
  std::vector<fill> found;
  for (const auto row : rows) {
    ++count;
    fill_row x;
    const auto result = read_fill_row(row, instruments_, settings_.ids.get(), x);
    if (result == read_result::malformed)
      return false;
    if (result != read_result::ok || x.execution.instrument != p.order.instrument || x.system)
      continue;
    const bool same = p.venue_order.empty() ? x.ours && x.execution.id == p.order.id
                                            : x.execution.venue_order_id == p.venue_order;
    if (!same || p.order.id == client_order_id{})
      continue;
    x.execution.id = p.order.id;
    found.push_back(std::move(x.execution));
  }
  for (auto x = found.rbegin(); x != found.rend(); ++x)
    sink.emit(*x);
  if (!found.empty()) {
    sink.query_failed(p.order.id, reject_reason::none,
                      "it has traded, but no list says how it ended");
  } else if (count < page_limit) {
    sink.query_failed(p.order.id, reject_reason::unknown_order,
                      "it does not rest, and no history has it");
  } else if (p.offset >= last_offset) {
    sink.query_failed(p.order.id, reject_reason::none, "too many fills since to find it");
  } else {
    auto next = p;
    next.retried = false;
    next.offset += page_limit;
    begin(std::move(next), at, sink);
  }
  return true;
}

// -- executions since a time -------------------------------------------------------------------------

bool account::on_fills(const pending& p, const event_time& at, dom::element body,
                       account_sink& sink) {
  dom::array rows;
  if (body.get(rows) != simdjson::SUCCESS)
    return false;
  waiting_page out;
  out.page.instrument = p.order.instrument;
  out.page.requested = p.requested;
  for (const auto row : rows) {
    fill_row x;
    if (read_fill_row(row, instruments_, settings_.ids.get(), x) != read_result::ok
        || x.execution.instrument != p.order.instrument)
      return false;
    out.rows.push_back(std::move(x));
  }
  out.page.complete = out.rows.size() < page_limit;
  out.next = p;
  out.next.retried = false;
  out.next.offset += page_limit;
  pages_.emplace(++last_page_, std::move(out));
  advance(last_page_, at, sink);
  return true;
}

/// Asks for the next unknown owner, or passes the page on when there is none.
void account::advance(std::uint64_t page, const event_time& at, account_sink& sink) {
  const auto found = pages_.find(page);
  if (found == pages_.end())
    return;
  const auto number_of_order
      = [](const fill_row& x) { return parse_unsigned(x.execution.venue_order_id).value_or(0); };
  for (const auto& x : found->second.rows) {
    if (x.has_client_id || x.system || owners_.contains(number_of_order(x)))
      continue;
    auto p = make(task::owner, at, x.execution.instrument);
    p.venue_order = x.execution.venue_order_id;
    p.page = page;
    return begin(std::move(p), at, sink);
  }
  auto done = std::move(found->second);
  pages_.erase(found);
  auto& out = done.page;
  for (auto& x : done.rows) {
    if (!x.has_client_id && !x.system) {
      const auto& owner = owners_.at(number_of_order(x));
      x.ours = owner.ours;
      x.execution.id = owner.id;
    }
    if (x.ours) {
      out.fills.push_back(std::move(x.execution));
    } else {
      ++out.foreign_count;
      out.foreign_size
          += x.execution.order_side == side::buy ? x.execution.size : -x.execution.size;
    }
  }
  while (owners_.size() > owner_limit && pages_.empty())
    owners_.erase(owners_.begin());
  sink.emit(out);
  if (!out.complete)
    begin(std::move(done.next), at, sink);
}

/// A list with one order from the history, or the order itself.
bool account::on_owner(const pending& p, const event_time& at, dom::element body,
                       account_sink& sink) {
  dom::element order = body;
  if (p.what == task::owner) {
    dom::array rows;
    if (body.get(rows) != simdjson::SUCCESS)
      return false;
    if (rows.begin() == rows.end())
      return on_not_found(p, at, sink);
    order = *rows.begin();
  }
  if (read_order(order, instruments_, settings_.ids.get(), evidence::query, seen_)
          != read_result::ok
      || seen_.order.venue_order_id != p.venue_order)
    return false;
  set_owner(p, {seen_.ours, seen_.order.id}, at, sink);
  return true;
}

void account::set_owner(const pending& p, order_owner owner, const event_time& at,
                        account_sink& sink) {
  const auto number = parse_unsigned(p.venue_order).value_or(0);
  owners_.insert_or_assign(number, owner);
  advance(p.page, at, sink);
}

} // namespace actorbot::venues::backpack
