#include "client_support.hpp"

#include "tests/unit/support/null_sink.hpp"

#include <chrono>
#include <random>

using namespace backpack_client;

namespace {

/// A bookTicker whose update id is written into kept bytes, as a socket would fill a buffer.
struct ticker_frames {
  padded text{
      R"({"stream":"bookTicker.SOL_USDC_PERP","data":{"e":"bookTicker","E":1694687965941000,"s":"SOL_USDC_PERP","a":"18.70","A":"1.000","b":"18.67","B":"2.000","u":"100000000000","T":1694687965940999}})"};
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
  o.size = "0.01"_qty;
  o.limit_price = "150.25"_price;
  o.post_only = true;
  return o;
}

std::string first_number() { return std::to_string(make_ids()->number_of(our_id(1)).value()); }

/// Frames and answers of every kind that both machines know.
std::vector<std::string> corpus() {
  const auto n = first_number();
  return {
      ticker_frames{}.text.bytes.substr(0, ticker_frames{}.text.size),
      R"({"stream":"markPrice.SOL_USDC_PERP","data":{"e":"markPrice","E":5,"s":"SOL_USDC_PERP","p":"18.70","f":"0.0001","i":"19.70","n":1694687965941,"T":5}})",
      R"({"stream":"trade.SOL_USDC_PERP","data":{"e":"trade","E":1694688638091000,"s":"SOL_USDC_PERP","p":"18.68","q":"0.122","b":"111063114377265150","a":"111063114585735170","t":12345,"T":1694688638089000,"m":true}})",
      R"({"stream":"depth.SOL_USDC_PERP","data":{"e":"depth","E":1,"s":"SOL_USDC_PERP","a":[["18.70","0.000"]],"b":[["18.67","0.832"]],"U":151,"u":160,"T":1}})",
      R"({"stream":"account.orderUpdate","data":{"E":1754939110175879,"L":"4299.16","N":"USDC","O":"USER","Q":"4.30","S":"Bid","T":1754939110174705,"V":"RejectTaker","X":"Filled","Z":"4.299160","c":)"
          + n
          + R"(,"e":"orderFill","f":"GTC","i":"5406825793","l":"0.0010","m":false,"n":"0.000001","o":"MARKET","q":"0.0010","r":false,"s":"SOL_USDC_PERP","t":2888471,"z":"0.0010"}})",
      R"({"stream":"account.positionUpdate","data":{"B":"4236.36","E":1754943862040486,"M":"4235.88650933","P":"-0.000473","Q":"0.0010","T":1754943862040487,"b":"4238.479","e":"positionOpened","f":"0.02","i":5411399049,"l":"0","m":"0.0125","n":"4.23588650933","p":"0","q":"0.0010","s":"SOL_USDC_PERP"}})",
      R"({"id":null,"error":{"code":4006,"message":"Invalid stream"}})",
      order_text(n, "SOL_USDC_PERP"),
      R"([{"clientId":")" + n
          + R"(","fee":"0.004974","feeSymbol":"USDC","isMaker":false,"orderId":"4238907375","price":"3826.15","quantity":"0.0026","side":"Bid","symbol":"SOL_USDC_PERP","systemOrderType":null,"timestamp":"2025-07-27T17:39:00.092","tradeId":9748827}])",
      markets(),
  };
}

/// What must hold of everything that a session emits, whatever it was fed.
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
  const auto check_fill = [](const fill& x) {
    CHECK(x.id.bot == 1);
    CHECK(x.at.is_positive());
    CHECK(x.size.is_positive());
    CHECK_FALSE(x.trade_id.empty());
  };
  for (const auto& x : r.fills)
    check_fill(x);
  for (const auto& page : r.pages)
    for (const auto& x : page.fills)
      check_fill(x);
  for (const auto& x : r.updates) {
    CHECK(x.id.bot == 1);
    CHECK_FALSE(x.size.is_negative());
    CHECK_FALSE(x.filled.is_negative());
  }
  CHECK(r.fails.size() <= 1);
}

