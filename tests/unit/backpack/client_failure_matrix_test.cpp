#include "client_support.hpp"

#include "venues/backpack/errors.hpp"

using namespace backpack_client;

/// The failure matrix of docs/venues/backpack.md: each request kind by each outcome.
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
  if (!r.open_orders.empty() || !r.balances.empty() || !r.pages.empty() || !r.fills.empty()
      || !r.foreign.empty() || !r.position_lists.empty())
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
  const char* body;
  const char* place;
  const char* cancel;
  const char* query;
};

constexpr const char* unknown[] = {"unknown", "cancel_failed none", "query_failed none"};

row unknown_row(const char* what, unsigned status, const char* body) {
  return {what, status, body, unknown[0], unknown[1], unknown[2]};
}

const row matrix[] = {
    {"not written", 0, "", "rejected not_sent", "cancel_failed not_sent", "query_failed not_sent"},
    unknown_row("written, no answer", 1, ""),
    unknown_row("500", 500, R"({"code":"SERVER_ERROR","message":"oops"})"),
    unknown_row("500 page", 500, "<html>oops</html>"),
    unknown_row("502 page", 502, "<html>bad gateway</html>"),
    unknown_row("504 empty", 504, ""),
    unknown_row("5xx with a business code is still unknown", 500,
                R"({"code":"INSUFFICIENT_MARGIN","message":"no"})"),
    unknown_row("503 maintenance", 503, R"({"code":"MAINTENANCE","message":"back soon"})"),
    unknown_row("TIMEOUT", 408, R"({"code":"TIMEOUT","message":"Timed out"})"),
    unknown_row("SERVER_ERROR", 400, R"({"code":"SERVER_ERROR","message":"oops"})"),
    unknown_row("a code that no document names", 400, R"({"code":"NEWS","message":"?"})"),
    unknown_row("403 page of a firewall", 403, "<html>Forbidden</html>"),
    unknown_row("a plain text that no document names", 400, "bad luck"),
    unknown_row("200 that is a page", 200, "<html>ok</html>"),
    unknown_row("200 cut short", 200, R"([{"id":"4228978331","symbol":"SOL_USD)"),
    unknown_row("200 empty", 200, ""),
    unknown_row("200 of a wrong shape", 200, R"("OK")"),
    unknown_row("200 with an error inside", 200,
                R"({"code":"INSUFFICIENT_MARGIN","message":"no"})"),
    {"429", 429, R"({"code":"TOO_MANY_REQUESTS","message":"slow down"})", "rejected rate_limit",
     "cancel_failed rate_limit", "query_failed rate_limit"},
    {"429 page", 429, "<html>", "rejected rate_limit", "cancel_failed rate_limit",
     "query_failed rate_limit"},
    {"wrong signature", 400, R"({"code":"INVALID_CLIENT_REQUEST","message":"Invalid signature"})",
     "rejected authentication", "cancel_failed authentication", "query_failed authentication"},
    {"INVALID_SIGNATURE", 400, R"({"code":"INVALID_SIGNATURE","message":"no"})",
     "rejected authentication", "cancel_failed authentication", "query_failed authentication"},
    {"401 page", 401, "<html>", "rejected authentication", "cancel_failed authentication",
     "query_failed authentication"},
    {"403 with its code", 403, R"({"code":"FORBIDDEN","message":"no"})", "rejected authentication",
     "cancel_failed authentication", "query_failed authentication"},
    {"unparsable body", 400,
     R"(parse request payload error: failed to parse "MarketSymbol": Invalid market symbol (occurred while parsing "OrderExecutePayload"))",
     "rejected invalid", "cancel_failed invalid", "query_failed invalid"},
    {"duplicate id", 400, R"({"code":"INVALID_ORDER","message":"Duplicate clientId"})",
     "unknown duplicate_id", "cancel_failed unknown_order", "query_failed none"},
    {"post-only", 400,
     R"({"code":"INVALID_ORDER","message":"Order would immediately match and take"})",
     "rejected post_only_would_cross", "cancel_failed unknown_order",
     "query_failed post_only_would_cross"},
    {"INVALID_ORDER", 400, R"({"code":"INVALID_ORDER","message":"Invalid order"})",
     "rejected invalid", "cancel_failed unknown_order", "query_failed invalid"},
    {"margin", 400, R"({"code":"INSUFFICIENT_MARGIN","message":"Insufficient margin"})",
     "rejected margin", "cancel_failed margin", "query_failed margin"},
    {"band", 400,
     R"({"code":"INVALID_PRICE","message":"Price is too far from the last active price"})",
     "rejected price_band", "cancel_failed price_band", "query_failed price_band"},
    {"IOC that found nothing, as an error", 400,
     R"({"code":"INVALID_ORDER","message":"Order expired ImmediateOrCancel"})", "expired",
     "cancel_failed unknown_order", "query_failed none"},
    {"maintenance as a refusal", 400, R"({"code":"MAINTENANCE","message":"back soon"})",
     "rejected venue_unavailable", "cancel_failed venue_unavailable",
     "query_failed venue_unavailable"},
};

} // namespace

