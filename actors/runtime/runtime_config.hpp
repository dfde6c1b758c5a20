#pragma once

#include "actors/runtime/reactor_options.hpp"

#include <caf/actor_system_config.hpp>

namespace actorbot::runtime {

class virtual_world;

/// An actor system's configuration that carries the choice of scheduler. Derive from it to add
/// message types; the rest of the program does not differ between live and simulated.
class runtime_config : public caf::actor_system_config {
 public:
  /// Live: a reactor of its own.
  explicit runtime_config(const reactor_options& options);

  /// Simulated: one node of `world`, which must outlive the actor system.
  explicit runtime_config(virtual_world& world);

  const reactor_options& reactor() const { return reactor_; }
  virtual_world* world() const { return world_; }

 private:
  reactor_options reactor_;
  virtual_world* world_ = nullptr;
};

} // namespace actorbot::runtime
