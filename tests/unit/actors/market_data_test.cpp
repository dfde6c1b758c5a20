#include "actors/market_data.hpp"

#include "tests/unit/actors/stage.hpp"

#include <map>

using namespace actorbot;
using namespace actorbot::test;

namespace {

/// A consumer: what it heard, in order.
struct consumer {
  std::vector<top_of_book> tops;
  std::vector<trade> trades;
  std::vector<depth_snapshot> snapshots;
  std::vector<depth_delta> deltas;
  std::vector<instrument> instruments;
  std::vector<venue_state> states;
  std::vector<mark_price> marks;
  std::vector<funding_rate> fundings;
  market_data_subscriber_actor self;
  market_data_actor source;

  /// The grant has to come from the subscriber itself, so it goes through it.
  void make(stage& s) {
    self = s.keep(caf::actor_cast<market_data_subscriber_actor>(
        s.system.spawn([this](caf::event_based_actor* me) {
          return caf::behavior{
              [this](const top_of_book& x) { tops.push_back(x); },
              [this](const trade& x) { trades.push_back(x); },
              [this](const depth_snapshot& x) { snapshots.push_back(x); },
              [this](const depth_delta& x) { deltas.push_back(x); },
              [this](const instrument& x) { instruments.push_back(x); },
              [this](const mark_price& x) { marks.push_back(x); },
              [this](const funding_rate& x) { fundings.push_back(x); },
              [this](const market_data_state_changed& x) { states.push_back(x.state); },
              [this, me](const grant_credit& x) { me->send(source, x); },
          };
        })));
  }
};

struct market_rig : stage {
  market_data_actor data;
  market_connection_actor connection;
  operator_ear op;
  std::vector<consumer*> consumers; ///< they outlive the rig

  market_rig() {
    market_data_config c;
    c.venue = venue_a;
    c.name = "a";
    c.instruments = {btc, eth};
    c.stale_after = 2s;
    c.env = &env;
    c.op = op.make(*this);
    data = keep(spawn_market_data(system, std::move(c)));
    world.run_ready();
  }
  ~market_rig() {
    data = nullptr;
    connection = nullptr;
    for (auto* one : consumers) {
      one->self = nullptr;
      one->source = nullptr;
    }
    close();
  }

  void connect() {
    connection = dummy<market_connection_actor>([](atom::tick) {});
    tell(data, market_session_live{venue_a, connection});
  }
  void subscribe(consumer& who, std::vector<instrument_id> ids, std::uint32_t credit) {
    if (!who.self) {
      who.make(*this);
      consumers.push_back(&who);
    }
    who.source = data;
    market_subscription wish;
    wish.subscriber = who.self;
    wish.instruments = std::move(ids);
    wish.credit = credit;
    wish.trades = true;
    wish.depth = true;
    wish.funding = true;
    tell(data, std::move(wish));
  }
  void grant(consumer& who, std::uint32_t count) {
    caf::anon_send(caf::actor_cast<caf::actor>(who.self), grant_credit{count});
    world.run_ready();
  }
  void top(instrument_id id, std::uint64_t sequence) {
    auto x = book_of(id, "100"_price, "101"_price, now());
    x.sequence = sequence;
    tell(data, x);
  }
  void traded(instrument_id id, const std::string& name) {
    trade x;
    x.instrument = id;
    x.trade_id = name;
    x.received = now();
    tell(data, x);
  }
  void both_fresh() {
    top(btc, 0);
    top(eth, 0);
  }
};

std::vector<std::uint64_t> sequences(const std::vector<top_of_book>& tops) {
  std::vector<std::uint64_t> result;
  for (const auto& x : tops)
    result.push_back(x.sequence);
  return result;
}

using numbers = std::vector<std::uint64_t>;
using states = std::vector<venue_state>;

} // namespace

TEST_CASE("no more tops of book than credit was granted, and the newest replaces the unsent") {
  consumer ear;
  market_rig r;
  r.subscribe(ear, {btc}, 2);
  for (std::uint64_t i = 1; i <= 5; ++i)
    r.top(btc, i);
  CHECK(sequences(ear.tops) == numbers{1, 2});
  r.grant(ear, 3);
  CHECK(sequences(ear.tops) == numbers{1, 2, 5}); // 3 and 4 are history
  r.top(btc, 6);
  r.top(btc, 7);
  r.top(btc, 8);
  CHECK(sequences(ear.tops) == numbers{1, 2, 5, 6, 7});
  r.grant(ear, 1);
  CHECK(sequences(ear.tops) == numbers{1, 2, 5, 6, 7, 8});
}

TEST_CASE("without credit each instrument keeps its own newest, the longest waiting goes first") {
  consumer ear;
  market_rig r;
  r.subscribe(ear, {btc, eth}, 0);
  r.top(eth, 1);
  r.top(btc, 2);
  r.top(eth, 3);
  CHECK(ear.tops.empty());
  r.grant(ear, 1);
  CHECK(sequences(ear.tops) == numbers{3});
  r.grant(ear, 1);
  CHECK(sequences(ear.tops) == numbers{3, 2});
}

TEST_CASE("a slow consumer costs a fast one nothing") {
  consumer slow, fast;
  market_rig r;
  r.subscribe(slow, {btc}, 1);
  r.subscribe(fast, {btc}, 100);
  for (std::uint64_t i = 1; i <= 20; ++i)
    r.top(btc, i);
  CHECK(slow.tops.size() == 1);
  CHECK(fast.tops.size() == 20);
}

