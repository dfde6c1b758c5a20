#include "client_support.hpp"

using namespace backpack_client;

namespace {

order_request limit_order(std::uint16_t instrument, side s, quantity size, price at) {
  order_request o;
  o.id = our_id(0x2a);
  o.instrument = number(instrument);
  o.order_side = s;
  o.size = size;
  o.limit_price = at;
  return o;
}

} // namespace

TEST_CASE("orders: bodies, headers and signatures of the published vectors' form") {
  account_session s{settings_for({"SOL", "BTC", "PEPE"})};
  s.connect();
  const auto n = s.number_text(0x2a);
  const auto placed = [&](const order_request& o) {
    s.elapsed += 1s;
    s.protocol.place(s.at(), o, s.sink);
    const auto call = s.take("/api/v1/order");
    CHECK(call.method == http_method::post);
    CHECK(call.kind == request_class::order);
    checked(call, "orderExecute");
    return call.body;
  };
  auto o = limit_order(0, side::sell, "0.06"_qty, "150.25"_price);
  o.post_only = true;
  CHECK(
      placed(o)
      == R"({"clientId":)" + n
             + R"(,"orderType":"Limit","postOnly":true,"price":"150.25","quantity":"0.06","side":"Ask","symbol":"SOL_USDC_PERP","timeInForce":"GTC"})");
  o = limit_order(1, side::buy, "0.00012"_qty, "118000.1"_price);
  o.tif = time_in_force::ioc;
  CHECK(
      placed(o)
      == R"({"clientId":)" + n
             + R"(,"orderType":"Limit","price":"118000.1","quantity":"0.00012","side":"Bid","symbol":"BTC_USDC_PERP","timeInForce":"IOC"})");
  o.tif = time_in_force::fok;
  o.reduce_only = true;
  CHECK(
      placed(o)
      == R"({"clientId":)" + n
             + R"(,"orderType":"Limit","price":"118000.1","quantity":"0.00012","reduceOnly":true,"side":"Bid","symbol":"BTC_USDC_PERP","timeInForce":"FOK"})");
  auto market = limit_order(0, side::sell, "0.05"_qty, "1"_price);
  market.type = order_type::market;
  market.reduce_only = true;
  CHECK(
      placed(market)
      == R"({"clientId":)" + n
             + R"(,"orderType":"Market","quantity":"0.05","reduceOnly":true,"side":"Ask","symbol":"SOL_USDC_PERP"})");
  // Single coins go out in thousands.
  CHECK(
      placed(limit_order(2, side::buy, "123456789012300000"_qty, "0.000000001"_price))
      == R"({"clientId":)" + n
             + R"(,"orderType":"Limit","price":"0.000001","quantity":"123456789012300","side":"Bid","symbol":"kPEPE_USDC_PERP","timeInForce":"GTC"})");
}