TEST_CASE("failure matrix: every request kind by every outcome") {
  for (const auto& x : matrix)
    for (const auto k : kinds) {
      account_session s{settings_for({"SOL"})};
      s.connect();
      ask(s, k);
      REQUIRE(s.sink.calls.size() == 1);
      const auto call = s.sink.calls[0];
      s.sink.calls.clear();
      if (x.status <= 1)
        s.protocol.on(http_failed{s.at(), call.id, x.status == 1, "reset"}, s.sink);
      else
        s.answer(call, x.status, x.body);
      const std::string expected = k == kind::place    ? x.place
                                   : k == kind::cancel ? x.cancel
                                   : k == kind::query
                                       ? x.query
                                       : "request_failed " + std::string{name_of_list(k)};
      INFO(x.what << ", request kind " << static_cast<int>(k));
      CHECK(heard(s.sink) == expected);
      CHECK(s.sink.calls.empty()); // nothing is sent again by itself
      CHECK(s.sink.budgets.empty() == (x.status != 429));
      // A second answer to the same request is nobody's.
      const auto before = heard(s.sink);
      s.answer(call, 200, "{}");
      CHECK(heard(s.sink) == before);
    }
}

TEST_CASE("an unknown order: no answer to a place, the end of a cancel, a chain for a query") {
  for (const auto k : kinds) {
    account_session s{settings_for({"SOL"})};
    s.connect();
    ask(s, k);
    const auto call = s.sink.calls.at(0);
    s.sink.calls.clear();
    s.answer(call, 404, R"({"code":"RESOURCE_NOT_FOUND","message":"Not Found"})");
    CAPTURE(static_cast<int>(k));
    if (k == kind::place)
      CHECK(heard(s.sink) == "unknown");
    else if (k == kind::cancel)
      CHECK(heard(s.sink) == "cancel_failed unknown_order");
    else if (k == kind::query)
      CHECK(s.sink.calls.size() == 1); // client_history_test.cpp has the rest
    else if (k == kind::positions)
      CHECK(s.sink.position_lists.size() == 1);
    else
      CHECK(heard(s.sink) == "request_failed " + std::string{name_of_list(k)});
  }
}

