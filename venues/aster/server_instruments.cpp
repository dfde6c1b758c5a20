#include "venues/aster/server_market.hpp"
#include "venues/wire/json_writer.hpp"

/// exchangeInfo.
namespace actorbot::venues::aster::server {

namespace {

constexpr std::int64_t far_future_ms = 4'133'404'800'000;
constexpr std::int64_t onboard_ms = 1'627'628'400'000;

void write_limit(json_writer& json, std::string_view type, std::string_view interval,
                 std::int64_t count, std::uint32_t limit) {
  json.open_object()
      .text("rateLimitType", type)
      .text("interval", interval)
      .integer("intervalNum", count)
      .integer("limit", std::uint64_t{limit})
      .close_object();
}

void write_filters(json_writer& json, const exchange::market_rules& r, const market_format& f) {
  const auto market_most = r.max_market_quantity.is_zero() ? r.max_quantity : r.max_market_quantity;
  json.open_array("filters")
      .open_object()
      .amount("minPrice", r.min_price.value())
      .amount("maxPrice", r.max_price.value())
      .text("filterType", "PRICE_FILTER")
      .amount("tickSize", r.tick, f.price_precision)
      .close_object()
      .open_object()
      .amount("stepSize", r.lot)
      .text("filterType", "LOT_SIZE")
      .amount("maxQty", r.max_quantity.value())
      .amount("minQty", r.min_quantity.value())
      .close_object()
      .open_object()
      .amount("stepSize", r.lot)
      .text("filterType", "MARKET_LOT_SIZE")
      .amount("maxQty", market_most.value())
      .amount("minQty", r.min_quantity.value())
      .close_object()
      .open_object()
      .integer("limit", std::uint64_t{r.max_open_orders})
      .text("filterType", "MAX_NUM_ORDERS")
      .close_object()
      .open_object()
      .integer("limit", std::int64_t{10})
      .text("filterType", "MAX_NUM_ALGO_ORDERS")
      .close_object()
      .open_object()
      .amount("notional", r.min_notional)
      .text("filterType", "MIN_NOTIONAL")
      .close_object()
      .open_object()
      .amount("multiplierDown", r.price_band_down, 4)
      .amount("multiplierUp", r.price_band_up, 4)
      .text("ltMultiplierDown", "0")
      .text("multiplierDecimal", "4")
      .text("filterType", "PERCENT_PRICE")
      .text("ltMultiplierUp", "0")
      .close_object()
      .close_array();
}

void write_symbol(json_writer& json, const exchange::core& core, exchange::market_id m,
                  const market_format& f) {
  const auto& r = core.rules(m);
  const auto first = brackets_of(r).front();
  json.open_object()
      .text("symbol", r.symbol)
      .text("pair", r.symbol)
      .text("contractType", "PERPETUAL")
      .integer("deliveryDate", far_future_ms)
      .integer("onboardDate", onboard_ms)
      .text("status", core.is_trading(m) ? "TRADING" : "SETTLING")
      .rounded("maintMarginPercent", first.maintenance_ratio * decimal{100}, 4)
      .rounded("requiredMarginPercent", decimal::divide(decimal{100}, decimal{first.max_leverage}),
               4)
      .text("baseAsset", r.base)
      .text("quoteAsset", r.quote)
      .text("marginAsset", r.quote)
      .integer("pricePrecision", std::int64_t{f.price_precision})
      .integer("quantityPrecision", std::int64_t{f.size_precision})
      .integer("baseAssetPrecision", std::int64_t{8})
      .integer("quotePrecision", std::int64_t{8})
      .text("underlyingType", "COIN")
      .open_array("underlyingSubType")
      .close_array()
      .integer("symbolType", std::int64_t{0})
      .integer("tradingMode", std::int64_t{0})
      .text("name", r.base)
      .text("channel", "")
      .integer("sequenceNo", static_cast<std::int64_t>(10 + exchange::index_of(m)))
      .text("twapMinNotional", "1000")
      .integer("settlePlan", std::int64_t{0})
      .text("triggerProtect", "0.0200")
      .text("liquidationFee", "0.025000")
      .amount("marketTakeBound", r.market_bound)
      .integer("createTime", onboard_ms);
  write_filters(json, r, f);
  // What is served, not all that the venue lists.
  json.raw("orderTypes", R"(["LIMIT","MARKET"])")
      .raw("timeInForce", R"(["GTC","IOC","FOK","GTX"])")
      .close_object();
}

} // namespace

reply market_desk::exchange_info(const call& c) {
  reply out;
  json_writer json{out.body};
  json.open_object()
      .text("timezone", "UTC")
      .integer("serverTime", to_ms(c.now))
      .text("futuresType", "U_MARGINED")
      .open_array("rateLimits");
  write_limit(json, "REQUEST_WEIGHT", "MINUTE", 1, limits_.weight_per_minute);
  write_limit(json, "ORDERS", "MINUTE", 1, limits_.orders_per_minute);
  write_limit(json, "ORDERS", "SECOND", 10, limits_.orders_per_ten_seconds);
  json.close_array()
      .open_array("exchangeFilters")
      .close_array()
      .raw("assets", R"([{"asset":"USDT","marginAvailable":true,"autoAssetExchange":"-10000"}])")
      .open_array("symbols");
  for (std::size_t i = 0; i < state_.core().market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    write_symbol(json, state_.core(), m, state_.format(m));
  }
  json.close_array().close_object();
  return out;
}

/// The spot side lists nothing; clients ask for it all the same.
reply market_desk::spot_exchange_info(const call& c) {
  reply out;
  json_writer{out.body}
      .open_object()
      .text("timezone", "UTC")
      .integer("serverTime", to_ms(c.now))
      .open_array("rateLimits")
      .close_array()
      .open_array("exchangeFilters")
      .close_array()
      .open_array("assets")
      .close_array()
      .open_array("symbols")
      .close_array()
      .close_object();
  return out;
}

} // namespace actorbot::venues::aster::server
