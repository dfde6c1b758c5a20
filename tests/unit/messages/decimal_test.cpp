#include "messages/decimal.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <vector>

using namespace actorbot;

namespace {

/// splitmix64: the same numbers on every machine.
struct generator {
  std::uint64_t state;
  std::uint64_t next() {
    auto z = state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n));
  }
  /// Any size, both signs.
  decimal any() {
    const auto high = static_cast<int128>(static_cast<std::int64_t>(next()));
    const auto raw = (high << 64 | static_cast<int128>(next())) >> below(127);
    return decimal::from_raw(raw);
  }
};

const std::map<std::string, rounding> modes{
    {"down", rounding::down}, {"up", rounding::up},           {"floor", rounding::floor},
    {"ceil", rounding::ceil}, {"half_up", rounding::half_up}, {"half_even", rounding::half_even}};

const auto largest = decimal::from_raw(static_cast<int128>(~uint128{0} >> 1));
const auto tiniest = decimal::from_raw(1);

} // namespace

TEST_CASE("decimal: text round trip over every size") {
  generator g{1};
  for (int i = 0; i < 200'000; ++i) {
    const auto x = g.any();
    const auto back = decimal::parse(to_string(x));
    REQUIRE(back.has_value());
    REQUIRE(*back == x);
  }
  char buffer[decimal::max_chars];
  CHECK((-largest).to_chars(buffer) <= decimal::max_chars);
  CHECK(to_string(-largest) == "-170141183460469231731.687303715884105727");
  CHECK(decimal::parse(to_string(-largest)) == -largest);
}

