#include "actors/strategy_host.hpp"

#include "actors/errors.hpp"
#include "actors/midpoint.hpp"
#include "actors/position_keeper.hpp"
#include "messages/registration.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>

namespace actorbot {

namespace {

/// Top-of-book messages in flight from market data to here; granted back in halves.
constexpr std::uint32_t credit_window = 16;
/// Trades younger than this are told to a fresh gateway: what its first list of fills may show.
constexpr auto recent_trades = std::chrono::minutes{10};

struct host_instrument {
  std::optional<instrument> description;
  std::optional<top_of_book> top;
  std::optional<mark_price> mark;
  position_keeper position;
};

struct host_venue {
  order_gateway_actor gateway;
  market_data_actor market_data;
  venue_state state = venue_state::connecting;
  std::uint32_t worked_off = 0;
  bool synced = false;
};

/// waiting --every venue synced, every instrument known--> running --stop--> stopping --> stopped
class strategy_host_state : public strategies::context {
 public:
  using self_pointer = strategy_host_actor::stateful_pointer<strategy_host_state>;
  static inline const char* name = "strategy_host";

  void init(self_pointer self, strategy_host_config config) {
    self_ = self;
    config_ = std::move(config);
    for (auto id : config_.settings.instruments) {
      instruments_[id];
      venues_[id.venue];
    }
    strategy_ = config_.kind->make(config_.settings);
    if (!config_.restored.empty())
      restore();
    self_->send(config_.directory, subscribe_directory{self_});
  }

  // -- who plays which role --------------------------------------------------------------------------

  void peer(const gateway_changed& x) {
    const auto found = venues_.find(x.venue);
    if (found == venues_.end())
      return;
    auto& venue = found->second;
    venue.gateway = x.gateway;
    venue.synced = false;
    if (!x.gateway) {
      hear(venue_state_changed{x.venue, venue_state::down, "the order gateway is gone",
                               config_.env->now()});
      return;
    }
    auto hello = greeting(x.venue);
    if (running_) {
      for (const auto& [id, kept] : instruments_)
        if (id.venue == x.venue)
          hello.positions.emplace_back(id, kept.position.size());
      const auto since = config_.env->now() - recent_trades;
      for (const auto& [key, time] : seen_fills_)
        if (key.instrument.venue == x.venue && time >= since)
          hello.trades.push_back(key);
    }
    self_->send(x.gateway, std::move(hello));
  }

  void peer(const market_data_changed& x) {
    const auto found = venues_.find(x.venue);
    if (found == venues_.end())
      return;
    found->second.market_data = x.market_data;
    found->second.worked_off = 0;
    if (!x.market_data)
      return;
    market_subscription wish;
    wish.subscriber = self_;
    for (const auto& [id, kept] : instruments_)
      if (id.venue == x.venue)
        wish.instruments.push_back(id);
    wish.depth = config_.kind->wants_depth;
    wish.trades = config_.kind->wants_trades;
    wish.funding = config_.kind->wants_funding;
    wish.credit = credit_window;
    self_->send(x.market_data, std::move(wish));
  }

  void peer(const risk_changed& x) {
    const bool lost = risk_ && risk_ != x.risk;
    risk_ = x.risk;
    if (!lost)
      return;
    // Orders that the old one had in hand may have reached a gateway or nobody: the gateways adopt
    // them as unknown and find out.
    for (const auto& [id, venue] : venues_)
      if (auto hello = greeting(id); venue.gateway && !hello.orders.empty())
        self_->send(venue.gateway, std::move(hello));
  }

  // -- market data -----------------------------------------------------------------------------------

  void hear(const instrument& x) {
    const auto found = instruments_.find(x.id);
    if (found == instruments_.end())
      return;
    found->second.description = x;
    start_when_ready();
  }

