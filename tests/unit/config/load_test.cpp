#include "config/load.hpp"

#include "tests/unit/config/fake_kinds.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::config;
using namespace std::chrono_literals;

namespace {

/// A bot on a venue with real orders, from three parts.
std::string aster_text(const std::string& bot, const std::string& risk, const std::string& venue) {
  return "[bot]\nname = \"a\"\n" + bot + "[risk]\n" + risk + "[venues.aster]\n" + venue
         + "[strategies.grid]\nvenue = \"aster\"\nticker = \"BTC\"\nquantity = 1\n"
           "take_profit = \"1%\"\ndirection = \"buy\"\n";
}

const std::string limits
    = "max_order_notional = 500\nmax_position_notional = 5000\nmax_gross_exposure = 6000\n";

} // namespace

TEST_CASE("a small paper file loads with every default") {
  const auto result = fake::load(fake::paper_text());
  REQUIRE_MESSAGE(result, fake::errors_of(result));
  const auto& c = *result.config;
  CHECK(c.bot.name == "demo");
  CHECK(c.bot.number == bot_number("demo"));
  CHECK(c.bot.state_dir == "state");
  CHECK_FALSE(c.bot.live);
  CHECK(c.bot.on_stop == stop_action::cancel);
  CHECK(c.bot.stop_deadline == 10s);
  CHECK(c.runtime == runtime_settings{});
  CHECK(c.supervision == supervision_settings{});
  CHECK(c.report == report_settings{});
  CHECK(c.risk.max_order_notional == 10000);
  CHECK(c.risk.price_collar == "0.01"_d);
  CHECK(c.risk.market_order_collar == "0.005"_d);
  CHECK(c.risk.repeated_executions == 20);
  REQUIRE(c.venues.size() == 1);
  CHECK(c.venues[0].name == "paper");
  CHECK(c.venues[0].kind == "paper");
  CHECK(c.venues[0].simulated);
  REQUIRE(c.strategies.size() == 1);
  const auto& s = c.strategies[0];
  CHECK(s.instruments == std::vector<instrument_ref>{{"paper", "BTC"}});
  CHECK(s.parameters.values.number("quantity") == "0.00273"_d);
  CHECK(s.parameters.values.number("take_profit") == "0.0008"_d);
  CHECK(s.parameters.values.integer("max_orders") == 40);
  CHECK(s.parameters.values.span("wait_time") == 450s);
  CHECK_FALSE(s.parameters.values.has("no_entry_beyond"));
}

