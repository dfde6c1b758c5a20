#include "messages/parameters.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace std::chrono_literals;

namespace {

parameter of(parameter_kind kind) {
  parameter p;
  p.name = "p";
  p.kind = kind;
  return p;
}

std::string error_of(const parameter& spec, std::string_view text) {
  const auto parsed = parse_parameter(spec, text);
  CHECK_FALSE(parsed.value.has_value());
  return parsed.error;
}

template <class T>
T value_of(const parameter& spec, std::string_view text) {
  const auto parsed = parse_parameter(spec, text);
  CHECK(parsed.error == "");
  REQUIRE(parsed.value.has_value());
  return std::get<T>(*parsed.value);
}

} // namespace

TEST_CASE("parameters: a ratio carries its unit") {
  const auto ratio = of(parameter_kind::ratio);
  CHECK(value_of<decimal>(ratio, "0.8%") == "0.008"_d);
  CHECK(value_of<decimal>(ratio, "0.8 %") == "0.008"_d);
  CHECK(value_of<decimal>(ratio, "80bps") == "0.008"_d);
  CHECK(value_of<decimal>(ratio, "80 bps") == "0.008"_d);
  CHECK(value_of<decimal>(ratio, "-100%") == "-1"_d);
  CHECK(value_of<decimal>(ratio, "0") == "0"_d);
}

TEST_CASE("parameters: a bare ratio is refused with what it could have meant") {
  const auto ratio = of(parameter_kind::ratio);
  CHECK(error_of(ratio, "0.008")
        == R"("0.008" has no unit; write "0.008%" (0.00008), "0.8%" (0.008) or "80bps" (0.008))");
  CHECK(error_of(ratio, "5")
        == R"("5" has no unit; write "5%" (0.05), "500%" (5) or "50000bps" (5))");
  CHECK(error_of(ratio, "100000000000000000000")
        == R"("100000000000000000000" has no unit; write a ratio like "0.08%" or "8bps")");
  // Each spelling offered reads as the number in its brackets.
  CHECK(value_of<decimal>(ratio, "0.008%") == "0.00008"_d);
  CHECK(value_of<decimal>(ratio, "0.8%") == "0.008"_d);
}

TEST_CASE("parameters: what is no ratio at all") {
  const auto ratio = of(parameter_kind::ratio);
  for (const auto* bad : {"", "%", "bps", "x%", "0.8 percent", "0.8%%", "1,5%", "8bp"})
    CHECK(error_of(ratio, bad)
          == '"' + std::string(bad) + R"(" is not a ratio; write it like "0.08%" or "8bps")");
  CHECK(error_of(ratio, "0.00000000000000001%")
        == R"("0.00000000000000001%" is finer than can be held exactly (1e-18))");
}

TEST_CASE("parameters: a time span carries its unit") {
  const auto span = of(parameter_kind::time_span);
  CHECK(value_of<duration>(span, "35s") == 35s);
  CHECK(value_of<duration>(span, "1.5m") == 90s);
  CHECK(value_of<duration>(span, "0") == 0s);
  CHECK(error_of(span, "35")
        == R"("35" has no unit; write "35s" for seconds (units: ns, us, ms, s, m, h, d))");
  CHECK(error_of(span, "soon")
        == R"("soon" is not a time span; write it like "35s", "250ms", "1.5m", "8h" or "2d")");
  CHECK(error_of(span, "-5s").find("is not a time span") != std::string::npos);
}

TEST_CASE("parameters: plain numbers have no unit") {
  CHECK(value_of<decimal>(of(parameter_kind::size), "0.00273") == "0.00273"_d);
  CHECK(value_of<decimal>(of(parameter_kind::quote_price), "62000.5") == "62000.5"_d);
  CHECK(error_of(of(parameter_kind::size), "1 BTC")
        == R"("1 BTC" is not a plain number that can be held exactly (at most 18 decimals, )"
           "no unit); write it like 0.00273");
  CHECK(value_of<std::int64_t>(of(parameter_kind::integer), "-7") == -7);
  CHECK(error_of(of(parameter_kind::integer), "2.5")
        == R"("2.5" is not a whole number; write it like 25)");
  CHECK(error_of(of(parameter_kind::integer), "99999999999999999999")
        == R"("99999999999999999999" is too large for a whole number)");
}

