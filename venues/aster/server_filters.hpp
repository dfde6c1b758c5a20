#pragma once

#include "venues/aster/server_state.hpp"

/// The filters of exchangeInfo, with the code each answers when broken. What depends on the mark,
/// the book or the money is the core's to refuse.
namespace actorbot::venues::aster::server {

std::optional<failure> check_price(const exchange::market_rules& rules, const market_format& format,
                                   decimal value);
std::optional<failure> check_quantity(const exchange::market_rules& rules,
                                      const market_format& format, order_type type, decimal value);
/// ^[\.A-Z\:/a-z0-9_-]{1,36}$
bool is_client_id(std::string_view text);

} // namespace actorbot::venues::aster::server
