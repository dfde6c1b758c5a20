#include "client_support.hpp"

#include "venues/crypto/eip712.hpp"
#include "venues/crypto/hex.hpp"

using namespace edgex_client;

namespace {

constexpr auto create_path = "/api/v2/private/order/createOrder";

struct live_account : account_session {
  explicit live_account(std::vector<std::string> tickers = {"BTC", "ETH"})
      : account_session{settings_for(std::move(tickers))} {
    connect();
  }
};

order_request an_order() {
  order_request o;
  o.id = our_id(0x2a);
  o.instrument = number(0);
  o.size = "0.001"_qty;
  o.limit_price = "96260.7"_price;
  return o;
}

/// The body of the order that was sent; its request is checked and removed.
json sent_order(account_session& s) {
  const auto call = s.take(create_path);
  check_signed(call);
  CHECK(call.kind == request_class::order);
  CHECK(call.target == create_path);
  return json::parse(call.body);
}

std::uint64_t number_in(const json& text) { return std::stoull(text.get<std::string>()); }

/// Recovers the signer of a createOrder body as a server would, from the body alone.
bool is_signed_by_test_key(const json& body, std::uint64_t resolution) {
  const auto cut = [](decimal x, std::uint64_t factor) {
    return static_cast<std::uint64_t>((x * decimal::from_int(static_cast<std::int64_t>(factor)))
                                          .round_to(1, rounding::down)
                                          .count_of(1));
  };
  const auto text = [&](const char* name) { return body.at(name).get<std::string>(); };
  std::string error;
  const auto key = crypto::private_key::parse(signer_key, error);
  REQUIRE(key);
  crypto::typed_data_types types;
  types.add("OrderBase", {{"nonce", "uint256"},
                          {"signer", "address"},
                          {"accountId", "uint64"},
                          {"expirationTimestamp", "uint256"}});
  types.add("LimitOrderParams", {{"base", "OrderBase"},
                                 {"amountSynthetic", "int256"},
                                 {"amountCollateral", "int256"},
                                 {"amountFee", "uint256"},
                                 {"assetIdSynthetic", "uint64"},
                                 {"assetIdCollateral", "uint64"},
                                 {"isBuyingSynthetic", "bool"},
                                 {"parentOrderHash", "bytes32"},
                                 {"subOrderIndex", "uint256"}});
  using value = crypto::abi_value;
  const auto base
      = value::list({value::number(number_in(body.at("l2Nonce"))), value::account(key->address()),
                     value::number(number_in(body.at("accountId"))),
                     value::number(number_in(body.at("expireTime")) / 1000)});
  const auto message
      = value::list({base, value::number(cut(*decimal::parse(text("l2Size")), resolution)),
                     value::number(cut(*decimal::parse(text("l2Value")), 1'000'000)),
                     value::number(number_in(body.at("l2LimitFee")) * 1'000'000),
                     value::number(number_in(body.at("contractId"))),
                     value::number(std::uint64_t{1000}), value::boolean(text("side") == "BUY"),
                     value::fixed(crypto::bytes32{}), value::number(std::uint64_t{0})});
  crypto::typed_data_domain domain;
  domain.name = "EdgeX";
  domain.version = "1";
  domain.chain_id = crypto::to_word(33431);
  domain.verifying_contract
      = crypto::from_hex_exact<20>("1ae109ea449cfe0bed08bfe8911e968a49a919b1");
  const auto digest = crypto::typed_data_digest(domain.separator(),
                                                types.hash_struct("LimitOrderParams", message));
  const auto rsv = crypto::from_hex_exact<65>(text("l2Signature"));
  REQUIRE(rsv);
  const auto signature = crypto::recoverable_signature::from_rsv(*rsv);
  REQUIRE(signature);
  const auto found = crypto::recover(digest, *signature);
  return found && found->address() == key->address();
}

} // namespace

