#include "client_support.hpp"

using namespace grvt_client;

namespace {

session_settings everything(const std::vector<std::string>& tickers = {"BTC"}) {
  auto s = settings_for(tickers);
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

std::string frame_of(const std::string& stream, const std::string& selector, std::uint64_t sequence,
                     const std::string& feed) {
  return R"({"stream":")" + stream + R"(","selector":")" + selector + R"(","sequence_number":")"
         + std::to_string(sequence) + R"(","feed":)" + feed + R"(,"prev_sequence_number":")"
         + std::to_string(sequence == 0 ? 0 : sequence - 1) + R"("})";
}

const std::string mini
    = R"({"event_time":"1767198266000017753","instrument":"BTC_USDT_Perp","mark_price":"87820.1",)"
      R"("index_price":"87820.2","last_price":"87820.3","last_size":"0.001","mid_price":"87474.35",)"
      R"("best_bid_price":"87474.3","best_bid_size":"2.435","best_ask_price":"87474.4",)"
      R"("best_ask_size":"3.825"})";

/// The recorded ticker of the specification.
std::string ticker(const std::string& time = "1767199535382794823",
                   const std::string& funding = "0.01") {
  return R"({"event_time":")" + time
         + R"(","instrument":"BTC_USDT_Perp","mark_price":"87439.392166151",)"
         + R"("index_price":"87462.426721779","last_price":"87467.5","last_size":"0.001",)"
         + R"("mid_price":"87474.35","best_bid_price":"87474.3","best_bid_size":"2.435",)"
         + R"("best_ask_price":"87474.4","best_ask_size":"3.825","funding_rate_8h_curr":"0.01",)"
         + R"("funding_rate_8h_avg":"0.01","interest_rate":"0.0","forward_price":"0.0",)"
         + R"("buy_volume_24h_b":"3115.631","sell_volume_24h_b":"3195.236",)"
         + R"("buy_volume_24h_q":"275739265.1558","sell_volume_24h_q":"282773286.2658",)"
         + R"("high_price":"89187.2","low_price":"87404.1","open_price":"88667.1",)"
         + R"("open_interest":"1914.093886738","long_short_ratio":"1.472050","funding_rate":")"
         + funding + R"(","funding_interval_hours":8,"next_funding_time":"1767225600000000000"})";
}

const std::string book = R"({"event_time":"1764777396650000000","instrument":"BTC_USDT_Perp",)"
                         R"("bids":[{"price":"92336.0","size":"0.005","num_orders":1}],)"
                         R"("asks":[{"price":"92336.1","size":"5.711","num_orders":37}]})";

void acknowledge(market_session& s, const std::string& latest = "1061213") {
  const char* const names[] = {"v1.mini.d", "v1.ticker.s", "v1.book.d", "v1.trade"};
  const char* const rates[] = {"@50", "@500", "@100", "@50"};
  for (int i = 0; i < 4; ++i)
    s.frame(ack(i + 1, names[i], {std::string{"BTC_USDT_Perp"} + rates[i]}, latest));
}

void make_live(market_session& s) {
  s.connect();
  acknowledge(s);
  s.frame(frame_of("v1.mini.d", "BTC_USDT_Perp@50", 0, mini));
  s.frame(frame_of("v1.book.d", "BTC_USDT_Perp@100", 0, book));
  CHECK(s.sink.lives == 1);
}

} // namespace

TEST_CASE("market data: the way to live, request by request") {
  market_session s{everything({"BTC", "AAVE"})};
  s.start();
  const auto list = s.take("/full/v1/instruments");
  CHECK(list.endpoint == endpoint_id{1});
  CHECK(list.method == http_method::post);
  CHECK(list.content_type == "application/json");
  CHECK(list.headers.empty()); // no session for public data
  CHECK(list.body == R"({"kind":["PERPETUAL"],"limit":1000,"is_active":true})");
  s.answer(list, 200, instruments());
  CHECK(s.sink.instruments.size() == 2);
  REQUIRE(s.sink.opened == std::vector<std::string>{"/ws/full"});
  CHECK(s.sink.streams[0].endpoint == endpoint_id{1});
  CHECK(s.sink.streams[0].headers.empty());
  s.stream_open();
  const auto rpc = [](const std::string& stream, const std::string& rate, int id) {
    return R"({"jsonrpc":"2.0","method":"subscribe","params":{"stream":")" + stream
           + R"(","selectors":["BTC_USDT_Perp)" + rate + R"(","AAVE_USDT_Perp)" + rate
           + R"("]},"id":)" + std::to_string(id) + "}";
  };
  REQUIRE(s.sink.sent.size() == 4);
  CHECK(s.sink.sent[0].second == rpc("v1.mini.d", "@50", 1));
  CHECK(s.sink.sent[1].second == rpc("v1.ticker.s", "@500", 2));
  CHECK(s.sink.sent[2].second == rpc("v1.book.d", "@100", 3));
  CHECK(s.sink.sent[3].second == rpc("v1.trade", "@50", 4));
  CHECK(s.sink.lives == 0);
}

