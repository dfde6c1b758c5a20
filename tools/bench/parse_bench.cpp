// Nanoseconds of a venue's two machines: Aster's frames into messages, orders into signed requests
// and the answers back. No sockets, no actors.
#include "tools/bench/null_sinks.hpp"

#include "venues/aster/account.hpp"
#include "venues/aster/market_data.hpp"

#include <benchmark/benchmark.h>

#include <cstring>

namespace actorbot::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view exchange_info = R"({"timezone":"UTC","rateLimits":[],"symbols":[
{"symbol":"BTCUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":"BTC",
"quoteAsset":"USDT","filters":[
{"filterType":"PRICE_FILTER","minPrice":"0.1","maxPrice":"1000000","tickSize":"0.1"},
{"filterType":"LOT_SIZE","minQty":"0.001","maxQty":"1000","stepSize":"0.001"},
{"filterType":"MIN_NOTIONAL","notional":"5"}]}]})";

const instrument_id btc{venue_id{0}, 0};

/// Text with the readable bytes behind it that parsers may touch.
class padded {
 public:
  explicit padded(std::string_view text) : bytes_{text}, size_{text.size()} {
    bytes_.append(64, '\0');
  }
  std::string_view view() const { return {bytes_.data(), size_}; }
  char* data() { return bytes_.data(); }

 private:
  std::string bytes_;
  std::size_t size_;
};

