#pragma once

#include "venues/descriptor.hpp"
#include "venues/edgex/errors.hpp"
#include "venues/edgex/instruments.hpp"
#include "venues/edgex/orders.hpp"
#include "venues/edgex/parse.hpp"
#include "venues/edgex/requests.hpp"
#include "venues/wire/request_table.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace actorbot::venues::edgex {

/// One account session: commands over REST, the truth from the private stream.
///
///   session_started -> time -> metadata -> account (fees, status) -> stream -> Snapshot -> live
///
/// createOrder's SUCCESS means that the order was taken in, nothing more: also a post-only order
/// about to be refused gets it. What becomes of an order is said by the stream or a query. There is
/// no log-in and nothing to renew: every request, the stream's handshake among them, is signed.
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
  static constexpr stream_id private_stream{0};
  static constexpr timer_id live_timer{0};
  static constexpr timer_id clock_timer{1};
  static constexpr timer_id watch_timer{2};

  /// The first three are the way to live.
  enum class task : std::uint8_t {
    clock,
    metadata,
    account_state,
    place,
    cancel,
    cancel_all,
    query,
    open_orders,
    positions,
    balances,
    fills,
    owners, ///< of executions whose orders are not known
  };

  /// A request in flight, with all that signing it again needs.
  struct pending {
    task what = task::clock;
    bool retried = false;
    order_request order;           ///< place; `id` and `instrument` for the others
    std::uint64_t venue_order = 0; ///< query by the venue's id
    timestamp requested;           ///< when the command came
    timestamp from;                ///< fills
    std::uint64_t list = 0;        ///< what the answer is a part of
    std::string text;              ///< offset of the next page, or ids asked for
    std::int64_t sent_ns = 0;
  };

  /// Executions heard of, which wait for further pages and for the owner of each order.
  struct fill_list {
    fills_page page;
    std::map<std::uint64_t, order_owner> owners; ///< asked for, by the venue's order id
    bool stream = false;                         ///< from the stream: told one by one
    unsigned pages = 0;
  };
  struct order_list {
    open_orders_snapshot snapshot;
    unsigned pages = 0;
  };

  // account.cpp: session and commands
  pending make(task what, const event_time& at, instrument_id instrument = {}) const;
  void begin(pending p, const event_time& at, account_sink& sink);
  void ask_clock(const event_time& at, account_sink& sink);
  void fail(account_sink& sink, session_end reason, std::string_view text);
  /// Without this the session cannot become live.
  bool is_start(const pending& p) const { return !opened_ && p.what <= task::account_state; }
  timestamp venue_now(const event_time& at) const { return at.now + offset_; }

  // account_requests.cpp: how each task is asked for
  void send(request_id id, const event_time& at, account_sink& sink);
  std::optional<http_request_view> build(const pending& p, const event_time& at);
  std::optional<http_request_view> build_order(const order_request& order, timestamp now);
  http_request_view build_cancel(const pending& p, timestamp now);
  http_request_view build_query(const pending& p, timestamp now);
  http_request_view build_open_orders(const pending& p, timestamp now);
  http_request_view build_fills(const pending& p, timestamp now);

  // account_answers.cpp: what an answer means
  void succeed(const pending& p, const http_answer& event, simdjson::dom::element data,
               account_sink& sink);
  void resync(pending p, const event_time& at, account_sink& sink);
  void resend(const event_time& at, account_sink& sink);
  void drop_resends(std::string_view text, const event_time& at, account_sink& sink);
  /// The task ends without success.
  void refuse(const pending& p, outcome o, std::string_view text, const event_time& at,
              account_sink& sink);
  void refuse_place(const pending& p, outcome o, std::string_view text, const event_time& at,
                    account_sink& sink);
  bool on_clock(const pending& p, const http_answer& event, simdjson::dom::element data,
                account_sink& sink);
  bool on_metadata(const event_time& at, simdjson::dom::element data, account_sink& sink);
  bool on_account_state(const event_time& at, simdjson::dom::element data, account_sink& sink);
  bool on_placed(const pending& p, const event_time& at, simdjson::dom::element data,
                 account_sink& sink);
  bool on_cancelled(const pending& p, simdjson::dom::element data, account_sink& sink);

  // account_lists.cpp: queries and lists
  bool on_queried(const pending& p, simdjson::dom::element data, account_sink& sink);
  bool on_open_orders(const pending& p, const event_time& at, simdjson::dom::element data,
                      account_sink& sink);
  bool on_positions(const pending& p, simdjson::dom::element data, account_sink& sink);
  bool on_balances(const event_time& at, simdjson::dom::element data, account_sink& sink);
  bool on_fills(const pending& p, const event_time& at, simdjson::dom::element data,
                account_sink& sink);
  bool on_owners(const pending& p, const event_time& at, simdjson::dom::element data,
                 account_sink& sink);
  /// Asks for owners that are not known, or tells the list when there is none.
  void advance(std::uint64_t list, const event_time& at, account_sink& sink);
  void tell(fill_list& list, account_sink& sink);
  const order_owner* owner_of(const fill& x, const fill_list& list) const;
  void remember_owner(const seen_order& order);

  // account_events.cpp: the private stream
  void on_trade_event(const event_time& at, simdjson::dom::element content, account_sink& sink);
  bool on_orders(const event_time& at, simdjson::dom::element data, account_sink& sink);
  bool on_executions(const event_time& at, simdjson::dom::element data, account_sink& sink);
  bool on_position_group(simdjson::dom::element data, account_sink& sink);
  void on_collateral_group(simdjson::dom::element data, account_sink& sink);

  session_settings settings_; ///< without the credentials
  std::string configuration_error_;
  request_writer writer_;
  json_parser parser_;
  instrument_table instruments_;
  request_table<pending> requests_;
  std::vector<pending> waiting_for_clock_; ///< to be signed again
  bool clock_asked_ = false;
  bool clock_known_ = false;
  duration offset_{}; ///< venue minus ours
  std::vector<balance> balances_;
  seen_order seen_;
  std::vector<seen_order> event_orders_; ///< of one event
  std::map<std::uint64_t, fill_list> fill_lists_;
  std::map<std::uint64_t, order_list> order_lists_;
  std::uint64_t last_list_ = 0;
  std::map<std::uint64_t, order_owner>
      owners_;               ///< by the venue's order id; the newest few thousand
  std::int64_t version_ = 0; ///< of the stream's snapshot
  std::int64_t frame_seen_ns_ = 0;
  std::int64_t pinged_ns_ = 0;
  std::string buffer_;
  bool opened_ = false; ///< the stream was asked for
  bool live_ = false;
  bool over_ = false;
};

} // namespace actorbot::venues::edgex
