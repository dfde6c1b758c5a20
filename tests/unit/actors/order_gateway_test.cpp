#include "tests/unit/actors/gateway_rig.hpp"

using namespace actorbot;
using namespace actorbot::test;

namespace {

using enum order_state;

} // namespace

TEST_CASE("an order that passed risk is sent once and its course is told to owner and risk") {
  gateway_rig r;
  r.go_live();
  const auto order = r.wish(1);
  r.submit(order);
  REQUIRE(r.line.sent(order.id) == 1);
  r.word(order, open);
  r.tell(r.gateway, fill_of(order, "t1", "0.4"_qty, "100"_price, r.now()));
  r.tell(r.gateway, fill_of(order, "t2", "0.6"_qty, "100"_price, r.now()));
  r.word(order, filled, "1"_qty);
  CHECK(r.ear.states_of(order.id) == order_states{open, partially_filled, filled});
  CHECK(r.risk_ear.states_of(order.id) == order_states{open, partially_filled, filled});
  CHECK(r.ear.fills.size() == 2);
  CHECK(r.risk_ear.fills.size() == 2);
}

TEST_CASE("an opening order needs risk's current epoch") {
  gateway_rig r;
  r.go_live();
  const auto old = r.epoch();
  r.attach_risk_again();
  CHECK(r.epoch() == old + 1);
  const auto order = r.wish(1);
  r.tell(r.gateway, submit_order{order, old});
  CHECK(r.line.orders.empty());
  REQUIRE(r.ear.updates.size() == 1);
  CHECK(r.ear.updates.back().state == rejected);
  CHECK(r.ear.updates.back().reason == reject_reason::risk_epoch);
  r.submit(r.wish(2));
  CHECK(r.line.orders.size() == 1);
}

TEST_CASE("without risk nothing opens, whatever epoch is claimed; cancels work") {
  SUBCASE("it never was there") {
    gateway_rig r;
    r.start();
    r.attach_host();
    r.market(venue_state::live);
    r.connect();
    r.tell(r.gateway, submit_order{r.wish(1), 0});
    CHECK(r.line.orders.empty());
  }
  SUBCASE("it died") {
    gateway_rig r;
    r.go_live();
    const auto order = r.resting(1);
    const auto before = r.epoch();
    r.end(r.risk);
    CHECK(r.epoch() == before + 1);
    CHECK(r.op.count(note_level::alarm) == 1);
    for (auto epoch : {before, before + 1, before + 2, std::uint64_t{0}})
      r.tell(r.gateway, submit_order{r.wish(10 + epoch), epoch});
    CHECK(r.line.orders.size() == 1);
    r.cancel(order);
    CHECK(r.line.cancelled(order.id) == 1);
    r.word(order, cancelled);
    CHECK(r.ear.states_of(order.id) == order_states{open, cancelled});
  }
  SUBCASE("it was stopped: it says nothing, and cancels do not wait for it") {
    gateway_rig r;
    r.go_live();
    const auto order = r.resting(1);
    r.cancel(order); // straight from the strategy; the dummy risk has never answered anything
    CHECK(r.line.cancelled(order.id) == 1);
  }
}

TEST_CASE("without risk a strategy may close its own position, once and no more of it") {
  gateway_rig r;
  r.go_live();
  const auto entry = r.resting(1);
  r.tell(r.gateway, fill_of(entry, "t", "1"_qty, "100"_price, r.now()));
  const auto close_with = [&](std::uint64_t sequence, quantity size) {
    r.tell(r.gateway, place_order{reducing(r.wish(sequence, side::sell, size, "110"_price))});
    return r.line.sent(order_id(sequence)) == 1;
  };
  CHECK_FALSE(close_with(2, "1"_qty)); // risk is there: by way of it
  r.end(r.risk);
  r.tell(r.gateway, place_order{r.wish(3)});
  CHECK(r.line.sent(order_id(3)) == 0);
  CHECK_FALSE(close_with(4, "1.1"_qty));
  CHECK(close_with(5, "0.6"_qty));
  CHECK_FALSE(close_with(6, "0.6"_qty)); // 0.4 are left
  CHECK(close_with(7, "0.4"_qty));
  r.tell(r.gateway, set_trading_state{trading_state::halted, "test"});
  r.word(r.wish(7, side::sell, "0.4"_qty), cancelled);
  CHECK_FALSE(close_with(8, "0.4"_qty));
}

