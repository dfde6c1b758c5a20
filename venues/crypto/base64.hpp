#pragma once

#include "venues/crypto/bytes.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace actorbot::crypto {

/// RFC 4648, section 4: with padding, without line breaks.
[[nodiscard]] std::string to_base64(byte_view data);

/// The same into `out`, without allocating; returns the number of characters. `out` must have room
/// for one more (OpenSSL's closing zero); else std::invalid_argument is thrown.
std::size_t write_base64(byte_view data, std::span<char> out);

/// Strict: that alphabet only, padding required, unused bits zero. Nothing for any other text.
[[nodiscard]] std::optional<bytes> from_base64(std::string_view text);

} // namespace actorbot::crypto
