#include "venues/exchange/synthetic.hpp"

#include "rig.hpp"
#include "tally.hpp"

#include <doctest/doctest.h>

using namespace actorbot;
using namespace actorbot::exchange;
using namespace actorbot::exchange::test;

namespace {

synthetic_options made(std::uint64_t seed) {
  synthetic_options o;
  o.seed = seed;
  o.start = at_ms(0);
  o.start_price = "60000"_price;
  o.tick = "0.1"_d;
  o.lot = "0.001"_d;
  o.level_size = 2;
  return o;
}

} // namespace

TEST_CASE("a made market is the same for a seed and looks like a market") {
  const auto play = [](std::uint64_t seed) {
    const auto feed = make_synthetic(made(seed));
    tally t;
    feed_event e;
    std::size_t prices = 0, rates = 0, trades = 0, bursts = 0;
    decimal low = 1'000'000, high, widest;
    timestamp last_trade, last = at_ms(0);
    std::string text;
    while (*feed->next_time() < at_ms(3'600'000)) {
      e.clear();
      feed->pop(e);
      if (e.time < last)
        FAIL("time went back");
      last = e.time;
      if (e.what == feed_event::kind::prices) {
        ++prices;
        CHECK(e.mark.is_positive());
        CHECK((e.mark - e.index).abs() < e.index * "0.01"_d);
        text += to_string(e.mark) + to_string(e.index);
      } else if (e.what == feed_event::kind::funding) {
        ++rates;
        CHECK(e.rate.abs() <= "0.00075"_d);
      } else {
        if (e.what == feed_event::kind::trade) {
          ++trades;
          bursts += e.time - last_trade <= std::chrono::milliseconds{200} ? 1 : 0;
          last_trade = e.time;
          if (!e.size.is_positive())
            FAIL("a trade of nothing");
        }
        t.add(e);
        const auto bid = t.bids.rbegin()->first, ask = t.asks.begin()->first;
        low = std::min(low, bid);
        high = std::max(high, ask);
        widest = std::max(widest, ask - bid);
        if (t.bids.size() != 20 || t.asks.size() != 20)
          FAIL("a level is missing");
      }
    }
    CHECK(t.crossed == 0);
    CHECK(prices == 3600);
    CHECK(rates == 60);
    CHECK(trades > 3600);
    CHECK(bursts * 3 > trades); // clustered: far more than evenly spread trades would give
    CHECK(high - low > 60);     // it moves, by more than 10 bps in an hour ...
    CHECK(high - low < 12000);  // ... and not absurdly
    CHECK(widest < 10);
    text += to_string(t.volume) + to_string(t.turnover);
    return text;
  };
  const auto a = play(1);
  CHECK(a == play(1));
  CHECK(a != play(2));
}
