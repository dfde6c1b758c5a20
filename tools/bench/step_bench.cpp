// Nanoseconds of the steps that every venue shares: decimals, hashes and signatures, the risk
// engine, the order table.
#include "actors/order_table.hpp"
#include "actors/risk_engine.hpp"
#include "venues/aster/signer.hpp"
#include "venues/crypto/hmac_sha256.hpp"
#include "venues/crypto/keccak256.hpp"

#include <benchmark/benchmark.h>

namespace actorbot::bench {
namespace {

using namespace std::chrono_literals;

const instrument_id btc{venue_id{0}, 0};
const timestamp start{1'700'000'000s};

// -- decimals ----------------------------------------------------------------------------------------

void decimal_parse(benchmark::State& state) {
  std::string_view text = "61800.25";
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(decimal::parse(text));
  }
}
BENCHMARK(decimal_parse);

void decimal_format(benchmark::State& state) {
  auto x = "61800.25"_d;
  char text[decimal::max_chars];
  for (auto _ : state) {
    benchmark::DoNotOptimize(x);
    benchmark::DoNotOptimize(x.to_chars(text));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(decimal_format);

void decimal_multiply(benchmark::State& state) {
  auto a = "61800.25"_d, b = "0.015"_d;
  for (auto _ : state) {
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(b);
    benchmark::DoNotOptimize(a * b);
  }
}
BENCHMARK(decimal_multiply);

void decimal_divide(benchmark::State& state) {
  auto a = "123600.55"_d;
  for (auto _ : state) {
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(decimal::divide(a, 2));
  }
}
BENCHMARK(decimal_divide);

void decimal_round_to(benchmark::State& state) {
  auto a = "61800.25"_d, tick = "0.1"_d;
  for (auto _ : state) {
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(a.round_to(tick, rounding::half_even));
  }
}
BENCHMARK(decimal_round_to);

// -- hashes and signatures ---------------------------------------------------------------------------

const std::string parameters
    = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.001&price=61800.2&timeInForce=GTX"
      "&newClientOrderId=ab-7-1-1-1&nonce=1700000000000000"
      "&user=0x00000000000000000000000000000000000000b0"
      "&signer=0x00000000000000000000000000000000000000b0";

void keccak_of_an_order(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(crypto::keccak256(parameters));
}
BENCHMARK(keccak_of_an_order);

void hmac_of_an_order(benchmark::State& state) {
  crypto::hmac_sha256 hmac{std::string_view{"benchbenchbenchbenchbenchbenchbench"}};
  for (auto _ : state)
    benchmark::DoNotOptimize(hmac.sign(parameters));
}
BENCHMARK(hmac_of_an_order);

void eip712_of_an_order(benchmark::State& state) {
  std::string error;
  auto key = crypto::private_key::parse(
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", error);
  const venues::aster::agent_signer signer{std::move(*key), venues::aster::mainnet_chain_id};
  venues::aster::signature_text text;
  for (auto _ : state) {
    signer.sign(parameters, text);
    benchmark::DoNotOptimize(text);
  }
}
BENCHMARK(eip712_of_an_order);

// -- risk and the order table ------------------------------------------------------------------------

order_request order_number(std::uint64_t n) {
  order_request result;
  result.id = {7, strategy_id{1}, 1, n};
  result.instrument = btc;
  result.size = "0.001"_qty;
  const auto tenths = 500'000 + static_cast<std::int64_t>(n % 1000);
  result.limit_price = price{decimal::from_parts(tenths, -1)};
  result.post_only = true;
  return result;
}

order_update ended(const order_request& order, timestamp time) {
  order_update result;
  result.id = order.id;
  result.instrument = order.instrument;
  result.size = order.size;
  result.limit_price = order.limit_price;
  result.state = order_state::expired;
  result.source = evidence::stream;
  result.time = time;
  return result;
}

/// One check, with `range(0)` orders a second before it (they are in the duplicate window and in
/// the rate) and ten open orders.
void risk_check(benchmark::State& state) {
  risk_limits limits;
  limits.max_order_notional = "1000000"_d;
  limits.max_position_notional = "1000000000"_d;
  limits.max_gross_exposure = "1000000000"_d;
  limits.max_open_orders = 100'000;
  limits.max_orders_per_second = 1'000'000;
  limits.max_fills = 1'000'000;
  limits.price_collar = "1"_d;
  risk_engine engine{limits};
  instrument rules;
  rules.id = btc;
  rules.tick = "0.1"_d;
  rules.lot = "0.001"_d;
  rules.min_quantity = "0.001"_qty;
  rules.min_notional = 5;
  rules.trading = true;
  engine.on(rules);
  account_view view;
  view.state = venue_state::live;
  view.time = start + 24h; // never stale
  engine.rebuild(view);
  top_of_book top;
  top.instrument = btc;
  top.bid = level{"50000"_price, "1"_qty};
  top.ask = level{"50000.1"_price, "1"_qty};
  const duration apart{1'000'000'000 / state.range(0)};
  auto now = start;
  std::uint64_t n = 0;
  std::uint64_t denied = 0;
  for (auto _ : state) {
    now += apart;
    top.received = now;
    engine.on(top);
    denied += engine.check(order_number(++n), now).denial ? 1 : 0;
    if (n > 10)
      engine.on(ended(order_number(n - 10), now));
  }
  if (denied != 0)
    state.SkipWithError("orders were denied");
}
BENCHMARK(risk_check)->Arg(10)->Arg(100)->Arg(500);

/// Added, acknowledged, confirmed, ended; ten others are open.
void order_table_life(benchmark::State& state) {
  order_table table;
  std::uint64_t n = 0;
  for (; n < 10; ++n)
    table.add(order_number(n), start);
  for (auto _ : state) {
    const auto order = order_number(n++);
    table.add(order, start);
    auto update = ended(order, start);
    update.state = order_state::open;
    update.source = evidence::answer;
    update.venue_order_id = "22542179";
    benchmark::DoNotOptimize(table.apply(update, start));
    update.source = evidence::stream;
    benchmark::DoNotOptimize(table.apply(update, start));
    update.state = order_state::expired;
    benchmark::DoNotOptimize(table.apply(update, start));
  }
}
BENCHMARK(order_table_life)->Iterations(200'000);

} // namespace
} // namespace actorbot::bench
