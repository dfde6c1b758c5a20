#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace actorbot::crypto {

/// A hash, a scalar or one EVM word; numbers are big-endian.
using bytes32 = std::array<std::uint8_t, 32>;

/// Bytes of a length known only at run time.
using bytes = std::vector<std::uint8_t>;

/// Read access to any run of bytes.
using byte_view = std::span<const std::uint8_t>;

/// The bytes of a text, without a copy.
inline byte_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Appends `tail` to `out`.
inline void append(bytes& out, byte_view tail) { out.insert(out.end(), tail.begin(), tail.end()); }

/// Compares two byte strings in a time that depends only on their lengths, so that a server
/// comparing signatures or tokens does not tell an attacker how far a guess was right.
[[nodiscard]] bool equal_constant_time(byte_view a, byte_view b) noexcept;

/// The same for two texts.
[[nodiscard]] bool equal_constant_time(std::string_view a, std::string_view b) noexcept;

} // namespace actorbot::crypto
