#include "tests/unit/supervision/lab.hpp"

using namespace actorbot;
using namespace actorbot::supervision;
using namespace actorbot::supervision::test;

namespace {

template <class T>
T pick(runtime::seeded_random& random, std::initializer_list<T> from) {
  return from.begin()[random.below(from.size())];
}

/// Six children of every kind below two supervisors of random strategies; some ignore the exit
/// message, some take their time.
supervisor_spec random_tree(lab& l, runtime::seeded_random& random) {
  const auto strategies = {strategy::one_for_one, strategy::rest_for_one, strategy::one_for_all};
  auto children = l.children("abcdef");
  for (std::size_t i = 0; i < children.size(); ++i) {
    auto& c = children[i];
    c.kind = pick(random, {restart::permanent, restart::permanent, restart::permanent,
                           restart::transient, restart::temporary});
    c.stop = pick(random, {shutdown::within(5s), shutdown::within(1s), shutdown::brutal_kill()});
    c.back_off.base = pick<duration>(random, {0s, 100ms, 1s});
    if (i % 3 != 0 && random.below(2) == 0)
      c.depends_on = {children[i - 1].id};
    if (random.below(4) == 0)
      l.deaf.insert(c.id);
    else if (random.below(3) == 0)
      l.slow[c.id] = pick<duration>(random, {1ms, 500ms, 2s});
  }
  const auto half = children.begin() + 3;
  supervisor_spec inner{.name = "inner",
                        .children = {half, children.end()},
                        .strategy = pick(random, strategies),
                        .intensity = static_cast<std::uint32_t>(random.below(20)),
                        .period = 20s,
                        .operator_surface = [&l] { return l.surface; }};
  supervisor_spec outer{.name = "outer",
                        .children = {children.begin(), half},
                        .strategy = pick(random, strategies),
                        .intensity = 1000,
                        .period = 20s,
                        .on_exceeded = pick(random, {exceeded::escalate, exceeded::park}),
                        .park_for = 3s};
  outer.children.push_back(supervisor_child(l.env, std::move(inner)));
  return outer;
}

/// Returns a hash over all that happened; adds to `restarts` and `escalations`.
std::uint64_t random_life(std::uint64_t seed, std::size_t& restarts, std::size_t& escalations) {
  lab l{seed};
  runtime::seeded_random random{seed};
  l.run(random_tree(l, random));
  for (int i = 0; i < 60 && !l.ended(); ++i) {
    l.world.advance(pick<duration>(random, {0s, 1ms, 300ms, 1s, 4s}));
    if (random.below(10) == 0)
      l.failing_starts[std::string{"abcdef"[random.below(6)]}] = 2;
    if (l.alive.empty())
      continue;
    const auto& victim
        = *std::next(l.alive.begin(), static_cast<std::ptrdiff_t>(random.below(l.alive.size())));
    if (random.below(3) == 0)
      caf::anon_send_exit(l.now_alive.at(victim), caf::exit_reason::kill);
    else
      caf::anon_send(l.now_alive.at(victim),
                     std::string{pick(random, {"crash", "crash", "throw", "finish", "shutdown"})});
  }
  l.world.advance(pick<duration>(random, {0s, 1ms, 1s}));
  caf::anon_send(l.supervisors[0], stop_children{"test"});
  // Six children with at most 5 s each.
  CHECK(l.world.run_until([&] { return l.ended(); }, 31s));
  CHECK(l.alive.empty());
  CHECK(l.doubles == 0);
  restarts += l.restarts.size();
  for (const auto& n : l.notes)
    escalations += n.level == note_level::alarm;
  l.world.mix(l.log());
  return l.world.hash();
}

/// Whatever was killed: with nothing dying any more, every permanent child comes back.
void random_recovery(std::uint64_t seed) {
  lab l{seed};
  runtime::seeded_random random{seed};
  auto children = l.children("abcdef");
  for (std::size_t i = 1; i < children.size(); ++i) {
    if (random.below(2) == 0)
      children[i].depends_on = {children[random.below(i)].id};
    children[i].back_off = {.base = 100ms};
    if (random.below(3) == 0)
      l.slow[children[i].id] = 700ms;
  }
  l.run({.name = "s",
         .children = std::move(children),
         .strategy
         = pick(random, {strategy::one_for_one, strategy::rest_for_one, strategy::one_for_all}),
         .intensity = 10'000});
  for (int i = 0; i < 100; ++i) {
    l.world.advance(pick<duration>(random, {0s, 10ms, 200ms}));
    for (const auto& id : std::set<std::string>{l.alive})
      if (random.below(3) == 0)
        caf::anon_send_exit(l.now_alive.at(id), caf::exit_reason::kill);
  }
  l.world.advance(1min);
  CHECK(l.alive.size() == 6);
  CHECK(l.doubles == 0);
}

} // namespace

TEST_CASE("random deaths: never two instances of a child, and a stop always ends") {
  std::size_t restarts = 0;
  std::size_t escalations = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    random_life(seed, restarts, escalations);
  }
  // The lives were not dull.
  CHECK(restarts > 10'000);
  CHECK(escalations > 200);
}

TEST_CASE("random deaths: when they end, every permanent child is up again") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    random_recovery(seed);
  }
}

TEST_CASE("the same seed gives the same life, event by event") {
  std::size_t n = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    CHECK(random_life(seed, n, n) == random_life(seed, n, n));
}
