#include "client_support.hpp"

using namespace edgex_client;

namespace {

constexpr auto by_id_path = "/api/v2/private/order/getOrderById";

struct live_account : account_session {
  live_account() : account_session{settings_for({"BTC", "ETH", "BNB"})} { connect(); }
  void order(const json& changes) { event({{"order", {with(order_record(), changes)}}}); }
};

} // namespace

TEST_CASE("the life of an order: each status and what it ends as") {
  struct row {
    json changes;
    order_state state;
    reject_reason reason = reject_reason::none;
  };
  const json all = {{"cumMatchSize", "0.001"}, {"cumFillSize", "0.001"}, {"cumFillValue", "96"}};
  const json part = {{"size", "0.002"},
                     {"cumMatchSize", "0.001"},
                     {"cumFillSize", "0.001"},
                     {"cumFillValue", "96"}};
  const auto ended = [](std::string_view reason, std::string_view tif = "GOOD_TIL_CANCEL") {
    return json{{"status", "CANCELED"}, {"cancelReason", reason}, {"timeInForce", tif}};
  };
  using enum order_state;
  for (const auto& x : {
           row{{{"status", "PENDING"}}, pending},
           row{{{"status", "UNTRIGGERED"}}, pending},
           row{{{"status", "OPEN"}}, open},
           row{with(part, {{"status", "OPEN"}}), partially_filled},
           row{{{"status", "CANCELING"}}, open},
           row{with(part, {{"status", "CANCELING"}}), partially_filled},
           row{with(all, {{"status", "FILLED"}}), filled},
           row{ended("USER_CANCELED"), order_state::cancelled},
           row{with(part, ended("USER_CANCELED")), order_state::cancelled},
           row{ended("ADMIN_CANCELED"), order_state::cancelled},
           row{ended("SYSTEM_LIMIT_EVICTED"), order_state::cancelled},
           row{ended("UNKNOWN_ORDER_CANCEL_REASON"), order_state::cancelled},
           row{ended("UNRECOGNIZED"), order_state::cancelled},
           row{ended("LIQUIDATE_CANCELED"), order_state::cancelled, reject_reason::liquidation},
           row{ended("EXPIRE_CANCELED"), expired},
           row{ended("MARGIN_NOT_ENOUGH"), rejected, reject_reason::margin},
           row{with(part, ended("MARGIN_NOT_ENOUGH")), order_state::cancelled,
               reject_reason::margin},
           row{ended("REDUCE_ONLY_CANCELED"), rejected, reject_reason::reduce_only},
           row{ended("INTERNAL_FAILED"), rejected, reject_reason::other},
           row{ended("COULD_NOT_FILL", "POST_ONLY"), rejected,
               reject_reason::post_only_would_cross},
           row{ended("COULD_NOT_FILL", "IMMEDIATE_OR_CANCEL"), order_state::cancelled},
           row{with(part, ended("COULD_NOT_FILL", "IMMEDIATE_OR_CANCEL")), order_state::cancelled},
           row{ended("COULD_NOT_FILL", "FILL_OR_KILL"), order_state::cancelled},
           // The part that the settlement refused is not filled, and the order is over.
           row{{{"status", "FILLED"}, {"cumMatchSize", "0.001"}, {"cumFailSize", "0.001"}},
               order_state::cancelled},
           row{with(all, {{"status", "FILLED"}, {"isLiquidate", true}}), filled,
               reject_reason::liquidation},
       }) {
    CAPTURE(x.changes.dump());
    live_account s;
    s.order(x.changes);
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == x.state);
    CHECK(s.sink.updates[0].reason == x.reason);
    CHECK(s.sink.updates[0].id == our_id(0x2a));
    CHECK(s.sink.updates[0].source == evidence::stream);
    CHECK(s.sink.fails.empty());
  }
}

