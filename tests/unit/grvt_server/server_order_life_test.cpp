#include "rig.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::venues;
using namespace actorbot::venues::grvt::test;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// Statuses (and reasons) that a private stream told of, in order.
std::vector<std::string> story(const std::vector<json>& frames, const std::string& stream) {
  std::vector<std::string> out;
  for (const auto& f : frames) {
    if (f["stream"] != stream)
      continue;
    const auto& state = stream == "v1.order" ? f["feed"]["state"] : f["feed"]["order_state"];
    auto text = state["status"].get<std::string>();
    if (state["reject_reason"] != "UNSPECIFIED")
      text += " " + state["reject_reason"].get<std::string>();
    out.push_back(text);
  }
  return out;
}

using texts = std::vector<std::string>;

/// A socket that hears all of ann's orders, fills and positions.
stream_token listen(rig& r) {
  const auto s = r.open("/ws/full", &r.ann);
  for (const auto* stream : {"v1.order", "v1.state", "v1.fill", "v1.position"})
    REQUIRE(r.subscribe(s, stream, r.ann.sub_account).contains("result"));
  r.frames(s);
  return s;
}

json cancel_body(const rig& r, const std::string& client_id) {
  return {{"sub_account_id", r.ann.sub_account}, {"client_order_id", client_id}};
}

} // namespace

TEST_CASE("an order is pending, then open under an id of its own, then cancelled") {
  rig r;
  const auto s = listen(r);
  order_wish w;
  w.client_id = "9223372036854775901";
  const auto a = r.create(r.ann, w).parsed()["result"];
  CHECK(a["order_id"] == "0x00");
  CHECK(a["state"]["status"] == "PENDING");
  CHECK(a["state"]["book_size"] == json{"0.01"});
  CHECK(r.frames(s).empty());
  CHECK(r.order(r.ann, w.client_id)["state"]["status"] == "PENDING");
  r.run_for(milliseconds{24});
  CHECK(r.frames(s).empty()); // the speed bump
  r.run_for(milliseconds{1});
  auto frames = r.frames(s);
  CHECK(story(frames, "v1.order") == texts{"OPEN"});
  CHECK(story(frames, "v1.state") == texts{"OPEN"});
  const auto open = r.order(r.ann, w.client_id);
  const auto id = open["order_id"].get<std::string>();
  CHECK(id.size() == 34);
  CHECK(id.starts_with("0x0101010503"));
  CHECK(frames[0]["feed"] == open);
  CHECK(frames[1]["feed"]["client_order_id"] == w.client_id);
  CHECK(r.as(r.ann, "/full/v1/cancel_order",
             {{"sub_account_id", r.ann.sub_account}, {"order_id", id}})
            .parsed()
        == json{{"result", {{"ack", true}}}});
  frames = r.frames(s);
  CHECK(story(frames, "v1.order") == texts{"CANCELLED CLIENT_CANCEL"});
  CHECK(frames[0]["feed"]["state"]["book_size"] == json{"0.0"});
  CHECK(r.as(r.ann, "/full/v1/open_orders", {{"sub_account_id", r.ann.sub_account}})
            .parsed()["result"]
            .empty());
}

TEST_CASE("a post-only order does not wait; one that would take is rejected") {
  rig r;
  const auto s = listen(r);
  order_wish w;
  w.post_only = true;
  r.create(r.ann, w);
  CHECK(story(r.frames(s), "v1.order") == texts{"OPEN"});
  w.at = "60000.1";
  r.create(r.ann, w);
  CHECK(story(r.frames(s), "v1.order") == texts{"REJECTED FAIL_POST_ONLY"});
}

TEST_CASE("a taker goes from pending to filled, with its fill and position after it") {
  rig r;
  const auto s = listen(r);
  order_wish w;
  w.market = true;
  w.at = "";
  w.tif = "IMMEDIATE_OR_CANCEL";
  r.create(r.ann, w);
  r.run_for(milliseconds{25});
  const auto frames = r.frames(s);
  REQUIRE(frames.size() == 4);
  CHECK(story(frames, "v1.order") == texts{"FILLED"});
  CHECK(frames[0]["feed"]["state"]["avg_fill_price"] == json{"60000.1"});
  CHECK(frames[0]["feed"]["legs"][0]["limit_price"] == "0.0");
  const auto& fill = frames[2]["feed"];
  CHECK(frames[2]["stream"] == "v1.fill");
  CHECK(fill["price"] == "60000.1");
  CHECK(fill["size"] == "0.01");
  CHECK(fill["is_taker"] == true);
  CHECK(fill["fee"] == "0.27000045");
  CHECK(fill["fee_rate"] == "0.045");
  CHECK(fill["order_id"] == frames[0]["feed"]["order_id"]);
  CHECK(frames[3]["stream"] == "v1.position");
  CHECK(frames[3]["feed"]["size"] == "0.01");
  CHECK(frames[3]["feed"]["entry_price"] == "60000.1");
}

