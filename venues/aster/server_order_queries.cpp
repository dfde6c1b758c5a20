#include "venues/aster/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

/// The calls that show orders.
namespace actorbot::venues::aster::server {

namespace {

constexpr auto week = std::chrono::hours{24 * 7};

/// Orders that ended without a fill vanish a week after they were made.
bool is_remembered(const exchange::order& o, timestamp now) {
  return o.is_open() || !o.filled.is_zero() || now - o.created < week;
}

std::string list_of(const server_state& state, const std::vector<const exchange::order*>& orders) {
  std::string out;
  json_writer list{out};
  list.open_array();
  for (const auto* o : orders)
    list.item(order_view(state, *o));
  list.close_array();
  return out;
}

} // namespace

reply order_desk::query(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto* found = find(c, read, market);
  if (read.failed())
    return *read.failed();
  if (!found || !is_remembered(*found, c.now))
    return refuse::no_such_order();
  return reply{order_view(state_, *found)};
}

reply order_desk::query_open(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto* found = find(c, read, market);
  if (read.failed())
    return *read.failed();
  if (!found || !found->is_open())
    return refuse::no_such_order();
  return reply{order_view(state_, *found)};
}

reply order_desk::open_orders(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_optional_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  return reply{list_of(state_, state_.core().open_orders(c.account, market))};
}

reply order_desk::all_orders(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto first_id = read.optional_integer("orderId");
  const auto from = read.time("startTime");
  const auto to = read.time("endTime");
  const auto limit = read.limit(500, 1000);
  if (from && to && *to - *from > week)
    read.fail(refuse::span_too_long());
  if (read.failed())
    return *read.failed();
  std::vector<const exchange::order*> found;
  for (const auto* o : state_.core().order_history(c.account, market))
    if (is_remembered(*o, c.now) && (!first_id || o->id >= *first_id)
        && (!from || to_ms(o->created) >= to_ms(*from)) && (!to || to_ms(o->created) <= to_ms(*to)))
      found.push_back(o);
  // With a lower bound the oldest, else the newest.
  if (found.size() > limit) {
    if (first_id || from)
      found.resize(limit);
    else
      found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
  }
  return reply{list_of(state_, found)};
}

} // namespace actorbot::venues::aster::server
