#pragma once

#include "venues/backpack/server_orders.hpp"
#include "venues/backpack/server_state.hpp"
#include "venues/wire/json_writer.hpp"

/// Settings, money and positions of an account.
namespace actorbot::venues::backpack::server {

class account_desk {
 public:
  account_desk(server_state& state, std::uint32_t leverage_limit)
      : state_{state}, leverage_limit_{leverage_limit} {}

  reply account(const call& c);
  reply capital(const call& c);
  reply collateral(const call& c);
  reply positions(const call& c);
  reply order_limit(const call& c);
  reply funding_payments(const call& c);

 private:
  void write_position(json_writer& json, const call& c, exchange::market_id market,
                      bool with_liquidation) const;
  server_state& state_;
  std::uint32_t leverage_limit_;
};

} // namespace actorbot::venues::backpack::server