TEST_CASE("each maker met is a fill, and the order's state goes with each") {
  rig r;
  const auto s = listen(r);
  order_wish w;
  w.size = "1.5";
  w.at = "60010.0";
  const auto o = r.placed(r.ann, w);
  CHECK(o["state"]["traded_size"] == json{"1.5"});
  const auto frames = r.frames(s);
  CHECK(story(frames, "v1.order") == texts{"OPEN", "FILLED"});
  std::vector<std::string> ids;
  for (const auto& f : frames)
    if (f["stream"] == "v1.fill")
      ids.push_back(f["feed"]["trade_id"]);
  REQUIRE(ids.size() == 2);
  CHECK(ids[0] != ids[1]);
  const auto history = r.as(r.ann, "/full/v1/fill_history",
                            {{"sub_account_id", r.ann.sub_account}, {"base", {"BTC"}}})
                           .parsed();
  REQUIRE(history["result"].size() == 2);
  CHECK(history["result"][0]["trade_id"] == ids[1]); // newest first
  CHECK(history["next"] == "");
}

TEST_CASE("what is left of an IOC order ends, and an order that got nothing was open first") {
  rig r;
  const auto s = listen(r);
  order_wish w;
  w.tif = "IMMEDIATE_OR_CANCEL";
  w.size = "1.2";
  w.at = "60000.1";
  r.placed(r.ann, w);
  CHECK(story(r.frames(s), "v1.order") == texts{"OPEN", "CANCELLED IOC_CANCEL"});
  w.at = "59000.0";
  r.placed(r.ann, w);
  CHECK(story(r.frames(s), "v1.order") == texts{"OPEN", "CANCELLED IOC_CANCEL"});
  w.tif = "FILL_OR_KILL";
  w.size = "12"; // there are eleven
  w.at = "59990.0";
  w.buy = false;
  r.placed(r.ann, w);
  CHECK(story(r.frames(s), "v1.order") == texts{"OPEN", "CANCELLED FOK_CANCEL"});
}

TEST_CASE("a market order that finds nobody ends as one") {
  rig r;
  r.book("60000.0", "0", "60000.1", "0");
  exchange::feed_event e;
  e.time = r.now;
  e.replace = true;
  r.core->apply(r.now, r.btc(), e);
  order_wish w;
  w.market = true;
  w.at = "";
  const auto o = r.placed(r.ann, w);
  CHECK(o["state"]["status"] == "CANCELLED");
  CHECK(o["state"]["reject_reason"] == "MARKET_CANCEL");
}

TEST_CASE("an order lives until its signature expires") {
  rig r;
  const auto s = listen(r);
  order_wish w;
  w.expires = r.now + seconds{30};
  r.create(r.ann, w);
  r.run_for(seconds{29});
  CHECK(story(r.frames(s), "v1.order") == texts{"OPEN"});
  r.run_for(seconds{1});
  CHECK(story(r.frames(s), "v1.order") == texts{"CANCELLED EXPIRED"});
}

TEST_CASE("a cancel by client id catches an order on its way, and one that is still to come") {
  rig r;
  const auto s = listen(r);
  REQUIRE(r.subscribe(s, "v1.cancel", r.ann.sub_account).contains("result"));
  order_wish w;
  w.client_id = "1001";
  w.at = "60000.1"; // it would take
  r.create(r.ann, w);
  r.as(r.ann, "/full/v1/cancel_order", cancel_body(r, "1001"));
  r.run_for(milliseconds{200});
  auto frames = r.frames(s);
  CHECK(story(frames, "v1.order") == texts{"OPEN", "CANCELLED CLIENT_CANCEL"});
  CHECK(r.core->executions(exchange::account_id{0}).empty());

  auto body = cancel_body(r, "1002");
  body["time_to_live_ms"] = "550";
  r.as(r.ann, "/full/v1/cancel_order", body);
  r.as(r.ann, "/full/v1/cancel_order", body);
  frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["feed"]["cancel_status"] == "DROPPED_DUPLICATE");
  r.run_for(milliseconds{400});
  w.client_id = "1002";
  r.create(r.ann, w);
  r.run_for(seconds{1});
  CHECK(story(r.frames(s), "v1.order") == texts{"OPEN", "CANCELLED CLIENT_CANCEL"});

  r.as(r.ann, "/full/v1/cancel_order", cancel_body(r, "1003"));
  r.run_for(milliseconds{200}); // the window of 100 ms is over
  frames = r.frames(s);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0]["feed"]["cancel_status"] == "EXPIRED");
  CHECK(frames[0]["feed"]["client_order_id"] == "1003");
  w.client_id = "1003";
  CHECK(r.placed(r.ann, w)["state"]["status"] == "FILLED");
}

