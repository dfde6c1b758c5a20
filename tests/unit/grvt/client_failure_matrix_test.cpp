#include "client_support.hpp"

#include "venues/grvt/errors.hpp"

using namespace grvt_client;

/// The failure matrix of docs/venues/grvt.md: each request kind by each outcome.
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

void ask(account_session& s, kind k) {
  auto& p = s.protocol;
  switch (k) {
  case kind::place:
    return p.place(s.at(), an_order(), s.sink);
  case kind::cancel:
    return p.cancel(s.at(), {our_id(1), number(0)}, "0x01", s.sink);
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

/// Everything that came out, in words: "rejected margin", "unknown", "cancel_failed none" ...
std::string heard(const recorder& r) {
  std::string out;
  const auto add = [&](const std::string& x) { out += (out.empty() ? "" : "; ") + x; };
  for (const auto& x : r.updates) {
    CHECK(x.id == our_id(1));
    CHECK(x.size == "0.001"_qty);
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
};

const row matrix[] = {
    {"not written", 0, "", "rejected not_sent", "cancel_failed not_sent", "query_failed not_sent"},
    {"written, no answer", 1, "", "unknown", "cancel_failed none", "query_failed none"},
    {"1002", 500, R"({"request_id":1,"code":1002,"message":"Internal Server Error","status":500})",
     "unknown", "cancel_failed none", "query_failed none"},
    {"1005", 500, R"({"code":1005,"message":"Unknown Error","status":500})", "unknown",
     "cancel_failed none", "query_failed none"},
    {"1009 is a 5xx as well", 503, R"({"code":1009,"message":"deactivating","status":503})",
     "unknown", "cancel_failed none", "query_failed none"},
    {"500 page", 500, "<html>oops</html>", "unknown", "cancel_failed none", "query_failed none"},
    {"502 page", 502, "<html>bad gateway</html>", "unknown", "cancel_failed none",
     "query_failed none"},
    {"504 empty", 504, "", "unknown", "cancel_failed none", "query_failed none"},
    {"5xx with a business code is still unknown", 500,
     R"({"code":2080,"message":"Insufficient margin","status":400})", "unknown",
     "cancel_failed none", "query_failed none"},
    {"1002 with another status", 400, R"({"code":1002,"message":"m"})", "unknown",
     "cancel_failed none", "query_failed none"},
    {"a code that no document names", 400, R"({"code":9999,"message":"?"})", "unknown",
     "cancel_failed none", "query_failed none"},
    {"403 page of the firewall", 403, "<html>Forbidden</html>", "unknown", "cancel_failed none",
     "query_failed none"},
    {"404 page", 404, "<html>no such page</html>", "unknown", "cancel_failed none",
     "query_failed none"},
    {"200 that is a page", 200, "<html>ok</html>", "unknown", "cancel_failed none",
     "query_failed none"},
    {"200 cut short", 200, R"({"result":{"order_id":"0x00","sub_acc)", "unknown",
     "cancel_failed none", "query_failed none"},
    {"200 empty", 200, "", "unknown", "cancel_failed none", "query_failed none"},
    {"200 of a wrong shape", 200, R"({"results":"OK"})", "unknown", "cancel_failed none",
     "query_failed none"},
    {"200 with an error inside", 200, R"({"code":2080,"message":"Insufficient margin"})",
     "rejected margin", "cancel_failed margin", "query_failed margin"},
    {"1006", 429, R"({"code":1006,"message":"rate limit","status":429})", "rejected rate_limit",
     "cancel_failed rate_limit", "query_failed rate_limit"},
    {"429 without a code", 429, "", "rejected rate_limit", "cancel_failed rate_limit",
     "query_failed rate_limit"},
    {"2090 is a 429 as well", 429, R"({"code":2090,"message":"Max open orders","status":429})",
     "rejected too_many_orders", "cancel_failed too_many_orders", "query_failed too_many_orders"},
    {"1001", 403, R"({"code":1001,"message":"not authorized","status":403})",
     "rejected authentication", "cancel_failed authentication", "query_failed authentication"},
    {"1008", 401, R"({"code":1008,"message":"IP","status":401})", "rejected authentication",
     "cancel_failed authentication", "query_failed authentication"},
    {"2002", 403, R"({"code":2002,"message":"Signature does not match payload","status":403})",
     "rejected invalid", "cancel_failed invalid", "query_failed invalid"},
    {"1004", 404, R"({"code":1004,"message":"Data Not Found","status":404})", "unknown",
     "cancel_failed unknown_order", "query_failed unknown_order"},
    {"duplicate id", 400, R"({"code":2012,"message":"Client Order ID overlaps","status":400})",
     "unknown duplicate_id", "cancel_failed none", "query_failed none"},
    {"2064", 400, R"({"code":2064,"message":"Invalid limit price tick","status":400})",
     "rejected price_tick", "cancel_failed price_tick", "query_failed price_tick"},
    {"2401", 400, R"({"code":2401,"message":"Reduce only","status":400})", "rejected reduce_only",
     "cancel_failed reduce_only", "query_failed reduce_only"},
    {"7201", 400, R"({"code":7201,"message":"band","status":400})", "rejected price_band",
     "cancel_failed price_band", "query_failed price_band"},
    {"7304", 400, R"({"code":7304,"message":"only reducing","status":400})",
     "rejected market_closed", "cancel_failed market_closed", "query_failed market_closed"},
};

std::string expected_of(const row& x, kind k) {
  return k == kind::place    ? x.place
         : k == kind::cancel ? x.cancel
         : k == kind::query  ? x.query
                             : "request_failed " + std::string{name_of_list(k)};
}

} // namespace

TEST_CASE("failure matrix: every request kind by every outcome") {
  for (const auto& x : matrix)
    for (const auto k : kinds) {
      account_session s{settings_for({"BTC"})};
      s.connect();
      ask(s, k);
      REQUIRE(s.sink.calls.size() == 1);
      const auto call = s.sink.calls[0];
      s.sink.calls.clear();
      if (x.status <= 1)
        s.protocol.on(http_failed{s.at(), call.id, x.status == 1, "reset"}, s.sink);
      else
        s.answer(call, x.status, x.body);
      INFO(x.what << ", request kind " << static_cast<int>(k));
      CHECK(heard(s.sink) == expected_of(x, k));
      CHECK(s.sink.calls.empty()); // nothing is sent again by itself
      // A second answer to the same request is nobody's.
      const auto before = heard(s.sink);
      s.answer(call, 200, "{}");
      CHECK(heard(s.sink) == before);
    }
}

TEST_CASE("2xx with another order's answer is unknown, not the other order's state") {
  for (const char* client_id : {"9223372036854775810", "5", "", "x"}) {
    account_session s{settings_for({"BTC"})};
    s.connect();
    ask(s, kind::place);
    order_text other;
    other.client_id = client_id;
    s.answer("/full/v1/create_order", 200, other.answer());
    CHECK(heard(s.sink) == "unknown");
  }
}

// -- the session's end in the middle -----------------------------------------------------------------

namespace {

const std::string fresh = "FRESHCOOKIE-abcdef0123456789";
const std::string no_session
    = R"({"request_id":1,"code":1000,"message":"You need to authenticate prior to using this functionality","status":401})";

} // namespace

TEST_CASE("1000 and a bare 401: one login for all, then the SAME request once more") {
  for (const auto& body : {no_session, std::string{}, std::string{"<html>401</html>"}})
    for (const auto k : kinds) {
      account_session s{settings_for({"BTC"})};
      s.connect();
      ask(s, k);
      ask(s, k);
      REQUIRE(s.sink.calls.size() == 2);
      const auto first = s.sink.calls[0], second = s.sink.calls[1];
      s.sink.calls.clear();
      s.answer(first, 401, body);
      s.answer(second, 401, body);
      CHECK(heard(s.sink).empty());
      REQUIRE(s.sink.calls.size() == 1);
      s.elapsed += 2s;
      s.give_login(fresh);
      REQUIRE(s.sink.calls.size() == 2);
      const auto again = s.sink.calls[0];
      CHECK(again.id != first.id);
      CHECK(again.target == first.target);
      // Nonce, expiration and signature too: should the first have arrived, this one is a repeat.
      CHECK(again.body == first.body);
      CHECK(again.headers.at("Cookie") == "gravity=" + fresh);
      s.sink.calls.clear();
      // Refused again: said as it is, no third time.
      s.answer(again, 401, body);
      CHECK(heard(s.sink)
            == expected_of({"", 0, "", "rejected authentication", "cancel_failed authentication",
                            "query_failed authentication"},
                           k));
      CHECK(s.sink.calls.empty());
      // The old answer comes twice.
      s.answer(first, 401, body);
      CHECK(s.sink.calls.empty());
    }
}

TEST_CASE("after a login the order is taken") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/full/v1/create_order", 401, no_session);
  s.give_login(fresh);
  order_text text;
  s.answer("/full/v1/create_order", 200, text.answer());
  CHECK(heard(s.sink) == "open");
}

