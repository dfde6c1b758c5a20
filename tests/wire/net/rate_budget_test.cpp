#include "venues/rate_budget.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <random>

using actorbot::venues::rate_budget;
using actorbot::venues::rate_limits;
using actorbot::venues::request_class;

namespace {

constexpr std::int64_t second = 1'000'000'000;

rate_limits futures_limits() {
  rate_limits x;
  x.weight = 2400;
  x.orders = 300;
  return x;
}

} // namespace

TEST_CASE("queries stop at 80 percent of the weight, cancels go on to the last") {
  rate_budget budget{futures_limits()};
  for (int i = 0; i < 1920; ++i)
    REQUIRE_FALSE(budget.try_take(0, request_class::query, 1));
  CHECK(budget.try_take(0, request_class::query, 1) == 60 * second);
  CHECK(budget.try_take(0, request_class::order, 1) == 60 * second);
  for (int i = 0; i < 480; ++i)
    REQUIRE_FALSE(budget.try_take(0, request_class::cancel, 1));
  CHECK(budget.try_take(0, request_class::cancel, 1) == 60 * second);
  CHECK(budget.used(0) == 2400);
  CHECK_FALSE(budget.try_take(60 * second, request_class::query, 1));
}

TEST_CASE("the order limit holds orders only") {
  rate_budget budget{futures_limits()};
  for (int i = 0; i < 300; ++i)
    REQUIRE_FALSE(budget.try_take(i, request_class::order, 1));
  CHECK(budget.try_take(300, request_class::order, 1) == 10 * second);
  CHECK_FALSE(budget.try_take(300, request_class::cancel, 1));
  CHECK_FALSE(budget.try_take(300, request_class::query, 1));
  CHECK_FALSE(budget.try_take(10 * second, request_class::order, 1));
  CHECK(budget.try_take(10 * second, request_class::order, 1) == 10 * second + 1);
}

TEST_CASE("a heavy request waits until enough old weight has left, and then goes") {
  rate_limits limits;
  limits.weight = 100;
  limits.cancel_reserve_percent = 0;
  rate_budget budget{limits};
  REQUIRE_FALSE(budget.try_take(1 * second, request_class::query, 40));
  REQUIRE_FALSE(budget.try_take(2 * second, request_class::query, 40));
  CHECK(budget.try_take(3 * second, request_class::query, 50) == 61 * second);
  CHECK(budget.try_take(3 * second, request_class::query, 70) == 62 * second);
  CHECK_FALSE(budget.try_take(62 * second, request_class::query, 70));
}

TEST_CASE("a request heavier than the whole limit goes once the window is empty") {
  rate_limits limits;
  limits.weight = 10;
  rate_budget budget{limits};
  CHECK_FALSE(budget.try_take(0, request_class::query, 50));
  CHECK(budget.try_take(1, request_class::cancel, 1) == 60 * second);
}

TEST_CASE("weight that the venue has counted and we have not is taken into account") {
  rate_budget budget{futures_limits()};
  REQUIRE_FALSE(budget.try_take(0, request_class::query, 10));
  budget.observed(second, 1915, 0);
  CHECK(budget.used(second) == 1915);
  CHECK_FALSE(budget.try_take(second, request_class::query, 5));
  CHECK(budget.try_take(second, request_class::query, 5) == 60 * second);
  budget.observed(second, 3, 0); // an old answer: not believed
  CHECK(budget.used(second) == 1920);
}

TEST_CASE("a limit that the venue states replaces the configured one") {
  rate_budget budget{futures_limits()};
  budget.observed(0, 0, 10);
  REQUIRE_FALSE(budget.try_take(0, request_class::query, 8));
  CHECK(budget.try_take(0, request_class::query, 1).has_value());
  CHECK_FALSE(budget.try_take(0, request_class::cancel, 2));
}

TEST_CASE("told to stay away, nothing goes out before the time") {
  rate_budget budget{futures_limits()};
  budget.pause_until(5 * second);
  budget.pause_until(4 * second);
  CHECK(budget.try_take(second, request_class::cancel, 1) == 5 * second);
  CHECK_FALSE(budget.try_take(5 * second, request_class::cancel, 1));
}

TEST_CASE("no window of any position ever holds more than the limits") {
  std::mt19937_64 random{7};
  rate_limits limits;
  limits.weight = 100;
  limits.weight_window = std::chrono::seconds{6};
  limits.orders = 20;
  limits.order_window = std::chrono::seconds{2};
  rate_budget budget{limits};
  struct taken {
    std::int64_t at;
    std::uint32_t weight;
    bool order;
  };
  std::deque<taken> log;
  std::int64_t now = 0;
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += static_cast<std::int64_t>(random() % (second / 5));
    const auto kind = static_cast<request_class>(random() % 3);
    const auto weight = static_cast<std::uint32_t>(1 + random() % 9);
    if (auto when = budget.try_take(now, kind, weight)) {
      ++refused;
      REQUIRE(*when > now);
      if (random() % 4 != 0)
        continue;
      now = *when; // what it promised must hold when nothing else was taken
      REQUIRE_FALSE(budget.try_take(now, kind, weight));
    }
    log.push_back({now, weight, kind == request_class::order});
    while (log.front().at <= now - 6 * second)
      log.pop_front();
    std::uint32_t sum = 0;
    int orders = 0;
    for (auto& x : log) {
      sum += x.weight;
      orders += x.order && x.at > now - 2 * second ? 1 : 0;
    }
    REQUIRE(sum <= 100);
    REQUIRE(orders <= 20);
  }
  CHECK(refused > 100);
}
