#include "actors/risk_engine.hpp"

#include "tests/unit/actors/facts.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::test;

namespace {

const auto t0 = from_ms(1'700'000'000'000);

/// An engine that knows BTC at 99.9 / 100.1 and a live, fresh venue.
struct risk_rig {
  risk_engine engine;
  timestamp now = t0;
  std::uint64_t sequence = 0;

  explicit risk_rig(risk_limits limits = {}) : engine{limits} {
    engine.on(rules_of(btc));
    engine.on(venue_state_changed{venue_a, venue_state::live, "", now});
    refresh();
  }

  void refresh() {
    engine.on(book_of(btc, "99.9"_price, "100.1"_price, now));
    engine.on(balance{venue_a, "USDT", 1000, 1000, 1000, now});
  }
  void pass(duration d) {
    now += d;
    refresh();
  }
  order_request next(side s, quantity size, price at, strategy_id who = first_strategy) {
    return limit_order(order_id(++sequence, who), s, size, at);
  }
  order_request market(side s, quantity size) {
    auto order = next(s, size, {});
    order.type = order_type::market;
    return order;
  }
  /// The code of the denial; none = the order may go.
  reject_reason ask(const order_request& order) {
    const auto decision = engine.check(order, now);
    return decision.denial ? decision.denial->reason : reject_reason::none;
  }
  /// A position, by a fill of an order that was never seen.
  void hold(quantity size, strategy_id who = first_strategy) {
    const auto s = size.is_positive() ? side::buy : side::sell;
    engine.on(fill_of(next(s, size.abs(), "100"_price, who), std::to_string(sequence), size.abs(),
                      "100"_price, now));
  }
};

constexpr auto go = reject_reason::none;

} // namespace

TEST_CASE("an order within all limits may go and is counted") {
  risk_rig r;
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price)) == go);
  CHECK(r.engine.checked() == 1);
  CHECK(r.engine.denials().empty());
}

TEST_CASE("halted denies everything, reducing orders too") {
  risk_rig r;
  r.hold("1"_qty);
  r.engine.set_state(trading_state::halted);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price)) == reject_reason::risk_halted);
  CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "100"_price))) == reject_reason::risk_halted);
  r.engine.set_state(trading_state::active);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price)) == go);
  CHECK(r.engine.denials().at("risk_halted") == 2);
}

TEST_CASE("reduce_only state lets reducing orders pass and nothing else") {
  risk_rig r;
  r.hold("1"_qty);
  r.engine.set_state(trading_state::reduce_only);
  CHECK(r.ask(r.next(side::sell, "1"_qty, "100"_price)) == reject_reason::risk_reduce_only_state);
  CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "100"_price))) == go);
}

TEST_CASE("a venue that is not live opens nothing, but lets positions be closed") {
  for (auto state : {venue_state::connecting, venue_state::syncing, venue_state::degraded,
                     venue_state::maintenance, venue_state::down}) {
    risk_rig r;
    r.hold("1"_qty);
    r.engine.on(venue_state_changed{venue_a, state, "", r.now});
    CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price)) == reject_reason::risk_venue_not_live);
    CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "100"_price))) == go);
  }
  risk_rig forgotten;
  forgotten.engine.forget(venue_a);
  CHECK(forgotten.ask(forgotten.next(side::buy, "1"_qty, "100"_price))
        == reject_reason::risk_venue_not_live);
}

TEST_CASE("fail closed: an engine that has been told nothing lets nothing pass") {
  risk_engine engine{{}};
  const auto order = limit_order(order_id(1), side::buy, "1"_qty, "100"_price);
  CHECK(engine.check(order, t0).denial->reason == reject_reason::risk_venue_not_live);
  CHECK(engine.check(reducing(order), t0).denial->reason == reject_reason::risk_no_instrument);
  engine.on(venue_state_changed{venue_a, venue_state::live, "", t0});
  CHECK(engine.check(order, t0).denial->reason == reject_reason::risk_no_instrument);
  engine.on(rules_of(btc));
  CHECK(engine.check(order, t0).denial->reason == reject_reason::risk_stale_market);
  CHECK(engine.check(reducing(order), t0).denial->reason == reject_reason::risk_reduce_only);
  engine.on(book_of(btc, "99"_price, "101"_price, t0));
  CHECK(engine.check(order, t0).denial->reason == reject_reason::risk_stale_account);
}

