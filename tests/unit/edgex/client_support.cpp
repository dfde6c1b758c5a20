#include "client_support.hpp"

#include "venues/crypto/base64.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/hmac_sha256.hpp"

namespace edgex_client {

session_settings settings_for(std::vector<std::string> tickers) {
  session_settings s;
  s.venue = venue_id{4};
  s.bot = 1;
  s.environment = "mainnet";
  for (std::size_t i = 0; i < tickers.size(); ++i)
    s.instruments.push_back({{venue_id{4}, static_cast<std::uint16_t>(i)}, tickers[i]});
  s.parameters.set("api", std::string{"v2"});
  s.parameters.set("account_id", account_id);
  s.parameters.set("api_key", api_key);
  s.parameters.set("api_secret", api_secret);
  s.parameters.set("api_passphrase", passphrase);
  s.parameters.set("signer_key", signer_key);
  return s;
}

std::string success(std::string_view data) {
  return R"({"code":"SUCCESS","data":)" + std::string{data}
         + R"(,"msg":null,"errorParam":null,"requestTime":"1734662372560",)"
           R"("responseTime":"1734662372575","traceId":"364c0020d1fe90bbfcca3cf3a9d54759"})";
}

std::string refusal(std::string_view code, std::string_view words) {
  return json{
      {"code", code},       {"data", nullptr},     {"msg", words},  {"errorParam", {{"x", "y"}}},
      {"requestTime", "1"}, {"responseTime", "2"}, {"traceId", "t"}}
      .dump();
}

std::string metadata() {
  const auto entry = [](std::string id, std::string name, std::string tick, std::string step,
                        bool trading) {
    return R"({"contractId":")" + id + R"(","contractName":")" + name
           + R"(","baseCoinId":"1009","quoteCoinId":"1000","tickSize":")" + tick
           + R"(","stepSize":")" + step + R"(","minOrderSize":")" + step
           + R"(","maxOrderSize":"500000000","resolution":"0x3b9aca00","enableTrade":)"
           + (trading ? "true" : "false") + R"(,"enableDisplay":true,"enableOpenPosition":true,)"
           + R"("fundingRateIntervalMin":"240"})";
  };
  // The beginning is the documentation's, with the members of V2 put in beside those of V1.
  return R"({"global":{"appName":"edgeX","appEnv":"testnet","feeAccountId":"123456","starkExChainId":"0xaa36a7",)"
         R"("nativeChainId":"33431","chainId":"33431","contractAddress":"0x1ae109ea449cfe0bed08bfe8911e968a49a919b1","collateralCoinId":"1000",)"
         R"("starkExMaxFundingRate":1120,"maintenanceReason":""},)"
         R"("coinList":[)"
         R"({"coinId":"1000","coinName":"USDT","stepSize":"0.000001","showStepSize":"0.0001","iconUrl":"...","starkExAssetId":"0x33bda5c923bae4e84825b74762d5482889b9512465fbffc50d1ae4b82e345c3","starkExResolution":"0xf4240"},)"
         R"({"coinId":"1001","coinName":"BTC","stepSize":"0.001","showStepSize":"0.001","iconUrl":"...","starkExAssetId":null,"starkExResolution":null}],)"
         R"("contractList":[)"
         R"({"contractId":"10000001","contractName":"BTCUSDT","baseCoinId":"1001","quoteCoinId":"1000",)"
         R"("tickSize":"0.1","stepSize":"0.001","minOrderSize":"0.001","maxOrderSize":"50.000","maxOrderBuyPriceRatio":"0.05","minOrderSellPriceRatio":"0.05","maxPositionSize":"60.000",)"
         R"("riskTierList":[{"tier":1,"positionValueUpperBound":"50000","maxLeverage":"100","maintenanceMarginRate":"0.005","starkExRisk":"21474837","starkExUpperBound":"214748364800000000000"},)"
         R"({"tier":22,"positionValueUpperBound":"79228162514264337593543","maxLeverage":"6","maintenanceMarginRate":"0.105","starkExRisk":"450971567","starkExUpperBound":"340282366920938463463374607431768211455"}],)"
         R"("defaultTakerFeeRate":"0.00055","defaultMakerFeeRate":"0.0002","defaultLeverage":"50","liquidateFeeRate":"0.01",)"
         R"("enableTrade":true,"enableDisplay":true,"enableOpenPosition":true,)"
         R"("fundingInterestRate":"0.0003","fundingImpactMarginNotional":"10","fundingMaxRate":"0.000234","fundingMinRate":"-0.000234","fundingRateIntervalMin":"240",)"
         R"("starkExSyntheticAssetId":"0x425443322d31300000000000000000","starkExResolution":"0x2540be400"},)"
         + entry("10000002", "ETHUSDT", "0.01", "0.01", true) + ","
         + entry("10000004", "BNBUSD", "0.01", "0.01", true) + ","
         + entry("10000005", "1000PEPEUSD", "0.0000001", "10", true) + ","
         + entry("10000006", "SOLUSD", "0.01", "0.1", false) + ","
         + entry("30000006", "SOLUSDC", "0.010", "0.1", true) + ","
         + entry("10000007", "UNI2USD", "0.001", "0.1", true) + ","
         + entry("10000008", "DOGEUSD", "0.00001", "1", false)
         + R"(],"multiChain":{"coinId":"1000","maxWithdraw":"100000","minWithdraw":"0","minDeposit":"10","chainList":[]}})";
}

