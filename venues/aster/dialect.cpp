#include "venues/aster/dialect.hpp"

#include "venues/aster/server.hpp"

namespace actorbot::venues::aster {

namespace {

using exchange::leverage_bracket;
using exchange::market_rules;

/// What differs between the markets listed by default; the rest is the same for all.
/// Recorded from exchangeInfo, asterdex/API-demo, 2026-01-12.
struct listing {
  const char* base;
  const char* symbol;
  decimal tick, lot, max_quantity, max_market_quantity, min_price, max_price;
};

market_rules rules_of(const listing& l) {
  market_rules r;
  r.symbol = l.symbol;
  r.base = l.base;
  r.quote = "USDT";
  r.tick = l.tick;
  r.lot = l.lot;
  r.min_quantity = quantity{l.lot};
  r.max_quantity = quantity{l.max_quantity};
  r.max_market_quantity = quantity{l.max_market_quantity};
  r.min_price = price{l.min_price};
  r.max_price = price{l.max_price};
  r.min_notional = decimal{5};
  r.price_band_up = "1.02"_d;
  r.price_band_down = "0.98"_d;
  r.market_bound = "0.02"_d;
  r.maker_fee = "0.0001"_d;
  r.taker_fee = "0.00035"_d;
  r.brackets = {
      leverage_bracket{0, 50'000, 100, "0.005"_d, 0},
      leverage_bracket{50'000, 500'000, 50, "0.01"_d, 250},
      leverage_bracket{500'000, 5'000'000, 20, "0.025"_d, 7'750},
      leverage_bracket{5'000'000, 50'000'000, 10, "0.05"_d, 132'750},
  };
  return r;
}

dialect_descriptor make_descriptor() {
  dialect_descriptor out;
  out.name = "aster";
  out.core.quote = "USDT";
  // As large as the venue's own: ids need 64 bits.
  out.core.first_order_id = 17'338'441'758;
  out.core.first_trade_id = 698'759;
  out.core.first_update_id = 156'000'000'000;
  out.core.client_ids = exchange::client_id_rule::unique_open;
  const listing listings[] = {
      {"BTC", "BTCUSDT", "0.1"_d, "0.001"_d, 1'000, 120, 1, 1'000'000},
      {"ETH", "ETHUSDT", "0.1"_d, "0.001"_d, 10'000, 2'000, 1, 100'000},
      {"SOL", "SOLUSDT", "0.01"_d, "0.01"_d, 100'000, 10'000, "0.01"_d, 10'000},
      {"DOGE", "DOGEUSDT", "0.00001"_d, 1, 50'000'000, 5'000'000, "0.00001"_d, 100},
      {"1000PEPE", "1000PEPEUSDT", "0.000001"_d, 1, 100'000'000, 10'000'000, "0.000001"_d, 10},
      {"ASTER", "ASTERUSDT", "0.0001"_d, "0.1"_d, 5'000'000, 500'000, "0.0001"_d, 1'000},
  };
  for (const auto& l : listings)
    out.markets.push_back(rules_of(l));
  out.make = [](exchange::core& core, const dialect_settings& settings, dialect_sink& sink) {
    return std::make_unique<server::aster_server>(core, settings, sink);
  };
  return out;
}

} // namespace

const dialect_descriptor& describe_dialect() {
  static const auto descriptor = make_descriptor();
  return descriptor;
}

} // namespace actorbot::venues::aster
