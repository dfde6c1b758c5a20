#include "client_support.hpp"

#include "venues/edgex/errors.hpp"

using namespace edgex_client;

/// The failure matrix of docs/venues/edgex.md: each request kind by each outcome.
namespace {

enum class kind { place, cancel, query, cancel_all, open_orders, positions, balances, fills };

constexpr kind kinds[] = {kind::place,       kind::cancel,    kind::query,    kind::cancel_all,
                          kind::open_orders, kind::positions, kind::balances, kind::fills};

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
  default:
    return "?";
  }
}

struct row {
  const char* what;
  unsigned status; ///< 0: no answer, not written; 1: no answer, written
  std::string body;
  std::string place, command; ///< what is heard of a place; the reason of the others
};

std::vector<row> matrix() {
  return {
      {"not written", 0, "", "rejected not_sent", "not_sent"},
      {"written, no answer", 1, "", "unknown", "none"},
      {"503", 503, refusal("INTERNAL_ERROR"), "unknown", "none"},
      {"500 page", 500, "<html>oops</html>", "unknown", "none"},
      {"502 page", 502, "<html>bad gateway</html>", "unknown", "none"},
      {"504 empty", 504, "", "unknown", "none"},
      {"5xx with a business code is still unknown", 500, refusal("INSUFFICIENT_BALANCE"), "unknown",
       "none"},
      {"a code that nobody names and no word of it", 400, refusal("WHATEVER"), "unknown", "none"},
      {"the same with status 200", 200, refusal("WHATEVER"), "unknown", "none"},
      {"an internal error", 200, refusal("INTERNAL_ERROR"), "unknown", "none"},
      {"GATEWAY_ERROR", 400, refusal("GATEWAY_ERROR"), "unknown", "none"},
      {"403 page of the firewall", 403, "<html>Forbidden</html>", "unknown", "none"},
      {"200 that is a page", 200, "<html>ok</html>", "unknown", "none"},
      {"200 cut short", 200, R"({"code":"SUCCESS","data":{"orderId":"1)", "unknown", "none"},
      {"200 empty", 200, "", "unknown", "none"},
      {"200 of a wrong shape", 200, R"("OK")", "unknown", "none"},
      {"200 without data", 200, R"({"code":"SUCCESS"})", "unknown", "none"},
      {"400 that says SUCCESS", 400, success(R"({"orderId":"1"})"), "unknown", "none"},
      {"429", 429, refusal("RATE_LIMIT_EXCEEDED"), "rejected rate_limit", "rate_limit"},
      {"429 page", 429, "<html>", "rejected rate_limit", "rate_limit"},
      {"RATE_LIMIT_EXCEEDED with status 200", 200, refusal("RATE_LIMIT_EXCEEDED"),
       "rejected rate_limit", "rate_limit"},
      {"INVALID_API_KEY", 401, refusal("INVALID_API_KEY"), "rejected authentication",
       "authentication"},
      {"GATEWAY_HEADER_REQUIRED", 400, refusal("GATEWAY_HEADER_REQUIRED"),
       "rejected authentication", "authentication"},
      {"SIGNATURE_ERROR", 200, refusal("SIGNATURE_ERROR"), "rejected authentication",
       "authentication"},
      {"ACCOUNT_NOT_FOUND", 200, refusal("ACCOUNT_NOT_FOUND"), "rejected authentication",
       "authentication"},
      {"INVALID_PARAMETER", 200, refusal("INVALID_PARAMETER"), "rejected invalid", "invalid"},
      {"GATEWAY_PARAM_INVALID", 400, refusal("GATEWAY_PARAM_INVALID"), "rejected invalid",
       "invalid"},
      {"INVALID_CONTRACT_ID", 200, refusal("INVALID_CONTRACT_ID"), "rejected invalid", "invalid"},
      {"INSUFFICIENT_BALANCE", 200, refusal("INSUFFICIENT_BALANCE"), "rejected margin", "margin"},
      {"INSUFFICIENT_BALANCE as 400", 400, refusal("INSUFFICIENT_BALANCE"), "rejected margin",
       "margin"},
      {"ORDER_NOT_FOUND", 200, refusal("ORDER_NOT_FOUND"), "unknown", "unknown_order"},
      {"duplicate id", 200, refusal("DUPLICATE_CLIENT_ORDER_ID"), "unknown duplicate_id", "none"},
      {"nonce used", 200, refusal("L2_NONCE_USED"), "unknown duplicate_id", "none"},
      {"by its words: reduce-only", 200, refusal("ORDER_REDUCE_ONLY_NOT_ALLOWED"),
       "rejected reduce_only", "reduce_only"},
      {"by its words: band", 200, refusal("ORDER_PRICE_OUT_OF_RANGE"), "rejected price_band",
       "price_band"},
  };
}

} // namespace

