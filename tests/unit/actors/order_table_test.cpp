#include "actors/order_table.hpp"

#include "tests/unit/actors/facts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

using namespace actorbot;
using namespace actorbot::test;

namespace {

const auto t0 = from_ms(1'700'000'000'000);
const auto plain = limit_order(order_id(1), side::buy, "3"_qty, "100"_price);

struct table_rig {
  order_table table;
  order_request order = plain;
  timestamp now = t0;

  table_rig() { REQUIRE(table.add(order, now)); }

  order_table::changes word(order_state state, evidence source = evidence::stream,
                            quantity filled = {}) {
    now += 1ms;
    return table.apply(word_of(order, state, source, filled), now);
  }
  order_table::changes trade(const std::string& id, quantity size, price at) {
    now += 1ms;
    return table.apply(fill_of(order, id, size, at, now), now);
  }
  order_state state() {
    if (const auto* open = table.find(order.id))
      return open->view.state;
    return table.find_finished(order.id)->state;
  }
};

} // namespace

TEST_CASE("an order goes from pending to open to partially filled to filled") {
  table_rig r;
  CHECK(r.state() == order_state::pending);
  CHECK(r.word(order_state::open, evidence::answer).order->state == order_state::open);
  CHECK_FALSE(r.word(order_state::open).order); // said again: no news
  const auto part = r.trade("a", "1"_qty, "99"_price);
  CHECK(part.new_fill);
  CHECK(part.order->state == order_state::partially_filled);
  CHECK(part.order->filled == "1"_qty);
  CHECK(part.order->average_price == "99"_price);
  const auto end = r.trade("b", "2"_qty, "100.5"_price);
  CHECK(end.order->state == order_state::filled);
  CHECK(end.order->filled == "3"_qty);
  CHECK(end.order->average_price == "100"_price);
  CHECK(r.table.open().empty());
  CHECK(r.table.finished().size() == 1);
  CHECK(r.table.net_position(btc) == "3"_qty);
  CHECK(r.table.virtual_position(first_strategy, btc) == "3"_qty);
}

TEST_CASE("each final word ends an order and keeps reason and text") {
  for (auto state : {order_state::cancelled, order_state::rejected, order_state::expired}) {
    for (auto source : {evidence::answer, evidence::stream, evidence::query}) {
      table_rig r;
      auto word = word_of(r.order, state, source);
      word.reason = reject_reason::margin;
      word.text = "-2019 margin";
      const auto told = r.table.apply(word, r.now);
      REQUIRE(told.order);
      CHECK(told.order->state == state);
      CHECK(told.order->reason == reject_reason::margin);
      CHECK(told.order->text == "-2019 margin");
      CHECK(r.table.find(r.order.id) == nullptr);
      CHECK(r.table.find_finished(r.order.id)->state == state);
    }
  }
}

TEST_CASE("a final state is final: no later word reopens or renames it") {
  table_rig r;
  REQUIRE(r.word(order_state::cancelled).order);
  for (auto state : {order_state::pending, order_state::open, order_state::partially_filled,
                     order_state::filled, order_state::rejected, order_state::unknown})
    for (auto source : {evidence::answer, evidence::stream, evidence::query, evidence::snapshot})
      CHECK_FALSE(r.word(state, source).order);
  r.table.adopt(word_of(r.order, order_state::open, evidence::snapshot), r.now);
  CHECK(r.table.find(r.order.id) == nullptr);
  CHECK_FALSE(r.table.add(r.order, r.now));
  CHECK(r.table.finished().size() == 1);
  CHECK(r.state() == order_state::cancelled);
}

