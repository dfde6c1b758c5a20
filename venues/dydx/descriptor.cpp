#include "venues/dydx/descriptor.hpp"

#include "venues/dydx/account.hpp"
#include "venues/dydx/market_data.hpp"
#include "venues/dydx/session.hpp"

namespace actorbot::venues::dydx {

namespace {

using namespace std::chrono_literals;

parameter_table make_parameters() {
  parameter_table table;
  const auto add = [&](std::string name, std::string help, parameter_kind kind) -> parameter& {
    parameter p;
    p.name = std::move(name);
    p.kind = kind;
    p.help = std::move(help);
    return table.emplace_back(std::move(p));
  };
  add("mnemonic", "the account's words (12 to 24), e.g. env:DYDX_MNEMONIC", parameter_kind::secret);
  add("private_key", "instead of the words: the private key, 64 hex digits",
      parameter_kind::secret);
  add("address", "dydx1...: checked against the key; with a permissioned key the account traded",
      parameter_kind::text);
  auto& authenticator = add(
      "authenticator", "id of the permission that the account gave this key (permissioned key)",
      parameter_kind::integer);
  authenticator.minimum = "0";
  auto& subaccount = add("subaccount", "number of the subaccount", parameter_kind::integer);
  subaccount.default_text = "0";
  subaccount.minimum = "0";
  subaccount.maximum = "128000";
  auto& resting
      = add("resting_orders",
            "GTC orders: long_term (in the chain's state) or short_term (about 20 blocks)",
            parameter_kind::choice);
  resting.default_text = "long_term";
  resting.choices = {"long_term", "short_term"};
  add("chain_id", "the chain, where the environment does not tell (a local network)",
      parameter_kind::text);
  return table;
}

descriptor make() {
  descriptor d;
  d.name = "dydx";
  d.help = "dYdX v4 perpetual futures (dYdX Chain, USDC-margined order book)";
  d.parameters = make_parameters();
  d.environments = {
      {"mainnet",
       {{"indexer.dydx.trade", 443, true},
        {"indexer.dydx.trade", 443, true},
        {"oegs.dydx.trade", 443, true}}},
      {"testnet",
       {{"indexer.v4testnet.dydx.exchange", 443, true},
        {"indexer.v4testnet.dydx.exchange", 443, true},
        {"oegs-testnet.dydx.exchange", 443, true}}},
      {"local", {}},
  };
  d.roles = {endpoint_role::rest, endpoint_role::stream, endpoint_role::rest};
  d.can.id_numbers = number_range{1, 0xffff'ffff};
  // A short-term order is dead after at most 20 blocks of about 1.5 s, a long-term one's nonce after
  // 30 s; and time for the Indexer to say so.
  d.can.validity_window = 45s;
  // 2 long-term orders a block and 20 in 100 blocks; code 5001 beyond.
  d.can.orders_per_10s = 20;
  d.can.weight_per_minute = node_requests_per_minute;
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

} // namespace actorbot::venues::dydx
