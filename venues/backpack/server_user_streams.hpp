#pragma once

#include "venues/backpack/server_streams.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// account.orderUpdate and account.positionUpdate.
namespace actorbot::venues::backpack::server {

class user_hub {
 public:
  explicit user_hub(server_state& state) : state_{state} {}

  /// Positions that are open are told at once, without `e`. Twice the same is once.
  void subscribe(timestamp now, stream_token to, const std::string& name, const stream_spec& spec,
                 exchange::account_id account);
  void unsubscribe(stream_token from, std::string_view name);
  void leave(stream_token gone);

  void on_order(const exchange::order_event& e);
  void on_execution(const exchange::execution& e);
  void on_position(const exchange::position_event& e);

 private:
  struct subscription {
    stream_token to{};
    std::string name;
    stream_spec spec;
    exchange::account_id account{};
  };
  bool has_hearers(stream_kind kind, exchange::account_id account, exchange::market_id m) const;
  void publish(stream_kind kind, exchange::account_id account, exchange::market_id market,
               const std::string& payload);
  void send_order(const exchange::order_event& e, const exchange::execution* fill);
  std::string position_payload(exchange::account_id account, exchange::market_id market,
                               const exchange::position& p, timestamp at,
                               std::string_view event) const;

  server_state& state_;
  std::vector<subscription> subscriptions_;     ///< in the order in which they came
  std::optional<exchange::order_event> traded_; ///< waits for its execution
};

} // namespace actorbot::venues::backpack::server
