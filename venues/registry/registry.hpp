#pragma once

#include "venues/descriptor.hpp"

#include <span>
#include <string_view>

/// Every venue that this build knows.
namespace actorbot::venues {

/// In the order of their names.
std::span<const descriptor* const> all();

/// Null for a name that no venue has.
const descriptor* find(std::string_view name);

} // namespace actorbot::venues
