#include "actors/operator.hpp"

#include "actors/errors.hpp"
#include "messages/registration.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <optional>
#include <set>

namespace actorbot {

namespace {

constexpr auto report_patience = std::chrono::seconds{2};

class operator_state {
 public:
  using self_pointer = operator_actor::stateful_pointer<operator_state>;
  static inline const char* name = "operator";

  void init(self_pointer self, operator_config config) {
    self_ = self;
    config_ = std::move(config);
    self_->send(config_.directory, subscribe_directory{self_});
    self_->set_down_handler([this](const caf::down_msg& x) { root_down(x); });
    if (config_.status_interval > duration{0})
      self_->delayed_send(self_, config_.status_interval, atom::tick_v);
  }

  // A fresh one starts in the configured state: the kill switch outlives restarts.
  void peer(const gateway_changed& x) {
    gateways_[x.venue] = x.gateway;
    if (trading_ && x.gateway)
      self_->send(x.gateway, *trading_);
  }
  void peer(const risk_changed& x) {
    risk_ = x.risk;
    if (trading_ && risk_)
      self_->send(risk_, *trading_);
  }
  void peer(const strategy_changed& x) {
    hosts_[x.strategy] = x.host;
    // A host that died while it was stopping has nothing left to say.
    if (!x.host && phase_ == phase::stopping)
      stopped(x.strategy, false);
  }

  void watch(const watch_bot& x) {
    root_ = x.root;
    self_->monitor(x.root);
  }

  void news(const operator_note& x) const {
    if (config_.callbacks.note)
      config_.callbacks.note(x);
  }
  void news(const restart_happened& x) const {
    if (config_.callbacks.restart)
      config_.callbacks.restart(x);
  }
  void news(const venue_state_changed& x) const {
    if (config_.callbacks.venue_state)
      config_.callbacks.venue_state(x);
  }

  void ended(const strategy_stopped& x) {
    finished_.insert(x.strategy);
    if (phase_ == phase::running && finished_.size() == config_.on_stop.size())
      stop({"every strategy has finished: " + x.text});
  }

  void control(const set_trading_state& x) {
    trading_ = x;
    if (risk_)
      self_->send(risk_, x);
    for (const auto& [id, gateway] : gateways_)
      if (gateway)
        self_->send(gateway, x);
  }

  void give_up(const cancel_strategy& x) {
    news(operator_note{note_level::alarm, "strategies",
                       "given up, its orders are cancelled: " + x.text, config_.env->now()});
    for (const auto& [id, gateway] : gateways_)
      if (gateway)
        self_->send(gateway, x);
  }

  void stop(const stop_bot& x) {
    if (phase_ != phase::running)
      return;
    phase_ = phase::stopping;
    report_.reason = x.text;
    for (const auto& [id, action] : config_.on_stop) {
      const auto host = hosts_.find(id);
      if (host == hosts_.end() || !host->second)
        continue;
      waiting_.insert(id);
      const auto patience = config_.stop_deadline + report_patience;
      self_->request(host->second, patience, stop_strategy{action, config_.stop_deadline})
          .then([this, id = id](const strategy_stopped& done) { stopped(id, done.complete); },
                [this, id = id](const caf::error&) { stopped(id, false); });
    }
    if (waiting_.empty())
      take_reports();
  }

  void tick() {
    self_->delayed_send(self_, config_.status_interval, atom::tick_v);
    if (phase_ != phase::running || !config_.callbacks.status)
      return;
    auto rows = std::make_shared<std::vector<strategy_report>>();
    auto due = std::make_shared<std::size_t>(0);
    const auto show = [this, rows, due] {
      if (--*due == 0 && phase_ == phase::running)
        config_.callbacks.status(*rows);
    };
    for (const auto& [id, host] : hosts_) {
      if (!host)
        continue;
      ++*due;
      self_->request(host, report_patience, get_report{})
          .then(
              [rows, show](const strategy_report& x) {
                rows->push_back(x);
                show();
              },
              [show](const caf::error&) { show(); });
    }
  }

