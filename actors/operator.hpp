#pragma once

#include "actors/runtime/environment.hpp"
#include "messages/control.hpp"
#include "messages/wiring.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace actorbot {

/// Everything that is said about a run at its end.
struct bot_report {
  std::string reason;   ///< why it stopped
  bool complete = true; ///< every strategy finished its on_stop within the deadline
  std::vector<strategy_report> strategies;
  std::vector<venue_report> venues;
  risk_report risk;
  supervisor_report supervision;
};

/// What the surface of the moment does with the news. Called inside the operator actor: brief, no
/// blocking beyond a line of log. All may be empty.
struct operator_callbacks {
  std::function<void(const operator_note&)> note;
  std::function<void(const venue_state_changed&)> venue_state;
  std::function<void(const restart_happened&)> restart;
  std::function<void(const std::vector<strategy_report>&)> status;
  /// The tree is down; nothing of the bot runs any more.
  std::function<void(const bot_report&)> finished;
};

struct operator_config {
  operator_callbacks callbacks;
  std::map<strategy_id, stop_action> on_stop;
  duration stop_deadline = std::chrono::seconds{10};
  duration status_interval = std::chrono::seconds{1};
  runtime::environment* env = nullptr;
  directory_actor directory;
};

///   running --stop_bot, root down--> stopping strategies --all done or deadline--> reporting
///           --reports in--> stopping the tree --root down--> finished
operator_actor spawn_operator(caf::actor_system& system, operator_config config);

} // namespace actorbot