TEST_CASE("everything that can be given is read") {
  const auto result = fake::load(R"(
[bot]
name = "all"
number = 7
live = true
state_dir = "s"
on_stop = "flatten"
stop_deadline = "3s"
log_level = "debug"
log_file = "l"
env_file = ".env"
[runtime]
threads = 2
spin = true
[risk]
max_order_quantity = 0.5
max_order_notional = 1_000.50
max_position_notional = "2000"
max_gross_exposure = 3e3
max_open_orders = 9
self_trade = "cancel_resting"
stale_market = "1s"
repeated_executions = 3
repeated_window = "5s"
[venues.one]
kind = "aster"
environment = "local"
rest = "https://localhost:9443"
ws = "wss://[::1]"
ca_file = "ca.pem"
api_key = "env:KEY"
secret_key = "file:/run/key"
[venues.one.risk]
max_open_orders = 5
stale_market = "3s"
[venues.two]
kind = "paper"
[strategies.b]
kind = "funding_arbitrage"
instruments = ["one:BTC", "two:1000PEPE"]
on_stop = "keep"
target = 100
[strategies.b.risk]
stale_market = "4s"
max_order_quantity = 0.1
[strategies.a]
kind = "grid"
venue = "two"
ticker = "ETH"
quantity = 1
take_profit = "8bps"
direction = "sell"
pause_price = 62000.5
[supervision.root]
intensity = 1
[supervision.venues]
retry = "2s"
[supervision.venue]
back_off = "1s"
[supervision.strategies]
on_park = "keep"
period = "9s"
[report]
interval = "0"
file = "r.json"
orders_csv = "o.csv"
)");
  REQUIRE_MESSAGE(result, fake::errors_of(result));
  const auto& c = *result.config;
  CHECK(c.bot
        == bot_settings{"all", 7, true, "s", stop_action::flatten, 3s, log_level::debug, "l",
                        ".env"});
  CHECK(c.runtime == runtime_settings{2, true});
  CHECK(c.risk.max_order_quantity == "0.5"_qty);
  CHECK(c.risk.max_order_notional == "1000.5"_d);
  CHECK(c.risk.max_position_notional == 2000);
  CHECK(c.risk.max_gross_exposure == 3000);
  CHECK(c.risk.self_trade == self_trade_policy::cancel_resting);
  CHECK(c.venues[0].rest == local_endpoint{"localhost", 9443});
  CHECK(c.venues[0].ws == local_endpoint{"::1", 443});
  CHECK(c.venues[0].ca_file == "ca.pem");
  CHECK(c.venues[0].parameters.values.text("api_key") == "env:KEY");
  REQUIRE(c.strategies.size() == 2);
  CHECK(c.strategies[0].name == "a");
  CHECK(c.strategies[0].on_stop == stop_action::flatten);
  CHECK(c.strategies[0].parameters.values.number("no_entry_beyond") == "62000.5"_d);
  CHECK(c.strategies[1].on_stop == stop_action::keep);
  CHECK(c.strategies[1].instruments
        == std::vector<instrument_ref>{{"one", "BTC"}, {"two", "1000PEPE"}});
  CHECK(c.supervision.root == restart_intensity{1, 60s});
  CHECK(c.supervision.venue_retry == 2s);
  CHECK(c.supervision.venue_back_off == back_off_settings{1s, 30s, 60s});
  CHECK(c.supervision.strategies == restart_intensity{3, 9s});
  CHECK(c.supervision.on_park == stop_action::keep);
  CHECK(c.report == report_settings{0s, "r.json", "o.csv"});

  SUBCASE("a strategy's limit goes before the venue's, the venue's before [risk]") {
    const auto on_one = limits_for(c, c.strategies[1], "one");
    CHECK(on_one.stale_market == 4s);
    CHECK(on_one.max_open_orders == 5);
    CHECK(on_one.max_order_quantity == "0.1"_qty);
    CHECK(on_one.max_order_notional == "1000.5"_d);
    CHECK(limits_for(c, c.strategies[0], "one").stale_market == 3s);
    CHECK(limits_for(c, c.strategies[0], "two").stale_market == 1s);
  }
}

