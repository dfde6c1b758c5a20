#pragma once

#include "venues/aster/errors.hpp"
#include "venues/aster/instruments.hpp"
#include "venues/aster/orders.hpp"
#include "venues/aster/requests.hpp"
#include "venues/aster/session.hpp"
#include "venues/descriptor.hpp"
#include "venues/wire/json_reader.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace actorbot::venues::aster {

/// One account session: commands over REST, the truth from the user stream.
///
///   session_started -> time -> exchangeInfo -> position mode -> listen key -> user stream -> live
///
/// A command's answer says NEW for everything that was accepted, also for a market order and for a
/// post-only order about to be refused: what becomes of an order is said by the user stream or a
/// query. Clock and nonce errors are healed once by asking for the venue's time and signing again.
class account final : public account_protocol {
 public:
  explicit account(const session_settings& settings);

  void on(const session_started& event, account_sink& sink) override;
  void on(const http_answer& event, account_sink& sink) override;
  void on(const http_failed& event, account_sink& sink) override;
  void on(const stream_opened& event, account_sink& sink) override;
  void on(const stream_frame& event, account_sink& sink) override;
  void on(const stream_closed& event, account_sink& sink) override;
  void on(const timer_fired& event, account_sink& sink) override;

  void place(const event_time& at, const order_request& order, account_sink& sink) override;
  void cancel(const event_time& at, const cancel_order& order, std::string_view venue_order_id,
              account_sink& sink) override;
  void cancel_all(const event_time& at, instrument_id instrument, account_sink& sink) override;
  void query_order(const event_time& at, const client_order_id& id, instrument_id instrument,
                   std::string_view venue_order_id, account_sink& sink) override;
  void query_open_orders(const event_time& at, account_sink& sink) override;
  void query_positions(const event_time& at, account_sink& sink) override;
  void query_balances(const event_time& at, account_sink& sink) override;
  void query_fills(const event_time& at, instrument_id instrument, timestamp since,
                   account_sink& sink) override;
  void arm_dead_man(const event_time& at, instrument_id instrument, duration countdown,
                    account_sink& sink) override;

 private:
  static constexpr stream_id user_stream{0};
  static constexpr timer_id live_timer{0};
  static constexpr timer_id keep_alive_timer{1};
  static constexpr timer_id clock_timer{2};
  static constexpr timer_id income_timer{3};

  /// The first four are the way to live.
  enum class task : std::uint8_t {
    clock,
    exchange_info,
    position_mode,
    listen_key,
    keep_alive,
    commission,
    income,
    place,
    cancel,
    cancel_all,
    query,
    open_orders,
    positions,
    balances,
    fills,
    owner, ///< of an execution in the history
    dead_man,
  };

  /// A request in flight, with all that signing it again needs.
  struct pending {
    task what = task::clock;
    bool used = false;
    bool retried = false;
    std::uint32_t generation = 0;
    order_request order;           ///< place; `id` and `instrument` for the others
    std::uint64_t venue_order = 0; ///< query by the venue's id, owner
    timestamp requested;           ///< when the command came
    timestamp from;                ///< fills, income: start of the window
    timestamp to;                  ///< fills: end of the window
    std::uint64_t from_trade = 0;  ///< fills: next page starts here
    std::uint64_t page = 0;        ///< owner: the page that waits for it
    duration countdown{};          ///< dead-man
    std::int64_t sent_ns = 0;
  };

  /// Executions read, which wait until the owner of each order is known: the venue's history names
  /// orders by its own ids only.
  struct waiting_page {
    pending next; ///< the page after it, when `page` is not complete
    fills_page page;
  };
  struct order_owner {
    bool ours = false;
    client_order_id id;
  };

  // account.cpp: session and commands
  pending make(task what, const event_time& at, instrument_id instrument = {}) const;
  void begin(const pending& p, const event_time& at, account_sink& sink);
  void ask_clock(const event_time& at, account_sink& sink);
  void fail(account_sink& sink, session_end reason, std::string_view text);
  pending release(std::size_t slot);
  std::optional<std::size_t> slot_of(request_id id) const;
  /// Without this the session cannot become live.
  bool is_start(const pending& p) const { return !opened_ && p.what <= task::listen_key; }
  timestamp venue_now(const event_time& at) const { return at.now + offset_; }

  // account_requests.cpp: how each task is asked for
  void send(std::size_t slot, const event_time& at, account_sink& sink);
  http_request_view build(const pending& p, const event_time& at);
  std::uint32_t weight_of(task what) const;
  http_request_view build_order(const order_request& order, timestamp now);
  http_request_view build_fills(const pending& p, timestamp now);
  std::string_view path(std::string_view v3, std::string_view v1) const;

  // account_answers.cpp: what an answer means
  void succeed(const pending& p, const http_answer& event, simdjson::dom::element body,
               account_sink& sink);
  void resync(std::size_t slot, const event_time& at, account_sink& sink);
  void resend(const event_time& at, account_sink& sink);
  void drop_resends(std::string_view text, const event_time& at, account_sink& sink);
  /// The task ends without success.
  void refuse(const pending& p, outcome o, std::string_view text, const event_time& at,
              account_sink& sink);
  void refuse_place(const pending& p, outcome o, std::string_view text, const event_time& at,
                    account_sink& sink);
  bool on_clock(const pending& p, const http_answer& event, simdjson::dom::element body,
                account_sink& sink);
  bool on_exchange_info(const event_time& at, simdjson::dom::element body, account_sink& sink);
  bool on_position_mode(const event_time& at, simdjson::dom::element body, account_sink& sink);
  bool on_listen_key(simdjson::dom::element body, account_sink& sink);
  bool on_commission(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_order(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_open_orders(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_positions(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_balances(const http_answer& event, simdjson::dom::element body, account_sink& sink);
  bool on_income(simdjson::dom::element body, account_sink& sink);

  // account_fills.cpp: the history of executions
  bool on_fills(const pending& p, const event_time& at, simdjson::dom::element body,
                account_sink& sink);
  void advance(std::uint64_t page, const event_time& at, account_sink& sink);
  bool on_owner(const pending& p, const event_time& at, simdjson::dom::element body,
                account_sink& sink);
  void refuse_owner(const pending& p, outcome o, std::string_view text, const event_time& at,
                    account_sink& sink);
  void remember_owner(const seen_order& order);

  // account_events.cpp: the user stream
  void on_order_event(simdjson::dom::element event, account_sink& sink);
  void on_account_event(simdjson::dom::element event, account_sink& sink);
  void on_wallet(simdjson::dom::element row, timestamp time, account_sink& sink);

  session_settings settings_; ///< without the credentials
  std::string configuration_error_;
  request_writer writer_;
  json_parser parser_;
  instrument_table instruments_;
  std::vector<pending> slots_;
  std::vector<std::size_t> free_;
  std::vector<std::size_t> waiting_for_clock_; ///< slots to sign again
  bool clock_asked_ = false;
  bool clock_known_ = false;
  duration offset_{}; ///< venue minus ours
  std::vector<balance> balances_;
  seen_order seen_;
  order_event order_event_;
  std::map<std::uint64_t, waiting_page> pages_;
  std::uint64_t last_page_ = 0;
  std::map<std::uint64_t, order_owner>
      owners_; ///< by the venue's order id; the newest few thousand
  std::int64_t key_renewed_ns_ = 0;
  timestamp income_since_;
  std::vector<std::string> income_seen_; ///< ids emitted, of the last window
  bool opened_ = false;
  bool live_ = false;
  bool over_ = false;
};

} // namespace actorbot::venues::aster