TEST_CASE("a fresh risk is told everything it needs") {
  gateway_rig r;
  r.line.positions = {{btc, "5"_qty, "90"_price, {}, {}}};
  r.go_live();
  const auto order = r.resting(1);
  r.tell(r.gateway, fill_of(order, "t", "0.5"_qty, "100"_price, r.now()));
  r.end(r.risk);
  std::optional<risk_attached> answer;
  auto fresh = r.risk_ear.make<risk_actor>(r);
  r.system.spawn([&](caf::event_based_actor* self) {
    self->request(r.gateway, 1s, attach_risk{fresh}).then([&](const risk_attached& x) {
      answer = x;
    });
  });
  r.world.run_ready();
  fresh = nullptr;
  REQUIRE(answer);
  CHECK(answer->epoch == r.epoch());
  CHECK(answer->view.state == venue_state::live);
  REQUIRE(answer->view.orders.size() == 1);
  CHECK(answer->view.orders[0].filled == "0.5"_qty);
  CHECK(answer->view.positions
        == std::vector<std::pair<instrument_id, quantity>>{{btc, "5.5"_qty}});
  CHECK(answer->view.virtual_positions
        == std::vector<virtual_position>{{first_strategy, btc, "0.5"_qty}});
  CHECK(answer->view.balances.size() == 1);
  r.submit(r.wish(2));
  CHECK(r.line.sent(order_id(2)) == 1);
}

TEST_CASE("an id that was used is never sent again, and the first order's state is told") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.submit(order);
  CHECK(r.line.sent(order.id) == 1);
  CHECK(r.ear.updates.back().state == open);
  r.word(order, cancelled);
  r.submit(order);
  CHECK(r.line.sent(order.id) == 1);
  CHECK(r.ear.updates.back().state == cancelled);
  CHECK(r.op.count(note_level::alarm) == 2);
}

TEST_CASE("an order that waited too long is dropped") {
  gateway_rig r;
  r.go_live();
  auto order = r.wish(1);
  r.pass(2s);
  r.submit(order);
  CHECK(r.line.sent(order.id) == 1); // exactly its validity
  auto late = r.wish(2);
  late.created = r.now() - 2s - 1ns;
  r.submit(late);
  auto expired_wish = r.wish(3);
  expired_wish.valid_until = r.now() - 1ns;
  r.submit(expired_wish);
  CHECK(r.line.orders.size() == 1);
  CHECK(r.ear.updates.back().reason == reject_reason::stale);
}

TEST_CASE("a cancel that overtakes its order on the way through risk still stops it") {
  gateway_rig r;
  r.go_live();
  const auto order = r.wish(1);
  r.cancel(order);
  r.submit(order);
  CHECK(r.line.orders.empty());
  CHECK(r.ear.states_of(order.id) == order_states{cancelled});
  r.submit(r.wish(2));
  CHECK(r.line.orders.size() == 1);
}

TEST_CASE("a cancel of an order that has ended is answered with its end") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.word(order, cancelled);
  r.cancel(order);
  CHECK(r.line.cancels.empty());
  CHECK(r.ear.states_of(order.id) == order_states{open, cancelled, cancelled});
}

