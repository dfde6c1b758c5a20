#include "venues/grvt/descriptor.hpp"

#include "venues/grvt/account.hpp"
#include "venues/grvt/market_data.hpp"

#include <limits>

namespace actorbot::venues::grvt {

namespace {

using namespace std::chrono_literals;

parameter_table make_parameters() {
  parameter_table table;
  const auto add = [&](std::string name, std::string help, parameter_kind kind, bool required) {
    parameter p;
    p.name = std::move(name);
    p.kind = kind;
    p.help = std::move(help);
    p.required = required;
    table.push_back(std::move(p));
  };
  add("api_key", "API key of a trading account, e.g. env:GRVT_API_KEY", parameter_kind::secret,
      true);
  add("signer_key", "private key whose address is registered as the API key's signer",
      parameter_kind::secret, true);
  add("sub_account_id", "trading account id; unset: the one that the API key belongs to",
      parameter_kind::text, false);
  return table;
}

environment_endpoints hosts(std::string name, const std::string& domain) {
  return {std::move(name),
          {{"edge." + domain, 443, true},
           {"market-data." + domain, 443, true},
           {"trades." + domain, 443, true}}};
}

descriptor make() {
  descriptor d;
  d.name = "grvt";
  d.help = "GRVT perpetual futures (USDT-margined order book)";
  d.parameters = make_parameters();
  d.environments
      = {hosts("mainnet", "grvt.io"), hosts("testnet", "testnet.grvt.io"), {"local", {}}};
  d.roles = {endpoint_role::rest, endpoint_role::rest, endpoint_role::rest};
  d.can.cancel_all = true;
  d.can.dead_man = dead_man_scope::account;
  // The web page uses the numbers below.
  d.can.id_numbers
      = number_range{std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max()};
  // What takes is signed for 60 s; what rests is signed for as long as it may rest, and nothing but
  // the way bounds when it arrives. A second for clocks that run ahead.
  d.can.validity_window = 61s;
  d.can.orders_per_10s = 200;
  d.can.weight_per_minute = weight_limit;
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

} // namespace actorbot::venues::grvt
