#include "actors/runtime/virtual_world.hpp"

#include "actors/runtime/virtual_environment.hpp"
#include "tests/unit/runtime_core/fake_actor.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

using namespace actorbot::runtime;
using namespace actorbot::runtime::test;
using namespace std::chrono_literals;

namespace {

/// Lets `send` reach one system of a world.
struct gate {
  virtual_world& world;
  std::size_t system;
  void enqueue(job* j) { world.enqueue(system, j); }
};

std::string order_of_four(std::uint64_t seed) {
  virtual_world world{{.seed = seed}};
  fake_runner runner;
  gate system{world, world.join(runner)};
  std::array<fake_actor, 4> actors;
  std::string order;
  for (std::size_t i = 0; i < actors.size(); ++i) {
    actors[i].on_message = [&order, i] { order += static_cast<char>('a' + i); };
    send(system, actors[i]);
    send(system, actors[i]);
  }
  CHECK(world.run_ready() == 8);
  world.leave(system.system);
  return order;
}

} // namespace

TEST_CASE("the seed decides the order of turns, and nearly all orders come up") {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto order = order_of_four(seed);
    CHECK(order == order_of_four(seed));
    orders.insert(order);
  }
  CHECK(orders.size() > 150); // of 2,520
}

TEST_CASE("callbacks run at their instant, in order, and time stands still meanwhile") {
  virtual_world world{{.epoch = actorbot::from_ms(1'000)}};
  std::string order;
  world.schedule(2s, [&] {
    order += 'b';
    CHECK(world.now() == actorbot::from_ms(3'000));
    world.schedule(0s, [&] {
      order += 'd';
      CHECK(world.elapsed() == 2s);
    });
  });
  world.schedule(2s, [&] { order += 'c'; });
  world.schedule(1s, [&] { order += 'a'; });
  world.schedule(5s, [&] { order += 'x'; });
  world.advance(1999ms);
  CHECK(order == "a");
  world.advance(1ms);
  CHECK(order == "abcd");
  CHECK(world.now() == actorbot::from_ms(3'000));
  CHECK_FALSE(world.idle());
  world.advance(1h);
  CHECK(order == "abcdx");
  CHECK(world.elapsed() == 1h + 2s);
  CHECK(world.idle());
}

TEST_CASE("posted callbacks keep their order whatever the seed") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    virtual_world world{{.seed = seed}};
    fake_runner runner;
    gate system{world, world.join(runner)};
    fake_actor actor;
    std::string order;
    for (const char c : {'a', 'b', 'c'}) {
      world.post([&order, c] { order += c; });
      send(system, actor);
    }
    world.run_ready();
    CHECK(order == "abc");
    CHECK(actor.handled == 3);
  }
}

TEST_CASE("run_until stops at the turn that makes its condition true, or at its limit") {
  virtual_world world;
  int ticks = 0;
  std::function<void()> tick = [&] {
    ++ticks;
    world.schedule(1s, tick);
  };
  world.schedule(1s, tick);
  CHECK(world.run_until([&] { return ticks == 3; }, 1min));
  CHECK(world.elapsed() == 3s);
  CHECK_FALSE(world.run_until([&] { return ticks == 100; }, 10s));
  CHECK(world.elapsed() == 13s);
  CHECK(world.run_until([&] { return world.elapsed() == 13s + 500ms; }, 500ms));
}

TEST_CASE("jobs that keep each other busy are an error, not a hang") {
  virtual_world world{{.max_turns_per_instant = 1'000}};
  fake_runner runner;
  gate system{world, world.join(runner)};
  fake_actor endless;
  endless.on_message = [&] { send(system, endless); };
  send(system, endless);
  CHECK_THROWS_AS(world.run_ready(), std::logic_error);
  world.leave(system.system);
}

TEST_CASE("a job from another thread and a thread started inside are errors") {
  virtual_world world;
  fake_runner runner;
  gate system{world, world.join(runner)};
  fake_actor actor;
  bool refused = false;
  std::thread{[&] {
    try {
      send(system, actor);
    } catch (const std::logic_error&) {
      refused = true;
    }
  }}.join();
  CHECK(refused);
  world.post([] {});
  CHECK_NOTHROW(world.run_ready());
  world.thread_started();
  world.post([] {});
  CHECK_THROWS_AS(world.run_ready(), std::logic_error);
}

TEST_CASE("a system that leaves takes its jobs along and leaves the others alone") {
  virtual_world world;
  fake_runner runner;
  gate first{world, world.join(runner)};
  gate second{world, world.join(runner)};
  fake_actor mine;
  fake_actor yours;
  send(first, mine);
  send(second, yours);
  world.run_ready_of(first.system, 0);
  CHECK(mine.handled == 0);
  world.leave(first.system);
  CHECK(mine.dropped == 1);
  CHECK(world.run_ready() == 1);
  CHECK(yours.handled == 1);
}

TEST_CASE("hash and step hook see each turn; mix adds events of the caller's") {
  const auto run = [](std::uint64_t id, bool mixed) {
    virtual_world world;
    fake_runner runner;
    gate system{world, world.join(runner)};
    fake_actor actor;
    actor.id = id;
    std::vector<virtual_world::step> trace;
    world.on_step([&](const virtual_world::step& s) { trace.push_back(s); });
    world.schedule(3ms, [&] { send(system, actor); });
    world.advance(5ms);
    if (mixed)
      world.mix("fill");
    REQUIRE(trace.size() == 2);
    CHECK(trace[0].system == virtual_world::callbacks);
    CHECK(trace[1].number == 2);
    CHECK(trace[1].elapsed == 3ms);
    CHECK(trace[1].system == system.system);
    CHECK(trace[1].id == id);
    CHECK(world.steps() == 2);
    return world.hash();
  };
  CHECK(run(7, false) == run(7, false));
  CHECK(run(7, false) != run(8, false));
  CHECK(run(7, false) != run(7, true));
}

TEST_CASE("a virtual environment draws from its own stream, decided by seed and name") {
  const auto draw = [](std::uint64_t seed, const char* name) {
    virtual_world world{{.seed = seed}};
    virtual_environment env{world, name};
    return std::array{env.random(), env.random(), env.random()};
  };
  CHECK(draw(1, "a") == draw(1, "a"));
  CHECK(draw(1, "a") != draw(1, "b"));
  CHECK(draw(1, "a") != draw(2, "a"));

  virtual_world world;
  virtual_environment env{world, "a"};
  int calls = 0;
  env.after(5ms, [&] { ++calls; });
  env.post([&] { ++calls; });
  world.advance(4ms);
  CHECK(calls == 1);
  CHECK(env.monotonic_ns() == 4'000'000);
  CHECK(env.now() == world.options().epoch + 4ms);
  world.advance(1ms);
  CHECK(calls == 2);
}
