#include "client_support.hpp"

#include "venues/crypto/ethereum.hpp"

#include <simdjson.h>

using namespace grvt_client;

namespace {

sent_call placed(account_session& s, const order_request& o) {
  s.protocol.place(s.at(), o, s.sink);
  const auto call = s.take("/full/v1/create_order");
  check_private(call);
  CHECK(call.kind == request_class::order);
  return call;
}

/// The text between two marks, for the parts of a body that differ from run to run.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto start = text.find(from);
  REQUIRE(start != std::string::npos);
  const auto end = text.find(to, start + from.size());
  REQUIRE(end != std::string::npos);
  return text.substr(start + from.size(), end - start - from.size());
}

/// Checks the signature of a create_order body over what the body says; returns it without the
/// signature's numbers.
std::string checked(const sent_call& call, std::uint64_t chain_id = 325,
                    const std::string& asset = "0x030501", int decimals = 9) {
  const padded text{call.body};
  json_parser parser;
  const auto root = parser.parse(text.view());
  REQUIRE(root.has_value());
  const auto order = *member_of(*root, "order");
  const auto leg = *grvt::first_of(order, "legs");
  const auto signature = *member_of(order, "signature");
  grvt::order_message m;
  m.sub_account = *parse_unsigned(text_of(order, "sub_account_id"));
  m.market = *boolean_of(order, "is_market");
  const auto life = text_of(order, "time_in_force");
  m.life = life == "IMMEDIATE_OR_CANCEL" ? grvt::order_life::immediate_or_cancel
           : life == "FILL_OR_KILL"      ? grvt::order_life::fill_or_kill
                                         : grvt::order_life::good_till_time;
  m.post_only = *boolean_of(order, "post_only");
  m.reduce_only = *boolean_of(order, "reduce_only");
  m.asset = *grvt::parse_asset(asset);
  m.size = *grvt::scaled(*decimal_of(leg, "size"), decimals);
  m.price = *grvt::scaled(*decimal_of(leg, "limit_price"), 9);
  m.buy = *boolean_of(leg, "is_buying_asset");
  m.nonce = static_cast<std::uint32_t>(*grvt::number_of(signature, "nonce"));
  m.expiration_ns = static_cast<std::int64_t>(*parse_unsigned(text_of(signature, "expiration")));
  CHECK(text_of(signature, "signer") == signer_address);
  CHECK(text_of(signature, "chain_id") == std::to_string(chain_id));
  CHECK(grvt::check_signature(grvt::signing_domain{chain_id}.digest(m.struct_hash()),
                              text_of(signature, "r"), text_of(signature, "s"),
                              *integer_of(signature, "v"), *crypto::parse_address(signer_address))
        == grvt::signature_fault::none);
  auto body = call.body;
  const auto numbers = between(body, "\"signature\":{", "}");
  body.replace(body.find(numbers), numbers.size(), "...");
  return body;
}

timestamp expiration_of(const sent_call& call) {
  return from_ns(std::stoll(between(call.body, "\"expiration\":\"", "\"")));
}

std::string order_body(const std::string& words, const std::string& leg,
                       const std::string& client_id = "9223372036854775809") {
  return R"({"order":{"sub_account_id":"2147050003876484",)" + words + R"(,"legs":[{)" + leg
         + R"(}],"signature":{...},"metadata":{"client_order_id":")" + client_id + R"("}}})";
}

} // namespace

