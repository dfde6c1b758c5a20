#include "client_support.hpp"

using namespace grvt_client;

namespace {

std::string position_frame(std::uint64_t sequence, const std::string& size,
                           const std::string& selector = sub_account + "-BTC_USDT_Perp") {
  return R"({"stream":"v1.position","selector":")" + selector + R"(","sequence_number":")"
         + std::to_string(sequence)
         + R"(","feed":{"event_time":"1765258069092857642","sub_account_id":"2147050003876484",)"
         + R"("instrument":"BTC_USDT_Perp","size":")" + size
         + R"(","entry_price":"90000.0","unrealized_pnl":"-0.183099"},"prev_sequence_number":")"
         + std::to_string(sequence == 0 ? 0 : sequence - 1) + R"("})";
}

order_text open_order() {
  order_text x;
  x.order_id = "0x010101050390cd89000000007799a374";
  x.status = "OPEN";
  return x;
}

} // namespace

TEST_CASE("an order event, as recorded: the first number may be any") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto text = open_order();
  text.price = "87443.0";
  s.frame(text.frame(17));
  REQUIRE(s.sink.updates.size() == 1);
  const auto& x = s.sink.updates[0];
  CHECK(x.id == our_id(1));
  CHECK(x.state == order_state::open);
  CHECK(x.source == evidence::stream);
  CHECK(x.venue_order_id == "0x010101050390cd89000000007799a374");
  CHECK(x.limit_price == "87443"_price);
  text.status = "CANCELLED";
  text.reason = "CLIENT_CANCEL";
  s.frame(text.frame(18));
  REQUIRE(s.sink.updates.size() == 2);
  CHECK(s.sink.updates[1].state == order_state::cancelled);
}

TEST_CASE("what others do on the account is foreign, liquidations too") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto order = open_order();
  order.client_id = "747860882";
  s.frame(order.frame(1));
  REQUIRE(s.sink.foreign.size() == 1);
  CHECK(s.sink.foreign[0].foreign_id == "747860882");
  order.instrument = "ETH_USDT_Perp"; // not this session's
  s.frame(order.frame(2));
  CHECK(s.sink.foreign.size() == 1);
  fill_text fill;
  fill.client_id = "";
  fill.liquidation = true;
  s.frame(fill.frame(1));
  REQUIRE(s.sink.foreign.size() == 2);
  CHECK(s.sink.foreign[1].order.reason == reject_reason::liquidation);
  CHECK(s.sink.foreign[1].order.size == "0.001"_qty);
  CHECK(s.sink.foreign[1].order.text == "trade 74150425-1");
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.fills.empty());
}

TEST_CASE("a fill of ours that is a liquidation says so") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  fill_text fill;
  fill.liquidation = true;
  s.frame(fill.frame(1));
  REQUIRE(s.sink.fills.size() == 1);
  CHECK(s.sink.fills[0].liquidation);
}

TEST_CASE("fills come before the update that reports them, in whichever order they arrive") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto order = open_order();
  order.size = "0.002";
  order.filled = "0.001";
  SUBCASE("the fill first") {
    s.frame(fill_text{}.frame(1));
    CHECK(s.sink.fills.size() == 1);
    s.frame(order.frame(1));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::partially_filled);
  }
  SUBCASE("the order first: it waits") {
    s.frame(order.frame(1));
    CHECK(s.sink.updates.empty());
    CHECK(s.sink.timers.at(5) == 250ms);
    s.frame(fill_text{}.frame(1));
    CHECK(s.sink.fills.size() == 1);
    REQUIRE(s.sink.updates.size() == 1);
    CHECK_FALSE(s.sink.timers.contains(5));
  }
  SUBCASE("a newer word replaces the one that waits") {
    s.frame(order.frame(1));
    order.status = "FILLED";
    order.filled = "0.002";
    s.frame(order.frame(2));
    s.frame(fill_text{}.frame(1));
    CHECK(s.sink.updates.empty());
    fill_text second;
    second.trade_id = "74150425-2";
    s.frame(second.frame(2));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::filled);
    CHECK(s.sink.fills.size() == 2);
  }
  SUBCASE("no fill comes: it waits no longer than that") {
    s.frame(order.frame(1));
    s.elapsed += 250ms;
    s.timer(5);
    REQUIRE(s.sink.updates.size() == 1);
    // What was filled before is known from now on.
    order.status = "CANCELLED";
    order.reason = "CLIENT_CANCEL";
    s.frame(order.frame(2));
    CHECK(s.sink.updates.size() == 2);
  }
  SUBCASE("the answer to the order reports the fill") {
    s.protocol.place(s.at(), an_order(), s.sink);
    order.size = "0.001";
    order.status = "FILLED";
    s.answer("/full/v1/create_order", 200, order.answer());
    CHECK(s.sink.updates.empty());
    s.frame(fill_text{}.frame(1));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::filled);
  }
}

