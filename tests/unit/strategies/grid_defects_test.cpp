// One test for every defect of the older grid bots that must not come back, by its number there.
#include "grid_bench.hpp"

#include "strategies/grid.hpp"

using namespace actorbot;
using namespace actorbot::strategies;
using namespace actorbot::strategies::test;

namespace {

/// A grid with one entry resting at 62000.
client_order_id resting_entry(grid_bench& b) {
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.open(entry);
  return entry;
}

const grid_ledger& ledger(const grid_bench& b) {
  return dynamic_cast<const actorbot::strategies::grid&>(*b.grid).ledger();
}

std::size_t alarms(const grid_bench& b) {
  return static_cast<std::size_t>(
      std::count_if(b.ctx.notes.begin(), b.ctx.notes.end(),
                    [](const auto& n) { return n.level == severity::alarm; }));
}

} // namespace

TEST_CASE("defect 1: an accepted entry is not a fill; close orders come from fill events alone") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.pass(1min);
  CHECK(b.placed() == 1);
  b.fill(entry, "0.001"_qty, "62000"_price);
  REQUIRE(b.placed() == 2);
  CHECK(b.last().intent.size == "0.001"_qty);
  // A cumulative size in an update is not a second fill.
  b.say(entry, order_state::partially_filled);
  CHECK(b.placed() == 2);
}

TEST_CASE("defect 2: a close order never waits for cool-down or grid step") {
  grid_bench b{example_with({{"wait_time", "1h"}, {"grid_step", "5%"}, {"max_orders", "1"}})};
  const auto entry = resting_entry(b);
  b.ctx.book->received = b.ctx.clock - 1h; // a stale book does not hold it up either
  b.grid->on(pause_strategy{"operator"}, b.ctx);
  b.fill_only(entry, "0.00273"_qty, "62000"_price);
  REQUIRE(b.placed() == 2);
  CHECK(b.last().intent.reduce_only);
}

TEST_CASE("defect 3: an unfilled entry is replaced when the price leaves it") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.price("62090", "62100.1");
  b.pass(10s);
  CHECK(b.was_cancelled(entry));
  b.say(entry, order_state::cancelled);
  CHECK(b.placed() == 2);
}

TEST_CASE("defect 4: the close order is priced by the fill price, not by the submitted one") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.price("61000", "61010");
  b.fill(entry, "0.00273"_qty, "61500"_price);
  CHECK(b.last().intent.limit_price == "61549.2"_price);
}

TEST_CASE("defect 5: an entry in state unknown is neither replaced nor doubled before evidence") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.say(entry, order_state::unknown);
  CHECK(b.grid->state_name() == "entering");
  b.price("62090", "62100.1");
  b.pass(1h);
  CHECK(b.placed() == 1);
  CHECK(b.ctx.cancels.empty());
  SUBCASE("it rests after all: followed from there") {
    b.open(entry);
    b.pass(5s);
    CHECK(b.was_cancelled(entry));
  }
  SUBCASE("it was filled: closed") {
    b.fill(entry, "0.00273"_qty, "62000"_price);
    CHECK(b.last().intent.reduce_only);
  }
  SUBCASE("it never arrived: entered again") {
    b.say(entry, order_state::rejected, reject_reason::unknown_order);
    b.pass(1s);
    CHECK(b.placed() == 2);
  }
}

TEST_CASE("defect 5: a cancel that fails is not a cancel") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.price("62090", "62100.1");
  b.pass(10s);
  REQUIRE(b.was_cancelled(entry));
  b.say(entry, order_state::open, reject_reason::unknown_order); // the refused cancel
  b.say(entry, order_state::unknown);
  b.pass(1h);
  CHECK(b.placed() == 1);
  b.fill(entry, "0.00273"_qty, "62000"_price); // it had been filled all along
  REQUIRE(b.placed() == 2);
  CHECK(b.last().intent.reduce_only);
}

