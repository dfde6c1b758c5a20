#pragma once

#include "actors/runtime/runtime_config.hpp"
#include "actors/runtime/virtual_environment.hpp"
#include "actors/runtime/virtual_world.hpp"
#include "config/load.hpp"
#include "messages/registration.hpp"
#include "strategies/registry.hpp"
#include "supervision/bot.hpp"
#include "tools/actorbot/assemble.hpp"
#include "venues/aster/dialect.hpp"
#include "venues/exchange/synthetic.hpp"
#include "venues/net/memory/host.hpp"
#include "venues/registry/registry.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A whole bot on virtual time against a whole simulated venue: all actors, supervision, the Aster
/// client and the Aster dialect, joined by the in-memory network.
namespace actorbot::scenario {

class virtual_driver final : public net::memory::driver {
 public:
  explicit virtual_driver(runtime::environment& env) : env_{env} {}
  timestamp now() const override { return env_.now(); }
  std::int64_t monotonic_ns() const override { return env_.monotonic_ns(); }
  std::uint64_t random() override { return env_.random(); }
  void after(duration delay, std::function<void()> f) override { env_.after(delay, std::move(f)); }

 private:
  runtime::environment& env_;
};

struct lab_options {
  std::uint64_t seed = 1;
  std::string strategy = R"(
quantity = "0.01"
direction = "buy"
take_profit = "2bps"
wait_time = "2s"
max_orders = 10
)";
};

class lab {
 public:
  explicit lab(const lab_options& options = {});
  ~lab();

  /// Runs until the condition holds; false when it does not within the limit of virtual time.
  bool until(const std::function<bool()>& condition, duration limit) {
    return world_.run_until(condition, limit);
  }
  void pass(duration d) { world_.advance(d); }

  bool live() const { return state_ == venue_state::live; }
  std::size_t orders() const;
  std::size_t fills() const;
  std::uint64_t cycles() const { return cycles_; }
  std::uint32_t restarts_of(const std::string& child) const;
  const std::vector<std::string>& notes() const { return notes_; }
  net::memory::host& venue() { return *venue_; }
  runtime::virtual_world& world() { return world_; }

  /// Stops the bot in order and gives its report; fails the test when that takes too long.
  bot_report stop();
  /// Every difference between the exchange's truth and the report, as sentences.
  std::vector<std::string> differences(const bot_report& report);

 private:
  void prepare(exchange::core& core, std::uint64_t seed);

  runtime::virtual_world world_;
  runtime::runtime_config system_config_;
  std::optional<caf::actor_system> system_;
  std::unique_ptr<runtime::environment> env_;
  std::unique_ptr<virtual_driver> driver_;
  std::shared_ptr<net::memory::host> venue_;
  std::unique_ptr<venues::transport_factory> transports_;
  config::bot_config config_;
  operator_actor op_;
  venue_state state_ = venue_state::connecting;
  std::uint64_t cycles_ = 0;
  std::vector<restart_happened> restarts_;
  std::vector<std::string> notes_;
  std::optional<bot_report> report_;
};

} // namespace actorbot::scenario