TEST_CASE("parameters: booleans are true or false and nothing else") {
  const auto boolean = of(parameter_kind::boolean);
  CHECK(value_of<bool>(boolean, "true"));
  CHECK_FALSE(value_of<bool>(boolean, "false"));
  for (const auto* bad : {"True", "yes", "1", ""})
    CHECK(error_of(boolean, bad) == '"' + std::string(bad) + "\" is neither true nor false");
}

TEST_CASE("parameters: a choice is one of its list; a near miss is named") {
  auto choice = of(parameter_kind::choice);
  choice.choices = {"buy", "sell"};
  CHECK(value_of<std::string>(choice, "sell") == "sell");
  CHECK(error_of(choice, "sel") == R"("sel" is not one of buy, sell; did you mean "sell"?)");
  CHECK(error_of(choice, "BUY") == R"("BUY" is not one of buy, sell)");
  CHECK(error_of(choice, "neutral") == R"("neutral" is not one of buy, sell)");
  CHECK(describe_kind(choice) == "one of buy, sell");
}

TEST_CASE("parameters: ranges are inclusive and in the parameter's own unit") {
  auto ratio = of(parameter_kind::ratio);
  ratio.minimum = "0.01%";
  ratio.maximum = "100bps";
  CHECK(value_of<decimal>(ratio, "1bps") == "0.0001"_d);
  CHECK(value_of<decimal>(ratio, "1%") == "0.01"_d);
  CHECK(error_of(ratio, "0.9bps") == R"("0.9bps" is below the minimum 0.01%)");
  CHECK(error_of(ratio, "1.1%") == R"("1.1%" is above the maximum 100bps)");
  auto span = of(parameter_kind::time_span);
  span.maximum = "1m";
  CHECK(error_of(span, "61s") == R"("61s" is above the maximum 1m)");
  auto count = of(parameter_kind::integer);
  count.minimum = "1";
  CHECK(error_of(count, "0") == R"("0" is below the minimum 1)");
}

TEST_CASE("parameters: a bound that does not parse is a bug of the table") {
  auto span = of(parameter_kind::time_span);
  span.minimum = "5";
  CHECK_THROWS_AS(parse_parameter(span, "10s"), std::logic_error);
}

TEST_CASE("parameters: a secret is a reference, and no error repeats what was written") {
  const auto secret = of(parameter_kind::secret);
  CHECK(value_of<std::string>(secret, "env:ASTER_SECRET_KEY") == "env:ASTER_SECRET_KEY");
  CHECK(value_of<std::string>(secret, "file:/run/key") == "file:/run/key");
  for (const auto* bad : {"hunter2", "env:", "file:", "env:hunter2-hunter2", ""}) {
    const auto error = error_of(secret, bad);
    CHECK(error.find("hunter2") == std::string::npos);
    CHECK_FALSE(error.empty());
  }
}

TEST_CASE("parameters: a formatted value reads back as itself") {
  const std::pair<parameter_kind, const char*> texts[]
      = {{parameter_kind::boolean, "true"},        {parameter_kind::integer, "-40"},
         {parameter_kind::number, "1.5"},          {parameter_kind::ratio, "0.08%"},
         {parameter_kind::ratio, "-100%"},         {parameter_kind::ratio, "0.0000000000000001%"},
         {parameter_kind::time_span, "250ms"},     {parameter_kind::time_span, "0"},
         {parameter_kind::size, "0.00273"},        {parameter_kind::money, "1000"},
         {parameter_kind::quote_price, "62000.5"}, {parameter_kind::text, "any text"},
         {parameter_kind::secret, "env:KEY"}};
  for (const auto& [kind, text] : texts) {
    CAPTURE(text);
    const auto spec = of(kind);
    const auto parsed = parse_parameter(spec, text);
    REQUIRE(parsed.value.has_value());
    CHECK(format_parameter(spec, *parsed.value) == text);
    CHECK(parse_parameter(spec, format_parameter(spec, *parsed.value)).value == parsed.value);
    CHECK_FALSE(describe_kind(spec).empty());
  }
  CHECK(format_parameter(of(parameter_kind::ratio), "0.008"_d) == "0.8%");
}

TEST_CASE("parameters: reading an unset value, or as another kind, is a bug and says which") {
  parameter_values values;
  values.set("max_orders", std::int64_t{25});
  CHECK(values.integer("max_orders") == 25);
  CHECK(values.has("max_orders"));
  CHECK_THROWS_WITH_AS(values.integer("wait_time"), "parameter wait_time is not set",
                       std::logic_error);
  CHECK_THROWS_WITH_AS(values.number("max_orders"), "parameter max_orders has another kind",
                       std::logic_error);
}