TEST_CASE(
    "of each execution there are two events: the fill comes with the second, before the end") {
  for (const char* status : {"FILLED", "CANCELED"}) {
    CAPTURE(status);
    live_account s;
    const auto record = with(order_record(), {{"status", status},
                                              {"size", *status == 'F' ? "0.001" : "0.002"},
                                              {"timeInForce", "IMMEDIATE_OR_CANCEL"},
                                              {"cancelReason", "COULD_NOT_FILL"},
                                              {"cumMatchSize", "0.001"},
                                              {"cumMatchValue", "97.4445"}});
    // From the matcher.
    s.event({{"order", {record}},
             {"collateral", json::array()},
             {"orderFillTransaction", json::array()}});
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state
          == order_state::open); // it is not over before its fills are there
    CHECK(s.sink.updates[0].filled.is_zero());
    CHECK(s.sink.fills.empty());
    // From the settlement.
    s.event({{"order", {with(record, {{"cumFillSize", "0.001"}, {"cumFillValue", "97.4445"}})}},
             {"orderFillTransaction", {fill_record()}},
             {"position",
              {{{"contractId", "10000001"},
                {"openSize", "0.001"},
                {"openValue", "97.4445"},
                {"updatedTime", "1773833120269"}}}}});
    REQUIRE(s.sink.fills.size() == 1);
    CHECK(s.sink.fills[0].id == our_id(0x2a));
    CHECK(s.sink.fills[0].trade_id == "564815957260763406");
    REQUIRE(s.sink.updates.size() == 2);
    CHECK(s.sink.updates[1].state
          == (*status == 'F' ? order_state::filled : order_state::cancelled));
    CHECK(s.sink.updates[1].filled == "0.001"_qty);
    CHECK(s.sink.updates[1].average_price == "97444.5"_price);
    REQUIRE(s.sink.positions.size() == 1);
    CHECK(s.sink.positions[0].size == "0.001"_qty);
    CHECK(s.sink.positions[0].entry == "97444.5"_price);
  }
}

TEST_CASE("a record without the matcher's count: FILLED waits for the settled size") {
  live_account s;
  s.order({{"status", "FILLED"}, {"cumMatchSize", nullptr}, {"cumFailSize", nullptr}});
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == order_state::open);
  s.order({{"status", "FILLED"},
           {"cumMatchSize", nullptr},
           {"cumFailSize", nullptr},
           {"cumFillSize", "0.001"},
           {"cumFillValue", "96.2"}});
  CHECK(s.sink.updates[1].state == order_state::filled);
}

TEST_CASE("executions that the settlement has not taken, or refused, are no fills") {
  for (const char* status : {"INIT", "CENSOR_FAILURE", "L2_REJECT"}) {
    live_account s;
    s.event({{"order", {order_record()}},
             {"orderFillTransaction", {with(fill_record(), {{"censorStatus", status}})}}});
    CHECK(s.sink.fills.empty());
    CHECK(s.sink.updates.size() == 1);
  }
}

