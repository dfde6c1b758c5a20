#include "test_client.hpp"
#include "test_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <set>

using namespace wire_test;
using venues::request_class;
using what = heard::what;

namespace {

asio::awaitable<void> echo(server_stream& stream, int) { return echo_http(stream); }

std::string header(const heard& h, std::string_view name) {
  for (auto& [n, v] : h.headers)
    if (n == name)
      return v;
  return "(absent)";
}

} // namespace

TEST_CASE("an answer brings status, headers, body and both times") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    co_await read_request(s, buffer);
    const auto text = answer_text(418, "{\"code\":-1003}", "X-Used-Weight: 12\r\n");
    co_await write_raw(s, text);
    co_await swallow(s);
  }};
  test_client client{options_for(server.port())};
  client.get(7, "/fapi/v1/time");
  REQUIRE(client.wait_for(1));
  auto& a = client.event(what::answer, 7);
  CHECK(a.status == 418);
  CHECK(a.text == "{\"code\":-1003}");
  CHECK(header(a, "X-Used-Weight") == "12");
  CHECK(header(a, "Content-Length") == "14");
  CHECK(a.at.monotonic_ns > 0);
  CHECK(actorbot::to_ns(a.at.now) > 1'600'000'000'000'000'000);
}

TEST_CASE("the request arrives as it was given, and asks for no compression") {
  http_message seen;
  test_server server{[&](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    auto request = co_await read_request(s, buffer);
    seen = request;
    const auto text = answer_text(200, "");
    co_await write_raw(s, text);
    co_await swallow(s);
  }};
  auto options = options_for(server.port());
  options.user_agent = "actorbot-test";
  test_client client{options};
  const venues::header_view headers[] = {{"X-MBX-APIKEY", "k"}};
  venues::http_request_view request{venues::http_method::del, "/o?a=1&b=%20", headers, "x=1",
                                    "application/x-www-form-urlencoded"};
  client.transport().call(venues::endpoint_id{0}, venues::request_id{1}, request_class::cancel,
                          request, std::chrono::seconds{10});
  REQUIRE(client.wait_for(1));
  CHECK(client.event(what::answer, 1).text.empty());
  CHECK(seen.method() == http::verb::delete_);
  CHECK(seen.target() == "/o?a=1&b=%20");
  CHECK(seen["Host"] == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(seen["User-Agent"] == "actorbot-test");
  CHECK(seen["X-MBX-APIKEY"] == "k");
  CHECK(seen["Content-Type"] == "application/x-www-form-urlencoded");
  CHECK(seen.body() == "x=1");
  CHECK(seen.count("Accept-Encoding") == 0);
}

TEST_CASE("many requests one after the other use the same connections") {
  test_server server{echo};
  test_client client{options_for(server.port())};
  for (std::uint64_t i = 0; i < 200; ++i) {
    client.call(i, request_class::order, "order " + std::to_string(i));
    REQUIRE(client.wait_for(i + 1));
    CHECK(client.event(what::answer, i).text == "order " + std::to_string(i));
  }
  CHECK(server.accepted() <= 3); // two, and the one for cancels
}

TEST_CASE("independent requests are in flight at the same time, one per connection") {
  std::atomic<int> in_flight{0};
  test_server server{[&](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    auto request = co_await read_request(s, buffer);
    ++in_flight;
    asio::steady_timer poll{co_await asio::this_coro::executor};
    while (in_flight < 4) { // answers nobody before four have come
      poll.expires_after(std::chrono::milliseconds{1});
      co_await poll.async_wait(asio::use_awaitable);
    }
    const auto text = answer_text(200, request.body());
    co_await write_raw(s, text);
    co_await echo_http(s);
  }};
  auto options = options_for(server.port());
  options.connections_per_endpoint = 4;
  test_client client{options};
  for (std::uint64_t i = 0; i < 20; ++i)
    client.call(i, request_class::order, std::to_string(i));
  REQUIRE(client.wait_for(20));
  for (std::uint64_t i = 0; i < 20; ++i)
    CHECK(client.event(what::answer, i).text == std::to_string(i));
}

TEST_CASE("a cancel finds its own connection while orders hold all others") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    while (true) {
      auto request = co_await read_request(s, buffer);
      if (request.body() == "cancel") {
        const auto text = answer_text(200, "cancelled");
        co_await write_raw(s, text);
      }
    }
  }};
  test_client client{options_for(server.port())};
  for (std::uint64_t i = 0; i < 10; ++i)
    client.call(i, request_class::order, "never answered", std::chrono::seconds{60});
  for (std::uint64_t i = 100; i < 110; ++i)
    client.call(i, request_class::cancel, "cancel");
  REQUIRE(client.wait_for(10));
  for (std::uint64_t i = 100; i < 110; ++i)
    CHECK(client.event(what::answer, i).text == "cancelled");
}

