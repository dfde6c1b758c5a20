#include "market_frames.hpp"

using namespace edgex_client;

TEST_CASE("market data: the way to live") {
  market_session s{everything({"BNB"})};
  s.start();
  REQUIRE(s.sink.calls.size() == 1);
  const auto ask = s.take("/api/v2/public/meta/getMetaData");
  CHECK(ask.target == "/api/v2/public/meta/getMetaData");
  CHECK(ask.headers.empty()); // public
  s.answer(ask, 200, success(metadata()));
  CHECK(s.sink.instruments.size() == 1);
  REQUIRE(s.sink.opened.size() == 1);
  CHECK(s.sink.opened[0] == "/api/v1/public/ws?timestamp=1773302047079");
  s.stream_open();
  CHECK(s.sink.sent.empty()); // the venue speaks first
  s.frame(R"({"sid":"1","type":"connected"})");
  REQUIRE(s.sink.sent.size() == 4);
  CHECK(s.sink.sent[0].second == R"({"type":"subscribe","channel":"depth.10000004.200"})");
  CHECK(s.sink.sent[1].second == R"({"type":"subscribe","channel":"fundingRate.10000004"})");
  CHECK(s.sink.sent[2].second == R"({"type":"subscribe","channel":"ticker.10000004"})");
  CHECK(s.sink.sent[3].second == R"({"type":"subscribe","channel":"trades.10000004"})");
  s.frame(R"({"sid":"1","type":"connected"})"); // said twice, subscribed once
  CHECK(s.sink.sent.size() == 4);
  s.frame(real_snapshot); // data is as good as an acknowledgement
  CHECK(s.sink.lives == 0);
  s.acknowledge_all();
  CHECK(s.sink.lives == 1);
  CHECK(s.sink.fails.empty());
}

TEST_CASE("the documentation's contract becomes an instrument") {
  market_session s{settings_for({"BTC", "PEPE", "SOL", "DOGE"})};
  s.start();
  s.answer("/api/v2/public/meta/getMetaData", 200, success(metadata()));
  REQUIRE(s.sink.instruments.size() == 4);
  const auto& btc = s.sink.instruments[0];
  CHECK(btc.id == number(0));
  CHECK(btc.ticker == "BTC");
  CHECK(btc.symbol == "BTCUSDT");
  CHECK(btc.quote == "USDT");
  CHECK(btc.tick == "0.1"_d);
  CHECK(btc.lot == "0.001"_d);
  CHECK(btc.min_quantity == "0.001"_qty);
  CHECK(btc.max_quantity == "50"_qty);
  CHECK(btc.min_notional.is_zero()); // the venue has no such rule
  CHECK(btc.price_band_up == "1.05"_d);
  CHECK(btc.price_band_down == "0.95"_d);
  CHECK(btc.maker_fee == "0.0002"_d);
  CHECK(btc.taker_fee == "0.00055"_d);
  CHECK(btc.max_leverage == 100);
  CHECK(btc.multiplier == "1"_d);
  CHECK(btc.trading);
  // 1000PEPE counts in thousands; prices and sizes are in single coins.
  const auto& pepe = s.sink.instruments[1];
  CHECK(pepe.symbol == "1000PEPEUSD");
  CHECK(pepe.multiplier == "1000"_d);
  CHECK(pepe.tick == "0.0000000001"_d);
  CHECK(pepe.lot == "10000"_d);
  CHECK(pepe.taker_fee == "0.001"_d); // not stated: what the SDKs assume
  // Of two contracts of a coin the one that trades.
  CHECK(s.sink.instruments[2].symbol == "SOLUSDC");
  CHECK_FALSE(s.sink.instruments[3].trading);
}

