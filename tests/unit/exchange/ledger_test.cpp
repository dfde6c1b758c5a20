#include "rig.hpp"

#include "venues/exchange/truth.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace actorbot;
using namespace actorbot::exchange;
using namespace actorbot::exchange::test;

TEST_CASE("a position crosses zero exactly: the old cost is realised, the rest opens anew") {
  exchange::position p;
  CHECK(p.trade("2"_qty, "100"_price).is_zero());
  CHECK(p.trade("1"_qty, "103"_price).is_zero());
  CHECK(p.entry() == "101"_price);
  CHECK(p.trade("-1"_qty, "104"_price) == "3"_d);
  CHECK(p.entry() == "101"_price);
  CHECK(p.trade("-5"_qty, "99"_price) == "-4"_d);
  CHECK(p.size == "-3"_qty);
  CHECK(p.entry() == "99"_price);
  CHECK(p.unrealised("98"_price) == "3"_d);
  CHECK(p.trade("3"_qty, "100"_price) == "-3"_d);
  CHECK(p.is_flat());
  CHECK(p.cost.is_zero());
  CHECK(p.realised == "-4"_d);
}

TEST_CASE("a cost that does not divide leaves no dust when the position closes") {
  exchange::position p;
  p.trade("1"_qty, "100"_price);
  p.trade("2"_qty, "100.1"_price); // entry 100.0666...
  CHECK(p.trade("-1"_qty, "100"_price) == "-0.06666667"_d);
  p.trade("-1"_qty, "100"_price);
  p.trade("-1"_qty, "100"_price);
  CHECK(p.cost.is_zero());
  CHECK(p.realised == "-0.2"_d);
}

TEST_CASE("fees: taker pays, maker rebate is received, account rates win") {
  auto rules = plain_rules();
  rules.maker_fee = "-0.00005"_d;
  rig r{rules};
  r.exchange.set_fees(bob, {}, "0.001"_d);
  r.rest(alice, side::sell, "100", "2");
  r.put(r.limit(bob, side::buy, "100", "2"));
  CHECK(r.wallet(alice) == "1000000.01"_d);
  CHECK(r.wallet(bob) == "999999.8"_d);
  CHECK(r.exchange.outside().fees == "0.19"_d);
  decimal sum;
  for (const auto& i : r.exchange.incomes(bob))
    sum += i.amount;
  CHECK(sum == r.wallet(bob));
}

TEST_CASE("funding: longs pay shorts rate times notional at the mark, at each interval") {
  rig r;
  r.rest(alice, side::sell, "100", "2");
  r.put(r.limit(bob, side::buy, "100", "2"));
  r.mark("110");
  r.rate("0.0001");
  const auto due = r.exchange.prices(r.market).next_funding;
  CHECK(due.time_since_epoch() % std::chrono::hours{8} == duration{0});
  const auto before = r.wallet(alice);
  r.exchange.advance(due - std::chrono::nanoseconds{1});
  CHECK(r.exchange.funding_payments(alice).empty());
  r.exchange.advance(due);
  CHECK(r.wallet(alice) == before + "0.022"_d);
  REQUIRE(r.exchange.funding_payments(bob).size() == 1);
  CHECK(r.exchange.funding_payments(bob)[0].amount == "-0.022"_d);
  CHECK(r.exchange.funding_payments(bob)[0].time == due);
  r.rate("-0.0002");
  r.exchange.advance(due + std::chrono::hours{8});
  CHECK(r.held(alice).funding == "-0.022"_d);
  CHECK(r.held(bob).funding == "0.022"_d);
  REQUIRE(r.exchange.funding_history(r.market).size() == 2);
  CHECK(r.exchange.funding_history(r.market)[1].rate == "-0.0002"_d);
  CHECK(r.exchange.outside().funding.is_zero());
}

TEST_CASE("margin: worked numbers of a position with orders on both sides") {
  rig r;
  r.mark("100");
  CHECK(r.exchange.set_leverage(r.now(), bob, r.market, 10) == reject_code::none);
  r.rest(alice, side::sell, "100", "10");
  r.put(r.limit(bob, side::buy, "100", "10"));
  r.rest(bob, side::buy, "90", "10");
  r.rest(bob, side::sell, "110", "30");
  r.mark("105");
  const auto s = r.exchange.summary(bob);
  CHECK(s.wallet == "999999.6"_d);
  CHECK(s.unrealised == "50"_d);
  CHECK(s.equity == "1000049.6"_d);
  CHECK(s.position_margin == "105"_d);
  // Worse side: sells 3300 - 1050 = 2250, buys 1050 + 900 = 1950; beyond the position 2250 - 1050.
  CHECK(s.order_margin == "120"_d);
  CHECK(s.available == "999824.6"_d);
  CHECK(s.maintenance_margin == "26.25"_d);
}

