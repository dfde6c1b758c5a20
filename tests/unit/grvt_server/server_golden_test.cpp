#include "rig.hpp"

#include "venues/crypto/hex.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::grvt::test;
using std::chrono::hours;
using std::chrono::milliseconds;

/// Answers and frames as the venue's were observed: the same members with the same types.
namespace {

void check_shape(const char* observed, const json& found) {
  CHECK(shape_difference(json::parse(observed), found) == "");
}

json with_instrument() { return {{"instrument", "BTC_USDT_Perp"}}; }

json sub(const rig& r) { return {{"sub_account_id", r.ann.sub_account}}; }

void buy_some(rig& r) {
  order_wish w;
  w.market = true;
  w.at = "";
  REQUIRE(r.placed(r.ann, w)["state"]["status"] == "FILLED");
}

constexpr auto order_sample
    = R"({"order_id":"0x00","sub_account_id":"2147050003876484","is_market":false,"time_in_force":"GOOD_TILL_TIME","post_only":false,"reduce_only":false,"legs":[{"instrument":"BTC_USDT_Perp","size":"0.001","limit_price":"50000.0","is_buying_asset":true}],"signature":{"signer":"0x42c9f56f2c9da534f64b8806d64813b29c62a01d","r":"0x","s":"0x","v":27,"expiration":"1766076771082000000","nonce":1766076671,"chain_id":"0"},"metadata":{"client_order_id":"1766076671","create_time":"1766076671243762741","trigger":{"trigger_type":"UNSPECIFIED","tpsl":{"trigger_by":"UNSPECIFIED","trigger_price":"0.0","close_position":false}},"broker":"UNSPECIFIED","is_position_transfer":false,"allow_crossing":false},"state":{"status":"PENDING","reject_reason":"UNSPECIFIED","book_size":["0.001"],"traded_size":["0.0"],"update_time":"1766076671243762741","avg_fill_price":["0.0"]},"builder":"0x00","builder_fee":"0.0"})";

constexpr auto fill_sample
    = R"({"event_time":"1767354369431470728","sub_account_id":"2147050003876484","instrument":"BTC_USDT_Perp","is_buyer":true,"is_taker":true,"size":"0.001","price":"89473.4","mark_price":"89475.966335827","index_price":"89515.016819765","interest_rate":"0.0","forward_price":"0.0","realized_pnl":"0.0","fee":"0.040263","fee_rate":"0.045","trade_id":"74150425-1","order_id":"0x0101010503a12f6e000000007791f1bd","venue":"ORDERBOOK","is_liquidation":false,"client_order_id":"99191900","signer":"0x42c9","broker":"UNSPECIFIED","is_rpi":false,"builder":"0x00","builder_fee_rate":"0.0","builder_fee":"0"})";

constexpr auto position_sample
    = R"({"event_time":"1765258069092857642","sub_account_id":"2147050003876484","instrument":"BTC_USDT_Perp","size":"0.001","notional":"89.8169","entry_price":"90000.0","exit_price":"0.0","mark_price":"89816.900008979","unrealized_pnl":"-0.183099","realized_pnl":"0.0","total_pnl":"-0.183099","roi":"-0.2034","quote_index_price":"1.00017885","est_liquidation_price":"77951.450008979","leverage":"28.0","cumulative_fee":"-0.00009","cumulative_realized_funding_payment":"0.033862","margin_type":"CROSS"})";

} // namespace

