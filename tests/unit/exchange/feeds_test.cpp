#include "venues/exchange/replay.hpp"

#include "rig.hpp"
#include "tally.hpp"
#include "temporary.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <filesystem>

using namespace actorbot;
using namespace actorbot::exchange;
using namespace actorbot::exchange::test;

namespace {

const std::string shared = std::string{ACTORBOT_SHARED} + "/data/";

bool have(const std::string& file) {
  if (std::filesystem::exists(shared + file))
    return true;
  MESSAGE("skipped: no " << shared << file);
  return false;
}

tally read_all(record& source) {
  tally t;
  feed_event e;
  timestamp last;
  while (e.clear(), source.next(e)) {
    if (e.time < last)
      FAIL("time went back");
    last = e.time;
    t.add(e);
  }
  return t;
}

std::string depth_line(int ns, int first, int last, int previous, const std::string& bids,
                       const std::string& asks) {
  return std::to_string(ns) + R"( {"stream":"x@depth@0ms","data":{"e":"depthUpdate","U":)"
         + std::to_string(first) + R"(,"u":)" + std::to_string(last) + R"(,"pu":)"
         + std::to_string(previous) + R"(,"b":[)" + bids + R"(],"a":[)" + asks + "]}}\n";
}

std::string small_recording() {
  return depth_line(1000, 1, 4, 0, R"(["9","9"])", "")     // older than the snapshot
         + depth_line(2000, 5, 12, 4, R"(["10","3"])", "") // contains it
         + "2500 not json\n"
         + R"(3000 {"lastUpdateId":10,"bids":[["10","1"],["9.5","2"]],"asks":[["11","1"]]})"
           "\n"
         + R"(3500 {"stream":"x@trade","data":{"p":"10","q":"0.5","X":"MARKET","m":true}})"
           "\n"
         + R"(4000 {"stream":"x@bookTicker","data":{"u":20,"b":"9.5","B":"7","a":"10.5","A":"2"}})"
           "\n"
         + depth_line(5000, 13, 15, 12, R"(["10","4"])", R"(["12","5"])") // older than that top
         + depth_line(6000, 17, 30, 16, R"(["10","0"])", "");             // pu is not 15: a gap
}

} // namespace

TEST_CASE("a Binance recording: deltas wait for the snapshot, old ones drop, a gap is seen") {
  temporary file{"small.gz", small_recording()};
  const auto source = open_binance(file.path());
  std::vector<feed_event> events;
  feed_event e;
  while (e.clear(), source->next(e))
    events.push_back(e);
  REQUIRE(events.size() == 6);
  CHECK(events[0].replace);
  CHECK(events[0].bids.size() == 2);
  CHECK(events[0].time == from_ns(3000));
  CHECK(events[1].bids.at(0) == level{"10"_price, "3"_qty});
  CHECK(events[2].aggressor == side::sell);
  CHECK(events[3].top_bid->at == "9.5"_price);
  CHECK(events[4].top_bid->size == "7"_qty); // the older delta does not bring 10 back
  CHECK_FALSE(events[5].top_bid.has_value());
  CHECK(source->stats().gaps == 1);
  CHECK(source->stats().garbage == 1);
  CHECK(source->stats().books == 3);
  CHECK(source->stats().last_id == 30);
  source->rewind();
  CHECK(source->next(e));
  CHECK(e.replace);
}

TEST_CASE("damaged lines of a Binance recording are counted and the rest is read") {
  const std::string good = R"({"lastUpdateId":10,"bids":[["10","1"]],"asks":[["11","1"]]})";
  temporary file{"damaged.gz", R"(1000 {"lastUpdateId":1,"bids":[["10","1"],["9"]],"asks":[]})"
                               "\n"
                               R"(1500 {"x":[1,{"stream":"x@trade","data":{"p":"10")"
                               "\n"
                               R"(1600 {"stream":00.1,"channel":"lastUpdateId")"
                               "\n2000 "
                                   + good + "\n"};
  const auto source = open_binance(file.path());
  CHECK(read_all(*source).events == 1);
  CHECK(source->stats().garbage == 3);
}

TEST_CASE("a row of minute bars must be a time of the day") {
  bars_options o;
  o.tick = o.lot = "0.1"_d;
  for (const std::string stamp : {"-1", "86400000", "9223372036854775807"}) {
    const temporary file{"bars.zip", stored_zip(stamp + ",1,1,1,1,1"), false};
    CHECK_THROWS_AS(open_bars({}, file.path(), o), std::runtime_error);
  }
  const temporary file{"bars.zip", stored_zip("86399999,1,1,1,1,1"), false};
  CHECK(open_bars({}, file.path(), o) != nullptr);
}