TEST_CASE("only what is wanted is subscribed to") {
  market_session s{settings_for({"BTC"})};
  s.connect();
  REQUIRE(s.sink.sent.size() == 2);
  s.frame(ack(1, "v1.mini.d", {"BTC_USDT_Perp@50"}));
  s.frame(frame_of("v1.mini.d", "BTC_USDT_Perp@50", 0, mini));
  CHECK(s.sink.lives == 0);
  s.frame(ack(2, "v1.ticker.s", {"BTC_USDT_Perp@500"}));
  CHECK(s.sink.lives == 1);
  // A stream that was not asked for is not passed on.
  s.frame(frame_of("v1.book.d", "BTC_USDT_Perp@100", 0, book));
  CHECK(s.sink.snapshots.empty());
}

TEST_CASE("instruments: the recorded entry, thousands, and what is not a USDT perpetual") {
  market_session s{settings_for({"BTC", "PEPE", "KAIA"})};
  s.start();
  s.answer("/full/v1/instruments", 200, instruments());
  REQUIRE(s.sink.instruments.size() == 3);
  const auto& btc = s.sink.instruments[0];
  CHECK(btc.symbol == "BTC_USDT_Perp");
  CHECK(btc.quote == "USDT");
  CHECK(btc.tick == "0.1"_d);
  CHECK(btc.lot == "0.001"_d);
  CHECK(btc.min_quantity == "0.001"_qty);
  CHECK(btc.min_notional == "100"_d);
  CHECK(btc.multiplier == "1"_d);
  CHECK(btc.maker_fee == "-0.000001"_d);
  CHECK(btc.taker_fee == "0.00045"_d);
  CHECK(btc.trading);
  const auto& pepe = s.sink.instruments[1];
  CHECK(pepe.symbol == "KPEPE_USDT_Perp");
  CHECK(pepe.multiplier == "1000"_d);
  CHECK(pepe.tick == "0.0000000001"_d);
  CHECK(pepe.lot == "100000"_d);
  CHECK(s.sink.instruments[2].multiplier == "1"_d); // a coin of that name
}

TEST_CASE("a ticker that is not listed is an error of the configuration") {
  for (const std::string ticker : {"AIA", "ETH", "SOL", "XYZ"}) {
    CAPTURE(ticker);
    market_session s{settings_for({"BTC", ticker})};
    s.start();
    s.answer("/full/v1/instruments", 200, instruments());
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::configuration);
    CHECK(s.sink.fails[0].text.find(ticker) != std::string::npos);
  }
  market_session twice{settings_for({"PEPE", "KPEPE"})};
  twice.start();
  twice.answer("/full/v1/instruments", 200, instruments());
  REQUIRE(twice.sink.fails.size() == 1);
  CHECK(twice.sink.fails[0].reason == session_end::configuration);
}

TEST_CASE("lists that cannot be read are garbage") {
  for (
      const std::string text :
      {"{}", "[]", "<html>", "", R"({"result":{}})",
       R"({"result":[{"instrument":"BTC_USDT_Perp","base":"BTC","quote":"USDT","kind":"PERPETUAL"}]})"}) {
    CAPTURE(text);
    market_session s{settings_for({"BTC"})};
    s.start();
    s.answer("/full/v1/instruments", 200, text);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::garbage);
  }
}

