#pragma once

#include "venues/backpack/server_state.hpp"

#include <string>
#include <string_view>

/// Orders: placing, cancelling, asking, and how they are written.
namespace actorbot::venues::backpack::server {

class order_desk {
 public:
  explicit order_desk(server_state& state) : state_{state} {}

  reply place(const call& c);
  reply place_batch(const call& c);
  reply cancel(const call& c);
  reply cancel_all(const call& c);
  reply query(const call& c);
  reply open_orders(const call& c);
  reply history(const call& c);
  reply fills(const call& c);

 private:
  std::optional<failure> read_order(const parameters& values, exchange::new_order& out);
  void read_kind(parameter_reader& read, exchange::new_order& out) const;
  void read_amounts(parameter_reader& read, exchange::new_order& out) const;
  void bound_market_order(parameter_reader& read, exchange::new_order& out) const;
  std::optional<failure> check_size(const exchange::new_order& order) const;
  std::optional<failure> check_price(const exchange::new_order& order) const;
  reply submit(const call& c, exchange::new_order& order);
  const exchange::order* find(const call& c, parameter_reader& read, exchange::market_id market);

  server_state& state_;
};

/// `New`, `PartiallyFilled`, `Filled`, `Cancelled`, `Expired`.
std::string_view status_text(order_state state);
std::string_view time_in_force_text(const exchange::order& o);
/// `RejectTaker`, `RejectMaker`, `RejectBoth`.
std::string_view self_trade_text(exchange::self_trade_mode mode);
/// Why an order ended as the history says it (`ImmediateOrCancel`); empty without a reason.
std::string_view expiry_reason(const exchange::order& o);
/// The same in upper snake case, as the stream says it.
std::string upper_snake(std::string_view pascal);
/// What a market order asked for in quote currency; empty when it did not.
std::string_view quote_quantity(const exchange::order& o);

/// The order object of /api/v1/order; `operation` first where it is an element of a batch.
std::string order_answer(const server_state& state, const exchange::order& o,
                         bool is_batch = false);

/// X-PAGE-COUNT, X-CURRENT-PAGE, X-PAGE-SIZE and X-TOTAL of a history.
void add_page_headers(reply& out, const page& p, std::size_t total);

} // namespace actorbot::venues::backpack::server
