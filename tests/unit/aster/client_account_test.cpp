#include "client_support.hpp"

#include "venues/crypto/ethereum.hpp"

using namespace aster_client;

namespace {

order_request limit_order(std::uint16_t instrument, side s, quantity size, price at) {
  order_request o;
  o.id = our_id(0x2a);
  o.instrument = number(instrument);
  o.order_side = s;
  o.size = size;
  o.limit_price = at;
  return o;
}

using pairs = std::vector<std::pair<std::string, std::string>>;

/// Takes the signature off and checks that it signs exactly what is before it.
pairs checked(const sent_call& call) {
  auto fields = fields_of(call);
  REQUIRE(fields.size() >= 2);
  REQUIRE(fields.back().first == "signature");
  const auto signature = fields.back().second;
  const auto question = call.target.find('?');
  auto text = question == std::string::npos ? call.body : call.target.substr(question + 1);
  text.resize(text.rfind("&signature="));
  if (call.headers.contains("X-MBX-APIKEY")) {
    CHECK(call.headers.at("X-MBX-APIKEY") == v1_key);
    aster::hmac_signer signer{crypto::secret{v1_secret}};
    CHECK(signer.verify(text, "", signature));
  } else {
    CHECK(signature.starts_with("0x"));
    const auto who = aster::recover_signer(
        aster::signing_domain{aster::mainnet_chain_id}.digest(text), signature);
    REQUIRE(who.has_value());
    CHECK(crypto::checksum_text(*who) == agent_address);
  }
  if (!call.body.empty())
    CHECK(call.content_type == "application/x-www-form-urlencoded");
  fields.pop_back();
  return fields;
}

/// The last three fields of a V3 request.
pairs v3_tail(std::uint64_t nonce) {
  return {{"nonce", std::to_string(nonce)}, {"user", user_address}, {"signer", agent_address}};
}

/// The venue's clock as the client estimates it, in microseconds.
std::uint64_t venue_us(const account_session& s) {
  return static_cast<std::uint64_t>(start_ms) * 1000 + 500
         + static_cast<std::uint64_t>(s.elapsed / 1us);
}

} // namespace