TEST_CASE("top of book: whole, then changed members, nothing for what did not change") {
  market_session s{everything()};
  make_live(s);
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid == level{"87474.3"_price, "2.435"_qty});
  CHECK(s.sink.tops[0].ask == level{"87474.4"_price, "3.825"_qty});
  CHECK(s.sink.tops[0].exchange_time == from_ns(1767198266000017753));
  CHECK(s.sink.tops[0].received == s.at().now);
  CHECK(s.sink.tops[0].received_ns == s.at().monotonic_ns);
  // The recorded delta of the specification, numbered after the acknowledgement.
  s.frame(frame_of(
      "v1.mini.d", "BTC_USDT_Perp@50", 1061214,
      R"({"event_time":"1767198266500017753","instrument":"BTC_USDT_Perp","index_price":"87820.929569614","best_ask_size":"5.708"})"));
  REQUIRE(s.sink.tops.size() == 2);
  CHECK(s.sink.tops[1].bid == level{"87474.3"_price, "2.435"_qty});
  CHECK(s.sink.tops[1].ask == level{"87474.4"_price, "5.708"_qty});
  CHECK(s.sink.tops[1].sequence == 1061214);
  // Only the index moved.
  s.frame(frame_of("v1.mini.d", "BTC_USDT_Perp@50", 1061215,
                   R"({"event_time":"1767198266600017753","index_price":"1"})"));
  CHECK(s.sink.tops.size() == 2);
  // An empty text is no value, zero is an empty side.
  s.frame(frame_of(
      "v1.mini.d", "BTC_USDT_Perp@50", 1061216,
      R"({"event_time":"1767198266700017753","best_bid_price":"","best_bid_size":"0.0"})"));
  REQUIRE(s.sink.tops.size() == 3);
  CHECK_FALSE(s.sink.tops[2].bid.has_value());
  CHECK(s.sink.tops[2].ask.has_value());
}

TEST_CASE("frames name the whole selector, or the part before the at sign as the samples do") {
  market_session s{everything()};
  make_live(s);
  s.frame(frame_of("v1.mini.d", "BTC_USDT_Perp", 1061214,
                   R"({"event_time":"1","best_bid_price":"87474.2"})"));
  CHECK(s.sink.tops.size() == 2);
  s.frame(frame_of("v1.mini.d", "ETH_USDT_Perp@50", 5, R"({"best_bid_price":"1"})"));
  s.frame(frame_of("v9.new", "BTC_USDT_Perp@50", 5, R"({"best_bid_price":"1"})"));
  CHECK(s.sink.tops.size() == 2);
  CHECK(s.sink.fails.empty());
}

TEST_CASE("depth: snapshot and deltas with the venue's numbers") {
  market_session s{everything()};
  make_live(s);
  REQUIRE(s.sink.snapshots.size() == 1);
  CHECK(s.sink.snapshots[0].bids == std::vector<level>{{"92336"_price, "0.005"_qty}});
  CHECK(s.sink.snapshots[0].asks == std::vector<level>{{"92336.1"_price, "5.711"_qty}});
  CHECK(s.sink.snapshots[0].exchange_time == from_ns(1764777396650000000));
  s.frame(frame_of(
      "v1.book.d", "BTC_USDT_Perp@100", 1061214,
      R"({"event_time":"1767292408400000000","instrument":"BTC_USDT_Perp","bids":[{"price":"88107.3","size":"5.322","num_orders":11},{"price":"92336.0","size":"0.0","num_orders":0}],"asks":[]})"));
  REQUIRE(s.sink.deltas.size() == 1);
  CHECK(s.sink.deltas[0].bids
        == std::vector<level>{{"88107.3"_price, "5.322"_qty}, {"92336"_price, quantity{}}});
  CHECK(s.sink.deltas[0].asks.empty());
  CHECK(s.sink.deltas[0].sequence == 1061214);
  // Levels of one side only.
  s.frame(frame_of("v1.book.d", "BTC_USDT_Perp@100", 1061215,
                   R"({"event_time":"2","asks":[{"price":"92337","size":"1"}]})"));
  CHECK(s.sink.deltas.size() == 2);
  // A whole book again replaces.
  s.frame(frame_of("v1.book.d", "BTC_USDT_Perp@100", 0, book));
  CHECK(s.sink.snapshots.size() == 2);
}

TEST_CASE("sequence: repeats are ignored, jumps and steps back end the session") {
  struct step {
    const char* what;
    const char* frame; ///< sequence and previous number
    bool broken;
  };
  for (const auto& x :
       {step{"repeat", R"("1061214","prev_sequence_number":"1061213")", false},
        step{"as numbers", R"(1061215,"prev_sequence_number":1061214)", false},
        step{"jump", R"("1061216","prev_sequence_number":"1061215")", true},
        step{"back", R"("1061210","prev_sequence_number":"1061209")", true},
        step{"other predecessor", R"("1061215","prev_sequence_number":"1061213")", true},
        step{"no predecessor, next", R"("1061215")", false},
        step{"no predecessor, jump", R"("1061217")", true}, step{"no number", R"("x")", true}}) {
    CAPTURE(x.what);
    market_session s{everything()};
    make_live(s);
    s.frame(frame_of("v1.book.d", "BTC_USDT_Perp@100", 1061214, R"({"event_time":"1"})"));
    s.frame(std::string{R"({"stream":"v1.book.d","selector":"BTC_USDT_Perp@100","feed":{},)"}
            + R"("sequence_number":)" + x.frame + "}");
    CHECK(s.sink.fails.size() == (x.broken ? 1 : 0));
    if (x.broken)
      CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
  }
}