std::string account_asset() {
  return success(
      R"({"account":{"id":"543429922991899150","userId":"543429922866069763","ethAddress":"0x1fB5...4b7A","clientAccountId":"main","isSystemAccount":false,)"
      R"("defaultTradeSetting":{"isSetFeeRate":true,"takerFeeRate":"0.000500","makerFeeRate":"0.000180","isSetFeeDiscount":false,"takerFeeDiscount":"0","makerFeeDiscount":"0","isSetMaxLeverage":false,"maxLeverage":"0"},)"
      R"("contractIdToTradeSetting":{"10000001":{"isSetFeeRate":false,"takerFeeRate":"","makerFeeRate":"","isSetFeeDiscount":false,"takerFeeDiscount":"","makerFeeDiscount":"","isSetMaxLeverage":true,"maxLeverage":"50"},)"
      R"("10000002":{"isSetFeeRate":true,"takerFeeRate":"0.0012","makerFeeRate":"-0.0001"}},)"
      R"("maxLeverageLimit":"0","createOrderPerMinuteLimit":0,"createOrderDelayMillis":0,"extraType":"","extraDataJson":"","status":"NORMAL","isLiquidating":false,"createdTime":"1730204434094","updatedTime":"1733993378059"},)"
      R"("collateralList":[{"userId":"1","accountId":"2","coinId":"1000","amount":"-81.943188","legacyAmount":"15.501312","cumDepositAmount":"70.000000","cumWithdrawAmount":"0"}],)"
      R"("positionList":[{"userId":"1","accountId":"2","coinId":"1000","contractId":"10000001","openSize":"0.001","openValue":"97.444500","openFee":"-0.017540","fundingFee":"0.000000","longTermCount":3,"createdTime":"1","updatedTime":"1733993378059"}],)"
      R"("version":"1021",)"
      R"("positionAssetList":[{"userId":"1","accountId":"2","coinId":"1000","contractId":"10000001","positionValue":"97.734426609240472316741943359375","maxLeverage":"50","initialMarginRequirement":"1.9546885321848094463","starkExRiskRate":"0.005000000121071934","starkExRiskValue":"0.4886721448790984","avgEntryPrice":"97444.5","liquidatePrice":"82354.9","bankruptPrice":"81943.1","worstClosePrice":"81984.2","unrealizePnl":"0.289926609240472316741943359375","termRealizePnl":"0.000000","totalRealizePnl":"0.716700"}],)"
      R"("collateralAssetModelList":[{"userId":"1","accountId":"2","coinId":"1000","totalEquity":"15.791238609240472316741943359375","totalPositionValueAbs":"97.734426609240472316741943359375","initialMarginRequirement":"1.9546885","starkExRiskValue":"0.48867214","pendingWithdrawAmount":"0","pendingTransferOutAmount":"0","orderFrozenAmount":"0","availableAmount":"13.836550"}],)"
      R"("oraclePriceList":[]})");
}

