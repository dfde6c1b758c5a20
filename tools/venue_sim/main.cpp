#include "tools/venue_sim/admin.hpp"
#include "tools/venue_sim/server.hpp"
#include "tools/venue_sim/settings.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>

using namespace actorbot;
using namespace actorbot::sim;

namespace {

enum exit_code : int { exit_ok = 0, exit_failure = 1, exit_usage = 2, exit_configuration = 3 };

void announce(const server& venue, const admin& interface, const sim_settings& settings) {
  std::printf("dialect  %s, %zu account(s), %zu market(s)\n", settings.dialect.c_str(),
              settings.accounts.size(), settings.markets.size());
  std::printf("REST     https://localhost:%u\n", static_cast<unsigned>(venue.port()));
  std::printf("stream   wss://localhost:%u\n", static_cast<unsigned>(venue.port()));
  std::printf("admin    http://127.0.0.1:%u\n", static_cast<unsigned>(interface.port()));
  std::printf("CA       %s\n", venue.ca_file().c_str());
  std::fflush(stdout);
}

int serve(const sim_settings& settings, const std::string& ports_file, duration run_for) {
  boost::asio::io_context io{1};
  server venue{io, settings};
  admin interface { io, venue, settings.admin_port };
  announce(venue, interface, settings);
  if (!ports_file.empty()) {
    // Written whole and then named, so that whoever waits for it never reads half of it.
    std::ofstream{ports_file + ".new"} << venue.port() << " " << interface.port() << "\n";
    std::rename((ports_file + ".new").c_str(), ports_file.c_str());
  }
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error)
      venue.stop();
  });
  boost::asio::steady_timer limit{io};
  if (run_for > duration{0}) {
    limit.expires_after(run_for);
    limit.async_wait([&](const boost::system::error_code& error) {
      if (!error)
        venue.stop();
    });
  }
  io.run();
  return exit_ok;
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"actorbot-sim: a venue's real protocol over TLS, verified, on simulated markets"};
  std::string file, ports_file, limit, data, ca_dir, state_file;
  int port = -1, admin_port = -1;
  bool version = false;
  app.add_option("file", file, "sim.toml; without it: one test account, a synthetic BTC market");
  app.add_option("--port", port, "TLS port, 0 = any free one")->check(CLI::Range(0, 65535));
  app.add_option("--admin-port", admin_port, "admin port on 127.0.0.1")
      ->check(CLI::Range(0, 65535));
  app.add_option("--data", data, "a recording for the first market instead of a synthetic one");
  app.add_option("--ca-dir", ca_dir, "where the certificate authority is kept");
  app.add_option("--state-file", state_file, "survive being killed: go on from this file");
  app.add_option("--ports-file", ports_file, "write \"PORT ADMIN_PORT\" there once it listens");
  app.add_option("--for", limit, "stop by itself after this time: 60s, 5m");
  app.add_flag("--version", version, "print the version");
  app.footer("Point a client at it with the CA file that it prints; see docs/simulator.md.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  if (version) {
    std::printf("actorbot-sim %s\n", ACTORBOT_VERSION);
    return exit_ok;
  }
  const auto run_for = limit.empty() ? duration{0} : parse_duration(limit).value_or(duration{-1});
  if (run_for < duration{0}) {
    std::fprintf(stderr, "--for: \"%s\" is no length of time; write 60s or 5m\n", limit.c_str());
    return exit_usage;
  }
  try {
    auto settings = file.empty() ? default_settings() : load_settings(file);
    if (port >= 0)
      settings.port = static_cast<std::uint16_t>(port);
    if (admin_port >= 0)
      settings.admin_port = static_cast<std::uint16_t>(admin_port);
    if (!data.empty())
      settings.markets.front().data = data;
    if (!state_file.empty())
      settings.state_file = state_file;
    if (!ca_dir.empty())
      settings.ca_dir = ca_dir;
    return serve(settings, ports_file, run_for);
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "actorbot-sim: %s\n", error.what());
    return exit_configuration;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "actorbot-sim: %s\n", error.what());
    return exit_failure;
  }
}
