#pragma once

#include "actors/runtime/runtime_config.hpp"
#include "actors/runtime/virtual_environment.hpp"
#include "actors/runtime/virtual_scheduler.hpp"
#include "messages/registration.hpp"
#include "tests/unit/actors/facts.hpp"

#include <caf/actor_cast.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

/// Virtual time and dummy peers for the test of one actor.
namespace actorbot::test {

struct stage_config : runtime::runtime_config {
  explicit stage_config(runtime::virtual_world& world) : runtime_config(world) {
    register_messages(*this);
  }
};

struct stage {
  explicit stage(std::uint64_t seed = 1)
      : world({.seed = seed}), env(world, "stage"), config(world), system(config) {}

  ~stage() { close(); }

  /// Ends every actor. A stage with members that actors write to calls it before these go away.
  void close() {
    for (const auto& one : cast)
      caf::anon_send_exit(one, caf::exit_reason::kill);
    cast.clear();
    CHECK(runtime::run_until_all_actors_done(world, system, 1h));
  }

  /// Ends with the stage.
  template <class Handle>
  Handle keep(Handle handle) {
    cast.push_back(caf::actor_cast<caf::actor>(handle));
    return handle;
  }

  /// An actor with these handlers, which ignores everything else, in the role asked for.
  template <class Role, class... Handlers>
  Role dummy(Handlers... handlers) {
    return keep(caf::actor_cast<Role>(system.spawn([=](caf::event_based_actor* self) {
      self->set_default_handler(caf::drop);
      return caf::behavior{handlers...};
    })));
  }

  template <class Handle, class Message>
  void tell(const Handle& to, Message message) {
    caf::anon_send(to, std::move(message));
    world.run_ready();
  }

  template <class Handle>
  void end(const Handle& who, caf::error reason = caf::exit_reason::kill) {
    caf::anon_send(caf::actor_cast<caf::actor>(who),
                   caf::exit_msg{who->address(), std::move(reason)});
    world.run_ready();
  }

  void pass(duration d) { world.advance(d); }
  timestamp now() const { return world.now(); }

  runtime::virtual_world world;
  runtime::virtual_environment env;
  stage_config config;
  caf::actor_system system;
  std::vector<caf::actor> cast;
};

/// The operator surface: what the operator would read.
struct operator_ear {
  std::vector<operator_note> notes;
  std::vector<venue_state_changed> states;
  std::vector<strategy_stopped> stopped;

  operator_actor make(stage& s) {
    return s.dummy<operator_actor>([this](const operator_note& x) { notes.push_back(x); },
                                   [this](const venue_state_changed& x) { states.push_back(x); },
                                   [this](const strategy_stopped& x) { stopped.push_back(x); });
  }
  std::size_t count(note_level level) const {
    std::size_t n = 0;
    for (const auto& x : notes)
      n += x.level == level ? 1 : 0;
    return n;
  }
};

inline directory_actor silent_directory(stage& s) {
  return s.dummy<directory_actor>([](const subscribe_directory&) {});
}

} // namespace actorbot::test
