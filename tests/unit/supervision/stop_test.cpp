#include "tests/unit/supervision/lab.hpp"

using namespace actorbot;
using namespace actorbot::supervision;
using namespace actorbot::supervision::test;

namespace {

void stop(lab& l) {
  caf::anon_send(l.supervisors[0], stop_children{"test"});
  l.world.run_ready();
}

} // namespace

TEST_CASE("children stop in reverse order, each after the one before is gone") {
  lab l;
  l.slow = {{"a", 1s}, {"b", 2s}};
  l.run({.name = "s", .children = l.children("abc")});
  l.log();
  stop(l);
  l.at(1min);
  CHECK(l.log() == "0: c- | 2s: b- | 3s: a-");
  CHECK(l.ends == std::vector<std::string>{"3s user_shutdown"});
}

TEST_CASE("an exit message stops the children too, and its reason is passed on") {
  lab l;
  l.run({.name = "s", .children = l.children("ab")});
  l.log();
  caf::anon_send_exit(l.supervisors[0], caf::exit_reason::remote_link_unreachable);
  l.at(1s);
  CHECK(l.log() == "0: b- a-");
  CHECK(l.ends == std::vector<std::string>{"0 remote_link_unreachable"});
}

TEST_CASE("a child that ignores the exit message is killed at its deadline") {
  lab l;
  l.deaf = {"b"};
  auto children = l.children("abc");
  children[1].stop = shutdown::within(1500ms);
  l.run({.name = "s", .children = std::move(children)});
  l.log();
  stop(l);
  l.at(1min);
  CHECK(l.log() == "0: c- | 1500ms: b- a-");
}

TEST_CASE("the deadline of one stop does not kill the next instance") {
  lab l;
  l.slow = {{"b", 1s}};
  auto children = l.children("ab");
  children[1].stop = shutdown::within(2s);
  l.run({.name = "s", .children = std::move(children), .strategy = strategy::rest_for_one});
  l.log();
  l.crash("a");
  l.at(1min);
  CHECK(l.log() == "0: a- | 1s: b- a+ b+");
}

TEST_CASE("brutal_kill does not ask, infinity does not kill") {
  lab l;
  l.deaf = {"c"};
  l.slow = {{"a", 10h}, {"b", 1h}};
  auto children = l.children("abc");
  children[0].stop = shutdown::brutal_kill();
  children[1].stop = shutdown::infinity();
  children[2].stop = shutdown::brutal_kill();
  l.run({.name = "s", .children = std::move(children)});
  l.log();
  stop(l);
  l.at(24h);
  CHECK(l.log() == "0: c- | 1h: b- a-");
}

TEST_CASE("a stop during a back-off works, a second stop changes neither order nor reason") {
  lab l;
  l.slow = {{"a", 1s}, {"c", 1s}};
  auto children = l.children("abc");
  children[1].back_off = {.base = 1h, .cap = 1h};
  l.run({.name = "s", .children = std::move(children)});
  l.log();
  l.crash("b");
  stop(l);
  l.at(500ms);
  caf::anon_send_exit(l.supervisors[0], caf::exit_reason::unreachable);
  l.at(5h);
  CHECK(l.log() == "0: b- | 1s: c- | 2s: a-");
  CHECK(l.ends == std::vector<std::string>{"2s user_shutdown"});
}

TEST_CASE("a stop while a group is going down for a restart starts nothing any more") {
  lab l;
  l.slow = {{"b", 1s}, {"c", 2s}};
  l.run({.name = "s", .children = l.children("abc"), .strategy = strategy::one_for_all});
  l.log();
  l.crash("a");
  l.at(1s);
  stop(l);
  l.at(1min);
  CHECK(l.log() == "0: a- | 2s: c- | 3s: b-");
}

TEST_CASE("a child that dies while the others stop is not waited for") {
  lab l;
  l.slow = {{"c", 2s}};
  l.run({.name = "s", .children = l.children("abc")});
  l.log();
  stop(l);
  l.at(1s);
  l.crash("a");
  l.at(1min);
  CHECK(l.log() == "1s: a- | 2s: c- b-");
}

