#include "venues/backpack/server_orders.hpp"

#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <limits>

namespace actorbot::venues::backpack::server {

namespace {

constexpr std::string_view execute_payload = "OrderExecutePayload";
constexpr std::string_view cancel_payload = "OrderCancelPayload";
constexpr std::string_view cancel_all_payload = "OrderCancelAllPayload";
constexpr auto most_client_id = std::numeric_limits<std::uint32_t>::max();

/// Prices and sizes beyond this have notionals that no account holds, and sums that may not fit.
const decimal most_quantity = decimal::from_int(1'000'000'000'000'000);

/// Attached exits and triggers: read, so that a malformed one is told, and refused.
void refuse_triggers(parameter_reader& read) {
  if (read.has("triggerPrice") != read.has("triggerQuantity"))
    read.fail(refuse::request("Must specify both `triggerPrice` and `triggerQuantity` or neither"));
  for (const auto* name : {"triggerPrice", "triggerBy", "stopLossTriggerPrice",
                           "stopLossLimitPrice", "stopLossTriggerBy", "takeProfitTriggerPrice",
                           "takeProfitLimitPrice", "takeProfitTriggerBy"})
    if (read.has(name))
      read.fail(refuse::not_simulated(name));
}

} // namespace

/// `orderType`, `timeInForce`, `postOnly`, `reduceOnly` and `selfTradePrevention`.
void order_desk::read_kind(parameter_reader& read, exchange::new_order& out) const {
  const auto type = read.word("orderType", "OrderType", {"Limit", "Market"});
  if (!type)
    return read.fail(
        refuse::payload(execute_payload, "field `orderType` is required", execute_payload));
  out.type = *type == 1 ? order_type::market : order_type::limit;
  const auto tif = read.word("timeInForce", "TimeInForce", {"GTC", "IOC", "FOK"});
  if (tif == 1U)
    out.tif = time_in_force::ioc;
  else if (tif == 2U)
    out.tif = time_in_force::fok;
  if (tif == 1U && out.type == order_type::market)
    out.note += 'I';
  if (read.flag("postOnly")) {
    out.post_only = exchange::post_only_mode::reject;
    if (out.type == order_type::market || out.tif != time_in_force::gtc)
      read.fail(refuse::order("Invalid order"));
  }
  if (read.flag("reduceOnly"))
    out.reduce_only = exchange::reduce_only_mode::clamp;
  const auto mode = read.word("selfTradePrevention", "SelfTradePrevention",
                              {"RejectTaker", "RejectMaker", "RejectBoth"});
  out.self_trade = mode == 1U   ? exchange::self_trade_mode::expire_maker
                   : mode == 2U ? exchange::self_trade_mode::expire_both
                                : exchange::self_trade_mode::expire_taker;
}

/// `price`, `quantity` and `quoteQuantity`, as the type of the order wants them.
void order_desk::read_amounts(parameter_reader& read, exchange::new_order& out) const {
  const auto limit = read.amount("price");
  const auto size = read.amount("quantity");
  const auto quote = read.amount("quoteQuantity");
  if (read.failed())
    return;
  if (out.type == order_type::limit) {
    if (!limit)
      read.fail(refuse::request("Must specify `price` for limit orders"));
    if (!size || quote)
      read.fail(refuse::request("Must specify `quantity` for limit orders"));
    out.limit_price = price{limit.value_or(decimal{})};
    out.size = quantity{size.value_or(decimal{})};
    return;
  }
  if (limit)
    read.fail(refuse::request("`price` must not be specified for market orders"));
  if (size.has_value() == quote.has_value())
    return read.fail(refuse::request("Must specify either `quantity` or `quoteQuantity`"));
  if (size) {
    out.size = quantity{*size};
    return;
  }
  if (*quote > most_quantity)
    return read.fail(refuse::quantity("Quantity is above the maximum allowed value"));
  // As much as the quote quantity pays for, down the book.
  const auto& rules = state_.core().rules(out.market);
  const auto book = state_.core().book(out.market);
  auto left = *quote;
  decimal sum;
  for (const auto& l : out.order_side == side::buy ? book.asks : book.bids) {
    const auto fits = decimal::divide(left, l.at.value(), rounding::down);
    const auto taken = std::min(fits, l.size.value());
    sum += taken;
    left -= decimal::multiply(taken, l.at.value(), rounding::up);
    if (taken < l.size.value() || !left.is_positive())
      break;
  }
  if (sum.is_zero())
    return read.fail(from_core(exchange::reject_code::no_liquidity));
  out.size = quantity{sum.round_to(rules.lot, rounding::down)};
  out.note += "=" + to_string(*quote);
}

/// The worst price that a market order may take, from the best one.
void order_desk::bound_market_order(parameter_reader& read, exchange::new_order& out) const {
  const auto tolerance = read.amount("slippageTolerance");
  const auto kind
      = read.word("slippageToleranceType", "SlippageToleranceType", {"TickSize", "Percent"});
  if (tolerance.has_value() != kind.has_value())
    read.fail(refuse::request(
        "Must specify both `slippageTolerance` and `slippageToleranceType` or neither"));
  if (tolerance && out.type == order_type::limit)
    read.fail(refuse::request("`slippageTolerance` is for market orders"));
  if (tolerance && *tolerance > decimal{1'000'000})
    read.fail(refuse::request("Invalid `slippageTolerance`"));
  if (read.failed() || out.type == order_type::limit)
    return;
  const bool buys = out.order_side == side::buy;
  const auto top = state_.core().top(out.market);
  const auto best = buys ? top.ask : top.bid;
  if (!best)
    return; // the core says that there is no liquidity
  const auto at = best->at.value();
  const auto& rules = state_.core().rules(out.market);
  auto bound = at * (buys ? impact_up : impact_down);
  if (tolerance) {
    out.note.insert(0, "S");
    const auto away
        = *kind == 0U ? rules.tick * *tolerance : decimal::divide(at * *tolerance, decimal{100});
    const auto wanted = buys ? at + away : at - away;
    bound = buys ? std::min(bound, wanted) : std::max(bound, wanted);
  }
  out.limit_price = price{bound.round_to(rules.tick, buys ? rounding::floor : rounding::ceil)};
}

std::optional<failure> order_desk::check_size(const exchange::new_order& order) const {
  const auto& rules = state_.core().rules(order.market);
  const auto size = order.size.value();
  if (places_of(size) > state_.format(order.market).size_places)
    return refuse::request("Quantity decimal too long");
  if (order.size < rules.min_quantity)
    return refuse::quantity("Quantity is below the minimum allowed value");
  if (size > most_quantity || (!rules.max_quantity.is_zero() && order.size > rules.max_quantity))
    return refuse::quantity("Quantity is above the maximum allowed value");
  if (!size.is_multiple_of(rules.lot))
    return refuse::quantity("Invalid quantity");
  return std::nullopt;
}

std::optional<failure> order_desk::check_price(const exchange::new_order& order) const {
  if (order.type == order_type::market)
    return std::nullopt;
  const auto& rules = state_.core().rules(order.market);
  const auto at = order.limit_price.value();
  if (places_of(at) > state_.format(order.market).price_places)
    return refuse::request("Price decimal too long");
  if (order.limit_price < rules.min_price || order.limit_price > rules.max_price
      || !at.is_multiple_of(rules.tick))
    return refuse::price("Invalid price");
  const auto trades = state_.core().recent_trades(order.market, 1);
  const auto last = trades.empty() ? state_.core().prices(order.market).mark : trades.back().at;
  if (!last.is_zero()
      && (at > last.value() * last_price_band_up || at < last.value() * last_price_band_down))
    return refuse::price("Price is too far from the last active price");
  return std::nullopt;
}

std::optional<failure> order_desk::read_order(const parameters& values, exchange::new_order& out) {
  parameter_reader read{values, execute_payload};
  out.market = read_market(read, state_.core(), execute_payload);
  const auto direction = read.word("side", "Side", {"Bid", "Ask"});
  if (!direction)
    read.fail(refuse::payload(execute_payload, "field `side` is required", execute_payload));
  out.order_side = direction == 1U ? side::sell : side::buy;
  read_kind(read, out);
  if (const auto id = read.integer("clientId", most_client_id))
    out.client_id = std::to_string(*id);
  for (const auto* name : {"autoLend", "autoLendRedeem", "autoBorrow", "autoBorrowRepay"})
    read.flag(name);
  read.integer("brokerId", std::numeric_limits<std::uint16_t>::max());
  refuse_triggers(read);
  if (!read.failed())
    read_amounts(read, out);
  if (!read.failed())
    bound_market_order(read, out);
  if (read.failed())
    return read.failed();
  if (auto refused = check_size(out))
    return refused;
  return check_price(out);
}

reply order_desk::submit(const call& c, exchange::new_order& order) {
  order.account = c.account;
  const auto placed = state_.core().submit(c.now, order);
  return placed ? reply{order_answer(state_, *placed.value)} : reply{from_core(placed.code)};
}

reply order_desk::place(const call& c) {
  exchange::new_order order;
  if (auto refused = read_order(c.values, order))
    return *refused;
  return submit(c, order);
}

reply order_desk::place_batch(const call& c) {
  constexpr std::size_t most_orders = 50;
  if (c.all.empty() || c.all.size() > most_orders)
    return refuse::request("A batch holds 1 to 50 orders");
  std::vector<exchange::new_order> orders(c.all.size());
  for (std::size_t i = 0; i < orders.size(); ++i)
    if (auto refused = read_order(c.all[i], orders[i]))
      return *refused; // one that is malformed refuses them all
  reply out;
  json_writer json{out.body};
  json.open_array();
  for (auto& order : orders) {
    order.account = c.account;
    const auto placed = state_.core().submit(c.now, order);
    if (placed) {
      json.item(order_answer(state_, *placed.value, true));
      continue;
    }
    const auto refused = from_core(placed.code);
    json.open_object()
        .text("operation", "Err")
        .text("code", refused.code)
        .text("message", refused.text)
        .close_object();
  }
  json.close_array();
  return out;
}

/// By `orderId` or `clientId`, exactly one of them.
const exchange::order* order_desk::find(const call& c, parameter_reader& read,
                                        exchange::market_id market) {
  const auto id = read.id("orderId");
  const auto client_id = read.integer("clientId", most_client_id);
  if (!read.failed() && id.has_value() == client_id.has_value())
    read.fail(refuse::request("Must specify either `orderId` or `clientId`"));
  if (read.failed())
    return nullptr;
  const auto& core = state_.core();
  const auto* found = id ? core.find_order(c.account, *id)
                         : core.find_order(c.account, std::to_string(*client_id));
  return found && found->market == market && found->is_open() ? found : nullptr;
}

reply order_desk::cancel(const call& c) {
  parameter_reader read{c.values, cancel_payload};
  const auto market = read_market(read, state_.core(), cancel_payload);
  const auto* found = find(c, read, market);
  if (read.failed())
    return *read.failed();
  if (!found)
    return refuse::not_found();
  const auto cancelled = state_.core().cancel(c.now, c.account, found->id);
  return cancelled ? reply{order_answer(state_, *cancelled.value)}
                   : reply{from_core(cancelled.code)};
}

reply order_desk::cancel_all(const call& c) {
  parameter_reader read{c.values, cancel_all_payload};
  const auto market = read_market(read, state_.core(), cancel_all_payload);
  const auto kind
      = read.word("orderType", "CancelOrderTypeEnum", {"RestingLimitOrder", "ConditionalOrder"});
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  json.open_array();
  if (kind != 1U) {
    const auto open = state_.core().open_orders(c.account, market);
    state_.core().cancel_all(c.now, c.account, market);
    for (const auto* o : open)
      json.item(order_answer(state_, *o));
  }
  json.close_array();
  return out;
}

reply order_desk::query(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto* found = find(c, read, market);
  if (read.failed())
    return *read.failed();
  return found ? reply{order_answer(state_, *found)} : reply{refuse::not_found()};
}

reply order_desk::open_orders(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_optional_market(read, state_.core());
  const bool perps = wants_perps(read, c.values);
  if (read.failed())
    return *read.failed();
  reply out;
  json_writer json{out.body};
  json.open_array();
  if (perps)
    for (const auto* o : state_.core().open_orders(c.account, market))
      json.item(order_answer(state_, *o));
  json.close_array();
  return out;
}

} // namespace actorbot::venues::backpack::server
