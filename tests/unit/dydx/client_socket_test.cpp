#include "client_support.hpp"

using namespace dydx_client;
using dydx::socket_message;

namespace {

struct socket_rig {
  recorder recorded;
  account_sink& sink = recorded;
  dydx::indexer_socket socket;
  json_parser parser;
  dydx::socket_frame frame;
  bool gap = false;

  std::string read(std::string_view text) {
    const padded data{text};
    const auto root = parser.parse(data.view());
    REQUIRE(root);
    return socket.read(*root, frame, gap);
  }
  /// Whether a message with that number is in sequence.
  bool ok(const char* type, int id) {
    const auto error
        = read("{\"type\":\"" + std::string{type} + "\",\"message_id\":" + std::to_string(id)
               + ",\"channel\":\"v4_trades\",\"id\":\"BTC-USD\",\"contents\":{}}");
    CHECK(error.empty() != gap);
    return error.empty();
  }
  void ask() { socket.subscribe(sink, stream_id{0}, "v4_trades", "BTC-USD"); }
};

} // namespace

TEST_CASE("requests are those that the server documents") {
  socket_rig rig;
  rig.socket.subscribe(rig.sink, stream_id{0}, "v4_block_height", {});
  rig.socket.subscribe(rig.sink, stream_id{0}, "v4_orderbook", "BTC-USD");
  rig.socket.unsubscribe(rig.sink, stream_id{0}, "v4_orderbook", "BTC-USD");
  REQUIRE(rig.recorded.sent.size() == 3);
  CHECK(rig.recorded.sent[0].second == R"({"type":"subscribe","channel":"v4_block_height"})");
  CHECK(rig.recorded.sent[1].second
        == R"({"type":"subscribe","channel":"v4_orderbook","id":"BTC-USD"})");
  CHECK(rig.recorded.sent[2].second
        == R"({"type":"unsubscribe","channel":"v4_orderbook","id":"BTC-USD"})");
}

TEST_CASE("a reply may come after data with larger numbers, once for each request") {
  socket_rig rig;
  CHECK(rig.ok("connected", 0));
  rig.ask();
  rig.ask();
  CHECK(rig.ok("channel_data", 3)); // 1 and 2 are the requests
  CHECK(rig.ok("subscribed", 2));
  CHECK(rig.ok("channel_data", 4));
  CHECK(rig.ok("subscribed", 1));
  CHECK(rig.ok("channel_batch_data", 5));
  CHECK_FALSE(rig.ok("channel_data", 7));
}

TEST_CASE("a missing or repeated message is a gap") {
  socket_rig rig;
  CHECK(rig.ok("connected", 0));
  SUBCASE("data missing without a request") { CHECK_FALSE(rig.ok("channel_data", 2)); }
  SUBCASE("more missing than requests") {
    rig.ask();
    CHECK(rig.ok("channel_data", 2));
    CHECK_FALSE(rig.ok("channel_data", 4));
  }
  SUBCASE("repeated data") {
    CHECK(rig.ok("channel_data", 1));
    CHECK_FALSE(rig.ok("channel_data", 1));
  }
  SUBCASE("a reply that no missing number explains") {
    CHECK(rig.ok("channel_data", 1));
    CHECK_FALSE(rig.ok("subscribed", 1));
  }
  SUBCASE("the reply itself is lost: the next message after it shows it") {
    rig.ask();
    CHECK(rig.ok("subscribed", 1));
    CHECK_FALSE(rig.ok("channel_data", 3));
  }
}

TEST_CASE("errors carry the current number and are no gap") {
  socket_rig rig;
  CHECK(rig.ok("connected", 0));
  CHECK(rig.ok("channel_data", 1));
  CHECK(
      rig.read(
             R"({"type":"error","message":"Invalid channel: v5_orderbook","connection_id":"e","message_id":1})")
          .empty());
  CHECK(rig.frame.kind == socket_message::error);
  CHECK(rig.frame.words == "Invalid channel: v5_orderbook");
  CHECK(rig.ok("channel_data", 2));
}

TEST_CASE("a frame of another form is refused, one of another kind is not") {
  socket_rig rig;
  CHECK_FALSE(rig.read(R"({"message_id":0})").empty());
  CHECK_FALSE(rig.gap);
  CHECK_FALSE(rig.read(R"({"type":"channel_data","channel":"v4_trades","contents":{}})").empty());
  CHECK_FALSE(rig.read(R"({"type":"channel_data","message_id":1,"channel":"v4_trades"})").empty());
  CHECK_FALSE(
      rig.read(R"({"type":"channel_data","message_id":-1,"channel":"v4_trades","contents":{}})")
          .empty());
  CHECK(rig.read(R"({"type":"news"})").empty());
  CHECK(rig.frame.kind == socket_message::other);
}

TEST_CASE("error words say why the session ends") {
  using dydx::end_of_socket_error;
  CHECK(end_of_socket_error("Too many subscribe attempts for channel v4_orderbook-BTC-USD. Please  "
                            "reconnect and try again.")
        == session_end::rate_limited);
  CHECK(
      end_of_socket_error("Per-connection subscription limit reached for v4_orderbook (limit=32).")
      == session_end::rate_limited);
  CHECK(end_of_socket_error("Internal error, could not fetch data for subscription: v4_orderbook.")
        == session_end::closed);
  CHECK(end_of_socket_error("Invalid subscription id for channel: (v4_orderbook-FOO-USD)")
        == session_end::configuration);
  CHECK(end_of_socket_error("Invalid message: could not parse") == session_end::garbage);
}