TEST_CASE("failure matrix: every request kind by every outcome") {
  for (const auto& x : matrix())
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
      const auto expected = k == kind::place    ? x.place
                            : k == kind::cancel ? "cancel_failed " + x.command
                            : k == kind::query  ? "query_failed " + x.command
                                                : "request_failed " + std::string{name_of_list(k)};
      INFO(x.what << ", request kind " << static_cast<int>(k));
      CHECK(heard(s.sink) == expected);
      CHECK(s.sink.calls.empty()); // nothing is sent again by itself
      CHECK(s.sink.budgets.size() == (x.status == 429 ? 1 : 0));
      // A second answer to the same request is nobody's.
      const auto before = heard(s.sink);
      s.answer(call, 200, success("{}"));
      CHECK(heard(s.sink) == before);
    }
}

TEST_CASE("a success that names no order is unknown") {
  for (const char* data : {"{}", "null", "[]", R"({"orderId":"0"})", R"({"orderId":"x"})"}) {
    account_session s{settings_for({"BTC"})};
    s.connect();
    ask(s, kind::place);
    s.answer("/api/v2/private/order/createOrder", 200, success(data));
    CHECK(heard(s.sink) == "unknown");
  }
}

TEST_CASE("where an update's evidence comes from") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/api/v2/private/order/createOrder", 200, refusal("INSUFFICIENT_BALANCE", "too poor"));
  CHECK(s.sink.updates.at(0).source == evidence::answer);
  CHECK(s.sink.updates.at(0).text == "INSUFFICIENT_BALANCE too poor");
  ask(s, kind::place);
  s.lose("/api/v2/private/order/createOrder", false);
  CHECK(s.sink.updates.at(1).source == evidence::local);
  ask(s, kind::place);
  s.lose("/api/v2/private/order/createOrder", true);
  CHECK(s.sink.updates.at(2).source == evidence::local);
}

TEST_CASE("clock: synchronise once, sign again, send the SAME client id") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  ask(s, kind::cancel);
  const auto first = s.take("/api/v2/private/order/createOrder");
  const auto second = s.take("/api/v2/private/order/cancelOrderByClientOrderId");
  s.answer(first, 400, refusal("INVALID_TIMESTAMP"));
  s.answer(second, 400, refusal("INVALID_TIMESTAMP"));
  CHECK(heard(s.sink).empty());
  REQUIRE(s.sink.calls.size() == 1); // one look at the clock for both
  s.answer("/api/v2/public/meta/getServerTime", 200,
           success(R"({"timeMillis":")" + std::to_string(start_ms + 90'000) + R"("})"));
  REQUIRE(s.sink.calls.size() == 2);
  const auto again = s.take("/api/v2/private/order/createOrder");
  check_signed(again);
  CHECK(again.id != first.id);
  const auto a = json::parse(first.body);
  const auto b = json::parse(again.body);
  CHECK(a.at("clientOrderId") == b.at("clientOrderId"));
  CHECK(a.at("l2Nonce") == b.at("l2Nonce"));
  CHECK(b.at("expireTime") == "1775202937079"); // 90 s later than before
  CHECK(again.headers.at("X-edgeX-Timestamp") == std::to_string(start_ms + 90'000));
  SUBCASE("then accepted") {
    s.answer(again, 200, success(R"({"orderId":"5"})"));
    CHECK(heard(s.sink) == "open");
  }
  SUBCASE("refused again: said as it is, no third time") {
    s.answer(again, 400, refusal("INVALID_TIMESTAMP"));
    CHECK(heard(s.sink) == "rejected clock");
    CHECK(s.sink.calls.size() == 1); // the cancel
  }
  SUBCASE("the old answer comes twice") {
    s.answer(first, 400, refusal("INVALID_TIMESTAMP"));
    CHECK(heard(s.sink).empty());
  }
}

TEST_CASE("no time to be had: what waited for it was not executed") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/api/v2/private/order/createOrder", 400, refusal("INVALID_TIMESTAMP"));
  const auto clock = "/api/v2/public/meta/getServerTime";
  SUBCASE("lost") { s.lose(clock, true); }
  SUBCASE("refused") { s.answer(clock, 503, "<html>"); }
  SUBCASE("refused for its time") { s.answer(clock, 400, refusal("INVALID_TIMESTAMP")); }
  SUBCASE("unreadable") { s.answer(clock, 200, success("{}")); }
  CHECK(heard(s.sink) == "rejected clock");
  CHECK(s.sink.fails.empty());
  // The next refusal asks for the time again.
  s.sink.updates.clear();
  ask(s, kind::place);
  s.answer("/api/v2/private/order/createOrder", 400, refusal("INVALID_TIMESTAMP"));
  CHECK(s.take(clock).target == clock);
}

