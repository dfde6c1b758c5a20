#include "tools/actorbot/arguments.hpp"

#include "config/load.hpp"
#include "tools/actorbot/assemble.hpp"

#include <cstdio>

namespace actorbot::tools {

namespace {

struct option_text {
  const char* spelling;
  const char* help;
};

constexpr option_text value_options[] = {
  {"--venue,--exchange", "kind of venue (default paper); see `actorbot venues`"},
  {"--strategy", "kind of strategy (default grid); see `actorbot strategies`"},
  {"--ticker", "base asset, e.g. BTC"},
  {"--quantity", "size of an order in base units, e.g. 0.01"},
  {"--take-profit", "distance of the closing order, with its unit: 0.08% or 8bps"},
  {"--direction", "buy or sell"},
  {"--max-orders", "highest number of resting closing orders"},
  {"--wait-time", "cool-down between entries: 35s (a bare number is seconds here)"},
  {"--grid-step", "least distance between closing orders: 0.06%"},
  {"--environment", "mainnet (needs --live), testnet or local"},
  {"--rest", "for environment local: https://localhost:9443"},
  {"--ws", "for environment local: wss://localhost:9443"},
  {"--ca-file", "extra trusted certificate authority (PEM)"},
  {"--env-file", "file with KEY=VALUE lines for secrets"},
  {"--on-stop", "keep, cancel or flatten"},
  {"--state-dir", "where the bot keeps its state (default state)"},
  {"--exchanges", "comma list of venues, for strategies over several"},
  {"--target-exposure", "funding arbitrage: size of each leg"},
  {"--min-profit-rate", "funding arbitrage: least profit to enter for"},
};

constexpr option_text list_options[] = {
  {"--set", "KEY=VALUE for the strategy, or risk.KEY, bot.KEY, venue.KEY; may be repeated"},
  {"--strategy-params", "KEY=VALUE ..., as the classic bots had it"},
};

constexpr option_text flag_options[] = {
  {"--random-timing", "vary the cool-down"},
  {"--dynamic-profit", "vary the take-profit"},
  {"--boost", "close at market at once"},
  {"--live", "allow trading with real money on mainnet"},
};

std::string first_name(const char* spelling) {
  const std::string text = spelling;
  return text.substr(2, text.find(',') - 2);
}

} // namespace

void configuration_source::add_to(CLI::App& command) {
  command.add_option("file", file_, "configuration file (bot.toml); without it, the short form");
  for (const auto& option : value_options) {
    values_.push_back(std::make_unique<value_option>());
    values_.back()->name = first_name(option.spelling);
    command.add_option(option.spelling, values_.back()->values, option.help)
      ->expected(1)
      ->allow_extra_args(false)
      ->group("Short form");
  }
  for (const auto& option : list_options) {
    values_.push_back(std::make_unique<value_option>());
    values_.back()->name = first_name(option.spelling);
    command.add_option(option.spelling, values_.back()->values, option.help)->group("Short form");
  }
  for (const auto& option : flag_options) {
    flags_.push_back(std::make_unique<flag_option>());
    flags_.back()->name = first_name(option.spelling);
    command.add_flag(option.spelling, flags_.back()->set, option.help)->group("Short form");
  }
  std::string defaults = "Without a file, on a paper venue, these are filled in:\n";
  for (const auto& row : config::short_form_defaults())
    defaults += "  " + row.key + " = " + row.text + "  (" + row.help + ")\n";
  command.footer(defaults);
}

std::vector<config::short_option> configuration_source::given() const {
  std::vector<config::short_option> result;
  for (const auto& option : values_)
    for (const auto& value : option->values)
      result.push_back({option->name, value, "--" + option->name});
  for (const auto& option : flags_)
    if (option->set)
      result.push_back({option->name, "", "--" + option->name});
  return result;
}

std::optional<config::bot_config> configuration_source::load() const {
  const auto kinds = known_kinds();
  const auto options = given();
  if (!file_.empty() && !options.empty()) {
    std::fprintf(stderr,
                 "%s cannot be combined with a configuration file; write it into %s\n",
                 options.front().origin.c_str(), file_.c_str());
    return std::nullopt;
  }
  const auto result
    = file_.empty() ? config::from_short_form(options, kinds) : config::load_file(file_, kinds);
  for (const auto& error : result.errors)
    std::fprintf(stderr, "%s\n", config::to_string(error).c_str());
  return result.config;
}

} // namespace actorbot::tools