TEST_CASE("a replay keeps the differences of recorded times, scaled, and loops with a pause") {
  temporary file{"loop.gz", small_recording()};
  replay_options o;
  o.start = from_ns(1'000'000);
  o.speed_numerator = 2;
  o.loop = true;
  o.loop_pause = duration{500};
  const auto feed = make_replay(open_binance(file.path()), o);
  std::vector<std::int64_t> times;
  feed_event e;
  for (int i = 0; i < 8; ++i) {
    e.clear();
    feed->pop(e);
    times.push_back(to_ns(e.time) - 1'000'000);
  }
  CHECK(times == std::vector<std::int64_t>{0, 0, 250, 500, 1000, 1500, 2000, 2000});
}

TEST_CASE("a replay without a loop is over at its end") {
  temporary file{"once.gz", small_recording()};
  core_settings s;
  rig r;
  replay_options o;
  o.start = r.now();
  r.exchange.set_feed(r.market, make_replay(open_binance(file.path()), o));
  r.exchange.advance(at_ms(1));
  const auto book = r.exchange.book(r.market);
  REQUIRE(book.bids.size() == 1);
  CHECK(book.bids[0] == level{"9.5"_price, "7"_qty});
  CHECK(book.asks.front().at == "10.5"_price);
  CHECK(r.exchange.next_timer() == r.exchange.prices(r.market).next_funding);
}

TEST_CASE("known answers: BTCUSDT perpetual, raw depth, top and trades") {
  const std::string file = "binance-usdm/btcusdt-20240808.raw.gz";
  if (!have(file))
    return;
  binance_options options;
  options.follow_top = false;
  const auto source = open_binance(shared + file, options);
  const auto t = read_all(*source);
  const auto& s = source->stats();
  CHECK(s.snapshot_id == 5123107852948ULL);
  CHECK(s.books == 6547);
  CHECK(s.gaps == 0);
  CHECK(s.garbage == 0);
  CHECK(s.tops == 66089);
  CHECK(s.last_id == 5123135475514ULL);
  CHECK(s.trades == 21313);
  CHECK(t.crossed == 0);
  CHECK(*t.bids.rbegin() == std::pair<const decimal, decimal>{"61659.7"_d, "1.486"_d});
  CHECK(*t.asks.begin() == std::pair<const decimal, decimal>{"61659.8"_d, "0.981"_d});
  CHECK(t.bids.size() == 5018);
  CHECK(t.asks.size() == 4578);
  CHECK(tally::sum(t.bids) == "9457.538"_d);
  CHECK(tally::sum(t.asks) == "8813.296"_d);
  CHECK(t.volume == "2429.366"_d);
  CHECK(t.turnover == "149845680.8898"_d);
  CHECK(s.last_top_id == 5123135221461ULL);
  CHECK(s.last_top_bid->at == "61659.7"_price);
  CHECK(s.last_top_ask->at == "61659.8"_price);
}

TEST_CASE("known answers: BTCUSD coin-margined perpetual") {
  const std::string file = "binance-coinm/btcusd_perp-20240808.raw.gz";
  if (!have(file))
    return;
  binance_options options;
  options.follow_top = false;
  const auto source = open_binance(shared + file, options);
  const auto t = read_all(*source);
  const auto& s = source->stats();
  CHECK(s.snapshot_id == 1007198635033ULL);
  CHECK(s.books == 26824);
  CHECK(s.gaps == 0);
  CHECK(t.crossed == 0);
  CHECK(s.last_id == 1007202248021ULL);
  CHECK(*t.bids.rbegin() == std::pair<const decimal, decimal>{"61668.6"_d, 1380});
  CHECK(*t.asks.begin() == std::pair<const decimal, decimal>{"61668.7"_d, 871});
  CHECK(t.bids.size() == 1110);
  CHECK(t.asks.size() == 1123);
  CHECK(tally::sum(t.bids) == 1283047);
  CHECK(tally::sum(t.asks) == 1079889);
  CHECK(s.trades == 2286);
  CHECK(t.volume == 83241);
  CHECK(t.turnover == "5134772336.7"_d);
  CHECK(s.last_top_id == 1007202246601ULL);
}

