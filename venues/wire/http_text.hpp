#pragma once

#include "venues/protocol.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Pieces of HTTP that clients and servers read alike.
namespace actorbot::venues {

/// The header of that name, compared without case; empty when absent.
std::string_view find_header(std::span<const header_view> headers, std::string_view name);

/// Form encoding: "%41" and "+". Empty for a broken escape.
std::optional<std::string> percent_decode(std::string_view text);

} // namespace actorbot::venues
