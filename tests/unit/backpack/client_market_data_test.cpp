#include "client_support.hpp"

using namespace backpack_client;

namespace {

std::string top_frame(std::uint64_t update) {
  return R"({"stream":"bookTicker.SOL_USDC_PERP","data":{"e":"bookTicker","E":1694687965941000,"s":"SOL_USDC_PERP","a":"18.70","A":"1.000","b":"18.67","B":"2.000","u":")"
         + std::to_string(update) + R"(","T":1694687965940999}})";
}

std::string mark_frame(std::int64_t time_us, std::string rate = "0.0001") {
  return R"({"stream":"markPrice.SOL_USDC_PERP","data":{"e":"markPrice","E":)"
         + std::to_string(time_us) + R"(,"s":"SOL_USDC_PERP","p":"18.70","f":")" + rate
         + R"(","i":"19.70","n":1694687965941,"T":)" + std::to_string(time_us) + "}}";
}

/// Both sides ascend, as recorded.
const std::string levels
    = R"({"asks":[["18.71","0.00633"],["18.9","0.2"]],"bids":[["1.0","0.38647"],["18.66","1.00000"]],"lastUpdateId":"1504999670","timestamp":1753102447307501})";

session_settings with_everything(std::vector<std::string> tickers) {
  auto s = settings_for(std::move(tickers));
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

} // namespace

TEST_CASE("the recorded market becomes an instrument") {
  market_session s{settings_for({"SOL", "BTC", "ETH"})};
  s.start();
  const auto call = s.take("/api/v1/markets");
  CHECK(call.target == "/api/v1/markets"); // unfiltered, unsigned
  CHECK(call.headers.empty());
  CHECK(call.endpoint == endpoint_id{0});
  s.answer(call, 200, markets());
  REQUIRE(s.sink.instruments.size() == 3);
  const auto& sol = s.sink.instruments[0];
  CHECK(sol.id == number(0));
  CHECK(sol.ticker == "SOL");
  CHECK(sol.symbol == "SOL_USDC_PERP");
  CHECK(sol.quote == "USDC");
  CHECK(sol.tick == "0.01"_d);
  CHECK(sol.lot == "0.01"_d);
  CHECK(sol.min_quantity == "0.01"_qty);
  CHECK(sol.max_quantity.is_zero()); // null: no bound
  CHECK(sol.min_price == "0.01"_price);
  CHECK(sol.max_price == "1000"_price);
  CHECK(sol.min_notional.is_zero());   // the venue has none
  CHECK(sol.price_band_up == "1.1"_d); // the closer one of two
  CHECK(sol.price_band_down == "0.9"_d);
  CHECK(sol.max_leverage == 50);
  CHECK(sol.maker_fee == "0.0002"_d);
  CHECK(sol.taker_fee == "0.0005"_d);
  CHECK(sol.trading);
  const auto& btc = s.sink.instruments[1];
  CHECK(btc.symbol == "BTC_USDC_PERP"); // not the spot market that comes first
  CHECK(btc.tick == "0.1"_d);
  CHECK(btc.lot == "0.00001"_d);
  CHECK(btc.max_price == "1000000"_price);
  CHECK(btc.price_band_up == "1.25"_d); // no band of the mean mark price
  CHECK(btc.max_leverage == 75);        // 1 / 0.01333333
  CHECK(s.sink.instruments[2].trading); // PostOnly takes orders
  CHECK(s.sink.opened == std::vector<std::string>{"/"});
  CHECK(s.sink.streams[0].endpoint == endpoint_id{1});
}

TEST_CASE("PEPE finds kPEPE_USDC_PERP and everything is converted to single coins") {
  market_session s{settings_for({"PEPE"})};
  s.connect();
  const auto& pepe = s.sink.instruments.at(0);
  CHECK(pepe.symbol == "kPEPE_USDC_PERP");
  CHECK(pepe.multiplier == "1000"_d);
  CHECK(pepe.tick == "0.000000001"_d);
  CHECK(pepe.lot == "100000"_d);
  CHECK(pepe.max_price == "0.001"_price);
  s.frame(
      R"({"stream":"bookTicker.kPEPE_USDC_PERP","data":{"e":"bookTicker","E":1,"s":"kPEPE_USDC_PERP","a":"0.008732","A":"300","b":"0.008731","B":"1200","u":"7","T":1}})");
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid == level{"0.000008731"_price, "1200000"_qty});
  CHECK(s.sink.tops[0].ask == level{"0.000008732"_price, "300000"_qty});
}