TEST_CASE("positions: what was there and what changed; closed is zero") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(position_frame(0, "0.001"));
  s.frame(position_frame(1, "-0.002"));
  s.frame(position_frame(2, "0.0"));
  REQUIRE(s.sink.positions.size() == 3);
  CHECK(s.sink.positions[0].size == "0.001"_qty);
  CHECK(s.sink.positions[1].size == "-0.002"_qty);
  CHECK(s.sink.positions[1].entry == "90000"_price);
  CHECK(s.sink.positions[2].size.is_zero());
  CHECK(s.sink.positions[2].entry.is_zero());
}

TEST_CASE("private sequence: repeats are ignored, gaps end the session, selectors count alone") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  const auto text = open_order();
  s.frame(text.frame(17));
  s.frame(text.frame(17));
  CHECK(s.sink.updates.size() == 1);
  s.frame(position_frame(5, "1"));
  s.frame(position_frame(9, "1", sub_account + "-AAVE_USDT_Perp"));
  s.frame(position_frame(6, "1"));
  CHECK(s.sink.fails.empty());
  SUBCASE("jump") { s.frame(text.frame(19)); }
  SUBCASE("back") { s.frame(text.frame(16)); }
  SUBCASE("another stream") { s.frame(position_frame(8, "1")); }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
}

TEST_CASE("frames that cannot be read end the session; streams that nobody asked for do not") {
  for (const std::string& text :
       {std::string{"pong"}, std::string{"{"}, std::string{"[]"}, std::string{R"({"feed":{}})"},
        std::string{R"({"stream":"v1.order","selector":"1","sequence_number":"1","feed":{}})"},
        std::string{R"({"stream":"v1.fill","selector":"1","sequence_number":"1","feed":{}})"},
        std::string{R"({"stream":"v1.position","selector":"1","sequence_number":"1","feed":{}})"},
        std::string{R"({"id":9,"result":{}})"}}) {
    CAPTURE(text);
    account_session s{settings_for({"BTC"})};
    s.connect();
    s.frame(text);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::garbage);
  }
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(R"({"stream":"v1.cancel","selector":"1","sequence_number":"1","feed":{}})");
  CHECK(s.sink.fails.empty());
  auto text = open_order();
  text.status = "SLEEPING";
  s.frame(text.frame(1));
  CHECK(s.sink.fails.size() == 1);
}

TEST_CASE("a refused subscription ends the session with its reason") {
  struct row {
    const char* text;
    session_end reason;
  };
  for (const auto& x : {row{R"({"jsonrpc":"2.0","error":{"code":1000,"message":"m"},"id":1})",
                            session_end::authentication},
                        row{R"({"jsonrpc":"2.0","error":{"code":3020,"message":"m"},"id":1})",
                            session_end::garbage},
                        row{R"({"jsonrpc":"2.0","error":{"code":1002,"message":"m"},"id":1})",
                            session_end::closed}}) {
    account_session s{settings_for({"BTC"})};
    s.start();
    s.give_time();
    s.give_login();
    s.answer("/full/v1/instruments", 200, instruments());
    s.stream_open();
    s.frame(x.text);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == x.reason);
  }
}

TEST_CASE("not live within 30 s, and a lost stream") {
  account_session s{settings_for({"BTC"})};
  s.start();
  CHECK(s.sink.timers.at(0) == 30s);
  s.timer(0);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::silent);
  account_session lost{settings_for({"BTC"})};
  lost.connect();
  CHECK_FALSE(lost.sink.timers.contains(0));
  lost.protocol.on(stream_closed{lost.at(), {}, "reset"}, lost.sink);
  REQUIRE(lost.sink.fails.size() == 1);
  CHECK(lost.sink.fails[0].reason == session_end::closed);
}

// -- the cookie's end --------------------------------------------------------------------------------

namespace {

const std::string fresh = "FRESHCOOKIE-abcdef0123456789";

/// The login timer fires and a new cookie comes.
void renew(account_session& s) {
  s.elapsed += 23h + 55min;
  s.timer(1);
  s.give_login(fresh, "Fri, 02 Jan 2026 15:55:00 GMT");
}

} // namespace

