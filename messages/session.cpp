#include "messages/session.hpp"

namespace actorbot {

std::string_view to_string(account_query q) {
  switch (q) {
  case account_query::open_orders:
    return "open_orders";
  case account_query::positions:
    return "positions";
  case account_query::balances:
    return "balances";
  }
  return "?";
}

} // namespace actorbot
