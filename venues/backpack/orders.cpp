#include "venues/backpack/orders.hpp"

#include "venues/backpack/errors.hpp"
#include "venues/backpack/session.hpp"
#include "venues/wire/member_reader.hpp"

#include <string>

namespace actorbot::venues::backpack {

namespace {

namespace dom = simdjson::dom;

std::optional<order_state> state_of(std::string_view status) {
  if (status == "New")
    return order_state::open;
  if (status == "PartiallyFilled")
    return order_state::partially_filled;
  if (status == "Filled")
    return order_state::filled;
  if (status == "Cancelled")
    return order_state::cancelled;
  if (status == "Expired")
    return order_state::expired;
  if (status == "TriggerPending" || status == "Triggered")
    return order_state::pending;
  if (status == "TriggerFailed")
    return order_state::rejected;
  return std::nullopt;
}

std::optional<side> side_of(std::string_view text) {
  if (text == "Bid")
    return side::buy;
  if (text == "Ask")
    return side::sell;
  return std::nullopt;
}

/// A value of a frame; "null" is none.
std::string_view value_of(const flat_fields& from, char name) {
  const auto text = from[name];
  return text == "null" ? std::string_view{} : text;
}

/// Zero when absent.
std::optional<decimal> amount_or_zero(const flat_fields& from, char name) {
  const auto text = value_of(from, name);
  return text.empty() ? decimal{} : parse_amount(text);
}

void read_owner(std::optional<std::uint64_t> number, const number_ids* ids, seen_order& out) {
  const auto id = number && ids != nullptr ? ids->id_of(*number) : std::nullopt;
  out.ours = id.has_value();
  out.order.id = id.value_or(client_order_id{});
  out.foreign_id = number && !id ? std::to_string(*number) : std::string{};
}

/// The venue states no average; zero as well for numbers so odd that a price would not fit.
price average_of(const scaled_instrument& x, decimal notional, decimal filled) {
  const auto largest = decimal::from_int(10'000'000'000);
  const auto smallest = decimal::from_parts(1, -9);
  if (filled < smallest || notional.is_negative() || notional > largest)
    return {};
  return x.price_from(decimal::divide(notional, filled));
}

/// What is the same in an order object and in an event.
struct order_facts {
  order_state state = order_state::pending;
  side order_side = side::buy;
  decimal size;
  decimal filled;
  decimal filled_value;
  decimal limit;
  bool reduce_only = false;
  bool post_only = false;
  std::string_view expiry;
};

/// A post-only order that would cross is refused; should it be taken and expire at once, that is the
/// same.
void explain_end(const order_facts& facts, order_update& x) {
  if (x.state == order_state::rejected) {
    x.reason = reject_reason::other;
    x.text = "TriggerFailed";
  }
  if (x.state != order_state::expired)
    return;
  x.reason = expiry_reason(facts.expiry);
  x.text = facts.expiry.empty() ? std::string{"Expired"} : "Expired " + std::string{facts.expiry};
  const bool crossed = x.reason == reject_reason::post_only_would_cross
                       || (facts.expiry.empty() && facts.post_only);
  if (crossed && x.filled.is_zero()) {
    x.state = order_state::rejected;
    x.reason = reject_reason::post_only_would_cross;
  }
}

void fill_in(const order_facts& facts, const listed_instrument& x, order_update& o) {
  o.instrument = x.rules.id;
  o.state = facts.state;
  o.order_side = facts.order_side;
  o.reduce_only = facts.reduce_only;
  o.size = x.size_from(facts.size);
  o.filled = x.size_from(facts.filled);
  o.limit_price = x.price_from(facts.limit);
  o.average_price = average_of(x, facts.filled_value, facts.filled);
  o.reason = reject_reason::none;
  o.text.clear();
  if (o.state == order_state::open && o.filled.is_positive())
    o.state = order_state::partially_filled;
  explain_end(facts, o);
}

/// Fees of perpetuals are paid in USDC. Paid in another coin they cannot be stated here: zero.
decimal fee_in_quote(std::optional<decimal> amount, std::string_view asset,
                     const listed_instrument& x) {
  return asset.empty() || asset == x.rules.quote ? amount.value_or(decimal{}) : decimal{};
}

} // namespace

read_result read_order(dom::element from, const instrument_table& instruments,
                       const number_ids* ids, evidence source, seen_order& out) {
  member_reader members{from};
  // In the order in which the venue writes them; the history has a text as time.
  const auto number = members.integer("clientId");
  const auto filled = members.amount_or_zero("executedQuantity");
  const auto filled_value = members.amount_or_zero("executedQuoteQuantity");
  const auto expiry = members.text("expiryReason");
  const auto venue_id = members.text("id");
  const bool post_only = members.flag("postOnly");
  const auto limit = members.amount_or_zero("price");
  const auto size = members.amount_or_zero("quantity");
  const bool reduce_only = members.flag("reduceOnly");
  const auto order_side = side_of(members.text("side"));
  const auto state = state_of(members.text("status"));
  const auto symbol = members.text("symbol");
  if (symbol.empty())
    return read_result::malformed;
  const auto* const x = instruments.by_symbol(symbol);
  if (x == nullptr)
    return read_result::other_symbol;
  if (!state || !order_side || !parse_unsigned(venue_id) || !size || !filled || !filled_value
      || !limit || (number && *number < 0))
    return read_result::malformed;
  read_owner(number ? std::optional{static_cast<std::uint64_t>(*number)} : std::nullopt, ids, out);
  fill_in(
      {*state, *order_side, *size, *filled, *filled_value, *limit, reduce_only, post_only, expiry},
      *x, out.order);
  out.order.venue_order_id = venue_id;
  out.order.source = source;
  out.order.time = time_of(from, "createdAt");
  if (out.order.time == timestamp{})
    out.order.time = history_time_of(from, "createdAt");
  return read_result::ok;
}

read_result read_order_event(const flat_fields& from, const instrument_table& instruments,
                             const number_ids* ids, order_event& out) {
  out.execution.reset();
  if (from['s'].empty())
    return read_result::malformed;
  const auto* const x = instruments.by_symbol(from['s']);
  if (x == nullptr)
    return read_result::other_symbol;
  const auto order_side = side_of(from['S']);
  const auto state = state_of(from['X']);
  const auto size = amount_or_zero(from, 'q');
  const auto filled = amount_or_zero(from, 'z');
  const auto filled_value = amount_or_zero(from, 'Z');
  const auto limit = amount_or_zero(from, 'p');
  const auto time = parse_us(from['T'].empty() ? from['E'] : from['T']);
  const auto number_text = value_of(from, 'c');
  const auto number = parse_unsigned(number_text);
  if (!state || !order_side || !parse_unsigned(from['i']) || !size || !filled || !filled_value
      || !limit || !time || from['e'].empty() || (!number_text.empty() && !number))
    return read_result::malformed;
  auto& o = out.order.order;
  read_owner(number, ids, out.order);
  fill_in({*state, *order_side, *size, *filled, *filled_value, *limit, from['r'] == "true",
           from['y'] == "true", value_of(from, 'R')},
          *x, o);
  o.venue_order_id = from['i'];
  o.source = evidence::stream;
  o.time = *time;
  // Everything else than "USER" is done to the account, not by it.
  const auto origin = value_of(from, 'O');
  if (!origin.empty() && origin != "USER") {
    out.order.ours = false;
    o.id = {};
    if (origin == "LIQUIDATION_AUTOCLOSE" || origin == "ADL_AUTOCLOSE"
        || origin == "BACKSTOP_LIQUIDITY_PROVIDER")
      o.reason = reject_reason::liquidation;
    o.text = clean_text(origin);
  }
  if (from['e'] != "orderFill" || !out.order.ours)
    return read_result::ok;
  const auto trade = parse_unsigned(from['t']);
  const auto at = parse_amount(from['L']);
  const auto last = parse_amount(from['l']);
  if (!trade || !at || !last || !last->is_positive() || !x->price_from(*at).is_positive())
    return read_result::malformed;
  auto& f = out.execution.emplace();
  f.id = o.id;
  f.instrument = o.instrument;
  f.venue_order_id = o.venue_order_id;
  f.trade_id = from['t'];
  f.order_side = o.order_side;
  f.at = x->price_from(*at);
  f.size = x->size_from(*last);
  f.fee = fee_in_quote(decimal::parse(value_of(from, 'n')), value_of(from, 'N'), *x);
  f.maker = from['m'] == "true";
  f.time = *time;
  return read_result::ok;
}

read_result read_fill_row(dom::element from, const instrument_table& instruments,
                          const number_ids* ids, fill_row& out) {
  const auto* const x = instruments.by_symbol(text_of(from, "symbol"));
  if (x == nullptr)
    return read_result::other_symbol;
  const auto number = integer_of(from, "clientId"); // a text here, a number elsewhere
  const auto order = text_of(from, "orderId");
  const auto trade = integer_of(from, "tradeId");
  const auto order_side = side_of(text_of(from, "side"));
  const auto at = decimal_of(from, "price");
  const auto size = decimal_of(from, "quantity");
  out = fill_row{};
  out.system = !text_of(from, "systemOrderType").empty();
  if (!parse_unsigned(order) || (!out.system && (!trade || *trade < 0)) || !order_side || !at
      || !x->price_from(*at).is_positive() || !size || !size->is_positive()
      || (number && *number < 0))
    return read_result::malformed;
  seen_order owner;
  if (number && !out.system)
    read_owner(static_cast<std::uint64_t>(*number), ids, owner);
  out.has_client_id = number.has_value();
  out.ours = owner.ours;
  auto& f = out.execution;
  f.id = owner.order.id;
  f.instrument = x->rules.id;
  f.venue_order_id = order;
  f.trade_id = trade ? std::to_string(*trade) : std::string{};
  f.order_side = *order_side;
  f.at = x->price_from(*at);
  f.size = x->size_from(*size);
  f.fee = fee_in_quote(decimal_of(from, "fee"), text_of(from, "feeSymbol"), *x);
  f.maker = boolean_of(from, "isMaker").value_or(false);
  f.time = history_time_of(from, "timestamp");
  return read_result::ok;
}

namespace {

read_result make_position(const listed_instrument& x, std::optional<decimal> size,
                          std::optional<decimal> entry, std::optional<decimal> unrealised,
                          position& out) {
  if (!size || !entry || entry->is_negative())
    return read_result::malformed;
  out = position{};
  out.instrument = x.rules.id;
  out.size = x.size_from(*size);
  out.entry = size->is_zero() ? price{} : x.price_from(*entry);
  out.unrealised = unrealised.value_or(decimal{});
  return read_result::ok;
}

} // namespace

read_result read_position_row(dom::element from, const instrument_table& instruments,
                              position& out) {
  const auto* const x = instruments.by_symbol(text_of(from, "symbol"));
  if (x == nullptr)
    return read_result::other_symbol;
  return make_position(*x, long_decimal_of(from, "netQuantity"),
                       long_decimal_of(from, "entryPrice"), long_decimal_of(from, "pnlUnrealized"),
                       out);
}

read_result read_position_event(const flat_fields& from, const instrument_table& instruments,
                                position& out) {
  if (from['s'].empty())
    return read_result::malformed;
  const auto* const x = instruments.by_symbol(from['s']);
  if (x == nullptr)
    return read_result::other_symbol;
  const auto entry = value_of(from, 'B'); // a closed position may have none
  const auto result
      = make_position(*x, parse_long(from['q']), entry.empty() ? decimal{} : parse_long(entry),
                      parse_long(from['P']), out);
  const auto time = parse_us(from['T'].empty() ? from['E'] : from['T']);
  if (!time)
    return read_result::malformed;
  out.time = *time;
  return result;
}

} // namespace actorbot::venues::backpack
