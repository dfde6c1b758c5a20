#include "test_client.hpp"
#include "test_server.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <doctest/doctest.h>

#include <atomic>

using namespace wire_test;
namespace websocket = boost::beast::websocket;
using asio::use_awaitable;
using what = heard::what;

namespace {

using server_socket = websocket::stream<server_stream&>;
constexpr venues::stream_id market{3};

void open(test_client& client, std::string_view target = "/ws", bool deflate = false,
          std::span<const venues::header_view> headers = {}) {
  client.transport().open(venues::endpoint_id{0}, market, {target, headers, deflate});
}

void send(test_client& client, std::string_view data,
          venues::frame_kind kind = venues::frame_kind::text) {
  client.transport().send(market, kind, data);
}

/// A server that accepts one WebSocket a connection and gives it to `talk`.
test_server::session socket_server(std::function<asio::awaitable<void>(server_socket&)> talk) {
  return [talk](server_stream& s, int) -> asio::awaitable<void> {
    server_socket ws{s};
    websocket::permessage_deflate deflate;
    deflate.server_enable = true;
    ws.set_option(deflate);
    co_await ws.async_accept(use_awaitable);
    co_await talk(ws);
  };
}

asio::awaitable<void> echo(server_socket& ws) {
  beast::flat_buffer buffer;
  while (true) {
    co_await ws.async_read(buffer, use_awaitable);
    ws.binary(ws.got_binary());
    co_await ws.async_write(buffer.cdata(), use_awaitable);
    buffer.clear();
  }
}

asio::awaitable<void> until_closed(server_socket& ws) {
  beast::flat_buffer buffer;
  while (true) {
    co_await ws.async_read(buffer, use_awaitable);
    buffer.clear();
  }
}

std::vector<std::string> frames(const test_client& client) {
  std::vector<std::string> x;
  for (auto& e : client.events)
    if (e.kind == what::frame)
      x.push_back(e.text);
  return x;
}

} // namespace

TEST_CASE("text and binary messages of every length class come back as they were sent") {
  test_server server{socket_server(echo)};
  for (bool deflate : {false, true}) {
    CAPTURE(deflate);
    test_client client{options_for(server.port())};
    open(client, "/ws", deflate);
    std::vector<std::string> sent;
    for (std::size_t size : {0, 1, 125, 126, 1000, 65535, 65536, 1'000'000}) {
      std::string text(size, 'a');
      for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>('a' + (i * i) % 26);
      sent.push_back(text);
      send(client, text, size % 2 == 0 ? venues::frame_kind::binary : venues::frame_kind::text);
    }
    REQUIRE(client.wait_for(1 + sent.size()));
    CHECK(client.events.front().kind == what::opened);
    CHECK((frames(client) == sent));
    for (auto& e : client.events)
      if (e.kind == what::frame)
        CHECK(e.frame
              == (e.text.size() % 2 == 0 ? venues::frame_kind::binary : venues::frame_kind::text));
  }
}

