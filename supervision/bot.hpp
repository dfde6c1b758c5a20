#pragma once

#include "actors/operator.hpp"
#include "actors/risk_engine.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/strategy_host.hpp"
#include "config/bot_config.hpp"
#include "strategies/strategy.hpp"
#include "venues/descriptor.hpp"
#include "venues/transport.hpp"

#include <caf/actor_system.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// The tree of a bot:
///
///   root (one_for_one)
///     risk
///     venues (one_for_one)
///       <venue> (one_for_one, parks a child that keeps failing and tries it again)
///         order_gateway
///         account_connection   restarts with order_gateway
///         market_data
///         market_connection    restarts with market_data
///     strategies (one_for_one, parks a strategy that keeps failing)
///       <strategy>
///
/// Beside it, started before and ended after it: the directory and the operator surface.
namespace actorbot::supervision {

/// A `[venues.NAME]` with what reaches it.
struct venue_part {
  venue_id id{};
  std::string name;
  const venues::descriptor* kind = nullptr;
  std::vector<venues::wanted_instrument> instruments;
  bool wants_depth = false;
  bool wants_trades = false;
  bool wants_funding = false;
  std::string environment;
  venues::transport_options transport;
  venues::transport_factory* transports = nullptr;
  std::shared_ptr<venues::number_ids> ids; ///< null where client ids are text
  duration dead_man{};
};

struct strategy_part {
  strategy_id id{};
  std::string name;
  const strategies::strategy_descriptor* kind = nullptr;
  std::vector<instrument_id> instruments;
  std::string restored; ///< save() of an earlier run; empty = none
};

/// A bot, ready to start. Everything that pointers refer to outlives the actors.
struct bot_parts {
  const config::bot_config* config = nullptr;
  std::uint32_t run = 0;                 ///< durable before this is used
  std::vector<venue_part> venues;        ///< in the order of config->venues
  std::vector<strategy_part> strategies; ///< in the order of config->strategies
  trading_state initial = trading_state::active;
  runtime::environment* env = nullptr;
  operator_callbacks callbacks;
};

/// Numbers venues and instruments as every actor and message of the bot uses them: venues in the
/// order of the configuration (by name), the tickers of a venue in alphabetical order.
class numbering {
 public:
  explicit numbering(const config::bot_config& config);
  venue_id venue(std::string_view name) const;
  instrument_id instrument(const config::instrument_ref& ref) const;
  std::vector<venues::wanted_instrument> instruments_of(std::string_view venue) const;

 private:
  std::vector<std::string> venues_;
  std::map<std::string, std::vector<std::string>, std::less<>> tickers_;
};

/// Limits as risk wants them, of the configuration's.
risk_limits to_limits(const config::risk_limits& limits);

/// Starts the tree. The operator surface answers stop_bot; its `finished` callback is the last thing
/// that happens.
operator_actor start_bot(caf::actor_system& system, bot_parts parts);

} // namespace actorbot::supervision
