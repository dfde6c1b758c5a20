#include "rig.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::grvt::test;
using std::chrono::hours;
using std::chrono::seconds;

/// Mistakes a client may make, each refused with the venue's code.
namespace {

order_wish with(std::function<void(order_wish&)> change) {
  order_wish w;
  change(w);
  return w;
}

} // namespace

TEST_CASE("wrong orders that are rightly signed are refused with the code of what is wrong") {
  struct fault {
    const char* what;
    int code;
    std::function<void(order_wish&)> change;
  };
  const fault faults[] = {
      {"price off the tick", 2064, [](auto& w) { w.at = "59990.05"; }},
      {"size below the minimum", 2062, [](auto& w) { w.size = "0.0009"; }},
      {"size finer than the step", 2065, [](auto& w) { w.size = "0.0105"; }},
      {"below the least notional", 2066, [](auto& w) { w.size = "0.001"; }},
      {"a limit order without a price", 2021, [](auto& w) { w.at = ""; }},
      {"a limit order at zero", 2021, [](auto& w) { w.at = "0"; }},
      {"a market order with a price", 2020, [](auto& w) { w.market = true; }},
      {"all or none", 2030, [](auto& w) { w.tif = "ALL_OR_NONE"; }},
      {"post-only that may not rest", 2032,
       [](auto& w) {
         w.post_only = true;
         w.tif = "IMMEDIATE_OR_CANCEL";
       }},
      {"beyond the band", 7201, [](auto& w) { w.at = "70000.0"; }},
      {"nothing to reduce", 2400, [](auto& w) { w.reduce_only = true; }},
      {"more than the position may be", 2081, [](auto& w) { w.size = "1001"; }},
      {"more than the money carries", 2080, [](auto& w) { w.size = "900"; }},
      {"a builder that nobody let in", 7504,
       [](auto& w) {
         w.builder = "0x21d2a053495994b1132a38cd1171acec40c6741e";
         w.builder_fee = "0.01";
       }},
  };
  for (const auto& f : faults) {
    INFO(f.what);
    rig r;
    const auto a = r.create(r.ann, with(f.change));
    CHECK(a.status == 400);
    CHECK(a.code() == f.code);
  }
}

TEST_CASE("what is changed after signing is refused with the code of what is wrong") {
  struct fault {
    const char* what;
    int code;
    unsigned status;
    std::function<void(json&)> change;
  };
  const fault faults[] = {
      {"size", 2002, 403, [](json& o) { o["legs"][0]["size"] = "0.011"; }},
      {"price", 2002, 403, [](json& o) { o["legs"][0]["limit_price"] = "59990.1"; }},
      {"side", 2002, 403, [](json& o) { o["legs"][0]["is_buying_asset"] = false; }},
      {"instrument", 2002, 403, [](json& o) { o["legs"][0]["instrument"] = "ETH_USDT_Perp"; }},
      {"post-only", 2002, 403, [](json& o) { o["post_only"] = true; }},
      {"time in force", 2002, 403, [](json& o) { o["time_in_force"] = "FILL_OR_KILL"; }},
      {"expiration", 2002, 403,
       [](json& o) { o["signature"]["expiration"] = "1766080000000000000"; }},
      {"signer", 2002, 403,
       [](json& o) { o["signature"]["signer"] = vectors()["keys"]["addresses"]["K4"]; }},
      {"chain", 2002, 403, [](json& o) { o["signature"]["chain_id"] = "1"; }},
      {"a chain that nobody knows", 1012, 400, [](json& o) { o["signature"]["chain_id"] = "328"; }},
      {"v", 2005, 403, [](json& o) { o["signature"]["v"] = 1; }},
      {"r without its last digits", 2006, 403,
       [](json& o) { o["signature"]["r"] = o["signature"]["r"].get<std::string>().substr(0, 64); }},
      {"expired", 2001, 403, [](json& o) { o["signature"]["expiration"] = "1766076670000000000"; }},
      {"an unknown instrument", 2061, 400, [](json& o) { o["legs"][0]["instrument"] = "BTC"; }},
      {"an order id", 2010, 400, [](json& o) { o["order_id"] = "0x0101"; }},
      {"no client id", 2011, 400, [](json& o) { o["metadata"].erase("client_order_id"); }},
      {"no metadata", 2011, 400, [](json& o) { o.erase("metadata"); }},
      {"a client id that is no number", 1003, 400,
       [](json& o) { o["metadata"]["client_order_id"] = "my-order"; }},
      {"a state", 2050, 400,
       [](json& o) {
         o["state"] = {{"status", "OPEN"}};
       }},
      {"no legs", 2040, 400, [](json& o) { o["legs"] = json::array(); }},
      {"two legs", 2042, 400, [](json& o) { o["legs"].push_back(o["legs"][0]); }},
      {"no signature", 1003, 400, [](json& o) { o.erase("signature"); }},
      {"a time in force that nobody knows", 1003, 400, [](json& o) { o["time_in_force"] = "GTC"; }},
      {"a size that went through floating point", 1003, 400,
       [](json& o) { o["legs"][0]["size"] = 0.01; }},
      {"a trigger", 2112, 400,
       [](json& o) {
         o["metadata"]["trigger"] = {{"trigger_type", "STOP_LOSS"}};
       }},
      {"no sub-account", 1003, 400, [](json& o) { o.erase("sub_account_id"); }},
      {"another's sub-account", 2003, 403, [](json& o) { o["sub_account_id"] = "77"; }},
  };
  for (const auto& f : faults) {
    INFO(f.what);
    rig r;
    auto body = r.signed_order(r.ann, {});
    f.change(body["order"]);
    const auto a = r.as(r.ann, "/full/v1/create_order", body);
    CHECK(a.status == f.status);
    CHECK(a.code() == f.code);
    CHECK(r.core->order_history(exchange::account_id{0}, std::nullopt).empty());
  }
}