TEST_CASE("an unknown ticker is the configuration's fault, unreadable metadata the venue's") {
  struct bad {
    std::vector<std::string> tickers;
    std::string body;
    unsigned status;
    session_end reason;
  };
  auto no_tick = json::parse(metadata());
  no_tick["contractList"][0].erase("tickSize");
  auto no_coin = json::parse(metadata());
  no_coin["coinList"] = json::array();
  for (const auto& x : {
           bad{{"NOPE"}, success(metadata()), 200, session_end::configuration},
           bad{{"UNI"}, success(metadata()), 200, session_end::configuration}, // UNI2 is another
           bad{{"BTC", "BTC"}, success(metadata()), 200, session_end::configuration},
           bad{{"BTC"}, success(no_tick.dump()), 200, session_end::garbage},
           bad{{"BTC"}, success(no_coin.dump()), 200, session_end::garbage},
           bad{{"BTC"}, success("{}"), 200, session_end::garbage},
           bad{{"BTC"}, success("null"), 200, session_end::garbage},
           bad{{"BTC"}, R"({"code":"SUCCESS"})", 200, session_end::garbage},
           bad{{"BTC"}, "<html>", 200, session_end::garbage},
           bad{{"BTC"}, "", 200, session_end::garbage},
           bad{{"BTC"}, "<html>", 502, session_end::maintenance},
           bad{{"BTC"}, "", 429, session_end::rate_limited},
           bad{{"BTC"}, refusal("RATE_LIMIT_EXCEEDED"), 200, session_end::rate_limited},
           bad{{"BTC"}, refusal("INVALID_PARAMETER"), 400, session_end::garbage},
           bad{{"BTC"}, refusal("SOMETHING_ELSE"), 400, session_end::closed},
       }) {
    CAPTURE(x.body.substr(0, 60));
    market_session s{settings_for(x.tickers)};
    s.start();
    s.answer("/api/v2/public/meta/getMetaData", x.status, x.body);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == x.reason);
    CHECK(s.sink.opened.empty());
    CHECK(s.sink.budgets.size() == (x.status == 429 ? 1 : 0));
  }
}

TEST_CASE("ticker: the oracle's price is the mark price, with all its digits but the last") {
  live_btc s;
  const auto ticker = json::parse(
      R"({"contractId":"10000001","contractName":"BTCUSDT","priceChange":"-2270.5","priceChangePercent":"-0.021849","trades":"79372","size":"499.487","value":"50821443.7464","high":"105331.5","low":"98755.0","open":"103913.2","close":"101642.7","highTime":"1734524115631","lowTime":"1734575388228","startTime":"1734510600000","endTime":"1734597000000","lastPrice":"101642.7","indexPrice":"101676.380723500","oraclePrice":"101636.3750002346932888031005859375","openInterest":"0.105","fundingRate":"-0.00012236","fundingTime":"1734595200000","nextFundingTime":"1734609600000"})");
  s.frame(quote("ticker.10000001", ticker, "Snapshot"));
  REQUIRE(s.sink.marks.size() == 1);
  CHECK(s.sink.marks[0].instrument == number(0));
  CHECK(s.sink.marks[0].mark == "101636.375000234693288803"_price);
  CHECK(s.sink.marks[0].index == "101676.3807235"_price);
  CHECK(s.sink.marks[0].time == s.at().now);
  SUBCASE("newer rows name the mark price") {
    s.frame(quote("ticker.10000001", with(ticker, {{"markPrice", "101600.1"}})));
    CHECK(s.sink.marks.back().mark == "101600.1"_price);
  }
  SUBCASE("no price yet is no news") {
    s.frame(quote("ticker.10000001", with(ticker, {{"oraclePrice", ""}})));
    s.frame(quote("ticker.10000001", with(ticker, {{"oraclePrice", "0"}})));
    s.frame(quote("ticker.10000001", with(ticker, {{"oraclePrice", nullptr}})));
    CHECK(s.sink.marks.size() == 1);
    CHECK(s.sink.fails.empty());
  }
  SUBCASE("another contract is none of ours") {
    s.frame(quote("ticker.10000002", with(ticker, {{"contractId", "10000002"}})));
    CHECK(s.sink.marks.size() == 1);
  }
  SUBCASE("what is no price ends the session") {
    s.frame(quote("ticker.10000001", with(ticker, {{"oraclePrice", "much"}})));
    CHECK(s.sink.fails.size() == 1);
  }
  CHECK(s.sink.rates.empty()); // its fundingRate is another number, and nobody asked
}

TEST_CASE("trades: each once, the past of the snapshot not at all") {
  auto settings = settings_for({"BTC"});
  settings.wants_trades = true;
  live_btc s{settings};
  const auto trade = json::parse(
      R"({"ticketId":"1","time":"1688365544504","price":"30065.12","size":"0.01","value":"300.6512","takerOrderId":"10","makerOrderId":"11","takerAccountId":"3001","makerAccountId":"3002","contractId":"10000001","isBestMatch":true,"isBuyerMaker":false})");
  s.frame(quote("trades.10000001", trade, "Snapshot"));
  CHECK(s.sink.trades.empty());
  s.frame(quote("trades.10000001", with(trade, {{"ticketId", "2"}}), "changed"));
  REQUIRE(s.sink.trades.size() == 1);
  const auto& x = s.sink.trades[0];
  CHECK(x.trade_id == "2");
  CHECK(x.at == "30065.12"_price);
  CHECK(x.size == "0.01"_qty);
  CHECK(x.aggressor == side::buy);
  CHECK(x.time == from_ms(1688365544504));
  s.frame(quote("trades.10000001", with(trade, {{"ticketId", "3"}, {"isBuyerMaker", true}})));
  CHECK(s.sink.trades[1].aggressor == side::sell);
  SUBCASE("the names of V2's newest page") {
    s.frame(quote("trades.10000001", with(trade, {{"ticketId", nullptr},
                                                  {"tradeId", "4"},
                                                  {"isBuyerMaker", nullptr},
                                                  {"side", "SELL"}})));
    REQUIRE(s.sink.trades.size() == 3);
    CHECK(s.sink.trades[2].trade_id == "4");
    CHECK(s.sink.trades[2].aggressor == side::sell);
  }
  SUBCASE("without a member that counts") {
    for (const char* name : {"ticketId", "time", "price", "size", "isBuyerMaker"}) {
      live_btc other{settings};
      other.frame(quote("trades.10000001", with(trade, {{name, nullptr}})));
      CHECK(other.sink.trades.empty());
      CHECK(other.sink.fails.size() == 1);
    }
  }
}

