#pragma once

#include "tools/venue_sim/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>

namespace actorbot::sim {

/// The operator's plain HTTP interface, on 127.0.0.1 only:
///
///   GET  /truth[?account=NAME]   orders, fills, positions, balances, as JSON
///   GET  /requests               order-related requests as they came in, with the faults they met
///   GET  /answers                how many requests were answered with each status
///   GET  /ca                     the authority's certificate, PEM
///   GET  /faults, DELETE /faults
///   POST /faults   {"kind": "drop|lose_answer|delay|status|half_open", "match": "POST /fapi",
///                   "count": 1, "delay_ms": 0, "status": 503, "body": ""}
///   POST /streams  {"action": "cut|freeze", "match": "/stream"}
///   POST /frames   {"match": "/ws", "duplicate": true, "delay_ms": 0}
///   GET  /frames, DELETE /frames
///   POST /time     {"action": "hold|release"}, {"action": "speed", "factor": "0.5"},
///                  {"action": "jump", "by": "30s"}
///   GET  /time
///   POST /stop
class admin {
 public:
  admin(boost::asio::io_context& io, server& target, std::uint16_t port);
  std::uint16_t port() const { return listener_.local_endpoint().port(); }

 private:
  void accept_next();

  server& target_;
  boost::asio::ip::tcp::acceptor listener_;
};

} // namespace actorbot::sim
