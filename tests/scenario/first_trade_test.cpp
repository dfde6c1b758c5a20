#include "tests/scenario/lab.hpp"

using namespace actorbot;
using namespace actorbot::scenario;
using namespace std::chrono_literals;

namespace {

void require_enough(lab& world, const bot_report& report) {
  CHECK(world.orders() >= 20);
  CHECK(world.fills() >= 8);
  CHECK(report.strategies.at(0).cycles >= 3);
}

void check_ledgers(lab& world) {
  const auto report = world.stop();
  require_enough(world, report);
  CHECK(report.complete);
  for (const auto& difference : world.differences(report))
    FAIL_CHECK(difference);
}

} // namespace

TEST_CASE("a grid completes cycles and both ledgers agree") {
  lab world;
  REQUIRE(world.until([&] { return world.live(); }, 10s));
  CHECK(world.until([&] { return world.cycles() >= 5 && world.orders() >= 25; }, 30min));
  check_ledgers(world);
}

TEST_CASE("the public and the private stream are cut: the supervisor brings each back") {
  lab world;
  REQUIRE(world.until([&] { return world.orders() >= 5; }, 5min));
  CHECK(world.venue().cut_streams("/stream") == 1);
  REQUIRE(world.until([&] { return !world.live(); }, 5s));
  REQUIRE(world.until([&] { return world.live(); }, 5s));
  CHECK(world.restarts_of("market_connection") == 1);
  CHECK(world.restarts_of("account_connection") == 0);
  CHECK(world.venue().cut_streams("/ws/") == 1);
  REQUIRE(world.until([&] { return !world.live(); }, 5s));
  REQUIRE(world.until([&] { return world.live(); }, 5s));
  CHECK(world.restarts_of("account_connection") == 1);
  CHECK(world.until([&] { return world.cycles() >= 5 && world.orders() >= 25; }, 30min));
  check_ledgers(world);
}

TEST_CASE(
    "an answer is lost after acceptance: the stream tells the outcome, nothing is sent twice") {
  lab world;
  REQUIRE(world.until([&] { return world.orders() >= 5; }, 5min));
  net::memory::faults faults;
  faults.lose_answers_to = "/order";
  faults.lose_answers = 3;
  world.venue().set_faults(faults);
  CHECK(world.until([&] { return world.cycles() >= 5 && world.orders() >= 25; }, 30min));
  check_ledgers(world);
  CHECK(world.venue().requests_seen("POST /fapi/v1/order") == world.orders());
}

TEST_CASE(
    "answer and private stream are lost together: a query finds the order, nothing is sent twice") {
  lab world;
  REQUIRE(world.until([&] { return world.orders() >= 5; }, 5min));
  net::memory::faults faults;
  faults.lose_answers_to = "/order";
  faults.lose_answers = 1;
  world.venue().set_faults(faults);
  const auto before = world.orders();
  REQUIRE(world.until([&] { return world.orders() > before; }, 5min));
  CHECK(world.venue().cut_streams("/ws/") == 1);
  CHECK(world.until([&] { return world.cycles() >= 5 && world.orders() >= 25; }, 30min));
  const auto report = world.stop();
  CHECK(report.venues.at(0).unknown_outcomes >= 1);
  CHECK(report.venues.at(0).unknown_outcomes == report.venues.at(0).unknown_resolved);
  require_enough(world, report);
  for (const auto& difference : world.differences(report))
    FAIL_CHECK(difference);
  CHECK(world.venue().requests_seen("POST /fapi/v1/order") == world.orders());
}

TEST_CASE("a venue that cannot be reached for a minute is traded again afterwards") {
  lab world;
  REQUIRE(world.until([&] { return world.orders() >= 5; }, 5min));
  net::memory::faults faults;
  faults.refuse_connections = true;
  world.venue().set_faults(faults);
  world.venue().cut_streams("");
  world.pass(60s);
  CHECK_FALSE(world.live());
  world.venue().set_faults({});
  REQUIRE(world.until([&] { return world.live(); }, 2min));
  CHECK(world.until([&] { return world.cycles() >= 5 && world.orders() >= 25; }, 30min));
  check_ledgers(world);
}

TEST_CASE("the same seed gives the same run, another seed another one") {
  const auto hash_of = [](std::uint64_t seed) {
    lab_options options;
    options.seed = seed;
    lab world{options};
    world.pass(60s);
    world.stop();
    return world.world().hash();
  };
  const auto first = hash_of(7);
  CHECK(first == hash_of(7));
  CHECK(first != hash_of(8));
}
