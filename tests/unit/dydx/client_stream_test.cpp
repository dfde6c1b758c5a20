#include "client_support.hpp"

using namespace dydx_client;

namespace {

std::string orders(std::string_view rows) {
  return "{\"orders\":[" + std::string{rows} + "],\"blockHeight\":\"66624133\"}";
}

std::string removed(std::string_view reason, std::string_view more = {}) {
  return ",\"totalOptimisticFilled\":\"0\",\"removalReason\":\"ORDER_REMOVAL_REASON_"
         + std::string{reason} + "\"" + std::string{more};
}

} // namespace

TEST_CASE("a short-term order is open when the Indexer's node has it") {
  account_session s;
  s.connect();
  s.placed(ioc_order());
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_OPENED")));
  REQUIRE(s.sink.updates.size() == 1);
  const auto& x = s.sink.updates[0];
  CHECK(x.id == our_id(1001));
  CHECK(x.instrument == number(0));
  CHECK(x.state == order_state::open);
  CHECK(x.source == evidence::stream);
  CHECK(x.venue_order_id == uuid_of(1001, 0));
  CHECK(x.time == s.at().now); // the row has none
}

TEST_CASE("a fill is told before the order that reports it") {
  account_session s;
  s.connect();
  s.placed(ioc_order());
  const auto id = uuid_of(1001, 0);
  s.subaccount(
      "{\"fills\":[" + fill_row("6450e369-1dc3-5229-8dc2-fb3b5d1cf2ab", id, "0.001")
      + "],\"orders\":["
      + order_row(1001, 0, "FILLED",
                  R"(,"totalFilled":"0.001","updatedAt":"2025-12-08T16:12:00.590Z")")
      + R"(],"perpetualPositions":[{"address":"dydx14zz","subaccountNumber":0,"positionId":"8d3a","market":"BTC-USD","side":"LONG","status":"OPEN","size":"0.001","maxSize":"0.001","netFunding":"0","entryPrice":"89890","sumOpen":"0.001","sumClose":"0","realizedPnl":"0","unrealizedPnl":"0.03"}],"blockHeight":"66624134"})");
  REQUIRE(s.sink.fills.size() == 1);
  const auto& f = s.sink.fills[0];
  CHECK(f.id == our_id(1001));
  CHECK(f.venue_order_id == id);
  CHECK(f.trade_id == "6450e369-1dc3-5229-8dc2-fb3b5d1cf2ab");
  CHECK(f.at == "89890"_price);
  CHECK(f.size == "0.001"_qty);
  CHECK(f.fee == "0.044945"_d);
  CHECK_FALSE(f.maker);
  CHECK(f.time == from_ms(1'765'210'320'590));
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::filled);
  CHECK(s.sink.updates[0].filled == "0.001"_qty);
  CHECK(s.sink.updates[0].time == from_ms(1'765'210'320'590));
  REQUIRE(s.sink.positions.size() == 1);
  CHECK(s.sink.positions[0].size == "0.001"_qty);
  CHECK(s.sink.positions[0].entry == "89890"_price);
}

TEST_CASE("a fill without its order in the same message is still ours") {
  account_session s;
  s.connect();
  s.placed(ioc_order());
  s.subaccount("{\"fills\":[" + fill_row("f1", uuid_of(1001, 0), "0.0004") + "]}");
  REQUIRE(s.sink.fills.size() == 1);
  CHECK(s.sink.fills[0].id == our_id(1001));
}

TEST_CASE("a position that is closed is flat") {
  account_session s;
  s.connect();
  s.subaccount(
      R"({"perpetualPositions":[{"market":"BTC-USD","side":"LONG","status":"CLOSED","size":"0","entryPrice":"89890","unrealizedPnl":"0"}]})");
  REQUIRE(s.sink.positions.size() == 1);
  CHECK(s.sink.positions[0].size.is_zero());
  CHECK(s.sink.positions[0].entry.is_zero());
}

