#pragma once

#include "messages/market_data.hpp"

namespace actorbot {

/// The middle between the best bid and offer of a two-sided book.
inline price middle_of(const top_of_book& x) {
  const auto sum = x.bid->at.value() + x.ask->at.value();
  // Even with up to 17 decimals, that is in practice always: it spares every order, which asks
  // several times, the long division.
  if (sum.raw() % 2 == 0)
    return price{decimal::from_raw(sum.raw() / 2)};
  return price{decimal::divide(sum, 2)};
}

} // namespace actorbot
