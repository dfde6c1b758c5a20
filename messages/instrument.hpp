#pragma once

#include "messages/decimal.hpp"
#include "messages/ids.hpp"
#include "messages/order.hpp"

#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace actorbot {

/// A perpetual future as the venue defines it today. Sizes are in base units of the ticker asked
/// for: a venue that lists 1000PEPE gives multiplier 1000 and its protocol converts.
struct instrument {
  instrument_id id;
  std::string ticker; ///< what the configuration says: "BTC"
  std::string symbol; ///< what the venue says: "BTCUSDT"
  std::string quote;  ///< settlement currency: "USDT"
  decimal tick;       ///< prices are whole multiples of this (not always a power of ten)
  decimal lot;        ///< sizes are whole multiples of this
  std::uint8_t significant_figures = 0; ///< of a price; 0 = no such rule
  quantity min_quantity;
  quantity max_quantity;        ///< zero = no bound
  quantity max_market_quantity; ///< zero = no bound
  price min_price;
  price max_price;      ///< zero = no bound
  decimal min_notional; ///< quote currency; not applied to reduce-only orders
  decimal multiplier = 1;
  decimal price_band_up;   ///< a buy above mark * this is refused; zero = no band
  decimal price_band_down; ///< a sell below mark * this is refused; zero = no band
  decimal maker_fee;       ///< fraction of notional; negative = rebate
  decimal taker_fee;
  std::uint16_t max_open_orders = 0; ///< 0 = not stated
  std::uint16_t max_leverage = 0;    ///< 0 = not stated
  bool trading = false;              ///< the venue takes orders for it now

  friend bool operator==(const instrument&, const instrument&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, instrument& x) {
  return f(caf::meta::type_name("instrument"), x.id, x.ticker, x.symbol, x.quote, x.tick, x.lot,
           x.significant_figures, x.min_quantity, x.max_quantity, x.max_market_quantity,
           x.min_price, x.max_price, x.min_notional, x.multiplier, x.price_band_up,
           x.price_band_down, x.maker_fee, x.taker_fee, x.max_open_orders, x.max_leverage,
           x.trading);
}

/// The valid price next to `p` in the direction asked: tick, significant figures and bounds.
price round_price(const instrument& i, price p, rounding mode);

/// Rounded so that the order is never worse than asked: buys down, sells up.
price round_price_passive(const instrument& i, price p, side s);

/// The largest valid size not above `q` (zero when that is below the minimum).
quantity round_quantity_down(const instrument& i, quantity q);

/// Why the venue would refuse this size and price, by the instrument's static rules; empty = fine.
/// `reference` is the price that counts for the notional of a market order.
std::optional<reject_reason> violates_rules(const instrument& i, const order_request& order,
                                            price reference);

} // namespace actorbot
