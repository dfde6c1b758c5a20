#pragma once

#include "actors/runtime/job.hpp"
#include "messages/time.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string_view>
#include <thread>
#include <vector>

namespace actorbot::runtime {

/// Repeatable pseudo-random numbers (SplitMix64; Steele, Lea, Flood, OOPSLA 2014): the same on
/// every platform, which the distributions of the standard library are not.
class seeded_random {
 public:
  explicit seeded_random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();

  /// A number in [0, bound); bound > 0.
  std::size_t below(std::size_t bound);

 private:
  std::uint64_t state_;
};

struct virtual_options {
  /// Decides the order in which ready actors run, and every random number of the environments.
  std::uint64_t seed = 1;
  /// The time of day at which virtual time starts.
  timestamp epoch = from_ms(1'735'689'600'000); // 2025-01-01
  /// Messages an actor may handle per turn. 1 makes every interleaving possible; a backtest, which
  /// wants speed, takes 16 like the live reactor.
  std::size_t max_messages = 1;
  /// Turns without time moving on after which the world gives up (std::logic_error): two actors
  /// that keep each other busy would hang the simulation.
  std::uint64_t max_turns_per_instant = 50'000'000;
};

/// A world in which time passes only when told to and the next ready job is drawn by a seeded
/// choice. Serves any number of actor systems (nodes of a cluster) on one clock; each joins through
/// its scheduler module. Single-threaded: it belongs to the thread that made it, calls neither the
/// system clock nor an entropy source, and throws std::logic_error once an actor system in it has
/// started a thread (a detached or blocking actor).
///
/// Must outlive the actor systems in it. The same seed and the same calls give the same order of
/// turns, hence the same hash().
class virtual_world {
 public:
  /// One turn, as told to the step hook.
  struct step {
    std::uint64_t number; ///< counts from 1
    duration elapsed;     ///< virtual time since the start
    std::size_t system;   ///< in order of joining; `callbacks` for a plain callback
    std::uint64_t id;     ///< id of the actor; 0 for a plain callback
  };
  static constexpr std::size_t callbacks = static_cast<std::size_t>(-1);

  explicit virtual_world(const virtual_options& options = {});

  virtual_world(const virtual_world&) = delete;
  virtual_world& operator=(const virtual_world&) = delete;

  // -- time -------------------------------------------------------------------------------------

  timestamp now() const { return options_.epoch + elapsed_; }
  /// Virtual time since the world began.
  duration elapsed() const { return elapsed_; }
  /// The same as a steady_clock reading. Not zero at the start, since CAF takes zero for "none".
  steady_point steady_now() const { return steady_point{std::chrono::hours{1} + elapsed_}; }

  // -- running ----------------------------------------------------------------------------------

  /// Runs jobs until none is ready; returns how many turns that took. Time stands still.
  std::size_t run_ready();

  /// Moves time on by `d`, stopping at each instant at which something is due to fire it and to run
  /// what becomes ready.
  void advance(duration d);

  /// Runs and moves time on until `pred()` holds, which is tested after each turn and each instant;
  /// gives up when `limit` of virtual time has passed or nothing is left that could happen. Returns
  /// `pred()`.
  bool run_until(const std::function<bool()>& pred, duration limit);

  /// Whether a job, a callback or a timer is left.
  bool idle() const;

  // -- plain callbacks --------------------------------------------------------------------------

  /// Calls `f` when `delay` has passed. Callbacks that are due together run in the order of the
  /// calls, before the timers of actors.
  void schedule(duration delay, std::function<void()> f);

  /// Calls `f` as one of the next turns; posted callbacks keep their order among themselves.
  void post(std::function<void()> f);

  // -- trace ------------------------------------------------------------------------------------

  /// Turns so far.
  std::uint64_t steps() const { return steps_; }

  /// Hash over all turns (time, system, actor) and everything given to mix().
  std::uint64_t hash() const { return hash_; }
  /// Adds an event of the caller's to the hash.
  void mix(std::uint64_t value);
  void mix(std::string_view text);

  /// Called before each turn.
  void on_step(std::function<void(const step&)> hook) { step_hook_ = std::move(hook); }

  const virtual_options& options() const { return options_; }

  // -- for scheduler modules --------------------------------------------------------------------

  std::size_t join(job_runner& runner);
  /// Drops the jobs of a system that is going away and forgets it.
  void leave(std::size_t system);
  void enqueue(std::size_t system, job* j);
  /// Runs only the jobs of `system`, at most `limit` turns.
  void run_ready_of(std::size_t system, std::size_t limit);
  /// Remembers that an actor system has started a thread. Any thread.
  void thread_started() { ++stray_threads_; }

 private:
  struct ready_job {
    std::size_t system;
    job* work;
  };

  bool run_one();
  void run_at(std::size_t index);
  void count_step(std::size_t system, std::uint64_t id);
  steady_point next_due() const;
  void fire(steady_point now);
  void move_to(steady_point t);

  const virtual_options options_;
  const std::thread::id owner_;
  seeded_random choice_;
  duration elapsed_{0};
  std::vector<job_runner*> systems_;
  std::vector<ready_job> ready_;
  std::deque<std::function<void()>> posted_;
  std::multimap<steady_point, std::function<void()>> scheduled_;
  std::uint64_t steps_ = 0;
  std::uint64_t turns_this_instant_ = 0;
  std::uint64_t hash_ = 14'695'981'039'346'656'037u; // FNV-1a, 64 bits
  std::function<void(const step&)> step_hook_;
  std::atomic<int> stray_threads_{0};
};

} // namespace actorbot::runtime
