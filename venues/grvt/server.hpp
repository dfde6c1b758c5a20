#pragma once

#include "venues/dialect.hpp"
#include "venues/grvt/server_routes.hpp"
#include "venues/grvt/server_streams.hpp"

/// GRVT's server side, put together: requests, sockets, timers and what the exchange says.
namespace actorbot::venues::grvt::server {

struct server_options {
  std::uint64_t chain = 325;
  std::uint64_t ethereum = 1; ///< the layer below, whose signatures count as well
  duration session = std::chrono::hours{24};
  std::uint32_t rate_percent = 100;
  order_options orders;

  /// Throws std::invalid_argument for an unknown name or a value that cannot be read.
  static server_options read(const dialect_settings& settings);
};

class grvt_server final : public dialect {
 public:
  grvt_server(exchange::core& core, const dialect_settings& settings, dialect_sink& sink);
  ~grvt_server() override;

  void on(const dialect_request& event) override;
  void on(const dialect_stream_request& event) override;
  void on(const dialect_frame& event) override;
  void on(const dialect_stream_closed& event) override;
  void on(const dialect_timer& event) override;

  void on_order(const exchange::order_event& e) override { orders_.on_order(e); }
  void on_execution(const exchange::execution& e) override { account_.on_execution(e); }
  void on_position(const exchange::position_event& e) override { account_.on_position(e); }
  void on_trade(const exchange::public_trade& e) override;
  void on_prices(const exchange::market_prices& e) override;
  void on_delta(const exchange::book_delta& e) override;
  void on_top(const exchange::book_top& e) override;

 private:
  // -- requests (server_requests.cpp) --
  struct outcome {
    reply answer;
    const name_table* names = nullptr;
    bool lite = false;
  };
  outcome serve(const dialect_request& event);
  reply serve_edge(const dialect_request& event, std::string_view path);
  reply perform(const route& r, const call& c, const std::string& address);
  const route* find_route(std::string_view name, host_role role) const;

  // -- sockets (server_sockets.cpp) --
  void hear(connection& c, const dialect_frame& event);
  void obey_rpc(connection& c, timestamp now, const json_value& message);
  void obey_legacy(connection& c, timestamp now, const json_value& message);
  /// The result as JSON text, in the names of the connection.
  reply subscribe(connection& c, timestamp now, const json_value& params,
                  std::vector<std::string>& frames);
  reply unsubscribe(connection& c, const json_value& params);
  reply call_over_stream(connection& c, timestamp now, std::string_view method,
                         const json_value& params);
  void say(const connection& c, std::string_view text);

  // -- time --
  /// Does what is due.
  void tick(timestamp now);
  void arm();

  server_options options_;
  server_state state_;
  signature_check signatures_;
  session_desk sessions_;
  market_desk market_;
  stream_hub streams_;
  order_desk orders_;
  account_desk account_;
  std::vector<route> routes_;
  call_limits limits_;
  std::map<stream_token, connection> connections_;
  std::map<stream_token, std::string> addresses_;
  std::uint64_t next_error_ = 1;
  std::optional<timestamp> armed_;
};

/// The part of a target before which hosts differ: "/edge", "/trades", "/md" or nothing. What is
/// left goes to `path`, without a query.
host_role read_role(std::string_view target, std::string_view& path, std::string_view& query);

} // namespace actorbot::venues::grvt::server
