#pragma once

#include "messages/actors.hpp"
#include "messages/time.hpp"
#include "supervision/restart_policy.hpp"

#include <caf/actor.hpp>
#include <caf/error.hpp>
#include <caf/expected.hpp>
#include <caf/fwd.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// What a supervisor is told about its children. The words are those of Erlang/OTP.
namespace actorbot::supervision {

/// Which ends of a child are followed by a restart.
enum class restart : std::uint8_t {
  permanent, ///< every one
  transient, ///< only an abnormal one: not `normal`, not `user_shutdown`
  temporary, ///< none, not even with its siblings
};

/// How a child is told to go: asked by an exit message and killed when the deadline has passed.
/// Neither can end an actor that never returns from a handler.
class shutdown {
 public:
  /// The deadline; zero asks and kills in one breath.
  static shutdown within(duration deadline) { return {kind::deadline, deadline}; }
  /// Not asked at all.
  static shutdown brutal_kill() { return {kind::brutal_kill, {}}; }
  /// Never killed: for supervisors, whose own children have deadlines.
  static shutdown infinity() { return {kind::infinity, {}}; }

  bool kills_at_once() const { return kind_ == kind::brutal_kill; }
  bool has_deadline() const { return kind_ == kind::deadline; }
  duration deadline() const { return deadline_; }

 private:
  enum class kind : std::uint8_t { deadline, brutal_kill, infinity };
  shutdown(kind k, duration deadline) : kind_(k), deadline_(deadline) {}
  kind kind_;
  duration deadline_;
};

struct child_spec {
  /// Unique within its supervisor.
  std::string id;
  /// Starts the child. An error, a null handle or an exception is a failed start.
  std::function<caf::expected<caf::actor>(caf::actor_system&)> start;
  restart kind = restart::permanent;
  shutdown stop = shutdown::within(std::chrono::seconds{5});
  back_off_policy back_off;
  /// Whether only the operator can mend what this reason says (a wrong key): with exceeded::park,
  /// the second such end in a row parks the child at once. May be empty.
  std::function<bool(const caf::error&)> beyond_help;
  /// Ids of children earlier in the list: when one of them restarts, this one restarts with it.
  std::vector<std::string> depends_on;
  /// Its own end counts for auto_shutdown. Not for a permanent child.
  bool significant = false;
  /// It is a supervisor: its restarts are part of the report, as "id/grandchild".
  bool supervisor = false;
  /// Called with the new handle after each start, and with a null handle when the child is down.
  /// Runs inside the supervisor. May be empty.
  std::function<void(const caf::actor&)> announce;
  /// Called with the reason each time the child is parked (exceeded::park). May be empty.
  std::function<void(const std::string&)> parked;
};

/// Which siblings restart with a child that failed. `depends_on` adds to each of them.
enum class strategy : std::uint8_t {
  one_for_one,  ///< none
  rest_for_one, ///< those after it in the list
  one_for_all,  ///< all
};

enum class auto_shutdown : std::uint8_t {
  never,
  any_significant, ///< when one significant child ended by itself
  all_significant, ///< when the last of them did
};

/// What more than `intensity` restarts within `period` mean.
enum class exceeded : std::uint8_t {
  /// Stop all children and quit with an error; the parent applies its own policy. As in OTP.
  escalate,
  /// Leave the failed child (and what restarts with it) down, and try again after `park_for`; until
  /// it has been up for `back_off.reset_after`, each failure parks it again. The window is then
  /// kept per child and a failed first start is a failure like any other, since one child's trouble
  /// is not its siblings'. Not in OTP.
  park,
};

struct supervisor_spec {
  std::string name = {};
  std::vector<child_spec> children = {}; ///< started in this order, stopped in reverse
  supervision::strategy strategy = strategy::one_for_one;
  std::uint32_t intensity = 1;
  duration period = std::chrono::seconds{5};
  supervision::auto_shutdown auto_shutdown = auto_shutdown::never;
  exceeded on_exceeded = exceeded::escalate;
  /// Zero: parked children stay down.
  duration park_for = std::chrono::minutes{1};
  /// The operator surface of the moment, to be told of restarts; may be empty or return a null
  /// handle. Called inside the supervisor.
  std::function<operator_actor()> operator_surface = {};
};

/// What is wrong with a spec; empty if nothing.
std::string validate(const supervisor_spec& spec);

} // namespace actorbot::supervision
