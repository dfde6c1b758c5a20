#include "client_support.hpp"

#include "venues/dydx/descriptor.hpp"
#include "venues/dydx/numbers.hpp"

using namespace dydx_client;

namespace {

struct dice {
  std::uint64_t state = 99;
  std::uint64_t operator()(std::uint64_t below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % below;
  }
};

std::string data_frame(std::uint64_t number, std::string_view channel, std::string_view id,
                       std::string_view contents) {
  return "{\"connection_id\":\"e2a6\",\"message_id\":" + std::to_string(number) + ","
         + account_session::frame_text("channel_data", channel, id, contents) + "}";
}

const std::string fill_contents
    = "{\"fills\":[" + fill_row("f1", uuid_of(1001, 64), "0.001") + "],\"orders\":["
      + order_row(1001, 64, "FILLED", R"(,"totalFilled":"0.001")")
      + R"(],"perpetualPositions":[{"market":"BTC-USD","side":"LONG","status":"OPEN","size":"0.001","entryPrice":"89890","unrealizedPnl":"0.03"}],"blockHeight":"66624134"})";

void change_bytes(std::string& text, dice& roll) {
  for (auto n = 1 + roll(4); n > 0; --n) {
    const auto at = roll(text.size());
    switch (roll(3)) {
    case 0:
      text[at] = static_cast<char>(roll(256));
      break;
    case 1:
      text.erase(at, 1 + roll(8));
      break;
    default:
      text.insert(at, 1, "0123456789\"{}[],:-.eE"[roll(21)]);
    }
    if (text.empty())
      text = "{";
  }
}

} // namespace

TEST_CASE("a frame cut at any byte emits nothing and ends the session") {
  const auto frame = data_frame(3, "v4_subaccounts", test_address + "/0", fill_contents);
  for (std::size_t size = 0; size < frame.size(); ++size) {
    account_session s;
    s.connect();
    s.frame(std::string_view{frame}.substr(0, size));
    CHECK(s.sink.fills.empty());
    CHECK(s.sink.updates.empty());
    CHECK(s.sink.positions.empty());
    CHECK(s.sink.fails.size() == 1);
  }
}

TEST_CASE("a market frame cut at any byte emits nothing and ends the session") {
  const auto frame = data_frame(4, "v4_orderbook", "BTC-USD",
                                R"({"bids":[["89947","0.5"]],"asks":[["89958","0"]]})");
  for (std::size_t size = 0; size < frame.size(); ++size) {
    market_session s{settings_for({"BTC"})};
    s.connect();
    s.markets_channel();
    s.book("BTC-USD", btc_book);
    s.sink.tops.clear();
    s.frame(std::string_view{frame}.substr(0, size));
    CHECK(s.sink.tops.empty());
    CHECK(s.sink.fails.size() == 1);
  }
}

TEST_CASE("an answer cut at any byte leaves the order unknown") {
  account_session s;
  s.connect();
  for (std::size_t size = 0;; ++size) {
    s.sink.updates.clear();
    auto order = limit_order();
    order.id = our_id(static_cast<std::uint32_t>(size + 1));
    s.protocol.place(s.at(), order, s.sink);
    const auto call = s.take("/");
    const auto body = tx_result(call, 0, "", "[]");
    if (size == body.size())
      break;
    s.answer(call, 200, body.substr(0, size));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::unknown);
  }
}

TEST_CASE("changed bytes never break the account session, and what is told stays sane") {
  dice roll;
  const std::string sources[] = {
      data_frame(3, "v4_subaccounts", test_address + "/0", fill_contents),
      data_frame(3, "v4_block_height", "v4_block_height", R"({"blockHeight":"66624133"})"),
      data_frame(3, "v4_subaccounts", test_address + "/0",
                 "{\"orders\":[" + order_row(1001, 0, "BEST_EFFORT_CANCELED") + "]}"),
  };
  for (int i = 0; i < 3000; ++i) {
    account_session s;
    s.connect();
    auto text = sources[roll(3)];
    change_bytes(text, roll);
    CAPTURE(text);
    s.frame(text);
    CHECK(s.sink.fails.size() <= 1);
    for (const auto& x : s.sink.fills) {
      CHECK(x.size.is_positive());
      CHECK(x.at.is_positive());
    }
  }
}

