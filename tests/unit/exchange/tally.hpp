#pragma once

#include "venues/exchange/feed.hpp"

#include <map>

namespace actorbot::exchange::test {

/// The book and the trades that a record tells, put together without the core.
struct tally {
  std::map<decimal, decimal> bids, asks;
  decimal volume, turnover;
  std::size_t events = 0, crossed = 0;

  static void state(std::map<decimal, decimal>& levels, const std::vector<level>& changes) {
    for (const auto& l : changes) {
      if (l.size.is_zero())
        levels.erase(l.at.value());
      else
        levels[l.at.value()] = l.size.value();
    }
  }
  void add(const feed_event& e) {
    ++events;
    if (e.what == feed_event::kind::trade) {
      volume += e.size.value();
      turnover += notional(e.at, e.size);
      return;
    }
    if (e.replace) {
      bids.clear();
      asks.clear();
    }
    state(bids, e.bids);
    state(asks, e.asks);
    if (!bids.empty() && !asks.empty() && bids.rbegin()->first >= asks.begin()->first)
      ++crossed;
  }
  static decimal sum(const std::map<decimal, decimal>& levels) {
    decimal s;
    for (const auto& [p, q] : levels)
      s += q;
    return s;
  }
};

} // namespace actorbot::exchange::test
