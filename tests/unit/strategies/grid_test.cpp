#include "grid_bench.hpp"

using namespace actorbot;
using namespace actorbot::strategies;
using namespace actorbot::strategies::test;

TEST_CASE("the worked example: 0.00273 BTC bought at 62000 is offered at 62049.60") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  REQUIRE(b.placed() == 1);
  const auto entry = b.last();
  CHECK(entry.intent.order_side == side::buy);
  CHECK(entry.intent.post_only);
  CHECK_FALSE(entry.intent.reduce_only);
  CHECK(entry.intent.size == "0.00273"_qty);
  CHECK(entry.intent.limit_price == "62000"_price);
  CHECK(b.grid->state_name() == "entering");
  b.open(entry.id);
  CHECK(b.grid->state_name() == "waiting_for_fill");
  b.fill(entry.id, "0.00273"_qty, "62000"_price);
  REQUIRE(b.placed() == 2);
  const auto close = b.last();
  CHECK(close.intent.order_side == side::sell);
  CHECK(close.intent.post_only);
  CHECK(close.intent.reduce_only);
  CHECK(close.intent.type == order_type::limit);
  CHECK(close.intent.size == "0.00273"_qty);
  CHECK(close.intent.limit_price == "62049.60"_price);
  CHECK(b.grid->state_name() == "closing");
  b.open(close.id);
  CHECK(b.grid->state_name() == "ready");

  // n = 1 of 25: a quarter of 35 s.
  b.pass(8750ms);
  CHECK(b.placed() == 2);
  b.pass(1ms);
  CHECK(b.placed() == 3);
}

TEST_CASE("a sell grid mirrors it") {
  grid_bench b{example_with({{"direction", "sell"}})};
  b.start();
  b.price("61999.9", "62010");
  const auto entry = b.last();
  CHECK(entry.intent.order_side == side::sell);
  CHECK(entry.intent.limit_price == "62000"_price);
  b.open(entry.id);
  b.fill_all(entry.id);
  CHECK(b.last().intent.order_side == side::buy);
  CHECK(b.last().intent.limit_price == "61950.4"_price);
}

TEST_CASE("a filled close order completes a cycle with its profit after fees, and frees a slot") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.fill(entry, "0.00273"_qty, "62000"_price, "0.01"_d);
  const auto close = b.last().id;
  b.open(close);
  b.fill(close, "0.00273"_qty, "62049.6"_price, "0.02"_d);
  REQUIRE(b.ctx.cycles.size() == 1);
  CHECK(b.ctx.cycles[0] == "49.6"_d * "0.00273"_d - "0.03"_d);
  CHECK(b.ctx.position.is_zero());
  CHECK(b.placed() == 3); // at once: n < last n
}

TEST_CASE("the grid fills up to max_orders and no further") {
  grid_bench b{example_with({{"max_orders", "4"}, {"wait_time", "1s"}})};
  b.start();
  b.price("61990", "62000.1");
  for (int i = 0; i < 4; ++i) {
    b.cycle_in();
    b.pass(1min);
  }
  CHECK(b.placed() == 8);
  b.pass(1h);
  CHECK(b.placed() == 8);
  CHECK(b.grid->state_name() == "ready");
}

TEST_CASE("the grid step keeps a new entry away from the nearest close order") {
  grid_bench b{example_with({{"grid_step", "0.06%"}, {"take_profit", "0.008%"}})};
  b.start();
  b.price("61995", "62005");
  b.cycle_in();
  b.pass(1min);
  CHECK(b.placed() == 2);
  b.price("61900", "61910"); // lowest close 62009.9 > 61910 x 1.00008 x 1.0006
  CHECK(b.placed() == 3);
}

TEST_CASE("an unfilled entry follows a price that moved away, first after 10 s, then each 5 s") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto first = b.last().id;
  b.open(first);
  b.price("62090", "62100.1");
  b.pass(9999ms);
  CHECK_FALSE(b.was_cancelled(first));
  b.pass(1ms);
  CHECK(b.was_cancelled(first));
  CHECK(b.placed() == 1); // not before the venue has said so
  b.say(first, order_state::cancelled);
  REQUIRE(b.placed() == 2);
  CHECK(b.last().intent.limit_price == "62100"_price);
  // An equal or worse price is kept.
  const auto second = b.last().id;
  b.open(second);
  b.price("61990", "62000.1");
  b.pass(30s);
  CHECK_FALSE(b.was_cancelled(second));
  b.price("62091", "62101.1");
  b.pass(5s);
  CHECK(b.was_cancelled(second));
}

