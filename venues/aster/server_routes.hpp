#pragma once

#include "venues/aster/server_account.hpp"
#include "venues/aster/server_auth.hpp"
#include "venues/aster/server_market.hpp"
#include "venues/aster/server_orders.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

/// Which call is served where, who may make it and what it weighs.
namespace actorbot::venues::aster::server {

struct route {
  access needed = access::open;
  std::uint32_t weight = 1;
  std::uint32_t weight_of_all = 1; ///< without a symbol
  bool weight_by_limit = false;    ///< the deeper the book, the heavier
  bool counts_orders = false;      ///< the answer carries the order counters
  generation version = generation::v1;
  std::function<reply(const call&)> handler;
};

std::uint32_t weight_of(const route& r, const parameters& values);

/// What the table needs beyond the desks.
struct session_calls {
  std::function<reply(const call&)> open_key;
  std::function<reply(const call&)> renew_key;
  std::function<reply(const call&)> close_key;
};

class route_table {
 public:
  route_table(market_desk& market, order_desk& orders, account_desk& account,
              const session_calls& session);

  /// Null for an unknown path; `known_path` tells it from a wrong method.
  const route* find(http_method method, std::string_view path, bool& known_path) const;

 private:
  using handler = std::function<reply(const call&)>;
  struct line {
    access needed = access::open;
    std::uint32_t weight = 1;
    std::uint32_t weight_of_all = 0; ///< zero: the same
    bool counts_orders = false;
    bool weight_by_limit = false;
  };
  void add(http_method method, std::string_view path, const line& what, handler h);
  /// Under /fapi/v1 and /fapi/v3.
  void add_both(http_method method, std::string_view name, const line& what, const handler& h);
  void add_market(market_desk& market);
  void add_orders(order_desk& orders);
  void add_account(account_desk& account);
  void add_session(const session_calls& session);

  std::map<std::string, std::map<http_method, route>, std::less<>> routes_;
};

} // namespace actorbot::venues::aster::server