TEST_CASE("unknown is left by the venue's word only") {
  for (auto state : {order_state::pending, order_state::open, order_state::cancelled,
                     order_state::rejected, order_state::expired}) {
    table_rig r;
    REQUIRE(r.table.mark_unknown(r.order.id, "no answer", r.now));
    CHECK_FALSE(r.word(state, evidence::local).order);
    CHECK(r.state() == order_state::unknown);
  }
  for (auto source : {evidence::answer, evidence::stream, evidence::query, evidence::snapshot}) {
    table_rig r;
    REQUIRE(r.table.mark_unknown(r.order.id, "no answer", r.now));
    REQUIRE(r.word(order_state::open, source).order);
    CHECK(r.state() == order_state::open);
  }
  table_rig filled;
  REQUIRE(filled.table.mark_unknown(filled.order.id, "no answer", filled.now));
  CHECK(filled.trade("a", "1"_qty, "100"_price).order->state == order_state::partially_filled);
  table_rig rejected;
  REQUIRE(rejected.table.mark_unknown(rejected.order.id, "no answer", rejected.now));
  CHECK(rejected.word(order_state::rejected, evidence::query).order);
  CHECK(rejected.state() == order_state::rejected);
}

TEST_CASE("only what the venue has not confirmed becomes unknown") {
  table_rig r;
  REQUIRE(r.word(order_state::open).order);
  CHECK_FALSE(r.table.mark_unknown(r.order.id, "late", r.now));
  CHECK_FALSE(r.word(order_state::unknown, evidence::local).order);
  CHECK(r.table.mark_in_flight_unknown(r.now).empty());
  CHECK(r.state() == order_state::open);

  table_rig held;
  CHECK_FALSE(held.word(order_state::filled, evidence::answer).order);
  CHECK(held.table.mark_in_flight_unknown(held.now).empty());
  CHECK(held.state() == order_state::pending);
}

TEST_CASE("our own word ends an order that never left, and none that may have") {
  table_rig never_left;
  CHECK(never_left.word(order_state::rejected, evidence::local).order);
  table_rig resting;
  REQUIRE(resting.word(order_state::open).order);
  CHECK_FALSE(resting.word(order_state::rejected, evidence::local).order);
  CHECK(resting.state() == order_state::open);
}

TEST_CASE("an order never goes back") {
  table_rig r;
  REQUIRE(r.trade("a", "1"_qty, "100"_price).order);
  CHECK_FALSE(r.word(order_state::open, evidence::answer).order);
  CHECK_FALSE(r.word(order_state::pending, evidence::answer).order);
  CHECK(r.state() == order_state::partially_filled);
}

TEST_CASE("a fill counts once, by trade id") {
  table_rig r;
  REQUIRE(r.trade("a", "1"_qty, "100"_price).new_fill);
  const auto again = r.trade("a", "1"_qty, "100"_price);
  CHECK_FALSE(again.new_fill);
  CHECK_FALSE(again.order);
  CHECK(r.table.duplicate_fills() == 1);
  CHECK(r.table.find(r.order.id)->view.filled == "1"_qty);
  CHECK(r.table.net_position(btc) == "1"_qty);
  r.trade("b", "2"_qty, "100"_price);
  CHECK_FALSE(r.trade("b", "2"_qty, "100"_price).new_fill);
  CHECK(r.table.net_position(btc) == "3"_qty);
  CHECK(r.table.fills().size() == 2);
}

TEST_CASE("when our own orders meet, both fills count though the trade id is one") {
  table_rig r;
  const auto other = limit_order(order_id(2, second_strategy), side::sell, "1"_qty, "100"_price);
  REQUIRE(r.table.add(other, r.now));
  CHECK(r.trade("a", "1"_qty, "100"_price).new_fill);
  CHECK(r.table.apply(fill_of(other, "a", "1"_qty, "100"_price), r.now).new_fill);
  CHECK(r.table.net_position(btc).is_zero());
  CHECK(r.table.virtual_position(first_strategy, btc) == "1"_qty);
  CHECK(r.table.virtual_position(second_strategy, btc) == "-1"_qty);
}

TEST_CASE("trade ids of different instruments are different trades") {
  table_rig r;
  auto elsewhere = fill_of(r.order, "a", "1"_qty, "100"_price);
  elsewhere.instrument = eth;
  REQUIRE(r.trade("a", "1"_qty, "100"_price).new_fill);
  CHECK(r.table.apply(elsewhere, r.now).new_fill);
}