TEST_CASE("the frames of the specification, section 7") {
  live_account s;
  SUBCASE("a market order of the web client, accepted") {
    s.frame(
        R"({"type":"trade-event","content":{"event":"ORDER_UPDATE","version":17874,"data":{"account":[],"collateral":[],"collateralTransaction":[],"position":[],"positionTransaction":[],"deposit":[],"withdraw":[],"transferIn":[],"transferOut":[],"order":[{"id":"736936291735699983","userId":"600162890833461506","accountId":"645046721134460943","coinId":"1000","contractId":"10000004","side":"BUY","price":"0.00","size":"0.10","clientOrderId":"38704677398287624","type":"MARKET","timeInForce":"IMMEDIATE_OR_CANCEL","reduceOnly":false,"triggerPrice":"0","triggerPriceType":"UNKNOWN_PRICE_TYPE","expireTime":"1777513702729","status":"PENDING","maxLeverage":"10","takerFeeRate":"0.000260","makerFeeRate":"0.000020","marketLimitValue":"60.071000","l2Nonce":"3744737356"}],"orderFillTransaction":[]},"time":1775699301177,"accountId":0}})");
    // Shortened: without cumFillSize the whole record is asked for.
    CHECK(s.sink.foreign.empty());
    const auto call = s.take(by_id_path);
    check_signed(call);
    CHECK(query_of(call).at("orderIdList") == "736936291735699983");
    s.answer(call, 200,
             success(json::array({with(order_record(), {{"id", "736936291735699983"},
                                                        {"contractId", "10000004"},
                                                        {"clientOrderId", "38704677398287624"},
                                                        {"price", "0.00"},
                                                        {"size", "0.10"}})})
                         .dump()));
    REQUIRE(s.sink.foreign.size() == 1);
    CHECK(s.sink.foreign[0].foreign_id == "38704677398287624");
    CHECK(s.sink.foreign[0].order.limit_price.is_zero());
    CHECK(s.sink.foreign[0].order.size == "0.1"_qty);
  }
  SUBCASE("a fill in short records") {
    const std::string frame
        = R"({"type":"trade-event","content":{"event":"ORDER_UPDATE","version":916,"time":1773833120269,"accountId":0,"data":{"order":[{"id":"729107150223180559","contractId":"10000002","side":"SELL","type":"STOP_MARKET","status":"FILLED","triggerPrice":"2310.00","cumMatchSize":"0.02","cumMatchValue":"46.1952","cumMatchFee":"0.017554","updatedTime":"1773833120256"}],"orderFillTransaction":[{"id":"729108951626416911","orderId":"729107150223180559","fillSize":"0.02","fillValue":"46.1952","fillFee":"0.017554","fillPrice":"2309.76","direction":"TAKER","matchTime":"1773833120252"}],"position":[{"contractId":"10000002","openSize":"0.01","openValue":"23.200067","fundingFee":"-0.000096","updatedTime":"1773833120269"}],"collateral":[{"coinId":"1000","amount":"129.690336","cumPositionSellAmount":"46.1952","cumFillFeeAmount":"-0.046603","updatedTime":"1773833120269"}]}}})";
    SUBCASE("of an order never heard of") {
      s.frame(frame);
      CHECK(s.sink.fills.empty()); // the look into the history finds it
    }
    SUBCASE("of an order of ours, heard of before") {
      s.order({{"id", "729107150223180559"},
               {"contractId", "10000002"},
               {"side", "SELL"},
               {"size", "0.02"}});
      s.frame(frame);
      REQUIRE(s.sink.fills.size() == 1);
      CHECK(s.sink.fills[0].id == our_id(0x2a));
      CHECK(s.sink.fills[0].instrument == number(1));
      CHECK(s.sink.fills[0].order_side == side::sell);
      CHECK(s.sink.fills[0].at == "2309.76"_price);
      CHECK_FALSE(s.sink.fills[0].maker);
    }
    REQUIRE(s.sink.positions.size() == 1);
    CHECK(s.sink.positions[0].instrument == number(1));
    CHECK(s.sink.positions[0].size == "0.01"_qty);
    CHECK(s.sink.balances.empty()); // cash alone says nothing about the wallet
    CHECK(s.take(by_id_path).target.ends_with("orderIdList=729107150223180559"));
    CHECK(s.sink.fails.empty());
  }
  SUBCASE("the snapshot") {
    account_session other{settings_for({"ETH"})};
    other.log_in();
    other.stream_open();
    other.frame(
        R"({"type":"trade-event","content":{"event":"Snapshot","version":17873,"data":{"account":[{"id":"645046721134460943","userId":"600162890833461506","ethAddress":"0x488F...CF7a","clientAccountId":"main","status":"NORMAL","isLiquidating":false,"createdTime":"1769398842321","updatedTime":"1773932040911"}],"collateral":[{"accountId":"645046721134460943","coinId":"1000","amount":"105.444919","legacyAmount":"105.444919","cumDepositAmount":"1200.000000","cumFillFeeAmount":"-0.418796","cumFundingFeeAmount":"-532.851319","updatedTime":"1775699227822"}],"position":[{"contractId":"10000002","openSize":"0.03","openValue":"69.600200","fundingFee":"-0.000289","updatedTime":"1773832690744"}],"order":[{"id":"729107150223180559","contractId":"10000002","side":"SELL","type":"STOP_MARKET","status":"UNTRIGGERED","updatedTime":"1773832690765"}]},"time":1775699229529,"accountId":0}})");
    CHECK(other.sink.lives == 1);
    CHECK(other.sink.calls.empty());
    CHECK(other.sink.positions.empty()); // the gateway asks for the lists
  }
}

TEST_CASE("an accepted order's id is known from the answer on: its fill needs no question") {
  live_account s;
  order_request o;
  o.id = our_id(5);
  o.instrument = number(0);
  o.size = "0.001"_qty;
  o.limit_price = "97444.5"_price;
  s.protocol.place(s.at(), o, s.sink);
  s.answer("/api/v2/private/order/createOrder", 200,
           success(R"({"orderId":"564829588270612618"})"));
  s.event({{"orderFillTransaction", {fill_record()}}});
  REQUIRE(s.sink.fills.size() == 1);
  CHECK(s.sink.fills[0].id == our_id(5));
  CHECK(s.sink.calls.empty());
}

TEST_CASE("a fill of an order never heard of: its owner is asked for, then it is told") {
  live_account s;
  s.event({{"orderFillTransaction", {fill_record()}}});
  CHECK(s.sink.fills.empty());
  s.answer(by_id_path, 200, success(json::array({order_record()}).dump()));
  REQUIRE(s.sink.fills.size() == 1);
  CHECK(s.sink.fills[0].id == our_id(0x2a));
  CHECK(s.sink.pages.empty());
}