session_settings all_streams() {
  auto s = settings_for({"SOL"});
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

void feed_everything(const std::string& bytes) {
  market_session m{all_streams()};
  m.connect();
  m.answer("/api/v1/depth", 200,
           R"({"asks":[["2","1"]],"bids":[["1","1"]],"lastUpdateId":"150","timestamp":1})");
  m.frame(bytes);
  check_sane(m.sink);
  market_session levels{all_streams()};
  levels.connect();
  levels.answer("/api/v1/depth", 200, bytes);
  check_sane(levels.sink);
  account_session a{settings_for({"SOL"})};
  a.connect();
  CHECK(a.number_text(1) == first_number()); // its block is ours from here on
  a.frame(bytes);
  check_sane(a.sink);
  account_session b{settings_for({"SOL"})};
  b.connect();
  b.protocol.place(b.at(), an_order(), b.sink);
  b.answer("/api/v1/order", 200, bytes);
  b.protocol.query_fills(b.at(), number(0), {}, b.sink);
  b.answer("/wapi/v1/history/fills", 200, bytes);
  b.protocol.query_positions(b.at(), b.sink);
  b.answer("/api/v1/position", 200, bytes);
  b.protocol.query_balances(b.at(), b.sink);
  b.answer("/api/v1/capital/collateral", 200, bytes);
  check_sane(b.sink);
  CHECK(b.sink.updates.size() == 1);
  account_session c{settings_for({"SOL"})};
  c.start();
  c.answer("/api/v1/time", 200, bytes);
  CHECK(c.sink.calls.size() <= 1);
}

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
      account_session a{settings_for({"SOL"})};
      a.connect();
      CHECK(a.number_text(1) == first_number());
      a.frame(std::string_view{whole}.substr(0, size));
      CHECK(a.sink.fails.size() == 1);
      CHECK(a.sink.fills.size() + a.sink.updates.size() + a.sink.positions.size() == 0);
    }
  }
}

TEST_CASE("damaged and random bytes never crash and never emit nonsense") {
  std::mt19937_64 random{20250724};
  const auto all = corpus();
  const std::string alphabet = R"({}[]":,\0123456789.-+eEnulltrue sbBaAupqTXcU)";
  for (int i = 0; i < 3000; ++i) {
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
  for (int i = 0; i < 300; ++i) {
    std::string bytes(random() % 300, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(random());
    feed_everything(bytes);
  }
}

TEST_CASE("a damaged list of markets gives instruments that make sense or none") {
  std::mt19937_64 random{5};
  const auto whole = markets();
  for (int i = 0; i < 500; ++i) {
    auto bytes = whole;
    for (auto changes = 1 + random() % 3; changes != 0; --changes)
      bytes[random() % bytes.size()] = R"({}[]":,0123456789.-nul)"[random() % 22];
    market_session m{settings_for({"SOL", "BTC"})};
    m.start();
    m.answer("/api/v1/markets", 200, bytes);
    CHECK(m.sink.instruments.size() + m.sink.fails.size() >= 1);
    for (const auto& x : m.sink.instruments) {
      CHECK(x.tick.is_positive());
      CHECK(x.lot.is_positive());
      CHECK_FALSE(x.symbol.empty());
    }
  }
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
  SUBCASE("place and its answer") {
    account_session a{settings_for({"SOL"})};
    a.connect();
    const padded answer{order_text(a.number_text(1), "SOL_USDC_PERP")};
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
  SUBCASE("a fill") {
    account_session a{settings_for({"SOL"})};
    a.connect();
    CHECK(a.number_text(1) == first_number());
    const padded event{corpus()[4]};
    const auto run = [&] {
      a.protocol.on(stream_frame{at, stream_id{0}, frame_kind::text, event.view()}, sink);
    };
    run();
    const auto before = allocations;
    for (int i = 0; i < 100; ++i)
      run();
    CHECK(allocations - before == 0);
    CHECK(sink.emitted == 202);
  }
}

/// Run in a release build: test_backpack --no-skip -tc="speed*"
TEST_CASE("speed of the hot paths" * doctest::skip()) {
  null_sink sink;
  event_time at{from_ms(start_ms), 1};
  market_session m{settings_for({"BTC", "ETH", "SOL"})};
  m.connect();
  ticker_frames frames;
  MESSAGE("bookTicker ns: " << nanoseconds_each(1'000'000, [&] {
            m.protocol.on(stream_frame{at, stream_id{0}, frame_kind::text, frames.next()}, sink);
          }));
  account_session a{settings_for({"SOL"})};
  a.connect();
  const auto order = an_order();
  MESSAGE("place ns: " << nanoseconds_each(10'000, [&] {
            a.protocol.place(at, order, sink);
            a.protocol.on(http_failed{at, sink.last, false, {}}, sink);
          }));
  CHECK(a.number_text(1) == first_number());
  const padded event{corpus()[4]};
  MESSAGE("order event ns: " << nanoseconds_each(200'000, [&] {
            a.protocol.on(stream_frame{at, stream_id{0}, frame_kind::text, event.view()}, sink);
          }));
}