TEST_CASE("defect 5: a cancel that fails is tried again at the next look") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.price("62090", "62100.1");
  b.pass(10s);
  b.say(entry, order_state::open, reject_reason::rate_limit);
  b.ctx.cancels.clear();
  b.pass(5s);
  CHECK(b.was_cancelled(entry));
  CHECK(b.placed() == 1);
}

TEST_CASE("defect 6: a refused close order is tried again, then executed at market with an alarm") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.fill_all(entry);
  const auto t0 = b.ctx.clock;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    CAPTURE(attempt);
    CHECK(b.placed() == 1 + static_cast<std::size_t>(attempt));
    CHECK(b.last().intent.type == order_type::limit);
    CHECK(b.last().intent.post_only);
    CHECK(alarms(b) == 0);
    b.say(b.last().id, order_state::rejected, reject_reason::post_only_would_cross);
    b.pass(250ms);
  }
  REQUIRE(b.placed() == 5);
  CHECK(b.last().intent.type == order_type::market);
  CHECK(b.last().intent.reduce_only);
  CHECK(b.last().intent.size == "0.00273"_qty);
  CHECK(b.ctx.clock - t0 <= 10s);
  CHECK(alarms(b) == 1);
  b.fill_all(b.last().id);
  CHECK(b.ctx.position.is_zero());
  CHECK(b.ctx.cycles.size() == 1);
}

TEST_CASE("defect 6: a crossing close order is pushed further out at each attempt") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.price("62100", "62110");
  b.fill(entry, "0.00273"_qty, "62000"_price);
  CHECK(b.last().intent.limit_price == "62100.1"_price);
  b.say(b.last().id, order_state::rejected, reject_reason::post_only_would_cross);
  b.pass(250ms);
  CHECK(b.last().intent.limit_price == "62100.2"_price);
}

TEST_CASE("defect 6: refusals that only cost time end at market within close_timeout as well") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.fill_all(entry);
  const auto t0 = b.ctx.clock;
  while (b.last().intent.type == order_type::limit && b.ctx.clock - t0 < 1min) {
    b.say(b.last().id, order_state::rejected, reject_reason::rate_limit);
    const auto placed = b.placed();
    while (b.placed() == placed)
      b.pass(50ms);
  }
  CHECK(b.last().intent.type == order_type::market);
  CHECK(b.ctx.clock - t0 >= 10s);
  CHECK(b.ctx.clock - t0 <= 20s);
}

TEST_CASE("defect 6: when even the market order fails, one alarm, and it goes on with back-off") {
  grid_bench b{example_with({{"boost", "true"}})};
  const auto entry = resting_entry(b);
  b.fill_all(entry);
  for (int i = 0; i < 12; ++i) {
    REQUIRE(b.last().intent.type == order_type::market);
    const auto placed = b.placed();
    b.say(b.last().id, order_state::rejected, reject_reason::margin);
    b.pass(30s);
    REQUIRE(b.placed() == placed + 1);
  }
  CHECK(alarms(b) == 1);
}

TEST_CASE("defect 6: a close order cancelled from outside is placed again") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  b.fill(close, "0.001"_qty, "62049.6"_price);
  b.say(close, order_state::cancelled);
  b.pass(250ms);
  REQUIRE(b.last().intent.reduce_only);
  CHECK(b.last().intent.size == "0.00173"_qty);
  CHECK(b.last().intent.limit_price == "62049.6"_price);
}

TEST_CASE("defect 6: a close order in state unknown is not sent a second time") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.fill_all(entry);
  const auto close = b.last().id;
  b.say(close, order_state::unknown);
  b.pass(1h);
  CHECK(b.placed() == 2);
  b.say(close, order_state::rejected, reject_reason::not_sent);
  b.pass(250ms);
  CHECK(b.placed() == 3);
}

TEST_CASE("defect 7: a missing close order is placed after the confirmation delay, not before") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  b.cycle_in();
  b.ctx.position += "0.001"_qty; // a fill that no event told of
  b.tick();
  const auto placed = b.placed();
  CHECK(b.grid->state_name() == "closing");
  b.pass(9999ms);
  CHECK(b.placed() == placed);
  b.pass(1ms);
  REQUIRE(b.placed() == placed + 1);
  CHECK(b.last().intent.reduce_only);
  CHECK(b.last().intent.size == "0.001"_qty);
  CHECK(b.last().intent.limit_price == "62049.6"_price);
  CHECK(b.said(severity::warning, "differ by 0.001"));
  CHECK(alarms(b) == 0);
}

