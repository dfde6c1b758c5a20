#include "venues/edgex/orders.hpp"

#include "venues/edgex/parse.hpp"

#include <algorithm>
#include <string>

namespace actorbot::venues::edgex {

namespace {

namespace dom = simdjson::dom;

std::optional<side> side_of(std::string_view text) {
  if (text == "BUY")
    return side::buy;
  if (text == "SELL")
    return side::sell;
  return std::nullopt;
}

/// A decimal that is not below zero; zero when the member is absent or empty, empty when it cannot
/// be read.
std::optional<decimal> amount_or_zero(dom::element from, std::string_view name) {
  const auto member = member_of(from, name);
  if (!member || member->is_null())
    return decimal{};
  std::string_view text;
  if (member->get(text) == simdjson::SUCCESS && text.empty())
    return decimal{};
  const auto value = long_decimal_of(from, name);
  return value && !value->is_negative() ? value : std::nullopt;
}

void read_owner(std::string_view client_id, std::uint16_t bot, seen_order& out) {
  const auto id = parse_client_order_text(client_id);
  out.ours = id && id->bot == bot;
  out.order.id = out.ours ? *id : client_order_id{};
  out.foreign_id = out.ours ? std::string{} : std::string{client_id};
}

bool is_liquidation(dom::element from) {
  return boolean_of(from, "isLiquidate").value_or(false)
         || boolean_of(from, "isDeleverage").value_or(false);
}

/// What a cancelled order ended as.
void explain_cancel(std::string_view reason, std::string_view tif, order_update& x) {
  x.state = order_state::cancelled;
  x.text = reason;
  const auto refused_for = [&](reject_reason why) {
    x.reason = why;
    if (x.filled.is_zero())
      x.state = order_state::rejected;
  };
  if (reason == "EXPIRE_CANCELED")
    x.state = order_state::expired;
  else if (reason == "MARGIN_NOT_ENOUGH")
    refused_for(reject_reason::margin);
  else if (reason == "REDUCE_ONLY_CANCELED")
    refused_for(reject_reason::reduce_only);
  else if (reason == "INTERNAL_FAILED")
    refused_for(reject_reason::other);
  else if (reason == "LIQUIDATE_CANCELED")
    x.reason = reject_reason::liquidation;
  else if (reason == "COULD_NOT_FILL" && tif == "POST_ONLY")
    refused_for(reject_reason::post_only_would_cross);
}

enum class progress : std::uint8_t { accepted, resting, filled, cancelled, none };

std::optional<progress> progress_of(std::string_view status) {
  if (status == "PENDING" || status == "UNTRIGGERED")
    return progress::accepted;
  if (status == "OPEN" || status == "CANCELING")
    return progress::resting;
  if (status == "FILLED")
    return progress::filled;
  if (status == "CANCELED")
    return progress::cancelled;
  if (status == "UNKNOWN_ORDER_STATUS" || status == "UNRECOGNIZED" || status.empty())
    return progress::none;
  return std::nullopt;
}

struct order_sums {
  decimal matched, filled, failed, value;
};

/// V2 may leave out what is not in cumFill*.
std::optional<order_sums> read_sums(dom::element from, progress p, decimal size) {
  const auto filled = amount_or_zero(from, "cumFillSize");
  const auto failed = amount_or_zero(from, "cumFailSize");
  const auto value = amount_or_zero(from, "cumFillValue");
  auto matched = amount_or_zero(from, "cumMatchSize");
  if (!filled || !failed || !value || !matched)
    return std::nullopt;
  if (!member_of(from, "cumMatchSize"))
    matched = p == progress::filled ? size : *filled;
  return order_sums{*matched, *filled, *failed, *value};
}

void apply_state(progress p, const order_sums& sums, dom::element from, order_update& x) {
  const bool settled = sums.filled + sums.failed >= sums.matched;
  x.reason = reject_reason::none;
  x.text.clear();
  if (p == progress::accepted) {
    x.state = order_state::pending;
  } else if (p == progress::resting || !settled) {
    x.state = x.filled.is_zero() ? order_state::open : order_state::partially_filled;
  } else if (p == progress::cancelled) {
    explain_cancel(text_of(from, "cancelReason"), text_of(from, "timeInForce"), x);
  } else if (x.filled < x.size) {
    x.state = order_state::cancelled;
    x.text = "FILLED, but the settlement refused a part";
  } else {
    x.state = order_state::filled;
  }
  if (is_liquidation(from))
    x.reason = reject_reason::liquidation;
}

} // namespace

read_result read_order(dom::element from, const instrument_table& instruments, std::uint16_t bot,
                       evidence source, seen_order& out) {
  const auto contract = id_of(from, "contractId");
  const auto number = id_of(from, "id");
  if (!contract || !number)
    return read_result::malformed;
  const auto* const x = instruments.by_contract(*contract);
  if (x == nullptr)
    return read_result::other_contract;
  const auto p = progress_of(text_of(from, "status"));
  if (!p)
    return read_result::malformed;
  const auto client = member_of(from, "clientOrderId");
  if (*p == progress::none || !client || !member_of(from, "size") || !member_of(from, "side")
      || !member_of(from, "cumFillSize"))
    return read_result::incomplete;
  const auto order_side = side_of(text_of(from, "side"));
  const auto size = amount_or_zero(from, "size");
  const auto limit = amount_or_zero(from, "price");
  if (!order_side || !size || !limit)
    return read_result::malformed;
  const auto sums = read_sums(from, *p, *size);
  if (!sums)
    return read_result::malformed;
  read_owner(text_of(from, "clientOrderId"), bot, out);
  auto& o = out.order;
  o.instrument = x->rules.id;
  o.venue_order_id = std::to_string(*number);
  o.order_side = *order_side;
  o.reduce_only = boolean_of(from, "reduceOnly").value_or(false);
  o.size = x->size_from(*size);
  o.filled = x->size_from(sums->filled);
  o.limit_price = x->price_from(*limit);
  o.average_price = sums->filled.is_zero()
                        ? price{}
                        : x->price_from(decimal::divide(sums->value, sums->filled));
  o.source = source;
  o.time = time_of(from, "updatedTime");
  apply_state(*p, *sums, from, o);
  return read_result::ok;
}

namespace {

/// Whether the settlement has taken an execution. INIT: not yet.
std::optional<bool> counts(std::string_view censor) {
  if (censor.empty() || censor == "CENSOR_SUCCESS" || censor == "L2_APPROVED")
    return true;
  if (censor == "INIT" || censor == "CENSOR_FAILURE" || censor == "L2_REJECT"
      || censor == "L2_REJECT_APPROVED")
    return false;
  return std::nullopt;
}

} // namespace

read_result read_fill(dom::element from, const instrument_table& instruments,
                      const order_owner* owner, fill& out) {
  const auto number = id_of(from, "id");
  const auto order = id_of(from, "orderId");
  if (!number || !order)
    return read_result::malformed;
  const auto contract = id_of(from, "contractId");
  const auto* const x = contract ? instruments.by_contract(*contract)
                        : owner  ? instruments.by_id(owner->instrument)
                                 : nullptr;
  if (x == nullptr)
    return contract ? read_result::other_contract : read_result::incomplete;
  auto order_side = side_of(text_of(from, "orderSide"));
  if (!member_of(from, "orderSide") && owner != nullptr)
    order_side = owner->order_side;
  const auto counted = counts(text_of(from, "censorStatus"));
  const auto at = amount_or_zero(from, "fillPrice");
  const auto size = amount_or_zero(from, "fillSize");
  const auto fee = long_decimal_of(from, "fillFee");
  const auto direction = text_of(from, "direction");
  if (!order_side || !counted || !at || !size)
    return read_result::malformed;
  if (!*counted)
    return read_result::not_counted;
  if (!x->price_from(*at).is_positive() || !size->is_positive())
    return read_result::malformed;
  out = fill{};
  out.instrument = x->rules.id;
  out.venue_order_id = std::to_string(*order);
  out.trade_id = std::to_string(*number);
  out.order_side = *order_side;
  out.at = x->price_from(*at);
  out.size = x->size_from(*size);
  out.fee = fee.value_or(decimal{});
  out.maker = direction == "MAKER";
  out.liquidation = is_liquidation(from);
  out.time = time_of(from, member_of(from, "matchTime") ? "matchTime" : "createdTime");
  return read_result::ok;
}

read_result read_position(dom::element from, std::optional<dom::array> assets,
                          const instrument_table& instruments, position& out) {
  const auto contract = id_of(from, "contractId");
  if (!contract)
    return read_result::malformed;
  const auto* const x = instruments.by_contract(*contract);
  if (x == nullptr)
    return read_result::other_contract;
  const auto size = decimal_of_either(from, "openSize", "size");
  if (!size)
    return read_result::malformed;
  out = position{};
  out.instrument = x->rules.id;
  out.size = x->size_from(*size);
  out.time = time_of(from, "updatedTime");
  if (size->is_zero())
    return read_result::ok;
  if (assets)
    for (const auto row : *assets) {
      if (id_of(row, "contractId") != contract)
        continue;
      out.unrealised = decimal_of_either(row, "unrealizePnl", "unrealizedPnl").value_or(decimal{});
      if (const auto entry = long_decimal_of(row, "avgEntryPrice"); entry && entry->is_positive())
        out.entry = x->price_from(*entry);
    }
  if (const auto value = long_decimal_of(from, "openValue"); out.entry.is_zero() && value)
    out.entry = x->price_from(decimal::divide(value->abs(), size->abs()));
  return read_result::ok;
}

bool read_balance(dom::element from, std::optional<dom::array> collateral,
                  const instrument_table& instruments, balance& out) {
  const auto coin = id_of(from, "coinId");
  const auto equity = long_decimal_of(from, "totalEquity");
  const auto available = decimal_of_either(from, "availableAmount", "availableBalance");
  if (!coin || !equity || !available)
    return false;
  out.asset = instruments.coin_name(*coin);
  if (out.asset.empty())
    out.asset = std::to_string(*coin);
  out.equity = *equity;
  out.available = *available;
  out.total = *equity;
  if (collateral)
    for (const auto row : *collateral)
      if (id_of(row, "coinId") == coin)
        out.total = decimal_of_either(row, "legacyAmount", "totalAmount").value_or(*equity);
  return true;
}

std::optional<funding_payment> read_funding(dom::element from,
                                            const instrument_table& instruments) {
  const auto contract = id_of(from, "positionContractId");
  const auto* const x = contract ? instruments.by_contract(*contract) : nullptr;
  const auto amount = long_decimal_of(from, "deltaAmount");
  const auto number = id_of(from, "id");
  if (text_of(from, "type") != "POSITION_FUNDING" || x == nullptr || !amount || !number)
    return std::nullopt;
  funding_payment out;
  out.instrument = x->rules.id;
  out.amount = *amount;
  out.id = std::to_string(*number);
  out.time = time_of(from, "createdTime");
  return out;
}

} // namespace actorbot::venues::edgex