TEST_CASE("an order that margin does not cover is refused, one that reduces never is") {
  rig r;
  r.mark("100");
  r.external(side::sell, "100", "1000000");
  r.external(side::buy, "99.9", "1000000");
  CHECK(r.put(r.limit(alice, side::buy, "100", "200001")).code == reject_code::insufficient_margin);
  CHECK(r.put(r.limit(alice, side::buy, "90", "220000")));
  CHECK(r.put(r.limit(alice, side::buy, "90", "3000")).code == reject_code::insufficient_margin);
  r.exchange.cancel_all(r.now(), alice, std::nullopt);
  CHECK(r.put(r.market_order(alice, side::buy, "190000")));
  r.exchange.deposit(r.now(), alice, -45000);
  CHECK(r.put(r.market_order(alice, side::buy, "1")).code == reject_code::insufficient_margin);
  CHECK(r.put(r.market_order(alice, side::sell, "1000")));
}

TEST_CASE("leverage keeps to the table and to the margin") {
  rig r;
  r.mark("100");
  CHECK(r.exchange.set_leverage(r.now(), alice, r.market, 21) == reject_code::bad_leverage);
  CHECK(r.exchange.set_leverage(r.now(), alice, r.market, 0) == reject_code::bad_leverage);
  r.rest(alice, side::buy, "100", "150000");
  CHECK(r.exchange.set_leverage(r.now(), alice, r.market, 10) == reject_code::insufficient_margin);
  CHECK(r.exchange.leverage(alice, r.market) == 20);
}

TEST_CASE("an account below maintenance margin is liquidated at market, orders cancelled first") {
  rig r;
  r.mark("100");
  r.external(side::sell, "100", "190000");
  r.put(r.market_order(alice, side::buy, "190000"));
  const auto& resting = r.rest(alice, side::sell, "200", "1");
  const auto bound = r.exchange.liquidation_price(alice, r.market);
  // 1,000,000 - 7,600 fee + 190,000 (m - 100) = 190,000 m * 0.025
  CHECK(bound.value().round_to("0.0001"_d, rounding::half_even) == "97.207"_d);
  r.mark("97.3");
  CHECK(resting.is_open());
  r.external(side::buy, "97.1", "100000");
  r.heard.clear();
  r.mark("97.2");
  CHECK(resting.cause == order_cause::liquidation);
  CHECK(r.held(alice).is_flat());
  const auto fills = r.exchange.executions(alice);
  CHECK(fills.back().liquidation);
  CHECK(fills[fills.size() - 2].at == "97.1"_price);
  CHECK(fills.back().at == "97.2"_price); // what the book could not take, at the mark
  CHECK(r.heard.trades.back().liquidation);
  CHECK(r.exchange.order_history(alice, std::nullopt).back()->liquidation);
}

TEST_CASE("the mark follows the middle of the external book until a feed states it") {
  rig r;
  r.external(side::buy, "99", "1");
  CHECK(r.exchange.prices(r.market).mark.is_zero());
  r.external(side::sell, "100", "1");
  CHECK(r.exchange.prices(r.market).mark == "99.5"_price);
  r.exchange.advance(at_ms(500));
  r.external(side::sell, "100", "0");
  r.external(side::sell, "101", "1");
  CHECK(r.exchange.prices(r.market).mark == "99.5"_price); // sampled once a second
  r.exchange.advance(at_ms(1000));
  r.external(side::sell, "102", "1");
  CHECK(r.exchange.prices(r.market).mark == "100"_price);
  r.mark("98");
  r.exchange.advance(at_ms(5000));
  r.external(side::sell, "103", "1");
  CHECK(r.exchange.prices(r.market).mark == "98"_price);
}

TEST_CASE("the truth export tells orders, fills, money and positions of an account") {
  rig r;
  r.mark("100");
  r.rest(alice, side::sell, "100", "2");
  auto want = r.limit(bob, side::buy, "100", "2");
  want.client_id = "c-1";
  r.put(want);
  const auto j = truth(r.exchange);
  const auto& b = j["accounts"][1];
  CHECK(b["name"] == "bob");
  CHECK(b["orders"][0]["client_id"] == "c-1");
  CHECK(b["orders"][0]["state"] == "filled");
  CHECK(b["fills"][0]["counterparty"] == "alice");
  CHECK(b["fills"][0]["fee"] == "0.08");
  CHECK(b["positions"][0]["size"] == "2");
  CHECK(b["summary"]["wallet"] == "999999.92");
  CHECK(j["markets"][0]["mark_price"] == "100");
  CHECK(truth(r.exchange, carol)["orders"].empty());
}
