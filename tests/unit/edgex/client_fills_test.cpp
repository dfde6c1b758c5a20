#include "client_support.hpp"

using namespace edgex_client;

namespace {

constexpr auto fills_path = "/api/v2/private/order/getHistoryOrderFillTransactionPage";
constexpr auto by_id_path = "/api/v2/private/order/getOrderById";

struct live_account : account_session {
  live_account() : account_session{settings_for({"BTC", "ETH"})} { connect(); }
};

std::string page(const json& rows, std::string_view next = "") {
  return success(json{{"dataList", rows}, {"nextPageOffsetData", next}}.dump());
}

json a_fill(std::int64_t number, std::int64_t order, std::int64_t time) {
  return with(fill_record(), {{"id", std::to_string(number)},
                              {"orderId", std::to_string(order)},
                              {"matchTime", std::to_string(time)}});
}

json an_order(std::int64_t number, std::string_view client) {
  return with(order_record(), {{"id", std::to_string(number)}, {"clientOrderId", client}});
}

} // namespace

TEST_CASE("fills: the documentation's record, its order asked for") {
  live_account s;
  const auto since = from_ms(start_ms) - 1h;
  const auto asked = s.at().now;
  s.protocol.query_fills(s.at(), number(0), since, s.sink);
  const auto call = s.take(fills_path);
  check_signed(call);
  CHECK(call.target
        == std::string{fills_path} + "?accountId=" + account_id
               + "&filterContractIdList=10000001&filterStartCreatedTimeInclusive="
               + std::to_string(start_ms - 3'600'000) + "&size=100");
  s.elapsed += 1s;
  s.answer(call, 200, page(json::array({fill_record()})));
  CHECK(s.sink.pages.empty()); // whose order it was is not known
  const auto owner = s.take(by_id_path);
  check_signed(owner);
  CHECK(query_of(owner).at("orderIdList") == "564829588270612618");
  s.answer(owner, 200, success(json::array({order_record()}).dump()));
  REQUIRE(s.sink.pages.size() == 1);
  const auto& out = s.sink.pages[0];
  CHECK(out.instrument == number(0));
  CHECK(out.requested == asked);
  CHECK(out.complete);
  CHECK(out.foreign_count == 0);
  REQUIRE(out.fills.size() == 1);
  const auto& x = out.fills[0];
  CHECK(x.id == our_id(0x2a));
  CHECK(x.instrument == number(0));
  CHECK(x.trade_id == "564815957260763406");
  CHECK(x.venue_order_id == "564829588270612618");
  CHECK(x.order_side == side::buy);
  CHECK(x.at == "97444.5"_price);
  CHECK(x.size == "0.001"_qty);
  CHECK(x.fee == "0.01754"_d);
  CHECK(x.maker);
  CHECK_FALSE(x.liquidation);
  CHECK(x.time == from_ms(1734662617982));
  CHECK(s.sink.updates.empty()); // the question was about the owner only
  // The owner is known now.
  s.protocol.query_fills(s.at(), number(0), since, s.sink);
  s.answer(fills_path, 200, page(json::array({fill_record()})));
  CHECK(s.sink.pages.size() == 2);
}

TEST_CASE("fills: several pages, oldest first whatever the venue's order, foreign ones counted") {
  live_account s;
  s.protocol.query_fills(s.at(), number(0), {}, s.sink);
  // Further back than 90 days is not asked for.
  const auto first = s.take(fills_path);
  CHECK(query_of(first).at("filterStartCreatedTimeInclusive")
        == std::to_string(start_ms - (90 * 24 - 1) * 3'600'000LL));
  s.answer(first, 200, page(json::array({a_fill(30, 3, 300), a_fill(22, 2, 200)}), "NEXT"));
  const auto second = s.take(fills_path);
  check_signed(second);
  CHECK(query_of(second).at("offsetData") == "NEXT");
  CHECK(query_of(second).at("filterStartCreatedTimeInclusive")
        == query_of(first).at("filterStartCreatedTimeInclusive"));
  s.answer(second, 200,
           page(json::array({a_fill(21, 2, 200), with(a_fill(10, 1, 100), {{"orderSide", "SELL"}}),
                             with(a_fill(9, 9, 90), {{"contractId", "10000004"}})})));
  const auto owners = s.take(by_id_path);
  CHECK(query_of(owners).at("orderIdList") == "1,2,3");
  s.answer(owners, 200,
           success(json::array({an_order(2, "ab-1-2-3-5"), an_order(3, "ab-9-2-3-5")}).dump()));
  REQUIRE(s.sink.pages.size() == 1);
  const auto& out = s.sink.pages[0];
  REQUIRE(out.fills.size() == 2);
  CHECK(out.fills[0].trade_id == "21");
  CHECK(out.fills[1].trade_id == "22");
  CHECK(out.foreign_count == 2);     // another bot's, and one that the venue does not name
  CHECK(out.foreign_size.is_zero()); // a buy and a sell
  CHECK(s.sink.calls.empty());
}

