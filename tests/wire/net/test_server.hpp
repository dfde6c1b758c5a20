#pragma once

// GCC 12 takes the frame allocation of Asio's coroutines for a mismatch (GCC bug 109224).
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include "venues/net/certificate.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace wire_test {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using server_stream = asio::ssl::stream<asio::ip::tcp::socket>;
using http_message = http::request<http::string_body>;

/// One authority for the whole program, and its file for transport_options::ca_file.
const actorbot::net::pem_identity& authority();
const std::string& authority_file();

struct server_options {
  actorbot::net::pem_identity identity; ///< empty: one for localhost and 127.0.0.1
  bool tls = true;
};

/// A server on 127.0.0.1 in a thread of its own, TLS unless said otherwise. Each connection runs one
/// coroutine; `serve` gets its number, counted from 0. Exceptions end the connection.
class test_server {
 public:
  using session = std::function<asio::awaitable<void>(server_stream&, int number)>;

  explicit test_server(session serve, server_options how = {});
  ~test_server(); ///< drops all connections

  std::uint16_t port() const { return port_; }
  int accepted() const { return accepted_; }
  int resumed() const { return resumed_; }

 private:
  asio::awaitable<void> accept_all();
  asio::awaitable<void> run(asio::ip::tcp::socket socket, int number);

  session serve_;
  bool tls_;
  asio::io_context io_;
  asio::ssl::context context_;
  asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::atomic<int> resumed_{0}; ///< TLS sessions continued instead of started
  std::thread thread_;
};

/// Reads one request; throws when the client is gone.
asio::awaitable<http_message> read_request(server_stream& stream, beast::flat_buffer& buffer);
/// Writes bytes as they are.
asio::awaitable<void> write_raw(server_stream& stream, std::string_view bytes);
/// A complete answer with a Content-Length.
std::string answer_text(int status, std::string_view body, std::string_view more_headers = {});
/// Answers every request with its own body, or its target when it has none.
asio::awaitable<void> echo_http(server_stream& stream);
/// Reads and ignores until the client goes.
asio::awaitable<void> swallow(server_stream& stream);
/// Never ends by itself.
asio::awaitable<void> wait_forever();

} // namespace wire_test
