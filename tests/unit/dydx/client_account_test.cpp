#include "client_support.hpp"

using namespace dydx_client;

namespace {

std::vector<std::string> sent_texts(const recorder& sink) {
  std::vector<std::string> out;
  for (const auto& [stream, text] : sink.sent)
    out.push_back(text);
  return out;
}

} // namespace

TEST_CASE("the way to live: time, account, height, markets, socket, two channels") {
  account_session s;
  s.start();
  CHECK(s.sink.calls.at(0).target == "/v4/time");
  s.elapsed = 40ms;
  s.answer("/v4/time", 200, R"({"iso":"2025-12-08T16:11:57.145Z","epoch":1765210317.145})");
  // Half the round trip and half a millisecond ago the Indexer's clock said so.
  CHECK(s.sink.offsets == std::vector<duration>{1000ms + 500us});
  const auto account = s.sink.calls.at(0);
  CHECK(account.method == http_method::post);
  CHECK(account.content_type == "application/json");
  CHECK(
      account.body
      == "{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(rpc_id(account))
             + R"(,"method":"abci_query","params":{"path":"/cosmos.auth.v1beta1.Query/Account","data":"0a2b6479647831347a7a7565617a656830686a36376367686866396a7970736c6366397368326e356b36617274","prove":false}})");
  s.give_account();
  CHECK(s.sink.calls.at(0).body.find(R"("method":"abci_info","params":{}})") != std::string::npos);
  s.give_height(start_height);
  s.answer("/v4/perpetualMarkets", 200, markets());
  CHECK(s.sink.instruments.size() == 2);
  CHECK(s.sink.opened == std::vector<std::string>{"/v4/ws"});
  s.stream_open();
  s.connected();
  CHECK(
      sent_texts(s.sink)
      == std::vector<std::string>{
          R"({"type":"subscribe","channel":"v4_block_height"})",
          R"({"type":"subscribe","channel":"v4_subaccounts","id":"dydx14zzueazeh0hj67cghhf9jypslcf9sh2n5k6art/0"})"});
  s.subscribed("v4_subaccounts", test_address + "/0", "{}"); // no deposit yet: it stands
  CHECK(s.sink.lives == 0);
  s.subscribed("v4_block_height", "v4_block_height",
               R"({"height":"66624132","time":"2025-12-08T16:11:59.450Z"})");
  CHECK(s.sink.lives == 1);
  CHECK(s.sink.calls.empty());
}

TEST_CASE("an address without an account on chain is the configuration's fault") {
  account_session s;
  s.start();
  s.give_time();
  const auto call = s.take("/");
  s.answer(
      call, 200,
      rpc_result(
          call,
          R"({"response":{"code":22,"log":"rpc error: code = NotFound desc = account dydx14zz not found: key not found","info":"","index":"0","key":null,"value":null,"proofOps":null,"height":"66624132","codespace":"sdk"}})"));
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::configuration);
  CHECK(s.sink.fails[0].text.find(test_address) != std::string::npos);
}

TEST_CASE("each step of the way ends the session when it goes wrong") {
  account_session s;
  s.start();
  auto expected = session_end::garbage;
  SUBCASE("no time") { s.answer("/v4/time", 200, "{}"); }
  SUBCASE("no answer") {
    s.lose("/v4/time", false);
    expected = session_end::closed;
  }
  SUBCASE("the Indexer is closed") {
    s.answer("/v4/time", 503, "down");
    expected = session_end::maintenance;
  }
  SUBCASE("an answer to another question") {
    s.give_time();
    s.answer("/", 200, R"({"jsonrpc":"2.0","id":1,"result":{"response":{}}})");
  }
  SUBCASE("the node is closed") {
    s.give_time();
    s.answer("/", 502, "<html>");
    expected = session_end::maintenance;
  }
  SUBCASE("another account than asked for") {
    s.give_time();
    const auto call = s.take("/");
    // Vector account_query_without_pubkey would be another address; cut bytes serve as well.
    s.answer(call, 200, rpc_result(call, R"({"response":{"code":0,"value":"Cp8B"}})"));
  }
  SUBCASE("no height") {
    s.give_time();
    s.give_account();
    const auto call = s.take("/");
    s.answer(call, 200, rpc_result(call, R"({"response":{}})"));
  }
  SUBCASE("not live within 30 s") {
    s.timer(0);
    expected = session_end::silent;
  }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == expected);
}