TEST_CASE("an instrument that the venue does not trade now is denied") {
  risk_rig r;
  auto closed = rules_of(btc);
  closed.trading = false;
  r.engine.on(closed);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price)) == reject_reason::risk_no_instrument);
}

TEST_CASE("market data older than the limit, or one-sided without a mark, opens nothing") {
  risk_rig r;
  r.hold("1"_qty);
  r.now = t0 + 2s;
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price)) == go);
  r.now = t0 + 2s + 1ns;
  CHECK(r.ask(r.next(side::buy, "2"_qty, "100"_price)) == reject_reason::risk_stale_market);
  CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "101"_price))) == go);
  r.pass(0s);
  CHECK(r.ask(r.next(side::buy, "3"_qty, "100"_price)) == go);
  auto half = book_of(btc, "99.9"_price, "100.1"_price, r.now);
  half.ask.reset();
  r.engine.on(half);
  CHECK(r.ask(r.next(side::buy, "4"_qty, "100"_price)) == reject_reason::risk_stale_market);
  r.engine.on(mark_price{btc, "100"_price, {}, r.now, r.now});
  CHECK(r.ask(r.next(side::buy, "5"_qty, "100"_price)) == go);
}

TEST_CASE("account data older than the limit opens nothing") {
  risk_rig r;
  r.now = t0 + 10s;
  r.engine.on(book_of(btc, "99.9"_price, "100.1"_price, r.now));
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price)) == go);
  r.now += 1ns;
  CHECK(r.ask(r.next(side::buy, "2"_qty, "100"_price)) == reject_reason::risk_stale_account);
}

TEST_CASE("the instrument's rules hold for every order") {
  risk_rig r;
  CHECK(r.ask(r.next(side::buy, "1.0005"_qty, "100"_price))
        == reject_reason::risk_instrument_rules);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100.05"_price)) == reject_reason::risk_instrument_rules);
  CHECK(r.ask(r.next(side::buy, "0.001"_qty, "100"_price)) == reject_reason::risk_instrument_rules);
  CHECK(r.ask(r.next(side::buy, "0"_qty, "100"_price)) == reject_reason::risk_instrument_rules);
  CHECK(r.ask(r.next(side::buy, "-1"_qty, "100"_price)) == reject_reason::risk_instrument_rules);
}

TEST_CASE("order quantity and order notional are bounded, inclusively") {
  risk_limits limits;
  limits.max_order_quantity = "5"_qty;
  limits.max_order_notional = 300;
  risk_rig r{limits};
  CHECK(r.ask(r.next(side::buy, "3"_qty, "100"_price)) == go);
  CHECK(r.ask(r.next(side::buy, "3.001"_qty, "100"_price)) == reject_reason::risk_order_notional);
  CHECK(r.ask(r.next(side::buy, "5.001"_qty, "50"_price)) == reject_reason::risk_order_quantity);
  CHECK(r.ask(r.market(side::buy, "3.001"_qty)) == reject_reason::risk_order_notional);
}

TEST_CASE("a sell far below the market is valued at the market, where it would trade") {
  risk_limits limits;
  limits.max_order_notional = 300;
  risk_rig r{limits};
  CHECK(r.ask(r.next(side::sell, "30"_qty, "1"_price)) == reject_reason::risk_order_notional);
}