TEST_CASE("fills: more orders than one question may name are asked for in turns") {
  live_account s;
  s.protocol.query_fills(s.at(), number(0), s.at().now, s.sink);
  auto rows = json::array();
  for (int i = 1; i <= 25; ++i)
    rows.push_back(a_fill(1000 + i, i, i));
  s.answer(fills_path, 200, page(rows));
  for (int round = 0; round < 2; ++round) {
    const auto call = s.take(by_id_path);
    auto orders = json::array();
    std::string ids = query_of(call).at("orderIdList") + ",";
    for (std::size_t at = 0; at < ids.size(); at = ids.find(',', at) + 1)
      orders.push_back(an_order(std::stoll(ids.substr(at)), "ab-1-2-3-1"));
    CHECK(orders.size() == (round == 0 ? 20 : 5));
    s.answer(call, 200, success(orders.dump()));
  }
  REQUIRE(s.sink.pages.size() == 1);
  CHECK(s.sink.pages[0].fills.size() == 25);
}

TEST_CASE("fills: only what the settlement took counts") {
  for (const auto& [status, counted] : std::map<std::string, bool>{{"CENSOR_SUCCESS", true},
                                                                   {"L2_APPROVED", true},
                                                                   {"", true},
                                                                   {"INIT", false},
                                                                   {"CENSOR_FAILURE", false},
                                                                   {"L2_REJECT", false},
                                                                   {"L2_REJECT_APPROVED", false}}) {
    CAPTURE(status);
    live_account s;
    s.protocol.query_fills(s.at(), number(0), s.at().now, s.sink);
    s.answer(fills_path, 200, page(json::array({with(fill_record(), {{"censorStatus", status}})})));
    if (counted)
      s.answer(by_id_path, 200, success(json::array({order_record()}).dump()));
    REQUIRE(s.sink.pages.size() == 1);
    CHECK(s.sink.pages[0].fills.size() == (counted ? 1 : 0));
    CHECK(s.sink.pages[0].foreign_count == 0);
  }
}

TEST_CASE("fills: what cannot be read or does not come is said once") {
  live_account s;
  s.protocol.query_fills(s.at(), number(0), s.at().now, s.sink);
  SUBCASE("lost") { s.lose(fills_path, true); }
  SUBCASE("no list") { s.answer(fills_path, 200, success("{}")); }
  SUBCASE("a member that cannot be read") {
    for (const char* name : {"fillPrice", "fillSize", "orderSide"}) {
      live_account other;
      other.protocol.query_fills(other.at(), number(0), other.at().now, other.sink);
      other.answer(fills_path, 200, page(json::array({with(fill_record(), {{name, "x"}})})));
      CHECK(other.sink.requests_failed.size() == 1);
      CHECK(other.sink.pages.empty());
    }
    s.lose(fills_path, true);
  }
  SUBCASE("a word that nobody knows") {
    s.answer(fills_path, 200,
             page(json::array({with(fill_record(), {{"censorStatus", "MAYBE"}})})));
  }
  SUBCASE("the owner is not told") {
    s.answer(fills_path, 200, page(json::array({fill_record()})));
    s.answer(by_id_path, 500, "<html>");
  }
  SUBCASE("the owner's record is short") {
    s.answer(fills_path, 200, page(json::array({fill_record()})));
    s.answer(by_id_path, 200,
             success(json::array({with(order_record(), {{"clientOrderId", nullptr}})}).dump()));
  }
  SUBCASE("pages in a circle") {
    for (int i = 0; i < 101; ++i)
      s.answer(fills_path, 200, page(json::array({fill_record()}), "A"));
  }
  CHECK(s.sink.pages.empty());
  REQUIRE(s.sink.requests_failed.size() == 1);
  CHECK(s.sink.requests_failed[0].first == "fills");
  CHECK(s.sink.calls.empty());
}

TEST_CASE("fills: an instrument that the session does not use") {
  live_account s;
  s.protocol.query_fills(s.at(), number(9), s.at().now, s.sink);
  CHECK(s.sink.requests_failed.size() == 1);
}
