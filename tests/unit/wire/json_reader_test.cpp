#include "venues/wire/json_reader.hpp"
#include "venues/wire/member_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace actorbot;
using namespace actorbot::venues;

namespace {

/// A document with what the parser may read behind it.
struct document {
  explicit document(std::string text) : size{text.size()}, bytes{std::move(text)} {
    bytes.append(64, '\0');
  }
  std::optional<simdjson::dom::element> read() { return parser.parse({bytes.data(), size}); }
  std::size_t size;
  std::string bytes;
  json_parser parser;
};

} // namespace

TEST_CASE("decimals with more digits than a decimal holds are cut off, not rounded") {
  CHECK(parse_long("3826.8888888888888888888888889") == "3826.888888888888888888"_d);
  CHECK(parse_long("-0.0000000000000000019") == "-0.000000000000000001"_d);
  CHECK(parse_long("0.0000000000000000009") == decimal{});
  CHECK(parse_long("1.123456789012345678") == "1.123456789012345678"_d);
  CHECK(parse_long("12") == "12"_d);
  for (const auto* text : {"", "1.123456789012345678x", "1.1234567890123456789e3", "a.5", "1.2.3",
                           "999999999999999999999.0000000000000000001"})
    CHECK_FALSE(parse_long(text));
}

TEST_CASE("members with long decimals, and times in microseconds") {
  document d{R"({"a":"0.33333333333333333333","b":7,"c":"7.5","d":null,"t":1753102447307501,)"
             R"("s":"1753102447307501","n":-1,"h":9223372036854775807})"};
  const auto root = d.read();
  REQUIRE(root);
  CHECK(long_decimal_of(*root, "a") == "0.333333333333333333"_d);
  CHECK(long_decimal_of(*root, "b") == "7"_d);
  CHECK(long_decimal_of(*root, "c") == "7.5"_d);
  CHECK_FALSE(long_decimal_of(*root, "d"));
  CHECK_FALSE(long_decimal_of(*root, "e"));
  CHECK(us_time_of(*root, "t") == from_us(1753102447307501));
  CHECK(us_time_of(*root, "s") == from_us(1753102447307501));
  for (const auto* name : {"a", "d", "e", "n", "h"})
    CHECK(us_time_of(*root, name) == timestamp{});
  CHECK(parse_us("1753102447307501") == from_us(1753102447307501));
  for (const auto* text : {"", "-1", "1.5", "18446744073709551615", "9223372036854775807"})
    CHECK_FALSE(parse_us(text));
}

TEST_CASE("members are found in any order, and null amounts are zero") {
  document d{R"({"id":"12","size":"0.5","price":null,"flag":true,"n":3,"bad":"-1","odd":[]})"};
  const auto root = d.read();
  REQUIRE(root);
  member_reader members{*root};
  for (int i = 0; i < 2; ++i) { // the second round begins behind the last member
    CHECK(members.integer("n") == 3);
    CHECK(members.amount_or_zero("size") == "0.5"_d);
    CHECK(members.amount_or_zero("price") == decimal{});
    CHECK(members.amount_or_zero("absent") == decimal{});
    CHECK_FALSE(members.amount_or_zero("bad"));
    CHECK_FALSE(members.amount_or_zero("odd"));
    CHECK(members.flag("flag"));
    CHECK_FALSE(members.flag("id"));
    CHECK(members.integer("id") == 12);
    CHECK(members.text("id") == "12");
    CHECK(members.text("n").empty());
  }
  document list{"[1]"};
  member_reader nothing{*list.read()};
  CHECK(nothing.text("id").empty());
}
