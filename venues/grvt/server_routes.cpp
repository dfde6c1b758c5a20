#include "venues/grvt/server_routes.hpp"

#include <algorithm>
#include <array>

namespace actorbot::venues::grvt::server {

std::vector<route> make_routes(market_desk& m, order_desk& o, account_desk& a) {
  using enum call_class;
  const auto* plain = &names::plain;
  return {
      // -- market data --
      {"v1/instrument", false, listing, plain, &names::instruments,
       [&](const call& c) { return m.instrument(c.body); }},
      {"v1/instruments", false, listing, plain, &names::instruments,
       [&](const call& c) { return m.instruments(c.body); }},
      {"v1/all_instruments", false, listing, plain, &names::instruments,
       [&](const call& c) { return m.instruments(c.body); }},
      {"v1/currency", false, data, plain, nullptr, [&](const call&) { return m.currencies(); }},
      {"v1/margin_rules", false, data, plain, nullptr,
       [&](const call& c) { return m.margin_rules(c.body); }},
      {"v1/mini", false, listing, plain, &names::tickers,
       [&](const call& c) { return m.mini(c.now, c.body); }},
      {"v1/ticker", false, listing, plain, &names::tickers,
       [&](const call& c) { return m.ticker(c.now, c.body); }},
      {"v1/book", false, data, plain, &names::book_answer,
       [&](const call& c) { return m.book(c.body); }},
      {"v1/trade", false, data, plain, &names::trades,
       [&](const call& c) { return m.trades(c.body); }},
      {"v1/trade_history", false, data, plain, &names::trades,
       [&](const call& c) { return m.trade_history(c.body); }},
      {"v1/kline", false, data, &names::kline_request, &names::candles,
       [&](const call& c) { return m.klines(c.body); }},
      {"v1/funding", false, data, plain, &names::funding_points,
       [&](const call& c) { return m.funding(c.body); }},
      // -- orders --
      {"v1/create_order", true, order, &names::order_request, &names::one_order,
       [&](const call& c) { return o.create(c); }},
      {"v2/bulk_orders", true, order, &names::bulk_request, &names::bulk_answer,
       [&](const call& c) { return o.bulk(c); }},
      {"v1/cancel_order", true, order, plain, &names::ack,
       [&](const call& c) { return o.cancel(c); }},
      {"v1/cancel_all_orders", true, mass, plain, &names::ack,
       [&](const call& c) { return o.cancel_all(c); }},
      {"v1/cancel_on_disconnect", true, rare, plain, &names::ack,
       [&](const call& c) { return o.countdown(c); }},
      {"v1/authorize_builder", true, other, plain, nullptr,
       [&](const call& c) { return o.authorize_builder(c); }},
      {"v1/get_authorized_builders", true, other, plain, nullptr,
       [&](const call& c) { return o.authorized_builders(c); }},
      // -- account --
      {"v1/order", true, query, plain, &names::one_order,
       [&](const call& c) { return a.order(c); }},
      {"v1/open_orders", true, query, plain, &names::one_order,
       [&](const call& c) { return a.open_orders(c); }},
      {"v1/order_history", true, query, plain, &names::one_order,
       [&](const call& c) { return a.order_history(c); }},
      {"v1/fill_history", true, query, plain, &names::fills,
       [&](const call& c) { return a.fill_history(c); }},
      {"v1/positions", true, query, plain, &names::positions_list,
       [&](const call& c) { return a.positions(c); }},
      {"v1/account_summary", true, other, plain, &names::summary,
       [&](const call& c) { return a.summary(c); }},
      {"v1/aggregated_account_summary", true, other, plain, nullptr,
       [&](const call& c) { return a.aggregated_summary(c); }},
      {"v1/funding_account_summary", true, other, plain, nullptr,
       [&](const call& c) { return a.funding_summary(c); }},
      {"v1/funding_payment_history", true, other, plain, &names::payments,
       [&](const call& c) { return a.funding_payments(c); }},
      {"v1/get_all_initial_leverage", true, other, plain, &names::leverages,
       [&](const call& c) { return a.leverages(c); }},
      {"v1/set_initial_leverage", true, other, &names::leverage_request, &names::leverages,
       [&](const call& c) { return a.set_leverage(c); }},
      {"v1/set_position_config", true, other, &names::position_config_request, &names::ack_plain,
       [&](const call& c) { return a.set_position_config(c); }},
      {"v1/get_sub_accounts", true, other, plain, &names::sub_accounts,
       [&](const call& c) { return a.sub_accounts(c); }},
  };
}

call_limits::call_limits(std::uint32_t percent) {
  // In ten seconds, in the order of call_class.
  static constexpr std::array<std::uint32_t, 8> rates{10, 200, 20, 10, 50, 25, 250, 80};
  for (const auto rate : rates)
    windows_.emplace_back(percent == 0 ? 0U : std::max(1U, rate * percent / 100),
                          std::chrono::seconds{10});
}

bool call_limits::take(timestamp now, call_class cost, const std::string& who,
                       std::uint32_t count) {
  return windows_[static_cast<std::size_t>(cost)].take(now, who, count);
}

} // namespace actorbot::venues::grvt::server
