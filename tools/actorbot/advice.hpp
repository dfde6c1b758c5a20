#pragma once

#include "config/bot_config.hpp"

#include <string>
#include <string_view>

namespace actorbot::tools {

/// The reason of a session's end says that the venue did not accept our credentials.
bool is_authentication(std::string_view reason);

/// What an operator can do about that: where the credentials of this venue come from and what to
/// check. Never contains the value of a secret.
std::string credentials_advice(const config::venue_config& venue);

} // namespace actorbot::tools
