#pragma once

#include "venues/exchange/rate_limiter.hpp"
#include "venues/grvt/server_account.hpp"
#include "venues/grvt/server_names.hpp"

#include <functional>

/// Which calls there are, what they cost and who serves them.
namespace actorbot::venues::grvt::server {

/// What a call counts against. Rates as the throttle weights of ccxt imply them.
enum class call_class : std::uint8_t {
  login,   ///< 1 a second
  order,   ///< 20
  mass,    ///< 2: cancel all
  rare,    ///< 1: cancel on disconnect
  query,   ///< 5
  other,   ///< 2.5
  listing, ///< 25
  data,    ///< 8
};

struct route {
  std::string_view name; ///< "v1/create_order"
  bool is_private = false;
  call_class cost = call_class::other;
  const name_table* request = &names::plain;
  const name_table* answer = nullptr; ///< none: the same names in both variants
  std::function<reply(const call&)> handler;
};

std::vector<route> make_routes(market_desk& market, order_desk& orders, account_desk& account);

/// Counts calls in windows of ten seconds, per caller and class.
class call_limits {
 public:
  /// `percent` of the rates above; zero switches them off.
  explicit call_limits(std::uint32_t percent);
  bool take(timestamp now, call_class cost, const std::string& who, std::uint32_t count = 1);

 private:
  std::vector<exchange::window_limiter> windows_;
};

} // namespace actorbot::venues::grvt::server
