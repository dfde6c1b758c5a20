#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace actorbot::bench {

/// Nanoseconds of the monotonic clock.
std::int64_t now_ns();

/// A request that has been read completely, and when. Views are good during the call only.
struct http_call {
  std::string_view method;
  std::string_view target;
  std::string_view body;
  std::int64_t read_ns = 0;
};

struct http_reply {
  int status = 200;
  std::string body;
};

class wire_session;

/// What the stopwatch venue does with its connections.
class wire_server {
 public:
  virtual ~wire_server() = default;
  virtual http_reply on_call(wire_session& from, const http_call& call) = 0;
  /// The answer is with the socket; what may wait is done here.
  virtual void after_call() = 0;
  virtual void on_stream(const std::shared_ptr<wire_session>& stream) = 0;
  virtual void on_text(wire_session& stream, std::string_view text) = 0;
  /// Nothing waits to be written any more.
  virtual void on_written(wire_session& stream) = 0;
  virtual void on_closed(wire_session& session) = 0;
};

/// One TLS connection to the stopwatch venue, HTTP/1.1 at first, a WebSocket (RFC 6455) after an
/// upgrade. Written by hand so that many frames can go out in one write: the venue must be cheaper
/// than the client that it measures.
class wire_session : public std::enable_shared_from_this<wire_session> {
 public:
  using tcp = boost::asio::ip::tcp;

  wire_session(tcp::socket socket, boost::asio::ssl::context& context, wire_server& server);

  void start();
  /// The request target of the upgrade.
  const std::string& target() const { return target_; }
  bool is_open() const { return open_; }
  bool has_ordered = false; ///< the venue's note: an order came over this connection

  /// Bytes as they are: one frame or many.
  void send(std::string bytes);
  void send_text(std::string_view text);
  void close();

 private:
  using error_code = boost::system::error_code;

  void read();
  void on_read(error_code error, std::size_t size);
  bool take_request();
  void upgrade(std::string_view head);
  bool take_frame();
  void write();

  boost::asio::ssl::stream<tcp::socket> stream_;
  wire_server& server_;
  std::array<char, 64 << 10> chunk_;
  std::string in_;
  std::deque<std::string> out_;
  std::string target_;
  std::int64_t read_ns_ = 0;
  bool websocket_ = false;
  bool writing_ = false;
  bool open_ = true;
};

/// Appends a server's text frame (unmasked).
void append_text_frame(std::string& out, std::string_view text);

} // namespace actorbot::bench
