#pragma once

#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/instrument.hpp"
#include "messages/market_data.hpp"
#include "messages/order.hpp"
#include "messages/time.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The client side of a venue, sans I/O: two state machines a venue. Events go in through `on`,
/// actions go out through a sink. A protocol never connects again by itself: when its session is
/// over it calls fail(), its connection actor ends, and the supervisor starts a fresh one. So each
/// is a short machine from `session_started` to live().
namespace actorbot::venues {

// -- what a protocol names --------------------------------------------------------------------------

/// Chosen by the protocol, unique while the request is in flight; comes back with the answer.
enum class request_id : std::uint64_t {};
/// Chosen by the protocol: its streams are few and known ("market", "user").
enum class stream_id : std::uint8_t {};
/// Chosen by the protocol; setting a timer again replaces it.
enum class timer_id : std::uint32_t {};
/// Which of the venue's hosts: index into descriptor::endpoints.
enum class endpoint_id : std::uint8_t {};

/// For the rate budget and the choice of connection: cancels have a reserve that nothing else uses.
enum class request_class : std::uint8_t { order, cancel, query, session };

enum class http_method : std::uint8_t { get, post, put, del };

struct header_view {
  std::string_view name;
  std::string_view value;
};

/// Views are valid during the sink call only. `target` is path and query, percent-encoded.
struct http_request_view {
  http_method method = http_method::get;
  std::string_view target;
  std::span<const header_view> headers;
  std::string_view body;
  std::string_view content_type; ///< empty without a body
  std::uint32_t weight = 1;      ///< in the venue's own measure, for the rate budget
};

struct stream_request_view {
  std::string_view target; ///< path and query
  std::span<const header_view> headers;
  bool permessage_deflate = false;
};

enum class frame_kind : std::uint8_t { text, binary };

// -- events -----------------------------------------------------------------------------------------

/// Common to all events: when, in UTC and on the monotonic clock (for latency stamps and deadlines).
struct event_time {
  timestamp now;
  std::int64_t monotonic_ns = 0;
};

/// The session begins: log in, open streams, ask for instruments.
struct session_started {
  event_time at;
};

/// An answer of any status. `body` is followed by at least 64 readable bytes (SIMD parsers).
struct http_answer {
  event_time at;
  request_id id{};
  unsigned status = 0;
  std::span<const header_view> headers;
  std::string_view body;
};

/// No answer. `written` says whether any byte of the request may have reached the venue: if not,
/// the command provably was not executed; if so, its outcome is unknown.
struct http_failed {
  event_time at;
  request_id id{};
  bool written = false;
  std::string_view text;
};

struct stream_opened {
  event_time at;
  stream_id stream{};
};

/// One whole message. `data` is followed by at least 64 readable bytes.
struct stream_frame {
  event_time at;
  stream_id stream{};
  frame_kind kind = frame_kind::text;
  std::string_view data;
};

/// Closed by anyone, or could not be opened; it is gone.
struct stream_closed {
  event_time at;
  stream_id stream{};
  std::string_view text;
};

struct timer_fired {
  event_time at;
  timer_id id{};
};

// -- actions ----------------------------------------------------------------------------------------

/// Why a session ended; decides the supervisor's back-off and what the operator reads.
enum class session_end : std::uint8_t {
  closed,         ///< the venue closed, or the network did
  silent,         ///< a deadline passed without a sign of life
  sequence_gap,   ///< a book or stream lost its thread
  authentication, ///< credentials refused: retrying fast is pointless
  garbage,        ///< the venue said something that its documentation does not know
  maintenance,    ///< the venue says that it is closed for now
  rate_limited,   ///< told to go away for a while
  stopped,        ///< asked to stop
  configuration,  ///< the configuration asks for what this account or venue is not (unknown ticker)
};
std::string_view to_string(session_end e);

/// Actions common to both machines. Implemented by the connection actor; nothing here blocks or
/// calls back into the protocol before the current `on` has returned.
class session_sink {
 public:
  virtual ~session_sink() = default;
  /// Sends a request; the answer comes as http_answer or http_failed, exactly once. `timeout` is
  /// for the whole exchange.
  virtual void call(endpoint_id endpoint, request_id id, request_class kind,
                    const http_request_view& request, duration timeout)
      = 0;
  virtual void open(endpoint_id endpoint, stream_id stream, const stream_request_view& request) = 0;
  virtual void send(stream_id stream, frame_kind kind, std::string_view data) = 0;
  virtual void close(stream_id stream) = 0;
  virtual void set_timer(timer_id id, duration after) = 0;
  virtual void cancel_timer(timer_id id) = 0;
  /// The session is over. Nothing is delivered to this protocol any more.
  virtual void fail(session_end reason, std::string text) = 0;
  /// Uniform 64 bits from the driver's seeded generator (request nonces, salts).
  virtual std::uint64_t random() = 0;
  virtual void emit(const instrument& x) = 0;
  /// Weight that the venue says is used, of its limit, for the rate budget.
  virtual void budget_used(std::uint32_t used, std::uint32_t limit) = 0;
};

class market_data_sink : public session_sink {
 public:
  /// Everything subscribed is acknowledged, instruments are known, books are in sequence.
  virtual void live() = 0;
  virtual void emit(const top_of_book& x) = 0;
  virtual void emit(const depth_snapshot& x) = 0;
  virtual void emit(const depth_delta& x) = 0;
  virtual void emit(const trade& x) = 0;
  virtual void emit(const funding_rate& x) = 0;
  virtual void emit(const mark_price& x) = 0;
  using session_sink::emit;
};

class account_sink : public session_sink {
 public:
  /// The private stream (or its substitute) is running: what happens from now on will be heard.
  /// The gateway then reconciles (orders, positions, fills) before it calls the venue live.
  virtual void live() = 0;
  /// What the venue said about an order of ours, with its evidence. `unknown` after a time-out.
  virtual void emit(const order_update& x) = 0;
  virtual void emit(const fill& x) = 0;
  virtual void emit(const position& x) = 0;
  virtual void emit(const balance& x) = 0;
  virtual void emit(const funding_payment& x) = 0;
  virtual void emit(const open_orders_snapshot& x) = 0;
  virtual void emit(const positions_snapshot& x) = 0;
  virtual void emit(const fills_page& x) = 0;
  /// An order or trade on the account that is not ours (another client, a human, a liquidation).
  virtual void emit_foreign(const seen_order& x) = 0;
  /// The cancel was refused or its outcome is unknown (reason none): ask for the final state.
  virtual void cancel_failed(const client_order_id& id, reject_reason reason, std::string text) = 0;
  /// The query by id found nothing (reason unknown_order) or failed.
  virtual void query_failed(const client_order_id& id, reject_reason reason, std::string text) = 0;
  /// A snapshot or page that was asked for failed; the gateway asks again with back-off.
  virtual void request_failed(std::string_view what, std::string text) = 0;
  /// The venue took arm_dead_man().
  virtual void dead_man_set(instrument_id, duration) {}
  /// Venue clock minus ours, measured over one exchange; `uncertainty` is half its round trip.
  virtual void clock_offset(duration offset, duration uncertainty) = 0;
  using session_sink::emit;
};

// -- the two machines -------------------------------------------------------------------------------

/// A ticker that the bot uses on this venue and the number it goes by.
struct wanted_instrument {
  instrument_id id;
  std::string ticker;
};

class market_data_protocol {
 public:
  virtual ~market_data_protocol() = default;
  virtual void on(const session_started& event, market_data_sink& sink) = 0;
  virtual void on(const http_answer& event, market_data_sink& sink) = 0;
  virtual void on(const http_failed& event, market_data_sink& sink) = 0;
  virtual void on(const stream_opened& event, market_data_sink& sink) = 0;
  virtual void on(const stream_frame& event, market_data_sink& sink) = 0;
  virtual void on(const stream_closed& event, market_data_sink& sink) = 0;
  virtual void on(const timer_fired& event, market_data_sink& sink) = 0;
};

/// Commands are asked for only between live() and fail(), except the snapshots, which the gateway
/// asks for right after live().
class account_protocol {
 public:
  virtual ~account_protocol() = default;
  virtual void on(const session_started& event, account_sink& sink) = 0;
  virtual void on(const http_answer& event, account_sink& sink) = 0;
  virtual void on(const http_failed& event, account_sink& sink) = 0;
  virtual void on(const stream_opened& event, account_sink& sink) = 0;
  virtual void on(const stream_frame& event, account_sink& sink) = 0;
  virtual void on(const stream_closed& event, account_sink& sink) = 0;
  virtual void on(const timer_fired& event, account_sink& sink) = 0;

