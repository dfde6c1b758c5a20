#include "messages/ids.hpp"
#include "messages/market_data.hpp"
#include "messages/time.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace actorbot;
using namespace std::chrono_literals;

TEST_CASE("time: durations are read with their unit") {
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("35s") == 35s);
  CHECK(parse_duration("1.5m") == 90s);
  CHECK(parse_duration("8h") == 8h);
  CHECK(parse_duration("2d") == 48h);
  CHECK(parse_duration("10us") == 10us);
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("0") == 0ns);
  CHECK(parse_duration("0.5s") == 500ms);
}

TEST_CASE("time: a duration without a unit, or with another one, is refused") {
  for (const auto* bad : {"", "35", "s", "-1s", "1 s", "1S", "1min", "1e3s", "..s", "1.2.3s", "1s ",
                          "99999999999999999999s", "100000d"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad).has_value());
  }
}

TEST_CASE("time: a duration's text reads back as itself") {
  CHECK(to_text(35s) == "35s");
  CHECK(to_text(90s) == "90s");
  CHECK(to_text(2h) == "2h");
  CHECK(to_text(48h) == "2d");
  CHECK(to_text(1500ms) == "1500ms");
  CHECK(to_text(0ns) == "0");
  std::uint64_t x = 88172645463325252ULL;
  for (int i = 0; i < 20'000; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    const auto d = duration{static_cast<std::int64_t>(x >> (5 + i % 50))};
    REQUIRE(parse_duration(to_text(d)) == d);
  }
}

TEST_CASE("time: ISO text, before and after 1970") {
  CHECK(to_iso(from_ns(0)) == "1970-01-01T00:00:00.000000000Z");
  CHECK(to_iso(from_ns(1'769'862'896'123'456'789)) == "2026-01-31T12:34:56.123456789Z");
  CHECK(to_iso(from_ns(-1)) == "1969-12-31T23:59:59.999999999Z");
  CHECK(to_iso(from_ms(951'825'600'000)) == "2000-02-29T12:00:00.000000000Z");
  CHECK(to_ms(from_ms(1'234)) == 1'234);
  CHECK(to_us(from_us(-5)) == -5);
}

TEST_CASE("ids: an order id's text reads back as itself") {
  std::uint64_t x = 42;
  for (int i = 0; i < 20'000; ++i) {
    x = x * 6364136223846793005ULL + 1442695040888963407ULL;
    const client_order_id id{static_cast<std::uint16_t>(x >> 48),
                             strategy_id{static_cast<std::uint16_t>(x >> 32)},
                             static_cast<std::uint32_t>(x), x >> (i % 64)};
    REQUIRE(parse_client_order_text(client_order_text(id)) == id);
  }
  CHECK(client_order_text({1, strategy_id{2}, 3, 0xff}) == "ab-1-2-3-ff");
}

TEST_CASE("ids: the longest text that venues with 36 characters see") {
  const client_order_id longest{0xffff, strategy_id{0xffff}, 0xffffffff, (1ULL << 56) - 1};
  CHECK(client_order_text(longest).size() == 36);
  auto beyond = longest;
  beyond.sequence = std::numeric_limits<std::uint64_t>::max();
  CHECK(client_order_text(beyond).size() <= 40);
}

TEST_CASE("ids: texts that are not ours are foreign") {
  for (const auto* bad :
       {"", "ab", "ab-1-2-3", "ab-1-2-3-", "ab-1-2-3-4-5", "xx-1-2-3-4", "ab-1-2-3-4 ",
        "ab-01-2-3-4", "ab-A-2-3-4", "ab-1-2-3-g", "ab-10000-2-3-4", "ab-1-10000-3-4",
        "ab-1-2-100000000-4", "ab-1-2-3-10000000000000000", "ab--1-2-3-4", "AB-1-2-3-4"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_client_order_text(bad).has_value());
  }
}

TEST_CASE("funding: rates of different intervals compare per hour") {
  funding_rate f;
  f.rate = "0.0008"_d;
  f.interval = 8h;
  CHECK(f.per_hour() == "0.0001"_d);
  f.interval = 4h;
  CHECK(f.per_hour() == "0.0002"_d);
  f.interval = 1h;
  f.rate = "-0.0001"_d;
  CHECK(f.per_hour() == "-0.0001"_d);
  f.interval = {};
  CHECK(f.per_hour().is_zero());
}
