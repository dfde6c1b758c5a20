#pragma once

#include "config/build.hpp"
#include "config/known_kinds.hpp"

#include <string>
#include <string_view>

namespace actorbot::config {

/// Reads, checks and types a bot.toml. Every error of the file is reported at once, each with its
/// place. Reads no secret and no other file: see resolve_secrets.
load_result load_file(const std::string& path, const known_kinds& kinds);

/// The same from a text; `name` stands for the file in errors.
load_result load_text(std::string_view text, const std::string& name, const known_kinds& kinds);

} // namespace actorbot::config
