#include "client_support.hpp"

#include <functional>

/// The failure matrix of docs/venues/dydx.md, row by row.

using namespace dydx_client;

namespace {

/// What a place, a cancel and a query come to when each is answered by `answer`.
struct row_result {
  order_update place;
  refused cancel;
};

row_result after(const std::function<void(account_session&, const sent_call&)>& answer) {
  row_result out;
  {
    account_session s;
    s.connect();
    s.protocol.place(s.at(), limit_order(), s.sink);
    answer(s, s.take("/"));
    REQUIRE(s.sink.calls.empty());
    REQUIRE(s.sink.updates.size() == 1);
    out.place = s.sink.updates[0];
    CHECK(out.place.id == our_id(1001));
  }
  account_session s;
  s.connect();
  s.protocol.cancel(s.at(), {our_id(1001), number(0)}, {}, s.sink);
  answer(s, s.take("/"));
  REQUIRE(s.sink.calls.empty());
  if (!s.sink.cancels_failed.empty())
    out.cancel = s.sink.cancels_failed[0];
  CHECK(s.sink.updates.empty());
  return out;
}

row_result after_code(int code, const char* codespace, const char* log) {
  return after([&](account_session& s, const sent_call& call) {
    s.answer(call, 200, tx_result(call, code, codespace, log));
  });
}

void check_unknown(const row_result& x) {
  CHECK(x.place.state == order_state::unknown);
  CHECK(x.place.reason == reject_reason::none);
  CHECK(x.place.venue_order_id == uuid_of(1001, 64));
  CHECK(x.cancel.id == our_id(1001));
  CHECK(x.cancel.reason == reject_reason::none);
}

void check_refused(const row_result& x, reject_reason reason) {
  CHECK(x.place.state == order_state::rejected);
  CHECK(x.place.reason == reason);
  CHECK(x.cancel.id == our_id(1001));
  CHECK(x.cancel.reason == reason);
}

} // namespace

TEST_CASE("not written: rejected, not_sent") {
  const auto x = after([](account_session& s, const sent_call& call) {
    s.protocol.on(http_failed{s.at(), call.id, false, "refused"}, s.sink);
  });
  check_refused(x, reject_reason::not_sent);
  CHECK(x.place.source == evidence::local);
}

TEST_CASE("written and no answer: unknown") {
  check_unknown(after([](account_session& s, const sent_call& call) {
    s.protocol.on(http_failed{s.at(), call.id, true, "timed out"}, s.sink);
  }));
}

TEST_CASE("an answer that says nothing: unknown") {
  const auto body = [](unsigned status, std::string text) {
    return after([=](account_session& s, const sent_call& call) { s.answer(call, status, text); });
  };
  check_unknown(body(200, ""));
  check_unknown(body(200, "<html>"));
  check_unknown(body(200, "{}"));
  check_unknown(body(200, R"({"jsonrpc":"2.0","id":7,"result":{"code":0,"codespace":""}})"));
  check_unknown(body(502, "<html>"));
  check_unknown(body(503, R"({"jsonrpc":"2.0","id":-1,"error":{"code":-32603}})"));
  check_unknown(body(403, "forbidden"));
  check_unknown(body(404, ""));
  check_unknown(after([](account_session& s, const sent_call& call) {
    s.answer(call, 200, rpc_result(call, R"({"codespace":""})"));
  }));
  check_unknown(after([](account_session& s, const sent_call& call) {
    s.answer(call, 500, tx_result(call, 0, "", "[]")); // whatever its body says
  }));
}

TEST_CASE("the node's limiter: rejected, rate_limit") {
  check_refused(after([](account_session& s, const sent_call& call) {
                  s.answer(call, 429, "slow down");
                  CHECK(s.sink.budgets == std::vector<std::uint32_t>{250});
                }),
                reject_reason::rate_limit);
  check_refused(after_code(5001, "clob", "Rate of 3 exceeds configured block rate limit"),
                reject_reason::rate_limit);
}

