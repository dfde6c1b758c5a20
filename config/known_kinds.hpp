#pragma once

#include "messages/parameters.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace actorbot::config {

/// What the configuration must know of a kind of venue; tools fill it from the registry.
struct venue_kind {
  parameter_table parameters;
  std::vector<std::string> environments; ///< of mainnet, testnet, local; empty: the key is refused
  bool simulated = false;                ///< no real account: no limits and no `live` needed
};

/// What the configuration must know of a kind of strategy.
struct strategy_kind {
  parameter_table parameters;
  std::size_t min_instruments = 1;
  std::size_t max_instruments = 1;
  /// Checks beyond one parameter; one sentence each. May be empty.
  std::function<std::vector<std::string>(const parameter_values&)> validate;
};

struct known_kinds {
  std::map<std::string, venue_kind, std::less<>> venues;
  std::map<std::string, strategy_kind, std::less<>> strategies;
};

} // namespace actorbot::config
