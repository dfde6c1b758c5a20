#include "venues/edgex/instruments.hpp"

#include "venues/crypto/ethereum.hpp"
#include "venues/edgex/parse.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace actorbot::venues::edgex {

namespace {

namespace dom = simdjson::dom;

/// What both official SDKs assume where the metadata states no rate.
decimal missing_fee_rate() { return decimal::from_parts(1, -3); }

struct candidate {
  dom::element entry;
  std::int64_t multiplier = 0;
  std::size_t suffix = 0; ///< which of the quotes the name ends with
  bool trading = false;
};

/// V2 names contracts in USDC; V1 in USD and, earlier and on its testnet, in USDT.
constexpr std::array<std::string_view, 3> quotes = {"USDC", "USD", "USDT"};

bool better(const candidate& a, const candidate& b) {
  if (a.trading != b.trading)
    return a.trading;
  if (a.multiplier != b.multiplier)
    return a.multiplier < b.multiplier;
  return a.suffix < b.suffix;
}

std::optional<candidate> match(dom::element entry, std::string_view ticker) {
  const auto name = text_of(entry, "contractName");
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    if (name.size() <= quotes[i].size() || !name.ends_with(quotes[i]))
      continue;
    const auto base = name.substr(0, name.size() - quotes[i].size());
    if (const auto multiplier = multiplier_of(base, ticker))
      return candidate{entry, multiplier, i, boolean_of(entry, "enableTrade").value_or(false)};
  }
  return std::nullopt;
}

std::optional<candidate> find_ticker(dom::array contracts, std::string_view ticker) {
  std::optional<candidate> best;
  for (const auto entry : contracts) {
    const auto found = match(entry, ticker);
    if (found && (!best || better(*found, *best)))
      best = found;
  }
  return best;
}

std::optional<dom::element> find_coin(dom::element data, std::uint64_t id) {
  if (const auto coins = array_of(data, "coinList"))
    for (const auto coin : *coins)
      if (id_of(coin, "coinId") == id)
        return coin;
  return std::nullopt;
}

/// V2 says `resolution`, V1 `starkExResolution`.
std::optional<std::uint64_t> resolution_of(dom::element from) {
  auto text = text_of(from, "resolution");
  if (text.empty())
    text = text_of(from, "starkExResolution");
  const auto value = parse_integer(text);
  return value && *value != 0 ? value : std::nullopt;
}

/// The first tier's.
std::uint16_t read_leverage(dom::element entry) {
  if (const auto tiers = array_of(entry, "riskTierList"))
    for (const auto tier : *tiers) {
      const auto most = decimal_of(tier, "maxLeverage").value_or(decimal{});
      if (most >= decimal{1} && most <= decimal{1000})
        return static_cast<std::uint16_t>(most.round_to(1, rounding::down).count_of(1));
      break;
    }
  return 0;
}

/// maxOrderBuyPriceRatio and minOrderSellPriceRatio: distances from the oracle price.
void read_band(dom::element entry, instrument& out) {
  const auto up = decimal_of(entry, "maxOrderBuyPriceRatio").value_or(decimal{});
  if (up.is_positive())
    out.price_band_up = decimal{1} + up;
  const auto down = decimal_of(entry, "minOrderSellPriceRatio").value_or(decimal{});
  if (down.is_positive() && down < decimal{1})
    out.price_band_down = decimal{1} - down;
}

/// The venue counts in thousands: to single units.
void convert(instrument& x) {
  const auto m = x.multiplier;
  if (m == decimal{1})
    return;
  x.tick = decimal::divide(x.tick, m);
  x.lot = x.lot * m;
  x.min_quantity = x.min_quantity * m;
  x.max_quantity = x.max_quantity * m;
}

/// False when a number is missing or absurd.
bool read_contract(dom::element data, const candidate& from, listed_instrument& out) {
  const auto& entry = from.entry;
  const auto contract = id_of(entry, "contractId");
  const auto collateral = id_of(entry, "quoteCoinId");
  const auto coin = collateral ? find_coin(data, *collateral) : std::nullopt;
  const auto tick = decimal_of(entry, "tickSize");
  const auto lot = decimal_of(entry, "stepSize");
  const auto least = decimal_of(entry, "minOrderSize");
  const auto most = decimal_of(entry, "maxOrderSize").value_or(decimal{});
  const auto minutes = integer_of(entry, "fundingRateIntervalMin").value_or(240);
  const auto resolution = resolution_of(entry);
  const auto coin_resolution = coin ? resolution_of(*coin) : std::nullopt;
  if (!contract || !collateral || !tick || !tick->is_positive() || !lot || !lot->is_positive()
      || !least || least->is_negative() || most.is_negative() || minutes <= 0 || minutes > 24 * 60
      || !resolution || !coin_resolution)
    return false;
  out.contract = *contract;
  out.contract_text = std::to_string(*contract);
  out.funding_interval = std::chrono::minutes{minutes};
  out.default_maker_fee = decimal_of(entry, "defaultMakerFeeRate").value_or(missing_fee_rate());
  out.default_taker_fee = decimal_of(entry, "defaultTakerFeeRate").value_or(missing_fee_rate());
  out.scale = {*contract, *collateral, *resolution, *coin_resolution,
               std::max(out.default_maker_fee, out.default_taker_fee)};
  auto& rules = out.rules;
  rules.symbol = text_of(entry, "contractName");
  rules.quote = text_of(*coin, "coinName");
  rules.tick = *tick;
  rules.lot = *lot;
  rules.min_quantity = quantity{*least};
  rules.max_quantity = quantity{most};
  rules.multiplier = decimal::from_int(from.multiplier);
  rules.maker_fee = out.default_maker_fee;
  rules.taker_fee = out.default_taker_fee;
  rules.max_leverage = read_leverage(entry);
  rules.trading = from.trading;
  read_band(entry, rules);
  convert(rules);
  return rules.tick.is_positive();
}

