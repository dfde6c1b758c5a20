#pragma once

#include "venues/descriptor.hpp"
#include "venues/dydx/errors.hpp"
#include "venues/dydx/instruments.hpp"
#include "venues/dydx/orders.hpp"
#include "venues/dydx/requests.hpp"
#include "venues/dydx/stream.hpp"
#include "venues/wire/json_reader.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace actorbot::venues::dydx {

/// One account session: signed transactions to a node, everything else from the Indexer.
///
///   session_started -> time -> account number -> node's height -> perpetualMarkets -> socket
///                   -> block heights and the subaccount's channel -> live
///
/// A node that takes a transaction has only checked it: what becomes of the order is said by the
/// subaccount's channel or a query. An order that rests (GTC) is long-term and lives in the chain's
/// state; IOC and market orders are short-term, live in the validators' memory and are dead once
/// their good-til-block has passed. A short-term order that was taken from a node's memory may still
/// fill until then, and is not called ended before.
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
  static constexpr stream_id account_stream{0};
  static constexpr timer_id live_timer{0};
  static constexpr timer_id clock_timer{1};
  static constexpr timer_id watch_timer{2};
  static constexpr timer_id funding_timer{3};
  static constexpr timer_id balances_timer{4};

  /// The first four are the way to live.
  enum class task : std::uint8_t {
    clock,
    account,
    height,
    markets,
    funding,
    place,
    cancel,
    query,
    open_orders,
    positions,
    balances,
    fills,
    owner, ///< of a fill in the history
  };

  /// A request in flight, with all that sending it again needs.
  struct pending {
    task what = task::clock;
    bool used = false;
    bool retried = false;
    std::uint32_t generation = 0;
    order_request order;       ///< place; `id` and `instrument` for the others
    order_terms terms;         ///< place; `order` and `good_til` also for cancel
    std::string venue_order;   ///< query, owner: the Indexer's id
    bool try_short = false;    ///< query: nothing long-term has that id, a short-term one may
    timestamp requested;       ///< when the command came
    timestamp from;            ///< fills: none older is asked for
    std::uint64_t below = 0;   ///< fills: next page starts at this height
    std::uint64_t history = 0; ///< fills, owner: the history that is being read
    std::int64_t sent_ns = 0;
  };

  /// A history of fills on its way: read backwards, told when each order's owner is known.
  struct history {
    fills_page page; ///< newest first until it is told
    std::set<std::string> seen;
  };
  struct order_owner {
    bool ours = false;
    client_order_id id;
  };

  /// What this session knows of an order of ours that has not ended.
  struct tracked {
    order_reference reference;
    std::uint32_t good_til_block = 0;
    bool heard = false; ///< the Indexer has spoken of it: `last` is what it said
    quantity filled;    ///< the most that it has said
    venue_order last;
  };

  // account.cpp: session and commands
  pending make(task what, const event_time& at, instrument_id instrument = {}) const;
  std::size_t begin(pending p, const event_time& at, account_sink& sink);
  void ask_clock(const event_time& at, account_sink& sink);
  void fail(account_sink& sink, session_end reason, std::string text);
  pending release(std::size_t slot);
  std::optional<std::size_t> slot_of(request_id id) const;
  bool is_start(const pending& p) const { return !opened_ && p.what <= task::markets; }
  timestamp venue_now(const event_time& at) const { return at.now + offset_; }
  std::string fill_terms(const order_request& order, const listed_instrument& x,
                         const event_time& at, order_terms& out, reject_reason& reason) const;
  std::optional<order_reference> reference_of(const client_order_id& id, const listed_instrument& x,
                                              std::string_view venue_order_id) const;

  // account_requests.cpp: how each task is asked for
  void send(std::size_t slot, const event_time& at, account_sink& sink);
  http_request_view build(pending& p, std::uint64_t id, const event_time& at);
  std::uint64_t next_sequence(std::uint32_t flags, const event_time& at);
  http_request_view build_fills(const pending& p);

  // account_transactions.cpp: what the node says, and what no success means
  void on_node_answer(std::size_t slot, const http_answer& event, account_sink& sink);
  void on_transaction(std::size_t slot, outcome o, std::string_view text, const event_time& at,
                      account_sink& sink);
  void resend(const event_time& at, account_sink& sink);
  void drop_resends(std::string_view text, const event_time& at, account_sink& sink);
  void refuse(const pending& p, outcome o, std::string_view text, const event_time& at,
              account_sink& sink);
  void refuse_place(const pending& p, outcome o, std::string_view text, const event_time& at,
                    account_sink& sink);
  order_update view_of(const pending& p, const event_time& at) const;

  // account_answers.cpp: what the other answers mean
  void on_indexer_answer(std::size_t slot, const http_answer& event, account_sink& sink);
  bool succeed(const pending& p, const http_answer& event, simdjson::dom::element body,
               account_sink& sink);
  bool on_account(const http_answer& event, simdjson::dom::element result, account_sink& sink);
  bool on_height(const pending& p, const event_time& at, simdjson::dom::element result,
                 account_sink& sink);
  bool on_clock(const pending& p, const http_answer& event, simdjson::dom::element body,
                account_sink& sink);
  bool on_markets(simdjson::dom::element body, account_sink& sink);
  bool on_order(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_open_orders(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_positions(const pending& p, simdjson::dom::element body, account_sink& sink);
  bool on_balances(const event_time& at, simdjson::dom::element body, account_sink& sink);
  bool on_funding(simdjson::dom::element body, account_sink& sink);

  // account_fills.cpp: the history of fills, and whose an order is
  bool on_fills(const pending& p, const event_time& at, simdjson::dom::element body,
                account_sink& sink);
  void advance(std::uint64_t which, const event_time& at, account_sink& sink);
  bool on_owner(const pending& p, const event_time& at, simdjson::dom::element body,
                account_sink& sink);
  void refuse_owner(const pending& p, outcome o, std::string_view text, const event_time& at,
                    account_sink& sink);
  void remember_owner(std::string_view venue_order_id, bool ours, const client_order_id& id);
  const order_owner* owner_of(std::string_view venue_order_id) const;

  // account_events.cpp: the socket, and what this session knows of its orders
  bool on_message(const socket_frame& frame, const event_time& at, account_sink& sink);
  bool on_block_message(const socket_frame& frame, const event_time& at, account_sink& sink);
  bool on_subaccount(const socket_frame& frame, simdjson::dom::element contents,
                     const event_time& at, account_sink& sink);
  bool read_orders(simdjson::dom::element contents);
  bool tell_fills(simdjson::dom::element contents, account_sink& sink);
  bool tell_positions(simdjson::dom::element contents, const event_time& at, account_sink& sink);
  void tell_order(venue_order& order, const event_time& at, account_sink& sink);
  void on_block(std::int64_t height, const event_time& at, account_sink& sink);
  void track(const client_order_id& id, const order_reference& reference,
             std::uint32_t good_til_block);
  void note_heard(venue_order& order);
  void forget(const client_order_id& id);

  session_settings settings_; ///< without the credentials
  std::string configuration_error_;
  request_writer writer_;
  json_parser parser_;
  instrument_table instruments_;
  indexer_socket socket_;
  socket_frame frame_;
  std::vector<pending> slots_;
  std::vector<std::size_t> free_;
  std::vector<std::size_t> waiting_for_clock_; ///< slots to sign again
  bool resting_short_term_ = false;
  bool clock_asked_ = false;
  duration offset_{}; ///< venue minus ours
  std::uint64_t account_sequence_ = 0;
  std::uint64_t last_nonce_ = 0;
  std::int64_t height_ = 0; ///< last block that the Indexer told of
  std::int64_t block_seen_ns_ = 0;
  unsigned lagging_ = 0; ///< looks in a row that found the Indexer behind the node

  std::map<client_order_id, tracked> orders_;
  std::set<std::pair<std::uint32_t, client_order_id>> ending_; ///< short-term ones by their block
  std::map<std::string, order_owner, std::less<>> owners_;     ///< by the Indexer's order id
  std::deque<std::string> owner_age_;
  std::vector<venue_order> event_orders_; ///< of the frame that is being read
  std::map<std::uint64_t, history> histories_;
  std::uint64_t last_history_ = 0;

  timestamp funding_since_;
  std::set<std::string> funding_seen_; ///< payments of the newest time told
  bool balances_due_ = false;
  bool blocks_subscribed_ = false;
  bool account_subscribed_ = false;
  bool opened_ = false;
  bool live_ = false;
  bool over_ = false;
};

} // namespace actorbot::venues::dydx
