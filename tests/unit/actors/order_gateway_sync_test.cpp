#include "actors/errors.hpp"
#include "tests/unit/actors/gateway_rig.hpp"

using namespace actorbot;
using namespace actorbot::test;

namespace {

using enum order_state;
using states = std::vector<venue_state>;

} // namespace

TEST_CASE("the way to live: lists, then queries, then positions, and only then orders") {
  gateway_rig r;
  r.line.answers_lists = false;
  r.line.answers_fills = false;
  r.start();
  r.attach_host();
  r.attach_risk_again();
  CHECK(r.ear.states == states{venue_state::connecting});
  r.market(venue_state::live);
  r.connect();
  CHECK(r.ear.states.back() == venue_state::syncing);
  CHECK(r.line.asked(account_query::open_orders) == 1);
  CHECK(r.line.asked(account_query::balances) == 1);
  CHECK(r.line.fill_queries.size() == 1);
  CHECK(r.line.asked(account_query::positions) == 0);
  r.submit(r.wish(1));
  CHECK(r.ear.updates.back().reason == reject_reason::venue_unavailable);
  r.tell(r.gateway, balance{venue_a, "USDT", 1, 1, 1, r.now()});
  r.tell(r.gateway, open_orders_snapshot{venue_a, r.now(), {}});
  CHECK(r.line.asked(account_query::positions) == 0);
  fills_page page;
  page.instrument = btc;
  page.requested = r.now();
  page.complete = false;
  r.tell(r.gateway, page);
  CHECK(r.line.asked(account_query::positions) == 0); // there are more pages
  page.complete = true;
  r.tell(r.gateway, page);
  CHECK(r.line.asked(account_query::positions) == 1);
  CHECK(r.ear.states.back() == venue_state::syncing);
  CHECK(r.ear.syncs.empty());
  r.tell(r.gateway, positions_snapshot{venue_a, r.now(), {}});
  CHECK(r.ear.states.back() == venue_state::live);
  REQUIRE(r.ear.syncs.size() == 1);
  CHECK(r.risk_ear.views.size() == 1);
  r.submit(r.wish(2));
  CHECK(r.line.orders.size() == 1);
}

TEST_CASE("lists that do not come are asked for again until they do") {
  gateway_rig r;
  r.line.answers_lists = false;
  r.start();
  r.attach_host();
  r.market(venue_state::live);
  r.connect();
  r.pass(12s);
  CHECK(r.line.asked(account_query::open_orders) == 3);
  CHECK(r.ear.states.back() == venue_state::syncing);
  r.line.answers_lists = true;
  r.pass(6s);
  CHECK(r.ear.states.back() == venue_state::live);
}

TEST_CASE("live needs market data, and follows it") {
  gateway_rig r;
  r.start();
  r.attach_host();
  r.connect();
  CHECK(r.ear.states.back() == venue_state::degraded);
  r.market(venue_state::live);
  r.market(venue_state::connecting);
  CHECK(r.ear.states
        == states{venue_state::connecting, venue_state::syncing, venue_state::degraded,
                  venue_state::live, venue_state::degraded});
}

TEST_CASE("the session's death makes orders in flight unknown, and the next one finds out") {
  gateway_rig r;
  r.go_live();
  const auto rests = r.resting(1);
  const auto landed = r.wish(2), lost = r.wish(3);
  r.submit(landed);
  r.submit(lost);
  r.disconnect();
  CHECK(r.ear.states.back() == venue_state::connecting);
  CHECK(r.ear.states_of(rests.id) == order_states{open});
  CHECK(r.ear.states_of(landed.id) == order_states{unknown});
  CHECK(r.ear.states_of(lost.id) == order_states{unknown});
  r.submit(r.wish(4));
  CHECK(r.ear.updates.back().reason == reject_reason::venue_unavailable);
  r.pass(3s);
  r.show(landed, open);
  r.connect();
  CHECK(r.ear.states.back() == venue_state::live); // the one still unknown does not hold it up
  CHECK(r.ear.states_of(landed.id) == order_states{unknown, open});
  CHECK(r.ear.states_of(lost.id) == order_states{unknown});
  r.pass(20s);
  CHECK(r.ear.states_of(lost.id) == order_states{unknown, rejected});
  CHECK(r.line.orders.size() == 3);
  CHECK(r.report().sessions == 2);
  CHECK(r.report().last_outage == 3s);
}