TEST_CASE("an instrument is what the venue's list said of it") {
  rig r;
  const auto all = r.post("/full/v1/all_instruments", {{"is_active", true}}).parsed()["result"];
  const auto btc
      = R"({"instrument":"BTC_USDT_Perp","instrument_hash":"0x030501","base":"BTC","quote":"USDT","kind":"PERPETUAL","venues":["ORDERBOOK","RFQ"],"settlement_period":"PERPETUAL","base_decimals":9,"quote_decimals":6,"tick_size":"0.1","min_size":"0.001","create_time":"1768040726362828205","max_position_size":"1000.0","funding_interval_hours":8,"adjusted_funding_rate_cap":"0.3","adjusted_funding_rate_floor":"-0.3","min_notional":"100.0"})"_json;
  CHECK(all[0] == btc);
  CHECK(r.post("/full/v1/instrument", with_instrument()).parsed() == json{{"result", btc}});
  for (const auto& i : all)
    if (i["instrument"] == "AAVE_USDT_Perp") {
      CHECK(i["instrument_hash"] == "0x032201");
      CHECK(i["tick_size"] == "0.01");
      CHECK(i["min_size"] == "0.1");
      CHECK(i["max_position_size"] == "3000.0");
      CHECK(i["adjusted_funding_rate_cap"] == "0.75");
    }
  const auto some
      = r.post(
             "/full/v1/instruments",
             {{"kind", {"PERPETUAL"}}, {"base", {"ETH", "SOL"}}, {"quote", {"USDT"}}, {"limit", 1}})
            .parsed()["result"];
  REQUIRE(some.size() == 1);
  CHECK(some[0]["base"] == "ETH");
}

TEST_CASE("currencies and margin rules look as they were seen") {
  rig r;
  const auto list = r.post("/full/v1/currency", {{"", ""}}).parsed()["result"];
  bool found = false;
  for (const auto& c : list)
    found = found
            || c
                   == json{{"id", 3},
                           {"symbol", "USDT"},
                           {"balance_decimals", 6},
                           {"quantity_multiplier", "1000000"}};
  CHECK(found);
  const auto rules = r.post("/full/v1/margin_rules", with_instrument()).parsed();
  CHECK(
      rules["risk_brackets"][0]
      == R"({"tier":1,"notional_floor":"0","notional_cap":"600000","maintenance_margin_rate":"0.01","initial_margin_rate":"0.02","max_leverage":50,"cumulative_maintenance_amount":"0"})"_json);
  CHECK_FALSE(rules["risk_brackets"].back().contains("notional_cap"));
}

TEST_CASE("prices, books, trades and candles look as they were seen") {
  rig r;
  r.trade("60000.1", "0.25", side::buy);
  const auto ticker = r.post("/full/v1/ticker", with_instrument()).parsed();
  check_shape(
      R"({"result":{"event_time":"1767199535382794823","instrument":"BTC_USDT_Perp","mark_price":"87439.392166151","index_price":"87462.426721779","last_price":"87467.5","last_size":"0.001","mid_price":"87474.35","best_bid_price":"87474.3","best_bid_size":"2.435","best_ask_price":"87474.4","best_ask_size":"3.825","funding_rate_8h_curr":"0.01","funding_rate_8h_avg":"0.01","interest_rate":"0.0","forward_price":"0.0","buy_volume_24h_b":"3115.631","sell_volume_24h_b":"3195.236","buy_volume_24h_q":"275739265.1558","sell_volume_24h_q":"282773286.2658","high_price":"89187.2","low_price":"87404.1","open_price":"88667.1","open_interest":"1914.093886738","long_short_ratio":"1.472050","funding_rate":"0.01","funding_interval_hours":8,"next_funding_time":"1767225600000000000"}})",
      ticker);
  const auto& t = ticker["result"];
  CHECK(t["funding_rate"] == "0.01"); // percent: 0.0001
  CHECK(t["mid_price"] == "60000.05");
  CHECK(t["last_price"] == "60000.1");
  CHECK(t["buy_volume_24h_b"] == "0.25");
  CHECK(t["mark_price"] == "60000.0");
  const auto mini = r.post("/full/v1/mini", with_instrument()).parsed()["result"];
  CHECK(mini.size() == 11);
  CHECK(mini["best_bid_price"] == "60000.0");
  CHECK(mini["best_ask_size"] == "1.0");
  const auto book
      = r.post("/full/v1/book", {{"instrument", "BTC_USDT_Perp"}, {"depth", 50}, {"aggregate", 1}})
            .parsed();
  check_shape(
      R"({"result":{"event_time":"1764777396650000000","instrument":"BTC_USDT_Perp","bids":[{"price":"92336.0","size":"0.005","num_orders":1}],"asks":[{"price":"92336.1","size":"5.711","num_orders":37}]}})",
      book);
  CHECK(book["result"]["bids"][0]["price"] == "60000.0");
  CHECK(book["result"]["bids"][1]["price"] == "59990.0");
  CHECK(book["result"]["asks"][1]["price"] == "60010.0");
  const auto trades = r.post("/full/v1/trade", with_instrument()).parsed();
  check_shape(
      R"({"result":[{"event_time":"1764779531332118705","instrument":"ETH_USDT_Perp","is_taker_buyer":false,"size":"23.73","price":"3089.88","mark_price":"3089.360002315","index_price":"3090.443723246","interest_rate":"0.0","forward_price":"0.0","trade_id":"64796657-1","venue":"ORDERBOOK","is_rpi":false}]})",
      trades);
  const auto candles
      = r.post("/full/v1/kline",
               {{"instrument", "BTC_USDT_Perp"}, {"interval", "CI_1_M"}, {"type", "TRADE"}})
            .parsed();
  check_shape(
      R"({"result":[{"open_time":"1","close_time":"2","open":"1.0","close":"1.0","high":"1.0","low":"1.0","volume_b":"1.0","volume_q":"1.0","trades":1,"instrument":"BTC_USDT_Perp"}],"next":""})",
      candles);
  CHECK(candles["result"][0]["open_time"] == "1766076660000000000");
  CHECK(candles["result"][0]["volume_b"] == "0.25");
  r.run_for(hours{9});
  check_shape(
      R"({"result":[{"instrument":"BTC_USDT_Perp","funding_rate":"-0.0034","funding_time":"1760494260000000000","mark_price":"112721.159060304","funding_rate_8_h_avg":"-0.0038","funding_interval_hours":0}],"next":""})",
      r.post("/full/v1/funding", with_instrument()).parsed());
}

