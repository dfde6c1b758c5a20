#include "config/describe.hpp"
#include "config/load.hpp"
#include "config/secrets.hpp"
#include "strategies/registry.hpp"
#include "tools/fuzz/require.hpp"
#include "tools/fuzz/script.hpp"
#include "venues/registry/registry.hpp"

#include <algorithm>

using namespace actorbot;
using namespace actorbot::fuzz;

namespace {

config::known_kinds real_kinds() {
  config::known_kinds out;
  for (const auto* venue : venues::all()) {
    config::venue_kind kind{venue->parameters, {}, static_cast<bool>(venue->embed)};
    for (const auto& environment : venue->environments)
      kind.environments.push_back(environment.name);
    out.venues[venue->name] = std::move(kind);
  }
  for (const auto& strategy : strategies::all())
    out.strategies[strategy.name] = {strategy.parameters, strategy.min_instruments,
                                     strategy.max_instruments, strategy.validate};
  return out;
}

/// Each error has its place in the text and is one line that a terminal can show.
void check_errors(const std::vector<config::config_error>& errors, std::string_view text) {
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  for (const auto& e : errors) {
    require(e.where.source == "bot.toml", "an error of another file");
    require(e.where.line >= 1 && e.where.line <= lines, "an error outside the file");
    require(e.where.column >= 1, "an error without column");
    require(!e.text.empty(), "an error without words");
    for (const char c : to_string(e))
      require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a control character");
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kinds = real_kinds();
  const auto text = as_text(data, size);
  const auto loaded = config::load_text(text, "bot.toml", kinds);
  require(loaded.config.has_value() == loaded.errors.empty(), "neither a bot nor an error");
  check_errors(loaded.errors, text);
  if (loaded) {
    const auto described = config::describe(*loaded.config, kinds);
    const auto again = config::load_text(described, "bot.toml", kinds);
    if (!again)
      for (const auto& e : again.errors)
        std::fprintf(stderr, "%s\n", to_string(e).c_str());
    require(again.config.has_value(), "what it describes does not load");
    require(config::describe(*again.config, kinds) == described, "another bot when loaded again");
  }
  check_errors(config::parse_env_file(text, "bot.toml").errors, text);
  return 0;
}
