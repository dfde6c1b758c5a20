#pragma once

#include "actors/errors.hpp"
#include "actors/runtime/runtime_config.hpp"
#include "actors/runtime/virtual_environment.hpp"
#include "actors/runtime/virtual_scheduler.hpp"
#include "messages/registration.hpp"
#include "supervision/supervisor.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// A supervisor under observation in virtual time. Its children do nothing but live and die; starts
/// ("a+") and ends ("a-") are written down with their instant.
namespace actorbot::supervision::test {

using namespace std::chrono_literals;
using runtime::virtual_options;

struct lab_config : runtime::runtime_config {
  explicit lab_config(runtime::virtual_world& world) : runtime_config(world) {
    register_messages(*this);
  }
};

struct lab;

struct probe_state {
  lab* owner = nullptr;
  std::string id;
  ~probe_state();
};

struct lab {
  explicit lab(std::uint64_t seed = 1)
      : world({.seed = seed}), env(world, "lab"), config(world), system(config) {}

  ~lab() {
    for (const auto& s : supervisors)
      caf::anon_send_exit(s, caf::exit_reason::kill);
    supervisors.clear();
    caf::anon_send_exit(surface, caf::exit_reason::kill);
    surface = nullptr;
    now_alive.clear();
    CHECK(runtime::run_until_all_actors_done(world, system, 1h));
    CHECK(doubles == 0);
    CHECK(alive.empty());
  }

  // -- making -----------------------------------------------------------------------------------

  /// A permanent child with the default deadline and no back-off.
  child_spec child(const std::string& id) {
    child_spec spec;
    spec.id = id;
    spec.start = [this, id](caf::actor_system&) { return start(id); };
    spec.announce = [this, id](const caf::actor& handle) {
      announced += id + (handle ? (handle == now_alive[id] ? "+ " : "? ") : "- ");
    };
    spec.parked = [this, id](const std::string& reason) { parked.push_back(id + ": " + reason); };
    return spec;
  }

  std::vector<child_spec> children(const std::string& ids) {
    std::vector<child_spec> result;
    for (const char id : ids)
      result.push_back(child(std::string{id}));
    return result;
  }

  supervisor_actor run(supervisor_spec spec) {
    surface = caf::actor_cast<operator_actor>(system.spawn(&operator_surface, this));
    spec.operator_surface = [this] { return surface; };
    supervisors.push_back(spawn_supervisor(system, env, std::move(spec)));
    auto started = supervisors.back();
    started->attach_functor([this](const caf::error& reason) {
      ends.push_back(to_text(world.elapsed()) + ' ' + describe(reason));
    });
    world.run_ready();
    return started;
  }

  // -- doing ------------------------------------------------------------------------------------

  void at(duration instant) {
    REQUIRE(instant >= world.elapsed());
    world.advance(instant - world.elapsed());
  }

  /// "crash", "refused", "throw", "finish" (normal) or "shutdown".
  void tell(const std::string& id, const std::string& what) {
    REQUIRE(alive.contains(id));
    caf::anon_send(now_alive.at(id), what);
    world.run_ready();
  }

  void crash(const std::string& id) { tell(id, "crash"); }

  void crash_at(duration instant, const std::string& id) {
    at(instant);
    crash(id);
  }

  /// What happened since the last call: "0: a+ b+ | 1s: b- b+".
  std::string log() { return std::exchange(log_, {}); }

  bool ended() const { return !ends.empty(); }

  // -- for the children -------------------------------------------------------------------------

  caf::expected<caf::actor> start(const std::string& id) {
    if (failing_starts[id] > 0) {
      --failing_starts[id];
      write(id + '!');
      return make_actor_error(actor_errc::start_failed, "no luck");
    }
    if (throwing_starts[id] > 0) {
      --throwing_starts[id];
      write(id + '!');
      throw std::runtime_error("bad luck");
    }
    write(id + '+');
    if (!alive.insert(id).second)
      ++doubles;
    now_alive[id] = system.spawn(&probe, this, id);
    return now_alive[id];
  }

  void write(const std::string& event) {
    if (log_.empty() || written_ != world.elapsed())
      log_ += (log_.empty() ? "" : " | ") + to_text(world.elapsed()) + ':';
    written_ = world.elapsed();
    log_ += ' ' + event;
  }

  static caf::behavior probe(caf::stateful_actor<probe_state>* self, lab* l, std::string id) {
    self->state.owner = l;
    self->state.id = id;
    install_exception_text(self);
    if (auto& lifetimes = l->lifetimes[id]; !lifetimes.empty()) {
      self->delayed_send(self, lifetimes.front(), std::string{"crash"});
      lifetimes.pop_front();
    }
    if (l->deaf.contains(id))
      self->set_exit_handler([](caf::exit_msg&) {});
    if (l->slow.contains(id))
      self->set_exit_handler([self, l, id](caf::exit_msg&) {
        self->delayed_send(self, l->slow.at(id), std::string{"shutdown"});
      });
    return {
        [self](const std::string& what) {
          if (what == "crash")
            self->quit(make_actor_error(actor_errc::session_closed, "test"));
          else if (what == "refused")
            self->quit(make_actor_error(actor_errc::session_authentication, "test"));
          else if (what == "throw")
            throw std::runtime_error("out of cheese");
          else if (what == "finish")
            self->quit();
          else
            self->quit(caf::exit_reason::user_shutdown);
        },
        // Asked like a supervisor, it never answers.
        [self](const get_report&) { return self->make_response_promise<supervisor_report>(); },
    };
  }

  static caf::behavior operator_surface(caf::event_based_actor*, lab* l) {
    return {
        [l](const operator_note& n) { l->notes.push_back(n); },
        [l](const restart_happened& r) { l->restarts.push_back(r); },
    };
  }

  runtime::virtual_world world;
  runtime::virtual_environment env;
  lab_config config;
  caf::actor_system system;
  operator_actor surface;
  std::vector<supervisor_actor> supervisors;

  /// Plans: how long the next instances live, how many of the next starts fail, how they stop.
  std::map<std::string, std::deque<duration>> lifetimes;
  std::map<std::string, int> failing_starts;
  std::map<std::string, int> throwing_starts;
  std::set<std::string> deaf;
  std::map<std::string, duration> slow;

  /// Findings.
  std::set<std::string> alive;
  std::map<std::string, caf::actor> now_alive;
  int doubles = 0;
  std::string announced;
  std::vector<std::string> parked;
  std::vector<std::string> ends; ///< of the supervisors from run()
  std::vector<restart_happened> restarts;
  std::vector<operator_note> notes;

 private:
  std::string log_;
  duration written_{};
};

inline probe_state::~probe_state() {
  if (owner == nullptr)
    return;
  owner->write(id + '-');
  owner->alive.erase(id);
}

} // namespace actorbot::supervision::test