TEST_CASE("changed bytes never break the market session, and the book never crosses") {
  dice roll;
  for (int i = 0; i < 3000; ++i) {
    auto settings = settings_for({"BTC"});
    settings.wants_depth = settings.wants_trades = settings.wants_funding = true;
    market_session s{settings};
    s.connect();
    s.markets_channel();
    s.book("BTC-USD", btc_book);
    auto text = data_frame(s.next, "v4_orderbook", "BTC-USD",
                           R"({"bids":[["89947","0.5"],["89950","1"]],"asks":[["89958","0"]]})");
    change_bytes(text, roll);
    CAPTURE(text);
    s.frame(text);
    for (const auto& x : s.sink.tops)
      CHECK((!x.bid || !x.ask || x.bid->at < x.ask->at));
  }
}

TEST_CASE("random answers to everything that is asked break nothing") {
  dice roll;
  for (int i = 0; i < 300; ++i) {
    account_session s;
    s.start();
    for (int step = 0; step < 12 && !s.sink.calls.empty(); ++step) {
      const auto call = s.sink.calls.front();
      s.sink.calls.erase(s.sink.calls.begin());
      std::string body = call.target == "/" ? tx_result(call, 0, "", "[]") : markets();
      if (call.target == "/v4/time")
        body = R"({"iso":"2025-12-08T16:11:56.125Z"})";
      if (roll(2) == 0)
        change_bytes(body, roll);
      s.answer(call, roll(4) == 0 ? static_cast<unsigned>(200 + roll(400)) : 200, body);
    }
    CHECK(s.sink.fails.size() <= 1);
  }
}

TEST_CASE("no credential is in any text that leaves the session") {
  auto settings = settings_for({"BTC"});
  account_session s{settings};
  s.connect();
  s.protocol.place(s.at(), limit_order(), s.sink);
  const auto call = s.take("/");
  CHECK(call.body.find(test_key) == std::string::npos);
  s.answer(call, 200, tx_result(call, 4, "sdk", "signature verification failed"));
  s.protocol.cancel(s.at(), {our_id(5), number(0)}, {}, s.sink);
  s.lose("/", true);
  s.protocol.query_open_orders(s.at(), s.sink);
  s.answer("/v4/orders", 400, R"({"errors":[{"msg":"bad"}]})");
  s.frame("{");
  const auto text = s.sink.all_text();
  CHECK_FALSE(text.empty());
  CHECK(text.find(test_key) == std::string::npos);
  CHECK(text.find("orchard") == std::string::npos);
}

TEST_CASE("the same events give the same requests, byte for byte") {
  const auto run = [] {
    account_session s;
    s.connect();
    std::string out;
    for (std::uint32_t i = 1; i < 20; ++i) {
      auto order = i % 3 == 0 ? ioc_order() : limit_order();
      order.id = our_id(i);
      s.elapsed += 7ms;
      s.protocol.place(s.at(), order, s.sink);
      s.protocol.cancel(s.at(), {our_id(i), number(0)}, {}, s.sink);
    }
    for (const auto& call : s.sink.calls)
      out += call.target + call.body + "\n";
    return out;
  };
  CHECK(run() == run());
}

TEST_CASE("in steady state an order is encoded, signed and wrapped without allocating") {
  dydx::request_writer writer;
  REQUIRE(writer.configure(settings_for({"BTC"})).empty());
  dydx::order_terms terms;
  terms.order = {1001, dydx::long_term_flags, 0};
  terms.quantums = 10'000'000;
  terms.subticks = 8'990'000'000;
  terms.good_til = 1'767'802'316;
  std::uint64_t nonce = start_ms;
  for (int i = 0; i < 3; ++i)
    writer.place(7, terms, ++nonce);
  const auto before = allocations;
  writer.place(7, terms, ++nonce);
  writer.cancel(8, terms.order, terms.good_til, ++nonce);
  writer.cancel(8, terms.order, terms.good_til, ++nonce);
  // The first cancel fills buffers of its own message.
  CHECK(allocations - before <= 4);
  const auto later = allocations;
  for (int i = 0; i < 50; ++i) {
    writer.place(7, terms, ++nonce);
    writer.cancel(8, terms.order, terms.good_til, ++nonce);
  }
  CHECK(allocations == later);
}

