#include "venues/wire/session_words.hpp"

namespace actorbot::venues {

namespace {

constexpr std::size_t longest_text = 160;

} // namespace

std::string_view setting(const session_settings& settings, std::string_view name) {
  const auto at = settings.parameters.all().find(name);
  if (at == settings.parameters.all().end())
    return {};
  const auto* const text = std::get_if<std::string>(&at->second);
  return text != nullptr ? std::string_view{*text} : std::string_view{};
}

void drop_credentials(session_settings& settings, std::span<const std::string_view> names) {
  for (const auto name : names)
    settings.parameters.wipe(name);
}

std::string clean_text(std::string_view words) {
  std::string out{words.substr(0, longest_text)};
  for (char& c : out)
    if (c < 0x20 || c > 0x7e)
      c = '?';
  return out;
}

} // namespace actorbot::venues
