#include "rig.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace actorbot;
using namespace actorbot::exchange;
using namespace actorbot::exchange::test;

TEST_CASE("orders match by price, then by time") {
  rig r;
  const auto& late = r.rest(alice, side::sell, "101", "1");
  const auto& first = r.rest(alice, side::sell, "100", "1");
  const auto& second = r.rest(carol, side::sell, "100", "1");
  r.heard.clear();
  const auto taker = r.put(r.limit(bob, side::buy, "101", "2.5"));
  REQUIRE(taker);
  CHECK(taker.value->state == order_state::filled);
  CHECK(first.state == order_state::filled);
  CHECK(second.state == order_state::filled);
  CHECK(late.filled == "0.5"_qty);
  REQUIRE(r.heard.trades.size() == 3);
  CHECK(r.heard.trades[0].at == "100"_price);
  CHECK(r.heard.trades[2].at == "101"_price);
  CHECK(r.heard.executions[0].order == first.id);
  CHECK(r.heard.executions[2].order == second.id);
  CHECK(taker.value->average_price() == "100.2"_price);
}

TEST_CASE("one execution tells maker then taker: order, fill, position, money, and the book last") {
  rig r;
  r.rest(alice, side::sell, "100", "2");
  r.heard.clear();
  r.put(r.limit(bob, side::buy, "100", "1"));
  const std::vector<std::string> expected{
      "order 2 accepted open 0/1 none",
      "order 1 trade partially_filled 1/2 none",
      "fill 1 1@100 maker",
      "position 0 -1",
      "balance 0 fee -0.01 999999.99",
      "order 2 trade filled 1/1 none",
      "fill 2 1@100 taker",
      "position 1 1",
      "balance 1 fee -0.04 999999.96",
      "trade 1@100 buy",
      "delta 1 2 a100x1",
      "top",
  };
  CHECK(r.heard.log == expected);
}

TEST_CASE("an ioc order takes what is there and its rest expires") {
  rig r;
  r.rest(alice, side::sell, "100", "1");
  auto want = r.limit(bob, side::buy, "100.5", "3");
  want.tif = time_in_force::ioc;
  const auto got = r.put(want);
  CHECK(got.value->state == order_state::expired);
  CHECK(got.value->reason == reject_code::ioc_remainder);
  CHECK(got.value->filled == "1"_qty);
  CHECK(r.exchange.open_orders(bob, std::nullopt).empty());
}

TEST_CASE("a fok order fills whole or not at all") {
  rig r;
  r.rest(alice, side::sell, "100", "1");
  r.external(side::sell, "100.1", "1");
  auto want = r.limit(bob, side::buy, "100.1", "2.001");
  want.tif = time_in_force::fok;
  const auto none = r.put(want);
  CHECK(none.value->state == order_state::expired);
  CHECK(none.value->reason == reject_code::fok_not_fillable);
  CHECK(none.value->filled.is_zero());
  want.size = "2"_qty;
  CHECK(r.put(want).value->state == order_state::filled);
}

TEST_CASE("post-only that would take is refused or expires, as asked") {
  rig r;
  r.rest(alice, side::sell, "100", "1");
  auto want = r.limit(bob, side::buy, "100", "1");
  want.post_only = post_only_mode::reject;
  CHECK(r.put(want).code == reject_code::post_only_would_cross);
  CHECK(r.exchange.order_history(bob, std::nullopt).empty());
  want.post_only = post_only_mode::expire;
  r.heard.clear();
  const auto got = r.put(want);
  CHECK(got.value->state == order_state::expired);
  CHECK(got.value->reason == reject_code::post_only_would_cross);
  REQUIRE(r.heard.orders.size() == 2);
  CHECK(r.heard.orders[0].cause == order_cause::accepted);
  want.limit_price = "99.9"_price;
  CHECK(r.put(want).value->state == order_state::open);
}

TEST_CASE("self-trade prevention ends the taker, the maker, both or nobody") {
  const auto run = [](self_trade_mode mode) {
    rig r;
    const auto& own = r.rest(alice, side::sell, "100", "1");
    r.rest(carol, side::sell, "100.1", "1");
    auto want = r.limit(alice, side::buy, "100.1", "1");
    want.self_trade = mode;
    const auto* taker = r.put(want).value;
    return std::pair{own.state, taker->state};
  };
  CHECK(run(self_trade_mode::expire_taker) == std::pair{order_state::open, order_state::expired});
  CHECK(run(self_trade_mode::expire_maker) == std::pair{order_state::expired, order_state::filled});
  CHECK(run(self_trade_mode::expire_both) == std::pair{order_state::expired, order_state::expired});
  CHECK(run(self_trade_mode::none) == std::pair{order_state::filled, order_state::filled});
}

