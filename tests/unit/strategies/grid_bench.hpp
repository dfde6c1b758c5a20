#pragma once

#include "strategies/registry.hpp"
#include "strategies/strategy.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace actorbot::strategies::test {

using namespace std::chrono_literals;

/// Texts as in the configuration file -> values, through the table, defaults filled in.
inline parameter_values grid_values(std::map<std::string, std::string> texts) {
  parameter_values values;
  for (const auto& spec : find("grid")->parameters) {
    auto text = spec.default_text;
    if (const auto given = texts.find(spec.name); given != texts.end()) {
      text = given->second;
      texts.erase(given);
    }
    if (text.empty())
      continue;
    auto parsed = parse_parameter(spec, text);
    if (!parsed.value)
      throw std::logic_error(spec.name + ": " + parsed.error);
    values.set(spec.name, *parsed.value);
  }
  if (!texts.empty())
    throw std::logic_error("no such parameter: " + texts.begin()->first);
  return values;
}

inline instrument btc() {
  instrument i;
  i.id = {venue_id{1}, 0};
  i.ticker = "BTC";
  i.tick = "0.1"_d;
  i.lot = "0.00001"_d;
  i.min_quantity = "0.0001"_qty;
  i.min_notional = "5"_d;
  i.trading = true;
  return i;
}

/// The example of the design document.
inline std::map<std::string, std::string> example_texts() {
  return {{"quantity", "0.00273"},
          {"take_profit", "0.08%"},
          {"direction", "buy"},
          {"max_orders", "25"},
          {"wait_time", "35s"}};
}

inline std::map<std::string, std::string> example_with(std::map<std::string, std::string> more) {
  more.merge(example_texts());
  return more;
}

/// Records wishes; says what the test told it to say.
class fake_context final : public context {
 public:
  struct order {
    client_order_id id;
    order_intent intent;
  };
  struct said {
    severity level;
    std::string text;
  };

  timestamp clock = from_ms(1'800'000'000'000);
  instrument info = btc();
  std::optional<top_of_book> book;
  venue_state venue = venue_state::live;
  quantity position;
  std::vector<order> placed;
  std::vector<client_order_id> cancels;
  std::map<std::uint32_t, timestamp> timers;
  std::vector<said> notes;
  std::vector<decimal> cycles;
  std::vector<std::string> ends;
  std::uint64_t seed = 1;
  std::uint64_t next_sequence = 1;

  timestamp now() const override { return clock; }
  const instrument* find_instrument(instrument_id id) const override {
    return id == info.id ? &info : nullptr;
  }
  const top_of_book* find_book(instrument_id) const override { return book ? &*book : nullptr; }
  const mark_price* find_mark(instrument_id) const override { return nullptr; }
  venue_state state_of(venue_id) const override { return venue; }
  quantity position_of(instrument_id) const override { return position; }
  client_order_id place(const order_intent& intent) override {
    const client_order_id id{1, strategy_id{1}, 1, next_sequence++};
    placed.push_back({id, intent});
    return id;
  }
  void cancel(const client_order_id& id) override { cancels.push_back(id); }
  void set_timer(timer_id id, duration after) override {
    timers[static_cast<std::uint32_t>(id)] = clock + after;
  }
  void cancel_timer(timer_id id) override { timers.erase(static_cast<std::uint32_t>(id)); }
  void note(severity level, std::string text) override { notes.push_back({level, text}); }
  /// splitmix64.
  std::uint64_t random() override {
    auto z = seed += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  void cycle_completed(decimal pnl) override { cycles.push_back(pnl); }
  void finished(std::string text) override { ends.push_back(std::move(text)); }
};

/// A grid, its context, and a hand that plays the venue step by step.
struct grid_bench {
  explicit grid_bench(std::map<std::string, std::string> texts = example_texts())
      : values{grid_values(std::move(texts))} {
    make();
  }

