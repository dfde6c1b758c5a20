#include "actors/runtime/reactor_scheduler.hpp"
#include "actors/runtime/runtime_config.hpp"
#include "tests/unit/runtime/event.hpp"

#include <doctest/doctest.h>

#include <boost/asio/steady_timer.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

using namespace actorbot::runtime;
using namespace actorbot::runtime::test;
using namespace std::chrono_literals;
using caf::event_based_actor;

namespace {

/// The order in which things ended.
class ending {
 public:
  void add(std::string what) {
    std::lock_guard guard{mutex_};
    events_.push_back(std::move(what));
  }
  std::vector<std::string> events() {
    std::lock_guard guard{mutex_};
    return events_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> events_;
};

/// Needs two more messages and a timer to end properly after its exit message, like a gateway that
/// cancels its orders.
caf::behavior slow_to_end(event_based_actor* self, ending* log) {
  self->set_exit_handler([self, log](caf::exit_msg&) {
    log->add("told");
    self->delayed_send(self, 5ms, caf::tick_atom_v);
  });
  return {[self](caf::tick_atom) { self->send(self, caf::ok_atom_v); },
          [self, log](caf::ok_atom) {
            log->add("confirmed");
            self->quit();
          }};
}

} // namespace

TEST_CASE("the reactor runs until the last actor is down, only then is the system destroyed") {
  ending log;
  {
    runtime_config config{reactor_options{}};
    caf::actor_system system{config};
    auto slow = system.spawn(slow_to_end, &log);
    CHECK_FALSE(await_all_actors_done(system, 0s));
    caf::anon_send_exit(slow, caf::exit_reason::user_shutdown);
    slow = nullptr;
    CHECK(await_all_actors_done(system, 30s));
    log.add("destroying");
  }
  CHECK(log.events() == std::vector<std::string>{"told", "confirmed", "destroying"});
}

TEST_CASE("destroying the system waits for actors that are still ending") {
  ending log;
  {
    runtime_config config{reactor_options{}};
    caf::actor_system system{config};
    caf::anon_send_exit(system.spawn(slow_to_end, &log), caf::exit_reason::user_shutdown);
  }
  log.add("destroyed");
  CHECK(log.events() == std::vector<std::string>{"told", "confirmed", "destroyed"});
}

TEST_CASE("a system that gives up waiting still ends, and cleans up who is in the ready queue") {
  std::atomic<int> turns{0};
  bool state_destroyed = false;
  {
    runtime_config config{reactor_options{.max_resumes_at_stop = 100}};
    caf::actor_system system{config};
    event running;
    auto on_end = std::shared_ptr<void>{nullptr, [&](void*) { state_destroyed = true; }};
    auto endless = system.spawn([&, on_end = std::move(on_end)](event_based_actor* self) {
      self->send(self, 1);
      return caf::behavior{[&, self, on_end](int) {
        if (++turns == 1)
          running.set();
        self->send(self, 1);
      }};
    });
    endless = nullptr;
    REQUIRE(running.wait());
    CHECK_FALSE(await_all_actors_done(system, 1ms));
    system.await_actors_before_shutdown(false);
  }
  CHECK(turns > 0);
  CHECK(state_destroyed);
}

TEST_CASE("a message that is due after the end is forgotten with its receiver") {
  bool destroyed = false;
  {
    runtime_config config{reactor_options{}};
    caf::actor_system system{config};
    auto on_end = std::shared_ptr<void>{nullptr, [&](void*) { destroyed = true; }};
    system.spawn([on_end = std::move(on_end)](event_based_actor* self) {
      self->delayed_send(self, 1h, caf::tick_atom_v);
      self->quit();
      return caf::behavior{[on_end](caf::tick_atom) {}};
    });
  }
  CHECK(destroyed);
}

TEST_CASE("handlers and callbacks that never ran may hold the last handle of an actor") {
  bool destroyed = false;
  {
    runtime_config config{reactor_options{}};
    caf::actor_system system{config};
    auto& reactor = reactor_scheduler::of(system);
    auto on_end = std::shared_ptr<void>{nullptr, [&](void*) { destroyed = true; }};
    auto actor = system.spawn([on_end = std::move(on_end)](event_based_actor* self) {
      return caf::behavior{[self, on_end](int) { self->quit(); }};
    });
    reactor.core().after(60min, [actor] { caf::anon_send(actor, 1); });
    auto timer = std::make_shared<boost::asio::steady_timer>(reactor.io(), 60min);
    timer->async_wait([timer, actor](const boost::system::error_code&) {});
    caf::anon_send(actor, 1);
  }
  CHECK(destroyed);
}

TEST_CASE("systems come and go in one process") {
  for (int i = 0; i < 20; ++i) {
    runtime_config config{reactor_options{.threads = 1 + static_cast<std::size_t>(i) % 2}};
    caf::actor_system system{config};
    event done;
    system.spawn([&](event_based_actor*) { done.set(); });
    CHECK(done.wait());
  }
}
