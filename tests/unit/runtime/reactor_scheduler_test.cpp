#include "actors/runtime/reactor_scheduler.hpp"

#include "actors/runtime/runtime_config.hpp"
#include "tests/unit/runtime/event.hpp"
#include "tests/unit/runtime/threads.hpp"

#include <doctest/doctest.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <caf/actor_ostream.hpp>
#include <caf/actor_registry.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace actorbot::runtime;
using namespace actorbot::runtime::test;
using namespace std::chrono_literals;
using caf::event_based_actor;

namespace {

/// A live actor system with its reactor.
struct live_system {
  explicit live_system(const reactor_options& options = {}) : config(options), system(config) {}

  reactor_scheduler& reactor() { return reactor_scheduler::of(system); }

  /// Calls `f` on a reactor thread and waits for it.
  void on_reactor(const std::function<void()>& f) {
    event done;
    reactor().core().post([&] {
      f();
      done.set();
    });
    REQUIRE(done.wait());
  }

  runtime_config config;
  caf::actor_system system;
};

} // namespace

TEST_CASE("the reactor's threads are the only ones") {
  REQUIRE(threads_become(threads_at_start));
  for (const std::size_t threads : {1u, 3u}) {
    auto expected = threads_at_start;
    for (std::size_t i = 0; i < threads; ++i)
      expected.push_back("reactor-" + std::to_string(i));
    std::sort(expected.begin(), expected.end());

    live_system live{{.threads = threads}};
    event done;
    live.system.spawn([&](event_based_actor* self) {
      self->delayed_send(self, 1ms, caf::ok_atom_v);
      return caf::behavior{[&, self](caf::ok_atom) {
        self->quit();
        done.set();
      }};
    });
    REQUIRE(done.wait());
    CHECK(threads_become(expected));
  }
  CHECK(threads_become(threads_at_start));
}

TEST_CASE("actors that a handler wakes run on its thread, the whole chain") {
  live_system live;
  event done;
  std::vector<std::thread::id> ran_on;
  live.on_reactor([&] {
    ran_on.push_back(std::this_thread::get_id());
    auto last = live.system.spawn([&](event_based_actor* self) {
      return caf::behavior{[&, self](int) {
        ran_on.push_back(std::this_thread::get_id());
        self->quit();
        done.set();
      }};
    });
    auto first = live.system.spawn([&, last](event_based_actor* self) {
      return caf::behavior{[&, self, last](int x) {
        ran_on.push_back(std::this_thread::get_id());
        self->send(last, x);
        self->quit();
      }};
    });
    caf::anon_send(first, 1);
    CHECK(ran_on.size() == 1); // nothing runs inside the handler
  });
  REQUIRE(done.wait());
  REQUIRE(ran_on.size() == 3);
  CHECK(ran_on[0] != std::this_thread::get_id());
  CHECK(ran_on[1] == ran_on[0]);
  CHECK(ran_on[2] == ran_on[0]);
}

TEST_CASE("100,000 messages for one actor delay another actor, a socket and a timer by a slice") {
  live_system live{{.max_slice = 1h, .max_handler_slice = 1h}}; // counts bound
  std::array<int, 2> pipe{};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pipe.data()) == 0);
  constexpr int flood = 100'000;
  event done;
  int handled = 0;
  int other_at = 0;
  int delayed_at = 0;
  int socket_at = 0;
  {
    boost::asio::posix::stream_descriptor socket{live.reactor().io(), pipe[0]};
    live.on_reactor([&] {
      auto other = live.system.spawn([&](event_based_actor* self) {
        return caf::behavior{[&](int) { other_at = handled; },
                             [&, self](caf::tick_atom) {
                               delayed_at = handled;
                               self->quit();
                             }};
      });
      auto flooded = live.system.spawn([&, other](event_based_actor* self) {
        return caf::behavior{[&, self, other](int) {
          if (++handled == 1) {
            self->send(other, 1);
            self->delayed_send(other, 0s, caf::tick_atom_v);
            CHECK(write(pipe[1], "x", 1) == 1);
          } else if (handled == flood) {
            self->quit();
            done.set();
          }
        }};
      });
      socket.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [&](const boost::system::error_code&) { socket_at = handled; });
      for (int i = 0; i < flood; ++i)
        caf::anon_send(flooded, i);
    });
    REQUIRE(done.wait());
  }
  close(pipe[1]);
  const int slice = 64 * 16;
  CHECK(other_at > 0);
  CHECK(other_at <= 16); // at most the rest of one turn
  CHECK(socket_at > 0);
  CHECK(socket_at <= 2 * slice);
  CHECK(delayed_at > 0);
  CHECK(delayed_at <= 2 * slice);
}

TEST_CASE("a turn handles at most 16 messages") {
  live_system live;
  event done;
  std::string order;
  const auto make = [&](char name) {
    return live.system.spawn([&order, &done, name](event_based_actor* self) {
      return caf::behavior{[&order, &done, self, name](int) {
        order += name;
        if (std::count(order.begin(), order.end(), name) == 32)
          self->quit();
        if (order.size() == 64)
          done.set();
      }};
    });
  };
  live.on_reactor([&] {
    auto a = make('a');
    auto b = make('b');
    for (int i = 0; i < 32; ++i) {
      caf::anon_send(a, i);
      caf::anon_send(b, i);
    }
  });
  REQUIRE(done.wait());
  const std::string as(16, 'a');
  const std::string bs(16, 'b');
  CHECK(order == as + bs + as + bs);
}

