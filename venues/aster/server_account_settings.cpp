#include "venues/aster/server_account.hpp"
#include "venues/aster/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

/// Leverage, margin and modes. The core knows cross margin and one-way positions only: a switch to
/// anything else is refused as unsupported, and asking for what is already set is refused as the
/// venue does it.
namespace actorbot::venues::aster::server {

namespace {

constexpr std::uint64_t highest_leverage = 125;

reply success() { return reply{R"({"code":200,"msg":"success"})"}; }

bool has_position(const exchange::core& core, exchange::account_id a) {
  for (std::size_t i = 0; i < core.market_count(); ++i)
    if (!core.position(a, static_cast<exchange::market_id>(i)).is_flat())
      return true;
  return false;
}

} // namespace

reply account_desk::set_leverage(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto wanted = read.integer("leverage");
  if (read.failed())
    return *read.failed();
  const auto invalid = failure{-4028, "Leverage " + std::to_string(wanted) + " is not valid"};
  if (wanted < 1 || wanted > highest_leverage)
    return invalid;
  const auto leverage = static_cast<std::uint16_t>(wanted);
  auto& core = state_.core();
  const auto before = core.leverage(c.account, market);
  const auto code = core.set_leverage(c.now, c.account, market, leverage);
  if (code == exchange::reject_code::bad_leverage)
    return invalid;
  if (code != exchange::reject_code::none)
    return failure{-2028, "Leverage is smaller than permitted: insufficient margin balance."};
  if (before != leverage)
    leverage_changed_(c.now, c.account, market, leverage);
  reply out;
  json_writer{out.body}
      .open_object()
      .integer("leverage", std::uint64_t{leverage})
      .amount("maxNotionalValue", max_notional(core.rules(market), leverage))
      .text("symbol", state_.format(market).symbol)
      .close_object();
  return out;
}

reply account_desk::set_margin_type(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto type = read.text("marginType");
  if (read.failed())
    return *read.failed();
  if (type == "CROSSED")
    return failure{-4046, "No need to change margin type."};
  if (type != "ISOLATED")
    return refuse::bad_data("marginType");
  if (!state_.core().open_orders(c.account, market).empty())
    return failure{-4047, "Margin type cannot be changed if there exists open orders."};
  if (!state_.core().position(c.account, market).is_flat())
    return failure{-4048, "Margin type cannot be changed if there exists position."};
  return refuse::unsupported("isolated margin");
}

reply account_desk::change_position_margin(const call& c) {
  parameter_reader read{c.values};
  read_market(read, state_.core());
  read.number("amount");
  const auto type = read.integer("type");
  if (type != 1 && type != 2)
    read.fail(refuse::bad_data("type"));
  if (read.failed())
    return *read.failed();
  return refuse::unsupported("isolated margin");
}

reply account_desk::position_mode(const call&) { return reply{R"({"dualSidePosition":false})"}; }

reply account_desk::set_position_mode(const call& c) {
  parameter_reader read{c.values};
  const bool hedge = read.flag("dualSidePosition");
  if (read.failed())
    return *read.failed();
  if (!hedge)
    return failure{-4059, "No need to change position side."};
  if (!state_.core().open_orders(c.account, std::nullopt).empty())
    return failure{-4067, "Position side cannot be changed if there exists open orders."};
  if (has_position(state_.core(), c.account))
    return failure{-4068, "Position side cannot be changed if there exists position."};
  return refuse::unsupported("hedge mode");
}

reply account_desk::assets_mode(const call&) { return reply{R"({"multiAssetsMargin":false})"}; }

reply account_desk::set_assets_mode(const call& c) {
  parameter_reader read{c.values};
  const bool multi = read.flag("multiAssetsMargin");
  if (read.failed())
    return *read.failed();
  return multi ? reply{refuse::unsupported("multi-assets mode")} : success();
}

reply account_desk::self_trade_mode(const call& c) {
  reply out;
  json_writer{out.body}
      .open_object()
      .text("stpMode", self_trade_text(state_.account(c.account).self_trade))
      .close_object();
  return out;
}

reply account_desk::set_self_trade_mode(const call& c) {
  parameter_reader read{c.values};
  const auto mode = self_trade_named(read.text("stpMode"));
  if (!mode)
    read.fail(refuse::bad_data("stpMode"));
  if (read.failed())
    return *read.failed();
  state_.account(c.account).self_trade = *mode;
  return success();
}

reply account_desk::openable_notional(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto leverage = read.integer("leverage");
  if (leverage < 1 || leverage > highest_leverage)
    read.fail({-4028, "Leverage " + std::to_string(leverage) + " is not valid"});
  if (read.failed())
    return *read.failed();
  const auto& core = state_.core();
  const auto held = notional(core.prices(market).mark, core.position(c.account, market).size.abs());
  const auto most = max_notional(core.rules(market), static_cast<std::uint16_t>(leverage));
  reply out;
  json_writer{out.body}
      .open_object()
      .text("symbol", state_.format(market).symbol)
      .amount("remainingOpenableNotionalValue", std::max(decimal{}, most - held))
      .close_object();
  return out;
}

} // namespace actorbot::venues::aster::server
