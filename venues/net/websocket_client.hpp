#pragma once

#include "venues/net/connector.hpp"
#include "venues/net/inbox.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace actorbot::net {

/// One WebSocket: connects, says once that it is open, delivers whole messages, says once that it is
/// closed. A ping goes out every `ping_interval`; without a pong until the next one the other side
/// is taken for dead. Time in which we ourselves paused the reading does not count.
/// All of it runs on one executor (a strand, or an io_context with one thread).
class websocket_client : public std::enable_shared_from_this<websocket_client> {
 public:
  websocket_client(const boost::asio::any_io_executor& executor, connect_target target,
                   const venues::transport_options& options, std::shared_ptr<inbox> in,
                   venues::stream_id id);

  struct request {
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    bool permessage_deflate = false;
  };
  void open(request wanted);
  /// Before the stream is open, messages wait.
  void send(venues::frame_kind kind, std::string data);
  /// Sends what waits, then closes in order; after two seconds without one, the hard way.
  void close();
  /// Closes at once, for `why`.
  void abandon(const std::string& why) { gone(why); }
  /// The owner has drained the inbox, which has room.
  void resume();
  /// Closes at once and reports nothing any more.
  void stop();

 private:
  using clock = std::chrono::steady_clock;
  using error_code = boost::system::error_code;
  enum class phase : std::uint8_t { idle, opening, open, closing, gone };

  void on_connected(const std::string& problem);
  void on_handshake(error_code error);
  void read();
  void on_read(error_code error);
  void write();
  void send_close();
  void watch();
  void on_watch();
  void gone(const std::string& why);

  connect_target target_;
  std::string user_agent_;
  duration connect_timeout_;
  duration ping_interval_;
  std::size_t max_frame_bytes_;
  std::shared_ptr<inbox> in_;
  venues::stream_id id_;
  boost::beast::websocket::stream<socket_stream> ws_;
  boost::beast::websocket::response_type response_;
  boost::asio::steady_timer timer_; ///< limit of the opening, of the closing, or the next ping
  request wanted_;
  phase phase_ = phase::idle;
  std::unique_ptr<frame_buffer> buffer_; ///< set while a read is running
  clock::time_point asked_at_;           ///< when that read began
  std::deque<std::pair<venues::frame_kind, std::string>> unsent_;
  std::size_t unsent_bytes_ = 0;
  bool writing_ = false;
  bool paused_ = false;
  bool pinging_ = false;      ///< a ping is being written
  bool pong_missing_ = false; ///< since the last ping
  bool was_paused_ = false;   ///< since the last ping
};

} // namespace actorbot::net
