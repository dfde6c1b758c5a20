#pragma once

#include "venues/exchange/core.hpp"

#include <nlohmann/json_fwd.hpp>

namespace actorbot::exchange {

/// What is true of an account: {"name", "summary", "positions", "orders", "fills", "income",
/// "funding"}. Amounts are strings, ids and times (ns since 1970) are numbers. For the simulator's
/// admin interface and for checkers that share no code with the bot.
nlohmann::json truth(const core& exchange, account_id account);

/// {"now", "markets": [...], "accounts": [...]}: everything.
nlohmann::json truth(const core& exchange);

} // namespace actorbot::exchange