TEST_CASE("the cookie is renewed five minutes before its end, or at half of a short life") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  CHECK(s.sink.timers.at(1) == 23h + 55min - 500us); // by the venue's clock
  struct row {
    const char* expires;
    duration after;
  };
  for (const auto& x : {row{"Wed, 31 Dec 2025 16:04:00 GMT", 2min - 250us},
                        row{"Sat, 01 Jan 2028 00:00:00 GMT", 23h + 55min}, // no longer than a day
                        row{"soon", 23h + 55min}}) {
    account_session t{settings_for({"BTC"})};
    t.start();
    t.give_time();
    t.give_login(cookie_value, x.expires);
    CHECK(t.sink.timers.at(1) == x.after);
  }
  account_session late{settings_for({"BTC"})};
  late.start();
  late.give_time();
  late.give_login(cookie_value, "Wed, 31 Dec 2025 15:59:00 GMT");
  CHECK(late.sink.fails.size() == 1);
}

TEST_CASE("renewal: requests at once, the stream by one that takes over without a gap") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  renew(s);
  REQUIRE(s.sink.streams.size() == 2);
  CHECK(s.sink.streams[1].stream == stream_id{1});
  CHECK(s.sink.streams[1].headers.at("Cookie") == "gravity=" + fresh);
  s.protocol.query_balances(s.at(), s.sink);
  CHECK(s.take("/full/v1/account_summary").headers.at("Cookie") == "gravity=" + fresh);
  s.stream_open(stream_id{1});
  CHECK(s.sink.sent.size() == 3);
  // Both speak meanwhile, each with its own numbers; the same fill counts once for what waits.
  s.frame(fill_text{}.frame(1));
  s.frame(fill_text{}.frame(40), frame_kind::text, stream_id{1});
  CHECK(s.sink.fills.size() == 2);
  auto order = open_order();
  order.size = "0.004";
  order.filled = "0.002";
  s.frame(order.frame(1));
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.closed.empty());
  s.acknowledge(stream_id{1});
  CHECK(s.sink.closed == std::vector<stream_id>{stream_id{0}});
  CHECK(s.sink.lives == 1);
  // The old one is nobody's any more.
  s.frame("garbage");
  s.protocol.on(stream_closed{s.at(), stream_id{0}, "closed"}, s.sink);
  CHECK(s.sink.fails.empty());
  s.protocol.on(stream_closed{s.at(), stream_id{1}, "reset"}, s.sink);
  CHECK(s.sink.fails.size() == 1);
}

TEST_CASE("a stream that cannot take over is given up and tried again") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  renew(s);
  CHECK(s.sink.timers.at(4) == 30s);
  SUBCASE("refused") {
    s.protocol.on(stream_closed{s.at(), stream_id{1}, "401"}, s.sink);
    CHECK(s.sink.closed.empty());
  }
  SUBCASE("silent") {
    s.stream_open(stream_id{1});
    s.timer(4);
    CHECK(s.sink.closed == std::vector<stream_id>{stream_id{1}});
  }
  SUBCASE("subscription refused") {
    s.stream_open(stream_id{1});
    s.frame(R"({"jsonrpc":"2.0","error":{"code":1000,"message":"m"},"id":1})", frame_kind::text,
            stream_id{1});
    CHECK(s.sink.closed == std::vector<stream_id>{stream_id{1}});
  }
  CHECK(s.sink.fails.empty());
  CHECK(s.sink.timers.at(1) == 60s);
  CHECK_FALSE(s.sink.timers.contains(4));
  // The one in use still is.
  s.frame(open_order().frame(17));
  CHECK(s.sink.updates.size() == 1);
  s.timer(1);
  s.give_login(fresh, "Fri, 02 Jan 2026 15:55:00 GMT");
  REQUIRE(s.sink.streams.size() == 3);
  s.stream_open(stream_id{2});
  s.acknowledge(stream_id{2});
  CHECK(s.sink.closed.back() == stream_id{0});
}

TEST_CASE("a renewal that fails is tried again until the cookie is dead") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.elapsed += 23h + 55min;
  for (int minute = 0; minute < 5; ++minute) {
    s.timer(1);
    s.answer("/auth/api_key/login", 503, "");
    CHECK(s.sink.fails.empty());
    CHECK(s.sink.timers.at(1) == 60s);
    s.elapsed += 60s;
  }
  s.timer(1);
  s.lose("/auth/api_key/login", true);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::closed);
}

TEST_CASE("a renewal that is refused ends the session") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.timer(1);
  s.answer("/auth/api_key/login", 401, R"({"code":1008,"message":"IP","status":401})");
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::authentication);
}