TEST_CASE("kPEPE by its own name is not converted") {
  market_session s{settings_for({"kPEPE"})};
  s.connect();
  CHECK(s.sink.instruments.at(0).multiplier == "1"_d);
}

TEST_CASE("one subscription for everything that is wanted, then a list of levels each") {
  market_session s{settings_for({"SOL", "BTC"})};
  s.connect();
  REQUIRE(s.sink.sent.size() == 1);
  CHECK(
      s.sink.sent[0].second
      == R"({"method":"SUBSCRIBE","params":["bookTicker.SOL_USDC_PERP","markPrice.SOL_USDC_PERP","bookTicker.BTC_USDC_PERP","markPrice.BTC_USDC_PERP"]})");
  REQUIRE(s.sink.calls.size() == 2);
  CHECK(s.sink.calls[0].target == "/api/v1/depth?limit=5&symbol=SOL_USDC_PERP");
  CHECK(s.sink.calls[1].target == "/api/v1/depth?limit=5&symbol=BTC_USDC_PERP");
  market_session all{with_everything({"SOL"})};
  all.connect();
  CHECK(
      all.sink.sent.at(0).second
      == R"({"method":"SUBSCRIBE","params":["bookTicker.SOL_USDC_PERP","markPrice.SOL_USDC_PERP","depth.SOL_USDC_PERP","trade.SOL_USDC_PERP"]})");
  CHECK(all.sink.calls.at(0).target == "/api/v1/depth?limit=1000&symbol=SOL_USDC_PERP");
}

TEST_CASE("live when every instrument that trades has a top; the list's best bid is its last one") {
  market_session s{settings_for({"SOL", "DOGE"})};
  s.connect();
  CHECK(s.sink.lives == 0);
  REQUIRE(s.sink.calls.size() == 1); // DOGE is closed: told, and not waited for
  CHECK_FALSE(s.sink.instruments.at(1).trading);
  s.answer("/api/v1/depth", 200, levels);
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid == level{"18.66"_price, "1"_qty});
  CHECK(s.sink.tops[0].ask == level{"18.71"_price, "0.00633"_qty});
  CHECK(s.sink.tops[0].sequence == 0);
  CHECK(s.sink.tops[0].exchange_time == from_us(1753102447307501));
  CHECK(s.sink.lives == 1);
  CHECK(s.sink.snapshots.empty()); // nobody wanted the book
}

TEST_CASE("golden bookTicker, and a list that comes after it says nothing new") {
  market_session s{settings_for({"SOL"})};
  s.connect();
  s.elapsed = 5ms;
  s.frame(top_frame(111063070525358080));
  REQUIRE(s.sink.tops.size() == 1);
  const top_of_book expected{
      number(0),          level{"18.67"_price, "2"_qty}, level{"18.7"_price, "1"_qty},
      111063070525358080, from_us(1694687965940999),     s.at().now,
      s.at().monotonic_ns};
  CHECK(s.sink.tops[0] == expected);
  CHECK(s.sink.lives == 1);
  s.answer("/api/v1/depth", 200, levels);
  CHECK(s.sink.tops.size() == 1);
}

TEST_CASE("an older or repeated bookTicker is ignored") {
  market_session s{settings_for({"SOL"})};
  s.connect();
  s.frame(top_frame(10));
  s.frame(top_frame(10));
  s.frame(top_frame(9));
  CHECK(s.sink.tops.size() == 1);
  s.frame(top_frame(11));
  CHECK(s.sink.tops.size() == 2);
}

TEST_CASE("an empty side is null, and absent for us") {
  market_session s{settings_for({"SOL"})};
  s.connect();
  s.frame(
      R"({"stream":"bookTicker.SOL_USDC_PERP","data":{"e":"bookTicker","E":5,"s":"SOL_USDC_PERP","a":null,"A":null,"b":"18.67","B":"2.000","u":"1","T":4}})");
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid.has_value());
  CHECK_FALSE(s.sink.tops[0].ask.has_value());
  s.frame(
      R"({"stream":"bookTicker.SOL_USDC_PERP","data":{"e":"bookTicker","E":5,"s":"SOL_USDC_PERP","a":null,"A":"1","b":"18.67","B":"2.000","u":"2","T":4}})");
  REQUIRE(s.sink.fails.size() == 1); // a size without a price is nonsense
  CHECK(s.sink.fails[0].reason == session_end::garbage);
}

