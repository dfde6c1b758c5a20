#include "tools/actorbot/assemble.hpp"
#include "tools/actorbot/commands.hpp"
#include "tools/actorbot/exit_codes.hpp"
#include "tools/actorbot/report.hpp"
#include "tools/actorbot/state_store.hpp"
#include "tools/actorbot/surface.hpp"

#include "actors/runtime/reactor_environment.hpp"
#include "actors/runtime/reactor_scheduler.hpp"
#include "actors/runtime/runtime_config.hpp"
#include "config/secrets.hpp"
#include "messages/registration.hpp"
#include "venues/net/asio_transport.hpp"
#include "venues/registry/registry.hpp"

#include <boost/asio/signal_set.hpp>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <future>

namespace actorbot::tools {

namespace {

class reactor_driver final : public net::memory::driver {
 public:
  explicit reactor_driver(runtime::environment& env) : env_{env} {}
  timestamp now() const override { return env_.now(); }
  std::int64_t monotonic_ns() const override { return env_.monotonic_ns(); }
  std::uint64_t random() override { return env_.random(); }
  void after(duration delay, std::function<void()> f) override { env_.after(delay, std::move(f)); }

 private:
  runtime::environment& env_;
};

/// SIGINT, SIGTERM and, unless nohup has it ignored, SIGHUP (the terminal is gone) stop in order; a
/// second one does not wait any longer.
class stop_signals {
 public:
  stop_signals(boost::asio::io_context& io, operator_actor op)
      : signals_{io, SIGINT, SIGTERM}, op_{std::move(op)} {
    struct sigaction hangup {};
    if (::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
      signals_.add(SIGHUP);
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int number) {
      if (error)
        return;
      if (asked_) {
        std::fputs("stopped without waiting: look at the account for open orders\n", stderr);
        std::_Exit(exit_incomplete);
      }
      asked_ = true;
      caf::anon_send(op_, stop_bot{number == SIGINT   ? "interrupted (SIGINT)"
                                   : number == SIGHUP ? "the terminal was closed (SIGHUP)"
                                                      : "asked to terminate (SIGTERM)"});
      wait();
    });
  }