TEST_CASE("orders, fills, positions and balances look as they were seen") {
  rig r;
  const auto made = r.create(r.ann, {}).parsed();
  check_shape(order_sample, made["result"]);
  CHECK(made.size() == 1);
  r.run_for(milliseconds{30});
  buy_some(r);
  const auto list = [&](const char* name) {
    return r.as(r.ann, std::string{"/full/v1/"} + name, sub(r)).parsed()["result"];
  };
  check_shape(order_sample, list("open_orders")[0]);
  check_shape(order_sample, list("order_history")[0]);
  check_shape(fill_sample, list("fill_history")[0]);
  check_shape(position_sample, list("positions")[0]);
  auto summary = list("account_summary");
  check_shape(position_sample, summary["positions"][0]);
  summary["positions"] = json::array();
  check_shape(
      R"({"event_time":"1764863116142428457","sub_account_id":"2147050003876484","margin_type":"SIMPLE_CROSS_MARGIN","settle_currency":"USDT","unrealized_pnl":"0.0","total_equity":"15.0","initial_margin":"0.0","maintenance_margin":"0.0","available_balance":"15.0","spot_balances":[{"currency":"USDT","balance":"15.0","index_price":"1.000289735"}],"positions":[],"settle_index_price":"1.000289735","derisk_margin":"0.0","derisk_to_maintenance_margin_ratio":"1.0","total_cross_equity":"15.0","cross_unrealized_pnl":"0.0"})",
      summary);
  r.run_for(hours{9});
  check_shape(
      R"({"event_time":"1765267200004987902","sub_account_id":"1","instrument":"BTC_USDT_Perp","currency":"USDT","amount":"-0.004522","tx_id":"66625184"})",
      list("funding_payment_history")[0]);
  check_shape(
      R"({"result":{"main_account_id":"0x","total_equity":"1","spot_balances":[{"currency":"USDT","balance":"1","index_price":"1"}],"vault_investments":[],"total_sub_account_balance":"1","total_sub_account_equity":"1","total_vault_investments_balance":"1","total_sub_account_available_balance":"1","total_usd_notional_invested":"1"}})",
      r.as(r.ann, "/full/v1/aggregated_account_summary", json::object()).parsed());
  const auto main = r.as(r.ann, "/full/v1/funding_account_summary", json::object()).parsed();
  CHECK(main["tier"]["futures_taker_fee"] == 450);
  CHECK(main["tier"]["futures_maker_fee"] == -1);
}