TEST_CASE("the first change must follow the number of the acknowledgement") {
  for (const auto* stream : {"v1.mini.d@50", "v1.book.d@100", "v1.trade@50"}) {
    market_session s{everything()};
    make_live(s);
    const std::string text = stream;
    const auto at = text.find('@');
    s.frame(frame_of(text.substr(0, at), "BTC_USDT_Perp" + text.substr(at), 1061215, "{}"));
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
  }
}

TEST_CASE("a change before the whole is nothing that a book can be made of") {
  market_session s{everything()};
  s.connect();
  acknowledge(s);
  s.frame(frame_of("v1.book.d", "BTC_USDT_Perp@100", 1061214, R"({"bids":[],"asks":[]})"));
  CHECK(s.sink.fails.size() == 1);
  CHECK(s.sink.deltas.empty());
}

TEST_CASE("trades: old ones are no news, new ones carry id, side and size") {
  market_session s{everything()};
  make_live(s);
  const std::string feed
      = R"({"event_time":"1764779531332118705","instrument":"BTC_USDT_Perp","is_taker_buyer":false,"size":"23.73","price":"3089.88","mark_price":"3089.360002315","index_price":"3090.443723246","interest_rate":"0.0","forward_price":"0.0","trade_id":"64796657-1","venue":"ORDERBOOK","is_rpi":false})";
  s.frame(frame_of("v1.trade", "BTC_USDT_Perp@50", 0, feed));
  CHECK(s.sink.trades.empty());
  s.frame(frame_of("v1.trade", "BTC_USDT_Perp@50", 1061214, feed));
  REQUIRE(s.sink.trades.size() == 1);
  const auto& x = s.sink.trades[0];
  CHECK(x.trade_id == "64796657-1");
  CHECK(x.at == "3089.88"_price);
  CHECK(x.size == "23.73"_qty);
  CHECK(x.aggressor == side::sell);
  CHECK(x.time == from_ns(1764779531332118705));
}

TEST_CASE("ticker: mark, index and the funding rate in percent of its own interval") {
  market_session s{everything()};
  make_live(s);
  s.frame(frame_of("v1.ticker.s", "BTC_USDT_Perp@500", 0, ticker()));
  REQUIRE(s.sink.marks.size() == 1);
  CHECK(s.sink.marks[0].mark == "87439.392166151"_price);
  CHECK(s.sink.marks[0].index == "87462.426721779"_price);
  CHECK(s.sink.marks[0].time == from_ns(1767199535382794823));
  REQUIRE(s.sink.rates.size() == 1);
  CHECK(s.sink.rates[0].rate == "0.0001"_d);
  CHECK(s.sink.rates[0].interval == 8h);
  CHECK(s.sink.rates[0].next == from_ns(1767225600000000000));
  // The same rate is not told twice; another is, negative ones too.
  s.frame(frame_of("v1.ticker.s", "BTC_USDT_Perp@500", 0, ticker("1767199535882794823")));
  CHECK(s.sink.marks.size() == 2);
  CHECK(s.sink.rates.size() == 1);
  s.frame(
      frame_of("v1.ticker.s", "BTC_USDT_Perp@500", 7, ticker("1767199536382794823", "-0.0034")));
  REQUIRE(s.sink.rates.size() == 2);
  CHECK(s.sink.rates[1].rate == "-0.000034"_d);
}

TEST_CASE("without an interval in the ticker the instrument's counts") {
  market_session s{everything()};
  make_live(s);
  s.frame(frame_of(
      "v1.ticker.s", "BTC_USDT_Perp@500", 0,
      R"({"event_time":"1767199535382794823","mark_price":"1","index_price":"","funding_rate":"0.01","next_funding_time":"1767225600000000000"})"));
  REQUIRE(s.sink.rates.size() == 1);
  CHECK(s.sink.rates[0].interval == 8h);
  CHECK(s.sink.marks[0].index.is_zero());
}

