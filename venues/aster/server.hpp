#pragma once

#include "venues/aster/server_routes.hpp"
#include "venues/aster/server_streams.hpp"
#include "venues/aster/server_user_stream.hpp"
#include "venues/dialect.hpp"

#include <map>
#include <string>

/// Aster's server side, put together: requests, sockets, timers and what the exchange says.
namespace actorbot::venues::aster::server {

struct server_options {
  auth_options auth;
  limit_options limits;
  bool account_first = true; ///< ACCOUNT_UPDATE before the order's TRADE event

  /// Throws std::invalid_argument for an unknown name or a value that cannot be read.
  static server_options read(const dialect_settings& settings);
};

class aster_server final : public dialect {
 public:
  aster_server(exchange::core& core, const dialect_settings& settings, dialect_sink& sink);
  ~aster_server() override;

  void on(const dialect_request& event) override;
  void on(const dialect_stream_request& event) override;
  void on(const dialect_frame& event) override;
  void on(const dialect_stream_closed& event) override;
  void on(const dialect_timer& event) override;

  void on_order(const exchange::order_event& e) override;
  void on_execution(const exchange::execution& e) override { users_.on_execution(e); }
  void on_position(const exchange::position_event& e) override { users_.on_position(e); }
  void on_balance(const exchange::balance_event& e) override { users_.on_balance(e); }
  void on_trade(const exchange::public_trade& e) override;
  void on_prices(const exchange::market_prices& e) override { market_.on_prices(e); }
  void on_delta(const exchange::book_delta& e) override;
  void on_top(const exchange::book_top& e) override { streams_.on_top(e); }

 private:
  // -- requests (server_requests.cpp) --
  struct outcome {
    reply answer;
    const route* served = nullptr;
    std::optional<exchange::account_id> account;
  };
  outcome serve(const dialect_request& event);
  void answer(const dialect_request& event, const outcome& result);
  session_calls key_calls();

  // -- sockets (server_sockets.cpp) --
  void open(const dialect_stream_request& event, bool combined,
            const std::vector<std::string>& names);
  void hear(connection& c, const dialect_frame& event);
  std::string obey(connection& c, timestamp now, std::string_view text);
  void drop(stream_token stream, std::uint16_t code, std::string_view reason);
  void forget(std::map<stream_token, connection>::iterator at);

  // -- time (server.cpp) --
  /// Ends what is over and sends what is due.
  void tick(timestamp now);
  /// Sets the timers anew where they changed.
  void arm();
  void arm_beat();
  void arm(timer_id id, std::optional<timestamp> wanted, std::optional<timestamp>& armed);

  server_options options_;
  server_state state_;
  request_limits limits_;
  market_desk market_;
  order_desk orders_;
  listen_keys keys_;
  user_hub users_;
  account_desk account_;
  stream_hub streams_;
  route_table routes_;
  std::optional<authenticator> authenticator_;
  std::map<stream_token, connection> connections_;
  std::optional<timestamp> beat_armed_;
  std::optional<timestamp> upkeep_armed_;
};

} // namespace actorbot::venues::aster::server
