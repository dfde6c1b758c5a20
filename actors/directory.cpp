#include "actors/directory.hpp"

#include "actors/errors.hpp"
#include "messages/wiring.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/system_messages.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace actorbot {

namespace {

class directory_state {
 public:
  static inline const char* name = "directory";

  explicit directory_state(directory_actor::pointer self) : self_(self) {}

  // A null handle is not kept: a new subscriber assumes nobody until told otherwise.

  void gateway(const gateway_changed& change) {
    remember(gateways_, change.venue, change, change.gateway);
  }

  void market_data(const market_data_changed& change) {
    remember(market_data_, change.venue, change, change.market_data);
  }

  void strategy(const strategy_changed& change) {
    remember(strategies_, change.strategy, change, change.host);
  }

  void risk(const risk_changed& change) {
    risk_ = change.risk;
    tell_all(change);
  }

  void subscribe(const directory_subscriber_actor& subscriber) {
    if (!subscriber)
      return;
    if (std::find(subscribers_.begin(), subscribers_.end(), subscriber) == subscribers_.end()) {
      subscribers_.push_back(subscriber);
      self_->monitor(subscriber);
    }
    // Risk first: a gateway without it takes no opening orders anyway.
    if (risk_)
      self_->send(subscriber, risk_changed{risk_});
    tell_known(subscriber, gateways_);
    tell_known(subscriber, market_data_);
    tell_known(subscriber, strategies_);
  }

  void subscriber_down(const caf::down_msg& message) {
    std::erase_if(subscribers_, [&](const directory_subscriber_actor& subscriber) {
      return subscriber.address() == message.source;
    });
  }

 private:
  template <class Id, class Change, class Handle>
  void remember(std::map<Id, Change>& known, Id id, const Change& change, const Handle& handle) {
    if (handle)
      known.insert_or_assign(id, change);
    else
      known.erase(id);
    tell_all(change);
  }

  template <class Change>
  void tell_all(const Change& change) {
    for (const auto& subscriber : subscribers_)
      self_->send(subscriber, change);
  }

  template <class Id, class Change>
  void tell_known(const directory_subscriber_actor& subscriber, const std::map<Id, Change>& known) {
    for (const auto& [id, change] : known)
      self_->send(subscriber, change);
  }

  directory_actor::pointer self_;
  std::map<venue_id, gateway_changed> gateways_;
  std::map<venue_id, market_data_changed> market_data_;
  std::map<strategy_id, strategy_changed> strategies_;
  risk_actor risk_;
  std::vector<directory_subscriber_actor> subscribers_;
};

directory_actor::behavior_type directory(directory_actor::stateful_pointer<directory_state> self) {
  install_exception_text(self);
  self->set_down_handler([self](const caf::down_msg& m) { self->state.subscriber_down(m); });
  return {
      [self](const gateway_changed& change) { self->state.gateway(change); },
      [self](const market_data_changed& change) { self->state.market_data(change); },
      [self](const risk_changed& change) { self->state.risk(change); },
      [self](const strategy_changed& change) { self->state.strategy(change); },
      [self](const subscribe_directory& wish) { self->state.subscribe(wish.subscriber); },
  };
}

} // namespace

directory_actor spawn_directory(caf::actor_system& system) { return system.spawn(directory); }

} // namespace actorbot
