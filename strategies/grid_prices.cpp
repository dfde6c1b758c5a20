#include "strategies/grid_prices.hpp"

#include <algorithm>

namespace actorbot::strategies {

namespace {

price ticks_of(const instrument& i, int count) { return price{i.tick * decimal{count}}; }

} // namespace

bool usable(const top_of_book& book) {
  return book.two_sided() && book.bid->at.is_positive() && book.bid->at < book.ask->at;
}

bool grid_step_met(side direction, std::optional<price> nearest, const top_of_book& book,
                   decimal take_profit, decimal step) {
  if (!nearest)
    return true;
  if (!usable(book))
    return false;
  const auto p = nearest->value();
  if (direction == side::buy)
    return p > book.ask->at.value() * (decimal{1} + take_profit) * (decimal{1} + step);
  return p * (decimal{1} + step) < book.bid->at.value() * (decimal{1} - take_profit);
}

price close_price(const instrument& i, side direction, decimal average_fill, decimal take_profit) {
  const auto factor = decimal{1} + take_profit * decimal{sign_of(direction)};
  return round_price_passive(i, price{average_fill * factor}, opposite(direction));
}

price outside_spread(const instrument& i, price p, side s, const top_of_book* book, int ticks) {
  if (!book || !usable(*book))
    return p;
  if (s == side::sell && p <= book->bid->at)
    return round_price_passive(i, book->bid->at + ticks_of(i, ticks), s);
  if (s == side::buy && p >= book->ask->at)
    return round_price_passive(i, book->ask->at - ticks_of(i, ticks), s);
  return p;
}

std::optional<price> entry_price(const instrument& i, side direction, entry_style style,
                                 const top_of_book& book, std::optional<price> nearest) {
  if (!usable(book))
    return std::nullopt;
  const bool buy = direction == side::buy;
  const auto bid = book.bid->at;
  const auto ask = book.ask->at;
  const auto tick = ticks_of(i, 1);
  const auto far = buy ? ask - tick : bid + tick;
  auto p = far;
  if (style == entry_style::mid)
    p = price{decimal::divide((bid + ask).value(), 2)};
  else if (style == entry_style::join)
    p = buy ? bid : ask;
  else if (style == entry_style::improve)
    p = buy ? bid + tick : ask - tick;
  if (buy)
    p = std::min(p, nearest ? std::min(far, *nearest - tick) : far);
  else
    p = std::max(p, nearest ? std::max(far, *nearest + tick) : far);
  p = round_price_passive(i, p, direction);
  // Bounds of the instrument may have pushed it back across the far side.
  if (!p.is_positive() || (buy ? p >= ask : p <= bid))
    return std::nullopt;
  return p;
}

bool follows(side direction, price resting, price now) {
  return direction == side::buy ? now > resting : now < resting;
}

bool beyond(side direction, price level, const top_of_book& book) {
  if (!usable(book))
    return false;
  return direction == side::buy ? book.ask->at >= level : book.bid->at <= level;
}

bool stop_reached(side direction, price level, const top_of_book& book) {
  if (!usable(book))
    return false;
  return direction == side::buy ? book.bid->at <= level : book.ask->at >= level;
}

} // namespace actorbot::strategies
