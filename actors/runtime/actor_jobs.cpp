#include "actors/runtime/actor_jobs.hpp"

#include <caf/actor_system.hpp>
#include <caf/atom.hpp>
#include <caf/make_actor.hpp>
#include <caf/message_handler.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/scoped_execution_unit.hpp>
#include <caf/type_id.hpp>

#include <iostream>
#include <string>

namespace actorbot::runtime {

namespace {

class plain_printer final : public caf::monitorable_actor {
 public:
  explicit plain_printer(caf::actor_config& config) : monitorable_actor(config) {
    on_message_.assign(
        [](caf::add_atom, caf::actor_id, const std::string& text) { std::cout << text; });
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    on_message_(what->content());
  }

 private:
  caf::message_handler on_message_;
};

} // namespace

bool resume_actor(job* j, caf::execution_unit& unit, std::size_t max_messages) {
  auto* actor = to_resumable(j);
  switch (actor->resume(&unit, max_messages)) {
  case caf::resumable::resume_later:
    return true;
  case caf::resumable::awaiting_message:
  case caf::resumable::done:
    intrusive_ptr_release(actor);
    return false;
  case caf::resumable::shutdown_execution_unit:
    return false;
  }
  return false;
}

caf::actor make_plain_printer(caf::actor_system& system) {
  caf::scoped_execution_unit unit{&system};
  caf::actor_config config{&unit};
  return caf::make_actor<plain_printer, caf::actor>(system.next_actor_id(), system.node(), &system,
                                                    config);
}

} // namespace actorbot::runtime