TEST_CASE("defect 7: one odd reading changes nothing") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  const auto truth = std::exchange(b.ctx.position, quantity{});
  b.tick();
  b.pass(5s);
  b.ctx.position = truth;
  b.tick();
  CHECK_FALSE(b.was_cancelled(close));
  CHECK(alarms(b) == 0);
  b.open(close);
  CHECK(b.ctx.ends.empty());
  b.pass(5s);
  CHECK(b.placed() == 3); // and trading goes on
}

TEST_CASE("defect 7: an excess close order is cancelled, the furthest first") {
  grid_bench b{example_with({{"wait_time", "1s"}})};
  b.start();
  b.price("61990", "62000.1");
  const auto near = b.cycle_in();
  b.price("62490", "62500.1");
  b.pass(2s);
  const auto far = b.cycle_in();
  b.grid->on(pause_strategy{"operator"}, b.ctx);
  b.ctx.position -= "0.001"_qty;
  b.tick();
  b.pass(10s);
  CHECK(b.was_cancelled(far));
  CHECK_FALSE(b.was_cancelled(near));
  b.say(far, order_state::cancelled);
  // What the position still holds of it is offered again.
  CHECK(b.last().intent.size == "0.00173"_qty);
  b.open(b.last().id);
  b.pass(1min);
  CHECK(ledger(b).accounted(side::buy) == b.ctx.position);
}

TEST_CASE("defect 7: the sign counts: a short position under a buy grid is not an equal one") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  b.grid->on(pause_strategy{"operator"}, b.ctx);
  b.ctx.position = -b.ctx.position;
  b.tick();
  b.pass(10s);
  CHECK(b.was_cancelled(close));
  b.say(close, order_state::cancelled);
  b.pass(10s);
  REQUIRE(b.last().intent.type == order_type::market);
  CHECK(b.last().intent.order_side == side::buy);
  CHECK(b.last().intent.reduce_only);
  CHECK(b.last().intent.size == "0.00273"_qty);
  CHECK(alarms(b) >= 1);
  b.fill_all(b.last().id);
  CHECK(b.ctx.position.is_zero());
  CHECK(b.grid->state_name() == "paused");
}

TEST_CASE("defect 7: nothing is repaired while an unknown order may explain the difference") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  b.say(close, order_state::unknown);
  b.ctx.position += "0.001"_qty;
  b.tick();
  b.pass(1min);
  CHECK(b.placed() == 2);
  b.open(close);
  b.pass(10s);
  REQUIRE(b.placed() == 3);
  CHECK(b.last().intent.size == "0.001"_qty);
}

TEST_CASE("flattening a position of the wrong sign backs off when it is refused") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  b.ctx.position = -b.ctx.position;
  b.grid->on(stop_strategy{stop_action::flatten, 5s}, b.ctx);
  b.say(close, order_state::cancelled);
  REQUIRE(b.last().intent.order_side == side::buy);
  const auto placed = b.placed();
  b.say(b.last().id, order_state::rejected, reject_reason::margin);
  CHECK(b.placed() == placed);
  b.pass(250ms);
  REQUIRE(b.placed() == placed + 1);
  b.fill_all(b.last().id);
  CHECK(b.ctx.ends.size() == 1);
  CHECK(b.ctx.cycles.empty());
}

TEST_CASE("defect 7: a repair that fails is an alarm, and no entry is placed meanwhile") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  b.ctx.position -= "0.001"_qty;
  b.tick();
  const auto placed = b.placed();
  b.pass(41s); // every cancel is ignored
  CHECK(b.was_cancelled(close));
  CHECK(std::count(b.ctx.cancels.begin(), b.ctx.cancels.end(), close) >= 3);
  CHECK(alarms(b) == 1);
  CHECK(b.placed() == placed);
  CHECK(b.ctx.ends.empty());
}

