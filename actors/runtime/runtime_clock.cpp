#include "actors/runtime/runtime_clock.hpp"

#include <utility>
#include <vector>

namespace actorbot::runtime {

using super = caf::detail::simple_actor_clock;

runtime_clock::runtime_clock(std::function<time_point()> now,
                             std::function<void(time_point)> wake_at)
    : now_(std::move(now)), wake_at_(std::move(wake_at)) {}

runtime_clock::time_point runtime_clock::now() const noexcept { return now_(); }

void runtime_clock::fire(time_point t) {
  std::vector<unique_delayed_event_ptr> due;
  {
    std::lock_guard guard{mutex_};
    while (!schedule_.empty() && schedule_.begin()->first <= t) {
      auto first = schedule_.begin();
      if (first->second->backlink != actor_lookup_.end())
        actor_lookup_.erase(first->second->backlink);
      due.push_back(std::move(first->second));
      schedule_.erase(first);
    }
  }
  // Unlocked: a message may reach code that sets the next time-out right away.
  for (auto& entry : due)
    ship(*entry);
}

runtime_clock::time_point runtime_clock::next_due() const {
  std::lock_guard guard{mutex_};
  return schedule_.empty() ? time_point::max() : schedule_.begin()->first;
}

template <class Change>
void runtime_clock::add(time_point t, Change change) {
  bool earliest = false;
  {
    std::lock_guard guard{mutex_};
    change();
    earliest = schedule_.begin()->first == t;
  }
  if (earliest)
    wake_at_(t);
}

void runtime_clock::set_ordinary_timeout(time_point t, caf::abstract_actor* self,
                                         caf::atom_value type, std::uint64_t id) {
  add(t, [&] { super::set_ordinary_timeout(t, self, type, id); });
}

void runtime_clock::set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                                      std::uint64_t id) {
  add(t, [&] { super::set_multi_timeout(t, self, type, id); });
}

void runtime_clock::set_request_timeout(time_point t, caf::abstract_actor* self,
                                        caf::message_id id) {
  add(t, [&] { super::set_request_timeout(t, self, id); });
}

void runtime_clock::cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) {
  std::lock_guard guard{mutex_};
  super::cancel_ordinary_timeout(self, type);
}

void runtime_clock::cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) {
  std::lock_guard guard{mutex_};
  super::cancel_request_timeout(self, id);
}

void runtime_clock::cancel_timeouts(caf::abstract_actor* self) {
  std::lock_guard guard{mutex_};
  super::cancel_timeouts(self);
}

void runtime_clock::schedule_message(time_point t, caf::strong_actor_ptr receiver,
                                     caf::mailbox_element_ptr content) {
  add(t, [&] { super::schedule_message(t, std::move(receiver), std::move(content)); });
}

void runtime_clock::schedule_message(time_point t, caf::group target, caf::strong_actor_ptr sender,
                                     caf::message content) {
  add(t, [&] {
    super::schedule_message(t, std::move(target), std::move(sender), std::move(content));
  });
}

void runtime_clock::cancel_all() {
  // Destroyed after the lock is gone: an entry may hold the last reference to an actor.
  schedule_map forgotten;
  std::lock_guard guard{mutex_};
  actor_lookup_.clear();
  forgotten.swap(schedule_);
}

} // namespace actorbot::runtime
