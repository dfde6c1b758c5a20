#include "venues/grvt/dialect.hpp"

#include "venues/grvt/server.hpp"

namespace actorbot::venues::grvt {

namespace {

using exchange::leverage_bracket;
using exchange::market_rules;

/// BTC and AAVE as recorded from the venue in January 2026; the others have steps that fit
/// their prices.
struct listing {
  const char* base;
  decimal tick, lot, max_position, min_notional;
};

market_rules rules_of(const listing& l) {
  market_rules r;
  r.symbol = std::string{l.base} + "_USDT_Perp";
  r.base = l.base;
  r.quote = "USDT";
  r.tick = l.tick;
  r.lot = l.lot;
  r.min_quantity = quantity{l.lot};
  r.max_quantity = quantity{l.max_position};
  r.min_price = price{l.tick};
  r.max_price = price{10'000'000};
  r.min_notional = l.min_notional;
  r.price_band_up = "1.1"_d;
  r.price_band_down = "0.9"_d;
  r.market_bound = "0.05"_d;
  // The lowest tier as observed: a rebate of 0.0001 %, a fee of 0.045 %.
  r.maker_fee = "-0.000001"_d;
  r.taker_fee = "0.00045"_d;
  r.default_leverage = 10;
  r.brackets = {
      leverage_bracket{0, 600'000, 50, "0.01"_d, 0},
      leverage_bracket{600'000, 3'000'000, 25, "0.02"_d, 6'000},
      leverage_bracket{3'000'000, 0, 10, "0.05"_d, 96'000},
  };
  return r;
}

dialect_descriptor make_descriptor() {
  dialect_descriptor out;
  out.name = "grvt";
  out.core.quote = "USDT";
  out.core.first_order_id = 1'713'449'052;
  out.core.first_trade_id = 74'150'425;
  out.core.first_update_id = 1;
  // The dialect knows the ids of orders on their way, too.
  out.core.client_ids = exchange::client_id_rule::any;
  const listing listings[] = {
      {"BTC", "0.1"_d, "0.001"_d, 1'000, 100},    {"ETH", "0.01"_d, "0.01"_d, 10'000, 20},
      {"SOL", "0.01"_d, "0.1"_d, 100'000, 5},     {"AAVE", "0.01"_d, "0.1"_d, 3'000, 5},
      {"BNB", "0.1"_d, "0.1"_d, 10'000, 5},       {"XRP", "0.0001"_d, 1, 10'000'000, 5},
      {"DOGE", "0.00001"_d, 1, 50'000'000, 5},    {"LINK", "0.001"_d, "0.1"_d, 500'000, 5},
      {"HYPE", "0.001"_d, "0.1"_d, 500'000, 5},   {"KPEPE", "0.0000001"_d, 1, 500'000'000, 5},
      {"KBONK", "0.000001"_d, 1, 500'000'000, 5},
  };
  for (const auto& l : listings)
    out.markets.push_back(rules_of(l));
  out.make = [](exchange::core& core, const dialect_settings& settings, dialect_sink& sink) {
    return std::make_unique<server::grvt_server>(core, settings, sink);
  };
  return out;
}

} // namespace

const dialect_descriptor& describe_dialect() {
  static const auto descriptor = make_descriptor();
  return descriptor;
}

} // namespace actorbot::venues::grvt
