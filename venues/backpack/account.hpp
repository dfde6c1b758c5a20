#pragma once

#include "venues/backpack/errors.hpp"
#include "venues/backpack/instruments.hpp"
#include "venues/backpack/orders.hpp"
#include "venues/backpack/requests.hpp"
#include "venues/backpack/session.hpp"
#include "venues/descriptor.hpp"
#include "venues/wire/request_table.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace actorbot::venues::backpack {

/// One account session: commands and lists over REST, what happens over the private stream.
///
///   session_started -> time -> markets -> account -> stream -> signed SUBSCRIBE -> live
///
/// The answer to an order is the order after the matching engine had it. One order can be asked for
/// only while it rests, so a query is a chain: resting order, order history, fills; an order is
/// unknown when all three do not have it. A refusal for our clock is healed once by asking for the
/// venue's time and signing again.
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
  /// The venue has none.
  void arm_dead_man(const event_time& at, instrument_id instrument, duration countdown,
                    account_sink& sink) override;

 private:
  static constexpr stream_id user_stream{0};
  static constexpr timer_id live_timer{0};
  static constexpr timer_id settle_timer{1};
  static constexpr timer_id clock_timer{2};
  static constexpr timer_id funding_timer{3};

  /// The first three are the way to live.
  enum class task : std::uint8_t {
    clock,
    markets,
    settings,
    place,
    cancel,
    cancel_all,
    query,         ///< among the resting orders
    query_history, ///< then in the order history
    query_fills,   ///< then among the fills
    open_orders,
    positions,
    balances,
    fills,
    owner,         ///< of a fill that names the venue's order only: in the order history
    owner_resting, ///< then among the resting orders
    funding,
  };

  /// A request in flight, with all that signing it again needs.
  struct pending {
    task what = task::clock;
    bool retried = false;
    order_request order;      ///< place; `id` and `instrument` for the others
    std::uint64_t number = 0; ///< the order's client id; 0: only the venue's is known
    std::string venue_order;  ///< digits; asked for in place of the number when it is there
    timestamp requested;      ///< when the command came
    timestamp from;           ///< fills, histories: nothing older counts
    std::uint32_t offset = 0; ///< histories: the page
    std::uint64_t page = 0;   ///< owner: the fills that wait for it
    std::int64_t sent_ns = 0;
  };

  /// Fills read, which wait until the owner of each order is known.
  struct waiting_page {
    pending next; ///< the page after it, when `page` is not complete
    std::vector<fill_row> rows;
    fills_page page;
  };
  struct order_owner {
    bool ours = false;
    client_order_id id;
  };

  // account.cpp: session and commands
  pending make(task what, const event_time& at, instrument_id instrument = {}) const;
  void ask_clock(const event_time& at, account_sink& sink);
  void fail(account_sink& sink, session_end reason, std::string_view text);
  void go_live(account_sink& sink);
  std::uint64_t number_of(const client_order_id& id) const;
  void deny(const order_request& order, reject_reason reason, std::string_view text,
            const event_time& at, account_sink& sink);
  void remember_placed(std::uint64_t number, timestamp at);
  timestamp placed_at(std::uint64_t number) const;
  /// Without this the session cannot become live.
  bool is_start(const pending& p) const { return !opened_ && p.what <= task::settings; }
  timestamp venue_now(const event_time& at) const { return at.now + offset_; }

  // account_requests.cpp: how each task is asked for
  void begin(pending p, const event_time& at, account_sink& sink);
  http_request_view build(const pending& p, timestamp now);
  http_request_view build_order(const pending& p, timestamp now);
  http_request_view build_history(const pending& p, timestamp now);
  http_request_view build_fills(const pending& p, timestamp now);
  void add_name(const pending& p);

  // account_answers.cpp: what an answer means
  bool succeed(const pending& p, const http_answer& event, account_sink& sink);
  void on_refusal(request_id id, const http_answer& event, account_sink& sink);
  bool on_not_found(const pending& p, const event_time& at, account_sink& sink);
  void resend(const event_time& at, account_sink& sink);
  void drop_resends(std::string_view text, const event_time& at, account_sink& sink);
  /// The task ends without success.
  void refuse(const pending& p, outcome o, std::string_view text, const event_time& at,
              account_sink& sink);
  void refuse_place(const pending& p, outcome o, std::string_view text, const event_time& at,
                    account_sink& sink);
  bool on_clock(const pending& p, const http_answer& event, account_sink& sink);
  bool on_markets(const event_time& at, simdjson::dom::element body, account_sink& sink);
  bool on_settings(simdjson::dom::element body, account_sink& sink);
  bool on_order(const pending& p, const event_time& at, simdjson::dom::element body,
                account_sink& sink);
  bool on_open_orders(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_positions(const pending& p, const event_time& at, simdjson::dom::element body,
                    account_sink& sink);
  bool on_balances(const event_time& at, simdjson::dom::element body, account_sink& sink);
  bool on_funding(simdjson::dom::element body, account_sink& sink);

  // account_history.cpp: the rest of a query, and fills
  bool is_about(const pending& p, seen_order& order) const;
  bool on_history(const pending& p, const event_time& at, simdjson::dom::element body,
                  account_sink& sink);
  void ask_fills_of(const pending& p, const event_time& at, account_sink& sink);
  bool on_order_fills(const pending& p, const event_time& at, simdjson::dom::element body,
                      account_sink& sink);
  bool on_fills(const pending& p, const event_time& at, simdjson::dom::element body,
                account_sink& sink);
  void advance(std::uint64_t page, const event_time& at, account_sink& sink);
  bool on_owner(const pending& p, const event_time& at, simdjson::dom::element body,
                account_sink& sink);
  void set_owner(const pending& p, order_owner owner, const event_time& at, account_sink& sink);

  // account_events.cpp: the private stream
  bool read_frame(const stream_frame& event, account_sink& sink);
  void on_order_event(account_sink& sink);
  void on_position_event(account_sink& sink);

  session_settings settings_; ///< without the credentials
  std::string configuration_error_;
  request_writer writer_;
  json_parser parser_;
  flat_fields fields_;
  std::string digits_; ///< numbers as text, when the full parser filled the fields
  instrument_table instruments_;
  request_table<pending> requests_;
  std::vector<pending> waiting_for_clock_; ///< to be signed again
  bool clock_asked_ = false;
  bool clock_known_ = false;
  duration offset_{}; ///< venue minus ours
  seen_order seen_;
  order_event order_event_;
  /// The newest orders placed, by number, in a ring: how far back a history has to be read.
  std::vector<std::pair<std::uint64_t, timestamp>> placed_;
  std::size_t next_placed_ = 0;
  std::map<std::uint64_t, waiting_page> pages_;
  std::uint64_t last_page_ = 0;
  /// By the venue's order id, for fills without a client id; the newest few thousand.
  std::map<std::uint64_t, order_owner> owners_;
  timestamp funding_since_;
  std::vector<std::string> funding_seen_; ///< ids emitted, of the last list
  bool opened_ = false;
  bool live_ = false;
  bool over_ = false;
};

} // namespace actorbot::venues::backpack
