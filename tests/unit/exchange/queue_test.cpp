#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::exchange;
using namespace actorbot::exchange::test;

TEST_CASE("a resting order waits behind the external size that was there first") {
  rig r;
  r.external(side::buy, "100", "5");
  const auto& o = r.rest(alice, side::buy, "100", "2");
  CHECK(o.queue_ahead == "5"_qty);
  r.external_trade(side::sell, "100", "3");
  CHECK(o.queue_ahead == "2"_qty);
  CHECK(o.filled.is_zero());
  r.external_trade(side::sell, "100", "3");
  CHECK(o.filled == "1"_qty);
  r.external_trade(side::sell, "100", "9");
  CHECK(o.state == order_state::filled);
  CHECK(r.exchange.executions(alice).back().maker);
  CHECK_FALSE(r.exchange.executions(alice).back().counterparty.has_value());
}

TEST_CASE("size that came later stands behind, and prints sum to what was traded") {
  rig r;
  r.external(side::buy, "100", "1");
  const auto& o = r.rest(alice, side::buy, "100", "2");
  r.external(side::buy, "100", "10");
  CHECK(o.queue_ahead == "1"_qty);
  r.heard.clear();
  r.external_trade(side::sell, "100", "4");
  CHECK(o.state == order_state::filled);
  quantity printed;
  for (const auto& t : r.heard.trades)
    printed += t.size;
  CHECK(printed == "4"_qty);
  CHECK(r.heard.trades.size() == 3); // 1 ahead, 2 ours, 1 behind
}

TEST_CASE("size that goes without a trade shrinks the queue in proportion") {
  rig r;
  r.external(side::buy, "100", "8");
  const auto& o = r.rest(alice, side::buy, "100", "1");
  r.external(side::buy, "100", "12"); // 4 more behind
  r.external(side::buy, "100", "6");  // half of 12 left: half of the 8 ahead
  CHECK(o.queue_ahead == "4"_qty);
  r.external(side::buy, "100", "0.5");
  CHECK(o.queue_ahead == "0.333"_qty); // 4 * 0.5 / 6, down at the lot
}

TEST_CASE("a shrinking that trades explain is not counted a second time") {
  rig r;
  r.external(side::buy, "100", "8");
  const auto& o = r.rest(alice, side::buy, "100", "1");
  r.external_trade(side::sell, "100", "2");
  r.external(side::buy, "100", "6");
  CHECK(o.queue_ahead == "6"_qty);
  r.external_trade(side::sell, "100", "2");
  r.external(side::buy, "100", "3"); // 4 would be explained; a quarter of what stood went away
  CHECK(o.queue_ahead == "3"_qty);
}

TEST_CASE("a trade through the price fills fully, best price first") {
  rig r;
  r.external(side::buy, "100", "50");
  const auto& low = r.rest(alice, side::buy, "100", "2");
  const auto& high = r.rest(bob, side::buy, "101", "2");
  r.external_trade(side::sell, "99.9", "0.001");
  CHECK(low.state == order_state::filled);
  CHECK(high.state == order_state::filled);
  CHECK(high.average_price() == "101"_price);
  CHECK(r.heard.executions[0].order == high.id);
}

TEST_CASE("an external book that crosses fills as far as its size goes and is left uncrossed") {
  rig r;
  r.external(side::buy, "100", "5");
  const auto& o = r.rest(alice, side::buy, "100", "2");
  feed_event e;
  e.bids.push_back({"100"_price, quantity{}});
  e.asks.push_back({"99.5"_price, "1.5"_qty});
  e.asks.push_back({"100.5"_price, "3"_qty});
  r.exchange.apply(r.now(), r.market, e);
  CHECK(o.filled == "1.5"_qty);
  CHECK(o.average_price() == "100"_price);
  const auto top = r.exchange.top(r.market);
  CHECK(top.bid->at == "100"_price);
  CHECK(top.bid->size == "0.5"_qty);
  CHECK(top.ask->at == "100.5"_price);
}

TEST_CASE("what takers eat of the external book stays eaten until the feed states the level") {
  rig r;
  r.external(side::sell, "100", "3");
  r.put(r.market_order(alice, side::buy, "2"));
  CHECK(r.exchange.top(r.market).ask->size == "1"_qty);
  r.external(side::sell, "101", "1");
  CHECK(r.exchange.top(r.market).ask->size == "1"_qty);
  r.external(side::sell, "100", "3");
  CHECK(r.exchange.top(r.market).ask->size == "3"_qty);
}

TEST_CASE("a taker meets external size ahead, then the orders, then the size behind") {
  rig r;
  r.external(side::sell, "100", "1");
  r.rest(alice, side::sell, "100", "1");
  r.external(side::sell, "100", "3");
  r.heard.clear();
  r.put(r.limit(bob, side::buy, "100", "2.5"));
  REQUIRE(r.heard.trades.size() == 3);
  CHECK(r.heard.trades[0].size == "1"_qty);
  CHECK(r.heard.trades[1].size == "1"_qty);
  CHECK(r.heard.trades[2].size == "0.5"_qty);
  CHECK(r.exchange.executions(bob)[1].counterparty == alice);
  CHECK(r.exchange.top(r.market).ask->size == "1.5"_qty);
  CHECK(r.exchange.outside().positions[0].size == "-1.5"_qty);
}

TEST_CASE("a whole-book statement empties the levels that it does not name, orders stay") {
  rig r;
  r.external(side::buy, "100", "5");
  r.external(side::buy, "99", "5");
  r.rest(alice, side::buy, "99", "1");
  feed_event e;
  e.replace = true;
  e.bids.push_back({"98"_price, "7"_qty});
  r.exchange.apply(r.now(), r.market, e);
  const auto book = r.exchange.book(r.market);
  REQUIRE(book.bids.size() == 2);
  CHECK(book.bids[0] == level{"99"_price, "1"_qty});
  CHECK(book.bids[1] == level{"98"_price, "7"_qty});
}
