#pragma once

#include "messages/instrument.hpp"

#include <cstdint>
#include <string_view>

/// Contracts that count in thousands (kPEPE, 1000BONK): converted at the venue's edge and nowhere
/// else.
namespace actorbot::venues {

/// How many units of `ticker` one unit of the venue's `base` is: 1, 1000, 1000000 ... for 1000PEPE
/// or kPEPE; zero when it is another coin.
std::int64_t multiplier_of(std::string_view base, std::string_view ticker);

/// The rules of an instrument in the ticker's own units, and both ways over the edge: a price of
/// ours is the venue's divided by the multiplier, a size the venue's times it.
struct scaled_instrument {
  instrument rules;

  price price_from(decimal venue) const {
    return price{scaled() ? decimal::divide(venue, rules.multiplier) : venue};
  }
  quantity size_from(decimal venue) const {
    return quantity{scaled() ? venue * rules.multiplier : venue};
  }
  decimal price_to(price ours) const {
    return scaled() ? ours.value() * rules.multiplier : ours.value();
  }
  decimal size_to(quantity ours) const {
    return scaled() ? decimal::divide(ours.value(), rules.multiplier) : ours.value();
  }

 private:
  bool scaled() const { return rules.multiplier != decimal{1}; }
};

} // namespace actorbot::venues
