#include "venues/backpack/descriptor.hpp"

#include "venues/backpack/account.hpp"
#include "venues/backpack/market_data.hpp"

namespace actorbot::venues::backpack {

namespace {

using namespace std::chrono_literals;

parameter_table make_parameters() {
  parameter_table table;
  const auto add = [&](std::string name, std::string help) {
    parameter p;
    p.name = std::move(name);
    p.kind = parameter_kind::secret;
    p.help = std::move(help);
    table.push_back(std::move(p));
  };
  add("api_secret", "API secret (base64 of the Ed25519 seed), e.g. env:BACKPACK_API_SECRET");
  add("api_key", "API key; not needed, but when it is given it has to belong to the secret");
  return table;
}

descriptor make() {
  descriptor d;
  d.name = "backpack";
  d.help = "Backpack perpetual futures (USDC-margined order book)";
  d.parameters = make_parameters();
  d.environments = {
      {"mainnet", {{"api.backpack.exchange", 443, true}, {"ws.backpack.exchange", 443, true}}},
      {"local", {}},
  };
  d.can.cancel_all = true;
  d.can.id_numbers = number_range{1, 0xffff'ffff};
  // A request is refused 5 s (its X-Window) after its timestamp. A second for an error of our idea
  // of the venue's clock; the rest because absence is read from histories, which are written after
  // the fact (how long after is not documented).
  d.can.validity_window = 10s;
  d.can.weight_per_minute = requests_per_minute;
  d.make_market_data = [](const session_settings& s) -> std::unique_ptr<market_data_protocol> {
    return std::make_unique<market_data>(s);
  };
  d.make_account = [](const session_settings& s) -> std::unique_ptr<account_protocol> {
    return std::make_unique<account>(s);
  };
  return d;
}

} // namespace

const descriptor& describe() {
  static const descriptor d = make();
  return d;
}

} // namespace actorbot::venues::backpack
