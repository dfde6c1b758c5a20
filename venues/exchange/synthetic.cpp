#include "venues/exchange/synthetic.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <stdexcept>

namespace actorbot::exchange {

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014).
class generator {
 public:
  explicit generator(std::uint64_t seed) : state_{seed} {}
  std::uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  /// 0 .. bound - 1.
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
  }
  /// Nearly normal, mean 0, standard deviation 65536: the sum of twelve uniform 16-bit numbers.
  std::int64_t normal() {
    std::int64_t sum = -12 * 65535 / 2;
    for (int i = 0; i < 3; ++i) {
      const auto bits = next();
      for (int part = 0; part < 4; ++part)
        sum += static_cast<std::int64_t>(bits >> (16 * part) & 0xffff);
    }
    return sum;
  }

 private:
  std::uint64_t state_;
};

constexpr std::int64_t one = 1 << 20; ///< a tick in the path's fixed point
constexpr std::int64_t billion = 1'000'000'000;

std::int64_t scale(std::int64_t value, std::int64_t numerator, std::int64_t denominator) {
  return static_cast<std::int64_t>(static_cast<int128>(value) * numerator / denominator);
}

class synthetic_feed final : public market_feed {
 public:
  explicit synthetic_feed(const synthetic_options& o) : o_{o}, random_{o.seed}, now_{o.start} {
    if (!o.tick.is_positive() || !o.lot.is_positive() || !o.level_size.is_positive()
        || !o.start_price.is_positive() || o.step <= duration{0} || o.levels == 0
        || o.level_gap == 0 || o.spread == 0 || o.mark_interval <= duration{0}
        || o.funding_interval <= duration{0})
      throw std::invalid_argument("synthetic market: price, tick, lot, sizes, steps and intervals "
                                  "must be positive");
    const auto ticks = o.start_price.value().round_to(o.tick, rounding::half_even).count_of(o.tick);
    level_lots_ = std::max<std::int64_t>(
        1, o.level_size.round_to(o.lot, rounding::half_even).count_of(o.lot));
    middle_ = start_ = smooth_ = ticks * one;
    // The range keeps products in bounds and every price of the book positive.
    lowest_ = std::max<std::int64_t>(middle_ / 20, (o.levels + 2) * one * o.level_gap);
    next_mark_ = next_funding_ = o.start;
    move_book();
    front().replace = true;
    slow_events();
  }

  std::optional<timestamp> next_time() override {
    while (waiting_.empty())
      step();
    return waiting_.front().time;
  }

  void pop(feed_event& out) override {
    next_time();
    out = std::move(waiting_.front());
    waiting_.pop_front();
  }

 private:
  feed_event& front() { return waiting_.front(); }

  feed_event& event(feed_event::kind what) {
    auto& e = waiting_.emplace_back();
    e.what = what;
    e.time = now_;
    return e;
  }

  price price_at(std::int64_t ticks) const {
    return price{decimal::from_raw(o_.tick.raw() * ticks)};
  }
  quantity size_of(std::int64_t lots) const {
    return quantity{decimal::from_raw(o_.lot.raw() * lots)};
  }

  void step() {
    now_ += o_.step;
    const auto change = move_middle();
    trades(change);
    move_book();
    slow_events();
  }

  std::int64_t move_middle() {
    if (o_.trend_steps != 0 && random_.below(o_.trend_steps) == 0)
      trend_ = random_.below(3) - 1;
    const auto drift = trend_ * static_cast<std::int64_t>(o_.trend_strength) * 65536 / 1000;
    const auto deviation = scale(middle_, o_.step_volatility, billion);
    auto change = scale(deviation, random_.normal() + drift, 65536);
    if (o_.jump_steps != 0 && o_.jump_size != 0 && random_.below(o_.jump_steps) == 0) {
      const auto size = random_.below(2 * static_cast<std::int64_t>(o_.jump_size)) - o_.jump_size;
      change += scale(middle_, size, billion);
    }
    change += scale(start_ - middle_, o_.reversion, billion);
    middle_ = std::clamp(middle_ + change, lowest_, start_ * 20);
    // Fast steps widen the spread, calm ones let it close again.
    const auto speed = std::abs(change) / one / 4;
    extra_spread_ = std::max(speed, extra_spread_ - 1);
    smooth_ += (middle_ - smooth_) / 16;
    basis_
        += scale(static_cast<std::int64_t>(o_.basis), random_.normal(), 65536 * 32) - basis_ / 1024;
    return change;
  }

