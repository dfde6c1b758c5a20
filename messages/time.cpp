#include "messages/time.hpp"

#include "messages/decimal.hpp"

#include <array>
#include <cstdio>

namespace actorbot {

namespace {

struct unit_name {
  std::string_view text;
  std::int64_t ns;
};

constexpr std::array units{
    unit_name{"d", 86'400'000'000'000},
    unit_name{"h", 3'600'000'000'000},
    unit_name{"m", 60'000'000'000},
    unit_name{"s", 1'000'000'000},
    unit_name{"ms", 1'000'000},
    unit_name{"us", 1'000},
    unit_name{"ns", 1},
};

} // namespace

std::string to_iso(timestamp t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{t - day};
  char text[40];
  const int size = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return {text, static_cast<std::size_t>(size)};
}

std::optional<duration> parse_duration(std::string_view text) {
  if (text == "0")
    return duration{0};
  const auto digits = text.find_first_not_of("0123456789.");
  if (digits == std::string_view::npos || digits == 0)
    return std::nullopt;
  const auto value = decimal::parse(text.substr(0, digits));
  if (!value)
    return std::nullopt;
  for (const auto& unit : units) {
    if (text.substr(digits) != unit.text)
      continue;
    // 1e18 ns is 31 years: nothing in a configuration is longer, and the product cannot overflow.
    const auto limit = decimal::from_int(1'000'000'000'000'000'000);
    if (*value > decimal::divide(limit, decimal::from_int(unit.ns), rounding::down))
      return std::nullopt;
    const auto ns = (*value * decimal::from_int(unit.ns)).round_to(1, rounding::half_even);
    return duration{ns.count_of(1)};
  }
  return std::nullopt;
}

std::string to_text(duration d) {
  if (d.count() == 0)
    return "0";
  for (const auto& unit : units)
    if (d.count() % unit.ns == 0)
      return std::to_string(d.count() / unit.ns) + std::string(unit.text);
  return std::to_string(d.count()) + "ns";
}

} // namespace actorbot
