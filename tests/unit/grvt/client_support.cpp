#include "client_support.hpp"

namespace grvt_client {

namespace {

std::string entry(const std::string& base, const std::string& hash, const std::string& decimals,
                  const std::string& tick, const std::string& size,
                  const std::string& kind = "PERPETUAL", const std::string& quote = "USDT") {
  return R"({"instrument":")" + base + "_" + quote + R"(_Perp","instrument_hash":")" + hash
         + R"(","base":")" + base + R"(","quote":")" + quote + R"(","kind":")" + kind
         + R"(","venues":["ORDERBOOK","RFQ"],"settlement_period":"PERPETUAL","base_decimals":)"
         + decimals + R"(,"quote_decimals":6,"tick_size":")" + tick + R"(","min_size":")" + size
         + R"(","create_time":"1768040726362828205","max_position_size":"1000.0",)"
         + R"("funding_interval_hours":8,"adjusted_funding_rate_cap":"0.3",)"
         + R"("adjusted_funding_rate_floor":"-0.3","min_notional":"100.0"})";
}

} // namespace

std::shared_ptr<number_ids> ids() {
  return std::make_shared<number_ids>(std::uint16_t{1},
                                      number_range{first_number, ~std::uint64_t{0}},
                                      std::vector<id_block>{{first_number, 0, 3, strategy_id{2}}},
                                      [](const id_block&) { return std::string{}; });
}

session_settings settings_for(const std::vector<std::string>& tickers) {
  session_settings s;
  s.venue = venue_id{3};
  s.bot = 1;
  s.environment = "mainnet";
  for (std::size_t i = 0; i < tickers.size(); ++i)
    s.instruments.push_back({number(static_cast<std::uint16_t>(i)), tickers[i]});
  s.parameters.set("api_key", api_key);
  s.parameters.set("signer_key", signer_key);
  s.ids = ids();
  return s;
}

std::string instruments() {
  return R"({"result":[)"
         // The recorded entry of the specification; the others differ in what it says they do.
         R"({"instrument":"BTC_USDT_Perp","instrument_hash":"0x030501","base":"BTC","quote":"USDT",)"
         R"("kind":"PERPETUAL","venues":["ORDERBOOK","RFQ"],"settlement_period":"PERPETUAL",)"
         R"("base_decimals":9,"quote_decimals":6,"tick_size":"0.1","min_size":"0.001",)"
         R"("create_time":"1768040726362828205","max_position_size":"1000.0",)"
         R"("funding_interval_hours":8,"adjusted_funding_rate_cap":"0.3",)"
         R"("adjusted_funding_rate_floor":"-0.3","min_notional":"100.0"},)"
         + entry("AAVE", "0x032201", "\"9\"", "0.01", "0.1") + ","
         + entry("KPEPE", "0x030d01", "3", "0.0000001", "100") + ","
         + entry("KAIA", "0x035001", "6", "0.0001", "1") + ","
         + entry("ETH", "0x020401", "9", "0.01", "0.01", "PERPETUAL", "USDC") + ","
         + entry("SOL", "0x030602", "9", "0.01", "0.1", "FUTURE") + "]}";
}

std::string ack(int id, const std::string& stream, const std::vector<std::string>& selectors,
                const std::string& latest) {
  std::string subs, zeros, firsts, lasts;
  for (const auto& x : selectors) {
    const std::string comma = subs.empty() ? "" : ",";
    subs += comma + "\"" + x + "\"";
    zeros += comma + "1";
    firsts += comma + "\"" + std::to_string(std::stoull(latest) + 1) + "\"";
    lasts += comma + "\"" + latest + "\"";
  }
  return R"({"jsonrpc":"2.0","result":{"stream":")" + stream + R"(","subs":[)" + subs
         + R"(],"unsubs":[],"num_snapshots":[)" + zeros + R"(],"first_sequence_number":[)" + firsts
         + R"(],"latest_sequence_number":[)" + lasts + R"(]},"id":)" + std::to_string(id)
         + R"(,"method":"subscribe"})";
}

