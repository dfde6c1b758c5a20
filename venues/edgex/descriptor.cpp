#include "venues/edgex/descriptor.hpp"

#include "venues/edgex/account.hpp"
#include "venues/edgex/market_data.hpp"
#include "venues/edgex/session.hpp"

namespace actorbot::venues::edgex {

namespace {

using namespace std::chrono_literals;

parameter_table make_parameters() {
  parameter_table table;
  parameter api;
  api.name = "api";
  api.kind = parameter_kind::choice;
  api.help
      = "v2: API key with secret and passphrase (HMAC), orders signed by a signer key (EIP-712)";
  api.default_text = "v2";
  api.choices = {"v2"};
  table.push_back(api);
  const auto add = [&](std::string name, std::string help, parameter_kind kind) {
    parameter p;
    p.name = std::move(name);
    p.kind = kind;
    p.help = std::move(help);
    table.push_back(std::move(p));
  };
  add("account_id", "number of the trading account", parameter_kind::text);
  add("api_key", "API key, e.g. env:EDGEX_API_KEY", parameter_kind::secret);
  add("api_secret", "API secret, e.g. env:EDGEX_API_SECRET", parameter_kind::secret);
  add("api_passphrase", "API passphrase, e.g. env:EDGEX_API_PASSPHRASE", parameter_kind::secret);
  add("signer_key", "private key of the \"SDK signer\" that signs orders", parameter_kind::secret);
  return table;
}

descriptor make() {
  descriptor d;
  d.name = "edgex";
  d.help = "EdgeX perpetual futures (USDC-margined order book)";
  d.parameters = make_parameters();
  d.environments = {
      {"mainnet",
       {{"edgex-prod-v2.edgex.exchange", 443, true},
        {"edgex-quote-prod-v2.edgex.exchange", 443, true}}},
      {"local", {}},
  };
  d.can.cancel_all = true;
  // A request more than 60 s off is refused; a second for the error of our clock offset, and one.
  d.can.validity_window = 62s;
  // Unpublished; below what public clients were seen to be allowed.
  d.can.orders_per_10s = 25;
  d.can.weight_per_minute = weight_per_minute;
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

} // namespace actorbot::venues::edgex
