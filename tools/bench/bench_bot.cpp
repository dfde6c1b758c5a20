// The whole bot against bench-venue: the same tree, actors, risk checks, TLS and signatures as
// `actorbot run`, with a strategy that answers every tick by an order.
//   bench-bot --port N --ca FILE [--api v1|v3] [--threads N] [--spin] [--verbose]
#include "tools/bench/tick_buyer.hpp"

#include "actors/runtime/reactor_environment.hpp"
#include "actors/runtime/reactor_scheduler.hpp"
#include "actors/runtime/runtime_config.hpp"
#include "messages/registration.hpp"
#include "supervision/bot.hpp"
#include "venues/net/asio_transport.hpp"
#include "venues/registry/registry.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <cstdio>
#include <future>

namespace actorbot::bench {
namespace {

struct options {
  std::uint16_t port = 0;
  std::string ca_file;
  std::string api = "v1";
  std::size_t threads = 1;
  std::int64_t seconds = 300;
  bool spin = false;
  bool verbose = false;
};

config::bot_config make_config(const options& chosen) {
  config::bot_config result;
  result.bot.name = "bench";
  result.bot.number = 7;
  result.bot.on_stop = stop_action::keep;
  // Every limit is set, so that every check is made, and none is reached. All prices differ, so the
  // duplicate window does not either.
  result.risk.max_order_quantity = "1000"_qty;
  result.risk.max_order_notional = "1000000"_d;
  result.risk.max_position_notional = "1000000000"_d;
  result.risk.max_gross_exposure = "1000000000"_d;
  result.risk.max_open_orders = 100'000;
  result.risk.max_orders_per_second = 1'000'000;
  result.risk.repeated_executions = 1'000'000;
  config::venue_config venue;
  venue.name = "aster";
  venue.kind = "aster";
  venue.environment = "local";
  venue.ca_file = chosen.ca_file;
  auto& own = venue.parameters.values;
  own.set("api", chosen.api);
  own.set("api_key", std::string{"benchbench"});
  own.set("api_secret", std::string{"benchbenchbenchbenchbenchbenchbench"});
  own.set("user", std::string{"0x00000000000000000000000000000000000000b0"});
  own.set("signer_key",
          std::string{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"});
  result.venues.push_back(venue);
  config::strategy_config strategy;
  strategy.name = "tick_buyer";
  strategy.kind = "tick_buyer";
  strategy.instruments.push_back({"aster", "BTC"});
  strategy.on_stop = stop_action::keep;
  result.strategies.push_back(strategy);
  return result;
}

/// Aster with a rate budget that counts and is never used up: the real one allows 30 orders a
/// second.
venues::descriptor make_venue() {
  auto result = *venues::find("aster");
  result.can.orders_per_10s = 1'000'000;
  result.can.weight_per_minute = 100'000'000;
  return result;
}

supervision::bot_parts make_parts(const config::bot_config& config, const options& chosen,
                                  const strategies::strategy_descriptor& kind,
                                  const venues::descriptor& aster,
                                  venues::transport_factory& transports,
                                  runtime::environment& env) {
  const supervision::numbering numbers{config};
  supervision::bot_parts result;
  result.config = &config;
  result.run = 1;
  result.env = &env;
  supervision::venue_part venue;
  venue.id = numbers.venue("aster");
  venue.name = "aster";
  venue.kind = &aster;
  venue.instruments = numbers.instruments_of("aster");
  venue.environment = "local";
  venue.transport.endpoints = {{"127.0.0.1", chosen.port, true}, {"127.0.0.1", chosen.port, true}};
  venue.transport.ca_file = chosen.ca_file;
  venue.transports = &transports;
  result.venues.push_back(venue);
  supervision::strategy_part strategy;
  strategy.id = strategy_id{1};
  strategy.name = "tick_buyer";
  strategy.kind = &kind;
  strategy.instruments = {numbers.instrument({"aster", "BTC"})};
  result.strategies.push_back(strategy);
  return result;
}

operator_callbacks make_callbacks(bool verbose, std::promise<bot_report>& done) {
  operator_callbacks result;
  result.finished = [&done](const bot_report& report) { done.set_value(report); };
  result.note = [verbose](const operator_note& x) {
    if (verbose || x.level != note_level::info)
      std::fprintf(stderr, "%s: %s\n", x.source.c_str(), x.text.c_str());
  };
  result.restart = [](const restart_happened& x) {
    std::fprintf(stderr, "restarted %s/%s: %s\n", x.supervisor.c_str(), x.child.c_str(),
                 x.reason.c_str());
  };
  if (verbose)
    result.venue_state = [](const venue_state_changed& x) {
      std::fprintf(stderr, "venue is %s: %s\n", std::string{to_string(x.state)}.c_str(),
                   x.text.c_str());
    };
  return result;
}

/// What the bot itself thinks: the inside of the path that the venue measures from outside.
void print(const bot_report& report) {
  for (const auto& x : report.strategies) {
    std::fprintf(stderr, "orders %llu", static_cast<unsigned long long>(x.orders));
    for (const auto& [reason, count] : x.rejects_by_reason)
      std::fprintf(stderr, ", %s %llu", reason.c_str(), static_cast<unsigned long long>(count));
  }
  for (const auto& x : report.venues) {
    std::fprintf(stderr, "; inside us:");
    for (const auto ns : x.latency_ns)
      std::fprintf(stderr, " %.1f", static_cast<double>(ns) / 1e3);
    std::fprintf(stderr, " (p50 p99 p99.9 max); sessions %llu, unknown %llu",
                 static_cast<unsigned long long>(x.sessions),
                 static_cast<unsigned long long>(x.unknown_outcomes));
  }
  for (const auto& [reason, count] : report.risk.denials)
    std::fprintf(stderr, "; denied %s %llu", reason.c_str(),
                 static_cast<unsigned long long>(count));
  std::fprintf(stderr, "\n");
}

int run(const options& chosen) {
  runtime::reactor_options reactor;
  reactor.threads = chosen.threads;
  reactor.spin = chosen.spin;
  runtime::runtime_config system_config{reactor};
  register_messages(system_config);
  const auto config = make_config(chosen);
  const auto kind = describe_tick_buyer();
  const auto aster = make_venue();
  std::promise<bot_report> done;
  auto outcome = done.get_future();

  caf::actor_system system{system_config};
  auto& scheduler = runtime::reactor_scheduler::of(system);
  runtime::reactor_environment env{scheduler.core()};
  net::asio_transport_factory transports{scheduler.io(), reactor.threads > 1,
                                         [&scheduler] { return scheduler.core().in_reactor(); }};
  auto parts = make_parts(config, chosen, kind, aster, transports, env);
  parts.callbacks = make_callbacks(chosen.verbose, done);
  const auto op = supervision::start_bot(system, std::move(parts));
  boost::asio::signal_set signals{scheduler.io(), SIGINT, SIGTERM};
  signals.async_wait([op](const boost::system::error_code& error, int) {
    if (!error)
      caf::anon_send(op, stop_bot{"asked to terminate"});
  });
  env.after(std::chrono::seconds{chosen.seconds},
            [op] { caf::anon_send(op, stop_bot{"the time is over"}); });
  print(outcome.get());
  signals.cancel();
  if (!runtime::await_all_actors_done(system, std::chrono::seconds{5})) {
    std::fputs("some actors did not end in time\n", stderr);
    std::_Exit(1);
  }
  return 0;
}

} // namespace
} // namespace actorbot::bench

int main(int argc, char** argv) {
  actorbot::bench::options chosen;
  CLI::App app{"The whole bot against bench-venue"};
  app.add_option("--port", chosen.port)->required();
  app.add_option("--ca", chosen.ca_file)->required();
  app.add_option("--api", chosen.api)->check(CLI::IsMember({"v1", "v3"}));
  app.add_option("--threads", chosen.threads)->check(CLI::Range(1, 64));
  app.add_option("--seconds", chosen.seconds, "Ends after this in any case");
  app.add_flag("--spin", chosen.spin, "Polls instead of sleeping");
  app.add_flag("--verbose", chosen.verbose);
  CLI11_PARSE(app, argc, argv);
  return actorbot::bench::run(chosen);
}
