#include "tests/unit/supervision/lab.hpp"

using namespace actorbot;
using namespace actorbot::supervision;
using namespace actorbot::supervision::test;

namespace {

const auto gave_up = [](const lab& l) {
  return l.ends.size() == 1 && l.ends[0].find("restart_intensity_exceeded") != std::string::npos;
};

} // namespace

TEST_CASE("intensity 5 in 60 s is honoured exactly, for each child and all together") {
  for (const bool boundary : {true, false}) {
    lab l;
    l.run({.name = "s", .children = l.children("abc"), .intensity = 5, .period = 60s});
    l.log();
    // Five restarts, the oldest 60 s before the sixth failure, or one nanosecond more.
    for (const auto& [instant, id] : std::vector<std::pair<duration, std::string>>{
             {1s, "a"}, {2s, "b"}, {3s, "a"}, {4s, "c"}, {5s, "a"}})
      l.crash_at(instant, id);
    CHECK(l.log() == "1s: a- a+ | 2s: b- b+ | 3s: a- a+ | 4s: c- c+ | 5s: a- a+");
    l.crash_at(boundary ? duration{61s} : duration{61s + 1ns}, "b");
    CHECK(gave_up(l) == boundary);
    CHECK(l.alive.size() == (boundary ? 0 : 3));
  }
}

TEST_CASE("one restart too many stops the others in reverse order and ends with the reason") {
  lab l;
  l.slow = {{"a", 1s}, {"c", 2s}};
  l.run({.name = "venue", .children = l.children("abcd"), .intensity = 1, .period = 5s});
  l.crash_at(1s, "b");
  l.log();
  l.crash_at(2s, "b");
  l.at(1min);
  CHECK(l.log() == "2s: b- d- | 4s: c- | 5s: a-");
  REQUIRE(l.ends.size() == 1);
  CHECK(l.ends[0]
        == "5s restart_intensity_exceeded: venue: more than 1 restarts in 5s, at last of b "
           "(session_closed: test)");
  REQUIRE(l.notes.size() == 1);
  CHECK(l.notes[0].level == note_level::alarm);
}

TEST_CASE("a group restart counts once, however many children it has") {
  lab l;
  l.run({.name = "s",
         .children = l.children("abcdef"),
         .strategy = strategy::one_for_all,
         .intensity = 2,
         .period = 60s});
  l.crash_at(1s, "a");
  l.crash_at(2s, "f");
  CHECK_FALSE(l.ended());
  l.crash_at(3s, "c");
  CHECK(gave_up(l));
}

TEST_CASE("escalation through two levels: each supervisor applies its own intensity") {
  lab l;
  supervisor_spec inner{
      .name = "inner", .children = l.children("ab"), .intensity = 1, .period = 1min};
  supervisor_spec middle{.name = "middle", .intensity = 1, .period = 1min};
  middle.children.push_back(supervisor_child(l.env, std::move(inner)));
  supervisor_spec outer{
      .name = "outer", .children = l.children("x"), .intensity = 1, .period = 1min};
  outer.children.push_back(supervisor_child(l.env, std::move(middle)));
  outer.children.push_back(l.child("y"));
  l.run(std::move(outer));
  CHECK(l.log() == "0: x+ y+ a+ b+");
  // Two failures end an inner supervisor, two of those the middle one, two of those the outer one.
  for (int i = 1; i <= 8; ++i) {
    CAPTURE(i);
    REQUIRE_FALSE(l.ended());
    l.crash_at(i * 1s, "a");
    const auto at = to_text(i * 1s) + ": ";
    if (i == 8)
      CHECK(l.log() == at + "a- b- y- x-");
    else
      CHECK(l.log() == at + (i % 2 == 1 ? "a- a+" : "a- b- a+ b+"));
  }
  CHECK(gave_up(l));
}

TEST_CASE("back-off: each restart waits exactly as long as the seeded jitter says") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    lab l{seed};
    const back_off_policy policy{.base = 250ms, .factor = 2, .cap = 30s, .reset_after = 60s};
    auto children = l.children("a");
    children[0].back_off = policy;
    l.lifetimes["a"] = std::deque<duration>(10, 100ms);
    l.run({.name = "s", .children = std::move(children), .intensity = 100});
    l.at(10min);

    runtime::virtual_environment same{l.world, "lab"};
    back_off delays{policy};
    std::string expected = "0: a+";
    duration now{};
    for (int i = 0; i < 10; ++i) {
      const auto delay = delays.next(100ms, same.random());
      expected += " | " + to_text(now += 100ms) + ": a-";
      expected += " | " + to_text(now += delay) + ": a+";
      REQUIRE(static_cast<std::size_t>(i) < l.restarts.size());
      CHECK(l.restarts[static_cast<std::size_t>(i)].delay == delay);
    }
    CHECK(l.log() == expected);
  }
}

TEST_CASE("the first restart of a child that had been up is immediate, and again after 60 s") {
  lab l;
  auto children = l.children("a");
  children[0].back_off = {.base = 10s, .cap = 30s, .reset_after = 60s, .immediate_after = 1s};
  l.run({.name = "s", .children = std::move(children), .intensity = 100});
  l.log();
  l.crash_at(1s, "a");
  CHECK(l.log() == "1s: a- a+");
  l.crash_at(60s, "a"); // up for 59 s
  CHECK(l.log() == "1m: a-");
  l.at(70s);
  CHECK(l.alive.contains("a"));
  const auto delay = l.restarts.at(1).delay;
  CHECK(delay > 0s);
  l.log();
  l.crash_at(60s + delay + 60s, "a"); // up for 60 s
  CHECK(l.restarts.at(2).delay == 0s);
  CHECK(l.alive.contains("a"));
}

