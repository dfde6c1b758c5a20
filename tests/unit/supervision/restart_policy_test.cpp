#include "supervision/restart_policy.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace actorbot::supervision;
using namespace std::chrono_literals;
using actorbot::duration;

namespace {

constexpr auto longest = std::numeric_limits<std::uint64_t>::max();

/// `expected` if that is exactly the bound of the next delay: the same random bits would give it
/// with a larger bound, but then one more would not wrap around to zero.
duration bound(back_off& delays, std::optional<duration> uptime, duration expected) {
  auto copy = delays;
  if (copy.next(uptime, static_cast<std::uint64_t>(expected.count()) + 1) != 0s)
    return -1s;
  return delays.next(uptime, static_cast<std::uint64_t>(expected.count()));
}

} // namespace

TEST_CASE("as many restarts as the intensity within the period are allowed, one more is not") {
  restart_window window{5, 60s};
  for (int i = 0; i < 5; ++i)
    CHECK(window.add(i * 10s));
  CHECK_FALSE(window.add(59s));
}

TEST_CASE("a restart exactly one period ago still counts, a nanosecond more and it does not") {
  restart_window at_boundary{2, 60s};
  CHECK(at_boundary.add(1s));
  CHECK(at_boundary.add(2s));
  CHECK_FALSE(at_boundary.add(61s));

  restart_window beyond{2, 60s};
  CHECK(beyond.add(1s));
  CHECK(beyond.add(2s));
  CHECK(beyond.add(61s + 1ns));
}

TEST_CASE("an intensity of zero allows no restart") {
  restart_window window{0, 60s};
  CHECK_FALSE(window.add(0s));
}

TEST_CASE("without a base there is no delay, whatever the random bits") {
  back_off delays{{}};
  for (int i = 0; i < 100; ++i)
    CHECK(delays.next(std::nullopt, longest) == 0s);
}

TEST_CASE("the bound of the delay doubles from base to cap") {
  back_off delays{{.base = 250ms, .factor = 2, .cap = 3s}};
  for (const duration expected : {250ms, 500ms, 1000ms, 2000ms, 3000ms, 3000ms})
    CHECK(bound(delays, 1s, expected) == expected);
}

TEST_CASE("jitter is full: every delay from zero to the bound comes up, none beyond") {
  for (std::uint64_t random = 0; random < 50; ++random) {
    back_off delays{{.base = 9ns}};
    CHECK(delays.next(std::nullopt, random) == duration{static_cast<duration::rep>(random % 10)});
  }
}

TEST_CASE("having been healthy starts the back-off anew, one nanosecond less does not") {
  back_off delays{{.base = 1s, .factor = 2, .cap = 30s, .reset_after = 60s}};
  CHECK(bound(delays, 1s, 1s) == 1s);
  CHECK(bound(delays, 1s, 2s) == 2s);
  CHECK(bound(delays, 60s - 1ns, 4s) == 4s);
  CHECK(bound(delays, 60s, 1s) == 1s);
  CHECK(bound(delays, std::nullopt, 2s) == 2s);
}

TEST_CASE("the first restart of a child that had been up is immediate, the next is not") {
  back_off delays{{.base = 1s, .immediate_after = 5s}};
  CHECK(delays.next(5s, longest) == 0s);
  CHECK(bound(delays, 5s, 1s) == 1s);
  CHECK(bound(delays, 59s, 2s) == 2s);
  CHECK(delays.next(60s, longest) == 0s);
}

TEST_CASE("a first restart is not immediate if the child had not been up for long or at all") {
  back_off too_short{{.base = 1s, .immediate_after = 5s}};
  CHECK(bound(too_short, 5s - 1ns, 1s) == 1s);
  CHECK(bound(too_short, 5s, 2s) == 2s);
  back_off not_at_all{{.base = 1s, .immediate_after = 0s}};
  CHECK(bound(not_at_all, std::nullopt, 1s) == 1s);
}

TEST_CASE("growth without end does not overflow") {
  back_off delays{{.base = 1s, .factor = 1'000'000, .cap = duration::max()}};
  for (int i = 0; i < 100; ++i)
    CHECK(delays.next(1s, longest) >= 0s);
}