TEST_CASE("the signature of an order is the published vector's where the text is") {
  // The vector "limit sell post-only, clientId = max u32".
  auto settings = settings_for({"SOL"});
  settings.ids = std::make_shared<number_ids>(
      std::uint16_t{0}, number_range{0xffff'fc00, 0x1'0000'0400}, std::vector<id_block>{},
      [](const id_block&) { return std::string{}; });
  account_session s{settings};
  s.connect();
  auto o = limit_order(0, side::sell, "0.06"_qty, "150.25"_price);
  o.id = {0, strategy_id{2}, 3, 1023};
  o.post_only = true;
  s.protocol.place(s.at(), o, s.sink);
  const auto call = s.take("/api/v1/order");
  CHECK(call.body.find(R"("clientId":4294967295,)") != std::string::npos);
  CHECK(call.headers.at("X-Timestamp") == "1750793021519");
  CHECK(call.headers.at("X-Signature")
        == "FtZ7xqVLicFQuuO3322nLIHbR9guOUxquWnTe/"
           "TJ5lhakyce3UM68gUK6zprIkQV6SlfwEU0YLThkSXakT+VDg==");
}

TEST_CASE("every other command") {
  account_session s{settings_for({"SOL"})};
  s.connect();
  const auto n = s.number_text(0x2a);
  auto& p = s.protocol;
  const auto expect = [&](const char* path, http_method method, request_class kind,
                          const char* instruction, const pairs& fields) {
    CAPTURE(path);
    const auto call = s.take(path);
    CHECK(call.method == method);
    CHECK(call.kind == kind);
    CHECK(checked(call, instruction) == fields);
    return call;
  };
  using enum http_method;
  using enum request_class;
  p.cancel(s.at(), {our_id(0x2a), number(0)}, "", s.sink);
  CHECK(expect("/api/v1/order", del, request_class::cancel, "orderCancel",
               {{"clientId", n}, {"symbol", "SOL_USDC_PERP"}})
            .body
        == R"({"clientId":)" + n + R"(,"symbol":"SOL_USDC_PERP"})");
  // The venue's id is the better name; exactly one may be given.
  p.cancel(s.at(), {our_id(0x2a), number(0)}, "4227701917", s.sink);
  CHECK(expect("/api/v1/order", del, request_class::cancel, "orderCancel",
               {{"orderId", "4227701917"}, {"symbol", "SOL_USDC_PERP"}})
            .body
        == R"({"orderId":"4227701917","symbol":"SOL_USDC_PERP"})");
  p.cancel(s.at(), {our_id(0x2a), number(0)}, "no\"id", s.sink);
  expect("/api/v1/order", del, request_class::cancel, "orderCancel",
         {{"clientId", n}, {"symbol", "SOL_USDC_PERP"}});
  p.cancel_all(s.at(), number(0), s.sink);
  CHECK(expect("/api/v1/orders", del, request_class::cancel, "orderCancelAll",
               {{"symbol", "SOL_USDC_PERP"}})
            .body
        == R"({"symbol":"SOL_USDC_PERP"})");
  p.query_order(s.at(), our_id(0x2a), number(0), "", s.sink);
  CHECK(expect("/api/v1/order", get, query, "orderQuery",
               {{"clientId", n}, {"symbol", "SOL_USDC_PERP"}})
            .target
        == "/api/v1/order?clientId=" + n + "&symbol=SOL_USDC_PERP");
  p.query_order(s.at(), {}, number(0), "4227701917", s.sink);
  expect("/api/v1/order", get, query, "orderQuery",
         {{"orderId", "4227701917"}, {"symbol", "SOL_USDC_PERP"}});
  p.query_open_orders(s.at(), s.sink);
  expect("/api/v1/orders", get, query, "orderQueryAll",
         {{"marketType", "PERP"}, {"symbol", "SOL_USDC_PERP"}});
  p.query_positions(s.at(), s.sink);
  expect("/api/v1/position", get, query, "positionQuery", {});
  p.query_balances(s.at(), s.sink);
  expect("/api/v1/capital/collateral", get, query, "collateralQuery", {});
  p.query_fills(s.at(), number(0), from_ms(1754062378000) + 999us, s.sink);
  expect("/wapi/v1/history/fills", get, query, "fillHistoryQueryAll",
         {{"from", "1754062378000"},
          {"limit", "1000"},
          {"offset", "0"},
          {"sortDirection", "Asc"},
          {"symbol", "SOL_USDC_PERP"}});
  p.arm_dead_man(s.at(), number(0), 60s, s.sink);
  CHECK(s.sink.calls.empty());
  REQUIRE(s.sink.requests_failed.size() == 1);
  CHECK(s.sink.requests_failed[0].second == "backpack has no dead-man's switch");
}

TEST_CASE("what is refused before it is sent") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto order = limit_order(0, side::buy, "1"_qty, "1"_price);
  const auto expect = [&](reject_reason reason) {
    s.protocol.place(s.at(), order, s.sink);
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::rejected);
    CHECK(s.sink.updates[0].source == evidence::local);
    CHECK(s.sink.updates[0].reason == reason);
    CHECK(s.sink.calls.empty());
  };
  SUBCASE("post-only market") {
    order.type = order_type::market;
    order.post_only = true;
    expect(reject_reason::invalid);
  }
  SUBCASE("post-only IOC") {
    order.tif = time_in_force::ioc;
    order.post_only = true;
    expect(reject_reason::invalid);
  }
  SUBCASE("no such instrument") {
    order.instrument = number(1);
    expect(reject_reason::invalid);
    s.protocol.cancel(s.at(), {order.id, number(1)}, "", s.sink);
    s.protocol.query_order(s.at(), order.id, number(1), "", s.sink);
    s.protocol.cancel_all(s.at(), number(1), s.sink);
    s.protocol.query_fills(s.at(), number(1), {}, s.sink);
    CHECK(s.sink.cancels_failed.size() == 1);
    CHECK(s.sink.queries_failed.size() == 1);
    CHECK(s.sink.requests_failed.size() == 2);
    CHECK(s.sink.calls.empty());
  }
  SUBCASE("stale") {
    order.valid_until = s.at().now - 1ns;
    expect(reject_reason::stale);
  }
}

