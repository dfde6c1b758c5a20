#pragma once

#include "actors/runtime/environment.hpp"
#include "messages/wiring.hpp"
#include "supervision/child_spec.hpp"
#include "supervision/restart_policy.hpp"

#include <caf/actor_system.hpp>
#include <caf/error.hpp>
#include <caf/result.hpp>
#include <caf/system_messages.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace actorbot::supervision {

/// A SUPERVISOR with the semantics of Erlang/OTP, plus back-off, dependencies between children and
/// parking. A child:
///
///                      start                 its group stops
///        (starting) ----------> up ---------------------------------> stopping
///          ^    |               |  \                                      |
///          |    | failed        |   \ ended, and no restart follows       | down
///          |    v               |    `--> down                            |
///          |   backing off <----+ failed                                  |
///          |   (or parked)                                                |
///          |       | delay passed, and the whole group is down            |
///          +-------+<-----------------------------------------------------+
///
/// A failed child and those that restart with it are a group: they stop in reverse order, one after
/// the other, wait for the delay, and start in order. A child is started only after its former
/// instance was reported down, so there are never two. A failure counts when it happens, not when
/// the delay has passed; a failure within a group that is being restarted does not count again.
class supervisor_state {
 public:
  static inline const char* name = "supervisor";

  explicit supervisor_state(supervisor_actor::pointer self) : self_(self) {}
  supervisor_state(const supervisor_state&) = delete;
  supervisor_state& operator=(const supervisor_state&) = delete;
  /// A supervisor that was killed takes its children along. Its parent does not wait for them: only
  /// an ordered end guarantees that they are gone before the next supervisor starts.
  ~supervisor_state();

  /// Starts all children in order; if one fails, stops those again and quits.
  void start(runtime::environment& env, supervisor_spec spec);

  // -- callbacks --------------------------------------------------------------------------------

  void child_down(const caf::down_msg& message);
  /// A delay or a deadline of `child` has passed.
  void timer(std::uint32_t child, std::uint64_t generation);
  /// Stops all children in reverse order, then quits with `reason`.
  void stop(caf::error reason);
  /// The restarts of the children and, asked of them, of nested supervisors' children.
  caf::result<supervisor_report> report();

 private:
  struct child {
    explicit child(child_spec s, const supervisor_spec& parent)
        : spec(std::move(s)), delays(spec.back_off), window(parent.intensity, parent.period) {}
    child_spec spec;
    back_off delays;
    restart_window window; ///< used with exceeded::park
    caf::actor actor;      ///< null unless up or stopping
    bool stopping = false;
    bool was_started = false;
    bool beyond_help = false;  ///< the last end was
    bool on_probation = false; ///< was parked, and has not been healthy since
    std::uint64_t kill_generation = 0;
    duration up_since{};
    std::uint32_t restarts = 0;
    std::string reason; ///< for the restart that is under way
  };

  struct restart_group {
    std::set<std::size_t> members;
    duration due{};   ///< on the monotonic clock
    duration delay{}; ///< the back-off, for the report
    bool waiting = false;
  };

  duration clock() const { return duration{env_->monotonic_ns()}; }
  bool parks() const { return spec_.on_exceeded == exceeded::park; }

  caf::error start_child(std::size_t index);
  void stop_child(std::size_t index);
  void kill_child(std::size_t index);
  void continue_stop();

  void ended(std::size_t index, const caf::error& reason);
  void fail(std::size_t index, const caf::error& reason, std::optional<duration> uptime);
  void escalate(std::size_t index);
  void park(std::size_t index);
  void form_group(std::size_t leader, duration delay, bool wait);
  void proceed(std::uint64_t group);
  void restart_child(std::size_t index, duration delay);

  std::set<std::size_t> affected_by(std::size_t index) const;
  std::optional<std::uint64_t> group_of(std::size_t index) const;
  void send_timer(std::size_t index, duration delay, std::uint64_t generation);
  void note(note_level level, std::string text);
  void tell_restart(const child& c, duration delay);

  supervisor_actor::pointer self_;
  runtime::environment* env_ = nullptr;
  supervisor_spec spec_; ///< without its children
  std::vector<child> children_;
  restart_window window_{0, {}};
  std::map<std::uint64_t, restart_group> groups_; ///< by generation; no child is in two
  std::uint64_t last_generation_ = 0;
  bool stopping_ = false;
  caf::error stop_reason_;
};

/// Starts a supervisor, which starts its children on its first turn. Ends with actor_errc
/// `invalid_specification`, `start_failed` or `restart_intensity_exceeded`, with `user_shutdown`
/// (stop_children, auto_shutdown), or with the reason of the exit message that told it to go.
/// `env` must outlive it.
supervisor_actor spawn_supervisor(caf::actor_system& system, runtime::environment& env,
                                  supervisor_spec spec);

/// A nested supervisor as a child: named like it, and given all the time it needs to stop. Its
/// start cannot fail; if one of its children's does, it ends, which is a failure for its parent.
child_spec supervisor_child(runtime::environment& env, supervisor_spec spec);

} // namespace actorbot::supervision
