#include "client_support.hpp"

using namespace backpack_client;

namespace {

const std::string order_path = "/api/v1/order";
const std::string history_path = "/wapi/v1/history/orders";
const std::string fills_path = "/wapi/v1/history/fills";
const std::string not_found = R"({"code":"RESOURCE_NOT_FOUND","message":"Not Found"})";

/// The recorded element of the order history, of a perpetual and with other values.
std::string past_order(const std::string& client_id, const std::string& status,
                       const std::string& expiry = "null",
                       const std::string& created = "2025-06-24T19:24:00.897") {
  return R"({"clientId":)" + client_id + R"(,"createdAt":")" + created
         + R"(","executedQuantity":"0","executedQuoteQuantity":"0","expiryReason":)" + expiry
         + R"(,"id":"4239996998","orderType":"Limit","postOnly":false,"price":"4500","quantity":null,"quoteQuantity":null,)"
           R"("selfTradePrevention":"RejectTaker","side":"Ask","status":")"
         + status
         + R"(","symbol":"ETH_USDC_PERP","systemOrderType":null,)"
           R"("timeInForce":"GTC","triggerBy":null,"triggerPrice":"4300","triggerQuantity":"0.001","strategyId":null,)"
           R"("stopLossLimitPrice":null,"stopLossTriggerBy":null,"stopLossTriggerPrice":null,)"
           R"("takeProfitLimitPrice":null,"takeProfitTriggerBy":null,"takeProfitTriggerPrice":null})";
}

/// The recorded element of the fill history; the client id is a text here.
std::string fill_text(const std::string& client_id, std::uint64_t trade = 9748827,
                      const std::string& order = "4238907375", const std::string& system = "null") {
  return R"({"clientId":)" + client_id
         + R"(,"fee":"0.004974","feeSymbol":"USDC","isMaker":false,"orderId":")" + order
         + R"(","price":"3826.15","quantity":"0.0026","side":"Bid","symbol":"ETH_USDC_PERP","systemOrderType":)"
         + system + R"(,"timestamp":"2025-07-27T17:39:00.092","tradeId":)" + std::to_string(trade)
         + "}";
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

order_request an_order(std::uint64_t sequence) {
  order_request o;
  o.id = our_id(sequence);
  o.instrument = number(0);
  o.size = "0.01"_qty;
  o.limit_price = "4000"_price;
  return o;
}

std::string many(const std::string& one, int count) {
  std::string out = "[";
  for (int i = 0; i < count; ++i)
    out += (i == 0 ? "" : ",") + one;
  return out + "]";
}

} // namespace

TEST_CASE("a query goes on to the history, then to the fills; only all three are an absence") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  const auto n = s.number_text(1);
  s.protocol.query_order(s.at(), our_id(1), number(0), "", s.sink);
  s.answer(order_path, 404, not_found);
  CHECK(s.sink.queries_failed.empty()); // it does not rest: that says nothing
  const auto history = s.take(history_path);
  CHECK(history.kind == request_class::query);
  CHECK(checked(history, "orderHistoryQueryAll")
        == pairs{{"limit", "1000"},
                 {"offset", "0"},
                 {"sortDirection", "Desc"},
                 {"symbol", "ETH_USDC_PERP"}});
  SUBCASE("cancelled, as the history says") {
    s.elapsed += 1s;
    s.answer(history, 200,
             "[" + past_order("3", "Cancelled") + "," + past_order(n, "Cancelled") + "]");
    REQUIRE(s.sink.updates.size() == 1);
    const auto& x = s.sink.updates[0];
    CHECK(x.id == our_id(1));
    CHECK(x.state == order_state::cancelled);
    CHECK(x.source == evidence::query);
    CHECK(x.venue_order_id == "4239996998");
    CHECK(x.limit_price == "4500"_price);
    CHECK(x.time == s.at().now + 500us);
    CHECK(s.sink.foreign.empty());
  }
  SUBCASE("expired for a reason") {
    s.answer(history, 200, "[" + past_order(n, "Expired", R"("PostOnlyTaker")") + "]");
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::rejected);
    CHECK(s.sink.updates[0].reason == reject_reason::post_only_would_cross);
    CHECK(s.sink.updates[0].text == "Expired PostOnlyTaker");
  }
  SUBCASE("a history that is behind decides nothing") {
    s.answer(history, 200, "[" + past_order(n, "New") + "]");
    CHECK(s.sink.updates.empty());
    REQUIRE(s.sink.queries_failed.size() == 1);
    CHECK(s.sink.queries_failed[0].reason == reject_reason::none);
  }
  SUBCASE("not in the history") {
    s.answer(history, 200, "[" + past_order("3", "Filled") + "]");
    const auto fills = s.take(fills_path);
    CHECK(checked(fills, "fillHistoryQueryAll")
          == pairs{{"limit", "1000"},
                   {"offset", "0"},
                   {"sortDirection", "Desc"},
                   {"symbol", "ETH_USDC_PERP"}});
    SUBCASE("nor among the fills") {
      s.answer(fills, 200, "[" + fill_text(R"("3")") + "," + fill_text("null") + "]");
      REQUIRE(s.sink.queries_failed.size() == 1);
      CHECK(s.sink.queries_failed[0].id == our_id(1));
      CHECK(s.sink.queries_failed[0].reason == reject_reason::unknown_order);
    }
    SUBCASE("but it has traded: fills oldest first, and it is asked for again") {
      s.answer(fills, 200, "[" + fill_text(quoted(n), 2) + "," + fill_text(quoted(n), 1) + "]");
      REQUIRE(s.sink.fills.size() == 2);
      CHECK(s.sink.fills[0].trade_id == "1");
      CHECK(s.sink.fills[1].trade_id == "2");
      CHECK(s.sink.fills[0].id == our_id(1));
      REQUIRE(s.sink.queries_failed.size() == 1);
      CHECK(s.sink.queries_failed[0].reason == reject_reason::none);
    }
    SUBCASE("404 there as well") {
      s.answer(fills, 404, not_found);
      CHECK(s.sink.queries_failed.at(0).reason == reject_reason::unknown_order);
    }
    SUBCASE("no answer: nothing is known") {
      s.protocol.on(http_failed{s.at(), fills.id, true, "reset"}, s.sink);
      CHECK(s.sink.queries_failed.at(0).reason == reject_reason::none);
    }
  }
  SUBCASE("no history, as 404") {
    s.answer(history, 404, not_found);
    s.answer(fills_path, 200, "[]");
    CHECK(s.sink.queries_failed.at(0).reason == reject_reason::unknown_order);
  }
  SUBCASE("a history that cannot be read") {
    SUBCASE("no list") { s.answer(history, 200, "{}"); }
    SUBCASE("an odd row") { s.answer(history, 200, R"([{"id":"1"}])"); }
    SUBCASE("5xx") { s.answer(history, 500, "<html>"); }
    CHECK(s.sink.queries_failed.at(0).reason == reject_reason::none);
  }
  CHECK(s.sink.calls.empty());
}

