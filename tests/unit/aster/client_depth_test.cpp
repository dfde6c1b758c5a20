#include "client_support.hpp"

#include <zlib.h>

#include <filesystem>
#include <map>

using namespace aster_client;

namespace {

session_settings with_depth() {
  auto s = settings_for({"BTC"});
  s.wants_depth = true;
  return s;
}

std::string diff(std::uint64_t first, std::uint64_t last, std::uint64_t previous,
                 std::string bids = R"([["0.0024","10"]])",
                 std::string asks = R"([["0.0026","100"]])") {
  return R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","U":)"
         + std::to_string(first) + R"(,"u":)" + std::to_string(last) + R"(,"pu":)"
         + std::to_string(previous) + R"(,"b":)" + bids + R"(,"a":)" + asks + "}}";
}

std::string snapshot(std::uint64_t id) {
  return R"({"lastUpdateId":)" + std::to_string(id)
         + R"(,"E":1589436922972,"T":1589436922959,"bids":[["4.00000000","431.00000000"]],"asks":[["4.00000200","12.00000000"]]})";
}

const std::string depth_path = "/fapi/v3/depth";

std::vector<std::uint64_t> sequences(const recorder& r) {
  std::vector<std::uint64_t> out;
  for (const auto& x : r.deltas)
    out.push_back(x.sequence);
  return out;
}

} // namespace

TEST_CASE("golden depth answer and depthUpdate") {
  market_session s{with_depth()};
  s.connect();
  CHECK(s.sink.opened.at(0)
        == "/stream?streams=btcusdt@bookTicker/btcusdt@markPrice@1s/btcusdt@depth@100ms");
  const auto call = s.take(depth_path);
  CHECK(call.target == "/fapi/v3/depth?symbol=BTCUSDT&limit=1000");
  s.answer(call, 200, snapshot(1027024));
  REQUIRE(s.sink.snapshots.size() == 1);
  const depth_snapshot expected{number(0), {{"4"_price, "431"_qty}}, {{"4.000002"_price, "12"_qty}},
                                1027024,   from_ms(1589436922959),   s.at().now};
  CHECK(s.sink.snapshots[0] == expected);
  s.frame(diff(1027020, 1027030, 1027019));
  REQUIRE(s.sink.deltas.size() == 1);
  const depth_delta change{number(0), {{"0.0024"_price, "10"_qty}}, {{"0.0026"_price, "100"_qty}},
                           1027030,   from_ms(123456788),           s.at().now};
  CHECK(s.sink.deltas[0] == change);
}

TEST_CASE(
    "diffs heard before the snapshot are kept, the old ones dropped, the rest applied in order") {
  market_session s{with_depth()};
  s.connect();
  s.frame(diff(90, 95, 89));
  s.frame(diff(96, 105, 95));
  s.frame(diff(106, 110, 105));
  CHECK(s.sink.deltas.empty());
  s.answer(depth_path, 200, snapshot(100));
  REQUIRE(s.sink.snapshots.size() == 1);
  CHECK(sequences(s.sink) == std::vector<std::uint64_t>{105, 110});
  s.frame(diff(111, 112, 110));
  CHECK(sequences(s.sink) == std::vector<std::uint64_t>{105, 110, 112});
  CHECK(s.sink.fails.empty());
}

TEST_CASE("a snapshot between two diffs is in sequence: nothing happened in between") {
  market_session s{with_depth()};
  s.connect();
  s.answer(depth_path, 200, snapshot(100));
  s.frame(diff(110, 115, 98));
  CHECK(sequences(s.sink) == std::vector<std::uint64_t>{115});
}

TEST_CASE("a snapshot older than the first diff is asked for again, and not for ever") {
  market_session s{with_depth()};
  s.connect();
  s.frame(diff(150, 160, 149));
  for (int i = 0; i < 4; ++i) {
    s.answer(depth_path, 200, snapshot(100));
    CHECK(s.sink.snapshots.empty());
  }
  SUBCASE("then a new one") {
    s.answer(depth_path, 200, snapshot(155));
    CHECK(s.sink.snapshots.size() == 1);
    CHECK(sequences(s.sink) == std::vector<std::uint64_t>{160});
  }
  SUBCASE("never") {
    s.answer(depth_path, 200, snapshot(100));
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
  }
}

