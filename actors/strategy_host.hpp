#pragma once

#include "actors/runtime/environment.hpp"
#include "messages/actors.hpp"
#include "strategies/strategy.hpp"

#include <caf/actor_system.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace actorbot {

struct strategy_host_config {
  strategy_id id{};
  std::uint16_t bot = 0;
  std::uint32_t run = 0; ///< durable before this process's first order
  const strategies::strategy_descriptor* kind = nullptr;
  strategies::strategy_settings settings;
  std::string restored; ///< save() of an earlier run as JSON text; empty = none
  /// Shared by the incarnations of this host in one process, so that ids never repeat.
  std::shared_ptr<std::uint64_t> sequence;
  runtime::environment* env = nullptr;
  directory_actor directory;
  operator_actor op;
};

/// Runs one strategy: feeds its state machine with messages, sends its wishes to risk and gateways.
strategy_host_actor spawn_strategy_host(caf::actor_system& system, strategy_host_config config);

} // namespace actorbot
