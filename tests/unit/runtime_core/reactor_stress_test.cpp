#include "actors/runtime/reactor_core.hpp"

#include "tests/unit/runtime_core/fake_actor.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

using namespace actorbot::runtime;
using namespace actorbot::runtime::test;
using namespace std::chrono_literals;

namespace {

constexpr int senders = 3;
constexpr int messages_per_sender = 20'000;
constexpr int actor_count = 8;

using actors = std::array<fake_actor, actor_count>;

int total(const actors& all, std::atomic<int> fake_actor::*counter) {
  return std::accumulate(all.begin(), all.end(), 0,
                         [&](int sum, const fake_actor& x) { return sum + (x.*counter).load(); });
}

std::vector<std::thread> start_senders(reactor_core& core, actors& all) {
  std::vector<std::thread> result;
  for (int t = 0; t < senders; ++t)
    result.emplace_back([&core, &all, t] {
      for (int i = 0; i < messages_per_sender; ++i)
        send(core, all[static_cast<std::size_t>(t + i) % all.size()]);
    });
  return result;
}

} // namespace

TEST_CASE("no message is lost and no job runs twice at once, with 1 to 3 threads") {
  for (const std::size_t threads : {1u, 2u, 3u}) {
    CAPTURE(threads);
    fake_runner runner;
    reactor_core core{{.threads = threads}, runner};
    actors all;
    // Even ones pass every message on to their odd neighbour, from inside the reactor.
    std::atomic<int> seen{0};
    event done;
    constexpr int from_outside = senders * messages_per_sender;
    constexpr int expected = from_outside + from_outside / 2;
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i].on_message = [&, i] {
        if (i % 2 == 0)
          send(core, all[i + 1]);
        if (++seen == expected)
          done.set();
      };
    core.start();
    auto threads_outside = start_senders(core, all);
    std::atomic<int> callbacks{0};
    event last_callback;
    for (int i = 0; i < 500; ++i) {
      auto count = [&] {
        if (++callbacks == 1'000)
          last_callback.set();
      };
      core.post(count);
      core.after(std::chrono::microseconds{(i * 37) % 1'000}, count);
    }
    for (auto& t : threads_outside)
      t.join();
    CHECK(done.wait());
    CHECK(last_callback.wait());
    core.stop();
    CHECK(total(all, &fake_actor::handled) == expected);
    CHECK(total(all, &fake_actor::dropped) == 0);
    for (const auto& x : all)
      CHECK_FALSE(x.overlapped);
  }
}

TEST_CASE("several threads share a crowd of jobs that one handler wakes") {
  fake_runner runner;
  reactor_core core{{.threads = 2, .max_resumes = 4}, runner};
  std::array<fake_actor, 64> crowd;
  std::mutex mutex;
  std::map<std::thread::id, int> turns;
  event both;
  event all;
  std::size_t left = crowd.size();
  for (auto& x : crowd)
    x.on_message = [&] {
      bool hold = false;
      {
        std::lock_guard guard{mutex};
        const auto mine = ++turns[std::this_thread::get_id()];
        if (turns.size() == 2 && mine == 1)
          both.set();
        // In its second slice, when it has given some of its jobs away, the thread that began waits
        // for the other one.
        hold = turns.size() == 1 && mine == 5;
        if (--left == 0)
          all.set();
      }
      if (hold)
        CHECK(both.wait());
    };
  core.start();
  core.post([&] {
    for (auto& x : crowd)
      send(core, x);
  });
  CHECK(all.wait());
  core.stop();
  CHECK(turns.size() == 2);
}

TEST_CASE("stopping under fire handles or drops each message exactly once") {
  for (int round = 0; round < 10; ++round) {
    fake_runner runner;
    reactor_core core{{.threads = 2, .max_resumes_at_stop = 100}, runner};
    actors all;
    core.start();
    auto threads_outside = start_senders(core, all);
    event running;
    core.post([&] { running.set(); });
    CHECK(running.wait());
    core.stop();
    for (auto& t : threads_outside)
      t.join();
    CHECK(total(all, &fake_actor::handled) + total(all, &fake_actor::dropped)
          == senders * messages_per_sender);
    CHECK(runner.threads_stopped == 2);
  }
}