TEST_CASE("the price collar is on the dangerous side only") {
  risk_limits limits;
  limits.price_collar = "0.01"_d;
  limits.self_trade = self_trade_policy::deny;
  risk_rig r{limits};
  CHECK(r.ask(r.next(side::buy, "1"_qty, "101"_price)) == go);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "101.1"_price)) == reject_reason::risk_price_collar);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "50"_price)) == go);
  risk_rig s{limits};
  CHECK(s.ask(s.next(side::sell, "1"_qty, "99"_price)) == go);
  CHECK(s.ask(s.next(side::sell, "1"_qty, "98.9"_price)) == reject_reason::risk_price_collar);
  CHECK(s.ask(s.next(side::sell, "1"_qty, "150"_price)) == go);
}

TEST_CASE("a market order gets the worst price that the collar allows, on the tick") {
  risk_limits limits;
  limits.price_collar = "0.01234"_d;
  risk_rig r{limits};
  // The tick is 0.1; 100 * 1.01234 and 100 * 0.98766 are rounded towards the market.
  CHECK(r.engine.check(r.market(side::buy, "1"_qty), t0).worst_price == "101.2"_price);
  CHECK(r.engine.check(r.market(side::sell, "1"_qty), t0).worst_price == "98.8"_price);
  auto named = r.market(side::buy, "2"_qty);
  named.limit_price = "101"_price;
  CHECK(r.engine.check(named, t0).worst_price.is_zero());
  CHECK(r.engine.check(r.next(side::buy, "1"_qty, "100"_price), t0).worst_price.is_zero());
  risk_rig plain;
  CHECK(plain.engine.check(plain.market(side::buy, "1"_qty), t0).worst_price == "105"_price);
}

TEST_CASE("a market order needs a tight spread, unless it reduces") {
  risk_limits limits;
  limits.market_collar = "0.005"_d;
  risk_rig r{limits};
  r.hold("1"_qty);
  r.engine.on(book_of(btc, "99.5"_price, "100.5"_price, r.now));
  CHECK(r.ask(r.market(side::buy, "1"_qty)) == go);
  r.engine.on(book_of(btc, "99.4"_price, "100.6"_price, r.now));
  CHECK(r.ask(r.market(side::buy, "2"_qty)) == reject_reason::risk_price_collar);
  CHECK(r.ask(reducing(r.market(side::sell, "1"_qty))) == go);
}

TEST_CASE("open orders are counted per instrument and reducing ones are not") {
  risk_limits limits;
  limits.max_open_orders = 2;
  risk_rig r{limits};
  r.hold("1"_qty);
  CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "120"_price))) == go);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "90"_price)) == go);
  const auto second = r.next(side::buy, "1"_qty, "91"_price);
  CHECK(r.ask(second) == go);
  const auto third = r.next(side::buy, "1"_qty, "92"_price);
  CHECK(r.ask(third) == reject_reason::risk_open_orders);
  r.engine.on(word_of(second, order_state::unknown, evidence::local));
  CHECK(r.ask(third) == reject_reason::risk_open_orders);
  r.engine.on(word_of(second, order_state::cancelled, evidence::stream));
  CHECK(r.ask(third) == go);
}

TEST_CASE("position and open orders are bounded for the worst case of either side") {
  risk_limits limits;
  limits.max_position_notional = 500; // five at a mid of 100
  risk_rig r{limits};
  r.hold("2"_qty);
  CHECK(r.ask(r.next(side::buy, "2"_qty, "95"_price)) == go);
  CHECK(r.ask(r.next(side::buy, "1.001"_qty, "94"_price)) == reject_reason::risk_position);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "94"_price)) == go);
  // The other side starts from the same position: 2 - 7 = -5.
  CHECK(r.ask(r.next(side::sell, "7"_qty, "110"_price)) == go);
  CHECK(r.ask(r.next(side::sell, "0.1"_qty, "110"_price)) == reject_reason::risk_position);
}

