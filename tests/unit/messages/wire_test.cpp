#include "messages/registration.hpp"

#include <caf/actor_system.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/deep_to_string.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <string>
#include <utility>
#include <vector>

/// Every message crosses the wire and comes back the same, alone and inside a caf::message.

using namespace actorbot;

namespace {

struct wire_config : caf::actor_system_config {
  wire_config() {
    register_messages(*this);
    set("scheduler.policy", caf::atom("testing"));
  }
};

template <class T>
concept comparable = requires(const T& a) {
  { a == a } -> std::convertible_to<bool>;
};

template <class T>
void check_same(const T& sent, const T& got) {
  if constexpr (comparable<T>)
    CHECK(sent == got);
  else
    CHECK(caf::deep_to_string(sent) == caf::deep_to_string(got));
}

const auto t = from_ns(1'700'000'000'123'456'789);
const instrument_id btc{venue_id{3}, 7};
const client_order_id id{65535, strategy_id{65534}, 4'000'000'000u, (1ull << 55) + 1};

order_request a_request() {
  order_request x;
  x.id = id;
  x.instrument = btc;
  x.order_side = side::sell;
  x.type = order_type::market;
  x.tif = time_in_force::fok;
  x.post_only = true;
  x.reduce_only = true;
  x.size = "0.000000001"_qty;
  x.limit_price = "62049.6"_price;
  x.created = t;
  x.valid_until = t + std::chrono::seconds{1};
  x.cause_ns = -5;
  return x;
}

order_update an_update() {
  return {id,
          btc,
          "v-1",
          order_state::unknown,
          side::sell,
          true,
          "3"_qty,
          "1"_qty,
          "100.5"_price,
          "99.123456789012345678"_price,
          reject_reason::risk_instrument_rules,
          "-2019 \"text\"",
          evidence::snapshot,
          t};
}

fill a_fill() {
  return {id,   btc,  "v-1", "t-1", side::sell, "100"_price, "1"_qty, "-0.000000000000000001"_d,
          true, true, t};
}

position a_position() { return {btc, "-170000000000000000000"_qty, "1e-12"_price, "-3.5"_d, t}; }
balance a_balance() { return {venue_id{3}, "USDT", 10, 11, 9, t}; }
seen_order a_seen_order() { return {false, "web_1", an_update()}; }
std::vector<level> levels() { return {{"100"_price, "1"_qty}, {"99.5"_price, "2"_qty}}; }
std::vector<std::pair<instrument_id, quantity>> positions() { return {{btc, "-2"_qty}}; }
trade_key a_trade() { return {btc, "t-9", side::sell}; }

account_view a_view() {
  return {venue_id{3},
          venue_state::live,
          {an_update()},
          positions(),
          {{strategy_id{1}, btc, "-2"_qty}},
          {a_balance()},
          t};
}

instrument an_instrument() {
  return {btc, "BTC",       "BTCUSDT", "USDT",   "0.5"_d,     "0.001"_d,
          5,   "0.001"_qty, "100"_qty, "50"_qty, "0.5"_price, "1000000"_price,
          5,   1000,        "1.05"_d,  "0.95"_d, "-0.0001"_d, "0.0004"_d,
          200, 125,         true};
}

strategy_report a_strategy_report() {
  strategy_report x;
  x.strategy = strategy_id{1};
  x.name = "one";
  x.kind = "grid";
  x.state = "waiting";
  x.orders = 1;
  x.cancels = 2;
  x.fills = 3;
  x.rejects = 4;
  x.cycles = 5;
  x.cycle_pnl = "-0.5"_d;
  x.positions = {{btc, "BTC", "1"_qty, "100"_price, 1, 2, 3}};
  x.rejects_by_reason = {{"margin", 3}, {"size", 1}};
  x.saved = R"({"a":1})";
  return x;
}

venue_report a_venue_report() {
  venue_report x;
  x.venue = venue_id{3};
  x.name = "aster";
  x.state = "live";
  x.sessions = 1;
  x.reconciliations = 2;
  x.unknown_outcomes = 3;
  x.unknown_resolved = 4;
  x.duplicate_fills = 5;
  x.foreign_orders = 6;
  x.time_down = std::chrono::seconds{7};
  x.last_outage = std::chrono::seconds{8};
  x.clock_offset = std::chrono::nanoseconds{-9};
  x.positions = {a_position()};
  x.balances = {a_balance()};
  x.orders = {an_update()};
  x.fills = {a_fill()};
  x.latency_ns = {1, 2, 3, 4};
  x.latency_count = 10;
  return x;
}

/// A value of each type in which no field has its default, so that a forgotten one is noticed.
/// Handles are null: a live one needs its system's middleman.
template <class T>
T sample();

#define ACTORBOT_SAMPLE(type, ...)                                                                 \
  template <>                                                                                      \
  type sample<type>() {                                                                            \
    return __VA_ARGS__;                                                                            \
  }

ACTORBOT_SAMPLE(account_session_live, {venue_id{3}, {}})
ACTORBOT_SAMPLE(account_view, a_view())
ACTORBOT_SAMPLE(arm_dead_man, {btc, std::chrono::seconds{30}})
ACTORBOT_SAMPLE(attach_risk, {{}})
ACTORBOT_SAMPLE(attach_strategy, {strategy_id{2}, {}, {an_update()}, positions(), {a_trade()}})
ACTORBOT_SAMPLE(balance, a_balance())
ACTORBOT_SAMPLE(cancel_failed, {id, reject_reason::unknown_order, "-2011"})
ACTORBOT_SAMPLE(cancel_order, {id, btc})
ACTORBOT_SAMPLE(cancel_strategy, {strategy_id{2}, "given up"})
ACTORBOT_SAMPLE(clock_offset, {venue_id{3}, std::chrono::seconds{-1}, std::chrono::milliseconds{4}})
ACTORBOT_SAMPLE(conclude_venue, {})
ACTORBOT_SAMPLE(dead_man_set, {btc, std::chrono::seconds{30}})
ACTORBOT_SAMPLE(depth_delta, {btc, levels(), levels(), 5, t, t})
ACTORBOT_SAMPLE(depth_snapshot, {btc, levels(), levels(), 6, t, t})
ACTORBOT_SAMPLE(fill, a_fill())
ACTORBOT_SAMPLE(fills_page, {btc, t, {a_fill()}, 3, "-1"_qty, false})
ACTORBOT_SAMPLE(foreign_activity, {venue_id{3}, a_seen_order()})
ACTORBOT_SAMPLE(funding_payment, {btc, "-0.25"_d, "f-1", t})
ACTORBOT_SAMPLE(funding_rate, {btc, "-0.0001"_d, std::chrono::hours{8}, t, t})
ACTORBOT_SAMPLE(gateway_changed, {venue_id{3}, {}})
ACTORBOT_SAMPLE(get_report, {})
ACTORBOT_SAMPLE(grant_credit, {17})
ACTORBOT_SAMPLE(instrument, an_instrument())
ACTORBOT_SAMPLE(mark_price, {btc, "100"_price, "100.1"_price, t, t})
ACTORBOT_SAMPLE(market_data_changed, {venue_id{3}, {}})
ACTORBOT_SAMPLE(market_data_state_changed, {venue_id{3}, venue_state::degraded, "silent", t})
ACTORBOT_SAMPLE(market_session_live, {venue_id{3}, {}})
ACTORBOT_SAMPLE(market_subscription, {{}, {btc}, false, true, true, true, 16})
ACTORBOT_SAMPLE(open_orders_snapshot, {venue_id{3}, t, {a_seen_order()}})
ACTORBOT_SAMPLE(operator_note, {note_level::alarm, "risk", "look", t})
ACTORBOT_SAMPLE(order_request, a_request())
ACTORBOT_SAMPLE(order_sent, {id, 1234})
ACTORBOT_SAMPLE(order_update, an_update())
ACTORBOT_SAMPLE(pause_strategy, {"why"})
ACTORBOT_SAMPLE(place_order, {a_request()})
ACTORBOT_SAMPLE(position, a_position())
ACTORBOT_SAMPLE(positions_snapshot, {venue_id{3}, t, {a_position()}})
ACTORBOT_SAMPLE(query_account, {account_query::balances})
ACTORBOT_SAMPLE(query_failed, {id, reject_reason::rate_limit, "429"})
ACTORBOT_SAMPLE(query_fills, {btc, t})
ACTORBOT_SAMPLE(query_order, {id, btc, "v-1"})
ACTORBOT_SAMPLE(request_failed, {"positions", "time-out"})
ACTORBOT_SAMPLE(restart_happened, {"root", "risk", "why", std::chrono::milliseconds{250}, 3, t})
ACTORBOT_SAMPLE(resume_strategy, {"why"})
ACTORBOT_SAMPLE(risk_attached, {venue_id{3}, 9, a_view()})
ACTORBOT_SAMPLE(risk_changed, {{}})
ACTORBOT_SAMPLE(risk_report, {"active", 7, {{"risk_rate", 2}}})
ACTORBOT_SAMPLE(send_cancel, {{id, btc}, "v-1"})
ACTORBOT_SAMPLE(send_order, {a_request()})
ACTORBOT_SAMPLE(set_trading_state, {trading_state::halted, "kill"})
ACTORBOT_SAMPLE(stop_bot, {"signal"})
ACTORBOT_SAMPLE(stop_children, {"stop"})
ACTORBOT_SAMPLE(stop_strategy, {stop_action::flatten, std::chrono::seconds{9}})
ACTORBOT_SAMPLE(strategy_changed, {strategy_id{2}, {}})
ACTORBOT_SAMPLE(strategy_report, a_strategy_report())
ACTORBOT_SAMPLE(strategy_stopped, {strategy_id{2}, true, "done"})
ACTORBOT_SAMPLE(submit_order, {a_request(), 8})
ACTORBOT_SAMPLE(subscribe_directory, {{}})
ACTORBOT_SAMPLE(supervisor_report, {"root", {{"a/b", 4}}})
ACTORBOT_SAMPLE(top_of_book, {btc, level{"100"_price, "1"_qty}, {}, 5, t, t, 77})
ACTORBOT_SAMPLE(trade, {btc, "t-1", "100"_price, "1"_qty, side::sell, t, t})
ACTORBOT_SAMPLE(venue_report, a_venue_report())
ACTORBOT_SAMPLE(venue_state_changed, {venue_id{3}, venue_state::down, "why", t})
ACTORBOT_SAMPLE(venue_synced, {venue_id{3}, {an_update()}, positions(), {a_trade()}})
ACTORBOT_SAMPLE(watch_bot, {{}})
ACTORBOT_SAMPLE(decimal, "-123456789012345678.000000000000000001"_d)
ACTORBOT_SAMPLE(client_order_id, id)
ACTORBOT_SAMPLE(instrument_id, btc)

#undef ACTORBOT_SAMPLE

template <class T>
void cross(caf::actor_system& system) {
  CAPTURE(caf::type_name<T>::value);
  const auto sent = sample<T>();
  std::vector<char> bytes;
  caf::binary_serializer sink{system, bytes};
  auto copy = sent;
  REQUIRE_FALSE(sink(copy));
  T got;
  caf::binary_deserializer source{system, bytes};
  REQUIRE_FALSE(source(got));
  CHECK(source.remaining() == 0);
  check_same(sent, got);

  // As it goes between hosts: by type id, inside a message.
  auto message = caf::make_message(sent);
  bytes.clear();
  caf::binary_serializer message_sink{system, bytes};
  REQUIRE_FALSE(message_sink(message));
  caf::message back;
  caf::binary_deserializer message_source{system, bytes};
  REQUIRE_FALSE(message_source(back));
  REQUIRE(back.match_elements<T>());
  check_same(sent, back.get_as<T>(0));

  // Cut anywhere it is an error, never a crash.
  std::vector<char> whole;
  caf::binary_serializer again{system, whole};
  REQUIRE_FALSE(again(copy));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    T half;
    caf::binary_deserializer half_source{system, cut};
    if (!half_source(half))
      FAIL_CHECK("read from " << size << " of " << whole.size() << " bytes");
  }
}

/// Atoms have no ids in the block.
constexpr std::uint16_t first = caf::id_block::actorbot::begin;
constexpr std::uint16_t last_type = caf::type_id<dead_man_set>::value;

template <std::uint16_t... Offsets>
void cross_all(caf::actor_system& system, std::integer_sequence<std::uint16_t, Offsets...>) {
  (cross<typename caf::type_by_id<static_cast<std::uint16_t>(first + Offsets)>::type>(system), ...);
}

} // namespace

