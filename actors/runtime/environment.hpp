#pragma once

#include "messages/time.hpp"

#include <cstdint>
#include <functional>

namespace actorbot::runtime {

/// Time, randomness and later calls for everything that must run live and in a simulation alike.
/// Actor code takes its environment by reference and uses no clock, timer or entropy source beside
/// it. A live process has a `reactor_environment`, a simulated node a `virtual_environment`.
///
/// Callbacks run outside any actor: they may send messages to actors, never touch actor state.
class environment {
 public:
  virtual ~environment() = default;

  /// The time of day, UTC.
  virtual timestamp now() const = 0;

  /// A clock that never jumps, for latency stamps: nanoseconds since an arbitrary start.
  virtual std::int64_t monotonic_ns() const = 0;

  /// 64 random bits; repeatable from the seed in a simulation. Not for keys.
  virtual std::uint64_t random() = 0;

  /// Calls `f` once, no earlier than `delay` from now. Cannot be cancelled: `f` must find out for
  /// itself whether it is still wanted. Callbacks that are due together run in order of due time.
  virtual void after(duration delay, std::function<void()> f) = 0;

  /// Calls `f` once, soon and never from within post(). Calls from one thread keep their order as
  /// long as the reactor has one thread.
  virtual void post(std::function<void()> f) = 0;
};

} // namespace actorbot::runtime