 private:
  enum class phase : std::uint8_t { running, stopping, reporting, ending, over };

  void stopped(strategy_id id, bool complete) {
    if (waiting_.erase(id) == 0)
      return;
    report_.complete = report_.complete && complete;
    if (waiting_.empty() && phase_ == phase::stopping)
      take_reports();
  }

  template <class Report, class Question = get_report, class Handle, class Take>
  void take(const Handle& from, Take into) {
    if (!from)
      return;
    ++reports_due_;
    self_->request(from, report_patience, Question{})
        .then(
            [this, into](Report& x) {
              into(std::move(x));
              report_taken();
            },
            [this](const caf::error&) { report_taken(); });
  }

  void take_reports() {
    phase_ = phase::reporting;
    for (const auto& [id, host] : hosts_)
      take<strategy_report>(
          host, [this](strategy_report x) { report_.strategies.push_back(std::move(x)); });
    const auto into = [this](venue_report x) { report_.venues.push_back(std::move(x)); };
    for (const auto& [id, gateway] : gateways_) {
      // What was to be cancelled and perhaps was not stays guarded by the dead-man's switch.
      if (report_.complete)
        take<venue_report, conclude_venue>(gateway, into);
      else
        take<venue_report>(gateway, into);
    }
    take<risk_report>(risk_, [this](risk_report x) { report_.risk = std::move(x); });
    take<supervisor_report>(root_,
                            [this](supervisor_report x) { report_.supervision = std::move(x); });
    if (reports_due_ == 0)
      end_tree();
  }

  void report_taken() {
    if (--reports_due_ == 0)
      end_tree();
  }

  void end_tree() {
    phase_ = phase::ending;
    if (root_)
      self_->send(root_, stop_children{report_.reason});
    else
      finish();
  }

  void root_down(const caf::down_msg& x) {
    if (!root_ || x.source != root_->address())
      return;
    root_ = nullptr;
    if (phase_ == phase::running || phase_ == phase::stopping) {
      report_.complete = false;
      report_.reason = "the supervision tree gave up: " + describe(x.reason);
    }
    finish();
  }

  void finish() {
    phase_ = phase::over;
    self_->send_exit(config_.directory, caf::exit_reason::user_shutdown);
    if (config_.callbacks.finished)
      config_.callbacks.finished(report_);
    self_->quit();
  }

  self_pointer self_ = nullptr;
  operator_config config_;
  phase phase_ = phase::running;
  std::map<venue_id, order_gateway_actor> gateways_;
  std::map<strategy_id, strategy_host_actor> hosts_;
  risk_actor risk_;
  supervisor_actor root_;
  std::set<strategy_id> waiting_, finished_;
  std::optional<set_trading_state> trading_; ///< the last word of whoever holds the kill switch
  std::size_t reports_due_ = 0;
  bot_report report_;
};

operator_actor::behavior_type operator_fun(operator_state::self_pointer self,
                                           operator_config config) {
  install_exception_text(self);
  self->state.init(self, std::move(config));
  auto& state = self->state;
  return {
      [&state](const gateway_changed& x) { state.peer(x); },
      [](const market_data_changed&) {},
      [&state](const risk_changed& x) { state.peer(x); },
      [&state](const strategy_changed& x) { state.peer(x); },
      [&state](const watch_bot& x) { state.watch(x); },
      [&state](const operator_note& x) { state.news(x); },
      [&state](const restart_happened& x) { state.news(x); },
      [&state](const venue_state_changed& x) { state.news(x); },
      [&state](const strategy_stopped& x) { state.ended(x); },
      [&state](const cancel_strategy& x) { state.give_up(x); },
      [&state](const stop_bot& x) { state.stop(x); },
      [&state](const set_trading_state& x) { state.control(x); },
      [&state](atom::tick) { state.tick(); },
  };
}

} // namespace

operator_actor spawn_operator(caf::actor_system& system, operator_config config) {
  return system.spawn(operator_fun, std::move(config));
}

} // namespace actorbot
