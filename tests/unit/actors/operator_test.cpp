#include "actors/operator.hpp"

#include "tests/unit/actors/stage.hpp"

using namespace actorbot;
using namespace actorbot::test;

namespace {

/// The operator surface with dummy gateways and risk that write down the kill switch.
struct surface_rig : stage {
  surface_rig() {
    operator_config c;
    c.env = &env;
    c.directory = silent_directory(*this);
    c.status_interval = {};
    surface = keep(spawn_operator(system, std::move(c)));
    world.run_ready();
  }
  ~surface_rig() {
    surface = nullptr;
    close();
  }
  void new_gateway() {
    tell(surface,
         gateway_changed{venue_a, dummy<order_gateway_actor>([this](const set_trading_state& x) {
                           at_gateway.push_back(x.state);
                         })});
  }
  void new_risk() {
    tell(surface, risk_changed{dummy<risk_actor>(
                      [this](const set_trading_state& x) { at_risk.push_back(x.state); })});
  }

  std::vector<trading_state> at_gateway, at_risk;
  operator_actor surface;
};

using switches = std::vector<trading_state>;

} // namespace

TEST_CASE("the kill switch reaches risk and every gateway directly") {
  surface_rig r;
  r.new_gateway();
  r.new_risk();
  CHECK(r.at_gateway.empty()); // not touched yet: the configured state holds
  r.tell(r.surface, set_trading_state{trading_state::halted, "test"});
  CHECK(r.at_gateway == switches{trading_state::halted});
  CHECK(r.at_risk == switches{trading_state::halted});
}

TEST_CASE("the kill switch outlives the restart of a gateway and of risk") {
  surface_rig r;
  r.new_gateway();
  r.new_risk();
  r.tell(r.surface, set_trading_state{trading_state::halted, "test"});
  r.tell(r.surface, gateway_changed{venue_a, order_gateway_actor{}});
  r.new_gateway();
  r.new_risk();
  CHECK(r.at_gateway == switches{trading_state::halted, trading_state::halted});
  CHECK(r.at_risk == switches{trading_state::halted, trading_state::halted});
}