TEST_CASE("orders: the documented body for every type, signed over what it says") {
  account_session s{settings_for({"BTC", "PEPE"})};
  s.connect();
  const std::string leg
      = R"("instrument":"BTC_USDT_Perp","size":"0.001","limit_price":"65038.1","is_buying_asset":true)";
  auto o = an_order();
  auto call = placed(s, o);
  CHECK(
      checked(call)
      == order_body(
          R"("is_market":false,"time_in_force":"GOOD_TILL_TIME","post_only":false,"reduce_only":false)",
          leg));
  CHECK(expiration_of(call) == s.at().now + 500us + 29 * 24h);

  o.post_only = true;
  CHECK(
      checked(placed(s, o))
      == order_body(
          R"("is_market":false,"time_in_force":"GOOD_TILL_TIME","post_only":true,"reduce_only":false)",
          leg));
  o.post_only = false;
  o.tif = time_in_force::ioc;
  o.reduce_only = true;
  call = placed(s, o);
  CHECK(
      checked(call)
      == order_body(
          R"("is_market":false,"time_in_force":"IMMEDIATE_OR_CANCEL","post_only":false,"reduce_only":true)",
          leg));
  CHECK(expiration_of(call) == s.at().now + 500us + 60s);
  o.reduce_only = false;
  o.tif = time_in_force::fok;
  CHECK(
      checked(placed(s, o))
      == order_body(
          R"("is_market":false,"time_in_force":"FILL_OR_KILL","post_only":false,"reduce_only":false)",
          leg));

  auto market = an_order();
  market.id = our_id(2);
  market.type = order_type::market;
  market.order_side = side::sell; // the worst price accepted is not the venue's business
  call = placed(s, market);
  CHECK(
      checked(call)
      == order_body(
          R"("is_market":true,"time_in_force":"IMMEDIATE_OR_CANCEL","post_only":false,"reduce_only":false)",
          R"("instrument":"BTC_USDT_Perp","size":"0.001","limit_price":"0","is_buying_asset":false)",
          "9223372036854775810"));
  CHECK(expiration_of(call) == s.at().now + 500us + 60s);

  auto pepe = an_order();
  pepe.instrument = number(1);
  pepe.size = "1500000000"_qty;
  pepe.limit_price = "0.0000123456"_price;
  CHECK(
      checked(placed(s, pepe), 325, "0x030d01", 3)
      == order_body(
          R"("is_market":false,"time_in_force":"GOOD_TILL_TIME","post_only":false,"reduce_only":false)",
          R"("instrument":"KPEPE_USDT_Perp","size":"1500000","limit_price":"0.0123456","is_buying_asset":true)"));
}

TEST_CASE("testnet signs for its own chain") {
  auto settings = settings_for({"BTC"});
  settings.environment = "testnet";
  account_session s{settings};
  s.connect();
  CHECK(checked(placed(s, an_order()), 326).size() > 100);
}

TEST_CASE("nonces are the driver's random bits") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  CHECK(placed(s, an_order()).body.find(R"("nonce":4,"chain_id":"325")") != std::string::npos);
}

TEST_CASE("orders that cannot be are denied here") {
  account_session s{settings_for({"BTC", "PEPE"})};
  s.connect();
  const auto denied = [&](const order_request& o) {
    s.sink.updates.clear();
    s.protocol.place(s.at(), o, s.sink);
    CHECK(s.sink.calls.empty());
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::rejected);
    CHECK(s.sink.updates[0].source == evidence::local);
    return s.sink.updates[0].reason;
  };
  auto o = an_order();
  o.instrument = number(7);
  CHECK(denied(o) == reject_reason::invalid);
  o = an_order();
  o.post_only = true;
  o.tif = time_in_force::ioc;
  CHECK(denied(o) == reject_reason::invalid);
  o.tif = time_in_force::gtc;
  o.type = order_type::market;
  CHECK(denied(o) == reject_reason::invalid);
  o = an_order();
  o.valid_until = s.at().now - 1ns;
  CHECK(denied(o) == reject_reason::stale);
  o = an_order();
  o.size = "0.0000000001"_qty; // nothing is left of it in the signed number
  CHECK(denied(o) == reject_reason::size);
  o.size = "100000000000"_qty; // more than 64 bits
  CHECK(denied(o) == reject_reason::size);
  o = an_order();
  o.limit_price = price{};
  CHECK(denied(o) == reject_reason::price_tick);
  o.limit_price = "100000000000"_price;
  CHECK(denied(o) == reject_reason::price_tick);
}

TEST_CASE("without a durable number nothing is sent") {
  auto settings = settings_for({"BTC"});
  settings.ids = std::make_shared<number_ids>(
      std::uint16_t{1}, number_range{first_number, ~std::uint64_t{0}}, std::vector<id_block>{},
      [](const id_block&) { return std::string{"the disk is full"}; });
  account_session s{settings};
  s.connect();
  s.protocol.place(s.at(), an_order(), s.sink);
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::rejected);
  CHECK(s.sink.updates[0].reason == reject_reason::not_sent);
  s.protocol.cancel(s.at(), {our_id(1), number(0)}, "", s.sink);
  s.protocol.query_order(s.at(), our_id(1), number(0), "", s.sink);
  CHECK(s.sink.cancels_failed.size() == 1);
  CHECK(s.sink.queries_failed.size() == 1);
  CHECK(s.sink.calls.empty());
  // With the venue's id there is a way.
  s.protocol.cancel(s.at(), {our_id(1), number(0)}, "0x01010105034cddc7000000006621285c", s.sink);
  CHECK(
      s.take("/full/v1/cancel_order").body
      == R"({"sub_account_id":"2147050003876484","order_id":"0x01010105034cddc7000000006621285c"})");
}