TEST_CASE("a fok order does not count its own account's orders as liquidity") {
  rig r;
  r.rest(bob, side::sell, "100", "1");
  r.rest(alice, side::sell, "100", "1");
  auto want = r.limit(bob, side::buy, "100", "1");
  want.tif = time_in_force::fok;
  CHECK(r.put(want).value->reason == reject_code::fok_not_fillable);
  want.self_trade = self_trade_mode::expire_maker;
  CHECK(r.put(want).value->state == order_state::filled);
}

TEST_CASE("reduce-only is clamped to the position, or refused") {
  rig r;
  r.external(side::sell, "100", "5");
  r.external(side::buy, "99", "5");
  auto close = r.market_order(alice, side::sell, "2");
  close.reduce_only = reduce_only_mode::clamp;
  CHECK(r.put(close).code == reject_code::reduce_only); // nothing to reduce
  r.put(r.market_order(alice, side::buy, "1"));
  auto wrong_way = r.market_order(alice, side::buy, "1");
  wrong_way.reduce_only = reduce_only_mode::clamp;
  CHECK(r.put(wrong_way).code == reject_code::reduce_only);
  close.reduce_only = reduce_only_mode::reject;
  CHECK(r.put(close).code == reject_code::reduce_only);
  close.reduce_only = reduce_only_mode::clamp;
  const auto got = r.put(close);
  CHECK(got.value->size == "1"_qty);
  CHECK(r.held(alice).is_flat());
}

TEST_CASE("a resting reduce-only order shrinks with the position and goes when it is gone") {
  rig r;
  r.external(side::sell, "100", "5");
  r.external(side::buy, "99", "5");
  r.put(r.market_order(alice, side::buy, "2"));
  auto exit = r.limit(alice, side::sell, "110", "2");
  exit.reduce_only = reduce_only_mode::clamp;
  const auto* resting = r.put(exit).value;
  r.put(r.market_order(alice, side::sell, "1.5"));
  CHECK(resting->size == "0.5"_qty);
  CHECK(resting->cause == order_cause::resized);
  CHECK(r.exchange.book(r.market).asks.back().size == "0.5"_qty);
  r.put(r.market_order(alice, side::sell, "0.5"));
  CHECK(resting->state == order_state::expired);
  CHECK(resting->reason == reject_code::reduce_only);
}

TEST_CASE("a reduce-only order cannot be amended to more than the position") {
  rig r;
  r.external(side::sell, "100", "5");
  r.put(r.market_order(alice, side::buy, "2"));
  auto exit = r.limit(alice, side::sell, "110", "1");
  exit.reduce_only = reduce_only_mode::reject;
  const auto id = r.put(exit).value->id;
  CHECK(r.exchange.amend(r.now(), alice, id, std::nullopt, "2.001"_qty).code
        == reject_code::reduce_only);
  CHECK(r.exchange.amend(r.now(), alice, id, std::nullopt, "2"_qty));
}

TEST_CASE("two reduce-only orders met by one taker never turn the position") {
  rig r;
  r.external(side::sell, "100", "5");
  r.put(r.market_order(alice, side::buy, "1"));
  r.external(side::sell, "100", "0");
  for (const auto* p : {"110", "110.1"}) {
    auto exit = r.limit(alice, side::sell, p, "1");
    exit.reduce_only = reduce_only_mode::clamp;
    CHECK(r.put(exit));
  }
  r.put(r.limit(bob, side::buy, "111", "2"));
  CHECK(r.held(alice).is_flat());
  CHECK(r.held(bob).size == "1"_qty);
  CHECK(r.exchange.open_orders(alice, std::nullopt).empty());
}

