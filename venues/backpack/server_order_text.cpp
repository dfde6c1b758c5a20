#include "venues/backpack/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

/// How orders are written.
namespace actorbot::venues::backpack::server {

std::string_view status_text(order_state state) {
  switch (state) {
  case order_state::partially_filled:
    return "PartiallyFilled";
  case order_state::filled:
    return "Filled";
  case order_state::cancelled:
    return "Cancelled";
  case order_state::expired:
  case order_state::rejected:
    return "Expired";
  default:
    return "New";
  }
}

std::string_view time_in_force_text(const exchange::order& o) {
  switch (o.tif) {
  case time_in_force::ioc:
    // The core reads a market order without one as IOC; the venue prints its default.
    return o.type == order_type::market && o.note.find('I') == o.note.npos ? "GTC" : "IOC";
  case time_in_force::fok:
    return "FOK";
  default:
    return "GTC";
  }
}

std::string_view self_trade_text(exchange::self_trade_mode mode) {
  switch (mode) {
  case exchange::self_trade_mode::expire_maker:
    return "RejectMaker";
  case exchange::self_trade_mode::expire_both:
    return "RejectBoth";
  default:
    return "RejectTaker";
  }
}

// A note is what the core does not keep: 'S' of a market order with a slippage tolerance, 'I' of
// one that was sent as IOC, then "=" and the quote quantity.
std::string_view quote_quantity(const exchange::order& o) {
  const auto at = o.note.find('=');
  return at == o.note.npos ? std::string_view{} : std::string_view{o.note}.substr(at + 1);
}

std::string_view expiry_reason(const exchange::order& o) {
  using exchange::reject_code;
  switch (o.reason) {
  case reject_code::none:
    return {};
  case reject_code::reduce_only:
    return "ReduceOnlyNotReduced";
  case reject_code::post_only_would_cross:
    return "PostOnlyTaker";
  case reject_code::fok_not_fillable:
    return "FillOrKill";
  case reject_code::ioc_remainder:
    return "ImmediateOrCancel";
  case reject_code::self_trade:
    return "SelfTradePrevention";
  case reject_code::insufficient_margin:
    return "InsufficientMargin";
  case reject_code::liquidated:
    return "Liquidation";
  case reject_code::price_band:
    return "PriceOutOfBounds";
  case reject_code::no_liquidity:
    return o.note.starts_with('S') ? "SlippageToleranceExceeded" : "PriceImpact";
  default:
    return "Unknown";
  }
}

std::string upper_snake(std::string_view pascal) {
  std::string out;
  for (const auto c : pascal) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper && !out.empty())
      out += '_';
    out += is_upper || c == '_' ? c : static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string order_answer(const server_state& state, const exchange::order& o, bool is_batch) {
  const bool is_market = o.type == order_type::market;
  std::string out;
  out.reserve(768);
  json_writer json{out};
  json.open_object();
  if (is_batch)
    json.text("operation", "Ok");
  json.raw("clientId", o.client_id.empty() ? "null" : o.client_id)
      .integer("createdAt", to_ms(o.created))
      .amount("executedQuantity", o.filled.value())
      .amount("executedQuoteQuantity", o.filled_notional)
      .text("id", std::to_string(o.id))
      .text("orderType", is_market ? "Market" : "Limit");
  if (!is_market)
    json.flag("postOnly", o.post_only).amount("price", o.limit_price.value());
  json.amount("quantity", o.size.value());
  if (is_market) {
    if (const auto quote = quote_quantity(o); !quote.empty())
      json.text("quoteQuantity", quote);
    else
      json.raw("quoteQuantity", "null");
  }
  json.raw("reduceOnly", o.reduce_only ? "true" : "null")
      .raw("relatedOrderId", "null")
      .text("selfTradePrevention", self_trade_text(o.self_trade))
      .text("side", side_text(o.order_side))
      .text("status", status_text(o.state));
  for (const auto* name :
       {"stopLossLimitPrice", "stopLossTriggerBy", "stopLossTriggerPrice", "strategyId"})
    json.raw(name, "null");
  json.text("symbol", state.format(o.market).symbol);
  for (const auto* name : {"takeProfitLimitPrice", "takeProfitTriggerBy", "takeProfitTriggerPrice"})
    json.raw(name, "null");
  json.text("timeInForce", time_in_force_text(o));
  for (const auto* name : {"triggerBy", "triggerPrice", "triggerQuantity", "triggeredAt"})
    json.raw(name, "null");
  json.close_object();
  return out;
}

void add_page_headers(reply& out, const page& p, std::size_t total) {
  out.headers = {{"X-PAGE-COUNT", std::to_string((total + p.limit - 1) / p.limit)},
                 {"X-CURRENT-PAGE", std::to_string(p.offset / p.limit + 1)},
                 {"X-PAGE-SIZE", std::to_string(p.limit)},
                 {"X-TOTAL", std::to_string(total)}};
}

} // namespace actorbot::venues::backpack::server