TEST_CASE("what is wrong with the settings is said without showing any of it") {
  auto settings = settings_for({"BTC"});
  std::string part;
  SUBCASE("no key") {
    settings.parameters.wipe("private_key");
    part = "mnemonic and private_key";
  }
  SUBCASE("both") {
    settings.parameters.set("mnemonic", test_words);
    part = "one of";
  }
  SUBCASE("a short key") {
    settings.parameters.set("private_key", std::string{"e92a6595"});
    part = "64 hex digits";
  }
  SUBCASE("eleven words") {
    settings.parameters.wipe("private_key");
    settings.parameters.set("mnemonic",
                            std::string{"mirror actor skill push coach wait confirm orchard lunch "
                                        "mobile athlete"});
    part = "found 11";
  }
  SUBCASE("another's address") {
    settings.parameters.set("address", std::string{"dydx19rl4cm2hmr8afy4kldpxz3fka4jguq0a4erelz"});
    part = "belongs to " + test_address;
  }
  SUBCASE("no address") {
    settings.parameters.set("address", std::string{"cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0a"});
    part = "dydx1";
  }
  SUBCASE("a permission without its giver") {
    settings.parameters.set("authenticator", std::int64_t{966});
    part = "needs address";
  }
  SUBCASE("no such subaccount") {
    settings.parameters.set("subaccount", std::int64_t{128'001});
    part = "128001";
  }
  SUBCASE("no numbers for ids") {
    settings.ids = nullptr;
    part = "client ids";
  }
  account_session s{settings};
  s.start();
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::configuration);
  CHECK(s.sink.fails[0].text.find(part) != std::string::npos);
  CHECK(s.sink.fails[0].text.find("e92a6595") == std::string::npos);
  CHECK(s.sink.fails[0].text.find("orchard") == std::string::npos);
  CHECK(s.sink.calls.empty());
}

TEST_CASE("words and hex key are the same account") {
  auto settings = settings_for({"BTC"});
  settings.parameters.wipe("private_key");
  settings.parameters.set("mnemonic", test_words);
  settings.parameters.set("address", test_address);
  account_session s{settings};
  s.connect();
}

// -- queries -----------------------------------------------------------------------------------------

TEST_CASE("a query asks for the Indexer's id, and for both kinds when the kind is not known") {
  account_session s;
  s.connect();
  SUBCASE("known kind: once") {
    s.placed(ioc_order());
    s.protocol.query_order(s.at(), our_id(1001), number(0), {}, s.sink);
    s.answer("/v4/orders/" + uuid_of(1001, 0), 404,
             R"({"errors":[{"msg":"Unable to find order id x"}]})");
  }
  SUBCASE("told by the venue's id: once") {
    s.protocol.query_order(s.at(), our_id(1001), number(0), uuid_of(1001, 0), s.sink);
    s.answer("/v4/orders/" + uuid_of(1001, 0), 404,
             R"({"errors":[{"msg":"Unable to find order id x"}]})");
  }
  SUBCASE("unknown kind: long-term, then short-term") {
    s.protocol.query_order(s.at(), our_id(1001), number(0), {}, s.sink);
    s.answer("/v4/orders/" + uuid_of(1001, 64), 404,
             R"({"errors":[{"msg":"Unable to find order id x"}]})");
    CHECK(s.sink.queries_failed.empty());
    s.answer("/v4/orders/" + uuid_of(1001, 0), 404,
             R"({"errors":[{"msg":"Unable to find order id x"}]})");
  }
  REQUIRE(s.sink.queries_failed.size() == 1);
  CHECK(s.sink.queries_failed[0].id == our_id(1001));
  CHECK(s.sink.queries_failed[0].reason == reject_reason::unknown_order);
  CHECK(s.sink.calls.empty());
}

TEST_CASE("a recorded order is read field by field") {
  account_session s;
  s.connect();
  // The specification's recording, with an id and mark of ours.
  const auto id = uuid_of(1001, 0);
  s.protocol.query_order(s.at(), our_id(1001), number(0), id, s.sink);
  s.answer(
      "/v4/orders/" + id, 200,
      "{\"id\":\"" + id
          + R"(","subaccountId":"8586bcf6-1f58-5ec9-a0bc-e53db273e7b0","clientId":"1001","clobPairId":"0","side":"BUY","size":"0.0001","totalFilled":"0.0001","price":"110372","type":"LIMIT","status":"FILLED","timeInForce":"IOC","reduceOnly":true,"orderFlags":"0","goodTilBlock":"63049881","createdAtHeight":"63049869","clientMetadata":"2868903937","updatedAt":"2025-11-12T11:19:52.470Z","updatedAtHeight":"63049869","orderRouterAddress":"","postOnly":false,"ticker":"BTC-USD","subaccountNumber":0})");
  REQUIRE(s.sink.updates.size() == 1);
  const auto& x = s.sink.updates[0];
  CHECK(x.id == our_id(1001));
  CHECK(x.venue_order_id == id);
  CHECK(x.state == order_state::filled);
  CHECK(x.source == evidence::query);
  CHECK(x.reduce_only);
  CHECK(x.size == "0.0001"_qty);
  CHECK(x.filled == "0.0001"_qty);
  CHECK(x.limit_price == "110372"_price);
  CHECK(x.time == from_ms(1'762'946'392'470));
}

