#include "actors/runtime/virtual_scheduler.hpp"

#include "actors/runtime/actor_jobs.hpp"
#include "actors/runtime/runtime_config.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_registry.hpp>
#include <caf/config.hpp>

namespace actorbot::runtime {

namespace {

/// Turns that a system which is being destroyed still grants to CAF's own actors.
constexpr std::size_t max_turns_at_stop = 10'000;

} // namespace

caf::actor_system::module* virtual_scheduler::make(caf::actor_system& system,
                                                   caf::detail::type_list<>) {
  const auto* config = dynamic_cast<const runtime_config*>(&system.config());
  if (config == nullptr || config->world() == nullptr)
    CAF_CRITICAL("virtual_scheduler needs a runtime_config with a virtual_world");
  return new virtual_scheduler(system, *config->world());
}

virtual_scheduler::virtual_scheduler(caf::actor_system& system, virtual_world& world)
    : abstract_coordinator(system),
      execution_unit(&system),
      world_(world),
      clock_([&world] { return world.steady_now(); }, [](steady_point) {}),
      index_(world.join(*this)) {}

void virtual_scheduler::enqueue(caf::resumable* what) { world_.enqueue(index_, to_job(what)); }

void virtual_scheduler::init(caf::actor_system_config& config) {
  abstract_coordinator::init(config);
  max_throughput_ = world_.options().max_messages;
  num_workers_ = 1;
}

void virtual_scheduler::start() {
  // Not the base class's start(): that launches the printer as a thread.
  utility_actors_[printer_id] = make_plain_printer(system());
}

void virtual_scheduler::stop() {
  world_.run_ready_of(index_, max_turns_at_stop);
  clock_.cancel_all();
  world_.leave(index_);
  utility_actors_[printer_id] = nullptr;
}

bool virtual_scheduler::run(job* j, std::size_t, std::size_t max_messages) {
  return resume_actor(j, *this, max_messages);
}

void virtual_scheduler::drop(job* j) { cleanup_and_release(to_resumable(j)); }

std::uint64_t virtual_scheduler::id_of(job* j) const {
  const auto* actor = dynamic_cast<const caf::abstract_actor*>(to_resumable(j));
  return actor != nullptr ? actor->id() : 0;
}

bool run_until_all_actors_done(virtual_world& world, caf::actor_system& system, duration limit) {
  return world.run_until([&] { return system.registry().running() == 0; }, limit);
}

} // namespace actorbot::runtime