TEST_CASE("funding: the fixed rate is paid at the end of the interval that began with it") {
  auto settings = settings_for({"BTC", "BNB"});
  settings.wants_funding = true;
  market_session s{settings};
  s.connect();
  const auto ask = s.take("/api/v2/public/funding/getLatestFundingRate");
  CHECK(ask.target == "/api/v2/public/funding/getLatestFundingRate?contractId=10000001,10000004");
  const auto row = json::parse(
      R"({"contractId":"10000001","fundingTime":"1734595200000","fundingTimestamp":"1734597720000","oraclePrice":"101559.92","indexPrice":"101522.558968500","fundingRate":"-0.00005537","isSettlement":false,"forecastFundingRate":"-0.00012293","previousFundingRate":"0.00000567","previousFundingTimestamp":"1734595140000","premiumIndex":"-0.00036207","avgPremiumIndex":"-0.00032293","premiumIndexTimestamp":"1734597720000","impactMarginNotional":"100","impactAskPrice":"101485.8","impactBidPrice":"101484.7","interestRate":"0.0003","predictedFundingRate":"0.00005000","fundingRateIntervalMin":"240","starkExFundingIndex":"101559.92"})");
  s.answer(ask, 200, success(json::array({row}).dump()));
  REQUIRE(s.sink.rates.size() == 1);
  CHECK(s.sink.rates[0].instrument == number(0));
  CHECK(s.sink.rates[0].rate == "-0.00005537"_d);
  CHECK(s.sink.rates[0].interval == duration{4h});
  CHECK(s.sink.rates[0].next == from_ms(1734609600000)); // the ticker's nextFundingTime
  CHECK(s.sink.rates[0].time == from_ms(1734597720000));
  // The running estimate changes each minute, the rate does not.
  s.frame(quote("fundingRate.10000001", with(row, {{"forecastFundingRate", "-0.0002"}})));
  CHECK(s.sink.rates.size() == 1);
  s.frame(quote("fundingRate.10000001",
                with(row, {{"fundingTime", "1734609600000"}, {"fundingRate", "0.0001"}})));
  REQUIRE(s.sink.rates.size() == 2);
  CHECK(s.sink.rates[1].next == from_ms(1734624000000));
  // The same of the interval before, late, is no news.
  s.frame(quote("fundingRate.10000001", row));
  // Names of another kind are passed over.
  s.frame(quote("fundingRate.10000001", {{"contractId", "10000001"}, {"rate", "0.1"}}));
  CHECK(s.sink.rates.size() == 2);
  CHECK(s.sink.fails.empty());
}

TEST_CASE("funding is asked for again after a settlement, not more often than each 30 s") {
  auto settings = settings_for({"BTC"});
  settings.wants_funding = true;
  market_session s{settings};
  s.connect();
  const auto row = [&](std::int64_t start) {
    return success(json::array({{{"contractId", "10000001"},
                                 {"fundingTime", std::to_string(start)},
                                 {"fundingRate", "0.0001"},
                                 {"fundingRateIntervalMin", "240"}}})
                       .dump());
  };
  const auto second = [&] {
    s.elapsed += 1s;
    s.frame(R"({"type":"pong","time":"1"})");
    s.timer(0);
  };
  s.acknowledge_all();
  s.frame(quote("depth.10000001.15", depth(1, 10, json::array(), json::array(), "SNAPSHOT")));
  // The interval ends 60 s from now.
  const auto start = start_ms + 60'000 - 4 * 3'600'000;
  s.answer("/api/v2/public/funding/getLatestFundingRate", 200, row(start));
  for (int i = 0; i < 70; ++i)
    second();
  CHECK(s.sink.calls.empty());
  second();
  REQUIRE(s.sink.calls.size() == 1);
  s.lose("/api/v2/public/funding/getLatestFundingRate", true);
  for (int i = 0; i < 29; ++i)
    second();
  CHECK(s.sink.calls.empty());
  second();
  s.answer("/api/v2/public/funding/getLatestFundingRate", 200, row(start + 4 * 3'600'000));
  for (int i = 0; i < 100; ++i)
    second();
  CHECK(s.sink.calls.empty());
  CHECK(s.sink.rates.size() == 2);
  CHECK(s.sink.fails.empty());
}