TEST_CASE("white space, escapes and other orders reach the same result through the full parser") {
  market_session s{settings_for({"SOL"})};
  s.connect();
  s.frame(
      R"( { "stream" : "bookTicker.SOL_USDC_PERP", "data" : { "A":"1.000", "u":"111063070525358080", )"
      R"("a":"18.70","e":"bookTicker","s":"SOL\u005FUSDC_PERP","B":"2.000","b":"18.67","T":1694687965940999,)"
      R"("E":1694687965941000,"new":{"x":[1]}}})");
  s.frame(top_frame(111063070525358081));
  REQUIRE(s.sink.tops.size() == 2);
  CHECK(s.sink.tops[0].bid == s.sink.tops[1].bid);
  CHECK(s.sink.tops[0].ask == s.sink.tops[1].ask);
  CHECK(s.sink.tops[0].exchange_time == s.sink.tops[1].exchange_time);
}

TEST_CASE("golden markPrice with funding; the interval is the market's") {
  market_session s{with_everything({"SOL"})};
  s.connect();
  s.frame(mark_frame(1694687965941000));
  REQUIRE(s.sink.marks.size() == 1);
  const mark_price expected{number(0), "18.7"_price, "19.7"_price, from_us(1694687965941000),
                            s.at().now};
  CHECK(s.sink.marks[0] == expected);
  REQUIRE(s.sink.rates.size() == 1);
  const funding_rate rate{number(0), "0.0001"_d, 8h, from_ms(1694687965941),
                          from_us(1694687965941000)};
  CHECK(s.sink.rates[0] == rate);
  // The same rate again is no news; a frozen feed is none at all.
  s.frame(mark_frame(1694687966941000));
  s.frame(mark_frame(1694687966941000));
  CHECK(s.sink.marks.size() == 2);
  CHECK(s.sink.rates.size() == 1);
  // 28 decimals, as the venue writes them; the digits beyond 18 are cut off.
  s.frame(mark_frame(1694687967941000, "-0.0000123456789012345678901234"));
  REQUIRE(s.sink.rates.size() == 2);
  CHECK(s.sink.rates[1].rate == "-0.000012345678901234"_d);
}

TEST_CASE("golden trade: the buyer made, so the seller took") {
  market_session s{with_everything({"SOL"})};
  s.connect();
  const std::string frame
      = R"({"stream":"trade.SOL_USDC_PERP","data":{"e":"trade","E":1694688638091000,"s":"SOL_USDC_PERP","p":"18.68","q":"0.122","b":"111063114377265150","a":"111063114585735170","t":12345,"T":1694688638089000,"m":true}})";
  s.frame(frame);
  s.frame(frame);
  REQUIRE(s.sink.trades.size() == 1); // twice the same
  const trade expected{number(0),   "12345",    "18.68"_price,
                       "0.122"_qty, side::sell, from_us(1694688638089000),
                       s.at().now};
  CHECK(s.sink.trades[0] == expected);
}

TEST_CASE("streams and symbols that were not asked for are ignored") {
  market_session s{settings_for({"SOL"})};
  s.connect();
  s.frame(
      R"({"stream":"ticker.SOL_USDC_PERP","data":{"e":"ticker","E":1694687692980000,"s":"SOL_USDC_PERP","o":"18.75","c":"19.24","h":"19.80","l":"18.50","v":"32123","V":"928190","n":93828}})");
  s.frame(
      R"({"stream":"openInterest.SOL_USDC_PERP","data":{"e":"openInterest","E":1694687965941000,"s":"SOL_USDC_PERP","o":"100"}})");
  s.frame(replaced(top_frame(5), R"("s":"SOL_USDC_PERP")", R"("s":"XRP_USDC_PERP")"));
  s.frame(R"({"id":1,"result":null})");
  CHECK(s.sink.fails.empty());
  CHECK(s.sink.tops.empty());
}

