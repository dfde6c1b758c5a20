#include "venues/exchange/book.hpp"

#include <algorithm>

namespace actorbot::exchange {

book::ladder::iterator book::level_at(side s, price at) {
  return sides_[index(s)].levels.try_emplace(key(s, at)).first;
}

void book::touch(side s, ladder::iterator it) {
  if (it->second.touched)
    return;
  it->second.touched = true;
  sides_[index(s)].touched.push_back(it);
}

book_level* book::best(side s, price& at) {
  for (auto& [k, l] : sides_[index(s)].levels) {
    if (l.shown().is_positive()) {
      at = price_of(s, k);
      return &l;
    }
  }
  return nullptr;
}

std::optional<price> book::best_price(side s) const {
  for (const auto& [k, l] : levels(s))
    if (l.shown().is_positive())
      return price_of(s, k);
  return std::nullopt;
}

std::optional<price> book::best_external(side s) const {
  for (const auto& [k, l] : levels(s))
    if (l.external.is_positive())
      return price_of(s, k);
  return std::nullopt;
}

book_level* book::best_with_orders(side s, price& at) {
  auto& own = sides_[index(s)];
  if (own.occupied.empty())
    return nullptr;
  const auto k = *own.occupied.begin();
  at = price_of(s, k);
  return &own.levels.find(k)->second;
}

book_level* book::find(side s, price at) {
  auto& l = sides_[index(s)].levels;
  const auto it = l.find(key(s, at));
  return it == l.end() ? nullptr : &it->second;
}

void book::state(side s, ladder::iterator it, decimal size) {
  auto& l = it->second;
  if (!l.queue.empty()) {
    const auto before = l.standing();
    for (auto* o : l.queue) {
      auto ahead = o->queue_ahead.value();
      if (size < before)
        ahead = decimal::divide(ahead * size, before).round_to(lot_, rounding::down);
      o->queue_ahead = quantity{std::min(ahead, size)};
    }
  }
  l.external = size;
  l.traded = {};
  touch(s, it);
}

void book::set_external(side s, price at, decimal size) {
  auto it = size.is_zero() ? sides_[index(s)].levels.find(key(s, at)) : level_at(s, at);
  if (it == sides_[index(s)].levels.end())
    return; // removing an unknown level is normal
  it->second.round = round_;
  state(s, it, size);
}

void book::end_replace() {
  for (const auto s : {side::buy, side::sell}) {
    auto& l = sides_[index(s)].levels;
    for (auto it = l.begin(); it != l.end(); ++it)
      if (it->second.round != round_ && !it->second.external.is_zero())
        state(s, it, {});
  }
}

void book::limit_external(side s, price best) {
  auto& l = sides_[index(s)].levels;
  const auto end = l.lower_bound(key(s, best));
  for (auto it = l.begin(); it != end; ++it)
    if (!it->second.external.is_zero())
      state(s, it, {});
}

void book::take_external(side s, price at, book_level& level, decimal size) {
  level.external -= size;
  for (auto* o : level.queue)
    o->queue_ahead = quantity{std::max(decimal{}, o->queue_ahead.value() - size)};
  touch(s, sides_[index(s)].levels.find(key(s, at)));
}

void book::trade_external(book_level& level, decimal size) {
  level.traded += size;
  for (auto* o : level.queue)
    o->queue_ahead = quantity{std::max(decimal{}, o->queue_ahead.value() - size)};
}

void book::rest(order& o) {
  const auto it = level_at(o.order_side, o.limit_price);
  auto& l = it->second;
  o.queue_ahead = quantity{l.standing()};
  l.queue.push_back(&o);
  l.resting += o.remaining().value();
  sides_[index(o.order_side)].occupied.insert(it->first);
  touch(o.order_side, it);
}

void book::remove(order& o) {
  auto& own = sides_[index(o.order_side)];
  const auto it = own.levels.find(key(o.order_side, o.limit_price));
  auto& l = it->second;
  l.queue.erase(std::find(l.queue.begin(), l.queue.end(), &o));
  l.resting -= o.remaining().value();
  if (l.queue.empty())
    own.occupied.erase(it->first);
  o.queue_ahead = {};
  touch(o.order_side, it);
}

void book::reduce(order& o, decimal by) {
  const auto it = sides_[index(o.order_side)].levels.find(key(o.order_side, o.limit_price));
  it->second.resting -= by;
  touch(o.order_side, it);
}

void book::collect(side s, std::vector<level>& out) {
  auto& own = sides_[index(s)];
  for (const auto it : own.touched) {
    auto& l = it->second;
    l.touched = false;
    const auto shown = l.shown();
    if (shown != l.published) {
      l.published = shown;
      out.push_back({price_of(s, it->first), quantity{shown}});
    }
    if (shown.is_zero() && l.queue.empty())
      own.levels.erase(it);
  }
  own.touched.clear();
}

bool book::publish(book_delta& out) {
  if (sides_[0].touched.empty() && sides_[1].touched.empty())
    return false;
  out.bids.clear();
  out.asks.clear();
  collect(side::buy, out.bids);
  collect(side::sell, out.asks);
  const auto count = out.bids.size() + out.asks.size();
  if (count == 0)
    return false;
  out.previous = last_;
  out.first = last_ + 1;
  last_ += count;
  out.last = last_;
  return true;
}

maybe_level book::top(side s) const {
  for (const auto& [k, l] : levels(s))
    if (l.shown().is_positive())
      return level{price_of(s, k), quantity{l.shown()}};
  return std::nullopt;
}

} // namespace actorbot::exchange
