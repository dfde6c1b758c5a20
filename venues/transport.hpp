#pragma once

#include "venues/protocol.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// What carries a protocol's bytes: real sockets (venues/net) or the in-memory network
/// (venues/net/memory). The connection actor owns one transport a session and drains its events
/// when told that there are some, so a burst of frames is one wake-up and nothing is copied.
namespace actorbot::venues {

/// One host of a venue, from the registry or the configuration.
struct endpoint {
  std::string host; ///< name or address; also what the certificate must say
  std::uint16_t port = 443;
  bool tls = true;
};

/// Certificates are always verified, there is no switch to turn that off; `ca_file` only adds trust.
struct transport_options {
  std::vector<endpoint> endpoints; ///< by endpoint_id
  std::string ca_file;             ///< extra trusted CA (PEM), empty = the system's only
  std::string user_agent = "actorbot";
  std::size_t connections_per_endpoint
      = 2;                      ///< warm HTTP connections (one more serves cancels only)
  std::size_t queue_limit = 32; ///< requests waiting; beyond it a call fails at once, not written
  duration connect_timeout = std::chrono::seconds{5};
  duration ping_interval = std::chrono::seconds{15}; ///< WebSocket ping; a pong is due within it
  std::size_t max_frame_bytes = 16u << 20;
  std::size_t max_body_bytes = 32u << 20;
};

/// Receives drained events, in the order in which they happened on each stream and request.
class transport_handler {
 public:
  virtual ~transport_handler() = default;
  virtual void on(const http_answer& event) = 0;
  virtual void on(const http_failed& event) = 0;
  virtual void on(const stream_opened& event) = 0;
  virtual void on(const stream_frame& event) = 0;
  virtual void on(const stream_closed& event) = 0;
};

/// Not thread-safe towards its owner: one actor at a time calls it. Internally it may live on any
/// reactor thread. Destroying it closes everything; no callback comes afterwards.
class transport {
 public:
  virtual ~transport() = default;
  virtual void call(endpoint_id endpoint, request_id id, request_class kind,
                    const http_request_view& request, duration timeout)
      = 0;
  virtual void open(endpoint_id endpoint, stream_id stream, const stream_request_view& request) = 0;
  virtual void send(stream_id stream, frame_kind kind, std::string_view data) = 0;
  virtual void close(stream_id stream) = 0;
  /// Delivers what has arrived, at most `limit` events; returns how many. When events remain, the
  /// wake-up is called again.
  virtual std::size_t drain(transport_handler& handler, std::size_t limit) = 0;
};

/// Called from the transport's side whenever there is something to drain and the owner has not been
/// told yet: it sends the owner a message and returns.
using wake_up = std::function<void()>;

class transport_factory {
 public:
  virtual ~transport_factory() = default;
  virtual std::unique_ptr<transport> make(const transport_options& options, wake_up wake) = 0;
};

} // namespace actorbot::venues
