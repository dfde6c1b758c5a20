#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace actorbot {

/// UTC, nanoseconds since 1970. Zero (`timestamp{}`) means "not known".
using timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;
using duration = std::chrono::nanoseconds;

constexpr timestamp from_ns(std::int64_t ns) { return timestamp{duration{ns}}; }
constexpr timestamp from_us(std::int64_t us) { return timestamp{std::chrono::microseconds{us}}; }
constexpr timestamp from_ms(std::int64_t ms) { return timestamp{std::chrono::milliseconds{ms}}; }
constexpr std::int64_t to_ns(timestamp t) { return t.time_since_epoch().count(); }
constexpr std::int64_t to_us(timestamp t) { return to_ns(t) / 1'000; }
constexpr std::int64_t to_ms(timestamp t) { return to_ns(t) / 1'000'000; }

/// "2026-01-31T12:34:56.123456789Z".
std::string to_iso(timestamp t);

/// Reads a length of time with its unit: "250ms", "35s", "1.5m", "8h", "2d". Empty for anything
/// else, bare numbers included (except "0").
std::optional<duration> parse_duration(std::string_view text);

/// Shortest of the forms that parse_duration reads.
std::string to_text(duration d);

} // namespace actorbot
