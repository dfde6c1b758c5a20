#include "messages/instrument.hpp"

#include <doctest/doctest.h>

using namespace actorbot;

namespace {

instrument with_tick(decimal tick, std::uint8_t figures = 0) {
  instrument i;
  i.tick = tick;
  i.lot = "0.001"_d;
  i.significant_figures = figures;
  return i;
}

order_request limit(side s, quantity size, price at) {
  order_request r;
  r.order_side = s;
  r.size = size;
  r.limit_price = at;
  return r;
}

} // namespace

TEST_CASE("instrument: ticks that are no powers of ten, in every direction") {
  CHECK(round_price(with_tick("0.5"_d), "100.3"_price, rounding::floor) == "100"_price);
  CHECK(round_price(with_tick("0.5"_d), "100.3"_price, rounding::ceil) == "100.5"_price);
  CHECK(round_price(with_tick("5"_d), "102.5"_price, rounding::half_up) == "105"_price);
  CHECK(round_price(with_tick("5"_d), "102.5"_price, rounding::half_even) == "100"_price);
  CHECK(round_price(with_tick("0.00001"_d), "0.123456"_price, rounding::floor) == "0.12345"_price);
  CHECK(round_price_passive(with_tick("0.5"_d), "100.3"_price, side::buy) == "100"_price);
  CHECK(round_price_passive(with_tick("0.5"_d), "100.3"_price, side::sell) == "100.5"_price);
}

TEST_CASE("instrument: significant figures coarsen the tick of large prices") {
  const auto i = with_tick("0.01"_d, 5);
  CHECK(round_price(i, "12345.67"_price, rounding::floor) == "12345"_price);
  CHECK(round_price(i, "1234.567"_price, rounding::floor) == "1234.5"_price);
  CHECK(round_price(i, "123.4567"_price, rounding::floor) == "123.45"_price);
  CHECK(round_price(i, "12.34567"_price, rounding::floor) == "12.34"_price);
  CHECK(round_price(i, "99999.5"_price, rounding::ceil) == "100000"_price);
  CHECK(round_price(i, "100001"_price, rounding::floor) == "100000"_price);
  const auto fine = with_tick("0.000000000001"_d, 3);
  CHECK(round_price(fine, "0.00123456"_price, rounding::floor) == "0.00123"_price);
  CHECK(round_price(fine, "0.00123456"_price, rounding::ceil) == "0.00124"_price);
  CHECK(round_price(fine, "1"_price, rounding::floor) == "1"_price);
  CHECK(round_price(fine, "0.1"_price, rounding::floor) == "0.1"_price);
}

TEST_CASE("instrument: a rounded price is valid, near and on the right side, for any instrument") {
  std::uint64_t x = 7;
  for (int n = 0; n < 20'000; ++n) {
    x = x * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto p = price{decimal::from_parts(static_cast<std::int64_t>(1 + (x >> 33) % 100'000'000),
                                             -static_cast<int>(x % 7))};
    const char* ticks[] = {"0.5", "5", "0.1", "0.01", "0.00001", "1"};
    const auto i = with_tick(*decimal::parse(ticks[(x >> 20) % 6]), (x >> 12) % 2 != 0 ? 5 : 0);
    const auto low = round_price_passive(i, p, side::buy);
    const auto high = round_price_passive(i, p, side::sell);
    REQUIRE(low <= p);
    REQUIRE(high >= p);
    REQUIRE(low.value().is_multiple_of(i.tick));
    REQUIRE(high.value().is_multiple_of(i.tick));
    if (low.is_positive())
      REQUIRE(round_price(i, low, rounding::half_even) == low);
    REQUIRE(round_price(i, high, rounding::half_even) == high);
    if (low != high && i.significant_figures == 0)
      REQUIRE(high - low == price{i.tick});
  }
}

TEST_CASE("instrument: prices stay inside the bounds") {
  auto i = with_tick("0.5"_d);
  i.min_price = "10"_price;
  i.max_price = "1000"_price;
  CHECK(round_price(i, "3"_price, rounding::floor) == "10"_price);
  CHECK(round_price(i, "3000"_price, rounding::ceil) == "1000"_price);
}

TEST_CASE("instrument: sizes are rounded down, to nothing below the minimum") {
  auto i = with_tick("0.5"_d);
  i.min_quantity = "0.01"_qty;
  i.max_quantity = "5"_qty;
  CHECK(round_quantity_down(i, "0.0159"_qty) == "0.015"_qty);
  CHECK(round_quantity_down(i, "0.0099"_qty).is_zero());
  CHECK(round_quantity_down(i, "7"_qty) == "5"_qty);
  CHECK(round_quantity_down(i, "-1"_qty).is_zero());
  i.max_quantity = "4.9995"_qty;
  CHECK(round_quantity_down(i, "7"_qty) == "4.999"_qty); // a multiple of the lot even at the bound
}

TEST_CASE("instrument: what the venue would refuse is known before it is sent") {
  auto i = with_tick("0.5"_d);
  i.min_quantity = "0.01"_qty;
  i.max_quantity = "5"_qty;
  i.max_market_quantity = "2"_qty;
  i.min_notional = "10"_d;
  const auto why = [&](const order_request& r) { return violates_rules(i, r, "100"_price); };
  CHECK_FALSE(why(limit(side::buy, "0.1"_qty, "100"_price)).has_value());
  CHECK(why(limit(side::buy, "0"_qty, "100"_price)) == reject_reason::size);
  CHECK(why(limit(side::buy, "-1"_qty, "100"_price)) == reject_reason::size);
  CHECK(why(limit(side::buy, "0.009"_qty, "100"_price)) == reject_reason::size);
  CHECK(why(limit(side::buy, "0.1005"_qty, "100"_price)) == reject_reason::size);
  CHECK(why(limit(side::buy, "6"_qty, "100"_price)) == reject_reason::size);
  CHECK(why(limit(side::buy, "1"_qty, "100.3"_price)) == reject_reason::price_tick);
  CHECK(why(limit(side::buy, "1"_qty, "0"_price)) == reject_reason::price_tick);
  CHECK(why(limit(side::buy, "0.05"_qty, "100"_price)) == reject_reason::notional);
  auto reducing = limit(side::buy, "0.05"_qty, "100"_price);
  reducing.reduce_only = true;
  CHECK_FALSE(why(reducing).has_value());
  auto market = limit(side::buy, "3"_qty, {});
  market.type = order_type::market;
  CHECK(why(market) == reject_reason::size);
  market.size = "0.05"_qty;
  CHECK(why(market) == reject_reason::notional);
  market.size = "1"_qty;
  CHECK_FALSE(why(market).has_value());
}
