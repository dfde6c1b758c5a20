#pragma once

#include "messages/instrument.hpp"
#include "messages/market_data.hpp"
#include "strategies/grid_parameters.hpp"

#include <optional>

namespace actorbot::strategies {

/// Both sides present, positive and not crossed.
bool usable(const top_of_book& book);

/// Whether a new close order would keep its distance from the nearest resting one.
///   buy:  lowest close price  > ask x (1 + take_profit) x (1 + step)
///   sell: highest close price x (1 + step) < bid x (1 - take_profit)
/// Met when nothing rests (`nearest` empty); not met on a book that is not usable.
bool grid_step_met(side direction, std::optional<price> nearest, const top_of_book& book,
                   decimal take_profit, decimal step);

/// fill x (1 +- take_profit), rounded so that the profit is never below the one asked for: the sell
/// that closes a buy up to the tick, the buy that closes a sell down. Where the exact price lies on
/// a tick all roundings agree: 62000 at 0.08% closes at 62049.60.
price close_price(const instrument& i, side direction, decimal average_fill, decimal take_profit);

/// `p` moved out of the spread where it would cross: a sell at or below the bid to bid + `ticks`
/// ticks, a buy at or above the ask to ask - `ticks` ticks. Unchanged without a usable book.
price outside_spread(const instrument& i, price p, side s, const top_of_book* book, int ticks);

/// What an entry would be quoted at now; `nearest` is the own close order next to the spread, which
/// an entry never crosses. Empty when no valid price exists.
std::optional<price> entry_price(const instrument& i, side direction, entry_style style,
                                 const top_of_book& book, std::optional<price> nearest);

/// The price on the entry side that the market has run away from: a buy follows up, a sell down.
bool follows(side direction, price resting, price now);

/// buy: the ask is at or above `level`; sell: the bid is at or below it.
bool beyond(side direction, price level, const top_of_book& book);

/// buy: the bid is at or below `level`; sell: the ask is at or above it.
bool stop_reached(side direction, price level, const top_of_book& book);

} // namespace actorbot::strategies
