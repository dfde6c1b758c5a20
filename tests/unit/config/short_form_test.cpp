#include "config/short_form.hpp"

#include "config/describe.hpp"
#include "tests/unit/config/fake_kinds.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::config;
using namespace std::chrono_literals;

namespace {

/// "--key text" pairs as the command line hands them over.
std::vector<short_option> options(std::initializer_list<std::pair<std::string, std::string>> in) {
  std::vector<short_option> out;
  for (const auto& [key, text] : in)
    out.push_back({key, text, "--" + key});
  return out;
}

load_result run(std::initializer_list<std::pair<std::string, std::string>> in) {
  return from_short_form(options(in), fake::kinds());
}

} // namespace

TEST_CASE("a ticker is enough for a paper grid") {
  const auto result = run({{"ticker", "btc"}});
  REQUIRE_MESSAGE(result, fake::errors_of(result));
  const auto& c = *result.config;
  CHECK(c.bot.name == "grid-btc-paper");
  CHECK(c.strategies[0].instruments == std::vector<instrument_ref>{{"paper", "BTC"}});
  const auto& p = c.strategies[0].parameters.values;
  CHECK(p.number("quantity") == "0.01"_d);
  CHECK(p.number("take_profit") == "0.0002"_d);
  CHECK(p.span("wait_time") == 2s);
  CHECK(p.integer("max_orders") == 10);
  CHECK(p.text("direction") == "buy");
  CHECK(c.risk.repeated_executions == 1000);
}

TEST_CASE("what is given goes before the defaults, option by option") {
  const auto result = run({{"ticker", "ETH"},
                           {"strategy", "grid"},
                           {"venue", "paper"},
                           {"set", "wait_time=5s"},
                           {"set", "risk.repeated_executions=7"},
                           {"set", "venue.seed=42"},
                           {"strategy-params", "boost_mode=false"},
                           {"on-stop", "flatten"},
                           {"take-profit", "1%"}});
  REQUIRE_MESSAGE(result, fake::errors_of(result));
  const auto& c = *result.config;
  CHECK(c.bot.on_stop == stop_action::flatten);
  CHECK(c.risk.repeated_executions == 7);
  CHECK(c.venues[0].parameters.values.integer("seed") == 42);
  CHECK(c.strategies[0].parameters.values.span("wait_time") == 5s);
  CHECK(c.strategies[0].parameters.values.number("take_profit") == "0.01"_d);
  CHECK(c.strategies[0].parameters.values.number("quantity") == "0.01"_d);
}

TEST_CASE("the classic command is refused for its units only, each with the spellings that do") {
  auto classic = options({{"ticker", "BTC"},
                          {"exchange", "paper"},
                          {"strategy", "grid"},
                          {"quantity", "0.00273"},
                          {"take-profit", "0.008"},
                          {"direction", "buy"},
                          {"max-orders", "25"},
                          {"wait-time", "35"},
                          {"grid-step", "0.06"},
                          {"random-timing", ""},
                          {"dynamic-profit", ""}});
  CHECK(
      fake::errors_of(from_short_form(classic, fake::kinds())) ==
      R"(--take-profit: `take_profit`: "0.008" has no unit; write "0.008%" (0.00008), "0.8%" (0.008) or "80bps" (0.008)
--grid-step: `grid_step`: "0.06" has no unit; write "0.06%" (0.0006), "6%" (0.06) or "600bps" (0.06)
)");
  classic[4].text = "0.08%";
  classic[8].text = "0.06%";
  const auto result = from_short_form(classic, fake::kinds());
  REQUIRE_MESSAGE(result, fake::errors_of(result));
  const auto& p = result.config->strategies[0].parameters.values;
  CHECK(p.span("wait_time") == 35s);
  CHECK(p.boolean("random_timing"));
  CHECK(p.boolean("dynamic_profit"));
  CHECK(p.number("quantity") == "0.00273"_d);
}

