#include "client_support.hpp"

using namespace aster_client;

namespace {

/// The specification's ORDER_TRADE_UPDATE with its values changed as told.
std::string order_event(std::map<std::string, std::string> changes) {
  std::vector<std::pair<std::string, std::string>> o{
      {"s", "\"BTCUSDT\""}, {"c", "\"ab-1-2-3-2a\""},
      {"S", "\"SELL\""},    {"o", "\"LIMIT\""},
      {"f", "\"GTC\""},     {"q", "\"0.001\""},
      {"p", "\"9910\""},    {"ap", "\"0\""},
      {"sp", "\"0\""},      {"x", "\"NEW\""},
      {"X", "\"NEW\""},     {"i", "8886774"},
      {"l", "\"0\""},       {"z", "\"0\""},
      {"L", "\"0\""},       {"T", "1568879465651"},
      {"t", "0"},           {"b", "\"0\""},
      {"a", "\"9.91\""},    {"m", "false"},
      {"R", "false"},       {"wt", "\"CONTRACT_PRICE\""},
      {"ot", "\"LIMIT\""},  {"ps", "\"BOTH\""},
      {"cp", "false"},      {"rp", "\"0\""}};
  std::string out = R"({"e":"ORDER_TRADE_UPDATE","E":1568879465651,"T":1568879465650,"o":{)";
  for (auto& [name, value] : o) {
    if (const auto at = changes.find(name); at != changes.end()) {
      value = at->second;
      changes.erase(at);
    }
    out += "\"" + name + "\":" + value + ",";
  }
  for (const auto& [name, value] : changes)
    out += "\"" + name + "\":" + value + ",";
  out.back() = '}';
  return out + "}";
}

} // namespace

TEST_CASE("golden ORDER_TRADE_UPDATE NEW") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(order_event({}));
  REQUIRE(s.sink.updates.size() == 1);
  order_update expected;
  expected.id = our_id(0x2a);
  expected.instrument = number(0);
  expected.venue_order_id = "8886774";
  expected.state = order_state::open;
  expected.order_side = side::sell;
  expected.size = "0.001"_qty;
  expected.limit_price = "9910"_price;
  expected.source = evidence::stream;
  expected.time = from_ms(1568879465651);
  CHECK(s.sink.updates[0] == expected);
  CHECK(s.sink.fills.empty());
}

TEST_CASE("the specification's own event, whose id is not ours, is foreign") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(order_event({{"c", "\"TEST\""}}));
  CHECK(s.sink.updates.empty());
  REQUIRE(s.sink.foreign.size() == 1);
  CHECK(s.sink.foreign[0].foreign_id == "TEST");
  CHECK(s.sink.foreign[0].order.id == client_order_id{});
}

TEST_CASE("a trade is a fill first and then the order's new state") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(order_event({{"x", "\"TRADE\""},
                       {"X", "\"PARTIALLY_FILLED\""},
                       {"l", "\"0.0004\""},
                       {"z", "\"0.0004\""},
                       {"L", "\"9911.5\""},
                       {"ap", "\"9911.5\""},
                       {"t", "698759"},
                       {"m", "true"},
                       {"N", "\"USDT\""},
                       {"n", "\"0.0039\""}}));
  REQUIRE(s.sink.fills.size() == 1);
  fill expected;
  expected.id = our_id(0x2a);
  expected.instrument = number(0);
  expected.venue_order_id = "8886774";
  expected.trade_id = "698759";
  expected.order_side = side::sell;
  expected.at = "9911.5"_price;
  expected.size = "0.0004"_qty;
  expected.fee = "0.0039"_d;
  expected.maker = true;
  expected.time = from_ms(1568879465651);
  CHECK(s.sink.fills[0] == expected);
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::partially_filled);
  CHECK(s.sink.updates[0].filled == "0.0004"_qty);
  CHECK(s.sink.updates[0].average_price == "9911.5"_price);
}

TEST_CASE("a fee in another coin is not taken for quote currency") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(order_event({{"x", "\"TRADE\""},
                       {"X", "\"FILLED\""},
                       {"l", "\"0.001\""},
                       {"z", "\"0.001\""},
                       {"L", "\"9911\""},
                       {"t", "1"},
                       {"N", "\"ASTER\""},
                       {"n", "\"5\""}}));
  REQUIRE(s.sink.fills.size() == 1);
  CHECK(s.sink.fills[0].fee.is_zero());
}

TEST_CASE("how orders end on the stream") {
  struct row {
    const char* x;
    const char* status;
    const char* tif;
    order_state state;
    reject_reason reason;
  };
  for (const auto& r :
       {row{"CANCELED", "CANCELED", "GTC", order_state::cancelled, reject_reason::none},
        row{"EXPIRED", "EXPIRED", "IOC", order_state::expired, reject_reason::none},
        row{"EXPIRED", "EXPIRED", "GTX", order_state::rejected,
            reject_reason::post_only_would_cross},
        row{"CALCULATED", "NEW_INSURANCE", "GTC", order_state::filled,
            reject_reason::liquidation}}) {
    CAPTURE(r.status);
    account_session s{settings_for({"BTC"})};
    s.connect();
    const auto quoted = [](const char* t) { return "\"" + std::string{t} + "\""; };
    s.frame(order_event({{"x", quoted(r.x)}, {"X", quoted(r.status)}, {"f", quoted(r.tif)}}));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == r.state);
    CHECK(s.sink.updates[0].reason == r.reason);
    CHECK(s.sink.fills.empty());
  }
}

