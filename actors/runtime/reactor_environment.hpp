#pragma once

#include "actors/runtime/environment.hpp"
#include "actors/runtime/reactor_core.hpp"

namespace actorbot::runtime {

/// The environment of a live process: system clock, entropy source, reactor.
class reactor_environment final : public environment {
 public:
  /// `core` must outlive this object.
  explicit reactor_environment(reactor_core& core) : core_(core) {}

  timestamp now() const override;
  std::int64_t monotonic_ns() const override;
  std::uint64_t random() override;
  void after(duration delay, std::function<void()> f) override;
  void post(std::function<void()> f) override;

 private:
  reactor_core& core_;
};

} // namespace actorbot::runtime