TEST_CASE("a market order stops at its bound and at the market's") {
  auto rules = plain_rules();
  rules.market_bound = "0.02"_d;
  rig r{rules};
  r.mark("100");
  CHECK(r.put(r.market_order(bob, side::buy, "1")).code == reject_code::no_liquidity);
  r.external(side::sell, "101", "1");
  r.external(side::sell, "102", "1");
  r.external(side::sell, "102.1", "1");
  auto bounded = r.market_order(bob, side::buy, "2");
  bounded.limit_price = "101"_price;
  const auto a = r.put(bounded);
  CHECK(a.value->filled == "1"_qty);
  CHECK(a.value->state == order_state::expired);
  const auto b = r.put(r.market_order(bob, side::buy, "2"));
  CHECK(b.value->filled == "1"_qty); // 102.1 is more than 2 % away
  CHECK(b.value->reason == reject_code::no_liquidity);
  CHECK(r.put(r.market_order(bob, side::buy, "2")).code == reject_code::no_liquidity);
}

TEST_CASE("each rule of a market refuses with its own code and leaves no trace") {
  auto rules = plain_rules();
  rules.max_quantity = "10"_qty;
  rules.max_market_quantity = "5"_qty;
  rules.min_price = "1"_price;
  rules.max_price = "1000"_price;
  rules.min_notional = 5;
  rules.price_band_up = "1.02"_d;
  rules.price_band_down = "0.98"_d;
  rules.max_open_orders = 1;
  rig r{rules};
  r.mark("100");
  const auto code = [&](const char* p, const char* q, side s = side::buy) {
    return r.put(r.limit(alice, s, p, q)).code;
  };
  CHECK(code("100.05", "1") == reject_code::price_tick);
  CHECK(code("0.9", "1") == reject_code::price_range);
  CHECK(code("1000.1", "1") == reject_code::price_range);
  CHECK(code("102.1", "1") == reject_code::price_band);
  CHECK(code("97.9", "1", side::sell) == reject_code::price_band);
  CHECK(code("100", "0.0015") == reject_code::lot);
  CHECK(code("100", "0") == reject_code::min_quantity);
  CHECK(code("100", "10.001") == reject_code::max_quantity);
  CHECK(r.put(r.market_order(alice, side::buy, "5.001")).code == reject_code::max_quantity);
  CHECK(code("100", "0.049") == reject_code::min_notional);
  auto late = r.limit(alice, side::buy, "100", "1");
  late.expires = r.now();
  CHECK(r.put(late).code == reject_code::expired_already);
  CHECK(r.heard.log.size() == 1); // the mark
  CHECK(code("100", "0.05") == reject_code::none);
  CHECK(code("99", "1") == reject_code::too_many_open_orders);
  r.exchange.set_trading(r.now(), r.market, false);
  CHECK(code("99", "1") == reject_code::market_closed);
  CHECK(r.exchange.cancel_all(r.now(), alice, r.market) == 1);
}

TEST_CASE("a client id is unique among open orders, for ever, or not at all, as the rule says") {
  for (const auto rule :
       {client_id_rule::unique_open, client_id_rule::unique_ever, client_id_rule::any}) {
    core_settings settings;
    settings.client_ids = rule;
    rig r{plain_rules(), settings};
    auto want = r.limit(alice, side::buy, "100", "1");
    want.client_id = "x1";
    const auto first = r.put(want).value->id;
    CHECK(r.put(want).code
          == (rule == client_id_rule::any ? reject_code::none : reject_code::duplicate_client_id));
    r.exchange.cancel(r.now(), alice, first);
    CHECK(r.put(want).code
          == (rule == client_id_rule::unique_ever ? reject_code::duplicate_client_id
                                                  : reject_code::none));
    auto bobs = want;
    bobs.account = bob;
    CHECK(r.put(bobs));
    CHECK(r.exchange.find_order(bob, "x1")->account == bob);
  }
}

TEST_CASE("cancel names what is wrong, and an order of somebody else is unknown") {
  rig r;
  const auto& o = r.rest(alice, side::buy, "100", "1");
  CHECK(r.exchange.cancel(r.now(), bob, o.id).code == reject_code::unknown_order);
  CHECK(r.exchange.cancel(r.now(), alice, 999).code == reject_code::unknown_order);
  CHECK(r.exchange.cancel(r.now(), alice, o.id));
  CHECK(o.state == order_state::cancelled);
  CHECK(r.exchange.cancel(r.now(), alice, o.id).code == reject_code::order_is_final);
  CHECK(r.exchange.book(r.market).bids.empty());
  const auto& old = r.rest(alice, side::buy, "100", "1");
  CHECK(r.exchange.expire(r.now(), alice, old.id));
  CHECK(old.state == order_state::expired);
  CHECK(old.reason == reject_code::time_expired);
}