TEST_CASE("the answer to an order: taken, provisional, without a name of the venue") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.answer(placed(s, an_order()), 200, order_text{}.answer());
  REQUIRE(s.sink.updates.size() == 1);
  const auto& x = s.sink.updates[0];
  CHECK(x.id == our_id(1));
  CHECK(x.state == order_state::open);
  CHECK(x.source == evidence::answer);
  CHECK(x.venue_order_id.empty());
  CHECK(x.size == "0.001"_qty);
  CHECK(x.limit_price == "50000"_price);
  CHECK(x.time == from_ns(1767196800500000000));
}

TEST_CASE("cancel: by our number, with a window while the venue has no name for the order") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.cancel(s.at(), {our_id(1), number(0)}, "", s.sink);
  auto call = s.take("/full/v1/cancel_order");
  check_private(call);
  CHECK(call.kind == request_class::cancel);
  CHECK(
      call.body
      == R"({"sub_account_id":"2147050003876484","client_order_id":"9223372036854775809","time_to_live_ms":"5000"})");
  s.answer(call, 200, R"({"result":{"ack":true}})");
  s.protocol.cancel(s.at(), {our_id(1), number(0)}, "0x01", s.sink);
  call = s.take("/full/v1/cancel_order");
  CHECK(call.body
        == R"({"sub_account_id":"2147050003876484","client_order_id":"9223372036854775809"})");
  s.answer(call, 200, R"({"result":{"ack":"true"}})"); // as the documentation prints it
  // Taken says nothing of the order's end.
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.cancels_failed.empty());
  s.protocol.cancel(s.at(), {our_id(1), number(0)}, "0x01", s.sink);
  s.answer("/full/v1/cancel_order", 200, R"({"result":{"ack":false}})");
  REQUIRE(s.sink.cancels_failed.size() == 1);
  CHECK(s.sink.cancels_failed[0].reason == reject_reason::none);
}

TEST_CASE("a venue that allows no windows is told so once") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  const std::string off = R"({"code":2300,"message":"currently disabled","status":400})";
  s.protocol.cancel(s.at(), {our_id(1), number(0)}, "", s.sink);
  s.answer("/full/v1/cancel_order", 400, off);
  const auto again = s.take("/full/v1/cancel_order");
  CHECK(again.body.find("time_to_live_ms") == std::string::npos);
  s.answer(again, 200, R"({"result":{"ack":true}})");
  CHECK(s.sink.cancels_failed.empty());
  s.protocol.cancel(s.at(), {our_id(2), number(0)}, "", s.sink);
  const auto next = s.take("/full/v1/cancel_order");
  CHECK(next.body.find("time_to_live_ms") == std::string::npos);
  s.answer(next, 400, off);
  CHECK(s.sink.cancels_failed.size() == 1);
}

TEST_CASE("cancel-all is for one instrument, as the venue counts it") {
  account_session s{settings_for({"BTC", "PEPE"})};
  s.connect();
  s.protocol.cancel_all(s.at(), number(0), s.sink);
  auto call = s.take("/full/v1/cancel_all_orders");
  check_private(call);
  CHECK(call.kind == request_class::cancel);
  CHECK(
      call.body
      == R"({"sub_account_id":"2147050003876484","kind":["PERPETUAL"],"base":["BTC"],"quote":["USDT"]})");
  s.protocol.cancel_all(s.at(), number(1), s.sink);
  CHECK(s.take("/full/v1/cancel_all_orders").body.find(R"("base":["KPEPE"])") != std::string::npos);
}

TEST_CASE("query: by our number, else by the venue's id, and whose it is") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.query_order(s.at(), our_id(1), number(0), "0x01", s.sink);
  auto call = s.take("/full/v1/order");
  check_private(call);
  CHECK(call.body
        == R"({"sub_account_id":"2147050003876484","client_order_id":"9223372036854775809"})");
  order_text text;
  s.answer(call, 200, text.answer());
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::pending); // asked for, and the engine is silent
  CHECK(s.sink.updates[0].source == evidence::query);

  s.protocol.query_order(s.at(), {}, number(0), "0x0101", s.sink);
  call = s.take("/full/v1/order");
  CHECK(call.body == R"({"sub_account_id":"2147050003876484","order_id":"0x0101"})");
  text.order_id = "0x0101";
  text.client_id = "747860882";
  text.status = "CANCELLED";
  text.reason = "CLIENT_CANCEL";
  s.answer(call, 200, text.answer());
  REQUIRE(s.sink.foreign.size() == 1);
  CHECK(s.sink.foreign[0].foreign_id == "747860882");
  CHECK(s.sink.foreign[0].order.state == order_state::cancelled);
  // The answer about another order is none.
  s.protocol.query_order(s.at(), our_id(2), number(0), "", s.sink);
  s.answer("/full/v1/order", 200, order_text{}.answer());
  REQUIRE(s.sink.queries_failed.size() == 1);
  CHECK(s.sink.queries_failed[0].reason == reject_reason::none);
}