  boost::asio::signal_set signals_;
  operator_actor op_;
  bool asked_ = false;
};

/// What names the account of a venue, for the lock: all of its secrets and names together, and
/// which simulator it is.
std::string identity_of(const config::venue_config& venue) {
  std::string result;
  if (venue.rest)
    result += venue.rest->host + ":" + std::to_string(venue.rest->port) + "\n";
  for (const auto& [name, value] : venue.parameters.values.all())
    if (const auto* text = std::get_if<std::string>(&value);
        text && !venue.parameters.secret_names.contains(name))
      result += name + "=" + *text + "\n";
  for (const auto& [name, secret] : venue.parameters.secrets)
    result += name + "=" + std::string{secret.reveal()} + "\n";
  return result;
}

std::vector<instance_lock> lock_accounts(const config::bot_config& config) {
  std::vector<instance_lock> result;
  for (const auto& venue : config.venues) {
    if (venue.simulated)
      continue;
    result.push_back(lock_account(venue.kind, venue.environment, identity_of(venue)));
    if (!result.back().held()) {
      std::fprintf(
          stderr,
          "another actorbot runs on the account of [venues.%s]; stop it first: two bots on "
          "one account cannot tell their positions apart\n",
          venue.name.c_str());
      return {};
    }
  }
  return result;
}

std::vector<std::string> strategy_names(const config::bot_config& config) {
  std::vector<std::string> result;
  for (const auto& strategy : config.strategies)
    result.push_back(strategy.name);
  return result;
}

bot_report run_tree(const config::bot_config& config, const run_options& options,
                    const state_store& store, state& durable) {
  runtime::reactor_options reactor;
  reactor.threads = static_cast<std::size_t>(config.runtime.threads);
  reactor.spin = config.runtime.spin;
  runtime::runtime_config system_config{reactor};
  register_messages(system_config);
  surface screen{config, ::isatty(STDERR_FILENO) == 1};
  std::promise<bot_report> done;
  auto outcome = done.get_future();

  caf::actor_system system{system_config};
  auto& scheduler = runtime::reactor_scheduler::of(system);
  runtime::reactor_environment env{scheduler.core()};
  reactor_driver clock{env};
  net::asio_transport_factory real{scheduler.io(), reactor.threads > 1,
                                   [&scheduler] { return scheduler.core().in_reactor(); }};
  assembly made{config, durable, real, clock, &store};
  auto parts = made.parts(
      env, screen.callbacks([&done](const bot_report& report) { done.set_value(report); }));
  const auto op = supervision::start_bot(system, std::move(parts));
  bot_report report;
  {
    stop_signals signals{scheduler.io(), op};
    if (options.run_for)
      env.after(*options.run_for, [op, limit = *options.run_for] {
        caf::anon_send(op, stop_bot{"--for " + actorbot::to_text(limit) + " is over"});
      });
    report = outcome.get();
  }
  screen.end();
  if (!runtime::await_all_actors_done(system, std::chrono::seconds{5})) {
    // Destroying the system would wait for them for ever.
    std::fputs("some actors did not end in time\n", stderr);
    report.complete = false;
    for (const auto& strategy : report.strategies)
      if (!strategy.saved.empty())
        durable.saved[strategy.name] = strategy.saved;
    store.write(durable);
    std::_Exit(exit_incomplete);
  }
  made.stop();
  return report;
}

/// The report goes where it was asked for or, when that fails at the end, beside the state: it
/// cannot be had again.
bool save_report(const nlohmann::json& report, const std::string& file,
                 const std::string& fallback) {
  for (const auto& path : {file, fallback}) {
    try {
      write_report(path, report);
      if (path != file)
        std::fprintf(stderr, "the report is in %s instead\n", path.c_str());
      return path == file;
    } catch (const std::runtime_error& error) {
      std::fprintf(stderr, "actorbot: %s\n", error.what());
    }
  }
  return false;
}

/// Prints and writes what is left to say; whatever fails of it, the rest is still done.
int finish(const config::bot_config& config, const bot_report& report, const state_store& store,
           const state& durable, const std::string& report_file) {
  bool saved = true;
  std::printf("%s", to_text(report).c_str());
  if (!report_file.empty())
    saved = save_report(to_json(report, config), report_file,
                        config.bot.state_dir + "/" + config.bot.name + ".report.json");
  try {
    store.write(durable);
    if (!config.report.orders_csv.empty())
      append_orders(config.report.orders_csv, report);
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "actorbot: %s\n", error.what());
    saved = false;
  }
  if (report.reason.starts_with("the supervision tree gave up"))
    return exit_tree_gave_up;
  if (!report.complete)
    return exit_incomplete;
  return saved ? exit_ok : exit_failure;
}

} // namespace

int run(config::bot_config config, const run_options& options) {
  if (!resolve(config))
    return exit_configuration;
  const state_store store{config.bot.state_dir, config.bot.name};
  const auto lock = store.lock();
  if (!lock.held()) {
    std::fprintf(stderr, "another actorbot named %s runs with %s\n", config.bot.name.c_str(),
                 store.path().c_str());
    return exit_locked;
  }
  const auto accounts = lock_accounts(config);
  std::size_t real_accounts = 0;
  for (const auto& venue : config.venues)
    real_accounts += venue.simulated ? 0 : 1;
  if (accounts.size() != real_accounts)
    return exit_locked;

  const auto report_file = options.report_file.empty() ? config.report.file : options.report_file;
  if (!report_file.empty())
    check_report(report_file);
  auto durable = store.begin_run(strategy_names(config));
  const bool all_simulated = real_accounts == 0;
  if (all_simulated)
    durable.saved.clear(); // the paper exchange of an earlier run is gone, and so are its orders
  const auto report = run_tree(config, options, store, durable);
  for (const auto& strategy : report.strategies)
    if (!strategy.saved.empty() && !all_simulated)
      durable.saved[strategy.name] = strategy.saved;
  return finish(config, report, store, durable, report_file);
}

} // namespace actorbot::tools
