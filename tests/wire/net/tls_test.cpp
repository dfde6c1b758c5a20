#include "test_client.hpp"
#include "test_server.hpp"

#include <doctest/doctest.h>

using namespace wire_test;
using what = heard::what;

namespace {

asio::awaitable<void> echo(server_stream& stream, int) { return echo_http(stream); }

/// Makes one request and opens one stream; both must fail for the reason given, nothing written.
void check_refused(const venues::transport_options& options, std::string_view reason) {
  test_client client{options};
  client.call(1, venues::request_class::order, "secret order");
  client.transport().open(venues::endpoint_id{0}, venues::stream_id{5}, {"/ws", {}, false});
  REQUIRE(client.wait_for(2));
  auto& failed = client.event(what::failed, 1);
  CHECK_FALSE(failed.written);
  INFO(failed.text);
  CHECK(failed.text.find(reason) != std::string::npos);
  auto& closed = client.event(what::closed, 5);
  INFO(closed.text);
  CHECK(closed.text.find(reason) != std::string::npos);
}

server_options with(net::pem_identity identity) { return {std::move(identity), true}; }

} // namespace

TEST_CASE("a refused connection is reported at once and nothing was written") {
  std::uint16_t port = 0;
  {
    test_server server{echo};
    port = server.port();
  }
  check_refused(options_for(port), "Connection refused");
}

TEST_CASE("a certificate of an unknown authority is refused") {
  auto stranger = net::make_authority("stranger");
  test_server server{echo, with(net::make_certificate(stranger, {"127.0.0.1"}))};
  check_refused(options_for(server.port()), "the certificate of 127.0.0.1 is not trusted");
}

TEST_CASE("a certificate that signed itself is refused") {
  test_server server{echo, with(net::make_authority("127.0.0.1"))};
  check_refused(options_for(server.port()), "not trusted: self-signed");
}

TEST_CASE("without the test authority the system's are not enough for our server") {
  test_server server{echo};
  auto options = options_for(server.port());
  options.ca_file.clear();
  check_refused(options, "not trusted");
}

TEST_CASE("a certificate for another host name is refused") {
  auto other = net::make_certificate(authority(), {"example.test", "127.0.0.1"});
  test_server server{echo, with(other)};
  check_refused(options_for(server.port(), "localhost"), "not trusted: hostname mismatch");
}

TEST_CASE("a certificate for another address is refused") {
  auto other = net::make_certificate(authority(), {"localhost", "127.0.0.2"});
  test_server server{echo, with(other)};
  check_refused(options_for(server.port()), "not trusted: IP address mismatch");
}

TEST_CASE("an expired certificate is refused") {
  auto old = net::make_certificate(authority(), {"127.0.0.1"},
                                   {-std::chrono::hours{2}, -std::chrono::hours{1}});
  test_server server{echo, with(old)};
  check_refused(options_for(server.port()), "not trusted: certificate has expired");
}

TEST_CASE("a certificate of the future is refused") {
  auto early = net::make_certificate(authority(), {"127.0.0.1"},
                                     {std::chrono::hours{1}, std::chrono::hours{2}});
  test_server server{echo, with(early)};
  check_refused(options_for(server.port()), "not trusted: certificate is not yet valid");
}

TEST_CASE("an authority file that cannot be read is reported, not ignored") {
  test_server server{echo};
  auto options = options_for(server.port());
  options.ca_file = "/nonexistent/ca.pem";
  check_refused(options, "cannot use the CA file");
}

TEST_CASE("a server without TLS is refused") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
                       const std::string_view text = "HTTP/1.1 200 OK\r\n\r\n";
                       s.next_layer().write_some(asio::buffer(text));
                       co_await wait_forever();
                     },
                     {{}, false}};
  check_refused(options_for(server.port()), "TLS handshake with 127.0.0.1 failed");
}

TEST_CASE("a server that accepts and then says nothing runs into the connect time-out") {
  test_server server{[](server_stream&, int) { return wait_forever(); }, {{}, false}};
  auto options = options_for(server.port());
  options.connect_timeout = std::chrono::milliseconds{100};
  check_refused(options, "timed out");
}

TEST_CASE("a host name is looked up, asked for and verified") {
  std::string asked;
  test_server server{[&](server_stream& s, int) -> asio::awaitable<void> {
    if (auto* name = SSL_get_servername(s.native_handle(), TLSEXT_NAMETYPE_host_name))
      asked = name;
    co_await echo_http(s);
  }};
  test_client client{options_for(server.port(), "localhost")};
  client.get(1, "/");
  REQUIRE(client.wait_for(1));
  CHECK(client.event(what::answer, 1).status == 200);
  CHECK(asked == "localhost");
}

TEST_CASE("an unknown host name is reported and nothing was written") {
  check_refused(options_for(1, "no-such-host.invalid"), "cannot look up no-such-host.invalid");
}

TEST_CASE("a replaced connection resumes the TLS session") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    co_await read_request(s, buffer);
    const auto text = answer_text(200, SSL_get_version(s.native_handle()), "Connection: close\r\n");
    co_await write_raw(s, text);
    co_await swallow(s);
  }};
  auto options = options_for(server.port());
  options.connections_per_endpoint = 1;
  test_client client{options};
  for (std::uint64_t i = 1; i <= 3; ++i) {
    client.get(i, "/");
    REQUIRE(client.wait_for(i));
    CHECK(client.event(what::answer, i).text == "TLSv1.3");
  }
  CHECK(server.resumed() >= 1);
}
