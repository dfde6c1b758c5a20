#include "venues/aster/server_orders.hpp"

#include "venues/aster/server_filters.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <array>

namespace actorbot::venues::aster::server {

namespace {

constexpr std::uint32_t most_amendments = 10'000;
constexpr std::uint64_t longest_countdown_ms = 30ULL * 24 * 3600 * 1000;

bool is_conditional(std::string_view type) {
  static constexpr std::array<std::string_view, 5> names{
      "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"};
  return std::find(names.begin(), names.end(), type) != names.end();
}

void refuse_if_sent(parameter_reader& read, const parameters& values, std::string_view name) {
  if (values.has(name))
    read.fail(refuse::not_required(name));
}

void read_position_side(parameter_reader& read) {
  const auto word = read.text_or("positionSide", "BOTH");
  if (word == "LONG" || word == "SHORT")
    read.fail({-4061, "Order's position side does not match user's setting."});
  else if (word != "BOTH")
    read.fail({-4060, "Invalid position side."});
}

} // namespace

/// `type` and `timeInForce`.
void order_desk::read_kind(parameter_reader& read, exchange::new_order& out) const {
  const auto type = read.text("type");
  if (is_conditional(type))
    return read.fail(refuse::unsupported(type));
  if (type != "LIMIT" && type != "MARKET")
    return read.fail({-1116, "Invalid orderType."});
  out.type = type == "MARKET" ? order_type::market : order_type::limit;
  if (out.type == order_type::market) {
    if (!read.text_or("timeInForce", {}).empty())
      read.fail(refuse::not_required("timeInForce"));
    return;
  }
  const auto tif = read.text("timeInForce");
  if (tif == "IOC")
    out.tif = time_in_force::ioc;
  else if (tif == "FOK")
    out.tif = time_in_force::fok;
  else if (tif == "GTX")
    out.post_only = exchange::post_only_mode::expire;
  else if (tif == "HIDDEN" || tif == "RPI")
    read.fail(refuse::unsupported(tif));
  else if (tif != "GTC")
    read.fail({-1115, "Invalid timeInForce."});
}

std::optional<failure> order_desk::read_order(const call& c, exchange::new_order& out,
                                              bool& result) {
  parameter_reader read{c.values};
  out.account = c.account;
  out.market = read_market(read, state_.core());
  const auto direction = read.text("side");
  if (direction != "BUY" && direction != "SELL")
    read.fail({-1117, "Invalid side."});
  out.order_side = direction == "SELL" ? side::sell : side::buy;
  read_kind(read, out);
  if (read.failed())
    return read.failed();
  const bool is_market = out.type == order_type::market;
  const auto size = read.number("quantity");
  const auto limit = is_market ? decimal{} : read.number("price");
  for (const auto* name : {"stopPrice", "activationPrice", "callbackRate"})
    refuse_if_sent(read, c.values, name);
  if (is_market)
    refuse_if_sent(read, c.values, "price");
  if (read.flag_or("closePosition", false))
    read.fail(refuse::not_required("closePosition"));
  for (const auto* name : {"pegPriceType", "pegOffset"})
    if (c.values.has(name))
      read.fail(refuse::unsupported(name));
  read_position_side(read);
  if (read.flag_or("reduceOnly", false))
    out.reduce_only = exchange::reduce_only_mode::clamp;
  const auto answer = read.text_or("newOrderRespType", "ACK");
  if (answer != "ACK" && answer != "RESULT")
    read.fail({-1136, "Invalid newOrderRespType."});
  result = answer == "RESULT" && (is_market || out.tif != time_in_force::gtc);
  out.self_trade = state_.account(c.account).self_trade;
  if (const auto word = read.text_or("stpMode", {}); c.v3 && !word.empty()) {
    const auto mode = self_trade_named(word);
    if (!mode)
      read.fail(refuse::bad_data("stpMode"));
    out.self_trade = mode.value_or(out.self_trade);
  }
  out.client_id = read.text_or("newClientOrderId", {});
  if (!out.client_id.empty() && !is_client_id(out.client_id))
    read.fail(refuse::bad_client_id());
  if (read.failed())
    return read.failed();
  const auto& rules = state_.core().rules(out.market);
  const auto& format = state_.format(out.market);
  if (auto refused = check_quantity(rules, format, out.type, size))
    return refused;
  if (!is_market)
    if (auto refused = check_price(rules, format, limit))
      return refused;
  out.size = quantity{size};
  out.limit_price = price{limit};
  return std::nullopt;
}

reply order_desk::place_one(const call& c) {
  exchange::new_order request;
  bool result = false;
  if (auto refused = read_order(c, request, result))
    return *refused;
  if (request.client_id.empty())
    request.client_id = state_.random_text(22);
  const auto placed = state_.core().submit(c.now, request);
  if (!placed)
    return from_core(placed.code, request.order_side);
  return reply{order_answer(state_, *placed.value, !result)};
}

std::optional<failure> order_desk::count_orders(const call& c, std::size_t count) {
  return limits_.take_orders(c.now, state_.core().options(c.account).name,
                             static_cast<std::uint32_t>(count));
}

reply order_desk::place(const call& c) {
  if (auto refused = count_orders(c, 1))
    return *refused;
  return place_one(c);
}

reply order_desk::amend(const call& c) {
  if (auto refused = count_orders(c, 1))
    return *refused;
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto* found = find(c, read, market);
  const auto size = read.number("quantity");
  const auto limit = read.number("price");
  if (read.failed())
    return *read.failed();
  if (!found || !found->is_open())
    return refuse::no_such_order();
  if (found->amendments >= most_amendments)
    return failure{-5026, "Exceed maximum modify order limit."};
  const auto& rules = state_.core().rules(market);
  const auto& format = state_.format(market);
  if (auto refused = check_quantity(rules, format, order_type::limit, size))
    return *refused;
  if (auto refused = check_price(rules, format, limit))
    return *refused;
  const auto changed
      = state_.core().amend(c.now, c.account, found->id, price{limit}, quantity{size});
  if (!changed)
    return from_core(changed.code, found->order_side);
  return reply{order_answer(state_, *changed.value, false)};
}

const exchange::order* order_desk::find(const call& c, parameter_reader& read,
                                        exchange::market_id market) {
  const auto id = read.optional_integer("orderId");
  const auto client_id = read.text_or("origClientOrderId", {});
  if (!id && client_id.empty())
    read.fail(refuse::both_missing("origClientOrderId", "orderId"));
  const auto& core = state_.core();
  const auto* found = id ? core.find_order(c.account, *id) : core.find_order(c.account, client_id);
  return found && found->market == market ? found : nullptr;
}

reply order_desk::cancel_one(const call& c, exchange::market_id market,
                             const exchange::order* found) {
  if (!found || found->market != market)
    return refuse::unknown_order();
  const auto cancelled = state_.core().cancel(c.now, c.account, found->id);
  return cancelled ? reply{order_answer(state_, *cancelled.value, false)}
                   : reply{refuse::unknown_order()};
}

reply order_desk::cancel(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto* found = find(c, read, market);
  if (read.failed())
    return *read.failed();
  return cancel_one(c, market, found);
}

reply order_desk::cancel_all(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  if (read.failed())
    return *read.failed();
  state_.core().cancel_all(c.now, c.account, market);
  // A string here, a number in other answers: as documented.
  return reply{R"({"code":"200","msg":"The operation of cancel all open order is done."})"};
}

reply order_desk::countdown(const call& c) {
  parameter_reader read{c.values};
  const auto market = read_market(read, state_.core());
  const auto wait = read.integer("countdownTime");
  if (wait > longest_countdown_ms)
    read.fail(refuse::bad_data("countdownTime"));
  if (read.failed())
    return *read.failed();
  state_.core().set_countdown(c.now, c.account, market, std::chrono::milliseconds{wait});
  reply out;
  json_writer{out.body}
      .open_object()
      .text("symbol", state_.format(market).symbol)
      .text("countdownTime", std::to_string(wait))
      .close_object();
  return out;
}

} // namespace actorbot::venues::aster::server
