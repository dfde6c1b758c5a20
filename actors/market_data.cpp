#include "actors/market_data.hpp"

#include "actors/errors.hpp"
#include "messages/registration.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

namespace actorbot {

namespace {

/// What one subscriber may still be told, and what waits for its credit.
struct subscriber {
  market_subscription wish;
  std::uint32_t credit = 0;
  std::vector<instrument_id> waiting; ///< instruments whose newest top of book it has not seen

  bool wants(instrument_id id) const {
    return std::find(wish.instruments.begin(), wish.instruments.end(), id)
           != wish.instruments.end();
  }
};

/// A book kept so that a late subscriber gets a snapshot.
struct kept_book {
  std::map<price, quantity, std::greater<>> bids;
  std::map<price, quantity> asks;
  depth_snapshot last; ///< sequence and times only

  template <class Side>
  static void change(Side& levels, const std::vector<level>& changes) {
    for (const auto& x : changes) {
      if (x.size.is_zero())
        levels.erase(x.at);
      else
        levels[x.at] = x.size;
    }
  }
};

struct kept_instrument {
  std::optional<instrument> description;
  std::optional<top_of_book> top;
  std::optional<mark_price> mark;
  std::optional<funding_rate> funding;
  std::optional<kept_book> book;
  timestamp heard;
};

/// connecting --session live--> live <--silence / heard again--> degraded
///      ^--------------------- session down --------------------------/
class market_data_state {
 public:
  using self_pointer = market_data_actor::stateful_pointer<market_data_state>;
  static inline const char* name = "market_data";

  void init(self_pointer self, market_data_config config) {
    self_ = self;
    config_ = std::move(config);
    for (auto id : config_.instruments)
      kept_[id];
    self_->set_down_handler([this](caf::down_msg& down) { peer_down(down); });
    self_->delayed_send(self_, watch_interval(), atom::tick_v);
  }

  // -- subscribers -----------------------------------------------------------------------------------

  void subscribe(const market_subscription& wish) {
    if (!wish.subscriber)
      return;
    auto& entry = subscribers_[wish.subscriber->address()];
    if (!entry.wish.subscriber)
      self_->monitor(wish.subscriber);
    entry.wish = wish;
    entry.credit = wish.credit;
    entry.waiting.clear();
    self_->send(wish.subscriber, state_message());
    for (const auto& [id, kept] : kept_) {
      if (kept.description && (wish.instruments.empty() || entry.wants(id)))
        self_->send(wish.subscriber, *kept.description);
      if (!entry.wants(id))
        continue;
      if (wish.depth && kept.book)
        self_->send(wish.subscriber, snapshot_of(*kept.book));
      if (wish.funding && kept.funding)
        self_->send(wish.subscriber, *kept.funding);
      if (kept.mark)
        self_->send(wish.subscriber, *kept.mark);
      if (wish.books && kept.top)
        tell_top(entry, *kept.top);
    }
  }

  void grant(std::uint32_t count) {
    const auto& sender = self_->current_sender();
    const auto found = sender ? subscribers_.find(sender->address()) : subscribers_.end();
    if (found == subscribers_.end())
      return;
    auto& entry = found->second;
    entry.credit += count;
    while (entry.credit > 0 && !entry.waiting.empty()) {
      const auto id = entry.waiting.front();
      entry.waiting.erase(entry.waiting.begin());
      tell_top(entry, *kept_[id].top);
    }
  }

  // -- facts from the connection ---------------------------------------------------------------------

  void session_up(const market_session_live& x) {
    connection_ = caf::actor_cast<caf::strong_actor_ptr>(x.connection);
    self_->monitor(x.connection);
    const auto now = config_.env->now();
    for (auto& [id, kept] : kept_)
      kept.heard = now;
    set_state(venue_state::live, "market data session is up");
  }

  void describe(const instrument& x) {
    auto& kept = kept_[x.id];
    if (kept.description == x)
      return;
    kept.description = x;
    for (auto& [key, entry] : subscribers_)
      if (entry.wish.instruments.empty() || entry.wants(x.id))
        self_->send(entry.wish.subscriber, x);
  }

  void top(const top_of_book& x) {
    auto& kept = kept_[x.instrument];
    kept.top = x;
    kept.heard = x.received;
    for (auto& [key, entry] : subscribers_)
      if (entry.wish.books && entry.wants(x.instrument))
        tell_top(entry, x);
  }

  void book(const depth_snapshot& x) {
    auto& kept = kept_[x.instrument];
    kept.book.emplace();
    kept_book::change(kept.book->bids, x.bids);
    kept_book::change(kept.book->asks, x.asks);
    kept.book->last = depth_snapshot{x.instrument, {}, {}, x.sequence, x.exchange_time, x.received};
    tell_depth(x);
  }

