#include "venues/wire/flat_frame.hpp"
#include "venues/wire/json_reader.hpp"
#include "venues/wire/levels.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace actorbot;
using namespace actorbot::venues;

TEST_CASE("a flat frame gives its stream and its members; anything else is refused") {
  flat_fields f;
  REQUIRE(scan_flat_frame(R"({"stream":"a.b@c","data":{"e":"x","E":12,"m":true,"n":null}})", f));
  CHECK(f.stream() == "a.b@c");
  CHECK(f['e'] == "x");
  CHECK(f['E'] == "12");
  CHECK(f['m'] == "true");
  CHECK(f['n'] == "null");
  CHECK(f['z'].empty());
  f.clear();
  CHECK(f.stream().empty());
  CHECK(f['e'].empty());
  for (const auto* text :
       {"", "{}", R"({"stream":"a","data":{}})",
        R"({"stream":"a","data":{"e":"x"}})"
        " ",
        R"({"stream":"a","data":{"e":"x","e":"y"}})", R"({"stream":"a","data":{"e":[1]}})",
        R"({"stream":"a","data":{"ev":"x"}})", R"({"stream":"a","data":{"e":"\u0041"}})",
        R"({"stream":"a","data":{"E":01}})", R"({"stream":"a","data":{"E":nul}})",
        R"({"data":{"e":"x"},"stream":"a"})"})
    CHECK_FALSE(scan_flat_frame(text, f));
}

TEST_CASE("levels: pairs of texts, in single units, and nothing else") {
  scaled_instrument x;
  x.rules.multiplier = decimal{1000};
  json_parser parser;
  const auto read = [&](std::string text, std::vector<level>& out) {
    const auto size = text.size();
    text.append(64, '\0');
    const auto root = parser.parse({text.data(), size});
    REQUIRE(root);
    return read_levels(x, *root, "b", out);
  };
  std::vector<level> out;
  REQUIRE(read(R"({"b":[["0.5","2"],["0.4","0.000"]]})", out));
  const std::vector<level> expected{{"0.0005"_price, "2000"_qty}, {"0.0004"_price, quantity{}}};
  CHECK(out == expected);
  REQUIRE(read(R"({"b":[]})", out));
  CHECK(out.empty());
  for (const auto* text : {R"({})", R"({"b":1})", R"({"b":[1]})", R"({"b":[["1"]]})",
                           R"({"b":[["1","2","3"]]})", R"({"b":[[1,2]]})", R"({"b":[["0","1"]]})",
                           R"({"b":[["1","-1"]]})", R"({"b":[["x","1"]]})"})
    CHECK_FALSE(read(text, out));
  CHECK(make_level(x, "0.5"_d, "2"_d) == level{"0.0005"_price, "2000"_qty});
  CHECK_FALSE(make_level(x, "0.5"_d, decimal{}).has_value());
  CHECK_FALSE(make_level(x, decimal{}, "2"_d).has_value());
}
