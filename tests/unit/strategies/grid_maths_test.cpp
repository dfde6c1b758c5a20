#include "grid_bench.hpp"

#include "strategies/grid_cooldown.hpp"
#include "strategies/grid_prices.hpp"

using namespace actorbot;
using namespace actorbot::strategies;
using namespace actorbot::strategies::test;

namespace {

top_of_book book(std::string_view bid, std::string_view ask) {
  top_of_book b;
  b.bid = level{price{*decimal::parse(bid)}, "1"_qty};
  b.ask = level{price{*decimal::parse(ask)}, "1"_qty};
  return b;
}

duration wait_of(entry_pacer& pacer, std::int64_t n, timestamp now) {
  const auto same = [](duration d) { return d; };
  const auto look = pacer.look(n, 25, same, 35s, now);
  CHECK_FALSE(look.enter);
  return look.again;
}

} // namespace

TEST_CASE("cool-down: the worked values for 25 orders and 35 s") {
  for (std::int64_t n = 0; n <= 25; ++n) {
    CAPTURE(n);
    const auto c = cooldown(n, 25, 35s);
    if (n <= 4)
      CHECK(c == 8750ms);
    else if (n <= 8)
      CHECK(c == 17500ms);
    else if (n <= 16)
      CHECK(c == 35s);
    else if (n <= 24)
      CHECK(c == 70s);
    else
      CHECK_FALSE(c.has_value());
  }
}

TEST_CASE("cool-down: the worked values for 40 orders and 450 s") {
  for (std::int64_t n = 0; n <= 41; ++n) {
    CAPTURE(n);
    const auto c = cooldown(n, 40, 450s);
    if (n <= 6)
      CHECK(c == 112500ms);
    else if (n <= 13)
      CHECK(c == 225s);
    else if (n <= 26)
      CHECK(c == 450s);
    else if (n <= 39)
      CHECK(c == 900s);
    else
      CHECK_FALSE(c.has_value());
  }
}

TEST_CASE("pacer: a restart with resting orders waits first; longer than the cool-down is meant") {
  entry_pacer pacer;
  const auto t = from_ms(1'000'000);
  CHECK(wait_of(pacer, 5, t) == 17500ms + 1ns);
  CHECK(pacer.last_entry == t);
  CHECK(wait_of(pacer, 5, t + 17500ms) == 1ns);
  const auto same = [](duration d) { return d; };
  CHECK(pacer.look(5, 25, same, 35s, t + 17500ms + 1ns).enter);
}

TEST_CASE("pacer: a close order that went away frees a slot at once, but only once") {
  entry_pacer pacer;
  const auto t = from_ms(1'000'000);
  const auto same = [](duration d) { return d; };
  pacer.last_entry = t;
  pacer.last_orders = 6;
  CHECK(pacer.look(5, 25, same, 35s, t + 1s).enter);
  CHECK(wait_of(pacer, 5, t + 1s) == 16500ms + 1ns);
}

TEST_CASE("pacer: an entry that ended without a close order is tried again at once") {
  entry_pacer pacer;
  const auto t = from_ms(1'000'000);
  const auto same = [](duration d) { return d; };
  pacer.last_entry = t;
  pacer.last_orders = 5;
  pacer.entry_ended();
  CHECK(pacer.look(5, 25, same, 35s, t + 1s).enter);
  pacer.entry_ended();
  CHECK(wait_of(pacer, 6, t + 1s) > 0s);
}