TEST_CASE("the remainder of a part fill is cancelled, and the part has its own close order") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.fill(entry, "0.001"_qty, "62000"_price);
  REQUIRE(b.placed() == 2);
  CHECK(b.last().intent.size == "0.001"_qty);
  b.open(b.last().id);
  CHECK(b.grid->state_name() == "waiting_for_fill");
  b.pass(10s);
  CHECK(b.was_cancelled(entry));
  // A fill that races with the cancel gets its close order too.
  b.fill(entry, "0.0005"_qty, "62000"_price);
  REQUIRE(b.placed() == 3);
  CHECK(b.last().intent.size == "0.0005"_qty);
  b.open(b.last().id);
  b.say(entry, order_state::cancelled);
  CHECK(b.grid->state_name() == "ready");
  CHECK(b.placed() == 3); // the cool-down holds: this was a fill
}

TEST_CASE("a fill below the minimum is carried and closed with the next, at the average") {
  grid_bench b;
  b.ctx.info.min_quantity = "0.001"_qty;
  b.start();
  b.price("61000", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.fill(entry, "0.0003"_qty, "62000"_price);
  CHECK(b.placed() == 1);
  b.fill(entry, "0.0006"_qty, "61000"_price);
  CHECK(b.placed() == 1);
  b.fill(entry, "0.0009"_qty, "62000"_price);
  REQUIRE(b.placed() == 2);
  CHECK(b.last().intent.size == "0.0018"_qty);
  // (0.0012 x 62000 + 0.0006 x 61000) / 0.0018 x 1.0008
  CHECK(b.last().intent.limit_price == "61716"_price);
}

TEST_CASE("an entry filled below the minimum still starts a cool-down") {
  grid_bench b{example_with({{"wait_time", "1m"}})};
  b.ctx.info.min_quantity = "0.001"_qty;
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.fill(entry, "0.0003"_qty, "62000"_price);
  b.pass(10s);
  CHECK(b.was_cancelled(entry));
  b.say(entry, order_state::cancelled);
  b.pass(5s);
  CHECK(b.placed() == 1); // a quarter of a minute after the fill
  b.pass(1ms);
  REQUIRE(b.placed() == 2);
  b.cycle_in();
  CHECK(b.last().intent.size == "0.00303"_qty);
}

TEST_CASE("carried parts count towards the largest position, not only the number of orders") {
  grid_bench b{example_with({{"max_orders", "5"}, {"wait_time", "1s"}})};
  b.ctx.info.min_quantity = "0.001"_qty;
  b.start();
  b.price("61000", "62000.1");
  for (int i = 0; i < 4; ++i) {
    const auto part = b.last().id;
    b.open(part);
    b.fill(part, "0.0009"_qty, "62000"_price);
    b.pass(10s);
    b.say(part, order_state::cancelled);
    b.pass(2s);
    const auto whole = b.last().id;
    REQUIRE(whole != part);
    b.open(whole);
    b.fill_all(whole);
    CHECK(b.last().intent.size == "0.00363"_qty);
    b.open(b.last().id);
    b.pass(10s);
  }
  // Four close orders of five rest, but 0.01452 is more than 5 x 0.00273.
  CHECK(b.last().intent.reduce_only);
  b.pass(1h);
  CHECK(b.last().intent.reduce_only);
}

TEST_CASE("dynamic_profit and random_timing stay in range and are the same for a seed") {
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    grid_bench b{example_with({{"dynamic_profit", "true"}, {"profit_range", "50%"}})};
    b.ctx.seed = seed;
    b.start();
    b.price("61990", "62000.1");
    b.cycle_in();
    const auto at = b.last().intent.limit_price;
    CHECK(at >= "62024.8"_price);
    CHECK(at <= "62074.4"_price);
    grid_bench again{example_with({{"dynamic_profit", "true"}, {"profit_range", "50%"}})};
    again.ctx.seed = seed;
    again.start();
    again.price("61990", "62000.1");
    again.cycle_in();
    CHECK(again.last().intent.limit_price == at);
  }
}

