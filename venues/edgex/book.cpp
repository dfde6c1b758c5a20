#include "venues/edgex/book.hpp"

#include <algorithm>

namespace actorbot::venues::edgex {

namespace {

bool higher(const level& a, const level& b) { return a.at > b.at; }
bool lower(const level& a, const level& b) { return a.at < b.at; }

using order = bool (*)(const level&, const level&);

void set(std::vector<level>& book_side, const level& x, order better) {
  const auto at = std::lower_bound(book_side.begin(), book_side.end(), x, better);
  const bool there = at != book_side.end() && at->at == x.at;
  if (x.size.is_zero()) {
    if (there)
      book_side.erase(at);
  } else if (there) {
    at->size = x.size;
  } else {
    book_side.insert(at, x);
  }
}

/// What the frame says of this price becomes "gone", or that is added.
void tell_removed(std::vector<level>& changes, price at) {
  const auto found
      = std::find_if(changes.begin(), changes.end(), [&](const level& x) { return x.at == at; });
  if (found != changes.end())
    found->size = quantity{};
  else
    changes.push_back({at, quantity{}});
}

/// Levels of `old_side` that the newest level of the other side has passed, and that the frame does
/// not itself state.
void prune(std::vector<level>& old_side, std::vector<level>& told, const std::vector<level>& news,
           order better) {
  for (const auto& x : news) {
    if (x.size.is_zero())
      continue;
    while (!old_side.empty() && !better(x, old_side[0])) {
      const auto passed = old_side[0].at;
      const bool stated = std::any_of(told.begin(), told.end(), [&](const level& y) {
        return y.at == passed && !y.size.is_zero();
      });
      if (stated)
        break;
      old_side.erase(old_side.begin());
      tell_removed(told, passed);
    }
  }
}

} // namespace

bool order_book::reset(std::vector<level>& bids, std::vector<level>& asks) {
  bids_.clear();
  asks_.clear();
  return apply(bids, asks);
}

bool order_book::apply(std::vector<level>& bids, std::vector<level>& asks) {
  for (const auto& x : bids)
    set(bids_, x, higher);
  for (const auto& x : asks)
    set(asks_, x, lower);
  if (crossed())
    prune(asks_, asks, bids, lower);
  if (crossed())
    prune(bids_, bids, asks, higher);
  if (crossed())
    return false;
  trim(bids_, bids);
  trim(asks_, asks);
  return true;
}

void order_book::trim(std::vector<level>& book_side, std::vector<level>& changes) const {
  while (book_side.size() > depth_) {
    tell_removed(changes, book_side.back().at);
    book_side.pop_back();
  }
}

} // namespace actorbot::venues::edgex