TEST_CASE("maintenance is told as such, and ends with the next session") {
  gateway_rig r;
  r.go_live();
  r.disconnect(make_actor_error(actor_errc::session_maintenance, "back at noon"));
  CHECK(r.ear.states.back() == venue_state::maintenance);
  r.connect();
  CHECK(r.ear.states.back() == venue_state::live);
}

TEST_CASE("fills missed during an outage are recovered, once, however long it was") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.pass(5s);
  r.disconnect();
  r.pass(1min);
  r.line.fills = {fill_of(order, "t1", "0.3"_qty, "100"_price, r.now())};
  r.pass(9min);
  r.line.fills.push_back(fill_of(order, "t2", "0.7"_qty, "100"_price, r.now()));
  r.line.positions = {{btc, "1"_qty, "100"_price, {}, r.now()}};
  r.show(order, filled, "1"_qty);
  // The new session's stream tells the last one before the lists are asked for.
  r.tell(r.gateway, r.line.fills.back());
  r.connect();
  r.pass(1s);
  REQUIRE(r.ear.fills.size() == 2);
  CHECK(r.ear.states_of(order.id).back() == filled);
  CHECK(r.ear.updates.back().filled == "1"_qty);
  CHECK(r.ear.syncs.back().positions[0].second == "1"_qty);
  CHECK(r.op.count(note_level::alarm) == 0);
  CHECK(r.report().duplicate_fills == 1);
}

TEST_CASE("an order that ended during the outage is not closed by omission but by its query") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.disconnect();
  r.line.answers_queries = false;
  r.line.open.clear();
  r.connect();
  CHECK(r.ear.states_of(order.id) == order_states{open});
  CHECK(r.ear.states.back() == venue_state::syncing);
  r.show(order, cancelled);
  r.line.answers_queries = true;
  r.pass(4s);
  CHECK(r.ear.states_of(order.id) == order_states{open, cancelled});
  CHECK(r.ear.states.back() == venue_state::live);
}

TEST_CASE("an open order that a list does not show is asked for, not closed") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.line.open.clear(); // an empty list once
  r.pass(31s);
  CHECK(r.line.asked(order.id) == 1);
  CHECK(r.ear.states_of(order.id) == order_states{open});
}

TEST_CASE("an order that vanished without an end is declared expired after two looks, loudly") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.line.open.clear();
  r.line.known.clear();
  r.pass(30100ms);
  CHECK(r.line.asked(order.id) == 1);
  CHECK(r.ear.states_of(order.id) == order_states{open});
  r.pass(10s);
  CHECK(r.ear.states_of(order.id) == order_states{open, expired});
  CHECK(r.op.count(note_level::alarm) == 1);
}

TEST_CASE("a list that is older than what the stream said changes nothing") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  open_orders_snapshot old{venue_a, r.now() - 1ms, {}};
  r.tell(r.gateway, old);
  CHECK(r.line.asked(order.id) == 0); // younger than the list: not missing
  old.orders = {{true, "", word_of(order, open, evidence::snapshot)}};
  r.word(order, cancelled);
  r.tell(r.gateway, old);
  CHECK(r.ear.states_of(order.id) == order_states{open, cancelled});
}