  void hear(const top_of_book& x) {
    const auto found = instruments_.find(x.instrument);
    if (found != instruments_.end()) {
      found->second.top = x;
      if (x.two_sided())
        found->second.position.see_price(middle_of(x));
      cause_ns_ = x.received_ns;
      tell(x);
      cause_ns_ = 0;
    }
    auto& venue = venues_[x.instrument.venue];
    if (++venue.worked_off >= credit_window / 2 && venue.market_data) {
      self_->send(venue.market_data, grant_credit{venue.worked_off});
      venue.worked_off = 0;
    }
  }

  void hear(const mark_price& x) {
    const auto found = instruments_.find(x.instrument);
    if (found == instruments_.end())
      return;
    found->second.mark = x;
    tell(x);
  }

  // -- orders ----------------------------------------------------------------------------------------

  void hear(const order_update& x) {
    if (x.state == order_state::rejected) {
      ++report_.rejects;
      ++report_.rejects_by_reason[std::string{to_string(x.reason)}];
    }
    if (is_final(x.state))
      orders_.erase(x.id);
    else
      orders_[x.id] = x;
    tell(x);
  }

  void hear(const fill& x) {
    const auto found = instruments_.find(x.instrument);
    const trade_key key{x.instrument, x.trade_id, x.order_side};
    if (found == instruments_.end() || !seen_fills_.emplace(key, x.time).second)
      return;
    ++report_.fills;
    found->second.position.apply(x.order_side, x.at, x.size, x.fee);
    tell(x);
  }

  void hear(const venue_state_changed& x) {
    const auto found = venues_.find(x.venue);
    if (found == venues_.end())
      return;
    found->second.state = x.state;
    tell(x);
  }

  void hear(const venue_synced& x) {
    const auto found = venues_.find(x.venue);
    if (found == venues_.end())
      return;
    found->second.synced = true;
    if (!running_) {
      for (const auto& order : x.orders)
        orders_[order.id] = order;
      for (const auto& [id, size] : x.positions)
        if (const auto kept = instruments_.find(id); kept != instruments_.end())
          kept->second.position.adopt(size);
      for (const auto& key : x.trades)
        seen_fills_.emplace(key, config_.env->now());
      start_when_ready();
      return;
    }
    for (const auto& [id, size] : x.positions) {
      const auto kept = instruments_.find(id);
      if (kept != instruments_.end() && kept->second.position.size() != size)
        note(strategies::severity::alarm,
             "position differs from the gateway's after a resynchronisation: "
                 + to_string(kept->second.position.size()) + " here, " + to_string(size)
                 + " there; the repair is the strategy's position check");
    }
  }

  // -- operator --------------------------------------------------------------------------------------

  caf::typed_response_promise<strategy_stopped> stop(const stop_strategy& x) {
    auto promise = self_->make_response_promise<strategy_stopped>();
    if (stopped_) {
      promise.deliver(*stopped_);
      return promise;
    }
    waiting_for_stop_.push_back(promise);
    if (!running_) {
      finished("stopped before it had started");
      return promise;
    }
    stopping_ = true;
    self_->delayed_send(self_, x.deadline, atom::timeout_v, stop_deadline_timer, std::uint64_t{0});
    strategy_->on(x, *this);
    return promise;
  }

  strategy_report report() {
    auto result = report_;
    result.strategy = config_.id;
    result.name = config_.settings.name;
    result.kind = config_.kind->name;
    result.state = running_ ? std::string{strategy_->state_name()} : "waiting_for_venue";
    for (const auto& [id, kept] : instruments_) {
      instrument_position row;
      row.instrument = id;
      row.ticker = kept.description ? kept.description->ticker : "";
      row.size = kept.position.size();
      row.average_entry = kept.position.average_entry();
      row.realised = kept.position.realised();
      row.fees = kept.position.fees();
      if (kept.top && kept.top->two_sided())
        row.unrealised = kept.position.unrealised(middle_of(*kept.top));
      result.positions.push_back(row);
    }
    if (running_)
      result.saved = strategy_->save().dump();
    return result;
  }

  void timer(std::uint32_t id, std::uint64_t generation) {
    if (id == stop_deadline_timer) {
      if (stopping_ && !stopped_)
        conclude(false, "the deadline passed");
      return;
    }
    const auto found = timers_.find(id);
    if (found == timers_.end() || found->second != generation)
      return;
    timers_.erase(found);
    tell(strategies::timer_fired{strategies::timer_id{id}});
  }