TEST_CASE("liquidation and deleveraging are foreign orders with their reason") {
  for (const std::string id : {"autoclose-1568879465", "adl_autoclose"}) {
    account_session s{settings_for({"BTC"})};
    s.connect();
    s.frame(order_event({{"c", "\"" + id + "\""},
                         {"x", "\"TRADE\""},
                         {"X", "\"FILLED\""},
                         {"l", "\"0.001\""},
                         {"z", "\"0.001\""},
                         {"L", "\"9911\""},
                         {"t", "1"}}));
    REQUIRE(s.sink.foreign.size() == 1);
    CHECK(s.sink.foreign[0].order.reason == reject_reason::liquidation);
    CHECK(s.sink.fills.empty());
  }
}

TEST_CASE("other symbols, announcements and margin calls pass by") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(order_event({{"s", "\"XRPUSDT\""}}));
  s.frame(R"({"e":"SOMETHING_NEW","E":1})");
  s.frame(
      R"({"e":"MARGIN_CALL","E":1,"cw":"3.16","p":[{"s":"ETHUSDT","ps":"LONG","pa":"1.327","mt":"CROSSED","iw":"0","mp":"187.17","up":"-1.16","mm":"1.61"}]})");
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.foreign.empty());
  CHECK(s.sink.fails.empty());
}

TEST_CASE("the listen key's life") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  CHECK(s.sink.timers.at(1) == 30min);
  s.elapsed = 30min;
  s.timer(1);
  const auto call = s.take("/fapi/v3/listenKey");
  CHECK(call.method == http_method::put);
  CHECK(field_map(call).contains("signature"));
  SUBCASE("extended") {
    s.sink.timers.clear();
    s.answer(call, 200, "{}");
    CHECK(s.sink.timers.at(1) == 30min);
    CHECK(s.sink.fails.empty());
  }
  SUBCASE("not now: again soon, until the key must be dead") {
    s.answer(call, 503, "<html>");
    CHECK(s.sink.fails.empty());
    CHECK(s.sink.timers.at(1) == 60s);
    s.elapsed = 54min;
    s.timer(1);
    s.lose("/fapi/v3/listenKey", true);
    CHECK(s.sink.fails.empty());
    s.elapsed = 56min;
    s.timer(1);
    s.lose("/fapi/v3/listenKey", true);
    REQUIRE(s.sink.fails.size() == 1);
  }
  SUBCASE("gone") {
    s.answer(call, 400, R"({"code":-1125,"msg":"This listenKey does not exist."})");
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::closed);
  }
  SUBCASE("expired, says the stream") {
    s.frame(R"({"e":"listenKeyExpired","E":1576653824250})");
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::closed);
  }
}

TEST_CASE("a closed user stream ends the session") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.on(stream_closed{s.at(), stream_id{0}, "reset by peer"}, s.sink);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].text == "user stream closed: reset by peer");
}

TEST_CASE("funding: the event starts a look into the income list, each payment is told once") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(
      R"({"e":"ACCOUNT_UPDATE","T":1773321240000,"E":1773321240000,"a":{"B":[{"a":"USDT","wb":"10","cw":"10","bc":"-0.01"}],"m":"FUNDING_FEE"}})");
  CHECK(s.sink.timers.contains(3));
  const std::string rows
      = R"([{"symbol":"BTCUSDT","incomeType":"FUNDING_FEE","income":"-0.01000000","asset":"USDT","info":"...","time":1773321240000,"tranId":"9689322392","tradeId":""},)"
        R"({"symbol":"XRPUSDT","incomeType":"FUNDING_FEE","income":"1","asset":"USDT","info":"","time":1773321240000,"tranId":77,"tradeId":""}])";
  s.timer(3);
  const auto first = s.take("/fapi/v3/income");
  CHECK(field_map(first).at("incomeType") == "FUNDING_FEE");
  CHECK(field_map(first).at("startTime") == std::to_string(start_ms));
  s.answer(first, 200, rows);
  REQUIRE(s.sink.payments.size() == 1);
  CHECK(s.sink.payments[0]
        == funding_payment{number(0), "-0.01"_d, "9689322392", from_ms(1773321240000)});
  s.timer(3);
  const auto second = s.take("/fapi/v3/income");
  CHECK(field_map(second).at("startTime") == "1773321240000");
  s.answer(second, 200, rows);
  CHECK(s.sink.payments.size() == 1);
}

TEST_CASE("an event that cannot be read ends the session and emits nothing") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  SUBCASE("unknown status") { s.frame(order_event({{"X", "\"ODD\""}})); }
  SUBCASE("unknown side") { s.frame(order_event({{"S", "\"BOTH\""}})); }
  SUBCASE("a trade without a price") { s.frame(order_event({{"x", "\"TRADE\""}, {"l", "\"1\""}})); }
  SUBCASE("negative size") { s.frame(order_event({{"q", "\"-1\""}})); }
  SUBCASE("no order") { s.frame(R"({"e":"ORDER_TRADE_UPDATE","E":1})"); }
  SUBCASE("a hedge-mode position") {
    s.frame(
        R"({"e":"ACCOUNT_UPDATE","T":1,"E":1,"a":{"P":[{"s":"BTCUSDT","pa":"1","ep":"1","up":"0","ps":"LONG"}]}})");
  }
  SUBCASE("not JSON") { s.frame("{"); }
  SUBCASE("binary") { s.frame(order_event({}), frame_kind::binary); }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::garbage);
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.fills.empty());
  CHECK(s.sink.positions.empty());
}
