#include "config/secrets.hpp"

#include "config/files.hpp"

#include <algorithm>

namespace actorbot::config {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool is_variable(std::string_view name) {
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9')
         && std::all_of(name.begin(), name.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '_';
            });
}

/// What stands behind "=": quotes removed, or cut at a comment. Empty optional: a quote is open.
std::optional<std::string_view> env_value(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && (text.front() == '"' || text.front() == '\'')) {
    const auto end = text.find(text.front(), 1);
    if (end == std::string_view::npos)
      return std::nullopt;
    return text.substr(1, end - 1);
  }
  for (auto at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1))
    if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t')
      return trimmed(text.substr(0, at));
  return text;
}

class resolver {
 public:
  resolver(bot_config& config, const environment_reader& environment)
      : config_{config}, environment_{environment} {}

  std::vector<config_error> run() {
    read_env_file();
    for (auto& venue : config_.venues)
      resolve("venues." + venue.name, venue.parameters);
    for (auto& strategy : config_.strategies)
      resolve("strategies." + strategy.name, strategy.parameters);
    return std::move(errors_);
  }

 private:
  void read_env_file() {
    const auto& path = config_.bot.env_file;
    if (path.empty())
      return;
    auto text = read_text_file(path);
    if (!text) {
      errors_.push_back({error_code::unreadable,
                         {path, 0, 0},
                         "bot.env_file",
                         "the env_file of [bot] does not exist or cannot be read"});
      return;
    }
    auto content = parse_env_file(*text, path);
    wipe(*text);
    variables_ = std::move(content.variables);
    errors_.insert(errors_.end(), content.errors.begin(), content.errors.end());
  }

  void resolve(const std::string& section, own_parameters& parameters) {
    parameters.secrets.clear();
    for (const auto& [name, value] : parameters.values.all()) {
      const auto* reference = std::get_if<std::string>(&value);
      if (!reference || !is_secret(parameters, name))
        continue;
      const auto key = section + '.' + name;
      auto found = reference->starts_with("env:") ? from_environment(reference->substr(4))
                                                  : from_file(reference->substr(5));
      if (!found.empty())
        parameters.secrets[name] = std::move(found);
      else if (!parameters.optional_secrets.contains(name))
        errors_.push_back({error_code::unresolved,
                           {'[' + section + ']', 0, 0},
                           key,
                           '`' + name + "` = " + quoted(*reference) + ": " + problem_});
    }
  }

  static bool is_secret(const own_parameters& parameters, const std::string& name) {
    return parameters.secret_names.contains(name);
  }

  secret_text from_environment(const std::string& name) {
    if (auto value = environment_(name)) {
      problem_ = "the environment variable " + name + " is empty";
      return secret_text{std::move(*value)};
    }
    if (const auto it = variables_.find(name); it != variables_.end()) {
      problem_ = "the variable " + name + " is empty in " + config_.bot.env_file;
      return it->second;
    }
    problem_ = "the environment variable " + name + " is not set";
    if (!config_.bot.env_file.empty())
      problem_ += ", and " + config_.bot.env_file + " has no such line";
    return {};
  }

  secret_text from_file(const std::string& path) {
    auto text = read_text_file(path);
    if (!text) {
      problem_ = "the file " + path + " does not exist or cannot be read";
      return {};
    }
    problem_ = "the file " + path + " is empty";
    while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
      text->pop_back();
    return secret_text{std::move(*text)};
  }

  bot_config& config_;
  const environment_reader& environment_;
  std::map<std::string, secret_text> variables_;
  std::vector<config_error> errors_;
  std::string problem_; ///< of the last look-up
};

} // namespace

std::vector<config_error> resolve_secrets(bot_config& config,
                                          const environment_reader& environment) {
  return resolver{config, environment}.run();
}

parameter_values with_secrets(const own_parameters& parameters) {
  parameter_values out;
  for (const auto& [name, value] : parameters.values.all()) {
    const auto it = parameters.secrets.find(name);
    if (it != parameters.secrets.end())
      out.set(name, std::string(it->second.reveal()));
    else if (!parameters.secret_names.contains(name))
      out.set(name, value);
  }
  return out;
}

void wipe_secrets(parameter_values& values, const own_parameters& parameters) {
  for (const auto& [name, secret] : parameters.secrets)
    values.wipe(name);
}

env_file_content parse_env_file(std::string_view text, const std::string& name) {
  env_file_content out;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#')
      continue;
    if (line.starts_with("export "))
      line = trimmed(line.substr(7));
    const auto equals = line.find('=');
    const auto key = trimmed(line.substr(0, equals));
    const auto value
        = equals == std::string_view::npos ? std::nullopt : env_value(line.substr(equals + 1));
    if (!value || !is_variable(key)) {
      out.errors.push_back({error_code::syntax,
                            {name, number, 1},
                            "",
                            "expected NAME=VALUE, NAME='VALUE' or a comment"});
      continue;
    }
    out.variables[std::string(key)] = secret_text{std::string(*value)};
  }
  return out;
}

} // namespace actorbot::config