TEST_CASE("orders that are not ours") {
  live_account s;
  const auto foreign = with(order_record(), {{"clientOrderId", "38704677398287624"}});
  s.event({{"order", {foreign}}, {"orderFillTransaction", {fill_record()}}});
  REQUIRE(s.sink.foreign.size() == 1);
  CHECK(s.sink.foreign[0].foreign_id == "38704677398287624");
  CHECK(s.sink.updates.empty());
  CHECK(s.sink.fills.empty());
  SUBCASE("another bot of ours is another") {
    s.order({{"clientOrderId", "ab-2-2-3-2a"}, {"id", "8"}});
    CHECK(s.sink.foreign.size() == 2);
  }
  SUBCASE("a liquidation") {
    s.order({{"clientOrderId", ""}, {"id", "9"}, {"isLiquidate", true}});
    REQUIRE(s.sink.foreign.size() == 2);
    CHECK(s.sink.foreign[1].order.reason == reject_reason::liquidation);
  }
  SUBCASE("another contract is none of ours") {
    s.order({{"contractId", "30000006"}, {"id", "9"}});
    CHECK(s.sink.foreign.size() == 1);
  }
}

TEST_CASE("events are told in the order of the frame") {
  live_account s;
  auto orders = json::array();
  auto fills = json::array();
  for (int i = 1; i <= 3; ++i) {
    const auto id = std::to_string(9 - i);
    orders.push_back(with(order_record(), {{"id", id}, {"clientOrderId", "ab-1-2-3-" + id}}));
    fills.push_back(with(fill_record(), {{"id", std::to_string(50 - i)}, {"orderId", id}}));
  }
  s.event({{"order", orders}, {"orderFillTransaction", fills}});
  REQUIRE(s.sink.updates.size() == 3);
  REQUIRE(s.sink.fills.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(s.sink.updates[i].id == our_id(8 - i));
    CHECK(s.sink.fills[i].id == our_id(8 - i));
  }
}

TEST_CASE("what is not newer than the snapshot is in the lists already") {
  live_account s;
  const auto text = [](std::string_view version) {
    return R"({"type":"trade-event","content":{"event":"ORDER_UPDATE","version":)"
           + std::string{version} + R"(,"data":{"order":[)" + order_record().dump() + "]}}}";
  };
  s.frame(text("100"));
  CHECK(s.sink.updates.empty());
  s.frame(text("101"));
  CHECK(s.sink.updates.size() == 1);
  s.frame(text("\"102\"")); // an older page has a text
  CHECK(s.sink.updates.size() == 2);
  account_session early{settings_for({"BTC"})};
  early.log_in();
  early.stream_open();
  early.frame(text("101"));
  CHECK(early.sink.updates.empty()); // no snapshot yet
  CHECK(early.sink.lives == 0);
}

TEST_CASE("funding reaches the account with its instrument") {
  live_account s;
  const json row = {{"id", "564815957294317838"},
                    {"type", "POSITION_FUNDING"},
                    {"coinId", "1000"},
                    {"deltaAmount", "-0.000289"},
                    {"fundingRate", "-0.00005537"},
                    {"positionContractId", "10000002"},
                    {"createdTime", "1734662617984"}};
  s.event(
      {{"collateralTransaction",
        {row, with(row, {{"type", "POSITION_BUY"}}),
         with(row, {{"positionContractId", "30000006"}}), with(row, {{"deltaAmount", nullptr}})}},
       {"positionTransaction", json::array()}},
      "FUNDING_SETTLEMENT");
  REQUIRE(s.sink.payments.size() == 1);
  CHECK(s.sink.payments[0].instrument == number(1));
  CHECK(s.sink.payments[0].amount == "-0.000289"_d);
  CHECK(s.sink.payments[0].id == "564815957294317838");
  CHECK(s.sink.payments[0].time == from_ms(1734662617984));
}

