#include "client_support.hpp"

#include "venues/aster/errors.hpp"

using namespace aster_client;

/// The failure matrix of docs/venues/aster.md: each request kind by each outcome.
namespace {

enum class kind {
  place,
  cancel,
  query,
  cancel_all,
  open_orders,
  positions,
  balances,
  fills,
  dead_man
};

constexpr kind kinds[]
    = {kind::place,     kind::cancel,   kind::query, kind::cancel_all, kind::open_orders,
       kind::positions, kind::balances, kind::fills, kind::dead_man};

order_request an_order() {
  order_request o;
  o.id = our_id(1);
  o.instrument = number(0);
  o.size = "0.01"_qty;
  o.limit_price = "100"_price;
  return o;
}

void ask(account_session& s, kind k) {
  auto& p = s.protocol;
  switch (k) {
  case kind::place:
    return p.place(s.at(), an_order(), s.sink);
  case kind::cancel:
    return p.cancel(s.at(), {our_id(1), number(0)}, "", s.sink);
  case kind::query:
    return p.query_order(s.at(), our_id(1), number(0), "", s.sink);
  case kind::cancel_all:
    return p.cancel_all(s.at(), number(0), s.sink);
  case kind::open_orders:
    return p.query_open_orders(s.at(), s.sink);
  case kind::positions:
    return p.query_positions(s.at(), s.sink);
  case kind::balances:
    return p.query_balances(s.at(), s.sink);
  case kind::fills:
    return p.query_fills(s.at(), number(0), s.at().now - 1h, s.sink);
  case kind::dead_man:
    return p.arm_dead_man(s.at(), number(0), 60s, s.sink);
  }
}

/// The one thing that came out, in words: "rejected margin", "unknown", "cancel_failed none" ...
std::string heard(const recorder& r) {
  std::string out;
  const auto add = [&](const std::string& x) { out += (out.empty() ? "" : "; ") + x; };
  for (const auto& x : r.updates) {
    CHECK(x.id == our_id(1));
    CHECK(x.size == "0.01"_qty);
    auto text = std::string{to_string(x.state)};
    if (x.reason != reject_reason::none)
      text += " " + std::string{to_string(x.reason)};
    add(text);
  }
  for (const auto& x : r.cancels_failed)
    add("cancel_failed " + std::string{to_string(x.reason)});
  for (const auto& x : r.queries_failed)
    add("query_failed " + std::string{to_string(x.reason)});
  for (const auto& x : r.requests_failed)
    add("request_failed " + x.first);
  for (const auto& x : r.fails)
    add("fail " + std::string{to_string(x.reason)});
  if (!r.open_orders.empty() || !r.position_lists.empty() || !r.balances.empty() || !r.pages.empty()
      || !r.fills.empty() || !r.foreign.empty())
    add("NONSENSE");
  return out;
}

const char* name_of_list(kind k) {
  switch (k) {
  case kind::cancel_all:
    return "cancel_all";
  case kind::open_orders:
    return "open_orders";
  case kind::positions:
    return "positions";
  case kind::balances:
    return "balances";
  case kind::fills:
    return "fills";
  case kind::dead_man:
    return "arm_dead_man";
  default:
    return "?";
  }
}

struct row {
  const char* what;
  unsigned status; ///< 0: no answer, not written; 1: no answer, written
  const char* body;
  const char* place;
  const char* cancel;
  const char* query;
  const char* then = ""; ///< and this in addition
};

const row matrix[] = {
    {"not written", 0, "", "rejected not_sent", "cancel_failed not_sent", "query_failed not_sent"},
    {"written, no answer", 1, "", "unknown", "cancel_failed none", "query_failed none"},
    {"503", 503, R"({"code":-1000,"msg":"Unknown"})", "unknown", "cancel_failed none",
     "query_failed none"},
    {"500 page", 500, "<html>oops</html>", "unknown", "cancel_failed none", "query_failed none"},
    {"502 page", 502, "<html>bad gateway</html>", "unknown", "cancel_failed none",
     "query_failed none"},
    {"504 empty", 504, "", "unknown", "cancel_failed none", "query_failed none"},
    {"5xx with a business code is still unknown", 500,
     R"({"code":-2019,"msg":"Margin is insufficient."})", "unknown", "cancel_failed none",
     "query_failed none"},
    {"-1000", 400, R"({"code":-1000,"msg":"An unknown error occured"})", "unknown",
     "cancel_failed none", "query_failed none"},
    {"-1001", 400, R"({"code":-1001,"msg":"Internal error"})", "unknown", "cancel_failed none",
     "query_failed none"},
    {"-1006", 400, R"({"code":-1006,"msg":"Execution status unknown."})", "unknown",
     "cancel_failed none", "query_failed none"},
    {"-1007", 408, R"({"code":-1007,"msg":"Timeout waiting for response"})", "unknown",
     "cancel_failed none", "query_failed none"},
    {"a code that no document names", 400, R"({"code":-9999,"msg":"?"})", "unknown",
     "cancel_failed none", "query_failed none"},
    {"403 page of the firewall", 403, "<html>Forbidden</html>", "unknown", "cancel_failed none",
     "query_failed none"},
    {"200 that is a page", 200, "<html>ok</html>", "unknown", "cancel_failed none",
     "query_failed none"},
    {"200 cut short", 200, R"([{"orderId":22542179,"symbol":"BTC)", "unknown", "cancel_failed none",
     "query_failed none"},
    {"200 empty", 200, "", "unknown", "cancel_failed none", "query_failed none"},
    {"200 of a wrong shape", 200, R"("OK")", "unknown", "cancel_failed none", "query_failed none"},
    {"200 with an error inside", 200, R"({"code":-2019,"msg":"Margin is insufficient."})",
     "rejected margin", "cancel_failed margin", "query_failed margin"},
    {"429", 429, R"({"code":-1003,"msg":"Too many requests"})", "rejected rate_limit",
     "cancel_failed rate_limit", "query_failed rate_limit"},
    {"418", 418, "", "rejected rate_limit", "cancel_failed rate_limit", "query_failed rate_limit",
     "fail rate_limited"},
    {"-1015", 400, R"({"code":-1015,"msg":"Too many new orders"})", "rejected rate_limit",
     "cancel_failed rate_limit", "query_failed rate_limit"},
    {"-2015", 401, R"({"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."})",
     "rejected authentication", "cancel_failed authentication", "query_failed authentication"},
    {"-1022", 400, R"({"code":-1022,"msg":"Signature for this request is not valid."})",
     "rejected authentication", "cancel_failed authentication", "query_failed authentication"},
    {"-2011", 400, R"({"code":-2011,"msg":"Unknown order sent."})", "unknown",
     "cancel_failed unknown_order", "query_failed unknown_order"},
    {"-2013", 400, R"({"code":-2013,"msg":"Order does not exist."})", "unknown",
     "cancel_failed unknown_order", "query_failed unknown_order"},
    {"duplicate id", 400, R"({"code":-4015,"msg":"Client order id is duplicated"})",
     "unknown duplicate_id", "cancel_failed none", "query_failed none"},
    {"-2019", 400, R"({"code":-2019,"msg":"Margin is insufficient."})", "rejected margin",
     "cancel_failed margin", "query_failed margin"},
    {"-2022", 400, R"({"code":-2022,"msg":"ReduceOnly Order is rejected."})",
     "rejected reduce_only", "cancel_failed reduce_only", "query_failed reduce_only"},
    {"-4141", 400, R"({"code":-4141,"msg":"Symbol is closed."})", "rejected market_closed",
     "cancel_failed market_closed", "query_failed market_closed"},
};

} // namespace

