#include "venues/grvt/account.hpp"

/// How each task is asked for.
namespace actorbot::venues::grvt {

namespace {

using namespace std::chrono_literals;

constexpr duration order_timeout = 5s;
constexpr duration query_timeout = 10s;
/// How long a cancel waits for an order that the engine has not seen: the longest that is allowed.
constexpr duration cancel_window = 5s;

} // namespace

void account::send(std::size_t slot, const event_time& at, account_sink& sink) {
  auto& p = slots_[slot];
  p.sent_ns = at.monotonic_ns;
  const request_id id{static_cast<std::uint64_t>(p.generation) << 16 | slot};
  auto request = build(p);
  auto kind = request_class::query;
  auto endpoint = trades_endpoint;
  switch (p.what) { // the weights: session.hpp
  case task::login:
    kind = request_class::session;
    endpoint = login_endpoint;
    request.weight = 100;
    break;
  case task::clock:
    kind = request_class::session;
    endpoint = market_endpoint;
    request.weight = 4;
    break;
  case task::instruments:
    kind = request_class::session;
    endpoint = market_endpoint;
    request.weight = 4;
    break;
  case task::place:
    kind = request_class::order;
    request.weight = 5;
    break;
  case task::cancel:
    kind = request_class::cancel;
    request.weight = 5;
    break;
  case task::cancel_all:
    kind = request_class::cancel;
    request.weight = 50;
    break;
  case task::query:
  case task::open_orders:
  case task::positions:
  case task::fills:
    request.weight = 20;
    break;
  case task::balances:
  case task::payments:
    request.weight = 40;
    break;
  case task::dead_man:
    request.weight = 100;
    break;
  }
  const bool quick = kind == request_class::order || kind == request_class::cancel;
  sink.call(endpoint, id, kind, request, quick ? order_timeout : query_timeout);
}

http_request_view account::build(const pending& p) {
  const auto* const x = instruments_.by_id(p.order.instrument);
  const order_name name{p.number, p.venue_order};
  switch (p.what) {
  case task::login:
    return writer_.login();
  case task::clock:
    return writer_.time();
  case task::instruments:
    return instruments_request();
  case task::place:
    return build_order(p);
  case task::cancel:
    // Only for one that may still be on its way: the venue's id is the engine's.
    return writer_.cancel_order(
        name, p.number && p.venue_order.empty() && windows_allowed_ ? cancel_window : duration{0});
  case task::cancel_all:
    return writer_.cancel_all({x->base, x->rules.quote});
  case task::query:
    return writer_.order(name);
  case task::open_orders:
    return writer_.open_orders({});
  case task::positions:
    return writer_.positions({});
  case task::balances:
    return writer_.account_summary();
  case task::fills:
    return writer_.fills({x->base, x->rules.quote}, p.since, p.cursor);
  case task::payments:
    return writer_.funding_payments(p.since);
  case task::dead_man:
    return writer_.cancel_on_disconnect(p.countdown);
  }
  return {};
}

/// place() has checked that instrument and amounts fit.
http_request_view account::build_order(const pending& p) {
  const auto& x = *instruments_.by_id(p.order.instrument);
  const auto& order = p.order;
  order_words words;
  words.symbol = x.rules.symbol;
  words.size = x.size_to(order.size);
  words.client_id = *p.number;
  order_message message;
  message.market = order.type == order_type::market;
  if (order.tif == time_in_force::fok)
    message.life = order_life::fill_or_kill;
  else if (message.market || order.tif == time_in_force::ioc)
    message.life = order_life::immediate_or_cancel;
  if (!message.market)
    words.limit_price = x.price_to(order.limit_price);
  message.post_only = order.post_only;
  message.reduce_only = order.reduce_only;
  message.asset = x.asset;
  message.size = scaled(words.size, x.base_decimals).value_or(0);
  message.price = scaled(words.limit_price, price_decimals).value_or(0);
  message.buy = order.order_side == side::buy;
  message.nonce = p.nonce;
  message.expiration_ns = to_ns(p.expiration);
  return writer_.create_order(message, words);
}

} // namespace actorbot::venues::grvt