  template <class Event>
  void tell(const Event& event) {
    if (running_ && !stopped_)
      strategy_->on(event, *this);
  }

  // -- strategies::context ---------------------------------------------------------------------------

  timestamp now() const override { return config_.env->now(); }

  const instrument* find_instrument(instrument_id id) const override {
    const auto found = instruments_.find(id);
    return found != instruments_.end() && found->second.description ? &*found->second.description
                                                                    : nullptr;
  }
  const top_of_book* find_book(instrument_id id) const override {
    const auto found = instruments_.find(id);
    return found != instruments_.end() && found->second.top ? &*found->second.top : nullptr;
  }
  const mark_price* find_mark(instrument_id id) const override {
    const auto found = instruments_.find(id);
    return found != instruments_.end() && found->second.mark ? &*found->second.mark : nullptr;
  }
  venue_state state_of(venue_id id) const override {
    const auto found = venues_.find(id);
    return found == venues_.end() ? venue_state::down : found->second.state;
  }
  quantity position_of(instrument_id id) const override {
    const auto found = instruments_.find(id);
    return found == instruments_.end() ? quantity{} : found->second.position.size();
  }

  client_order_id place(const strategies::order_intent& intent) override {
    order_request order;
    order.id = {config_.bot, config_.id, config_.run, ++*config_.sequence};
    order.instrument = intent.instrument;
    order.order_side = intent.order_side;
    order.type = intent.type;
    order.tif = intent.tif;
    order.post_only = intent.post_only;
    order.reduce_only = intent.reduce_only;
    order.size = intent.size;
    order.limit_price = intent.limit_price;
    order.created = config_.env->now();
    order.cause_ns = cause_ns_;
    order_update pending;
    pending.id = order.id;
    pending.instrument = order.instrument;
    pending.order_side = order.order_side;
    pending.reduce_only = order.reduce_only;
    pending.size = order.size;
    pending.limit_price = order.limit_price;
    pending.time = order.created;
    ++report_.orders;
    if (risk_) {
      orders_[order.id] = pending;
      self_->send(risk_, place_order{order});
    } else if (const auto& gateway = venues_[order.instrument.venue].gateway;
               gateway && order.reduce_only) {
      orders_[order.id] = pending;
      self_->send(gateway, place_order{order});
    } else {
      pending.state = order_state::rejected;
      pending.reason = reject_reason::risk_halted;
      pending.text = "risk is not running";
      self_->send(static_cast<strategy_host_actor>(self_), pending);
    }
    return order.id;
  }

  void cancel(const client_order_id& id) override {
    const auto found = orders_.find(id);
    if (found == orders_.end())
      return;
    ++report_.cancels;
    auto& venue = venues_[found->second.instrument.venue];
    if (venue.gateway)
      self_->send(venue.gateway, cancel_order{id, found->second.instrument});
  }

  void set_timer(strategies::timer_id id, duration after) override {
    const auto number = static_cast<std::uint32_t>(id);
    timers_[number] = ++generation_;
    self_->delayed_send(self_, after, atom::timeout_v, number, generation_);
  }

  void cancel_timer(strategies::timer_id id) override {
    timers_.erase(static_cast<std::uint32_t>(id));
  }

  void note(strategies::severity level, std::string text) override {
    if (config_.op)
      self_->send(config_.op, operator_note{static_cast<note_level>(level), config_.settings.name,
                                            std::move(text), config_.env->now()});
  }

  std::uint64_t random() override { return config_.env->random(); }

  void cycle_completed(decimal pnl) override {
    ++report_.cycles;
    report_.cycle_pnl += pnl;
  }

  void finished(std::string text) override {
    if (!stopped_)
      conclude(true, std::move(text));
  }

 private:
  static constexpr std::uint32_t stop_deadline_timer = 0xffffffff;

