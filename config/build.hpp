#pragma once

#include "config/bot_config.hpp"
#include "config/document.hpp"
#include "config/known_kinds.hpp"

#include <optional>
#include <string>
#include <vector>

namespace actorbot::config {

/// A configuration, or everything that is wrong with it, by place.
struct load_result {
  std::optional<bot_config> config;
  std::vector<config_error> errors;
  explicit operator bool() const { return config.has_value(); }
};

/// Gives a document its meaning. `incomplete`: parts of the source could not be read, so that what
/// is missing is no error of its own.
load_result build(const node& root, const known_kinds& kinds, bool incomplete = false);

} // namespace actorbot::config
