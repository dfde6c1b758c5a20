#pragma once

#include <chrono>
#include <cstddef>

namespace actorbot::runtime {

/// How a reactor shares its threads between sockets, timers and actors.
struct reactor_options {
  /// Threads that read sockets and run actors. With one, nothing on the hot path is contended.
  std::size_t threads = 1;
  /// Poll without end instead of sleeping in epoll: lower latency for one whole core per thread.
  bool spin = false;
  /// Messages an actor may handle before the next one has its turn.
  std::size_t max_messages = 16;
  /// Actor turns before sockets and timers are looked at again ...
  std::size_t max_resumes = 64;
  /// ... and the time after which that happens even earlier.
  std::chrono::microseconds max_slice{200};
  /// Socket and timer callbacks that may run before actors do, which lets a burst of frames
  /// coalesce ...
  std::size_t max_handlers = 64;
  /// ... and the time after which actors run even earlier: what a message may wait for the handlers
  /// behind its own when the process has fallen behind.
  std::chrono::microseconds max_handler_slice{50};
  /// Turns a thread still grants after stop() before what is left is dropped.
  std::size_t max_resumes_at_stop = 10'000;
};

} // namespace actorbot::runtime
