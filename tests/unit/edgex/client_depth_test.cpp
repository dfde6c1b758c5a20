#include "market_frames.hpp"

using namespace edgex_client;

TEST_CASE("the real depth frames of the specification") {
  market_session s{everything({"BNB"})};
  s.connect();
  s.elapsed += 3s;
  s.frame(real_snapshot);
  REQUIRE(s.sink.snapshots.size() == 1);
  const auto& book = s.sink.snapshots[0];
  CHECK(book.instrument == number(0));
  CHECK(book.sequence == 90595447);
  CHECK(book.bids == std::vector<level>{{"600.97"_price, "14.26"_qty}});
  CHECK(book.asks == std::vector<level>{{"601.03"_price, "23.33"_qty}});
  CHECK(book.received == s.at().now);
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid == level{"600.97"_price, "14.26"_qty});
  CHECK(s.sink.tops[0].ask == level{"601.03"_price, "23.33"_qty});
  CHECK(s.sink.tops[0].sequence == 90595447);
  CHECK(s.sink.tops[0].received_ns == s.at().monotonic_ns);
  s.frame(real_change);
  REQUIRE(s.sink.deltas.size() == 1);
  CHECK(s.sink.deltas[0].sequence == 90595463);
  CHECK(s.sink.deltas[0].bids.empty());
  CHECK(s.sink.deltas[0].asks
        == std::vector<level>{{"601.03"_price, "23.33"_qty}, {"601.51"_price, "19.98"_qty}});
  CHECK(s.sink.tops.size() == 2);
  CHECK(s.sink.fails.empty());
}

TEST_CASE("depth: chain, repeats, gaps, resets and both forms of levels") {
  live_btc s;
  const auto change = [&](std::int64_t first, std::int64_t last, const json& bids, const json& asks,
                          std::string_view type = "CHANGED") {
    s.frame(quote("depth.10000001.15", depth(first, last, bids, asks, type)));
  };
  SUBCASE("in sequence") {
    change(11, 12, json::array({level_of("100.5", "3")}), json::array());
    REQUIRE(s.sink.tops.size() == 1);
    CHECK(s.sink.tops[0].bid == level{"100.5"_price, "3"_qty});
    CHECK(s.sink.deltas.empty()); // nobody asked for books
  }
  SUBCASE("an old change again is no news") {
    change(9, 10, json::array({level_of("100.5", "3")}), json::array());
    CHECK(s.sink.tops.empty());
  }
  SUBCASE("a change that overlaps misses nothing: sizes are absolute") {
    change(10, 12, json::array({level_of("100", "3")}), json::array());
    CHECK(s.sink.tops.size() == 1);
  }
  SUBCASE("a gap ends the session") {
    change(12, 13, json::array(), json::array());
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
    CHECK(s.sink.fails[0].text == "depth of BTCUSDT: the change starts at 12, the book is at 10");
    CHECK(s.sink.tops.empty());
    s.frame(real_change);
    CHECK(s.sink.fails.size() == 1);
  }
  SUBCASE("a new snapshot replaces the book, whatever its number") {
    change(1, 5, json::array({level_of("90", "1")}), json::array({level_of("91", "1")}),
           "Snapshot");
    REQUIRE(s.sink.tops.size() == 1);
    CHECK(s.sink.tops[0].bid == level{"90"_price, "1"_qty});
    change(6, 7, json::array({level_of("90", "0")}), json::array());
    CHECK_FALSE(s.sink.tops[1].bid.has_value()); // empty, not zero
  }
  SUBCASE("levels as arrays") {
    change(11, 11, json::array({json::array({"100.5", "3"})}), json::array());
    REQUIRE(s.sink.tops.size() == 1);
    CHECK(s.sink.tops[0].bid == level{"100.5"_price, "3"_qty});
  }
  SUBCASE("levels that make no sense end the session") {
    change(11, 11, json::array({json::array({"100.5"})}), json::array());
    CHECK(s.sink.fails.size() == 1);
  }
  SUBCASE("a price of zero ends the session") {
    change(11, 11, json::array({level_of("0", "1")}), json::array());
    CHECK(s.sink.fails.size() == 1);
  }
  SUBCASE("sides that cross within a frame end the session") {
    change(11, 11, json::array({level_of("105", "1")}), json::array({level_of("104", "1")}));
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::sequence_gap);
    CHECK(s.sink.tops.empty());
  }
  SUBCASE("an unknown depthType ends the session") {
    change(11, 11, json::array(), json::array(), "WHAT");
    CHECK(s.sink.fails.size() == 1);
  }
  SUBCASE("without depthType the frame's dataType decides") {
    auto row = depth(1, 5, json::array({level_of("90", "1")}), json::array({level_of("91", "1")}));
    row.erase("depthType");
    s.frame(quote("depth.10000001.15", row, "Snapshot"));
    CHECK(s.sink.tops.size() == 1);
  }
  SUBCASE("versions as numbers") {
    auto row = depth(11, 11, json::array({level_of("100.5", "3")}), json::array());
    row["startVersion"] = 11;
    row["endVersion"] = 12;
    row["contractId"] = 10000001;
    s.frame(quote("depth.10000001.15", row));
    REQUIRE(s.sink.tops.size() == 1);
    CHECK(s.sink.tops[0].sequence == 12);
  }
}

TEST_CASE("changes before the snapshot are not a book") {
  market_session s{settings_for({"BTC"})};
  s.connect();
  s.acknowledge_all();
  s.frame(
      quote("depth.10000001.15", depth(5, 6, json::array({level_of("100", "1")}), json::array())));
  CHECK(s.sink.tops.empty());
  CHECK(s.sink.lives == 0);
}

TEST_CASE("the removal of passed and of too deep levels reaches those who keep the book") {
  auto settings = settings_for({"BTC"});
  settings.wants_depth = true;
  live_btc s{settings};
  s.frame(quote("depth.10000001.200",
                depth(11, 11, json::array({level_of("101", "9")}), json::array())));
  REQUIRE(s.sink.deltas.size() == 1);
  CHECK(s.sink.deltas[0].bids == std::vector<level>{{"101"_price, "9"_qty}});
  CHECK(s.sink.deltas[0].asks == std::vector<level>{{"101"_price, quantity{}}});
  CHECK_FALSE(s.sink.tops.back().ask.has_value());
}