TEST_CASE("a gap ends the session and nothing after it is emitted") {
  market_session s{with_depth()};
  s.connect();
  s.answer(depth_path, 200, snapshot(100));
  s.frame(diff(99, 105, 98));
  s.frame(diff(107, 110, 106));
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
  s.frame(diff(106, 111, 105));
  CHECK(sequences(s.sink) == std::vector<std::uint64_t>{105});
}

TEST_CASE("a gap among the kept diffs ends the session too") {
  market_session s{with_depth()};
  s.connect();
  s.frame(diff(96, 105, 95));
  s.frame(diff(107, 110, 106));
  s.answer(depth_path, 200, snapshot(100));
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
}

TEST_CASE("the same diff twice changes nothing") {
  market_session s{with_depth()};
  s.connect();
  s.answer(depth_path, 200, snapshot(100));
  s.frame(diff(99, 105, 98));
  s.frame(diff(99, 105, 98));
  CHECK(sequences(s.sink) == std::vector<std::uint64_t>{105});
  CHECK(s.sink.fails.empty());
}

TEST_CASE("live waits for the book") {
  market_session s{with_depth()};
  s.connect();
  s.answer(
      "/fapi/v3/ticker/bookTicker", 200,
      R"([{"symbol":"BTCUSDT","bidPrice":"4.00","bidQty":"431","askPrice":"4.01","askQty":"9","time":1}])");
  CHECK(s.sink.lives == 0);
  s.answer(depth_path, 200, snapshot(100));
  CHECK(s.sink.lives == 1);
}

TEST_CASE("a level that cannot be read is garbage, not a hole in the book") {
  market_session s{with_depth()};
  s.connect();
  s.answer(depth_path, 200, snapshot(100));
  SUBCASE("size below zero") { s.frame(diff(99, 105, 98, R"([["1","-1"]])")); }
  SUBCASE("three members") { s.frame(diff(99, 105, 98, R"([["1","1","1"]])")); }
  SUBCASE("one member") { s.frame(diff(99, 105, 98, R"([["1"]])")); }
  SUBCASE("a number") { s.frame(diff(99, 105, 98, R"([[1,"1"]])")); }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::garbage);
  CHECK(s.sink.deltas.empty());
}

TEST_CASE("six minutes of recorded BTCUSDT: no gap, and the rebuilt book never crosses") {
  const std::string path
      = std::string{ACTORBOT_SHARED} + "/data/binance-usdm/btcusdt-20240808.raw.gz";
  if (!std::filesystem::exists(path)) {
    MESSAGE("skipped: no recording at " << path);
    return;
  }
  auto settings = with_depth();
  market_session s{settings};
  s.connect();
  const auto call = s.take(depth_path);
  gzFile file = gzopen(path.c_str(), "rb");
  REQUIRE(file != nullptr);
  std::vector<char> line(1 << 20);
  std::map<price, quantity, std::greater<>> bids;
  std::map<price, quantity> asks;
  std::size_t tops = 0, deltas = 0, snapshots = 0, crossed = 0;
  while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
    std::string_view text{line.data()};
    text.remove_prefix(text.find(' ') + 1);
    while (text.ends_with('\n'))
      text.remove_suffix(1);
    s.elapsed += 1us;
    if (text.starts_with(R"({"lastUpdateId")"))
      s.answer(call, 200, text);
    else
      s.frame(text);
    REQUIRE(s.sink.fails.empty());
    const auto put = [](auto& book, const std::vector<level>& levels) {
      for (const auto& x : levels)
        if (x.size.is_zero())
          book.erase(x.at);
        else
          book[x.at] = x.size;
    };
    for (const auto& x : s.sink.snapshots) {
      put(bids, x.bids);
      put(asks, x.asks);
      ++snapshots;
    }
    for (const auto& x : s.sink.deltas) {
      put(bids, x.bids);
      put(asks, x.asks);
      ++deltas;
      REQUIRE_FALSE(bids.empty());
      REQUIRE_FALSE(asks.empty());
      if (bids.begin()->first >= asks.begin()->first)
        ++crossed;
    }
    tops += s.sink.tops.size();
    s.sink.snapshots.clear();
    s.sink.deltas.clear();
    s.sink.tops.clear();
  }
  gzclose(file);
  MESSAGE(tops << " tops, " << deltas << " deltas");
  CHECK(tops > 60'000);
  CHECK(deltas > 6'000);
  CHECK(snapshots == 1);
  CHECK(crossed == 0);
}