TEST_CASE("a query by the Indexer's id alone also finds what is not ours") {
  account_session s;
  s.connect();
  const auto id = uuid_of(77, 64);
  s.protocol.query_order(s.at(), {}, number(0), id, s.sink);
  auto row = order_row(77, 64, "OPEN");
  row.replace(row.find(std::to_string(dydx::metadata_mark)), 10, "0"); // without our mark
  s.answer("/v4/orders/" + id, 200, row);
  REQUIRE(s.sink.foreign.size() == 1);
  CHECK(s.sink.foreign[0].foreign_id == "77");
  CHECK(s.sink.foreign[0].order.venue_order_id == id);
  s.protocol.query_order(s.at(), {}, number(0), "../addresses", s.sink);
  CHECK(s.sink.calls.empty());
  CHECK(s.sink.queries_failed.at(0).reason == reject_reason::invalid);
}

TEST_CASE("open orders: ours, foreign ones, other markets, those whose block has passed") {
  account_session s;
  s.connect();
  s.elapsed = 1s;
  s.protocol.query_open_orders(s.at(), s.sink);
  const auto asked = s.at().now;
  s.elapsed = 2s;
  const auto call = s.take("/v4/orders");
  CHECK(call.target
        == "/v4/orders?address=" + test_address
               + "&subaccountNumber=0&status=OPEN,UNTRIGGERED,BEST_EFFORT_OPENED&limit=1000");
  s.block(start_height + 7);
  auto other_market = order_row(3, 64, "OPEN");
  other_market.replace(other_market.find("\"clobPairId\":\"0\""), 16, "\"clobPairId\":\"9\"");
  s.answer(call, 200,
           "[" + order_row(1, 64, "OPEN", R"(,"totalFilled":"0.0004")") + ","
               + order_row(2, 0, "BEST_EFFORT_OPENED") + "," + other_market + ","
               + order_row(4'000'000, 64, "OPEN") + "]");
  REQUIRE(s.sink.open_orders.size() == 1);
  const auto& list = s.sink.open_orders[0];
  CHECK(list.venue == venue_id{4});
  CHECK(list.requested == asked);
  REQUIRE(list.orders.size() == 2);
  CHECK(list.orders[0].ours);
  CHECK(list.orders[0].order.id == our_id(1));
  CHECK(list.orders[0].order.state == order_state::partially_filled);
  CHECK(list.orders[0].order.filled == "0.0004"_qty);
  CHECK(list.orders[0].order.source == evidence::snapshot);
  CHECK_FALSE(list.orders[1].ours);
  CHECK(list.orders[1].foreign_id == "4000000");
}

TEST_CASE("a resting order that only reduces is known again") {
  account_session s;
  s.connect();
  s.protocol.query_open_orders(s.at(), s.sink);
  auto row = order_row(1, 64, "OPEN");
  row.replace(row.find(std::to_string(dydx::metadata_mark)), 10,
              std::to_string(dydx::metadata_mark | dydx::metadata_reduce_only));
  s.answer("/v4/orders", 200, "[" + row + "]");
  CHECK(s.sink.open_orders.at(0).orders.at(0).order.reduce_only);
}

TEST_CASE("positions: shorts are negative, closed ones flat, other markets none of ours") {
  account_session s;
  s.connect();
  s.protocol.query_positions(s.at(), s.sink);
  const auto call = s.take("/v4/perpetualPositions");
  CHECK(call.target
        == "/v4/perpetualPositions?address=" + test_address + "&subaccountNumber=0&status=OPEN");
  s.answer(
      call, 200,
      R"({"positions":[{"market":"ETH-USD","status":"OPEN","side":"SHORT","size":"-0.25","maxSize":"-0.25","entryPrice":"3110.4","exitPrice":null,"realizedPnl":"0.012","unrealizedPnl":"1.8475","createdAt":"2025-12-08T15:00:00.586Z","createdAtHeight":"66617413","closedAt":null,"sumOpen":"0.25","sumClose":"0","netFunding":"0.012","subaccountNumber":0},)"
      R"({"market":"BTC-USD","status":"OPEN","side":"LONG","size":"0.001","entryPrice":"89890.3333333333333333333","unrealizedPnl":"0.03"},)"
      R"({"market":"DOGE-USD","status":"OPEN","side":"LONG","size":"100","entryPrice":"0.1","unrealizedPnl":"0"}]})");
  REQUIRE(s.sink.position_lists.size() == 1);
  const auto& list = s.sink.position_lists[0].positions;
  REQUIRE(list.size() == 2);
  CHECK(list[0].instrument == number(1));
  CHECK(list[0].size == "-0.25"_qty);
  CHECK(list[0].entry == "3110.4"_price);
  CHECK(list[0].unrealised == "1.8475"_d);
  CHECK(list[1].size == "0.001"_qty);
  CHECK(list[1].entry == "89890.333333333333333333"_price);
}

