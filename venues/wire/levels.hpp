#pragma once

#include "messages/market_data.hpp"
#include "venues/wire/scaled_instrument.hpp"

#include <simdjson.h>

#include <string_view>
#include <vector>

/// Book levels as most venues write them.
namespace actorbot::venues {

/// A level with a size; none for an empty side, which venues write as zeros. (A price of a coin that
/// is counted in thousands may become zero on the way into single units.)
maybe_level make_level(const scaled_instrument& x, decimal at, decimal size);

/// The member `[["0.0024","10"],...]`. False when it is absent or anything else is in it.
bool read_levels(const scaled_instrument& x, simdjson::dom::element from, std::string_view name,
                 std::vector<level>& out);

} // namespace actorbot::venues
