#pragma once

#include "config/bot_config.hpp"
#include "config/error.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::config {

/// Gives an environment variable; empty when it is not set. Tools hand in getenv, tests a map.
using environment_reader = std::function<std::optional<std::string>(const std::string& name)>;

/// Fetches what every "env:NAME" and "file:PATH" of venues and strategies stands for into
/// own_parameters::secrets. Variables come from `environment` first, then from [bot] env_file. A
/// file's trailing line break is not part of the secret. Returns what is missing, naming variable
/// or file, never a value. Relative paths are relative to the working directory.
std::vector<config_error> resolve_secrets(bot_config& config,
                                          const environment_reader& environment);

/// The values with the resolved secrets in place of the references, for the constructor of a venue
/// protocol. The copies in it are plain text: whoever calls this wipes them with wipe_secrets as
/// soon as the protocol is built (protocols keep their own copies in a wiping type).
parameter_values with_secrets(const own_parameters& parameters);

/// Overwrites and removes every value of `values` that is one of the resolved secrets.
void wipe_secrets(parameter_values& values, const own_parameters& parameters);

/// The variables of a .env text: KEY=VALUE lines, "export " in front allowed, values plain or in
/// single or double quotes, '#' starts a comment at the start of a line or after a blank. Lines
/// that are not of this form are errors with their place, without their text.
struct env_file_content {
  std::map<std::string, secret_text> variables;
  std::vector<config_error> errors;
};
env_file_content parse_env_file(std::string_view text, const std::string& name);

} // namespace actorbot::config
