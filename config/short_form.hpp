#pragma once

#include "config/build.hpp"
#include "config/known_kinds.hpp"

#include <string>
#include <vector>

/// `actorbot run --ticker BTC --strategy grid --venue paper --set wait_time=2s`: a bot of one
/// strategy without a file, and the options of the classic bots.
namespace actorbot::config {

/// One option as it was given; '-' and '_' in the key are the same. A flag has the text "" (true).
struct short_option {
  std::string key;    ///< "take-profit"; "set" and "strategy-params" carry KEY=VALUE in their text
  std::string text;   ///< "0.8%"
  std::string origin; ///< "--take-profit", for errors
};

/// - `strategy` (default grid) and `venue` or `exchange` (default paper) are kinds; `exchanges` is
///   a comma list for strategies over several; `ticker` is made upper case.
/// - Keys of [bot] (`live`, `env-file`, `on-stop`, ...) and of [venues.NAME] (`environment`,
///   `rest`, `ws`, `ca-file`) go there; all others are the strategy's own.
/// - `set` and `strategy-params` take KEY=VALUE for the strategy, and `risk.KEY`, `bot.KEY`,
///   `venue.KEY`, `runtime.KEY`, `report.KEY` for the other sections.
/// - `wait-time` alone may be a bare whole number, in seconds, as it was in the classic bots.
/// Errors name the option.
load_result from_short_form(const std::vector<short_option>& options, const known_kinds& kinds);

/// What the short form fills in when nothing else is said, on paper venues only: a grid that
/// completes cycles within half a minute on the synthetic market. Shown by --help.
struct short_form_default {
  std::string strategy; ///< kind; empty: any
  std::string key;      ///< as for `set`
  std::string text;
  std::string help;
};
const std::vector<short_form_default>& short_form_defaults();

} // namespace actorbot::config
