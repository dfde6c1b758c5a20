#include "tools/actorbot/arguments.hpp"

#include "config/load.hpp"
#include "tools/actorbot/assemble.hpp"

#include <cstdio>

namespace actorbot::tools {

namespace {

struct option_text {
  const char* spelling;
  const char* type;
  const char* help;
};

constexpr option_text value_options[] = {
    {"--ticker", "NAME", "base asset, e.g. BTC; the one option that is always needed"},
    {"--venue", "KIND", "where to trade (default paper); see `actorbot venues`"},
    {"--exchange", "KIND", "the same, as the classic bots called it"},
    {"--exchanges", "KIND,KIND", "for strategies over several venues"},
    {"--strategy", "KIND", "what to do (default grid); see `actorbot strategies`"},
    {"--quantity", "SIZE", "size of an order in base units, e.g. 0.01"},
    {"--take-profit", "RATIO", "distance of the closing order, with its unit: 0.08% or 8bps"},
    {"--direction", "SIDE", "buy or sell"},
    {"--max-orders", "COUNT", "highest number of resting closing orders"},
    {"--wait-time", "TIME", "cool-down between entries: 35s (a bare number is seconds here)"},
    {"--grid-step", "RATIO", "least distance between closing orders: 0.06%"},
    {"--target-exposure", "SIZE", "funding arbitrage: size of each leg"},
    {"--min-profit-rate", "RATIO", "funding arbitrage: least profit to enter for"},
    {"--environment", "NAME", "mainnet (needs --live), testnet or local"},
    {"--rest", "URL", "for environment local: https://localhost:9443"},
    {"--ws", "URL", "for environment local: wss://localhost:9443"},
    {"--ca-file", "FILE", "extra trusted certificate authority (PEM)"},
    {"--env-file", "FILE", "file with KEY=VALUE lines for secrets"},
    {"--on-stop", "ACTION", "keep, cancel or flatten"},
    {"--state-dir", "FOLDER", "where the bot keeps its state (default state)"},
};

constexpr option_text list_options[] = {
    {"--set", "KEY=VALUE", "any key of the strategy, or risk.KEY, bot.KEY, venue.KEY; repeatable"},
    {"--strategy-params", "KEY=VALUE", "keys of the strategy, as the classic bots had it"},
};

constexpr option_text flag_options[] = {
    {"--random-timing", "", "vary the cool-down"},
    {"--dynamic-profit", "", "vary the take-profit"},
    {"--boost", "", "close at market at once"},
    {"--live", "", "allow trading with real money on mainnet"},
};

std::string key_of(const option_text& option) { return option.spelling + 2; }

} // namespace

void configuration_source::add_to(CLI::App& command, const std::string& examples) {
  command.add_option("file", file_, "configuration file (bot.toml); without it, the short form")
      ->type_name("FILE");
  for (const auto& option : value_options) {
    values_.push_back(std::make_unique<value_option>());
    values_.back()->name = key_of(option);
    command.add_option(option.spelling, values_.back()->values, option.help)
        ->type_name(option.type)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::Throw)
        ->allow_extra_args(false)
        ->group("Short form");
  }
  for (const auto& option : list_options) {
    values_.push_back(std::make_unique<value_option>());
    values_.back()->name = key_of(option);
    command.add_option(option.spelling, values_.back()->values, option.help)
        ->type_name(option.type)
        ->group("Short form");
  }
  for (const auto& option : flag_options) {
    flags_.push_back(std::make_unique<flag_option>());
    flags_.back()->name = key_of(option);
    command.add_flag(option.spelling, flags_.back()->set, option.help)->group("Short form");
  }
  std::string footer = "Without a file, on a paper venue, these are filled in:\n";
  for (const auto& row : config::short_form_defaults())
    footer += "  " + row.key + " = " + row.text + "  (" + row.help + ")\n";
  command.footer(footer + "\nExamples:\n" + examples);
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

std::string configuration_source::conflict() const {
  const auto options = given();
  if (!file_.empty())
    return options.empty()
               ? ""
               : options.front().origin
                     + " cannot be combined with a configuration file; write it into " + file_;
  std::string where;
  for (const auto& option : options) {
    if (option.key != "venue" && option.key != "exchange" && option.key != "exchanges")
      continue;
    if (!where.empty())
      return where + " and " + option.origin + " both say where to trade; give one of them";
    where = option.origin;
  }
  return {};
}

std::optional<config::bot_config> configuration_source::load() const {
  const auto kinds = known_kinds();
  const auto result
      = file_.empty() ? config::from_short_form(given(), kinds) : config::load_file(file_, kinds);
  for (const auto& error : result.errors)
    std::fprintf(stderr, "%s\n", config::to_string(error).c_str());
  return result.config;
}

} // namespace actorbot::tools
