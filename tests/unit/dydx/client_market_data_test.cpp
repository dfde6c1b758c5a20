#include "client_support.hpp"

using namespace dydx_client;

namespace {

session_settings with_everything(std::vector<std::string> tickers) {
  auto s = settings_for(std::move(tickers));
  s.wants_depth = s.wants_trades = s.wants_funding = true;
  return s;
}

maybe_level at(std::string_view p, std::string_view size) {
  return level{price{decimal::parse(p).value()}, quantity{decimal::parse(size).value()}};
}

} // namespace

TEST_CASE("instruments come from perpetualMarkets in exact steps") {
  market_session s{settings_for({"BTC", "SOL-USD", "PEPE"})};
  s.start();
  s.answer("/v4/perpetualMarkets", 200, markets());
  REQUIRE(s.sink.instruments.size() == 3);
  const auto& btc = s.sink.instruments[0];
  CHECK(btc.id == number(0));
  CHECK(btc.ticker == "BTC");
  CHECK(btc.symbol == "BTC-USD");
  CHECK(btc.quote == "USDC");
  CHECK(btc.tick == "1"_d);
  CHECK(btc.lot == "0.0001"_d);
  CHECK(btc.min_quantity == "0.0001"_qty);
  CHECK(btc.max_leverage == 50);
  CHECK(btc.taker_fee == "0.0005"_d);
  CHECK(btc.trading);
  CHECK(s.sink.instruments[1].symbol == "SOL-USD");
  CHECK_FALSE(s.sink.instruments[1].trading); // CANCEL_ONLY
  CHECK(s.sink.instruments[2].tick == "0.0000000001"_d);
  CHECK(s.sink.instruments[2].lot == "10000000"_d);
  CHECK(s.sink.opened == std::vector<std::string>{"/v4/ws"});
}

TEST_CASE("a ticker that is not listed is the configuration's fault, an unreadable list is not") {
  market_session s{settings_for({"BTC", "NOPE"})};
  s.start();
  SUBCASE("unknown") {
    s.answer("/v4/perpetualMarkets", 200, markets());
    REQUIRE(s.sink.fails.size() == 1);
    CHECK(s.sink.fails[0].reason == session_end::configuration);
    CHECK(s.sink.fails[0].text.find("NOPE") != std::string::npos);
  }
  SUBCASE("no list") {
    s.answer("/v4/perpetualMarkets", 200, "{}");
    CHECK(s.sink.fails.at(0).reason == session_end::garbage);
  }
  SUBCASE("no JSON") {
    s.answer("/v4/perpetualMarkets", 200, "<html>");
    CHECK(s.sink.fails.at(0).reason == session_end::garbage);
  }
  SUBCASE("too many requests") {
    s.answer("/v4/perpetualMarkets", 429, R"({"errors":[{"msg":"Too many requests"}]})");
    CHECK(s.sink.fails.at(0).reason == session_end::rate_limited);
  }
  SUBCASE("barred region") {
    s.answer("/v4/perpetualMarkets", 403, R"({"errors":[{"code":"GEOBLOCKED","msg":"no"}]})");
    CHECK(s.sink.fails.at(0).reason == session_end::configuration);
  }
  SUBCASE("server error") {
    s.answer("/v4/perpetualMarkets", 500, R"({"errors":[{"msg":"Internal Server Error"}]})");
    CHECK(s.sink.fails.at(0).reason == session_end::maintenance);
  }
  SUBCASE("no answer") {
    s.lose("/v4/perpetualMarkets", true);
    CHECK(s.sink.fails.at(0).reason == session_end::closed);
  }
  CHECK(s.sink.opened.empty());
}

TEST_CASE("two tickers of one market are refused") {
  market_session s{settings_for({"BTC", "BTC-USD"})};
  s.start();
  s.answer("/v4/perpetualMarkets", 200, markets());
  CHECK(s.sink.fails.at(0).reason == session_end::configuration);
}

