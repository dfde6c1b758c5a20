#include "client_support.hpp"

#include "tests/unit/support/null_sink.hpp"

#include <chrono>
#include <random>

using namespace grvt_client;

namespace {

session_settings all_streams() {
  auto s = settings_for({"BTC"});
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

const std::string mini_whole
    = R"({"stream":"v1.mini.d","selector":"BTC_USDT_Perp@50","sequence_number":"0","feed":{"event_time":"1767198266500017753","instrument":"BTC_USDT_Perp","best_bid_price":"87474.3","best_bid_size":"2.435","best_ask_price":"87474.4","best_ask_size":"3.825"},"prev_sequence_number":"0"})";
const std::string book_whole
    = R"({"stream":"v1.book.d","selector":"BTC_USDT_Perp@100","sequence_number":"0","feed":{"event_time":"1764777396650000000","instrument":"BTC_USDT_Perp","bids":[{"price":"92336.0","size":"0.005","num_orders":1}],"asks":[{"price":"92336.1","size":"5.711","num_orders":37}]},"prev_sequence_number":"0"})";

void make_live(market_session& m) {
  m.connect();
  const char* const names[] = {"v1.mini.d", "v1.ticker.s", "v1.book.d", "v1.trade"};
  const char* const rates[] = {"@50", "@500", "@100", "@50"};
  for (int i = 0; i < 4; ++i)
    m.frame(ack(i + 1, names[i], {std::string{"BTC_USDT_Perp"} + rates[i]}, "100000000000"));
  m.frame(mini_whole);
  m.frame(book_whole);
  REQUIRE(m.sink.lives == 1);
  m.sink.tops.clear();
  m.sink.snapshots.clear();
}

/// Changes of the top whose numbers are written into kept bytes, as a socket would fill a buffer.
struct top_frames {
  padded text{
      R"({"stream":"v1.mini.d","selector":"BTC_USDT_Perp@50","sequence_number":"100000000000","feed":{"event_time":"1767198266500017753","instrument":"BTC_USDT_Perp","best_bid_price":"87474.3","best_bid_size":"2.435","best_ask_size":"5.708"},"prev_sequence_number":"100000000000"})"};
  std::size_t at = text.bytes.find("100000000000");
  std::size_t previous_at = text.bytes.rfind("100000000000");
  std::uint64_t update = 100'000'000'000;
  void write(std::size_t where, std::uint64_t value) {
    for (int i = 11; i >= 0; --i, value /= 10)
      text.bytes[where + static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
  }
  std::string_view next() {
    write(previous_at, update);
    write(at, ++update);
    return text.view();
  }
};

/// Frames of every kind that both machines know.
std::vector<std::string> corpus() {
  top_frames tops;
  order_text filled;
  filled.status = "FILLED";
  filled.filled = "0.001";
  filled.average = "50000";
  return {
      std::string{tops.next()},
      R"({"stream":"v1.ticker.s","selector":"BTC_USDT_Perp@500","sequence_number":"0","feed":{"event_time":"1767199535382794823","mark_price":"87439.392166151","index_price":"87462.426721779","funding_rate":"0.01","funding_interval_hours":8,"next_funding_time":"1767225600000000000"},"prev_sequence_number":"0"})",
      R"({"stream":"v1.trade","selector":"BTC_USDT_Perp@50","sequence_number":"100000000001","feed":{"event_time":"1764779531332118705","is_taker_buyer":false,"size":"23.73","price":"3089.88","trade_id":"64796657-1"},"prev_sequence_number":"100000000000"})",
      R"({"stream":"v1.book.d","selector":"BTC_USDT_Perp@100","sequence_number":"100000000001","feed":{"event_time":"1","bids":[{"price":"88107.3","size":"5.322","num_orders":11}],"asks":[{"price":"88107.4","size":"0"}]},"prev_sequence_number":"100000000000"})",
      mini_whole,
      book_whole,
      filled.frame(1),
      fill_text{}.frame(1),
      R"({"stream":"v1.position","selector":"2147050003876484","sequence_number":"1","feed":{"event_time":"1","instrument":"BTC_USDT_Perp","size":"-0.002","entry_price":"90000.0","unrealized_pnl":"-0.183099"},"prev_sequence_number":"0"})",
      ack(1, "v1.order", {sub_account}),
      order_text{}.answer(),
      instruments(),
      R"({"result":{"event_time":"1764863116142428457","settle_currency":"USDT","unrealized_pnl":"-1.5","total_equity":"15.0","available_balance":"14.0"}})",
      "{\"result\":[" + fill_text{}.str() + "],\"next\":\"\"}",
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
    for (const auto& levels : {x.bids, x.asks})
      for (const auto& l : levels) {
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

void feed_everything(const std::string& bytes) {
  market_session m{all_streams()};
  make_live(m);
  m.frame(bytes);
  check_sane(m.sink);
  account_session a{settings_for({"BTC"})};
  a.connect();
  a.frame(bytes);
  a.timer(5);
  check_sane(a.sink);
  account_session b{settings_for({"BTC"})};
  b.connect();
  b.protocol.place(b.at(), an_order(), b.sink);
  b.answer("/full/v1/create_order", 200, bytes);
  b.timer(5);
  check_sane(b.sink);
  CHECK(b.sink.updates.size() == 1);
  account_session c{settings_for({"BTC"})};
  c.connect();
  c.protocol.query_open_orders(c.at(), c.sink);
  c.protocol.query_positions(c.at(), c.sink);
  c.protocol.query_balances(c.at(), c.sink);
  c.protocol.query_fills(c.at(), number(0), {}, c.sink);
  for (const auto* path : {"/full/v1/open_orders", "/full/v1/positions", "/full/v1/account_summary",
                           "/full/v1/fill_history"})
    c.answer(path, 200, bytes);
  check_sane(c.sink);
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
    if (whole.size() > 1500)
      continue;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      market_session m{all_streams()};
      make_live(m);
      m.frame(std::string_view{whole}.substr(0, size));
      CHECK(m.sink.fails.size() == 1);
      CHECK(m.sink.tops.size() + m.sink.trades.size() + m.sink.marks.size() + m.sink.deltas.size()
                + m.sink.snapshots.size()
            == 0);
      account_session a{settings_for({"BTC"})};
      a.connect();
      a.frame(std::string_view{whole}.substr(0, size));
      CHECK(a.sink.fails.size() == 1);
      CHECK(a.sink.fills.size() + a.sink.updates.size() + a.sink.positions.size() == 0);
    }
  }
}

TEST_CASE("damaged and random bytes never crash and never emit nonsense") {
  std::mt19937_64 random{20251231};
  const auto all = corpus();
  const std::string alphabet = R"({}[]":,\0123456789.-+eEnulltrue sbBaAupqTX)";
  for (int i = 0; i < 3000; ++i) {
    CAPTURE(i);
    auto bytes = all[random() % all.size()];
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

TEST_CASE("damaged answers to the start end the session and nothing else") {
  std::mt19937_64 random{7};
  const auto all = corpus();
  for (int i = 0; i < 500; ++i) {
    auto bytes = all[random() % all.size()];
    bytes[random() % bytes.size()] = static_cast<char>(random());
    for (int stage = 0; stage < 3; ++stage) {
      account_session s{settings_for({"BTC"})};
      s.start();
      if (stage == 0) {
        s.answer("/time", 200, bytes);
        continue;
      }
      s.give_time();
      if (stage == 1)
        s.give_login(cookie_value, "Thu, 01 Jan 2026 16:00:00 GMT", bytes);
      else {
        s.give_login();
        s.answer("/full/v1/instruments", 200, bytes);
      }
      CHECK(s.sink.fails.size() <= 1);
      CHECK(s.sink.lives == 0);
    }
  }
}

TEST_CASE("numbers beyond anything that is traded are refused, not computed with") {
  account_session s{settings_for({"PEPE"})};
  s.connect();
  fill_text text;
  text.instrument = "KPEPE_USDT_Perp";
  text.size = "100000000000000000000";
  s.frame(text.frame(1));
  CHECK(s.sink.fills.empty());
  CHECK(s.sink.fails.size() == 1);
}

TEST_CASE("hot paths allocate nothing once warm") {
  null_sink sink;
  event_time at{from_ms(start_ms), 1};
  SUBCASE("top of book") {
    market_session m{all_streams()};
    make_live(m);
    top_frames frames;
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
    account_session a{settings_for({"BTC"})};
    a.connect();
    const padded answer{order_text{}.answer()};
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

/// Run in a release build: test_grvt --no-skip -tc="speed*"
TEST_CASE("speed of the hot paths" * doctest::skip()) {
  null_sink sink;
  event_time at{from_ms(start_ms), 1};
  market_session m{all_streams()};
  make_live(m);
  top_frames frames;
  MESSAGE("top of book ns: " << nanoseconds_each(1'000'000, [&] {
            m.protocol.on(stream_frame{at, stream_id{0}, frame_kind::text, frames.next()}, sink);
          }));
  account_session a{settings_for({"BTC"})};
  a.connect();
  const auto order = an_order();
  MESSAGE("place ns: " << nanoseconds_each(20'000, [&] {
            a.protocol.place(at, order, sink);
            a.protocol.on(http_failed{at, sink.last, false, {}}, sink);
          }));
}
