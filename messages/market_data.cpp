#include "messages/market_data.hpp"

namespace actorbot {

decimal funding_rate::per_hour() const {
  if (interval <= duration{0})
    return {};
  const auto hours
      = decimal::divide(decimal::from_int(interval.count()), decimal::from_int(3'600'000'000'000));
  return decimal::divide(rate, hours);
}

} // namespace actorbot
