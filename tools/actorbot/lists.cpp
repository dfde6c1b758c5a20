#include "tools/actorbot/commands.hpp"
#include "tools/actorbot/exit_codes.hpp"

#include "strategies/registry.hpp"
#include "venues/registry/registry.hpp"

#include <cstdio>

namespace actorbot::tools {

namespace {

void print_table(const parameter_table& table) {
  for (const auto& row : table) {
    std::string about = describe_kind(row);
    if (row.required)
      about += ", required";
    else if (!row.default_text.empty())
      about += ", default " + row.default_text;
    std::printf("    %-20s %s\n    %-20s   (%s)\n", row.name.c_str(), row.help.c_str(), "",
                about.c_str());
  }
}

} // namespace

int list_strategies() {
  for (const auto& kind : strategies::all()) {
    std::printf("%s: %s\n", kind.name.c_str(), kind.help.c_str());
    print_table(kind.parameters);
  }
  return exit_ok;
}

int list_venues() {
  for (const auto* kind : venues::all()) {
    std::printf("%s: %s\n", kind->name.c_str(), kind->help.c_str());
    for (const auto& environment : kind->environments) {
      std::printf("    environment %-8s", environment.name.c_str());
      for (const auto& endpoint : environment.endpoints)
        std::printf(" %s:%u", endpoint.host.c_str(), static_cast<unsigned>(endpoint.port));
      std::printf("%s\n", environment.endpoints.empty() ? " (rest and ws from the file)" : "");
    }
    print_table(kind->parameters);
  }
  return exit_ok;
}

} // namespace actorbot::tools
