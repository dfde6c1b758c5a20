#include "client_support.hpp"

using namespace aster_client;

namespace {

const std::string trade_row
    = R"({"buyer":false,"commission":"-0.07819010","commissionAsset":"USDT","id":698759,"maker":false,"orderId":25851813,"price":"7819.01","qty":"0.002","quoteQty":"15.63802","realizedPnl":"-0.91539999","side":"SELL","positionSide":"BOTH","symbol":"BTCUSDT","time":1569514978020})";

/// The order that the row names, of this client id.
std::string trade_owner(std::string client_id, std::string order = "25851813") {
  auto text = order_answer;
  text.replace(text.find("22542179"), 8, order);
  text.replace(text.find("ab-1-2-3-2a"), 11, client_id);
  return text;
}

} // namespace

TEST_CASE("golden userTrades: the row names no client id, so its order is asked for first") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.query_fills(s.at(), number(0), from_ms(start_ms) - 1h, s.sink);
  s.answer("/fapi/v3/userTrades", 200, "[" + trade_row + "," + trade_row + "]");
  CHECK(s.sink.pages.empty());
  REQUIRE(s.sink.calls.size() == 1); // one order, asked for once
  const auto owner = s.take("/fapi/v3/order");
  CHECK(owner.method == http_method::get);
  CHECK(field_map(owner).at("orderId") == "25851813");
  SUBCASE("ours") {
    s.answer(owner, 200, trade_owner("ab-1-2-3-2a"));
    REQUIRE(s.sink.pages.size() == 1);
    CHECK(s.sink.pages[0].complete);
    CHECK(s.sink.pages[0].foreign_count == 0);
    REQUIRE(s.sink.pages[0].fills.size() == 2);
    fill expected;
    expected.id = our_id(0x2a);
    expected.instrument = number(0);
    expected.venue_order_id = "25851813";
    expected.trade_id = "698759";
    expected.order_side = side::sell;
    expected.at = "7819.01"_price;
    expected.size = "0.002"_qty;
    expected.fee = "-0.0781901"_d;
    expected.time = from_ms(1569514978020);
    CHECK(s.sink.pages[0].fills[0] == expected);
    CHECK(s.sink.calls.empty());
    CHECK(s.sink.updates.empty()); // nobody asked for the order's state
  }
  SUBCASE("foreign: counted, with its sign") {
    s.answer(owner, 200, trade_owner("web_abc"));
    REQUIRE(s.sink.pages.size() == 1);
    CHECK(s.sink.pages[0].fills.empty());
    CHECK(s.sink.pages[0].foreign_count == 2);
    CHECK(s.sink.pages[0].foreign_size == "-0.004"_qty);
  }
  SUBCASE("denied by the venue: foreign") {
    s.answer(owner, 400, R"({"code":-2013,"msg":"Order does not exist."})");
    REQUIRE(s.sink.pages.size() == 1);
    CHECK(s.sink.pages[0].foreign_count == 2);
  }
  SUBCASE("no answer: the page fails as a whole") {
    const auto lost = [&](bool written) {
      s.protocol.on(http_failed{s.at(), owner.id, written, "reset"}, s.sink);
    };
    SUBCASE("written") { lost(true); }
    SUBCASE("not written") { lost(false); }
    SUBCASE("about another order") { s.answer(owner, 200, trade_owner("ab-1-2-3-2a", "25851814")); }
    CHECK(s.sink.pages.empty());
    REQUIRE(s.sink.requests_failed.size() == 1);
    CHECK(s.sink.requests_failed[0].first == "fills");
  }
}

TEST_CASE("an order heard of on the stream is not asked for; the next page follows a full one") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(
      R"({"e":"ORDER_TRADE_UPDATE","E":1,"T":1,"o":{"s":"BTCUSDT","c":"ab-1-2-3-2a","S":"SELL","o":"LIMIT","f":"GTC","q":"1","p":"9910","ap":"0","x":"NEW","X":"NEW","i":25851813,"l":"0","z":"0","L":"0","T":1,"t":0}})");
  s.protocol.query_fills(s.at(), number(0), from_ms(start_ms) - 1h, s.sink);
  std::string rows = "[";
  for (int i = 1; i <= 1000; ++i) {
    auto one = trade_row;
    one.replace(one.find("698759"), 6, std::to_string(700'000 + i));
    rows += one + (i == 1000 ? "]" : ",");
  }
  s.answer("/fapi/v3/userTrades", 200, rows);
  REQUIRE(s.sink.pages.size() == 1);
  CHECK_FALSE(s.sink.pages[0].complete);
  CHECK(s.sink.pages[0].fills.size() == 1000);
  const auto next = s.take("/fapi/v3/userTrades");
  const auto fields = field_map(next);
  CHECK(fields.at("fromId") == "701001");
  CHECK_FALSE(fields.contains("startTime"));
  s.answer(next, 200, "[]");
  REQUIRE(s.sink.pages.size() == 2);
  CHECK(s.sink.pages[1].complete);
  CHECK(s.sink.pages[1].requested == s.sink.pages[0].requested);
}

TEST_CASE("a cursor older than the venue's span is paged window by window up to now") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.query_fills(s.at(), number(0), from_ms(start_ms) - std::chrono::days{16}, s.sink);
  std::string end;
  for (int i = 0; i < 3; ++i) {
    const auto call = s.take("/fapi/v3/userTrades");
    const auto fields = field_map(call);
    const auto from = std::stoll(fields.at("startTime"));
    const auto to = std::stoll(fields.at("endTime"));
    CHECK(to - from < 7LL * 24 * 3600 * 1000);
    if (i > 0)
      CHECK(fields.at("startTime") == end);
    end = fields.at("endTime");
    s.answer(call, 200, "[]");
    CHECK(s.sink.pages.back().complete == (i == 2));
  }
  CHECK(s.sink.calls.empty());
}
