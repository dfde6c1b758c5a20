#pragma once

#include "venues/crypto/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace actorbot::crypto {

/// RFC 4648, section 4: with padding, without line breaks.
[[nodiscard]] std::string to_base64(byte_view data);

/// Strict: that alphabet only, padding required, unused bits zero. Nothing for any other text.
[[nodiscard]] std::optional<bytes> from_base64(std::string_view text);

} // namespace actorbot::crypto