void account_session::give_login(const std::string& cookie, const std::string& expires,
                                 const std::string& body) {
  const std::string set_cookie = "gravity=" + cookie + "; Path=/; Domain=grvt.io; Expires="
                                 + expires + "; Max-Age=86400; HttpOnly; Secure; SameSite=None";
  answer("/auth/api_key/login", 200, body,
         {{"content-type", "application/json"},
          {"set-cookie", "cf=abc; Path=/"},
          {"set-cookie", set_cookie},
          {"x-grvt-account-id", account_id}});
}

void check_private(const sent_call& call) {
  CHECK(call.endpoint == endpoint_id{2});
  CHECK(call.method == http_method::post);
  CHECK(call.content_type == "application/json");
  CHECK(call.headers == session_headers);
}

order_request an_order() {
  order_request o;
  o.id = our_id(1);
  o.instrument = number(0);
  o.size = "0.001"_qty;
  o.limit_price = "65038.1"_price;
  return o;
}

std::string order_text::str() const {
  const bool done = status != "PENDING" && status != "OPEN";
  return R"({"order_id":")" + order_id + R"(","sub_account_id":")" + sub_account
         + R"(","is_market":false,"time_in_force":"GOOD_TILL_TIME","post_only":false,)"
         + R"("reduce_only":false,"legs":[{"instrument":")" + instrument + R"(","size":")" + size
         + R"(","limit_price":")" + price + R"(","is_buying_asset":)" + (buy ? "true" : "false")
         + R"(}],"signature":{"signer":"0x42c9f56f2c9da534f64b8806d64813b29c62a01d","r":"0x4d",)"
         + R"("s":"0x42","v":28,"expiration":"1769951360245000000","nonce":747860882,)"
         + R"("chain_id":"0"},"metadata":{"client_order_id":")" + client_id
         + R"(","create_time":"1767359366686762920","trigger":{"trigger_type":"UNSPECIFIED",)"
         + R"("tpsl":{"trigger_by":"UNSPECIFIED","trigger_price":"0.0","close_position":false}},)"
         + R"("broker":"UNSPECIFIED","is_position_transfer":false,"allow_crossing":false},)"
         + R"("state":{"status":")" + status + R"(","reject_reason":")" + reason
         + R"(","book_size":[")" + (done ? "0.0" : size) + R"("],"traded_size":[")" + filled
         + R"("],"update_time":")" + time + R"(","avg_fill_price":[")" + average
         + R"("]},"builder":"0x00","builder_fee":"0.0"})";
}

std::string order_text::frame(std::uint64_t sequence) const {
  return R"({"stream":"v1.order","selector":")" + sub_account + R"(","sequence_number":")"
         + std::to_string(sequence) + R"(","feed":)" + str() + R"(,"prev_sequence_number":")"
         + std::to_string(sequence - 1) + R"("})";
}

std::string fill_text::str() const {
  return R"({"event_time":")" + time + R"(","sub_account_id":")" + sub_account
         + R"(","instrument":")" + instrument + R"(","is_buyer":)" + (buyer ? "true" : "false")
         + R"(,"is_taker":true,"size":")" + size + R"(","price":")" + price
         + R"(","mark_price":"89475.966335827","index_price":"89515.016819765",)"
         + R"("interest_rate":"0.0","forward_price":"0.0","realized_pnl":"0.0","fee":")" + fee
         + R"(","fee_rate":"0.045","trade_id":")" + trade_id
         + R"(","order_id":"0x0101010503a12f6e000000007791f1bd","venue":"ORDERBOOK",)"
         + R"("is_liquidation":)" + (liquidation ? "true" : "false") + R"(,"client_order_id":")"
         + client_id + R"(","signer":"0x42c9f56f2c9da534f64b8806d64813b29c62a01d",)"
         + R"("broker":"UNSPECIFIED","is_rpi":false,"builder":"0x00","builder_fee_rate":"0.0",)"
         + R"("builder_fee":"0"})";
}

std::string fill_text::frame(std::uint64_t sequence) const {
  return R"({"stream":"v1.fill","selector":")" + sub_account + R"(","sequence_number":")"
         + std::to_string(sequence) + R"(","feed":)" + str() + R"(,"prev_sequence_number":")"
         + std::to_string(sequence - 1) + R"("})";
}

} // namespace grvt_client