TEST_CASE("cancel all takes what its lists name and leaves what is on its way") {
  rig r;
  const auto s = listen(r);
  r.placed(r.ann, {});
  r.frames(s);
  const auto all = [&](json body) {
    body["sub_account_id"] = r.ann.sub_account;
    return r.as(r.ann, "/full/v1/cancel_all_orders", body).status;
  };
  CHECK(all({{"base", {"ETH"}}}) == 200);
  CHECK(r.frames(s).empty());
  order_wish coming;
  coming.at = "59980.0";
  r.create(r.ann, coming);
  CHECK(all({{"kind", {"PERPETUAL"}}, {"base", {"BTC"}}, {"quote", {"USDT"}}}) == 200);
  CHECK(story(r.frames(s), "v1.order") == texts{"CANCELLED CLIENT_BULK_CANCEL"});
  r.run_for(milliseconds{30});
  CHECK(story(r.frames(s), "v1.order") == texts{"OPEN"});
}

TEST_CASE("the dead man's switch counts whole seconds, is put off, and switched off") {
  rig r;
  const auto s = listen(r);
  r.placed(r.ann, {});
  r.frames(s);
  const auto arm = [&](const json& ms) {
    return r
        .as(r.ann, "/full/v1/cancel_on_disconnect",
            {{"sub_account_id", r.ann.sub_account}, {"countdown_time", ms}})
        .status;
  };
  CHECK(arm("5900") == 200);
  r.run_for(milliseconds{4999});
  CHECK(arm(5000) == 200);
  r.run_for(milliseconds{4999});
  CHECK(arm("1000") == 200);
  r.run_for(minutes{1});
  CHECK(r.frames(s).empty());
  CHECK(arm("2000") == 200);
  r.run_for(seconds{2});
  CHECK(story(r.frames(s), "v1.order") == texts{"CANCELLED CLIENT_CANCEL_ON_DISCONNECT_TRIGGERED"});
}

TEST_CASE("own orders do not meet: the taker ends") {
  rig r;
  const auto s = listen(r);
  r.placed(r.ann, {}); // a bid at 59990 behind others
  order_wish better;
  better.at = "60000.0";
  better.size = "0.5";
  r.book("60000.0", "0", "60000.1", "1");
  r.placed(r.ann, better);
  r.frames(s);
  order_wish sell = better;
  sell.buy = false;
  sell.client_id = "";
  r.placed(r.ann, sell);
  CHECK(story(r.frames(s), "v1.order") == texts{"OPEN", "CANCELLED SELF_MATCHED_SUBACCOUNT"});
}

TEST_CASE("a bulk call cancels first, then creates, all on one instrument") {
  rig r;
  const auto s = listen(r);
  order_wish w;
  w.client_id = "500";
  const auto old = r.placed(r.ann, w);
  r.frames(s);
  json orders = json::array();
  for (const auto* at : {"59980.0", "59970.0"}) {
    order_wish next;
    next.at = at;
    orders.push_back(r.signed_order(r.ann, next)["order"]);
  }
  json body{
      {"sub_account_id", r.ann.sub_account}, {"orders", orders}, {"order_i_ds", {old["order_id"]}}};
  const auto a = r.as(r.ann, "/full/v2/bulk_orders", body).parsed();
  CHECK(a["orders"].size() == 2);
  CHECK(a["orders"][0]["state"]["status"] == "PENDING");
  CHECK(a["cancel_acks"] == json::array({{{"ack", true}}}));
  r.run_for(milliseconds{30});
  CHECK(story(r.frames(s), "v1.order") == texts{"CANCELLED CLIENT_REPLACE", "OPEN", "OPEN"});

  body["client_order_i_ds"] = {"1"};
  CHECK(r.as(r.ann, "/full/v2/bulk_orders", body).code() == 2233);
  body.erase("client_order_i_ds");
  order_wish other;
  other.instrument = "ETH_USDT_Perp";
  other.at = "3000.0";
  order_wish fresh;
  body["orders"] = {r.signed_order(r.ann, fresh)["order"], r.signed_order(r.ann, other)["order"]};
  CHECK(r.as(r.ann, "/full/v2/bulk_orders", body).code() == 2234);
  body["orders"] = json(std::vector<json>(101, json::object()));
  CHECK(r.as(r.ann, "/full/v2/bulk_orders", body).code() == 2235);
}