TEST_CASE("the upgrade carries target, host, user agent and headers") {
  http_message seen;
  test_server server{[&](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    auto request = co_await read_request(s, buffer);
    seen = request;
    server_socket ws{s};
    co_await ws.async_accept(request, use_awaitable);
    co_await until_closed(ws);
  }};
  test_client client{options_for(server.port())};
  const venues::header_view headers[] = {{"Cookie", "gravity=1"}};
  open(client, "/stream?streams=a@trade", false, headers);
  REQUIRE(client.wait_for(1));
  CHECK(client.has(what::opened, 3));
  CHECK(seen.target() == "/stream?streams=a@trade");
  CHECK(seen["Host"] == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(seen["User-Agent"] == "actorbot");
  CHECK(seen["Cookie"] == "gravity=1");
  CHECK(seen.count("Sec-WebSocket-Extensions") == 0);
}

TEST_CASE("compression is used when asked for") {
  std::atomic<bool> asked{false};
  test_server server{[&](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    auto request = co_await read_request(s, buffer);
    asked = request["Sec-WebSocket-Extensions"].find("permessage-deflate")
            != beast::string_view::npos;
    server_socket ws{s};
    co_await ws.async_accept(request, use_awaitable);
    co_await until_closed(ws);
  }};
  test_client client{options_for(server.port())};
  open(client, "/", true);
  REQUIRE(client.wait_for(1));
  CHECK(asked);
}

TEST_CASE("a message in fragments arrives as one, pings in between are answered") {
  std::atomic<bool> pong{false};
  test_server server{socket_server([&](server_socket& ws) -> asio::awaitable<void> {
    ws.control_callback([&](websocket::frame_type kind, beast::string_view payload) {
      pong = pong || (kind == websocket::frame_type::pong && payload == "are you there");
    });
    for (auto part : {"one ", "two ", "three"}) {
      const std::string_view text{part};
      co_await ws.async_write_some(text == "three", asio::buffer(text), use_awaitable);
      co_await ws.async_ping("are you there", use_awaitable);
    }
    co_await until_closed(ws);
  })};
  test_client client{options_for(server.port())};
  open(client);
  REQUIRE(client.wait_for(2));
  CHECK(eventually([&] { return pong.load(); }));
  CHECK(client.event(what::frame, 3).text == "one two three");
}

TEST_CASE("a close by the venue is reported with its code and reason, after all frames") {
  test_server server{socket_server([](server_socket& ws) -> asio::awaitable<void> {
    co_await ws.async_write(asio::buffer("last", 4), use_awaitable);
    co_await ws.async_close({websocket::close_code::service_restart, "maintenance"}, use_awaitable);
  })};
  test_client client{options_for(server.port())};
  open(client);
  REQUIRE(client.wait_for(3));
  CHECK(client.events[1].text == "last");
  CHECK(client.events[2].kind == what::closed);
  CHECK(client.events[2].text == "closed by the venue, code 1012: maintenance");
}

TEST_CASE("our close is orderly: what was sent before arrives, then the close frame") {
  std::atomic<int> code{0};
  std::atomic<int> received{0};
  test_server server{socket_server([&](server_socket& ws) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    try {
      while (true) {
        co_await ws.async_read(buffer, use_awaitable);
        ++received;
      }
    } catch (const boost::system::system_error&) {
      code = ws.reason().code;
    }
  })};
  test_client client{options_for(server.port())};
  open(client);
  for (int i = 0; i < 50; ++i)
    send(client, "message");
  REQUIRE(client.wait_for(1));
  client.transport().close(market);
  REQUIRE(client.wait_for(2));
  CHECK(client.event(what::closed, 3).text == "closed");
  CHECK(code == websocket::close_code::normal);
  CHECK(received == 50);
}

TEST_CASE("a server that never answers the close does not hold us") {
  test_server server{socket_server([](server_socket&) { return wait_forever(); })};
  test_client client{options_for(server.port())};
  open(client);
  REQUIRE(client.wait_for(1));
  client.transport().close(market);
  REQUIRE(client.wait_for(2));
  CHECK(client.event(what::closed, 3).text == "closed, unanswered");
}

TEST_CASE("a half-open stream is noticed by the missing pong") {
  test_server server{socket_server([](server_socket&) { return wait_forever(); })};
  auto options = options_for(server.port());
  options.ping_interval = std::chrono::milliseconds{100};
  test_client client{options};
  open(client);
  REQUIRE(client.wait_for(2));
  CHECK(client.event(what::closed, 3).text == "no pong");
}

TEST_CASE("a server that only sends and never reads is half-open too") {
  test_server server{socket_server([](server_socket& ws) -> asio::awaitable<void> {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (true) {
      co_await ws.async_write(asio::buffer("tick", 4), use_awaitable);
      timer.expires_after(std::chrono::milliseconds{5});
      co_await timer.async_wait(use_awaitable);
    }
  })};
  auto options = options_for(server.port());
  options.ping_interval = std::chrono::milliseconds{100};
  test_client client{options};
  open(client);
  REQUIRE(client.wait([&] { return client.has(what::closed, 3); }));
  CHECK(client.event(what::closed, 3).text == "no pong");
  CHECK(client.has(what::frame, 3));
}

