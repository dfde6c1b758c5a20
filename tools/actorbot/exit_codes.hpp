#pragma once

namespace actorbot::tools {

/// What `actorbot` ends with; documented in docs/command-line.md, so append, never renumber.
enum exit_code : int {
  exit_ok = 0,
  exit_failure = 1,       ///< something that should not happen; the message says what
  exit_usage = 2,         ///< the command line is wrong
  exit_configuration = 3, ///< the configuration is wrong or a secret is missing
  exit_locked = 4,        ///< another instance runs on this state or account
  exit_incomplete = 5,    ///< stopped, but not everything that on_stop asked for was confirmed
  exit_tree_gave_up = 6,  ///< the supervision tree ended by itself
  exit_unreachable = 7,   ///< check --connect could not log in
};

} // namespace actorbot::tools
