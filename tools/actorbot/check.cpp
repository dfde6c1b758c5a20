#include "tools/actorbot/assemble.hpp"
#include "tools/actorbot/commands.hpp"
#include "tools/actorbot/exit_codes.hpp"

#include "config/describe.hpp"
#include "config/secrets.hpp"

#include <cstdio>
#include <cstdlib>

namespace actorbot::tools {

bool resolve(config::bot_config& config) {
  const auto errors = config::resolve_secrets(config, [](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>{value} : std::nullopt;
  });
  for (const auto& error : errors)
    std::fprintf(stderr, "%s\n", config::to_string(error).c_str());
  return errors.empty();
}

int check(config::bot_config config, const check_options& options) {
  const auto kinds = known_kinds();
  if (options.print)
    std::printf("%s", config::describe(config, kinds).c_str());
  const auto hash = config::configuration_hash(config, kinds);
  if (!resolve(config))
    return exit_configuration;
  std::printf("the configuration is valid: %zu %s on %zu %s, configuration hash %s\n",
              config.strategies.size(), config.strategies.size() == 1 ? "strategy" : "strategies",
              config.venues.size(), config.venues.size() == 1 ? "venue" : "venues", hash.c_str());
  if (!options.connect)
    return exit_ok;
  bool all_reached = true;
  for (std::size_t i = 0; i < config.venues.size(); ++i)
    all_reached = probe(config, i) && all_reached;
  return all_reached ? exit_ok : exit_unreachable;
}

} // namespace actorbot::tools