  void book(const depth_delta& x) {
    auto& kept = kept_[x.instrument];
    if (!kept.book)
      return;
    kept_book::change(kept.book->bids, x.bids);
    kept_book::change(kept.book->asks, x.asks);
    kept.book->last.sequence = x.sequence;
    kept.book->last.exchange_time = x.exchange_time;
    kept.book->last.received = x.received;
    kept.heard = x.received;
    tell_depth(x);
  }

  void traded(const trade& x) {
    kept_[x.instrument].heard = x.received;
    for (auto& [key, entry] : subscribers_)
      if (entry.wish.trades && entry.wants(x.instrument))
        self_->send(entry.wish.subscriber, x);
  }

  void funding(const funding_rate& x) {
    kept_[x.instrument].funding = x;
    for (auto& [key, entry] : subscribers_)
      if (entry.wish.funding && entry.wants(x.instrument))
        self_->send(entry.wish.subscriber, x);
  }

  void marked(const mark_price& x) {
    auto& kept = kept_[x.instrument];
    kept.mark = x;
    kept.heard = x.received;
    for (auto& [key, entry] : subscribers_)
      if (entry.wants(x.instrument))
        self_->send(entry.wish.subscriber, x);
  }

  // -- the watch -------------------------------------------------------------------------------------

  void watch() {
    self_->delayed_send(self_, watch_interval(), atom::tick_v);
    if (state_ != venue_state::live && state_ != venue_state::degraded)
      return;
    const auto limit = config_.env->now() - config_.stale_after;
    const bool silent = std::any_of(config_.instruments.begin(), config_.instruments.end(),
                                    [&](auto id) { return kept_[id].heard < limit; });
    if (!silent)
      set_state(venue_state::live, "market data is fresh again");
    else
      set_state(venue_state::degraded, "no market data for " + to_text(config_.stale_after));
  }

 private:
  duration watch_interval() const { return config_.stale_after / 4; }

  market_data_state_changed state_message() const {
    return {config_.venue, state_, text_, config_.env->now()};
  }

  void set_state(venue_state state, std::string text) {
    if (state == state_)
      return;
    state_ = state;
    text_ = std::move(text);
    for (auto& [key, entry] : subscribers_)
      self_->send(entry.wish.subscriber, state_message());
  }

  void tell_top(subscriber& entry, const top_of_book& x) {
    if (entry.credit > 0) {
      --entry.credit;
      self_->send(entry.wish.subscriber, x);
    } else if (std::find(entry.waiting.begin(), entry.waiting.end(), x.instrument)
               == entry.waiting.end()) {
      entry.waiting.push_back(x.instrument);
    }
  }

  template <class Depth>
  void tell_depth(const Depth& x) {
    for (auto& [key, entry] : subscribers_)
      if (entry.wish.depth && entry.wants(x.instrument))
        self_->send(entry.wish.subscriber, x);
  }

  static depth_snapshot snapshot_of(const kept_book& book) {
    auto result = book.last;
    for (const auto& [at, size] : book.bids)
      result.bids.push_back({at, size});
    for (const auto& [at, size] : book.asks)
      result.asks.push_back({at, size});
    return result;
  }

  void peer_down(const caf::down_msg& down) {
    if (connection_ && down.source == connection_->address()) {
      connection_ = nullptr;
      for (auto& [id, kept] : kept_)
        kept.book.reset();
      set_state(venue_state::connecting, actorbot::describe(down.reason));
      return;
    }
    subscribers_.erase(down.source);
  }

  self_pointer self_ = nullptr;
  market_data_config config_;
  venue_state state_ = venue_state::connecting;
  std::string text_ = "no session yet";
  caf::strong_actor_ptr connection_;
  std::map<instrument_id, kept_instrument> kept_;
  std::map<caf::actor_addr, subscriber> subscribers_; ///< by id, then node: a steady order
};

market_data_actor::behavior_type market_data_fun(market_data_state::self_pointer self,
                                                 market_data_config config) {
  install_exception_text(self);
  self->state.init(self, std::move(config));
  return {
      // CAF tries handlers in this order: the frequent ones come first.
      [self](const top_of_book& x) { self->state.top(x); },
      [self](const depth_delta& x) { self->state.book(x); },
      [self](const trade& x) { self->state.traded(x); },
      [self](const market_subscription& x) { self->state.subscribe(x); },
      [self](const grant_credit& x) { self->state.grant(x.count); },
      [self](const market_session_live& x) { self->state.session_up(x); },
      [self](const instrument& x) { self->state.describe(x); },
      [self](const depth_snapshot& x) { self->state.book(x); },
      [self](const funding_rate& x) { self->state.funding(x); },
      [self](const mark_price& x) { self->state.marked(x); },
      [self](atom::tick) { self->state.watch(); },
  };
}

} // namespace

market_data_actor spawn_market_data(caf::actor_system& system, market_data_config config) {
  return system.spawn(market_data_fun, std::move(config));
}

} // namespace actorbot
