#pragma once

#include "actors/latency_histogram.hpp"
#include "actors/order_gateway.hpp"
#include "actors/order_table.hpp"
#include "messages/registration.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <map>
#include <optional>
#include <set>

namespace actorbot {

/// What a list is called in `lists_due_`.
inline constexpr auto balances_list = "balances";
inline constexpr auto open_orders_list = "open_orders";
inline constexpr auto positions_list = "positions";

inline std::string fills_list(instrument_id id) { return "fills " + to_string(id); }

/// The gateway's logic. order_gateway.cpp has the orders, _peers.cpp who attaches, _sync.cpp the
/// sessions and the reconciliation, _lists.cpp what lists say, _dead_man.cpp the venue's switch and
/// the ordered end.
///
///   connecting --session up--> syncing --orders, fills, positions agree--> live <--> degraded
///       ^------------------------ session down (or maintenance) --------------------/
///
/// syncing: 1. open orders, missed fills, balances; 2. a query for every order that they leave in
/// doubt; 3. positions. An order that stays unknown does not hold up the venue: it is frozen and
/// asked for until the venue has spoken or its validity window has passed twice over.
class order_gateway_state {
 public:
  using self_pointer = order_gateway_actor::stateful_pointer<order_gateway_state>;
  static inline const char* name = "order_gateway";

  void init(self_pointer self, order_gateway_config config);

  // -- who plays which role --------------------------------------------------------------------------
  void peer(const market_data_changed& x);
  void peer(const strategy_changed& x);
  void attach(const attach_strategy& x);
  risk_attached attach(const attach_risk& x);

  // -- orders (order_gateway.cpp) --------------------------------------------------------------------
  void submit(const submit_order& x);
  void cancel(const cancel_order& x);
  void reduce(const place_order& x);
  void cancel(const cancel_strategy& x);
  void control(const set_trading_state& x);
  void hear(const order_sent& x);
  void hear(const order_update& x);
  void hear(const fill& x);
  void hear(const cancel_failed& x);
  void hear(const query_failed& x);
  void hear(const foreign_activity& x);

  // -- sessions and reconciliation (order_gateway_sync.cpp) ------------------------------------------
  void session_up(const account_session_live& x);
  void hear(const market_data_state_changed& x);
  void hear(const instrument& x);
  void hear(const position& x);
  void hear(const balance& x);
  void hear(const open_orders_snapshot& x);
  void hear(const positions_snapshot& x);
  void hear(const fills_page& x);
  void hear(const request_failed& x);
  void hear(const dead_man_set& x);
  void hear(const clock_offset& x);
  void tick();
  venue_report report() const;
  caf::typed_response_promise<venue_report> conclude(const conclude_venue& x);

 private:
  enum class sync_phase : std::uint8_t { none, lists, orders, positions, done };

  timestamp now() const { return config_.env->now(); }
  bool connected() const { return static_cast<bool>(connection_); }
  void down(const caf::down_msg& x);

  void tell_owner(const order_update& x);
  void tell(const order_table::changes& x);
  order_update refusal(const order_request& order, reject_reason reason, std::string text) const;
  void deny(const order_request& order, reject_reason reason, std::string text);
  void send_cancel_now(tracked_order& order);
  void ask_for(tracked_order& order);
  void ask_for_fills(instrument_id id);
  void adopt_position(const attach_strategy& x);
  bool told_its_position(const client_order_id& id) const;
  void absent(tracked_order& order, const std::string& text);
  void send_order_now(const order_request& wish);
  void cancel_everything();

  bool has_dead_man() const;
  void set_dead_man(duration countdown);
  /// A call is answered; in words when it failed.
  void dead_man_answered(std::string trouble);
  void conclude();
  void watch_conclusion(timestamp at);

  void start_sync();
  void list_arrived(const char* what);
  void next_phase();
  void finish_sync();
  void watch_orders(timestamp at);
  void watch_lists(timestamp at);
  void update_state(std::string text);
  void synced(strategy_id strategy);
  account_view view() const;
  void note(note_level level, std::string text) const;
  bool is_configured(instrument_id id) const;

  self_pointer self_ = nullptr;
  order_gateway_config config_;
  order_table table_;
  account_connection_actor connection_;
  caf::actor_addr connection_address_;
  std::map<strategy_id, strategy_host_actor> hosts_;
  std::set<strategy_id> told_positions_; ///< strategies that brought their positions along
  /// Cancels that overtook their orders (which go by way of risk), and when.
  std::map<client_order_id, timestamp> early_cancels_;
  risk_actor risk_;
  std::uint64_t epoch_ = 0;
  trading_state trading_ = trading_state::active;

  venue_state state_ = venue_state::connecting;
  std::string state_text_ = "no session yet";
  venue_state market_ = venue_state::connecting;
  bool maintenance_ = false;
  sync_phase phase_ = sync_phase::none;
  bool first_sync_ = true;
  bool positions_known_ = false;
  std::set<std::string> lists_due_;
  timestamp phase_started_;
  timestamp started_;
  std::map<instrument_id, timestamp> fills_cursor_;  ///< fills are complete up to here
  timestamp account_time_;                           ///< the last sign of life of the account
  timestamp last_fill_;                              ///< on our clock
  std::map<instrument_id, quantity> position_doubt_; ///< a first look that differed
  std::map<instrument_id, position> venue_positions_;
  std::map<std::string, balance> balances_;
  std::set<std::string> foreign_seen_;

  timestamp next_balances_, next_positions_, next_open_orders_, next_fills_, next_dead_man_;

  /// The ordered end: waits for the venue to disarm its switch.
  struct conclusion {
    caf::typed_response_promise<venue_report> promise;
    timestamp until;
    bool disarming; ///< the last word is on its way
  };
  std::optional<conclusion> conclusion_;
  bool concluded_ = false;
  std::size_t dead_man_calls_ = 0; ///< not answered yet
  bool dead_man_announced_ = false;

  // for the report
  std::uint64_t sessions_ = 0, reconciliations_ = 0, unknown_ = 0, resolved_ = 0, foreign_ = 0;
  timestamp down_since_;
  duration time_down_{}, last_outage_{};
  duration clock_offset_{};
  latency_histogram latency_;
};

} // namespace actorbot