TEST_CASE("coins in thousands are converted at the edge") {
  auto settings = everything({"PEPE"});
  market_session s{settings};
  s.connect();
  s.frame(frame_of(
      "v1.mini.d", "KPEPE_USDT_Perp@50", 0,
      R"({"event_time":"1","best_bid_price":"0.0123456","best_bid_size":"100","best_ask_price":"0.0123457","best_ask_size":"200"})"));
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid == level{"0.0000123456"_price, "100000"_qty});
  CHECK(s.sink.tops[0].ask == level{"0.0000123457"_price, "200000"_qty});
}

TEST_CASE("a refused or incomplete subscription ends the session") {
  struct answer {
    const char* text;
    session_end reason;
  };
  for (
      const auto& x : {
          answer{
              R"({"jsonrpc":"2.0","error":{"code":3000,"message":"Instrument is invalid"},"id":1,"method":"subscribe"})",
              session_end::garbage},
          answer{R"({"jsonrpc":"2.0","error":{"code":1006,"message":"rate"},"id":1})",
                 session_end::rate_limited},
          answer{
              R"({"code":1003,"message":"Request could not be processed due to malformed syntax","status":400})",
              session_end::garbage},
          answer{
              R"({"jsonrpc":"2.0","result":{"stream":"v1.mini.d","subs":[],"unsubs":[]},"id":1,"method":"subscribe"})",
              session_end::garbage},
          answer{R"({"jsonrpc":"2.0","result":{},"id":1})", session_end::garbage},
          answer{R"({"jsonrpc":"2.0","result":{},"id":77})", session_end::garbage},
          answer{R"({"hello":1})", session_end::garbage},
          answer{R"("pong")", session_end::garbage},
      }) {
    CAPTURE(x.text);
    market_session s{everything()};
    s.connect();
    s.frame(x.text);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == x.reason);
  }
}

TEST_CASE("silence of the stream, of one ticker, and a frozen ticker end the session") {
  const auto run = [](market_session& s, duration step, auto&& each) {
    for (int i = 0; i < 30 && s.sink.fails.empty(); ++i) {
      s.elapsed += step;
      each();
      s.timer(0);
    }
  };
  SUBCASE("nothing at all") {
    market_session s{everything()};
    make_live(s);
    run(s, 1s, [] {});
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::silent);
    CHECK(s.elapsed == 11s);
  }
  SUBCASE("a frozen ticker") {
    market_session s{everything()};
    make_live(s);
    run(s, 1s, [&] { s.frame(frame_of("v1.ticker.s", "BTC_USDT_Perp@500", 0, ticker())); });
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::silent);
    CHECK(s.sink.marks.size() == 1);
  }
  SUBCASE("newer tickers keep it alive") {
    market_session s{everything()};
    make_live(s);
    std::uint64_t time = 1767199535382794823;
    run(s, 1s, [&] {
      s.frame(frame_of("v1.ticker.s", "BTC_USDT_Perp@500", 0, ticker(std::to_string(++time))));
    });
    CHECK(s.sink.fails.empty());
  }
  SUBCASE("never live") {
    market_session s{everything()};
    s.start();
    run(s, 1s, [] {});
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::silent);
    CHECK(s.elapsed == 21s);
  }
}

TEST_CASE("market data: failures of the list and the stream") {
  struct row {
    unsigned status;
    const char* body;
    session_end reason;
  };
  for (const auto& x :
       {row{429, R"({"code":1006,"message":"m","status":429})", session_end::rate_limited},
        row{429, "", session_end::rate_limited},
        row{503, R"({"code":1009,"message":"m","status":503})", session_end::maintenance},
        row{502, "<html>", session_end::maintenance},
        row{400, R"({"code":1003,"message":"m","status":400})", session_end::garbage},
        row{403, "<html>", session_end::closed}}) {
    market_session s{everything()};
    s.start();
    s.answer("/full/v1/instruments", x.status, x.body);
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == x.reason);
    CHECK(s.sink.budgets.size() == (x.status == 429 ? 1 : 0));
    // Nothing is said by a session that is over.
    s.frame(mini);
    s.timer(0);
    s.protocol.on(stream_closed{s.at(), {}, "x"}, s.sink);
    CHECK(s.sink.fails.size() == 1);
  }
  market_session lost{everything()};
  lost.start();
  lost.lose("/full/v1/instruments", true);
  REQUIRE(lost.sink.fails.size() == 1);
  CHECK(lost.sink.fails[0].reason == session_end::closed);
  market_session closed{everything()};
  closed.connect();
  closed.protocol.on(stream_closed{closed.at(), {}, "reset"}, closed.sink);
  REQUIRE(closed.sink.fails.size() == 1);
  CHECK(closed.sink.fails[0].reason == session_end::closed);
}
