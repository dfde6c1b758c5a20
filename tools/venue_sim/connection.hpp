#pragma once

#include "tools/venue_sim/server.hpp"
#include "venues/net/socket_stream.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace actorbot::sim {

/// One TCP connection of a client: TLS, then HTTP/1.1 requests one after the other, until one of
/// them turns it into a WebSocket.
///
///   handshake -> reading -> answering -> reading ... -> upgrading -> streaming
///         \________\___________\_______________________\____________\__ closed
class connection : public std::enable_shared_from_this<connection> {
 public:
  connection(server& owner, boost::asio::io_context& io, std::uint64_t number);

  boost::asio::ip::tcp::socket& socket() { return stream_.tcp(); }
  void start();

  void respond(unsigned status, std::span<const venues::header_view> headers,
               std::string_view body);
  void accept_stream(std::span<const venues::header_view> headers);
  void refuse_stream(unsigned status, std::string_view body);
  /// The frame goes out after `wait`, and after those before it.
  void send(venues::frame_kind kind, std::string_view data, duration wait);
  void ping(std::string_view data);
  void close_stream(std::uint16_t code, std::string_view reason);
  /// Ends the TCP connection without a farewell.
  void reset();
  /// Nothing is written any more and nothing is read, not even a ping: the other side sees a silent
  /// peer. Stays so until it is reset.
  void freeze();

 private:
  using request = boost::beast::http::request<boost::beast::http::string_body>;
  struct frame {
    venues::frame_kind kind;
    std::string data;
    std::chrono::steady_clock::time_point due;
  };

  void read();
  void handle();
  void hand_request_in();
  void hand_stream_in();
  void answer(unsigned status, std::string headers, std::string body);
  void write_answer();
  void read_frame();
  void write_frame();
  void write_first_frame();
  std::vector<venues::header_view> header_views() const;
  void ended();

  server& owner_;
  const std::uint64_t number_;
  net::socket_stream stream_;
  std::string address_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  request request_;
  std::unique_ptr<fault_rule> fault_;
  std::string out_;
  bool keep_alive_ = true;
  bool frozen_ = false;
  boost::asio::steady_timer delay_;

  // as a WebSocket
  std::optional<boost::beast::websocket::stream<net::socket_stream&>> websocket_;
  std::optional<venues::stream_token> token_;
  std::deque<frame> frames_;
  bool writing_ = false; ///< or waiting for the first frame's time
  bool gone_ = false;
};

} // namespace actorbot::sim
