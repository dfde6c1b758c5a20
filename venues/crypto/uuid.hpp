#pragma once

#include "venues/crypto/bytes.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace actorbot::crypto {

/// RFC 4122: 16 bytes in the order in which the text shows them.
using uuid = std::array<std::uint8_t, 16>;

/// Version 5: the name within a namespace, by SHA-1.
[[nodiscard]] uuid uuid5(const uuid& name_space, std::string_view name);

/// "0f9da948-a6fb-4c45-9edc-4685c3f3317d".
[[nodiscard]] std::string to_text(const uuid& id);

/// Nothing unless the text has exactly that form; digits of either case.
[[nodiscard]] std::optional<uuid> parse_uuid(std::string_view text);

} // namespace actorbot::crypto
