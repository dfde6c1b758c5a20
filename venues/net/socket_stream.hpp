#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include <utility>

namespace actorbot::net {

/// A TCP stream with or without TLS, chosen at run time, so that the HTTP and the WebSocket client
/// exist once and not twice. Meets Asio's AsyncReadStream and AsyncWriteStream.
class socket_stream {
 public:
  using next_layer_type = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
  using executor_type = boost::asio::any_io_executor;

  socket_stream(const executor_type& executor, boost::asio::ssl::context& context, bool tls)
      : stream_(executor, context), tls_(tls) {}

  /// OpenSSL forbids to resume a session whose connection was freed without a farewell; ours often
  /// end that way, and that says nothing against the session.
  ~socket_stream() {
    SSL_set_shutdown(stream_.native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
  socket_stream(const socket_stream&) = delete;
  socket_stream& operator=(const socket_stream&) = delete;

  executor_type get_executor() { return stream_.get_executor(); }
  next_layer_type& next_layer() { return stream_; }
  const next_layer_type& next_layer() const { return stream_; }
  boost::asio::ip::tcp::socket& tcp() { return stream_.next_layer(); }
  bool tls() const { return tls_; }

  /// Ends all operations at once; the other side sees the connection go.
  void drop() {
    dropped_ = true;
    boost::system::error_code ignored;
    tcp().close(ignored);
  }

  bool dropped() const { return dropped_; }

  /// Decrypted bytes wait that nobody has read yet: reading them asks no socket.
  bool holds_bytes() { return tls_ && SSL_pending(stream_.native_handle()) > 0; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (tls_)
      return stream_.async_read_some(buffers, std::forward<Token>(token));
    return tcp().async_read_some(buffers, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (tls_)
      return stream_.async_write_some(buffers, std::forward<Token>(token));
    return tcp().async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  next_layer_type stream_;
  bool tls_;
  bool dropped_ = false;
};

/// Found by Beast when a WebSocket has ended. The close frames were the orderly end; after a failure,
/// a TLS farewell could wait for ever and would hide the reason behind its own error.
template <class Handler>
void async_teardown(boost::beast::role_type, socket_stream& stream, Handler&& handler) {
  stream.drop();
  boost::asio::post(stream.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler),
                                                     boost::system::error_code{}));
}

} // namespace actorbot::net
