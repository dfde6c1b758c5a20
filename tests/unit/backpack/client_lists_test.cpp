#include "client_support.hpp"

using namespace backpack_client;

TEST_CASE("all markets in one list of open orders when there are several") {
  account_session s{settings_for({"BTC", "ETH"})};
  s.connect();
  s.protocol.query_open_orders(s.at(), s.sink);
  CHECK(checked(s.take("/api/v1/orders"), "orderQueryAll") == pairs{{"marketType", "PERP"}});
}

TEST_CASE("open orders: ours and foreign, in the order of the list, and none of other markets") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  const auto asked = s.at().now;
  s.protocol.query_open_orders(s.at(), s.sink);
  s.elapsed += 1s;
  s.answer("/api/v1/orders", 200,
           "[" + order_text("77") + "," + order_text(s.number_text(1)) + "," + order_text("null")
               + "," + order_text(s.number_text(2), "SOL_USDC_PERP") + "]");
  REQUIRE(s.sink.open_orders.size() == 1);
  const auto& list = s.sink.open_orders[0];
  CHECK(list.venue == venue_id{2});
  CHECK(list.requested == asked);
  REQUIRE(list.orders.size() == 3);
  CHECK_FALSE(list.orders[0].ours);
  CHECK(list.orders[0].foreign_id == "77");
  CHECK(list.orders[1].ours);
  CHECK(list.orders[1].order.id == our_id(1));
  CHECK(list.orders[1].order.source == evidence::snapshot);
  CHECK_FALSE(list.orders[2].ours);
  CHECK(list.orders[2].foreign_id.empty());
}

TEST_CASE("golden positions: 25 decimals, and 404 is the word for none") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.protocol.query_positions(s.at(), s.sink);
  s.answer(
      "/api/v1/position", 200,
      R"([{"breakEvenPrice":"3831.3630555555555555555555556","cumulativeFundingPayment":"-0.009218","cumulativeInterest":"0",)"
      R"("entryPrice":"3826.8888888888888888888888889","estLiquidationPrice":"0","imf":"0.02",)"
      R"("imfFunction":{"base":"0.02","factor":"0.0000935","type":"sqrt"},"markPrice":"3787.46813304","mmf":"0.0125",)"
      R"("mmfFunction":{"base":"0.0125","factor":"0.0000561","type":"sqrt"},"netCost":"13.7768","netExposureNotional":"13.634885278944",)"
      R"("netExposureQuantity":"0.0036","netQuantity":"-0.0036","pnlRealized":"0","pnlUnrealized":"-0.141914",)"
      R"("positionId":"4238420454","subaccountId":null,"symbol":"ETH_USDC_PERP","userId":1813870},)"
      R"({"netQuantity":"5","entryPrice":"1","pnlUnrealized":"0","symbol":"XRP_USDC_PERP"}])");
  REQUIRE(s.sink.position_lists.size() == 1);
  REQUIRE(s.sink.position_lists[0].positions.size() == 1);
  const auto& x = s.sink.position_lists[0].positions[0];
  CHECK(x.instrument == number(0));
  CHECK(x.size == "-0.0036"_qty);
  CHECK(x.entry == "3826.888888888888888888"_price);
  CHECK(x.unrealised == "-0.141914"_d);
  for (const auto* body : {"[]", R"({"code":"RESOURCE_NOT_FOUND","message":"Not Found"})"}) {
    s.protocol.query_positions(s.at(), s.sink);
    s.answer("/api/v1/position", *body == '[' ? 200 : 404, body);
  }
  CHECK(s.sink.position_lists.size() == 3);
  CHECK(s.sink.position_lists[2].positions.empty());
  CHECK(s.sink.requests_failed.empty());
}

TEST_CASE("balances: the account's equity, also with everything lent") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.protocol.query_balances(s.at(), s.sink);
  s.answer(
      "/api/v1/capital/collateral", 200,
      R"({"assetsValue":"120","borrowLiability":"0","collateral":[{"symbol":"USDC","assetMarkPrice":"1","totalQuantity":"120",)"
      R"("balanceNotional":"120","collateralWeight":"1","collateralValue":"120","openOrderQuantity":"0","lendQuantity":"120","availableQuantity":"0"}],)"
      R"("imf":"0.02","unsettledEquity":"0","liabilitiesValue":"0","marginFraction":null,"mmf":"0.0125","netEquity":"118.5",)"
      R"("netEquityAvailable":"110.25","netEquityLocked":"8.25","netExposureFutures":"13.6","pnlUnrealized":"-1.5"})");
  REQUIRE(s.sink.balances.size() == 1);
  const balance expected{venue_id{2}, "USDC", "120"_d, "118.5"_d, "110.25"_d, s.at().now + 500us};
  CHECK(s.sink.balances[0] == expected);
}

TEST_CASE("funding payments: read every ten minutes, told once, oldest first") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  CHECK(s.sink.timers.at(3) == 10min);
  const auto poll = [&](const std::string& body) {
    s.timer(3);
    const auto call = s.take("/wapi/v1/history/funding");
    CHECK(checked(call, "fundingHistoryQueryAll")
          == pairs{{"limit", "1000"}, {"sortDirection", "Desc"}});
    s.answer(call, 200, body);
  };
  const auto row = [](const char* time, const char* amount, const char* symbol = "ETH_USDC_PERP") {
    return std::string{R"({"fundingRate":"0.0001","intervalEndTimestamp":")"} + time
           + R"(","quantity":")" + amount + R"(","subaccountId":0,"symbol":")" + symbol
           + R"(","userId":1813870})";
  };
  // The session began on 2025-06-24 at 19:23:41.
  const auto old_row = row("2025-06-24T19:00:00", "1");
  const auto first = row("2025-06-24T20:00:00", "-0.001301");
  const auto second = row("2025-06-24T21:00:00", "0.002");
  poll("[" + first + "," + row("2025-06-24T20:00:00", "9", "XRP_USDC_PERP") + "," + old_row + "]");
  REQUIRE(s.sink.payments.size() == 1);
  const funding_payment expected{number(0), "-0.001301"_d, "ETH_USDC_PERP@1750795200000",
                                 from_ms(1750795200000)};
  CHECK(s.sink.payments[0] == expected);
  const auto third = row("2025-06-24T22:00:00", "0.003");
  poll("[" + third + "," + second + "," + first + "]");
  REQUIRE(s.sink.payments.size() == 3);
  CHECK(s.sink.payments[1].amount == "0.002"_d);
  CHECK(s.sink.payments[2].amount == "0.003"_d);
  // A failure is no reason to say anything: the next look is due anyway.
  s.timer(3);
  s.lose("/wapi/v1/history/funding", true);
  CHECK(s.sink.requests_failed.empty());
  CHECK(s.sink.fails.empty());
}
