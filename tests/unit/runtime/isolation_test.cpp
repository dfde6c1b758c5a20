#include "actors/runtime/reactor_environment.hpp"
#include "actors/runtime/reactor_scheduler.hpp"
#include "actors/runtime/runtime_config.hpp"
#include "actors/runtime/virtual_environment.hpp"
#include "actors/runtime/virtual_scheduler.hpp"
#include "tests/unit/runtime/event.hpp"
#include "tests/unit/runtime/threads.hpp"

#include <doctest/doctest.h>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <string>
#include <vector>

// These definitions take the place of the C and C++ libraries' own for this whole program, shared
// libraries included: the linker exports what those refer to. They count and go straight to the
// kernel.
namespace {
std::atomic<int> clock_calls{0};
std::atomic<int> entropy_calls{0};
} // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec* t) noexcept {
  ++clock_calls;
  return static_cast<int>(syscall(SYS_clock_gettime, id, t));
}

int gettimeofday(timeval* t, void* zone) noexcept {
  ++clock_calls;
  return static_cast<int>(syscall(SYS_gettimeofday, t, zone));
}

time_t time(time_t* t) noexcept {
  ++clock_calls;
  return syscall(SYS_time, t);
}

ssize_t getrandom(void* buffer, size_t length, unsigned int flags) {
  ++entropy_calls;
  return syscall(SYS_getrandom, buffer, length, flags);
}

int getentropy(void* buffer, size_t length) {
  ++entropy_calls;
  return syscall(SYS_getrandom, buffer, length, 0) == static_cast<long>(length) ? 0 : -1;
}

/// std::random_device::operator() ends here; it may use a processor instruction instead of a call.
unsigned int counted_random_device(std::random_device*) asm("_ZNSt13random_device9_M_getvalEv");
unsigned int counted_random_device(std::random_device*) {
  unsigned int result = 0;
  getrandom(&result, sizeof(result), 0);
  return result;
}

} // extern "C"

using namespace actorbot::runtime;
using namespace actorbot::runtime::test;
using namespace std::chrono_literals;
using caf::event_based_actor;

namespace {

struct usage {
  int clock = 0;
  int entropy = 0;
};

template <class F>
usage used_by(F f) {
  const usage before{clock_calls, entropy_calls};
  f();
  return {clock_calls - before.clock, entropy_calls - before.entropy};
}

/// The actor code under test: knows its environment only as the interface. Reads the time, draws
/// numbers, sets timers, asks, and lets a plain callback reach it; says so when it has counted 100.
caf::behavior player(event_based_actor* self, environment* env, caf::actor peer,
                     std::function<void()> done) {
  self->delayed_send(self, 1ms, caf::tick_atom_v);
  return {[self, env, peer](caf::tick_atom) {
            (void)env->now();
            (void)env->monotonic_ns();
            self->request(peer, 10s, static_cast<int>(env->random() % 100)).then([self, env](int) {
              env->after(1ms, [to = caf::actor{self}] { caf::anon_send(to, caf::ok_atom_v); });
            });
          },
          [self, n = 0, done](caf::ok_atom) mutable {
            if (++n == 100) {
              self->quit();
              done();
            } else {
              self->delayed_send(self, 1ms, caf::tick_atom_v);
            }
          }};
}

caf::actor spawn_peer(caf::actor_system& system) {
  return system.spawn([](event_based_actor*) { return caf::behavior{[](int x) { return x; }}; });
}

} // namespace

TEST_CASE("the counters see the clock and the entropy source of the libraries") {
  const auto used = used_by([] {
    (void)std::chrono::steady_clock::now();
    (void)std::chrono::system_clock::now();
    (void)std::random_device{}();
    (void)::time(nullptr);
  });
  CHECK(used.clock == 3);
  CHECK(used.entropy >= 1);
}

TEST_CASE("actors in a virtual world touch neither the clock nor the entropy source nor threads") {
  REQUIRE(threads_become(threads_at_start));
  virtual_world world;
  virtual_environment env{world, "node"};
  runtime_config config{world};
  caf::actor_system system{config};
  bool done = false;
  std::vector<std::string> threads_during;
  const auto used = used_by([&] {
    auto peer = spawn_peer(system);
    system.spawn(player, static_cast<environment*>(&env), peer,
                 std::function<void()>{[&] { done = true; }});
    CHECK(world.run_until([&] { return done; }, 1min));
    threads_during = thread_names();
    caf::anon_send_exit(peer, caf::exit_reason::user_shutdown);
    peer = nullptr;
    CHECK(run_until_all_actors_done(world, system, 1min));
  });
  CHECK(used.clock == 0);
  CHECK(used.entropy == 0);
  CHECK(threads_during == threads_at_start);
  CHECK(world.elapsed() >= 200ms);
}

TEST_CASE("the same actors run live") {
  runtime_config config{reactor_options{}};
  caf::actor_system system{config};
  reactor_environment env{reactor_scheduler::of(system).core()};
  event done;
  const auto used = used_by([&] {
    auto peer = spawn_peer(system);
    system.spawn(player, static_cast<environment*>(&env), peer,
                 std::function<void()>{[&] { done.set(); }});
    CHECK(done.wait());
    caf::anon_send_exit(peer, caf::exit_reason::user_shutdown);
    peer = nullptr;
    CHECK(await_all_actors_done(system, 30s));
  });
  CHECK(used.clock > 0);
  CHECK(used.entropy > 0);
}
