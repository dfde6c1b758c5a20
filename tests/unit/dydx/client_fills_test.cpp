#include "client_support.hpp"

using namespace dydx_client;

namespace {

/// A row of /v4/fills as recorded (names differ from the channel's).
std::string rest_fill(std::string_view id, std::string_view order, std::int64_t ms,
                      std::int64_t height, std::string_view side_text = "BUY") {
  return "{\"id\":\"" + std::string{id} + "\",\"side\":\"" + std::string{side_text}
         + "\",\"liquidity\":\"MAKER\",\"type\":\"LIMIT\",\"market\":\"BTC-USD\",\"marketType\":"
           "\"PERPETUAL\",\"price\":\"105117\",\"size\":\"0.0001\",\"fee\":\"-0.001\","
           "\"affiliateRevShare\":\"0\",\"createdAt\":\""
         + to_iso(from_ms(ms)).substr(0, 23) + "Z\",\"createdAtHeight\":\"" + std::to_string(height)
         + "\",\"orderId\":\"" + std::string{order}
         + "\",\"clientMetadata\":\"1\",\"subaccountNumber\":0}";
}

void ask(account_session& s, std::int64_t since_ms) {
  s.protocol.query_fills(s.at(), number(0), from_ms(since_ms), s.sink);
}

std::string list(const std::vector<std::string>& rows) {
  std::string text = "{\"fills\":[";
  for (const auto& row : rows)
    text += (text.back() == '[' ? "" : ",") + row;
  return text + "]}";
}

} // namespace

TEST_CASE("fills come oldest first, with the ids of orders that this session knows") {
  account_session s;
  s.connect();
  s.placed(limit_order());
  ask(s, start_ms - 1000);
  const auto call = s.take("/v4/fills");
  CHECK(call.target
        == "/v4/fills?address=" + test_address
               + "&subaccountNumber=0&market=BTC-USD&marketType=PERPETUAL&limit=100");
  const auto id = uuid_of(1001, 64);
  s.answer(call, 200,
           list({rest_fill("b", id, start_ms + 5, 11), rest_fill("a", id, start_ms, 10),
                 rest_fill("old", id, start_ms - 1001, 9)}));
  REQUIRE(s.sink.pages.size() == 1);
  const auto& page = s.sink.pages[0];
  CHECK(page.complete);
  CHECK(page.instrument == number(0));
  REQUIRE(page.fills.size() == 2);
  CHECK(page.fills[0].trade_id == "a");
  CHECK(page.fills[1].trade_id == "b");
  CHECK(page.fills[0].id == our_id(1001));
  CHECK(page.fills[0].maker);
  CHECK(page.fills[0].fee == "-0.001"_d); // a rebate
  CHECK(page.fills[0].at == "105117"_price);
  CHECK(page.foreign_count == 0);
}

TEST_CASE("whose an order is that nobody has spoken of is asked, each once") {
  account_session s;
  s.connect();
  ask(s, start_ms - 1000);
  const auto ours = uuid_of(20, 64);
  const auto other = uuid_of(4'000'000, 64);
  const auto gone = uuid_of(4'000'001, 64);
  s.answer(
      "/v4/fills", 200,
      list({rest_fill("d", gone, start_ms + 4, 14, "SELL"), rest_fill("c", other, start_ms + 3, 13),
            rest_fill("b", ours, start_ms + 2, 12), rest_fill("a", ours, start_ms + 1, 11)}));
  CHECK(s.sink.pages.empty());
  s.answer("/v4/orders/" + ours, 200, order_row(20, 64, "FILLED", R"(,"totalFilled":"0.001")"));
  s.answer("/v4/orders/" + other, 200,
           order_row(4'000'000, 64, "FILLED", R"(,"totalFilled":"0.001")"));
  s.answer("/v4/orders/" + gone, 404, R"({"errors":[{"msg":"Unable to find order id x"}]})");
  REQUIRE(s.sink.pages.size() == 1);
  const auto& page = s.sink.pages[0];
  REQUIRE(page.fills.size() == 2);
  CHECK(page.fills[0].trade_id == "a");
  CHECK(page.fills[0].id == our_id(20));
  CHECK(page.foreign_count == 2);
  CHECK(page.foreign_size.is_zero()); // one bought, one sold
  // Known now: the second time nothing is asked.
  ask(s, start_ms - 1000);
  s.answer("/v4/fills", 200, list({rest_fill("b", ours, start_ms + 2, 12)}));
  CHECK(s.sink.pages.size() == 2);
  CHECK(s.sink.calls.empty());
}

