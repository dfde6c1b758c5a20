#include "actors/runtime/reactor_core.hpp"

#include "actors/runtime/reactor_environment.hpp"
#include "tests/unit/runtime_core/fake_actor.hpp"

#include <doctest/doctest.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

using namespace actorbot::runtime;
using namespace actorbot::runtime::test;
using namespace std::chrono_literals;

namespace {

std::string thread_name() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

} // namespace

TEST_CASE("a job enqueued by a foreign thread runs on the reactor's thread") {
  for (const bool spin : {false, true}) {
    fake_runner runner;
    reactor_core core{{.spin = spin}, runner};
    event done;
    std::string ran_on;
    fake_actor actor;
    actor.on_message = [&] {
      ran_on = thread_name();
      done.set();
    };
    core.start();
    CHECK_FALSE(core.in_reactor());
    send(core, actor);
    REQUIRE(done.wait());
    core.stop();
    CHECK(ran_on == "reactor-0");
    CHECK(actor.handled == 1);
    CHECK(runner.threads_started == 1);
    CHECK(runner.threads_stopped == 1);
  }
}

TEST_CASE("jobs woken by a handler run on its thread, after it, without another wake-up") {
  fake_runner runner;
  reactor_core core{{.threads = 2}, runner};
  event done;
  std::string handler_on;
  std::string job_on;
  bool handler_left = false;
  fake_actor actor;
  actor.on_message = [&] {
    job_on = thread_name();
    CHECK(handler_left);
    done.set();
  };
  core.start();
  core.post([&] {
    handler_on = thread_name();
    send(core, actor);
    handler_left = true;
  });
  REQUIRE(done.wait());
  core.stop();
  CHECK(handler_on == job_on);
}

TEST_CASE("a flood delays neither other jobs nor sockets nor timers beyond a slice") {
  fake_runner runner;
  const reactor_options options{.max_slice = 1h, .max_handler_slice = 1h}; // counts bound
  reactor_core core{options, runner};
  std::array<int, 2> pipe{};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pipe.data()) == 0);
  boost::asio::posix::stream_descriptor socket{core.io(), pipe[0]};

  event done;
  fake_actor flooded;
  fake_actor other;
  int other_at = 0;
  int socket_at = 0;
  int timer_at = 0;
  other.on_message = [&] { other_at = flooded.handled; };
  flooded.on_message = [&] {
    if (flooded.handled == 1) {
      send(core, other);
      CHECK(write(pipe[1], "x", 1) == 1);
      core.after(0ns, [&] { timer_at = flooded.handled; });
    } else if (flooded.handled == 100'000) {
      done.set();
    }
  };
  core.post([&] {
    socket.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [&](const boost::system::error_code&) { socket_at = flooded.handled; });
    for (int i = 0; i < 100'000; ++i)
      send(core, flooded);
  });
  core.start();
  REQUIRE(done.wait());
  core.stop();
  close(pipe[1]);

  CHECK(flooded.most_per_turn == 16);
  CHECK(other_at == 16); // the very next turn
  const int slice = 64 * 16;
  CHECK(socket_at > 0);
  CHECK(socket_at <= 2 * slice);
  CHECK(timer_at > 0);
  CHECK(timer_at <= 2 * slice);
}

TEST_CASE("a slice ends when its time is up, however few turns it took") {
  fake_runner runner;
  reactor_core core{{.max_slice = 0us}, runner};
  event done;
  fake_actor busy;
  int handler_at = 0;
  busy.on_message = [&] {
    if (busy.handled == 1)
      core.post([&] { handler_at = busy.handled; });
    else if (busy.handled == 1'000)
      done.set();
  };
  core.post([&] {
    for (int i = 0; i < 1'000; ++i)
      send(core, busy);
  });
  core.start();
  REQUIRE(done.wait());
  core.stop();
  CHECK(handler_at == 16);
}

TEST_CASE("handlers that are ready together run before the jobs that the first one wakes") {
  struct expectation {
    std::chrono::microseconds max_handler_slice;
    int handlers_before_job;
  };
  // The handler that ended the wait, and as many more as count or time allow.
  for (const auto expected : {expectation{1h, 1 + 8}, expectation{0us, 1 + 1}}) {
    fake_runner runner;
    reactor_core core{{.max_handlers = 8, .max_handler_slice = expected.max_handler_slice}, runner};
    event done;
    int handlers = 0;
    int handlers_before_job = 0;
    fake_actor actor;
    actor.on_message = [&] {
      if (handlers_before_job == 0)
        handlers_before_job = handlers;
      if (actor.handled == 20)
        done.set();
    };
    for (int i = 0; i < 20; ++i)
      core.post([&] {
        ++handlers;
        send(core, actor);
      });
    core.start();
    REQUIRE(done.wait());
    core.stop();
    CHECK(handlers_before_job == expected.handlers_before_job);
  }
}

TEST_CASE("callbacks fire in order of due time, and an earlier one overtakes an armed timer") {
  fake_runner runner;
  reactor_core core{{}, runner};
  event done;
  std::string order;
  core.after(1h, [&] { order += 'x'; });
  core.post([&] {
    core.after(3ms, [&] {
      order += 'c';
      done.set();
    });
    core.after(2ms, [&] { order += 'b'; });
    core.after(1ms, [&] { order += 'a'; });
  });
  core.start();
  REQUIRE(done.wait());
  core.stop();
  CHECK(order == "abc");
}

TEST_CASE("the runner's timers are fired when the time it asked for has come") {
  struct timed_runner : fake_runner {
    event fired_event;
    steady_point due = steady_point::max();
    steady_point fired_at;
    void fire(steady_point now) override {
      if (now < due)
        return;
      due = steady_point::max();
      fired_at = now;
      fired_event.set();
    }
    steady_point next_due() const override { return due; }
  };
  timed_runner runner;
  reactor_core core{{}, runner};
  const auto due = std::chrono::steady_clock::now() + 2ms;
  runner.due = due;
  core.wake_at(due);
  core.start();
  REQUIRE(runner.fired_event.wait());
  core.stop();
  CHECK(runner.fired_at >= due);
}

TEST_CASE("stop runs what is ready, within its budget, and drops the rest once") {
  fake_runner runner;
  reactor_core core{{.max_resumes_at_stop = 10}, runner};
  fake_actor finite;
  fake_actor endless;
  fake_actor late;
  endless.on_message = [&] { send(core, endless); };
  send(core, finite);
  send(core, endless);
  event started;
  finite.on_message = [&] { started.set(); };
  core.start();
  REQUIRE(started.wait());
  core.stop(); // returns although `endless` is always ready
  CHECK(finite.handled == 1);
  CHECK(finite.dropped == 0);
  CHECK(endless.dropped == 1);
  send(core, late);
  CHECK(late.handled == 0);
  CHECK(late.dropped == 1);
}

TEST_CASE("the live environment tells the time, never goes back and draws different numbers") {
  fake_runner runner;
  reactor_core core{{}, runner};
  reactor_environment env{core};
  CHECK(env.now() > actorbot::from_ms(1'700'000'000'000));
  const auto first = env.monotonic_ns();
  CHECK(env.monotonic_ns() >= first);
  CHECK(env.random() != env.random());
  event posted;
  event later;
  env.post([&] { posted.set(); });
  env.after(1ms, [&] { later.set(); });
  core.start();
  CHECK(posted.wait());
  CHECK(later.wait());
}