TEST_CASE("the lite variant says the same in short names") {
  rig r;
  const auto made = r.as(r.ann, "/lite/v1/create_order",
                         [&] {
                           const auto full = r.signed_order(r.ann, {})["order"];
                           const auto& s = full["signature"];
                           const auto& leg = full["legs"][0];
                           return json{{"o",
                                        {{"sa", full["sub_account_id"]},
                                         {"im", false},
                                         {"ti", "GOOD_TILL_TIME"},
                                         {"po", false},
                                         {"ro", false},
                                         {"l", json::array({{{"i", leg["instrument"]},
                                                             {"s", leg["size"]},
                                                             {"lp", leg["limit_price"]},
                                                             {"ib", true}}})},
                                         {"s",
                                          {{"s", s["signer"]},
                                           {"r", s["r"]},
                                           {"s1", s["s"]},
                                           {"v", s["v"]},
                                           {"e", s["expiration"]},
                                           {"n", s["nonce"]},
                                           {"ci", "0"}}},
                                         {"m", {{"co", "77"}}}}}};
                         }())
                        .parsed();
  REQUIRE(made.contains("r"));
  CHECK(made["r"]["oi"] == "0x00");
  CHECK(made["r"]["s1"]["s"] == "PENDING");
  CHECK(made["r"]["m"]["co"] == "77");
  const auto book = r.post("/lite/v1/book", {{"i", "BTC_USDT_Perp"}, {"d", 10}}).parsed();
  CHECK(book["r"]["b"][0] == json{{"p", "60000.0"}, {"s", "1.0"}, {"no", 1}});
  const auto instruments = r.post("/lite/v1/all_instruments", {{"ia", true}}).parsed()["r"];
  CHECK(instruments[0]["ih"] == "0x030501");
  CHECK(instruments[0]["mn"] == "100.0");
  const auto wrong = r.post("/lite/v1/positions", {{"sa", "1"}});
  CHECK(wrong.status == 401);
  CHECK(wrong.parsed()
        == json{{"ri", 1},
                {"c", 1000},
                {"m", "You need to authenticate prior to using this functionality"},
                {"s", 401}});
}

TEST_CASE("the calls that ccxt makes on its way in are answered as it expects") {
  rig r;
  CHECK(r.wallet_login(r.ann, 1, milliseconds{30'000}).status == 200);
  CHECK(r.as(r.ann, "/full/v1/get_authorized_builders", json::object()).parsed()
        == json{{"results", json::array()}});
  const std::string builder = "0x21d2a053495994b1132a38cd1171acec40c6741e";
  const auto by = r.fields(r.ann, hours{1});
  const auto address
      = [](const std::string& text) { return *crypto::from_hex_exact<20>(crypto::strip_0x(text)); };
  const auto hash = r.signatures.builder_hash(address(r.ann.main), address(builder), 100, 100, by);
  const json wish{{"main_account_id", r.ann.main},
                  {"builder_account_id", builder},
                  {"max_futures_fee_rate", "0.01"},
                  {"max_spot_fee_rate", "0.01"},
                  {"signature", r.signature(r.ann, hash, by)}};
  CHECK(r.as(r.ann, "/full/v1/authorize_builder", wish).parsed()
        == R"({"result":{"ack":true,"tx_id":"0"}})"_json);
  CHECK(r.as(r.ann, "/full/v1/authorize_builder", wish).code() == 7503);
  order_wish w;
  w.builder = builder;
  w.builder_fee = "0.01";
  const auto o = r.placed(r.ann, w);
  CHECK(o["builder"] == builder);
  CHECK(o["builder_fee"] == "0.01");
  w.builder_fee = "0.02";
  CHECK(r.create(r.ann, w).code() == 7500);
}
