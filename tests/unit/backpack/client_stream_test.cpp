#include "client_support.hpp"

using namespace backpack_client;

namespace {

/// The recorded pair for one market buy, of a perpetual and with a client id.
std::string accepted(const std::string& number) {
  return R"({"stream":"account.orderUpdate","data":{"E":1754939110175843,"O":"USER","Q":"4.30","S":"Bid","T":1754939110174703,"V":"RejectTaker","X":"New","Z":"0","c":)"
         + number
         + R"(,"e":"orderAccepted","f":"GTC","i":"5406825793","o":"MARKET","q":"0.0010","r":false,"s":"ETH_USDC_PERP","t":null,"z":"0"}})";
}

std::string filled(const std::string& number) {
  return R"({"stream":"account.orderUpdate","data":{"E":1754939110175879,"L":"4299.16","N":"USDC","O":"USER","Q":"4.30","S":"Bid","T":1754939110174705,"V":"RejectTaker","X":"Filled","Z":"4.299160","c":)"
         + number
         + R"(,"e":"orderFill","f":"GTC","i":"5406825793","l":"0.0010","m":false,"n":"0.000001","o":"MARKET","q":"0.0010","r":false,"s":"ETH_USDC_PERP","t":2888471,"z":"0.0010"}})";
}

const std::string opened
    = R"({"stream":"account.positionUpdate","data":{"B":"4236.36","E":1754943862040486,"M":"4235.88650933","P":"-0.000473","Q":"0.0010","T":1754943862040487,"b":"4238.479","e":"positionOpened","f":"0.02","i":5411399049,"l":"0","m":"0.0125","n":"4.23588650933","p":"0","q":"0.0010","s":"ETH_USDC_PERP"}})";

/// A limit order's event of the documentation's form.
std::string limit_event(const std::string& number, const std::string& kind,
                        const std::string& status, const std::string& executed,
                        const std::string& more = "") {
  return R"({"stream":"account.orderUpdate","data":{"e":")" + kind
         + R"(","E":1694687692980000,"s":"ETH_USDC_PERP","c":)" + number
         + R"(,"S":"Ask","o":"LIMIT","f":"IOC","q":"0.0100","p":"4000.5","X":")" + status
         + R"(","i":"1111343026172067","z":")" + executed
         + R"(","Z":"0","V":"RejectTaker","T":1694687692989999,"O":"USER")" + more + "}}";
}

} // namespace

TEST_CASE("golden pair: accepted, then the fill before the update that reports it") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  const auto n = s.number_text(0x2a);
  s.frame(accepted(n));
  REQUIRE(s.sink.updates.size() == 1);
  order_update expected;
  expected.id = our_id(0x2a);
  expected.instrument = number(0);
  expected.venue_order_id = "5406825793";
  expected.state = order_state::open;
  expected.size = "0.001"_qty;
  expected.source = evidence::stream;
  expected.time = from_us(1754939110174703);
  CHECK(s.sink.updates[0] == expected);
  CHECK(s.sink.fills.empty());

  s.frame(filled(n));
  REQUIRE(s.sink.fills.size() == 1);
  fill trade;
  trade.id = our_id(0x2a);
  trade.instrument = number(0);
  trade.venue_order_id = "5406825793";
  trade.trade_id = "2888471";
  trade.order_side = side::buy;
  trade.at = "4299.16"_price;
  trade.size = "0.001"_qty;
  trade.fee = "0.000001"_d;
  trade.time = from_us(1754939110174705);
  CHECK(s.sink.fills[0] == trade);
  REQUIRE(s.sink.updates.size() == 2);
  CHECK(s.sink.updates[1].state == order_state::filled);
  CHECK(s.sink.updates[1].filled == "0.001"_qty);
  CHECK(s.sink.updates[1].average_price == "4299.16"_price);
}

TEST_CASE("the same frame through the full parser says the same") {
  account_session a{settings_for({"ETH"})};
  account_session b{settings_for({"ETH"})};
  for (auto* s : {&a, &b})
    s->connect();
  a.frame(filled(a.number_text(1)));
  b.frame(replaced(filled(b.number_text(1)), R"({"stream":)", R"( {  "stream" : )"));
  REQUIRE(a.sink.fills.size() == 1);
  CHECK(a.sink.fills == b.sink.fills);
  CHECK(a.sink.updates == b.sink.updates);
}