json order_record() {
  return json::parse(
      R"({"id":"564829588270612618","userId":"543429922866069763","accountId":"551109015904453258","coinId":"1000","contractId":"10000001","side":"BUY","price":"96260.7","size":"0.001",)"
      R"("clientOrderId":"ab-1-2-3-2a","type":"LIMIT","timeInForce":"GOOD_TIL_CANCEL","reduceOnly":false,"triggerPrice":"0","triggerPriceType":"UNKNOWN_PRICE_TYPE","expireTime":"1736480267612","sourceKey":"",)"
      R"("isPositionTpsl":false,"isLiquidate":false,"isDeleverage":false,"openTpslParentOrderId":"0","isSetOpenTp":false,"openTp":{"side":"UNKNOWN_ORDER_SIDE","price":"","size":"","l2Signature":{"r":"","s":"","v":""}},)"
      R"("maxLeverage":"50","takerFeeRate":"0.000500","makerFeeRate":"0.000180","liquidateFeeRate":"0.01","marketLimitPrice":"0","marketLimitValue":"0",)"
      R"("l2Nonce":"3353661024","l2Value":"96.260700","l2Size":"0.001","l2LimitFee":"0.048131","l2ExpireTime":"1737257867612","l2Signature":{"r":"0x072f","s":"0x05b2","v":""},)"
      R"("extraType":"","extraDataJson":"","status":"OPEN","matchSequenceId":"35229771","triggerTime":"0","cancelReason":"UNKNOWN_ORDER_CANCEL_REASON",)"
      R"("cumFillSize":"0","cumFillValue":"0","cumFillFee":"0","maxFillPrice":"0","minFillPrice":"0","cumLiquidateFee":"0","cumRealizePnl":"0",)"
      R"("cumMatchSize":"0","cumMatchValue":"0","cumMatchFee":"0","cumFailSize":"0","cumFailValue":"0","cumFailFee":"0","cumApprovedSize":"0","cumApprovedValue":"0","cumApprovedFee":"0",)"
      R"("createdTime":"1734665867870","updatedTime":"1734665867876"})");
}

json fill_record() {
  return json::parse(
      R"({"id":"564815957260763406","userId":"543429922866069763","accountId":"543429922991899150","coinId":"1000","contractId":"10000001","orderId":"564829588270612618","orderSide":"BUY",)"
      R"("fillSize":"0.001","fillValue":"97.4445","fillFee":"0.017540","fillPrice":"97444.5","liquidateFee":"0","realizePnl":"-0.017540","direction":"MAKER","isPositionTpsl":false,"isLiquidate":false,"isDeleverage":false,"isWithoutMatch":false,)"
      R"("matchSequenceId":"35196430","matchIndex":0,"matchTime":"1734662617982","matchAccountId":"555790606509539863","matchOrderId":"564815957235597591","matchFillId":"05d14491-db7d-478a-9d9f-2dc55c3ff3ca",)"
      R"("censorStatus":"CENSOR_SUCCESS","censorTxId":"893031","censorTime":"1734662617988","censorFailCode":"","l2TxId":"1084582","createdTime":"1734662617984","updatedTime":"1734662617992"})");
}

json with(json base, const json& changes) {
  for (const auto& [name, value] : changes.items()) {
    if (value.is_null())
      base.erase(name);
    else
      base[name] = value;
  }
  return base;
}

std::map<std::string, std::string> query_of(const sent_call& call) {
  std::map<std::string, std::string> out;
  const auto question = call.target.find('?');
  if (question == std::string::npos)
    return out;
  const auto text = call.target.substr(question + 1);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('&', at), text.size());
    const auto equals = text.find('=', at);
    REQUIRE(equals < end);
    CHECK(out.emplace(text.substr(at, equals - at), text.substr(equals + 1, end - equals - 1))
              .second);
    at = end + 1;
  }
  return out;
}

namespace {

/// The documentation's definition, on a JSON type whose objects are sorted.
std::string canonical(const json& value) {
  if (value.is_string())
    return value.get<std::string>();
  if (value.is_boolean() || value.is_number())
    return value.dump();
  std::string out;
  if (value.is_object())
    for (const auto& [name, member] : value.items())
      out += (out.empty() ? "" : "&") + name + "=" + canonical(member);
  if (value.is_array())
    for (const auto& item : value)
      out += (out.empty() ? "" : "&") + canonical(item);
  return out;
}

} // namespace

void check_signed(const sent_call& call) {
  const bool post = call.method == http_method::post;
  CHECK(call.body.empty() == !post);
  CHECK(call.content_type == (post ? "application/json" : ""));
  auto path = call.target.substr(0, call.target.find('?'));
  auto content = call.headers.at("X-edgeX-Timestamp") + (post ? "POST" : "GET") + path;
  if (post) {
    content += canonical(json::parse(call.body));
  } else {
    std::string query;
    for (const auto& [name, value] : query_of(call)) // sorted by name
      query += (query.empty() ? "" : "&") + name + "=" + value;
    content += query;
  }
  crypto::hmac_sha256 hmac{crypto::to_base64(crypto::as_bytes(api_secret))};
  CHECK(call.headers.size() == 4);
  CHECK(call.headers.at("X-edgeX-Api-Key") == api_key);
  CHECK(call.headers.at("X-edgeX-Passphrase") == passphrase);
  CHECK(call.headers.at("X-edgeX-Signature") == crypto::to_hex(hmac.sign(content)));
}

} // namespace edgex_client