TEST_CASE("no login to be had: what waited for it was not executed") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/full/v1/create_order", 401, no_session);
  SUBCASE("lost") {
    s.lose("/auth/api_key/login", true);
    CHECK(heard(s.sink) == "rejected authentication");
  }
  SUBCASE("maintenance") {
    s.answer("/auth/api_key/login", 503, "<html>");
    CHECK(heard(s.sink) == "rejected authentication");
  }
  SUBCASE("without a cookie") {
    s.answer("/auth/api_key/login", 200, R"({"status":"failure"})");
    CHECK(heard(s.sink) == "rejected authentication");
  }
  SUBCASE("refused") {
    s.answer("/auth/api_key/login", 401, no_session);
    CHECK(heard(s.sink) == "rejected authentication; fail authentication");
    return;
  }
  // The next refusal asks for a login again.
  s.sink.updates.clear();
  ask(s, kind::place);
  s.answer("/full/v1/create_order", 401, no_session);
  CHECK(s.take("/auth/api_key/login").endpoint == endpoint_id{0});
}

TEST_CASE("an order that became stale while a login was asked for is not sent") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto o = an_order();
  o.valid_until = s.at().now + 1s;
  s.protocol.place(s.at(), o, s.sink);
  s.answer("/full/v1/create_order", 401, no_session);
  s.elapsed += 2s;
  s.give_login(fresh);
  CHECK(heard(s.sink) == "rejected stale");
  CHECK(s.sink.calls.empty());
}

