#include "venues/edgex/account.hpp"

#include <algorithm>
#include <utility>

/// Queries and lists. Executions name their orders by the venue's ids only, so that a list of them
/// waits until each of its orders has been heard of or asked for.
namespace actorbot::venues::edgex {

namespace {

namespace dom = simdjson::dom;

/// Pages of one list: 10,000 of either. More means that the cursor goes in a circle.
constexpr unsigned order_page_limit = 50;
constexpr unsigned fill_page_limit = 100;
/// Orders asked for at once.
constexpr std::size_t owner_batch = 20;
/// Owners remembered; the venue's ids rise, so the smallest are the oldest.
constexpr std::size_t owner_limit = 5000;

/// The rows of `{"dataList":[...],"nextPageOffsetData":""}`.
std::optional<dom::array> rows_of(dom::element data, std::string_view& next) {
  next = text_of(data, "nextPageOffsetData");
  return array_of(data, "dataList");
}

} // namespace

const order_owner* account::owner_of(const fill& x, const fill_list& list) const {
  const auto number = parse_unsigned(x.venue_order_id).value_or(0);
  if (const auto asked = list.owners.find(number); asked != list.owners.end())
    return &asked->second;
  const auto found = owners_.find(number);
  return found == owners_.end() ? nullptr : &found->second;
}

void account::remember_owner(const seen_order& order) {
  const auto number = parse_unsigned(order.order.venue_order_id);
  if (!number)
    return;
  owners_.try_emplace(*number, order_owner{order.ours, order.order.id, order.order.instrument,
                                           order.order.order_side});
  if (owners_.size() > owner_limit)
    owners_.erase(owners_.begin());
}

// -- orders ------------------------------------------------------------------------------------------

bool account::on_queried(const pending& p, dom::element data, account_sink& sink) {
  dom::array rows;
  if (data.get(rows) != simdjson::SUCCESS || rows.size() > 1)
    return false;
  if (rows.size() == 0) {
    refuse(p, {verdict::not_found, reject_reason::unknown_order}, "no order has this id", {}, sink);
    return true;
  }
  if (read_order(*rows.begin(), instruments_, settings_.bot, evidence::query, seen_)
          != read_result::ok
      || seen_.order.instrument != p.order.instrument)
    return false;
  // The answer to one order for another would be worse than none.
  if (p.venue_order != 0 ? seen_.order.venue_order_id != std::to_string(p.venue_order)
                         : !seen_.ours || seen_.order.id != p.order.id)
    return false;
  remember_owner(seen_);
  if (seen_.ours)
    sink.emit(seen_.order);
  else
    sink.emit_foreign(seen_);
  return true;
}

bool account::on_open_orders(const pending& p, const event_time& at, dom::element data,
                             account_sink& sink) {
  const auto found = order_lists_.find(p.list);
  if (found == order_lists_.end())
    return true;
  std::string_view next;
  const auto rows = rows_of(data, next);
  if (!rows || ++found->second.pages > order_page_limit)
    return false;
  for (const auto row : *rows) {
    const auto result = read_order(row, instruments_, settings_.bot, evidence::snapshot, seen_);
    if (result == read_result::malformed || result == read_result::incomplete)
      return false;
    if (result != read_result::ok)
      continue;
    remember_owner(seen_);
    found->second.snapshot.orders.push_back(seen_);
  }
  if (!next.empty()) {
    auto more = p;
    more.retried = false;
    more.text = next;
    begin(std::move(more), at, sink);
    return true;
  }
  const auto done = std::move(found->second);
  order_lists_.erase(found);
  sink.emit(done.snapshot);
  return true;
}

// -- the account -------------------------------------------------------------------------------------

bool account::on_positions(const pending& p, dom::element data, account_sink& sink) {
  const auto rows = array_of(data, "positionList");
  if (!rows)
    return false;
  positions_snapshot out;
  out.venue = settings_.venue;
  out.requested = p.requested;
  for (const auto row : *rows) {
    position x;
    const auto result = read_position(row, array_of(data, "positionAssetList"), instruments_, x);
    if (result == read_result::malformed)
      return false;
    if (result == read_result::ok)
      out.positions.push_back(x);
  }
  sink.emit(out);
  return true;
}

bool account::on_balances(const event_time& at, dom::element data, account_sink& sink) {
  const auto rows = array_of(data, "collateralAssetModelList");
  if (!rows)
    return false;
  std::vector<balance> list;
  for (const auto row : *rows) {
    balance x;
    if (!read_balance(row, array_of(data, "collateralList"), instruments_, x))
      return false;
    x.venue = settings_.venue;
    x.time = at.now;
    list.push_back(std::move(x));
  }
  balances_ = std::move(list);
  for (const auto& x : balances_)
    sink.emit(x);
  return true;
}

// -- executions --------------------------------------------------------------------------------------

bool account::on_fills(const pending& p, const event_time& at, dom::element data,
                       account_sink& sink) {
  const auto found = fill_lists_.find(p.list);
  if (found == fill_lists_.end())
    return true;
  std::string_view next;
  const auto rows = rows_of(data, next);
  if (!rows || ++found->second.pages > fill_page_limit)
    return false;
  auto& fills = found->second.page.fills;
  for (const auto row : *rows) {
    fill x;
    const auto result = read_fill(row, instruments_, nullptr, x);
    if (result == read_result::malformed || result == read_result::incomplete)
      return false;
    if (result == read_result::ok && x.instrument == p.order.instrument)
      fills.push_back(std::move(x));
  }
  if (!next.empty()) {
    auto more = p;
    more.retried = false;
    more.text = next;
    begin(std::move(more), at, sink);
    return true;
  }
  // The venue's pages begin with the newest.
  std::sort(fills.begin(), fills.end(), [](const fill& a, const fill& b) {
    if (a.time != b.time)
      return a.time < b.time;
    return parse_unsigned(a.trade_id).value_or(0) < parse_unsigned(b.trade_id).value_or(0);
  });
  advance(p.list, at, sink);
  return true;
}

void account::advance(std::uint64_t list, const event_time& at, account_sink& sink) {
  const auto found = fill_lists_.find(list);
  if (found == fill_lists_.end())
    return;
  std::vector<std::string_view> unknown;
  for (const auto& x : found->second.page.fills)
    if (owner_of(x, found->second) == nullptr
        && std::find(unknown.begin(), unknown.end(), x.venue_order_id) == unknown.end())
      unknown.push_back(x.venue_order_id);
  if (unknown.empty()) {
    auto done = std::move(found->second);
    fill_lists_.erase(found);
    return tell(done, sink);
  }
  unknown.resize(std::min(unknown.size(), owner_batch));
  auto p = make(task::owners, at, found->second.page.instrument);
  p.list = list;
  for (const auto id : unknown)
    p.text.append(p.text.empty() ? "" : ",").append(id);
  begin(std::move(p), at, sink);
}

bool account::on_owners(const pending& p, const event_time& at, dom::element data,
                        account_sink& sink) {
  const auto found = fill_lists_.find(p.list);
  dom::array rows;
  if (found == fill_lists_.end() || data.get(rows) != simdjson::SUCCESS)
    return false;
  auto& owners = found->second.owners;
  for (const auto row : rows) {
    const auto result = read_order(row, instruments_, settings_.bot, evidence::query, seen_);
    if (result == read_result::malformed || result == read_result::incomplete)
      return false;
    if (result != read_result::ok)
      continue;
    remember_owner(seen_);
    owners.try_emplace(
        parse_unsigned(seen_.order.venue_order_id).value_or(0),
        order_owner{seen_.ours, seen_.order.id, seen_.order.instrument, seen_.order.order_side});
  }
  // Orders with a fill do not vanish: what the venue does not know is none of ours.
  for (std::string_view rest = p.text; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    owners.try_emplace(parse_unsigned(rest.substr(0, comma)).value_or(0));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  advance(p.list, at, sink);
  return true;
}

void account::tell(fill_list& list, account_sink& sink) {
  auto fills = std::exchange(list.page.fills, {});
  for (auto& x : fills) {
    const auto* const owner = owner_of(x, list);
    if (owner != nullptr && owner->ours) {
      x.id = owner->id;
      if (list.stream)
        sink.emit(x);
      else
        list.page.fills.push_back(std::move(x));
    } else {
      ++list.page.foreign_count;
      list.page.foreign_size += x.order_side == side::buy ? x.size : -x.size;
    }
  }
  if (!list.stream)
    sink.emit(list.page);
}

} // namespace actorbot::venues::edgex
