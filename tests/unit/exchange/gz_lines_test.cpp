#include "venues/exchange/gz_lines.hpp"

#include "temporary.hpp"

#include <doctest/doctest.h>

using namespace actorbot::exchange;
using namespace actorbot::exchange::test;

TEST_CASE("gz_lines reads plain and compressed text, long lines and no last line end") {
  const std::string huge(1'000'000, 'x');
  temporary file{"lines.gz", "a\r\n\n" + huge + "\nlast"};
  gz_lines lines{file.path()};
  for (int round = 0; round < 2; ++round) {
    std::string_view line;
    REQUIRE(lines.next(line));
    CHECK(line == "a");
    REQUIRE(lines.next(line));
    CHECK(line.empty());
    REQUIRE(lines.next(line));
    CHECK(line == huge);
    REQUIRE(lines.next(line));
    CHECK(line == "last");
    CHECK_FALSE(lines.next(line));
    lines.rewind();
  }
  CHECK_THROWS_AS(gz_lines{"/does/not/exist"}, std::runtime_error);
}

TEST_CASE("recorders' stamps become nanoseconds") {
  std::int64_t ns = 0;
  CHECK(parse_seconds("1626992741.06217", ns));
  CHECK(ns == 1626992741062170000);
  CHECK(parse_seconds("5", ns));
  CHECK(ns == 5'000'000'000);
  CHECK_FALSE(parse_seconds("5.1234567891", ns));
  CHECK_FALSE(parse_seconds("abc", ns));
  CHECK(parse_seconds("9223372035.999999999", ns));
  CHECK_FALSE(parse_seconds("17231612563030314", ns)); // more nanoseconds than 64 bits hold
  CHECK_FALSE(parse_integer("12x", ns));
}

TEST_CASE("a zip archive that claims more than it can hold is refused before memory is made") {
  const temporary file{"claims.zip", stored_zip("x", (1u << 30) - 1), false};
  CHECK_THROWS_WITH_AS(read_zip(file.path()), ("zip: truncated: " + file.path()).c_str(),
                       std::runtime_error);
  const temporary honest{"honest.zip", stored_zip("x"), false};
  CHECK(read_zip(honest.path()) == "x");
}
