#include "messages/ids.hpp"

#include <array>
#include <charconv>

namespace actorbot {

std::size_t write_client_order_text(const client_order_id& id, char* out) {
  char* at = out;
  *at++ = 'a';
  *at++ = 'b';
  const std::array<std::uint64_t, 4> parts{id.bot, static_cast<std::uint64_t>(id.strategy), id.run,
                                           id.sequence};
  for (auto part : parts) {
    *at++ = '-';
    at = std::to_chars(at, at + 16, part, 16).ptr;
  }
  return static_cast<std::size_t>(at - out);
}

std::string client_order_text(const client_order_id& id) {
  char buffer[40];
  return {buffer, write_client_order_text(id, buffer)};
}

std::optional<client_order_id> parse_client_order_text(std::string_view text) {
  if (!text.starts_with("ab"))
    return std::nullopt;
  const char* at = text.data() + 2;
  const char* const end = text.data() + text.size();
  std::array<std::uint64_t, 4> parts{};
  for (auto& part : parts) {
    if (at == end || *at++ != '-')
      return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, part, 16);
    if (error != std::errc{} || next == at)
      return std::nullopt;
    at = next;
  }
  if (at != end || parts[0] > 0xffff || parts[1] > 0xffff || parts[2] > 0xffffffff)
    return std::nullopt;
  const client_order_id id{static_cast<std::uint16_t>(parts[0]),
                           strategy_id{static_cast<std::uint16_t>(parts[1])},
                           static_cast<std::uint32_t>(parts[2]), parts[3]};
  // Upper case or leading zeros were not written by us.
  if (client_order_text(id) != text)
    return std::nullopt;
  return id;
}

std::string to_string(const instrument_id& id) {
  return std::to_string(static_cast<unsigned>(id.venue)) + ":" + std::to_string(id.number);
}

std::string to_string(const client_order_id& id) { return client_order_text(id); }

} // namespace actorbot
