#include "client_support.hpp"

using namespace grvt_client;

TEST_CASE("open orders: ours, foreign ones, and what this session does not use") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.elapsed += 3s;
  s.protocol.query_open_orders(s.at(), s.sink);
  const auto call = s.take("/full/v1/open_orders");
  check_private(call);
  CHECK(call.body == R"({"sub_account_id":"2147050003876484"})");
  order_text ours, foreign, other;
  ours.status = foreign.status = other.status = "OPEN";
  foreign.client_id = "77";
  other.instrument = "ETH_USDT_Perp";
  s.elapsed += 1s;
  s.answer(call, 200,
           "{\"result\":[" + ours.str() + "," + foreign.str() + "," + other.str() + "]}");
  REQUIRE(s.sink.open_orders.size() == 1);
  const auto& list = s.sink.open_orders[0];
  CHECK(list.requested == from_ms(start_ms) + 3s);
  REQUIRE(list.orders.size() == 2);
  CHECK(list.orders[0].ours);
  CHECK(list.orders[0].order.source == evidence::snapshot);
  CHECK_FALSE(list.orders[1].ours);
  CHECK(list.orders[1].foreign_id == "77");
}

TEST_CASE("positions and balances as recorded") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.query_positions(s.at(), s.sink);
  auto call = s.take("/full/v1/positions");
  check_private(call);
  CHECK(call.body == R"({"sub_account_id":"2147050003876484"})");
  const std::string row
      = R"({"event_time":"1765258069092857642","sub_account_id":"2147050003876484","instrument":"BTC_USDT_Perp","size":"0.001","notional":"89.8169","entry_price":"90000.0","exit_price":"0.0","mark_price":"89816.900008979","unrealized_pnl":"-0.183099","realized_pnl":"0.0","total_pnl":"-0.183099","roi":"-0.2034","quote_index_price":"1.00017885","est_liquidation_price":"77951.450008979","leverage":"28.0","cumulative_fee":"-0.00009","cumulative_realized_funding_payment":"0.033862","margin_type":"CROSS"})";
  s.answer(call, 200, "{\"result\":[" + row + "]}");
  REQUIRE(s.sink.position_lists.size() == 1);
  REQUIRE(s.sink.position_lists[0].positions.size() == 1);
  const auto& p = s.sink.position_lists[0].positions[0];
  CHECK(p.size == "0.001"_qty);
  CHECK(p.entry == "90000"_price);
  CHECK(p.unrealised == "-0.183099"_d);
  CHECK(p.time == from_ns(1765258069092857642));

  s.protocol.query_balances(s.at(), s.sink);
  call = s.take("/full/v1/account_summary");
  check_private(call);
  s.answer(
      call, 200,
      R"({"result":{"event_time":"1764863116142428457","sub_account_id":"2147050003876484","margin_type":"SIMPLE_CROSS_MARGIN","settle_currency":"USDT","unrealized_pnl":"-1.5","total_equity":"15.0","initial_margin":"0.0","maintenance_margin":"0.0","available_balance":"14.0","spot_balances":[{"currency":"USDT","balance":"16.5","index_price":"1.000289735"}],"positions":[],"settle_index_price":"1.000289735","derisk_margin":"0.0","derisk_to_maintenance_margin_ratio":"1.0","total_cross_equity":"15.0","cross_unrealized_pnl":"0.0"}})");
  REQUIRE(s.sink.balances.size() == 1);
  CHECK(s.sink.balances[0]
        == balance{venue_id{3}, "USDT", "16.5"_d, "15"_d, "14"_d, from_ns(1764863116142428457)});
}

