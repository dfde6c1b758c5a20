#include "venues/paper/embedded.hpp"

#include "venues/aster/dialect.hpp"
#include "venues/exchange/replay.hpp"
#include "venues/exchange/synthetic.hpp"

#include <array>
#include <stdexcept>

namespace actorbot::venues::paper {

namespace {

/// Rules and a believable price of well-known perpetuals; anything else gets `other`.
struct known_market {
  std::string_view ticker;
  decimal price, tick, lot, level_size;
};

const known_market& market_of(std::string_view ticker) {
  static const std::array markets{
      known_market{"BTC", "60000"_d, "0.1"_d, "0.001"_d, "1.5"_d},
      known_market{"ETH", "2500"_d, "0.01"_d, "0.001"_d, "30"_d},
      known_market{"SOL", "150"_d, "0.01"_d, "0.01"_d, "200"_d},
      known_market{"HYPE", "25"_d, "0.001"_d, "0.01"_d, "500"_d},
      known_market{"", "10"_d, "0.001"_d, "0.1"_d, "500"_d},
  };
  for (const auto& market : markets)
    if (market.ticker == ticker)
      return market;
  return markets.back();
}

exchange::market_rules rules_of(const std::string& ticker, const parameter_values& parameters) {
  const auto& known = market_of(ticker);
  exchange::market_rules rules;
  rules.symbol = symbol_of(ticker);
  rules.base = ticker;
  rules.quote = "USDT";
  rules.tick = known.tick;
  rules.lot = known.lot;
  rules.min_quantity = quantity{known.lot};
  rules.max_quantity = quantity{decimal::from_int(1'000'000)};
  rules.max_market_quantity = rules.max_quantity;
  rules.min_price = price{known.tick};
  rules.max_price = price{decimal::from_int(10'000'000)};
  rules.min_notional = 5;
  rules.market_bound = "0.02"_d;
  rules.price_band_up = "1.02"_d;
  rules.price_band_down = "0.98"_d;
  rules.maker_fee = parameters.number("maker_fee");
  rules.taker_fee = parameters.number("taker_fee");
  return rules;
}

std::unique_ptr<exchange::market_feed> feed_of(const std::string& ticker, timestamp start,
                                               const parameter_values& parameters) {
  const auto data = parameters.text("data");
  if (data != "synthetic") {
    exchange::replay_options options;
    options.start = start;
    options.loop = true;
    return exchange::make_replay(exchange::open_binance(data), options);
  }
  const auto& known = market_of(ticker);
  exchange::synthetic_options options;
  options.seed = static_cast<std::uint64_t>(parameters.integer("seed"));
  options.start = start;
  options.start_price = price{known.price};
  options.tick = known.tick;
  options.lot = known.lot;
  options.level_size = known.level_size;
  return exchange::make_synthetic(options);
}

class exchange_here final : public embedded_venue {
 public:
  explicit exchange_here(std::shared_ptr<net::memory::host> host)
      : host_{std::move(host)}, transports_{host_->transports()} {
    host_->start();
  }
  ~exchange_here() override { stop(); }
  transport_factory& transports() override { return *transports_; }
  void stop() override { host_->stop(); }

 private:
  std::shared_ptr<net::memory::host> host_;
  std::unique_ptr<transport_factory> transports_;
};

} // namespace

std::string symbol_of(const std::string& ticker) { return ticker + "USDT"; }

std::shared_ptr<embedded_venue> make_exchange(net::memory::driver& clock,
                                              const session_settings& settings) {
  const auto& parameters = settings.parameters;
  auto kind = aster::describe_dialect();
  kind.markets.clear();
  for (const auto& wanted : settings.instruments)
    kind.markets.push_back(rules_of(wanted.ticker, parameters));

  dialect_settings dialect;
  account_provision account;
  account.name = "paper";
  account.credentials = {{"api_key", paper_key::api_key}, {"api_secret", paper_key::api_secret}};
  account.balance = parameters.number("balance");
  dialect.accounts.push_back(account);

  net::memory::host::settings network;
  network.seed = static_cast<std::uint64_t>(parameters.integer("seed"));
  network.latency = parameters.span("latency");
  network.jitter = parameters.span("jitter");
  const auto start = clock.now();
  auto host = net::memory::host::make(clock, network, kind, dialect, [&](exchange::core& core) {
    for (const auto& wanted : settings.instruments)
      core.set_feed(*core.find_market(symbol_of(wanted.ticker)),
                    feed_of(wanted.ticker, start, parameters));
  });
  return std::make_shared<exchange_here>(std::move(host));
}

} // namespace actorbot::venues::paper
