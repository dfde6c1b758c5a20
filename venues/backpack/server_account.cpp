#include "venues/backpack/server_account.hpp"

#include <algorithm>
#include <limits>

namespace actorbot::venues::backpack::server {

namespace {

/// Of no meaning here, printed because the venue prints it.
constexpr std::uint64_t user_ids_from = 1'813'870;

std::uint64_t user_id(exchange::account_id account) {
  return user_ids_from + exchange::index_of(account);
}

void write_function(json_writer& json, std::string_view name, const margin_function& f) {
  json.open_object(name)
      .text("base", f.base)
      .text("factor", f.factor)
      .text("type", "sqrt")
      .close_object();
}

} // namespace

reply account_desk::account(const call& c) {
  const auto& core = state_.core();
  const exchange::market_id any{};
  const auto points = [](decimal fee) { return fee * decimal{10'000}; };
  const auto open = core.open_orders(c.account, std::nullopt).size();
  reply out;
  json_writer{out.body}
      .open_object()
      .flag("autoBorrowSettlements", false)
      .flag("autoLend", false)
      .flag("autoRealizePnl", true)
      .flag("autoRepayBorrows", false)
      .text("borrowLimit", "0")
      .amount("futuresMakerFee", points(core.maker_fee(c.account, any)))
      .amount("futuresTakerFee", points(core.taker_fee(c.account, any)))
      .text("leverageLimit", std::to_string(leverage_limit_))
      .integer("limitOrders", static_cast<std::uint64_t>(open))
      .flag("liquidating", false)
      .text("positionLimit", "0")
      .text("spotMakerFee", "8")
      .text("spotTakerFee", "10")
      .integer("triggerOrders", std::uint64_t{0})
      .close_object();
  return out;
}

reply account_desk::capital(const call& c) {
  reply out;
  json_writer{out.body}
      .open_object()
      .open_object("USDC")
      .amount("available", state_.core().summary(c.account).wallet)
      .text("locked", "0")
      .text("staked", "0")
      .close_object()
      .close_object();
  return out;
}

reply account_desk::collateral(const call& c) {
  parameter_reader read{c.values};
  read.integer("subaccountId", std::numeric_limits<std::uint16_t>::max());
  if (read.failed())
    return *read.failed();
  const auto& core = state_.core();
  const auto s = core.summary(c.account);
  decimal exposure;
  for (std::size_t i = 0; i < core.market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    const auto v = state_.view(c.account, m, core.position(c.account, m));
    exposure += v.mark * v.exposure.value();
  }
  const auto share = [&](decimal part) {
    return exposure.is_zero() ? decimal{}
                              : decimal::divide(part, exposure, rounding::half_even, 10);
  };
  const auto needed = s.position_margin + s.order_margin;
  reply out;
  json_writer json{out.body};
  json.open_object()
      .amount("assetsValue", s.wallet)
      .text("borrowLiability", "0")
      .open_array("collateral")
      .open_object()
      .text("assetMarkPrice", "1")
      .text("availableQuantity", to_string(s.wallet))
      .amount("balanceNotional", s.wallet)
      .amount("collateralValue", s.wallet)
      .text("collateralWeight", "1")
      .text("lendQuantity", "0")
      .text("openOrderQuantity", "0")
      .text("symbol", "USDC")
      .amount("totalQuantity", s.wallet)
      .close_object()
      .close_array()
      .amount("imf", share(needed))
      .text("liabilitiesValue", "0");
  if (exposure.is_zero())
    json.raw("marginFraction", "null");
  else
    json.amount("marginFraction", share(s.equity));
  json.amount("mmf", share(s.maintenance_margin))
      .amount("netEquity", s.equity)
      .amount("netEquityAvailable", s.available)
      .amount("netEquityLocked", needed)
      .amount("netExposureFutures", exposure)
      .amount("pnlUnrealized", s.unrealised)
      .amount("unsettledEquity", s.unrealised)
      .close_object();
  return out;
}

void account_desk::write_position(json_writer& json, const call& c, exchange::market_id market,
                                  bool with_liquidation) const {
  const auto& core = state_.core();
  const auto& f = state_.format(market);
  const auto v = state_.view(c.account, market, core.position(c.account, market));
  const auto liquidation
      = with_liquidation ? core.liquidation_price(c.account, market).value() : decimal{};
  json.open_object()
      .amount("breakEvenPrice", v.break_even)
      .amount("cumulativeFundingPayment", v.funding)
      .text("cumulativeInterest", "0")
      .amount("entryPrice", v.entry)
      .amount("estLiquidationPrice", liquidation)
      .text("imf", f.initial.base);
  write_function(json, "imfFunction", f.initial);
  json.amount("markPrice", v.mark).text("mmf", f.maintenance.base);
  write_function(json, "mmfFunction", f.maintenance);
  json.amount("netCost", v.cost)
      .amount("netExposureNotional", v.mark * v.exposure.value())
      .amount("netExposureQuantity", v.exposure.value())
      .amount("netQuantity", v.size.value())
      .amount("pnlRealized", v.realised)
      .amount("pnlUnrealized", v.unrealised)
      .text("positionId", std::to_string(v.id))
      .raw("subaccountId", "null")
      .text("symbol", f.symbol)
      .integer("userId", user_id(c.account))
      .close_object();
}

reply account_desk::positions(const call& c) {
  parameter_reader read{c.values};
  const auto only = read_optional_market(read, state_.core());
  const bool perps = wants_perps(read, c.values);
  if (read.failed())
    return *read.failed();
  const auto& core = state_.core();
  if (only && core.position(c.account, *only).is_flat())
    return refuse::not_found();
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (std::size_t i = 0; perps && i < core.market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    if ((!only || m == *only) && !core.position(c.account, m).is_flat())
      write_position(json, c, m, only.has_value());
  }
  json.close_array();
  return out;
}

reply account_desk::order_limit(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto direction = read.word("side", "Side", {"Bid", "Ask"});
  if (!direction)
    read.fail(refuse::parameter("side", "parameter is required"));
  const auto limit = read.amount("price");
  const bool reduces = read.flag("reduceOnly");
  if (read.failed())
    return *read.failed();
  const auto& core = state_.core();
  const auto s = *direction == 1U ? side::sell : side::buy;
  const auto held = core.position(c.account, market).size;
  const bool against = s == side::buy ? held.is_negative() : held.is_positive();
  const auto closable = against ? held.abs().value() : decimal{};
  auto most = closable;
  const auto at = limit.value_or(core.prices(market).mark.value());
  if (!reduces && at.is_positive()) {
    const auto value = core.summary(c.account).available
                       * decimal{static_cast<int>(core.leverage(c.account, market))};
    most += decimal::divide(value, at, rounding::down) + closable;
  }
  reply out;
  json_writer json{out.body};
  json.open_object().amount("maxOrderQuantity",
                            most.round_to(core.rules(market).lot, rounding::down));
  if (limit)
    json.amount("price", *limit);
  else
    json.raw("price", "null");
  json.raw("reduceOnly", read.has("reduceOnly") ? (reduces ? "true" : "false") : "null")
      .text("side", side_text(s))
      .text("symbol", state_.format(market).symbol);
  for (const auto* name : {"autoBorrow", "autoBorrowRepay", "autoLendRedeem"})
    json.raw(name, "null");
  json.close_object();
  return out;
}

reply account_desk::funding_payments(const call& c) {
  parameter_reader read{c.values};
  const auto only = read_optional_market(read, state_.core());
  read.integer("subaccountId", std::numeric_limits<std::uint16_t>::max());
  const bool up = read.word("sortDirection", "SortDirection", {"Asc", "Desc"}) == 0U;
  const auto p = read_page(read, 1000);
  if (read.failed())
    return *read.failed();
  std::vector<const exchange::funding_record*> found;
  for (const auto& f : state_.core().funding_payments(c.account))
    if (!only || f.market == *only)
      found.push_back(&f);
  if (!up)
    std::reverse(found.begin(), found.end());
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (std::size_t i = p.offset; i < found.size() && i < p.offset + p.limit; ++i)
    json.open_object()
        .amount("fundingRate", found[i]->rate)
        .text("intervalEndTimestamp", zoneless(found[i]->time, false))
        .amount("quantity", found[i]->amount)
        .integer("subaccountId", std::uint64_t{0})
        .text("symbol", state_.format(found[i]->market).symbol)
        .integer("userId", user_id(c.account))
        .close_object();
  json.close_array();
  add_page_headers(out, p, found.size());
  return out;
}

} // namespace actorbot::venues::backpack::server
