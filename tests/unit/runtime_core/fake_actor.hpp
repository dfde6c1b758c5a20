#pragma once

#include "actors/runtime/job.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <future>

namespace actorbot::runtime::test {

/// Like an actor, a thing with a mailbox that is ready at most once: here only the number of
/// messages is kept.
struct fake_actor {
  std::uint64_t id = 0;
  std::function<void()> on_message = [] {};
  std::atomic<int> unread{0};
  std::atomic<int> handled{0};
  std::atomic<int> dropped{0};
  std::atomic<int> most_per_turn{0};
  std::atomic<bool> running{false};
  std::atomic<bool> overlapped{false};
};

class fake_runner : public job_runner {
 public:
  std::atomic<int> fired{0};
  std::atomic<int> threads_started{0};
  std::atomic<int> threads_stopped{0};

  static job* as_job(fake_actor& x) { return reinterpret_cast<job*>(&x); }
  static fake_actor& as_actor(job* x) { return *reinterpret_cast<fake_actor*>(x); }

  bool run(job* j, std::size_t, std::size_t max_messages) override {
    auto& self = as_actor(j);
    if (self.running.exchange(true))
      self.overlapped = true;
    const int count = std::min(self.unread.load(), static_cast<int>(max_messages));
    for (int i = 0; i < count; ++i) {
      ++self.handled;
      self.on_message();
    }
    self.most_per_turn = std::max(self.most_per_turn.load(), count);
    self.running = false;
    return self.unread.fetch_sub(count) > count;
  }

  void drop(job* j) override { as_actor(j).dropped += as_actor(j).unread.exchange(0); }
  std::uint64_t id_of(job* j) const override { return as_actor(j).id; }
  void fire(steady_point) override { ++fired; }
  void thread_started(std::size_t) override { ++threads_started; }
  void thread_stopped(std::size_t) override { ++threads_stopped; }
};

/// Puts a message into `x` and makes it ready if it was not.
template <class Loop>
void send(Loop& loop, fake_actor& x) {
  if (x.unread.fetch_add(1) == 0)
    loop.enqueue(fake_runner::as_job(x));
}

/// Blocks a test until the other side has called set(); false when it never does.
class event {
 public:
  void set() { promise_.set_value(); }
  bool wait() { return future_.wait_for(std::chrono::seconds{30}) == std::future_status::ready; }

 private:
  std::promise<void> promise_;
  std::future<void> future_ = promise_.get_future();
};

} // namespace actorbot::runtime::test
