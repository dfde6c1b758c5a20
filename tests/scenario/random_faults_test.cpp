#include "tests/scenario/lab.hpp"

#include <cstdlib>

using namespace actorbot;
using namespace actorbot::scenario;
using namespace std::chrono_literals;

namespace {

/// One fault of every kind that the in-memory network knows, drawn by a seeded generator.
void inject(lab& world, runtime::seeded_random& chance) {
  net::memory::faults faults;
  switch (chance.below(8)) {
  case 0:
    world.venue().cut_streams("/stream");
    return;
  case 1:
    world.venue().cut_streams("/ws/");
    return;
  case 2:
    world.venue().cut_streams("");
    return;
  case 3:
    faults.lose_answers_to = "/order";
    faults.lose_answers = 1 + static_cast<std::uint32_t>(chance.below(3));
    break;
  case 4: // the answer and what the stream would have said
    faults.lose_answers_to = "/order";
    faults.lose_answers = 1;
    world.venue().set_faults(faults);
    {
      const auto before = world.orders();
      world.until([&] { return world.orders() > before; }, 20s);
    }
    world.venue().cut_streams("/ws/");
    return;
  case 5:
    faults.answer_instead_for = "/fapi/";
    faults.answer_instead = 1 + static_cast<std::uint32_t>(chance.below(4));
    faults.instead_status = chance.below(2) == 0 ? 503 : 429;
    break;
  case 6:
    faults.refuse_connections = true;
    world.venue().set_faults(faults);
    world.venue().cut_streams("");
    world.pass(std::chrono::milliseconds{100 + static_cast<int>(chance.below(4000))});
    faults.refuse_connections = false;
    break;
  case 7:
    faults.half_open = true;
    world.venue().set_faults(faults);
    world.pass(std::chrono::milliseconds{100 + static_cast<int>(chance.below(8000))});
    world.venue().cut_streams("");
    faults.half_open = false;
    break;
  }
  world.venue().set_faults(faults);
}

std::vector<std::string> run(std::uint64_t seed) {
  lab_options options;
  options.seed = seed;
  lab world{options};
  runtime::seeded_random chance{seed * 7919};
  for (int i = 0; i < 15; ++i) {
    world.pass(std::chrono::milliseconds{500 + static_cast<int>(chance.below(8000))});
    inject(world, chance);
  }
  world.venue().set_faults({});
  std::vector<std::string> problems;
  // A session that failed too often is parked for a minute; and the last answers may still be lost.
  for (int i = 0; i < 2; ++i) {
    if (!world.until([&] { return world.live(); }, 3min))
      problems.push_back("not live again after the faults");
    world.pass(30s);
  }
  const auto report = world.stop();
  for (auto& difference : world.differences(report))
    problems.push_back(std::move(difference));
  const auto& venue = report.venues.at(0);
  if (venue.unknown_outcomes != venue.unknown_resolved)
    problems.push_back(std::to_string(venue.unknown_outcomes) + " unknown outcomes, "
                       + std::to_string(venue.unknown_resolved) + " resolved");
  std::size_t open = 0;
  world.venue().inspect([&](exchange::core& core) {
    open = core.open_orders(*core.find_account("test"), std::nullopt).size();
  });
  if (open != 0)
    problems.push_back(std::to_string(open) + " orders are open after on_stop = cancel");
  if (!problems.empty() && std::getenv("ACTORBOT_FIRST_SEED"))
    for (const auto& note : world.notes())
      problems.push_back(note);
  return problems;
}

} // namespace

TEST_CASE("random faults: ledgers agree, unknowns are resolved, nothing is left open") {
  const char* more = std::getenv("ACTORBOT_SEEDS");
  const char* first = std::getenv("ACTORBOT_FIRST_SEED");
  const std::uint64_t begin = first ? std::strtoull(first, nullptr, 10) : 1;
  const std::uint64_t count = more ? std::strtoull(more, nullptr, 10) : 60;
  std::uint64_t failed = 0;
  for (auto seed = begin; seed < begin + count; ++seed) {
    const auto problems = run(seed);
    failed += problems.empty() ? 0 : 1;
    for (const auto& problem : problems)
      FAIL_CHECK("ACTORBOT_FIRST_SEED=" << seed << " ACTORBOT_SEEDS=1: " << problem);
  }
  CHECK(failed == 0);
}