TEST_CASE("messages from several foreign threads all arrive, with one and with two threads") {
  constexpr int senders = 4;
  constexpr int each = 10'000;
  for (const std::size_t threads : {1u, 2u}) {
    live_system live{{.threads = threads}};
    std::array<std::atomic<int>, 8> counts{};
    std::atomic<int> total{0};
    event done;
    std::vector<caf::actor> actors;
    for (auto& count : counts)
      actors.push_back(live.system.spawn([&](event_based_actor*) {
        return caf::behavior{[&](int) {
          ++count;
          if (++total == senders * each * 2)
            done.set();
        }};
      }));
    // Each message is doubled by a relay, so that both kinds of enqueue are under load.
    auto relay = live.system.spawn([actors](event_based_actor* self) {
      return caf::behavior{[self, actors](int x) {
        self->send(actors[static_cast<std::size_t>(x) % actors.size()], x);
        self->send(actors[static_cast<std::size_t>(x + 1) % actors.size()], x);
      }};
    });
    std::vector<std::thread> outside;
    for (int t = 0; t < senders; ++t)
      outside.emplace_back([&] {
        for (int i = 0; i < each; ++i)
          caf::anon_send(relay, i);
      });
    for (auto& t : outside)
      t.join();
    CHECK(done.wait());
    for (auto& count : counts)
      CHECK(count == senders * each * 2 / 8);
    caf::anon_send_exit(relay, caf::exit_reason::user_shutdown);
    for (auto& actor : actors)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  }
}

TEST_CASE("delayed messages arrive in order of due time, not before it") {
  live_system live;
  event done;
  std::string order;
  const auto start = std::chrono::steady_clock::now();
  live.system.spawn([&](event_based_actor* self) {
    self->delayed_send(self, 6ms, 'c');
    self->delayed_send(self, 2ms, 'a');
    self->delayed_send(self, 4ms, 'b');
    self->delayed_send(self, 4ms, 'B');
    return caf::behavior{[&, self](char c) {
      order += c;
      if (c == 'c') {
        self->quit();
        done.set();
      }
    }};
  });
  REQUIRE(done.wait());
  CHECK(order == "abBc");
  CHECK(std::chrono::steady_clock::now() - start >= 6ms);
}

TEST_CASE("a request to an actor that does not answer times out; an answered one does not") {
  live_system live;
  event done;
  std::string result;
  auto server = live.system.spawn([](event_based_actor* self) {
    return caf::behavior{[self](int) { return self->make_response_promise<int>(); },
                         [](caf::ping_atom) { return caf::pong_atom_v; }};
  });
  live.system.spawn([&, server](event_based_actor* self) {
    self->request(server, 60min, caf::ping_atom_v).then([&](caf::pong_atom) { result += "pong "; });
    self->request(server, 2ms, 1)
        .then([](int) {},
              [&, self, server](const caf::error& error) {
                result += error == caf::sec::request_timeout ? "timeout" : "other error";
                self->send_exit(server, caf::exit_reason::user_shutdown);
                done.set();
              });
  });
  server = nullptr;
  REQUIRE(done.wait());
  CHECK(result == "pong timeout");
}

TEST_CASE("an actor killed while in the ready queue dies once and leaks nothing") {
  struct sentinel {
    explicit sentinel(std::atomic<int>& x) : destroyed(x) {}
    ~sentinel() { ++destroyed; }
    std::atomic<int>& destroyed;
  };
  std::atomic<int> destroyed{0};
  std::atomic<int> handled{0};
  live_system live;
  event victim_started;
  event watcher_started;
  event down;
  auto victim = live.system.spawn([&](event_based_actor*) {
    victim_started.set();
    return caf::behavior{[&handled, s = std::make_shared<sentinel>(destroyed)](int) { ++handled; }};
  });
  auto watcher = live.system.spawn([&, victim](event_based_actor* self) {
    self->monitor(victim);
    self->set_down_handler([&, self](caf::down_msg& message) {
      CHECK(message.reason == caf::exit_reason::kill);
      self->quit();
      down.set();
    });
    watcher_started.set();
    return caf::behavior{[](int) {}};
  });
  REQUIRE(victim_started.wait());
  REQUIRE(watcher_started.wait());
  live.on_reactor([&] {
    for (int i = 0; i < 100; ++i)
      caf::anon_send(victim, i); // in the ready queue from the first one on
    caf::anon_send_exit(victim, caf::exit_reason::kill);
    victim = nullptr;
  });
  REQUIRE(down.wait());
  REQUIRE(await_all_actors_done(live.system, 30s));
  live.on_reactor([] {}); // the queue's own reference is given back after the turn
  CHECK(destroyed.load() == 1);
  CHECK(handled.load() == 100); // CAF 0.17's exit messages have normal priority
}

TEST_CASE("aout works without a thread of its own") {
  REQUIRE(threads_become(threads_at_start));
  std::ostringstream captured;
  auto* const original = std::cout.rdbuf(captured.rdbuf());
  std::size_t threads = 0;
  {
    live_system live;
    live.system.spawn([](event_based_actor* self) { caf::aout(self) << "hello" << std::endl; });
    await_all_actors_done(live.system, 30s);
    threads = thread_names().size();
  }
  std::cout.rdbuf(original);
  CHECK(threads == threads_at_start.size() + 1);
  CHECK(captured.str().find("hello") != std::string::npos);
}

TEST_CASE("a scoped actor on the main thread can talk to actors") {
  live_system live;
  auto doubler = live.system.spawn(
      [](event_based_actor*) { return caf::behavior{[](int x) { return 2 * x; }}; });
  caf::scoped_actor self{live.system};
  int answer = 0;
  self->request(doubler, 30s, 21).receive([&](int x) { answer = x; }, [](const caf::error&) {});
  CHECK(answer == 42);
  self->send_exit(doubler, caf::exit_reason::user_shutdown);
}

TEST_CASE("a scheduler that is not a reactor is refused by name") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  CHECK_THROWS_AS(reactor_scheduler::of(system), std::logic_error);
}