TEST_CASE("trades, depth changes and prices are told without credit, every one") {
  consumer ear;
  market_rig r;
  r.subscribe(ear, {btc}, 0);
  r.tell(r.data, depth_snapshot{btc, {{"100"_price, "1"_qty}}, {}, 1, {}, r.now()});
  for (int i = 0; i < 50; ++i) {
    r.traded(btc, std::to_string(i));
    r.tell(r.data, depth_delta{btc, {{"100"_price, "2"_qty}}, {}, 2, {}, r.now()});
    r.tell(r.data, mark_price{btc, "100"_price, {}, {}, r.now()});
  }
  r.traded(eth, "not asked for");
  REQUIRE(ear.trades.size() == 50);
  CHECK(ear.trades.back().trade_id == "49");
  CHECK(ear.deltas.size() == 50);
  CHECK(ear.marks.size() == 50);
}

TEST_CASE("silence degrades, a sign of life brings it back, one silent instrument is enough") {
  consumer ear;
  market_rig r;
  r.subscribe(ear, {btc}, 100);
  r.connect();
  for (int i = 0; i < 10; ++i) {
    r.pass(500ms);
    r.both_fresh();
  }
  CHECK(ear.states == states{venue_state::connecting, venue_state::live});
  r.pass(1900ms);
  CHECK(ear.states.size() == 2);
  r.pass(700ms);
  CHECK(ear.states.back() == venue_state::degraded);
  r.top(btc, 9);
  r.pass(500ms);
  CHECK(ear.states.back() == venue_state::degraded); // ETH is still silent
  r.both_fresh();
  r.pass(500ms);
  CHECK(ear.states
        == states{venue_state::connecting, venue_state::live, venue_state::degraded,
                  venue_state::live});
}

TEST_CASE("an instrument that nobody configured does not degrade the venue") {
  consumer ear;
  market_rig r;
  r.subscribe(ear, {btc}, 100);
  r.connect();
  r.tell(r.data, rules_of({venue_a, 9}));
  for (int i = 0; i < 6; ++i) {
    r.pass(500ms);
    r.both_fresh();
  }
  CHECK(ear.states.back() == venue_state::live);
}

TEST_CASE("the connection's end means connecting, and the next session live") {
  consumer ear;
  market_rig r;
  r.subscribe(ear, {btc}, 100);
  r.connect();
  r.end(r.connection);
  CHECK(ear.states == states{venue_state::connecting, venue_state::live, venue_state::connecting});
  r.pass(10s); // the watch does not call a dead session degraded
  CHECK(ear.states.size() == 3);
  r.connect();
  CHECK(ear.states.back() == venue_state::live);
}

TEST_CASE("a late subscriber gets state, instruments, the whole book and the newest prices") {
  consumer ear, curious;
  market_rig r;
  r.connect();
  r.tell(r.data, rules_of(btc));
  r.tell(r.data, rules_of(eth));
  r.tell(r.data, depth_snapshot{btc,
                                {{"99"_price, "1"_qty}, {"98"_price, "2"_qty}},
                                {{"101"_price, "3"_qty}},
                                5,
                                {},
                                r.now()});
  r.tell(r.data,
         depth_delta{btc, {{"99"_price, "0"_qty}, {"98.5"_price, "4"_qty}}, {}, 6, {}, r.now()});
  r.tell(r.data, mark_price{btc, "100"_price, {}, {}, r.now()});
  funding_rate funding;
  funding.instrument = btc;
  r.tell(r.data, funding);
  r.top(btc, 7);
  r.top(eth, 8);
  r.subscribe(ear, {btc}, 5);
  CHECK(ear.states == states{venue_state::live});
  REQUIRE(ear.instruments.size() == 1);
  CHECK(ear.instruments.front() == rules_of(btc));
  REQUIRE(ear.snapshots.size() == 1);
  CHECK(ear.snapshots.front().bids
        == std::vector<level>{{"98.5"_price, "4"_qty}, {"98"_price, "2"_qty}});
  CHECK(ear.snapshots.front().asks == std::vector<level>{{"101"_price, "3"_qty}});
  CHECK(ear.snapshots.front().sequence == 6);
  CHECK(sequences(ear.tops) == numbers{7});
  CHECK(ear.marks.size() == 1);
  CHECK(ear.fundings.size() == 1);
  // Who wants no instrument in particular hears which there are.
  r.subscribe(curious, {}, 5);
  CHECK(curious.instruments.size() == 2);
  CHECK(curious.tops.empty());
}

TEST_CASE("a book is not continued over a broken session") {
  consumer ear;
  market_rig r;
  r.connect();
  r.tell(r.data, depth_snapshot{btc, {{"99"_price, "1"_qty}}, {}, 5, {}, r.now()});
  r.end(r.connection);
  r.subscribe(ear, {btc}, 5);
  CHECK(ear.snapshots.empty());
  r.connect();
  r.tell(r.data, depth_delta{btc, {{"99"_price, "2"_qty}}, {}, 6, {}, r.now()});
  CHECK(ear.deltas.empty());
}

TEST_CASE("a subscriber that has ended is forgotten, and credit of strangers is ignored") {
  consumer ear;
  market_rig r;
  r.subscribe(ear, {btc}, 0);
  r.top(btc, 1);
  r.tell(r.data, grant_credit{5}); // from nobody
  CHECK(ear.tops.empty());
  r.end(ear.self);
  r.top(btc, 2);
  CHECK(ear.tops.empty());
}