TEST_CASE("a position that differs is believed at the second look only, with an alarm") {
  gateway_rig r;
  r.line.positions = {{btc, "2"_qty, "90"_price, {}, {}}};
  r.go_live();
  const auto net = [&] { return r.report().positions[0].size; };
  REQUIRE(net() == "2"_qty);
  SUBCASE("a wrong reading once moves nothing") {
    r.line.positions.clear();
    r.pass(10100ms);
    r.line.positions = {{btc, "2"_qty, "90"_price, {}, {}}};
    r.pass(30s);
    CHECK(net() == "2"_qty);
    CHECK(r.op.count(note_level::alarm) == 0);
    CHECK(r.risk_ear.positions.empty());
  }
  SUBCASE("two different wrong readings move nothing") {
    r.line.positions.clear();
    r.pass(10100ms);
    r.line.positions = {{btc, "-9"_qty, "90"_price, {}, {}}};
    r.pass(800ms);
    r.line.positions = {{btc, "2"_qty, "90"_price, {}, {}}};
    r.pass(30s);
    CHECK(net() == "2"_qty);
    CHECK(r.op.count(note_level::alarm) == 0);
  }
  SUBCASE("the same one twice is taken over, and risk hears of it") {
    r.line.positions = {{btc, "3"_qty, "90"_price, {}, {}}};
    r.pass(15s);
    CHECK(net() == "3"_qty);
    CHECK(r.op.count(note_level::alarm) == 1);
    REQUIRE(r.risk_ear.positions.size() == 1);
    CHECK(r.risk_ear.positions[0].size == "3"_qty);
  }
  SUBCASE("a fill that the stream lost explains it: no alarm") {
    const auto order = r.resting(1);
    r.line.positions = {{btc, "2.5"_qty, "90"_price, {}, {}}};
    r.line.fills = {fill_of(order, "t", "0.5"_qty, "100"_price, r.now())};
    r.pass(15s);
    CHECK(net() == "2.5"_qty);
    CHECK(r.ear.fills.size() == 1);
    CHECK(r.op.count(note_level::alarm) == 0);
  }
}

TEST_CASE("the stream's position starts a closer look and decides nothing") {
  gateway_rig r;
  r.go_live();
  const auto before = r.line.asked(account_query::positions);
  r.tell(r.gateway, position{btc, "7"_qty, {}, {}, r.now()});
  CHECK(r.report().positions[0].size.is_zero());
  CHECK(r.ear.positions.size() == 1);
  r.pass(1500ms);
  CHECK(r.line.asked(account_query::positions) == before + 1);
  CHECK(r.report().positions[0].size.is_zero());
}

TEST_CASE("a list of positions made while something traded is asked for again") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  const auto requested = r.now();
  r.pass(10ms);
  r.tell(r.gateway, fill_of(order, "t", "1"_qty, "100"_price, r.now()));
  r.line.positions = {{btc, "1"_qty, "100"_price, {}, {}}};
  const auto asked = r.line.asked(account_query::positions);
  r.tell(r.gateway, positions_snapshot{venue_a, requested, {}});
  r.pass(1s);
  CHECK(r.line.asked(account_query::positions) == asked + 1);
  CHECK(r.report().positions[0].size == "1"_qty);
  CHECK(r.op.count(note_level::alarm) == 0);
}

TEST_CASE("cancels wished for during an outage go out when the session is back") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1), sent_before = r.resting(2);
  r.cancel(sent_before);
  r.disconnect();
  r.cancel(order);
  CHECK(r.line.cancelled(order.id) == 0);
  r.connect();
  CHECK(r.line.cancelled(order.id) == 1);
  CHECK(r.line.cancelled(sent_before.id) == 2); // its answer died with the session
}

TEST_CASE("after a restart of the process, orders of the last run are ours again") {
  gateway_rig r;
  auto close_order = limit_order(order_id(4, first_strategy, 6), side::sell, "2"_qty, "110"_price);
  close_order.reduce_only = true;
  const auto entry = limit_order(order_id(5, first_strategy, 6), side::buy, "1"_qty, "90"_price);
  r.show(close_order, partially_filled, "0.5"_qty);
  r.show(entry, open);
  r.line.positions = {{btc, "1.5"_qty, "100"_price, {}, {}}};
  r.line.fills = {fill_of(close_order, "old", "0.5"_qty, "110"_price, r.now() - 10s)};
  r.go_live();
  REQUIRE(r.ear.syncs.size() == 1);
  CHECK(r.ear.syncs[0].orders.size() == 2);
  // The resting close order proves the position behind it; the fill of before is not told again.
  CHECK(r.ear.syncs[0].positions
        == std::vector<std::pair<instrument_id, quantity>>{{btc, "1.5"_qty}});
  CHECK(r.ear.fills.empty());
  r.tell(r.gateway, fill_of(close_order, "new", "1.5"_qty, "110"_price, r.now()));
  CHECK(r.ear.updates.back().state == filled);
  CHECK(r.ear.updates.back().filled == "2"_qty);
  r.cancel(entry);
  CHECK(r.line.cancelled(entry.id) == 1);
}

