#include "venues/backpack/instruments.hpp"

#include "venues/wire/json_reader.hpp"

#include <algorithm>
#include <optional>

namespace actorbot::venues::backpack {

namespace {

namespace dom = simdjson::dom;

/// The base tier (hummingbot's defaults); the account's own come from /api/v1/account.
decimal default_maker_fee() { return decimal::from_parts(2, -4); }
decimal default_taker_fee() { return decimal::from_parts(5, -4); }

constexpr std::int64_t longest_interval_ms = 7LL * 24 * 3600 * 1000;

struct candidate {
  dom::element entry;
  std::int64_t multiplier = 0;
  bool trading = false;
};

/// A name as it is beats one in thousands, and a market that trades beats one that does not.
bool better(const candidate& a, const candidate& b) {
  if (a.trading != b.trading)
    return a.trading;
  return a.multiplier < b.multiplier;
}

/// LimitOnly and PostOnly take orders too; what they do not take is refused by the venue.
bool takes_orders(std::string_view state) {
  return state == "Open" || state == "LimitOnly" || state == "PostOnly";
}

std::optional<candidate> find_ticker(dom::array markets, std::string_view ticker) {
  std::optional<candidate> best;
  for (const auto entry : markets) {
    if (text_of(entry, "marketType") != "PERP" || text_of(entry, "quoteSymbol") != "USDC")
      continue;
    const candidate found{entry, multiplier_of(text_of(entry, "baseSymbol"), ticker),
                          takes_orders(text_of(entry, "orderBookState"))};
    if (found.multiplier != 0 && (!best || better(found, *best)))
      best = found;
  }
  return best;
}

/// Zero where the venue has no bound: absent or null. Empty when it is something else.
std::optional<decimal> bound_of(dom::element from, std::string_view name) {
  const auto member = member_of(from, name);
  if (!member || member->is_null())
    return decimal{};
  const auto value = decimal_of(from, name);
  return value && !value->is_negative() ? value : std::nullopt;
}

/// Two bounds on a price count: of the last active price, and of the mean mark price. The closer one
/// is taken, as if both were of the mark price.
bool read_bands(dom::element prices, instrument& out) {
  const auto last_up = bound_of(prices, "maxMultiplier");
  const auto last_down = bound_of(prices, "minMultiplier");
  if (!last_up || !last_down)
    return false;
  out.price_band_up = *last_up;
  out.price_band_down = *last_down;
  const auto mean = member_of(prices, "meanMarkPriceBand");
  if (!mean || mean->is_null())
    return true;
  const auto up = bound_of(*mean, "maxMultiplier");
  const auto down = bound_of(*mean, "minMultiplier");
  if (!up || !down)
    return false;
  if (up->is_positive() && (out.price_band_up.is_zero() || *up < out.price_band_up))
    out.price_band_up = *up;
  out.price_band_down = std::max(out.price_band_down, *down);
  return true;
}

/// "1 / imfFunction.base": 0.02 is 50 times. Zero when it is not stated.
std::uint16_t read_leverage(dom::element entry) {
  const auto function = member_of(entry, "imfFunction");
  const auto base = function ? decimal_of(*function, "base") : std::nullopt;
  if (!base || *base < decimal::from_parts(1, -3) || *base > decimal{1})
    return 0;
  // 0.01333333 is 75 times: the venue rounds the fraction.
  return static_cast<std::uint16_t>(decimal::divide(1, *base, rounding::half_even, 0).count_of(1));
}

/// The venue counts in thousands: to single units.
void convert(instrument& x) {
  const auto m = x.multiplier;
  if (m == decimal{1})
    return;
  x.tick = decimal::divide(x.tick, m);
  x.min_price = price{decimal::divide(x.min_price.value(), m)};
  x.max_price = price{decimal::divide(x.max_price.value(), m)};
  x.lot = x.lot * m;
  x.min_quantity = x.min_quantity * m;
  x.max_quantity = x.max_quantity * m;
}

bool read_rules(const candidate& from, listed_instrument& out) {
  const auto filters = member_of(from.entry, "filters");
  const auto prices = filters ? member_of(*filters, "price") : std::nullopt;
  const auto sizes = filters ? member_of(*filters, "quantity") : std::nullopt;
  if (!prices || !sizes)
    return false;
  const auto tick = bound_of(*prices, "tickSize");
  const auto min_price = bound_of(*prices, "minPrice");
  const auto max_price = bound_of(*prices, "maxPrice");
  const auto lot = bound_of(*sizes, "stepSize");
  const auto min_quantity = bound_of(*sizes, "minQuantity");
  const auto max_quantity = bound_of(*sizes, "maxQuantity");
  const auto interval = integer_of(from.entry, "fundingInterval").value_or(0);
  auto& x = out.rules;
  if (!tick || !min_price || !max_price || !lot || !min_quantity || !max_quantity
      || !read_bands(*prices, x) || interval < 0 || interval > longest_interval_ms)
    return false;
  x.symbol = text_of(from.entry, "symbol");
  x.quote = text_of(from.entry, "quoteSymbol");
  x.tick = *tick;
  x.min_price = price{*min_price};
  x.max_price = price{*max_price};
  x.lot = *lot;
  x.min_quantity = quantity{*min_quantity};
  x.max_quantity = quantity{*max_quantity};
  x.multiplier = decimal::from_int(from.multiplier);
  x.maker_fee = default_maker_fee();
  x.taker_fee = default_taker_fee();
  x.max_leverage = read_leverage(from.entry);
  x.trading = from.trading;
  convert(x);
  out.funding_interval = std::chrono::milliseconds{interval};
  return x.tick.is_positive() && x.lot.is_positive();
}

/// Symbols stand in signed texts, queries and JSON as they are: nothing that would need escaping.
bool is_plain(std::string_view symbol) {
  return !symbol.empty() && std::all_of(symbol.begin(), symbol.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

} // namespace

load_error instrument_table::load(dom::element markets,
                                  const std::vector<wanted_instrument>& wanted) {
  dom::array rows;
  if (markets.get(rows) != simdjson::SUCCESS)
    return {session_end::garbage, "markets is not a list"};
  all_.clear();
  for (const auto& want : wanted) {
    const auto found = find_ticker(rows, want.ticker);
    if (!found)
      return {session_end::configuration,
              "backpack lists no USDC perpetual for the ticker " + want.ticker};
    listed_instrument x;
    x.rules.id = want.id;
    x.rules.ticker = want.ticker;
    if (!read_rules(*found, x) || !is_plain(x.rules.symbol))
      return {session_end::garbage,
              "the rules of the market for " + want.ticker + " cannot be read"};
    if (by_symbol(x.rules.symbol) != nullptr)
      return {session_end::configuration,
              "two tickers of the configuration name the same symbol " + x.rules.symbol};
    all_.push_back(std::move(x));
  }
  return {};
}

void instrument_table::set_account(decimal maker_fee, decimal taker_fee, decimal leverage_limit) {
  for (auto& x : all_) {
    x.rules.maker_fee = maker_fee;
    x.rules.taker_fee = taker_fee;
    if (leverage_limit >= decimal{1} && leverage_limit < decimal{x.rules.max_leverage})
      x.rules.max_leverage
          = static_cast<std::uint16_t>(leverage_limit.round_to(1, rounding::down).count_of(1));
  }
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

} // namespace actorbot::venues::backpack
