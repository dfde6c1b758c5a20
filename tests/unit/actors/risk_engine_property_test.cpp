#include "actors/risk_engine.hpp"

#include "tests/unit/actors/facts.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <vector>

using namespace actorbot;
using namespace actorbot::test;

namespace {

/// What is true, kept by simple integers (thousandths of a unit, tenths of a price) and none of the
/// engine's code. Two strategies on one instrument.
struct oracle {
  struct order {
    order_request request;
    std::int64_t left = 0;
  };
  std::vector<order> open;
  std::int64_t own[2] = {0, 0}; ///< virtual positions

  std::int64_t net() const { return own[0] + own[1]; }
  static std::size_t index(strategy_id s) { return s == first_strategy ? 0 : 1; }

  /// The largest position that any set of open orders could lead to, in thousandths.
  std::int64_t worst() const {
    auto high = net(), low = net();
    for (const auto& x : open)
      (x.request.order_side == side::buy ? high : low)
          += x.request.order_side == side::buy ? x.left : -x.left;
    return std::max(std::abs(high), std::abs(low));
  }
  std::size_t opening() const {
    std::size_t count = 0;
    for (const auto& x : open)
      count += x.request.reduce_only ? 0 : 1;
    return count;
  }
  /// What reducing orders of this side and strategy could close together.
  std::int64_t reducing_left(const order_request& o) const {
    std::int64_t sum = 0;
    for (const auto& x : open)
      if (x.request.reduce_only && x.request.order_side == o.order_side
          && x.request.id.strategy == o.id.strategy)
        sum += x.left;
    return sum;
  }
};

quantity thousandths(std::int64_t count) { return quantity{decimal::from_parts(count, -3)}; }

} // namespace