TEST_CASE("a restarted gateway learns orders, positions and missed fills from strategy and venue") {
  gateway_rig r;
  // What the strategy knows: an order with 0.2 of 1 filled, a position of 0.2, that one trade.
  const auto order = r.wish(1), gone = r.wish(2);
  auto known = word_of(order, partially_filled, evidence::stream, "0.2"_qty);
  known.average_price = "100"_price;
  // What happened while no gateway was there.
  r.line.fills = {fill_of(order, "seen", "0.2"_qty, "100"_price, r.now() - 5s),
                  fill_of(order, "missed", "0.8"_qty, "100"_price, r.now() - 1s)};
  r.show(order, filled, "1"_qty);
  r.line.positions = {{btc, "1"_qty, "100"_price, {}, {}}};
  r.start();
  r.attach_host({known, word_of(gone, pending, evidence::local)}, {{btc, "0.2"_qty}},
                {{btc, "seen", side::buy}});
  r.attach_risk_again();
  r.market(venue_state::live);
  r.connect();
  r.pass(1s);
  REQUIRE(r.ear.fills.size() == 1);
  CHECK(r.ear.fills[0].trade_id == "missed");
  CHECK(r.ear.updates.back().state == filled);
  CHECK(r.ear.updates.back().filled == "1"_qty);
  REQUIRE(r.ear.syncs.size() == 1);
  CHECK(r.ear.syncs[0].positions[0].second == "1"_qty);
  CHECK(r.op.count(note_level::alarm) == 0);
  // The one that the venue does not know is unknown until nothing can land any more.
  CHECK(r.ear.states_of(gone.id).empty());
  r.pass(25s);
  CHECK(r.ear.states_of(gone.id) == order_states{rejected});
  CHECK(r.line.orders.empty());
}

TEST_CASE("a strategy that attaches after the stream has spoken gets what it missed, once") {
  gateway_rig r;
  r.start();
  const auto order = r.wish(1);
  r.tell(r.gateway, fill_of(order, "both", "0.2"_qty, "100"_price, r.now()));
  r.tell(r.gateway, fill_of(order, "only here", "0.3"_qty, "100"_price, r.now()));
  r.attach_host({}, {{btc, "0.2"_qty}}, {{btc, "both", side::buy}});
  REQUIRE(r.ear.fills.size() == 1);
  CHECK(r.ear.fills[0].trade_id == "only here");
  r.line.positions = {{btc, "0.5"_qty, "100"_price, {}, {}}};
  r.connect();
  r.pass(1s);
  REQUIRE(r.ear.syncs.size() == 1);
  CHECK(r.ear.syncs[0].positions[0].second == "0.5"_qty);
}

TEST_CASE(
    "a strategy that comes back on a live venue is told orders, position and trades at once") {
  gateway_rig r;
  r.go_live();
  const auto order = r.resting(1);
  r.tell(r.gateway, fill_of(order, "t", "0.4"_qty, "100"_price, r.now()));
  r.ear = {};
  r.attach_host();
  REQUIRE(r.ear.syncs.size() == 1);
  REQUIRE(r.ear.syncs[0].orders.size() == 1);
  CHECK(r.ear.syncs[0].orders[0].filled == "0.4"_qty);
  CHECK(r.ear.syncs[0].positions[0].second == "0.4"_qty);
  CHECK(r.ear.syncs[0].trades == std::vector<trade_key>{{btc, "t", side::buy}});
}

TEST_CASE("an order that got lost with risk is found out about, also one that has ended") {
  gateway_rig r;
  r.go_live();
  const auto lost = r.wish(1), ended = r.resting(2);
  r.word(ended, cancelled);
  r.ear = {};
  r.attach_host({word_of(lost, pending, evidence::local), word_of(ended, open, evidence::stream)});
  CHECK(r.ear.states_of(ended.id) == order_states{cancelled});
  r.pass(25s);
  CHECK(r.ear.states_of(lost.id) == order_states{rejected});
}

TEST_CASE("the same seed gives the same run") {
  const auto run = [](std::uint64_t seed) {
    gateway_rig r{seed};
    r.go_live();
    const auto order = r.resting(1);
    r.disconnect();
    r.pass(2s);
    r.connect();
    r.cancel(order);
    r.pass(30s);
    return r.world.hash();
  };
  CHECK(run(5) == run(5));
}
