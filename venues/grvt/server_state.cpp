#include "venues/grvt/server_state.hpp"

#include <algorithm>
#include <cstdio>

namespace actorbot::venues::grvt::server {

namespace {

/// Source: exchange-contract's currency list and the balance decimals there.
constexpr currency table[] = {
    {"USD", 1, 6},    {"USDC", 2, 6},   {"USDT", 3, 6},      {"ETH", 4, 9},      {"BTC", 5, 9},
    {"SOL", 6, 9},    {"ARB", 7, 6},    {"BNB", 8, 9},       {"ZK", 9, 6},       {"POL", 10, 6},
    {"OP", 11, 6},    {"ATOM", 12, 6},  {"KPEPE", 13, 3},    {"TON", 14, 6},     {"XRP", 15, 6},
    {"XLM", 16, 6},   {"WLD", 17, 6},   {"WIF", 18, 6},      {"VIRTUAL", 19, 6}, {"TRUMP", 20, 6},
    {"SUI", 21, 6},   {"KSHIB", 22, 6}, {"POPCAT", 23, 6},   {"PENGU", 24, 6},   {"LINK", 25, 6},
    {"KBONK", 26, 6}, {"JUP", 27, 6},   {"FARTCOIN", 28, 6}, {"ENA", 29, 6},     {"DOGE", 30, 6},
    {"AIXBT", 31, 6}, {"AI16Z", 32, 6}, {"ADA", 33, 6},      {"AAVE", 34, 9},    {"BERA", 35, 6},
    {"HYPE", 41, 6},  {"UNI", 44, 6},   {"AVAX", 48, 6},     {"LTC", 51, 9},     {"MNT", 56, 6},
    {"ASTER", 59, 6}, {"DOT", 62, 6},   {"NEAR", 65, 6},     {"BCH", 67, 9},     {"ZEC", 70, 9},
    {"APT", 76, 6},   {"FIL", 78, 6},   {"ICP", 79, 6},
};

currency find_currency(std::string_view symbol) {
  const auto* const found = std::find_if(std::begin(table), std::end(table),
                                         [&](const auto& c) { return c.symbol == symbol; });
  return found == std::end(table) ? currency{symbol, 255, 6} : *found;
}

constexpr int most_places = 9;

decimal written(decimal value) {
  return value.round_to(decimal::from_parts(1, -most_places), rounding::half_even);
}

} // namespace

std::span<const currency> currencies() { return table; }

const instrument_info& server_state::instrument(exchange::market_id market) const {
  while (instruments_.size() <= exchange::index_of(market)) {
    const auto id = static_cast<exchange::market_id>(instruments_.size());
    const auto& rules = core_.rules(id);
    const auto base = find_currency(rules.base);
    instrument_info info;
    info.market = id;
    info.symbol = rules.symbol;
    // A perpetual: kind 1 in the lowest byte, then the base, then the quote.
    info.asset
        = std::uint64_t{find_currency(rules.quote).id} << 16 | std::uint64_t{base.id} << 8 | 1;
    char digits[24];
    std::snprintf(digits, sizeof digits, "0x%06llx", static_cast<unsigned long long>(info.asset));
    info.asset_text = digits;
    info.base_decimals = base.balance_decimals;
    info.funding_cap = rules.base == "BTC" || rules.base == "ETH" ? "0.3"_d : "0.75"_d;
    info.funding_hours = rules.funding_interval / std::chrono::hours{1};
    instruments_.push_back(std::move(info));
  }
  return instruments_[exchange::index_of(market)];
}

void put(json_writer& to, std::string_view name, decimal value) {
  to.amount(name, written(value), 1);
}

void put_item(json_writer& to, decimal value) { to.amount_item(written(value), 1); }

void put(json_writer& to, std::string_view name, timestamp value) {
  to.text(name, std::to_string(to_ns(value)));
}

} // namespace actorbot::venues::grvt::server
