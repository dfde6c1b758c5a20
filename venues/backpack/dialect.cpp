#include "venues/backpack/dialect.hpp"

#include "venues/backpack/server.hpp"

namespace actorbot::venues::backpack {

namespace {

using exchange::market_rules;

/// What differs between the markets listed by default. BTC and SOL as recorded from /api/v1/markets
/// (2026-08-05 and 2025-07); steps of ETH from recorded orders; the rest as for SOL.
struct listing {
  const char* base;
  decimal tick, lot, min_price, max_price;
  std::uint16_t max_leverage; ///< 1 / base of the initial margin function
  decimal maintenance;
};

market_rules rules_of(const listing& l) {
  market_rules r;
  r.base = l.base;
  r.quote = "USDC";
  r.symbol = r.base + "_USDC_PERP";
  r.tick = l.tick;
  r.lot = l.lot;
  r.min_quantity = quantity{l.lot};
  r.min_price = price{l.min_price};
  r.max_price = price{l.max_price};
  r.price_band_up = server::mean_mark_band_up;
  r.price_band_down = server::mean_mark_band_down;
  r.maker_fee = "0.0002"_d;
  r.taker_fee = "0.0005"_d;
  r.funding_interval = std::chrono::hours{1};
  r.brackets = {{0, 0, l.max_leverage, l.maintenance, 0}};
  r.default_leverage = server::default_leverage_limit;
  return r;
}

dialect_descriptor make_descriptor() {
  dialect_descriptor out;
  out.name = "backpack";
  out.core.quote = "USDC";
  // As large as the venue's own: order ids need 64 bits.
  out.core.first_order_id = 5'406'825'793;
  out.core.first_trade_id = 12'888'471;
  out.core.first_update_id = 1'504'999'670;
  out.core.client_ids = exchange::client_id_rule::unique_open;
  const listing listings[] = {
      {"BTC", "0.1"_d, "0.00001"_d, "0.1"_d, 1'000'000, 75, "0.00666667"_d},
      {"ETH", "0.01"_d, "0.0001"_d, "0.01"_d, 100'000, 50, "0.0125"_d},
      {"SOL", "0.01"_d, "0.01"_d, "0.01"_d, 1'000, 50, "0.0125"_d},
      {"kPEPE", "0.000001"_d, 100, "0.000001"_d, 1, 50, "0.0125"_d},
  };
  for (const auto& l : listings)
    out.markets.push_back(rules_of(l));
  out.make = [](exchange::core& core, const dialect_settings& settings, dialect_sink& sink) {
    return std::make_unique<server::backpack_server>(core, settings, sink);
  };
  return out;
}

} // namespace

const dialect_descriptor& describe_dialect() {
  static const auto descriptor = make_descriptor();
  return descriptor;
}

} // namespace actorbot::venues::backpack
