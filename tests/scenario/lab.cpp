#include "tests/scenario/lab.hpp"

#include "config/secrets.hpp"
#include "venues/exchange/truth.hpp"

#include <map>

namespace actorbot::scenario {

namespace {

constexpr const char* api_key = "7465737400000000000000000000000000000000000000000000000000000001";
constexpr const char* api_secret
    = "7465737400000000000000000000000000000000000000000000000000000002";

std::string configuration(const std::string& strategy) {
  return R"(
[bot]
name = "scenario"
[risk]
max_order_notional = 100000
max_position_notional = 1000000
max_gross_exposure = 1000000
max_orders_per_second = 100
repeated_executions = 100000
[venues.aster]
environment = "local"
rest = "https://localhost:1"
ws = "wss://localhost:1"
api = "v1"
api_key = "env:KEY"
api_secret = "env:SECRET"
[strategies.grid]
venue = "aster"
ticker = "BTC"
)" + strategy;
}

runtime::virtual_options world_of(std::uint64_t seed) {
  runtime::virtual_options options;
  options.seed = seed;
  return options;
}

} // namespace

lab::lab(const lab_options& options) : world_{world_of(options.seed)}, system_config_{world_} {
  register_messages(system_config_);
  system_.emplace(system_config_);
  env_ = std::make_unique<runtime::virtual_environment>(world_, "bot");
  driver_ = std::make_unique<virtual_driver>(*env_);

  auto loaded
      = config::load_text(configuration(options.strategy), "scenario.toml", tools::known_kinds());
  for (const auto& error : loaded.errors)
    MESSAGE(config::to_string(error));
  REQUIRE(loaded.config);
  config_ = *loaded.config;
  REQUIRE(config::resolve_secrets(config_, [](const std::string& name) {
            return std::optional<std::string>{name == "KEY" ? api_key : api_secret};
          }).empty());

  venues::dialect_settings dialect;
  venues::account_provision account;
  account.name = "test";
  account.credentials = {{"api_key", api_key}, {"api_secret", api_secret}};
  account.balance = decimal::from_int(100'000);
  dialect.accounts.push_back(account);
  net::memory::host::settings network;
  network.seed = options.seed;
  network.latency = std::chrono::milliseconds{2};
  network.jitter = std::chrono::milliseconds{3};
  venue_ = net::memory::host::make(*driver_, network, venues::aster::describe_dialect(), dialect,
                                   [&](exchange::core& core) { prepare(core, options.seed); });
  venue_->start();
  transports_ = venue_->transports();

  const supervision::numbering numbers{config_};
  supervision::bot_parts parts;
  parts.config = &config_;
  parts.run = 1;
  parts.env = env_.get();
  const auto write = [this](const std::string& text) {
    notes_.push_back(to_iso(env_->now()).substr(11, 12) + " " + text);
  };
  parts.callbacks.note = [write](const operator_note& x) { write(x.source + ": " + x.text); };
  parts.callbacks.venue_state = [this, write](const venue_state_changed& x) {
    state_ = x.state;
    write("venue: " + std::string{to_string(x.state)} + " (" + x.text + ")");
  };
  parts.callbacks.restart = [this, write](const restart_happened& x) {
    restarts_.push_back(x);
    write("restart of " + x.child + ": " + x.reason);
  };
  parts.callbacks.status = [this](const std::vector<strategy_report>& rows) {
    cycles_ = rows.empty() ? 0 : rows.front().cycles;
  };
  parts.callbacks.finished = [this](const bot_report& x) { report_ = x; };
  supervision::venue_part venue;
  venue.id = numbers.venue("aster");
  venue.name = "aster";
  venue.kind = venues::find("aster");
  venue.instruments = numbers.instruments_of("aster");
  venue.environment = "local";
  venue.transports = transports_.get();
  parts.venues.push_back(venue);
  supervision::strategy_part strategy;
  strategy.id = strategy_id{1};
  strategy.name = "grid";
  strategy.kind = strategies::find("grid");
  strategy.instruments = {numbers.instrument({"aster", "BTC"})};
  parts.strategies.push_back(strategy);
  op_ = supervision::start_bot(*system_, std::move(parts));
}

lab::~lab() {
  if (!report_)
    stop();
  op_ = nullptr;
  venue_->stop();
  world_.run_ready();
}

void lab::prepare(exchange::core& core, std::uint64_t seed) {
  exchange::synthetic_options market;
  market.seed = seed;
  market.start = env_->now();
  market.start_price = "60000"_price;
  const auto id = core.find_market("BTCUSDT");
  REQUIRE(id);
  market.tick = core.rules(*id).tick;
  market.lot = core.rules(*id).lot;
  market.level_size = "1.5"_d;
  core.set_feed(*id, exchange::make_synthetic(market));
}

std::size_t lab::orders() const {
  std::size_t count = 0;
  venue_->inspect([&](exchange::core& core) {
    count = core.order_history(*core.find_account("test"), std::nullopt).size();
  });
  return count;
}

std::size_t lab::fills() const {
  std::size_t count = 0;
  venue_->inspect(
      [&](exchange::core& core) { count = core.executions(*core.find_account("test")).size(); });
  return count;
}

std::uint32_t lab::restarts_of(const std::string& child) const {
  std::uint32_t count = 0;
  for (const auto& x : restarts_)
    count += x.child == child ? 1 : 0;
  return count;
}

bot_report lab::stop() {
  caf::anon_send(op_, stop_bot{"the scenario is over"});
  const bool ended
      = world_.run_until([this] { return report_.has_value(); }, std::chrono::seconds{60});
  if (!ended)
    FAIL("the bot did not stop within a minute of virtual time");
  world_.run_ready();
  return *report_;
}

std::vector<std::string> lab::differences(const bot_report& report) {
  std::vector<std::string> result;
  venue_->inspect([&](exchange::core& core) {
    const auto account = *core.find_account("test");
    const auto& venue = report.venues.at(0);
    std::map<std::string, const order_update*> ours;
    for (const auto& order : venue.orders)
      ours[to_string(order.id)] = &order;
    for (const auto* theirs : core.order_history(account, std::nullopt)) {
      const auto found = ours.find(theirs->client_id);
      if (found == ours.end()) {
        result.push_back("unknown to the bot: " + theirs->client_id);
        continue;
      }
      const auto& mine = *found->second;
      if (mine.filled != theirs->filled)
        result.push_back(theirs->client_id + ": filled " + to_string(theirs->filled) + " there, "
                         + to_string(mine.filled) + " here");
      const bool both_refused = theirs->state == order_state::expired
                                && mine.state == order_state::rejected && theirs->filled.is_zero();
      if (is_final(theirs->state) && mine.state != theirs->state && !both_refused)
        result.push_back(theirs->client_id + ": " + std::string{to_string(theirs->state)}
                         + " there, " + std::string{to_string(mine.state)} + " here");
    }
    const auto executions = core.executions(account);
    if (executions.size() != venue.fills.size())
      result.push_back(std::to_string(executions.size()) + " fills there, "
                       + std::to_string(venue.fills.size()) + " here");
    const auto position = core.position(account, *core.find_market("BTCUSDT")).size;
    if (position != venue.positions.at(0).size)
      result.push_back("position " + to_string(position) + " there, "
                       + to_string(venue.positions.at(0).size) + " at the gateway");
    if (position != report.strategies.at(0).positions.at(0).size)
      result.push_back("position " + to_string(position) + " there, "
                       + to_string(report.strategies.at(0).positions.at(0).size)
                       + " at the strategy");
  });
  return result;
}

} // namespace actorbot::scenario