TEST_CASE("a million random wishes: none that is let through breaks a limit") {
  constexpr std::int64_t max_quantity = 3'000, max_position = 10'000; // thousandths
  constexpr std::size_t max_open = 12;
  constexpr std::uint32_t max_rate = 40;
  constexpr int count = 1'000'000;
  risk_limits limits;
  limits.max_order_quantity = thousandths(max_quantity);
  limits.max_order_notional = 290;
  limits.max_position_notional = 1000; // ten at a mid of 100
  limits.max_open_orders = max_open;
  limits.max_orders_per_second = max_rate;
  limits.price_collar = "0.02"_d;
  risk_engine engine{limits};
  engine.on(rules_of(btc));
  engine.on(venue_state_changed{venue_a, venue_state::live, "", {}});

  std::mt19937_64 random{99};
  oracle truth;
  auto now = from_ms(1'700'000'000'000);
  std::vector<timestamp> sent[2];
  std::uint64_t allowed = 0, reduced = 0, trades = 0;
  std::chrono::steady_clock::duration spent{};

  for (int i = 0; i < count; ++i) {
    now += std::chrono::milliseconds{random() % 20};
    engine.on(book_of(btc, "99.9"_price, "100.1"_price, now));
    engine.on(balance{venue_a, "USDT", 1000, 1000, 1000, now});

    const auto who = random() % 2 == 0 ? first_strategy : second_strategy;
    auto wish = limit_order(
        order_id(static_cast<std::uint64_t>(i + 1), who),
        random() % 2 == 0 ? side::buy : side::sell,
        thousandths(static_cast<std::int64_t>(1 + random() % 3'500)),
        price{decimal::from_parts(static_cast<std::int64_t>(970 + random() % 60), -1)});
    wish.reduce_only = random() % 4 == 0;
    const auto tenths = wish.limit_price.value().count_of("0.1"_d);
    const auto size = wish.size.value().count_of("0.001"_d);

    const auto begin = std::chrono::steady_clock::now();
    const auto decision = engine.check(wish, now);
    spent += std::chrono::steady_clock::now() - begin;

    auto& own = truth.own[oracle::index(who)];
    if (!decision.denial) {
      ++allowed;
      const bool buy = wish.order_side == side::buy;
      for (const auto& x : truth.open) {
        const auto other = x.request.limit_price.value().count_of("0.1"_d);
        if (x.request.order_side != wish.order_side)
          REQUIRE_FALSE((buy ? tenths >= other : tenths <= other)); // never with ourselves
      }
      REQUIRE((buy ? tenths <= 1020 : tenths >= 980));
      if (wish.reduce_only) {
        ++reduced;
        const auto room = (buy ? -own : own) - truth.reducing_left(wish);
        REQUIRE(size <= room);
        truth.open.push_back({wish, size});
      } else {
        REQUIRE(size <= max_quantity);
        REQUIRE(std::max<std::int64_t>(tenths, buy ? 0 : 1000) * size <= 290 * 10'000);
        REQUIRE(truth.opening() < max_open);
        truth.open.push_back({wish, size});
        std::int64_t side_worst = truth.net();
        for (const auto& x : truth.open)
          if (x.request.order_side == wish.order_side)
            side_worst += buy ? x.left : -x.left;
        REQUIRE(std::abs(side_worst) <= max_position);
        auto& times = sent[oracle::index(who)];
        std::erase_if(times, [&](auto t) { return now - t >= 1s; });
        REQUIRE(times.size() < max_rate);
      }
      sent[oracle::index(who)].push_back(now);
    }

    // Life goes on: some order trades, some ends.
    if (!truth.open.empty() && random() % 2 == 0) {
      const auto at = random() % truth.open.size();
      auto& x = truth.open[at];
      const auto what = random() % 3;
      if (what == 0) {
        engine.on(word_of(x.request, order_state::cancelled, evidence::stream,
                          x.request.size - thousandths(x.left)));
        truth.open.erase(truth.open.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        const auto part
            = what == 1
                  ? x.left
                  : 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(x.left));
        x.left -= part;
        truth.own[oracle::index(x.request.id.strategy)]
            += x.request.order_side == side::buy ? part : -part;
        engine.on(fill_of(x.request, std::to_string(++trades), thousandths(part),
                          x.request.limit_price, now));
        engine.on(word_of(x.request,
                          x.left == 0 ? order_state::filled : order_state::partially_filled,
                          evidence::stream, x.request.size - thousandths(x.left)));
        if (x.left == 0)
          truth.open.erase(truth.open.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
  }
  // The walk must have been worth something.
  CHECK(allowed > 50'000);
  CHECK(reduced > 5'000);
  CHECK(trades > 50'000);
  CHECK(engine.checked() == static_cast<std::uint64_t>(count));
  for (const char* code :
       {"risk_position", "risk_open_orders", "risk_order_quantity", "risk_order_notional",
        "risk_price_collar", "risk_reduce_only", "risk_self_trade"})
    CHECK_MESSAGE(engine.denials().contains(code), code);
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count() / count;
  MESSAGE("allowed ", allowed, ", of these reducing ", reduced, "; a check costs ", ns, " ns, ",
          1'000'000'000 / std::max<std::int64_t>(ns, 1), " checks a second");
  for (const auto& [code, times] : engine.denials())
    MESSAGE(code, " ", times);
}

TEST_CASE("a strategy that sends as fast as it can does not make the checks slow") {
  risk_engine engine{{}};
  engine.on(rules_of(btc));
  engine.on(venue_state_changed{venue_a, venue_state::live, "", {}});
  auto now = from_ms(1'700'000'000'000);
  engine.on(book_of(btc, "99.9"_price, "100.1"_price, now));
  engine.on(balance{venue_a, "USDT", 1000, 1000, 1000, now});
  constexpr int count = 20'000;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    now += std::chrono::microseconds{50}; // 20,000 a second
    const auto wish = limit_order(order_id(static_cast<std::uint64_t>(i + 1)), side::buy,
                                  thousandths(100 + i), "90"_price);
    const auto decision = engine.check(wish, now);
    REQUIRE_FALSE(decision.denial);
    engine.on(word_of(wish, order_state::cancelled, evidence::stream));
  }
  const auto spent = std::chrono::steady_clock::now() - begin;
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count() / count;
  MESSAGE("20,000 orders a second: ", ns, " ns a check");
  CHECK(ns < 20'000); // far above what it takes, far below a walk through what was sent
}