TEST_CASE("halted denies opening and reducing orders and cancels everything of ours") {
  gateway_rig r;
  r.go_live();
  const auto one = r.resting(1), two = r.resting(2, side::sell);
  const auto in_flight = r.wish(3);
  r.submit(in_flight);
  r.tell(r.gateway, set_trading_state{trading_state::halted, "test"});
  for (const auto& order : {one, two, in_flight})
    CHECK(r.line.cancelled(order.id) == 1);
  r.submit(r.wish(4));
  r.submit(reducing(r.wish(5, side::sell)));
  CHECK(r.line.orders.size() == 3);
  CHECK(r.ear.updates.back().reason == reject_reason::risk_halted);
  // What shows up afterwards does not stay either.
  const auto stray = r.wish(9);
  r.word(stray, open);
  CHECK(r.line.cancelled(stray.id) == 1);
}

TEST_CASE("halted while the session is down: cancels go out when it is back") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.disconnect();
  r.tell(r.gateway, set_trading_state{trading_state::halted, "test"});
  CHECK(r.line.cancels.empty());
  r.connect();
  CHECK(r.line.cancelled(order.id) == 1);
}

TEST_CASE("reduce_only lets only reducing orders out") {
  gateway_rig r;
  r.line.positions = {{btc, "2"_qty, "90"_price, {}, {}}};
  r.go_live();
  r.tell(r.gateway, set_trading_state{trading_state::reduce_only, "test"});
  r.submit(r.wish(1));
  CHECK(r.line.orders.empty());
  CHECK(r.ear.updates.back().reason == reject_reason::risk_reduce_only_state);
  r.submit(reducing(r.wish(2, side::sell)));
  CHECK(r.line.orders.size() == 1);
  r.tell(r.gateway, set_trading_state{trading_state::active, "test"});
  r.submit(r.wish(3));
  CHECK(r.line.orders.size() == 2);
}

TEST_CASE("reduce-only goes to the venue only when the account's net position allows it") {
  gateway_rig r;
  r.line.positions = {{btc, "2"_qty, "90"_price, {}, {}}};
  r.go_live();
  r.submit(reducing(r.wish(1, side::sell, "2"_qty)));
  r.submit(reducing(r.wish(2, side::sell, "2.5"_qty)));
  r.submit(reducing(r.wish(3, side::buy, "1"_qty)));
  REQUIRE(r.line.orders.size() == 3);
  CHECK(r.line.orders[0].order.reduce_only);
  CHECK_FALSE(r.line.orders[1].order.reduce_only);
  CHECK_FALSE(r.line.orders[2].order.reduce_only);
  r.word(r.wish(2, side::sell, "2.5"_qty), open);
  CHECK(r.ear.updates.back().reduce_only); // for us it remains one
}

TEST_CASE("degraded market data: nothing opens, reducing orders and cancels work") {
  gateway_rig r;
  r.line.positions = {{btc, "2"_qty, "90"_price, {}, {}}};
  r.go_live();
  const auto order = r.resting(1);
  r.market(venue_state::degraded);
  CHECK(r.ear.states.back() == venue_state::degraded);
  r.submit(r.wish(2));
  CHECK(r.ear.updates.back().reason == reject_reason::venue_unavailable);
  r.submit(reducing(r.wish(3, side::sell)));
  r.cancel(order);
  CHECK(r.line.orders.size() == 2);
  CHECK(r.line.cancels.size() == 1);
  r.market(venue_state::live);
  CHECK(r.ear.states.back() == venue_state::live);
}

TEST_CASE("unknown is resolved by a query, not by time, and nothing is sent again") {
  gateway_rig r;
  r.go_live();
  const auto order = r.wish(1);
  r.line.answers_queries = false;
  r.submit(order);
  r.word(order, unknown, {}, evidence::local); // the answer did not come
  CHECK(r.ear.states_of(order.id) == order_states{unknown});
  CHECK(r.line.asked(order.id) == 1);
  r.pass(120s);
  CHECK(r.ear.states_of(order.id) == order_states{unknown});
  CHECK(r.line.asked(order.id) > 10);
  CHECK(r.line.asked(order.id) < 60);
  r.line.answers_queries = true;
  r.show(order, open);
  r.pass(6s);
  CHECK(r.ear.states_of(order.id) == order_states{unknown, open});
  CHECK(r.line.sent(order.id) == 1);
  CHECK(r.report().unknown_outcomes == 1);
  CHECK(r.report().unknown_resolved == 1);
}

