#pragma once

#include "strategies/strategy.hpp"

#include <string_view>
#include <vector>

namespace actorbot::strategies {

/// Every kind of strategy built in, in the order in which help lists them.
const std::vector<strategy_descriptor>& all();

/// Null when there is none of that name.
const strategy_descriptor* find(std::string_view name);

} // namespace actorbot::strategies
