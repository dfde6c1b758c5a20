#include "client_support.hpp"

#include "tests/unit/support/null_sink.hpp"
#include "venues/aster/descriptor.hpp"

#include <chrono>
#include <random>

using namespace aster_client;

namespace {

/// A bookTicker whose update id is written into kept bytes, as a socket would fill a buffer.
struct ticker_frames {
  padded text{
      R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":100000000000,"E":1723161256313,"T":1723161256313,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510"}})"};
  std::size_t at = text.bytes.find("100000000000");
  std::uint64_t update = 100'000'000'000;
  std::string_view next() {
    auto value = ++update;
    for (int i = 11; i >= 0; --i, value /= 10)
      text.bytes[at + static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    return text.view();
  }
};

order_request an_order() {
  order_request o;
  o.id = our_id(1);
  o.instrument = number(0);
  o.size = "0.012"_qty;
  o.limit_price = "61800.2"_price;
  o.post_only = true;
  return o;
}

const std::string answer_text
    = R"({"orderId":22542179,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"ab-1-2-3-1","price":"90000.1","avgPrice":"0.00000","origQty":"0.012","executedQty":"0","cumQty":"0","cumQuote":"0","timeInForce":"GTC","type":"LIMIT","reduceOnly":false,"closePosition":false,"side":"BUY","positionSide":"BOTH","stopPrice":"0","workingType":"CONTRACT_PRICE","priceProtect":false,"origType":"LIMIT","updateTime":1566818724722})";

template <class Work>
double nanoseconds_each(int count, Work work) {
  for (int i = 0; i < count / 10; ++i)
    work();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i)
    work();
  const duration took = std::chrono::steady_clock::now() - start;
  return static_cast<double>(took.count()) / count;
}

/// Frames of every kind that both machines know.
std::vector<std::string> corpus() {
  return {
      ticker_frames{}.text.bytes.substr(0, ticker_frames{}.text.size),
      R"({"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":5,"s":"BTCUSDT","p":"11794.15","i":"11784.62","P":"11784.25","r":"0.00038167","T":1562306400000}})",
      R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1,"s":"BTCUSDT","a":5933014,"p":"0.001","q":"100","f":100,"l":105,"T":2,"m":true}})",
      R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}})",
      R"({"e":"ORDER_TRADE_UPDATE","E":1568879465651,"T":1568879465650,"o":{"s":"BTCUSDT","c":"ab-1-2-3-1","S":"SELL","o":"LIMIT","f":"GTC","q":"0.001","p":"9910","ap":"9910","sp":"0","x":"TRADE","X":"FILLED","i":8886774,"l":"0.001","z":"0.001","L":"9910","n":"0.1","N":"USDT","T":1568879465651,"t":7,"b":"0","a":"9.91","m":false,"R":false}})",
      R"({"e":"ACCOUNT_UPDATE","T":1768551627708,"E":1768551627710,"a":{"B":[{"a":"USDT","wb":"39.41184271","cw":"39.41184271","bc":"0"}],"P":[{"s":"BTCUSDT","pa":"0","ep":"0.00000000","cr":"-0.59070000","up":"0","mt":"isolated","iw":"0","ps":"BOTH","ma":"USDT"}],"m":"ORDER"}})",
      answer_text,
      exchange_info(),
  };
}

/// What must hold of everything that a market session emits, whatever it was fed.
void check_sane(const recorder& r) {
  const auto sane
      = [](const maybe_level& x) { return !x || (x->at.is_positive() && x->size.is_positive()); };
  for (const auto& x : r.tops) {
    CHECK(x.instrument == number(0));
    CHECK(sane(x.bid));
    CHECK(sane(x.ask));
  }
  for (const auto& x : r.trades) {
    CHECK(x.at.is_positive());
    CHECK(x.size.is_positive());
  }
  for (const auto& x : r.marks)
    CHECK(x.mark.is_positive());
  for (const auto& x : r.deltas)
    for (const auto& side : {x.bids, x.asks})
      for (const auto& l : side) {
        CHECK(l.at.is_positive());
        CHECK_FALSE(l.size.is_negative());
      }
  for (const auto& x : r.fills) {
    CHECK(x.id.bot == 1);
    CHECK(x.at.is_positive());
    CHECK(x.size.is_positive());
  }
  for (const auto& x : r.updates) {
    CHECK(x.id.bot == 1);
    CHECK_FALSE(x.size.is_negative());
    CHECK_FALSE(x.filled.is_negative());
  }
  CHECK(r.fails.size() <= 1);
}

session_settings all_streams() {
  auto s = settings_for({"BTC"});
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

void feed_everything(const std::string& bytes) {
  market_session m{all_streams()};
  m.connect();
  const auto book = m.take("/fapi/v3/depth");
  m.answer(book, 200, R"({"lastUpdateId":150,"bids":[["1","1"]],"asks":[["2","1"]]})");
  m.frame(bytes);
  check_sane(m.sink);
  account_session a{settings_for({"BTC"})};
  a.connect();
  a.frame(bytes);
  check_sane(a.sink);
  account_session b{settings_for({"BTC"})};
  b.connect();
  b.protocol.place(b.at(), an_order(), b.sink);
  b.answer("/fapi/v3/order", 200, bytes);
  check_sane(b.sink);
  CHECK(b.sink.updates.size() == 1);
}

} // namespace