  /// Trades come in bursts: each makes the next one likelier for a while.
  void trades(std::int64_t change) {
    const auto per_step = scale(static_cast<std::int64_t>(o_.trades_per_minute) * 65536,
                                o_.step.count(), 60 * billion);
    excitement_ -= excitement_ / 8;
    for (int i = 0; i < 8 && random_.below(65536) < per_step + excitement_; ++i) {
      excitement_ = std::min<std::int64_t>(excitement_ + 65536 / 16, 60000);
      const bool with_move = random_.below(100) < 70;
      const auto hit = (change >= 0) == with_move ? side::buy : side::sell;
      auto& levels = hit == side::buy ? asks_ : bids_;
      if (levels.empty())
        return;
      auto& [ticks, left] = hit == side::buy ? *levels.begin() : *levels.rbegin();
      auto lots = 1 + random_.below(std::max<std::int64_t>(1, level_lots_ / 2));
      while (random_.below(4) == 0 && lots < 8 * level_lots_)
        lots *= 2;
      lots = std::min(lots, left);
      if (lots == 0)
        continue;
      left -= lots;
      changed(hit == side::buy ? side::sell : side::buy, ticks);
      auto& e = event(feed_event::kind::trade);
      e.at = price_at(ticks);
      e.size = size_of(lots);
      e.aggressor = hit;
    }
  }

  void changed(side s, std::int64_t ticks) {
    (s == side::buy ? changed_bids_ : changed_asks_).push_back(ticks);
  }

  /// Brings one side to its levels: `best`, then `away` from it.
  void move_side(side s, std::int64_t best) {
    auto& levels = s == side::buy ? bids_ : asks_;
    const auto away = s == side::buy ? -static_cast<std::int64_t>(o_.level_gap)
                                     : static_cast<std::int64_t>(o_.level_gap);
    const auto last = best + away * (o_.levels - 1);
    const auto low = std::min(best, last), high = std::max(best, last);
    for (auto it = levels.begin(); it != levels.end();) {
      if (it->first < low || it->first > high || (it->first - best) % away != 0) {
        changed(s, it->first);
        it = levels.erase(it);
      } else {
        ++it;
      }
    }
    for (std::int64_t i = 0; i < o_.levels; ++i) {
      const auto ticks = best + away * i;
      const auto mean = level_lots_ + level_lots_ * i / 4;
      const auto [it, fresh] = levels.try_emplace(ticks, 0);
      // New and eaten levels fill up; now and then somebody changes one that stands.
      if (fresh || it->second == 0 || random_.below(8) == 0) {
        it->second = 1 + mean / 2 + random_.below(mean + 1);
        changed(s, ticks);
      }
    }
  }

  void move_book() {
    // Levels sit on a grid of level_gap ticks, so that a small move does not rebuild the book.
    const auto gap = static_cast<std::int64_t>(o_.level_gap);
    const auto spread
        = static_cast<std::int64_t>(o_.spread) + std::min<std::int64_t>(extra_spread_, 20);
    const auto bid = (middle_ / one - spread / 2) / gap * gap;
    const auto ask = (bid + spread + gap - 1) / gap * gap;
    move_side(side::buy, bid);
    move_side(side::sell, ask);
    auto& e = event(feed_event::kind::book);
    state(changed_bids_, bids_, e.bids);
    state(changed_asks_, asks_, e.asks);
    if (e.bids.empty() && e.asks.empty())
      waiting_.pop_back();
  }

  void state(std::vector<std::int64_t>& changes, const std::map<std::int64_t, std::int64_t>& levels,
             std::vector<level>& out) {
    std::sort(changes.begin(), changes.end());
    changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
    for (const auto ticks : changes) {
      const auto it = levels.find(ticks);
      out.push_back({price_at(ticks), size_of(it == levels.end() ? 0 : it->second)});
    }
    changes.clear();
  }

  void slow_events() {
    if (now_ >= next_funding_) {
      next_funding_ += o_.funding_interval;
      // The basis over an 8-hour interval plus interest of 1 bp, as most venues define it.
      const auto cap = static_cast<std::int64_t>(o_.funding_cap);
      const auto rate = std::clamp<std::int64_t>(basis_ / 4 + 100'000, -cap, cap);
      event(feed_event::kind::funding).rate = decimal::from_parts(rate / 10 * 10, -9);
    }
    if (now_ < next_mark_)
      return;
    next_mark_ += o_.mark_interval;
    auto& e = event(feed_event::kind::prices);
    e.mark = price_at(smooth_ / one);
    e.index = price_at(scale(smooth_, billion - basis_, billion) / one);
  }

  synthetic_options o_;
  generator random_;
  timestamp now_;
  timestamp next_mark_;
  timestamp next_funding_;
  std::int64_t middle_ = 0, start_ = 0, smooth_ = 0, lowest_ = 0; ///< in ticks * one
  std::int64_t level_lots_ = 1;
  std::int64_t trend_ = 0;
  std::int64_t extra_spread_ = 0;
  std::int64_t basis_ = 0; ///< billionths
  std::int64_t excitement_ = 0;
  std::map<std::int64_t, std::int64_t> bids_, asks_; ///< lots by ticks
  std::vector<std::int64_t> changed_bids_, changed_asks_;
  std::deque<feed_event> waiting_;
};

} // namespace

std::unique_ptr<market_feed> make_synthetic(const synthetic_options& options) {
  return std::make_unique<synthetic_feed>(options);
}

} // namespace actorbot::exchange
