#include "venues/backpack/server_routes.hpp"

namespace actorbot::venues::backpack::server {

namespace {

template <class Desk>
std::function<reply(const call&)> to(Desk& desk, reply (Desk::*member)(const call&)) {
  return [&desk, member](const call& c) { return (desk.*member)(c); };
}

} // namespace

route_table::route_table(market_desk& m, order_desk& o, account_desk& a) {
  constexpr auto get = http_method::get;
  constexpr auto post = http_method::post;
  constexpr auto del = http_method::del;
  const auto open = [&](std::string_view path, reply (market_desk::*member)(const call&),
                        bool is_slow = false) {
    routes_[std::string{path}][get] = {{}, false, is_slow, to(m, member)};
  };
  open("/api/v1/time", &market_desk::time);
  open("/api/v1/ping", &market_desk::ping);
  open("/api/v1/status", &market_desk::status);
  open("/api/v1/assets", &market_desk::assets);
  open("/api/v1/markets", &market_desk::markets);
  open("/api/v1/market", &market_desk::market);
  open("/api/v1/depth", &market_desk::depth);
  open("/api/v1/ticker", &market_desk::ticker);
  open("/api/v1/tickers", &market_desk::tickers);
  open("/api/v1/trades", &market_desk::trades);
  open("/api/v1/trades/history", &market_desk::trades, true);
  open("/api/v1/klines", &market_desk::candles, true);
  open("/api/v1/markPrices", &market_desk::mark_prices);
  open("/api/v1/openInterest", &market_desk::open_interest);
  open("/api/v1/fundingRates", &market_desk::funding_rates);

  const auto closed = [&](http_method method, std::string_view path, std::string_view instruction,
                          auto handler, bool takes_list = false) {
    routes_[std::string{path}][method] = {instruction, takes_list, false, std::move(handler)};
  };
  closed(post, "/api/v1/order", "orderExecute", to(o, &order_desk::place));
  closed(post, "/api/v1/orders", "orderExecute", to(o, &order_desk::place_batch), true);
  closed(del, "/api/v1/order", "orderCancel", to(o, &order_desk::cancel));
  closed(del, "/api/v1/orders", "orderCancelAll", to(o, &order_desk::cancel_all));
  closed(get, "/api/v1/order", "orderQuery", to(o, &order_desk::query));
  closed(get, "/api/v1/orders", "orderQueryAll", to(o, &order_desk::open_orders));
  closed(get, "/wapi/v1/history/orders", "orderHistoryQueryAll", to(o, &order_desk::history));
  closed(get, "/wapi/v1/history/fills", "fillHistoryQueryAll", to(o, &order_desk::fills));
  closed(get, "/wapi/v1/history/funding", "fundingHistoryQueryAll",
         to(a, &account_desk::funding_payments));
  closed(get, "/api/v1/account", "accountQuery", to(a, &account_desk::account));
  closed(get, "/api/v1/capital", "balanceQuery", to(a, &account_desk::capital));
  closed(get, "/api/v1/capital/collateral", "collateralQuery", to(a, &account_desk::collateral));
  closed(get, "/api/v1/position", "positionQuery", to(a, &account_desk::positions));
  closed(get, "/api/v1/account/limits/order", "maxOrderQuantity",
         to(a, &account_desk::order_limit));
}

const route* route_table::find(http_method method, std::string_view path, bool& known_path) const {
  const auto found = routes_.find(path);
  known_path = found != routes_.end();
  if (!known_path)
    return nullptr;
  const auto handler = found->second.find(method);
  return handler == found->second.end() ? nullptr : &handler->second;
}

} // namespace actorbot::venues::backpack::server
