#include "client_support.hpp"

/// Answers and frames as the specification prints them (recordings of mainnet where it has them),
/// complete. "Ours" in them is only what carries our mark, so it is put in where the test is about
/// an order of ours.

using namespace dydx_client;

namespace {

std::string marked(std::string text) {
  const std::string plain = "\"clientMetadata\":\"0\"";
  for (auto at = text.find(plain); at != std::string::npos; at = text.find(plain, at))
    text.replace(at, plain.size(),
                 "\"clientMetadata\":\"" + std::to_string(dydx::metadata_mark) + "\"");
  return text;
}

/// The specification's transaction of section 4.3 has number 1001; so has this order.
void place_ioc(account_session& s) {
  s.connect();
  s.placed(ioc_order());
}

const std::string order_fields
    = R"("id":"c7e302c7-9728-542c-a505-d1abdbae6bf5","subaccountId":"8586bcf6-1f58-5ec9-a0bc-e53db273e7b0","clientId":"1001","clobPairId":"0","side":"BUY","size":"0.001",)";

const std::string opened
    = R"({"type":"channel_data","connection_id":"e2a6c717-6f77-4c1c-ac22-72ce2b7ed77d","message_id":3,"id":"dydx14zzueazeh0hj67cghhf9jypslcf9sh2n5k6art/0","channel":"v4_subaccounts","version":"3.0.0","contents":{"orders":[{)"
      + order_fields
      + R"("price":"89900","status":"BEST_EFFORT_OPENED","type":"LIMIT","timeInForce":"GTT","postOnly":false,"reduceOnly":false,"orderFlags":"0","goodTilBlock":"66624147","ticker":"BTC-USD","clientMetadata":"0"}],"blockHeight":"66624133"}})";

} // namespace

TEST_CASE("section 5.1: the node's answers to a broadcast") {
  account_session s;
  s.connect();
  s.protocol.place(s.at(), limit_order(), s.sink);
  const auto call = s.take("/");
  const auto id = "\"id\":" + std::to_string(rpc_id(call));
  auto state = order_state::rejected;
  auto reason = reject_reason::none;
  SUBCASE("taken") {
    s.answer(
        call, 200,
        "{\"jsonrpc\":\"2.0\"," + id
            + R"(,"result":{"code":0,"data":"","log":"[]","codespace":"","hash":"83C4009A0424A24E4F6479FE4FBD8A116508CC685513168C5DFD71DE5DACB2A6"}})");
    state = order_state::pending;
  }
  SUBCASE("too late") {
    s.answer(
        call, 200,
        "{\"jsonrpc\":\"2.0\"," + id
            + R"(,"result":{"code":10,"data":"","log":"GoodTilBlock 66624100 is less than the current blockHeight 66624133: The next block height is greater than the GoodTilBlock of the message","codespace":"clob","hash":"52F4"}})");
    reason = reject_reason::stale;
  }
  SUBCASE("the same bytes") {
    s.answer(
        call, 200,
        "{\"jsonrpc\":\"2.0\"," + id
            + R"(,"error":{"code":-32603,"message":"Internal error","data":"tx already exists in cache"}})");
    state = order_state::pending;
  }
  SUBCASE("a mismatch of sequences, twice") {
    s.answer(
        call, 200,
        "{\"jsonrpc\":\"2.0\"," + id
            + R"(,"result":{"code":32,"data":"","log":"account sequence mismatch, expected 8, got 7: incorrect account sequence","codespace":"sdk","hash":"0D75"}})");
    const auto again = s.take("/");
    s.answer(again, 200,
             tx_result(again, 32, "sdk",
                       "account sequence mismatch, expected 8, got 7: incorrect account sequence"));
    reason = reject_reason::nonce;
  }
  REQUIRE(s.sink.updates.size() == 1);
  CHECK(s.sink.updates[0].state == state);
  CHECK(s.sink.updates[0].reason == reason);
}

TEST_CASE("section 5.4: a recorded list of orders, of another program") {
  account_session s;
  s.connect();
  s.protocol.query_open_orders(s.at(), s.sink);
  s.answer(
      "/v4/orders", 200,
      R"([{"id":"0f0981cb-152e-57d3-bea9-4d8e0dd5ed35","subaccountId":"5113b9c6-885f-5f80-a2cc-ae0d93795419","clientId":"1700756032","clobPairId":"0","side":"BUY","size":"0.0001","totalFilled":"0","price":"110372","type":"LIMIT","status":"OPEN","timeInForce":"IOC","reduceOnly":true,"orderFlags":"64","goodTilBlockTime":"2025-12-12T11:19:52.000Z","createdAtHeight":"63049869","clientMetadata":"1","updatedAt":"2025-11-12T11:19:52.470Z","updatedAtHeight":"63049869","orderRouterAddress":"","postOnly":false,"ticker":"BTC-USD","subaccountNumber":0}])");
  REQUIRE(s.sink.open_orders.size() == 1);
  REQUIRE(s.sink.open_orders[0].orders.size() == 1);
  const auto& x = s.sink.open_orders[0].orders[0];
  CHECK_FALSE(x.ours);
  CHECK(x.foreign_id == "1700756032");
  CHECK(x.order.limit_price == "110372"_price);
  CHECK(x.order.state == order_state::open);
}