TEST_CASE("an order that became stale while the clock was asked for is not sent") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto o = an_order();
  o.valid_until = s.at().now + 1s;
  s.protocol.place(s.at(), o, s.sink);
  s.answer("/api/v2/private/order/createOrder", 400, refusal("INVALID_TIMESTAMP"));
  s.elapsed += 2s;
  s.give_time();
  CHECK(heard(s.sink) == "rejected stale");
  CHECK(s.sink.calls.empty());
}

TEST_CASE("a session that ends while commands wait for the time says nothing more") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/api/v2/private/order/createOrder", 400, refusal("INVALID_TIMESTAMP"));
  s.protocol.on(stream_closed{s.at(), stream_id{0}, "reset"}, s.sink);
  s.lose("/api/v2/public/meta/getServerTime", true);
  CHECK(heard(s.sink) == "fail closed");
}

TEST_CASE("every code that a document names has its row, others are read by their words") {
  using edgex::verdict;
  using r = reject_reason;
  const std::map<std::string, edgex::outcome> named = {
      {"GATEWAY_HEADER_REQUIRED", {verdict::refused, r::authentication}},
      {"GATEWAY_PARAM_INVALID", {verdict::refused, r::invalid}},
      {"INVALID_API_KEY", {verdict::refused, r::authentication}},
      {"INVALID_ACCOUNT_ID", {verdict::refused, r::authentication}},
      {"INVALID_GET_PAGE_SIZE", {verdict::refused, r::invalid}},
      {"INVALID_CONTRACT_ID", {verdict::refused, r::invalid}},
      {"ACCOUNT_UPDATE_LEVERAGE_FAILED_ORDER", {verdict::refused, r::other}},
      {"INVALID_TIMESTAMP", {verdict::resync, r::clock}},
      {"SIGNATURE_ERROR", {verdict::refused, r::authentication}},
      {"INVALID_PARAMETER", {verdict::refused, r::invalid}},
      {"ACCOUNT_NOT_FOUND", {verdict::refused, r::authentication}},
      {"INSUFFICIENT_BALANCE", {verdict::refused, r::margin}},
      {"ORDER_NOT_FOUND", {verdict::not_found, r::unknown_order}},
      {"RATE_LIMIT_EXCEEDED", {verdict::refused, r::rate_limit}},
  };
  for (const auto& [code, wanted] : named) {
    CAPTURE(code);
    CHECK(edgex::classify_code(code) == wanted);
    CHECK(edgex::classify(200, code) == wanted);
    CHECK(edgex::classify(400, code) == wanted);
  }
  const std::map<std::string, edgex::outcome> words = {
      {"L2_SIGNATURE_INVALID", {verdict::refused, r::authentication}},
      {"TIMESTAMP_EXPIRED", {verdict::resync, r::clock}},
      {"BALANCE_NOT_ENOUGH", {verdict::refused, r::margin}},
      {"MARGIN_NOT_ENOUGH", {verdict::refused, r::margin}},
      {"CONTRACT_NOT_FOUND", {verdict::refused, r::invalid}},
      {"CANCEL_ORDER_NOT_FOUND", {verdict::not_found, r::unknown_order}},
      {"PRICE_TICK_SIZE_INVALID", {verdict::refused, r::price_tick}},
      {"ORDER_PRICE_TOO_HIGH", {verdict::refused, r::price_band}},
      {"ORDER_SIZE_TOO_SMALL", {verdict::refused, r::size}},
      {"REDUCE_ONLY_SIZE_EXCEEDED", {verdict::refused, r::reduce_only}},
      {"CLIENT_ORDER_ID_DUPLICATE", {verdict::unknown, r::duplicate_id}},
      {"ORDER_INTERNAL_PRICE_ERROR", {verdict::unknown, r::none}},
      {"MATCH_TIMEOUT", {verdict::unknown, r::none}},
      {"MARKET_CLOSED", {verdict::refused, r::market_closed}},
      {"", {}},
      {"OTHER", {}},
      {"SUCCESS", {}},
  };
  for (const auto& [code, wanted] : words) {
    CAPTURE(code);
    CHECK_FALSE(edgex::classify_code(code).has_value());
    CHECK(edgex::classify(400, code) == wanted);
  }
}
