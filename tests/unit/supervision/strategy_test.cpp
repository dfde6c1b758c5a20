#include "tests/unit/supervision/lab.hpp"

using namespace actorbot;
using namespace actorbot::supervision;
using namespace actorbot::supervision::test;

TEST_CASE("children start in list order") {
  lab l;
  l.run({.name = "s", .children = l.children("cab")});
  CHECK(l.log() == "0: c+ a+ b+");
}

TEST_CASE("one_for_one: only the failed child restarts, at once") {
  lab l;
  l.run({.name = "s", .children = l.children("abc")});
  l.log();
  l.crash_at(7s, "b");
  CHECK(l.log() == "7s: b- b+");
}

TEST_CASE("rest_for_one: the failed child and those after it stop in reverse and start in order") {
  lab l;
  l.run({.name = "s", .children = l.children("abcd"), .strategy = strategy::rest_for_one});
  l.log();
  l.crash_at(7s, "b");
  CHECK(l.log() == "7s: b- d- c- b+ c+ d+");
}

TEST_CASE("one_for_all: all stop in reverse and start in order") {
  lab l;
  l.run({.name = "s", .children = l.children("abcd"), .strategy = strategy::one_for_all});
  l.log();
  l.crash_at(7s, "b");
  CHECK(l.log() == "7s: b- d- c- a- a+ b+ c+ d+");
}

TEST_CASE("each sibling is waited for before the next one stops") {
  lab l;
  l.slow = {{"b", 1s}, {"c", 2s}};
  l.run({.name = "s", .children = l.children("abc"), .strategy = strategy::one_for_all});
  l.log();
  l.crash_at(1s, "a");
  l.at(1min);
  CHECK(l.log() == "1s: a- | 3s: c- | 4s: b- a+ b+ c+");
}

TEST_CASE("permanent, transient and temporary after each kind of end") {
  struct row {
    restart kind;
    const char* end;
    bool restarted;
  };
  const row rows[] = {
      {restart::permanent, "crash", true},     {restart::permanent, "finish", true},
      {restart::permanent, "shutdown", true},  {restart::permanent, "throw", true},
      {restart::transient, "crash", true},     {restart::transient, "finish", false},
      {restart::transient, "shutdown", false}, {restart::transient, "throw", true},
      {restart::temporary, "crash", false},    {restart::temporary, "finish", false},
      {restart::temporary, "shutdown", false}, {restart::temporary, "throw", false},
  };
  for (const auto& r : rows) {
    CAPTURE(r.end);
    CAPTURE(static_cast<int>(r.kind));
    lab l;
    auto children = l.children("ab");
    children[0].kind = r.kind;
    l.run({.name = "s", .children = std::move(children)});
    l.log();
    l.tell("a", r.end);
    l.at(1h);
    CHECK(l.log() == (r.restarted ? "0: a- a+" : "0: a-"));
  }
}

TEST_CASE("being killed from outside is an abnormal end") {
  lab l;
  auto children = l.children("a");
  children[0].kind = restart::transient;
  l.run({.name = "s", .children = std::move(children)});
  l.log();
  caf::anon_send_exit(l.now_alive.at("a"), caf::exit_reason::kill);
  l.at(1s);
  CHECK(l.log() == "0: a- a+");
}

TEST_CASE("a temporary child stops with its siblings for good, a finished transient returns") {
  lab l;
  auto children = l.children("abc");
  children[1].kind = restart::temporary;
  children[2].kind = restart::transient;
  l.run({.name = "s", .children = std::move(children), .strategy = strategy::one_for_all});
  l.tell("c", "finish");
  CHECK(l.log() == "0: a+ b+ c+ c-");
  l.crash_at(1s, "a");
  CHECK(l.log() == "1s: a- b- a+ c+");
}

TEST_CASE("a child restarts with the elder that it depends on, directly or not; others do not") {
  lab l;
  auto children = l.children("abcde");
  children[2].depends_on = {"a"};
  children[4].depends_on = {"c"};
  l.run({.name = "s", .children = std::move(children), .intensity = 10});
  l.log();
  l.crash_at(1s, "a");
  CHECK(l.log() == "1s: a- e- c- a+ c+ e+");
  l.crash_at(2s, "c");
  CHECK(l.log() == "2s: c- e- c+ e+");
  l.crash_at(3s, "e");
  l.crash_at(4s, "b");
  CHECK(l.log() == "3s: e- e+ | 4s: b- b+");
}

TEST_CASE("an elder that fails while its dependent waits takes the restart over") {
  lab l;
  auto children = l.children("ab");
  children[1].depends_on = {"a"};
  children[1].back_off = {.base = 1h, .cap = 1h};
  l.run({.name = "s", .children = std::move(children), .intensity = 10});
  l.log();
  l.crash_at(1s, "b");
  REQUIRE(l.log() == "1s: b-");
  l.crash_at(2s, "a");
  l.at(2h);
  // One start each, and the delay of the dependent is kept.
  const auto log = l.log();
  CHECK(log.starts_with("2s: a- | "));
  CHECK(log.ends_with(": a+ b+"));
}

TEST_CASE("the second failure in a group that is being restarted does not count again") {
  lab l;
  l.slow = {{"b", 1s}};
  l.run({.name = "s",
         .children = l.children("abc"),
         .strategy = strategy::one_for_all,
         .intensity = 1,
         .period = 1h});
  l.log();
  l.slow["c"] = 1s;
  l.crash("a");
  l.at(500ms);
  l.crash("b");
  l.at(1min);
  CHECK_FALSE(l.ended());
  CHECK(l.log() == "0: a- c- | 500ms: b- a+ b+ c+");
}

TEST_CASE("handles are announced in order: null when down, the new one after each start") {
  lab l;
  l.run({.name = "s", .children = l.children("abc"), .strategy = strategy::rest_for_one});
  CHECK(l.announced == "a+ b+ c+ ");
  l.announced.clear();
  l.crash_at(1s, "b");
  CHECK(l.announced == "b- c- b+ c+ ");
  l.announced.clear();
  caf::anon_send(l.supervisors[0], stop_children{"test"});
  l.at(2s);
  CHECK(l.announced == "c- b- a- ");
}

TEST_CASE("a specification that cannot work is refused before anything starts") {
  const auto refused = [](auto change) {
    lab l;
    supervisor_spec spec{.name = "s", .children = l.children("abc")};
    change(spec);
    CHECK_FALSE(validate(spec).empty());
    l.run(std::move(spec));
    CHECK(l.log().empty());
    REQUIRE(l.ended());
    return l.ends[0];
  };
  CHECK(refused([](auto& s) { s.children[2].id = "a"; })
        == "0 invalid_specification: child 'a' of supervisor 's' needs an id of its own");
  CHECK(refused([](auto& s) { s.children[1].depends_on = {"c"}; })
        == "0 invalid_specification: child 'b' of supervisor 's' depends on 'c', which is not an "
           "earlier child");
  refused([](auto& s) { s.children[0].start = {}; });
  refused([](auto& s) { s.children[0].id = ""; });
  refused([](auto& s) { s.children[0].back_off.factor = 0; });
  refused([](auto& s) {
    s.children[0].significant = true;
    s.auto_shutdown = auto_shutdown::any_significant;
  });
  refused([](auto& s) {
    s.children[0].kind = restart::temporary;
    s.children[0].significant = true;
  });
}
