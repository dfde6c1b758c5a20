#include "client_support.hpp"

using namespace aster_client;

namespace {

std::string top_frame(std::uint64_t update, std::string symbol = "BNBUSDT") {
  std::string name;
  for (char c : symbol)
    name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return R"({"stream":")" + name + R"(@bookTicker","data":{"e":"bookTicker","u":)"
         + std::to_string(update) + R"(,"E":1568014460893,"T":1568014460891,"s":")" + symbol
         + R"(","b":"25.35","B":"31.21","a":"25.36","A":"40.66"}})";
}

std::string mark_frame(std::int64_t time, std::string symbol = "BTCUSDT") {
  return R"({"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":)"
         + std::to_string(time) + R"(,"s":")" + symbol
         + R"(","p":"11794.15","i":"11784.62","P":"11784.25","r":"0.00038167","T":1562306400000}})";
}

} // namespace

TEST_CASE("the recorded exchangeInfo entry becomes an instrument, filters and not precisions") {
  market_session s{settings_for({"BTC", "ETH", "SOL"})};
  s.start();
  s.answer("/fapi/v3/exchangeInfo", 200, exchange_info(), {{"x-mbx-used-weight-1m", "17"}});
  REQUIRE(s.sink.instruments.size() == 3);
  const auto& btc = s.sink.instruments[0];
  CHECK(btc.id == number(0));
  CHECK(btc.ticker == "BTC");
  CHECK(btc.symbol == "BTCUSDT"); // not the USD1 listing that comes first
  CHECK(btc.quote == "USDT");
  CHECK(btc.tick == "0.1"_d);
  CHECK(btc.lot == "0.001"_d);
  CHECK(btc.min_quantity == "0.001"_qty);
  CHECK(btc.max_quantity == "1000"_qty);
  CHECK(btc.max_market_quantity == "120"_qty);
  CHECK(btc.min_price == "1"_price);
  CHECK(btc.max_price == "1000000"_price);
  CHECK(btc.min_notional == "5"_d);
  CHECK(btc.multiplier == "1"_d);
  CHECK(btc.price_band_up == "1.02"_d);
  CHECK(btc.price_band_down == "0.98"_d);
  CHECK(btc.max_open_orders == 200);
  CHECK(btc.maker_fee == "0.0001"_d);
  CHECK(btc.taker_fee == "0.00035"_d);
  CHECK(btc.trading);
  CHECK(s.sink.instruments[1].tick == "0.1"_d); // "0.10"
  CHECK(s.sink.instruments[2].tick == "0.01"_d);
  CHECK(s.sink.budgets == std::vector<std::uint32_t>{17});
  CHECK(s.sink.opened
        == std::vector<std::string>{
            "/stream?streams=btcusdt@bookTicker/btcusdt@markPrice@1s/ethusdt@bookTicker/"
            "ethusdt@markPrice@1s/solusdt@bookTicker/solusdt@markPrice@1s"});
}

TEST_CASE("PEPE finds 1000PEPEUSDT and everything is converted to single coins") {
  market_session s{settings_for({"PEPE"})};
  s.connect();
  const auto& pepe = s.sink.instruments.at(0);
  CHECK(pepe.symbol == "1000PEPEUSDT"); // PEPEUSDT is listed but does not trade
  CHECK(pepe.multiplier == "1000"_d);
  CHECK(pepe.tick == "0.000000001"_d);
  CHECK(pepe.lot == "1000"_d);
  CHECK(pepe.max_price == "0.1"_price);
  CHECK(pepe.min_notional == "5"_d);
  s.frame(R"({"stream":"1000pepeusdt@bookTicker","data":{"e":"bookTicker","u":7,"E":1,"T":1,)"
          R"("s":"1000PEPEUSDT","b":"0.0087310","B":"12","a":"0.0087320","A":"3"}})");
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid == level{"0.000008731"_price, "12000"_qty});
  CHECK(s.sink.tops[0].ask == level{"0.000008732"_price, "3000"_qty});
}

TEST_CASE("1000PEPE by its own name is not converted") {
  market_session s{settings_for({"1000PEPE"})};
  s.connect();
  CHECK(s.sink.instruments.at(0).multiplier == "1"_d);
  CHECK(s.sink.instruments.at(0).tick == "0.000001"_d);
}

TEST_CASE("a symbol that does not trade is told and is not waited for") {
  market_session s{settings_for({"DOGE"})};
  s.connect();
  CHECK_FALSE(s.sink.instruments.at(0).trading);
  CHECK(s.sink.lives == 1);
  s.elapsed = 1min;
  s.timer(0);
  CHECK(s.sink.fails.empty());
}

