#pragma once

#include "venues/backpack/server_auth.hpp"
#include "venues/backpack/server_limits.hpp"
#include "venues/backpack/server_routes.hpp"
#include "venues/backpack/server_streams.hpp"
#include "venues/backpack/server_user_streams.hpp"
#include "venues/dialect.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Backpack's server side, put together: requests, sockets, timers and what the exchange says.
namespace actorbot::venues::backpack::server {

struct server_options {
  limit_options limits;
  std::uint32_t leverage_limit = default_leverage_limit; ///< of each account

  /// Throws std::invalid_argument for an unknown name or a value that cannot be read.
  static server_options read(const dialect_settings& settings);
};

class backpack_server final : public dialect {
 public:
  backpack_server(exchange::core& core, const dialect_settings& settings, dialect_sink& sink);
  ~backpack_server() override;

  void on(const dialect_request& event) override;
  void on(const dialect_stream_request& event) override;
  void on(const dialect_frame& event) override;
  void on(const dialect_stream_closed& event) override;
  void on(const dialect_timer& event) override;

  void on_order(const exchange::order_event& e) override { users_.on_order(e); }
  void on_execution(const exchange::execution& e) override;
  void on_position(const exchange::position_event& e) override { users_.on_position(e); }
  void on_trade(const exchange::public_trade& e) override;
  void on_prices(const exchange::market_prices& e) override { streams_.on_prices(e); }
  void on_delta(const exchange::book_delta& e) override;
  void on_top(const exchange::book_top& e) override { streams_.on_top(e); }

 private:
  void add_account(const account_provision& account, timestamp now);

  // -- requests (server_requests.cpp) --
  reply serve(const dialect_request& event);
  reply serve_open(const dialect_request& event, const route& r, std::string_view query);
  reply serve_signed(const dialect_request& event, const route& r, std::string_view query);

  // -- sockets (server_sockets.cpp) --
  std::optional<failure> obey(const dialect_frame& event);
  std::optional<failure> subscribe(const dialect_frame& event, const nlohmann::json& message);

  // -- time (server.cpp) --
  /// Sends what is due.
  void tick(timestamp now);
  /// Sets the timer anew where it changed.
  void arm();

  server_options options_;
  server_state state_;
  request_limits limits_;
  authenticator authenticator_;
  market_desk market_;
  order_desk orders_;
  account_desk account_;
  stream_hub streams_;
  user_hub users_;
  route_table routes_;
  std::map<stream_token, timestamp> next_pings_; ///< of each WebSocket
  std::optional<timestamp> armed_;
};

/// Numbers of the error frames of a WebSocket. Only 4006 is documented.
constexpr int invalid_request_code = 4001;
constexpr int invalid_signature_code = 4003;
constexpr int invalid_stream_code = 4006;

} // namespace actorbot::venues::backpack::server
