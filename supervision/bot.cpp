#include "supervision/bot.hpp"

#include "actors/connection.hpp"
#include "actors/directory.hpp"
#include "actors/market_data.hpp"
#include "actors/order_gateway.hpp"
#include "actors/risk.hpp"
#include "config/secrets.hpp"
#include "messages/registration.hpp"
#include "supervision/supervisor.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace actorbot::supervision {

namespace {

/// What the start functions of the children share; lives as long as any of them.
struct wiring {
  caf::actor_system* system = nullptr;
  bot_parts parts;
  directory_actor directory;
  operator_actor op;

  runtime::environment& env() const { return *parts.env; }
  template <class Message>
  void announce(Message message) const {
    caf::anon_send(directory, std::move(message));
  }
};

using shared_wiring = std::shared_ptr<wiring>;

back_off_policy to_policy(const config::back_off_settings& settings) {
  back_off_policy policy;
  policy.base = settings.first;
  policy.cap = settings.cap;
  policy.reset_after = settings.healthy_after;
  return policy;
}

/// A connection that had been up comes back at once the first time; only then it backs off.
back_off_policy connection_policy(const std::shared_ptr<wiring>& bot) {
  auto policy = to_policy(bot->parts.config->supervision.venue_back_off);
  policy.immediate_after = std::chrono::seconds{1};
  return policy;
}

bool needs_the_operator(const caf::error& reason) {
  return reason == actor_errc::session_authentication
         || reason == actor_errc::session_configuration;
}

supervisor_spec empty_supervisor(const shared_wiring& bot, std::string name,
                                 const config::restart_intensity& limit) {
  supervisor_spec spec;
  spec.name = std::move(name);
  spec.intensity = static_cast<std::uint32_t>(limit.intensity);
  spec.period = limit.period;
  spec.operator_surface = [bot] { return bot->op; };
  return spec;
}

template <class Handle>
caf::expected<caf::actor> started(const Handle& handle) {
  return caf::actor_cast<caf::actor>(handle);
}

// -- a venue -----------------------------------------------------------------------------------------

/// The elders of the moment: connections are started for them.
struct venue_roles {
  order_gateway_actor gateway;
  market_data_actor market_data;
};

connection_config connection_of(const shared_wiring& bot, std::size_t index) {
  const auto& part = bot->parts.venues[index];
  const auto settings = [bot, index] {
    const auto& venue = bot->parts.venues[index];
    const auto& own = bot->parts.config->venues[index].parameters;
    venues::session_settings result;
    result.venue = venue.id;
    result.bot = bot->parts.config->bot.number;
    result.environment = venue.environment;
    result.instruments = venue.instruments;
    result.parameters = config::with_secrets(own);
    result.wants_depth = venue.wants_depth;
    result.wants_trades = venue.wants_trades;
    result.wants_funding = venue.wants_funding;
    result.ids = venue.ids;
    return result;
  };
  const auto wipe = [bot, index](venues::session_settings& used) {
    config::wipe_secrets(used.parameters, bot->parts.config->venues[index].parameters);
  };
  connection_config result;
  result.venue = part.id;
  result.make_market_data = [kind = part.kind, settings, wipe] {
    auto used = settings();
    auto protocol = kind->make_market_data(used);
    wipe(used);
    return protocol;
  };
  result.make_account = [kind = part.kind, settings, wipe] {
    auto used = settings();
    auto protocol = kind->make_account(used);
    wipe(used);
    return protocol;
  };
  result.transport = part.transport;
  result.limits.weight = part.kind->can.weight_per_minute;
  result.limits.orders = part.kind->can.orders_per_10s;
  result.transports = part.transports;
  result.env = &bot->env();
  return result;
}

std::vector<instrument_id> ids_of(const venue_part& part) {
  std::vector<instrument_id> result;
  for (const auto& wanted : part.instruments)
    result.push_back(wanted.id);
  return result;
}

child_spec gateway_child(const shared_wiring& bot, std::size_t index,
                         const std::shared_ptr<venue_roles>& roles) {
  const auto& part = bot->parts.venues[index];
  order_gateway_config settings;
  settings.venue = part.id;
  settings.name = part.name;
  settings.bot = bot->parts.config->bot.number;
  settings.run = bot->parts.run;
  settings.can = part.kind->can;
  settings.instruments = ids_of(part);
  settings.dead_man = part.dead_man;
  settings.initial = bot->parts.initial;
  settings.epoch = std::make_shared<std::uint64_t>(std::uint64_t{bot->parts.run} << 32);
  settings.env = &bot->env();
  settings.directory = bot->directory;
  settings.op = bot->op;
  child_spec child;
  child.id = "order_gateway";
  child.back_off = to_policy(bot->parts.config->supervision.venue_back_off);
  child.start = [roles, settings](caf::actor_system& system) {
    roles->gateway = spawn_order_gateway(system, settings);
    return started(roles->gateway);
  };
  child.announce = [bot, id = part.id](const caf::actor& actor) {
    bot->announce(gateway_changed{id, caf::actor_cast<order_gateway_actor>(actor)});
  };
  return child;
}

child_spec market_data_child(const shared_wiring& bot, std::size_t index,
                             const std::shared_ptr<venue_roles>& roles) {
  const auto& part = bot->parts.venues[index];
  market_data_config settings;
  settings.venue = part.id;
  settings.name = part.name;
  settings.instruments = ids_of(part);
  settings.stale_after = bot->parts.config->risk.stale_market;
  settings.env = &bot->env();
  settings.op = bot->op;
  child_spec child;
  child.id = "market_data";
  child.back_off = to_policy(bot->parts.config->supervision.venue_back_off);
  child.start = [roles, settings](caf::actor_system& system) {
    roles->market_data = spawn_market_data(system, settings);
    return started(roles->market_data);
  };
  child.announce = [bot, id = part.id](const caf::actor& actor) {
    bot->announce(market_data_changed{id, caf::actor_cast<market_data_actor>(actor)});
  };
  return child;
}

child_spec account_connection_child(const shared_wiring& bot, std::size_t index,
                                    const std::shared_ptr<venue_roles>& roles) {
  child_spec child;
  child.id = "account_connection";
  child.depends_on = {"order_gateway"};
  child.back_off = connection_policy(bot);
  child.beyond_help = needs_the_operator;
  child.start = [roles, settings = connection_of(bot, index)](caf::actor_system& system) {
    return started(spawn_account_connection(system, settings, roles->gateway));
  };
  return child;
}

child_spec market_connection_child(const shared_wiring& bot, std::size_t index,
                                   const std::shared_ptr<venue_roles>& roles) {
  child_spec child;
  child.id = "market_connection";
  child.depends_on = {"market_data"};
  child.back_off = connection_policy(bot);
  child.beyond_help = needs_the_operator;
  child.start = [roles, settings = connection_of(bot, index)](caf::actor_system& system) {
    return started(spawn_market_connection(system, settings, roles->market_data));
  };
  return child;
}

child_spec venue_child(const shared_wiring& bot, std::size_t index) {
  const auto& limits = bot->parts.config->supervision;
  auto spec = empty_supervisor(bot, bot->parts.venues[index].name, limits.venue);
  // A session that cannot be had is tried slowly; the elders, who know the orders, outlive that.
  spec.on_exceeded = exceeded::park;
  spec.park_for = limits.venue_retry;
  const auto roles = std::make_shared<venue_roles>();
  spec.children.push_back(gateway_child(bot, index, roles));
  spec.children.push_back(account_connection_child(bot, index, roles));
  spec.children.push_back(market_data_child(bot, index, roles));
  spec.children.push_back(market_connection_child(bot, index, roles));
  return supervisor_child(bot->env(), std::move(spec));
}

child_spec venues_child(const shared_wiring& bot) {
  const auto& limits = bot->parts.config->supervision;
  auto spec = empty_supervisor(bot, "venues", limits.venues);
  // One venue that is beyond help never takes the others along.
  spec.on_exceeded = exceeded::park;
  spec.park_for = limits.venue_retry;
  for (std::size_t i = 0; i < bot->parts.venues.size(); ++i)
    spec.children.push_back(venue_child(bot, i));
  return supervisor_child(bot->env(), std::move(spec));
}

// -- strategies and risk -----------------------------------------------------------------------------

child_spec strategy_child(const shared_wiring& bot, std::size_t index) {
  const auto& part = bot->parts.strategies[index];
  const auto& chosen = bot->parts.config->strategies[index];
  strategy_host_config settings;
  settings.id = part.id;
  settings.bot = bot->parts.config->bot.number;
  settings.run = bot->parts.run;
  settings.kind = part.kind;
  settings.settings = {part.name, part.instruments, chosen.parameters.values};
  settings.restored = part.restored;
  settings.sequence = std::make_shared<std::uint64_t>(0);
  settings.env = &bot->env();
  settings.directory = bot->directory;
  settings.op = bot->op;
  child_spec child;
  child.id = part.name;
  child.back_off = to_policy(bot->parts.config->supervision.strategy_back_off);
  const auto first = std::make_shared<bool>(true);
  child.start = [settings, first](caf::actor_system& system) {
    auto mine = settings;
    // A saved state is of the past: only the first incarnation may go on from it.
    if (!std::exchange(*first, false))
      mine.restored.clear();
    return started(spawn_strategy_host(system, std::move(mine)));
  };
  if (bot->parts.config->supervision.on_park == stop_action::cancel)
    child.parked = [bot, id = part.id, name = part.name](const std::string& reason) {
      caf::anon_send(bot->op, cancel_strategy{id, name + ": " + reason});
    };
  child.announce = [bot, id = part.id](const caf::actor& actor) {
    bot->announce(strategy_changed{id, caf::actor_cast<strategy_host_actor>(actor)});
  };
  return child;
}

child_spec strategies_child(const shared_wiring& bot) {
  auto spec = empty_supervisor(bot, "strategies", bot->parts.config->supervision.strategies);
  spec.on_exceeded = exceeded::park;
  spec.park_for = {};
  for (std::size_t i = 0; i < bot->parts.strategies.size(); ++i)
    spec.children.push_back(strategy_child(bot, i));
  return supervisor_child(bot->env(), std::move(spec));
}

child_spec risk_child(const shared_wiring& bot) {
  const auto& config = *bot->parts.config;
  risk_config settings;
  settings.limits = to_limits(config.risk);
  for (std::size_t i = 0; i < bot->parts.strategies.size(); ++i) {
    const auto& chosen = config.strategies[i];
    settings.strategy_limits[bot->parts.strategies[i].id]
        = to_limits(config::limits_for(config, chosen, chosen.instruments.front().venue));
  }
  settings.initial = bot->parts.initial;
  settings.env = &bot->env();
  settings.directory = bot->directory;
  settings.op = bot->op;
  child_spec child;
  child.id = "risk";
  child.start
      = [settings](caf::actor_system& system) { return started(spawn_risk(system, settings)); };
  child.announce = [bot](const caf::actor& actor) {
    bot->announce(risk_changed{caf::actor_cast<risk_actor>(actor)});
  };
  return child;
}

} // namespace

