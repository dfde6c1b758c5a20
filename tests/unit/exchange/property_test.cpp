#include "rig.hpp"

#include "venues/exchange/synthetic.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace actorbot;
using namespace actorbot::exchange;
using namespace actorbot::exchange::test;

namespace {

/// Money is conserved: what the wallets gained, the open costs hold, or the outside received; sizes
/// sum to nothing; the book of the accounts is not crossed; sums kept by the way are right.
void check_laws(const rig& r, decimal deposited) {
  quantity size;
  decimal money;
  for (const auto a : {alice, bob, carol}) {
    size += r.held(a).size;
    money += r.wallet(a) - r.held(a).cost;
    decimal buys, sells;
    for (const auto* o : r.exchange.open_orders(a, std::nullopt)) {
      CHECK(o->remaining().is_positive());
      (o->order_side == side::buy ? buys : sells)
          += o->reduce_only ? decimal{} : notional(o->limit_price, o->remaining());
    }
    const auto held = notional(r.exchange.prices(r.market).mark, r.held(a).size);
    const auto need = std::max({held.abs(), held + buys, sells - held});
    const auto leverage = decimal::from_int(r.exchange.leverage(a, r.market));
    CHECK(r.exchange.order_margin(a, r.market)
          == decimal::divide(need, leverage) - decimal::divide(held.abs(), leverage));
    decimal income;
    for (const auto& i : r.exchange.incomes(a))
      income += i.amount;
    CHECK(income == r.wallet(a));
  }
  const auto& out = r.exchange.outside();
  size += out.positions[0].size;
  money += out.positions[0].realised - out.positions[0].cost + out.fees + out.funding;
  CHECK(size.is_zero());
  CHECK(money == deposited);
  const auto top = r.exchange.top(r.market);
  if (top.bid && top.ask)
    CHECK(top.bid->at < top.ask->at);
}

struct outcome {
  std::uint64_t hash = 0;
  std::size_t fills = 0;
};

outcome random_session(std::uint64_t seed, bool with_feed, int operations) {
  rig r;
  r.heard.keep = false;
  r.mark("100");
  r.rate("0.0003");
  if (with_feed) {
    synthetic_options o;
    o.seed = seed;
    o.start = r.now();
    o.start_price = "100"_price;
    o.tick = "0.1"_d;
    o.lot = "0.001"_d;
    o.level_size = 2;
    o.step_volatility = 500'000;
    o.trades_per_minute = 600;
    r.exchange.set_feed(r.market, make_synthetic(o));
  }
  std::mt19937_64 random{seed};
  const auto below = [&](std::uint64_t n) { return random() % n; };
  const decimal deposited = 3'000'000;
  for (int i = 0; i < operations; ++i) {
    const auto a = static_cast<account_id>(below(3));
    const auto when = r.now() + std::chrono::milliseconds{below(i % 50 == 0 ? 3'600'000 : 400)};
    const auto open = r.exchange.open_orders(a, std::nullopt);
    const auto what = below(12);
    if (what < 8) {
      new_order o;
      o.account = a;
      o.market = r.market;
      o.order_side = below(2) == 0 ? side::buy : side::sell;
      o.type = below(6) == 0 ? order_type::market : order_type::limit;
      o.tif = static_cast<time_in_force>(below(10) < 7 ? 0 : 1 + below(2));
      o.post_only = static_cast<post_only_mode>(below(8) < 6 ? 0 : 1 + below(2));
      o.reduce_only = static_cast<reduce_only_mode>(below(6) < 4 ? 0 : 1 + below(2));
      o.self_trade = static_cast<self_trade_mode>(below(4));
      o.size = quantity{decimal::from_parts(1 + static_cast<std::int64_t>(below(4000)), -3)};
      const auto mid = r.exchange.prices(r.market).mark.value().round_to("0.1"_d, rounding::down);
      o.limit_price
          = price{mid + decimal::from_parts(static_cast<std::int64_t>(below(60)) - 30, -1)};
      if (below(10) == 0)
        o.expires = when + std::chrono::seconds{5};
      r.exchange.submit(when, o);
    } else if (what < 9 && !open.empty()) {
      const auto* o = open[below(open.size())];
      r.exchange.amend(
          when, a, o->id,
          price{o->limit_price.value()
                + decimal::from_parts(static_cast<std::int64_t>(below(7)) - 3, -1)},
          quantity{decimal::from_parts(1 + static_cast<std::int64_t>(below(4000)), -3)});
    } else if (what < 10 && !open.empty()) {
      r.exchange.cancel(when, a, open[below(open.size())]->id);
    } else if (what < 11 && !with_feed) {
      feed_event e;
      e.what = feed_event::kind::trade;
      e.at = price{decimal::from_parts(900 + static_cast<std::int64_t>(below(200)), -1)};
      e.size = quantity{decimal::from_parts(1 + static_cast<std::int64_t>(below(3000)), -3)};
      e.aggressor = below(2) == 0 ? side::buy : side::sell;
      r.exchange.apply(when, r.market, e);
    } else {
      r.exchange.advance(when);
    }
    if (i % 16 == 0)
      check_laws(r, deposited);
  }
  check_laws(r, deposited);
  return {r.heard.hash, r.heard.executions.size()};
}

} // namespace

TEST_CASE("random orders among accounts keep the laws of money, size and the book") {
  std::size_t fills = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    fills += random_session(seed, false, 400).fills;
  }
  CHECK(fills > 1000);
}

TEST_CASE("random orders against a made market keep the laws too") {
  std::size_t fills = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    fills += random_session(seed, true, 300).fills;
  }
  CHECK(fills > 300);
}

TEST_CASE("the same seed gives the same events, another seed others") {
  const auto a = random_session(7, true, 100);
  const auto b = random_session(7, true, 100);
  CHECK(a.hash == b.hash);
  CHECK(a.hash != random_session(8, true, 100).hash);
}

TEST_CASE("a listener that calls the core from a handler hears the consequences afterwards") {
  struct canceller : exchange_listener {
    core* exchange = nullptr;
    std::vector<std::string> log;
    void on_order(const order_event& e) override {
      log.push_back(std::string{to_string(e.cause)});
      if (e.cause == order_cause::accepted)
        exchange->cancel(e.time, e.value.account, e.value.id);
    }
    void on_delta(const book_delta& d) override {
      log.push_back("delta " + std::to_string(d.bids.size()));
    }
  };
  rig r;
  canceller c;
  c.exchange = &r.exchange;
  r.exchange.add_listener(c);
  const auto& o = r.rest(alice, side::buy, "100", "1");
  CHECK(o.state == order_state::cancelled);
  CHECK(c.log == std::vector<std::string>{"accepted", "delta 1", "cancelled", "delta 1"});
  r.exchange.remove_listener(c);
}