TEST_CASE("place: each kind of order as the venue wants it, signed so that a server accepts it") {
  live_account s;
  struct wanted {
    const char* what;
    void (*change)(order_request&);
    json body; ///< members that must be so
  };
  for (const auto& x : {
           wanted{"limit",
                  [](order_request&) {},
                  {{"type", "LIMIT"},
                   {"timeInForce", "GOOD_TIL_CANCEL"},
                   {"side", "BUY"},
                   {"price", "96260.7"},
                   {"size", "0.001"},
                   {"reduceOnly", false},
                   {"contractId", "10000001"},
                   {"accountId", account_id},
                   {"clientOrderId", "ab-1-2-3-2a"},
                   {"l2Size", "0.001"},
                   {"l2Value", "96.2607"},
                   {"l2LimitFee", "1"},
                   {"expireTime", "1775202847079"},
                   {"l2ExpireTime", "1775894047079"}}},
           wanted{"post-only",
                  [](order_request& o) { o.post_only = true; },
                  {{"type", "LIMIT"}, {"timeInForce", "POST_ONLY"}}},
           wanted{"IOC",
                  [](order_request& o) { o.tif = time_in_force::ioc; },
                  {{"type", "LIMIT"}, {"timeInForce", "IMMEDIATE_OR_CANCEL"}}},
           wanted{"FOK",
                  [](order_request& o) { o.tif = time_in_force::fok; },
                  {{"type", "LIMIT"}, {"timeInForce", "FILL_OR_KILL"}}},
           wanted{"reduce-only sell",
                  [](order_request& o) {
                    o.reduce_only = true;
                    o.order_side = side::sell;
                  },
                  {{"reduceOnly", true}, {"side", "SELL"}}},
           wanted{"market to buy: IOC at the worst price, on the tick below",
                  [](order_request& o) {
                    o.type = order_type::market;
                    o.limit_price = "96260.77"_price;
                  },
                  {{"type", "LIMIT"},
                   {"timeInForce", "IMMEDIATE_OR_CANCEL"},
                   {"price", "96260.7"},
                   {"l2Value", "96.2607"}}},
           wanted{"market to sell: on the tick above",
                  [](order_request& o) {
                    o.type = order_type::market;
                    o.order_side = side::sell;
                    o.limit_price = "96260.71"_price;
                  },
                  {{"timeInForce", "IMMEDIATE_OR_CANCEL"}, {"price", "96260.8"}}},
           wanted{"the higher of the account's and the contract's fees bounds the fee",
                  [](order_request& o) {
                    o.instrument = number(1);
                    o.size = "1"_qty;
                    o.limit_price = "2000.5"_price;
                  },
                  {{"contractId", "10000002"}, {"l2LimitFee", "3"}}}, // 2000.5 * 0.0012
       }) {
    CAPTURE(x.what);
    auto o = an_order();
    x.change(o);
    s.protocol.place(s.at(), o, s.sink);
    REQUIRE(s.sink.calls.size() == 1);
    const auto body = sent_order(s);
    for (const auto& [name, value] : x.body.items()) {
      CAPTURE(name);
      CHECK(body.at(name) == value);
    }
    CHECK(body.at("l2Nonce") == std::to_string(edgex::l2_nonce("ab-1-2-3-2a")));
    CHECK(is_signed_by_test_key(body, o.instrument == number(0) ? 10'000'000'000 : 1'000'000'000));
    auto other = body;
    other["side"] = body.at("side") == "BUY" ? "SELL" : "BUY";
    CHECK_FALSE(
        is_signed_by_test_key(other, o.instrument == number(0) ? 10'000'000'000 : 1'000'000'000));
  }
  CHECK(s.sink.updates.empty());
}