TEST_CASE("a quiet stream stays open while pongs come") {
  std::atomic<int> pings{0};
  test_server server{socket_server([&](server_socket& ws) -> asio::awaitable<void> {
    ws.control_callback([&](websocket::frame_type kind, beast::string_view) {
      pings += kind == websocket::frame_type::ping ? 1 : 0;
    });
    co_await until_closed(ws);
  })};
  auto options = options_for(server.port());
  options.ping_interval = std::chrono::milliseconds{20};
  test_client client{options};
  open(client);
  CHECK(eventually([&] { return pings >= 10; }));
  REQUIRE(client.wait_for(1));
  CHECK_FALSE(client.has(what::closed, 3));
}

TEST_CASE("garbage instead of an upgrade or of a frame closes the stream with a text") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    auto request = co_await read_request(s, buffer);
    if (request.target() == "/html")
      co_await write_raw(s, "<html>hello</html>\r\n\r\n");
    else if (request.target() == "/declined")
      co_await write_raw(s, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    else {
      server_socket ws{s};
      co_await ws.async_accept(request, use_awaitable);
      if (request.target() == "/frame")
        co_await write_raw(
            s, std::string_view{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"});
      else if (request.target() == "/utf8")
        co_await ws.async_write(asio::buffer("\xc0\x80", 2), use_awaitable);
      else // a masked frame: only clients may
        co_await write_raw(s, {"\x81\x81\x00\x00\x00\x00x", 7});
      co_await until_closed(ws);
    }
    co_await swallow(s);
  }};
  for (const std::string target : {"/html", "/declined", "/frame", "/utf8", "/masked"}) {
    CAPTURE(target);
    test_client client{options_for(server.port())};
    open(client, target);
    REQUIRE(client.wait([&] { return client.has(what::closed, 3); }));
    CHECK_FALSE(client.event(what::closed, 3).text.empty());
    CHECK_FALSE(client.has(what::frame, 3));
    if (target == "/declined")
      CHECK(client.event(what::closed, 3).text == "127.0.0.1 declined the stream: HTTP 403");
  }
}

TEST_CASE("a message above the limit closes the stream, compressed or not") {
  test_server server{socket_server([](server_socket& ws) -> asio::awaitable<void> {
    const std::string zeros(200'000, '0');
    co_await ws.async_write(asio::buffer(zeros), use_awaitable);
    co_await until_closed(ws);
  })};
  for (bool deflate : {false, true}) {
    auto options = options_for(server.port());
    options.max_frame_bytes = 100'000;
    test_client client{options};
    open(client, "/", deflate);
    REQUIRE(client.wait_for(2));
    INFO(client.event(what::closed, 3).text);
    CHECK(client.event(what::closed, 3).text.find("message") != std::string::npos);
  }
}

TEST_CASE("a flood before a slow owner stays bounded, and every frame arrives in order") {
  constexpr std::size_t count = 10'000;
  std::atomic<std::size_t> sent{0};
  auto flood = [&](server_socket& ws) -> asio::awaitable<void> {
    ws.text(true);
    for (std::size_t i = 0; i < count; ++i) {
      // 2 kB each: 20 MB in all, far more than the sockets hold.
      auto text = std::to_string(i) + ":" + std::string(2000, 'x');
      co_await ws.async_write(asio::buffer(text), use_awaitable);
      ++sent;
    }
    co_await wait_forever();
  };
  test_server server{socket_server([&](server_socket& ws) -> asio::awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    co_await (flood(ws) || until_closed(ws)); // reading all the while, so pings are answered
  })};
  auto options = options_for(server.port());
  // Shorter than the pause: the missing pong must not be taken for a dead server.
  options.ping_interval = std::chrono::milliseconds{200};
  test_client client{options};
  open(client);
  REQUIRE(client.wait_wake());
  // Without a drain the server comes to a stop, and stays stopped.
  std::size_t before = 0;
  auto still_since = std::chrono::steady_clock::now();
  REQUIRE(eventually([&] {
    const auto now = std::chrono::steady_clock::now();
    if (std::exchange(before, sent.load()) != before)
      still_since = now;
    return now - still_since > std::chrono::milliseconds{600};
  }));
  CHECK(sent < count);
  CHECK(client.wakes() == 1); // one wake-up until drained
  client.drain_limit = 7;
  const bool complete = client.wait_for(count + 1);
  CAPTURE(client.events.size());
  CAPTURE(client.events.back().text.substr(0, 50));
  REQUIRE(complete);
  auto all = frames(client);
  REQUIRE(all.size() == count);
  for (std::size_t i = 0; i < count; ++i)
    REQUIRE(all[i].starts_with(std::to_string(i) + ":"));
  CHECK_FALSE(client.has(what::closed, 3));
}

