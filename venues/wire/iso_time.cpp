#include "venues/wire/iso_time.hpp"

#include "venues/wire/json_reader.hpp"

namespace actorbot::venues {

namespace {

/// `count` digits from `at` on; empty when there are fewer.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count)
    return std::nullopt;
  int value = 0;
  for (const auto c : text.substr(at, count)) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// ".590" as nanoseconds; nothing for an empty text.
std::optional<int> fraction(std::string_view text) {
  if (text.empty())
    return 0;
  if (text.front() != '.' || text.size() < 2 || text.size() > 10)
    return std::nullopt;
  auto value = digits(text, 1, text.size() - 1);
  for (auto i = text.size(); value && i < 10; ++i)
    *value *= 10;
  return value;
}

} // namespace

std::optional<timestamp> parse_iso(std::string_view text) {
  // 0123456789012345678
  // 2025-12-08T16:12:00
  if (text.size() < 20 || text.back() != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T'
      || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  const auto rest = fraction(text.substr(19, text.size() - 20));
  if (!year || !month || !day || !hour || !minute || !second || !rest || *year < 1970
      || *year > 2261 || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok())
    return std::nullopt;
  return timestamp{std::chrono::sys_days{date}} + std::chrono::hours{*hour}
         + std::chrono::minutes{*minute} + std::chrono::seconds{*second}
         + std::chrono::nanoseconds{*rest};
}

timestamp iso_time_of(simdjson::dom::element from, std::string_view name) {
  return parse_iso(text_of(from, name)).value_or(timestamp{});
}

} // namespace actorbot::venues