TEST_CASE("what a reducing order closes, the opening ones behind it may open") {
  risk_limits limits;
  limits.max_position_notional = 500;
  risk_rig r{limits};
  r.hold("5"_qty);
  CHECK(r.ask(reducing(r.next(side::sell, "5"_qty, "110"_price))) == go);
  CHECK(r.ask(r.next(side::sell, "5.1"_qty, "111"_price)) == reject_reason::risk_position);
  CHECK(r.ask(r.next(side::sell, "5"_qty, "111"_price)) == go);
}

TEST_CASE("fills move worst case from open orders to the position, nothing is counted twice") {
  risk_limits limits;
  limits.max_position_notional = 500;
  risk_rig r{limits};
  const auto order = r.next(side::buy, "4"_qty, "99"_price);
  CHECK(r.ask(order) == go);
  r.engine.on(fill_of(order, "f", "3"_qty, "99"_price, r.now));
  CHECK(r.ask(r.next(side::buy, "1.1"_qty, "98"_price)) == reject_reason::risk_position);
  r.engine.on(word_of(order, order_state::partially_filled, evidence::stream, "3"_qty));
  CHECK(r.ask(r.next(side::buy, "1.1"_qty, "98"_price)) == reject_reason::risk_position);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "98"_price)) == go);
  r.engine.on(word_of(order, order_state::cancelled, evidence::stream, "3"_qty));
  CHECK(r.ask(r.next(side::buy, "1"_qty, "97"_price)) == go);
}

TEST_CASE("gross exposure sums all instruments, and one without a price is not worth nothing") {
  risk_limits limits;
  limits.max_gross_exposure = 1000;
  risk_rig r{limits};
  r.engine.on(rules_of(eth));
  r.engine.on(position{eth, "-4"_qty, {}, {}, r.now});
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price)) == reject_reason::risk_exposure);
  r.engine.on(book_of(eth, "199"_price, "201"_price, r.now));
  CHECK(r.ask(r.next(side::buy, "2"_qty, "100"_price)) == go);
  CHECK(r.ask(r.next(side::buy, "0.1"_qty, "100"_price)) == reject_reason::risk_exposure);
}

TEST_CASE("the same order twice within the window is denied once and allowed after it") {
  risk_rig r;
  const auto same = [&] { return r.next(side::buy, "1"_qty, "100"_price); };
  CHECK(r.ask(same()) == go);
  r.now += 500ms;
  CHECK(r.ask(same()) == reject_reason::risk_duplicate);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "99.9"_price)) == go);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100"_price, second_strategy)) == go);
  r.now += 1ns;
  CHECK(r.ask(same()) == go);
}

TEST_CASE("orders per second are bounded per strategy, reducing ones pass") {
  risk_limits limits;
  limits.max_orders_per_second = 3;
  risk_rig r{limits};
  r.hold("1"_qty);
  for (auto at : {"90"_price, "91"_price, "92"_price})
    CHECK(r.ask(r.next(side::buy, "1"_qty, at)) == go);
  const auto fourth = r.next(side::buy, "1"_qty, "93"_price);
  CHECK(r.ask(fourth) == reject_reason::risk_rate);
  CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "120"_price))) == go);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "93"_price, second_strategy)) == go);
  r.pass(999ms);
  CHECK(r.ask(fourth) == reject_reason::risk_rate);
  r.pass(1ms);
  CHECK(r.ask(fourth) == go);
}

TEST_CASE("too many fills within the window stop the strategy from opening") {
  risk_limits limits;
  limits.max_fills = 2;
  risk_rig r{limits};
  r.hold("1"_qty);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "90"_price)) == go);
  r.hold("1"_qty);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "91"_price)) == reject_reason::risk_repeated_execution);
  CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "120"_price))) == go);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "91"_price, second_strategy)) == go);
  r.pass(60s + 1ns);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "92"_price)) == go);
}

