#include "venues/aster/server_routes.hpp"

#include "venues/wire/json_reader.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>

namespace actorbot::venues::aster::server {

namespace {

constexpr auto get = http_method::get;
constexpr auto post = http_method::post;
constexpr auto put = http_method::put;
constexpr auto del = http_method::del;

template <class Desk>
auto to(Desk& desk, reply (Desk::*handler)(const call&)) {
  return [&desk, handler](const call& c) { return (desk.*handler)(c); };
}

/// Weights of depth and klines by their limit.
std::uint32_t weight_by_limit(const parameters& values) {
  const auto text = values.find("limit");
  const auto limit = (text ? parse_unsigned(*text) : std::nullopt).value_or(500);
  if (limit <= 50)
    return 2;
  if (limit <= 100)
    return 5;
  return limit <= 500 ? 10 : 20;
}

} // namespace

std::uint32_t weight_of(const route& r, const parameters& values) {
  if (r.weight_by_limit)
    return weight_by_limit(values);
  return values.has("symbol") ? r.weight : r.weight_of_all;
}

route_table::route_table(market_desk& market, order_desk& orders, account_desk& account,
                         const session_calls& session) {
  add_market(market);
  add_orders(orders);
  add_account(account);
  add_session(session);
}

void route_table::add(http_method method, std::string_view path, const line& what, handler h) {
  route r;
  r.needed = what.needed;
  r.weight = what.weight;
  r.weight_of_all = what.weight_of_all == 0 ? what.weight : what.weight_of_all;
  r.weight_by_limit = what.weight_by_limit;
  r.counts_orders = what.counts_orders;
  r.version = path.starts_with("/fapi/v3/") ? generation::v3 : generation::v1;
  r.handler = std::move(h);
  routes_[std::string{path}].emplace(method, std::move(r));
}

void route_table::add_both(http_method method, std::string_view name, const line& what,
                           const handler& h) {
  add(method, "/fapi/v1/" + std::string{name}, what, h);
  add(method, "/fapi/v3/" + std::string{name}, what, h);
}

const route* route_table::find(http_method method, std::string_view path, bool& known_path) const {
  const auto methods = routes_.find(path);
  known_path = methods != routes_.end();
  if (!known_path)
    return nullptr;
  const auto found = methods->second.find(method);
  return found == methods->second.end() ? nullptr : &found->second;
}

void route_table::add_market(market_desk& m) {
  const line light{access::open, 1, 0, false, false};
  const line twenty{access::open, 20, 0, false, false};
  const line by_limit{access::open, 1, 0, false, true};
  add_both(get, "ping", light, to(m, &market_desk::ping));
  add_both(get, "time", light, to(m, &market_desk::time));
  add_both(get, "exchangeInfo", light, to(m, &market_desk::exchange_info));
  add(get, "/api/v3/exchangeInfo", light, to(m, &market_desk::spot_exchange_info));
  add(get, "/api/v1/exchangeInfo", light, to(m, &market_desk::spot_exchange_info));
  add_both(get, "depth", by_limit, to(m, &market_desk::depth));
  add_both(get, "ticker/bookTicker", {access::open, 1, 2, false, false},
           to(m, &market_desk::book_ticker));
  add_both(get, "ticker/price", {access::open, 1, 2, false, false},
           to(m, &market_desk::price_ticker));
  add_both(get, "ticker/24hr", {access::open, 1, 40, false, false},
           to(m, &market_desk::day_tickers));
  add_both(get, "trades", light, to(m, &market_desk::trades));
  add(get, "/fapi/v1/historicalTrades", {access::key, 20, 0, false, false},
      to(m, &market_desk::trades));
  add(get, "/fapi/v3/historicalTrades", twenty, to(m, &market_desk::trades));
  add_both(get, "aggTrades", twenty, to(m, &market_desk::aggregate_trades));
  add_both(get, "klines", by_limit, to(m, &market_desk::candles));
  add_both(get, "indexPriceKlines", by_limit, to(m, &market_desk::index_candles));
  add_both(get, "markPriceKlines", by_limit, to(m, &market_desk::mark_candles));
  add_both(get, "premiumIndex", light, to(m, &market_desk::premium_index));
  add_both(get, "fundingRate", light, to(m, &market_desk::funding_rates));
  add_both(get, "fundingInfo", light, to(m, &market_desk::funding_info));
}

void route_table::add_orders(order_desk& o) {
  const line light{access::signed_call, 1, 0, false, false};
  const line placing{access::signed_call, 1, 0, true, false};
  const line five{access::signed_call, 5, 0, false, false};
  add_both(post, "order", placing, to(o, &order_desk::place));
  add_both(post, "batchOrders", {access::signed_call, 5, 0, true, false},
           to(o, &order_desk::place_batch));
  add(put, "/fapi/v3/order", placing, to(o, &order_desk::amend));
  add_both(del, "order", light, to(o, &order_desk::cancel));
  add_both(del, "allOpenOrders", light, to(o, &order_desk::cancel_all));
  add_both(del, "batchOrders", light, to(o, &order_desk::cancel_batch));
  add_both(post, "countdownCancelAll", {access::signed_call, 10, 0, false, false},
           to(o, &order_desk::countdown));
  add_both(get, "order", light, to(o, &order_desk::query));
  add_both(get, "openOrder", light, to(o, &order_desk::query_open));
  add_both(get, "openOrders", {access::signed_call, 1, 40, false, false},
           to(o, &order_desk::open_orders));
  add_both(get, "allOrders", five, to(o, &order_desk::all_orders));
}

void route_table::add_account(account_desk& a) {
  const line light{access::signed_call, 1, 0, false, false};
  const line five{access::signed_call, 5, 0, false, false};
  const line thirty{access::signed_call, 30, 0, false, false};
  for (const auto* path : {"/fapi/v2/balance", "/fapi/v3/balance"})
    add(get, path, five, to(a, &account_desk::balance));
  for (const auto* path :
       {"/fapi/v4/account", "/fapi/v3/account", "/fapi/v3/accountWithJoinMargin"})
    add(get, path, five, to(a, &account_desk::account));
  for (const auto* path : {"/fapi/v2/positionRisk", "/fapi/v3/positionRisk"})
    add(get, path, five, to(a, &account_desk::positions));
  add_both(get, "userTrades", five, to(a, &account_desk::trades));
  add_both(get, "income", thirty, to(a, &account_desk::income));
  add_both(get, "commissionRate", {access::signed_call, 20, 0, false, false},
           to(a, &account_desk::commission));
  add_both(get, "leverageBracket", light, to(a, &account_desk::brackets));
  add_both(post, "leverage", light, to(a, &account_desk::set_leverage));
  add_both(post, "marginType", light, to(a, &account_desk::set_margin_type));
  add_both(post, "positionMargin", light, to(a, &account_desk::change_position_margin));
  add_both(get, "positionSide/dual", thirty, to(a, &account_desk::position_mode));
  add_both(post, "positionSide/dual", light, to(a, &account_desk::set_position_mode));
  add_both(get, "multiAssetsMargin", thirty, to(a, &account_desk::assets_mode));
  add_both(post, "multiAssetsMargin", light, to(a, &account_desk::set_assets_mode));
  add(get, "/fapi/v3/stpMode", thirty, to(a, &account_desk::self_trade_mode));
  add(post, "/fapi/v3/stpMode", light, to(a, &account_desk::set_self_trade_mode));
  add(get, "/fapi/v1/remainingOpenableNotionalValue", {access::signed_call, 20, 0, false, false},
      to(a, &account_desk::openable_notional));
}

void route_table::add_session(const session_calls& session) {
  const line keyed{access::key, 1, 0, false, false};
  const auto success = [](const call&) { return reply{R"({"code":200,"msg":"success"})"}; };
  add_both(post, "listenKey", keyed, session.open_key);
  add_both(put, "listenKey", keyed, session.renew_key);
  add_both(del, "listenKey", keyed, session.close_key);
  // Nothing is ever queued here, so there is nothing to overtake: the nonce is used up, that is
  // all.
  add(post, "/fapi/v3/noop", {access::signed_call, 1, 0, false, false}, success);
  add(post, "/fapi/v3/approveBuilder", {access::management, 1, 0, false, false}, success);
  add(get, "/fapi/v3/builder", {access::signed_call, 1, 0, false, false},
      [](const call&) { return reply{"[]"}; });
}

} // namespace actorbot::venues::aster::server