TEST_CASE("what the configuration asks for and the venue does not have ends the session") {
  const auto run = [](std::vector<std::string> tickers) {
    market_session s{settings_for(std::move(tickers))};
    s.start();
    s.answer("/api/v1/markets", 200, markets());
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::configuration);
    return s.sink.fails[0].text;
  };
  CHECK(run({"NOPE"}) == "backpack lists no USDC perpetual for the ticker NOPE");
  CHECK(run({"PEPE", "kPEPE"})
        == "two tickers of the configuration name the same symbol kPEPE_USDC_PERP");
}

TEST_CASE("what ends a market session, and why it says so") {
  market_session s{with_everything({"SOL"})};
  const auto ended = [&](session_end reason, const std::string& words) {
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == reason);
    CHECK(s.sink.fails[0].text.find(words) != std::string::npos);
  };
  SUBCASE("rules that cannot be read") {
    s.start();
    s.answer("/api/v1/markets", 200,
             replaced(markets(), R"("tickSize":"0.01")", R"("tickSize":"?")"));
    ended(session_end::garbage, "SOL");
  }
  SUBCASE("maintenance") {
    s.start();
    s.answer("/api/v1/markets", 503, R"({"code":"MAINTENANCE","message":"back soon"})");
    ended(session_end::maintenance, "MAINTENANCE back soon");
  }
  SUBCASE("too many requests") {
    s.start();
    s.answer("/api/v1/markets", 429, R"({"code":"TOO_MANY_REQUESTS","message":"slow down"})",
             {{"Retry-After", "7"}});
    ended(session_end::rate_limited, "retry after 7");
    CHECK(s.sink.budgets == std::vector<std::uint32_t>{2000});
  }
  SUBCASE("no answer") {
    s.start();
    s.lose("/api/v1/markets", true);
    ended(session_end::closed, "timed out");
  }
  SUBCASE("refused subscription") {
    s.connect();
    s.frame(R"({"id":null,"error":{"code":4006,"message":"Invalid stream"}})");
    ended(session_end::garbage, "4006 Invalid stream");
  }
  SUBCASE("not JSON") {
    s.connect();
    s.frame("hello");
    ended(session_end::garbage, "not JSON");
  }
  SUBCASE("binary") {
    s.connect();
    s.frame(top_frame(1), frame_kind::binary);
    ended(session_end::garbage, "not JSON");
  }
  SUBCASE("closed") {
    s.connect();
    s.protocol.on(stream_closed{s.at(), stream_id{0}, "1001\n"}, s.sink);
    ended(session_end::closed, "1001?");
  }
  SUBCASE("not live in time") {
    s.connect();
    s.elapsed = 21s;
    s.timer(0);
    ended(session_end::silent, "not live");
  }
  SUBCASE("silence") {
    s.connect();
    s.answer("/api/v1/depth", 200, levels);
    REQUIRE(s.sink.lives == 1);
    s.elapsed = 29s;
    s.timer(0);
    CHECK(s.sink.fails.empty());
    s.elapsed = 31s;
    s.timer(0);
    ended(session_end::silent, "no frame for 30 s");
  }
  SUBCASE("a mark price that does not move on") {
    s.connect();
    s.answer("/api/v1/depth", 200, levels);
    for (int i = 0; i < 8; ++i) {
      s.elapsed += 20s;
      s.frame(mark_frame(1694687965941000));
      CHECK(s.sink.fails.empty());
    }
    s.timer(0);
    ended(session_end::silent, "no newer mark price of SOL_USDC_PERP for 120 s");
  }
  // Nothing is said after the end.
  const auto fails = s.sink.fails.size();
  s.frame("hello");
  s.timer(0);
  CHECK(s.sink.fails.size() == fails);
}

TEST_CASE("a list of levels that fails is asked for again by the timer, a few times") {
  market_session s{settings_for({"SOL"})};
  s.connect();
  s.lose("/api/v1/depth", true);
  CHECK(s.sink.calls.empty());
  for (int i = 0; i < 3; ++i) {
    s.timer(0);
    s.answer("/api/v1/depth", 502, "<html>");
  }
  s.timer(0);
  s.answer("/api/v1/depth", 200, levels);
  CHECK(s.sink.lives == 1);
}