// -- numbering ---------------------------------------------------------------------------------------

numbering::numbering(const config::bot_config& config) {
  for (const auto& venue : config.venues)
    venues_.push_back(venue.name);
  std::map<std::string, std::set<std::string>> used;
  for (const auto& strategy : config.strategies)
    for (const auto& ref : strategy.instruments)
      used[ref.venue].insert(ref.ticker);
  for (const auto& [venue, tickers] : used)
    tickers_[venue] = {tickers.begin(), tickers.end()};
}

venue_id numbering::venue(std::string_view name) const {
  const auto found = std::find(venues_.begin(), venues_.end(), name);
  if (found == venues_.end())
    throw std::logic_error("no venue named " + std::string{name});
  return venue_id{static_cast<std::uint16_t>(found - venues_.begin())};
}

instrument_id numbering::instrument(const config::instrument_ref& ref) const {
  const auto& tickers = tickers_.at(ref.venue);
  const auto found = std::find(tickers.begin(), tickers.end(), ref.ticker);
  return {venue(ref.venue), static_cast<std::uint16_t>(found - tickers.begin())};
}

std::vector<venues::wanted_instrument> numbering::instruments_of(std::string_view name) const {
  std::vector<venues::wanted_instrument> result;
  const auto found = tickers_.find(name);
  if (found == tickers_.end())
    return result;
  for (const auto& ticker : found->second)
    result.push_back({instrument({std::string{name}, ticker}), ticker});
  return result;
}

