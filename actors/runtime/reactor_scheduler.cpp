#include "actors/runtime/reactor_scheduler.hpp"

#include "actors/runtime/actor_jobs.hpp"
#include "actors/runtime/runtime_config.hpp"

#include <caf/actor_registry.hpp>

#include <stdexcept>
#include <thread>

namespace actorbot::runtime {

/// CAF's view of one reactor thread.
class reactor_scheduler::worker final : public caf::execution_unit {
 public:
  worker(caf::actor_system* system, reactor_core& core) : execution_unit(system), core_(core) {}

  void exec_later(caf::resumable* what) override { core_.enqueue(to_job(what)); }

 private:
  reactor_core& core_;
};

caf::actor_system::module* reactor_scheduler::make(caf::actor_system& system,
                                                   caf::detail::type_list<>) {
  const auto* config = dynamic_cast<const runtime_config*>(&system.config());
  return new reactor_scheduler(system, config != nullptr ? config->reactor() : reactor_options{});
}

reactor_scheduler& reactor_scheduler::of(caf::actor_system& system) {
  auto* result = dynamic_cast<reactor_scheduler*>(&system.scheduler());
  if (result == nullptr)
    throw std::logic_error("this actor system does not run on a reactor");
  return *result;
}

reactor_scheduler::reactor_scheduler(caf::actor_system& system, const reactor_options& options)
    : abstract_coordinator(system),
      core_(options, *this),
      clock_([] { return std::chrono::steady_clock::now(); },
             [this](steady_point due) { core_.wake_at(due); }) {
  for (std::size_t i = 0; i < core_.thread_count(); ++i)
    workers_.push_back(std::make_unique<worker>(&system, core_));
}

reactor_scheduler::~reactor_scheduler() { core_.stop(); }

void reactor_scheduler::enqueue(caf::resumable* what) { core_.enqueue(to_job(what)); }

void reactor_scheduler::init(caf::actor_system_config& config) {
  abstract_coordinator::init(config);
  max_throughput_ = core_.options().max_messages;
  num_workers_ = core_.thread_count();
}

void reactor_scheduler::start() {
  // Not the base class's start(): that launches the printer as a thread.
  utility_actors_[printer_id] = make_plain_printer(system());
  core_.start();
}

void reactor_scheduler::stop() {
  core_.stop();
  clock_.cancel_all();
  utility_actors_[printer_id] = nullptr;
}

bool reactor_scheduler::run(job* j, std::size_t thread, std::size_t max_messages) {
  return resume_actor(j, *workers_[thread], max_messages);
}

void reactor_scheduler::drop(job* j) { cleanup_and_release(to_resumable(j)); }

void reactor_scheduler::thread_started(std::size_t) { system().thread_started(); }

void reactor_scheduler::thread_stopped(std::size_t) { system().thread_terminates(); }

bool await_all_actors_done(caf::actor_system& system, std::chrono::nanoseconds limit) {
  // CAF offers a wait without a limit only, hence the polling.
  const auto end = std::chrono::steady_clock::now() + limit;
  while (system.registry().running() != 0) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

} // namespace actorbot::runtime
