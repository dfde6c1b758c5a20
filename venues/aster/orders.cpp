#include "venues/aster/orders.hpp"

#include "venues/wire/member_reader.hpp"

#include <string>

namespace actorbot::venues::aster {

namespace {

namespace dom = simdjson::dom;

/// Whose order a client id names. Liquidations and deleveraging carry ids of the venue.
void read_owner(std::string_view client_id, std::uint16_t bot, seen_order& out) {
  const auto id = parse_client_order_text(client_id);
  out.ours = id && id->bot == bot;
  out.order.id = out.ours ? *id : client_order_id{};
  out.foreign_id = out.ours ? std::string{} : std::string{client_id};
}

bool is_liquidation(std::string_view client_id, std::string_view type, std::string_view status) {
  return client_id.starts_with("autoclose-") || client_id.starts_with("adl_autoclose")
         || type == "LIQUIDATION" || status == "NEW_INSURANCE" || status == "NEW_ADL";
}

std::optional<side> side_of(std::string_view text) {
  if (text == "BUY")
    return side::buy;
  if (text == "SELL")
    return side::sell;
  return std::nullopt;
}

/// A refused post-only order is accepted first and expires without a fill.
void explain_end(std::string_view status, std::string_view tif, order_update& x) {
  if (x.state == order_state::filled && (status == "NEW_INSURANCE" || status == "NEW_ADL")) {
    x.reason = reject_reason::liquidation;
    x.text = status;
  } else if (x.state == order_state::expired) {
    x.text = std::string{"EXPIRED "}.append(tif);
    if (tif == "GTX" && x.filled.is_zero()) {
      x.state = order_state::rejected;
      x.reason = reject_reason::post_only_would_cross;
    }
  } else if (x.state == order_state::rejected) {
    x.reason = reject_reason::other;
    x.text = status;
  }
}

/// The names that the two forms of an order use for the same things.
struct order_names {
  std::string_view symbol, client, venue, status, side, size, filled, limit, average, reduce, tif,
      type;
};

constexpr order_names rest_names{"symbol",   "clientOrderId", "orderId",     "status",
                                 "side",     "origQty",       "executedQty", "price",
                                 "avgPrice", "reduceOnly",    "timeInForce", "type"};
constexpr order_names event_names{"s", "c", "i", "X", "S", "q", "z", "p", "ap", "R", "f", "o"};

read_result read(dom::element from, const order_names& name, const instrument_table& instruments,
                 std::uint16_t bot, evidence source, seen_order& out) {
  member_reader members{from};
  const auto symbol = members.text(name.symbol);
  if (symbol.empty())
    return read_result::malformed;
  const auto* const x = instruments.by_symbol(symbol);
  if (x == nullptr)
    return read_result::other_symbol;
  // In the order in which events have them.
  const auto client = members.text(name.client);
  const auto order_side = side_of(members.text(name.side));
  const auto type = members.text(name.type);
  const auto tif = members.text(name.tif);
  const auto size = members.amount_or_zero(name.size);
  const auto limit = members.amount_or_zero(name.limit);
  const auto average = members.amount_or_zero(name.average);
  const auto status = members.text(name.status);
  const auto venue_id = members.integer(name.venue);
  const auto filled = members.amount_or_zero(name.filled);
  const bool reduce_only = members.flag(name.reduce);
  const auto state = state_of(status);
  if (!state || !order_side || !venue_id || *venue_id < 0 || !size || !filled || !limit || !average)
    return read_result::malformed;
  read_owner(client, bot, out);
  auto& o = out.order;
  o.instrument = x->rules.id;
  o.venue_order_id = std::to_string(*venue_id);
  o.state = *state;
  o.order_side = *order_side;
  o.reduce_only = reduce_only;
  o.size = x->size_from(*size);
  o.filled = x->size_from(*filled);
  o.limit_price = x->price_from(*limit);
  o.average_price = x->price_from(*average);
  o.reason = reject_reason::none;
  o.text.clear();
  o.source = source;
  // "NEW" with a part filled happens when the event of the fill is still on its way.
  if (o.state == order_state::open && o.filled.is_positive())
    o.state = order_state::partially_filled;
  explain_end(status, tif, o);
  if (is_liquidation(client, type, status))
    o.reason = reject_reason::liquidation;
  return read_result::ok;
}

/// The fee in the quote currency. Paid in another coin it cannot be stated here: zero.
decimal fee_of(dom::element from, std::string_view amount, std::string_view asset,
               const listed_instrument& x) {
  const auto in = text_of(from, asset);
  if (!in.empty() && in != x.rules.quote)
    return {};
  return decimal_of(from, amount).value_or(decimal{});
}

std::optional<fill> read_execution(dom::element from, const seen_order& order,
                                   const listed_instrument& x) {
  const auto number = integer_of(from, "t");
  const auto at = decimal_of(from, "L");
  const auto size = decimal_of(from, "l");
  if (!number || *number < 0 || !at || !x.price_from(*at).is_positive() || !size
      || !size->is_positive())
    return std::nullopt;
  fill out;
  out.id = order.order.id;
  out.instrument = order.order.instrument;
  out.venue_order_id = order.order.venue_order_id;
  out.trade_id = std::to_string(*number);
  out.order_side = order.order.order_side;
  out.at = x.price_from(*at);
  out.size = x.size_from(*size);
  out.fee = fee_of(from, "n", "N", x);
  out.maker = boolean_of(from, "m").value_or(false);
  out.liquidation = order.order.reason == reject_reason::liquidation;
  out.time = time_of(from, "T");
  return out;
}

} // namespace

std::optional<order_state> state_of(std::string_view status) {
  if (status == "NEW")
    return order_state::open;
  if (status == "PARTIALLY_FILLED")
    return order_state::partially_filled;
  if (status == "FILLED" || status == "NEW_INSURANCE" || status == "NEW_ADL")
    return order_state::filled;
  if (status == "CANCELED")
    return order_state::cancelled;
  if (status == "EXPIRED")
    return order_state::expired;
  if (status == "REJECTED")
    return order_state::rejected;
  return std::nullopt;
}

read_result read_order(dom::element from, const instrument_table& instruments, std::uint16_t bot,
                       evidence source, seen_order& out) {
  const auto result = read(from, rest_names, instruments, bot, source, out);
  if (result == read_result::ok)
    out.order.time = time_of(from, "updateTime");
  return result;
}

read_result read_order_event(dom::element from, const instrument_table& instruments,
                             std::uint16_t bot, order_event& out) {
  out.execution.reset();
  const auto o = member_of(from, "o");
  if (!o)
    return read_result::malformed;
  const auto result = read(*o, event_names, instruments, bot, evidence::stream, out.order);
  if (result != read_result::ok)
    return result;
  // Events may arrive out of order and are to be ordered by E.
  out.order.order.time = time_of(from, "E");
  const auto kind = text_of(*o, "x");
  if (kind != "TRADE" && kind != "CALCULATED")
    return read_result::ok;
  const auto* const x = instruments.by_id(out.order.order.instrument);
  out.execution = read_execution(*o, out.order, *x);
  // CALCULATED is a liquidation's word and need not be a trade.
  return out.execution || kind == "CALCULATED" ? read_result::ok : read_result::malformed;
}

read_result read_trade_row(dom::element from, const instrument_table& instruments, fill& out,
                           std::uint64_t& trade_number) {
  const auto* const x = instruments.by_symbol(text_of(from, "symbol"));
  if (x == nullptr)
    return read_result::other_symbol;
  const auto number = integer_of(from, "id");
  const auto order = integer_of(from, "orderId");
  const auto order_side = side_of(text_of(from, "side"));
  const auto at = decimal_of(from, "price");
  const auto size = decimal_of(from, "qty");
  if (!number || *number < 0 || !order || *order < 0 || !order_side || !at
      || !x->price_from(*at).is_positive() || !size || !size->is_positive())
    return read_result::malformed;
  trade_number = static_cast<std::uint64_t>(*number);
  out = fill{};
  out.instrument = x->rules.id;
  out.venue_order_id = std::to_string(*order);
  out.trade_id = std::to_string(*number);
  out.order_side = *order_side;
  out.at = x->price_from(*at);
  out.size = x->size_from(*size);
  out.fee = fee_of(from, "commission", "commissionAsset", *x);
  out.maker = boolean_of(from, "maker").value_or(false);
  out.time = time_of(from, "time");
  return read_result::ok;
}

namespace {

read_result read_position(dom::element from, std::string_view symbol,
                          std::string_view position_side, std::string_view amount,
                          std::string_view entry, std::string_view unrealised,
                          const instrument_table& instruments, position& out) {
  const auto* const x = instruments.by_symbol(text_of(from, symbol));
  if (x == nullptr)
    return read_result::other_symbol;
  const auto size = decimal_of(from, amount);
  const auto at = decimal_of(from, entry);
  // LONG and SHORT rows exist in hedge mode only, which this client does not trade in.
  if (!size || !at || at->is_negative() || text_of(from, position_side) != "BOTH")
    return read_result::malformed;
  out = position{};
  out.instrument = x->rules.id;
  out.size = x->size_from(*size);
  out.entry = size->is_zero() ? price{} : x->price_from(*at);
  out.unrealised = decimal_of(from, unrealised).value_or(decimal{});
  return read_result::ok;
}

} // namespace

read_result read_position_row(dom::element from, const instrument_table& instruments,
                              position& out) {
  const auto result = read_position(from, "symbol", "positionSide", "positionAmt", "entryPrice",
                                    "unRealizedProfit", instruments, out);
  if (result == read_result::ok)
    out.time = time_of(from, "updateTime");
  return result;
}

read_result read_position_event(dom::element from, const instrument_table& instruments,
                                position& out) {
  return read_position(from, "s", "ps", "pa", "ep", "up", instruments, out);
}

} // namespace actorbot::venues::aster
