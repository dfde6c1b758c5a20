#include "actors/connection.hpp"
#include "messages/registration.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace actorbot {

namespace {

class account_session final
    : public session_driver<account_connection_actor::pointer, venues::account_protocol,
                            venues::account_sink> {
 public:
  using base = session_driver<account_connection_actor::pointer, venues::account_protocol,
                              venues::account_sink>;

  account_session(account_connection_actor::pointer self, connection_config config,
                  order_gateway_actor elder, std::unique_ptr<venues::account_protocol> protocol)
      : base{self, std::move(config), std::move(protocol)}, elder_{std::move(elder)} {}

  // -- commands of the gateway -----------------------------------------------------------------------

  void place(const send_order& x) {
    if (over())
      return;
    const auto at = time();
    protocol().place(at, x.order, sink());
    // Stamped when the bytes are with the transport, told off the critical path.
    const auto now = config().env->monotonic_ns();
    tell(order_sent{x.order.id, x.order.cause_ns == 0 ? 0 : now - x.order.cause_ns});
  }
  void cancel(const send_cancel& x) {
    if (!over())
      protocol().cancel(time(), x.order, x.venue_order_id, sink());
  }
  void query(const query_order& x) {
    if (!over())
      protocol().query_order(time(), x.id, x.instrument, x.venue_order_id, sink());
  }
  void query(const query_account& x) {
    if (over())
      return;
    switch (x.what) {
    case account_query::open_orders:
      return protocol().query_open_orders(time(), sink());
    case account_query::positions:
      return protocol().query_positions(time(), sink());
    case account_query::balances:
      return protocol().query_balances(time(), sink());
    }
  }
  void query(const query_fills& x) {
    if (!over())
      protocol().query_fills(time(), x.instrument, x.since, sink());
  }
  void arm(const arm_dead_man& x) {
    if (!over())
      protocol().arm_dead_man(time(), x.instrument, x.countdown, sink());
  }

  // -- facts of the protocol -------------------------------------------------------------------------

  void live() override {
    tell(account_session_live{config().venue, account_connection_actor{self()}});
  }
  void budget_used_up(duration wait) override {
    tell(actorbot::request_failed{std::string{actorbot::request_failed::held_back},
                                  "the rate budget is used up, requests are held back for "
                                      + to_text(wait) + "; cancels have a reserve"});
  }
  void emit(const instrument& x) override { tell(x); }
  void emit(const order_update& x) override { tell(x); }
  void emit(const fill& x) override { tell(x); }
  void emit(const position& x) override { tell(x); }
  void emit(const balance& x) override { tell(x); }
  void emit(const funding_payment& x) override { tell(x); }
  void emit(const open_orders_snapshot& x) override { tell(x); }
  void emit(const positions_snapshot& x) override { tell(x); }
  void emit(const fills_page& x) override { tell(x); }
  void emit_foreign(const seen_order& x) override { tell(foreign_activity{config().venue, x}); }
  void cancel_failed(const client_order_id& id, reject_reason reason, std::string text) override {
    tell(actorbot::cancel_failed{id, reason, std::move(text)});
  }
  void query_failed(const client_order_id& id, reject_reason reason, std::string text) override {
    tell(actorbot::query_failed{id, reason, std::move(text)});
  }
  void request_failed(std::string_view what, std::string text) override {
    tell(actorbot::request_failed{std::string{what}, std::move(text)});
  }
  void dead_man_set(instrument_id id, duration countdown) override {
    tell(actorbot::dead_man_set{id, countdown});
  }
  void clock_offset(duration offset, duration uncertainty) override {
    tell(actorbot::clock_offset{config().venue, offset, uncertainty});
  }

 private:
  template <class Message>
  void tell(Message&& message) {
    self()->send(elder_, std::forward<Message>(message));
  }

  order_gateway_actor elder_;
};

struct account_connection_state {
  static inline const char* name = "account_connection";
  std::unique_ptr<account_session> session;
};

using account_connection_self
    = account_connection_actor::stateful_pointer<account_connection_state>;

account_connection_actor::behavior_type account_connection_fun(account_connection_self self,
                                                               connection_config config,
                                                               order_gateway_actor elder) {
  install_exception_text(self);
  auto protocol = config.make_account();
  self->state.session = std::make_unique<account_session>(self, std::move(config), std::move(elder),
                                                          std::move(protocol));
  self->state.session->start();
  return {
      // CAF tries handlers in this order: the frequent ones come first.
      [self](atom::tick) { self->state.session->drain(); },
      [self](const send_order& x) { self->state.session->place(x); },
      [self](const send_cancel& x) { self->state.session->cancel(x); },
      [self](atom::timeout, std::uint32_t id, std::uint64_t generation) {
        self->state.session->timer(id, generation);
      },
      [self](const query_order& x) { self->state.session->query(x); },
      [self](const query_account& x) { self->state.session->query(x); },
      [self](const query_fills& x) { self->state.session->query(x); },
      [self](const arm_dead_man& x) { self->state.session->arm(x); },
  };
}

} // namespace

account_connection_actor spawn_account_connection(caf::actor_system& system,
                                                  connection_config config,
                                                  order_gateway_actor elder) {
  return system.spawn(account_connection_fun, std::move(config), std::move(elder));
}

} // namespace actorbot
