#pragma once

#include "strategies/strategy.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace actorbot::bench {

/// "On every book tick, buy the minimum size at the bid, post-only": the strategy that is measured.
/// At most `max_pending` orders are without an answer; what the book says beyond that waits for one
/// and is then asked of the newest book, so no price is sent that is old already. A bid of size 1
/// is the stopwatch venue's sign that this tick wants no order.
class tick_buyer final : public strategies::strategy {
 public:
  using context = strategies::context;
  using strategies::strategy::on;

  explicit tick_buyer(const strategies::strategy_settings& settings)
      : instrument_{settings.instruments.front()} {}

  void on(const strategies::started&, context&) override {}
  void on(const top_of_book& event, context& ctx) override;
  void on(const order_update& event, context& ctx) override;
  void on(const fill&, context&) override {}
  void on(const strategies::timer_fired&, context&) override {}
  void on(const venue_state_changed&, context&) override {}
  void on(const pause_strategy&, context&) override {}
  void on(const resume_strategy&, context&) override {}
  void on(const stop_strategy&, context& ctx) override { ctx.finished("stopped"); }

  std::string_view state_name() const override { return "buying"; }
  nlohmann::json save() const override { return nlohmann::json::object(); }
  void restore(const nlohmann::json&) override {}

 private:
  /// As many as there are warm connections for orders.
  static constexpr std::size_t max_pending = 2;

  void buy(const top_of_book& book, context& ctx);

  instrument_id instrument_;
  std::set<client_order_id> pending_;
  bool behind_ = false;
};

strategies::strategy_descriptor describe_tick_buyer();

} // namespace actorbot::bench