TEST_CASE("an end is told only after the fills that it implies") {
  table_rig r;
  REQUIRE(r.word(order_state::open).order);
  const auto early = r.word(order_state::cancelled, evidence::stream, "2"_qty);
  CHECK_FALSE(early.order);
  CHECK(early.fills_missing);
  CHECK(r.state() == order_state::open);
  const auto first = r.trade("a", "1"_qty, "90"_price);
  CHECK(first.order->state == order_state::partially_filled);
  CHECK(first.fills_missing);
  const auto last = r.trade("b", "1"_qty, "91"_price);
  CHECK(last.order->state == order_state::cancelled);
  CHECK(last.order->filled == "2"_qty);
  CHECK(last.order->average_price == "90.5"_price);
  CHECK(r.table.open().empty());
}

TEST_CASE("filled without a size means all of it") {
  table_rig r;
  CHECK_FALSE(r.word(order_state::filled, evidence::answer).order);
  CHECK(r.trade("a", "2"_qty, "100"_price).order->state == order_state::partially_filled);
  CHECK(r.trade("b", "1"_qty, "100"_price).order->state == order_state::filled);
}

TEST_CASE("an order that the venue made smaller is filled at that size") {
  table_rig r;
  r.word(order_state::open, evidence::answer);
  r.trade("a", "0.5"_qty, "100"_price);
  auto smaller = word_of(r.order, order_state::partially_filled, evidence::stream, "0.5"_qty);
  smaller.size = "2"_qty;
  const auto told = r.table.apply(smaller, r.now).order;
  REQUIRE(told);
  CHECK(told->size == "2"_qty);
  const auto end = r.trade("b", "1.5"_qty, "100"_price);
  CHECK(end.order->state == order_state::filled);
  CHECK(r.table.open().empty());
}

TEST_CASE("more filled than the fills say: fills are missing") {
  table_rig r;
  const auto x = r.word(order_state::partially_filled, evidence::stream, "1"_qty);
  CHECK(x.fills_missing);
  CHECK(x.order->state == order_state::open); // told as filled when the fill is here
  CHECK(x.order->filled.is_zero());
}

TEST_CASE("a fill that comes after the cancel still counts") {
  table_rig r;
  REQUIRE(r.word(order_state::cancelled).order);
  const auto late = r.trade("a", "1"_qty, "95"_price);
  REQUIRE(late.new_fill);
  CHECK(late.order->state == order_state::cancelled);
  CHECK(late.order->filled == "1"_qty);
  CHECK(late.order->average_price == "95"_price);
  CHECK(r.table.net_position(btc) == "1"_qty);
  CHECK(r.trade("b", "2"_qty, "98"_price).order->state == order_state::filled);
  CHECK(r.table.finished().size() == 1);
  CHECK(r.table.find_finished(r.order.id)->average_price == "97"_price);
}

TEST_CASE("an adopted order keeps what was filled before and counts what comes") {
  order_table table;
  auto found = word_of(plain, order_state::partially_filled, evidence::snapshot, "1"_qty);
  found.average_price = "90"_price;
  table.adopt(found, t0);
  const auto next = table.apply(fill_of(plain, "x", "2"_qty, "96"_price), t0);
  REQUIRE(next.order);
  CHECK(next.order->state == order_state::filled);
  CHECK(next.order->filled == "3"_qty);
  CHECK(next.order->average_price == "94"_price);
  CHECK(table.virtual_position(first_strategy, btc) == "2"_qty);
  table.adopt(found, t0);
  CHECK(table.open().empty());
}

TEST_CASE("a forgotten trade changes nothing") {
  table_rig r;
  r.table.forget_trade(btc, "old", side::buy);
  CHECK_FALSE(r.trade("old", "1"_qty, "100"_price).new_fill);
  CHECK(r.table.net_position(btc).is_zero());
}

