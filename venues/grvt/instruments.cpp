#include "venues/grvt/instruments.hpp"

#include "venues/grvt/parse.hpp"
#include "venues/grvt/signer.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace actorbot::venues::grvt {

namespace {

namespace dom = simdjson::dom;

/// Fees of the lowest tier as fills showed them in December 2025 and January 2026 (ccxt): a rebate
/// of 0.0001 % for makers, 0.045 % for takers. The account's own are not published in a known unit.
decimal default_maker_fee() { return decimal::from_parts(-1, -6); }
decimal default_taker_fee() { return decimal::from_parts(45, -5); }

/// The coins that the venue counts in thousands. Not every K is one: KAIA is a coin.
constexpr auto in_thousands = std::to_array<std::string_view>({"BONK", "PEPE", "SHIB"});

/// How many units of `ticker` one unit of `base` is; zero when it is another coin.
std::int64_t units_of(std::string_view base, std::string_view ticker) {
  if (base == ticker)
    return 1;
  const bool thousands
      = base.size() == ticker.size() + 1 && base[0] == 'K' && base.substr(1) == ticker
        && std::find(in_thousands.begin(), in_thousands.end(), ticker) != in_thousands.end();
  return thousands ? 1000 : 0;
}

struct candidate {
  dom::element entry;
  std::int64_t units = 0;
};

/// A name as it is beats one in thousands.
std::optional<candidate> find_ticker(dom::array list, std::string_view ticker) {
  std::optional<candidate> best;
  for (const auto entry : list) {
    if (text_of(entry, "kind") != "PERPETUAL" || text_of(entry, "quote") != "USDT")
      continue;
    const candidate found{entry, units_of(text_of(entry, "base"), ticker)};
    if (found.units != 0 && (!best || found.units < best->units))
      best = found;
  }
  return best;
}

/// False when a number is missing or makes no sense.
bool read_entry(const candidate& from, listed_instrument& out) {
  const auto tick = amount_of(from.entry, "tick_size");
  const auto lot = amount_of(from.entry, "min_size");
  const auto notional = amount_or_zero(from.entry, "min_notional");
  const auto asset = parse_asset(text_of(from.entry, "instrument_hash"));
  const auto decimals = number_of(from.entry, "base_decimals");
  if (!tick || !tick->is_positive() || !lot || !lot->is_positive() || !notional || !asset
      || !decimals || *decimals > decimal::scale)
    return false;
  auto& x = out.rules;
  x.symbol = text_of(from.entry, "instrument");
  x.quote = text_of(from.entry, "quote");
  x.multiplier = decimal::from_int(from.units);
  x.tick = decimal::divide(*tick, x.multiplier);
  x.lot = *lot * x.multiplier; // the matching engine's step, as well as the minimum
  x.min_quantity = quantity{x.lot};
  x.min_notional = *notional;
  x.maker_fee = default_maker_fee();
  x.taker_fee = default_taker_fee();
  x.trading = true; // the list was asked for active ones
  out.base = text_of(from.entry, "base");
  out.asset = *asset;
  out.base_decimals = static_cast<int>(*decimals);
  const auto hours = number_of(from.entry, "funding_interval_hours").value_or(0);
  out.funding_interval = std::chrono::hours{hours <= 24 ? static_cast<std::int64_t>(hours) : 0};
  return !x.symbol.empty() && x.tick.is_positive();
}

} // namespace

instrument_table::problem instrument_table::load(dom::element answer,
                                                 const std::vector<wanted_instrument>& wanted) {
  const auto list = array_of(answer, "result");
  if (!list)
    return {false, "the answer has no list of instruments"};
  all_.clear();
  for (const auto& want : wanted) {
    const auto found = find_ticker(*list, want.ticker);
    if (!found)
      return {true, "grvt lists no active USDT perpetual for the ticker " + want.ticker};
    listed_instrument x;
    x.rules.id = want.id;
    x.rules.ticker = want.ticker;
    if (!read_entry(*found, x))
      return {false, "the entry of " + std::string(text_of(found->entry, "instrument"))
                         + " in the list of instruments cannot be read"};
    if (by_symbol(x.rules.symbol) != nullptr)
      return {true, "two tickers of the configuration name the same instrument " + x.rules.symbol};
    all_.push_back(std::move(x));
  }
  return {};
}

const listed_instrument* instrument_table::by_symbol(std::string_view symbol) const {
  for (const auto& x : all_)
    if (x.rules.symbol == symbol)
      return &x;
  return nullptr;
}

const listed_instrument* instrument_table::by_id(instrument_id id) const {
  for (const auto& x : all_)
    if (x.rules.id == id)
      return &x;
  return nullptr;
}

} // namespace actorbot::venues::grvt
