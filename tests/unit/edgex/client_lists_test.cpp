#include "client_support.hpp"

using namespace edgex_client;

namespace {

constexpr auto asset_path = "/api/v2/private/account/getAccountAsset";
constexpr auto by_client_path = "/api/v2/private/order/getOrderByClientOrderId";
constexpr auto by_id_path = "/api/v2/private/order/getOrderById";
constexpr auto open_path = "/api/v2/private/order/getActiveOrderPage";

struct live_account : account_session {
  explicit live_account(std::vector<std::string> tickers = {"BTC", "ETH"})
      : account_session{settings_for(std::move(tickers))} {
    connect();
  }
};

} // namespace

TEST_CASE("query: the documentation's record, field by field") {
  live_account s;
  s.protocol.query_order(s.at(), our_id(0x2a), number(0), "", s.sink);
  const auto call = s.take(by_client_path);
  check_signed(call);
  CHECK(call.kind == request_class::query);
  CHECK(query_of(call)
        == std::map<std::string, std::string>{{"accountId", account_id},
                                              {"clientOrderIdList", "ab-1-2-3-2a"}});
  s.answer(call, 200, success(json::array({order_record()}).dump()));
  REQUIRE(s.sink.updates.size() == 1);
  const auto& x = s.sink.updates[0];
  CHECK(x.id == our_id(0x2a));
  CHECK(x.instrument == number(0));
  CHECK(x.venue_order_id == "564829588270612618");
  CHECK(x.state == order_state::open);
  CHECK(x.order_side == side::buy);
  CHECK_FALSE(x.reduce_only);
  CHECK(x.size == "0.001"_qty);
  CHECK(x.filled.is_zero());
  CHECK(x.limit_price == "96260.7"_price);
  CHECK(x.source == evidence::query);
  CHECK(x.time == from_ms(1734665867876));
}

TEST_CASE("query: no order, another order, more than one") {
  live_account s;
  const auto ask = [&](const std::string& body) {
    s.sink.updates.clear();
    s.sink.queries_failed.clear();
    s.protocol.query_order(s.at(), our_id(0x2a), number(0), "", s.sink);
    s.answer(by_client_path, 200, success(body));
    CHECK(s.sink.updates.empty());
    REQUIRE(s.sink.queries_failed.size() == 1);
    return s.sink.queries_failed[0].reason;
  };
  CHECK(ask("[]") == reject_reason::unknown_order);
  const auto record = order_record();
  for (const auto& changes :
       {json{{"clientOrderId", "ab-1-2-3-2b"}}, json{{"clientOrderId", "someone"}},
        json{{"contractId", "10000002"}}, json{{"contractId", "10000004"}},
        json{{"status", "UNRECOGNIZED"}}, json{{"status", "NEW_WORD"}}, json{{"side", "HOLD"}},
        json{{"size", "-1"}}, json{{"size", nullptr}}, json{{"cumFillSize", nullptr}},
        json{{"cumFillSize", "x"}}, json{{"id", nullptr}}})
    CHECK(ask(json::array({with(record, changes)}).dump()) == reject_reason::none);
  CHECK(ask(json::array({record, record}).dump()) == reject_reason::none);
  CHECK(ask("{}") == reject_reason::none);
  CHECK(ask("null") == reject_reason::none);
}

TEST_CASE("query by the venue's id, for an order that may be anybody's") {
  live_account s;
  s.protocol.query_order(s.at(), {}, number(0), "564829588270612618", s.sink);
  const auto call = s.take(by_id_path);
  check_signed(call);
  CHECK(query_of(call).at("orderIdList") == "564829588270612618");
  s.answer(
      call, 200,
      success(json::array({with(order_record(), {{"clientOrderId", "9311381563209122"}})}).dump()));
  REQUIRE(s.sink.foreign.size() == 1);
  CHECK(s.sink.foreign[0].foreign_id == "9311381563209122");
  s.protocol.query_order(s.at(), {}, number(0), "nonsense", s.sink);
  CHECK(s.sink.queries_failed.size() == 1);
  s.protocol.query_order(s.at(), our_id(1), number(9), "", s.sink);
  CHECK(s.sink.queries_failed.size() == 2);
}

TEST_CASE("open orders: all pages become one list, foreign ones marked") {
  live_account s;
  const auto asked = s.at().now;
  s.protocol.query_open_orders(s.at(), s.sink);
  const auto first = s.take(open_path);
  check_signed(first);
  CHECK(first.target
        == std::string{open_path} + "?accountId=" + account_id
               + "&filterContractIdList=10000001,10000002&size=200");
  s.elapsed += 1s;
  const auto foreign = with(order_record(), {{"id", "7"}, {"clientOrderId", "web"}});
  const auto other = with(order_record(), {{"contractId", "10000004"}});
  s.answer(first, 200,
           success(json{{"dataList", json::array({order_record(), other})},
                        {"nextPageOffsetData", "0880A08A97B532"}}
                       .dump()));
  CHECK(s.sink.open_orders.empty());
  const auto second = s.take(open_path);
  check_signed(second);
  CHECK(query_of(second).at("offsetData") == "0880A08A97B532");
  s.answer(second, 200,
           success(json{{"dataList", json::array({foreign})}, {"nextPageOffsetData", ""}}.dump()));
  REQUIRE(s.sink.open_orders.size() == 1);
  const auto& list = s.sink.open_orders[0];
  CHECK(list.venue == venue_id{4});
  CHECK(list.requested == asked);
  REQUIRE(list.orders.size() == 2);
  CHECK(list.orders[0].ours);
  CHECK(list.orders[0].order.source == evidence::snapshot);
  CHECK_FALSE(list.orders[1].ours);
  CHECK(list.orders[1].foreign_id == "web");
}