TEST_CASE("a fee paid in another coin is not stated in USDC") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.frame(replaced(filled(s.number_text(1)), R"("N":"USDC")", R"("N":"ETH")"));
  CHECK(s.sink.fills.at(0).fee.is_zero());
}

TEST_CASE("states and reasons of limit orders") {
  struct row {
    const char* kind;
    const char* status;
    const char* executed;
    const char* more;
    order_state state;
    reject_reason reason;
  };
  using r = reject_reason;
  for (const auto& x :
       {row{"orderAccepted", "New", "0", "", order_state::open, r::none},
        row{"orderModified", "New", "0", "", order_state::open, r::none},
        row{"orderModified", "PartiallyFilled", "0.0040", "", order_state::partially_filled,
            r::none},
        row{"orderCancelled", "Cancelled", "0", "", order_state::cancelled, r::none},
        row{"orderExpired", "Expired", "0", R"(,"R":"IMMEDIATE_OR_CANCEL")", order_state::expired,
            r::none},
        row{"orderExpired", "Expired", "0.0040", R"(,"R":"ImmediateOrCancel")",
            order_state::expired, r::none},
        row{"orderExpired", "Expired", "0", R"(,"R":"FILL_OR_KILL")", order_state::expired,
            r::none},
        row{"orderExpired", "Expired", "0", R"(,"R":"PRICE_BAND")", order_state::expired,
            r::price_band},
        row{"orderExpired", "Expired", "0", R"(,"R":"SELF_TRADE_PREVENTION")", order_state::expired,
            r::self_trade},
        row{"orderExpired", "Expired", "0", R"(,"R":"INSUFFICIENT_MARGIN")", order_state::expired,
            r::margin},
        row{"orderExpired", "Expired", "0", R"(,"R":"REDUCE_ONLY_NOT_REDUCED")",
            order_state::expired, r::reduce_only},
        row{"orderExpired", "Expired", "0", R"(,"R":"SOMETHING_NEW")", order_state::expired,
            r::other},
        row{"orderExpired", "Expired", "0", R"(,"R":"POST_ONLY_TAKER","y":true)",
            order_state::rejected, r::post_only_would_cross},
        row{"orderExpired", "Expired", "0.0040", R"(,"R":"POST_ONLY_TAKER","y":true)",
            order_state::expired, r::post_only_would_cross},
        row{"triggerPlaced", "TriggerPending", "0", "", order_state::pending, r::none},
        row{"triggerFailed", "TriggerFailed", "0", "", order_state::rejected, r::other}}) {
    CAPTURE(x.kind);
    CAPTURE(x.more);
    account_session s{settings_for({"ETH"})};
    s.connect();
    s.frame(limit_event(s.number_text(1), x.kind, x.status, x.executed, x.more));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == x.state);
    CHECK(s.sink.updates[0].reason == x.reason);
    CHECK(s.sink.updates[0].limit_price == "4000.5"_price);
    CHECK(s.sink.updates[0].order_side == side::sell);
  }
}

TEST_CASE(
    "what is not ours is foreign: other numbers, no number, and what is done to the account") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  SUBCASE("another's number") {
    s.frame(filled("3"));
    REQUIRE(s.sink.foreign.size() == 1);
    CHECK(s.sink.foreign[0].foreign_id == "3");
    CHECK(s.sink.foreign[0].order.state == order_state::filled);
  }
  SUBCASE("none, as recorded") {
    s.frame(replaced(filled("3"), R"("c":3,)", ""));
    REQUIRE(s.sink.foreign.size() == 1);
    CHECK(s.sink.foreign[0].foreign_id.empty());
  }
  SUBCASE("liquidation and deleveraging, whatever number they carry") {
    for (const std::string origin :
         {"LIQUIDATION_AUTOCLOSE", "ADL_AUTOCLOSE", "BACKSTOP_LIQUIDITY_PROVIDER",
          "COLLATERAL_CONVERSION", "SETTLEMENT_AUTOCLOSE"}) {
      s.sink.foreign.clear();
      s.frame(replaced(filled(s.number_text(1)), R"("O":"USER")", R"("O":")" + origin + "\""));
      REQUIRE(s.sink.foreign.size() == 1);
      CHECK(s.sink.foreign[0].order.text == origin);
      CHECK((s.sink.foreign[0].order.reason == reject_reason::liquidation)
            == (origin != "COLLATERAL_CONVERSION" && origin != "SETTLEMENT_AUTOCLOSE"));
    }
  }
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.fills.empty());
  CHECK(s.sink.fails.empty());
}

