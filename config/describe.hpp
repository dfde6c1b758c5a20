#pragma once

#include "config/bot_config.hpp"
#include "config/known_kinds.hpp"

#include <cstdint>
#include <string>

namespace actorbot::config {

/// The effective configuration, defaults included, as TOML that loads to the same bot. Secrets
/// appear as the references they are; those that may stay unset do not appear.
std::string describe(const bot_config& config, const known_kinds& kinds);

/// Sixteen hexadecimal digits over describe(): the same for two files that mean the same bot, on
/// every machine. For reports and logs; no protection against forgery.
std::string configuration_hash(const bot_config& config, const known_kinds& kinds);

} // namespace actorbot::config