TEST_CASE("v3: the way to live, request by request") {
  account_session s{settings_for({"BTC", "ETH"})};
  s.start();
  const auto time = s.take("/fapi/v3/time");
  CHECK(time.method == http_method::get);
  CHECK(time.target == "/fapi/v3/time"); // public: no parameters
  CHECK(time.kind == request_class::session);
  // 40 ms there and back; the venue is 2 s ahead.
  s.elapsed = 40ms;
  s.answer(time, 200, R"({"serverTime":1773321235020})");
  REQUIRE(s.sink.offsets.size() == 1);
  CHECK(s.sink.offsets[0] == 2s + 500us);

  const auto info = s.take("/fapi/v3/exchangeInfo");
  CHECK(info.target == "/fapi/v3/exchangeInfo");
  s.answer(info, 200, exchange_info());
  CHECK(s.sink.instruments.size() == 2);

  const auto mode = s.take("/fapi/v3/positionSide/dual");
  CHECK(mode.method == http_method::get);
  CHECK(checked(mode) == v3_tail(1'773'321'235'040'500));
  s.answer(mode, 200, R"({"dualSidePosition":false})");

  const auto key = s.take("/fapi/v3/listenKey");
  CHECK(key.method == http_method::post);
  CHECK(key.target == "/fapi/v3/listenKey");
  CHECK(checked(key) == v3_tail(1'773'321'235'040'501)); // the same microsecond: last + 1
  s.answer(key, 200, R"({"listenKey":")" + s.listen_key + R"("})");
  CHECK(s.sink.opened == std::vector<std::string>{"/ws/" + s.listen_key});
  CHECK(s.sink.lives == 0);
  s.stream_open();
  CHECK(s.sink.lives == 1);
  // The account's own fees are asked for, one symbol at a time.
  const auto fee = s.take("/fapi/v3/commissionRate");
  CHECK(fee.target.starts_with("/fapi/v3/commissionRate?symbol=BTCUSDT&nonce="));
  s.sink.instruments.clear();
  s.answer(fee, 200,
           R"({"symbol":"BTCUSDT","makerCommissionRate":"0.0002","takerCommissionRate":"0.0004"})");
  REQUIRE(s.sink.instruments.size() == 1);
  CHECK(s.sink.instruments[0].maker_fee == "0.0002"_d);
  CHECK(s.sink.instruments[0].taker_fee == "0.0004"_d);
}

TEST_CASE("v1: listen key calls carry the key header and nothing else") {
  account_session s{settings_for({"BTC"}, "v1")};
  s.start();
  s.give_time();
  s.answer("/fapi/v1/exchangeInfo", 200, exchange_info());
  const auto mode = s.take("/fapi/v1/positionSide/dual");
  CHECK(checked(mode) == pairs{{"recvWindow", "5000"}, {"timestamp", "1773321233000"}});
  s.answer(mode, 200, R"({"dualSidePosition":false})");
  const auto key = s.take("/fapi/v1/listenKey");
  CHECK(key.method == http_method::post);
  CHECK(key.target == "/fapi/v1/listenKey");
  CHECK(key.body.empty());
  CHECK(key.headers == std::map<std::string, std::string>{{"X-MBX-APIKEY", v1_key}});
}

TEST_CASE("missing or malformed credentials end the session at once and are not shown") {
  const auto run = [](session_settings settings) {
    aster_session<aster::account> s{settings};
    s.start();
    CHECK(s.sink.calls.empty());
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::authentication);
    return s.sink.fails[0].text;
  };
  auto none = settings_for({"BTC"});
  none.parameters = {};
  CHECK(run(none).find("signer_key") != std::string::npos);
  auto v1 = settings_for({"BTC"}, "v1");
  v1.parameters.set("api_secret", std::string{});
  CHECK(run(v1) == "api = \"v1\" needs api_key and api_secret");
  auto bad = settings_for({"BTC"});
  bad.parameters.set("signer_key", std::string{"0x4fd0a42218f3eae43a6ce26d22544e98"});
  CHECK(run(bad).find("4fd0a422") == std::string::npos);
  auto user = settings_for({"BTC"});
  user.parameters.set("user", std::string{"me"});
  CHECK(run(user).find("40 hexadecimal digits") != std::string::npos);
}

TEST_CASE("hedge mode ends the session in plain words, at the start and later") {
  account_session s{settings_for({"BTC"})};
  SUBCASE("start") {
    s.start();
    s.give_time();
    s.answer("/fapi/v3/exchangeInfo", 200, exchange_info());
    s.answer("/fapi/v3/positionSide/dual", 200, R"({"dualSidePosition":true})");
  }
  SUBCASE("later") {
    s.connect();
    s.frame(R"({"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ac":{"s":"BTCUSDT","l":25}})");
    CHECK(s.sink.fails.empty());
    s.frame(R"({"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ai":{"j":true,"f":true,"d":true}})");
  }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].text.find("hedge mode") != std::string::npos);
}

TEST_CASE("v3 orders: fields and order of the published vectors") {
  account_session s{settings_for({"BTC", "SOL", "PEPE"})};
  s.connect();
  const auto placed = [&](const order_request& o) {
    s.elapsed += 1s;
    s.protocol.place(s.at(), o, s.sink);
    const auto call = s.take("/fapi/v3/order");
    CHECK(call.method == http_method::post);
    CHECK(call.kind == request_class::order);
    CHECK(call.target == "/fapi/v3/order");
    auto fields = checked(call);
    const pairs tail{fields.end() - 3, fields.end()};
    CHECK(tail == v3_tail(venue_us(s)));
    fields.resize(fields.size() - 3);
    return fields;
  };
  auto o = limit_order(0, side::buy, "0.012"_qty, "90000.1"_price);
  o.tif = time_in_force::ioc;
  CHECK(placed(o)
        == pairs{{"symbol", "BTCUSDT"},
                 {"side", "BUY"},
                 {"type", "LIMIT"},
                 {"quantity", "0.012"},
                 {"price", "90000.1"},
                 {"timeInForce", "IOC"},
                 {"newClientOrderId", "ab-1-2-3-2a"}});
  o.tif = time_in_force::fok;
  CHECK(placed(o).at(5) == std::pair<std::string, std::string>{"timeInForce", "FOK"});
  o.tif = time_in_force::gtc;
  CHECK(placed(o).at(5) == std::pair<std::string, std::string>{"timeInForce", "GTC"});

  auto post = limit_order(1, side::sell, "1.5"_qty, "150.25"_price);
  post.post_only = true;
  post.reduce_only = true;
  CHECK(placed(post)
        == pairs{{"symbol", "SOLUSDT"},
                 {"side", "SELL"},
                 {"type", "LIMIT"},
                 {"quantity", "1.5"},
                 {"price", "150.25"},
                 {"timeInForce", "GTX"},
                 {"reduceOnly", "true"},
                 {"newClientOrderId", "ab-1-2-3-2a"}});

  auto market = limit_order(0, side::sell, "0.012"_qty, "1"_price);
  market.type = order_type::market;
  market.reduce_only = true;
  CHECK(placed(market)
        == pairs{{"symbol", "BTCUSDT"},
                 {"side", "SELL"},
                 {"type", "MARKET"},
                 {"quantity", "0.012"},
                 {"reduceOnly", "true"},
                 {"newClientOrderId", "ab-1-2-3-2a"}});

  // Single coins go out in thousands.
  CHECK(placed(limit_order(2, side::buy, "50000000000"_qty, "0.000000001"_price))
        == pairs{{"symbol", "1000PEPEUSDT"},
                 {"side", "BUY"},
                 {"type", "LIMIT"},
                 {"quantity", "50000000"},
                 {"price", "0.000001"},
                 {"timeInForce", "GTC"},
                 {"newClientOrderId", "ab-1-2-3-2a"}});
}

TEST_CASE("v1 order, with recvWindow and timestamp before the signature") {
  account_session s{settings_for({"BTC"}, "v1")};
  s.connect();
  s.protocol.place(s.at(), limit_order(0, side::buy, "0.012"_qty, "90000.1"_price), s.sink);
  const auto call = s.take("/fapi/v1/order");
  CHECK(call.target == "/fapi/v1/order");
  CHECK(checked(call)
        == pairs{{"symbol", "BTCUSDT"},
                 {"side", "BUY"},
                 {"type", "LIMIT"},
                 {"quantity", "0.012"},
                 {"price", "90000.1"},
                 {"timeInForce", "GTC"},
                 {"newClientOrderId", "ab-1-2-3-2a"},
                 {"recvWindow", "5000"},
                 {"timestamp", "1773321233000"}});
}

TEST_CASE("every other command, both generations") {
  struct row {
    const char* name;
    std::string v3, v1;
    http_method method;
    request_class kind;
    pairs fields;
  };
  const std::vector<row> rows{
      {"cancel",
       "/fapi/v3/order",
       "/fapi/v1/order",
       http_method::del,
       request_class::cancel,
       {{"symbol", "BTCUSDT"}, {"origClientOrderId", "ab-1-2-3-2a"}}},
      {"cancel_all",
       "/fapi/v3/allOpenOrders",
       "/fapi/v1/allOpenOrders",
       http_method::del,
       request_class::cancel,
       {{"symbol", "BTCUSDT"}}},
      {"query",
       "/fapi/v3/order",
       "/fapi/v1/order",
       http_method::get,
       request_class::query,
       {{"symbol", "BTCUSDT"}, {"origClientOrderId", "ab-1-2-3-2a"}}},
      {"query_venue_id",
       "/fapi/v3/order",
       "/fapi/v1/order",
       http_method::get,
       request_class::query,
       {{"symbol", "BTCUSDT"}, {"orderId", "17338441758"}}},
      {"open_orders",
       "/fapi/v3/openOrders",
       "/fapi/v1/openOrders",
       http_method::get,
       request_class::query,
       {{"symbol", "BTCUSDT"}}},
      {"positions",
       "/fapi/v3/positionRisk",
       "/fapi/v2/positionRisk",
       http_method::get,
       request_class::query,
       {}},
      {"balances",
       "/fapi/v3/balance",
       "/fapi/v2/balance",
       http_method::get,
       request_class::query,
       {}},
      {"fills",
       "/fapi/v3/userTrades",
       "/fapi/v1/userTrades",
       http_method::get,
       request_class::query,
       {{"symbol", "BTCUSDT"},
        {"startTime", "1773317633000"},
        {"endTime", "1773918833000"},
        {"limit", "1000"}}},
      {"dead_man",
       "/fapi/v3/countdownCancelAll",
       "/fapi/v1/countdownCancelAll",
       http_method::post,
       request_class::query,
       {{"symbol", "BTCUSDT"}, {"countdownTime", "120000"}}},
  };
  for (const std::string api : {"v3", "v1"}) {
    account_session s{settings_for({"BTC"}, api)};
    s.connect();
    const std::string empty;
    for (const auto& x : rows) {
      CAPTURE(x.name);
      CAPTURE(api);
      const std::string name = x.name;
      s.elapsed += 1ms;
      if (name == "cancel")
        s.protocol.cancel(s.at(), {our_id(0x2a), number(0)}, "22542179", s.sink);
      else if (name == "cancel_all")
        s.protocol.cancel_all(s.at(), number(0), s.sink);
      else if (name == "query")
        s.protocol.query_order(s.at(), our_id(0x2a), number(0), "", s.sink);
      else if (name == "query_venue_id")
        s.protocol.query_order(s.at(), {}, number(0), "17338441758", s.sink);
      else if (name == "open_orders")
        s.protocol.query_open_orders(s.at(), s.sink);
      else if (name == "positions")
        s.protocol.query_positions(s.at(), s.sink);
      else if (name == "balances")
        s.protocol.query_balances(s.at(), s.sink);
      else if (name == "fills")
        s.protocol.query_fills(s.at(), number(0), from_ms(start_ms) - 1h, s.sink);
      else
        s.protocol.arm_dead_man(s.at(), number(0), 120s, s.sink);
      const auto call = s.take(api == "v1" ? x.v1 : x.v3);
      CHECK(call.method == x.method);
      CHECK(call.kind == x.kind);
      auto fields = checked(call);
      if (api == "v3") {
        CHECK(pairs{fields.end() - 3, fields.end()} == v3_tail(venue_us(s)));
        fields.resize(fields.size() - 3);
        CHECK((x.method == http_method::get) == call.body.empty());
      } else {
        CHECK(pairs{fields.end() - 2, fields.end()}
              == pairs{{"recvWindow", "5000"}, {"timestamp", std::to_string(venue_us(s) / 1000)}});
        fields.resize(fields.size() - 2);
        CHECK((x.method == http_method::post) == !call.body.empty());
      }
      CHECK(fields == x.fields);
    }
  }
}

TEST_CASE("all symbols in one openOrders call when there are several") {
  account_session s{settings_for({"BTC", "ETH"})};
  s.connect();
  s.protocol.query_open_orders(s.at(), s.sink);
  CHECK(checked(s.take("/fapi/v3/openOrders")).size() == 3);
}

TEST_CASE("golden answer to place: NEW is open, by the venue's word") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.place(s.at(), limit_order(0, side::buy, "0.012"_qty, "90000.1"_price), s.sink);
  s.answer("/fapi/v3/order", 200, order_answer, {{"X-MBX-USED-WEIGHT-1M", "12"}});
  REQUIRE(s.sink.updates.size() == 1);
  order_update expected;
  expected.id = our_id(0x2a);
  expected.instrument = number(0);
  expected.venue_order_id = "22542179";
  expected.state = order_state::open;
  expected.size = "0.012"_qty;
  expected.limit_price = "90000.1"_price;
  expected.source = evidence::answer;
  expected.time = from_ms(1566818724722);
  CHECK(s.sink.updates[0] == expected);
  CHECK(s.sink.budgets.back() == 12);
}

