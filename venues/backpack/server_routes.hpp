#pragma once

#include "venues/backpack/server_account.hpp"
#include "venues/backpack/server_market.hpp"
#include "venues/backpack/server_orders.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

/// Which call is served where, and under which instruction it is signed.
namespace actorbot::venues::backpack::server {

struct route {
  std::string_view instruction; ///< empty: open to everybody
  bool takes_list = false;      ///< the body is a list of objects, each signed with the instruction
  bool is_slow = false;         ///< of the class with the lower limit
  std::function<reply(const call&)> handler;
};

class route_table {
 public:
  route_table(market_desk& market, order_desk& orders, account_desk& account);

  /// Null for an unknown path; `known_path` tells it from a wrong method.
  const route* find(http_method method, std::string_view path, bool& known_path) const;

 private:
  std::map<std::string, std::map<http_method, route>, std::less<>> routes_;
};

} // namespace actorbot::venues::backpack::server
