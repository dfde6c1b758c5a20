#include "venues/paper/descriptor.hpp"

#include "venues/aster/descriptor.hpp"
#include "venues/paper/embedded.hpp"

namespace actorbot::venues::paper {

namespace {

parameter_table make_parameters() {
  const auto row
      = [](std::string name, parameter_kind kind, std::string standard, std::string help) {
          parameter p;
          p.name = std::move(name);
          p.kind = kind;
          p.default_text = std::move(standard);
          p.help = std::move(help);
          return p;
        };
  parameter_table table{
      row("balance", parameter_kind::money, "10000", "money on the paper account at the start"),
      row("maker_fee", parameter_kind::ratio, "0bps", "fee of a resting order, of its notional"),
      row("taker_fee", parameter_kind::ratio, "3.5bps", "fee of an order that takes"),
      row("latency", parameter_kind::time_span, "2ms", "one way, between bot and exchange"),
      row("jitter", parameter_kind::time_span, "1ms", "added to the latency, at most"),
      row("seed", parameter_kind::integer, "1", "of the synthetic market and the network"),
      row("data", parameter_kind::text, "synthetic",
          "\"synthetic\", or the path of a recording (Binance raw lines, gzip)"),
  };
  table[5].minimum = "0";
  return table;
}

/// The session as Aster's client wants it: V1, the paper account's key.
session_settings as_aster(const session_settings& settings) {
  auto result = settings;
  result.environment = "local";
  result.parameters = {};
  result.parameters.set("api", std::string{"v1"});
  result.parameters.set("api_key", std::string{paper_key::api_key});
  result.parameters.set("api_secret", std::string{paper_key::api_secret});
  return result;
}

descriptor make() {
  const auto& aster = aster::describe();
  descriptor d;
  d.name = "paper";
  d.help = "an exchange inside this process: no account, no key, no money";
  d.parameters = make_parameters();
  d.can = aster.can;
  d.make_market_data
      = [&aster](const session_settings& s) { return aster.make_market_data(as_aster(s)); };
  d.make_account = [&aster](const session_settings& s) { return aster.make_account(as_aster(s)); };
  d.embed = [](net::memory::driver& clock, const session_settings& s) {
    return make_exchange(clock, s);
  };
  return d;
}

} // namespace

const descriptor& describe() {
  static const descriptor d = make();
  return d;
}

} // namespace actorbot::venues::paper