TEST_CASE("only --wait-time may be a bare number of seconds") {
  CHECK(run({{"ticker", "BTC"}, {"wait-time", "35"}})
            .config->strategies[0]
            .parameters.values.span("wait_time")
        == 35s);
  CHECK(
      fake::errors_of(run({{"ticker", "BTC"}, {"set", "wait_time=35"}})) ==
      R"(--set wait_time: `wait_time`: "35" has no unit; write "35s" for seconds (units: ns, us, ms, s, m, h, d)
)");
  CHECK(
      fake::errors_of(run({{"ticker", "BTC"}, {"wait-time", "3.5"}})) ==
      R"(--wait-time: `wait_time`: "3.5" has no unit; write "3.5s" for seconds (units: ns, us, ms, s, m, h, d)
)");
}

TEST_CASE("a real venue has no defaults: what is missing is named as an option") {
  CHECK(
      fake::errors_of(run({{"ticker", "BTC"}, {"exchange", "aster"}})) ==
      R"(command line: --environment is missing: which system of the venue; local is a simulator (one of mainnet, testnet, local)
command line: --quantity is missing: help for quantity (size in base units, e.g. 0.00273)
command line: --take-profit is missing: help for take_profit (ratio with its unit, e.g. 0.08% or 8bps)
command line: --direction is missing: help for direction (one of buy, sell)
command line: --set risk.max_order_notional=VALUE is missing: largest order (amount in quote currency, e.g. 1000)
command line: --set risk.max_position_notional=VALUE is missing: largest position of an instrument, open orders included, worst side (amount in quote currency, e.g. 1000)
command line: --set risk.max_gross_exposure=VALUE is missing: largest sum of all positions, no sign (amount in quote currency, e.g. 1000)
)");
}

TEST_CASE("several venues make one strategy over all of them") {
  const auto result = run({{"ticker", "HYPE"},
                           {"strategy", "funding_arbitrage"},
                           {"exchanges", "paper, aster"},
                           {"target", "10000"},
                           {"environment", "testnet"},
                           {"set", "risk.max_order_notional=1"},
                           {"set", "risk.max_position_notional=1"},
                           {"set", "risk.max_gross_exposure=1"}});
  // Paper has no environments, so the option does not fit both.
  CHECK(
      fake::errors_of(result)
      == "--environment: unknown key `environment` in [venues.paper]; known keys: `kind`, `rest`, "
         "`ws`, `ca_file`, `dead_man`, `seed`, `risk`\n");
}

TEST_CASE("errors of the short form name the option") {
  CHECK(fake::errors_of(run({{"ticker", "BTC"},
                             {"venue", "papr"},
                             {"strategy", "gird"},
                             {"set", "x"},
                             {"set", "rsk.y=1"}}))
        ==
        R"(--set: expected KEY=VALUE
--set rsk.y: unknown section `rsk`, did you mean `risk`?
--venue: unknown kind `papr` in [venues.papr], did you mean `paper`?
--strategy: unknown kind `gird` in [strategies.gird], did you mean `grid`?
)");
  CHECK(fake::errors_of(run({{"ticker", "BTC"}, {"take-proft", "1%"}}))
        == "--take-proft: unknown key `take_proft` in [strategies.grid], did you mean "
           "`take_profit`?\n");
  CHECK(fake::errors_of(run({{"strategy", "grid"}}))
        == "command line: --ticker is missing: the base asset to trade, e.g. --ticker BTC\n");
  CHECK(fake::errors_of(run({{"ticker", "BTC"}, {"quantity", "1"}, {"set", "quantity=2"}}))
        == "--set quantity: key `quantity` is given twice in [strategies.grid]\n");
}

TEST_CASE("a secret on the command line is refused without being shown") {
  const auto errors = fake::errors_of(run(
      {{"ticker", "BTC"}, {"venue", "aster"}, {"set", "venue.api_key=SECRET"}, {"set", "SECRET"}}));
  CHECK(errors.find("SECRET") == std::string::npos);
  CHECK(errors.find("--set venue.api_key: `api_key`: a secret is never written")
        != std::string::npos);
}

TEST_CASE("the short form is the same bot as its file") {
  const auto result = run({{"ticker", "BTC"}});
  REQUIRE(result);
  const auto again = fake::load(describe(*result.config, fake::kinds()));
  REQUIRE_MESSAGE(again, fake::errors_of(again));
  CHECK(*again.config == *result.config);
}