TEST_CASE("a full queue refuses at once, unwritten, and leaves room for cancels") {
  test_server server{[](server_stream& s, int) { return swallow(s); }};
  auto options = options_for(server.port());
  options.queue_limit = 3;
  options.connections_per_endpoint = 1;
  test_client client{options};
  client.call(1, request_class::session, "holds the connection", std::chrono::seconds{60});
  for (std::uint64_t i = 2; i < 12; ++i)
    client.call(i, request_class::order, "waits", std::chrono::seconds{60});
  client.call(50, request_class::cancel, "waits", std::chrono::seconds{60});
  REQUIRE(client.wait([&] { return client.events.size() >= 6; }));
  for (auto& e : client.events) {
    CHECK(e.kind == what::failed);
    CHECK_FALSE(e.written);
    CHECK(e.text == "too many requests are waiting");
    CHECK(e.id != 50);
  }
}

TEST_CASE("a request without an answer in time has an unknown outcome, and the next one works") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    auto request = co_await read_request(s, buffer);
    if (request.body() == "silence")
      co_await wait_forever();
    const auto text = answer_text(200, "fine");
    co_await write_raw(s, text);
    co_await echo_http(s);
  }};
  auto options = options_for(server.port());
  options.connections_per_endpoint = 1;
  test_client client{options};
  client.call(1, request_class::order, "silence", std::chrono::milliseconds{150});
  REQUIRE(client.wait_for(1));
  CHECK(client.event(what::failed, 1).written);
  CHECK(client.event(what::failed, 1).text == "no answer in time");
  client.call(2, request_class::order, "talk");
  REQUIRE(client.wait_for(2));
  CHECK(client.event(what::answer, 2).text == "fine");
}

TEST_CASE("a request that waited too long for a connection was not written") {
  test_server server{[](server_stream& s, int) { return swallow(s); }};
  auto options = options_for(server.port());
  options.connections_per_endpoint = 1;
  test_client client{options};
  client.call(1, request_class::query, "holds the connection", std::chrono::seconds{60});
  client.call(2, request_class::query, "late", std::chrono::milliseconds{50});
  REQUIRE(client.wait_for(1));
  CHECK_FALSE(client.event(what::failed, 2).written);
  CHECK(client.event(what::failed, 2).text == "no connection was free in time");
}

TEST_CASE("an idle connection that the server closes is replaced without losing a request") {
  test_server server{[](server_stream& s, int number) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    co_await read_request(s, buffer);
    const auto text = answer_text(200, std::to_string(number));
    co_await write_raw(s, text);
    // Closes without having said so in the answer.
  }};
  auto options = options_for(server.port());
  options.connections_per_endpoint = 1;
  test_client client{options};
  for (int i = 0; i < 5; ++i) {
    client.get(static_cast<std::uint64_t>(i), "/");
    REQUIRE(client.wait_for(static_cast<std::size_t>(i) + 1));
    CHECK(client.has(what::answer, static_cast<std::uint64_t>(i)));
    // The replacement is there before the next request is made.
    REQUIRE(eventually([&] { return server.accepted() >= i + 2; }));
  }
}

TEST_CASE("a connection announced as closing is not used again") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    while (true) {
      co_await read_request(s, buffer);
      const auto text = answer_text(200, "once", "Connection: close\r\n");
      co_await write_raw(s, text);
    }
  }};
  auto options = options_for(server.port());
  options.connections_per_endpoint = 1;
  test_client client{options};
  for (std::uint64_t i = 0; i < 5; ++i)
    client.get(i, "/");
  REQUIRE(client.wait_for(5));
  for (std::uint64_t i = 0; i < 5; ++i)
    CHECK(client.has(what::answer, i));
  CHECK(server.accepted() >= 5);
}

TEST_CASE("a reset in the middle of the answer leaves the outcome unknown") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    co_await read_request(s, buffer);
    co_await write_raw(s, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of");
    s.next_layer().set_option(asio::socket_base::linger{true, 0});
    s.next_layer().close();
  }};
  test_client client{options_for(server.port())};
  client.call(1, request_class::order, "x");
  REQUIRE(client.wait_for(1));
  CHECK(client.event(what::failed, 1).written);
}