TEST_CASE("in steady state a book update is read and told without allocating") {
  // The recorder of the other tests keeps what it is told, and so allocates.
  struct null_sink final : market_data_sink {
    std::size_t tops = 0;
    void call(endpoint_id, request_id id, request_class, const http_request_view&,
              duration) override {
      asked = id;
    }
    void open(endpoint_id, stream_id, const stream_request_view&) override {}
    void send(stream_id, frame_kind, std::string_view) override {}
    void close(stream_id) override {}
    void set_timer(timer_id, duration) override {}
    void cancel_timer(timer_id) override {}
    void fail(session_end, std::string) override { FAIL("the session ended"); }
    std::uint64_t random() override { return 4; }
    void emit(const instrument&) override {}
    void budget_used(std::uint32_t, std::uint32_t) override {}
    void live() override {}
    void emit(const top_of_book&) override { ++tops; }
    void emit(const depth_snapshot&) override {}
    void emit(const depth_delta&) override {}
    void emit(const trade&) override {}
    void emit(const funding_rate&) override {}
    void emit(const mark_price&) override {}
    request_id asked{};
  };
  auto settings = settings_for({"BTC"});
  settings.wants_depth = true;
  null_sink sink;
  dydx::market_data protocol{settings};
  protocol.on(session_started{}, sink);
  const padded list{markets()};
  protocol.on(http_answer{{}, sink.asked, 200, {}, list.view()}, sink);
  protocol.on(stream_opened{}, sink);
  const auto tell = [&](const std::string& text) {
    const padded data{text};
    const auto before = allocations;
    protocol.on(stream_frame{{}, {}, frame_kind::text, data.view()}, sink);
    return allocations - before;
  };
  tell(R"({"type":"connected","message_id":0})");
  tell("{\"message_id\":3,"
       + account_session::frame_text("subscribed", "v4_orderbook", "BTC-USD", btc_book) + "}");
  const auto update = [&](std::uint64_t i) {
    return tell(
        data_frame(i, "v4_orderbook", "BTC-USD",
                   i % 2 == 0 ? R"({"bids":[["89950","1"]]})" : R"({"bids":[["89950","0"]]})"));
  };
  for (std::uint64_t i = 4; i < 10; ++i)
    update(i);
  sink.tops = 0;
  std::size_t used = 0;
  for (std::uint64_t i = 10; i < 60; ++i)
    used += update(i);
  CHECK(used == 0);
  CHECK(sink.tops == 50);
}

TEST_CASE("decimals longer than ours are cut, not refused; other texts are") {
  using dydx::parse_long;
  CHECK(parse_long("0.00000254545454545455") == "0.000002545454545454"_d);
  CHECK(parse_long("-1.8475") == "-1.8475"_d);
  CHECK(parse_long("-0.0000000000000000009") == "0"_d);
  CHECK(parse_long("12") == "12"_d);
  CHECK_FALSE(parse_long("0.0000000000000000000x"));
  CHECK_FALSE(parse_long(""));
  CHECK_FALSE(parse_long("1.2.3"));
}

TEST_CASE("the descriptor says what the venue can and where it is") {
  const auto& d = dydx::describe();
  CHECK(d.name == "dydx");
  CHECK_FALSE(d.can.cancel_all);
  CHECK_FALSE(d.can.amend);
  CHECK(d.can.dead_man == dead_man_scope::none);
  REQUIRE(d.can.id_numbers);
  CHECK(d.can.id_numbers->first == 1);
  CHECK(d.can.id_numbers->last == 0xffff'ffff);
  REQUIRE(d.roles.size() == 3);
  CHECK(d.roles[1] == endpoint_role::stream);
  for (const auto& environment : d.environments)
    CHECK((environment.name == "local" || environment.endpoints.size() == d.roles.size()));
  for (const auto& row : d.parameters)
    if (!row.default_text.empty())
      CHECK(parse_parameter(row, row.default_text).error.empty());
}