TEST_CASE("failure matrix: every request kind by every outcome, both generations") {
  for (const std::string api : {"v3", "v1"})
    for (const auto& x : matrix)
      for (const auto k : kinds) {
        account_session s{settings_for({"BTC"}, api)};
        s.connect();
        ask(s, k);
        REQUIRE(s.sink.calls.size() == 1);
        const auto call = s.sink.calls[0];
        s.sink.calls.clear();
        if (x.status <= 1)
          s.protocol.on(http_failed{s.at(), call.id, x.status == 1, "reset"}, s.sink);
        else
          s.answer(call, x.status, x.body);
        std::string expected = k == kind::place    ? x.place
                               : k == kind::cancel ? x.cancel
                               : k == kind::query
                                   ? x.query
                                   : "request_failed " + std::string{name_of_list(k)};
        if (*x.then != 0)
          expected += "; " + std::string{x.then};
        INFO(api << ", " << x.what << ", request kind " << static_cast<int>(k));
        CHECK(heard(s.sink) == expected);
        CHECK(s.sink.calls.empty()); // nothing is sent again by itself
        // A second answer to the same request is nobody's.
        const auto before = heard(s.sink);
        s.answer(call, 200, "{}");
        CHECK(heard(s.sink) == before);
      }
}

TEST_CASE("2xx with another order's answer is unknown, not the other order's state") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  s.answer(
      "/fapi/v3/order", 200,
      R"({"orderId":1,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"ab-1-2-3-2","price":"100","avgPrice":"0","origQty":"0.01","executedQty":"0","side":"BUY","updateTime":1})");
  CHECK(heard(s.sink) == "unknown");
}