TEST_CASE("defect 8: orders and fills of others are neither counted nor touched") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  b.cycle_in();
  order_update foreign = b.update(b.last().id, order_state::open);
  foreign.id = {9, strategy_id{9}, 9, 9};
  b.grid->on(foreign, b.ctx);
  position p{b.ctx.info.id, "5"_qty, "60000"_price, {}, {}};
  b.grid->on(p, b.ctx);
  CHECK(ledger(b).closes.size() == 1);
  b.pass(1min);
  CHECK(b.ctx.cancels.empty());
}

TEST_CASE("defect 9: a restart resumes from the saved state, exactly") {
  grid_bench b{example_with({{"random_timing", "true"}, {"dynamic_profit", "true"}})};
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  b.pass(1min);
  const auto entry = b.last().id;
  b.open(entry);
  b.fill(entry, "0.001"_qty, "62000"_price);
  const auto part = b.last().id;
  b.open(part);
  const auto state = b.grid->save();
  CHECK(nlohmann::json::parse(state.dump()) == state);

  b.make();
  b.grid->restore(nlohmann::json::parse(state.dump()));
  CHECK(b.grid->save() == state);
  b.ctx.timers.clear();
  const auto placed = b.placed();
  b.start({b.update(close, order_state::open), b.update(part, order_state::open),
           b.update(entry, order_state::partially_filled)});
  CHECK(b.placed() == placed);
  CHECK(b.grid->state_name() == "waiting_for_fill");
  CHECK_FALSE(b.was_cancelled(entry));
  b.pass(5s); // followed: the remainder of a part fill is cancelled
  CHECK(b.was_cancelled(entry));
  b.say(entry, order_state::cancelled);
  CHECK(b.grid->state_name() == "ready");
  b.fill_all(close);
  CHECK(b.ctx.cycles.size() == 1);
}

TEST_CASE("defect 9: what was filled or lost while the bot was down is covered at the start") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto close = b.cycle_in();
  b.pass(10s);
  const auto entry = b.last().id;
  b.open(entry);
  const auto state = b.grid->save();
  b.ctx.position += "0.00273"_qty; // the entry was filled; the close order is gone, unfilled
  b.make();
  b.grid->restore(state);
  b.ctx.timers.clear();
  const auto placed = b.placed();
  b.start();
  REQUIRE(b.placed() == placed + 1);
  CHECK(b.last().intent.reduce_only);
  CHECK(b.last().intent.size == "0.00546"_qty);
  CHECK(b.last().intent.limit_price == "62049.6"_price);
  CHECK_FALSE(b.was_cancelled(close));
}

TEST_CASE("defect 9: resting orders alone are enough to resume, with one cool-down first") {
  grid_bench before;
  before.start();
  before.price("61990", "62000.1");
  const auto close = before.cycle_in();
  before.pass(10s);
  const auto entry = before.last().id;

  grid_bench b;
  b.ctx.position = before.ctx.position;
  b.ctx.next_sequence = 100;
  b.start({before.update(close, order_state::open), before.update(entry, order_state::open)});
  CHECK(b.was_cancelled(entry)); // not the one we follow
  CHECK(ledger(b).closes.contains(close));
  b.price("61990", "62000.1");
  b.grid->on(before.update(entry, order_state::cancelled), b.ctx);
  b.pass(8750ms);
  CHECK(b.placed() == 0);
  b.pass(1ms);
  CHECK(b.placed() == 1);
}

TEST_CASE("defect 9: a state that is not ours is refused") {
  grid_bench b;
  CHECK_THROWS_AS(b.grid->restore(nlohmann::json::object()), std::invalid_argument);
  CHECK_THROWS_AS(b.grid->restore(nlohmann::json{{"version", 99}}), std::invalid_argument);
  auto state = b.grid->save();
  state["ledger"]["uncovered"]["size"] = "many";
  CHECK_THROWS_AS(b.grid->restore(state), std::invalid_argument);
}

