#include "venues/aster/instruments.hpp"

#include "venues/aster/signer.hpp"
#include "venues/wire/json_reader.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace actorbot::venues::aster {

namespace {

namespace dom = simdjson::dom;

/// Default fees of an account without discounts (ccxt 4.5.84: maker 0.01 %, taker 0.035 %). The
/// account's own come from commissionRate, which needs a signature.
decimal default_maker_fee() { return decimal::from_parts(1, -4); }
decimal default_taker_fee() { return decimal::from_parts(35, -5); }

struct candidate {
  dom::element entry;
  std::int64_t multiplier = 0;
  bool trading = false;
};

/// A name as it is beats one in thousands, and a symbol that trades beats one that does not.
bool better(const candidate& a, const candidate& b) {
  if (a.trading != b.trading)
    return a.trading;
  return a.multiplier < b.multiplier;
}

std::optional<candidate> find_ticker(dom::array symbols, std::string_view ticker) {
  std::optional<candidate> best;
  for (const auto entry : symbols) {
    if (text_of(entry, "contractType") != "PERPETUAL" || text_of(entry, "quoteAsset") != "USDT")
      continue;
    const candidate found{entry, multiplier_of(text_of(entry, "baseAsset"), ticker),
                          text_of(entry, "status") == "TRADING"};
    if (found.multiplier != 0 && (!best || better(found, *best)))
      best = found;
  }
  return best;
}

/// One filter into the rules, in the venue's units. False when a number is missing.
bool read_filter(dom::element filter, instrument& out) {
  const auto type = text_of(filter, "filterType");
  const auto number = [&](std::string_view name, auto& to) {
    const auto value = decimal_of(filter, name);
    if (!value || value->is_negative())
      return false;
    to = std::remove_reference_t<decltype(to)>{*value};
    return true;
  };
  if (type == "PRICE_FILTER")
    return number("tickSize", out.tick) && number("minPrice", out.min_price)
           && number("maxPrice", out.max_price);
  if (type == "LOT_SIZE")
    return number("stepSize", out.lot) && number("minQty", out.min_quantity)
           && number("maxQty", out.max_quantity);
  if (type == "MARKET_LOT_SIZE")
    return number("maxQty", out.max_market_quantity);
  if (type == "MIN_NOTIONAL")
    return number("notional", out.min_notional);
  if (type == "PERCENT_PRICE")
    return number("multiplierUp", out.price_band_up)
           && number("multiplierDown", out.price_band_down);
  if (type == "MAX_NUM_ORDERS") {
    const auto limit = integer_of(filter, "limit").value_or(-1);
    if (limit < 0)
      return false;
    out.max_open_orders = static_cast<std::uint16_t>(
        std::min<std::int64_t>(limit, std::numeric_limits<std::uint16_t>::max()));
  }
  return true;
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
  x.max_market_quantity = x.max_market_quantity * m;
}

/// False when the filters do not define tick and lot.
bool read_rules(const candidate& from, instrument& out) {
  const auto filters = array_of(from.entry, "filters");
  if (!filters)
    return false;
  for (const auto filter : *filters)
    if (!read_filter(filter, out))
      return false;
  out.symbol = text_of(from.entry, "symbol");
  out.quote = text_of(from.entry, "quoteAsset");
  out.trading = from.trading;
  out.multiplier = decimal::from_int(from.multiplier);
  out.maker_fee = default_maker_fee();
  out.taker_fee = default_taker_fee();
  convert(out);
  return !out.symbol.empty() && out.tick.is_positive() && out.lot.is_positive();
}

std::string encoded(std::string_view text) {
  std::string out;
  append_parameter(out, "", text);
  return out.substr(1); // without the '='
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// Weight a minute; zero when the list does not say.
std::uint32_t read_weight_limit(dom::element info) {
  const auto limits = array_of(info, "rateLimits");
  if (!limits)
    return 0;
  for (const auto x : *limits) {
    const auto limit = integer_of(x, "limit").value_or(0);
    if (text_of(x, "rateLimitType") == "REQUEST_WEIGHT" && text_of(x, "interval") == "MINUTE"
        && integer_of(x, "intervalNum") == 1 && limit > 0 && limit < 10'000'000)
      return static_cast<std::uint32_t>(limit);
  }
  return 0;
}

} // namespace

std::string instrument_table::load(dom::element exchange_info,
                                   const std::vector<wanted_instrument>& wanted) {
  const auto symbols = array_of(exchange_info, "symbols");
  if (!symbols)
    return "exchangeInfo has no list of symbols";
  if (const auto limit = read_weight_limit(exchange_info); limit != 0)
    weight_limit_ = limit;
  all_.clear();
  for (const auto& want : wanted) {
    const auto found = find_ticker(*symbols, want.ticker);
    if (!found)
      return "aster lists no USDT perpetual for the ticker " + want.ticker;
    listed_instrument x;
    x.rules.id = want.id;
    x.rules.ticker = want.ticker;
    if (!read_rules(*found, x.rules))
      return "the filters of " + std::string(text_of(found->entry, "symbol"))
             + " in exchangeInfo cannot be read";
    x.parameter = encoded(x.rules.symbol);
    x.stream = encoded(lower(x.rules.symbol));
    if (by_symbol(x.rules.symbol) != nullptr)
      return "two tickers of the configuration name the same symbol " + x.rules.symbol;
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

} // namespace actorbot::venues::aster