TEST_CASE("pacer: a full grid waits for an order to go, however long") {
  entry_pacer pacer;
  const auto same = [](duration d) { return d; };
  pacer.last_orders = 26;
  const auto look = pacer.look(25, 25, same, 35s, from_ms(1'000'000'000));
  CHECK_FALSE(look.enter);
  CHECK(look.again == 0s);
}

TEST_CASE("random variation stays in its range and reaches both ends") {
  CHECK(uniform_variation(0, "0.5"_d) == "-0.5"_d);
  CHECK(uniform_variation(1'000'000, "0.5"_d) == "0"_d);
  CHECK(uniform_variation(2'000'000, "0.5"_d) == "0.5"_d);
  CHECK(uniform_variation(2'000'001, "0.5"_d) == "-0.5"_d);
  CHECK(varied_cooldown(35s, "0.5"_d) == 52500ms);
  CHECK(varied_cooldown(35s, "-0.5"_d) == 17500ms);
  CHECK(varied_cooldown(1s, "-0.5"_d) == 1s);
}

TEST_CASE("grid step: the worked values") {
  const auto b = book("61995", "62005");
  const auto tp = "0.00008"_d, g = "0.0006"_d;
  CHECK_FALSE(grid_step_met(side::buy, "62047.1"_price, b, tp, g));
  CHECK(grid_step_met(side::buy, "62047.2"_price, b, tp, g));
  CHECK_FALSE(grid_step_met(side::buy, "62047.16637624"_price, b, tp, g));
  CHECK(grid_step_met(side::buy, "62047.16637625"_price, b, tp, g));
  CHECK(grid_step_met(side::sell, "61952.8"_price, b, tp, g));
  CHECK_FALSE(grid_step_met(side::sell, "61952.9"_price, b, tp, g));
}

TEST_CASE("grid step: off at -100%, met without close orders, not met on a book one cannot use") {
  const auto b = book("61995", "62005");
  CHECK(grid_step_met(side::buy, "0.1"_price, b, "0.00008"_d, -1));
  CHECK(grid_step_met(side::sell, "999999"_price, b, "0.00008"_d, -1));
  CHECK(grid_step_met(side::buy, std::nullopt, b, "0.00008"_d, "0.5"_d));
  CHECK_FALSE(grid_step_met(side::buy, "99999"_price, book("62005", "62005"), "0.00008"_d, -1));
  auto one_sided = b;
  one_sided.bid.reset();
  CHECK_FALSE(grid_step_met(side::buy, "99999"_price, one_sided, "0.00008"_d, -1));
}

TEST_CASE("close price: the worked values, 0.008% and 0.08%") {
  const auto i = btc();
  CHECK(close_price(i, side::buy, "62000"_d, "0.0008"_d) == "62049.60"_price);
  CHECK(close_price(i, side::buy, "62000"_d, "0.00008"_d) == "62005.0"_price);
  CHECK(close_price(i, side::sell, "62000"_d, "0.00008"_d) == "61995.0"_price);
}

TEST_CASE("close price: never less than the profit asked for, on any tick") {
  for (const auto* tick : {"0.5", "5", "0.00001", "0.1"}) {
    auto i = btc();
    i.tick = *decimal::parse(tick);
    for (int k = 0; k < 500; ++k) {
      const auto f = decimal::from_parts(1'000'003 + 7919 * k, -1);
      const auto profit = decimal::from_parts(k, -5);
      const auto sell = close_price(i, side::buy, f, profit);
      const auto buy = close_price(i, side::sell, f, profit);
      CHECK(sell.value() >= f * (decimal{1} + profit));
      CHECK(sell.value() - i.tick < f * (decimal{1} + profit));
      CHECK(buy.value() <= f * (decimal{1} - profit));
      CHECK(buy.value() + i.tick > f * (decimal{1} - profit));
      CHECK(sell.value().is_multiple_of(i.tick));
      CHECK(buy.value().is_multiple_of(i.tick));
    }
  }
}

TEST_CASE("a close order that would cross is moved out of the spread") {
  const auto i = btc();
  const auto b = book("100", "100.4");
  CHECK(outside_spread(i, "99"_price, side::sell, &b, 1) == "100.1"_price);
  CHECK(outside_spread(i, "100"_price, side::sell, &b, 1) == "100.1"_price);
  CHECK(outside_spread(i, "100"_price, side::sell, &b, 3) == "100.3"_price);
  CHECK(outside_spread(i, "100.1"_price, side::sell, &b, 1) == "100.1"_price);
  CHECK(outside_spread(i, "101"_price, side::buy, &b, 1) == "100.3"_price);
  CHECK(outside_spread(i, "100.3"_price, side::buy, &b, 1) == "100.3"_price);
  CHECK(outside_spread(i, "99"_price, side::sell, nullptr, 1) == "99"_price);
}

TEST_CASE("entry price: one tick better than the far side, mid, join, improve") {
  const auto i = btc();
  const auto b = book("100", "101");
  const auto at = [&](side s, entry_style style, std::optional<price> nearest = {}) {
    return entry_price(i, s, style, b, nearest);
  };
  CHECK(at(side::buy, entry_style::far_touch) == "100.9"_price);
  CHECK(at(side::sell, entry_style::far_touch) == "100.1"_price);
  CHECK(at(side::buy, entry_style::mid) == "100.5"_price);
  CHECK(at(side::sell, entry_style::mid) == "100.5"_price);
  CHECK(at(side::buy, entry_style::join) == "100"_price);
  CHECK(at(side::sell, entry_style::join) == "101"_price);
  CHECK(at(side::buy, entry_style::improve) == "100.1"_price);
  CHECK(at(side::sell, entry_style::improve) == "100.9"_price);
  // Never into an own close order.
  CHECK(at(side::buy, entry_style::mid, "100.3"_price) == "100.2"_price);
  CHECK(at(side::sell, entry_style::mid, "100.7"_price) == "100.8"_price);
}

TEST_CASE("entry price: a spread of one tick leaves no room, but never crosses") {
  const auto i = btc();
  const auto b = book("100", "100.1");
  for (auto style :
       {entry_style::far_touch, entry_style::mid, entry_style::join, entry_style::improve}) {
    CHECK(entry_price(i, side::buy, style, b, {}) == "100"_price);
    CHECK(entry_price(i, side::sell, style, b, {}) == "100.1"_price);
  }
  CHECK_FALSE(entry_price(i, side::buy, entry_style::mid, book("100", "100"), {}).has_value());
  CHECK_FALSE(entry_price(i, side::buy, entry_style::mid, book("0", "100"), {}).has_value());
}

TEST_CASE("registry: the grid is found, and says what is wrong with its levels") {
  REQUIRE(find("grid") != nullptr);
  CHECK(find("gird") == nullptr);
  const auto& d = *find("grid");
  CHECK(d.validate(grid_values(example_texts())).empty());
  CHECK(d.validate(grid_values(
                       example_with({{"protective_stop", "60000"}, {"no_entry_beyond", "65000"}})))
            .empty());
  CHECK(d.validate(grid_values(
                       example_with({{"protective_stop", "66000"}, {"no_entry_beyond", "65000"}})))
            .size()
        == 1);
  CHECK(d.validate(grid_values(example_with({{"take_profit", "0"}}))).size() == 1);
}

TEST_CASE("every default of the table parses, and every name and alias is unique") {
  std::vector<std::string> names;
  for (const auto& spec : find("grid")->parameters) {
    CAPTURE(spec.name);
    names.push_back(spec.name);
    names.insert(names.end(), spec.aliases.begin(), spec.aliases.end());
    CHECK_FALSE(spec.help.empty());
    if (!spec.default_text.empty())
      CHECK(parse_parameter(spec, spec.default_text).error.empty());
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const auto* classic : {"quantity", "take_profit", "direction", "max_orders", "wait_time",
                              "grid_step", "stop_price", "pause_price", "boost", "random_timing",
                              "timing_range", "dynamic_profit", "profit_range"})
    CHECK(std::binary_search(names.begin(), names.end(), classic));
}
