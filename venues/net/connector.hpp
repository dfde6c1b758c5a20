#pragma once

#include "venues/net/socket_stream.hpp"
#include "venues/net/tls_client.hpp"
#include "venues/transport.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>

namespace actorbot::net {

/// Where to connect to and how.
struct connect_target {
  venues::endpoint where;
  std::shared_ptr<tls_client_context> tls;
  std::shared_ptr<tls_session_cache> sessions;
};

/// Looks the name up (not for a numeric address), connects, sets TCP_NODELAY and does the TLS
/// handshake. `done` gets an empty text, or what went wrong; never from within this call. There is
/// no time limit here: the caller drops the stream, which ends the attempt with an error.
/// `target.sessions` must live as long as the stream does.
void async_connect(std::shared_ptr<socket_stream> stream, const connect_target& target,
                   std::function<void(std::string)> done);

} // namespace actorbot::net
