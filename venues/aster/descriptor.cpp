#include "venues/aster/descriptor.hpp"

#include "venues/aster/account.hpp"
#include "venues/aster/market_data.hpp"

namespace actorbot::venues::aster {

namespace {

using namespace std::chrono_literals;

parameter_table make_parameters() {
  parameter_table table;
  parameter api;
  api.name = "api";
  api.kind = parameter_kind::choice;
  api.help = "v3: wallet address and API wallet key (EIP-712); v1: API key and secret (HMAC)";
  api.default_text = "v3";
  api.choices = {"v3", "v1"};
  table.push_back(api);
  const auto add = [&](std::string name, std::string help, parameter_kind kind) {
    parameter p;
    p.name = std::move(name);
    p.kind = kind;
    p.help = std::move(help);
    table.push_back(std::move(p));
  };
  add("user", "v3: address of the account's main wallet (0x...)", parameter_kind::text);
  add("signer_key", "v3: private key of the API wallet (\"agent\") that signs",
      parameter_kind::secret);
  add("api_key", "v1: API key, e.g. env:ASTER_API_KEY", parameter_kind::secret);
  add("api_secret", "v1: API secret, e.g. env:ASTER_SECRET_KEY", parameter_kind::secret);
  return table;
}

descriptor make() {
  descriptor d;
  d.name = "aster";
  d.help = "Aster perpetual futures (USDT-margined order book)";
  d.parameters = make_parameters();
  d.environments = {
      {"mainnet", {{"fapi.asterdex.com", 443, true}, {"fstream.asterdex.com", 443, true}}},
      {"testnet",
       {{"fapi.asterdex-testnet.com", 443, true}, {"fstream5.asterdex-testnet.com", 443, true}}},
      {"local", {}},
  };
  d.can.cancel_all = true;
  d.can.dead_man = dead_man_scope::instrument;
  // V1 refuses a request older than its recvWindow of 5 s, V3 a nonce more than 10 s off; one bound
  // for both, and a second for clocks that run ahead.
  d.can.validity_window = 11s;
  d.can.orders_per_10s = 300;
  d.can.weight_per_minute = 2400;
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

} // namespace actorbot::venues::aster