std::optional<signing_domain> read_domain(dom::element data) {
  const auto global = member_of(data, "global");
  if (!global)
    return std::nullopt;
  auto chain = text_of(*global, "nativeChainId");
  if (chain.empty())
    chain = text_of(*global, "chainId");
  const auto id = parse_integer(chain);
  const auto contract = crypto::parse_address(text_of(*global, "contractAddress"));
  if (!id || !contract)
    return std::nullopt;
  return signing_domain{*id, *contract};
}

/// Maker and taker of one trade setting; empty when it sets no rates.
std::optional<std::pair<decimal, decimal>> read_rates(std::optional<dom::element> setting) {
  if (!setting || !boolean_of(*setting, "isSetFeeRate").value_or(false))
    return std::nullopt;
  const auto maker = decimal_of(*setting, "makerFeeRate");
  const auto taker = decimal_of(*setting, "takerFeeRate");
  if (!maker || !taker || maker->abs() >= decimal{1} || taker->abs() >= decimal{1})
    return std::nullopt;
  return std::pair{*maker, *taker};
}

} // namespace

std::optional<instrument_table::problem>
instrument_table::load(dom::element data, const std::vector<wanted_instrument>& wanted) {
  const auto contracts = array_of(data, "contractList");
  if (!contracts)
    return problem{session_end::garbage, "the metadata has no list of contracts"};
  all_.clear();
  coins_.clear();
  domain_ = read_domain(data);
  if (const auto coins = array_of(data, "coinList"))
    for (const auto coin : *coins)
      if (const auto id = id_of(coin, "coinId"))
        coins_[*id] = text_of(coin, "coinName");
  for (const auto& want : wanted) {
    const auto found = find_ticker(*contracts, want.ticker);
    if (!found)
      return problem{session_end::configuration,
                     "edgex lists no contract for the ticker " + want.ticker};
    listed_instrument x;
    x.rules.id = want.id;
    x.rules.ticker = want.ticker;
    if (!read_contract(data, *found, x))
      return problem{session_end::garbage, "the contract "
                                               + std::string{text_of(found->entry, "contractName")}
                                               + " in the metadata cannot be read"};
    if (by_contract(x.contract) != nullptr)
      return problem{session_end::configuration,
                     "two tickers of the configuration name the same contract " + x.rules.symbol};
    all_.push_back(std::move(x));
  }
  return std::nullopt;
}

const listed_instrument* instrument_table::by_contract(std::uint64_t contract) const {
  for (const auto& x : all_)
    if (x.contract == contract)
      return &x;
  return nullptr;
}

const listed_instrument* instrument_table::by_id(instrument_id id) const {
  for (const auto& x : all_)
    if (x.rules.id == id)
      return &x;
  return nullptr;
}

std::string_view instrument_table::coin_name(std::uint64_t coin) const {
  const auto found = coins_.find(coin);
  return found == coins_.end() ? std::string_view{} : std::string_view{found->second};
}

void instrument_table::apply_account(dom::element account) {
  const auto general = read_rates(member_of(account, "defaultTradeSetting"));
  const auto by_contract = member_of(account, "contractIdToTradeSetting");
  for (auto& x : all_) {
    auto rates = by_contract ? read_rates(member_of(*by_contract, x.contract_text)) : std::nullopt;
    if (!rates)
      rates = general;
    const auto [maker, taker] = rates.value_or(std::pair{x.default_maker_fee, x.default_taker_fee});
    x.rules.maker_fee = maker;
    x.rules.taker_fee = taker;
    // A fee bound too small is a refusal: the higher of the account's and the contract's rates.
    x.scale.fee_rate = std::max({x.default_maker_fee, x.default_taker_fee, maker, taker});
  }
}

} // namespace actorbot::venues::edgex