TEST_CASE("an IOC without a match is not over before its block has passed") {
  account_session s;
  s.connect();
  s.placed(ioc_order()); // good until start + 5
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_OPENED")));
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_CANCELED",
                                removed("IMMEDIATE_OR_CANCEL_WOULD_REST_ON_BOOK"))));
  REQUIRE(s.sink.updates.size() == 2);
  CHECK(s.sink.updates[1].state == order_state::open);
  s.block(start_height + 6);
  CHECK(s.sink.updates.size() == 2);
  SUBCASE("no fill: cancelled") {
    s.block(start_height + 7);
    REQUIRE(s.sink.updates.size() == 3);
    CHECK(s.sink.updates[2].state == order_state::cancelled);
    CHECK(s.sink.updates[2].filled.is_zero());
    CHECK(s.sink.updates[2].source == evidence::stream);
    CHECK(s.sink.updates[2].text.find("IMMEDIATE_OR_CANCEL_WOULD_REST_ON_BOOK")
          != std::string::npos);
    s.block(start_height + 8);
    CHECK(s.sink.updates.size() == 3);
  }
  SUBCASE("a part was filled after all: its own end, and no second one") {
    s.subaccount("{\"fills\":[" + fill_row("f1", uuid_of(1001, 0), "0.0004") + "],\"orders\":["
                 + order_row(1001, 0, "CANCELED", R"(,"totalFilled":"0.0004")") + "]}");
    CHECK(s.sink.fills.size() == 1);
    REQUIRE(s.sink.updates.size() == 3);
    CHECK(s.sink.updates[2].state == order_state::cancelled);
    CHECK(s.sink.updates[2].filled == "0.0004"_qty);
    s.block(start_height + 9);
    CHECK(s.sink.updates.size() == 3);
  }
}

TEST_CASE("what was filled is not forgotten when a node's memory speaks again") {
  account_session s;
  s.connect();
  s.placed(ioc_order());
  s.subaccount("{\"fills\":[" + fill_row("f1", uuid_of(1001, 0), "0.0004") + "],\"orders\":["
               + order_row(1001, 0, "OPEN", R"(,"totalFilled":"0.0004")") + "]}");
  // The opening message, overtaken by the fill.
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_OPENED")));
  CHECK(s.sink.updates.back().state == order_state::partially_filled);
  CHECK(s.sink.updates.back().filled == "0.0004"_qty);
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_CANCELED", removed("UNDERCOLLATERALIZED"))));
  s.block(start_height + 7);
  const auto& x = s.sink.updates.back();
  CHECK(x.state == order_state::cancelled); // and not rejected
  CHECK(x.reason == reject_reason::margin);
  CHECK(x.filled == "0.0004"_qty);
}

TEST_CASE(
    "a short-term order that rests beyond its block has expired, whenever the Indexer says so") {
  account_session s;
  s.connect();
  s.placed(ioc_order());
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_OPENED")));
  s.sink.updates.clear();
  s.block(start_height + 7);
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::expired);
  CHECK(s.sink.updates[0].text == "block 66624137 has passed");
}

TEST_CASE("of an order that the Indexer never spoke of nothing is said: the gateway asks") {
  account_session s;
  s.connect();
  s.placed(ioc_order());
  s.block(start_height + 30);
  CHECK(s.sink.updates.empty());
}

TEST_CASE("heights in the subaccount's messages count as well") {
  account_session s;
  s.connect();
  s.placed(ioc_order());
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_OPENED")));
  s.sink.updates.clear();
  s.subaccount(R"({"blockHeight":"66624139"})");
  CHECK(s.sink.updates.size() == 1);
}

TEST_CASE("a cancelled order that waits for its block is not cancelled again") {
  account_session s;
  s.connect();
  s.placed(ioc_order());
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_OPENED")));
  s.protocol.cancel(s.at(), {our_id(1001), number(0)}, {}, s.sink);
  CHECK(s.sink.calls.size() == 1);
  s.sink.calls.clear();
  s.subaccount(orders(order_row(1001, 0, "BEST_EFFORT_CANCELED", removed("USER_CANCELED"))));
  s.protocol.cancel(s.at(), {our_id(1001), number(0)}, {}, s.sink);
  CHECK(s.sink.calls.empty());
  CHECK(s.sink.cancels_failed.empty());
  s.protocol.query_order(s.at(), our_id(1001), number(0), {}, s.sink);
  s.answer("/v4/orders/" + uuid_of(1001, 0), 200,
           order_row(1001, 0, "BEST_EFFORT_CANCELED", removed("USER_CANCELED")));
  CHECK(s.sink.updates.back().state == order_state::open);
  CHECK(s.sink.updates.back().source == evidence::query);
  s.block(start_height + 7);
  CHECK(s.sink.updates.back().state == order_state::cancelled);
}