TEST_CASE("golden answers to cancel and query") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto text = order_answer;
  text.replace(text.find("\"NEW\""), 5, "\"CANCELED\"");
  s.protocol.cancel(s.at(), {our_id(0x2a), number(0)}, "", s.sink);
  s.answer("/fapi/v3/order", 200, text);
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::cancelled);
  CHECK(s.sink.updates[0].source == evidence::answer);

  s.protocol.query_order(s.at(), our_id(0x2a), number(0), "", s.sink);
  s.answer(
      "/fapi/v3/order", 200,
      R"({"avgPrice":"0.00000","clientOrderId":"ab-1-2-3-2a","cumQuote":"0","executedQty":"0","orderId":1917641,"origQty":"0.40","origType":"LIMIT",)"
      R"("price":"100","reduceOnly":false,"side":"BUY","positionSide":"BOTH","status":"NEW","stopPrice":"0","closePosition":false,)"
      R"("symbol":"BTCUSDT","time":1579276756075,"timeInForce":"GTC","type":"LIMIT","updateTime":1579276756075,)"
      R"("workingType":"CONTRACT_PRICE","priceProtect":false})");
  REQUIRE(s.sink.updates.size() == 2);
  const auto& x = s.sink.updates[1];
  CHECK(x.state == order_state::open);
  CHECK(x.source == evidence::query);
  CHECK(x.venue_order_id == "1917641");
  CHECK(x.size == "0.4"_qty);
  CHECK(x.limit_price == "100"_price);
  CHECK(x.time == from_ms(1579276756075));
}

