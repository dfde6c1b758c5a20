#pragma once

#include "venues/aster/server_limits.hpp"
#include "venues/aster/server_state.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The calls that place, change, cancel and show orders.
namespace actorbot::venues::aster::server {

/// Words of an order, as REST and the user stream spell them.
std::string_view status_text(order_state state);
std::string_view side_text(side s);
std::string_view type_text(const exchange::order& o);
std::string_view time_in_force_text(const exchange::order& o);
/// Empty for a word that names none.
std::optional<exchange::self_trade_mode> self_trade_named(std::string_view text);
std::string_view self_trade_text(exchange::self_trade_mode mode);

/// The answer to POST, PUT and DELETE. As acknowledged: NEW and nothing filled, whatever happened.
std::string order_answer(const server_state& state, const exchange::order& o, bool acknowledged);
/// The answer to GET.
std::string order_view(const server_state& state, const exchange::order& o);

class order_desk {
 public:
  order_desk(server_state& state, request_limits& limits) : state_{state}, limits_{limits} {}

  reply place(const call& c);
  reply place_batch(const call& c);
  reply amend(const call& c);
  reply cancel(const call& c);
  reply cancel_batch(const call& c);
  reply cancel_all(const call& c);
  reply countdown(const call& c);

  reply query(const call& c);
  reply query_open(const call& c);
  reply open_orders(const call& c);
  reply all_orders(const call& c);

 private:
  std::optional<failure> read_order(const call& c, exchange::new_order& out, bool& result);
  void read_kind(parameter_reader& read, exchange::new_order& out) const;
  reply place_one(const call& c);
  reply cancel_one(const call& c, exchange::market_id market, const exchange::order* found);
  const exchange::order* find(const call& c, parameter_reader& read, exchange::market_id market);
  std::optional<failure> count_orders(const call& c, std::size_t count);

  server_state& state_;
  request_limits& limits_;
};

} // namespace actorbot::venues::aster::server