TEST_CASE("decimal: text without exponent, shortest") {
  const std::map<std::string, std::string> forms{
      {"12", "12"},
      {"-0.50", "-0.5"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1e-7", "0.0000001"},
      {"1.5E3", "1500"},
      {"-0", "0"},
      {"000.100", "0.1"},
      {"1e+2", "100"},
      {"1e-12", "0.000000000001"},
      {"1e-18", "0.000000000000000001"},
      {"100000000000000000000", "100000000000000000000"},
      {"0e999", "0"},
      {"1.000000000000000000000000000000000000000000000000000", "1"}};
  for (const auto& [in, out] : forms) {
    CAPTURE(in);
    const auto x = decimal::parse(in);
    REQUIRE(x.has_value());
    CHECK(to_string(*x) == out);
  }
}

TEST_CASE("decimal: what is no number, too large or too fine is refused") {
  for (const auto* bad : {"",
                          "-",
                          ".",
                          "-.",
                          "+1",
                          " 1",
                          "1 ",
                          "1,5",
                          "1.2.3",
                          "e5",
                          "1e",
                          "1e-",
                          "1e1.5",
                          "0x10",
                          "inf",
                          "nan",
                          "--1",
                          "1-",
                          "1e-19",
                          "0.0000000000000000001",
                          "1e21",
                          "170141183460469231732",
                          "170141183460469231731.687303715884105728",
                          "999999999999999999999999999999999999999999",
                          "1e999999999999",
                          "1234567890123456789012345678901234567890.5",
                          "1%"}) {
    CAPTURE(bad);
    CHECK_FALSE(decimal::parse(bad).has_value());
  }
  CHECK_THROWS_AS(void("x"_d), std::invalid_argument);
}

TEST_CASE("decimal: results equal those of exact rational arithmetic") {
  std::ifstream file(ACTORBOT_TEST_DATA "/decimal_table.csv");
  REQUIRE(file.good());
  std::string line;
  std::map<std::string, int> counts;
  while (std::getline(file, line)) {
    if (line.starts_with('#'))
      continue;
    CAPTURE(line);
    std::vector<std::string> cell;
    std::istringstream cells(line);
    for (std::string text; std::getline(cells, text, ',');)
      cell.push_back(text);
    REQUIRE(cell.size() == 6);
    const auto a = decimal::parse(cell[1]).value();
    const auto b = decimal::parse(cell[2]).value();
    const auto mode = modes.at(cell[3]);
    const auto compute = [&] {
      if (cell[0] == "mul")
        return decimal::multiply(a, b, mode);
      if (cell[0] == "div")
        return decimal::divide(a, b, mode, std::stoi(cell[4]));
      if (cell[0] == "add")
        return a + b;
      return cell[0] == "sub" ? a - b : a.round_to(b, mode);
    };
    ++counts[cell[0]];
    if (cell[5] == "overflow")
      CHECK_THROWS_AS(compute(), decimal_overflow);
    else
      CHECK(to_string(compute()) == cell[5]);
  }
  CHECK(counts["mul"] == 300);
  CHECK(counts["div"] == 300);
  CHECK(counts["add"] == 100);
  CHECK(counts["sub"] == 100);
  CHECK(counts["round"] == 300);
}

TEST_CASE("decimal: arithmetic agrees with 128-bit integers") {
  generator g{2};
  for (int i = 0; i < 100'000; ++i) {
    const auto a = g.below(2'000'000'000'000'000'000) - 1'000'000'000'000'000'000;
    const auto b = g.below(2'000'000'000) - 1'000'000'000;
    const auto x = decimal::from_raw(a), y = decimal::from_raw(b);
    REQUIRE((x + y).raw() == static_cast<int128>(a) + b);
    REQUIRE((x - y).raw() == static_cast<int128>(a) - b);
    // a x 1e-9 times b x 1e-9 is exact at 1e-18.
    const auto p = decimal::from_raw(static_cast<int128>(a) * 1'000'000'000);
    const auto q = decimal::from_raw(static_cast<int128>(b) * 1'000'000'000);
    REQUIRE((p * q).raw() == static_cast<int128>(a) * b);
    REQUIRE(((a < b) == (x < y)));
    if (b != 0)
      REQUIRE(decimal::divide(x, y, rounding::down).raw()
              == static_cast<int128>(a) * decimal::unit / b);
  }
}

TEST_CASE("decimal: what multiplies exactly divides back") {
  generator g{3};
  for (int i = 0; i < 20'000; ++i) {
    const auto p = decimal::from_parts(1 + g.below(1'000'000'000), -6); // a price
    const auto q = decimal::from_parts(1 + g.below(1'000'000'000), -9); // a size
    const auto n = p * q;
    REQUIRE(decimal::divide(n, q) == p);
    REQUIRE(decimal::divide(n, p) == q);
  }
}

TEST_CASE("decimal: the promised ranges of prices and sizes, and their notionals") {
  CHECK(to_string("1e-12"_d * "1e-6"_d) == "0.000000000000000001");
  CHECK(to_string("1e9"_d * "1e11"_d) == "100000000000000000000");
  CHECK(to_string("1e-9"_d * "1e9"_d) == "1");
  CHECK(to_string("1e12"_d * "1e-12"_d) == "1");
  CHECK(notional("62000"_price, "0.00273"_qty) == "169.26"_d);
  CHECK_THROWS_AS(void("1e9"_d * "1e12"_d), decimal_overflow);
}

TEST_CASE("decimal: rounding to tick and lot in every direction") {
  struct row {
    const char *x, *step, *down, *up, *floor, *ceil, *half_up, *half_even;
  };
  const row rows[] = {
      {"100.3", "0.5", "100", "100.5", "100", "100.5", "100.5", "100.5"},
      {"100.25", "0.5", "100", "100.5", "100", "100.5", "100.5", "100"},
      {"100.75", "0.5", "100.5", "101", "100.5", "101", "101", "101"},
      {"-100.25", "0.5", "-100", "-100.5", "-100.5", "-100", "-100.5", "-100"},
      {"102.5", "5", "100", "105", "100", "105", "105", "100"},
      {"107.5", "5", "105", "110", "105", "110", "110", "110"},
      {"-102.5", "5", "-100", "-105", "-105", "-100", "-105", "-100"},
      {"-100.3", "5", "-100", "-105", "-105", "-100", "-100", "-100"},
      {"62004.96", "0.1", "62004.9", "62005", "62004.9", "62005", "62005", "62005"},
      {"0.000000000001", "0.000000000001", "0.000000000001", "0.000000000001", "0.000000000001",
       "0.000000000001", "0.000000000001", "0.000000000001"},
      {"0", "5", "0", "0", "0", "0", "0", "0"},
  };
  for (const auto& r : rows) {
    const auto x = *decimal::parse(r.x), step = *decimal::parse(r.step);
    CAPTURE(r.x);
    CHECK(to_string(x.round_to(step, rounding::down)) == r.down);
    CHECK(to_string(x.round_to(step, rounding::up)) == r.up);
    CHECK(to_string(x.round_to(step, rounding::floor)) == r.floor);
    CHECK(to_string(x.round_to(step, rounding::ceil)) == r.ceil);
    CHECK(to_string(x.round_to(step, rounding::half_up)) == r.half_up);
    CHECK(to_string(x.round_to(step, rounding::half_even)) == r.half_even);
  }
}

TEST_CASE("decimal: rounding keeps its promises for any number and step") {
  generator g{4};
  for (int i = 0; i < 50'000; ++i) {
    const auto x = decimal::from_parts(g.below(2'000'000'000'000) - 1'000'000'000'000, -7);
    const auto step = decimal::from_parts(1 + g.below(100'000), static_cast<int>(g.below(9)) - 7);
    for (const auto& [name, mode] : modes) {
      const auto r = x.round_to(step, mode);
      REQUIRE(r.is_multiple_of(step));
      REQUIRE((r - x).abs() < step);
      REQUIRE(decimal::from_int(r.count_of(step)) * step == r);
      REQUIRE(r.round_to(step, mode) == r);
    }
    REQUIRE(x.round_to(step, rounding::floor) <= x);
    REQUIRE(x.round_to(step, rounding::ceil) >= x);
    REQUIRE(x.round_to(step, rounding::down).abs() <= x.abs());
    REQUIRE(x.round_to(step, rounding::up).abs() >= x.abs());
    REQUIRE((x.round_to(step, rounding::half_even) - x).abs() * 2 <= step);
  }
}

TEST_CASE("decimal: overflow throws in every operation, nothing wraps") {
  const auto smallest = decimal::from_raw(-largest.raw() - 1);
  CHECK_THROWS_AS(void(largest + tiniest), decimal_overflow);
  CHECK_THROWS_AS(void(-largest - tiniest - tiniest), decimal_overflow);
  CHECK_THROWS_AS(void(-smallest), decimal_overflow);
  CHECK_THROWS_AS(void(smallest.abs()), decimal_overflow);
  CHECK_THROWS_AS(void(largest * 2), decimal_overflow);
  CHECK_THROWS_AS(void(largest * largest), decimal_overflow);
  CHECK_THROWS_AS(void(decimal::divide(largest, "0.5"_d)), decimal_overflow);
  CHECK_THROWS_AS(void(decimal::divide(1, 0)), decimal_overflow);
  CHECK_THROWS_AS(void(largest.round_to(5, rounding::up)), decimal_overflow);
  CHECK_THROWS_AS(void(decimal::from_parts(1, 21)), decimal_overflow);
  CHECK_THROWS_AS(void(decimal::from_parts(1, -19)), decimal_overflow);
  CHECK_THROWS_AS(void("0.3"_d.count_of("0.2"_d)), decimal_overflow);
  CHECK_THROWS_AS(void("1e12"_d.count_of("1e-9"_d)), decimal_overflow);
  auto x = largest;
  CHECK_THROWS_AS(x += tiniest, decimal_overflow);
  CHECK(x == largest);
  x = -largest;
  CHECK_THROWS_AS(x -= 1, decimal_overflow);
  CHECK_THROWS_AS(void(price{largest} + price{tiniest}), decimal_overflow);
  CHECK_THROWS_AS(void(decimal{1}.round_to(0, rounding::down)), std::invalid_argument);
  CHECK_THROWS_AS(void(decimal::divide(1, 1, rounding::down, 19)), std::invalid_argument);
}

TEST_CASE("decimal: fixed decimals") {
  CHECK("62049.6"_d.to_fixed(2) == "62049.60");
  CHECK("62049.605"_d.to_fixed(2) == "62049.60");
  CHECK("62049.615"_d.to_fixed(2) == "62049.62");
  CHECK("-0.005"_d.to_fixed(2) == "0.00");
  CHECK("-1.5"_d.to_fixed(0) == "-2");
  CHECK("7"_d.to_fixed(18) == "7.000000000000000000");
  CHECK_THROWS_AS(void("1"_d.to_fixed(19)), std::invalid_argument);
}