TEST_CASE("a signer that is not the account's is refused, even with a right signature") {
  rig r;
  auto stranger = r.ann;
  stranger.private_key = key_of("K4");
  CHECK(r.as(r.ann, "/full/v1/create_order", r.signed_order(stranger, {})).code() == 2000);
}

TEST_CASE("a key without the right to trade is refused") {
  rig_options o;
  o.ann_permission = "read";
  rig r{o};
  const auto a = r.create(r.ann, {});
  CHECK(a.status == 403);
  CHECK(a.code() == 1400);
}

TEST_CASE("the client id of an active order is refused, of one on its way too, of a past one not") {
  rig r;
  order_wish w;
  w.client_id = "9223372036854775900";
  CHECK(r.create(r.ann, w).status == 200);
  CHECK(r.create(r.ann, w).code() == 2012);
  r.run_for(seconds{1});
  CHECK(r.create(r.ann, w).code() == 2012);
  r.as(r.ann, "/full/v1/cancel_order",
       {{"sub_account_id", r.ann.sub_account}, {"client_order_id", w.client_id}});
  CHECK(r.create(r.ann, w).status == 200);
}

TEST_CASE("the same signed payload counts once, whatever its client id") {
  rig r;
  auto body = r.signed_order(r.ann, {});
  CHECK(r.as(r.ann, "/full/v1/create_order", body).status == 200);
  body["order"]["metadata"]["client_order_id"] = "1";
  CHECK(r.as(r.ann, "/full/v1/create_order", body).code() == 2082);
}

TEST_CASE("a payload that was refused may be sent again") {
  rig r;
  order_wish w;
  w.client_id = "5";
  CHECK(r.create(r.ann, w).status == 200);
  const auto again = r.signed_order(r.ann, w);
  CHECK(r.as(r.ann, "/full/v1/create_order", again).code() == 2012);
  r.run_for(seconds{1});
  r.as(r.ann, "/full/v1/cancel_order",
       {{"sub_account_id", r.ann.sub_account}, {"client_order_id", "5"}});
  CHECK(r.as(r.ann, "/full/v1/create_order", again).status == 200);
}

