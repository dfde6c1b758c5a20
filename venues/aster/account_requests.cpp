#include "venues/aster/account.hpp"

#include <algorithm>

/// How each task is asked for.
namespace actorbot::venues::aster {

namespace {

using namespace std::chrono_literals;

constexpr duration order_timeout = 5s;
constexpr duration query_timeout = 10s;

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

std::string_view account::path(std::string_view v3, std::string_view v1) const {
  return writer_.v1() ? v1 : v3;
}

void account::send(std::size_t slot, const event_time& at, account_sink& sink) {
  auto& p = slots_[slot];
  p.sent_ns = at.monotonic_ns;
  auto kind = request_class::query;
  if (p.what == task::place)
    kind = request_class::order;
  else if (p.what == task::cancel || p.what == task::cancel_all)
    kind = request_class::cancel;
  else if (p.what <= task::keep_alive)
    kind = request_class::session;
  const auto timeout = kind == request_class::order || kind == request_class::cancel
                           ? order_timeout
                           : query_timeout;
  const request_id id{static_cast<std::uint64_t>(p.generation) << 16 | slot};
  auto request = build(p, at);
  request.weight = weight_of(p.what);
  sink.call(rest_endpoint, id, kind, request, timeout);
}

/// The request weights of the documentation.
std::uint32_t account::weight_of(task what) const {
  switch (what) {
  case task::position_mode:
  case task::income:
    return 30;
  case task::commission:
    return 20;
  case task::dead_man:
    return 10;
  case task::positions:
  case task::balances:
  case task::fills:
    return 5;
  case task::open_orders:
    return instruments_.all().size() == 1 ? 1 : 40;
  default:
    return 1;
  }
}

http_request_view account::build(const pending& p, const event_time& at) {
  using enum http_method;
  const auto now = venue_now(at);
  const auto* const x = instruments_.by_id(p.order.instrument);
  writer_.begin();
  // Instrument 0 of venue 0 is also what a request about the whole account is left with.
  const bool about_one = p.what == task::commission || p.what == task::place
                         || p.what == task::cancel || p.what == task::cancel_all
                         || p.what == task::query || p.what == task::owner || p.what == task::fills
                         || p.what == task::dead_man;
  if (x != nullptr && about_one)
    writer_.add("symbol", x->parameter);
  char client_id[40];
  const auto id_text = [&] {
    return std::string_view{client_id, write_client_order_text(p.order.id, client_id)};
  };
  switch (p.what) {
  case task::clock:
    return writer_.plain(get, path("/fapi/v3/time", "/fapi/v1/time"));
  case task::exchange_info:
    return writer_.plain(get, path("/fapi/v3/exchangeInfo", "/fapi/v1/exchangeInfo"));
  case task::position_mode:
    return writer_.sign(get, path("/fapi/v3/positionSide/dual", "/fapi/v1/positionSide/dual"), now);
  case task::listen_key:
  case task::keep_alive: {
    const auto method = p.what == task::listen_key ? post : put;
    return writer_.v1() ? writer_.plain(method, "/fapi/v1/listenKey")
                        : writer_.sign(method, "/fapi/v3/listenKey", now);
  }
  case task::commission:
    return writer_.sign(get, path("/fapi/v3/commissionRate", "/fapi/v1/commissionRate"), now);
  case task::income:
    writer_.add("incomeType", "FUNDING_FEE");
    writer_.add("startTime", milliseconds(p.from));
    writer_.add("limit", std::uint64_t{1000});
    return writer_.sign(get, path("/fapi/v3/income", "/fapi/v1/income"), now);
  case task::place:
    return build_order(p.order, now);
  case task::cancel:
    writer_.add("origClientOrderId", id_text());
    return writer_.sign(del, path("/fapi/v3/order", "/fapi/v1/order"), now);
  case task::cancel_all:
    return writer_.sign(del, path("/fapi/v3/allOpenOrders", "/fapi/v1/allOpenOrders"), now);
  case task::query:
  case task::owner:
    if (p.venue_order != 0)
      writer_.add("orderId", p.venue_order);
    else
      writer_.add("origClientOrderId", id_text());
    return writer_.sign(get, path("/fapi/v3/order", "/fapi/v1/order"), now);
  case task::open_orders:
    // One symbol costs a weight of 1, all of them 40.
    if (instruments_.all().size() == 1)
      writer_.add("symbol", instruments_.all()[0].parameter);
    return writer_.sign(get, path("/fapi/v3/openOrders", "/fapi/v1/openOrders"), now);
  case task::positions:
    return writer_.sign(get, path("/fapi/v3/positionRisk", "/fapi/v2/positionRisk"), now);
  case task::balances:
    return writer_.sign(get, path("/fapi/v3/balance", "/fapi/v2/balance"), now);
  case task::fills:
    return build_fills(p, now);
  case task::dead_man:
    writer_.add("countdownTime",
                static_cast<std::uint64_t>(std::max<std::int64_t>(p.countdown / 1ms, 0)));
    return writer_.sign(post, path("/fapi/v3/countdownCancelAll", "/fapi/v1/countdownCancelAll"),
                        now);
  }
  return {};
}

/// The symbol is there already.
http_request_view account::build_order(const order_request& order, timestamp now) {
  const auto& x = *instruments_.by_id(order.instrument);
  const bool limit = order.type == order_type::limit;
  writer_.add("side", std::string_view{order.order_side == side::buy ? "BUY" : "SELL"});
  writer_.add("type", std::string_view{limit ? "LIMIT" : "MARKET"});
  writer_.add("quantity", x.size_to(order.size));
  if (limit) {
    writer_.add("price", x.price_to(order.limit_price));
    writer_.add("timeInForce", order.post_only ? std::string_view{"GTX"} : name_of(order.tif));
  }
  if (order.reduce_only)
    writer_.add("reduceOnly", std::string_view{"true"});
  char client_id[40];
  writer_.add("newClientOrderId",
              std::string_view{client_id, write_client_order_text(order.id, client_id)});
  return writer_.sign(http_method::post, path("/fapi/v3/order", "/fapi/v1/order"), now);
}

/// fromId excludes times.
http_request_view account::build_fills(const pending& p, timestamp now) {
  if (p.from_trade != 0) {
    writer_.add("fromId", p.from_trade);
  } else {
    writer_.add("startTime", milliseconds(p.from));
    writer_.add("endTime", milliseconds(p.to));
  }
  writer_.add("limit", std::uint64_t{1000});
  return writer_.sign(http_method::get, path("/fapi/v3/userTrades", "/fapi/v1/userTrades"), now);
}

} // namespace actorbot::venues::aster
