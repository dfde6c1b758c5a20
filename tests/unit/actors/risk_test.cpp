#include "actors/risk.hpp"

#include "tests/unit/actors/stage.hpp"

using namespace actorbot;
using namespace actorbot::test;

namespace {

/// The risk actor between a dummy gateway, market data and strategy.
struct risk_actor_rig : stage {
  risk_actor_rig() {
    risk_config c;
    c.env = &env;
    c.directory = silent_directory(*this);
    c.op = op.make(*this);
    risk = keep(spawn_risk(system, std::move(c)));
    host = dummy<strategy_host_actor>([this](const order_update& x) { heard.push_back(x); });
    market = dummy<market_data_actor>(
        [this](const market_subscription& x) { wishes.push_back(x.instruments); },
        [this](const grant_credit& x) { granted += x.count; });
    world.run_ready();
  }
  ~risk_actor_rig() {
    risk = nullptr;
    host = nullptr;
    market = nullptr;
    close();
  }
  void new_gateway(std::uint64_t epoch) {
    auto gateway = dummy<order_gateway_actor>(
        [this, epoch](const attach_risk&) {
          account_view view;
          view.venue = venue_a;
          view.state = venue_state::live;
          view.time = now();
          return risk_attached{venue_a, epoch, view};
        },
        [this](const submit_order& x) { submitted.push_back(x); });
    tell(risk, gateway_changed{venue_a, gateway});
  }
  void make_ready(std::uint64_t epoch = 5) {
    tell(risk, market_data_changed{venue_a, market});
    tell(risk, rules_of(btc));
    tell(risk, book_of(btc, "99.9"_price, "100.1"_price, now()));
    tell(risk, strategy_changed{first_strategy, host});
    new_gateway(epoch);
  }
  void place(std::uint64_t sequence) {
    tell(risk, place_order{limit_order(
                   order_id(sequence), side::buy, "1"_qty,
                   price{decimal::from_int(static_cast<std::int64_t>(90 - sequence))})});
  }

  operator_ear op;
  std::vector<order_update> heard;
  std::vector<submit_order> submitted;
  std::vector<std::vector<instrument_id>> wishes;
  std::uint32_t granted = 0;
  risk_actor risk;
  strategy_host_actor host;
  market_data_actor market;
};

} // namespace

TEST_CASE("what passes goes to the gateway with the epoch that it gave") {
  risk_actor_rig r;
  r.make_ready(5);
  CHECK(r.wishes == std::vector<std::vector<instrument_id>>{{}, {btc}});
  r.place(1);
  REQUIRE(r.submitted.size() == 1);
  CHECK(r.submitted[0].epoch == 5);
  CHECK(r.heard.empty());
}

TEST_CASE("fail closed: without a gateway no order passes") {
  risk_actor_rig r;
  r.make_ready();
  r.tell(r.risk, gateway_changed{venue_a, order_gateway_actor{}});
  r.place(1);
  REQUIRE(r.heard.size() == 1);
  CHECK(r.heard[0].state == order_state::rejected);
  CHECK(r.heard[0].reason == reject_reason::risk_venue_not_live);
  r.new_gateway(6);
  r.tell(r.risk, book_of(btc, "99.9"_price, "100.1"_price, r.now()));
  r.place(2);
  REQUIRE(r.submitted.size() == 1);
  CHECK(r.submitted[0].epoch == 6);
}

TEST_CASE("a denial reaches a strategy that the directory has not yet told of") {
  risk_actor_rig r;
  r.tell(r.risk, set_trading_state{trading_state::halted, "test"});
  std::vector<order_update> answers;
  r.system.spawn([&](caf::event_based_actor* self) {
    self->send(r.risk, place_order{limit_order(order_id(1), side::buy, "1"_qty, "100"_price)});
    self->become([self, &answers](const order_update& x) {
      answers.push_back(x);
      self->quit();
    });
  });
  r.world.run_ready();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].state == order_state::rejected);
}

TEST_CASE("credit is granted back, so that risk never works on an old book") {
  risk_actor_rig r;
  r.make_ready();
  for (int i = 0; i < 99; ++i)
    r.tell(r.risk, book_of(btc, "99.9"_price, "100.1"_price, r.now()));
  CHECK(r.granted >= 92);
  CHECK(r.granted <= 100);
}

TEST_CASE("the trading state that the operator sets holds and is reported") {
  risk_actor_rig r;
  r.make_ready();
  r.tell(r.risk, set_trading_state{trading_state::reduce_only, "test"});
  CHECK(r.op.count(note_level::alarm) == 1);
  r.place(1);
  CHECK(r.submitted.empty());
  CHECK(r.heard.back().reason == reject_reason::risk_reduce_only_state);
}