TEST_CASE("documented codes: rejected with a reason, and code and words in the text") {
  struct row {
    int code;
    const char* codespace;
    reject_reason reason;
  };
  for (const auto& [code, codespace, reason] : {
           row{4, "sdk", reject_reason::authentication},
           row{5, "sdk", reject_reason::margin},
           row{9, "sdk", reject_reason::authentication},
           row{20, "sdk", reject_reason::venue_unavailable},
           row{4, "clob", reject_reason::size},
           row{6, "clob", reject_reason::price_tick},
           row{10, "clob", reject_reason::stale},
           row{34, "clob", reject_reason::market_closed},
           row{47, "clob", reject_reason::venue_unavailable},
           row{2001, "clob", reject_reason::reduce_only},
           row{2003, "clob", reject_reason::post_only_would_cross},
           row{3007, "clob", reject_reason::margin},
           row{9003, "clob", reject_reason::reduce_only},
           row{10001, "clob", reject_reason::too_many_orders},
           row{100, "accountplus", reject_reason::authentication},
       }) {
    CAPTURE(code);
    const auto x = after_code(code, codespace, "detail: registered text");
    check_refused(x, reason);
    CHECK(x.place.source == evidence::answer);
    CHECK(x.place.text
          == std::string{codespace} + " " + std::to_string(code) + " detail: registered text");
  }
}

TEST_CASE("a code means nothing without its codespace, and an undocumented one is unknown") {
  check_unknown(after_code(2003, "sdk", ""));
  check_unknown(after_code(2003, "", ""));
  check_unknown(after_code(4, "wasm", ""));
  check_unknown(after_code(31337, "clob", "new"));
}

TEST_CASE("one code, several causes: the detail tells") {
  CHECK(after_code(12, "clob",
                   "Order subticks 8990050000 must be a multiple of the ClobPair's "
                   "SubticksPerTick 100000: MsgPlaceOrder is invalid")
            .place.reason
        == reject_reason::price_tick);
  CHECK(after_code(12, "clob",
                   "Order Quantums 5 must be a multiple of the ClobPair's "
                   "StepBaseQuantums 1000000: MsgPlaceOrder is invalid")
            .place.reason
        == reject_reason::size);
  CHECK(after_code(12, "clob", "something: MsgPlaceOrder is invalid").place.reason
        == reject_reason::invalid);
}

TEST_CASE("a first copy of this very order may be alive: unknown, duplicate_id") {
  for (const auto code : {20, 24, 30, 2004, 3005}) {
    CAPTURE(code);
    const auto x = after_code(code, "clob", "");
    CHECK(x.place.state == order_state::unknown);
    CHECK(x.place.reason == reject_reason::duplicate_id);
    CHECK(x.cancel.reason == reject_reason::none);
  }
}

TEST_CASE("the same bytes twice is a success") {
  for (const auto* text : {"tx already exists in cache"}) {
    const auto x = after([&](account_session& s, const sent_call& call) {
      s.answer(call, 200, rpc_error(call, -32603, text));
    });
    CHECK(x.place.state == order_state::pending);
    CHECK(x.cancel.id == client_order_id{}); // no failure
  }
  CHECK(after_code(19, "sdk", "tx already in mempool").place.state == order_state::pending);
}

TEST_CASE("JSON-RPC errors") {
  const auto error = [](int code, const char* data) {
    return after([=](account_session& s, const sent_call& call) {
      s.answer(call, 200, rpc_error(call, code, data));
    });
  };
  check_refused(error(-32603, "mempool is full: number of txs 5000 (max: 5000)"),
                reject_reason::venue_unavailable);
  check_refused(error(-32603, "Tx too large. Max size is 1048576, but got 1048577"),
                reject_reason::invalid);
  check_refused(error(-32600, ""), reject_reason::invalid);
  check_refused(error(-32601, ""), reject_reason::invalid);
  check_refused(error(-32602, ""), reject_reason::invalid);
  check_refused(error(-32700, ""), reject_reason::invalid);
  check_unknown(error(-32603, "timed out waiting for tx to be included in a block"));
  check_unknown(error(-1, ""));
}

TEST_CASE("cancelled already is a success, an order that is gone is not found") {
  for (const auto code : {9, 32})
    CHECK(after_code(code, "clob", "").cancel.id == client_order_id{});
  const auto x = after_code(3006, "clob", "Stateful order does not exist");
  CHECK(x.cancel.reason == reject_reason::unknown_order);
  CHECK(x.place.state == order_state::unknown); // no answer to a place
  CHECK(x.place.reason == reject_reason::none);
}