TEST_CASE("a query by the venue's id finds the owner of an execution") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.query_order(s.at(), {}, number(0), "22542179", s.sink);
  SUBCASE("ours") {
    s.answer("/fapi/v3/order", 200, order_answer);
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].id == our_id(0x2a));
  }
  SUBCASE("another's, or another bot's") {
    auto text = order_answer;
    text.replace(text.find("ab-1-2-3-2a"), 11, "ab-9-2-3-2a");
    s.answer("/fapi/v3/order", 200, text);
    CHECK(s.sink.updates.empty());
    REQUIRE(s.sink.foreign.size() == 1);
    CHECK(s.sink.foreign[0].foreign_id == "ab-9-2-3-2a");
  }
}

TEST_CASE("statuses of an answer") {
  struct row {
    const char* status;
    const char* tif;
    const char* filled;
    order_state state;
    reject_reason reason;
  };
  for (const auto& x :
       {row{"NEW", "GTC", "0", order_state::open, reject_reason::none},
        row{"NEW", "GTC", "0.001", order_state::partially_filled, reject_reason::none},
        row{"PARTIALLY_FILLED", "GTC", "0.001", order_state::partially_filled, reject_reason::none},
        row{"FILLED", "IOC", "0.012", order_state::filled, reject_reason::none},
        row{"CANCELED", "GTC", "0", order_state::cancelled, reject_reason::none},
        row{"EXPIRED", "IOC", "0.004", order_state::expired, reject_reason::none},
        row{"EXPIRED", "GTX", "0", order_state::rejected, reject_reason::post_only_would_cross},
        row{"EXPIRED", "GTX", "0.001", order_state::expired, reject_reason::none},
        row{"REJECTED", "GTC", "0", order_state::rejected, reject_reason::other},
        row{"NEW_ADL", "GTC", "0.012", order_state::filled, reject_reason::liquidation}}) {
    CAPTURE(x.status);
    account_session s{settings_for({"BTC"})};
    s.connect();
    s.protocol.query_order(s.at(), our_id(0x2a), number(0), "", s.sink);
    s.answer("/fapi/v3/order", 200,
             std::string{R"({"avgPrice":"1","clientOrderId":"ab-1-2-3-2a","executedQty":")"}
                 + x.filled
                 + R"(","orderId":1,"origQty":"0.012","price":"100","side":"BUY","status":")"
                 + x.status + R"(","symbol":"BTCUSDT","timeInForce":")" + x.tif
                 + R"(","type":"LIMIT","updateTime":1})");
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == x.state);
    CHECK(s.sink.updates[0].reason == x.reason);
    CHECK(s.sink.updates[0].filled == quantity{*decimal::parse(x.filled)});
  }
}

