#include "tools/actorbot/arguments.hpp"
#include "tools/actorbot/commands.hpp"
#include "tools/actorbot/exit_codes.hpp"

#include "config/error.hpp"
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

/// What a slip was probably meant to be, among the commands or the options of the chosen one.
std::string explain(const CLI::App& app, const std::string& word) {
  const auto chosen = app.get_subcommands();
  const auto& scope = chosen.empty() ? app : *chosen.front();
  std::vector<std::string> known;
  if (!word.starts_with("-")) {
    if (!chosen.empty())
      return "unexpected argument " + config::quoted(word);
    for (const auto* command : app.get_subcommands({}))
      known.push_back(command->get_name());
    return "unknown command " + config::quoted(word)
           + config::suggest(word, known, "known commands");
  }
  for (const auto* option : scope.get_options())
    for (const auto& name : option->get_lnames())
      known.push_back("--" + name);
  const auto option = word.substr(0, word.find('='));
  const auto near = config::nearest(option, known);
  return "unknown option " + config::quoted(option)
         + (near ? ", did you mean " + config::quoted(*near) + "?" : "");
}

int wrong_usage(const CLI::App& app, const std::string& text) {
  const auto chosen = app.get_subcommands();
  std::fprintf(stderr, "actorbot: %s\n`actorbot %s--help` lists what there is\n", text.c_str(),
               chosen.empty() ? "" : (chosen.front()->get_name() + " ").c_str());
  return exit_usage;
}

struct command_line {
  CLI::App app{"actorbot: trades perpetual futures with strategies of your choice", "actorbot"};
  CLI::App* run = nullptr;
  CLI::App* check = nullptr;
  CLI::App* strategies = nullptr;
  CLI::App* venues = nullptr;
  CLI::App* version = nullptr;
  configuration_source run_source, check_source;
  std::string run_for;
  run_options running;
  check_options checking;

  command_line() {
    run = app.add_subcommand("run", "trade, until stopped by Ctrl-C or SIGTERM");
    run_source.add_to(*run, "  actorbot run --ticker BTC --for 60s\n"
                            "  actorbot run --ticker BTC --set wait_time=5s --on-stop flatten\n"
                            "  actorbot run bot.toml --for 8h --report report.json\n");
    run->add_option("--for", run_for, "stop by itself after this time: 60s, 5m, 2h")
        ->type_name("TIME")
        ->check(CLI::Validator{check_duration, ""});
    run->add_option("--report", running.report_file, "write a JSON summary at the end")
        ->type_name("FILE");
    check = app.add_subcommand("check", "find every mistake in a configuration; place no order");
    check_source.add_to(*check, "  actorbot check bot.toml\n"
                                "  actorbot check bot.toml --print\n"
                                "  actorbot check bot.toml --connect\n");
    check->add_flag("--connect", checking.connect,
                    "log in, read-only: balances, positions, clock offset, limits");
    check->add_flag("--print", checking.print, "show the effective configuration, without secrets");
    strategies = app.add_subcommand("strategies", "the kinds of strategies and their parameters");
    venues = app.add_subcommand("venues", "the kinds of venues and their parameters");
    version = app.add_subcommand("version", "print the version");
    app.set_version_flag("--version", std::string{"actorbot "} + ACTORBOT_VERSION);
    // After the subcommands, which would take it over.
    app.footer("The first thing to try, with no account and no key:\n"
               "  actorbot run --ticker BTC --strategy grid --venue paper --for 60s\n\n"
               "Exit codes: 0 done, 1 failure, 2 wrong command line, 3 wrong configuration,\n"
               "  4 already running, 5 stopped before all was confirmed, 6 the supervision tree\n"
               "  gave up, 7 could not log in (check --connect)\n");
  }
};

int dispatch(int argc, char** argv) {
  command_line line;
  auto& app = line.app;
  if (argc < 2) {
    std::fputs(app.help().c_str(), stderr);
    return exit_usage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError&) {
    return wrong_usage(app, explain(app, app.remaining(true).front()));
  } catch (const CLI::Success& asked) {
    app.exit(asked);
    return exit_ok;
  } catch (const CLI::ParseError& error) {
    return wrong_usage(app, error.what());
  }
  if (app.get_subcommands().empty())
    return wrong_usage(app, explain(app, argv[1]));
  if (*line.version) {
    std::printf("actorbot %s\n", ACTORBOT_VERSION);
    return exit_ok;
  }
  if (*line.strategies)
    return list_strategies();
  if (*line.venues)
    return list_venues();
  const auto& source = *line.run ? line.run_source : line.check_source;
  if (const auto conflict = source.conflict(); !conflict.empty())
    return wrong_usage(app, conflict);
  const auto config = source.load();
  if (!config)
    return exit_configuration;
  if (*line.check)
    return check(*config, line.checking);
  if (!line.run_for.empty())
    line.running.run_for = parse_duration(line.run_for);
  return tools::run(*config, line.running);
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