TEST_CASE("with the venue's id the history and the fills are asked for that order alone") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.protocol.query_order(s.at(), our_id(1), number(0), "4239996998", s.sink);
  s.answer(order_path, 404, not_found);
  const auto history = s.take(history_path);
  CHECK(checked(history, "orderHistoryQueryAll")[2]
        == std::pair<std::string, std::string>{"orderId", "4239996998"});
  SUBCASE("found, though the history names no client id") {
    s.answer(history, 200, "[" + past_order("null", "Filled") + "]");
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].id == our_id(1));
    CHECK(s.sink.updates[0].state == order_state::filled);
  }
  SUBCASE("not found") {
    s.answer(history, 200, "[]");
    const auto fills = s.take(fills_path);
    CHECK(checked(fills, "fillHistoryQueryAll")[2]
          == std::pair<std::string, std::string>{"orderId", "4239996998"});
    s.answer(fills, 200, "[" + fill_text("null", 5, "4239996998") + "]");
    REQUIRE(s.sink.fills.size() == 1);
    CHECK(s.sink.fills[0].id == our_id(1));
  }
}

TEST_CASE("how far back the history is read: to before the order was placed") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.elapsed += 10min;
  s.protocol.place(s.at(), an_order(1), s.sink);
  s.lose(order_path, true);
  s.sink.updates.clear();
  s.elapsed += 5s;
  s.protocol.query_order(s.at(), our_id(1), number(0), "", s.sink);
  s.answer(order_path, 404, not_found);
  SUBCASE("a full page of newer orders: the next one") {
    s.answer(history_path, 200,
             many(past_order("3", "Filled", "null", "2025-06-24T19:33:40"), 1000));
    const auto next = s.take(history_path);
    CHECK(checked(next, "orderHistoryQueryAll")[1]
          == std::pair<std::string, std::string>{"offset", "1000"});
    s.answer(next, 200, "[" + past_order(s.number_text(1), "Filled") + "]");
    CHECK(s.sink.updates.at(0).state == order_state::filled);
  }
  SUBCASE("a full page that reaches back further: enough") {
    s.answer(history_path, 200,
             many(past_order("3", "Filled", "null", "2025-06-24T19:30:00"), 1000));
    const auto fills = checked(s.take(fills_path), "fillHistoryQueryAll");
    // Placed at 19:33:41.519, and a minute for the clocks.
    CHECK(fills[0]
          == std::pair<std::string, std::string>{"from", std::to_string(start_ms + 540'000)});
  }
}

TEST_CASE("an order of unknown age is looked for in ten pages and no more") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.protocol.query_order(s.at(), our_id(1), number(0), "", s.sink);
  s.answer(order_path, 404, not_found);
  const auto page = many(past_order("3", "Filled"), 1000);
  for (int i = 0; i < 10; ++i) {
    CHECK(s.sink.queries_failed.empty());
    s.answer(history_path, 200, page);
  }
  CHECK(s.sink.calls.empty());
  REQUIRE(s.sink.queries_failed.size() == 1);
  CHECK(s.sink.queries_failed[0].reason == reject_reason::none); // not found is not absent
}

TEST_CASE("golden fill history: ours by the number in its text, foreign counted with its sign") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  const auto asked = s.at().now;
  s.protocol.query_fills(s.at(), number(0), asked - 1h, s.sink);
  s.elapsed += 1s;
  s.answer(fills_path, 200,
           "[" + fill_text(quoted(s.number_text(1))) + "," + fill_text(R"("77")", 9748828) + ","
               + replaced(fill_text(R"("77")", 9748829), R"("side":"Bid")", R"("side":"Ask")") + ","
               + replaced(fill_text("null", 1, "9", R"("LiquidatePositionOnBook")"),
                          R"("tradeId":1)", R"("tradeId":null)")
               + "]");
  REQUIRE(s.sink.pages.size() == 1);
  const auto& page = s.sink.pages[0];
  CHECK(page.instrument == number(0));
  CHECK(page.requested == asked);
  CHECK(page.complete);
  REQUIRE(page.fills.size() == 1);
  fill expected;
  expected.id = our_id(1);
  expected.instrument = number(0);
  expected.venue_order_id = "4238907375";
  expected.trade_id = "9748827";
  expected.order_side = side::buy;
  expected.at = "3826.15"_price;
  expected.size = "0.0026"_qty;
  expected.fee = "0.004974"_d;
  expected.time = from_ms(1753637940092);
  CHECK(page.fills[0] == expected);
  CHECK(page.foreign_count == 3);
  CHECK(page.foreign_size == "0.0026"_qty);
  CHECK(s.sink.calls.empty());
}

