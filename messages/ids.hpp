#pragma once

#include "messages/time.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace actorbot {

/// A venue account of the configuration (`[venues.NAME]`), numbered in the order of the names.
enum class venue_id : std::uint16_t {};

/// A strategy instance (`[strategies.NAME]`). The number is made durable with the name, because it
/// is part of client order ids: it must mean the same strategy after the file was reordered.
enum class strategy_id : std::uint16_t {};

/// Orders that no strategy placed (flattening by the operator, by risk).
inline constexpr strategy_id no_strategy{0};

/// An instrument as this bot numbers it: the n-th ticker that the configuration uses on a venue.
struct instrument_id {
  venue_id venue{};
  std::uint16_t number = 0;
  friend auto operator<=>(const instrument_id&, const instrument_id&) = default;
};

/// Our name for an order. It never repeats: `run` is made durable before the first order of a
/// process, `sequence` counts in memory. Venues with text ids carry all of it (client_order_text);
/// venues whose ids are numbers carry one that stands for it (venues/number_ids.hpp).
struct client_order_id {
  std::uint16_t bot = 0;
  strategy_id strategy{};
  std::uint32_t run = 0;
  std::uint64_t sequence = 0;
  friend auto operator<=>(const client_order_id&, const client_order_id&) = default;
};

/// "ab-<bot>-<strategy>-<run>-<sequence>" in hexadecimal: at most 36 characters of [0-9a-f-] for
/// every sequence below 2^56.
std::string client_order_text(const client_order_id& id);
/// Same, without allocation; `out` must hold 40 characters.
std::size_t write_client_order_text(const client_order_id& id, char* out);
/// Empty when the text is not one of ours.
std::optional<client_order_id> parse_client_order_text(std::string_view text);

std::string to_string(const instrument_id& id);
std::string to_string(const client_order_id& id);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, instrument_id& x) {
  return f(x.venue, x.number);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, client_order_id& x) {
  return f(x.bot, x.strategy, x.run, x.sequence);
}

} // namespace actorbot

template <>
struct std::hash<actorbot::client_order_id> {
  std::size_t operator()(const actorbot::client_order_id& id) const noexcept {
    const auto high = static_cast<std::uint64_t>(id.bot) << 48
                      | static_cast<std::uint64_t>(id.strategy) << 32 | id.run;
    return std::hash<std::uint64_t>{}((high * 0x9e3779b97f4a7c15ULL) ^ id.sequence);
  }
};
