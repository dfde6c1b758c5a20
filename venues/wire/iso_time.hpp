#pragma once

#include "messages/time.hpp"

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace actorbot::venues {

/// "2025-12-08T16:12:00.590Z": UTC, with up to nine decimals of the second or none, between 1970 and
/// 2261. Empty for any other text.
std::optional<timestamp> parse_iso(std::string_view text);

/// A member in that form; zero when absent or of another form.
timestamp iso_time_of(simdjson::dom::element from, std::string_view name);

} // namespace actorbot::venues