TEST_CASE("a signature for more than thirty days is the engine's to reject") {
  rig r;
  order_wish w;
  w.expires = r.now + hours{24 * 30} + seconds{1};
  const auto o = r.placed(r.ann, w);
  CHECK(o["state"]["status"] == "REJECTED");
  CHECK(o["state"]["reject_reason"] == "EXCEED_MAX_SIGNATURE_EXPIRATION");
}

TEST_CASE("reduce-only orders must reduce, and not by more than there is") {
  rig r;
  order_wish buy;
  buy.market = true;
  buy.at = "";
  CHECK(r.placed(r.ann, buy)["state"]["status"] == "FILLED");
  order_wish w;
  w.reduce_only = true;
  CHECK(r.create(r.ann, w).code() == 2401);
  w.buy = false;
  w.at = "60010.0";
  w.size = "0.011";
  CHECK(r.create(r.ann, w).code() == 2402);
  w.size = "0.001"; // below the least notional, which reducing orders may be
  CHECK(r.create(r.ann, w).status == 200);
  w.reduce_only = false;
  CHECK(r.create(r.ann, w).code() == 2067);
}

TEST_CASE("cancels and queries without an id, or with a wrong window, are refused") {
  rig r;
  const json account{{"sub_account_id", r.ann.sub_account}};
  CHECK(r.as(r.ann, "/full/v1/cancel_order", account).code() == 3021);
  CHECK(r.as(r.ann, "/full/v1/order", account).code() == 3021);
  auto body = account;
  body["client_order_id"] = "1";
  body["time_to_live_ms"] = "5001";
  CHECK(r.as(r.ann, "/full/v1/cancel_order", body).code() == 2301);
  body = account;
  body["order_id"] = "0x01";
  const auto unknown = r.as(r.ann, "/full/v1/order", body);
  CHECK(unknown.status == 404);
  CHECK(unknown.code() == 1004);
  // Cancelling what is not there is taken all the same.
  CHECK(r.as(r.ann, "/full/v1/cancel_order", body).parsed() == json{{"result", {{"ack", true}}}});
  body = account;
  body["countdown_time"] = 300'001;
  CHECK(r.as(r.ann, "/full/v1/cancel_on_disconnect", body).code() == 6000);
}

TEST_CASE("an instrument that is closed takes no orders") {
  rig r;
  r.core->set_trading(r.now, r.btc(), false);
  CHECK(r.create(r.ann, {}).code() == 2060);
}

TEST_CASE("the limits of the tier are kept and given back") {
  rig_options o;
  o.options = {};
  rig r{o};
  const json body{{"sub_account_id", r.ann.sub_account}};
  for (int i = 0; i < 50; ++i)
    REQUIRE(r.as(r.ann, "/full/v1/open_orders", body).status == 200);
  const auto a = r.as(r.ann, "/full/v1/open_orders", body);
  CHECK(a.status == 429);
  CHECK(a.code() == 1006);
  CHECK(r.as(r.ann, "/full/v1/positions", body).status == 200); // counted apart
  r.run_for(seconds{10});
  CHECK(r.as(r.ann, "/full/v1/open_orders", body).status == 200);
}

TEST_CASE("wrong questions about the market are refused") {
  rig r;
  CHECK(r.post("/full/v1/book", {{"instrument", "BTC_USDT_Perp"}, {"depth", 20}}).code() == 3031);
  CHECK(r.post("/full/v1/book", {{"instrument", "XYZ"}, {"depth", 10}}).code() == 3000);
  CHECK(r.post("/full/v1/instrument", {{"instrument", "XYZ"}}).code() == 1004);
  CHECK(r.post("/full/v1/mini", json::object()).code() == 1003);
  CHECK(r.post("/full/v1/trade", {{"instrument", "BTC_USDT_Perp"}, {"limit", 1001}}).code()
        == 3011);
  CHECK(r.post("/full/v1/kline",
               {{"instrument", "BTC_USDT_Perp"}, {"interval", "1m"}, {"type", "TRADE"}})
            .code()
        == 1003);
  CHECK(r.post("/full/v1/nothing", json::object()).status == 404);
}