TEST_CASE("a resting order is filled by the market, as a maker, with its rebate") {
  rig r;
  const auto s = listen(r);
  order_wish w;
  w.at = "60000.0";
  r.placed(r.ann, w);
  r.frames(s);
  r.trade("59999.0", "1", side::sell);
  const auto frames = r.frames(s);
  CHECK(story(frames, "v1.order") == texts{"FILLED"});
  CHECK(frames[2]["feed"]["is_taker"] == false);
  CHECK(frames[2]["feed"]["fee"] == "-0.0006");
  CHECK(frames[2]["feed"]["fee_rate"] == "0.0");
  const auto held = r.as(r.ann, "/full/v1/positions", {{"sub_account_id", r.ann.sub_account}})
                        .parsed()["result"];
  REQUIRE(held.size() == 1);
  CHECK(held[0]["size"] == "0.01");
  CHECK(held[0]["cumulative_fee"] == "-0.0006");
}

TEST_CASE("money is what it should be after a round trip and a funding payment") {
  rig r;
  order_wish w;
  w.market = true;
  w.at = "";
  w.size = "0.5";
  r.placed(r.ann, w);
  r.run_for(std::chrono::hours{9});
  const json body{{"sub_account_id", r.ann.sub_account}};
  const auto paid = r.as(r.ann, "/full/v1/funding_payment_history", body).parsed()["result"];
  REQUIRE(paid.size() >= 1);
  CHECK(paid[0]["amount"] == "3.0"); // 60000 * 0.5 * 0.0001, positive: paid
  const auto sum = r.as(r.ann, "/full/v1/account_summary", body).parsed()["result"];
  const auto& account = r.core->summary(exchange::account_id{0});
  CHECK(*decimal::parse(sum["total_equity"].get<std::string>()) == account.equity);
  CHECK(*decimal::parse(sum["initial_margin"].get<std::string>()) == account.position_margin);
  // equity - initial margin - min(unrealised, 0)
  CHECK(*decimal::parse(sum["available_balance"].get<std::string>())
        == account.equity - account.position_margin - std::min(account.unrealised, decimal{}));
}

TEST_CASE("leverage is set and shown, and refused beyond the table") {
  rig r;
  const auto set = [&](const json& leverage) {
    return r.as(r.ann, "/full/v1/set_initial_leverage",
                {{"sub_account_id", r.ann.sub_account},
                 {"instrument", "BTC_USDT_Perp"},
                 {"leverage", leverage}});
  };
  CHECK(set("20").parsed() == json{{"success", true}});
  const auto all
      = r.as(r.ann, "/full/v1/get_all_initial_leverage", {{"sub_account_id", r.ann.sub_account}})
            .parsed()["results"];
  CHECK(all[0]
        == json{{"instrument", "BTC_USDT_Perp"},
                {"leverage", "20.0"},
                {"min_leverage", "1.0"},
                {"max_leverage", "50.0"},
                {"margin_type", "CROSS"}});
  CHECK(set("51").code() == 1003);
  CHECK(set("2.5").code() == 1003);
}

TEST_CASE("a liquidation is told as orders and fills of the account") {
  rig_options o;
  o.balance = 1'000;
  rig r{o};
  order_wish w;
  w.market = true;
  w.at = "";
  w.size = "0.15";
  CHECK(r.placed(r.ann, w)["state"]["status"] == "FILLED");
  const auto s = listen(r);
  r.prices("53000", "0");
  const auto frames = r.frames(s);
  CHECK(story(frames, "v1.order").back() == "FILLED");
  bool liquidated = false;
  for (const auto& f : frames)
    liquidated = liquidated || (f["stream"] == "v1.fill" && f["feed"]["is_liquidation"] == true);
  CHECK(liquidated);
}

TEST_CASE("histories come newest first, in pages, without a gap or a repeat") {
  rig r;
  std::vector<std::string> placed;
  for (int i = 0; i < 5; ++i) {
    order_wish w;
    w.client_id = std::to_string(100 + i);
    placed.push_back(r.placed(r.ann, w)["order_id"]);
  }
  std::vector<std::string> seen;
  json body{{"sub_account_id", r.ann.sub_account}, {"limit", 2}};
  for (int page = 0; page < 3; ++page) {
    const auto a = r.as(r.ann, "/full/v1/order_history", body).parsed();
    for (const auto& o : a["result"])
      seen.push_back(o["order_id"]);
    body["cursor"] = a["next"];
    CHECK((a["next"] == "") == (page == 2));
  }
  CHECK(seen == std::vector<std::string>(placed.rbegin(), placed.rend()));
  body["cursor"] = "nonsense";
  CHECK(r.as(r.ann, "/full/v1/order_history", body).code() == 1003);
}
