#pragma once

#include "config/build.hpp"

#include <optional>
#include <string>
#include <vector>

namespace actorbot::tools {

struct run_options {
  std::optional<duration> run_for; ///< --for
  std::string report_file;         ///< --report; empty = the configuration's
};

struct check_options {
  bool connect = false; ///< log in read-only and show what is there
  bool print = false;   ///< show the effective configuration
};

// Each returns an exit_code.
int run(config::bot_config config, const run_options& options);
int check(config::bot_config config, const check_options& options);
int list_strategies();
int list_venues();

/// Reads secrets from the environment or their files into the configuration; prints what is missing.
bool resolve(config::bot_config& config);

/// Logs in to one venue, read-only, and prints balances, positions, clock offset and limits; returns
/// whether that worked. Opens no order.
bool probe(const config::bot_config& config, std::size_t venue_index);

} // namespace actorbot::tools