TEST_CASE("known answers: a cryptofeed session, one of four symbols, snapshot from its own file") {
  const std::string file = "binance-usdm/cryptofeed-BINANCE_FUTURES.ws.1.0.gz";
  if (!have(file))
    return;
  binance_options options;
  options.symbol = "sushiusdt";
  options.follow_top = false;
  options.snapshot_file = shared + "binance-usdm/cryptofeed-BINANCE_FUTURES.http.0.0.gz";
  const auto source = open_binance(shared + file, options);
  const auto t = read_all(*source);
  CHECK(source->stats().snapshot_id == 600859605926ULL);
  CHECK(source->stats().books == 252);
  CHECK(source->stats().gaps == 0);
  CHECK(source->stats().last_id == 600860425198ULL);
  CHECK(t.bids.rbegin()->first == "7.612"_d);
  CHECK(t.asks.begin()->first == "7.616"_d);
  CHECK(t.bids.size() == 1006);
  CHECK(t.asks.size() == 1000);
  CHECK(tally::sum(t.bids) == 444353);
  CHECK(tally::sum(t.asks) == 468185);
  CHECK(source->stats().trades == 40);
  CHECK(t.volume == 2212);
}

TEST_CASE("known answers: Hyperliquid whole books and trades") {
  const std::string file = "hyperliquid/btc-20250126.raw.gz";
  if (!have(file))
    return;
  const auto source = open_hyperliquid(shared + file);
  const auto t = read_all(*source);
  CHECK(source->stats().books == 46);
  CHECK(source->stats().trades == 64);
  CHECK(source->stats().garbage == 0);
  CHECK(t.volume == "0.92773"_d);
  CHECK(t.bids.rbegin()->first == 105050);
  CHECK(t.asks.begin()->second == "6.13423"_d);
  CHECK(tally::sum(t.bids) == "43.09031"_d);
}

TEST_CASE("known answers: minute bars, whose volume and extremes the path keeps") {
  if (!have("bars/dydx_minute_btcusd_20260101_quote.zip"))
    return;
  bars_options o;
  o.day = from_ms(1'767'225'600'000);
  o.tick = 1;
  o.lot = "0.0001"_d;
  const auto source = open_bars(shared + "bars/dydx_minute_btcusd_20260101_quote.zip",
                                shared + "bars/dydx_minute_btcusd_20260101_trade.zip", o);
  tally t;
  feed_event e;
  decimal low = 1'000'000, high;
  while (e.clear(), source->next(e)) {
    t.add(e);
    if (e.what == feed_event::kind::book) {
      low = std::min(low, e.bids.front().at.value());
      high = std::max(high, e.bids.front().at.value());
    }
  }
  CHECK(source->stats().lines == 1440);
  CHECK(t.volume == "943.7288"_d);
  CHECK(t.crossed == 0);
  CHECK(low == 87350);
  CHECK(high == 90186);
  CHECK(t.bids.rbegin()->first == 88759);
  CHECK(e.time == timestamp{});

  o.tick = "0.0001"_d;
  o.lot = 1;
  o.spread = "0.0001"_d;
  o.depth = 5000;
  const auto trades_only
      = open_bars("", shared + "bars/binance_minute_adausdt_20221213_trade.zip", o);
  CHECK(read_all(*trades_only).volume == 681931107);
}

TEST_CASE("the whole BTCUSDT recording through a core: book never crossed, speed printed") {
  const std::string file = "binance-usdm/btcusdt-20240808.raw.gz";
  if (!have(file))
    return;
  for (const bool follow : {false, true}) {
    binance_options options;
    options.follow_top = follow;
    rig r;
    r.exchange.remove_listener(r.heard);
    struct counter : exchange_listener {
      std::size_t events = 0, crossed = 0;
      std::uint64_t last = 0;
      bool chained = true;
      void on_trade(const public_trade&) override { ++events; }
      void on_delta(const book_delta& d) override {
        chained = chained && (last == 0 || d.previous == last);
        last = d.last;
        ++events;
      }
      void on_top(const book_top& t) override {
        ++events;
        crossed += t.bid && t.ask && t.bid->at >= t.ask->at ? 1 : 0;
      }
    } heard;
    r.exchange.add_listener(heard);
    replay_options o;
    o.start = r.now();
    r.exchange.set_feed(r.market, make_replay(open_binance(shared + file, options), o));
    const auto begin = std::clock();
    r.exchange.advance(r.now() + std::chrono::minutes{10});
    const auto took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    const auto top = r.exchange.top(r.market);
    CHECK(top.bid->at == "61659.7"_price);
    CHECK(top.ask->at == "61659.8"_price);
    CHECK(heard.crossed == 0);
    CHECK(heard.chained);
    const auto book = r.exchange.book(r.market);
    if (!follow) {
      CHECK(top.bid->size == "1.486"_qty);
      CHECK(book.bids.size() == 5018);
      CHECK(book.asks.size() == 4578);
    }
    MESSAGE("replay (follow_top " << follow << "): 93954 lines in " << took
                                  << " s of CPU = " << 93954 / took << " lines/s, " << heard.events
                                  << " events out, levels " << book.bids.size() << "/"
                                  << book.asks.size());
  }
}
