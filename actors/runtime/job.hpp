#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace actorbot::runtime {

/// Something that can be run: never defined, only its runner knows what is behind the pointer (an
/// actor in production, a plain object in the tests that run without CAF). Whoever enqueues a job
/// hands over one reference to it.
struct job;

using steady_point = std::chrono::steady_clock::time_point;

/// What a scheduler loop (`reactor_core`, `virtual_world`) needs to know about its jobs.
class job_runner {
 public:
  virtual ~job_runner() = default;

  /// Lets `j` handle at most `max_messages` messages. True: it wants to run again and the caller
  /// keeps its reference. False: it is done for now and the reference has been given back.
  virtual bool run(job* j, std::size_t thread, std::size_t max_messages) = 0;

  /// Gives the reference to `j` back without running it.
  virtual void drop(job* j) = 0;

  /// A number that identifies `j` in a trace, the same in every run with the same seed.
  virtual std::uint64_t id_of(job*) const { return 0; }

  /// Fires the runner's own timers that are due at `now`.
  virtual void fire(steady_point) {}

  /// When fire() is wanted next; `steady_point::max()` for never.
  virtual steady_point next_due() const { return steady_point::max(); }

  /// Called first and last on each thread of a reactor.
  virtual void thread_started(std::size_t) {}
  virtual void thread_stopped(std::size_t) {}
};

} // namespace actorbot::runtime
