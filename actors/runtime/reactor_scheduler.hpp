#pragma once

#include "actors/runtime/job.hpp"
#include "actors/runtime/reactor_core.hpp"
#include "actors/runtime/runtime_clock.hpp"

#include <caf/actor_system.hpp>
#include <caf/execution_unit.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <memory>
#include <vector>

namespace actorbot::runtime {

/// The live scheduler: a CAF module on a `reactor_core`. The thread that reads a frame runs the
/// actors that the frame wakes, with no thread hop. Loaded by `runtime_config`.
///
/// Who runs the loop: the actor system starts the reactor's own threads when it is constructed and
/// joins them in its destructor; the main thread only waits (for a signal, for actors to end).
/// Order at the end of a process: tell the actors to quit; await_all_actors_done(); destroy what
/// uses io() (sockets, signal sets); destroy the actor system.
class reactor_scheduler final : public caf::scheduler::abstract_coordinator, private job_runner {
 public:
  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>);

  /// The scheduler of `system`, which must be configured with `runtime_config(reactor_options)`.
  static reactor_scheduler& of(caf::actor_system& system);

  reactor_scheduler(caf::actor_system& system, const reactor_options& options);
  ~reactor_scheduler() override;

  /// For sockets and timers: their handlers run on the reactor's threads.
  boost::asio::io_context& io() { return core_.io(); }
  reactor_core& core() { return core_; }

  void enqueue(caf::resumable* what) override;
  void init(caf::actor_system_config& config) override;
  void start() override;
  void stop() override;
  caf::actor_clock& clock() noexcept override { return clock_; }
  bool detaches_utility_actors() const override { return false; }

 private:
  class worker;

  bool run(job* j, std::size_t thread, std::size_t max_messages) override;
  void drop(job* j) override;
  void fire(steady_point now) override { clock_.fire(now); }
  steady_point next_due() const override { return clock_.next_due(); }
  void thread_started(std::size_t thread) override;
  void thread_stopped(std::size_t thread) override;

  std::vector<std::unique_ptr<worker>> workers_;
  reactor_core core_;
  runtime_clock clock_;
};

/// Blocks until every actor of `system` is gone, at most for `limit`; returns whether that is so.
/// If it is not, destroying the system would block: ask again, or give up the process. Not to be
/// called from an actor or a reactor thread.
bool await_all_actors_done(caf::actor_system& system, std::chrono::nanoseconds limit);

} // namespace actorbot::runtime