venues::event_time at(std::int64_t ns) { return {timestamp{1'700'000'000s} + duration{ns}, ns}; }

venues::session_settings settings_of(std::string api) {
  venues::session_settings result;
  result.bot = 7;
  result.environment = "local";
  result.instruments.push_back({btc, "BTC"});
  result.parameters.set("api", std::move(api));
  result.parameters.set("api_key", std::string{"benchbench"});
  result.parameters.set("api_secret", std::string{"benchbenchbenchbenchbenchbenchbench"});
  result.parameters.set("user", std::string{"0x00000000000000000000000000000000000000b0"});
  result.parameters.set(
      "signer_key",
      std::string{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"});
  result.wants_depth = true;
  result.wants_trades = true;
  return result;
}

template <class Protocol, class Sink>
void answer(Protocol& protocol, Sink& sink, std::string_view body) {
  const padded text{body};
  protocol.on(venues::http_answer{at(1), sink.last_id, 200, {}, text.view()}, sink);
}

/// A market-data session whose stream is open and whose book has its snapshot.
struct market_session {
  venues::aster::market_data protocol{settings_of("v1")};
  null_market_sink sink;

  market_session() {
    protocol.on(venues::session_started{at(0)}, sink);
    answer(protocol, sink, exchange_info);
    protocol.on(venues::stream_opened{at(2), venues::stream_id{0}}, sink);
    answer(protocol, sink, R"({"lastUpdateId":1,"T":1700000000000,"bids":[],"asks":[]})");
  }
  void hear(std::string_view frame) {
    protocol.on(venues::stream_frame{at(3), venues::stream_id{0}, venues::frame_kind::text, frame},
                sink);
  }
};

/// An account session that is live.
struct account_session {
  venues::aster::account protocol;
  null_account_sink sink;

  explicit account_session(std::string api) : protocol{settings_of(std::move(api))} {
    protocol.on(venues::session_started{at(0)}, sink);
    answer(protocol, sink, R"({"serverTime":1700000000000})");
    answer(protocol, sink, exchange_info);
    answer(protocol, sink, R"({"dualSidePosition":false})");
    answer(protocol, sink, R"({"listenKey":"benchbenchbench"})");
    protocol.on(venues::stream_opened{at(2), venues::stream_id{0}}, sink);
    answer(protocol, sink, R"({"makerCommissionRate":"0.0001","takerCommissionRate":"0.00035"})");
  }
};

/// Writes a number with a fixed count of digits into a frame.
void put_number(char* to, std::size_t digits, std::uint64_t number) {
  for (std::size_t i = digits; i-- > 0; number /= 10)
    to[i] = static_cast<char>('0' + number % 10);
}

/// One frame again and again, with a new number at `mark` so that it is not taken for a repetition.
void hear_many(benchmark::State& state, std::string_view text, std::string_view mark) {
  market_session session;
  padded frame{text};
  auto* const number = frame.data() + text.find(mark);
  std::uint64_t next = 1'000'000'000;
  for (auto _ : state) {
    put_number(number, mark.size(), ++next);
    session.hear(frame.view());
  }
  if (!session.sink.failure.empty() || session.sink.emitted == 0)
    state.SkipWithError(("not read: " + session.sink.failure).c_str());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void aster_book_ticker(benchmark::State& state) {
  hear_many(state,
            R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":1000000000,)"
            R"("s":"BTCUSDT","b":"61800.2","B":"2.507","a":"61800.3","A":"2.510",)"
            R"("T":1700000000000,"E":1700000000001}})",
            "1000000000");
}
BENCHMARK(aster_book_ticker);

void aster_trade(benchmark::State& state) {
  hear_many(state,
            R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1700000000001,)"
            R"("s":"BTCUSDT","a":1000000000,"p":"61800.2","q":"0.100","f":100,"l":105,)"
            R"("T":1700000000000,"m":true}})",
            "1000000000");
}
BENCHMARK(aster_trade);

/// 25 levels a side, 1.3 kB: an ordinary diff.
void aster_depth(benchmark::State& state) {
  std::string text = R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate",)"
                     R"("E":1700000000001,"T":1700000000000,"s":"BTCUSDT","U":2000000000,)"
                     R"("u":1000000000,"pu":3000000000,"b":[)";
  const auto levels = [&text](int first, int step) {
    for (int i = 0; i < 25; ++i)
      text.append(i == 0 ? "" : ",")
          .append("[\"618")
          .append(std::to_string(first + step * i))
          .append(".2\",\"")
          .append(std::to_string(i))
          .append(".125\"]");
  };
  levels(50, -1);
  text += R"(],"a":[)";
  levels(51, 1);
  text += "]}}";
  market_session session;
  padded frame{text};
  auto* const number = frame.data() + text.find("1000000000");
  auto* const previous = frame.data() + text.find("3000000000");
  std::uint64_t last = 1; // of the snapshot
  std::uint64_t next = 1'000'000'000;
  for (auto _ : state) {
    put_number(previous, 10, last);
    // A number does not begin with a zero: the first diff reaches back to the snapshot.
    if (last == 1)
      std::memcpy(previous, "1         ", 10);
    put_number(number, 10, ++next);
    last = next;
    session.hear(frame.view());
  }
  if (!session.sink.failure.empty() || session.sink.emitted == 0)
    state.SkipWithError(("not read: " + session.sink.failure).c_str());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(aster_depth);

/// From the wish to the signed request; every order is answered, so that nothing piles up.
void place_and_answer(benchmark::State& state, const char* api) {
  account_session session{api};
  order_request order;
  order.instrument = btc;
  order.size = "0.001"_qty;
  order.limit_price = "61800.2"_price;
  order.post_only = true;
  order.id = {7, strategy_id{1}, 1, 1};
  const padded good{R"({"orderId":22542179,"symbol":"BTCUSDT","status":"NEW","clientOrderId":")"
                    + client_order_text(order.id)
                    + R"(","price":"61800.2","avgPrice":"0.00000","origQty":"0.001",)"
                      R"("executedQty":"0","cumQty":"0","cumQuote":"0","timeInForce":"GTX",)"
                      R"("type":"LIMIT","reduceOnly":false,"closePosition":false,"side":"BUY",)"
                      R"("positionSide":"BOTH","stopPrice":"0","workingType":"CONTRACT_PRICE",)"
                      R"("priceProtect":false,"origType":"LIMIT","updateTime":1566818724722})"};
  std::int64_t ns = 10;
  for (auto _ : state) {
    session.protocol.place(at(ns += 1000), order, session.sink);
    session.protocol.on(venues::http_answer{at(ns), session.sink.last_id, 200, {}, good.view()},
                        session.sink);
  }
  if (!session.sink.is_live || session.sink.emitted == 0 || !session.sink.failure.empty())
    state.SkipWithError(("not placed: " + session.sink.failure).c_str());
}

void aster_place_v1_and_answer(benchmark::State& state) { place_and_answer(state, "v1"); }
BENCHMARK(aster_place_v1_and_answer);

void aster_place_v3_and_answer(benchmark::State& state) { place_and_answer(state, "v3"); }
BENCHMARK(aster_place_v3_and_answer);

void aster_order_event(benchmark::State& state) {
  account_session session{"v1"};
  const padded frame{
      R"({"e":"ORDER_TRADE_UPDATE","E":1568879465651,"T":1568879465650,"o":{"s":"BTCUSDT","c":")"
      + client_order_text({7, strategy_id{1}, 1, 1})
      + R"(","S":"SELL","o":"LIMIT","f":"GTC","q":"0.001","p":"9910","ap":"0","sp":"0","x":"NEW",)"
        R"("X":"NEW","i":8886774,"l":"0","z":"0","L":"0","T":1568879465651,"t":0,"b":"0","a":"9.91",)"
        R"("m":false,"R":false,"wt":"CONTRACT_PRICE","ot":"LIMIT","ps":"BOTH","cp":false,)"
        R"("rp":"0"}})"};
  for (auto _ : state)
    session.protocol.on(
        venues::stream_frame{at(3), venues::stream_id{0}, venues::frame_kind::text, frame.view()},
        session.sink);
  if (session.sink.emitted == 0)
    state.SkipWithError("not read");
}
BENCHMARK(aster_order_event);

} // namespace
} // namespace actorbot::bench

BENCHMARK_MAIN();