TEST_CASE("fills: all pages, oldest first, ours and the rest") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.query_fills(s.at(), number(0), from_ns(1764945709702000000), s.sink);
  auto call = s.take("/full/v1/fill_history");
  check_private(call);
  CHECK(
      call.body
      == R"({"sub_account_id":"2147050003876484","kind":["PERPETUAL"],"base":["BTC"],"quote":["USDT"],"start_time":"1764945709702000000","limit":1000})");
  fill_text newest, before, middle, oldest, foreign;
  newest.trade_id = "74150425-2"; // at the same time as the one before it
  middle.time = "1767354369431470700";
  middle.trade_id = "2-1";
  middle.buyer = false;
  foreign.client_id = "99191900"; // the recorded one
  foreign.trade_id = "3-1";
  foreign.buyer = false;
  oldest.time = "1767354369431470600";
  oldest.trade_id = "1-1";
  oldest.fee = "-0.00009";
  s.answer(call, 200,
           "{\"result\":[" + newest.str() + "," + before.str() + "," + middle.str()
               + "],\"next\":\"eyJm\"}");
  CHECK(s.sink.pages.empty());
  call = s.take("/full/v1/fill_history");
  CHECK(call.body.ends_with(R"("limit":1000,"cursor":"eyJm"})"));
  s.answer(call, 200, "{\"result\":[" + foreign.str() + "," + oldest.str() + "],\"next\":\"\"}");
  REQUIRE(s.sink.pages.size() == 1);
  const auto& page = s.sink.pages[0];
  CHECK(page.complete);
  CHECK(page.instrument == number(0));
  REQUIRE(page.fills.size() == 4);
  CHECK(page.fills[3].trade_id == "74150425-2");
  CHECK(page.fills[0].trade_id == "1-1");
  CHECK(page.fills[0].fee == "-0.00009"_d);
  CHECK(page.fills[1].trade_id == "2-1");
  CHECK(page.fills[1].order_side == side::sell);
  const auto& x = page.fills[2];
  CHECK(x.id == our_id(1));
  CHECK(x.trade_id == "74150425-1");
  CHECK(x.venue_order_id == "0x0101010503a12f6e000000007791f1bd");
  CHECK(x.at == "89473.4"_price);
  CHECK(x.size == "0.001"_qty);
  CHECK(x.fee == "0.040263"_d);
  CHECK_FALSE(x.maker);
  CHECK(x.time == from_ns(1767354369431470728));
  CHECK(page.foreign_count == 1);
  CHECK(page.foreign_size == "-0.001"_qty);
}

TEST_CASE("a page that fails drops what was read before it") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  s.protocol.query_fills(s.at(), number(0), {}, s.sink);
  s.answer("/full/v1/fill_history", 200,
           "{\"result\":[" + fill_text{}.str() + "],\"next\":\"eyJm\"}");
  s.answer("/full/v1/fill_history", 503, "");
  REQUIRE(s.sink.requests_failed.size() == 1);
  s.protocol.query_fills(s.at(), number(0), {}, s.sink);
  s.answer("/full/v1/fill_history", 200, R"({"result":[],"next":""})");
  REQUIRE(s.sink.pages.size() == 1);
  CHECK(s.sink.pages[0].fills.empty());
}

TEST_CASE("the dead-man's switch: whole seconds, two at least, three hundred at most") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  const auto armed = [&](duration d) {
    s.protocol.arm_dead_man(s.at(), number(0), d, s.sink);
    const auto call = s.take("/full/v1/cancel_on_disconnect");
    check_private(call);
    s.answer(call, 200, R"({"result":{"ack":true}})");
    return call.body;
  };
  const auto body = [](const std::string& ms) {
    return R"({"sub_account_id":"2147050003876484","countdown_time":")" + ms + R"("})";
  };
  CHECK(armed(5s) == body("5000"));
  CHECK(armed(5001ms) == body("6000"));
  CHECK(armed(1ms) == body("2000"));
  CHECK(armed(300s) == body("300000"));
  CHECK(armed(0s) == body("0"));
  s.protocol.arm_dead_man(s.at(), number(0), 301s, s.sink);
  CHECK(s.sink.calls.empty());
  REQUIRE(s.sink.requests_failed.size() == 1);
  CHECK(s.sink.requests_failed[0].first == "arm_dead_man");
}

TEST_CASE("funding payments are looked for, told once, oldest first, received is positive") {
  account_session s{settings_for({"BTC"})};
  s.connect();
  CHECK(s.sink.timers.at(3) == 5min);
  s.timer(3);
  auto call = s.take("/full/v1/funding_payment_history");
  check_private(call);
  CHECK(
      call.body
      == R"({"sub_account_id":"2147050003876484","start_time":"1767196800000000000","limit":1000})");
  const auto row = [](const std::string& amount, const std::string& id, const std::string& time,
                      const std::string& instrument = "BTC_USDT_Perp") {
    return R"({"event_time":")" + time + R"(","sub_account_id":"1","instrument":")" + instrument
           + R"(","currency":"USDT","amount":")" + amount + R"(","tx_id":")" + id + R"("})";
  };
  const auto first = row("-0.004522", "66625184", "1767225600004987902");
  s.answer(call, 200,
           "{\"result\":[" + row("0.5", "66625999", "1767254400004987902") + "," + first + ","
               + row("1", "66625184", "1767225600004987902", "ETH_USDT_Perp") + "],\"next\":\"\"}");
  REQUIRE(s.sink.payments.size() == 2);
  CHECK(s.sink.payments[0].amount == "0.004522"_d);
  CHECK(s.sink.payments[0].time == from_ns(1767225600004987902));
  CHECK(s.sink.payments[1].amount == "-0.5"_d);
  s.timer(3);
  call = s.take("/full/v1/funding_payment_history");
  CHECK(call.body.find("1767254400004987902") != std::string::npos);
  s.answer(call, 200,
           "{\"result\":[" + row("0.5", "66625999", "1767254400004987902") + "],\"next\":\"\"}");
  CHECK(s.sink.payments.size() == 2);
}