TEST_CASE("live needs the markets and a book of each market that trades") {
  market_session s{settings_for({"BTC", "ETH", "SOL"})};
  s.connect();
  std::vector<std::string> asked;
  for (const auto& [stream, text] : s.sink.sent)
    asked.push_back(text);
  CHECK(asked
        == std::vector<std::string>{
            R"({"type":"subscribe","channel":"v4_markets"})",
            R"({"type":"subscribe","channel":"v4_block_height"})",
            R"({"type":"subscribe","channel":"v4_orderbook","id":"BTC-USD"})",
            R"({"type":"subscribe","channel":"v4_orderbook","id":"ETH-USD"})",
        });
  s.markets_channel();
  s.book("BTC-USD", btc_book);
  CHECK(s.sink.lives == 0);
  s.book("ETH-USD", R"({"bids":[],"asks":[]})");
  CHECK(s.sink.lives == 1);
  REQUIRE(s.sink.tops.size() == 2);
  CHECK(s.sink.tops[0].bid == at("89947", "0.0002"));
  CHECK(s.sink.tops[0].ask == at("89958", "0.1177"));
  CHECK(s.sink.tops[0].received == s.at().now);
  CHECK(s.sink.tops[0].received_ns == s.at().monotonic_ns);
  CHECK_FALSE(s.sink.tops[1].bid);
  CHECK_FALSE(s.sink.tops[1].ask);
  CHECK(s.sink.snapshots.empty()); // not asked for
}

TEST_CASE("tops follow the book and are told when they change") {
  market_session s{with_everything({"BTC"})};
  s.connect();
  s.markets_channel();
  s.book("BTC-USD", btc_book);
  REQUIRE(s.sink.snapshots.size() == 1);
  CHECK(s.sink.snapshots[0].bids.size() == 2);
  CHECK(s.sink.snapshots[0].asks[0].at == "89958"_price);
  s.sink.tops.clear();
  s.update("BTC-USD", R"({"bids":[["89940","7"]]})"); // below the best
  CHECK(s.sink.tops.empty());
  CHECK(s.sink.deltas.size() == 1);
  s.update("BTC-USD", R"({"bids":[["89947","0.5"]]})");
  REQUIRE(s.sink.tops.size() == 1);
  CHECK(s.sink.tops[0].bid == at("89947", "0.5"));
  s.update("BTC-USD", R"({"bids":[["89947","0.0"]]})");
  CHECK(s.sink.tops.back().bid == at("89946", "1"));
  CHECK(s.sink.deltas.back().bids == std::vector<level>{{"89947"_price, {}}});
}

TEST_CASE("a crossing update takes the older level with it, in the delta too") {
  market_session s{with_everything({"BTC"})};
  s.connect();
  s.markets_channel();
  s.book("BTC-USD", btc_book);
  s.update("BTC-USD", R"({"bids":[["89958","3"]]})");
  CHECK(s.sink.tops.back().bid == at("89958", "3"));
  CHECK(s.sink.tops.back().ask == at("89960", "2"));
  REQUIRE(s.sink.deltas.size() == 1);
  CHECK(s.sink.deltas[0].bids == std::vector<level>{{"89958"_price, "3"_qty}});
  CHECK(s.sink.deltas[0].asks == std::vector<level>{{"89958"_price, {}}});
  CHECK(s.sink.deltas[0].sequence == s.next - 1);
}

TEST_CASE("a batch is applied in its order") {
  market_session s{settings_for({"BTC"})};
  s.connect();
  s.markets_channel();
  s.book("BTC-USD", btc_book);
  s.message("\"type\":\"channel_batch_data\",\"channel\":\"v4_orderbook\",\"id\":\"BTC-USD\","
            "\"version\":\"1.0.0\",\"contents\":[{\"asks\":[[\"89958\",\"0\"]]},"
            "{\"asks\":[[\"89957\",\"0.3\"]]}]");
  CHECK(s.sink.tops.back().ask == at("89957", "0.3"));
}

