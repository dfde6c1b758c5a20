#pragma once

#include <chrono>
#include <future>

namespace actorbot::runtime::test {

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