TEST_CASE("a long-term order: open, part filled, ended by its block at once") {
  account_session s;
  s.connect();
  s.placed(limit_order());
  s.subaccount(
      orders(order_row(1001, 64, "OPEN", R"(,"totalFilled":"0","createdAtHeight":"66624133")")));
  CHECK(s.sink.updates.back().state == order_state::open);
  s.subaccount("{\"fills\":[" + fill_row("f1", uuid_of(1001, 64), "0.0003") + "],\"orders\":["
               + order_row(1001, 64, "OPEN", R"(,"totalFilled":"0.0003")") + "]}");
  CHECK(s.sink.updates.back().state == order_state::partially_filled);
  s.block(start_height + 1000);
  CHECK(s.sink.updates.size() == 2);
  s.subaccount(orders(order_row(
      1001, 64, "CANCELED",
      R"(,"totalFilled":"0.0003","removalReason":"ORDER_REMOVAL_REASON_USER_CANCELED")")));
  CHECK(s.sink.updates.back().state == order_state::cancelled);
  CHECK(s.sink.updates.back().filled == "0.0003"_qty);
}

TEST_CASE("removals that nobody asked for are rejections with a reason when nothing was filled") {
  struct row {
    const char* reason;
    order_state state;
    reject_reason why;
  };
  for (const auto& [reason, state, why] : {
           row{"UNDERCOLLATERALIZED", order_state::rejected, reject_reason::margin},
           row{"SELF_TRADE_ERROR", order_state::rejected, reject_reason::self_trade},
           row{"POST_ONLY_WOULD_CROSS_MAKER_ORDER", order_state::rejected,
               reject_reason::post_only_would_cross},
           row{"VIOLATES_ISOLATED_SUBACCOUNT_CONSTRAINTS", order_state::rejected,
               reject_reason::other},
           row{"EQUITY_TIER", order_state::rejected, reject_reason::too_many_orders},
           row{"INTERNAL_ERROR", order_state::rejected, reject_reason::other},
           row{"FINAL_SETTLEMENT", order_state::rejected, reject_reason::market_closed},
           row{"REDUCE_ONLY_RESIZE", order_state::rejected, reject_reason::reduce_only},
           row{"FOK_ORDER_COULD_NOT_BE_FULLY_FULLED", order_state::cancelled, reject_reason::none},
           row{"IMMEDIATE_OR_CANCEL_WOULD_REST_ON_BOOK", order_state::cancelled,
               reject_reason::none},
           row{"USER_CANCELED", order_state::cancelled, reject_reason::none},
           row{"REPLACED", order_state::cancelled, reject_reason::none},
           row{"EXPIRED", order_state::expired, reject_reason::none},
           row{"INDEXER_EXPIRED", order_state::expired, reject_reason::none},
           row{"SOMETHING_NEW", order_state::cancelled, reject_reason::none},
       }) {
    CAPTURE(reason);
    account_session s;
    s.connect();
    s.placed(limit_order());
    s.subaccount(orders(order_row(1001, 64, "CANCELED", removed(reason))));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == state);
    CHECK(s.sink.updates[0].reason == why);
    CHECK(s.sink.updates[0].text == "CANCELED " + std::string{reason});
    // With a fill the rest was cancelled.
    s.subaccount(
        orders(order_row(1001, 64, "CANCELED", removed(reason, R"(,"totalFilled":"0.0001")"))));
    CHECK(s.sink.updates[1].state
          == (state == order_state::rejected ? order_state::cancelled : state));
  }
}

TEST_CASE("statuses") {
  account_session s;
  s.connect();
  s.placed(limit_order());
  s.subaccount(orders(order_row(1001, 32, "UNTRIGGERED")));
  CHECK(s.sink.updates.back().state == order_state::open);
  s.subaccount(orders(order_row(1001, 64, "ERROR")));
  CHECK(s.sink.updates.back().state == order_state::rejected);
  s.subaccount(orders(order_row(1001, 64, "NEVER_HEARD_OF")));
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::garbage);
}

TEST_CASE("orders of others, and ids of ours without our mark, are foreign") {
  account_session s;
  s.connect();
  s.subaccount(orders(order_row(4'000'000, 0, "BEST_EFFORT_OPENED")));
  auto unmarked = order_row(5, 64, "OPEN");
  unmarked.replace(unmarked.find(std::to_string(dydx::metadata_mark)), 10, "2");
  s.subaccount(orders(unmarked));
  REQUIRE(s.sink.foreign.size() == 2);
  CHECK(s.sink.foreign[0].foreign_id == "4000000");
  CHECK(s.sink.foreign[1].foreign_id == "5");
  CHECK(s.sink.foreign[1].order.id == client_order_id{});
  CHECK(s.sink.updates.empty());
  // Their fills say nothing more.
  s.subaccount("{\"fills\":[" + fill_row("f1", uuid_of(5, 64), "0.001") + "]}");
  CHECK(s.sink.fills.empty());
  CHECK(s.sink.foreign.size() == 2);
}