TEST_CASE("clock and nonce: synchronise once, sign again, send the SAME client id") {
  struct refusal {
    const char* api;
    const char* body;
    const char* final_place;
  };
  for (const auto& x :
       {refusal{
            "v1",
            R"({"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."})",
            "rejected clock"},
        refusal{"v3", R"({"code":-4225,"msg":"Nonce Expired"})", "rejected nonce"}}) {
    CAPTURE(x.api);
    account_session s{settings_for({"BTC"}, x.api)};
    s.connect();
    ask(s, kind::place);
    ask(s, kind::cancel);
    const auto first = s.take(s.path("order"));
    const auto second = s.take(s.path("order"));
    s.answer(first, 400, x.body);
    s.answer(second, 400, x.body);
    CHECK(heard(s.sink).empty());
    REQUIRE(s.sink.calls.size() == 1); // one look at the clock for both
    s.elapsed += 20s;
    const auto time = s.take(s.path("time"));
    s.answer(time, 200, "{\"serverTime\":" + std::to_string(start_ms + 60'000) + "}");
    REQUIRE(s.sink.calls.size() == 2);
    const auto again = s.take(s.path("order"));
    CHECK(again.method == http_method::post);
    CHECK(again.id != first.id);
    CHECK(field_map(again).at("newClientOrderId") == field_map(first).at("newClientOrderId"));
    CHECK(field_map(again).at("signature") != field_map(first).at("signature"));
    if (std::string{x.api} == "v3")
      CHECK(field_map(again).at("nonce").substr(0, 10) == "1773321303"); // + 60 s + half of 20 s
    else
      CHECK(field_map(again).at("timestamp").substr(0, 10) == "1773321303");
    SUBCASE("then accepted") {
      s.answer(
          again, 200,
          R"({"orderId":1,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"ab-1-2-3-1","price":"100","avgPrice":"0","origQty":"0.01","executedQty":"0","side":"BUY","updateTime":1})");
      CHECK(heard(s.sink) == "open");
    }
    SUBCASE("refused again: said as it is, no third time") {
      s.answer(again, 400, x.body);
      CHECK(heard(s.sink) == x.final_place);
      CHECK(s.sink.calls.size() == 1); // the cancel
    }
    SUBCASE("the old answer comes twice") {
      s.answer(first, 400, x.body);
      CHECK(heard(s.sink).empty());
    }
  }
}

TEST_CASE("no time to be had: what waited for it was not executed") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/fapi/v3/order", 400, R"({"code":-4225,"msg":"Nonce Expired"})");
  SUBCASE("lost") { s.lose("/fapi/v3/time", true); }
  SUBCASE("refused") { s.answer("/fapi/v3/time", 503, "<html>"); }
  SUBCASE("unreadable") { s.answer("/fapi/v3/time", 200, "{}"); }
  CHECK(heard(s.sink) == "rejected clock");
  CHECK(s.sink.fails.empty());
  // The next refusal asks for the time again.
  s.sink.updates.clear();
  ask(s, kind::place);
  s.answer("/fapi/v3/order", 400, R"({"code":-4225,"msg":"Nonce Expired"})");
  CHECK(s.take("/fapi/v3/time").target == "/fapi/v3/time");
}

TEST_CASE("an order that became stale while the clock was asked for is not sent") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto o = an_order();
  o.valid_until = s.at().now + 1s;
  s.protocol.place(s.at(), o, s.sink);
  s.answer("/fapi/v3/order", 400, R"({"code":-4225,"msg":"Nonce Expired"})");
  s.elapsed += 2s;
  s.give_time();
  CHECK(heard(s.sink) == "rejected stale");
  CHECK(s.sink.calls.empty());
}

TEST_CASE("nonces rise by one within a microsecond and recover after our clock was set back") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  const auto nonce = [&] {
    ask(s, kind::place);
    return std::stoull(field_map(s.take("/fapi/v3/order")).at("nonce"));
  };
  const auto a = nonce();
  CHECK(nonce() == a + 1);
  s.elapsed += 3600s; // a jump ahead ...
  const auto ahead = nonce();
  CHECK(ahead > a + 3'000'000'000);
  s.elapsed -= 3600s; // ... and back
  CHECK(nonce() < a + 1'000'000);
}