TEST_CASE("answer lost after acceptance: found by query, never sent a second time") {
  gateway_rig r;
  r.go_live();
  const auto order = r.wish(1);
  r.submit(order);
  r.show(order, open);
  r.word(order, unknown, {}, evidence::local);
  r.pass(1s);
  CHECK(r.ear.states_of(order.id) == order_states{unknown, open});
  CHECK(r.line.sent(order.id) == 1);
}

TEST_CASE("a fill resolves an unknown order and counts as resolved") {
  gateway_rig r;
  r.line.answers_queries = false;
  r.go_live();
  const auto order = r.wish(1);
  r.submit(order);
  r.word(order, unknown, {}, evidence::local);
  r.tell(r.gateway, fill_of(order, "t", "1"_qty, "100"_price, r.now()));
  CHECK(r.ear.states_of(order.id) == order_states{unknown, filled});
  CHECK(r.report().unknown_resolved == 1);
}

TEST_CASE("absence needs the validity window and a second look after it") {
  gateway_rig r; // the window is 10 s
  r.go_live();
  const auto order = r.wish(1);
  r.submit(order);
  r.word(order, unknown, {}, evidence::local); // asked at once: not found
  r.pass(9900ms);
  CHECK(r.line.asked(order.id) >= 3);
  CHECK(r.ear.states_of(order.id) == order_states{unknown});
  SUBCASE("it never lands: rejected as not sent, once nothing can land any more") {
    r.pass(6s);
    CHECK(r.ear.states_of(order.id) == order_states{unknown, rejected});
    CHECK(r.ear.updates.back().reason == reject_reason::not_sent);
    CHECK(r.ear.updates.back().source == evidence::query);
    CHECK(r.line.sent(order.id) == 1);
  }
  SUBCASE("it lands late: it is ours and open") {
    r.show(order, open);
    r.pass(6s);
    CHECK(r.ear.states_of(order.id) == order_states{unknown, open});
  }
}

TEST_CASE("an answer to a question asked within the window proves nothing") {
  gateway_rig r;
  r.go_live();
  const auto order = r.wish(1);
  r.line.answers_queries = false;
  r.submit(order);
  r.word(order, unknown, {}, evidence::local);
  r.pass(9800ms);
  const auto asked = r.line.asked(order.id);
  r.tell(r.gateway, query_failed{order.id, reject_reason::unknown_order, ""});
  r.world.advance(300ms);
  REQUIRE(r.line.asked(order.id) == asked);
  r.tell(r.gateway, query_failed{order.id, reject_reason::unknown_order, ""});
  CHECK(r.ear.states_of(order.id) == order_states{unknown});
}

TEST_CASE("an order without any confirmation is asked for; queries that fail prove nothing") {
  gateway_rig r;
  r.go_live();
  const auto order = r.wish(1);
  r.line.answers_queries = false;
  r.submit(order);
  r.pass(2900ms);
  CHECK(r.line.asked(order.id) == 0);
  r.pass(500ms);
  CHECK(r.line.asked(order.id) == 1);
  for (int i = 0; i < 30; ++i) {
    r.pass(1s);
    r.tell(r.gateway, query_failed{order.id, reject_reason::rate_limit, "429"});
  }
  CHECK(r.ear.states_of(order.id).empty());
  r.show(order, open);
  r.line.answers_queries = true;
  r.pass(6s);
  CHECK(r.ear.states_of(order.id) == order_states{open});
}

TEST_CASE("an accepted order that the stream does not confirm is asked for") {
  gateway_rig r;
  r.go_live();
  const auto order = r.wish(1);
  r.submit(order);
  r.word(order, open, {}, evidence::answer);
  r.show(order, open);
  r.pass(4s);
  CHECK(r.line.asked(order.id) == 1);
  r.pass(20s);
  CHECK(r.line.asked(order.id) == 1);
}