TEST_CASE("a back-off that passes during the stop starts nothing") {
  lab l;
  l.slow = {{"b", 1min}};
  auto children = l.children("ab");
  children[0].back_off = {.base = 10s, .cap = 10s};
  children[1].stop = shutdown::infinity();
  l.run({.name = "s", .children = std::move(children)});
  l.log();
  l.crash("a");
  stop(l);
  l.at(1h);
  CHECK(l.log() == "0: a- | 1m: b-");
}

TEST_CASE("neither the stop of all nor another's death extends the deadline of a child") {
  lab l;
  l.deaf = {"c"};
  l.run({.name = "s", .children = l.children("abc"), .strategy = strategy::rest_for_one});
  l.log();
  l.crash("b");
  l.at(2s);
  stop(l);
  l.at(3s);
  l.crash("a");
  l.at(1h);
  CHECK(l.log() == "0: b- | 3s: a- | 5s: c-");
}

TEST_CASE("a failed first start stops those already started, in reverse, and is the reason") {
  for (const bool throws : {false, true}) {
    lab l;
    l.slow = {{"a", 1s}};
    (throws ? l.throwing_starts : l.failing_starts)["c"] = 1;
    l.run({.name = "s", .children = l.children("abcd")});
    l.at(1min);
    CHECK(l.log() == "0: a+ b+ c! b- | 1s: a-");
    REQUIRE(l.ends.size() == 1);
    CHECK(l.ends[0]
          == std::string{"1s start_failed: s/c: start_failed: "} + (throws ? "bad" : "no")
                 + " luck");
  }
}

TEST_CASE("a null handle is a failed start") {
  lab l;
  auto children = l.children("a");
  children[0].start = [](caf::actor_system&) { return caf::actor{}; };
  l.run({.name = "s", .children = std::move(children)});
  REQUIRE(l.ended());
  CHECK(l.ends[0].find("start_failed") != std::string::npos);
}

TEST_CASE("any_significant: the end of one such child stops the supervisor, a restart does not") {
  lab l;
  auto children = l.children("abc");
  for (const std::size_t i : {1u, 2u}) {
    children[i].kind = restart::transient;
    children[i].significant = true;
  }
  l.run({.name = "s",
         .children = std::move(children),
         .auto_shutdown = auto_shutdown::any_significant});
  l.log();
  l.crash_at(1s, "b");
  CHECK_FALSE(l.ended());
  l.at(2s);
  l.tell("b", "finish");
  CHECK(l.log() == "1s: b- b+ | 2s: b- c- a-");
  CHECK(l.ends == std::vector<std::string>{"2s user_shutdown"});
}

TEST_CASE("all_significant: the end of the last significant child stops the supervisor") {
  lab l;
  auto children = l.children("abc");
  for (const std::size_t i : {1u, 2u}) {
    children[i].kind = restart::temporary;
    children[i].significant = true;
  }
  l.run({.name = "s",
         .children = std::move(children),
         .auto_shutdown = auto_shutdown::all_significant});
  l.tell("c", "finish");
  CHECK_FALSE(l.ended());
  l.tell("b", "crash");
  CHECK(l.ended());
  CHECK(l.alive.empty());
}

TEST_CASE("nested supervisors are given the time their children need, in order") {
  lab l;
  l.slow = {{"b", 4s}, {"c", 4s}};
  supervisor_spec inner{.name = "inner", .children = l.children("bc")};
  supervisor_spec outer{.name = "outer", .children = l.children("a")};
  outer.children.push_back(supervisor_child(l.env, std::move(inner)));
  l.run(std::move(outer));
  l.log();
  stop(l);
  l.at(1min);
  CHECK(l.log() == "4s: c- | 8s: b- a-");
}

TEST_CASE("a supervisor that is killed takes its children along") {
  lab l;
  l.deaf = {"a", "b"};
  supervisor_spec inner{.name = "inner", .children = l.children("b")};
  supervisor_spec outer{.name = "outer", .children = l.children("a")};
  outer.children.push_back(supervisor_child(l.env, std::move(inner)));
  l.run(std::move(outer));
  caf::anon_send_exit(l.supervisors[0], caf::exit_reason::kill);
  l.at(1s);
  CHECK(l.ended());
  CHECK(l.alive.empty());
}