TEST_CASE("a frame cut at any byte never crashes and emits nothing") {
  for (const auto& whole : corpus()) {
    if (whole.size() > 1000)
      continue;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      market_session m{all_streams()};
      m.connect();
      m.frame(std::string_view{whole}.substr(0, size));
      CHECK(m.sink.fails.size() == 1);
      CHECK(m.sink.tops.size() + m.sink.trades.size() + m.sink.marks.size() == 0);
      account_session a{settings_for({"BTC"})};
      a.connect();
      a.frame(std::string_view{whole}.substr(0, size));
      CHECK(a.sink.fails.size() == 1);
      CHECK(a.sink.fills.size() + a.sink.updates.size() + a.sink.positions.size() == 0);
    }
  }
}

TEST_CASE("damaged and random bytes never crash and never emit nonsense") {
  std::mt19937_64 random{20240808};
  const auto all = corpus();
  const std::string alphabet = R"({}[]":,\0123456789.-+eEnulltrue sbBaAupqTX)";
  for (int i = 0; i < 4000; ++i) {
    CAPTURE(i);
    auto bytes = all[random() % (all.size() - 1)];
    for (auto changes = 1 + random() % 4; changes != 0; --changes) {
      const auto at = random() % bytes.size();
      switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes[at] = alphabet[random() % alphabet.size()];
        break;
      case 2:
        bytes.erase(at, 1 + random() % 8);
        break;
      default:
        bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 20));
      }
      if (bytes.empty())
        bytes = "x";
    }
    feed_everything(bytes);
  }
  for (int i = 0; i < 500; ++i) {
    std::string bytes(random() % 300, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(random());
    feed_everything(bytes);
  }
}

TEST_CASE("the scanner and the full parser agree on every frame that the scanner takes") {
  std::mt19937_64 random{7};
  const auto all = corpus();
  std::size_t taken = 0;
  for (int i = 0; i < 60'000; ++i) {
    auto bytes = all[random() % 3];
    for (auto changes = random() % 3; changes != 0; --changes)
      bytes[random() % bytes.size()] = R"({}[]":,\0123456789.-eEnultrue sbBaAu)"[random() % 36];
    const padded text{bytes};
    flat_fields fields;
    if (!scan_flat_frame(text.view(), fields))
      continue;
    ++taken;
    json_parser parser;
    const auto root = parser.parse(text.view());
    REQUIRE(root.has_value());
    const auto data = member_of(*root, "data");
    REQUIRE(data.has_value());
    for (const char name : std::string_view{"euETsbBaApqmirPTfl"}) {
      const auto found = text_of(*data, {&name, 1});
      if (!found.empty())
        CHECK(fields[name] == found);
    }
  }
  CHECK(taken > 20'000);
}

TEST_CASE("hot paths allocate nothing once warm") {
  null_sink sink;
  event_time at{from_ms(start_ms), 1};
  SUBCASE("bookTicker") {
    market_session m{settings_for({"BTC", "ETH", "SOL"})};
    m.connect();
    ticker_frames frames;
    const auto run = [&] {
      m.protocol.on(stream_frame{at, stream_id{0}, frame_kind::text, frames.next()}, sink);
    };
    run();
    const auto before = allocations;
    for (int i = 0; i < 100; ++i)
      run();
    CHECK(allocations - before == 0);
    CHECK(sink.emitted == 101);
  }
  for (const std::string api : {"v1", "v3"}) {
    SUBCASE(("place and its answer, " + api).c_str()) {
      account_session a{settings_for({"BTC"}, api)};
      a.connect();
      const padded answer{answer_text};
      const auto order = an_order();
      const auto run = [&] {
        a.protocol.place(at, order, sink);
        a.protocol.on(http_answer{at, sink.last, 200, {}, answer.view()}, sink);
      };
      run();
      const auto before = allocations;
      for (int i = 0; i < 100; ++i)
        run();
      CHECK(allocations - before == 0);
    }
  }
}

/// Run in a release build: test_aster --no-skip -tc="speed*"
TEST_CASE("speed of the hot paths" * doctest::skip()) {
  null_sink sink;
  event_time at{from_ms(start_ms), 1};
  market_session m{settings_for({"BTC", "ETH", "SOL"})};
  m.connect();
  ticker_frames frames;
  MESSAGE("bookTicker ns: " << nanoseconds_each(1'000'000, [&] {
            m.protocol.on(stream_frame{at, stream_id{0}, frame_kind::text, frames.next()}, sink);
          }));
  for (const std::string api : {"v1", "v3"}) {
    account_session a{settings_for({"BTC"}, api)};
    a.connect();
    const auto order = an_order();
    MESSAGE(api << " place ns: " << nanoseconds_each(20'000, [&] {
              a.protocol.place(at, order, sink);
              a.protocol.on(http_failed{at, sink.last, false, {}}, sink);
            }));
  }
  account_session a{settings_for({"BTC"})};
  a.connect();
  const padded event{corpus()[4]};
  MESSAGE("order event ns: " << nanoseconds_each(200'000, [&] {
            a.protocol.on(stream_frame{at, stream_id{0}, frame_kind::text, event.view()}, sink);
          }));
}

TEST_CASE("the descriptor says what the venue can do") {
  const auto& d = aster::describe();
  CHECK(d.name == "aster");
  CHECK(d.can.cancel_all);
  CHECK(d.can.dead_man == dead_man_scope::instrument);
  CHECK_FALSE(d.can.amend);
  CHECK(d.can.validity_window >= 10s);
  REQUIRE(d.environments.size() == 3);
  CHECK(d.environments[0].endpoints.at(0).host == "fapi.asterdex.com");
  CHECK(d.environments[0].endpoints.at(1).host == "fstream.asterdex.com");
  CHECK(d.environments[2].endpoints.empty());
  const auto settings = settings_for({"BTC"});
  CHECK(d.make_market_data(settings) != nullptr);
  CHECK(d.make_account(settings) != nullptr);
}