TEST_CASE("defect 10: nothing is opened or replaced on a stale book") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  const auto entry = b.last().id;
  b.say(entry, order_state::rejected, reject_reason::post_only_would_cross);
  b.ctx.book->received = b.ctx.clock - 11s;
  b.pass(1min, false);
  CHECK(b.placed() == 1);
  b.tick();
  CHECK(b.placed() == 2);
}

TEST_CASE("defect 11: an absent side of the book is not a price") {
  grid_bench b{example_with({{"protective_stop", "61000"}, {"no_entry_beyond", "70000"}})};
  b.start();
  b.ctx.notes.clear();
  top_of_book empty;
  empty.instrument = b.ctx.info.id;
  empty.received = b.ctx.clock;
  b.ctx.book = empty;
  b.grid->on(empty, b.ctx);
  CHECK(b.placed() == 0);
  CHECK(b.ctx.ends.empty());
  CHECK(b.ctx.notes.empty());
}

TEST_CASE("defect 15: prices are multiples of ticks that are no powers of ten") {
  for (const auto* tick : {"0.5", "5"}) {
    grid_bench b;
    b.ctx.info.tick = *decimal::parse(tick);
    b.start();
    b.price("61990", "62000");
    b.cycle_in();
    CHECK(b.ctx.placed[0].intent.limit_price.value().is_multiple_of(b.ctx.info.tick));
    CHECK(b.last().intent.limit_price.value().is_multiple_of(b.ctx.info.tick));
  }
}

TEST_CASE("defect 17: the random cool-down is drawn once per cycle, not at every look") {
  // A wait drawn anew at each look would end near its lower bound of 4.375 s.
  duration sum{};
  constexpr int cycles = 200;
  for (int seed = 1; seed <= cycles; ++seed) {
    grid_bench b{example_with({{"random_timing", "true"}})};
    b.ctx.seed = static_cast<std::uint64_t>(seed) * 7919;
    b.start();
    b.price("61990", "62000.1");
    b.cycle_in();
    const auto from = b.ctx.clock;
    while (b.placed() == 2) {
      b.ctx.clock += 50ms;
      b.tick();
      REQUIRE(b.ctx.clock - from < 14s);
    }
    CHECK(b.ctx.clock - from > 4375ms);
    sum += b.ctx.clock - from;
  }
  CHECK(sum / cycles > 8s);
  CHECK(sum / cycles < 9500ms);
}

TEST_CASE("defect 18: refused entries back off, are bounded, and are reported") {
  grid_bench b;
  b.start();
  b.price("61990", "62000.1");
  std::vector<duration> gaps;
  for (int i = 0; i < 15; ++i) {
    const auto placed = b.placed();
    b.say(b.last().id, order_state::rejected, reject_reason::post_only_would_cross);
    const auto from = b.ctx.clock;
    CHECK(b.placed() == placed); // never in the same breath
    while (b.placed() == placed)
      b.pass(50ms);
    gaps.push_back(b.ctx.clock - from);
  }
  CHECK(gaps[0] == 100ms);
  CHECK(gaps[1] == 200ms);
  CHECK(gaps[5] == 3200ms);
  CHECK(gaps[13] == 30s);
  CHECK(gaps[14] == 1min);
  CHECK(b.said(severity::warning, "15 entries in a row were refused"));
}

TEST_CASE("defect 18: an entry accepted and then cancelled as post-only backs off too") {
  grid_bench b;
  const auto entry = resting_entry(b);
  b.say(entry, order_state::cancelled, reject_reason::post_only_would_cross);
  CHECK(b.placed() == 1);
  b.pass(100ms);
  CHECK(b.placed() == 2);
}

TEST_CASE("defect 20 and 14: any refusal is a message; the grid goes on after it") {
  for (int reason = 0; reason <= 22; ++reason) {
    grid_bench b;
    b.start();
    b.price("61990", "62000.1");
    b.say(b.last().id, order_state::rejected, static_cast<reject_reason>(reason));
    b.pass(1s);
    CHECK(b.placed() == 2);
    CHECK(b.ctx.ends.empty());
  }
}