TEST_CASE("open orders: a page that fails or cannot be read loses the list, a circle ends") {
  live_account s;
  const auto page = [](const json& rows, const char* next) {
    return success(json{{"dataList", rows}, {"nextPageOffsetData", next}}.dump());
  };
  s.protocol.query_open_orders(s.at(), s.sink);
  s.answer(open_path, 200, page(json::array({order_record()}), "A"));
  SUBCASE("lost") { s.lose(open_path, true); }
  SUBCASE("refused") { s.answer(open_path, 200, refusal("INVALID_GET_PAGE_SIZE")); }
  SUBCASE("unreadable") {
    s.answer(open_path, 200, page(json::array({with(order_record(), {{"size", "x"}})}), ""));
  }
  SUBCASE("short records") {
    s.answer(open_path, 200, page(json::array({with(order_record(), {{"size", nullptr}})}), ""));
  }
  SUBCASE("a circle") {
    for (int i = 0; i < 50; ++i)
      s.answer(open_path, 200, page(json::array({order_record()}), "A"));
  }
  CHECK(s.sink.open_orders.empty());
  REQUIRE(s.sink.requests_failed.size() == 1);
  CHECK(s.sink.requests_failed[0].first == "open_orders");
  CHECK(s.sink.calls.empty());
}

TEST_CASE("positions and balances: the documentation's account") {
  live_account s;
  const auto asked = s.at().now;
  s.protocol.query_positions(s.at(), s.sink);
  s.elapsed += 1s;
  const auto call = s.take(asset_path);
  check_signed(call);
  CHECK(call.kind == request_class::query);
  s.answer(call, 200, account_asset());
  REQUIRE(s.sink.position_lists.size() == 1);
  const auto& list = s.sink.position_lists[0];
  CHECK(list.requested == asked);
  CHECK(list.venue == venue_id{4});
  REQUIRE(list.positions.size() == 1);
  CHECK(list.positions[0].instrument == number(0));
  CHECK(list.positions[0].size == "0.001"_qty);
  CHECK(list.positions[0].entry == "97444.5"_price);
  CHECK(list.positions[0].unrealised == "0.289926609240472316"_d);
  s.protocol.query_balances(s.at(), s.sink);
  s.answer(asset_path, 200, account_asset());
  REQUIRE(s.sink.balances.size() == 1);
  const auto& x = s.sink.balances[0];
  CHECK(x.venue == venue_id{4});
  CHECK(x.asset == "USDT");
  CHECK(x.total == "15.501312"_d); // legacyAmount, not the cash that buying a future costs
  CHECK(x.equity == "15.791238609240472316"_d);
  CHECK(x.available == "13.83655"_d);
}

TEST_CASE("positions: sign, closed ones, the second set of names") {
  live_account s;
  auto asset = json::parse(account_asset());
  auto& data = asset["data"];
  s.protocol.query_positions(s.at(), s.sink);
  SUBCASE("short, without an asset row: entry from value and size") {
    data["positionAssetList"] = json::array();
    data["positionList"][0]["openSize"] = "-0.002";
    data["positionList"][0]["openValue"] = "-194.889";
    s.answer(asset_path, 200, asset.dump());
    CHECK(s.sink.position_lists.at(0).positions.at(0).size == "-0.002"_qty);
    CHECK(s.sink.position_lists[0].positions[0].entry == "97444.5"_price);
  }
  SUBCASE("closed and still listed") {
    data["positionList"][0]["openSize"] = "0";
    s.answer(asset_path, 200, asset.dump());
    CHECK(s.sink.position_lists.at(0).positions.at(0).size.is_zero());
    CHECK(s.sink.position_lists[0].positions[0].entry.is_zero());
  }
  SUBCASE("V2's names") {
    data["positionList"][0].erase("openSize");
    data["positionList"][0]["size"] = "0.5";
    auto& row = data["positionAssetList"][0];
    row["unrealizedPnl"] = "-1.5";
    row.erase("unrealizePnl");
    s.answer(asset_path, 200, asset.dump());
    CHECK(s.sink.position_lists.at(0).positions.at(0).size == "0.5"_qty);
    CHECK(s.sink.position_lists[0].positions[0].unrealised == "-1.5"_d);
  }
  SUBCASE("no size at all is no answer") {
    data["positionList"][0].erase("openSize");
    s.answer(asset_path, 200, asset.dump());
    CHECK(s.sink.position_lists.empty());
    CHECK(s.sink.requests_failed.size() == 1);
  }
  SUBCASE("another contract") {
    data["positionList"][0]["contractId"] = "10000004";
    s.answer(asset_path, 200, asset.dump());
    CHECK(s.sink.position_lists.at(0).positions.empty());
  }
}