TEST_CASE("a full page is followed by the blocks below it, and nothing is told twice") {
  account_session s;
  s.connect();
  s.placed(limit_order());
  const auto id = uuid_of(1001, 64);
  ask(s, start_ms - 1'000'000);
  std::vector<std::string> rows;
  for (int i = 0; i < 100; ++i)
    rows.push_back(rest_fill("n" + std::to_string(i), id, start_ms - i, 500 - i));
  s.answer("/v4/fills", 200, list(rows));
  CHECK(s.sink.pages.empty());
  const auto second = s.take("/v4/fills");
  CHECK(second.target.ends_with("&limit=1000&createdBeforeOrAtHeight=401"));
  s.answer(second, 200,
           list({rest_fill("n99", id, start_ms - 99, 401), rest_fill("m", id, start_ms - 100, 401),
                 rest_fill("l", id, start_ms - 101, 400)}));
  REQUIRE(s.sink.pages.size() == 1);
  const auto& fills = s.sink.pages[0].fills;
  REQUIRE(fills.size() == 102);
  CHECK(fills.front().trade_id == "l");
  CHECK(fills.back().trade_id == "n0");
}

TEST_CASE("a block with more fills than a page does not hold the history up") {
  account_session s;
  s.connect();
  s.placed(limit_order());
  const auto id = uuid_of(1001, 64);
  ask(s, start_ms - 1'000'000);
  std::vector<std::string> rows;
  for (int i = 0; i < 1000; ++i)
    rows.push_back(rest_fill("n" + std::to_string(i), id, start_ms, 500));
  s.answer("/v4/fills", 200, list({rows.begin(), rows.begin() + 100}));
  s.answer("/v4/fills", 200, list(rows));
  const auto third = s.take("/v4/fills");
  CHECK(third.target.ends_with("createdBeforeOrAtHeight=499"));
  s.answer(third, 200, list({}));
  REQUIRE(s.sink.pages.size() == 1);
  CHECK(s.sink.pages[0].fills.size() == 1000);
}

TEST_CASE("a history that cannot be read or completed is said to have failed") {
  account_session s;
  s.connect();
  ask(s, start_ms - 1000);
  SUBCASE("unreadable") { s.answer("/v4/fills", 200, R"({"fills":[{"market":"BTC-USD"}]})"); }
  SUBCASE("another market than asked for") {
    auto row = rest_fill("a", uuid_of(1, 64), start_ms, 10);
    row.replace(row.find("BTC-USD"), 7, "ETH-USD");
    s.answer("/v4/fills", 200, list({row}));
  }
  SUBCASE("refused") {
    s.answer("/v4/fills", 429, R"({"errors":[{"msg":"Too many requests"}]})",
             {{"Retry-After", "1500"}});
    CHECK(s.sink.requests_failed.at(0).second
          == "HTTP 429 Too many requests (retry after 1500 ms)");
  }
  SUBCASE("the owner cannot be asked") {
    s.answer("/v4/fills", 200, list({rest_fill("a", uuid_of(1, 64), start_ms, 10)}));
    s.lose("/v4/orders/" + uuid_of(1, 64), true);
  }
  SUBCASE("the owner's answer is about another order") {
    s.answer("/v4/fills", 200, list({rest_fill("a", uuid_of(1, 64), start_ms, 10)}));
    s.answer("/v4/orders/" + uuid_of(1, 64), 200, order_row(2, 64, "OPEN"));
  }
  CHECK(s.sink.pages.empty());
  REQUIRE(s.sink.requests_failed.size() == 1);
  CHECK(s.sink.requests_failed[0].first == "fills");
  // And the next question starts afresh.
  ask(s, start_ms - 1000);
  s.answer("/v4/fills", 200, list({}));
  CHECK(s.sink.pages.size() == 1);
}
