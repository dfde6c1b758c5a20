#pragma once

#include "actors/runtime/job.hpp"
#include "actors/runtime/runtime_clock.hpp"
#include "actors/runtime/virtual_world.hpp"

#include <caf/actor_system.hpp>
#include <caf/execution_unit.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace actorbot::runtime {

/// The simulated scheduler: a CAF module that hands its actors to a `virtual_world`. Loaded by
/// `runtime_config`.
///
/// Destroying an actor system waits for its actors, and nobody runs them meanwhile: tell them to
/// quit and call run_until_all_actors_done() first.
class virtual_scheduler final : public caf::scheduler::abstract_coordinator,
                                public caf::execution_unit,
                                private job_runner {
 public:
  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>);

  virtual_scheduler(caf::actor_system& system, virtual_world& world);

  using abstract_coordinator::system;

  void enqueue(caf::resumable* what) override;
  void exec_later(caf::resumable* what) override { enqueue(what); }
  void init(caf::actor_system_config& config) override;
  void start() override;
  void stop() override;
  caf::actor_clock& clock() noexcept override { return clock_; }
  bool detaches_utility_actors() const override { return false; }

 private:
  bool run(job* j, std::size_t thread, std::size_t max_messages) override;
  void drop(job* j) override;
  std::uint64_t id_of(job* j) const override;
  void fire(steady_point now) override { clock_.fire(now); }
  steady_point next_due() const override { return clock_.next_due(); }

  virtual_world& world_;
  runtime_clock clock_;
  std::size_t index_;
};

/// Runs the world until every actor of `system` is gone, at most for `limit` of virtual time;
/// returns whether that is so. If it is not, destroying the system would block.
bool run_until_all_actors_done(virtual_world& world, caf::actor_system& system, duration limit);

} // namespace actorbot::runtime
