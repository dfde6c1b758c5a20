#pragma once

#include "venues/dialect.hpp"
#include "venues/transport.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

/// A venue without sockets: one exchange core and its dialect in this process, reached by an
/// in-memory network with latency and faults. The paper venue runs on it live, the deterministic
/// simulation runs all venues on it in virtual time.
namespace actorbot::net::memory {

/// Time, chance and later calls, from whoever drives the network (a reactor or a virtual world).
class driver {
 public:
  virtual ~driver() = default;
  virtual timestamp now() const = 0;
  virtual std::int64_t monotonic_ns() const = 0;
  virtual std::uint64_t random() = 0;
  /// Calls `f` once, no earlier than `delay` from now, never from within this call.
  virtual void after(duration delay, std::function<void()> f) = 0;
};

/// What the network does wrong. Each counts down or stays until it is taken back.
struct faults {
  bool refuse_connections = false; ///< new requests and streams fail, nothing was written
  bool half_open = false;          ///< everything sent vanishes, nothing comes back
  /// Requests whose target contains the text reach the venue, their answers are lost (reset).
  std::string lose_answers_to;
  std::uint32_t lose_answers = 0;
  /// Requests whose target contains the text get this status and body instead of the venue.
  std::string answer_instead_for;
  std::uint32_t answer_instead = 0;
  unsigned instead_status = 503;
  std::string instead_body = "<html>Service Unavailable</html>";
};

class link;

/// The server end. Thread-safe: transports and the driver's callbacks may come from any thread.
class host final : public venues::dialect_sink, public std::enable_shared_from_this<host> {
 public:
  struct settings {
    std::uint64_t seed = 1;
    duration latency = std::chrono::milliseconds{1}; ///< one way
    duration jitter{};                               ///< added at most; order on a stream is kept
  };

  /// Builds core, markets and dialect; call start() once afterwards.
  static std::shared_ptr<host> make(driver& clock, const settings& options,
                                    const venues::dialect_descriptor& kind,
                                    venues::dialect_settings dialect,
                                    std::function<void(exchange::core&)> prepare);

  /// Begins to advance the core with time.
  void start();
  /// No callback does anything from here on. Called before the driver goes away.
  void stop();

  /// The core, under the host's lock: for the truth and for tests.
  void inspect(const std::function<void(exchange::core&)>& f);
  void set_faults(const faults& f);
  /// Resets every stream whose handshake target contains the text, what is under way on it is lost;
  /// returns how many.
  std::size_t cut_streams(const std::string& target_part);
  /// Requests handed to the dialect so far whose method and target contain the text.
  std::size_t requests_seen(const std::string& part) const;

  /// A factory of transports whose every endpoint is this host. `host` outlives them.
  std::unique_ptr<venues::transport_factory> transports();

  // -- dialect_sink (called by the dialect, under the lock) ------------------------------------------
  void respond(venues::request_token request, unsigned status,
               std::span<const venues::header_view> headers, std::string_view body) override;
  void drop(venues::request_token request) override;
  void accept(venues::stream_token stream, std::span<const venues::header_view> headers) override;
  void refuse(venues::stream_token stream, unsigned status, std::string_view body) override;
  void send(venues::stream_token stream, venues::frame_kind kind, std::string_view data) override;
  void ping(venues::stream_token, std::string_view) override {}
  void close(venues::stream_token stream, std::uint16_t code, std::string_view reason) override;
  void set_timer(venues::timer_id id, timestamp at) override;
  void cancel_timer(venues::timer_id id) override;
  std::uint64_t random() override;
  void note(std::string_view text) override;

 private:
  friend class link;

  struct pending_request {
    std::weak_ptr<link> from;
    venues::request_id id{};
    bool lose_answer = false;
  };
  /// What is on its way to a client on one stream. Each callback delivers the oldest, so that
  /// callbacks which come late, or on several threads, cannot change the order.
  struct lane {
    std::deque<std::function<void(link&)>> waiting;
    timestamp last_due;
  };
  struct open_stream {
    std::weak_ptr<link> from;
    venues::stream_id id{};
    std::string target;
    std::shared_ptr<lane> incoming = std::make_shared<lane>();
  };

  host(driver& clock, const settings& options);

  duration delay();
  /// Runs `f` under the lock after `wait`, unless stopped.
  void later(duration wait, std::function<void(host&)> f);
  /// Delivers to the stream's client after everything that was sent on the stream before.
  void deliver_in_order(const open_stream& stream, duration wait, std::function<void(link&)> f);
  void pump();
  void request_arrived(const std::shared_ptr<link>& from, venues::request_id id,
                       venues::http_method method, const std::string& target,
                       const std::vector<std::pair<std::string, std::string>>& headers,
                       const std::string& body);
  void close_stream(std::map<std::uint64_t, open_stream>::iterator at, std::string text);

  mutable std::mutex mutex_;
  driver& clock_;
  settings options_;
  std::uint64_t random_state_;
  std::unique_ptr<exchange::core> core_;
  std::unique_ptr<venues::dialect> dialect_;
  bool running_ = false;
  timestamp pump_at_;
  faults faults_;
  std::map<std::uint64_t, pending_request> requests_;
  std::map<std::uint64_t, open_stream> streams_;
  std::map<std::uint32_t, std::uint64_t> timers_;
  std::map<std::string, std::size_t> seen_;
  std::uint64_t next_token_ = 1;
  std::uint64_t next_connection_ = 1;
  std::uint64_t timer_generation_ = 0;
};

} // namespace actorbot::net::memory