TEST_CASE("a refused nonce proves that nothing was executed: another one, the same client id") {
  account_session s;
  s.connect();
  s.protocol.place(s.at(), limit_order(), s.sink);
  const auto first = s.take("/");
  const auto* const log = "timestamp nonce 1765210316125 rejected: incorrect account sequence";
  s.answer(first, 200, tx_result(first, 32, "sdk", log));
  CHECK(s.sink.updates.empty());
  const auto second = s.take("/");
  CHECK(read_transaction(second).place.order().order_id().client_id() == 1001);
  CHECK(read_transaction(second).sequence == read_transaction(first).sequence + 1);
  s.answer(first, 200, tx_result(first, 0, "", "[]")); // an old answer counts no more
  CHECK(s.sink.updates.empty());
  SUBCASE("taken") {
    s.answer(second, 200, tx_result(second, 0, "", "[]"));
    CHECK(s.sink.updates.at(0).state == order_state::pending);
  }
  SUBCASE("refused again: rejected") {
    s.answer(second, 200, tx_result(second, 32, "sdk", log));
    CHECK(s.sink.updates.at(0).state == order_state::rejected);
    CHECK(s.sink.updates.at(0).reason == reject_reason::nonce);
    CHECK(s.sink.calls.empty());
  }
}

TEST_CASE("a nonce outside the window asks for the time, signs again, sends again") {
  account_session s;
  s.connect();
  auto order = limit_order();
  order.valid_until = s.at().now + 2s;
  s.protocol.place(s.at(), order, s.sink);
  s.protocol.cancel(s.at(), {our_id(5), number(0)}, {}, s.sink);
  const auto place = s.take("/");
  const auto cancel = s.take("/");
  const auto* const log
      = "timestamp nonce 1765210316125 not within valid time window: incorrect account sequence";
  s.answer(place, 200, tx_result(place, 32, "sdk", log));
  s.answer(cancel, 200, tx_result(cancel, 32, "sdk", log));
  CHECK(s.sink.calls.size() == 1); // one question for both
  SUBCASE("the time helps") {
    s.answer("/v4/time", 200, R"({"iso":"2025-12-08T16:13:36.125Z","epoch":1765210416.125})");
    REQUIRE(s.sink.calls.size() == 2);
    CHECK(read_transaction(s.sink.calls[0]).sequence == start_ms + 100'000);
    CHECK(read_transaction(s.sink.calls[1]).sequence == start_ms + 100'001);
    const auto again = s.take("/");
    s.answer(again, 200, tx_result(again, 32, "sdk", log));
    CHECK(s.sink.updates.at(0).reason == reject_reason::clock);
  }
  SUBCASE("the order's validity has passed meanwhile") {
    s.elapsed = 3s;
    s.give_time();
    CHECK(s.sink.updates.at(0).state == order_state::rejected);
    CHECK(s.sink.updates.at(0).reason == reject_reason::stale);
    CHECK(s.sink.updates.at(0).source == evidence::local);
    CHECK(s.sink.calls.size() == 1); // the cancel
  }
  SUBCASE("no time to be had") {
    s.lose("/v4/time", true);
    CHECK(s.sink.updates.at(0).state == order_state::rejected);
    CHECK(s.sink.updates.at(0).reason == reject_reason::clock);
    CHECK(s.sink.cancels_failed.at(0).reason == reject_reason::clock);
    CHECK(s.sink.calls.empty());
    CHECK(s.sink.fails.empty());
  }
}

TEST_CASE("queries and lists") {
  struct column {
    const char* path;
    std::function<void(account_session&)> ask;
    const char* name; ///< of request_failed; null for the query
  };
  const auto id = uuid_of(1001, 64);
  const std::string order_path = "/v4/orders/" + id;
  const std::string money_path = "/v4/addresses/" + test_address + "/subaccountNumber/0";
  const column columns[] = {
      {order_path.c_str(),
       [&](account_session& s) {
         s.protocol.query_order(s.at(), our_id(1001), number(0), id, s.sink);
       },
       nullptr},
      {"/v4/orders", [](account_session& s) { s.protocol.query_open_orders(s.at(), s.sink); },
       "open_orders"},
      {"/v4/perpetualPositions",
       [](account_session& s) { s.protocol.query_positions(s.at(), s.sink); }, "positions"},
      {money_path.c_str(), [](account_session& s) { s.protocol.query_balances(s.at(), s.sink); },
       "balances"},
      {"/v4/fills",
       [](account_session& s) {
         s.protocol.query_fills(s.at(), number(0), from_ms(start_ms), s.sink);
       },
       "fills"},
  };
  struct row {
    unsigned status; ///< 0 = not written, 1 = lost
    const char* body;
    reject_reason query;
  };
  const row rows[] = {
      {0, "", reject_reason::not_sent},
      {1, "", reject_reason::none},
      {200, "", reject_reason::none},
      {200, "<html>", reject_reason::none},
      {200, "7", reject_reason::none},
      {400, R"({"errors":[{"value":"x","msg":"must be a uuid","param":"orderId"}]})",
       reject_reason::invalid},
      {400, "", reject_reason::none},
      {403, R"({"errors":[{"code":"GEOBLOCKED","msg":"not here"}]})",
       reject_reason::authentication},
      {404, R"({"error":"Not Found","errorCode":404})", reject_reason::none},
      {429, R"({"errors":[{"msg":"Too many requests"}]})", reject_reason::rate_limit},
      {500, R"({"errors":[{"msg":"Internal Server Error"}]})", reject_reason::none},
      {502, "<html>", reject_reason::none},
  };
  for (const auto& c : columns)
    for (const auto& r : rows) {
      CAPTURE(c.path);
      CAPTURE(r.status);
      CAPTURE(r.body);
      account_session s;
      s.connect();
      c.ask(s);
      if (r.status < 2)
        s.lose(c.path, r.status == 1);
      else
        s.answer(c.path, r.status, r.body);
      CHECK(s.sink.fails.empty());
      if (c.name == nullptr) {
        REQUIRE(s.sink.queries_failed.size() == 1);
        CHECK(s.sink.queries_failed[0].reason == r.query);
      } else {
        REQUIRE(s.sink.requests_failed.size() == 1);
        CHECK(s.sink.requests_failed[0].first == c.name);
      }
      CHECK(s.sink.updates.empty());
      CHECK(s.sink.open_orders.empty());
      CHECK(s.sink.position_lists.empty());
      CHECK(s.sink.balances.empty());
      CHECK(s.sink.pages.empty());
    }
}

TEST_CASE("an answer about another order answers nothing") {
  account_session s;
  s.connect();
  s.protocol.query_order(s.at(), our_id(1001), number(0), uuid_of(1001, 64), s.sink);
  s.answer("/v4/orders/" + uuid_of(1001, 64), 200, order_row(1002, 64, "OPEN"));
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.queries_failed.at(0).reason == reject_reason::none);
}

TEST_CASE("a failed look at the node's height or for funding ends nothing") {
  account_session s;
  s.connect();
  s.timer(2);
  s.lose("/", true);
  s.timer(2);
  s.answer("/", 502, "<html>");
  s.timer(3);
  s.answer("/v4/fundingPayments", 500, "");
  CHECK(s.sink.fails.empty());
  CHECK(s.sink.timers.at(3) == 60s);
}

TEST_CASE("every code of the sources is known, and nothing else") {
  using dydx::classify_code;
  const auto known = [](std::string_view codespace) {
    std::vector<std::int64_t> out;
    for (std::int64_t code = -10; code < 20'000; ++code)
      if (classify_code(codespace, code))
        out.push_back(code);
    return out;
  };
  CHECK(known("sdk")
        == std::vector<std::int64_t>{2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 18, 19, 20, 21, 30, 31,
                                     32});
  CHECK(known("clob")
        == std::vector<std::int64_t>{3,    4,    5,    6,    7,    8,    9,    10,   11,    12,
                                     20,   24,   29,   30,   32,   34,   45,   47,   48,    49,
                                     50,   2001, 2003, 2004, 2005, 3000, 3001, 3002, 3003,  3004,
                                     3005, 3006, 3007, 3008, 5001, 6000, 6001, 9003, 10001, 11000});
  CHECK(known("accountplus") == std::vector<std::int64_t>{100, 101, 102, 103, 104, 105});
  CHECK(known("").empty());
}