TEST_CASE("a liquidation has no order and is told as one") {
  account_session s;
  s.connect();
  s.subaccount(
      R"({"fills":[{"id":"f9","side":"SELL","liquidity":"TAKER","type":"LIQUIDATED","clobPairId":"0","size":"0.5","price":"80000","createdAt":"2025-12-08T16:12:00.590Z","createdAtHeight":"66624134","fee":"12","ticker":"BTC-USD"}]})");
  REQUIRE(s.sink.foreign.size() == 1);
  const auto& x = s.sink.foreign[0];
  CHECK(x.foreign_id == "f9");
  CHECK(x.order.reason == reject_reason::liquidation);
  CHECK(x.order.order_side == side::sell);
  CHECK(x.order.filled == "0.5"_qty);
  CHECK(s.sink.fills.empty());
}

TEST_CASE("a change of money asks for balances a second later, once for many") {
  account_session s;
  s.connect();
  s.subaccount(R"({"assetPositions":[{"symbol":"USDC","side":"SHORT","size":"44.733649"}]})");
  s.subaccount(R"({"assetPositions":[{"symbol":"USDC","side":"SHORT","size":"40"}]})");
  CHECK(s.sink.timers.at(4) == 1s);
  CHECK(s.sink.calls.empty());
  s.timer(4);
  REQUIRE(s.sink.calls.size() == 1);
  CHECK(s.sink.calls[0].target == "/v4/addresses/" + test_address + "/subaccountNumber/0");
  s.sink.timers.erase(4);
  s.subaccount(R"({"transfers":{"type":"DEPOSIT","size":"10","symbol":"USDC"}})");
  CHECK(s.sink.timers.contains(4));
}

TEST_CASE("the snapshot is remembered: held orders end, and fills of known orders are ours") {
  account_session s;
  s.connect("{\"subaccount\":{},\"orders\":["
            + order_row(7, 0, "BEST_EFFORT_CANCELED", removed("USER_CANCELED")) + ","
            + order_row(8, 64, "OPEN") + "],\"blockHeight\":\"66624132\"}");
  CHECK(s.sink.updates.empty());
  s.protocol.cancel(s.at(), {our_id(7), number(0)}, {}, s.sink);
  CHECK(s.sink.calls.empty()); // waits for its block
  s.subaccount("{\"fills\":[" + fill_row("f1", uuid_of(8, 64), "0.001") + "]}");
  CHECK(s.sink.fills.at(0).id == our_id(8));
  s.block(start_height + 7);
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].id == our_id(7));
  CHECK(s.sink.updates[0].state == order_state::cancelled);
}

TEST_CASE("orders end in the order of their blocks and numbers") {
  account_session s;
  s.connect();
  std::string rows;
  for (const auto wire : {9u, 3u, 5u}) {
    rows += rows.empty() ? "" : ",";
    rows += order_row(wire, 0, "BEST_EFFORT_OPENED");
  }
  s.subaccount(orders(rows));
  s.sink.updates.clear();
  s.block(start_height + 40);
  REQUIRE(s.sink.updates.size() == 3);
  CHECK(s.sink.updates[0].id == our_id(3));
  CHECK(s.sink.updates[1].id == our_id(5));
  CHECK(s.sink.updates[2].id == our_id(9));
}

TEST_CASE("what ends an account session at once") {
  account_session s;
  s.connect();
  auto expected = session_end::garbage;
  SUBCASE("a lost message") {
    ++s.next;
    s.subaccount("{}");
    expected = session_end::sequence_gap;
  }
  SUBCASE("a refused subscription") {
    s.message(
        R"("type":"error","message":"Too many invalid messages. Please reconnect and try again.")");
    expected = session_end::rate_limited;
  }
  SUBCASE("an unreadable order") { s.subaccount(R"({"orders":[{"id":"x"}]})"); }
  SUBCASE("an unreadable fill") { s.subaccount(R"({"fills":[{"ticker":"BTC-USD"}]})"); }
  SUBCASE("an unreadable position") {
    s.subaccount(R"({"perpetualPositions":[{"market":"BTC-USD"}]})");
  }
  SUBCASE("a list that is none") { s.subaccount(R"({"orders":{}})"); }
  SUBCASE("an unreadable block") { s.data("v4_block_height", "v4_block_height", "{}"); }
  SUBCASE("no JSON") { s.frame("{"); }
  SUBCASE("the stream's end") {
    s.protocol.on(stream_closed{s.at(), stream_id{0}, "1012 restart"}, s.sink);
    expected = session_end::closed;
  }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == expected);
  s.subaccount(orders(order_row(5, 64, "OPEN")));
  s.timer(2);
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.calls.empty());
  CHECK(s.sink.fails.size() == 1);
}
