#pragma once

#include "venues/descriptor.hpp"

#include <span>
#include <string>
#include <string_view>

/// Small things that every venue's client needs around its session.
namespace actorbot::venues {

/// A text of the venue's own table; empty when it is not set.
std::string_view setting(const session_settings& settings, std::string_view name);

/// Overwrites and removes the credentials of a copy of the settings.
void drop_credentials(session_settings& settings, std::span<const std::string_view> names);

/// Words of the venue or the network made fit for a log line: printable ASCII, at most 160
/// characters.
std::string clean_text(std::string_view words);

} // namespace actorbot::venues
