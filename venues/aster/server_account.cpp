#include "venues/aster/server_account.hpp"

#include "venues/wire/json_writer.hpp"

#include <algorithm>

namespace actorbot::venues::aster::server {

namespace {

constexpr int money_places = 8;
constexpr int entry_places = 8;

/// When anything last happened to the wallet.
timestamp updated(const exchange::core& core, exchange::account_id id) {
  const auto lines = core.incomes(id);
  return lines.empty() ? timestamp{} : lines.back().time;
}

void write_asset(json_writer& out, const exchange::account_summary& s, timestamp at) {
  const auto money
      = [&](std::string_view name, decimal value) { out.amount(name, value, money_places); };
  out.open_object().text("asset", "USDT");
  money("walletBalance", s.wallet);
  money("unrealizedProfit", s.unrealised);
  money("marginBalance", s.equity);
  money("maintMargin", s.maintenance_margin);
  money("initialMargin", s.position_margin + s.order_margin);
  money("positionInitialMargin", s.position_margin);
  money("openOrderInitialMargin", s.order_margin);
  money("crossWalletBalance", s.wallet);
  money("crossUnPnl", s.unrealised);
  money("availableBalance", s.available);
  money("maxWithdrawAmount", std::max(decimal{}, std::min(s.available, s.wallet)));
  out.flag("marginAvailable", true).integer("updateTime", to_ms(at)).close_object();
}

void write_position(json_writer& out, const exchange::core& core, const market_format& f,
                    exchange::account_id a, exchange::market_id m) {
  const auto& p = core.position(a, m);
  const auto mark = core.prices(m).mark;
  const auto leverage = core.leverage(a, m);
  const auto position_margin = core.position_margin(a, m);
  const auto order_margin = core.order_margin(a, m);
  out.open_object()
      .text("symbol", f.symbol)
      .amount("initialMargin", position_margin + order_margin, money_places)
      .amount("maintMargin", core.maintenance_margin(a, m), money_places)
      .amount("unrealizedProfit", p.unrealised(mark), money_places)
      .amount("positionInitialMargin", position_margin, money_places)
      .amount("openOrderInitialMargin", order_margin, money_places)
      .text("leverage", std::to_string(leverage))
      .flag("isolated", false)
      .rounded("entryPrice", p.entry().value(), entry_places)
      .amount("maxNotional", max_notional(core.rules(m), leverage))
      .text("positionSide", "BOTH")
      .amount("positionAmt", p.size.value(), f.size_precision)
      .amount("notional", notional(mark, p.size), money_places)
      .text("isolatedWallet", "0")
      .integer("updateTime", to_ms(p.updated))
      .close_object();
}

void write_position_risk(json_writer& out, const exchange::core& core, const market_format& f,
                         exchange::account_id a, exchange::market_id m) {
  const auto& p = core.position(a, m);
  const auto mark = core.prices(m).mark;
  const auto leverage = core.leverage(a, m);
  out.open_object()
      .rounded("entryPrice", p.entry().value(), entry_places)
      .text("marginType", "cross")
      .text("isAutoAddMargin", "false")
      .amount("isolatedMargin", {}, money_places)
      .text("leverage", std::to_string(leverage))
      .rounded("liquidationPrice", core.liquidation_price(a, m).value(), f.average_places)
      .rounded("markPrice", mark.value(), 8)
      .amount("maxNotionalValue", max_notional(core.rules(m), leverage))
      .amount("positionAmt", p.size.value(), f.size_precision)
      .text("symbol", f.symbol)
      .amount("unRealizedProfit", p.unrealised(mark), money_places)
      .text("positionSide", "BOTH")
      .integer("updateTime", to_ms(p.updated))
      .close_object();
}

template <class Writer>
void for_each_market(const exchange::core& core, Writer writer) {
  for (std::size_t i = 0; i < core.market_count(); ++i)
    writer(static_cast<exchange::market_id>(i));
}

} // namespace

reply account_desk::balance(const call& c) {
  const auto s = state_.core().summary(c.account);
  reply out;
  json_writer{out.body}
      .open_array()
      .open_object()
      .text("accountAlias", state_.account(c.account).alias)
      .text("asset", "USDT")
      .amount("balance", s.wallet, money_places)
      .amount("crossWalletBalance", s.wallet, money_places)
      .amount("crossUnPnl", s.unrealised, money_places)
      .amount("availableBalance", s.available, money_places)
      .amount("maxWithdrawAmount", std::max(decimal{}, std::min(s.available, s.wallet)),
              money_places)
      .flag("marginAvailable", true)
      .integer("updateTime", to_ms(updated(state_.core(), c.account)))
      .close_object()
      .close_array();
  return out;
}

reply account_desk::account(const call& c) {
  const auto& core = state_.core();
  const auto s = core.summary(c.account);
  reply out;
  json_writer json{out.body};
  const auto money
      = [&](std::string_view name, decimal value) { json.amount(name, value, money_places); };
  json.open_object()
      .integer("feeTier", std::int64_t{0})
      .flag("canTrade", true)
      .flag("canDeposit", true)
      .flag("canWithdraw", true)
      .integer("updateTime", std::int64_t{0});
  money("totalInitialMargin", s.position_margin + s.order_margin);
  money("totalMaintMargin", s.maintenance_margin);
  money("totalWalletBalance", s.wallet);
  money("totalUnrealizedProfit", s.unrealised);
  money("totalMarginBalance", s.equity);
  money("totalPositionInitialMargin", s.position_margin);
  money("totalOpenOrderInitialMargin", s.order_margin);
  money("totalCrossWalletBalance", s.wallet);
  money("totalCrossUnPnl", s.unrealised);
  money("availableBalance", s.available);
  money("maxWithdrawAmount", std::max(decimal{}, std::min(s.available, s.wallet)));
  json.open_array("assets");
  write_asset(json, s, updated(core, c.account));
  json.close_array().open_array("positions");
  for_each_market(core, [&](exchange::market_id m) {
    write_position(json, core, state_.format(m), c.account, m);
  });
  json.close_array().close_object();
  return out;
}

reply account_desk::positions(const call& c) {
  parameter_reader read{c.values};
  const auto only = read_optional_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  json.open_array();
  for_each_market(state_.core(), [&](exchange::market_id m) {
    if (!only || *only == m)
      write_position_risk(json, state_.core(), state_.format(m), c.account, m);
  });
  json.close_array();
  return out;
}

reply account_desk::commission(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer{out.body}
      .open_object()
      .text("symbol", state_.format(market).symbol)
      .amount("makerCommissionRate", state_.core().maker_fee(c.account, market), 4)
      .amount("takerCommissionRate", state_.core().taker_fee(c.account, market), 4)
      .close_object();
  return out;
}

reply account_desk::brackets(const call& c) {
  parameter_reader read{c.values};
  const auto only = read_optional_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  const auto write = [&](exchange::market_id m) {
    json.open_object().text("symbol", state_.format(m).symbol).open_array("brackets");
    std::int64_t number = 0;
    for (const auto& b : brackets_of(state_.core().rules(m)))
      json.open_object()
          .integer("bracket", ++number)
          .integer("initialLeverage", std::int64_t{b.max_leverage})
          .number("notionalCap", b.notional_cap)
          .number("notionalFloor", b.notional_floor)
          .number("maintMarginRatio", b.maintenance_ratio)
          .number("cum", b.deduction)
          .close_object();
    json.close_array().close_object();
  };
  // One object instead of the list when a symbol was sent: as documented.
  if (only) {
    write(*only);
  } else {
    json.open_array();
    for_each_market(state_.core(), write);
    json.close_array();
  }
  return out;
}

} // namespace actorbot::venues::aster::server