TEST_CASE("siblings stop at once and start when the delay of the failed one has passed") {
  lab l;
  auto children = l.children("abc");
  children[1].back_off = {.base = 10s, .cap = 10s};
  l.run({.name = "s", .children = std::move(children), .strategy = strategy::rest_for_one});
  l.log();
  l.crash_at(1s, "b");
  CHECK(l.log() == "1s: b- c-");
  l.at(11s);
  CHECK(l.log() == to_text(1s + l.restarts.at(0).delay) + ": b+ c+");
}

TEST_CASE("a failed restart is a failure: it counts, backs off and escalates") {
  lab l;
  auto children = l.children("ab");
  children[0].back_off = {.base = 1s};
  l.run({.name = "s", .children = std::move(children), .intensity = 3, .period = 1h});
  l.log();
  l.failing_starts["a"] = 2;
  l.crash_at(1s, "a");
  l.at(1min);
  CHECK_FALSE(l.ended());
  REQUIRE(l.restarts.size() == 1);
  CHECK(l.restarts[0].reason == "start_failed: no luck");
  CHECK(l.restarts[0].count == 1);
  const auto log = l.log();
  CHECK(log.find("a!") != log.rfind("a!"));
  l.throwing_starts["a"] = 100;
  l.crash("a");
  l.at(2min);
  REQUIRE(gave_up(l));
}

TEST_CASE("with one_for_all a failed restart stops those that had started already") {
  lab l;
  l.run({.name = "s",
         .children = l.children("abc"),
         .strategy = strategy::one_for_all,
         .intensity = 5,
         .period = 1h});
  l.log();
  l.failing_starts["b"] = 1;
  l.crash_at(1s, "c");
  CHECK(l.log() == "1s: c- b- a- a+ b! a-");
  l.at(2s);
  CHECK(l.log() == "1s: a+ b+ c+");
}

TEST_CASE("park: a child that fails too often is tried on a slow timer, its siblings live on") {
  lab l;
  l.run({.name = "venues",
         .children = l.children("ab"),
         .intensity = 2,
         .period = 60s,
         .on_exceeded = exceeded::park,
         .park_for = 5min});
  l.log();
  for (const auto instant : {1s, 2s, 3s})
    l.crash_at(instant, "a");
  CHECK(l.log() == "1s: a- a+ | 2s: a- a+ | 3s: a-");
  REQUIRE(l.parked.size() == 1);
  CHECK(l.parked[0] == "a: session_closed: test");
  CHECK(l.notes.at(0).text == "a is parked for 5m: session_closed: test");
  // The other's failures are its own.
  l.crash_at(4s, "b");
  l.crash_at(5s, "b");
  CHECK(l.log() == "4s: b- b+ | 5s: b- b+");
  l.at(303s);
  CHECK(l.log() == to_text(303s) + ": a+");
  // On probation: one failure before it was healthy parks it again ...
  l.crash_at(362s, "a");
  CHECK(l.parked.size() == 2);
  l.log();
  l.at(662s);
  CHECK(l.log() == to_text(662s) + ": a+");
  // ... and having been up for 60 s gives it its intensity back.
  l.crash_at(722s, "a");
  l.crash_at(723s, "a");
  CHECK(l.parked.size() == 2);
  l.crash_at(724s, "a");
  CHECK(l.parked.size() == 3);
  CHECK_FALSE(l.ended());
}

TEST_CASE("park: what only the operator can mend parks at its second end in a row") {
  lab l;
  auto children = l.children("a");
  children[0].beyond_help
      = [](const caf::error& x) { return x == actor_errc::session_authentication; };
  l.run({.name = "venues",
         .children = std::move(children),
         .intensity = 5,
         .period = 60s,
         .on_exceeded = exceeded::park,
         .park_for = 5min});
  const auto refuse_at = [&](duration instant) {
    l.at(instant);
    l.tell("a", "refused");
  };
  refuse_at(1s);
  CHECK(l.parked.empty());
  l.crash_at(2s, "a"); // something else in between
  refuse_at(3s);
  CHECK(l.parked.empty());
  refuse_at(4s);
  REQUIRE(l.parked.size() == 1);
  CHECK(l.parked[0] == "a: session_authentication: test");
  CHECK_FALSE(l.ended());
}

TEST_CASE("park for good: the child stays down and its supervisor can still be stopped") {
  lab l;
  l.run({.name = "strategies",
         .children = l.children("ab"),
         .intensity = 0,
         .on_exceeded = exceeded::park,
         .park_for = 0s});
  l.log();
  l.crash_at(1s, "a");
  l.at(1000h);
  CHECK(l.log() == "1s: a-");
  CHECK(l.parked.size() == 1);
  caf::anon_send(l.supervisors[0], stop_children{"test"});
  l.at(1001h);
  CHECK(l.ended());
}

TEST_CASE("park: a child that cannot even be started at first does not keep its siblings down") {
  lab l;
  l.failing_starts["a"] = 2;
  auto children = l.children("abc");
  children[1].depends_on = {"a"};
  l.run({.name = "venues",
         .children = std::move(children),
         .intensity = 1,
         .on_exceeded = exceeded::park,
         .park_for = 1min});
  CHECK(l.log() == "0: a! c+");
  l.at(1min);
  CHECK(l.log() == "0: a! | 1m: a+ b+");
}