TEST_CASE("boost closes every fill at market at once and starts no cool-down") {
  grid_bench b{example_with({{"boost", "true"}})};
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.fill_all(entry);
  REQUIRE(b.placed() == 2);
  CHECK(b.last().intent.type == order_type::market);
  CHECK(b.last().intent.reduce_only);
  CHECK_FALSE(b.said(severity::alarm));
  b.fill_all(b.last().id);
  CHECK(b.placed() == 3);
  CHECK_FALSE(b.last().intent.reduce_only);
}

TEST_CASE("no_entry_beyond with pause: the entry is withdrawn, and resumes by itself") {
  grid_bench b{example_with({{"no_entry_beyond", "62500"}})};
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.price("62490", "62500");
  CHECK(b.was_cancelled(entry));
  b.say(entry, order_state::cancelled);
  CHECK(b.grid->state_name() == "paused");
  b.pass(10min);
  CHECK(b.placed() == 1);
  b.price("62489.9", "62499.9");
  CHECK(b.placed() == 2);
}

TEST_CASE("no_entry_beyond with stop, and stop_beyond: entries end, close orders stay") {
  for (const auto& texts : {example_with({{"no_entry_beyond", "62500"}, {"beyond_action", "stop"}}),
                            example_with({{"stop_beyond", "62500"}})}) {
    grid_bench b{texts};
    b.start();
    b.price("61990", "62000.1");
    const auto close = b.cycle_in();
    b.pass(10s);
    const auto entry = b.last().id;
    b.open(entry);
    b.price("62490", "62500");
    CHECK(b.was_cancelled(entry));
    CHECK_FALSE(b.was_cancelled(close));
    CHECK(b.ctx.ends.empty());
    b.say(entry, order_state::cancelled);
    CHECK(b.ctx.ends.size() == 1);
    CHECK(b.grid->state_name() == "stopped");
    CHECK(b.said(severity::alarm));
  }
}

TEST_CASE("protective_stop cancels everything, closes at market and stops") {
  grid_bench b{example_with({{"protective_stop", "61000"}})};
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  b.price("61000.1", "61010");
  CHECK_FALSE(b.was_cancelled(close));
  b.price("61000", "61010");
  CHECK(b.was_cancelled(close));
  const auto before = b.placed();
  b.say(close, order_state::cancelled);
  REQUIRE(b.placed() == before + 1);
  CHECK(b.last().intent.type == order_type::market);
  CHECK(b.last().intent.order_side == side::sell);
  CHECK(b.last().intent.reduce_only);
  CHECK(b.last().intent.size == "0.00273"_qty);
  b.fill_all(b.last().id);
  CHECK(b.ctx.ends.size() == 1);
  CHECK(b.ctx.position.is_zero());
  CHECK(b.ctx.cycles.back().is_negative());
}

TEST_CASE("stop keep, cancel and flatten") {
  SUBCASE("keep") {
    grid_bench b;
    b.start();
    b.price("61990", "62000.1");
    b.cycle_in();
    b.grid->on(stop_strategy{stop_action::keep, 5s}, b.ctx);
    CHECK(b.ctx.cancels.empty());
    CHECK(b.ctx.ends.size() == 1);
  }
  SUBCASE("cancel waits for every final state, and repeats a cancel that failed") {
    grid_bench b;
    b.start();
    b.price("61990", "62000.1");
    const auto close = b.cycle_in();
    b.pass(10s);
    const auto entry = b.last().id;
    b.grid->on(stop_strategy{stop_action::cancel, 5s}, b.ctx);
    CHECK(b.was_cancelled(close));
    CHECK(b.was_cancelled(entry));
    b.say(close, order_state::cancelled);
    CHECK(b.ctx.ends.empty());
    b.ctx.cancels.clear();
    b.pass(5s);
    CHECK(b.was_cancelled(entry));
    b.say(entry, order_state::cancelled);
    CHECK(b.ctx.ends.size() == 1);
    CHECK(b.ctx.position == "0.00273"_qty);
    CHECK(b.placed() == 3);
  }
  SUBCASE("flatten tries again when the venue refuses the market order") {
    grid_bench b;
    b.start();
    b.price("61990", "62000.1");
    const auto close = b.cycle_in();
    b.grid->on(stop_strategy{stop_action::flatten, 5s}, b.ctx);
    b.say(close, order_state::cancelled);
    REQUIRE(b.last().intent.type == order_type::market);
    b.say(b.last().id, order_state::rejected, reject_reason::rate_limit);
    CHECK(b.said(severity::alarm));
    CHECK(b.placed() == 3);
    b.pass(1s);
    REQUIRE(b.placed() == 4);
    b.fill_all(b.last().id);
    CHECK(b.ctx.ends.size() == 1);
    CHECK(b.ctx.position.is_zero());
  }
  SUBCASE("once stopped, nothing moves any more") {
    grid_bench b;
    b.start();
    b.grid->on(stop_strategy{stop_action::flatten, 5s}, b.ctx);
    b.price("61990", "62000.1");
    b.grid->on(resume_strategy{"again"}, b.ctx);
    b.pass(1h);
    CHECK(b.placed() == 0);
    CHECK(b.ctx.ends.size() == 1);
  }
}