TEST_CASE("each book is asked for anew in turn, and nothing of the old one counts") {
  market_session s{with_everything({"BTC", "ETH"})};
  s.connect();
  s.markets_channel();
  s.book("BTC-USD", btc_book);
  s.book("ETH-USD", R"({"bids":[{"price":"3100","size":"1"}],"asks":[]})");
  CHECK(s.sink.timers.at(1) == 150s);
  s.sink.sent.clear();
  s.sink.tops.clear();
  s.sink.snapshots.clear();
  s.timer(1);
  REQUIRE(s.sink.sent.size() == 2);
  CHECK(s.sink.sent[0].second
        == R"({"type":"unsubscribe","channel":"v4_orderbook","id":"BTC-USD"})");
  CHECK(s.sink.sent[1].second == R"({"type":"subscribe","channel":"v4_orderbook","id":"BTC-USD"})");
  s.message(R"("type":"unsubscribed","channel":"v4_orderbook","id":"BTC-USD")");
  s.update("BTC-USD", R"({"bids":[["89950","1"]]})");
  CHECK(s.sink.tops.empty());
  s.book("BTC-USD", R"({"bids":[{"price":"89947","size":"0.0002"}],"asks":[]})");
  CHECK(s.sink.snapshots.size() == 1);
  REQUIRE(s.sink.tops.size() == 1);
  CHECK_FALSE(s.sink.tops[0].ask);
  s.timer(1);
  CHECK(s.sink.sent.back().second
        == R"({"type":"subscribe","channel":"v4_orderbook","id":"ETH-USD"})");
  CHECK(s.sink.fails.empty());
}

TEST_CASE("trades: the history of the snapshot is no news, a repeated id neither") {
  market_session s{with_everything({"BTC"})};
  s.connect();
  s.subscribed(
      "v4_trades", "BTC-USD",
      R"({"trades":[{"id":"03f89a550000000200000002","side":"BUY","size":"0.0001",)"
      R"("price":"89942","type":"LIMIT","createdAt":"2025-12-08T16:11:30.590Z","createdAtHeight":"66624085"}]})");
  CHECK(s.sink.trades.empty());
  const auto* const update
      = R"({"trades":[{"id":"03f89a560000000200000005","size":"0.01","price":"89950","side":"SELL",)"
        R"("createdAt":"2025-12-08T16:12:00.590Z","type":"LIMIT"},{"id":"03f89a560000000200000002",)"
        R"("size":"0.02","price":"89949","side":"BUY","createdAt":"2025-12-08T16:12:00.590Z","type":"LIMIT"},)"
        R"({"id":"03f89a550000000200000002","size":"1","price":"1","side":"BUY","createdAt":"2025-12-08T16:12:00.590Z","type":"LIMIT"}]})";
  s.data("v4_trades", "BTC-USD", update);
  REQUIRE(s.sink.trades.size() == 2);
  CHECK(s.sink.trades[0].trade_id == "03f89a560000000200000005");
  CHECK(s.sink.trades[0].aggressor == side::sell);
  CHECK(s.sink.trades[0].at == "89950"_price);
  CHECK(s.sink.trades[0].time == from_ms(1'765'210'320'590));
  CHECK(s.sink.trades[1].aggressor == side::buy);
  s.data("v4_trades", "BTC-USD", update);
  CHECK(s.sink.trades.size() == 2);
}

TEST_CASE("the oracle price is mark and index; rates are hourly and may have twenty decimals") {
  market_session s{with_everything({"BTC", "SOL"})};
  s.connect();
  s.markets_channel();
  REQUIRE(s.sink.marks.size() == 1); // SOL has none yet
  CHECK(s.sink.marks[0].mark == "89919.2"_price);
  CHECK(s.sink.marks[0].index == "89919.2"_price);
  REQUIRE(s.sink.rates.size() == 2);
  CHECK(s.sink.rates[1].rate.is_zero()); // SOL's
  CHECK(s.sink.rates[0].rate == "0.000002545454545454"_d);
  CHECK(s.sink.rates[0].interval == 1h);
  CHECK(s.sink.rates[0].next == from_ms(1'765'213'200'000)); // 17:00
  s.data(
      "v4_markets", {},
      R"({"oraclePrices":{"BTC-USD":{"oraclePrice":"89921.5","effectiveAt":"2025-12-08T16:12:01.100Z","effectiveAtHeight":"66624134","marketId":0}}})");
  CHECK(s.sink.marks.back().mark == "89921.5"_price);
  CHECK(s.sink.marks.back().time == from_ms(1'765'210'321'100));
  CHECK(s.sink.rates.size() == 2);
  s.data(
      "v4_markets", {},
      R"({"trading":{"BTC-USD":{"nextFundingRate":"0.0000025","openInterest":"381.9","trades24H":63070}}})");
  CHECK(s.sink.rates.back().rate == "0.0000025"_d);
  CHECK(s.sink.marks.size() == 2);
}

