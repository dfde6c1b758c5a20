#pragma once

#include "config/error.hpp"
#include "config/known_kinds.hpp"
#include "config/load.hpp"

#include <string>
#include <vector>

/// Kinds that look like the real ones, so that these tests need neither venues nor strategies.
namespace fake {

using namespace actorbot;
using kind = parameter_kind;

inline parameter row(std::string name, kind k, std::string default_text = {}) {
  parameter p;
  p.name = std::move(name);
  p.kind = k;
  p.help = "help for " + p.name;
  p.default_text = std::move(default_text);
  return p;
}

inline parameter required(parameter p) {
  p.required = true;
  return p;
}

inline parameter_table grid_table() {
  auto quantity = required(row("quantity", kind::size));
  quantity.minimum = "0.000001";
  auto direction = required(row("direction", kind::choice));
  direction.choices = {"buy", "sell"};
  auto beyond = row("no_entry_beyond", kind::quote_price);
  beyond.aliases = {"pause_price"};
  auto boost = row("boost", kind::boolean, "false");
  boost.aliases = {"boost_mode"};
  auto orders = row("max_orders", kind::integer, "40");
  orders.minimum = "1";
  return {quantity,
          required(row("take_profit", kind::ratio)),
          direction,
          orders,
          row("wait_time", kind::time_span, "450s"),
          row("grid_step", kind::ratio, "-100%"),
          row("random_timing", kind::boolean, "false"),
          row("dynamic_profit", kind::boolean, "false"),
          beyond,
          boost};
}

inline config::known_kinds kinds() {
  config::known_kinds k;
  k.venues["paper"] = {{row("seed", kind::integer, "1")}, {}, true};
  k.venues["aster"]
      = {{required(row("api_key", kind::secret, "env:ASTER_API_KEY")),
          required(row("secret_key", kind::secret, "env:ASTER_SECRET_KEY")),
          row("passphrase", kind::secret, "env:ASTER_PASSPHRASE"), row("api", kind::text, "v3"),
          row("api_secret", kind::secret), row("recv_window", kind::time_span, "5s")},
         {"mainnet", "testnet", "local"},
         false};
  config::strategy_kind grid{grid_table(), 1, 1, {}};
  grid.validate = [](const parameter_values& v) {
    std::vector<std::string> out;
    if (v.boolean("boost") && v.number("take_profit").is_positive())
      out.push_back("boost closes at market: take_profit must be 0%");
    return out;
  };
  k.strategies["grid"] = grid;
  k.strategies["funding_arbitrage"] = {{required(row("target", kind::money))}, 2, 4, {}};
  return k;
}

inline const std::string& paper_text() {
  static const std::string text = R"([bot]
name = "demo"

[venues.paper]

[strategies.grid]
venue = "paper"
ticker = "BTC"
quantity = 0.00273
take_profit = "0.08%"
direction = "buy"
)";
  return text;
}

/// The same with more lines at the end of [strategies.grid].
inline std::string paper_with(const std::string& line) { return paper_text() + line + '\n'; }

inline config::load_result load(const std::string& text) {
  return config::load_text(text, "bot.toml", kinds());
}

/// Errors as the operator sees them, one a line.
inline std::string errors_of(const config::load_result& result) {
  std::string out;
  for (const auto& e : result.errors)
    out += to_string(e) + '\n';
  return out;
}

inline std::string errors_of(const std::string& text) { return errors_of(load(text)); }

} // namespace fake
