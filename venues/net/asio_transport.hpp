#pragma once

#include "venues/transport.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace actorbot::net {

struct tls_client_context;

/// Makes transports over real sockets: HTTPS and WebSocket, TLS 1.2 or newer with verified
/// certificates (see tls_client.hpp), HTTP/1.1 over warm connections (see http_pool.hpp).
///
/// Calls from a reactor thread write to the socket at once, within the call; calls from elsewhere
/// are posted to the reactor. A transport may be destroyed on any thread, but not from within its
/// wake-up. The io_context must outlive the transports.
class asio_transport_factory : public venues::transport_factory {
 public:
  /// `several_threads`: more than one thread runs `io`, so every transport needs its own strand.
  /// `on_reactor` tells whether the caller is the one thread that runs `io`, also outside of `io`'s
  /// own handlers; without it such calls are posted.
  explicit asio_transport_factory(boost::asio::io_context& io, bool several_threads = false,
                                  std::function<bool()> on_reactor = {});
  ~asio_transport_factory() override;

  std::unique_ptr<venues::transport> make(const venues::transport_options& options,
                                          venues::wake_up wake) override;

 private:
  boost::asio::io_context& io_;
  bool several_threads_;
  std::function<bool()> on_reactor_;
  std::mutex mutex_;
  /// By CA file: reading the system's authorities takes milliseconds.
  std::map<std::string, std::shared_ptr<tls_client_context>> contexts_;
};

} // namespace actorbot::net
