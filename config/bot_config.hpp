#pragma once

#include "messages/control.hpp"
#include "messages/decimal.hpp"
#include "messages/parameters.hpp"
#include "messages/secret.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What bot.toml says, typed and validated. The member initialisers are the defaults of the file:
/// tables.cpp derives its documentation from them.
namespace actorbot::config {

enum class log_level : std::uint8_t { trace, debug, info, warning, error };

/// What happens to an order that would trade with another order of this bot.
enum class self_trade_policy : std::uint8_t { deny, cancel_resting };

/// [bot]
struct bot_settings {
  std::string name;
  /// Part of client order ids: 1..65535, from the file or derived from the name.
  std::uint16_t number = 0;
  bool live = false; ///< allows environments with real money
  std::string state_dir = "state";
  stop_action on_stop = stop_action::cancel;
  duration stop_deadline = std::chrono::seconds{10};
  log_level level = log_level::info;
  std::string log_file; ///< empty: none
  std::string env_file; ///< empty: none
  friend bool operator==(const bot_settings&, const bot_settings&) = default;
};

/// [runtime]
struct runtime_settings {
  std::int64_t threads = 1;
  bool spin = false; ///< poll without sleeping
  friend bool operator==(const runtime_settings&, const runtime_settings&) = default;
};

/// [risk]: limits of one order and of what it adds up to. Money is quote currency.
struct risk_limits {
  std::optional<quantity> max_order_quantity; ///< base units; makes sense per strategy
  decimal max_order_notional;
  decimal max_position_notional; ///< position plus open orders, one instrument, worst side
  decimal max_gross_exposure;    ///< sum over all positions, without sign
  std::int64_t max_open_orders = 200;
  decimal price_collar = decimal::from_parts(1, -2);        ///< fraction of the mid price
  decimal market_order_collar = decimal::from_parts(5, -3); ///< fraction of the mid price
  duration stale_market = std::chrono::seconds{2};
  duration stale_account = std::chrono::seconds{10};
  duration duplicate_window = std::chrono::milliseconds{500};
  std::int64_t max_orders_per_second = 10;
  self_trade_policy self_trade = self_trade_policy::deny;
  std::int64_t repeated_executions = 20;
  duration repeated_window = std::chrono::seconds{60};
  friend bool operator==(const risk_limits&, const risk_limits&) = default;
};

/// More than `intensity` restarts within `period` end the supervisor.
struct restart_intensity {
  std::int64_t intensity = 0;
  duration period{};
  friend bool operator==(const restart_intensity&, const restart_intensity&) = default;
};

/// First delay, doubled up to the cap, with full jitter; forgotten after a healthy while.
struct back_off_settings {
  duration first{};
  duration cap{};
  duration healthy_after = std::chrono::seconds{60};
  friend bool operator==(const back_off_settings&, const back_off_settings&) = default;
};

/// [supervision.root], [supervision.venues], [supervision.venue], [supervision.strategies]
struct supervision_settings {
  restart_intensity root{3, std::chrono::seconds{60}};
  restart_intensity venues{10, std::chrono::seconds{60}};
  duration venue_retry = std::chrono::seconds{60}; ///< a venue that was given up is tried again
  restart_intensity venue{5, std::chrono::seconds{60}};
  back_off_settings venue_back_off{std::chrono::milliseconds{250}, std::chrono::seconds{30}};
  restart_intensity strategies{3, std::chrono::seconds{300}};
  back_off_settings strategy_back_off{std::chrono::seconds{1}, std::chrono::seconds{60}};
  stop_action on_park = stop_action::cancel; ///< orders of a strategy that is given up
  friend bool operator==(const supervision_settings&, const supervision_settings&) = default;
};

/// [report]
struct report_settings {
  duration interval = std::chrono::seconds{60}; ///< status line; zero: none
  std::string file;                             ///< JSON report at the end; empty: none
  std::string orders_csv;                       ///< one row a filled order; empty: none
  friend bool operator==(const report_settings&, const report_settings&) = default;
};

/// Host and port of `environment = "local"`; always TLS.
struct local_endpoint {
  std::string host;
  std::uint16_t port = 443;
  friend bool operator==(const local_endpoint&, const local_endpoint&) = default;
};

/// The values of a kind's own table. Secrets are references here ("env:NAME", "file:PATH").
struct own_parameters {
  parameter_values values;
  std::set<std::string> secret_names; ///< which of the values are references to secrets
  /// Secrets that may stay unset: not required, and the reference is the table's default.
  std::set<std::string> optional_secrets;
  /// By parameter name; filled by resolve_secrets, empty before.
  std::map<std::string, secret_text> secrets;
  friend bool operator==(const own_parameters&, const own_parameters&) = default;
};

/// [venues.NAME]
struct venue_config {
  std::string name;
  std::string kind;
  std::string environment; ///< empty when the kind has none
  bool simulated = false;  ///< no real account behind it, whatever the environment
  std::optional<local_endpoint> rest;
  std::optional<local_endpoint> ws;
  std::string ca_file; ///< extra trusted CA, PEM; empty: the system's only
  duration dead_man{}; ///< the venue's dead-man's switch; zero: not armed
  own_parameters parameters;
  parameter_values risk; ///< [venues.NAME.risk]: the limits that were given
  friend bool operator==(const venue_config&, const venue_config&) = default;
};

struct instrument_ref {
  std::string venue; ///< name of a [venues.NAME]
  std::string ticker;
  friend bool operator==(const instrument_ref&, const instrument_ref&) = default;
};

/// [strategies.NAME]
struct strategy_config {
  std::string name;
  std::string kind;
  std::vector<instrument_ref> instruments;   ///< in the order of the file
  stop_action on_stop = stop_action::cancel; ///< its own, or [bot]'s
  own_parameters parameters;
  parameter_values risk; ///< [strategies.NAME.risk]: the limits that were given
  friend bool operator==(const strategy_config&, const strategy_config&) = default;
};

/// A whole bot. Venues and strategies are ordered by name, so that the same file in another order
/// is the same bot.
struct bot_config {
  bot_settings bot;
  runtime_settings runtime;
  risk_limits risk;
  supervision_settings supervision;
  report_settings report;
  std::vector<venue_config> venues;
  std::vector<strategy_config> strategies;
  friend bool operator==(const bot_config&, const bot_config&) = default;
};

/// The limits for an order of this strategy on this venue: the strategy's own where given, else the
/// venue's, else [risk].
risk_limits limits_for(const bot_config& config, const strategy_config& strategy,
                       std::string_view venue);

/// 1..65535, the same for the same name on every machine and in every version.
std::uint16_t bot_number(std::string_view name);

} // namespace actorbot::config