TEST_CASE("heartbeat: pings are answered with their time, ours prove that the stream lives") {
  live_btc s;
  s.frame(R"({"type":"ping","time":"1693208170000"})");
  REQUIRE(s.sink.sent.size() == 1);
  CHECK(s.sink.sent[0].second == R"({"type":"pong","time":"1693208170000"})");
  s.frame(R"({"type":"ping","time":1693208170001})");
  CHECK(s.sink.sent[1].second == R"({"type":"pong","time":"1693208170001"})");
  s.sink.sent.clear();
  const auto wait = [&](int seconds, bool answered) {
    for (int i = 0; i < seconds; ++i) {
      s.elapsed += 1s;
      s.timer(0);
      if (answered && !s.sink.sent.empty())
        s.frame(R"({"type":"pong","time":"1"})");
    }
  };
  wait(60, true);
  CHECK(s.sink.sent.size() == 6); // each 10 s
  CHECK(s.sink.sent[0].second == R"({"type":"ping","time":"1773302057079"})");
  CHECK(s.sink.fails.empty());
  wait(25, false);
  CHECK(s.sink.fails.empty());
  wait(1, false);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::silent);
}

TEST_CASE("how a market session ends") {
  SUBCASE("not live in time") {
    market_session s{settings_for({"BTC"})};
    s.connect();
    for (int i = 0; i < 21; ++i) {
      s.elapsed += 1s;
      s.timer(0);
    }
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::silent);
  }
  SUBCASE("the stream closes") {
    live_btc s;
    s.protocol.on(stream_closed{s.at(), stream_id{0}, "reset"}, s.sink);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::closed);
    s.timer(0);
    s.frame(real_snapshot);
    CHECK(s.sink.fails.size() == 1);
  }
  SUBCASE("no answer") {
    market_session s{settings_for({"BTC"})};
    s.start();
    s.lose("/api/v2/public/meta/getMetaData", false);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::closed);
  }
  SUBCASE("a message of ours is refused") {
    market_session s{settings_for({"BTC"})};
    s.connect();
    s.frame(
        R"({"type":"error","channel":null,"request":"...","content":{"code":"INVALID_CONTRACT_ID","msg":"invalid contractId:100000001","details":null}})");
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::garbage);
    CHECK(s.sink.fails[0].text
          == "edgex refused a message: INVALID_CONTRACT_ID invalid contractId:100000001");
  }
  SUBCASE("binary, no JSON, no data") {
    for (const auto* text : {"hello", "[]", "1", R"({"type":"quote-event"})",
                             R"({"type":"quote-event","channel":"ticker.1","content":{}})"}) {
      live_btc s;
      s.frame(text);
      REQUIRE(s.sink.fails.size() == 1);
      CHECK(s.sink.fails[0].reason == session_end::garbage);
    }
    live_btc s;
    s.frame(R"({"type":"pong"})", frame_kind::binary);
    CHECK(s.sink.fails.size() == 1);
  }
  SUBCASE("more instruments than a connection may carry") {
    auto many = json::parse(metadata());
    std::vector<std::string> tickers;
    for (int i = 0; i < 51; ++i) {
      tickers.push_back("C" + std::to_string(i));
      many["contractList"].push_back(
          with(many["contractList"][0], {{"contractId", std::to_string(40000000 + i)},
                                         {"contractName", tickers.back() + "USDC"}}));
    }
    market_session s{settings_for(tickers)};
    s.start();
    s.answer("/api/v2/public/meta/getMetaData", 200, success(many.dump()));
    s.stream_open();
    s.frame(R"({"type":"connected"})");
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::configuration);
    CHECK(s.sink.sent.empty());
  }
}

TEST_CASE("kinds of frames and channels that are new are passed over") {
  live_btc s;
  s.frame(R"({"type":"news","content":{"a":1}})");
  s.frame(quote("kline.LAST_PRICE.10000001.MINUTE_1", {{"klineId", "1"}}));
  s.frame(R"({"type":"payload","channel":"metadata","content":{"data":[{"global":{}}]}})");
  CHECK(s.sink.fails.empty());
}

TEST_CASE("a contract that does not trade is known and not waited for") {
  market_session s{settings_for({"DOGE"})};
  s.connect();
  CHECK(s.sink.sent.empty());
  CHECK(s.sink.lives == 1);
}