TEST_CASE("place: a coin that is counted in thousands") {
  live_account s{{"PEPE"}};
  auto o = an_order();
  o.size = "20000"_qty;
  o.limit_price = "0.0000123456"_price;
  s.protocol.place(s.at(), o, s.sink);
  const auto body = sent_order(s);
  CHECK(body.at("contractId") == "10000005");
  CHECK(body.at("price") == "0.0123456");
  CHECK(body.at("size") == "20");
  CHECK(body.at("l2Value") == "0.246912");
  CHECK(is_signed_by_test_key(body, 1'000'000'000));
}

TEST_CASE("place: refused here, not by the venue") {
  struct wrong {
    void (*change)(order_request&);
    reject_reason reason;
  };
  for (const auto& x : {
           wrong{[](order_request& o) { o.instrument = number(7); }, reject_reason::invalid},
           wrong{[](order_request& o) {
                   o.post_only = true;
                   o.tif = time_in_force::ioc;
                 },
                 reject_reason::invalid},
           wrong{[](order_request& o) {
                   o.post_only = true;
                   o.type = order_type::market;
                 },
                 reject_reason::invalid},
           wrong{[](order_request& o) { o.valid_until = from_ms(start_ms - 1); },
                 reject_reason::stale},
           wrong{[](order_request& o) { o.limit_price = {}; }, reject_reason::invalid},
           wrong{[](order_request& o) {
                   o.type = order_type::market;
                   o.limit_price = {};
                 },
                 reject_reason::invalid},
           wrong{[](order_request& o) { o.size = "100000000000"_qty; }, reject_reason::size},
           wrong{[](order_request& o) { o.size = {}; }, reject_reason::size},
       }) {
    live_account s;
    auto o = an_order();
    x.change(o);
    s.protocol.place(s.at(), o, s.sink);
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::rejected);
    CHECK(s.sink.updates[0].reason == x.reason);
    CHECK(s.sink.updates[0].source == evidence::local);
    CHECK(s.sink.updates[0].id == o.id);
    CHECK(s.sink.calls.empty());
  }
}

TEST_CASE("place: the acknowledgement names the order and promises nothing") {
  live_account s;
  s.protocol.place(s.at(), an_order(), s.sink);
  s.answer(create_path, 200, success(R"({"orderId":"564814927928230158"})"));
  REQUIRE(s.sink.updates.size() == 1);
  const auto& x = s.sink.updates[0];
  CHECK(x.id == our_id(0x2a));
  CHECK(x.state == order_state::open);
  CHECK(x.source == evidence::answer);
  CHECK(x.venue_order_id == "564814927928230158");
  CHECK(x.size == "0.001"_qty);
  CHECK(x.limit_price == "96260.7"_price);
}

TEST_CASE("cancel: by our id; the map inside the success decides") {
  struct result {
    const char* text;
    const char* heard;
  };
  for (const auto& x : {
           result{"SUCCESS", ""}, // the stream says CANCELED
           result{"SUCCESS_ORDER_CANCELING", ""},
           result{"SUCCESS_ORDER_CANCELED", "none"},
           result{"FAILED_ORDER_NOT_FOUND", "unknown_order"},
           result{"FAILED_ORDER_FILLED", "none"},
           result{"FAILED_ORDER_UNKNOWN_STATUS", "none"},
           result{"UNKNOWN_ORDER_CANCEL_RESULT", "none"},
           result{"UNRECOGNIZED", "none"},
           result{"SOMETHING_NEW", "none"},
       }) {
    CAPTURE(x.text);
    live_account s;
    s.protocol.cancel(s.at(), {our_id(0x2a), number(0)}, "564827797948727434", s.sink);
    const auto call = s.take("/api/v2/private/order/cancelOrderByClientOrderId");
    check_signed(call);
    CHECK(call.kind == request_class::cancel);
    CHECK(call.body == R"({"accountId":"543429922991899150","clientOrderIdList":["ab-1-2-3-2a"]})");
    s.answer(call, 200, success(json{{"cancelResultMap", {{"ab-1-2-3-2a", x.text}}}}.dump()));
    CHECK(s.sink.updates.empty());
    REQUIRE(s.sink.cancels_failed.size() == (*x.heard == 0 ? 0 : 1));
    if (*x.heard != 0) {
      CHECK(to_string(s.sink.cancels_failed[0].reason) == x.heard);
      CHECK(s.sink.cancels_failed[0].text == x.text);
    }
  }
  SUBCASE("an answer about another order") {
    live_account s;
    s.protocol.cancel(s.at(), {our_id(0x2a), number(0)}, "", s.sink);
    s.answer("/api/v2/private/order/cancelOrderByClientOrderId", 200,
             success(R"({"cancelResultMap":{"ab-1-2-3-2b":"SUCCESS"}})"));
    REQUIRE(s.sink.cancels_failed.size() == 1);
    CHECK(s.sink.cancels_failed[0].reason == reject_reason::none);
  }
}

TEST_CASE("cancel-all is of one contract") {
  live_account s;
  s.protocol.cancel_all(s.at(), number(1), s.sink);
  const auto call = s.take("/api/v2/private/order/cancelAllOrder");
  check_signed(call);
  CHECK(call.kind == request_class::cancel);
  CHECK(call.body == R"({"accountId":"543429922991899150","filterContractIdList":["10000002"]})");
  s.answer(call, 200, success(R"({"cancelResultMap":{"564827797948727434":"SUCCESS"}})"));
  CHECK(s.sink.requests_failed.empty());
  s.protocol.cancel_all(s.at(), number(9), s.sink);
  CHECK(s.sink.requests_failed.size() == 1);
}