TEST_CASE("the venue's words never carry credentials into a text") {
  for (const std::string api : {"v3", "v1"}) {
    account_session s{settings_for({"BTC"}, api)};
    s.connect();
    for (const auto k : kinds) {
      ask(s, k);
      const auto call = s.sink.calls.at(0);
      s.sink.calls.clear();
      s.answer(call, 400,
               R"({"code":-2015,"msg":"key )" + v1_key + " listen " + s.listen_key
                   + R"(\n\u0007"})");
    }
    s.protocol.on(stream_closed{s.at(), stream_id{0}, "GET /ws/" + s.listen_key}, s.sink);
    const auto text = s.sink.all_text();
    CHECK(text.find("-2015") != std::string::npos);
    for (const auto& what : {v1_key, v1_secret, agent_key.substr(2), s.listen_key}) {
      if (api == "v1" || what != v1_key) // the key of an account that is not in use is just a word
        CHECK(text.find(what.substr(0, 30)) == std::string::npos);
    }
    CHECK(text.find('\a') == std::string::npos);
  }
}

TEST_CASE("every documented code has its row") {
  using aster::verdict;
  using r = reject_reason;
  struct coded {
    int first, last;
    verdict what;
    r reason;
  };
  // The specification's table, in its order.
  const coded documented[] = {
      {-1000, -1000, verdict::unknown, r::none},
      {-1001, -1001, verdict::unknown, r::none},
      {-1006, -1007, verdict::unknown, r::none},
      {-1002, -1002, verdict::refused, r::authentication},
      {-2014, -2015, verdict::refused, r::authentication},
      {-1022, -1022, verdict::refused, r::authentication},
      {-1003, -1003, verdict::refused, r::rate_limit},
      {-1015, -1015, verdict::refused, r::rate_limit},
      {-1013, -1014, verdict::refused, r::invalid},
      {-1016, -1016, verdict::refused, r::venue_unavailable},
      {-1020, -1020, verdict::refused, r::invalid},
      {-1021, -1021, verdict::resync, r::clock},
      {-4225, -4225, verdict::resync, r::nonce},
      {-1100, -1106, verdict::refused, r::invalid},
      {-1111, -1111, verdict::refused, r::price_tick},
      {-1114, -1117, verdict::refused, r::invalid},
      {-1121, -1121, verdict::refused, r::invalid},
      {-1125, -1125, verdict::refused, r::authentication},
      {-1127, -1128, verdict::refused, r::invalid},
      {-1130, -1130, verdict::refused, r::invalid},
      {-1136, -1136, verdict::refused, r::invalid},
      {-2010, -2010, verdict::refused, r::other},
      {-2011, -2011, verdict::not_found, r::unknown_order},
      {-2013, -2013, verdict::not_found, r::unknown_order},
      {-2018, -2019, verdict::refused, r::margin},
      {-2020, -2021, verdict::refused, r::other},
      {-2022, -2022, verdict::refused, r::reduce_only},
      {-2023, -2023, verdict::refused, r::liquidation},
      {-2024, -2024, verdict::refused, r::reduce_only},
      {-2025, -2025, verdict::refused, r::too_many_orders},
      {-2026, -2026, verdict::refused, r::reduce_only},
      {-2027, -2028, verdict::refused, r::margin},
      {-4001, -4002, verdict::refused, r::price_tick},
      {-4003, -4005, verdict::refused, r::size},
      {-4013, -4014, verdict::refused, r::price_tick},
      {-4015, -4015, verdict::refused, r::invalid},
      {-4016, -4016, verdict::refused, r::price_band},
      {-4023, -4023, verdict::refused, r::size},
      {-4024, -4024, verdict::refused, r::price_band},
      {-4028, -4028, verdict::refused, r::invalid},
      {-4045, -4045, verdict::refused, r::too_many_orders},
      {-4046, -4046, verdict::already_set, r::none},
      {-4047, -4048, verdict::refused, r::other},
      {-4059, -4059, verdict::already_set, r::none},
      {-4060, -4062, verdict::refused, r::invalid},
      {-4067, -4068, verdict::refused, r::other},
      {-4082, -4082, verdict::refused, r::invalid},
      {-4083, -4083, verdict::refused, r::other},
      {-4087, -4087, verdict::refused, r::market_closed},
      {-4088, -4088, verdict::refused, r::authentication},
      {-4118, -4118, verdict::refused, r::margin},
      {-4131, -4131, verdict::refused, r::price_band},
      {-4140, -4141, verdict::refused, r::market_closed},
      {-4164, -4164, verdict::refused, r::notional},
      {-4168, -4168, verdict::refused, r::other},
      {-5060, -5060, verdict::refused, r::price_band},
      {-5076, -5076, verdict::refused, r::notional},
  };
  for (const auto& x : documented)
    for (int code = x.first; code >= x.last; --code) {
      CAPTURE(code);
      CHECK(aster::classify_code(code) == aster::outcome{x.what, x.reason});
    }
}