TEST_CASE("a ticker that is not listed ends the session with its name") {
  market_session s{settings_for({"NOPE"})};
  s.start();
  s.answer("/fapi/v3/exchangeInfo", 200, exchange_info());
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].text == "aster lists no USDT perpetual for the ticker NOPE");
}

TEST_CASE("golden bookTicker") {
  market_session s{settings_for({"BNB"})};
  s.connect();
  s.elapsed = 5ms;
  s.frame(top_frame(400900217));
  REQUIRE(s.sink.tops.size() == 1);
  const top_of_book expected{number(0),
                             level{"25.35"_price, "31.21"_qty},
                             level{"25.36"_price, "40.66"_qty},
                             400900217,
                             from_ms(1568014460891),
                             s.at().now,
                             s.at().monotonic_ns};
  CHECK(s.sink.tops[0] == expected);
  CHECK(s.sink.lives == 1);
}

TEST_CASE("an older or repeated bookTicker is ignored") {
  market_session s{settings_for({"BNB"})};
  s.connect();
  s.frame(top_frame(10));
  s.frame(top_frame(10));
  s.frame(top_frame(9));
  CHECK(s.sink.tops.size() == 1);
  s.frame(top_frame(11));
  CHECK(s.sink.tops.size() == 2);
}

TEST_CASE("an empty side is absent, not zero") {
  market_session s{settings_for({"BNB"})};
  s.connect();
  s.frame(
      R"({"stream":"bnbusdt@bookTicker","data":{"e":"bookTicker","u":1,"E":5,"T":4,"s":"BNBUSDT",)"
      R"("b":"25.35","B":"31.21","a":"0","A":"0"}})");
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid.has_value());
  CHECK_FALSE(s.sink.tops[0].ask.has_value());
}

TEST_CASE("white space, escapes and other orders reach the same result through the full parser") {
  market_session s{settings_for({"BNB"})};
  s.connect();
  s.frame(
      R"( { "stream" : "bnbusdt@bookTicker", "data" : { "A":"40.66", "u":400900217, )"
      R"("a":"25.36","e":"bookTicker","s":"BNB\u0055SDT","B":"31.21","b":"25.35","T":1568014460891,)"
      R"("E":1568014460893,"new":{"x":[1]}}})");
  s.frame(top_frame(400900218));
  REQUIRE(s.sink.tops.size() == 2);
  CHECK(s.sink.tops[0].bid == s.sink.tops[1].bid);
  CHECK(s.sink.tops[0].ask == s.sink.tops[1].ask);
  CHECK(s.sink.tops[0].exchange_time == s.sink.tops[1].exchange_time);
}

TEST_CASE("golden markPriceUpdate: mark, index, funding with the symbol's interval") {
  auto settings = settings_for({"BTC", "ETH"});
  settings.wants_funding = true;
  market_session s{settings};
  s.connect();
  s.frame(mark_frame(1562305380000));
  s.frame(mark_frame(1562305381000));
  s.frame(mark_frame(1562305381000, "ETHUSDT"));
  REQUIRE(s.sink.marks.size() == 3);
  CHECK(s.sink.marks[0]
        == mark_price{number(0), "11794.15"_price, "11784.62"_price, from_ms(1562305380000),
                      s.at().now});
  REQUIRE(s.sink.rates.size() == 2); // once a symbol: the second mark said nothing new
  CHECK(s.sink.rates[0]
        == funding_rate{number(0), "0.00038167"_d, 8h, from_ms(1562306400000),
                        from_ms(1562305380000)});
  CHECK(s.sink.rates[1].interval == 4h); // golden fundingInfo
}

TEST_CASE("a market without a mark price yet is no garbage and makes no fact") {
  market_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(R"({"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1562305380000,)"
          R"("s":"BTCUSDT","p":"0.00000000","i":"0.00000000","P":"0","r":"0.00000000","T":0}})");
  CHECK(s.sink.marks.empty());
  CHECK(s.sink.fails.empty());
  s.frame(mark_frame(1562305380000));
  CHECK(s.sink.marks.size() == 1);
}

TEST_CASE("golden aggTrade: the aggressor is the side that did not make") {
  auto settings = settings_for({"BTC"});
  settings.wants_trades = true;
  market_session s{settings};
  s.connect();
  CHECK(s.sink.opened.at(0).ends_with("/btcusdt@aggTrade"));
  const std::string frame
      = R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":123456789,"s":"BTCUSDT","a":5933014,)"
        R"("p":"0.001","q":"100","f":100,"l":105,"T":123456785,"m":true}})";
  s.frame(frame);
  s.frame(frame);
  REQUIRE(s.sink.trades.size() == 1);
  CHECK(s.sink.trades[0]
        == trade{number(0), "5933014", "0.001"_price, "100"_qty, side::sell, from_ms(123456785),
                 s.at().now});
}