TEST_CASE("the wallet moves equity and free margin until the next query") {
  live_account s;
  const json row = {{"coinId", "1000"},
                    {"amount", "-80"},
                    {"legacyAmount", "16.501312"},
                    {"updatedTime", "1775699227822"}};
  s.event({{"collateral", {row}}});
  CHECK(s.sink.balances.empty()); // nothing to move yet
  s.protocol.query_balances(s.at(), s.sink);
  s.answer("/api/v2/private/account/getAccountAsset", 200, account_asset());
  s.sink.balances.clear();
  s.event({{"collateral", {row}}});
  REQUIRE(s.sink.balances.size() == 1);
  CHECK(s.sink.balances[0].total == "16.501312"_d);
  CHECK(s.sink.balances[0].equity == "16.791238609240472316"_d);
  CHECK(s.sink.balances[0].available == "14.83655"_d);
}

TEST_CASE("heartbeat of the private stream") {
  live_account s;
  s.frame(R"({"type":"ping","time":"1693208170000"})");
  REQUIRE(s.sink.sent.size() == 1);
  CHECK(s.sink.sent[0].second == R"({"type":"pong","time":"1693208170000"})");
  s.sink.sent.clear();
  for (int i = 0; i < 12; ++i) {
    s.elapsed += 5s;
    s.timer(2);
    s.frame(R"({"type":"pong","time":"1"})");
  }
  CHECK(s.sink.sent.size() == 6);
  CHECK(json::parse(s.sink.sent[0].second).at("type") == "ping");
  CHECK(s.sink.fails.empty());
  for (int i = 0; i < 6; ++i) {
    s.elapsed += 5s;
    s.timer(2);
  }
  CHECK(s.sink.fails.empty());
  s.elapsed += 5s;
  s.timer(2);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::silent);
}

TEST_CASE("how a private stream ends the session") {
  SUBCASE("closed") {
    live_account s;
    s.protocol.on(stream_closed{s.at(), stream_id{0}, "reset"}, s.sink);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::closed);
  }
  SUBCASE("refused before live: by the error's code") {
    for (const auto& [code, reason] :
         std::map<std::string, session_end>{{"SIGNATURE_ERROR", session_end::authentication},
                                            {"INVALID_API_KEY", session_end::authentication},
                                            {"GATEWAY_ERROR", session_end::closed}}) {
      account_session s{settings_for({"BTC"})};
      s.log_in();
      s.stream_open();
      s.frame(R"({"type":"error","content":{"code":")" + code + R"(","msg":"no"}})");
      REQUIRE(s.sink.fails.size() == 1);
      CHECK(s.sink.fails[0].reason == reason);
    }
  }
  SUBCASE("a message of ours is not known") {
    live_account s;
    s.frame(
        R"({"type":"error","content":{"code":"GATEWAY_UNRECOGNIZED_MESSAGE","msg":"unsupported private ws message"}})");
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::garbage);
  }
  SUBCASE("what cannot be read") {
    const auto bad = with(order_record(), {{"status", "NEW_WORD"}});
    for (
        const auto& text : {
            std::string{"nonsense"},
            std::string{"[]"},
            std::string{R"({"type":"trade-event"})"},
            std::string{R"({"type":"trade-event","content":{"event":"ORDER_UPDATE"}})"},
            R"({"type":"trade-event","content":{"version":101,"data":{"order":[)" + bad.dump()
                + "]}}}",
            R"({"type":"trade-event","content":{"version":101,"data":{"orderFillTransaction":[)"
                + with(fill_record(), {{"fillPrice", "0"}}).dump() + "]}}}",
            std::string{
                R"({"type":"trade-event","content":{"version":101,"data":{"position":[{"contractId":"10000001"}]}}})"},
        }) {
      CAPTURE(text);
      live_account s;
      s.frame(text);
      REQUIRE(s.sink.fails.size() == 1);
      CHECK(s.sink.fails[0].reason == session_end::garbage);
      CHECK(s.sink.updates.empty());
      CHECK(s.sink.fills.empty());
    }
  }
}

TEST_CASE("events that say nothing to us are passed over") {
  live_account s;
  for (const char* kind :
       {"ACCOUNT_UPDATE", "DEPOSIT_UPDATE", "WITHDRAW_UPDATE", "TRANSFER_IN_UPDATE",
        "TRANSFER_OUT_UPDATE", "FORCE_WITHDRAW_UPDATE", "FORCE_TRADE_UPDATE",
        "ORDER_FILL_FEE_INCOME", "START_LIQUIDATING", "FINISH_LIQUIDATING", "UNRECOGNIZED"})
    s.event({{"account", {{{"id", "1"}}}}, {"positionTermList", json::array()}}, kind);
  s.frame(R"({"type":"news"})");
  CHECK(s.sink.fails.empty());
  CHECK(s.sink.calls.empty());
}