TEST_CASE("every error of a file is reported at once, in the order of the file") {
  const auto text = R"(live = true
[bot]
nam = "x"
on_stop = "cancle"
stop_deadline = 10
state_dir = 5
[risks]
a = 1
[venues.aster]
environment = "mainet"
api_key = "0123456789abcdef"
secret_key = 12345678
[venues.sim]
kind = "asterr"
[strategies.grid]
venue = "astre"
ticker = "BTC USD"
quantity = "x"
take_profit = 0.008
take_proft = "0.8%"
direction = "by"
max_orders = 0
boost = "true"
pause_price = 1
no_entry_beyond = 2
wait_time = { a = 1 }
[strategies.fund]
instruments = ["aster:BTC", "aster:BTC", "nope", 5]
[strategies.fund.risk]
max_gross_exposure = 1
)";
  CHECK(fake::errors_of(text) ==
        R"(bot.toml:1:1: unknown key `live` outside of any section, it belongs to [bot]
bot.toml:2:1: required key `name` is missing in [bot]: name of this bot: letters, digits, - and _, at most 32 (text)
bot.toml:3:1: unknown key `nam` in [bot], did you mean `name`?
bot.toml:4:11: `on_stop`: "cancle" is not one of keep, cancel, flatten; did you mean "cancel"?
bot.toml:5:17: `stop_deadline`: "10" has no unit; write "10s" for seconds (units: ns, us, ms, s, m, h, d)
bot.toml:6:13: `state_dir`: expected text, found the number `5` (text needs quotes)
bot.toml:7:2: unknown section [risks], did you mean `risk`?
bot.toml:10:15: `environment`: "mainet" is not one of mainnet, testnet, local; did you mean "mainnet"?
bot.toml:11:11: `api_key`: a secret is never written in the file; write "env:NAME" or "file:PATH"
bot.toml:12:14: `secret_key`: expected secret, as env:NAME or file:PATH, found the number
bot.toml:14:8: unknown kind `asterr` in [venues.sim], did you mean `aster`?
bot.toml:16:9: venue `astre` is not defined, did you mean `aster`?
bot.toml:17:10: `BTC USD` is not a ticker: expected letters, digits, -, _ and . (e.g. BTC)
bot.toml:18:12: `quantity`: "x" is not a plain number that can be held exactly (at most 18 decimals, no unit); write it like 0.00273
bot.toml:19:15: `take_profit`: "0.008" has no unit; write "0.008%" (0.00008), "0.8%" (0.008) or "80bps" (0.008)
bot.toml:20:1: unknown key `take_proft` in [strategies.grid], did you mean `take_profit`?
bot.toml:21:13: `direction`: "by" is not one of buy, sell; did you mean "buy"?
bot.toml:22:14: `max_orders`: "0" is below the minimum 1
bot.toml:23:9: `boost`: expected true or false, found the text `true`
bot.toml:25:1: key `no_entry_beyond` is given twice in [strategies.grid]
bot.toml:26:13: `wait_time`: expected time span with its unit, e.g. 35s, 250ms or 8h, found a table
bot.toml:27:1: key `kind` is missing in [strategies.fund], and `fund` is no kind; known kinds: `funding_arbitrage`, `grid`
bot.toml:28:29: `instruments`: `aster:BTC` is given twice
bot.toml:28:42: `instruments`: expected "VENUE:TICKER", found the text `nope`
bot.toml:28:50: `instruments`: expected "VENUE:TICKER", found the number `5`
bot.toml:30:1: unknown key `max_gross_exposure` in [strategies.fund.risk]; known keys: `max_order_quantity`, `max_order_notional`, `max_position_notional`, `max_open_orders`, `price_collar`, `market_order_collar`, `stale_market`, `stale_account`, `duplicate_window`, `max_orders_per_second`, `repeated_executions`, `repeated_window`
)");
}

TEST_CASE("an error carries its code, key and place for programs") {
  const auto result = fake::load(fake::paper_with("take_proft = \"1%\""));
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0]
        == config_error{error_code::unknown_key,
                        {"bot.toml", 12, 1},
                        "strategies.grid.take_proft",
                        "unknown key `take_proft` in [strategies.grid], did you mean "
                        "`take_profit`?"});
  CHECK_FALSE(result.config);
}

TEST_CASE("limits are required where real orders are possible") {
  CHECK(
      fake::errors_of(aster_text("", "", "environment = \"testnet\"\n")) ==
      R"(bot.toml:3:1: required key `max_order_notional` is missing in [risk]: largest order (amount in quote currency, e.g. 1000)
bot.toml:3:1: required key `max_position_notional` is missing in [risk]: largest position of an instrument, open orders included, worst side (amount in quote currency, e.g. 1000)
bot.toml:3:1: required key `max_gross_exposure` is missing in [risk]: largest sum of all positions, no sign (amount in quote currency, e.g. 1000)
)");
  CHECK(fake::load(aster_text("", limits, "environment = \"testnet\"\n")));
}

TEST_CASE("a paper strategy beside an unused real venue needs no limits") {
  CHECK(fake::load(fake::paper_with("[venues.aster]\nenvironment = \"testnet\"")));
}

TEST_CASE("mainnet needs live = true") {
  const auto venue = "environment = \"mainnet\"\n";
  CHECK(
      fake::errors_of(aster_text("", limits, venue)) ==
      R"(bot.toml:8:15: [venues.aster] trades real money (mainnet): set `live = true` in [bot], or environment = "testnet"
)");
  CHECK(
      fake::errors_of(aster_text("live = false\n", limits, venue)) ==
      R"(bot.toml:9:15: [venues.aster] trades real money (mainnet): set `live = true` in [bot] (it is false in bot.toml:3:1), or environment = "testnet"
)");
  CHECK(fake::load(aster_text("live = true\n", limits, venue)));
}

