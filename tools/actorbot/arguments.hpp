#pragma once

#include "config/build.hpp"
#include "config/short_form.hpp"
#include "tools/actorbot/commands.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace actorbot::tools {

/// Where a command's configuration comes from: a file, or the options of the short form.
class configuration_source {
 public:
  /// Adds `[FILE]` and the short form's options to a subcommand, and `examples` to its help.
  void add_to(CLI::App& command, const std::string& examples);
  /// Options that do not go together, or with a file: what is wrong with that; empty when nothing.
  std::string conflict() const;
  /// Loads and checks; prints every error. Empty when there is one.
  std::optional<config::bot_config> load() const;

 private:
  std::vector<config::short_option> given() const;

  struct value_option {
    std::string name;
    std::vector<std::string> values;
  };
  struct flag_option {
    std::string name;
    bool set = false;
  };
  std::string file_;
  std::vector<std::unique_ptr<value_option>> values_;
  std::vector<std::unique_ptr<flag_option>> flags_;
};

} // namespace actorbot::tools
