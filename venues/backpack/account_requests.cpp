#include "venues/backpack/account.hpp"

#include <algorithm>

/// How each task is asked for. Keys are added in ascending order: so they are signed.
namespace actorbot::venues::backpack {

namespace {

using namespace std::chrono_literals;
using enum http_method;

constexpr duration order_timeout = 5s;
constexpr duration query_timeout = 10s;
constexpr std::uint64_t page_limit = 1000;

std::string_view name_of(time_in_force t) {
  switch (t) {
  case time_in_force::gtc:
    return "GTC";
  case time_in_force::ioc:
    return "IOC";
  case time_in_force::fok:
    return "FOK";
  }
  return "GTC";
}

std::uint64_t milliseconds(timestamp t) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(to_ms(t), 0));
}

} // namespace

/// Takes a slot and sends.
void account::begin(pending p, const event_time& at, account_sink& sink) {
  p.sent_ns = at.monotonic_ns;
  auto kind = request_class::query;
  if (p.what == task::place)
    kind = request_class::order;
  else if (p.what == task::cancel || p.what == task::cancel_all)
    kind = request_class::cancel;
  else if (p.what <= task::settings)
    kind = request_class::session;
  const auto timeout = kind == request_class::order || kind == request_class::cancel
                           ? order_timeout
                           : query_timeout;
  const auto request = build(p, venue_now(at));
  sink.call(rest_endpoint, requests_.add(std::move(p)), kind, request, timeout);
}

/// Exactly one of them: both are refused.
void account::add_name(const pending& p) {
  if (p.venue_order.empty())
    writer_.add("clientId", p.number);
  else
    writer_.add("orderId", p.venue_order);
}

http_request_view account::build(const pending& p, timestamp now) {
  const auto* const x = instruments_.by_id(p.order.instrument);
  const auto about_one_order = [&](http_method method, std::string_view instruction) {
    writer_.begin(method, "/api/v1/order", instruction);
    add_name(p);
    writer_.add("symbol", x->rules.symbol);
    return writer_.sign(now);
  };
  switch (p.what) {
  case task::clock:
    return writer_.plain("/api/v1/time");
  case task::markets:
    return writer_.plain("/api/v1/markets");
  case task::settings:
    writer_.begin(get, "/api/v1/account", "accountQuery");
    return writer_.sign(now);
  case task::place:
    return build_order(p, now);
  case task::cancel:
    return about_one_order(del, "orderCancel");
  case task::query:
  case task::owner_resting:
    return about_one_order(get, "orderQuery");
  case task::cancel_all:
    writer_.begin(del, "/api/v1/orders", "orderCancelAll");
    writer_.add("symbol", x->rules.symbol);
    return writer_.sign(now);
  case task::query_history:
  case task::owner:
    return build_history(p, now);
  case task::query_fills:
  case task::fills:
    return build_fills(p, now);
  case task::open_orders:
    writer_.begin(get, "/api/v1/orders", "orderQueryAll");
    writer_.add("marketType", std::string_view{"PERP"});
    if (instruments_.all().size() == 1)
      writer_.add("symbol", instruments_.all()[0].rules.symbol);
    return writer_.sign(now);
  case task::positions:
    writer_.begin(get, "/api/v1/position", "positionQuery");
    return writer_.sign(now);
  case task::balances:
    writer_.begin(get, "/api/v1/capital/collateral", "collateralQuery");
    return writer_.sign(now);
  case task::funding:
    writer_.begin(get, "/wapi/v1/history/funding", "fundingHistoryQueryAll");
    writer_.add("limit", page_limit);
    writer_.add("sortDirection", std::string_view{"Desc"});
    return writer_.sign(now);
  }
  return {};
}

http_request_view account::build_order(const pending& p, timestamp now) {
  const auto& order = p.order;
  const auto& x = *instruments_.by_id(order.instrument);
  const bool limit = order.type == order_type::limit;
  writer_.begin(post, "/api/v1/order", "orderExecute");
  writer_.add("clientId", p.number);
  writer_.add("orderType", std::string_view{limit ? "Limit" : "Market"});
  if (order.post_only)
    writer_.add_true("postOnly");
  if (limit)
    writer_.add("price", x.price_to(order.limit_price));
  writer_.add("quantity", x.size_to(order.size));
  if (order.reduce_only)
    writer_.add_true("reduceOnly");
  writer_.add("side", std::string_view{order.order_side == side::buy ? "Bid" : "Ask"});
  writer_.add("symbol", x.rules.symbol);
  if (limit)
    writer_.add("timeInForce", name_of(order.tif));
  return writer_.sign(now);
}

/// Newest first. There is no filter by client id.
http_request_view account::build_history(const pending& p, timestamp now) {
  writer_.begin(get, "/wapi/v1/history/orders", "orderHistoryQueryAll");
  writer_.add("limit", page_limit);
  writer_.add("offset", std::uint64_t{p.offset});
  if (!p.venue_order.empty())
    writer_.add("orderId", p.venue_order);
  writer_.add("sortDirection", std::string_view{"Desc"});
  writer_.add("symbol", instruments_.by_id(p.order.instrument)->rules.symbol);
  return writer_.sign(now);
}

/// For the cursor oldest first, so that new fills do not move the pages; for one order newest first.
http_request_view account::build_fills(const pending& p, timestamp now) {
  const bool of_order = p.what == task::query_fills;
  writer_.begin(get, "/wapi/v1/history/fills", "fillHistoryQueryAll");
  if (p.from != timestamp{})
    writer_.add("from", milliseconds(p.from));
  writer_.add("limit", page_limit);
  writer_.add("offset", std::uint64_t{p.offset});
  if (of_order && !p.venue_order.empty())
    writer_.add("orderId", p.venue_order);
  writer_.add("sortDirection", std::string_view{of_order ? "Desc" : "Asc"});
  writer_.add("symbol", instruments_.by_id(p.order.instrument)->rules.symbol);
  return writer_.sign(now);
}

} // namespace actorbot::venues::backpack