TEST_CASE("the venue's words never carry credentials into a text") {
  account_session s{settings_for({"BTC"})};
  // A cookie longer than any text that is shown.
  const std::string cookie(300, 'q');
  s.start();
  s.give_time();
  s.give_login(cookie);
  s.answer("/full/v1/instruments", 200, instruments());
  s.stream_open();
  s.acknowledge();
  s.sink.calls.clear();
  for (const auto k : kinds) {
    ask(s, k);
    const auto call = s.sink.calls.at(0);
    s.sink.calls.clear();
    s.answer(call, 400,
             R"({"code":1001,"message":"key )" + api_key + " acc " + account_id + " cookie "
                 + cookie + R"(\n\u0007"})");
  }
  s.protocol.on(stream_closed{s.at(), stream_id{0}, "GET /ws/full gravity=" + cookie}, s.sink);
  const auto text = s.sink.all_text();
  CHECK(text.find("1001") != std::string::npos);
  for (const auto& what : {api_key, signer_key.substr(2), account_id, std::string(20, 'q')})
    CHECK(text.find(what) == std::string::npos);
  CHECK(text.find('\a') == std::string::npos);
}

TEST_CASE("a refusal for rate takes half of the budget") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/full/v1/create_order", 429, R"({"code":1006,"message":"m","status":429})");
  CHECK(s.sink.budgets == std::vector<std::uint32_t>{3000});
}

