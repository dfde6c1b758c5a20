#include "venues/wire/scaled_instrument.hpp"

namespace actorbot::venues {

std::int64_t multiplier_of(std::string_view base, std::string_view ticker) {
  if (base == ticker)
    return 1;
  if (!base.ends_with(ticker) || ticker.empty())
    return 0;
  const auto prefix = base.substr(0, base.size() - ticker.size());
  if (prefix == "k")
    return 1000;
  if (prefix.size() < 4 || prefix.size() > 10 || prefix[0] != '1'
      || prefix.find_first_not_of('0', 1) != std::string_view::npos)
    return 0;
  std::int64_t result = 1;
  for (std::size_t i = 1; i < prefix.size(); ++i)
    result *= 10;
  return result;
}

} // namespace actorbot::venues
