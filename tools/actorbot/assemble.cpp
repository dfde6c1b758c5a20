#include "tools/actorbot/assemble.hpp"

#include "config/secrets.hpp"
#include "strategies/registry.hpp"
#include "venues/registry/registry.hpp"

namespace actorbot::tools {

config::known_kinds known_kinds() {
  config::known_kinds result;
  for (const auto* venue : venues::all()) {
    config::venue_kind kind;
    kind.parameters = venue->parameters;
    for (const auto& environment : venue->environments)
      kind.environments.push_back(environment.name);
    kind.simulated = static_cast<bool>(venue->embed);
    result.venues[venue->name] = std::move(kind);
  }
  for (const auto& strategy : strategies::all())
    result.strategies[strategy.name] = {strategy.parameters, strategy.min_instruments,
                                        strategy.max_instruments, strategy.validate};
  return result;
}

namespace {

std::shared_ptr<venues::number_ids> make_ids(const config::bot_config& config,
                                             const config::venue_config& venue,
                                             const venues::descriptor& kind,
                                             const state_store* store) {
  if (!kind.can.id_numbers)
    return nullptr;
  if (store == nullptr)
    return std::make_shared<venues::number_ids>(
        config.bot.number, *kind.can.id_numbers, std::vector<venues::id_block>{},
        [](const venues::id_block&) { return std::string{}; });
  return std::make_shared<venues::number_ids>(
      config.bot.number, *kind.can.id_numbers, store->id_blocks(venue.name),
      [store = *store, name = venue.name](const venues::id_block& block) {
        return store.append_id_block(name, block);
      });
}

} // namespace

venues::transport_options transport_of(const config::venue_config& venue,
                                       const venues::descriptor& kind) {
  venues::transport_options result;
  for (const auto& environment : kind.environments)
    if (environment.name == venue.environment)
      result.endpoints = environment.endpoints;
  if (venue.rest && venue.ws) {
    result.endpoints.clear();
    for (const auto role : kind.roles) {
      const auto& where = role == venues::endpoint_role::rest ? *venue.rest : *venue.ws;
      result.endpoints.push_back({where.host, where.port, true});
    }
  }
  result.ca_file = venue.ca_file;
  return result;
}

assembly::assembly(const config::bot_config& config, const state& durable,
                   venues::transport_factory& real, net::memory::driver& clock,
                   const state_store* store)
    : config_{config}, durable_{durable}, numbers_{config}, real_{real} {
  for (const auto& venue : config.venues) {
    const auto& kind = *venues::find(venue.kind);
    ids_.push_back(make_ids(config, venue, kind, store));
    if (!kind.embed) {
      embedded_.push_back(nullptr);
      continue;
    }
    venues::session_settings settings;
    settings.venue = numbers_.venue(venue.name);
    settings.bot = config.bot.number;
    settings.instruments = numbers_.instruments_of(venue.name);
    settings.parameters = config::with_secrets(venue.parameters);
    embedded_.push_back(kind.embed(clock, settings));
  }
}

assembly::~assembly() { stop(); }

void assembly::stop() {
  for (const auto& venue : embedded_)
    if (venue)
      venue->stop();
}

supervision::bot_parts assembly::parts(runtime::environment& env,
                                       operator_callbacks callbacks) const {
  supervision::bot_parts result;
  result.config = &config_;
  result.run = durable_.run;
  result.env = &env;
  result.callbacks = std::move(callbacks);
  for (std::size_t i = 0; i < config_.venues.size(); ++i) {
    const auto& venue = config_.venues[i];
    supervision::venue_part part;
    part.id = numbers_.venue(venue.name);
    part.name = venue.name;
    part.kind = venues::find(venue.kind);
    part.instruments = numbers_.instruments_of(venue.name);
    part.environment = venue.environment;
    part.transport = transport_of(venue, *part.kind);
    part.dead_man = venue.dead_man;
    part.ids = ids_[i];
    part.transports = embedded_[i] ? &embedded_[i]->transports() : &real_;
    for (const auto& strategy : config_.strategies) {
      const auto& kind = *strategies::find(strategy.kind);
      for (const auto& ref : strategy.instruments)
        if (ref.venue == venue.name) {
          part.wants_depth = part.wants_depth || kind.wants_depth;
          part.wants_trades = part.wants_trades || kind.wants_trades;
          part.wants_funding = part.wants_funding || kind.wants_funding;
        }
    }
    result.venues.push_back(std::move(part));
  }
  for (const auto& strategy : config_.strategies) {
    supervision::strategy_part part;
    part.id = strategy_id{durable_.strategies.at(strategy.name)};
    part.name = strategy.name;
    part.kind = strategies::find(strategy.kind);
    for (const auto& ref : strategy.instruments)
      part.instruments.push_back(numbers_.instrument(ref));
    if (const auto saved = durable_.saved.find(strategy.name); saved != durable_.saved.end())
      part.restored = saved->second;
    result.strategies.push_back(std::move(part));
  }
  return result;
}

} // namespace actorbot::tools
