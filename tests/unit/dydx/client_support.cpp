#include "client_support.hpp"

#include "venues/crypto/base64.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/sha256.hpp"

#include <algorithm>

namespace dydx_client {

std::shared_ptr<number_ids> test_ids() {
  return std::make_shared<number_ids>(std::uint16_t{1}, number_range{1, 0xffff'ffff},
                                      std::vector<id_block>{{1, 0, 3, strategy_id{2}}},
                                      [](const id_block&) { return std::string{}; });
}

session_settings settings_for(std::vector<std::string> tickers) {
  session_settings s;
  s.venue = venue_id{4};
  s.bot = 1;
  s.environment = "mainnet";
  for (std::size_t i = 0; i < tickers.size(); ++i)
    s.instruments.push_back({number(static_cast<std::uint16_t>(i)), tickers[i]});
  s.parameters.set("private_key", test_key);
  s.ids = test_ids();
  return s;
}

std::string uuid_of(std::uint32_t wire, std::uint32_t flags, std::uint32_t pair) {
  return dydx::order_uuid(test_subaccount, {wire, flags, pair});
}

std::string markets() {
  return R"({"markets":{"BTC-USD":{"clobPairId":"0","ticker":"BTC-USD","status":"ACTIVE","oraclePrice":"89919.2","priceChange24H":"701.10762","volume24H":"247500844.6834","trades24H":63065,"nextFundingRate":"0.00000254545454545455","initialMarginFraction":"0.02","maintenanceMarginFraction":"0.012","openInterest":"381.7348","atomicResolution":-10,"quantumConversionExponent":-9,"tickSize":"1","stepSize":"0.0001","stepBaseQuantums":1000000,"subticksPerTick":100000,"marketType":"CROSS","openInterestLowerCap":"0","openInterestUpperCap":"0","baseOpenInterest":"782.0931","defaultFundingRate1H":"0"},)"
         R"("ETH-USD":{"clobPairId":"1","ticker":"ETH-USD","status":"ACTIVE","oraclePrice":"3103.01","priceChange24H":"97.236805","volume24H":"59598032.8897","trades24H":22916,"nextFundingRate":"0.00000125","initialMarginFraction":"0.02","maintenanceMarginFraction":"0.012","openInterest":"7457.108","atomicResolution":-9,"quantumConversionExponent":-9,"tickSize":"0.1","stepSize":"0.001","stepBaseQuantums":1000000,"subticksPerTick":100000,"marketType":"CROSS","openInterestLowerCap":"0","openInterestUpperCap":"0","baseOpenInterest":"13993.985","defaultFundingRate1H":"0"},)"
         R"("SOL-USD":{"clobPairId":"5","ticker":"SOL-USD","status":"CANCEL_ONLY","oraclePrice":null,"nextFundingRate":"0","initialMarginFraction":"0.05","atomicResolution":-7,"quantumConversionExponent":-9,"tickSize":"0.01","stepSize":"0.1","stepBaseQuantums":1000000,"subticksPerTick":1000000,"marketType":"CROSS"},)"
         R"("PEPE-USD":{"clobPairId":"28","ticker":"PEPE-USD","status":"ACTIVE","oraclePrice":"0.0000045","nextFundingRate":"0","initialMarginFraction":"0.2","atomicResolution":1,"quantumConversionExponent":-9,"tickSize":"0.0000000001","stepSize":"10000000","stepBaseQuantums":1000000,"subticksPerTick":1000000,"marketType":"CROSS"}}})";
}

std::uint64_t rpc_id(const sent_call& call) {
  constexpr std::string_view before = "\"id\":";
  const auto at = call.body.find(before);
  REQUIRE(at != std::string::npos);
  return std::stoull(call.body.substr(at + before.size()));
}

std::string rpc_result(const sent_call& call, std::string_view result) {
  return "{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(rpc_id(call))
         + ",\"result\":" + std::string{result} + "}";
}

std::string rpc_error(const sent_call& call, int code, std::string_view data) {
  return "{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(rpc_id(call))
         + ",\"error\":{\"code\":" + std::to_string(code)
         + ",\"message\":\"Internal error\",\"data\":\"" + std::string{data} + "\"}}";
}

std::string tx_result(const sent_call& call, int code, std::string_view codespace,
                      std::string_view log) {
  return rpc_result(call, "{\"code\":" + std::to_string(code) + ",\"data\":\"\",\"log\":\""
                              + std::string{log} + "\",\"codespace\":\"" + std::string{codespace}
                              + "\",\"hash\":\"0D75\"}");
}

sent_transaction read_transaction(const sent_call& call, std::uint64_t account_number,
                                  const std::string& chain) {
  sent_transaction out;
  constexpr std::string_view before = "\"method\":\"broadcast_tx_sync\",\"params\":{\"tx\":\"";
  const auto at = call.body.find(before);
  REQUIRE(at != std::string::npos);
  REQUIRE(call.body.ends_with("\"}}"));
  const auto raw_bytes = crypto::from_base64(std::string_view{call.body}.substr(
      at + before.size(), call.body.size() - at - before.size() - 3));
  REQUIRE(raw_bytes);
  dydx::wire::TxRaw raw;
  REQUIRE(raw.ParseFromArray(raw_bytes->data(), static_cast<int>(raw_bytes->size())));
  REQUIRE(out.body.ParseFromString(raw.body_bytes()));
  REQUIRE(out.auth.ParseFromString(raw.auth_info_bytes()));
  REQUIRE(out.body.messages_size() == 1);
  const auto& message = out.body.messages(0);
  if (message.type_url() == "/dydxprotocol.clob.MsgPlaceOrder")
    REQUIRE(out.place.ParseFromString(message.value()));
  else if (message.type_url() == "/dydxprotocol.clob.MsgCancelOrder")
    REQUIRE(out.cancel.ParseFromString(message.value()));
  else
    FAIL("an unknown message " << message.type_url());
  REQUIRE(out.auth.signer_infos_size() == 1);
  CHECK(out.auth.fee().gas_limit() == 1'000'000);
  out.sequence = out.auth.signer_infos(0).sequence();
  // What the chain checks.
  dydx::wire::SignDoc doc;
  doc.set_body_bytes(raw.body_bytes());
  doc.set_auth_info_bytes(raw.auth_info_bytes());
  doc.set_chain_id(chain);
  doc.set_account_number(account_number);
  dydx::wire::PubKey key;
  REQUIRE(key.ParseFromString(out.auth.signer_infos(0).public_key().value()));
  const auto point = crypto::parse_public_key(crypto::as_bytes(key.key())).value();
  std::array<std::uint8_t, 64> signature{};
  REQUIRE(raw.signatures_size() == 1);
  REQUIRE(raw.signatures(0).size() == signature.size());
  std::copy(raw.signatures(0).begin(), raw.signatures(0).end(), signature.begin());
  CHECK(crypto::verify(point, crypto::sha256(doc.SerializeAsString()), signature));
  return out;
}

void account_session::give_account() {
  const auto call = take("/");
  CHECK(call.body.find("\"method\":\"abci_query\"") != std::string::npos);
  // Vector account_query_with_pubkey: number 40321, sequence 7.
  answer(
      call, 200,
      rpc_result(
          call,
          R"({"response":{"code":0,"log":"","info":"","index":"0","key":null,)"
          R"("value":"Cp8BCiAvY29zbW9zLmF1dGgudjFiZXRhMS5CYXNlQWNjb3VudBJ7CitkeWR4MTR6enVlYXplaDBoajY3Y2doaGY5anlwc2xjZjlzaDJuNWs2YXJ0EkYKHy9jb3Ntb3MuY3J5cHRvLnNlY3AyNTZrMS5QdWJLZXkSIwohA/C+dj94G1tZ68N9chvtqRMUilOUJbqnILl9SCD2Uu11GIG7AiAH",)"
          R"("proofOps":null,"height":"66624132","codespace":""}})"));
}

void account_session::give_height(std::int64_t height) {
  const auto call = take("/");
  CHECK(call.body.find("\"method\":\"abci_info\"") != std::string::npos);
  answer(call, 200,
         rpc_result(call, "{\"response\":{\"data\":\"dydxprotocol\",\"last_block_height\":\""
                              + std::to_string(height) + "\"}}"));
}

void account_session::open_socket() {
  start();
  give_time();
  give_account();
  give_height(start_height);
  answer("/v4/perpetualMarkets", 200, markets());
  stream_open();
}

void account_session::connect(std::string_view subaccount_contents) {
  open_socket();
  connected();
  subscribed("v4_block_height", "v4_block_height",
             "{\"height\":\"" + std::to_string(start_height)
                 + "\",\"time\":\"2025-12-08T16:11:59.450Z\"}");
  subscribed("v4_subaccounts", test_address + "/0", subaccount_contents);
  REQUIRE(sink.lives == 1);
  REQUIRE(sink.fails.empty());
  sink.calls.clear();
  sink.instruments.clear();
}

void account_session::placed(const order_request& order) {
  protocol.place(at(), order, sink);
  const auto call = take("/");
  answer(call, 200, tx_result(call, 0, "", "[]"));
  REQUIRE(sink.updates.size() == 1);
  sink.updates.clear();
}

order_request limit_order() {
  order_request x;
  x.id = our_id(1001);
  x.instrument = number(0);
  x.size = "0.001"_qty;
  x.limit_price = "89900"_price;
  return x;
}

order_request ioc_order() {
  auto x = limit_order();
  x.tif = time_in_force::ioc;
  return x;
}

std::string order_row(std::uint32_t wire, std::uint32_t flags, std::string_view status,
                      std::string_view more) {
  std::string text
      = "{\"id\":\"" + uuid_of(wire, flags)
        + "\",\"subaccountId\":\"8586bcf6-1f58-5ec9-a0bc-e53db273e7b0\",\"clientId\":\""
        + std::to_string(wire)
        + "\",\"clobPairId\":\"0\",\"side\":\"BUY\",\"size\":\"0.001\",\"price\":"
          "\"89900\",\"status\":\""
        + std::string{status}
        + "\",\"type\":\"LIMIT\",\"timeInForce\":\"GTT\",\"postOnly\":false,"
          "\"reduceOnly\":false,\"orderFlags\":\""
        + std::to_string(flags) + "\",\"ticker\":\"BTC-USD\",\"clientMetadata\":\""
        + std::to_string(dydx::metadata_mark) + "\"";
  text += flags == 0 ? ",\"goodTilBlock\":\"66624137\""
                     : ",\"goodTilBlockTime\":\"2026-01-05T16:11:56.000Z\"";
  return text.append(more).append("}");
}

std::string fill_row(std::string_view id, std::string_view order, std::string_view size) {
  return "{\"id\":\"" + std::string{id}
         + "\",\"subaccountId\":\"8586bcf6\",\"side\":\"BUY\",\"liquidity\":\"TAKER\",\"type\":"
           "\"LIMIT\",\"clobPairId\":\"0\",\"size\":\""
         + std::string{size}
         + "\",\"price\":\"89890\",\"quoteAmount\":\"89.89\",\"eventId\":"
           "\"03f89a550000000200000002\",\"createdAt\":\"2025-12-08T16:12:00.590Z\","
           "\"createdAtHeight\":\"66624134\",\"orderId\":\""
         + std::string{order}
         + "\",\"fee\":\"0.044945\",\"affiliateRevShare\":\"0\",\"clientMetadata\":\"0\","
           "\"ticker\":\"BTC-USD\"}";
}

} // namespace dydx_client