TEST_CASE("an amended order keeps its place only when it shrinks at its price") {
  rig r;
  const auto& first = r.rest(alice, side::sell, "100", "2");
  const auto& second = r.rest(carol, side::sell, "100", "2");
  CHECK(r.exchange.amend(r.now(), alice, first.id, std::nullopt, "1"_qty));
  r.put(r.limit(bob, side::buy, "100", "0.5"));
  CHECK(first.filled == "0.5"_qty);
  CHECK(r.exchange.amend(r.now(), alice, first.id, std::nullopt, "0.5"_qty).code
        == reject_code::bad_size);
  CHECK(r.exchange.amend(r.now(), alice, first.id, std::nullopt, "3"_qty));
  r.put(r.limit(bob, side::buy, "100", "2"));
  CHECK(second.state == order_state::filled);
  CHECK(first.filled == "0.5"_qty);
  CHECK(r.exchange.book(r.market).asks.at(0).size == "2.5"_qty);
}

TEST_CASE("an order amended through the book takes, and a post-only one is left as it was") {
  rig r;
  const auto& maker = r.rest(alice, side::sell, "100", "1");
  const auto& quiet = r.rest(bob, side::buy, "99", "1");
  CHECK(r.exchange.amend(r.now(), bob, quiet.id, "100"_price, std::nullopt));
  CHECK(quiet.state == order_state::filled);
  CHECK(maker.state == order_state::filled);
  r.rest(alice, side::sell, "100", "1");
  auto passive = r.limit(bob, side::buy, "99", "1");
  passive.post_only = post_only_mode::reject;
  const auto* p = r.put(passive).value;
  CHECK(r.exchange.amend(r.now(), bob, p->id, "100"_price, std::nullopt).code
        == reject_code::post_only_would_cross);
  CHECK(p->limit_price == "99"_price);
  CHECK(p->amendments == 0);
}

TEST_CASE("good-till-time orders and armed countdowns end when their time comes") {
  rig r;
  auto brief = r.limit(alice, side::buy, "100", "1");
  brief.expires = at_ms(1000);
  const auto* o = r.put(brief).value;
  const auto& kept = r.rest(bob, side::buy, "99", "1");
  const auto& watched = r.rest(alice, side::buy, "98", "1");
  r.exchange.set_countdown(at_ms(0), alice, r.market, std::chrono::seconds{2});
  CHECK(r.exchange.next_timer() == at_ms(1000));
  r.exchange.advance(at_ms(999));
  CHECK(o->is_open());
  r.exchange.advance(at_ms(1000));
  CHECK(o->state == order_state::expired);
  CHECK(o->reason == reject_code::time_expired);
  r.exchange.set_countdown(at_ms(1500), alice, r.market, std::chrono::seconds{2});
  r.exchange.advance(at_ms(3499));
  CHECK(watched.is_open());
  r.exchange.advance(at_ms(3500));
  CHECK(watched.cause == order_cause::dead_man);
  CHECK(watched.updated == at_ms(3500));
  CHECK(kept.is_open());
}

TEST_CASE("book deltas carry an unbroken chain of ids and rebuild the public book") {
  rig r;
  r.external(side::buy, "99", "1");
  r.rest(alice, side::buy, "99", "2");
  r.rest(alice, side::sell, "101", "2");
  r.put(r.limit(bob, side::sell, "99", "2.5"));
  r.exchange.cancel_all(r.now(), alice, std::nullopt);
  std::map<decimal, quantity> bids, asks;
  std::uint64_t last = r.heard.deltas.front().previous;
  for (const auto& d : r.heard.deltas) {
    CHECK(d.previous == last);
    CHECK(d.first == last + 1);
    CHECK(d.last - d.previous == d.bids.size() + d.asks.size());
    last = d.last;
    for (const auto& l : d.bids)
      bids[l.at.value()] = l.size;
    for (const auto& l : d.asks)
      asks[l.at.value()] = l.size;
  }
  CHECK(bids["99"_d].is_zero());
  CHECK(asks["101"_d].is_zero());
  CHECK(r.exchange.book(r.market).update == last);
}