TEST_CASE("golden position update, the first list without e, and a closed one") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.frame(opened);
  REQUIRE(s.sink.positions.size() == 1);
  const position expected{number(0), "0.001"_qty, "4236.36"_price, "-0.000473"_d,
                          from_us(1754943862040487)};
  CHECK(s.sink.positions[0] == expected);
  // The id is a number in the recording and a text in the documentation.
  auto text = replaced(opened, R"("e":"positionOpened",)", "");
  text = replaced(text, "5411399049", R"("5411399049")");
  s.frame(replaced(text, R"("q":"0.0010")", R"("q":"-0.0010")"));
  REQUIRE(s.sink.positions.size() == 2);
  CHECK(s.sink.positions[1].size == "-0.001"_qty);
  text = replaced(opened, "positionOpened", "positionClosed");
  s.frame(replaced(text, R"("q":"0.0010")", R"("q":"0.0000")"));
  REQUIRE(s.sink.positions.size() == 3);
  CHECK(s.sink.positions[2].size.is_zero());
  CHECK(s.sink.positions[2].entry.is_zero());
  s.frame(replaced(opened, "ETH_USDC_PERP", "XRP_USDC_PERP"));
  CHECK(s.sink.positions.size() == 3);
}

TEST_CASE("the first private frame proves the subscription: live before what it says") {
  account_session s{settings_for({"ETH"})};
  s.start();
  s.give_time();
  s.answer("/api/v1/markets", 200, markets());
  s.answer("/api/v1/account", 200, s.account_settings);
  s.stream_open();
  SUBCASE("position") { s.frame(opened); }
  SUBCASE("order") { s.frame(accepted("3")); }
  SUBCASE("of another market") {
    s.frame(replaced(accepted("3"), "ETH_USDC_PERP", "XRP_USDC_PERP"));
  }
  CHECK(s.sink.lives == 1);
  CHECK_FALSE(s.sink.timers.contains(0));
  CHECK_FALSE(s.sink.timers.contains(1));
  s.timer(1);
  CHECK(s.sink.lives == 1);
}

TEST_CASE("frames that the documentation does not know end the session; other streams do not") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.frame(R"({"stream":"account.balanceUpdate","data":{"e":"balanceUpdate","E":1}})");
  s.frame(R"({"id":1,"result":null})");
  CHECK(s.sink.fails.empty());
  const auto n = s.number_text(1);
  std::string bad;
  SUBCASE("status") { bad = replaced(accepted(n), R"("X":"New")", R"("X":"Odd")"); }
  SUBCASE("side") { bad = replaced(accepted(n), R"("S":"Bid")", R"("S":"BUY")"); }
  SUBCASE("size") { bad = replaced(accepted(n), R"("q":"0.0010")", R"("q":"-0.0010")"); }
  SUBCASE("number") { bad = replaced(accepted(n), R"("c":)" + n, R"("c":"x")"); }
  SUBCASE("fill without its trade") { bad = replaced(filled(n), R"("t":2888471)", R"("t":null)"); }
  SUBCASE("fill of nothing") { bad = replaced(filled(n), R"("l":"0.0010")", R"("l":"0")"); }
  SUBCASE("position") { bad = replaced(opened, R"("q":"0.0010")", R"("q":"")"); }
  s.frame(bad);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::garbage);
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.fills.empty());
  CHECK(s.sink.positions.empty());
}
