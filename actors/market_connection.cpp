#include "actors/connection.hpp"
#include "messages/registration.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <vector>

namespace actorbot {

namespace {

struct market_connection_state;
using market_connection_self = market_connection_actor::stateful_pointer<market_connection_state>;

class market_session final
    : public session_driver<market_connection_actor::pointer, venues::market_data_protocol,
                            venues::market_data_sink> {
 public:
  using base = session_driver<market_connection_actor::pointer, venues::market_data_protocol,
                              venues::market_data_sink>;

  market_session(market_connection_actor::pointer self, connection_config config,
                 market_data_actor elder, std::unique_ptr<venues::market_data_protocol> protocol)
      : base{self, std::move(config), std::move(protocol)}, elder_{std::move(elder)} {}

  void live() override {
    self()->send(elder_, market_session_live{config().venue, market_connection_actor{self()}});
  }
  void emit(const instrument& x) override { self()->send(elder_, x); }
  /// Of a burst that one drain reads, only the newest per instrument leaves here.
  void emit(const top_of_book& x) override {
    for (auto& held : held_)
      if (held.instrument == x.instrument) {
        held = x;
        return;
      }
    held_.push_back(x);
  }
  void emit(const depth_snapshot& x) override { self()->send(elder_, x); }
  void emit(const depth_delta& x) override { self()->send(elder_, x); }
  void emit(const trade& x) override { self()->send(elder_, x); }
  void emit(const funding_rate& x) override { self()->send(elder_, x); }
  void emit(const mark_price& x) override { self()->send(elder_, x); }

 private:
  void after_drain() override {
    for (const auto& held : held_)
      self()->send(elder_, held);
    held_.clear();
  }

  market_data_actor elder_;
  std::vector<top_of_book> held_;
};

struct market_connection_state {
  static inline const char* name = "market_connection";
  std::unique_ptr<market_session> session;
};

market_connection_actor::behavior_type market_connection_fun(market_connection_self self,
                                                             connection_config config,
                                                             market_data_actor elder) {
  install_exception_text(self);
  auto protocol = config.make_market_data();
  self->state.session = std::make_unique<market_session>(self, std::move(config), std::move(elder),
                                                         std::move(protocol));
  self->state.session->start();
  return {
      [self](atom::tick) { self->state.session->drain(); },
      [self](atom::timeout, std::uint32_t id, std::uint64_t generation) {
        self->state.session->timer(id, generation);
        self->state.session->drain();
      },
  };
}

} // namespace

market_connection_actor spawn_market_connection(caf::actor_system& system, connection_config config,
                                                market_data_actor elder) {
  return system.spawn(market_connection_fun, std::move(config), std::move(elder));
}

} // namespace actorbot