TEST_CASE("every message crosses the wire and comes back the same") {
  wire_config config;
  caf::actor_system system{config};
  cross_all(system, std::make_integer_sequence<std::uint16_t, last_type - first + 1>{});
}

TEST_CASE("absent sides of a book stay absent") {
  wire_config config;
  caf::actor_system system{config};
  for (const bool bid : {false, true})
    for (const bool ask : {false, true}) {
      top_of_book sent;
      if (bid)
        sent.bid = level{"0"_price, "0"_qty};
      if (ask)
        sent.ask = level{"1"_price, "2"_qty};
      std::vector<char> bytes;
      caf::binary_serializer sink{system, bytes};
      auto copy = sent;
      REQUIRE_FALSE(sink(copy));
      top_of_book got;
      got.bid = got.ask = level{"9"_price, "9"_qty};
      caf::binary_deserializer source{system, bytes};
      REQUIRE_FALSE(source(got));
      CHECK(got == sent);
    }
}

TEST_CASE("the numbers of the types never change: they are what hosts of two versions share") {
  CHECK(caf::type_id<account_session_live>::value == first);
  CHECK(caf::type_id<order_request>::value == first + 28);
  CHECK(caf::type_id<order_update>::value == first + 30);
  CHECK(caf::type_id<submit_order>::value == first + 54);
  CHECK(caf::type_id<watch_bot>::value == first + 62);
  CHECK(caf::type_id<instrument_id>::value == first + 65);
  CHECK(caf::type_id<dead_man_set>::value == first + 67);
}
