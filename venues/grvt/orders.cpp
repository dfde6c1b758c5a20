#include "venues/grvt/orders.hpp"

#include "venues/grvt/errors.hpp"
#include "venues/grvt/parse.hpp"

#include <optional>
#include <string>

namespace actorbot::venues::grvt {

namespace {

namespace dom = simdjson::dom;

std::optional<order_state> state_of(std::string_view status) {
  if (status == "PENDING")
    return order_state::pending;
  if (status == "OPEN")
    return order_state::open;
  if (status == "FILLED")
    return order_state::filled;
  if (status == "CANCELLED")
    return order_state::cancelled;
  if (status == "REJECTED")
    return order_state::rejected;
  return std::nullopt;
}

/// The venue names an order when the engine has it; before, the name is zero.
void assign_order_id(std::string_view text, std::string& out) {
  if (text.find_first_not_of("0x") == text.npos)
    out.clear();
  else
    out = text;
}

/// Whose order a client id names; false when it is no number.
bool assign_owner(std::string_view text, const number_ids& ids, bool& ours, client_order_id& id,
                  std::string& foreign_id) {
  const auto number = parse_unsigned(text);
  const auto known = number ? ids.id_of(*number) : std::nullopt;
  ours = known.has_value();
  id = known.value_or(client_order_id{});
  if (ours)
    foreign_id.clear();
  else
    foreign_id = text;
  return number.has_value();
}

/// The first leg's value of a list of the order's state; an absent list is zero.
std::optional<decimal> leg_amount(dom::element state, std::string_view name) {
  const auto list = array_of(state, name);
  if (!list)
    return decimal{};
  const auto first = first_of(state, name);
  std::string_view text;
  if (!first || first->get(text) != simdjson::SUCCESS)
    return std::nullopt;
  const auto value = parse_amount(text);
  static const auto limit = decimal::from_parts(1, 15);
  return value && *value <= limit ? value : std::nullopt;
}

/// How an order ended, in our words.
void explain_end(std::string_view reason, order_update& x) {
  x.reason = reject_reason::none;
  x.text.clear();
  if (x.state == order_state::open && x.filled.is_positive())
    x.state = order_state::partially_filled;
  if (x.state != order_state::cancelled && x.state != order_state::rejected)
    return;
  x.reason = reason_of(reason);
  x.text = reason;
  if (x.state == order_state::cancelled && reason == "EXPIRED") {
    x.state = order_state::expired;
  } else if (x.state == order_state::rejected && x.reason == reject_reason::duplicate_id) {
    // Our numbers never repeat: this was a second copy, and the first one may live.
    x.state = order_state::unknown;
  } else if (x.state == order_state::rejected && x.reason == reject_reason::none) {
    x.reason = reject_reason::other;
  }
}

} // namespace

read_result read_order(dom::element from, const instrument_table& instruments,
                       const number_ids& ids, evidence source, seen_order& out) {
  const auto legs = array_of(from, "legs");
  const auto leg = first_of(from, "legs");
  const auto metadata = member_of(from, "metadata");
  const auto state = member_of(from, "state");
  if (!leg || !metadata || !state)
    return read_result::malformed;
  const auto symbol = text_of(*leg, "instrument");
  if (symbol.empty())
    return read_result::malformed;
  const auto* const x = instruments.by_symbol(symbol);
  if (x == nullptr || ++legs->begin() != legs->end())
    return read_result::other_symbol;
  auto& o = out.order;
  const auto buy = boolean_of(*leg, "is_buying_asset");
  const auto size = amount_of(*leg, "size");
  const auto limit = amount_or_zero(*leg, "limit_price");
  const auto status = state_of(text_of(*state, "status"));
  const auto filled = leg_amount(*state, "traded_size");
  const auto average = leg_amount(*state, "avg_fill_price");
  if (!buy || !size || !limit || !status || !filled || !average
      || !assign_owner(text_of(*metadata, "client_order_id"), ids, out.ours, o.id, out.foreign_id))
    return read_result::malformed;
  assign_order_id(text_of(from, "order_id"), o.venue_order_id);
  o.instrument = x->rules.id;
  o.state = *status;
  o.order_side = *buy ? side::buy : side::sell;
  o.reduce_only = boolean_of(from, "reduce_only").value_or(false);
  o.size = x->size_from(*size);
  o.filled = x->size_from(*filled);
  o.limit_price = x->price_from(*limit);
  o.average_price = x->price_from(*average);
  o.source = source;
  o.time = ns_of(*state, "update_time");
  explain_end(text_of(*state, "reject_reason"), o);
  return read_result::ok;
}

read_result read_fill(dom::element from, const instrument_table& instruments, const number_ids& ids,
                      seen_fill& out) {
  const auto symbol = text_of(from, "instrument");
  if (symbol.empty())
    return read_result::malformed;
  const auto* const x = instruments.by_symbol(symbol);
  if (x == nullptr)
    return read_result::other_symbol;
  auto& f = out.execution;
  const auto buyer = boolean_of(from, "is_buyer");
  const auto at = amount_of(from, "price");
  const auto size = amount_of(from, "size");
  const auto fee = signed_amount_of(from, "fee");
  const auto trade_id = text_of(from, "trade_id");
  if (!buyer || !at || !x->price_from(*at).is_positive() || !size || !size->is_positive() || !fee
      || trade_id.empty())
    return read_result::malformed;
  // Nobody's order has no number: a liquidation, a settlement.
  assign_owner(text_of(from, "client_order_id"), ids, out.ours, f.id, out.foreign_id);
  assign_order_id(text_of(from, "order_id"), f.venue_order_id);
  f.instrument = x->rules.id;
  f.trade_id = trade_id;
  f.order_side = *buyer ? side::buy : side::sell;
  f.at = x->price_from(*at);
  f.size = x->size_from(*size);
  // Paid in another coin than the quote currency it cannot be stated here.
  const auto currency = text_of(from, "fee_currency");
  f.fee = currency.empty() || currency == x->rules.quote ? *fee : decimal{};
  f.maker = !boolean_of(from, "is_taker").value_or(true);
  f.liquidation = boolean_of(from, "is_liquidation").value_or(false);
  f.time = ns_of(from, "event_time");
  return read_result::ok;
}

seen_order foreign_order(const seen_fill& of) {
  const auto& f = of.execution;
  seen_order out;
  out.foreign_id = of.foreign_id;
  out.order.instrument = f.instrument;
  out.order.venue_order_id = f.venue_order_id;
  out.order.state = order_state::filled;
  out.order.order_side = f.order_side;
  out.order.size = f.size;
  out.order.filled = f.size;
  out.order.limit_price = f.at;
  out.order.average_price = f.at;
  out.order.reason = f.liquidation ? reject_reason::liquidation : reject_reason::none;
  out.order.text = "trade " + f.trade_id;
  out.order.source = evidence::stream;
  out.order.time = f.time;
  return out;
}

read_result read_position(dom::element from, const instrument_table& instruments, position& out) {
  const auto symbol = text_of(from, "instrument");
  if (symbol.empty())
    return read_result::malformed;
  const auto* const x = instruments.by_symbol(symbol);
  if (x == nullptr)
    return read_result::other_symbol;
  const auto size = signed_amount_of(from, "size");
  const auto entry = amount_or_zero(from, "entry_price");
  if (!size || !entry)
    return read_result::malformed;
  out = position{};
  out.instrument = x->rules.id;
  out.size = x->size_from(*size);
  out.entry = size->is_zero() ? price{} : x->price_from(*entry);
  out.unrealised = signed_amount_of(from, "unrealized_pnl").value_or(decimal{});
  out.time = ns_of(from, "event_time");
  return read_result::ok;
}

} // namespace actorbot::venues::grvt