TEST_CASE("a stream number can be used again after its close, and at once by opening anew") {
  test_server server{socket_server(echo)};
  test_client client{options_for(server.port())};
  open(client);
  REQUIRE(client.wait_for(1));
  client.transport().close(market);
  REQUIRE(client.wait_for(2));
  open(client);
  REQUIRE(client.wait_for(3));
  open(client);
  send(client, "second life");
  REQUIRE(client.wait_for(6));
  CHECK(client.events[3].text == "opened again");
  CHECK(client.events[4].kind == what::opened);
  CHECK(client.events[5].text == "second life");
}

TEST_CASE("plain sockets work for both kinds of traffic") {
  test_server server{[](server_stream& s, int) -> asio::awaitable<void> {
                       websocket::stream<asio::ip::tcp::socket&> ws{s.next_layer()};
                       co_await ws.async_accept(use_awaitable);
                       co_await ws.async_write(asio::buffer("plain", 5), use_awaitable);
                       beast::flat_buffer buffer;
                       co_await ws.async_read(buffer, use_awaitable);
                     },
                     {{}, false}};
  auto options = options_for(server.port());
  options.endpoints[0].tls = false;
  test_client client{options};
  open(client);
  REQUIRE(client.wait_for(2));
  CHECK(client.event(what::frame, 3).text == "plain");
  client.transport().close(market);
  REQUIRE(client.wait_for(3));
}

TEST_CASE("destroying a transport with everything in flight ends it, without another wake-up") {
  std::atomic<int> requests{0};
  test_server server{[&](server_stream& s, int) -> asio::awaitable<void> {
    beast::flat_buffer buffer;
    auto request = co_await read_request(s, buffer);
    ++requests;
    if (request.target() == "/order") // half an answer
      co_await write_raw(s, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
    else {
      server_socket ws{s};
      co_await ws.async_accept(request, use_awaitable);
      while (true)
        co_await ws.async_write(asio::buffer("tick", 4), use_awaitable);
    }
    co_await wait_forever();
  }};
  for (int round = 0; round < 30; ++round) {
    for (int threads : {1, 2}) {
      test_client client{options_for(server.port()), threads};
      open(client);
      for (std::uint64_t i = 0; i < 10; ++i)
        client.call(i, venues::request_class::order, "in flight", std::chrono::seconds{30});
      client.call(99, venues::request_class::cancel, "in flight", std::chrono::seconds{30});
      // From "nothing has happened yet" to "everything is running".
      if (round % 3 == 1)
        REQUIRE(client.wait_wake());
      else if (round % 3 == 2)
        REQUIRE(client.wait([&] { return client.has(what::frame, 3); }));
      client.destroy();
      const auto wakes = client.wakes();
      std::this_thread::yield();
      CHECK(client.wakes() == wakes);
    } // the reactor's threads end only when no operation is left
  }
}

TEST_CASE("a handler may destroy the transport: nothing is delivered after that") {
  test_server server{socket_server([](server_socket& ws) -> asio::awaitable<void> {
    for (int i = 0; i < 100; ++i)
      co_await ws.async_write(asio::buffer("tick", 4), use_awaitable);
    co_await until_closed(ws);
  })};
  test_client client{options_for(server.port())};
  client.then = [&](const heard& h) {
    if (h.kind == what::frame)
      client.destroy();
  };
  open(client);
  REQUIRE(client.wait_for(2));
  CHECK(client.events.size() == 2);
}