TEST_CASE("a cut TLS stream does not end a body without length") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    co_await read_request(s, buffer);
    co_await write_raw(s, "HTTP/1.1 200 OK\r\n\r\n[1,2");
    s.next_layer().close();
  }};
  test_client client{options_for(server.port())};
  client.get(1, "/");
  REQUIRE(client.wait_for(1));
  CHECK(client.event(what::failed, 1).written);
}

TEST_CASE("a body that ends with an orderly close is complete") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    co_await read_request(s, buffer);
    co_await write_raw(s, "HTTP/1.1 200 OK\r\n\r\n[1,2]");
    co_await s.async_shutdown(asio::use_awaitable);
  }};
  test_client client{options_for(server.port())};
  client.get(1, "/");
  REQUIRE(client.wait_for(1));
  CHECK(client.event(what::answer, 1).text == "[1,2]");
}

TEST_CASE("chunked answers, interim answers and a megabyte arrive whole") {
  const std::string big(1u << 20, 'b');
  test_server server{[&](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    while (true) {
      auto request = co_await read_request(s, buffer);
      std::string text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n3;x=y\r\nefg\r\n0\r\n"
                         "Trailer: t\r\n\r\n";
      if (request.target() == "/big")
        text = answer_text(200, big);
      for (auto rest = std::string_view{text}; !rest.empty();) { // in small pieces
        const auto part = request.target() == "/big" ? rest : rest.substr(0, 5);
        co_await write_raw(s, part);
        rest.remove_prefix(part.size());
      }
    }
  }};
  auto options = options_for(server.port());
  options.connections_per_endpoint = 1;
  test_client client{options};
  client.get(1, "/chunked");
  client.get(2, "/big");
  client.get(3, "/chunked");
  REQUIRE(client.wait_for(3));
  CHECK(client.event(what::answer, 1).text == "abcdefg");
  CHECK(client.event(what::answer, 1).status == 200);
  CHECK(client.event(what::answer, 2).text == big);
  CHECK(client.event(what::answer, 3).text == "abcdefg");
  CHECK(server.accepted() == 1);
}

TEST_CASE("a body above the limit is refused") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    co_await read_request(s, buffer);
    const auto text = answer_text(200, std::string(5000, 'x'));
    co_await write_raw(s, text);
    co_await swallow(s);
  }};
  auto options = options_for(server.port());
  options.max_body_bytes = 4000;
  test_client client{options};
  client.get(1, "/");
  REQUIRE(client.wait_for(1));
  CHECK(client.event(what::failed, 1).written);
}

TEST_CASE("garbage instead of an answer is a failure with a text") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    co_await read_request(s, buffer);
    co_await write_raw(s, "<html>502</html>\r\n\r\n");
    co_await swallow(s);
  }};
  test_client client{options_for(server.port())};
  client.call(1, request_class::order, "x");
  REQUIRE(client.wait_for(1));
  CHECK(client.event(what::failed, 1).written);
  CHECK(client.event(what::failed, 1).text.starts_with("not an HTTP answer"));
}

TEST_CASE("a header that would forge another header is refused, unwritten") {
  test_server server{echo};
  test_client client{options_for(server.port())};
  const venues::header_view headers[] = {{"X-Key", "a\r\nX-Forged: b"}};
  venues::http_request_view request;
  request.target = "/";
  request.headers = headers;
  client.transport().call(venues::endpoint_id{0}, venues::request_id{1}, request_class::order,
                          request, std::chrono::seconds{1});
  client.get(2, "/with space");
  client.transport().call(venues::endpoint_id{9}, venues::request_id{3}, request_class::order,
                          request, std::chrono::seconds{1});
  REQUIRE(client.wait_for(3));
  for (std::uint64_t i = 1; i <= 3; ++i)
    CHECK_FALSE(client.event(what::failed, i).written);
}

TEST_CASE("several reactor threads and a handler that calls from within its events") {
  test_server server{echo};
  test_client client{options_for(server.port()), 2};
  std::uint64_t next = 4;
  client.then = [&](const heard& h) {
    if (h.kind == what::answer && next < 400)
      client.call(next++, request_class::order, "again");
  };
  for (std::uint64_t i = 0; i < 4; ++i)
    client.call(i, request_class::order, "first");
  REQUIRE(client.wait_for(400));
  std::set<std::uint64_t> ids;
  for (auto& e : client.events) {
    CHECK(e.kind == what::answer);
    ids.insert(e.id);
  }
  CHECK(ids.size() == 400);
}
