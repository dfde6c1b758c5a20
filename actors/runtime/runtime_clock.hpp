#pragma once

#include "actors/runtime/job.hpp"

#include <caf/detail/simple_actor_clock.hpp>

#include <functional>
#include <mutex>

namespace actorbot::runtime {

/// The schedule of delayed messages and time-outs of one actor system, for both schedulers. Holds
/// and orders them; somebody else waits for the time and calls fire(). Any thread.
class runtime_clock : public caf::detail::simple_actor_clock {
 public:
  /// `now` tells the time; `wake_at` is told whenever an entry becomes the earliest.
  runtime_clock(std::function<time_point()> now, std::function<void(time_point)> wake_at);

  time_point now() const noexcept override;

  /// Ships everything that is due at `t`, in order of due time, then of scheduling.
  void fire(time_point t);

  /// Due time of the earliest entry; `steady_point::max()` when there is none.
  time_point next_due() const;

  void set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override;
  void set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override;
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override;
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override;
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override;
  void cancel_timeouts(caf::abstract_actor* self) override;
  void schedule_message(time_point t, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override;
  void schedule_message(time_point t, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override;
  void cancel_all() override;

 private:
  template <class Change>
  void add(time_point t, Change change);

  // Recursive: forgetting an entry may destroy an actor, which may cancel its time-outs.
  mutable std::recursive_mutex mutex_;
  std::function<time_point()> now_;
  std::function<void(time_point)> wake_at_;
};

} // namespace actorbot::runtime
