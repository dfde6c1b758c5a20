#include "actors/runtime/runtime_config.hpp"

#include "actors/runtime/reactor_scheduler.hpp"
#include "actors/runtime/virtual_scheduler.hpp"

#include <caf/thread_hook.hpp>

namespace actorbot::runtime {

namespace {

/// Tells a virtual world about threads that its actor system starts.
class thread_alarm final : public caf::thread_hook {
 public:
  explicit thread_alarm(virtual_world* world) : world_(world) {}
  void init(caf::actor_system&) override {}
  void thread_started() override { world_->thread_started(); }
  void thread_terminates() override {}

 private:
  virtual_world* world_;
};

} // namespace

runtime_config::runtime_config(const reactor_options& options) : reactor_(options) {
  load<reactor_scheduler>();
}

runtime_config::runtime_config(virtual_world& world) : world_(&world) {
  load<virtual_scheduler>();
  add_thread_hook<thread_alarm>(&world);
}

} // namespace actorbot::runtime
