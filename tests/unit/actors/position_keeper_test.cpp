#include "actors/position_keeper.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace actorbot;

TEST_CASE("a long position built in two parts and closed in two has the textbook result") {
  position_keeper p;
  p.apply(side::buy, "100"_price, "1"_qty, "0.04"_d);
  p.apply(side::buy, "110"_price, "3"_qty, "0.13"_d);
  CHECK(p.size() == "4"_qty);
  CHECK(p.average_entry() == "107.5"_price);
  CHECK(p.unrealised("108"_price) == "2"_d);
  p.apply(side::sell, "120"_price, "1"_qty, "0.05"_d);
  CHECK(p.realised() == "12.5"_d);
  CHECK(p.average_entry() == "107.5"_price);
  p.apply(side::sell, "100"_price, "3"_qty, 0);
  CHECK(p.realised() == "-10"_d);
  CHECK(p.size().is_zero());
  CHECK(p.average_entry().is_zero());
  CHECK(p.unrealised("1000"_price).is_zero());
  CHECK(p.fees() == "0.22"_d);
}

TEST_CASE("a short position gains when the price falls") {
  position_keeper p;
  p.apply(side::sell, "50"_price, "2"_qty, 0);
  CHECK(p.size() == "-2"_qty);
  CHECK(p.average_entry() == "50"_price);
  CHECK(p.unrealised("40"_price) == "20"_d);
  p.apply(side::buy, "45"_price, "0.5"_qty, 0);
  CHECK(p.realised() == "2.5"_d);
  CHECK(p.average_entry() == "50"_price);
}

TEST_CASE("a trade through zero closes at its price and opens the rest at its price") {
  position_keeper p;
  p.apply(side::buy, "100"_price, "2"_qty, 0);
  p.apply(side::sell, "130"_price, "5"_qty, 0);
  CHECK(p.realised() == "60"_d);
  CHECK(p.size() == "-3"_qty);
  CHECK(p.average_entry() == "130"_price);
  p.apply(side::buy, "120"_price, "4"_qty, 0);
  CHECK(p.realised() == "90"_d);
  CHECK(p.size() == "1"_qty);
  CHECK(p.average_entry() == "120"_price);
}

TEST_CASE("a position without a history counts from the first price seen, not from zero") {
  position_keeper p;
  p.adopt("2"_qty);
  CHECK(p.unrealised("100"_price).is_zero());
  p.see_price("100"_price);
  p.see_price("500"_price);
  CHECK(p.average_entry() == "100"_price);
  CHECK(p.unrealised("101"_price) == "2"_d);
  p.apply(side::sell, "103"_price, "2"_qty, 0);
  CHECK(p.realised() == "6"_d);

  position_keeper traded_first;
  traded_first.adopt("-1"_qty);
  traded_first.apply(side::buy, "70"_price, "1"_qty, 0);
  CHECK(traded_first.realised().is_zero());
}

TEST_CASE("realised plus unrealised is the cash flow plus the value held, to the last digit") {
  std::mt19937_64 random{7};
  for (int round = 0; round < 200; ++round) {
    position_keeper p;
    decimal cash;
    for (int i = 0; i < 200; ++i) {
      // Nine decimals a side: the products are exact, so any difference is the keeper's.
      const auto at = price{
          decimal::from_parts(static_cast<std::int64_t>(1 + random() % 100'000'000'000'000), -9)};
      const auto size = quantity{
          decimal::from_parts(static_cast<std::int64_t>(1 + random() % 3'000'000'000), -9)};
      const auto s = random() % 2 == 0 ? side::buy : side::sell;
      p.apply(s, at, size, 0);
      cash += s == side::buy ? -notional(at, size) : notional(at, size);
      REQUIRE(p.realised() + p.unrealised(at) == cash + p.size().value() * at.value());
    }
    // Closed out, nothing is left unaccounted for.
    const auto rest = p.size();
    if (rest.is_zero())
      continue;
    p.apply(rest.is_positive() ? side::sell : side::buy, "77.7"_price, rest.abs(), 0);
    cash += rest.value() * "77.7"_d;
    REQUIRE(p.size().is_zero());
    REQUIRE(p.realised() == cash);
    REQUIRE(p.unrealised("1"_price).is_zero());
  }
}
