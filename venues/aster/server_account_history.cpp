#include "venues/aster/server_account.hpp"
#include "venues/aster/server_orders.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <vector>

/// Trades and money of the past.
namespace actorbot::venues::aster::server {

namespace {

constexpr auto week = std::chrono::hours{24 * 7};
constexpr int money_places = 8;

std::string_view income_text(exchange::income_kind kind) {
  switch (kind) {
  case exchange::income_kind::realised:
    return "REALIZED_PNL";
  case exchange::income_kind::fee:
    return "COMMISSION";
  case exchange::income_kind::funding:
    return "FUNDING_FEE";
  default:
    return "TRANSFER";
  }
}

bool is_income_type(std::string_view text) {
  for (const auto* known : {"TRANSFER", "WELCOME_BONUS", "REALIZED_PNL", "FUNDING_FEE",
                            "COMMISSION", "INSURANCE_CLEAR", "MARKET_MERCHANT_RETURN_REWARD"})
    if (text == known)
      return true;
  return false;
}

/// A span of time in whole milliseconds, either end open.
struct span {
  std::optional<timestamp> from;
  std::optional<timestamp> to;
  bool holds(timestamp t) const {
    return (!from || to_ms(t) >= to_ms(*from)) && (!to || to_ms(t) <= to_ms(*to));
  }
};

span read_span(parameter_reader& read) {
  const span out{read.time("startTime"), read.time("endTime")};
  if (out.from && out.to && *out.to - *out.from > week)
    read.fail(refuse::span_too_long());
  return out;
}

/// The oldest `limit` when a lower bound was given, else the newest.
template <class T>
void cut(std::vector<T>& found, std::size_t limit, bool from_below) {
  if (found.size() <= limit)
    return;
  if (from_below)
    found.resize(limit);
  else
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
}

void write_trade(json_writer& json, const exchange::execution& e, const market_format& f) {
  json.open_object()
      .flag("buyer", e.order_side == side::buy)
      .amount("commission", e.fee, money_places)
      .text("commissionAsset", "USDT")
      .integer("id", e.trade)
      .flag("maker", e.maker)
      .integer("orderId", e.order)
      .amount("price", e.at.value(), f.price_places)
      .amount("qty", e.size.value(), f.size_precision)
      .amount("quoteQty", notional(e.at, e.size))
      .amount("realizedPnl", e.realised, money_places)
      .text("side", side_text(e.order_side))
      .text("positionSide", "BOTH")
      .text("symbol", f.symbol)
      .integer("time", to_ms(e.time))
      .close_object();
}

} // namespace

reply account_desk::trades(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto from_id = read.optional_integer("fromId");
  const auto when = read_span(read);
  const auto limit = read.limit(500, 1000);
  if (from_id && (when.from || when.to))
    read.fail(refuse::bad_combination());
  if (read.failed())
    return *read.failed();
  std::vector<const exchange::execution*> found;
  for (const auto& e : state_.core().executions(c.account))
    if (e.market == market && (!from_id || e.trade >= *from_id) && when.holds(e.time))
      found.push_back(&e);
  cut(found, limit, from_id || when.from);
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto* e : found)
    write_trade(json, *e, state_.format(market));
  json.close_array();
  return out;
}

reply account_desk::income(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_optional_market(read, state_.core());
  const auto type = read.text_or("incomeType", {});
  if (!type.empty() && !is_income_type(type))
    read.fail(refuse::bad_data("incomeType"));
  const auto when = read_span(read);
  const auto limit = read.limit(100, 1000);
  if (read.failed())
    return *read.failed();
  std::vector<const exchange::income*> found;
  for (const auto& line : state_.core().incomes(c.account))
    if ((!market || line.market == *market) && (type.empty() || income_text(line.kind) == type)
        && when.holds(line.time))
      found.push_back(&line);
  cut(found, limit, when.from.has_value());
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (const auto* line : found)
    json.open_object()
        .text("symbol", line->market ? std::string_view{state_.format(*line->market).symbol} : "")
        .text("incomeType", income_text(line->kind))
        .amount("income", line->amount, money_places)
        .text("asset", "USDT")
        .text("info", line->trade ? std::to_string(line->trade) : std::string{})
        .integer("time", to_ms(line->time))
        .text("tranId", std::to_string(line->id))
        .text("tradeId", line->trade ? std::to_string(line->trade) : std::string{})
        .close_object();
  json.close_array();
  return out;
}

} // namespace actorbot::venues::aster::server