  attach_strategy greeting(venue_id venue) const {
    attach_strategy hello{config_.id, self_, {}, {}, {}};
    for (const auto& [id, order] : orders_)
      if (order.instrument.venue == venue)
        hello.orders.push_back(order);
    return hello;
  }

  void restore() {
    try {
      strategy_->restore(nlohmann::json::parse(config_.restored));
    } catch (const std::exception& error) {
      // What the venue shows is enough to go on; half a state is not.
      strategy_ = config_.kind->make(config_.settings);
      note(strategies::severity::warning,
           std::string("the saved state could not be used, starting from the venue's evidence: ")
               + error.what());
    }
  }

  void start_when_ready() {
    if (running_ || stopped_)
      return;
    for (const auto& [id, venue] : venues_)
      if (!venue.synced)
        return;
    for (const auto& [id, kept] : instruments_)
      if (!kept.description)
        return;
    running_ = true;
    strategies::started event;
    for (const auto& [id, order] : orders_)
      event.orders.push_back(order);
    for (const auto& [id, kept] : instruments_)
      event.positions.emplace_back(id, kept.position.size());
    strategy_->on(event, *this);
  }

  void conclude(bool complete, std::string text) {
    stopped_ = strategy_stopped{config_.id, complete, std::move(text)};
    for (auto& promise : waiting_for_stop_)
      promise.deliver(*stopped_);
    if (waiting_for_stop_.empty() && config_.op)
      self_->send(config_.op, *stopped_);
    waiting_for_stop_.clear();
  }

  self_pointer self_ = nullptr;
  strategy_host_config config_;
  std::unique_ptr<strategies::strategy> strategy_;
  std::map<instrument_id, host_instrument> instruments_;
  std::map<venue_id, host_venue> venues_;
  std::map<client_order_id, order_update> orders_; ///< own, not final
  std::map<trade_key, timestamp> seen_fills_;
  std::map<std::uint32_t, std::uint64_t> timers_;
  std::vector<caf::typed_response_promise<strategy_stopped>> waiting_for_stop_;
  std::optional<strategy_stopped> stopped_;
  risk_actor risk_;
  strategy_report report_;
  std::int64_t cause_ns_ = 0;
  std::uint64_t generation_ = 0;
  bool running_ = false;
  bool stopping_ = false;
};

strategy_host_actor::behavior_type strategy_host_fun(strategy_host_state::self_pointer self,
                                                     strategy_host_config config) {
  install_exception_text(self);
  self->state.init(self, std::move(config));
  auto& state = self->state;
  return {
      // CAF tries handlers in this order: the frequent ones come first.
      [&state](const top_of_book& x) { state.hear(x); },
      [&state](const order_update& x) { state.hear(x); },
      [&state](const fill& x) { state.hear(x); },
      [&state](const instrument& x) { state.hear(x); },
      [&state](const depth_snapshot& x) { state.tell(x); },
      [&state](const depth_delta& x) { state.tell(x); },
      [&state](const trade& x) { state.tell(x); },
      [&state](const funding_rate& x) { state.tell(x); },
      [&state](const mark_price& x) { state.hear(x); },
      [](const market_data_state_changed&) {},
      [&state](const gateway_changed& x) { state.peer(x); },
      [&state](const market_data_changed& x) { state.peer(x); },
      [&state](const risk_changed& x) { state.peer(x); },
      [](const strategy_changed&) {},
      [&state](const position& x) { state.tell(x); },
      [&state](const venue_state_changed& x) { state.hear(x); },
      [&state](const venue_synced& x) { state.hear(x); },
      [&state](const pause_strategy& x) { state.tell(x); },
      [&state](const resume_strategy& x) { state.tell(x); },
      [&state](const stop_strategy& x) { return state.stop(x); },
      [&state](const get_report&) { return state.report(); },
      [&state](atom::timeout, std::uint32_t id, std::uint64_t generation) {
        state.timer(id, generation);
      },
  };
}

} // namespace

strategy_host_actor spawn_strategy_host(caf::actor_system& system, strategy_host_config config) {
  return system.spawn(strategy_host_fun, std::move(config));
}

} // namespace actorbot
