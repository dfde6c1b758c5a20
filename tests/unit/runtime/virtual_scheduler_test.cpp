#include "actors/runtime/virtual_scheduler.hpp"

#include "actors/runtime/runtime_config.hpp"
#include "actors/runtime/virtual_environment.hpp"

#include <doctest/doctest.h>

#include <caf/actor_registry.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace actorbot::runtime;
using namespace std::chrono_literals;
using caf::event_based_actor;

namespace {

/// One node of a simulation; ends its actors before the actor system waits for them.
struct node {
  explicit node(virtual_world& w) : world(w), config(w), system(config) {}
  ~node() {
    for (auto& actor : actors)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actors.clear();
    CHECK(run_until_all_actors_done(world, system, 1h));
  }

  template <class F>
  caf::actor spawn(F f) {
    actors.push_back(system.spawn(std::move(f)));
    return actors.back();
  }

  virtual_world& world;
  runtime_config config;
  caf::actor_system system;
  std::vector<caf::actor> actors;
};

struct toy_result {
  std::uint64_t hash;
  std::uint64_t steps;
  std::string order;
  bool operator==(const toy_result&) const = default;
};

/// Six actors that pass numbers around at random and wake themselves by timer.
toy_result toy(std::uint64_t seed) {
  virtual_world world{{.seed = seed}};
  virtual_environment env{world, "toy"};
  toy_result result{};
  {
    node n{world};
    std::vector<caf::actor> all;
    for (int i = 0; i < 6; ++i) {
      all.push_back(n.spawn([&, i](event_based_actor* self) {
        self->delayed_send(self, 10ms, caf::tick_atom_v);
        return caf::behavior{[&, self, i](caf::tick_atom) {
                               result.order += static_cast<char>('A' + i);
                               self->send(all[env.random() % all.size()], 3);
                               self->delayed_send(self, 10ms, caf::tick_atom_v);
                             },
                             [&, self, i](int hops) {
                               result.order += static_cast<char>('a' + i);
                               if (hops > 0)
                                 self->send(all[env.random() % all.size()], hops - 1);
                             }};
      }));
    }
    world.advance(100ms);
    result.hash = world.hash();
    result.steps = world.steps();
  }
  return result;
}

} // namespace

TEST_CASE("the same seed gives the same run of six actors, another seed another one") {
  const auto first = toy(1);
  CHECK(first.order.size() == 6 * 10 * 5); // ten ticks each, and four hops each tick
  CHECK(toy(1) == first);
  std::set<std::string> orders;
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto run = toy(seed);
    CHECK(run.order.size() == first.order.size());
    orders.insert(run.order);
    hashes.insert(run.hash);
  }
  CHECK(orders.size() == 20);
  CHECK(hashes.size() == 20);
}

TEST_CASE("delayed messages arrive at their exact virtual instant, in order") {
  virtual_world world;
  node n{world};
  std::string order;
  std::vector<actorbot::duration> at;
  n.spawn([&](event_based_actor* self) {
    self->delayed_send(self, 3s, 'c');
    self->delayed_send(self, 1s, 'a');
    self->delayed_send(self, 1s + 1ns, 'b');
    self->delayed_send(self, 3s, 'd');
    return caf::behavior{[&](char c) {
      order += c;
      at.push_back(world.elapsed());
    }};
  });
  world.advance(999'999'999ns);
  CHECK(order.empty());
  world.advance(1ns);
  CHECK(order == "a");
  world.advance(1h);
  CHECK(order == "abcd");
  CHECK(at == std::vector<actorbot::duration>{1s, 1s + 1ns, 3s, 3s});
}

