#include "tools/actorbot/arguments.hpp"
#include "tools/actorbot/commands.hpp"
#include "tools/actorbot/exit_codes.hpp"

#include "messages/time.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>

using namespace actorbot;
using namespace actorbot::tools;

namespace {

std::string check_duration(const std::string& text) {
  return parse_duration(text) ? "" : "\"" + text + "\" is no length of time; write 60s, 5m or 2h";
}

int dispatch(int argc, char** argv) {
  CLI::App app{"actorbot: trades perpetual futures with strategies of your choice"};
  app.require_subcommand(1);
  app.footer("The first thing to try, with no account and no key:\n"
             "  actorbot run --ticker BTC --strategy grid --venue paper --for 60s\n");

  auto* run_command = app.add_subcommand("run", "trade, until stopped by Ctrl-C or SIGTERM");
  configuration_source run_source;
  run_source.add_to(*run_command);
  std::string run_for;
  run_options options;
  run_command->add_option("--for", run_for, "stop by itself after this time: 60s, 5m, 2h")
    ->check(CLI::Validator{check_duration, "TIME"});
  run_command->add_option("--report", options.report_file, "write a JSON summary at the end");

  auto* check_command
    = app.add_subcommand("check", "find every mistake in a configuration; place no order");
  configuration_source check_source;
  check_source.add_to(*check_command);
  check_options checks;
  check_command->add_flag("--connect", checks.connect,
                          "log in, read-only: balances, positions, clock offset, limits");
  check_command->add_flag("--print", checks.print, "show the effective configuration");

  auto* strategies_command
    = app.add_subcommand("strategies", "the kinds of strategies and their parameters");
  auto* venues_command = app.add_subcommand("venues", "the kinds of venues and their parameters");
  auto* version_command = app.add_subcommand("version", "print the version");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  if (*version_command) {
    std::printf("actorbot %s\n", ACTORBOT_VERSION);
    return exit_ok;
  }
  if (*strategies_command)
    return list_strategies();
  if (*venues_command)
    return list_venues();
  const auto config = (*run_command ? run_source : check_source).load();
  if (!config)
    return exit_configuration;
  if (*check_command)
    return check(*config, checks);
  if (!run_for.empty())
    options.run_for = parse_duration(run_for);
  return tools::run(*config, options);
}

} // namespace

int main(int argc, char** argv) {
  // A peer that went away is an error of a write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return dispatch(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "actorbot: %s\n", error.what());
    return exit_failure;
  }
}