  void make() { grid = find("grid")->make(strategy_settings{"g", {ctx.info.id}, values}); }
  void start(std::vector<order_update> orders = {}) {
    grid->on(started{std::move(orders), {{ctx.info.id, ctx.position}}}, ctx);
  }
  void price(std::string_view bid, std::string_view ask) {
    top_of_book b;
    b.instrument = ctx.info.id;
    b.bid = level{actorbot::price{*decimal::parse(bid)}, "1"_qty};
    b.ask = level{actorbot::price{*decimal::parse(ask)}, "1"_qty};
    b.received = ctx.clock;
    ctx.book = b;
    grid->on(b, ctx);
  }
  /// Keeps the book fresh at its prices.
  void tick() {
    ctx.book->received = ctx.clock;
    grid->on(*ctx.book, ctx);
  }
  /// Virtual time with its timers; the book stays fresh when `fresh`.
  void pass(duration d, bool fresh = true) {
    const auto end = ctx.clock + d;
    for (;;) {
      auto due = ctx.timers.end();
      for (auto t = ctx.timers.begin(); t != ctx.timers.end(); ++t)
        if (t->second <= end && (due == ctx.timers.end() || t->second < due->second))
          due = t;
      if (due == ctx.timers.end())
        break;
      const auto id = due->first;
      ctx.clock = std::max(ctx.clock, due->second);
      ctx.timers.erase(due);
      if (fresh && ctx.book)
        ctx.book->received = ctx.clock;
      grid->on(timer_fired{timer_id{id}}, ctx);
    }
    ctx.clock = end;
    if (fresh && ctx.book)
      tick();
  }

  const fake_context::order& order(const client_order_id& id) const {
    return *std::find_if(ctx.placed.begin(), ctx.placed.end(),
                         [&](const auto& o) { return o.id == id; });
  }
  const fake_context::order& last() const { return ctx.placed.back(); }
  std::size_t placed() const { return ctx.placed.size(); }

  order_update update(const client_order_id& id, order_state s,
                      reject_reason reason = reject_reason::none) const {
    const auto& o = order(id);
    order_update u;
    u.id = id;
    u.instrument = ctx.info.id;
    u.state = s;
    u.order_side = o.intent.order_side;
    u.reduce_only = o.intent.reduce_only;
    u.size = o.intent.size;
    if (const auto f = filled.find(id); f != filled.end())
      u.filled = f->second;
    u.limit_price = o.intent.limit_price;
    u.reason = reason;
    u.source = evidence::stream;
    u.time = ctx.clock;
    return u;
  }
  void say(const client_order_id& id, order_state s, reject_reason reason = reject_reason::none) {
    grid->on(update(id, s, reason), ctx);
  }
  void open(const client_order_id& id) { say(id, order_state::open); }
  /// One execution and the update that follows it.
  void fill(const client_order_id& id, quantity size, actorbot::price at, decimal fee = {}) {
    fill_only(id, size, at, fee);
    say(id,
        filled[id] == order(id).intent.size ? order_state::filled : order_state::partially_filled);
  }
  void fill_only(const client_order_id& id, quantity size, actorbot::price at, decimal fee = {}) {
    actorbot::fill f;
    f.id = id;
    f.instrument = ctx.info.id;
    f.trade_id = std::to_string(++trades);
    f.order_side = order(id).intent.order_side;
    f.at = at;
    f.size = size;
    f.fee = fee;
    f.maker = true;
    f.time = ctx.clock;
    filled[id] += size;
    ctx.position += f.order_side == side::buy ? size : -size;
    grid->on(f, ctx);
  }
  void fill_all(const client_order_id& id) {
    const auto& o = order(id);
    auto at = o.intent.limit_price;
    if (o.intent.type == order_type::market)
      at = o.intent.order_side == side::buy ? ctx.book->ask->at : ctx.book->bid->at;
    fill(id, o.intent.size - filled[id], at);
  }
  /// Enters at the present price and lets entry and close order come to rest.
  client_order_id cycle_in() {
    const auto entry = last().id;
    REQUIRE(!last().intent.reduce_only);
    open(entry);
    fill_all(entry);
    const auto close = last().id;
    REQUIRE(last().intent.reduce_only);
    open(close);
    return close;
  }
  bool said(severity level, std::string_view part = {}) const {
    return std::any_of(ctx.notes.begin(), ctx.notes.end(), [&](const auto& n) {
      return n.level == level && n.text.find(part) != std::string::npos;
    });
  }
  bool was_cancelled(const client_order_id& id) const {
    return std::find(ctx.cancels.begin(), ctx.cancels.end(), id) != ctx.cancels.end();
  }

  fake_context ctx;
  parameter_values values;
  std::unique_ptr<strategy> grid;
  std::map<client_order_id, quantity> filled;
  int trades = 0;
};

} // namespace actorbot::strategies::test