TEST_CASE("balances: the wallet is equity without what positions have gained") {
  account_session s;
  s.connect();
  s.protocol.query_balances(s.at(), s.sink);
  SUBCASE("as recorded") {
    s.answer(
        "/v4/addresses/" + test_address + "/subaccountNumber/0", 200,
        R"({"subaccount":{"address":"dydx1n56z5fhmemtffzkt2eqyf9kuc7ycjfs86mvqy7","subaccountNumber":0,"equity":"45.201296","freeCollateral":"45.201296","openPerpetualPositions":{},"assetPositions":{"USDC":{"size":"45.201296","symbol":"USDC","side":"LONG","assetId":"0","subaccountNumber":0}},"marginEnabled":true,"updatedAtHeight":"63049869","latestProcessedBlockHeight":"66624141"}})");
    CHECK(s.sink.balances.at(0).total == "45.201296"_d);
  }
  SUBCASE("with positions") {
    s.answer(
        "/v4/addresses/" + test_address + "/subaccountNumber/0", 200,
        R"({"subaccount":{"equity":"50.5","freeCollateral":"40.25","openPerpetualPositions":{"BTC-USD":{"unrealizedPnl":"6"},"ETH-USD":{"unrealizedPnl":"-1.5"}},"assetPositions":{}}})");
    CHECK(s.sink.balances.at(0).total == "46"_d);
    CHECK(s.sink.balances.at(0).equity == "50.5"_d);
    CHECK(s.sink.balances.at(0).available == "40.25"_d);
  }
  SUBCASE("no deposit yet: nothing is there, and that is known") {
    s.answer("/v4/addresses/" + test_address + "/subaccountNumber/0", 404,
             R"({"errors":[{"msg":"No subaccount found with address x and subaccountNumber 0"}]})");
    CHECK(s.sink.balances.at(0).equity == "0"_d);
  }
  REQUIRE(s.sink.balances.size() == 1);
  CHECK(s.sink.balances[0].venue == venue_id{4});
  CHECK(s.sink.balances[0].asset == "USDC");
}

// -- timers ------------------------------------------------------------------------------------------

TEST_CASE("funding payments are looked for after each full hour and told once") {
  account_session s;
  s.connect();
  // 16:11:56.125 -> 17:00:30
  CHECK(s.sink.timers.at(3) <= 48min + 34s);
  CHECK(s.sink.timers.at(3) >= 48min + 33s);
  s.timer(3);
  const auto call = s.take("/v4/fundingPayments");
  CHECK(call.target
        == "/v4/fundingPayments?address=" + test_address
               + "&subaccountNumber=0&limit=100&afterOrAt=2025-12-08T16:11:56.125Z");
  const auto* const rows
      = R"({"fundingPayments":[{"createdAt":"2025-12-08T17:00:00.300Z","createdAtHeight":"66626979","perpetualId":"0","ticker":"BTC-USD","oraclePrice":"89993.8","size":"0.1","side":"LONG","rate":"0.000002375","payment":"-0.02137","subaccountNumber":"0","fundingIndex":"1"},{"createdAt":"2025-12-08T17:00:00.300Z","createdAtHeight":"66626979","perpetualId":"10","ticker":"DOGE-USD","payment":"1","size":"1","side":"LONG"}]})";
  s.answer(call, 200, rows);
  REQUIRE(s.sink.payments.size() == 1);
  CHECK(s.sink.payments[0].instrument == number(0));
  CHECK(s.sink.payments[0].amount == "-0.02137"_d);
  CHECK(s.sink.payments[0].id == "BTC-USD@66626979");
  CHECK(s.sink.timers.at(3) == 1h);
  s.timer(3);
  s.answer("/v4/fundingPayments", 200, rows);
  CHECK(s.sink.payments.size() == 1);
}

TEST_CASE("an Indexer that lags behind the node twice in a row ends the session") {
  account_session s;
  s.connect();
  const auto look = [&](std::int64_t node) {
    s.timer(2);
    s.give_height(node);
  };
  look(start_height + 6);
  look(start_height + 5); // within what is allowed: the count starts again
  look(start_height + 6);
  CHECK(s.sink.fails.empty());
  look(start_height + 9);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::silent);
  CHECK(s.sink.fails[0].text.find("9 blocks behind") != std::string::npos);
}

TEST_CASE("no new block for 15 s ends the account session") {
  account_session s;
  s.connect();
  s.elapsed = 15s;
  s.timer(2);
  CHECK(s.sink.fails.empty());
  s.elapsed = 16s;
  s.timer(2);
  CHECK(s.sink.fails.at(0).reason == session_end::silent);
}
