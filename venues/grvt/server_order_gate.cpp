#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/grvt/server_orders.hpp"

#include <algorithm>
#include <array>
#include <limits>

/// The gateway: everything that is said of an order before it is on its way.
namespace actorbot::venues::grvt::server {

namespace {

constexpr auto longest_signature = std::chrono::hours{24} * 30;
constexpr std::array<std::string_view, 6> times_in_force{"",
                                                         "GOOD_TILL_TIME",
                                                         "ALL_OR_NONE",
                                                         "IMMEDIATE_OR_CANCEL",
                                                         "FILL_OR_KILL",
                                                         "RETAIL_PRICE_IMPROVEMENT"};

std::uint8_t number_of(std::string_view time_in_force) {
  const auto at = std::find(times_in_force.begin() + 1, times_in_force.end(), time_in_force);
  return at == times_in_force.end() ? std::uint8_t{0}
                                    : static_cast<std::uint8_t>(at - times_in_force.begin());
}

bool takes_at_once(const order_record& o) {
  return o.time_in_force == times_in_force[3] || o.time_in_force == times_in_force[4];
}

/// An id that stands for none: absent, empty, or nothing but zeros.
bool is_no_id(const json_value* id) {
  if (!id)
    return true;
  if (!id->is_string())
    return id->is_number_integer() && *id == 0;
  const auto digits = crypto::strip_0x(id->get_ref<const std::string&>());
  return digits.find_first_not_of('0') == digits.npos;
}

constexpr auto max64 = std::numeric_limits<std::uint64_t>::max();

} // namespace

const account_identity* order_desk::read_account(const call& c, reader& r) const {
  const auto sub = r.unsigned64("sub_account_id");
  return sub ? sessions_.use(*c.who, *sub) : nullptr;
}

std::optional<failure> order_desk::admit(const call& c, const json_value& order,
                                         order_record& out) const {
  if (!order.is_object())
    return refuse(1003);
  const account_identity* who = nullptr;
  if (auto wrong = read_identity(c, order, out, who))
    return wrong;
  if (auto wrong = read_terms(order, out))
    return wrong;
  if (auto wrong = read_leg(order, out))
    return wrong;
  out.account = who->id;
  if (auto wrong = check_signature(c, order, *who, out))
    return wrong;
  if (auto wrong = check_builder(*who, out))
    return wrong;
  if (auto wrong = check_rules(out))
    return wrong;
  if (const auto* same = find(out.account, out.client_id); same && same->is_active())
    return refuse(2012);
  if (out.reduce_only)
    if (auto wrong = check_reduce_only(out))
      return wrong;
  if (auto wrong = check_margin(out))
    return wrong;
  // The contract refuses a hash that it has seen.
  if (used_digests_.contains(out.digest))
    return refuse(2082);
  out.created = out.updated = c.now;
  out.book_size = out.size;
  return std::nullopt;
}

std::optional<failure> order_desk::read_identity(const call& c, const json_value& order,
                                                 order_record& out,
                                                 const account_identity*& who) const {
  reader r{order};
  const auto sub = r.unsigned64("sub_account_id");
  if (!sub)
    return refuse(1003);
  who = sessions_.use(*c.who, *sub);
  if (!who)
    return refuse(2003);
  if (!is_no_id(r.find("order_id")))
    return refuse(2010);
  if (const auto* state = r.find("state"); state && !state->empty())
    return refuse(2050);
  const auto* metadata = r.object("metadata");
  if (r.bad())
    return refuse(1003);
  if (!metadata)
    return refuse(2011);
  reader m{*metadata};
  const auto client = m.unsigned64("client_order_id");
  if (m.bad())
    return refuse(1003);
  if (!client)
    return refuse(2011);
  out.client_id = *client;
  if (const auto* trigger = m.object("trigger")) {
    const auto type = reader{*trigger}.text("trigger_type");
    if (!type.empty() && type != "UNSPECIFIED")
      return refuse(2112);
  }
  if (const auto broker = m.text("broker"); !broker.empty())
    out.broker = broker;
  return m.bad() ? std::optional{refuse(1003)} : std::nullopt;
}

std::optional<failure> order_desk::read_terms(const json_value& order, order_record& out) const {
  reader r{order};
  out.is_market = r.flag("is_market").value_or(false);
  out.post_only = r.flag("post_only").value_or(false);
  out.reduce_only = r.flag("reduce_only").value_or(false);
  const auto number = number_of(r.text("time_in_force"));
  if (r.bad() || number == 0)
    return refuse(1003);
  out.time_in_force = times_in_force[number];
  if (out.time_in_force == "ALL_OR_NONE")
    return refuse(2030);
  if (out.post_only && (out.is_market || takes_at_once(out)))
    return refuse(2032);
  return std::nullopt;
}

std::optional<failure> order_desk::read_leg(const json_value& order, order_record& out) const {
  reader r{order};
  const auto* legs = r.array("legs");
  if (r.bad())
    return refuse(1003);
  if (!legs || legs->empty())
    return refuse(2040);
  if (legs->size() > 1)
    return refuse(2042);
  reader leg{legs->front()};
  const auto name = leg.text("instrument");
  const auto size = leg.amount("size");
  const auto limit = leg.amount("limit_price").value_or(decimal{});
  const auto buys = leg.flag("is_buying_asset");
  if (leg.bad() || name.empty() || !size || !buys || size->is_negative() || limit.is_negative())
    return refuse(1003);
  const auto market = state_.core().find_market(name);
  if (!market)
    return refuse(2061);
  if (out.is_market && !limit.is_zero())
    return refuse(2020);
  if (!out.is_market && limit.is_zero())
    return refuse(2021);
  out.market = *market;
  out.size = *size;
  out.limit_price = limit;
  out.order_side = *buys ? side::buy : side::sell;
  return std::nullopt;
}

std::optional<failure> order_desk::check_signature(const call& c, const json_value& order,
                                                   const account_identity& who,
                                                   order_record& out) const {
  reader r{order};
  const auto* given = r.object("signature");
  if (!given)
    return refuse(1003);
  signature_fields by;
  if (auto wrong = signatures_.read(*given, c.now, by))
    return wrong;
  const auto& info = state_.instrument(out.market);
  const auto size = scaled(out.size, info.base_decimals, max64);
  const auto limit = scaled(out.limit_price, 9, max64);
  if (!size || !limit)
    return refuse(2002);
  order_terms terms;
  terms.sub_account = who.sub_account;
  terms.is_market = out.is_market;
  terms.time_in_force = number_of(out.time_in_force);
  terms.post_only = out.post_only;
  terms.reduce_only = out.reduce_only;
  terms.asset = info.asset;
  terms.size = *size;
  terms.price = *limit;
  terms.is_buying = out.order_side == side::buy;
  if (const auto* builder = r.find("builder"); !is_no_id(builder)) {
    if (!builder->is_string())
      return refuse(1003);
    terms.builder = crypto::parse_address(builder->get_ref<const std::string&>());
    const auto fee = r.amount("builder_fee").value_or(decimal{});
    if (r.bad() || !terms.builder)
      return refuse(1003);
    if (fee.is_negative())
      return refuse(7501);
    const auto scaled_fee = scaled(fee, 4, std::numeric_limits<std::uint32_t>::max());
    if (!scaled_fee)
      return refuse(7500);
    terms.builder_fee = static_cast<std::uint32_t>(*scaled_fee);
    out.builder = crypto::to_hex_0x(*terms.builder);
    out.builder_fee = fee;
  }
  if (auto wrong = signatures_.check(by, signatures_.order_hash(terms, by), out.digest))
    return wrong;
  if (by.signer != who.signer)
    return refuse(2000);
  if (!who.may_trade)
    return refuse(1400);
  out.signer = crypto::to_hex_0x(by.signer);
  out.r = crypto::to_hex_0x(by.value.r);
  out.s = crypto::to_hex_0x(by.value.s);
  out.v = 27 + by.value.recovery_id;
  out.expires = by.expires;
  out.nonce = by.nonce;
  if (by.expires - c.now > longest_signature)
    out.reason = "EXCEED_MAX_SIGNATURE_EXPIRATION"; // the engine's word, not the gateway's
  return std::nullopt;
}

std::optional<failure> order_desk::check_builder(const account_identity& who,
                                                 const order_record& o) const {
  if (o.builder == "0x00")
    return std::nullopt;
  const auto at = permits_.find(who.main);
  if (at == permits_.end())
    return refuse(7504);
  const auto permit = std::find_if(at->second.begin(), at->second.end(),
                                   [&](const auto& p) { return p.builder == o.builder; });
  if (permit == at->second.end())
    return refuse(7504);
  return o.builder_fee > permit->futures_fee ? std::optional{refuse(7500)} : std::nullopt;
}

std::optional<failure> order_desk::check_rules(const order_record& o) const {
  const auto& core = state_.core();
  const auto& rules = state_.rules(o.market);
  const auto mark = core.prices(o.market).mark;
  if (!core.is_trading(o.market))
    return refuse(2060);
  if (o.size < rules.min_quantity.value())
    return refuse(2062);
  if (!o.size.is_multiple_of(rules.lot))
    return refuse(2065);
  if (!o.is_market) {
    if (!o.limit_price.is_multiple_of(rules.tick))
      return refuse(2064);
    const price at{o.limit_price};
    const bool out_of_range
        = at < rules.min_price || (!rules.max_price.is_zero() && at > rules.max_price);
    const bool buys = o.order_side == side::buy;
    const bool beyond
        = mark.is_positive()
          && (buys ? rules.price_band_up.is_positive() && at > mark * rules.price_band_up
                   : at < mark * rules.price_band_down);
    if (out_of_range || beyond)
      return refuse(7201);
  }
  if (o.size > rules.max_quantity.value())
    return refuse(2081);
  const auto held = core.position(o.account, o.market).size.value();
  const auto change = o.order_side == side::buy ? o.size : -o.size;
  if (!o.reduce_only && (held + change).abs() > rules.max_quantity.value())
    return refuse(2081);
  const auto best = core.top(o.market);
  const auto& other = o.order_side == side::buy ? best.ask : best.bid;
  const auto reference = !o.is_market         ? o.limit_price
                         : mark.is_positive() ? mark.value()
                         : other              ? other->at.value()
                                              : decimal{};
  if (!o.reduce_only && reference * o.size < rules.min_notional)
    return refuse(held.sign() * change.sign() < 0 ? 2067 : 2066);
  if (!o.is_market && !takes_at_once(o)
      && core.open_orders(o.account, o.market).size() >= rules.max_open_orders)
    return refuse(2090);
  return std::nullopt;
}

std::optional<failure> order_desk::check_reduce_only(const order_record& o) const {
  const auto held = state_.core().position(o.account, o.market).size.value();
  if (held.is_zero())
    return refuse(2400);
  if (held.is_positive() == (o.order_side == side::buy))
    return refuse(2401);
  return o.size > held.abs() ? std::optional{refuse(2402)} : std::nullopt;
}

/// Only what is certain: the order by itself, on top of the position. What open orders add is for
/// the engine to say (BELOW_MARGIN).
std::optional<failure> order_desk::check_margin(const order_record& o) const {
  if (o.reduce_only)
    return std::nullopt;
  const auto& core = state_.core();
  const auto mark = core.prices(o.market).mark;
  const auto held = notional(mark, core.position(o.account, o.market).size);
  const auto at = o.is_market ? mark.value() : o.limit_price;
  const auto toward = o.order_side == side::buy ? held : -held;
  const auto leverage = std::max<std::uint16_t>(1, core.leverage(o.account, o.market));
  const auto need = decimal::divide(toward + at * o.size, decimal{leverage});
  const auto money = core.summary(o.account);
  return need > money.equity && need > money.position_margin + money.order_margin
             ? std::optional{refuse(2080)}
             : std::nullopt;
}

} // namespace actorbot::venues::grvt::server