namespace {

struct history {
  std::vector<fill> fills;
  std::vector<order_update> words;
  order_update truth;
};

/// A true course of one order: rests, trades some, ends.
history random_history(std::mt19937_64& random, const order_request& order) {
  history h;
  quantity filled;
  decimal value;
  const auto source = [&] { return static_cast<evidence>(1 + random() % 4); };
  const auto say = [&](order_state state) {
    auto word = word_of(order, state, source(), filled);
    if (is_final(state) && word.source == evidence::snapshot)
      word.source = evidence::query;
    h.words.push_back(word);
  };
  say(order_state::open);
  const auto parts = random() % 6;
  for (std::uint64_t i = 0; i < parts && filled < order.size; ++i) {
    const auto left = (order.size - filled).value().count_of("0.001"_d);
    auto count = 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(left));
    const quantity size{decimal::from_parts(count, -3)};
    const price at{decimal::from_parts(static_cast<std::int64_t>(900 + random() % 200), -1)};
    h.fills.push_back(
        fill_of(order, std::to_string(order.id.sequence) + "/" + std::to_string(i), size, at));
    filled += size;
    value += notional(at, size);
    say(filled == order.size ? order_state::filled : order_state::partially_filled);
  }
  if (filled < order.size) {
    if (random() % 3 != 0 || parts == 0)
      say(random() % 2 == 0 ? order_state::cancelled : order_state::expired);
    else
      say(order_state::cancelled);
  }
  h.truth = h.words.back();
  h.truth.filled = filled;
  if (filled.is_positive())
    h.truth.average_price = price{decimal::divide(value, filled.value())};
  return h;
}

} // namespace

TEST_CASE("whatever the order and however often evidence comes, the end is the truth") {
  std::mt19937_64 random{2024};
  for (int round = 0; round < 5000; ++round) {
    CAPTURE(round);
    order_table table;
    const auto order = limit_order(
        order_id(1 + static_cast<std::uint64_t>(round)), random() % 2 == 0 ? side::buy : side::sell,
        quantity{decimal::from_parts(static_cast<std::int64_t>(1 + random() % 5000), -3)},
        "100"_price);
    REQUIRE(table.add(order, t0));
    const auto h = random_history(random, order);
    // An index below fills.size() is a fill, beyond it a word; each once or twice, shuffled.
    std::vector<std::size_t> plan;
    for (std::size_t i = 0; i < h.fills.size() + h.words.size(); ++i)
      for (std::uint64_t n = 1 + random() % 2; n > 0; --n)
        plan.push_back(i);
    std::shuffle(plan.begin(), plan.end(), random);

    quantity told_filled;
    bool ended = false;
    std::set<std::string> told_trades;
    const auto heed = [&](const order_table::changes& x) {
      if (x.new_fill)
        REQUIRE(told_trades.insert(x.new_fill->trade_id).second);
      if (!x.order)
        return;
      REQUIRE(x.order->filled >= told_filled);
      told_filled = x.order->filled;
      if (ended)
        REQUIRE(is_final(x.order->state));
      ended = is_final(x.order->state);
    };
    for (auto i : plan) {
      if (random() % 8 == 0)
        table.mark_in_flight_unknown(t0);
      heed(i < h.fills.size() ? table.apply(h.fills[i], t0)
                              : table.apply(h.words[i - h.fills.size()], t0));
    }
    const auto* end = table.find_finished(order.id);
    REQUIRE(end);
    REQUIRE(table.open().empty());
    REQUIRE(end->state == h.truth.state);
    REQUIRE(end->filled == h.truth.filled);
    REQUIRE(end->average_price == h.truth.average_price);
    REQUIRE(told_trades.size() == h.fills.size());
    const auto net = order.order_side == side::buy ? end->filled : -end->filled;
    REQUIRE(table.net_position(btc) == net);
    REQUIRE(table.virtual_position(first_strategy, btc) == net);
  }
}