TEST_CASE("an order that would trade with our own is denied") {
  risk_rig r;
  CHECK(r.ask(r.next(side::sell, "1"_qty, "100.5"_price, second_strategy)) == go);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100.5"_price)) == reject_reason::risk_self_trade);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "100.4"_price)) == go);
  auto maker = r.next(side::buy, "1"_qty, "100.5"_price);
  maker.post_only = true; // the venue refuses it rather than trade
  CHECK(r.ask(maker) == go);
  // A resting order behind the best price is not in a market order's way.
  CHECK(r.ask(r.market(side::buy, "0.5"_qty)) == go);
  r.engine.on(book_of(btc, "100.3"_price, "100.5"_price, r.now));
  CHECK(r.ask(r.market(side::buy, "0.6"_qty)) == reject_reason::risk_self_trade);
}

TEST_CASE("cancel_resting cancels what is in the way and denies this time") {
  risk_limits limits;
  limits.self_trade = self_trade_policy::cancel_resting;
  risk_rig r{limits};
  const auto resting = r.next(side::sell, "1"_qty, "100.5"_price, second_strategy);
  const auto above = r.next(side::sell, "1"_qty, "100.7"_price, second_strategy);
  CHECK(r.ask(resting) == go);
  CHECK(r.ask(above) == go);
  const auto buy = r.next(side::buy, "1"_qty, "100.5"_price);
  const auto decision = r.engine.check(buy, r.now);
  REQUIRE(decision.denial);
  CHECK(decision.denial->reason == reject_reason::risk_self_trade);
  REQUIRE(decision.cancels.size() == 1);
  CHECK(decision.cancels.front() == cancel_order{resting.id, btc});
  r.engine.on(word_of(resting, order_state::cancelled, evidence::stream));
  CHECK(r.ask(buy) == go);
}

TEST_CASE("a reducing order fits the strategy's own position, not the account's") {
  risk_rig r;
  r.hold("2"_qty, first_strategy);
  r.hold("5"_qty, second_strategy);
  CHECK(r.ask(reducing(r.next(side::sell, "2.1"_qty, "100"_price)))
        == reject_reason::risk_reduce_only);
  CHECK(r.ask(reducing(r.next(side::buy, "1"_qty, "100"_price)))
        == reject_reason::risk_reduce_only);
  CHECK(r.ask(reducing(r.next(side::sell, "2"_qty, "100"_price))) == go);
  // Opposite virtual positions: the account is flat, yet each may close its own.
  risk_rig flat;
  flat.hold("2"_qty, first_strategy);
  flat.hold("-2"_qty, second_strategy);
  CHECK(flat.ask(reducing(flat.next(side::sell, "2"_qty, "110"_price))) == go);
  CHECK(flat.ask(reducing(flat.next(side::buy, "2"_qty, "90"_price, second_strategy))) == go);
}

TEST_CASE("two reducing orders together never close more than there is") {
  risk_rig r;
  r.hold("2"_qty);
  const auto target = reducing(r.next(side::sell, "2"_qty, "110"_price));
  const auto stop = reducing(r.next(side::sell, "2"_qty, "90"_price));
  CHECK(r.ask(target) == go);
  CHECK(r.ask(stop) == reject_reason::risk_reduce_only);
  r.engine.on(fill_of(target, "t", "0.5"_qty, "110"_price, r.now));
  CHECK(r.ask(stop) == reject_reason::risk_reduce_only);
  r.engine.on(word_of(target, order_state::cancelled, evidence::stream, "0.5"_qty));
  CHECK(r.ask(stop) == reject_reason::risk_reduce_only); // two, and 1.5 are left
  CHECK(r.ask(reducing(r.next(side::sell, "1.5"_qty, "90"_price))) == go);
}

TEST_CASE("a strategy without a known position may close only what no other strategy holds") {
  risk_rig r;
  r.hold("2"_qty, second_strategy);
  CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "100"_price)))
        == reject_reason::risk_reduce_only);
  r.engine.on(position{btc, "3"_qty, {}, {}, r.now}); // one of it is nobody's
  CHECK(r.ask(reducing(r.next(side::sell, "1.1"_qty, "100"_price)))
        == reject_reason::risk_reduce_only);
  CHECK(r.ask(reducing(r.next(side::sell, "1"_qty, "100"_price))) == go);
}