TEST_CASE("every documented code has its row") {
  using grvt::verdict;
  using r = reject_reason;
  struct coded {
    int first, last;
    verdict what;
    r reason;
  };
  // The specification's table, in its order.
  const coded documented[] = {
      {1000, 1000, verdict::login, r::authentication},
      {1001, 1001, verdict::refused, r::authentication},
      {1002, 1002, verdict::unknown, r::none},
      {1003, 1003, verdict::refused, r::invalid},
      {1004, 1004, verdict::not_found, r::unknown_order},
      {1005, 1005, verdict::unknown, r::none},
      {1006, 1006, verdict::refused, r::rate_limit},
      {1008, 1008, verdict::refused, r::authentication},
      {1009, 1009, verdict::refused, r::venue_unavailable},
      {1012, 1012, verdict::refused, r::invalid},
      {1101, 1103, verdict::refused, r::invalid},
      {1400, 1400, verdict::refused, r::authentication},
      {2000, 2000, verdict::refused, r::authentication},
      {2001, 2001, verdict::refused, r::clock},
      {2002, 2002, verdict::refused, r::invalid},
      {2003, 2004, verdict::refused, r::authentication},
      {2005, 2007, verdict::refused, r::invalid},
      {2008, 2008, verdict::refused, r::clock},
      {2010, 2011, verdict::refused, r::invalid},
      {2012, 2012, verdict::unknown, r::duplicate_id},
      {2020, 2021, verdict::refused, r::invalid},
      {2030, 2032, verdict::refused, r::invalid},
      {2040, 2042, verdict::refused, r::invalid},
      {2050, 2051, verdict::refused, r::invalid},
      {2060, 2060, verdict::refused, r::market_closed},
      {2061, 2061, verdict::refused, r::invalid},
      {2062, 2063, verdict::refused, r::size},
      {2064, 2064, verdict::refused, r::price_tick},
      {2065, 2065, verdict::refused, r::size},
      {2066, 2067, verdict::refused, r::notional},
      {2070, 2070, verdict::refused, r::invalid},
      {2080, 2080, verdict::refused, r::margin},
      {2081, 2081, verdict::refused, r::size},
      {2082, 2082, verdict::refused, r::other},
      {2083, 2083, verdict::refused, r::margin},
      {2084, 2084, verdict::refused, r::other},
      {2090, 2090, verdict::refused, r::too_many_orders},
      {2110, 2117, verdict::refused, r::invalid},
      {2233, 2235, verdict::refused, r::invalid},
      {2242, 2242, verdict::refused, r::other},
      {2300, 2300, verdict::no_window, r::other},
      {2301, 2301, verdict::refused, r::invalid},
      {2400, 2402, verdict::refused, r::reduce_only},
      {2413, 2413, verdict::refused, r::invalid},
      {2450, 2453, verdict::refused, r::other},
      {3000, 3001, verdict::refused, r::invalid},
      {3004, 3006, verdict::refused, r::other},
      {3007, 3007, verdict::refused, r::invalid},
      {3011, 3011, verdict::refused, r::invalid},
      {3013, 3013, verdict::refused, r::invalid},
      {3020, 3021, verdict::refused, r::invalid},
      {3030, 3031, verdict::refused, r::invalid},
      {6000, 6000, verdict::refused, r::invalid},
      {7201, 7201, verdict::refused, r::price_band},
      {7304, 7304, verdict::refused, r::market_closed},
      {7500, 7504, verdict::refused, r::other},
  };
  for (const auto& x : documented)
    for (int code = x.first; code <= x.last; ++code) {
      CAPTURE(code);
      CHECK(grvt::classify_code(code) == grvt::outcome{x.what, x.reason});
    }
  CHECK_FALSE(grvt::classify_code(1007).has_value());
  CHECK_FALSE(grvt::classify_code(0).has_value());
}

