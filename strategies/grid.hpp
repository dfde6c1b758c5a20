#pragma once

#include "strategies/grid_cooldown.hpp"
#include "strategies/grid_ledger.hpp"
#include "strategies/grid_parameters.hpp"
#include "strategies/strategy.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace actorbot::strategies {

/// What the grid is doing. Computed from what is outstanding, so it cannot disagree with it; every
/// change is noted with its cause.
///
///             gates open: entry sent       the venue has it
///   +-------+ ---------------> +----------+ -----------> +------------------+ ---+ part filled:
///   | ready |                  | entering |              | waiting_for_fill |    | close that part
///   +-------+ <--------------- +----------+              +------------------+ <--+
///     |   ^     refused: back off                          |            |
///     |   |                                                |            | filled, or ended with
///     |   +------------------------------------------------+            | a part filled
///     |   |     ended unfilled: enters again, at the new price          v
///     |   |                                                        +---------+
///     |   +------------------------------------------------------- | closing |
///     v   | resumed,     every close order rests or was executed   +---------+
///   +--------+ venue live,                                            ^  |
///   | paused | price back                                             |  | done
///   +--------+            stop asked for, or a price that stops:      |  v
///                         cancel, flatten (from any state) -----------+ +---------+
///                                                                       | stopped |
///                                                                       +---------+
///
/// `unknown` is part of entering: such an entry is neither replaced nor followed by another before
/// there is evidence of what became of it.
enum class grid_state : std::uint8_t {
  ready,
  entering,
  waiting_for_fill,
  closing,
  paused,
  stopped,
};

std::string_view to_string(grid_state s);

/// Buys (or sells) one `quantity` after another, each with a take-profit order on the other side,
/// spaced in time by a cool-down that grows with the number of close orders resting, and in price
/// by the grid step.
///
/// - Close orders come from fill events alone, sized and priced by the actual fills, one per fill
///   event; a fill that the venue's minimum size or notional does not allow to close alone is
///   carried and closed together with the next one. They pass none of the entry gates.
/// - A refused close order is tried again, further outside the spread; after `close_attempts` or
///   `close_timeout` the part is closed at market, with an alarm.
/// - The position must equal close orders plus carried fills, signed and exact. A difference that
///   lasts `repair_delay` is repaired: the missing close order placed, the excess one cancelled.
/// - The position stays below max_orders x quantity plus one entry.
class grid final : public strategy {
 public:
  explicit grid(const strategy_settings& settings);

  using strategy::on;
  void on(const started& event, context& ctx) override;
  void on(const top_of_book& event, context& ctx) override;
  void on(const order_update& event, context& ctx) override;
  void on(const fill& event, context& ctx) override;
  void on(const timer_fired& event, context& ctx) override;
  void on(const venue_state_changed& event, context& ctx) override;
  void on(const pause_strategy& event, context& ctx) override;
  void on(const resume_strategy& event, context& ctx) override;
  void on(const stop_strategy& event, context& ctx) override;

  std::string_view state_name() const override { return to_string(shown_); }
  nlohmann::json save() const override;
  void restore(const nlohmann::json& state) override;

  /// For reports and tests.
  const grid_ledger& ledger() const { return ledger_; }

 private:
  enum class timer : std::uint32_t { enter = 1, follow, close, repair, stop };

  /// How it ends. `leave` lets close orders and position stay but places what is still missing.
  enum class ending : std::uint8_t { keep, leave, cancel, flatten };
  struct stop_in_progress {
    ending how = ending::cancel;
    bool by_operator = false; ///< not resumed by a restart: the operator starts the bot again
    std::string cause;
  };

  /// Refused close orders in a row.
  struct close_trouble {
    std::int64_t refusals = 0; ///< that count as an attempt
    std::int64_t failures = 0; ///< all of them, for the back-off
    bool alarmed = false;      ///< that it is closed at market
    bool market_failed = false;
    timestamp since; ///< of the first; zero while a close order rests
    timestamp last;
    timestamp not_before;
  };

  // grid.cpp: what every event comes down to.
  void advance(context& ctx, std::string_view cause);
  void settle(context& ctx, std::string_view cause);
  grid_state compute_state(context& ctx) const;
  bool is_live(context& ctx) const;
  bool can_close(context& ctx) const;
  const top_of_book* fresh_book(context& ctx) const;
  quantity signed_position(context& ctx) const;
  void start_timer(context& ctx, timer id, duration after) const;
  void end_close(const client_order_id& id, const order_update& update, context& ctx);
  void watch_prices(context& ctx);

  // grid_adopt.cpp: from what was saved and what the venue shows to a consistent ledger.
  void adopt(const started& event, context& ctx);
  void adopt_order(const order_update& order, context& ctx);
  void drop_missing(const started& event, context& ctx);

  // grid_entry.cpp
  void try_enter(context& ctx);
  void place_entry(context& ctx, const instrument& i, price at);
  void follow_entry(context& ctx);
  void cancel_entry(context& ctx, std::string_view why);
  void end_entry(const order_update& update, context& ctx);
  void draw_cycle(context& ctx);

  // grid_close.cpp
  void cover(const fill& event, context& ctx);
  void place_closes(context& ctx);
  quantity placeable(const instrument& i, bool market) const;
  void place_close(context& ctx, const instrument& i, quantity size, bool market);
  void close_failed(const close_order& order, const order_update& update, context& ctx);
  bool close_at_market(context& ctx) const;
  open_lot lot_at(quantity size, decimal at, decimal fees) const;
  void check_position(context& ctx);
  void repair(quantity difference, context& ctx);
  void execute_at_market(context& ctx, side s, quantity size);

  // grid_stop.cpp
  void begin_stop(context& ctx, ending how, bool by_operator, std::string cause);
  void drive_stop(context& ctx);
  void cancel_orders(context& ctx, bool closes_too);
  void flatten(context& ctx);
  void finish(context& ctx, std::string text);

  grid_parameters p_;
  instrument_id instrument_;
  grid_ledger ledger_;
  entry_pacer pacer_;
  close_trouble trouble_;

  bool started_ = false;
  bool finished_ = false;
  bool paused_ = false; ///< by the operator
  bool beyond_ = false; ///< the price is past no_entry_beyond
  bool size_alarmed_ = false;
  std::optional<stop_in_progress> stop_;

  decimal timing_draw_; ///< this cycle's random part of the cool-down
  decimal profit_draw_; ///< this cycle's random part of the take-profit
  bool drawn_ = false;
  decimal last_fill_; ///< price of the newest entry fill; zero before the first
  std::int64_t entry_refusals_ = 0;
  timestamp entry_not_before_;

  quantity mismatch_; ///< position minus what is accounted for
  timestamp mismatch_since_;
  std::int64_t repairs_ = 0; ///< of the present mismatch

  grid_state shown_ = grid_state::paused;
};

/// The grid's line in the registry.
strategy_descriptor grid_descriptor();

} // namespace actorbot::strategies
