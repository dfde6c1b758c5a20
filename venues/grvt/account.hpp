#pragma once

#include "venues/descriptor.hpp"
#include "venues/grvt/errors.hpp"
#include "venues/grvt/instruments.hpp"
#include "venues/grvt/orders.hpp"
#include "venues/grvt/parse.hpp"
#include "venues/grvt/requests.hpp"
#include "venues/grvt/session.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace actorbot::venues::grvt {

/// One account session: commands over REST, the truth from the private stream.
///
///   session_started -> time -> login -> instruments -> stream open -> 3 subscriptions -> live
///
/// The login's cookie ends after about a day: five minutes before, a new one is fetched and a second
/// stream is opened with it; when that one has its subscriptions the first is closed, so that
/// nothing is missed. A command that is refused for want of a session waits for a login and is sent
/// again as it was, once.
///
/// The answer to an order comes before the engine has seen it: what becomes of an order is said by
/// the stream or a query.
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
  static constexpr timer_id live_timer{0};
  static constexpr timer_id login_timer{1};
  static constexpr timer_id clock_timer{2};
  static constexpr timer_id payments_timer{3};
  static constexpr timer_id stream_timer{4};
  static constexpr timer_id held_timer{5};

  /// The first three are the way to live.
  enum class task : std::uint8_t {
    login,
    clock,
    instruments,
    payments,
    place,
    cancel,
    cancel_all,
    query,
    open_orders,
    positions,
    balances,
    fills,
    dead_man,
  };

  /// A request in flight, with all that sending it again needs.
  struct pending {
    task what = task::clock;
    bool used = false;
    bool retried = false;
    std::uint32_t generation = 0;
    order_request order;                 ///< place; `id` and `instrument` for the others
    std::optional<std::uint64_t> number; ///< place, cancel, query: the client id on the wire
    std::string venue_order;             ///< cancel, query
    std::uint32_t nonce = 0; ///< place: the same when it is sent again, so that it counts once
    timestamp expiration;    ///< place
    timestamp requested;     ///< when the command came
    timestamp since;         ///< fills, payments
    std::string cursor;      ///< fills: the next page
    std::uint64_t page = 0;  ///< fills: the pages so far
    duration countdown{};    ///< dead-man
    std::int64_t sent_ns = 0;
  };

  /// A private stream on its way or in use.
  struct user_stream {
    stream_id id{};
    unsigned subscribed = 0; ///< a bit for each acknowledged subscription
    /// The last number of each (stream, selector).
    std::map<std::string, std::uint64_t, std::less<>> sequences;
  };

  // account.cpp: session and commands
  pending make(task what, const event_time& at, instrument_id instrument = {}) const;
  void begin(pending p, const event_time& at, account_sink& sink);
  void ask_clock(const event_time& at, account_sink& sink);
  void ask_login(const event_time& at, account_sink& sink);
  void open_stream(account_sink& sink);
  void on_subscribed(user_stream& stream, account_sink& sink);
  void give_up_next(account_sink& sink);
  void fail(account_sink& sink, session_end reason, std::string_view text);
  pending release(std::size_t slot);
  std::optional<std::size_t> slot_of(request_id id) const;
  /// Without this the session cannot become live.
  bool is_start(const pending& p) const { return !opened_ && p.what <= task::instruments; }
  timestamp venue_now(const event_time& at) const { return at.now + offset_; }
  void deny(const order_request& order, reject_reason reason, std::string_view text,
            const event_time& at, account_sink& sink);

  // account_requests.cpp: how each task is asked for
  void send(std::size_t slot, const event_time& at, account_sink& sink);
  http_request_view build(const pending& p);
  http_request_view build_order(const pending& p);

  // account_answers.cpp: what an answer means
  void succeed(const pending& p, const http_answer& event, simdjson::dom::element body,
               account_sink& sink);
  void on_failed_answer(std::size_t slot, const http_answer& event, bool readable,
                        account_sink& sink);
  /// Sends again what waited for a login.
  void resend(const event_time& at, account_sink& sink);
  void drop_resends(std::string_view text, const event_time& at, account_sink& sink);
  /// The task ends without success.
  void refuse(const pending& p, outcome o, std::string_view text, const event_time& at,
              account_sink& sink);
  void refuse_place(const pending& p, outcome o, std::string_view text, const event_time& at,
                    account_sink& sink);
  void refuse_login(std::string_view text, const event_time& at, account_sink& sink);
  bool on_login(const http_answer& event, account_sink& sink);
  bool on_clock(const pending& p, const http_answer& event, simdjson::dom::element body,
                account_sink& sink);
  bool on_instruments(simdjson::dom::element body, account_sink& sink);

  // account_lists.cpp: what orders, lists and pages say
  bool on_order(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_open_orders(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_positions(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_balances(const http_answer& event, simdjson::dom::element body, account_sink& sink);
  bool on_fills(const pending& p, const event_time& at, simdjson::dom::element body,
                account_sink& sink);
  bool on_payments(simdjson::dom::element body, account_sink& sink);

  // account_events.cpp: the private stream
  void on_answer_frame(user_stream& stream, simdjson::dom::element frame, account_sink& sink);
  /// False when the frame is to be ignored, or the session ended.
  bool in_sequence(user_stream& stream, simdjson::dom::element frame, account_sink& sink);
  void on_order_event(simdjson::dom::element feed, account_sink& sink);
  void on_fill_event(simdjson::dom::element feed, account_sink& sink);
  void tell(const order_update& x, account_sink& sink);
  void count(const fill& x);
  void release_held(const client_order_id& id, account_sink& sink);
  void release_all_held(account_sink& sink);
  void on_position_event(simdjson::dom::element feed, account_sink& sink);

  session_settings settings_; ///< without the credentials
  std::string configuration_error_;
  request_writer writer_;
  json_parser parser_;
  instrument_table instruments_;
  std::vector<pending> slots_;
  std::vector<std::size_t> free_;
  std::vector<std::size_t> waiting_for_login_; ///< slots to send again
  bool login_asked_ = false;
  std::int64_t login_ends_ns_ = 0; ///< monotonic; the cookie is worth nothing after it
  bool clock_asked_ = false;
  bool clock_known_ = false;
  duration offset_{};           ///< venue minus ours
  bool windows_allowed_ = true; ///< cancels may wait for their order
  std::uint8_t last_stream_ = 0;
  std::optional<user_stream> stream_;      ///< in use
  std::optional<user_stream> next_stream_; ///< to take over
  seen_order seen_;
  seen_fill seen_fill_;
  /// What the stream of fills has said of an order in this session.
  struct heard_fills {
    quantity size;
    std::string last_trade;
  };
  std::map<client_order_id, heard_fills> heard_; ///< the newest few thousand
  std::map<client_order_id, order_update> held_; ///< updates that wait for their fills
  std::string key_; ///< of a sequence; kept, so that frames allocate nothing
  std::map<std::uint64_t, fills_page> pages_;
  std::uint64_t last_page_ = 0;
  timestamp payments_since_;
  std::vector<std::string> payments_seen_; ///< ids of the newest moment that was told
  bool opened_ = false;
  bool live_ = false;
  bool over_ = false;
};

} // namespace actorbot::venues::grvt
