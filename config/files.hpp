#pragma once

#include <optional>
#include <string>

namespace actorbot::config {

/// The whole content; empty when it cannot be read or is larger than 16 MiB.
std::optional<std::string> read_text_file(const std::string& path);

} // namespace actorbot::config
