#include "test_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace wire_test {

using asio::use_awaitable;
using asio::ip::tcp;

const actorbot::net::pem_identity& authority() {
  static const auto x = actorbot::net::make_authority("actorbot test authority");
  return x;
}

const std::string& authority_file() {
  struct file {
    std::string name = "/tmp/actorbot-test-ca-XXXXXX";
    file() {
      const int descriptor = mkstemp(name.data());
      auto& text = authority().certificate;
      REQUIRE(write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
      close(descriptor);
    }
    ~file() { std::remove(name.c_str()); }
  };
  static const file x;
  return x.name;
}

test_server::test_server(session serve, server_options how)
    : serve_(std::move(serve)),
      tls_(how.tls),
      context_(asio::ssl::context::tls_server),
      acceptor_(io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}) {
  if (how.identity.key.empty())
    how.identity = actorbot::net::make_certificate(authority(), {"localhost", "127.0.0.1"});
  context_.use_certificate_chain(asio::buffer(how.identity.certificate));
  context_.use_private_key(asio::buffer(how.identity.key), asio::ssl::context::pem);
  port_ = acceptor_.local_endpoint().port();
  asio::co_spawn(io_, accept_all(), asio::detached);
  thread_ = std::thread{[this] { io_.run(); }};
}

test_server::~test_server() {
  io_.stop();
  thread_.join();
}

asio::awaitable<void> test_server::accept_all() {
  while (true) {
    auto socket = co_await acceptor_.async_accept(use_awaitable);
    asio::co_spawn(io_, run(std::move(socket), accepted_++), asio::detached);
  }
}

asio::awaitable<void> test_server::run(tcp::socket socket, int number) {
  try {
    socket.set_option(tcp::no_delay{true});
    server_stream stream{std::move(socket), context_};
    if (tls_) {
      co_await stream.async_handshake(asio::ssl::stream_base::server, use_awaitable);
      if (SSL_session_reused(stream.native_handle()) == 1)
        ++resumed_;
    }
    co_await serve_(stream, number);
  } catch (const boost::system::system_error&) {
    // The client went away, or refused our certificate: what tests are about.
  }
}

asio::awaitable<http_message> read_request(server_stream& stream, beast::flat_buffer& buffer) {
  http_message request;
  co_await http::async_read(stream, buffer, request, use_awaitable);
  co_return request;
}

asio::awaitable<void> write_raw(server_stream& stream, std::string_view bytes) {
  co_await asio::async_write(stream, asio::buffer(bytes), use_awaitable);
}

std::string answer_text(int status, std::string_view body, std::string_view more_headers) {
  return "HTTP/1.1 " + std::to_string(status)
         + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
         + std::string{more_headers} + "\r\n" + std::string{body};
}

asio::awaitable<void> echo_http(server_stream& stream) {
  beast::flat_buffer buffer;
  while (true) {
    auto request = co_await read_request(stream, buffer);
    const auto answer
        = answer_text(200, request.body().empty() ? std::string{request.target()} : request.body());
    co_await write_raw(stream, answer);
  }
}

asio::awaitable<void> swallow(server_stream& stream) {
  char bytes[4096];
  while (true)
    co_await stream.async_read_some(asio::buffer(bytes), use_awaitable);
}

asio::awaitable<void> wait_forever() {
  asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::hours{1}};
  co_await timer.async_wait(use_awaitable);
}

} // namespace wire_test