TEST_CASE("states and reasons of an order in our words") {
  struct row {
    const char* status;
    const char* reason;
    const char* filled;
    order_state state;
    reject_reason why;
  };
  using r = reject_reason;
  for (const auto& x : {
           row{"OPEN", "UNSPECIFIED", "0.0", order_state::open, r::none},
           row{"OPEN", "UNSPECIFIED", "0.0005", order_state::partially_filled, r::none},
           row{"FILLED", "UNSPECIFIED", "0.001", order_state::filled, r::none},
           row{"CANCELLED", "CLIENT_CANCEL", "0.0005", order_state::cancelled, r::none},
           row{"CANCELLED", "IOC_CANCEL", "0.0", order_state::cancelled, r::none},
           row{"CANCELLED", "EXPIRED", "0.0", order_state::expired, r::none},
           row{"CANCELLED", "SELF_MATCHED_SUBACCOUNT", "0.0", order_state::cancelled,
               r::self_trade},
           row{"CANCELLED", "LIQUIDATION", "0.0", order_state::cancelled, r::liquidation},
           row{"CANCELLED", "CLIENT_CANCEL_ON_DISCONNECT_TRIGGERED", "0.0", order_state::cancelled,
               r::none},
           row{"REJECTED", "FAIL_POST_ONLY", "0.0", order_state::rejected,
               r::post_only_would_cross},
           row{"REJECTED", "FAIL_REDUCE_ONLY", "0.0", order_state::rejected, r::reduce_only},
           row{"REJECTED", "BELOW_MARGIN", "0.0", order_state::rejected, r::margin},
           row{"REJECTED", "INSTRUMENT_DEACTIVATED", "0.0", order_state::rejected,
               r::market_closed},
           row{"REJECTED", "EXCEED_MAX_SIGNATURE_EXPIRATION", "0.0", order_state::rejected,
               r::clock},
           row{"REJECTED", "UNSPECIFIED", "0.0", order_state::rejected, r::other},
           row{"REJECTED", "A_NEW_WORD", "0.0", order_state::rejected, r::other},
           // A second copy was refused: the first one may live.
           row{"REJECTED", "OVERLAPPING_CLIENT_ORDER_ID", "0.0", order_state::unknown,
               r::duplicate_id},
       }) {
    CAPTURE(x.reason);
    account_session s{settings_for({"BTC"})};
    s.connect();
    s.protocol.query_order(s.at(), our_id(1), number(0), "", s.sink);
    order_text text;
    text.order_id = "0x010101050390cd89000000007799a374";
    text.status = x.status;
    text.reason = x.reason;
    text.filled = x.filled;
    text.average = "65000.5";
    s.answer("/full/v1/order", 200, text.answer());
    REQUIRE(s.sink.updates.size() == 1);
    const auto& u = s.sink.updates[0];
    CHECK(u.state == x.state);
    CHECK(u.reason == x.why);
    CHECK(u.filled == quantity{*decimal::parse(x.filled)});
    CHECK(u.average_price == "65000.5"_price);
    CHECK(u.venue_order_id == "0x010101050390cd89000000007799a374");
    if (u.state != order_state::open && u.state != order_state::partially_filled
        && u.state != order_state::filled)
      CHECK(u.text == x.reason);
  }
}

TEST_CASE("the clock is looked at again, and after a refusal for time") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  CHECK(s.sink.timers.at(2) == 10min);
  s.timer(2);
  s.answer("/time", 503, "");
  CHECK(s.sink.fails.empty());
  s.protocol.place(s.at(), an_order(), s.sink);
  s.answer("/full/v1/create_order", 403,
           R"({"code":2001,"message":"Signature has expired","status":403})");
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].reason == reject_reason::clock);
  s.answer("/time", 200, "{\"server_time\":" + std::to_string(start_ms + 60'000) + "}");
  const auto call = placed(s, an_order());
  CHECK(expiration_of(call) == s.at().now + 60s + 500us + 29 * 24h);
}
