#include "tests/unit/supervision/lab.hpp"

using namespace actorbot;
using namespace actorbot::supervision;
using namespace actorbot::supervision::test;

namespace {

supervisor_report report_of(lab& l) {
  supervisor_report result;
  l.system.spawn([&](caf::event_based_actor* self) {
    self->request(l.supervisors[0], 10s, get_report{}).then([&result](const supervisor_report& r) {
      result = r;
    });
  });
  l.world.advance(2s);
  return result;
}

} // namespace

TEST_CASE("the operator hears of each restart: who, why, after what delay, how often, when") {
  lab l;
  auto children = l.children("ab");
  children[1].depends_on = {"a"};
  l.run({.name = "venue", .children = std::move(children), .intensity = 5});
  const auto epoch = l.world.now();
  l.crash_at(1s, "a");
  REQUIRE(l.restarts.size() == 2);
  CHECK(l.restarts[0] == restart_happened{"venue", "a", "session_closed: test", 0s, 1, epoch + 1s});
  CHECK(l.restarts[1] == restart_happened{"venue", "b", "restarts with a", 0s, 1, epoch + 1s});
  l.at(2s);
  l.tell("b", "throw");
  REQUIRE(l.restarts.size() == 3);
  CHECK(l.restarts[2]
        == restart_happened{"venue", "b", "exception_thrown: out of cheese", 0s, 2, epoch + 2s});
}

TEST_CASE("the operator hears of a child that ended abnormally for good") {
  lab l;
  auto children = l.children("ab");
  children[0].kind = restart::temporary;
  children[1].kind = restart::temporary;
  l.run({.name = "s", .children = std::move(children)});
  l.crash("a");
  l.tell("b", "finish");
  REQUIRE(l.notes.size() == 1);
  CHECK(l.notes[0]
        == operator_note{note_level::warning, "s", "a ended: session_closed: test", l.world.now()});
}

TEST_CASE("without an operator surface a supervisor works all the same") {
  lab l;
  l.run({.name = "s", .children = l.children("a")});
  caf::anon_send_exit(l.surface, caf::exit_reason::kill);
  l.surface = nullptr;
  l.log();
  l.crash_at(1s, "a");
  CHECK(l.log() == "1s: a- a+");
}

TEST_CASE("the report counts the restarts of children and grandchildren") {
  lab l;
  supervisor_spec inner{.name = "inner", .children = l.children("bc"), .intensity = 10};
  supervisor_spec outer{.name = "outer", .children = l.children("a"), .intensity = 10};
  outer.children.push_back(supervisor_child(l.env, std::move(inner)));
  l.run(std::move(outer));
  l.crash("a");
  l.crash("b");
  l.crash("b");
  const auto report = report_of(l);
  CHECK(report.name == "outer");
  CHECK(report.restarts
        == std::map<std::string, std::uint32_t>{
            {"a", 1}, {"inner", 0}, {"inner/b", 2}, {"inner/c", 0}});
}

TEST_CASE("a nested supervisor that does not answer delays the report, but not for ever") {
  lab l;
  auto children = l.children("ax");
  children[1].supervisor = true;
  l.run({.name = "outer", .children = std::move(children)});
  CHECK(report_of(l).restarts == std::map<std::string, std::uint32_t>{{"a", 0}, {"x", 0}});
}
