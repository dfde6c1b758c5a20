#include "venues/aster/server_state.hpp"

#include "venues/wire/json_writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace actorbot::venues::aster::server {

namespace {

/// Decimals of a price beyond those of the tick, as recorded from the venue: the tick of SOLUSDT is
/// "0.0100" and its pricePrecision 4.
int extra_precision(std::string_view symbol) {
  static constexpr std::array<std::pair<std::string_view, int>, 5> recorded{{
      {"BTCUSDT", 0},
      {"ETHUSDT", 1},
      {"SOLUSDT", 2},
      {"DOGEUSDT", 1},
      {"1000PEPEUSDT", 1},
  }};
  for (const auto& [name, extra] : recorded)
    if (name == symbol)
      return extra;
  return 1;
}

} // namespace

const market_format& server_state::format(exchange::market_id market) const {
  while (formats_.size() <= exchange::index_of(market)) {
    const auto& rules = core_.rules(static_cast<exchange::market_id>(formats_.size()));
    market_format f;
    f.symbol = rules.symbol;
    f.lower = rules.symbol;
    for (auto& c : f.lower)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    f.price_places = places_of(rules.tick);
    f.price_precision = f.price_places + extra_precision(rules.symbol);
    f.size_precision = places_of(rules.lot);
    f.average_places = std::max(5, f.price_places + 2);
    formats_.push_back(std::move(f));
  }
  return formats_[exchange::index_of(market)];
}

account_state& server_state::account(exchange::account_id id) {
  while (accounts_.size() <= exchange::index_of(id))
    accounts_.push_back({random_text(4), exchange::self_trade_mode::expire_taker});
  return accounts_[exchange::index_of(id)];
}

std::string server_state::random_text(std::size_t length) {
  static constexpr std::string_view alphabet
      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  while (out.size() < length) {
    auto bits = sink_.random();
    for (int i = 0; i < 8 && out.size() < length; ++i, bits >>= 8)
      out += alphabet[(bits & 0xff) % alphabet.size()];
  }
  return out;
}

std::vector<exchange::leverage_bracket> brackets_of(const exchange::market_rules& rules) {
  auto out = rules.brackets;
  if (out.empty()) {
    exchange::leverage_bracket only;
    only.maintenance_ratio = decimal::from_parts(25, -3);
    out.push_back(only);
  }
  for (auto& bracket : out)
    if (bracket.notional_cap.is_zero())
      bracket.notional_cap = decimal::from_int(1'000'000'000);
  return out;
}

decimal max_notional(const exchange::market_rules& rules, std::uint16_t leverage) {
  decimal most;
  for (const auto& bracket : brackets_of(rules))
    if (bracket.max_leverage >= leverage)
      most = std::max(most, bracket.notional_cap);
  return most;
}

exchange::market_id read_market(parameter_reader& read, const exchange::core& core) {
  const auto symbol = read.text("symbol");
  const auto market = core.find_market(symbol);
  if (!market)
    read.fail(refuse::bad_symbol());
  return market.value_or(exchange::market_id{});
}

std::optional<exchange::market_id> read_optional_market(parameter_reader& read,
                                                        const exchange::core& core) {
  if (read.text_or("symbol", {}).empty())
    return std::nullopt;
  return read_market(read, core);
}

} // namespace actorbot::venues::aster::server
