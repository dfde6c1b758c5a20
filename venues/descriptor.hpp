#pragma once

#include "messages/parameters.hpp"
#include "venues/number_ids.hpp"
#include "venues/protocol.hpp"
#include "venues/transport.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace actorbot::net::memory {
class driver;
}

namespace actorbot::venues {

/// What one dead-man's switch of the venue cancels when its countdown runs out.
enum class dead_man_scope : std::uint8_t { none, instrument, account };

/// What a venue can do, and the facts that the common machinery needs.
struct capabilities {
  bool amend = false;
  bool cancel_all = false; ///< one call per instrument
  dead_man_scope dead_man = dead_man_scope::none;
  bool post_only = true;
  bool reduce_only = true;
  /// Set where client ids are numbers; session_settings::ids then translates. Else they are text of
  /// up to 36 characters (client_order_text).
  std::optional<number_range> id_numbers;
  /// After this an order that was never seen can no longer appear: receive window, expiry, nonce
  /// window (DESIGN: absence is not evidence).
  duration validity_window = std::chrono::seconds{60};
  std::uint32_t orders_per_10s = 0; ///< the venue's published limit; 0 = none stated
  std::uint32_t weight_per_minute = 0;
};

enum class endpoint_role : std::uint8_t { rest, stream };

/// How the venue is reached: "mainnet", "testnet" or "local" (a simulator; host and port from the
/// configuration).
struct environment_endpoints {
  std::string name;
  std::vector<endpoint> endpoints; ///< by endpoint_id
};

struct session_settings {
  venue_id venue{};
  std::uint16_t bot = 0; ///< client ids of this bot carry it
  std::string environment;
  std::vector<wanted_instrument> instruments;
  parameter_values parameters;     ///< the venue's own table; secrets resolved
  std::shared_ptr<number_ids> ids; ///< where capabilities::id_numbers is set; else null
  bool wants_depth = false;
  bool wants_trades = false;
  bool wants_funding = false;
};

/// A venue that lives inside this process (paper): its transports reach it without sockets.
class embedded_venue {
 public:
  virtual ~embedded_venue() = default;
  virtual transport_factory& transports() = 0;
  /// Nothing happens on it any more; called before the driver goes away.
  virtual void stop() = 0;
};

/// One venue. Adding one is a folder with a descriptor.cpp plus a line in the registry.
struct descriptor {
  std::string name;
  std::string help;
  parameter_table parameters; ///< keys and options of `[venues.NAME]` beyond the common ones
  std::vector<environment_endpoints> environments;
  /// What each endpoint serves, by endpoint_id; `rest` and `ws` of the configuration replace them.
  std::vector<endpoint_role> roles = {endpoint_role::rest, endpoint_role::stream};
  capabilities can;
  std::function<std::unique_ptr<market_data_protocol>(const session_settings&)> make_market_data;
  std::function<std::unique_ptr<account_protocol>(const session_settings&)> make_account;
  /// Empty for a real venue. Throws std::invalid_argument for settings that cannot be.
  std::function<std::shared_ptr<embedded_venue>(net::memory::driver&, const session_settings&)>
      embed;
};

} // namespace actorbot::venues