TEST_CASE("the list of tops makes a thin market live and never hides a newer bookTicker") {
  market_session s{settings_for({"BTC", "BNB"})};
  s.connect();
  s.frame(top_frame(5));
  CHECK(s.sink.lives == 0);
  s.answer(
      "/fapi/v3/ticker/bookTicker", 200,
      R"([{"symbol":"BTCUSDT","bidPrice":"4.00","bidQty":"431","askPrice":"4.01","askQty":"9","time":1589437530011},)"
      R"({"symbol":"BNBUSDT","bidPrice":"1","bidQty":"1","askPrice":"2","askQty":"1","time":1589437530011}])");
  CHECK(s.sink.lives == 1);
  REQUIRE(s.sink.tops.size() == 2); // BNB's list entry came after its bookTicker
  CHECK(s.sink.tops[1].instrument == number(0));
  CHECK(s.sink.tops[1].bid == level{"4"_price, "431"_qty});
  CHECK(s.sink.tops[1].ask == level{"4.01"_price, "9"_qty});
  CHECK(s.sink.tops[1].sequence == 0);
  CHECK(s.sink.tops[1].exchange_time == from_ms(1589437530011));
}

TEST_CASE("a silent stream fails; so does one instrument whose mark price stands still") {
  market_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(mark_frame(1000));
  s.elapsed = 5s;
  s.timer(0);
  CHECK(s.sink.fails.empty());
  SUBCASE("nothing at all") {
    s.elapsed = 5001ms;
    s.timer(0);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::silent);
    s.frame(top_frame(1, "BTCUSDT"));
    CHECK(s.sink.tops.empty()); // nothing after the end
  }
  SUBCASE("frames, but the mark price is frozen") {
    for (int i = 0; i < 4; ++i) {
      s.elapsed += 2s;
      s.frame(mark_frame(1000));
    }
    s.timer(0);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].text == "no newer mark price of BTCUSDT for 10 s");
  }
}

TEST_CASE("a session that does not become live ends") {
  market_session s{settings_for({"BTC"})};
  s.start();
  s.elapsed = 20s;
  s.timer(0);
  CHECK(s.sink.fails.empty());
  s.elapsed = 20s + 1ns;
  s.timer(0);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::silent);
}

TEST_CASE("refused subscriptions and garbage end the session; unknown events do not") {
  market_session s{settings_for({"BTC"})};
  s.connect();
  s.frame(R"({"result":null,"id":1})");
  s.frame(R"({"stream":"btcusdt@new","data":{"e":"somethingNew","s":"BTCUSDT","x":[1]}})");
  s.frame(R"({"stream":"xrpusdt@bookTicker","data":{"e":"bookTicker","s":"XRPUSDT"}})");
  CHECK(s.sink.fails.empty());
  SUBCASE("refused") {
    s.frame(R"({"code":2,"msg":"Invalid request: unknown stream"})");
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].text
          == "aster refused the subscription: 2 Invalid request: unknown stream");
  }
  SUBCASE("not JSON") { s.frame("<html>"); }
  SUBCASE("negative size") {
    s.frame(
        R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":1,"E":5,"T":4,"s":"BTCUSDT",)"
        R"("b":"25.35","B":"-31.21","a":"26","A":"1"}})");
  }
  SUBCASE("a number where a text is due") {
    s.frame(
        R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":1,"E":5,"T":4,"s":"BTCUSDT",)"
        R"("b":25.35,"B":"31.21","a":"26","A":"1"}})");
  }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::garbage);
  CHECK(s.sink.tops.empty());
}

TEST_CASE("refusals at the start say why the session ended") {
  struct row {
    unsigned status;
    const char* body;
    session_end reason;
  };
  for (const auto& x :
       {row{429, R"({"code":-1003,"msg":"Too many requests"})", session_end::rate_limited},
        row{418, "", session_end::rate_limited},
        row{503, "<html>Service Unavailable</html>", session_end::maintenance},
        row{400, R"({"code":-1121,"msg":"Invalid symbol."})", session_end::garbage},
        row{403, "<html>WAF</html>", session_end::closed}}) {
    CAPTURE(x.status);
    market_session s{settings_for({"BTC"})};
    s.start();
    s.answer("/fapi/v3/exchangeInfo", x.status, x.body);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == x.reason);
  }
}
