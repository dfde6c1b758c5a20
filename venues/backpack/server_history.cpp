#include "venues/backpack/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <limits>

/// What is past: orders and fills.
namespace actorbot::venues::backpack::server {

namespace {

constexpr std::size_t longest_page = 1000;

/// Turns the list newest first unless `sortDirection` says Asc, and cuts the page out of it.
template <class T>
std::vector<T> cut_page(std::vector<T> found, bool ascending, const page& p) {
  if (!ascending)
    std::reverse(found.begin(), found.end());
  const auto first = std::min(p.offset, found.size());
  const auto last = std::min(first + p.limit, found.size());
  return {found.begin() + static_cast<std::ptrdiff_t>(first),
          found.begin() + static_cast<std::ptrdiff_t>(last)};
}

void write_past_order(json_writer& json, const server_state& state, const exchange::order& o) {
  const auto text_or_null = [&](std::string_view name, std::string_view value) {
    if (value.empty())
      json.raw(name, "null");
    else
      json.text(name, value);
  };
  const bool is_market = o.type == order_type::market;
  json.open_object()
      .raw("clientId", o.client_id.empty() ? "null" : o.client_id)
      .text("createdAt", zoneless(o.created))
      .amount("executedQuantity", o.filled.value())
      .amount("executedQuoteQuantity", o.filled_notional);
  text_or_null("expiryReason", expiry_reason(o));
  json.text("id", std::to_string(o.id))
      .text("orderType", is_market ? "Market" : "Limit")
      .flag("postOnly", o.post_only);
  if (is_market)
    json.raw("price", "null");
  else
    json.amount("price", o.limit_price.value());
  json.amount("quantity", o.size.value());
  text_or_null("quoteQuantity", quote_quantity(o));
  json.text("selfTradePrevention", self_trade_text(o.self_trade))
      .text("side", side_text(o.order_side))
      .text("status", status_text(o.state))
      .text("symbol", state.format(o.market).symbol);
  text_or_null("systemOrderType", o.liquidation ? "LiquidatePositionOnBook" : "");
  json.text("timeInForce", time_in_force_text(o));
  for (const auto* name : {"triggerBy", "triggerPrice", "triggerQuantity", "strategyId",
                           "stopLossLimitPrice", "stopLossTriggerBy", "stopLossTriggerPrice",
                           "takeProfitLimitPrice", "takeProfitTriggerBy", "takeProfitTriggerPrice"})
    json.raw(name, "null");
  json.close_object();
}

bool ascending(parameter_reader& read) {
  return read.word("sortDirection", "SortDirection", {"Asc", "Desc"}) == 0U;
}

} // namespace

reply order_desk::history(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_optional_market(read, state_.core());
  const auto id = read.id("orderId");
  const bool perps = wants_perps(read, c.values);
  const bool up = ascending(read);
  const auto p = read_page(read, longest_page);
  if (read.failed())
    return *read.failed();
  auto found = state_.core().order_history(c.account, market);
  // No strategies here, so nothing belongs to one.
  std::erase_if(found, [&](const exchange::order* o) {
    return !perps || read.has("strategyId") || (id && o->id != *id);
  });
  const auto total = found.size();
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto* o : cut_page(std::move(found), up, p))
    write_past_order(json, state_, *o);
  json.close_array();
  add_page_headers(out, p, total);
  return out;
}

reply order_desk::fills(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_optional_market(read, state_.core());
  const auto id = read.id("orderId");
  const auto from = read.time_ms("from");
  const auto to = read.time_ms("to");
  const auto kind
      = read.word("fillType", "FillType",
                  {"User", "BookLiquidation", "Liquidation", "AllLiquidation", "Adl", "Backstop",
                   "CollateralConversion", "CollateralConversionAndSpotLiquidation"});
  const bool perps = wants_perps(read, c.values);
  const bool up = ascending(read);
  const auto p = read_page(read, longest_page);
  if (read.failed())
    return *read.failed();
  std::vector<const exchange::execution*> found;
  for (const auto& e : state_.core().executions(c.account)) {
    const bool of_kind = !kind || (*kind == 0U ? !e.liquidation : *kind <= 3U && e.liquidation);
    if (perps && of_kind && !read.has("strategyId") && (!market || e.market == *market)
        && (!id || e.order == *id) && (!from || to_ms(e.time) >= to_ms(*from))
        && (!to || to_ms(e.time) < to_ms(*to)))
      found.push_back(&e);
  }
  const auto total = found.size();
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto* e : cut_page(std::move(found), up, p)) {
    json.open_object();
    if (e->client_id.empty())
      json.raw("clientId", "null");
    else
      json.text("clientId", e->client_id); // a text here, an integer in orders
    json.amount("fee", e->fee)
        .text("feeSymbol", "USDC")
        .flag("isMaker", e->maker)
        .text("orderId", std::to_string(e->order))
        .amount("price", e->at.value())
        .amount("quantity", e->size.value())
        .text("side", side_text(e->order_side))
        .text("symbol", state_.format(e->market).symbol);
    if (e->liquidation)
      json.text("systemOrderType", "LiquidatePositionOnBook");
    else
      json.raw("systemOrderType", "null");
    json.text("timestamp", zoneless(e->time)).integer("tradeId", e->trade).close_object();
  }
  json.close_array();
  add_page_headers(out, p, total);
  return out;
}

} // namespace actorbot::venues::backpack::server
