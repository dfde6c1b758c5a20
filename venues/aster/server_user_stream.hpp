#pragma once

#include "venues/aster/server_listen_keys.hpp"
#include "venues/aster/server_state.hpp"
#include "venues/aster/server_streams.hpp"

#include <map>
#include <optional>
#include <vector>

/// What an account hears of itself.
namespace actorbot::venues::aster::server {

class user_hub {
 public:
  /// `account_first`: ACCOUNT_UPDATE before ORDER_TRADE_UPDATE around a fill.
  user_hub(server_state& state, bool account_first)
      : state_{state}, account_first_{account_first} {}

  void join(connection& c) { listeners_[*c.user].push_back(&c); }
  void leave(connection& c);
  /// The streams of the key, told so when its hour is over. They hear nothing more.
  std::vector<stream_token> end(timestamp now, exchange::account_id account, bool expired);

  void on_order(const exchange::order_event& e);
  void on_execution(const exchange::execution& e);
  void on_position(const exchange::position_event& e);
  void on_balance(const exchange::balance_event& e);
  void on_leverage(timestamp now, exchange::account_id account, exchange::market_id market,
                   std::uint16_t leverage);

 private:
  /// One change of the wallet and the position it came with, if any.
  struct account_change {
    std::string_view reason;
    decimal wallet;
    decimal change; ///< other than PnL and fee
    const exchange::position_event* position = nullptr;
  };

  const std::vector<connection*>* hearers(exchange::account_id account) const;
  void send(exchange::account_id account, std::string_view payload);
  void send_order(const exchange::order_event& e, const exchange::execution* fill);
  void send_account(exchange::account_id account, timestamp at, const account_change& what);
  decimal open_notional(const exchange::order& o, side s) const;

  server_state& state_;
  bool account_first_;
  std::map<exchange::account_id, std::vector<connection*>> listeners_;
  std::map<exchange::account_id, decimal> wallets_; ///< as last told
  /// The core tells order, execution, position and balance of a fill one after the other.
  std::optional<exchange::order_event> order_;
  std::optional<exchange::execution> fill_;
};

} // namespace actorbot::venues::aster::server
