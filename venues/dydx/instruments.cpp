#include "venues/dydx/instruments.hpp"

#include "venues/wire/json_reader.hpp"

#include <algorithm>
#include <limits>

namespace actorbot::venues::dydx {

namespace {

namespace dom = simdjson::dom;

constexpr int quote_decimals = 6;

/// Tier 1 (docs.dydx.xyz, "Fees"): lower ones and market holidays show in the fills.
decimal default_maker_fee() { return decimal::from_parts(1, -4); }
decimal default_taker_fee() { return decimal::from_parts(5, -4); }

/// mantissa * 10^exponent; nothing when that is no decimal.
std::optional<decimal> scaled(std::int64_t mantissa, int exponent) {
  for (; mantissa != 0 && mantissa % 10 == 0 && exponent < 0; ++exponent)
    mantissa /= 10;
  // 19 digits of the mantissa and those of the power stay below 1.7e20.
  if (mantissa <= 0 || exponent < -decimal::scale || exponent > 18)
    return std::nullopt;
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i)
    power *= 10;
  std::int64_t product = 0;
  if (__builtin_mul_overflow(mantissa, power, &product))
    return std::nullopt;
  return exponent > 0 ? decimal::from_int(product) : decimal::from_parts(mantissa, exponent);
}

std::optional<std::uint64_t> steps(decimal value, decimal step, std::uint64_t per_step) {
  const auto whole = value.round_to(step, rounding::down);
  // The quotient, without asking count_of for what may not fit.
  const auto count = std::max<int128>(whole.raw() / step.raw(), 1);
  const auto result = count * static_cast<int128>(per_step);
  if (count > std::numeric_limits<std::int64_t>::max()
      || result > static_cast<int128>(std::numeric_limits<std::uint64_t>::max()))
    return std::nullopt;
  return static_cast<std::uint64_t>(result);
}

/// The market of a ticker: "BTC" is BTC-USD; a name as it stands also counts.
std::optional<dom::element> find_market(dom::object markets, std::string_view ticker,
                                        std::string& name) {
  for (const auto& wanted : {std::string{ticker}, std::string{ticker} + "-USD"}) {
    // at_key and no JSON pointer: tickers are opaque.
    dom::element market;
    if (markets.at_key(wanted).get(market) == simdjson::SUCCESS) {
      name = wanted;
      return market;
    }
  }
  return std::nullopt;
}

std::optional<int> exponent_of(dom::element market, std::string_view name) {
  const auto value = integer_of(market, name);
  return value && *value > -40 && *value < 40 ? std::optional{static_cast<int>(*value)}
                                              : std::nullopt;
}

bool read_market(dom::element market, listed_instrument& out) {
  const auto pair = integer_of(market, "clobPairId");
  const auto resolution = exponent_of(market, "atomicResolution");
  const auto conversion = exponent_of(market, "quantumConversionExponent");
  const auto step = integer_of(market, "stepBaseQuantums");
  const auto per_tick = integer_of(market, "subticksPerTick");
  const auto margin = decimal_of(market, "initialMarginFraction");
  if (!pair || *pair < 0 || *pair > std::numeric_limits<std::uint32_t>::max() || !resolution
      || !conversion || !step || !per_tick)
    return false;
  const auto scale = clob_scale::make(*resolution, *conversion, *step, *per_tick);
  if (!scale)
    return false;
  out.clob_pair = static_cast<std::uint32_t>(*pair);
  out.scale = *scale;
  auto& r = out.rules;
  r.quote = "USDC";
  r.tick = scale->tick;
  r.lot = scale->lot;
  r.min_quantity = quantity{scale->lot};
  r.min_price = price{scale->tick};
  r.maker_fee = default_maker_fee();
  r.taker_fee = default_taker_fee();
  if (margin && *margin > decimal::from_parts(1, -4) && *margin <= decimal{1})
    r.max_leverage
        = static_cast<std::uint16_t>(decimal::divide(1, *margin, rounding::down, 0).count_of(1));
  r.trading = text_of(market, "status") == "ACTIVE";
  return true;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const auto c : text) {
    const auto code = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
        || c == '_' || c == '.' || c == '~')
      out += c;
    else
      out.append({'%', digits[code >> 4], digits[code & 15]});
  }
  return out;
}

} // namespace

std::optional<clob_scale> clob_scale::make(int atomic_resolution, int conversion_exponent,
                                           std::int64_t step_quantums,
                                           std::int64_t subticks_per_tick) {
  const auto lot = scaled(step_quantums, atomic_resolution);
  const auto tick
      = scaled(subticks_per_tick, conversion_exponent - quote_decimals - atomic_resolution);
  if (!lot || !tick)
    return std::nullopt;
  return clob_scale{static_cast<std::uint64_t>(step_quantums),
                    static_cast<std::uint64_t>(subticks_per_tick), *lot, *tick};
}

std::optional<std::uint64_t> clob_scale::quantums(decimal size) const {
  return steps(size, lot, step_quantums);
}

std::optional<std::uint64_t> clob_scale::subticks(decimal price) const {
  return steps(price, tick, subticks_per_tick);
}

std::optional<load_error> instrument_table::load(dom::element markets,
                                                 const std::vector<wanted_instrument>& wanted) {
  dom::object list;
  if (markets["markets"].get(list) != simdjson::SUCCESS)
    return load_error{session_end::garbage, "perpetualMarkets has no list of markets"};
  all_.clear();
  for (const auto& want : wanted) {
    std::string name;
    const auto market = find_market(list, want.ticker, name);
    if (!market)
      return load_error{session_end::configuration,
                        "dydx lists no perpetual market for the ticker " + want.ticker};
    listed_instrument x;
    x.rules.id = want.id;
    x.rules.ticker = want.ticker;
    x.rules.symbol = name;
    x.parameter = percent_encoded(name);
    if (!read_market(*market, x))
      return load_error{session_end::garbage,
                        "the numbers of " + name + " in perpetualMarkets cannot be read"};
    if (by_ticker(name) != nullptr)
      return load_error{session_end::configuration,
                        "two tickers of the configuration name the same market " + name};
    all_.push_back(std::move(x));
  }
  return std::nullopt;
}

const listed_instrument* instrument_table::by_ticker(std::string_view ticker) const {
  for (const auto& x : all_)
    if (x.rules.symbol == ticker)
      return &x;
  return nullptr;
}

const listed_instrument* instrument_table::by_pair(std::uint32_t clob_pair) const {
  for (const auto& x : all_)
    if (x.clob_pair == clob_pair)
      return &x;
  return nullptr;
}

const listed_instrument* instrument_table::by_id(instrument_id id) const {
  for (const auto& x : all_)
    if (x.rules.id == id)
      return &x;
  return nullptr;
}

bool instrument_table::set_trading(std::size_t index, bool trading) {
  if (all_[index].rules.trading == trading)
    return false;
  all_[index].rules.trading = trading;
  return true;
}

} // namespace actorbot::venues::dydx
