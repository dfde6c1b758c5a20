#include "config/document.hpp"

#include "tests/unit/config/fake_kinds.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::config;

TEST_CASE("numbers keep the characters of the source") {
  const auto good = parse_document("a = 0.1\nb = 1_000.50 # x\nc = [+7, 1e-7]\n"
                                   "d = {x = 0.123456789012345678}\n\"\xC3\xA9 \" = 2.5\n",
                                   "t");
  REQUIRE(good.root);
  const auto& root = *good.root;
  CHECK(root.find("a")->value.text == "0.1");
  CHECK(root.find("b")->value.text == "1000.50");
  CHECK(root.find("c")->value.items[0].text == "7");
  CHECK(root.find("c")->value.items[1].text == "1e-7");
  CHECK(root.find("d")->value.find("x")->value.text == "0.123456789012345678");
  CHECK(root.find("\xC3\xA9 ")->value.text == "2.5");
}

TEST_CASE("a syntax error shows no control characters of the file") {
  const auto bad = parse_document("name = n\t x\n", "t");
  REQUIRE(bad.errors.size() == 1);
  CHECK(bad.errors[0].text.find('\t') == std::string::npos);
}

TEST_CASE("a size with eighteen decimals arrives exactly") {
  auto text = fake::paper_text();
  text.replace(text.find("0.00273"), 7, "0.123456789012345678");
  const auto result = fake::load(text);
  REQUIRE(result);
  CHECK(result.config->strategies[0].parameters.values.number("quantity")
        == "0.123456789012345678"_d);
}

TEST_CASE("a size that cannot be held exactly is refused, not rounded") {
  auto text = fake::paper_text();
  text.replace(text.find("0.00273"), 7, "0.1234567890123456789");
  CHECK(
      fake::errors_of(text) ==
      R"(bot.toml:9:12: `quantity`: "0.1234567890123456789" is not a plain number that can be held exactly (at most 18 decimals, no unit); write it like 0.00273
)");
}

TEST_CASE("inf, nan, hexadecimal numbers and dates are no sizes") {
  for (const std::string value : {"inf", "-inf", "nan", "0x10", "2026-01-31", "true"}) {
    auto text = fake::paper_text();
    text.replace(text.find("0.00273"), 7, value);
    const auto result = fake::load(text);
    REQUIRE_MESSAGE(result.errors.size() == 1, value);
    CHECK(result.errors[0].where == origin{"bot.toml", 9, 12});
    CHECK(result.errors[0].key == "strategies.grid.quantity");
  }
}

TEST_CASE("wrong syntax is reported with its place, and reading goes on behind it") {
  CHECK(
      fake::errors_of(
          "[bot]\nname = demo\nlive = 1\n[venues.paper\n[strategies.g]\nkind = \"grd\"\n")
      ==
      R"(bot.toml:2:8: not TOML: Error while parsing value: could not determine value type (text needs quotes)
bot.toml:3:8: `live`: expected true or false, found the number `1`
bot.toml:4:14: not TOML: Error while parsing table header: expected ']', saw '\n'
bot.toml:6:8: unknown kind `grd` in [strategies.g], did you mean `grid`?
)");
}

TEST_CASE("a header without a key is an error, not an abort of the library") {
  for (const std::string text : {"[.]", "[\xC3\xA9]", "[#a]", "[\n]", "[\r", "[", "[["}) {
    const auto parsed = parse_document(text, "t");
    REQUIRE_MESSAGE(!parsed.errors.empty(), text);
    CHECK(parsed.errors[0].code == error_code::syntax);
  }
}

TEST_CASE("inside an open array nothing is guessed") {
  CHECK(
      fake::errors_of("[bot]\nname = [1,\nlive = true\n[venues.paper]\n")
      == "bot.toml:3:1: not TOML: Error while parsing value: could not determine value type (text "
         "needs quotes)\n");
}

TEST_CASE("duplicate keys and sections name both places") {
  const auto text = fake::paper_with("quantity = 2\n[bot]\nname = \"other\"\n[venues.paper]\n"
                                     "sed = 1\n[strategies.grid]\nquantity = 3");
  CHECK(fake::errors_of(text) ==
        R"(bot.toml:12:1: key `quantity` is given twice, first in line 9
bot.toml:13:1: section `[bot]` is given twice, first in line 1
bot.toml:15:1: section `[venues.paper]` is given twice, first in line 4
bot.toml:17:1: section `[strategies.grid]` is given twice, first in line 6
)");
}

TEST_CASE("a byte-order mark and CRLF line ends change nothing") {
  std::string text = "\xEF\xBB\xBF";
  for (char c : fake::paper_text())
    text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK_MESSAGE(fake::load(text), fake::errors_of(text));
}

TEST_CASE("letters beyond ASCII belong in texts and comments only") {
  CHECK(
      parse_document("# \xC3\xA9\na = \"\xC3\xA9\" # \xC3\xA9\nb = \"\"\"\\\n  \xC3\xA9\"\"\"", "t")
          .errors.empty());
  for (const std::string text :
       {"\xC3\xA9 = 1", "a = \xC3\xA9", "a \xC3\xA9 = 1", "a = 1 \xC3\xA9"})
    CHECK_MESSAGE(parse_document(text, "t").errors.size() == 1, text);
}

TEST_CASE("bytes that are not UTF-8 are an error with a place") {
  const auto result = fake::load("[bot]\nname = \"\xFF\xFE\"\n");
  REQUIRE_FALSE(result.errors.empty());
  CHECK(result.errors[0].code == error_code::syntax);
  CHECK(result.errors[0].where.line >= 1);
}
