#include "tests/unit/actors/gateway_rig.hpp"

#include <optional>

using namespace actorbot;
using namespace actorbot::test;
using namespace std::chrono_literals;

namespace {

/// A gateway with a switch of 30 s, live; the venue answers only when the test says so.
struct switch_rig : gateway_rig {
  switch_rig() {
    settings.dead_man = 30s;
    go_live();
    pass(200ms);
  }
  void conclude() {
    auto asker = system.spawn([this](caf::event_based_actor* self) {
      self->request(gateway, 10s, conclude_venue{}).then([this](const venue_report& x) {
        concluded = x;
      });
    });
    world.run_ready();
  }
  void answer() { tell(gateway, dead_man_set{btc, line.dead_men.back().countdown}); }

  std::optional<venue_report> concluded;
};

} // namespace

TEST_CASE("an orderly end takes the dead-man's switch back, then reports") {
  switch_rig r;
  REQUIRE(r.line.dead_men.size() == 1);
  r.answer();
  r.conclude();
  REQUIRE(r.line.dead_men.size() == 2);
  CHECK(r.line.dead_men.back() == arm_dead_man{btc, 0s});
  CHECK_FALSE(r.concluded);
  r.answer();
  REQUIRE(r.concluded);
  CHECK(r.concluded->name == "a");
  r.pass(60s);
  CHECK(r.line.dead_men.size() == 2); // never armed again
  CHECK(r.op.count(note_level::warning) == 0);
}

TEST_CASE("the switch is taken back after what is on its way, which could overtake") {
  switch_rig r;
  r.conclude();
  CHECK(r.line.dead_men.size() == 1);
  r.answer();
  REQUIRE(r.line.dead_men.size() == 2);
  CHECK(r.line.dead_men.back() == arm_dead_man{btc, 0s});
  r.answer();
  CHECK(r.concluded);
}

TEST_CASE("a venue that does not take the switch back holds nothing up, and that is said") {
  SUBCASE("silent") {
    switch_rig r;
    r.answer();
    r.conclude();
    r.pass(800ms);
    CHECK_FALSE(r.concluded);
    r.pass(500ms);
    CHECK(r.concluded);
    CHECK(r.op.count(note_level::warning) == 1);
  }
  SUBCASE("refusing") {
    switch_rig r;
    r.answer();
    r.conclude();
    r.tell(r.gateway, request_failed{"arm_dead_man", "-1000"});
    CHECK(r.concluded);
    CHECK(r.op.count(note_level::warning) == 1);
  }
  SUBCASE("gone") {
    switch_rig r;
    r.answer();
    r.disconnect();
    r.conclude();
    r.pass(1300ms);
    CHECK(r.concluded);
    CHECK(r.op.count(note_level::warning) == 1);
  }
}

TEST_CASE("without a switch an orderly end reports at once") {
  gateway_rig r;
  r.go_live();
  bool reported = false;
  auto asker = r.system.spawn([&](caf::event_based_actor* self) {
    self->request(r.gateway, 10s, conclude_venue{}).then([&](const venue_report&) {
      reported = true;
    });
  });
  r.world.run_ready();
  CHECK(reported);
  CHECK(r.line.dead_men.empty());
}

TEST_CASE("a switch that cannot be armed is a warning, and is tried again") {
  switch_rig r;
  r.tell(r.gateway, request_failed{"arm_dead_man", "-1000"});
  CHECK(r.op.count(note_level::warning) == 1);
  r.pass(11s);
  CHECK(r.line.dead_men.size() == 2); // and tried again
  r.answer();
  CHECK(r.op.count(note_level::info) >= 1);
}