TEST_CASE("section 5.4: a recorded fill") {
  account_session s;
  s.connect();
  s.protocol.query_fills(s.at(), number(0), from_ms(0), s.sink);
  s.answer(
      "/v4/fills", 200,
      R"({"fills":[{"id":"6450e369-1dc3-5229-8dc2-fb3b5d1cf2ab","side":"BUY","liquidity":"TAKER","type":"LIMIT","market":"BTC-USD","marketType":"PERPETUAL","price":"105117","size":"0.0001","fee":"0","affiliateRevShare":"0","createdAt":"2025-11-12T11:19:52.470Z","createdAtHeight":"63049869","orderId":"0f0981cb-152e-57d3-bea9-4d8e0dd5ed35","clientMetadata":"1","subaccountNumber":0}]})");
  s.answer(
      "/v4/orders/0f0981cb-152e-57d3-bea9-4d8e0dd5ed35", 404,
      R"({"errors":[{"msg":"Unable to find order id 0f0981cb-152e-57d3-bea9-4d8e0dd5ed35"}]})");
  REQUIRE(s.sink.pages.size() == 1);
  CHECK(s.sink.pages[0].foreign_count == 1);
  CHECK(s.sink.pages[0].foreign_size == "0.0001"_qty);
}

TEST_CASE("section 6: the frames of a market connection") {
  market_session s{settings_for({"BTC"})};
  s.start();
  s.answer("/v4/perpetualMarkets", 200, markets());
  s.stream_open();
  s.frame(
      R"({"type":"connected","connection_id":"e2a6c717-6f77-4c1c-ac22-72ce2b7ed77d","message_id":0})");
  REQUIRE(s.sink.sent.size() == 3);
  // Printed with number 1: here it is the third request.
  s.frame(
      R"({"type":"subscribed","connection_id":"e2a6","message_id":3,"channel":"v4_orderbook","id":"BTC-USD","contents":{"bids":[{"price":"89947","size":"0.0002"}],"asks":[{"price":"89958","size":"0.1177"}]}})");
  s.frame(
      R"({"type":"channel_data","connection_id":"e2a6","message_id":4,"id":"BTC-USD","channel":"v4_orderbook","version":"1.0.0","contents":{"bids":[["89947","0.5"]]}})");
  s.frame(
      R"({"type":"channel_batch_data","connection_id":"e2a6","message_id":5,"id":"BTC-USD","channel":"v4_orderbook","version":"1.0.0","contents":[{"asks":[["89958","0"]]},{"asks":[["89957","0.3"]]}]})");
  s.frame(
      R"({"type":"channel_data","connection_id":"e2a6","message_id":6,"channel":"v4_markets","version":"1.0.0","contents":{"trading":{"BTC-USD":{"nextFundingRate":"0.0000025","openInterest":"381.9","volume24H":"247500900.1","trades24H":63070,"priceChange24H":"700.1"}}}})");
  s.frame(
      R"({"type":"channel_data","connection_id":"e2a6","message_id":7,"channel":"v4_markets","version":"1.0.0","contents":{"oraclePrices":{"BTC-USD":{"oraclePrice":"89921.5","effectiveAt":"2025-12-08T16:12:01.100Z","effectiveAtHeight":"66624134","marketId":0}}}})");
  CHECK(s.sink.fails.empty());
  CHECK(s.sink.tops.back().bid->size == "0.5"_qty);
  CHECK(s.sink.tops.back().ask->at == "89957"_price);
  CHECK(s.sink.marks.back().mark == "89921.5"_price);
  s.frame(
      R"({"type":"error","message":"Invalid channel: v5_orderbook","connection_id":"e2a6","message_id":7})");
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].text.find("Invalid channel: v5_orderbook") != std::string::npos);
}