TEST_CASE("a cancel that was not executed is sent again") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.cancel(order);
  r.cancel(order); // one is enough
  CHECK(r.line.cancelled(order.id) == 1);
  r.tell(r.gateway, cancel_failed{order.id, reject_reason::rate_limit, "429"});
  CHECK(r.line.cancelled(order.id) == 1);
  r.pass(1s);
  CHECK(r.line.cancelled(order.id) == 2);
  r.word(order, cancelled);
  r.pass(30s);
  CHECK(r.line.cancelled(order.id) == 2);
}

TEST_CASE("a cancel that nothing confirms is asked after and sent again") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.cancel(order);
  r.pass(4s);
  CHECK(r.line.asked(order.id) >= 1);
  CHECK(r.line.cancelled(order.id) >= 2);
}

TEST_CASE("'not found' to a cancel is a question: the venue's final state and fills decide") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.show(order, filled, "1"_qty);
  r.line.fills = {fill_of(order, "t", "1"_qty, "100"_price, r.now())};
  r.cancel(order);
  r.tell(r.gateway, cancel_failed{order.id, reject_reason::unknown_order, "-2011"});
  CHECK(r.line.asked(order.id) == 1);
  CHECK(r.ear.states_of(order.id) == order_states{open, filled});
  REQUIRE(r.ear.fills.size() == 1); // the end came with the fill that it implies
}

TEST_CASE("a cancel that arrived before its order is sent again once the order shows") {
  gateway_rig r;
  r.go_live();
  const auto order = r.wish(1);
  r.submit(order);
  r.cancel(order);
  r.show(order, open);
  r.tell(r.gateway, cancel_failed{order.id, reject_reason::unknown_order, "-2011"});
  CHECK(r.ear.states_of(order.id) == order_states{open});
  CHECK(r.line.cancelled(order.id) == 2);
}

TEST_CASE("an end that implies fills is told after them, also when they have to be fetched") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  const auto asked = r.line.fill_queries.size();
  r.line.answers_fills = false;
  r.word(order, cancelled, "0.4"_qty);
  CHECK(r.line.fill_queries.size() == asked + 1);
  CHECK(r.ear.states_of(order.id) == order_states{open});
  r.line.answers_fills = true;
  r.line.fills = {fill_of(order, "t", "0.4"_qty, "99"_price, r.now())};
  r.pass(3s);
  CHECK(r.ear.states_of(order.id) == order_states{open, cancelled});
  CHECK(r.ear.updates.back().filled == "0.4"_qty);
  CHECK(r.ear.fills.size() == 1);
}

TEST_CASE("a late word about an order that has ended is not news") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.word(order, cancelled);
  r.word(order, open);
  r.word(order, partially_filled, "0.5"_qty);
  CHECK(r.ear.states_of(order.id) == order_states{open, cancelled});
  CHECK(r.risk_ear.states_of(order.id) == order_states{open, cancelled});
}

TEST_CASE("orders of others are reported once and never touched") {
  gateway_rig r;
  seen_order other;
  other.foreign_id = "web_123";
  other.order = word_of(r.wish(500), open, evidence::snapshot);
  other.order.id = {};
  r.line.open = {other};
  r.go_live();
  r.tell(r.gateway, foreign_activity{venue_a, other});
  r.pass(120s);
  CHECK(r.op.count(note_level::warning) == 1);
  CHECK(r.report().foreign_orders == 1);
  r.tell(r.gateway, set_trading_state{trading_state::halted, "test"});
  CHECK(r.line.cancels.empty());
  CHECK(r.line.queries.empty());
  CHECK(r.ear.updates.empty());
}

TEST_CASE("a dead-man's switch is kept armed while the session lives") {
  gateway_rig r;
  r.settings.dead_man = 30s;
  r.go_live();
  r.pass(61s);
  CHECK(r.line.dead_men.size() >= 6);
  CHECK(r.line.dead_men.size() <= 8);
  CHECK(r.line.dead_men.front() == arm_dead_man{btc, 30s});
}