TEST_CASE("an environment must be chosen where there are several") {
  CHECK(
      fake::errors_of(aster_text("", limits, "")) ==
      R"(bot.toml:7:1: required key `environment` is missing in [venues.aster]: which system of the venue; local is a simulator (one of mainnet, testnet, local)
)");
}

TEST_CASE("endpoints belong to local environments, which need them") {
  CHECK(
      fake::errors_of(aster_text("", limits, "environment = \"local\"\n")) ==
      R"(bot.toml:7:1: required key `rest` is missing in [venues.aster]: a local environment needs it (e.g. https://localhost:9443)
bot.toml:7:1: required key `ws` is missing in [venues.aster]: a local environment needs it (e.g. wss://localhost:9443)
)");
  CHECK(fake::errors_of(aster_text("", limits,
                                   "environment = \"local\"\nrest = \"http://localhost:1\"\n"
                                   "ws = \"wss://localhost:99999\"\n"))
        ==
        R"(bot.toml:9:8: `rest`: `http://localhost:1` is not https://HOST:PORT (TLS only, no path)
bot.toml:10:6: `ws`: `wss://localhost:99999` is not wss://HOST:PORT (TLS only, no path)
)");
  CHECK(
      fake::errors_of(aster_text("", limits, "environment = \"testnet\"\nrest = \"https://h:1\"\n"))
      ==
      R"(bot.toml:9:1: `rest` is for environment = "local" only
)");
}

TEST_CASE("endpoints with path, user or without host are refused") {
  for (const std::string url : {"https://", "https://:443", "https://h:1/x", "https://u@h:1",
                                "https://h:", "https://h:0", "https://a:b:1", "https://h:1x"}) {
    const auto errors = fake::errors_of(aster_text(
        "", limits, "environment = \"local\"\nrest = \"" + url + "\"\nws = \"wss://h\"\n"));
    CHECK_MESSAGE(errors
                      == "bot.toml:9:8: `rest`: `" + url
                             + "` is not https://HOST:PORT (TLS only, no path)\n",
                  url);
  }
}

TEST_CASE("a strategy needs instruments, in one of two forms, as many as its kind takes") {
  const std::string head = "[bot]\nname = \"a\"\n[venues.paper]\n[strategies.grid]\nquantity = 1\n"
                           "take_profit = \"1%\"\ndirection = \"buy\"\n";
  CHECK(
      fake::errors_of(head) ==
      R"(bot.toml:4:1: [strategies.grid] has no instrument: write `venue = "NAME"` and `ticker = "BTC"`, or `instruments = ["NAME:BTC"]`
)");
  CHECK(fake::errors_of(head + "venue = \"paper\"\n")
        == "bot.toml:4:1: required key `ticker` is missing in [strategies.grid]\n");
  CHECK(
      fake::errors_of(head + "venue = \"paper\"\ninstruments = [\"paper:BTC\"]\n") ==
      R"(bot.toml:9:1: [strategies.grid] has `instruments` and also `venue` or `ticker`: write one of the two forms
)");
  CHECK(fake::errors_of(head + "instruments = [\"paper:BTC\", \"paper:ETH\"]\n")
        == "bot.toml:8:15: [strategies.grid] has 2 instruments, its kind takes 1\n");
  CHECK(fake::errors_of(head + "instruments = []\n")
        == "bot.toml:8:15: [strategies.grid] has 0 instruments, its kind takes 1\n");
  CHECK(fake::errors_of(head + "instruments = \"paper:BTC\"\n")
        == "bot.toml:8:15: `instruments`: expected an array like [\"NAME:BTC\"], found the text\n");
  CHECK(fake::load(head + "instruments = [\"paper:BTC\"]\n"));
}

TEST_CASE("a venue that is used must be defined") {
  CHECK(fake::errors_of("[bot]\nname = \"a\"\n[strategies.grid]\nvenue = \"paper\"\n"
                        "ticker = \"BTC\"\nquantity = 1\ntake_profit = \"1%\"\n"
                        "direction = \"buy\"\n")
        == "bot.toml:4:9: venue `paper` is not defined; add a section [venues.NAME]\n");
}

TEST_CASE("checks of the strategy's own kind are reported at its section") {
  CHECK(fake::errors_of(fake::paper_with("boost = true")) ==
        R"(bot.toml:6:1: [strategies.grid]: boost closes at market: take_profit must be 0%
)");
}

TEST_CASE("an alias sets the parameter, and twice is an error") {
  const auto result = fake::load(fake::paper_with("pause_price = 5"));
  REQUIRE(result);
  CHECK(result.config->strategies[0].parameters.values.number("no_entry_beyond") == 5);
  CHECK(fake::errors_of(fake::paper_with("no_entry_beyond = 4\npause_price = 5"))
        == "bot.toml:13:1: key `pause_price` (another name of `no_entry_beyond`) is given twice in "
           "[strategies.grid]\n");
}

TEST_CASE("a file without anything to run says so") {
  CHECK(
      fake::errors_of("") ==
      R"(bot.toml:1:1: required key `name` is missing in [bot]: name of this bot: letters, digits, - and _, at most 32 (text)
bot.toml:1:1: there is nothing to run: add a section [strategies.NAME]
)");
}

TEST_CASE("sections of the wrong shape and names that are none are refused") {
  CHECK(fake::errors_of("risk = 5\n" + fake::paper_text())
        == "bot.toml:1:1: `risk`: expected a table [risk], found the number\n");
  CHECK(fake::errors_of(fake::paper_with("[venues]\nx = 1\n[venues.'a b']\n[supervision.rot]")) ==
        R"(bot.toml:13:1: expected a section [venues.NAME], found the key `x`
bot.toml:14:9: [venues.NAME]: `a b` is not a name: expected at most 32 letters, digits, - and _
bot.toml:15:14: unknown key `rot` in [supervision], did you mean `root`?
)");
  const auto text = fake::paper_text();
  CHECK(fake::errors_of("[bot]\nname = \"a b\"\n" + text.substr(text.find("[venues"))) ==
        R"(bot.toml:2:8: `name`: `a b` is not a name: expected at most 32 letters, digits, - and _
)");
}

TEST_CASE("an empty name or state folder is refused") {
  const auto text = fake::paper_text();
  CHECK(
      fake::errors_of("[bot]\nname = \"\"\nstate_dir = \"\"\n" + text.substr(text.find("[venues")))
      ==
      R"(bot.toml:2:8: `name`: `` is not a name: expected at most 32 letters, digits, - and _
bot.toml:3:13: `state_dir` is empty: expected a folder
)");
}

TEST_CASE("a file that is not there is an error with its name") {
  const auto result = load_file("/nonexistent/bot.toml", fake::kinds());
  CHECK(fake::errors_of(result)
        == "/nonexistent/bot.toml: the file does not exist or cannot be read\n");
}

TEST_CASE("the bot number is stable, never zero, and spread") {
  CHECK(bot_number("demo") == bot_number("demo"));
  CHECK(bot_number("demo") != bot_number("demo2"));
  CHECK(bot_number("aster-grid") == 58907);
  std::set<std::uint16_t> seen;
  for (int i = 0; i < 1000; ++i)
    seen.insert(bot_number("bot" + std::to_string(i)));
  CHECK(seen.size() > 980);
  CHECK_FALSE(seen.contains(0));
}

TEST_CASE("nearest finds slips and swaps, not other words") {
  const std::vector<std::string> words{"take_profit", "max_orders", "wait_time"};
  CHECK(nearest("take-proift", words) == "take_profit");
  CHECK(nearest("Max_Order", words) == "max_orders");
  CHECK(nearest("banana", words) == std::nullopt);
  CHECK(nearest("", words) == std::nullopt);
  CHECK(nearest(std::string(1000, 'x'), words) == std::nullopt);
}