TEST_CASE("2xx with another order's answer is unknown, not the other order's state") {
  for (const std::string other : {"null", "3", "theirs"}) {
    account_session s{settings_for({"ETH"})};
    s.connect();
    ask(s, kind::place);
    s.answer("/api/v1/order", 200, order_text(other == "theirs" ? s.number_text(2) : other));
    CHECK(heard(s.sink) == "unknown");
  }
  account_session s{settings_for({"ETH", "SOL"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/api/v1/order", 200, order_text(s.number_text(1), "SOL_USDC_PERP"));
  CHECK(heard(s.sink) == "unknown");
}

namespace {

const char* const expired = R"({"code":"INVALID_CLIENT_REQUEST","message":"Request has expired"})";

} // namespace

TEST_CASE("clock: synchronise once, sign again, send the SAME client id") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  ask(s, kind::place);
  ask(s, kind::cancel);
  const auto first = s.take("/api/v1/order");
  const auto second = s.take("/api/v1/order");
  s.answer(first, 400, expired);
  s.answer(second, 400, expired);
  CHECK(heard(s.sink).empty());
  REQUIRE(s.sink.calls.size() == 1); // one look at the clock for both
  s.elapsed += 20s;
  s.answer("/api/v1/time", 200, std::to_string(start_ms + 60'000));
  REQUIRE(s.sink.calls.size() == 2);
  const auto again = s.take("/api/v1/order");
  CHECK(again.method == http_method::post);
  CHECK(again.id != first.id);
  CHECK(again.body == first.body);
  CHECK(again.headers.at("X-Timestamp") == std::to_string(start_ms + 70'000)); // + half of 20 s
  checked(again, "orderExecute");
  SUBCASE("then accepted") {
    auto text
        = replaced(order_text(s.number_text(1)), R"("quantity":"0.001")", R"("quantity":"0.01")");
    s.answer(again, 200, text);
    CHECK(heard(s.sink) == "open");
  }
  SUBCASE("refused again: said as it is, no third time") {
    s.answer(again, 400, expired);
    CHECK(heard(s.sink) == "rejected clock");
    CHECK(s.sink.calls.size() == 1); // the cancel
  }
  SUBCASE("the old answer comes twice") {
    s.answer(first, 400, expired);
    CHECK(heard(s.sink).empty());
  }
}

TEST_CASE("no time to be had: what waited for it was not executed") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  ask(s, kind::place);
  s.answer("/api/v1/order", 400, expired);
  SUBCASE("lost") { s.lose("/api/v1/time", true); }
  SUBCASE("refused") { s.answer("/api/v1/time", 503, "<html>"); }
  SUBCASE("unreadable") { s.answer("/api/v1/time", 200, "{}"); }
  CHECK(heard(s.sink) == "rejected clock");
  CHECK(s.sink.fails.empty());
  // The next refusal asks for the time again.
  s.sink.updates.clear();
  ask(s, kind::place);
  s.answer("/api/v1/order", 400, expired);
  CHECK(s.take("/api/v1/time").target == "/api/v1/time");
}

TEST_CASE("an order that became stale while the clock was asked for is not sent") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  auto o = an_order();
  o.valid_until = s.at().now + 1s;
  s.protocol.place(s.at(), o, s.sink);
  s.answer("/api/v1/order", 400, expired);
  s.elapsed += 2s;
  s.give_time();
  CHECK(heard(s.sink) == "rejected stale");
  CHECK(s.sink.calls.empty());
}

TEST_CASE("the venue's words never carry credentials into a text") {
  account_session s{settings_for({"SOL"})};
  s.connect();
  for (const auto k : kinds) {
    ask(s, k);
    const auto call = s.sink.calls.at(0);
    s.sink.calls.clear();
    s.answer(call, 400,
             R"({"code":"UNAUTHORIZED","message":"key )" + api_key + R"(\n\u0007 again )" + api_key
                 + "\"}");
  }
  s.protocol.on(stream_closed{s.at(), stream_id{0}, "key " + api_key}, s.sink);
  const auto text = s.sink.all_text();
  CHECK(text.find("UNAUTHORIZED") != std::string::npos);
  CHECK(text.find(api_key.substr(0, 30)) == std::string::npos);
  CHECK(text.find(api_secret.substr(0, 30)) == std::string::npos);
  CHECK(text.find('\a') == std::string::npos);
  for (const auto& [stream, frame] : s.sink.sent)
    CHECK(frame.find(api_secret) == std::string::npos);
}

TEST_CASE("every documented code has its row") {
  using backpack::outcome;
  using backpack::verdict;
  using r = reject_reason;
  struct group {
    verdict what;
    r reason;
    std::vector<const char*> codes;
  };
  const group documented[] = {
      {verdict::refused,
       r::authentication,
       {"INVALID_SIGNATURE", "UNAUTHORIZED", "FORBIDDEN", "INVALID_SOURCE",
        "INVALID_TWO_FACTOR_CODE", "ACCOUNT_DEACTIVATED"}},
      {verdict::refused,
       r::invalid,
       {"INVALID_CLIENT_REQUEST", "NOT_IMPLEMENTED", "INVALID_ORDER", "INVALID_RANGE",
        "INVALID_SYMBOL", "INVALID_MARKET", "INVALID_ASSET", "INVALID_POSITION_ID"}},
      {verdict::refused, r::price_tick, {"INVALID_PRICE"}},
      {verdict::refused, r::size, {"INVALID_QUANTITY"}},
      {verdict::refused, r::other, {"PRECONDITION_FAILED"}},
      {verdict::refused,
       r::margin,
       {"INSUFFICIENT_FUNDS", "INSUFFICIENT_MARGIN", "INSUFFICIENT_SUPPLY", "MAX_LEVERAGE_REACHED",
        "POSITION_LIMIT", "BORROW_LIMIT", "LEND_LIMIT", "BORROW_REQUIRES_LEND_REDEEM",
        "LEND_REQUIRES_BORROW_REPAY"}},
      {verdict::refused, r::too_many_orders, {"ORDER_LIMIT"}},
      {verdict::refused, r::liquidation, {"ACCOUNT_LIQUIDATING"}},
      {verdict::refused, r::market_closed, {"TRADING_PAUSED"}},
      {verdict::refused, r::venue_unavailable, {"MAINTENANCE", "TOO_EARLY"}},
      {verdict::refused, r::rate_limit, {"TOO_MANY_REQUESTS"}},
      {verdict::unknown, r::none, {"TIMEOUT", "SERVER_ERROR"}},
      {verdict::not_found, r::unknown_order, {"RESOURCE_NOT_FOUND"}},
  };
  for (const auto& x : documented)
    for (const auto* code : x.codes) {
      CAPTURE(code);
      CHECK(backpack::classify_code(code) == outcome{x.what, x.reason});
      CHECK(backpack::classify(400, code, "") == outcome{x.what, x.reason});
    }
  CHECK_FALSE(backpack::classify_code("").has_value());
  CHECK_FALSE(backpack::classify_code("INVALID").has_value());
}

TEST_CASE("recorded words say more than their code") {
  using backpack::outcome;
  using backpack::verdict;
  using r = reject_reason;
  struct said {
    const char* code;
    const char* message;
    outcome means;
  };
  for (const auto& x : {
           said{"INVALID_CLIENT_REQUEST",
                "Invalid signature",
                {verdict::refused, r::authentication}},
           said{"INVALID_CLIENT_REQUEST",
                "Invalid X-Signature header",
                {verdict::refused, r::authentication}},
           said{"INVALID_CLIENT_REQUEST",
                "Invalid X-API-Key header",
                {verdict::refused, r::authentication}},
           said{"INVALID_CLIENT_REQUEST", "Request has expired", {verdict::resync, r::clock}},
           said{"INVALID_CLIENT_REQUEST", "Quantity decimal too long", {verdict::refused, r::size}},
           said{"INVALID_CLIENT_REQUEST",
                "Quantity is below the minimum allowed value",
                {verdict::refused, r::size}},
           said{"INVALID_CLIENT_REQUEST",
                "Price decimal too long",
                {verdict::refused, r::price_tick}},
           said{"INVALID_CLIENT_REQUEST",
                "Must specify both `triggerPrice` and `triggerQuantity` or neither",
                {verdict::refused, r::invalid}},
           said{"INVALID_ORDER",
                "Order would immediately match and take liquidity",
                {verdict::refused, r::post_only_would_cross}},
           said{"INVALID_ORDER",
                "Order expired PostOnlyTaker",
                {verdict::refused, r::post_only_would_cross}},
           said{"INVALID_ORDER", "Order expired FillOrKill", {verdict::ended, r::none}},
           said{"INVALID_ORDER", "Order expired PriceOutOfBounds", {verdict::ended, r::price_band}},
           said{"INVALID_ORDER",
                "Reduce only order would increase position",
                {verdict::refused, r::reduce_only}},
           said{"INVALID_PRICE",
                "Price is too far from the last active price",
                {verdict::refused, r::price_band}},
       }) {
    CAPTURE(x.message);
    CHECK(backpack::classify(400, x.code, x.message) == x.means);
  }
}

TEST_CASE("every documented reason of an expiry has its row, in both spellings") {
  using r = reject_reason;
  using backpack::expiry_reason;
  for (const auto* word : {"AccountTradingSuspended",
                           "BorrowRequiresLendRedeem",
                           "InsufficientBorrowableQuantity",
                           "InsufficientFunds",
                           "InsufficientMargin",
                           "InvalidPrice",
                           "InvalidQuantity",
                           "Liquidation",
                           "NegativeEquity",
                           "PostOnlyMode",
                           "PostOnlyTaker",
                           "PriceOutOfBounds",
                           "PriceImpact",
                           "ReduceOnlyNotReduced",
                           "SelfTradePrevention",
                           "StopWithoutPosition",
                           "UserPermissions",
                           "MaxStopOrdersPerPosition",
                           "PositionLimit",
                           "SlippageToleranceExceeded"}) {
    CAPTURE(word);
    CHECK(expiry_reason(word) != r::none);
    CHECK(expiry_reason(word) != r::other);
  }
  for (const auto* word : {"FillOrKill", "ImmediateOrCancel", "IMMEDIATE_OR_CANCEL", ""})
    CHECK(expiry_reason(word) == r::none);
  CHECK(expiry_reason("InsufficientLiquidity") == r::other);
  CHECK(expiry_reason("Unknown") == r::other);
  CHECK(expiry_reason("never heard") == r::other);
  CHECK(expiry_reason("SELF_TRADE_PREVENTION") == expiry_reason("SelfTradePrevention"));
}