TEST_CASE("a market that is paused is said so, one that opens gets its book") {
  market_session s{settings_for({"BTC", "SOL"})};
  s.connect();
  s.markets_channel();
  s.book("BTC-USD", btc_book);
  CHECK(s.sink.lives == 1); // SOL takes no orders: nothing to wait for
  s.sink.instruments.clear();
  s.sink.sent.clear();
  s.data("v4_markets", {}, R"({"trading":{"BTC-USD":{"status":"PAUSED"}}})");
  REQUIRE(s.sink.instruments.size() == 1);
  CHECK_FALSE(s.sink.instruments[0].trading);
  s.data("v4_markets", {}, R"({"trading":{"SOL-USD":{"status":"ACTIVE"}}})");
  REQUIRE(s.sink.instruments.size() == 2);
  CHECK(s.sink.instruments[1].trading);
  REQUIRE(s.sink.sent.size() == 1);
  CHECK(s.sink.sent[0].second == R"({"type":"subscribe","channel":"v4_orderbook","id":"SOL-USD"})");
}

TEST_CASE("no new block for 15 s ends the session, whatever else is said") {
  market_session s{settings_for({"BTC"})};
  s.connect();
  s.markets_channel();
  s.book("BTC-USD", btc_book);
  s.subscribed("v4_block_height", "v4_block_height",
               R"({"height":"66624132","time":"2025-12-08T16:11:59.450Z"})");
  s.elapsed = 14s;
  s.data("v4_block_height", "v4_block_height",
         R"({"blockHeight":"66624133","time":"2025-12-08T16:12:01.100Z"})");
  s.elapsed = 28s;
  s.data("v4_block_height", "v4_block_height",
         R"({"blockHeight":"66624133","time":"2025-12-08T16:12:01.100Z"})");
  s.timer(0);
  CHECK(s.sink.fails.empty());
  s.elapsed = 30s;
  s.update("BTC-USD", R"({"bids":[["89947","0.5"]]})");
  s.timer(0);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::silent);
}

TEST_CASE("a session that does not become live in 20 s ends") {
  market_session s{settings_for({"BTC"})};
  s.start();
  s.elapsed = 20s;
  s.timer(0);
  CHECK(s.sink.fails.empty());
  s.elapsed = 21s;
  s.timer(0);
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == session_end::silent);
}

TEST_CASE("what ends a market session at once") {
  market_session s{settings_for({"BTC"})};
  s.connect();
  s.markets_channel();
  s.book("BTC-USD", btc_book);
  auto expected = session_end::garbage;
  SUBCASE("a lost message") {
    ++s.next;
    ++s.next;
    ++s.next;
    s.update("BTC-USD", R"({"bids":[["89947","0.5"]]})");
    expected = session_end::sequence_gap;
  }
  SUBCASE("a refused subscription") {
    s.message(
        R"("type":"error","message":"Internal error, could not fetch data for subscription: v4_orderbook.")");
    expected = session_end::closed;
  }
  SUBCASE("an unreadable level") { s.update("BTC-USD", R"({"bids":[["89947"]]})"); }
  SUBCASE("a negative size") { s.update("BTC-USD", R"({"bids":[["89947","-1"]]})"); }
  SUBCASE("a level with a third member") { s.update("BTC-USD", R"({"bids":[["1","2","3"]]})"); }
  SUBCASE("no price") { s.update("BTC-USD", R"({"asks":[["0","1"]]})"); }
  SUBCASE("a list where an object belongs") { s.update("BTC-USD", "[]"); }
  SUBCASE("an unreadable block") { s.data("v4_block_height", "v4_block_height", "{}"); }
  SUBCASE("no JSON") { s.frame("{\"type\":"); }
  SUBCASE("binary") { s.frame("{}", frame_kind::binary); }
  SUBCASE("the stream's end") {
    s.protocol.on(stream_closed{s.at(), stream_id{0}, "gone"}, s.sink);
    expected = session_end::closed;
  }
  REQUIRE(s.sink.fails.size() == 1);
  CHECK(s.sink.fails[0].reason == expected);
  const auto tops = s.sink.tops.size();
  s.update("BTC-USD", R"({"bids":[["89947","0.5"]]})");
  s.timer(0);
  CHECK(s.sink.tops.size() == tops);
  CHECK(s.sink.fails.size() == 1);
}
