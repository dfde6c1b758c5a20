#pragma once

#include "venues/crypto/bytes.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace actorbot::crypto {

/// Lower-case hex, two digits a byte, no prefix.
[[nodiscard]] std::string to_hex(byte_view data);

/// The same after "0x".
[[nodiscard]] std::string to_hex_0x(byte_view data);

/// Writes lower-case hex to `out` without allocating.
/// `out` must hold exactly two characters a byte; else std::invalid_argument is thrown.
void write_hex(byte_view data, std::span<char> out);

/// The text without a leading "0x" or "0X", if it has one.
[[nodiscard]] std::string_view strip_0x(std::string_view text) noexcept;

/// Reads hex digits of either case, with or without "0x".
/// Nothing for an odd number of digits or a character that is no digit.
[[nodiscard]] std::optional<bytes> from_hex(std::string_view text);

/// Reads hex into `out`, without allocating. False, with `out` in an unspecified state, unless the
/// text has exactly two hex digits for each byte of `out`.
[[nodiscard]] bool read_hex(std::string_view text, std::span<std::uint8_t> out) noexcept;

/// Reads exactly Size bytes of hex; nothing for another length or a character that is no digit.
template <std::size_t Size>
[[nodiscard]] std::optional<std::array<std::uint8_t, Size>>
from_hex_exact(std::string_view text) noexcept {
  std::array<std::uint8_t, Size> result;
  if (!read_hex(text, result))
    return std::nullopt;
  return result;
}

} // namespace actorbot::crypto
