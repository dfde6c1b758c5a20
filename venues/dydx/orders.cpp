#include "venues/dydx/orders.hpp"

#include "venues/dydx/numbers.hpp"
#include "venues/wire/iso_time.hpp"
#include "venues/wire/json_reader.hpp"

#include <array>
#include <limits>

namespace actorbot::venues::dydx {

namespace {

namespace dom = simdjson::dom;

std::optional<side> side_of(std::string_view text) {
  if (text == "BUY")
    return side::buy;
  if (text == "SELL")
    return side::sell;
  return std::nullopt;
}

/// Absent is zero, anything but a number of 32 bits nothing.
std::optional<std::uint32_t> number_of(dom::element from, std::string_view name) {
  if (!member_of(from, name))
    return 0;
  const auto value = integer_of(from, name);
  if (!value || *value < 0 || *value > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<decimal> amount_of(dom::element from, std::string_view name) {
  const auto value = decimal_of(from, name);
  return value && !value->is_negative() ? value : std::nullopt;
}

/// By the pair's number where there is one, else by name ("ticker" of orders and socket fills,
/// "market" of REST fills and positions). Empty when no name is there at all.
std::optional<const listed_instrument*> market_of(dom::element from,
                                                  const instrument_table& instruments) {
  if (const auto pair = integer_of(from, "clobPairId"))
    return *pair < 0 || *pair > std::numeric_limits<std::uint32_t>::max()
               ? nullptr
               : instruments.by_pair(static_cast<std::uint32_t>(*pair));
  for (const auto* const name : {"ticker", "market"})
    if (const auto ticker = text_of(from, name); !ticker.empty())
      return instruments.by_ticker(ticker);
  return std::nullopt;
}

struct removal {
  std::string_view reason; ///< without ORDER_REMOVAL_REASON_
  order_state state;       ///< without a fill
  reject_reason why;
};

/// Removals that nobody asked for are rejections when nothing was filled.
constexpr auto removals = std::to_array<removal>({
    {"UNDERCOLLATERALIZED", order_state::rejected, reject_reason::margin},
    {"SELF_TRADE_ERROR", order_state::rejected, reject_reason::self_trade},
    {"POST_ONLY_WOULD_CROSS_MAKER_ORDER", order_state::rejected,
     reject_reason::post_only_would_cross},
    {"VIOLATES_ISOLATED_SUBACCOUNT_CONSTRAINTS", order_state::rejected, reject_reason::other},
    {"EQUITY_TIER", order_state::rejected, reject_reason::too_many_orders},
    {"INTERNAL_ERROR", order_state::rejected, reject_reason::other},
    {"FINAL_SETTLEMENT", order_state::rejected, reject_reason::market_closed},
    {"REDUCE_ONLY_RESIZE", order_state::rejected, reject_reason::reduce_only},
    {"FOK_ORDER_COULD_NOT_BE_FULLY_FULLED", order_state::cancelled, reject_reason::none},
    {"EXPIRED", order_state::expired, reject_reason::none},
    {"INDEXER_EXPIRED", order_state::expired, reject_reason::none},
});

void explain_end(std::string_view status, std::string_view reason, order_update& x) {
  constexpr std::string_view prefix = "ORDER_REMOVAL_REASON_";
  x.state = order_state::cancelled;
  x.text = std::string{status};
  if (reason.empty())
    return;
  if (reason.starts_with(prefix))
    reason.remove_prefix(prefix.size());
  x.text.append(" ").append(reason.substr(0, 60));
  for (const auto& row : removals) {
    if (row.reason != reason)
      continue;
    const bool refused = row.state == order_state::rejected;
    if (!refused || x.filled.is_zero())
      x.state = row.state;
    x.reason = row.why;
  }
}

/// False for a status that no source names.
bool read_state(std::string_view status, std::string_view removal_reason, venue_order& out) {
  auto& x = out.seen.order;
  x.reason = reject_reason::none;
  x.text.clear();
  out.may_still_fill = false;
  if (status == "OPEN" || status == "BEST_EFFORT_OPENED" || status == "UNTRIGGERED") {
    x.state = x.filled.is_positive() ? order_state::partially_filled : order_state::open;
  } else if (status == "FILLED") {
    x.state = order_state::filled;
  } else if (status == "CANCELED" || status == "BEST_EFFORT_CANCELED") {
    explain_end(status, removal_reason, x);
    out.may_still_fill
        = status == "BEST_EFFORT_CANCELED" && out.reference.flags == short_term_flags;
  } else if (status == "ERROR") {
    x.state = order_state::rejected;
    x.reason = reject_reason::other;
    x.text = "ERROR";
  } else {
    return false;
  }
  return true;
}

void read_owner(const number_ids* ids, std::uint16_t bot, std::optional<std::uint32_t> metadata,
                venue_order& out) {
  const auto id = ids != nullptr ? ids->id_of(out.reference.client_id) : std::nullopt;
  const bool marked = !metadata || (*metadata & 0xff00'0000) == metadata_mark;
  out.seen.ours = id && id->bot == bot && marked;
  out.seen.order.id = out.seen.ours ? *id : client_order_id{};
  out.seen.foreign_id = out.seen.ours ? std::string{} : std::to_string(out.reference.client_id);
}

} // namespace

read_result read_order(dom::element from, const instrument_table& instruments,
                       const number_ids* ids, std::uint16_t bot, evidence source,
                       venue_order& out) {
  const auto market = market_of(from, instruments);
  if (!market)
    return read_result::malformed;
  if (*market == nullptr)
    return read_result::other_market;
  const auto& x = **market;
  const auto id = text_of(from, "id");
  const auto order_side = side_of(text_of(from, "side"));
  const auto client = integer_of(from, "clientId");
  const auto flags = number_of(from, "orderFlags");
  const auto block = number_of(from, "goodTilBlock");
  const auto size = amount_of(from, "size");
  const auto limit = amount_of(from, "price");
  const auto filled = member_of(from, "totalFilled") ? amount_of(from, "totalFilled") : decimal{};
  if (id.empty() || id.size() > 64 || !order_side || !client || *client < 0
      || *client > std::numeric_limits<std::uint32_t>::max() || !flags || !block || !size || !limit
      || !filled)
    return read_result::malformed;
  out.reference = {static_cast<std::uint32_t>(*client), *flags, x.clob_pair};
  out.good_til_block = *block;
  const auto metadata
      = member_of(from, "clientMetadata") ? number_of(from, "clientMetadata") : std::nullopt;
  read_owner(ids, bot, metadata, out);
  auto& o = out.seen.order;
  o.instrument = x.rules.id;
  o.venue_order_id = id;
  o.order_side = *order_side;
  o.reduce_only = boolean_of(from, "reduceOnly").value_or(false)
                  || (out.seen.ours && metadata && (*metadata & metadata_reduce_only) != 0);
  o.size = quantity{*size};
  o.filled = quantity{*filled};
  o.limit_price = price{*limit};
  o.average_price = {};
  o.source = source;
  o.time = iso_time_of(from, "updatedAt");
  return read_state(text_of(from, "status"), text_of(from, "removalReason"), out)
             ? read_result::ok
             : read_result::malformed;
}

read_result read_fill(dom::element from, const instrument_table& instruments, fill& out,
                      std::uint64_t& height) {
  const auto market = market_of(from, instruments);
  if (!market)
    return read_result::malformed;
  if (*market == nullptr)
    return read_result::other_market;
  const auto id = text_of(from, "id");
  const auto order_side = side_of(text_of(from, "side"));
  const auto at = amount_of(from, "price");
  const auto size = amount_of(from, "size");
  const auto fee = long_decimal_of(from, "fee");
  const auto block = integer_of(from, "createdAtHeight");
  const auto type = text_of(from, "type");
  if (id.empty() || !order_side || !at || !at->is_positive() || !size || !size->is_positive()
      || !fee || !block || *block < 0)
    return read_result::malformed;
  out = fill{};
  out.instrument = (*market)->rules.id;
  out.venue_order_id = text_of(from, "orderId");
  out.trade_id = id;
  out.order_side = *order_side;
  out.at = price{*at};
  out.size = quantity{*size};
  out.fee = *fee;
  out.maker = text_of(from, "liquidity") == "MAKER";
  // LIQUIDATION is the side that took a liquidated position over: an order like any other.
  out.liquidation = type == "LIQUIDATED" || type == "DELEVERAGED";
  out.time = iso_time_of(from, "createdAt");
  height = static_cast<std::uint64_t>(*block);
  return read_result::ok;
}

read_result read_position(dom::element from, const instrument_table& instruments, position& out) {
  const auto market = market_of(from, instruments);
  if (!market)
    return read_result::malformed;
  if (*market == nullptr)
    return read_result::other_market;
  const auto size = decimal_of(from, "size");
  const auto entry = long_decimal_of(from, "entryPrice");
  const auto direction = text_of(from, "side");
  const auto status = text_of(from, "status");
  if (!size || !entry || entry->is_negative() || (direction != "LONG" && direction != "SHORT")
      || status.empty())
    return read_result::malformed;
  out = position{};
  out.instrument = (*market)->rules.id;
  if (status != "OPEN")
    return read_result::ok; // closed: flat
  // Signed already; the side settles it should that ever change.
  out.size = quantity{direction == "SHORT" ? -size->abs() : size->abs()};
  out.entry = size->is_zero() ? price{} : price{*entry};
  out.unrealised = long_decimal_of(from, "unrealizedPnl").value_or(decimal{});
  return read_result::ok;
}

order_update judge(const venue_order& order, std::int64_t height) {
  auto x = order.seen.order;
  if (order.reference.flags != short_term_flags || order.good_til_block == 0)
    return x;
  const bool passed = has_passed(order.good_til_block, height);
  const auto still = x.filled.is_positive() ? order_state::partially_filled : order_state::open;
  if (order.may_still_fill && !passed) {
    x.text += ", final after block " + std::to_string(order.good_til_block);
    x.state = still;
    x.reason = reject_reason::none;
  } else if (passed && !is_final(x.state)) {
    x.state = order_state::expired;
    x.text = "block " + std::to_string(order.good_til_block) + " has passed";
  }
  return x;
}

} // namespace actorbot::venues::dydx