TEST_CASE("every documented word of an order's end is known") {
  using r = reject_reason;
  const std::pair<const char*, r> documented[] = {
      {"UNSPECIFIED", r::none},
      {"CLIENT_CANCEL", r::none},
      {"CLIENT_BULK_CANCEL", r::none},
      {"CLIENT_SESSION_END", r::none},
      {"MARKET_CANCEL", r::none},
      {"IOC_CANCEL", r::none},
      {"AON_CANCEL", r::none},
      {"FOK_CANCEL", r::none},
      {"EXPIRED", r::none},
      {"FAIL_POST_ONLY", r::post_only_would_cross},
      {"FAIL_REDUCE_ONLY", r::reduce_only},
      {"MM_PROTECTION", r::other},
      {"SELF_TRADE_PROTECTION", r::self_trade},
      {"SELF_MATCHED_SUBACCOUNT", r::self_trade},
      {"OVERLAPPING_CLIENT_ORDER_ID", r::duplicate_id},
      {"BELOW_MARGIN", r::margin},
      {"LIQUIDATION", r::liquidation},
      {"INSTRUMENT_INVALID", r::invalid},
      {"INSTRUMENT_DEACTIVATED", r::market_closed},
      {"SYSTEM_FAILOVER", r::venue_unavailable},
      {"UNAUTHORISED", r::authentication},
      {"SESSION_KEY_EXPIRED", r::authentication},
      {"SUB_ACCOUNT_NOT_FOUND", r::authentication},
      {"NO_TRADE_PERMISSION", r::authentication},
      {"UNSUPPORTED_TIME_IN_FORCE", r::invalid},
      {"MULTI_LEGGED_ORDER", r::invalid},
      {"EXCEED_MAX_POSITION_SIZE", r::size},
      {"EXCEED_MAX_SIGNATURE_EXPIRATION", r::clock},
      {"MARKET_ORDER_WITH_LIMIT_PRICE", r::invalid},
      {"CLIENT_CANCEL_ON_DISCONNECT_TRIGGERED", r::none},
      {"OCO_COUNTER_PART_TRIGGERED", r::other},
      {"REDUCE_ONLY_LIMIT", r::reduce_only},
      {"CLIENT_REPLACE", r::none},
      {"DERISK_MUST_BE_IOC", r::other},
      {"DERISK_MUST_BE_REDUCE_ONLY", r::other},
      {"DERISK_NOT_SUPPORTED", r::other},
      {"INVALID_ORDER_TYPE", r::invalid},
      {"CURRENCY_NOT_DEFINED", r::invalid},
      {"INVALID_CHAIN_ID", r::invalid},
      {"BUILDER_ORDER_FEE_EXCEED", r::other},
      {"BUILDER_ORDER_FEE_NEGATIVE", r::other},
      {"BUILDER_ORDER_BUILDER_NOT_AUTHORIZED", r::other},
      {"BUILDER_ORDER_BUILDER_NOT_EXIST", r::other},
      {"TRADE_PRICE_WORSE_THAN_BANKRUPTCY_PRICE", r::other},
      {"TOO_MANY_MAKER_ORDERS", r::other},
      {"REDUCE_ONLY_NOT_SUPPORTED_FOR_SPOT_ORDER", r::other},
      {"TPSL_NOT_SUPPORTED_FOR_SPOT_ORDER", r::other},
      {"SPOT_ORDER_NOT_SUPPORTED", r::other},
      {"INSUFFICIENT_BALANCE", r::margin},
      {"SPOT_TRADING_BLOCKED_DURING_SOCIALIZED_LOSS", r::other},
      {"BELOW_MARGIN_WITH_PENALTY_DEVIATION", r::margin},
  };
  for (const auto& [word, reason] : documented) {
    CAPTURE(word);
    CHECK(grvt::reason_of(word) == reason);
  }
}
