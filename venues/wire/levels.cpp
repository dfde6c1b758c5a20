#include "venues/wire/levels.hpp"

#include "venues/wire/json_reader.hpp"

namespace actorbot::venues {

maybe_level make_level(const scaled_instrument& x, decimal at, decimal size) {
  const level l{x.price_from(at), x.size_from(size)};
  return l.at.is_zero() || l.size.is_zero() ? std::nullopt : maybe_level{l};
}

bool read_levels(const scaled_instrument& x, simdjson::dom::element from, std::string_view name,
                 std::vector<level>& out) {
  out.clear();
  const auto rows = array_of(from, name);
  if (!rows)
    return false;
  for (const auto row : *rows) {
    simdjson::dom::array pair;
    if (row.get(pair) != simdjson::SUCCESS)
      return false;
    std::string_view texts[2];
    std::size_t count = 0;
    for (const auto text : pair)
      if (count == 2 || text.get(texts[count++]) != simdjson::SUCCESS)
        return false;
    const auto at = parse_amount(texts[0]);
    const auto size = parse_amount(texts[1]);
    if (count != 2 || !at || !size)
      return false;
    out.push_back({x.price_from(*at), x.size_from(*size)});
    if (!out.back().at.is_positive())
      return false;
  }
  return true;
}

} // namespace actorbot::venues
