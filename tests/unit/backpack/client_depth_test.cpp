#include "client_support.hpp"

using namespace backpack_client;

namespace {

session_settings with_depth() {
  auto s = settings_for({"SOL"});
  s.wants_depth = true;
  return s;
}

std::string diff(std::uint64_t first, std::uint64_t last,
                 std::string asks = R"([["18.70","0.000"]])",
                 std::string bids = R"([["18.67","0.832"],["18.68","0.000"]])") {
  return R"({"stream":"depth.SOL_USDC_PERP","data":{"e":"depth","E":1694687965941000,"s":"SOL_USDC_PERP","a":)"
         + asks + R"(,"b":)" + bids + R"(,"U":)" + std::to_string(first) + R"(,"u":)"
         + std::to_string(last) + R"(,"T":1694687965940999}})";
}

std::string list(std::uint64_t id) {
  return R"({"asks":[["118318.3","0.00633"],["118319.0","0.2"]],"bids":[["1.0","0.38647"],["118318.2","1.00000"]],"lastUpdateId":")"
         + std::to_string(id) + R"(","timestamp":1753102447307501})";
}

const std::string depth_path = "/api/v1/depth";

std::vector<std::uint64_t> sequences(const recorder& r) {
  std::vector<std::uint64_t> out;
  for (const auto& x : r.deltas)
    out.push_back(x.sequence);
  return out;
}

using numbers = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("golden depth list: bids turned round, and golden diff with its removed levels") {
  market_session s{with_depth()};
  s.connect();
  s.answer(depth_path, 200, list(94978270));
  REQUIRE(s.sink.snapshots.size() == 1);
  const depth_snapshot expected{number(0),
                                {{"118318.2"_price, "1"_qty}, {"1"_price, "0.38647"_qty}},
                                {{"118318.3"_price, "0.00633"_qty}, {"118319"_price, "0.2"_qty}},
                                94978270,
                                from_us(1753102447307501),
                                s.at().now};
  CHECK(s.sink.snapshots[0] == expected);
  CHECK(s.sink.tops.at(0).bid == level{"118318.2"_price, "1"_qty});
  CHECK(s.sink.lives == 1);
  s.frame(diff(94978271, 94978271));
  REQUIRE(s.sink.deltas.size() == 1);
  const depth_delta change{number(0),
                           {{"18.67"_price, "0.832"_qty}, {"18.68"_price, quantity{}}},
                           {{"18.7"_price, quantity{}}},
                           94978271,
                           from_us(1694687965940999),
                           s.at().now};
  CHECK(s.sink.deltas[0] == change);
}

TEST_CASE("diffs heard before the list are kept, old ones dropped, the rest applied in order") {
  market_session s{with_depth()};
  s.connect();
  s.frame(diff(90, 95));
  s.frame(diff(96, 105));
  s.frame(diff(106, 110));
  CHECK(s.sink.deltas.empty());
  s.answer(depth_path, 200, list(100));
  REQUIRE(s.sink.snapshots.size() == 1);
  CHECK(sequences(s.sink) == numbers{105, 110});
  s.frame(diff(111, 112));
  s.frame(diff(111, 112)); // twice the same
  CHECK(sequences(s.sink) == numbers{105, 110, 112});
  CHECK(s.sink.fails.empty());
}

TEST_CASE("the first diff may begin right behind the list") {
  market_session s{with_depth()};
  s.connect();
  s.answer(depth_path, 200, list(100));
  s.frame(diff(101, 103));
  CHECK(sequences(s.sink) == numbers{103});
}

TEST_CASE("a list older than the first diff is asked for again by the timer, and not for ever") {
  for (const bool heard_before : {true, false})
    for (const bool new_one_comes : {true, false}) {
      CAPTURE(heard_before);
      CAPTURE(new_one_comes);
      market_session s{with_depth()};
      s.connect();
      if (heard_before)
        s.frame(diff(150, 160));
      s.answer(depth_path, 200, list(100));
      if (!heard_before)
        s.frame(diff(150, 160));
      CHECK(s.sink.deltas.empty());
      CHECK(s.sink.calls.empty()); // a cached list is not newer at once
      s.frame(diff(161, 165));
      for (int i = 0; i < (new_one_comes ? 0 : 4); ++i) {
        CHECK(s.sink.fails.empty());
        s.timer(0);
        s.answer(depth_path, 200, list(100));
      }
      if (new_one_comes) {
        s.timer(0);
        s.answer(depth_path, 200, list(155));
        CHECK(sequences(s.sink) == numbers{160, 165});
        CHECK(s.sink.snapshots.size() == 2);
        CHECK(s.sink.fails.empty());
      } else {
        REQUIRE(s.sink.fails.size() == 1);
        CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
      }
    }
}

TEST_CASE("a gap ends the session and nothing after it is emitted") {
  market_session s{with_depth()};
  s.connect();
  s.answer(depth_path, 200, list(100));
  s.frame(diff(99, 105));
  s.frame(diff(107, 110));
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
  s.frame(diff(106, 111));
  CHECK(sequences(s.sink) == numbers{105});
}

TEST_CASE("a gap among the kept diffs, and one that overlaps, end the session too") {
  for (const auto second : {std::uint64_t{107}, std::uint64_t{105}}) {
    market_session s{with_depth()};
    s.connect();
    s.frame(diff(96, 105));
    s.frame(diff(second, 110));
    s.answer(depth_path, 200, list(100));
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
  }
}

TEST_CASE("a list or diff that cannot be read ends the session") {
  market_session s{with_depth()};
  s.connect();
  SUBCASE("list") { s.answer(depth_path, 200, R"({"asks":[],"bids":[["1"]],"lastUpdateId":"1"})"); }
  SUBCASE("list without its number") { s.answer(depth_path, 200, R"({"asks":[],"bids":[]})"); }
  SUBCASE("diff") {
    s.answer(depth_path, 200, list(100));
    s.frame(diff(101, 102, R"([["18.70"]])"));
  }
  SUBCASE("diff that runs backwards") {
    s.answer(depth_path, 200, list(100));
    s.frame(diff(102, 101));
  }
  SUBCASE("negative size") {
    s.answer(depth_path, 200, list(100));
    s.frame(diff(101, 102, R"([["18.70","-1"]])"));
  }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::garbage);
  CHECK(s.sink.deltas.empty());
}