TEST_CASE("a request times out at its virtual instant, and not when it was answered in time") {
  virtual_world world;
  node n{world};
  auto server = n.spawn([](event_based_actor* self) {
    return caf::behavior{[self](int) { return self->make_response_promise<int>(); },
                         [](caf::ping_atom) { return caf::pong_atom_v; }};
  });
  std::string events;
  n.spawn([&, server](event_based_actor* self) -> caf::behavior {
    self->request(server, 2s, caf::ping_atom_v)
        .then([&](caf::pong_atom) { events += "pong "; },
              [&](const caf::error&) { events += "wrong "; });
    self->request(server, 5s, 1)
        .then([](int) {},
              [&](const caf::error& error) {
                CHECK(error == caf::sec::request_timeout);
                CHECK(world.elapsed() == 5s);
                events += "timeout";
              });
    return {[](int) {}};
  });
  world.advance(4999ms);
  CHECK(events == "pong ");
  world.advance(1ms);
  CHECK(events == "pong timeout");
}

TEST_CASE("a turn handles one message, or as many as the options say") {
  for (const std::size_t limit : {1u, 16u}) {
    virtual_world world{{.max_messages = limit}};
    node n{world};
    std::size_t in_this_turn = 0;
    std::size_t most = 0;
    world.on_step([&](const virtual_world::step&) { in_this_turn = 0; });
    auto actor = n.spawn([&](event_based_actor*) {
      return caf::behavior{[&](int) { most = std::max(most, ++in_this_turn); }};
    });
    world.run_ready();
    for (int i = 0; i < 100; ++i)
      caf::anon_send(actor, i);
    world.run_ready();
    CHECK(most == limit);
  }
}

TEST_CASE("several actor systems live on one clock and one order") {
  virtual_world world;
  std::string order;
  std::set<std::size_t> systems;
  world.on_step([&](const virtual_world::step& s) { systems.insert(s.system); });
  node first{world};
  node second{world};
  const auto ticker = [&](char name, std::chrono::nanoseconds period) {
    return [&, name, period](event_based_actor* self) {
      self->delayed_send(self, period, caf::tick_atom_v);
      return caf::behavior{[&, self, name, period](caf::tick_atom) {
        order += name;
        self->delayed_send(self, period, caf::tick_atom_v);
      }};
    };
  };
  first.spawn(ticker('a', 2s));
  second.spawn(ticker('b', 3s));
  world.advance(8s);
  std::sort(order.begin() + 3, order.begin() + 5); // both are due at 6 s
  CHECK(order == "abaaba");
  CHECK(systems == std::set<std::size_t>{0, 1});
}

TEST_CASE("one node ends while the other goes on") {
  virtual_world world;
  int ticks = 0;
  node lasting{world};
  lasting.spawn([&](event_based_actor* self) {
    self->delayed_send(self, 1s, caf::tick_atom_v);
    return caf::behavior{[&, self](caf::tick_atom) {
      ++ticks;
      self->delayed_send(self, 1s, caf::tick_atom_v);
    }};
  });
  {
    node gone{world};
    gone.spawn([](event_based_actor* self) {
      self->delayed_send(self, 2s, caf::tick_atom_v);
      return caf::behavior{[](caf::tick_atom) {}};
    });
    world.advance(1s);
  }
  world.advance(3s);
  CHECK(ticks == 4);
}

TEST_CASE("a system that gives up waiting cleans up who is in the ready queue") {
  virtual_world world;
  bool destroyed = false;
  {
    runtime_config config{world};
    caf::actor_system system{config};
    auto on_end = std::shared_ptr<void>{nullptr, [&](void*) { destroyed = true; }};
    system.spawn([on_end = std::move(on_end)](event_based_actor* self) {
      self->send(self, 1);
      return caf::behavior{[self, on_end](int) { self->send(self, 1); }};
    });
    CHECK(world.run_until([&] { return world.steps() == 100; }, 1s));
    CHECK(system.registry().running() == 1);
    system.await_actors_before_shutdown(false);
  }
  CHECK(destroyed);
  CHECK(world.idle());
}

TEST_CASE("a detached actor in a virtual world is an error") {
  virtual_world world;
  {
    runtime_config config{world};
    caf::actor_system system{config};
    system.spawn<caf::detached>([](event_based_actor*) {});
    while (system.registry().running() != 0)
      std::this_thread::yield();
    world.post([] {});
    CHECK_THROWS_AS(world.run_ready(), std::logic_error);
  }
}