TEST_CASE("open orders: ours and foreign, and none of other symbols") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  const auto asked = s.at().now;
  s.protocol.query_open_orders(s.at(), s.sink);
  auto foreign = order_answer;
  foreign.replace(foreign.find("ab-1-2-3-2a"), 11, "web_abc");
  auto other = order_answer;
  other.replace(other.find("BTCUSDT"), 7, "XRPUSDT");
  s.elapsed += 30ms;
  SUBCASE("readable") {
    s.answer("/fapi/v3/openOrders", 200, "[" + order_answer + "," + foreign + "," + other + "]");
    REQUIRE(s.sink.open_orders.size() == 1);
    const auto& list = s.sink.open_orders[0];
    CHECK(list.venue == venue_id{2});
    CHECK(list.requested == asked);
    REQUIRE(list.orders.size() == 2);
    CHECK(list.orders[0].ours);
    CHECK(list.orders[0].order.source == evidence::snapshot);
    CHECK_FALSE(list.orders[1].ours);
    CHECK(list.orders[1].foreign_id == "web_abc");
  }
  SUBCASE("one row with an unknown status spoils the list") {
    auto odd = order_answer;
    odd.replace(odd.find("\"NEW\""), 5, "\"ODD\"");
    s.answer("/fapi/v3/openOrders", 200, "[" + order_answer + "," + odd + "]");
    CHECK(s.sink.open_orders.empty());
    REQUIRE(s.sink.requests_failed.size() == 1);
    CHECK(s.sink.requests_failed[0].first == "open_orders");
  }
}

