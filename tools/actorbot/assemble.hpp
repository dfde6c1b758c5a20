#pragma once

#include "config/known_kinds.hpp"
#include "supervision/bot.hpp"
#include "tools/actorbot/state_store.hpp"
#include "venues/net/memory/host.hpp"

#include <memory>
#include <vector>

namespace actorbot::tools {

/// The registries as the configuration sees them.
config::known_kinds known_kinds();

/// Where and how a venue of the configuration is reached.
venues::transport_options transport_of(const config::venue_config& venue,
                                       const venues::descriptor& kind);

/// Turns a checked configuration into the parts of a bot: numbers, descriptors, transports, saved
/// states. Owns what the parts point to; outlives the actor system's actors.
class assembly {
 public:
  /// `real` makes transports over sockets; `clock` drives venues that live in this process. `store`
  /// keeps the blocks of numeric client ids; without one they end with this object.
  assembly(const config::bot_config& config, const state& durable, venues::transport_factory& real,
           net::memory::driver& clock, const state_store* store = nullptr);
  ~assembly();

  supervision::bot_parts parts(runtime::environment& env, operator_callbacks callbacks) const;
  /// Ends what lives in this process; nothing calls back afterwards.
  void stop();

 private:
  const config::bot_config& config_;
  const state& durable_;
  supervision::numbering numbers_;
  venues::transport_factory& real_;
  std::vector<std::shared_ptr<venues::number_ids>> ids_;          ///< by venue; null = text ids
  std::vector<std::shared_ptr<venues::embedded_venue>> embedded_; ///< by venue; null = real
};

} // namespace actorbot::tools
