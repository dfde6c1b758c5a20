#include "actors/risk.hpp"

#include "actors/errors.hpp"
#include "messages/registration.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>

namespace actorbot {

namespace {

/// Top-of-book messages in flight from each venue's market data; granted back in halves.
constexpr std::uint32_t credit_window = 16;
constexpr auto attach_timeout = std::chrono::seconds{5};

class risk_state {
 public:
  using self_pointer = risk_actor::stateful_pointer<risk_state>;
  static inline const char* name = "risk";

  void init(self_pointer self, risk_config config) {
    self_ = self;
    config_ = std::move(config);
    engine_.emplace(config_.limits);
    for (const auto& [id, limits] : config_.strategy_limits)
      engine_->set_strategy_limits(id, limits);
    engine_->set_state(config_.initial);
    self_->send(config_.directory, subscribe_directory{self_});
  }

  risk_engine& engine() { return *engine_; }

  void peer(const gateway_changed& x) {
    auto& venue = venues_[x.venue];
    venue.gateway = x.gateway;
    venue.epoch = 0;
    engine_->forget(x.venue);
    if (!x.gateway)
      return;
    const auto id = x.venue;
    const auto gateway = x.gateway;
    self_->request(gateway, attach_timeout, attach_risk{self_})
        .then(
            [this, id, gateway](const risk_attached& answer) {
              auto& known = venues_[id];
              if (known.gateway != gateway)
                return;
              known.epoch = answer.epoch;
              engine_->rebuild(answer.view);
            },
            [this, id, gateway](const caf::error& error) {
              // A gateway that does not answer gets no orders; ask again while it is the current one.
              note(note_level::warning, "attaching to the gateway failed: " + describe(error));
              if (venues_[id].gateway == gateway)
                peer(gateway_changed{id, gateway});
            });
  }

  void peer(const market_data_changed& x) {
    auto& venue = venues_[x.venue];
    venue.market_data = x.market_data;
    venue.worked_off = 0;
    subscribe(x.venue);
  }

  void peer(const strategy_changed& x) { hosts_[x.strategy] = x.host; }

  void hear(const instrument& x) {
    engine_->on(x);
    auto& known = venues_[x.id.venue].instruments;
    if (std::find(known.begin(), known.end(), x.id) != known.end())
      return;
    known.push_back(x.id);
    subscribe(x.id.venue);
  }

  void hear(const top_of_book& x) {
    engine_->on(x);
    auto& venue = venues_[x.instrument.venue];
    if (++venue.worked_off >= credit_window / 2 && venue.market_data) {
      self_->send(venue.market_data, grant_credit{venue.worked_off});
      venue.worked_off = 0;
    }
  }

  void place(const order_request& order) {
    auto& venue = venues_[order.instrument.venue];
    auto decision
        = venue.epoch == 0
              ? risk_decision{.denial = risk_denial{reject_reason::risk_venue_not_live,
                                                    "the venue's gateway is not attached"},
                              .cancels = {},
                              .worst_price = {}}
              : engine_->check(order, config_.env->now());
    for (const auto& cancel : decision.cancels)
      self_->send(venue.gateway, cancel);
    if (!decision.denial) {
      submit_order approved{order, venue.epoch};
      if (decision.worst_price.is_positive())
        approved.order.limit_price = decision.worst_price;
      self_->send(venue.gateway, std::move(approved));
      return;
    }
    order_update denied;
    denied.id = order.id;
    denied.instrument = order.instrument;
    denied.state = order_state::rejected;
    denied.order_side = order.order_side;
    denied.reduce_only = order.reduce_only;
    denied.size = order.size;
    denied.limit_price = order.limit_price;
    denied.reason = decision.denial->reason;
    denied.text = std::move(decision.denial->text);
    denied.time = config_.env->now();
    // A strategy that the directory has not yet told of must not wait for ever.
    auto host = hosts_[order.id.strategy];
    if (!host)
      host = caf::actor_cast<strategy_host_actor>(self_->current_sender());
    if (host)
      self_->send(host, std::move(denied));
  }

  void control(const set_trading_state& x) {
    engine_->set_state(x.state);
    note(x.state == trading_state::active ? note_level::info : note_level::alarm,
         "trading state is now " + std::string{to_string(x.state)} + ": " + x.text);
  }

  risk_report report() const {
    return {std::string{to_string(engine_->state())}, engine_->checked(), engine_->denials()};
  }

 private:
  struct known_venue {
    order_gateway_actor gateway;
    market_data_actor market_data;
    std::uint64_t epoch = 0;
    std::uint32_t worked_off = 0;
    std::vector<instrument_id> instruments;
  };

  void subscribe(venue_id id) {
    const auto& venue = venues_[id];
    if (!venue.market_data)
      return;
    market_subscription wish;
    wish.subscriber = self_;
    wish.instruments = venue.instruments; // empty at first: only hear which there are
    wish.credit = credit_window;
    self_->send(venue.market_data, std::move(wish));
  }

  void note(note_level level, std::string text) {
    if (config_.op)
      self_->send(config_.op, operator_note{level, "risk", std::move(text), config_.env->now()});
  }

  self_pointer self_ = nullptr;
  risk_config config_;
  std::optional<risk_engine> engine_;
  std::map<venue_id, known_venue> venues_;
  std::map<strategy_id, strategy_host_actor> hosts_;
};

risk_actor::behavior_type risk_fun(risk_state::self_pointer self, risk_config config) {
  install_exception_text(self);
  self->state.init(self, std::move(config));
  auto& state = self->state;
  return {
      // CAF tries handlers in this order: the frequent ones come first.
      [&state](const top_of_book& x) { state.hear(x); },
      [&state](const place_order& x) { state.place(x.order); },
      [&state](const order_update& x) { state.engine().on(x); },
      [&state](const fill& x) { state.engine().on(x); },
      [&state](const instrument& x) { state.hear(x); },
      [](const depth_snapshot&) {},
      [](const depth_delta&) {},
      [](const trade&) {},
      [](const funding_rate&) {},
      [&state](const mark_price& x) { state.engine().on(x); },
      [](const market_data_state_changed&) {},
      [&state](const gateway_changed& x) { state.peer(x); },
      [&state](const market_data_changed& x) { state.peer(x); },
      [](const risk_changed&) {},
      [&state](const strategy_changed& x) { state.peer(x); },
      [&state](const position& x) { state.engine().on(x); },
      [&state](const balance& x) { state.engine().on(x); },
      [&state](const venue_state_changed& x) { state.engine().on(x); },
      [&state](const account_view& x) { state.engine().rebuild(x); },
      [&state](const set_trading_state& x) { state.control(x); },
      [&state](const get_report&) { return state.report(); },
  };
}

} // namespace

risk_actor spawn_risk(caf::actor_system& system, risk_config config) {
  return system.spawn(risk_fun, std::move(config));
}

} // namespace actorbot
