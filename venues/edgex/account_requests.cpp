#include "venues/edgex/account.hpp"

#include "venues/edgex/session.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>

/// How each task is asked for.
namespace actorbot::venues::edgex {

namespace {

using namespace std::chrono_literals;

constexpr duration order_timeout = 5s;
constexpr duration query_timeout = 10s;

/// A market order goes out as IOC at its worst price: so the bound is in the book's own rules and in
/// the signature, where MARKET would put ten times the price.
std::string_view name_of(const order_request& order) {
  if (order.type == order_type::market)
    return "IMMEDIATE_OR_CANCEL";
  if (order.post_only)
    return "POST_ONLY";
  switch (order.tif) {
  case time_in_force::gtc:
    return "GOOD_TIL_CANCEL";
  case time_in_force::ioc:
    return "IMMEDIATE_OR_CANCEL";
  case time_in_force::fok:
    return "FILL_OR_KILL";
  }
  return "GOOD_TIL_CANCEL";
}

/// Our id as text, for the length of a call.
struct id_text {
  explicit id_text(const client_order_id& id) : size{write_client_order_text(id, text)} {}
  std::string_view view() const { return {text, size}; }
  char text[40];
  std::size_t size;
};

} // namespace

void account::send(request_id id, const event_time& at, account_sink& sink) {
  auto& p = *requests_.find(id);
  auto kind = request_class::query;
  if (p.what == task::place)
    kind = request_class::order;
  else if (p.what == task::cancel || p.what == task::cancel_all)
    kind = request_class::cancel;
  else if (p.what <= task::account_state)
    kind = request_class::session;
  const bool command = kind == request_class::order || kind == request_class::cancel;
  const auto request = build(p, at);
  if (!request)
    return refuse(requests_.take(id), {verdict::refused, reject_reason::size},
                  "size and price are beyond what edgex signs", at, sink);
  p.sent_ns = at.monotonic_ns;
  sink.call(rest_endpoint, id, kind, *request, command ? order_timeout : query_timeout);
}

/// Empty for an order whose numbers cannot be signed.
std::optional<http_request_view> account::build(const pending& p, const event_time& at) {
  const auto now = venue_now(at);
  switch (p.what) {
  case task::clock:
    writer_.begin("public/meta/getServerTime");
    return writer_.get_public();
  case task::metadata:
    writer_.begin("public/meta/getMetaData");
    return writer_.get_public();
  case task::account_state:
  case task::positions:
  case task::balances:
    writer_.begin("private/account/getAccountAsset");
    writer_.add_account();
    return writer_.get(now);
  case task::place:
    return build_order(p.order, now);
  case task::cancel:
  case task::cancel_all:
    return build_cancel(p, now);
  case task::query:
  case task::owners:
    return build_query(p, now);
  case task::open_orders:
    return build_open_orders(p, now);
  case task::fills:
    return build_fills(p, now);
  }
  return std::nullopt;
}

std::optional<http_request_view> account::build_order(const order_request& order, timestamp now) {
  const auto& x = *instruments_.by_id(order.instrument);
  const id_text id{order.id};
  order_fields out;
  out.scale = x.scale;
  out.contract = x.contract_text;
  out.buy = order.order_side == side::buy;
  out.time_in_force = name_of(order);
  out.price = x.price_to(order.limit_price);
  out.l2_price = out.price;
  out.size = x.size_to(order.size);
  out.reduce_only = order.reduce_only;
  out.client_id = id.view();
  out.expire_ms = to_ms(now) + order_life_ms;
  writer_.begin("private/order/createOrder");
  if (!writer_.write_order(out))
    return std::nullopt;
  return writer_.post(now);
}

http_request_view account::build_cancel(const pending& p, timestamp now) {
  const bool all = p.what == task::cancel_all;
  writer_.begin(all ? "private/order/cancelAllOrder" : "private/order/cancelOrderByClientOrderId");
  const id_text id{p.order.id};
  const auto* const x = instruments_.by_id(p.order.instrument);
  json_writer{writer_.body()}
      .open_object()
      .text("accountId", writer_.account())
      .open_array(all ? "filterContractIdList" : "clientOrderIdList")
      .text_item(all ? std::string_view{x->contract_text} : id.view())
      .close_array()
      .close_object();
  return writer_.post(now);
}

http_request_view account::build_query(const pending& p, timestamp now) {
  if (p.what == task::owners || p.venue_order != 0) {
    writer_.begin("private/order/getOrderById");
    writer_.add_account();
    writer_.add("orderIdList", p.what == task::owners ? p.text : std::to_string(p.venue_order));
    return writer_.get(now);
  }
  const id_text id{p.order.id};
  writer_.begin("private/order/getOrderByClientOrderId");
  writer_.add_account();
  writer_.add("clientOrderIdList", id.view());
  return writer_.get(now);
}

http_request_view account::build_open_orders(const pending& p, timestamp now) {
  std::string contracts;
  for (const auto& x : instruments_.all())
    contracts.append(contracts.empty() ? "" : ",").append(x.contract_text);
  writer_.begin("private/order/getActiveOrderPage");
  writer_.add_account();
  writer_.add("filterContractIdList", contracts);
  if (!p.text.empty())
    writer_.add("offsetData", p.text);
  writer_.add("size", "200");
  return writer_.get(now);
}

http_request_view account::build_fills(const pending& p, timestamp now) {
  writer_.begin("private/order/getHistoryOrderFillTransactionPage");
  writer_.add_account();
  writer_.add("filterContractIdList", instruments_.by_id(p.order.instrument)->contract_text);
  writer_.add("filterStartCreatedTimeInclusive",
              std::to_string(std::max<std::int64_t>(to_ms(p.from), 0)));
  if (!p.text.empty())
    writer_.add("offsetData", p.text);
  writer_.add("size", "100");
  return writer_.get(now);
}

} // namespace actorbot::venues::edgex