risk_limits to_limits(const config::risk_limits& limits) {
  risk_limits result;
  const auto if_set = [](decimal x) { return x.is_positive() ? std::optional{x} : std::nullopt; };
  result.max_order_quantity = limits.max_order_quantity;
  result.max_order_notional = if_set(limits.max_order_notional);
  result.max_position_notional = if_set(limits.max_position_notional);
  result.max_gross_exposure = if_set(limits.max_gross_exposure);
  result.max_open_orders = static_cast<std::uint32_t>(limits.max_open_orders);
  result.price_collar = limits.price_collar;
  result.market_collar = limits.market_order_collar;
  result.stale_market = limits.stale_market;
  result.stale_account = limits.stale_account;
  result.duplicate_window = limits.duplicate_window;
  result.max_orders_per_second = static_cast<std::uint32_t>(limits.max_orders_per_second);
  result.max_fills = static_cast<std::uint32_t>(limits.repeated_executions);
  result.fills_window = limits.repeated_window;
  result.self_trade = limits.self_trade == config::self_trade_policy::deny
                          ? self_trade_policy::deny
                          : self_trade_policy::cancel_resting;
  return result;
}

// -- the bot -----------------------------------------------------------------------------------------

operator_actor start_bot(caf::actor_system& system, bot_parts parts) {
  const auto bot = std::make_shared<wiring>();
  bot->system = &system;
  bot->parts = std::move(parts);
  bot->directory = spawn_directory(system);

  operator_config surface;
  surface.callbacks = bot->parts.callbacks;
  for (std::size_t i = 0; i < bot->parts.strategies.size(); ++i)
    surface.on_stop[bot->parts.strategies[i].id] = bot->parts.config->strategies[i].on_stop;
  surface.stop_deadline = bot->parts.config->bot.stop_deadline;
  surface.env = bot->parts.env;
  surface.directory = bot->directory;
  bot->op = spawn_operator(system, std::move(surface));

  auto root = empty_supervisor(bot, "root", bot->parts.config->supervision.root);
  root.children.push_back(risk_child(bot));
  root.children.push_back(venues_child(bot));
  root.children.push_back(strategies_child(bot));
  caf::anon_send(bot->op, watch_bot{spawn_supervisor(system, bot->env(), std::move(root))});
  return bot->op;
}

} // namespace actorbot::supervision
