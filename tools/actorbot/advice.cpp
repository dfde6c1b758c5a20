#include "tools/actorbot/advice.hpp"

#include <variant>

namespace actorbot::tools {

bool is_authentication(std::string_view reason) {
  return reason.find("session_authentication") != std::string_view::npos;
}

std::string credentials_advice(const config::venue_config& venue) {
  std::string sources;
  for (const auto& [name, secret] : venue.parameters.secrets) {
    sources += (sources.empty() ? "`" : ", `") + name + "`";
    const auto* reference = venue.parameters.values.all().contains(name)
                                ? std::get_if<std::string>(&venue.parameters.values.all().at(name))
                                : nullptr;
    if (reference)
      sources += " (" + *reference + ")";
  }
  return "the venue refuses the credentials of [venues." + venue.name + "]: check "
         + (sources.empty() ? "its keys" : sources) + ", that they belong to environment "
         + venue.environment
         + ", may trade futures, and are allowed from this address; then start actorbot again";
}

} // namespace actorbot::tools
