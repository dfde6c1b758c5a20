#pragma once

#include "venues/aster/server_state.hpp"

#include <functional>

/// The calls about money, positions and settings of an account.
namespace actorbot::venues::aster::server {

class account_desk {
 public:
  /// `leverage_changed` is told of every successful change.
  using leverage_listener
      = std::function<void(timestamp, exchange::account_id, exchange::market_id, std::uint16_t)>;
  account_desk(server_state& state, leverage_listener leverage_changed)
      : state_{state}, leverage_changed_{std::move(leverage_changed)} {}

  reply balance(const call& c);
  reply account(const call& c);
  reply positions(const call& c);
  reply trades(const call& c);
  reply income(const call& c);
  reply commission(const call& c);
  reply brackets(const call& c);

  reply set_leverage(const call& c);
  reply set_margin_type(const call& c);
  reply change_position_margin(const call& c);
  reply position_mode(const call& c);
  reply set_position_mode(const call& c);
  reply assets_mode(const call& c);
  reply set_assets_mode(const call& c);
  reply self_trade_mode(const call& c);
  reply set_self_trade_mode(const call& c);
  reply openable_notional(const call& c);

 private:
  server_state& state_;
  leverage_listener leverage_changed_;
};

} // namespace actorbot::venues::aster::server
