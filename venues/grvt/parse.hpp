#pragma once

#include "messages/time.hpp"
#include "venues/wire/json_reader.hpp"

#include <optional>
#include <string_view>

/// How the client reads GRVT's JSON beyond what all venues share: numbers travel as texts, times as
/// nanoseconds, an empty text is no value.
namespace actorbot::venues::grvt {

/// A decimal that is not negative, as text or integer; empty when absent, no decimal, or larger
/// than anything that is traded (1e15).
std::optional<decimal> amount_of(simdjson::dom::element from, std::string_view name);

/// The same, with either sign.
std::optional<decimal> signed_amount_of(simdjson::dom::element from, std::string_view name);

/// Absent, null and "" are zero, as everything is that the venue leaves out; empty for anything else
/// that is no amount.
std::optional<decimal> amount_or_zero(simdjson::dom::element from, std::string_view name);

/// Nanoseconds since 1970 as text or number; zero when absent or absurd.
timestamp ns_of(simdjson::dom::element from, std::string_view name);

/// An unsigned number of 64 bits, as text or number.
std::optional<std::uint64_t> number_of(simdjson::dom::element from, std::string_view name);

/// The first element of an array: one entry per leg, and orders on the book have one leg.
std::optional<simdjson::dom::element> first_of(simdjson::dom::element from, std::string_view name);

} // namespace actorbot::venues::grvt
