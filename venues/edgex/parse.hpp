#pragma once

#include "venues/wire/json_reader.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// Forms of values that EdgeX uses and the common reader does not know.
namespace actorbot::venues::edgex {

/// Digits, or hex after "0x" (resolutions, chain ids).
std::optional<std::uint64_t> parse_integer(std::string_view text);

/// The first of the two names that is there; both in the same meaning.
std::optional<decimal> decimal_of_either(simdjson::dom::element from, std::string_view name,
                                         std::string_view other);

/// An id: digits as text, or a bare number.
std::optional<std::uint64_t> id_of(simdjson::dom::element from, std::string_view name);

/// ASCII letters alike in either case ("Snapshot", "SNAPSHOT").
bool same_word(std::string_view a, std::string_view b);

} // namespace actorbot::venues::edgex