TEST_CASE("without a number nothing is sent and nothing is asked by it") {
  auto settings = settings_for({"BTC"});
  settings.ids = std::make_shared<number_ids>(
      std::uint16_t{1}, number_range{1, 0xffff'ffff}, std::vector<id_block>{},
      [](const id_block&) { return std::string{"no space left"}; });
  account_session s{settings};
  s.connect();
  s.protocol.place(s.at(), limit_order(0, side::buy, "1"_qty, "1"_price), s.sink);
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::rejected);
  CHECK(s.sink.updates[0].reason == reject_reason::not_sent);
  s.protocol.cancel(s.at(), {our_id(1), number(0)}, "", s.sink);
  CHECK(s.sink.cancels_failed.at(0).reason == reject_reason::not_sent);
  s.protocol.query_order(s.at(), our_id(1), number(0), "", s.sink);
  CHECK(s.sink.queries_failed.at(0).reason == reject_reason::not_sent);
  CHECK(s.sink.calls.empty());
  // By the venue's id both still work.
  s.protocol.cancel(s.at(), {our_id(1), number(0)}, "7", s.sink);
  CHECK(s.sink.calls.size() == 1);
}

TEST_CASE("golden answer to place: the recorded resting order") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.protocol.place(s.at(), limit_order(0, side::buy, "0.001"_qty, "3000"_price), s.sink);
  s.answer("/api/v1/order", 200, order_text(s.number_text(0x2a)));
  REQUIRE(s.sink.updates.size() == 1);
  order_update expected;
  expected.id = our_id(0x2a);
  expected.instrument = number(0);
  expected.venue_order_id = "4228978331";
  expected.state = order_state::open;
  expected.size = "0.001"_qty;
  expected.limit_price = "3000"_price;
  expected.source = evidence::answer;
  expected.time = from_ms(1753626206762);
  CHECK(s.sink.updates[0] == expected);
  CHECK(s.sink.budgets.empty());
}

TEST_CASE("golden answer to a market order: the recorded fill, without a price") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  auto order = limit_order(0, side::buy, "0.001"_qty, {});
  order.type = order_type::market;
  s.protocol.place(s.at(), order, s.sink);
  s.answer(
      "/api/v1/order", 200,
      R"({"clientId":)" + s.number_text(0x2a)
          + R"(,"createdAt":1753624283415,"executedQuantity":"0.001","executedQuoteQuantity":"3.81428","id":"4227701917",)"
            R"("orderType":"Market","quantity":"0.001","quoteQuantity":"3.82","reduceOnly":null,"relatedOrderId":null,)"
            R"("selfTradePrevention":"RejectTaker","side":"Bid","status":"Filled","stopLossLimitPrice":null,"stopLossTriggerBy":null,)"
            R"("stopLossTriggerPrice":null,"strategyId":null,"symbol":"ETH_USDC_PERP","takeProfitLimitPrice":null,"takeProfitTriggerBy":null,)"
            R"("takeProfitTriggerPrice":null,"timeInForce":"GTC","triggerBy":null,"triggerPrice":null,"triggerQuantity":null,"triggeredAt":null})");
  REQUIRE(s.sink.updates.size() == 1);
  const auto& x = s.sink.updates[0];
  CHECK(x.state == order_state::filled);
  CHECK(x.filled == "0.001"_qty);
  CHECK(x.average_price == "3814.28"_price);
  CHECK(x.limit_price.is_zero());
}

