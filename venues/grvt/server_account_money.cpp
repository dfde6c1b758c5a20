#include "venues/grvt/server_account.hpp"

#include <algorithm>

/// Balances and leverage.
namespace actorbot::venues::grvt::server {

reply account_desk::summary(const call& c) const {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  const auto& core = state_.core();
  const auto money = core.summary(f.who->id);
  const auto margin = money.position_margin + money.order_margin;
  // The venue's own formula: a loss that is not realised is not taken off twice.
  const auto available
      = std::max(decimal{}, money.equity - margin - std::min(money.unrealised, decimal{}));
  reply out;
  json_writer json{out.body};
  json.open_object().open_object("result");
  put(json, "event_time", c.now);
  json.text("sub_account_id", f.who->sub_account_text)
      .text("margin_type", "SIMPLE_CROSS_MARGIN")
      .text("settle_currency", "USDT");
  put(json, "unrealized_pnl", money.unrealised);
  put(json, "total_equity", money.equity);
  put(json, "initial_margin", margin);
  put(json, "maintenance_margin", money.maintenance_margin);
  put(json, "available_balance", available);
  json.open_array("spot_balances").open_object().text("currency", "USDT");
  put(json, "balance", money.wallet);
  put(json, "index_price", 1);
  json.close_object().close_array().open_array("positions");
  for (const auto& text : position_texts(c.now, f.who->id, std::nullopt))
    json.item(text);
  json.close_array();
  put(json, "settle_index_price", 1);
  put(json, "derisk_margin", money.maintenance_margin);
  put(json, "derisk_to_maintenance_margin_ratio", 1);
  put(json, "total_cross_equity", money.equity);
  put(json, "cross_unrealized_pnl", money.unrealised);
  json.close_object().close_object();
  return out;
}

/// The main account holds nothing by itself: all money is in the sub-accounts.
void account_desk::write_main_account(json_writer& to, const call& c) const {
  const auto& first = sessions_.accounts()[c.who->accounts.front()];
  to.text("main_account_id", first.main_text);
}

reply account_desk::aggregated_summary(const call& c) const {
  decimal equity;
  decimal wallet;
  decimal available;
  for (const auto i : c.who->accounts) {
    const auto money = state_.core().summary(sessions_.accounts()[i].id);
    equity += money.equity;
    wallet += money.wallet;
    available += money.available;
  }
  reply out;
  json_writer json{out.body};
  json.open_object().open_object("result");
  write_main_account(json, c);
  put(json, "total_equity", equity);
  json.open_array("spot_balances").open_object().text("currency", "USDT");
  put(json, "balance", decimal{});
  put(json, "index_price", 1);
  json.close_object().close_array().open_array("vault_investments").close_array();
  put(json, "total_sub_account_balance", wallet);
  put(json, "total_sub_account_equity", equity);
  put(json, "total_vault_investments_balance", decimal{});
  put(json, "total_sub_account_available_balance", available);
  put(json, "total_usd_notional_invested", decimal{});
  json.close_object().close_object();
  return out;
}

reply account_desk::funding_summary(const call& c) const {
  // Fees in millionths, as the contract counts them.
  const auto& first = sessions_.accounts()[c.who->accounts.front()];
  const auto market = exchange::market_id{};
  const auto millionths
      = [](decimal fee) { return (fee * 1'000'000).round_to(1, rounding::half_even).count_of(1); };
  reply out;
  json_writer json{out.body};
  json.open_object().open_object("result");
  write_main_account(json, c);
  put(json, "total_equity", decimal{});
  json.open_array("spot_balances").close_array().open_array("vault_investments").close_array();
  put(json, "total_cash_balance", decimal{});
  put(json, "total_spot_asset_balance", decimal{});
  json.close_object()
      .open_object("tier")
      .integer("tier", std::int64_t{0})
      .integer("futures_taker_fee", millionths(state_.core().taker_fee(first.id, market)))
      .integer("futures_maker_fee", millionths(state_.core().maker_fee(first.id, market)))
      .integer("options_taker_fee", std::int64_t{0})
      .integer("options_maker_fee", std::int64_t{0})
      .integer("spot_taker_fee", std::int64_t{0})
      .integer("spot_maker_fee", std::int64_t{0})
      .close_object()
      .close_object();
  return out;
}

reply account_desk::sub_accounts(const call& c) const {
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("sub_account_ids");
  for (const auto i : c.who->accounts)
    json.text_item(sessions_.accounts()[i].sub_account_text);
  json.close_array().close_object();
  return out;
}

// -- leverage
// ----------------------------------------------------------------------------------------

reply account_desk::leverages(const call& c) const {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  reply out;
  json_writer json{out.body};
  json.open_object().open_array("results");
  for (std::size_t i = 0; i < state_.core().market_count(); ++i) {
    const auto m = static_cast<exchange::market_id>(i);
    const auto& rules = state_.rules(m);
    std::uint16_t most = 20;
    for (const auto& b : rules.brackets)
      most = std::max(most, b.max_leverage);
    json.open_object().text("instrument", rules.symbol);
    put(json, "leverage", decimal{state_.core().leverage(f.who->id, m)});
    put(json, "min_leverage", 1);
    put(json, "max_leverage", decimal{most});
    json.text("margin_type", "CROSS").close_object();
  }
  json.close_array().close_object();
  return out;
}

reply account_desk::take_leverage(const call& c, exchange::account_id account,
                                  exchange::market_id market, std::uint16_t leverage,
                                  std::string_view success) {
  switch (state_.core().set_leverage(c.now, account, market, leverage)) {
  case exchange::reject_code::none:
    return reply{std::string{success}};
  case exchange::reject_code::insufficient_margin:
    return refuse(2080);
  default:
    return refuse(1003);
  }
}

reply account_desk::set_leverage(const call& c) {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  const auto leverage = r.amount("leverage");
  if (r.bad() || !leverage || f.instrument.empty() || *leverage < decimal{1}
      || *leverage > decimal{1000} || !leverage->is_multiple_of(1))
    return refuse(1003);
  return take_leverage(c, f.who->id, *state_.core().find_market(f.instrument),
                       static_cast<std::uint16_t>(leverage->count_of(1)), R"({"success":true})");
}

reply account_desk::set_position_config(const call& c) {
  reader r{c.body};
  filter f;
  if (const auto wrong = read(c, r, f))
    return *wrong;
  const auto leverage = r.amount("leverage");
  const auto type = r.text("margin_type");
  const auto* given = r.object("signature");
  // Isolated margin is not modelled.
  if (r.bad() || !leverage || !given || f.instrument.empty() || type != "CROSS"
      || *leverage < decimal{1} || *leverage > decimal{1000} || !leverage->is_multiple_of(1))
    return refuse(1003);
  const auto market = *state_.core().find_market(f.instrument);
  signature_fields by;
  if (const auto wrong = signatures_.read(*given, c.now, by))
    return *wrong;
  const auto count = static_cast<std::uint16_t>(leverage->count_of(1));
  crypto::bytes32 digest{};
  const auto hash = signatures_.position_config_hash(
      f.who->sub_account, state_.instrument(market).asset, 2, count * 1'000'000U, by);
  if (const auto wrong = signatures_.check(by, hash, digest))
    return *wrong;
  if (by.signer != f.who->signer)
    return refuse(2000);
  return take_leverage(c, f.who->id, market, count, R"({"ack":true})");
}

} // namespace actorbot::venues::grvt::server