TEST_CASE("a stop that comes before the start waits for the orders that were restored") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  const auto state = b.grid->save();
  b.make();
  b.grid->restore(state);
  b.grid->on(stop_strategy{stop_action::cancel, 5s}, b.ctx);
  CHECK(b.was_cancelled(close));
  CHECK(b.ctx.ends.empty());
  b.say(close, order_state::cancelled);
  CHECK(b.ctx.ends.size() == 1);
}

TEST_CASE("pause keeps and closes what is open, and opens nothing; resume goes on") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.grid->on(pause_strategy{"operator"}, b.ctx);
  b.price("62090", "62100.1");
  b.pass(30s);
  CHECK_FALSE(b.was_cancelled(entry));
  b.fill(entry, "0.00273"_qty, "62000"_price);
  REQUIRE(b.placed() == 2);
  b.open(b.last().id);
  CHECK(b.grid->state_name() == "paused");
  b.pass(1h);
  CHECK(b.placed() == 2);
  b.grid->on(resume_strategy{"operator"}, b.ctx);
  CHECK(b.placed() == 3);
}

TEST_CASE("without a live venue nothing is opened or replaced; both go on when it is back") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.ctx.venue = venue_state::maintenance;
  b.grid->on(venue_state_changed{b.ctx.info.id.venue, venue_state::maintenance, "", {}}, b.ctx);
  b.price("62090", "62100.1");
  b.pass(1min);
  CHECK_FALSE(b.was_cancelled(entry));
  b.ctx.venue = venue_state::live;
  b.grid->on(venue_state_changed{b.ctx.info.id.venue, venue_state::live, "", {}}, b.ctx);
  b.pass(5s);
  CHECK(b.was_cancelled(entry));
  b.ctx.venue = venue_state::down;
  b.say(entry, order_state::cancelled);
  CHECK(b.grid->state_name() == "paused");
  CHECK(b.placed() == 1);
}

TEST_CASE("a fill while the venue is away gets its close order when it is back") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  b.ctx.venue = venue_state::syncing;
  b.fill_all(entry);
  CHECK(b.placed() == 1);
  b.pass(1h, false);
  b.ctx.venue = venue_state::live;
  b.grid->on(venue_state_changed{b.ctx.info.id.venue, venue_state::live, "", {}}, b.ctx);
  REQUIRE(b.placed() == 2);
  CHECK(b.last().intent.post_only);
}

TEST_CASE("every transition is noted with its cause") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  b.cycle_in();
  for (const auto* text : {"ready -> entering: entry buy 0.00273 at 62000 sent",
                           "entering -> waiting_for_fill: entry open",
                           "waiting_for_fill -> closing: ", "closing -> ready: close order open"}) {
    CAPTURE(text);
    CHECK(b.said(severity::info, text));
  }
}

TEST_CASE("a quantity that the venue does not take is an alarm, once") {
  grid_bench b{example_with({{"quantity", "0.00001"}})};
  b.start();
  b.price("61990", "62000.1");
  b.pass(1h);
  CHECK(b.placed() == 0);
  CHECK(std::count_if(b.ctx.notes.begin(), b.ctx.notes.end(),
                      [](const auto& n) { return n.level == severity::alarm; })
        == 1);
}
