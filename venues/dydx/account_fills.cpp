#include "venues/dydx/account.hpp"

#include <algorithm>
#include <utility>

/// The history of fills. It comes newest first and names orders by the Indexer's ids only, so it is
/// read backwards until it is old enough, and waits until each of its orders has an owner.
namespace actorbot::venues::dydx {

namespace {

namespace dom = simdjson::dom;

/// Rows of the first page, and of those after it.
constexpr std::size_t first_rows = 100;
constexpr std::size_t more_rows = 1000;
/// Owners remembered.
constexpr std::size_t owner_limit = 5000;

} // namespace

void account::remember_owner(std::string_view venue_order_id, bool ours,
                             const client_order_id& id) {
  const auto [at, is_new]
      = owners_.insert_or_assign(std::string{venue_order_id}, order_owner{ours, id});
  if (!is_new)
    return;
  owner_age_.push_back(at->first);
  if (owner_age_.size() <= owner_limit)
    return;
  owners_.erase(owner_age_.front());
  owner_age_.pop_front();
}

const account::order_owner* account::owner_of(std::string_view venue_order_id) const {
  const auto found = owners_.find(venue_order_id);
  return found == owners_.end() ? nullptr : &found->second;
}

bool account::on_fills(const pending& p, const event_time& at, dom::element body,
                       account_sink& sink) {
  const auto rows = array_of(body, "fills");
  const auto known = histories_.find(p.history);
  if (!rows || known == histories_.end())
    return false;
  auto& [page, seen] = known->second;
  std::size_t count = 0;
  std::size_t news = 0;
  std::uint64_t lowest = p.below;
  bool old_enough = false;
  for (const auto row : *rows) {
    fill x;
    std::uint64_t height = 0;
    if (read_fill(row, instruments_, x, height) != read_result::ok
        || x.instrument != p.order.instrument)
      return false;
    ++count;
    lowest = lowest == 0 ? height : std::min(lowest, height);
    if (x.time < p.from) {
      old_enough = true;
      continue;
    }
    if (!seen.insert(x.trade_id).second)
      continue;
    ++news;
    page.fills.push_back(std::move(x));
  }
  if (count < (p.below == 0 ? first_rows : more_rows) || old_enough || lowest == 0) {
    std::stable_sort(page.fills.begin(), page.fills.end(),
                     [](const fill& a, const fill& b) { return a.time < b.time; });
    advance(p.history, at, sink);
    return true;
  }
  auto next = p;
  // The block that the page ended in may have more. When that brought nothing, the one below it.
  next.below = p.below != 0 && (news == 0 || lowest == p.below) ? lowest - 1 : lowest;
  begin(std::move(next), at, sink);
  return true;
}

/// Asks for the next unknown owner, or passes the history on when there is none.
void account::advance(std::uint64_t which, const event_time& at, account_sink& sink) {
  const auto found = histories_.find(which);
  if (found == histories_.end())
    return;
  for (const auto& x : found->second.page.fills) {
    if (x.venue_order_id.empty() || owner_of(x.venue_order_id) != nullptr)
      continue;
    auto p = make(task::owner, at, x.instrument);
    p.venue_order = x.venue_order_id;
    p.history = which;
    begin(std::move(p), at, sink);
    return;
  }
  auto out = std::move(found->second.page);
  histories_.erase(found);
  for (auto& x : std::exchange(out.fills, {})) {
    const auto* const owner = owner_of(x.venue_order_id);
    if (owner != nullptr && owner->ours) {
      x.id = owner->id;
      out.fills.push_back(std::move(x));
    } else {
      ++out.foreign_count;
      out.foreign_size += x.order_side == side::buy ? x.size : -x.size;
    }
  }
  sink.emit(out);
}

bool account::on_owner(const pending& p, const event_time& at, dom::element body,
                       account_sink& sink) {
  venue_order order;
  if (read_order(body, instruments_, settings_.ids.get(), settings_.bot, evidence::query, order)
          != read_result::ok
      || order.seen.order.venue_order_id != p.venue_order)
    return false;
  remember_owner(p.venue_order, order.seen.ours, order.seen.order.id);
  advance(p.history, at, sink);
  return true;
}

void account::refuse_owner(const pending& p, outcome o, std::string_view text, const event_time& at,
                           account_sink& sink) {
  if (o.what == verdict::not_found) {
    // Orders with a fill do not vanish: what the Indexer denies is none of ours.
    remember_owner(p.venue_order, false, {});
    return advance(p.history, at, sink);
  }
  histories_.erase(p.history);
  sink.request_failed("fills", std::string{text});
}

} // namespace actorbot::venues::dydx