  /// Answered by emit(order_update): open, rejected (with reason) or unknown.
  virtual void place(const event_time& at, const order_request& order, account_sink& sink) = 0;
  /// `venue_order_id` may be empty. Answered by an order_update or cancel_failed.
  virtual void cancel(const event_time& at, const cancel_order& order,
                      std::string_view venue_order_id, account_sink& sink)
      = 0;
  /// Cancels every order of the account on the instrument, foreign ones included: only for the kill
  /// switch and only when the operator said so. Where the venue has no such call the gateway cancels
  /// one by one (see capabilities).
  virtual void cancel_all(const event_time& at, instrument_id instrument, account_sink& sink) = 0;
  /// Answered by an order_update with evidence::query, or query_failed.
  virtual void query_order(const event_time& at, const client_order_id& id,
                           instrument_id instrument, std::string_view venue_order_id,
                           account_sink& sink)
      = 0;
  virtual void query_open_orders(const event_time& at, account_sink& sink) = 0;
  virtual void query_positions(const event_time& at, account_sink& sink) = 0;
  virtual void query_balances(const event_time& at, account_sink& sink) = 0;
  /// Fills at or after `since`, answered by one or more fills_page.
  virtual void query_fills(const event_time& at, instrument_id instrument, timestamp since,
                           account_sink& sink)
      = 0;
  /// Arms or refreshes the venue's dead-man's switch; zero disarms. Only where capabilities say so;
  /// where its scope is the account, once for any instrument.
  virtual void arm_dead_man(const event_time& at, instrument_id instrument, duration countdown,
                            account_sink& sink)
      = 0;
};

} // namespace actorbot::venues
