#include "venues/dydx/book.hpp"

#include <algorithm>

namespace actorbot::venues::dydx {

namespace {

/// Levels beyond the snapshot's 100 appear when they change; more than this nobody needs.
constexpr std::size_t level_limit = 500;

/// Whether `a` is worse than `b` on that side.
bool worse(side s, price a, price b) { return s == side::buy ? a < b : a > b; }

/// The level is gone: a size that was told in the same message is taken back.
void drop(std::vector<level>& to, price at) {
  for (auto& x : to)
    if (x.at == at) {
      x.size = {};
      return;
    }
  to.push_back({at, {}});
}

} // namespace

void order_book::clear() {
  bids_.clear();
  asks_.clear();
}

void order_book::set(side s, price at, quantity size, std::uint64_t update) {
  auto& levels = of(s);
  const auto found = std::lower_bound(levels.begin(), levels.end(), at,
                                      [s](const entry& x, price p) { return worse(s, x.at, p); });
  const bool known = found != levels.end() && found->at == at;
  if (size.is_zero()) {
    if (known)
      levels.erase(found);
  } else if (known) {
    found->size = size;
    found->updated = update;
  } else {
    levels.insert(found, {at, size, update});
  }
}

void order_book::settle(depth_delta& dropped) {
  while (!bids_.empty() && !asks_.empty() && bids_.back().at >= asks_.back().at) {
    const auto& bid = bids_.back();
    const auto& ask = asks_.back();
    // Of the same message: the smaller one, as the Indexer's own snapshot does.
    const bool ask_goes
        = bid.updated != ask.updated ? bid.updated > ask.updated : bid.size > ask.size;
    if (ask_goes) {
      drop(dropped.asks, ask.at);
      asks_.pop_back();
    } else {
      drop(dropped.bids, bid.at);
      bids_.pop_back();
    }
  }
  trim(side::buy, dropped.bids);
  trim(side::sell, dropped.asks);
}

void order_book::trim(side s, std::vector<level>& dropped) {
  auto& levels = of(s);
  if (levels.size() <= level_limit)
    return;
  const auto excess = static_cast<std::ptrdiff_t>(levels.size() - level_limit);
  for (auto i = levels.begin(); i != levels.begin() + excess; ++i)
    drop(dropped, i->at);
  levels.erase(levels.begin(), levels.begin() + excess);
}

maybe_level order_book::best(side s) const {
  const auto& levels = of(s);
  if (levels.empty())
    return std::nullopt;
  return level{levels.back().at, levels.back().size};
}

void order_book::copy(side s, std::vector<level>& out) const {
  out.clear();
  const auto& levels = of(s);
  for (auto i = levels.rbegin(); i != levels.rend(); ++i)
    out.push_back({i->at, i->size});
}

} // namespace actorbot::venues::dydx
