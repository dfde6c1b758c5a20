#pragma once

#include "venues/exchange/core.hpp"
#include "venues/exchange/listener.hpp"
#include "venues/protocol.hpp"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The server side of a venue, sans I/O: how it speaks over an exchange::core. A dialect owns
/// sessions, signatures, nonces, rate limits and error codes; the core owns books, orders and
/// money. The same object serves real TLS sockets (tools/venue_sim) and the in-memory network
/// (venues/net/memory).
///
/// The driver's part: construct core, then dialect; hand in requests, frames and timers as they
/// come; call core.advance(now) before each of them and whenever core.next_timer() is due. One
/// thread at a time. `now` never goes back. Latency and faults are the driver's business.
namespace actorbot::venues {

// -- what the driver names ------------------------------------------------------------------------

/// One request, unique for the life of the driver; comes back with respond().
enum class request_token : std::uint64_t {};
/// One WebSocket, unique for the life of the driver.
enum class stream_token : std::uint64_t {};

struct connection_info {
  std::uint64_t connection = 0; ///< the TCP connection, unique for the life of the driver
  std::string_view address;     ///< the peer's host, without port: what a limit per IP counts
  bool tls = false;
};

// -- events (views are valid during the call only)
// --------------------------------------------------

/// `target` is path and query as sent, percent-encoded. Header names are in any case (see
/// wire/http_text.hpp).
struct dialect_request {
  timestamp now;
  request_token token{};
  connection_info from;
  http_method method = http_method::get;
  std::string_view target;
  std::span<const header_view> headers;
  std::string_view body;
};

/// A WebSocket handshake; answered by accept() or refuse(), possibly later.
struct dialect_stream_request {
  timestamp now;
  stream_token stream{};
  connection_info from;
  std::string_view target;
  std::span<const header_view> headers;
};

/// One whole message. Pings are answered by the driver.
struct dialect_frame {
  timestamp now;
  stream_token stream{};
  frame_kind kind = frame_kind::text;
  std::string_view data;
};

/// The stream is gone, whoever closed it (also after close()); tell nobody on it any more.
struct dialect_stream_closed {
  timestamp now;
  stream_token stream{};
};

struct dialect_timer {
  timestamp now;
  timer_id id{};
};

// -- actions
// ----------------------------------------------------------------------------------------

/// What a dialect can do. Given at construction, outlives the dialect, may be called from any of
/// its handlers (exchange events included). Nothing here calls back before that handler has
/// returned. Tokens that are gone are ignored.
class dialect_sink {
 public:
  virtual ~dialect_sink() = default;
  /// Exactly once a request, now or later. Content-Length is added by the driver.
  virtual void respond(request_token request, unsigned status, std::span<const header_view> headers,
                       std::string_view body)
      = 0;
  /// Closes the request's connection without an answer.
  virtual void drop(request_token request) = 0;
  virtual void accept(stream_token stream, std::span<const header_view> headers) = 0;
  /// An HTTP answer instead of the upgrade.
  virtual void refuse(stream_token stream, unsigned status, std::string_view body) = 0;
  /// Frames arrive in order; sent before accept() they are an error of the dialect.
  virtual void send(stream_token stream, frame_kind kind, std::string_view data) = 0;
  virtual void ping(stream_token stream, std::string_view data) = 0;
  /// A WebSocket close frame with an RFC 6455 code.
  virtual void close(stream_token stream, std::uint16_t code, std::string_view reason) = 0;
  /// Absolute; setting a timer again replaces it.
  virtual void set_timer(timer_id id, timestamp at) = 0;
  virtual void cancel_timer(timer_id id) = 0;
  /// Uniform 64 bits from the driver's seeded generator (listen keys, order ids that look random).
  virtual std::uint64_t random() = 0;
  /// For the operator's log: what was refused and why, in words.
  virtual void note(std::string_view text) = 0;
};

// -- the machine
// ------------------------------------------------------------------------------------

/// An account that exists from the start. Credentials by the venue's own words: "api_key",
/// "secret", "wallet", "signer", "public_key", "account_index", ...; each dialect says which it
/// reads.
struct account_provision {
  std::string name;
  std::map<std::string, std::string> credentials;
  decimal balance;
  std::optional<decimal> maker_fee; ///< instead of the market's
  std::optional<decimal> taker_fee;
};

struct dialect_settings {
  timestamp now;
  std::string environment
      = "local";    ///< where a signature domain depends on it: "mainnet", "testnet"
  std::string host; ///< as clients address it (host[:port]), for answers with URLs
  std::vector<account_provision> accounts;
  std::map<std::string, std::string> options; ///< the dialect's own; unknown names throw
};

/// A constructor adds the accounts of the settings to the core, registers itself as a listener and
/// unregisters in its destructor. Malformed settings throw std::invalid_argument (start-up only).
/// Nothing a client sends may throw.
class dialect : public exchange::exchange_listener {
 public:
  dialect() = default;
  dialect(const dialect&) = delete;
  dialect& operator=(const dialect&) = delete;
  virtual void on(const dialect_request& event) = 0;
  virtual void on(const dialect_stream_request& event) = 0;
  virtual void on(const dialect_frame& event) = 0;
  virtual void on(const dialect_stream_closed& event) = 0;
  virtual void on(const dialect_timer& event) = 0;
};

/// How a venue's simulator is made: the markets it lists by default (rules as recorded from the
/// venue), settings of the core (id ranges, client id rule) and the dialect itself.
struct dialect_descriptor {
  std::string name;
  exchange::core_settings core;
  std::vector<exchange::market_rules> markets;
  std::function<std::unique_ptr<dialect>(exchange::core&, const dialect_settings&, dialect_sink&)>
      make;
};

} // namespace actorbot::venues