TEST_CASE("golden positionRisk: the sign is kept, flat rows are there, other symbols are not") {
  account_session s{settings_for({"BTC", "PEPE"})};
  s.connect();
  s.protocol.query_positions(s.at(), s.sink);
  s.answer(
      "/fapi/v3/positionRisk", 200,
      R"([{"entryPrice":"6563.66500","marginType":"isolated","isAutoAddMargin":"false","isolatedMargin":"15517.54150468","leverage":"10",)"
      R"("liquidationPrice":"5930.78","markPrice":"6679.50671178","maxNotionalValue":"20000000","positionAmt":"20.000",)"
      R"("symbol":"BTCUSDT","unRealizedProfit":"2316.83423560","positionSide":"BOTH","updateTime":1625474304765},)"
      R"({"entryPrice":"0.0087","positionAmt":"-3","symbol":"1000PEPEUSDT","unRealizedProfit":"-0.1","positionSide":"BOTH","updateTime":1625474304765},)"
      R"({"entryPrice":"0","positionAmt":"0.000","symbol":"XRPUSDT","unRealizedProfit":"0","positionSide":"LONG","updateTime":0}])");
  REQUIRE(s.sink.position_lists.size() == 1);
  const auto& list = s.sink.position_lists[0].positions;
  REQUIRE(list.size() == 2);
  CHECK(
      list[0]
      == position{number(0), "20"_qty, "6563.665"_price, "2316.8342356"_d, from_ms(1625474304765)});
  CHECK(list[1].size == "-3000"_qty);
  CHECK(list[1].entry == "0.0000087"_price);
}

TEST_CASE("golden balance, and how an event moves it") {
  account_session s{settings_for({"ETH"})};
  s.connect();
  s.protocol.query_balances(s.at(), s.sink);
  s.answer(
      "/fapi/v3/balance", 200,
      R"([{"accountAlias":"SgsR","asset":"USDT","balance":"122607.35137903","crossWalletBalance":"23.72469206","crossUnPnl":"-7.5","availableBalance":"23.72469206","maxWithdrawAmount":"23.72469206","marginAvailable":true,"updateTime":1617939110373}])");
  REQUIRE(s.sink.balances.size() == 1);
  CHECK(s.sink.balances[0]
        == balance{venue_id{2}, "USDT", "122607.35137903"_d, "122599.85137903"_d, "23.72469206"_d,
                   from_ms(1617939110373)});
  // The recorded ACCOUNT_UPDATE.
  s.frame(
      R"({"e":"ACCOUNT_UPDATE","T":1768551627708,"E":1768551627710,"a":{"B":[{"a":"USDT","wb":"39.41184271","cw":"39.41184271","bc":"0"}],"P":[{"s":"ETHUSDT","pa":"0","ep":"0.00000000","cr":"-0.59070000","up":"0","mt":"isolated","iw":"0","ps":"BOTH","ma":"USDT"}],"m":"ORDER"}})");
  REQUIRE(s.sink.balances.size() == 2);
  CHECK(s.sink.balances[1].total == "39.41184271"_d);
  CHECK(s.sink.balances[1].equity == "31.91184271"_d);
  CHECK(s.sink.balances[1].time == from_ms(1768551627708));
  REQUIRE(s.sink.positions.size() == 1);
  CHECK(s.sink.positions[0] == position{number(0), {}, {}, {}, from_ms(1768551627708)});
}

TEST_CASE("golden cancel-all and countdown answers are quiet") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.cancel_all(s.at(), number(0), s.sink);
  s.answer("/fapi/v3/allOpenOrders", 200,
           R"({"code":"200","msg":"The operation of cancel all open order is done."})");
  s.protocol.cancel_all(s.at(), number(0), s.sink);
  s.answer("/fapi/v3/allOpenOrders", 200, R"({"code":200,"msg":"done"})");
  s.protocol.arm_dead_man(s.at(), number(0), 100s, s.sink);
  s.answer("/fapi/v3/countdownCancelAll", 200, R"({"symbol":"BTCUSDT","countdownTime":"100000"})");
  CHECK(s.sink.requests_failed.empty());
}

TEST_CASE("an order past its validity, of no instrument or post-only at market never leaves") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  auto o = limit_order(0, side::buy, "0.012"_qty, "90000.1"_price);
  o.valid_until = s.at().now - 1ns;
  s.protocol.place(s.at(), o, s.sink);
  o.valid_until = {};
  o.post_only = true;
  o.type = order_type::market;
  s.protocol.place(s.at(), o, s.sink);
  o.instrument = number(9);
  s.protocol.place(s.at(), o, s.sink);
  CHECK(s.sink.calls.empty());
  REQUIRE(s.sink.updates.size() == 3);
  CHECK(s.sink.updates[0].reason == reject_reason::stale);
  for (const auto& x : s.sink.updates) {
    CHECK(x.state == order_state::rejected);
    CHECK(x.source == evidence::local);
  }
}
