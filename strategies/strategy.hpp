#pragma once

#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/instrument.hpp"
#include "messages/market_data.hpp"
#include "messages/order.hpp"
#include "messages/parameters.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The one contract of every strategy: a pure state machine. Events go in through `on`, wishes go
/// out through `context`. A strategy knows no venue, socket, thread, clock or actor, so it runs
/// unchanged live, on paper, in a backtest, in the simulation and in a plain unit test.
namespace actorbot::strategies {

/// A strategy's own name for a timer; setting it again replaces it.
enum class timer_id : std::uint32_t {};

enum class severity : std::uint8_t {
  info,    ///< for the log
  warning, ///< the operator should look
  alarm,   ///< the operator must act: goes to every alarm channel
};

/// What a strategy wants placed. The host gives it an id, stamps it and sends it through risk.
struct order_intent {
  instrument_id instrument;
  side order_side = side::buy;
  order_type type = order_type::limit;
  time_in_force tif = time_in_force::gtc;
  bool post_only = false;
  bool reduce_only = false;
  quantity size;
  price limit_price;
};

// -- events that are not messages of their own -----------------------------------------------------

/// Every instrument is known, every venue that the strategy uses is live and reconciled. `orders`
/// are our open orders found there (placed before a restart), `positions` our virtual positions.
struct started {
  std::vector<order_update> orders;
  std::vector<std::pair<instrument_id, quantity>> positions;
};

struct timer_fired {
  timer_id id{};
};

/// What a strategy may ask and wish, valid during one `on` call.
class context {
 public:
  virtual ~context() = default;

  virtual timestamp now() const = 0;
  /// Null until the venue has described it.
  virtual const instrument* find_instrument(instrument_id id) const = 0;
  /// The newest top of book; null before the first.
  virtual const top_of_book* find_book(instrument_id id) const = 0;
  virtual const mark_price* find_mark(instrument_id id) const = 0;
  virtual venue_state state_of(venue_id id) const = 0;
  /// The sum of this strategy's own fills, signed.
  virtual quantity position_of(instrument_id id) const = 0;

  /// Never fails: what risk, the gateway or the venue refuse comes back as an order_update.
  virtual client_order_id place(const order_intent& intent) = 0;
  virtual void cancel(const client_order_id& id) = 0;
  virtual void set_timer(timer_id id, duration after) = 0;
  virtual void cancel_timer(timer_id id) = 0;
  /// For the operator, in whole sentences; no secrets.
  virtual void note(severity level, std::string text) = 0;
  /// Uniform 64 bits from the host's seeded generator.
  virtual std::uint64_t random() = 0;
  /// A completed entry-to-exit cycle with its realised PnL after fees, for the report.
  virtual void cycle_completed(decimal pnl) = 0;
  /// The stop asked for by stop_strategy is done; or the strategy ends by itself.
  virtual void finished(std::string text) = 0;
};

class strategy {
 public:
  virtual ~strategy() = default;

  virtual void on(const started& event, context& ctx) = 0;
  virtual void on(const top_of_book& event, context& ctx) = 0;
  virtual void on(const order_update& event, context& ctx) = 0;
  /// Comes before the order_update that reports its cumulative size; never twice for a trade id.
  virtual void on(const fill& event, context& ctx) = 0;
  virtual void on(const timer_fired& event, context& ctx) = 0;
  virtual void on(const venue_state_changed& event, context& ctx) = 0;
  virtual void on(const pause_strategy& event, context& ctx) = 0;
  virtual void on(const resume_strategy& event, context& ctx) = 0;
  /// Apply event.action, then call ctx.finished().
  virtual void on(const stop_strategy& event, context& ctx) = 0;

  // Optional inputs; the descriptor says which are wanted.
  virtual void on(const depth_snapshot&, context&) {}
  virtual void on(const depth_delta&, context&) {}
  virtual void on(const trade&, context&) {}
  virtual void on(const funding_rate&, context&) {}
  virtual void on(const mark_price&, context&) {}
  /// The venue's own statement of the account's position, others' orders included.
  virtual void on(const position&, context&) {}

  /// One word for the status line and the report: "waiting_for_fill".
  virtual std::string_view state_name() const = 0;
  /// Everything needed to go on after a restart. restore() is called before `started`.
  virtual nlohmann::json save() const = 0;
  /// Throws std::invalid_argument when the state is not one that save() wrote.
  virtual void restore(const nlohmann::json& state) = 0;
};

/// The instruments a strategy instance was configured with, in the order of its configuration.
struct strategy_settings {
  std::string name;
  std::vector<instrument_id> instruments;
  parameter_values parameters;
};

/// What a kind of strategy is. One file pair plus one line in the registry.
struct strategy_descriptor {
  std::string name;
  std::string help; ///< one line
  parameter_table parameters;
  std::size_t min_instruments = 1;
  std::size_t max_instruments = 1;
  bool wants_depth = false;
  bool wants_trades = false;
  bool wants_funding = false;
  /// Checks that go beyond one parameter's range; one sentence each, empty when all is well.
  std::function<std::vector<std::string>(const parameter_values&)> validate;
  std::function<std::unique_ptr<strategy>(const strategy_settings&)> make;
};

} // namespace actorbot::strategies