TEST_CASE("a fill without a client id: its order is asked for first, once") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  const auto n = s.number_text(1);
  s.protocol.query_fills(s.at(), number(0), s.at().now - 1h, s.sink);
  s.answer(fills_path, 200,
           "[" + fill_text("null", 1, "4239996998") + "," + fill_text("null", 2, "4239996998")
               + "]");
  CHECK(s.sink.pages.empty());
  REQUIRE(s.sink.calls.size() == 1);
  const auto owner = s.take(history_path);
  CHECK(checked(owner, "orderHistoryQueryAll")[2]
        == std::pair<std::string, std::string>{"orderId", "4239996998"});
  const auto counts = [&](std::size_t ours, std::uint32_t foreign) {
    REQUIRE(s.sink.pages.size() == 1);
    CHECK(s.sink.pages[0].fills.size() == ours);
    CHECK(s.sink.pages[0].foreign_count == foreign);
    CHECK(s.sink.updates.empty()); // nobody asked for the order's state
    // It is remembered.
    s.protocol.query_fills(s.at(), number(0), s.at().now - 1h, s.sink);
    s.answer(fills_path, 200, "[" + fill_text("null", 3, "4239996998") + "]");
    CHECK(s.sink.pages.size() == 2);
  };
  SUBCASE("ours") {
    s.answer(owner, 200, "[" + past_order(n, "Filled") + "]");
    counts(2, 0);
    CHECK(s.sink.pages[0].fills[0].id == our_id(1));
  }
  SUBCASE("of another") {
    s.answer(owner, 200, "[" + past_order("null", "Filled") + "]");
    counts(0, 2);
  }
  SUBCASE("still resting, so not in the history") {
    s.answer(owner, 200, "[]");
    s.answer(order_path, 200, replaced(order_text(n), "4228978331", "4239996998"));
    counts(2, 0);
  }
  SUBCASE("nowhere: none of ours") {
    s.answer(owner, 404, not_found);
    s.answer(order_path, 404, not_found);
    counts(0, 2);
  }
  SUBCASE("no answer: the page fails as a whole") {
    SUBCASE("lost") { s.protocol.on(http_failed{s.at(), owner.id, true, "reset"}, s.sink); }
    SUBCASE("refused") { s.answer(owner, 400, R"({"code":"INVALID_RANGE","message":"?"})"); }
    SUBCASE("another order") {
      s.answer(owner, 200,
               "[" + replaced(past_order(n, "Filled"), "4239996998", "4239996999") + "]");
    }
    CHECK(s.sink.pages.empty());
    REQUIRE(s.sink.requests_failed.size() == 1);
    CHECK(s.sink.requests_failed[0].first == "fills");
  }
}

TEST_CASE("a full page of fills is followed by the next one") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  const auto asked = s.at().now;
  s.protocol.query_fills(s.at(), number(0), asked - 1h, s.sink);
  s.answer(fills_path, 200, many(fill_text(quoted(s.number_text(1))), 1000));
  REQUIRE(s.sink.pages.size() == 1);
  CHECK_FALSE(s.sink.pages[0].complete);
  const auto next = s.take(fills_path);
  const auto fields = checked(next, "fillHistoryQueryAll");
  CHECK(fields[0]
        == std::pair<std::string, std::string>{"from", std::to_string(start_ms - 3'600'000)});
  CHECK(fields[2] == std::pair<std::string, std::string>{"offset", "1000"});
  s.answer(next, 200, "[]");
  REQUIRE(s.sink.pages.size() == 2);
  CHECK(s.sink.pages[1].complete);
  CHECK(s.sink.pages[1].requested == asked);
}