TEST_CASE("a strategy's own limits go before the common ones, which fill the gaps") {
  risk_limits limits;
  limits.max_order_quantity = "5"_qty;
  limits.max_position_notional = 600;
  risk_rig r{limits};
  risk_limits own;
  own.max_order_quantity = "1"_qty;
  r.engine.set_strategy_limits(first_strategy, own);
  CHECK(r.ask(r.next(side::buy, "2"_qty, "99"_price)) == reject_reason::risk_order_quantity);
  CHECK(r.ask(r.next(side::buy, "1"_qty, "99"_price)) == go);
  CHECK(r.ask(r.next(side::buy, "5"_qty, "99"_price, second_strategy)) == go);
  CHECK(r.ask(r.next(side::buy, "0.5"_qty, "99"_price)) == reject_reason::risk_position);
}

TEST_CASE("a rebuilt view replaces orders, positions and virtual positions") {
  risk_limits limits;
  limits.max_position_notional = 500;
  risk_rig r{limits};
  r.hold("1"_qty);
  CHECK(r.ask(r.next(side::buy, "4"_qty, "99"_price)) == go);
  account_view view;
  view.venue = venue_a;
  view.state = venue_state::live;
  view.time = r.now;
  view.positions = {{btc, "-2"_qty}};
  view.virtual_positions = {{first_strategy, btc, "-2"_qty}};
  const auto found = r.next(side::sell, "2"_qty, "120"_price);
  view.orders = {word_of(found, order_state::open, evidence::snapshot)};
  r.engine.rebuild(view);
  CHECK(r.ask(r.next(side::sell, "1.1"_qty, "121"_price)) == reject_reason::risk_position);
  CHECK(r.ask(r.next(side::sell, "1"_qty, "121"_price)) == go);
  CHECK(r.ask(r.next(side::buy, "7"_qty, "98"_price)) == go);
  CHECK(r.ask(reducing(r.next(side::buy, "2"_qty, "90"_price))) == go);
  view.state = venue_state::syncing;
  r.engine.rebuild(view);
  CHECK(r.ask(r.next(side::sell, "0.1"_qty, "122"_price)) == reject_reason::risk_venue_not_live);
}

TEST_CASE("of several reasons the first check in the fixed order is named") {
  risk_limits limits;
  limits.max_order_quantity = "1"_qty;
  limits.max_order_notional = 100;
  limits.price_collar = "0.01"_d;
  limits.max_open_orders = 1;
  limits.max_position_notional = 100;
  limits.max_gross_exposure = 100;
  limits.max_orders_per_second = 1;
  limits.max_fills = 1;
  risk_rig r{limits};
  const auto ask = [&](quantity size, price at) { return r.ask(r.next(side::buy, size, at)); };
  r.hold("-0.5"_qty);
  r.hold("0.5"_qty);
  r.pass(61s);
  CHECK(r.ask(r.next(side::sell, "0.5"_qty, "100.5"_price)) == go);
  r.hold("0.4"_qty);
  r.now += 3s; // market data is stale
  r.engine.set_state(trading_state::reduce_only);
  CHECK(ask("2.0005"_qty, "150"_price) == reject_reason::risk_reduce_only_state);
  r.engine.set_state(trading_state::active);
  CHECK(ask("2.0005"_qty, "150"_price) == reject_reason::risk_stale_market);
  r.refresh();
  CHECK(ask("2.0005"_qty, "150"_price) == reject_reason::risk_instrument_rules);
  CHECK(ask("2"_qty, "150"_price) == reject_reason::risk_order_quantity);
  CHECK(ask("1"_qty, "150"_price) == reject_reason::risk_order_notional);
  CHECK(ask("0.6"_qty, "150"_price) == reject_reason::risk_price_collar);
  CHECK(ask("0.9"_qty, "100.5"_price) == reject_reason::risk_open_orders);
}
