#pragma once

#include "messages/decimal.hpp"
#include "messages/time.hpp"
#include "venues/dialect.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace actorbot::sim {

/// Where a market's other participants come from.
struct market_settings {
  std::string symbol;             ///< one that the dialect lists
  std::string data = "synthetic"; ///< or the path of a recording
  decimal start_price;            ///< of a synthetic market; zero = by the symbol
  std::uint64_t seed = 1;
  std::uint32_t speed = 1; ///< of a recording
  bool loop = true;
};

/// What a simulator is told by its file or its command line.
struct sim_settings {
  std::string dialect = "aster";
  std::string address = "127.0.0.1"; ///< loopback unless the operator says otherwise
  std::uint16_t port = 9443;         ///< TLS: REST and WebSocket; 0 = any free one
  std::uint16_t admin_port = 9444;   ///< plain HTTP, always on 127.0.0.1; 0 = any free one
  std::string ca_dir = "sim-ca";     ///< authority and server certificate, made when absent
  std::vector<std::string> hosts{"localhost", "127.0.0.1"};
  /// What came in is kept here and played again at the next start, so that a simulator that was
  /// killed goes on with the same orders and money; empty = forgotten.
  std::string state_file;
  duration latency{};                         ///< added to answers and frames
  bool held = false;                          ///< markets wait for POST /time {"action": "release"}
  std::map<std::string, std::string> options; ///< the dialect's own
  std::vector<market_settings> markets;
  std::vector<venues::account_provision> accounts;
};

/// Reads sim.toml. Throws std::invalid_argument with file, line and key for the first mistake.
sim_settings load_settings(const std::string& path);

/// One account with published test keys and a synthetic BTC market: what runs without a file.
sim_settings default_settings();

} // namespace actorbot::sim