TEST_CASE("section 7: a short-term order is accepted; without our mark it is another's") {
  account_session s;
  place_ioc(s);
  SUBCASE("ours") {
    s.frame(marked(opened));
    REQUIRE(s.sink.updates.size() == 1);
    CHECK(s.sink.updates[0].state == order_state::open);
    CHECK(s.sink.updates[0].venue_order_id == "c7e302c7-9728-542c-a505-d1abdbae6bf5");
    CHECK(s.sink.updates[0].venue_order_id == uuid_of(1001, 0));
  }
  SUBCASE("another's") {
    s.frame(opened);
    CHECK(s.sink.updates.empty());
    CHECK(s.sink.foreign.size() == 1);
  }
}

TEST_CASE("section 7: a best-effort cancel is held back until its block") {
  account_session s;
  place_ioc(s);
  s.frame(marked(opened));
  s.next = 4;
  s.subaccount(marked(
      R"({"orders":[{)" + order_fields
      + R"("totalOptimisticFilled":"0","price":"89900","type":"LIMIT","status":"BEST_EFFORT_CANCELED","timeInForce":"GTT","postOnly":false,"reduceOnly":false,"orderFlags":"0","goodTilBlock":"66624147","ticker":"BTC-USD","removalReason":"ORDER_REMOVAL_REASON_USER_CANCELED","clientMetadata":"0"}],"blockHeight":"66624135"})"));
  CHECK(s.sink.updates.back().state == order_state::open);
  for (auto height = 66'624'136; height <= 66'624'148; ++height)
    s.block(height);
  CHECK(s.sink.updates.size() == 2);
  s.block(66'624'149);
  REQUIRE(s.sink.updates.size() == 3);
  CHECK(s.sink.updates[2].state == order_state::cancelled);
}

TEST_CASE("section 7: a fill, and the account's change in a message of its own") {
  account_session s;
  place_ioc(s);
  s.subaccount(marked(
      R"({"fills":[{"id":"6450e369-1dc3-5229-8dc2-fb3b5d1cf2ab","subaccountId":"8586bcf6-1f58-5ec9-a0bc-e53db273e7b0","side":"BUY","liquidity":"TAKER","type":"LIMIT","clobPairId":"0","size":"0.001","price":"89890","quoteAmount":"89.89","eventId":"03f89a550000000200000002","transactionHash":"D892E75F27AE7EBD24548865BB81E58F69EE045F7364BC21A66AFAB206DD0648","createdAt":"2025-12-08T16:12:00.590Z","createdAtHeight":"66624134","orderId":"c7e302c7-9728-542c-a505-d1abdbae6bf5","fee":"0.044945","affiliateRevShare":"0","clientMetadata":"0","ticker":"BTC-USD"}],"orders":[{)"
      + order_fields
      + R"("totalFilled":"0.001","price":"89900","type":"LIMIT","status":"FILLED","timeInForce":"GTT","reduceOnly":false,"orderFlags":"0","goodTilBlock":"66624147","createdAtHeight":"66624134","clientMetadata":"0","updatedAt":"2025-12-08T16:12:00.590Z","updatedAtHeight":"66624134","postOnly":false,"ticker":"BTC-USD"}],"perpetualPositions":[{"address":"dydx14zz","subaccountNumber":0,"positionId":"8d3a","market":"BTC-USD","side":"LONG","status":"OPEN","size":"0.001","maxSize":"0.001","netFunding":"0","entryPrice":"89890","sumOpen":"0.001","sumClose":"0","realizedPnl":"0","unrealizedPnl":"0.03"}],"blockHeight":"66624134"})"));
  REQUIRE(s.sink.fills.size() == 1);
  CHECK(s.sink.fills[0].id == our_id(1001));
  CHECK(s.sink.updates.back().state == order_state::filled);
  s.subaccount(
      R"({"perpetualPositions":[{"address":"dydx14zz","subaccountNumber":0,"positionId":"8d3a","market":"BTC-USD","side":"LONG","status":"OPEN","size":"0.001","maxSize":"0.001","netFunding":"0","entryPrice":"89890","sumOpen":"0.001","sumClose":"0","realizedPnl":"0","unrealizedPnl":"0.03"}],"assetPositions":[{"address":"dydx14zz","subaccountNumber":0,"positionId":"f2c1","assetId":"0","symbol":"USDC","side":"SHORT","size":"44.733649"}],"blockHeight":"66624134"})");
  s.subaccount(
      R"({"transfers":{"sender":{"address":"a","subaccountNumber":0},"recipient":{"address":"b"},"symbol":"USDC","size":"10","type":"WITHDRAWAL","createdAt":"2025-12-08T16:12:00.590Z","createdAtHeight":"66624134","transactionHash":"D8"},"blockHeight":"66624134"})");
  CHECK(s.sink.positions.size() == 2);
  CHECK(s.sink.timers.contains(4)); // balances are asked for
  CHECK(s.sink.fails.empty());
}