TEST_CASE("statuses of an answer") {
  struct row {
    const char* status;
    const char* filled;
    const char* post_only;
    order_state state;
    reject_reason reason;
  };
  using r = reject_reason;
  for (const auto& x :
       {row{"New", "0", "false", order_state::open, r::none},
        row{"New", "0.0004", "false", order_state::partially_filled, r::none},
        row{"PartiallyFilled", "0.0004", "false", order_state::partially_filled, r::none},
        row{"Filled", "0.001", "false", order_state::filled, r::none},
        row{"Cancelled", "0", "true", order_state::cancelled, r::none},
        row{"Expired", "0", "false", order_state::expired, r::none},
        row{"Expired", "0.0004", "false", order_state::expired, r::none},
        row{"Expired", "0", "true", order_state::rejected, r::post_only_would_cross},
        row{"TriggerPending", "0", "false", order_state::pending, r::none},
        row{"TriggerFailed", "0", "false", order_state::rejected, r::other}}) {
    CAPTURE(x.status);
    account_session s{settings_for({"ETH"})};
    s.connect();
    s.protocol.query_order(s.at(), our_id(0x2a), number(0), "", s.sink);
    auto text = replaced(order_text(s.number_text(0x2a)), R"("status":"New")",
                         std::string{R"("status":")"} + x.status + "\"");
    text = replaced(text, R"("executedQuantity":"0")",
                    std::string{R"("executedQuantity":")"} + x.filled + "\"");
    text = replaced(text, R"("postOnly":true)", std::string{R"("postOnly":)"} + x.post_only);
    s.elapsed += 1s;
    s.answer("/api/v1/order", 200, text);
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == x.state);
    CHECK(s.sink.updates[0].reason == x.reason);
    CHECK(s.sink.updates[0].source == evidence::query);
    CHECK(s.sink.updates[0].time == s.at().now + 500us); // of the answer, not of the order's birth
  }
}

TEST_CASE("a cancel: the order, or accepted without a body") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.protocol.cancel(s.at(), {our_id(0x2a), number(0)}, "4228978331", s.sink);
  s.answer(
      "/api/v1/order", 200,
      replaced(order_text(s.number_text(0x2a)), R"("status":"New")", R"("status":"Cancelled")"));
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::cancelled);
  CHECK(s.sink.updates[0].source == evidence::answer);
  s.protocol.cancel(s.at(), {our_id(0x2a), number(0)}, "4228978331", s.sink);
  s.answer("/api/v1/order", 202, "");
  REQUIRE(s.sink.cancels_failed.size() == 1);
  CHECK(s.sink.cancels_failed[0].reason == reject_reason::none); // to be asked for
  for (const auto status : {200u, 202u}) {
    s.protocol.cancel_all(s.at(), number(0), s.sink);
    s.answer("/api/v1/orders", status, status == 200 ? "[]" : "");
  }
  CHECK(s.sink.requests_failed.empty());
}

TEST_CASE("an order without a client id is ours when the venue's id says so") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  SUBCASE("asked for by the venue's id") {
    s.protocol.query_order(s.at(), our_id(0x2a), number(0), "4228978331", s.sink);
    s.answer("/api/v1/order", 200, order_text("null"));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].id == our_id(0x2a));
  }
  SUBCASE("but not another's number") {
    s.protocol.query_order(s.at(), our_id(0x2a), number(0), "4228978331", s.sink);
    s.answer("/api/v1/order", 200, order_text("3"));
    CHECK(s.sink.updates.empty());
    CHECK(s.sink.queries_failed.at(0).reason == reject_reason::none);
  }
  SUBCASE("nor another order") {
    s.protocol.query_order(s.at(), our_id(0x2a), number(0), "4228978332", s.sink);
    s.answer("/api/v1/order", 200, order_text(s.number_text(0x2a)));
    CHECK(s.sink.updates.empty());
    CHECK(s.sink.queries_failed.at(0).reason == reject_reason::none);
  }
  SUBCASE("asked for by the venue's id alone: whoever's it is") {
    s.protocol.query_order(s.at(), {}, number(0), "4228978331", s.sink);
    s.answer("/api/v1/order", 200, order_text("3"));
    REQUIRE(s.sink.foreign.size() == 1);
    CHECK(s.sink.foreign[0].foreign_id == "3");
  }
}
