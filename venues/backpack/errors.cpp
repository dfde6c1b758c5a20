#include "venues/backpack/errors.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace actorbot::venues::backpack {

namespace {

using enum verdict;
using r = reject_reason;

struct code_row {
  std::string_view code;
  outcome means;
};

/// In alphabetical order.
constexpr auto codes = std::to_array<code_row>({
    {"ACCOUNT_DEACTIVATED", {refused, r::authentication}},
    {"ACCOUNT_LIQUIDATING", {refused, r::liquidation}},
    {"BORROW_LIMIT", {refused, r::margin}},
    {"BORROW_REQUIRES_LEND_REDEEM", {refused, r::margin}},
    {"FORBIDDEN", {refused, r::authentication}},
    {"INSUFFICIENT_FUNDS", {refused, r::margin}},
    {"INSUFFICIENT_MARGIN", {refused, r::margin}},
    {"INSUFFICIENT_SUPPLY", {refused, r::margin}},
    {"INVALID_ASSET", {refused, r::invalid}},
    {"INVALID_CLIENT_REQUEST", {refused, r::invalid}}, // the words say more
    {"INVALID_MARKET", {refused, r::invalid}},
    {"INVALID_ORDER", {refused, r::invalid}}, // the words say more
    {"INVALID_POSITION_ID", {refused, r::invalid}},
    {"INVALID_PRICE", {refused, r::price_tick}}, // the words say more
    {"INVALID_QUANTITY", {refused, r::size}},
    {"INVALID_RANGE", {refused, r::invalid}},
    {"INVALID_SIGNATURE", {refused, r::authentication}},
    {"INVALID_SOURCE", {refused, r::authentication}},
    {"INVALID_SYMBOL", {refused, r::invalid}},
    {"INVALID_TWO_FACTOR_CODE", {refused, r::authentication}},
    {"LEND_LIMIT", {refused, r::margin}},
    {"LEND_REQUIRES_BORROW_REPAY", {refused, r::margin}},
    {"MAINTENANCE", {refused, r::venue_unavailable}},
    {"MAX_LEVERAGE_REACHED", {refused, r::margin}},
    {"NOT_IMPLEMENTED", {refused, r::invalid}},
    {"ORDER_LIMIT", {refused, r::too_many_orders}},
    {"POSITION_LIMIT", {refused, r::margin}},
    {"PRECONDITION_FAILED", {refused, r::other}},
    {"RESOURCE_NOT_FOUND", {not_found, r::unknown_order}},
    {"SERVER_ERROR", {unknown, r::none}},
    {"TIMEOUT", {unknown, r::none}},
    {"TOO_EARLY", {refused, r::venue_unavailable}},
    {"TOO_MANY_REQUESTS", {refused, r::rate_limit}},
    {"TRADING_PAUSED", {refused, r::market_closed}},
    {"UNAUTHORIZED", {refused, r::authentication}},
});

struct expiry_row {
  std::string_view word; ///< in lower case, without underscores
  reject_reason reason;
};

/// expiryReason of the order history; in alphabetical order.
constexpr auto expiries = std::to_array<expiry_row>({
    {"accounttradingsuspended", r::authentication},
    {"borrowrequireslendredeem", r::margin},
    {"fillorkill", r::none},
    {"immediateorcancel", r::none},
    {"insufficientborrowablequantity", r::margin},
    {"insufficientfunds", r::margin},
    {"insufficientliquidity", r::other},
    {"insufficientmargin", r::margin},
    {"invalidprice", r::price_tick},
    {"invalidquantity", r::size},
    {"liquidation", r::liquidation},
    {"maxstopordersperposition", r::too_many_orders},
    {"negativeequity", r::liquidation},
    {"positionlimit", r::margin},
    {"postonlymode", r::market_closed},
    {"postonlytaker", r::post_only_would_cross},
    {"priceband", r::price_band}, // the sample of the stream's documentation
    {"priceimpact", r::price_band},
    {"priceoutofbounds", r::price_band},
    {"reduceonlynotreduced", r::reduce_only},
    {"selftradeprevention", r::self_trade},
    {"slippagetoleranceexceeded", r::price_band},
    {"stopwithoutposition", r::reduce_only},
    {"unknown", r::other},
    {"userpermissions", r::authentication},
});

template <class Table, class Name>
const auto* find_row(const Table& table, std::string_view wanted, Name name) {
  const auto at = std::lower_bound(table.begin(), table.end(), wanted,
                                   [&](const auto& x, std::string_view w) { return name(x) < w; });
  return at != table.end() && name(*at) == wanted ? &*at : nullptr;
}

bool says(std::string_view message, std::string_view words) {
  return message.find(words) != std::string_view::npos;
}

/// INVALID_CLIENT_REQUEST is the code of many things.
outcome classify_client_request(std::string_view message) {
  if (says(message, "expired"))
    return {resync, r::clock};
  if (says(message, "ignature") || says(message, "X-API") || says(message, "X-Api"))
    return {refused, r::authentication};
  if (message.starts_with("Price"))
    return {refused, r::price_tick};
  if (message.starts_with("Quantity"))
    return {refused, r::size};
  return {refused, r::invalid};
}

outcome classify_order(std::string_view message) {
  if (says(message, "immediately match"))
    return {refused, r::post_only_would_cross};
  if (says(message, "educe"))
    return {refused, r::reduce_only};
  return {refused, r::invalid};
}

} // namespace

std::optional<outcome> classify_code(std::string_view code) {
  const auto* row = find_row(codes, code, [](const code_row& x) { return x.code; });
  return row != nullptr ? std::optional{row->means} : std::nullopt;
}

reject_reason expiry_reason(std::string_view word) {
  if (word.empty())
    return reject_reason::none;
  std::string plain;
  for (const char c : word)
    if (c != '_')
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto* row = find_row(expiries, plain, [](const expiry_row& x) { return x.word; });
  return row != nullptr ? row->reason : reject_reason::other;
}

outcome classify(unsigned status, std::string_view code, std::string_view message) {
  // From the limiter in front of the engine, whatever the body says.
  if (status == 429)
    return {refused, r::rate_limit};
  // 5xx: it may have happened, whatever the body says.
  if (status >= 500)
    return {};
  if (status == 401)
    return {refused, r::authentication};
  constexpr std::string_view expired = "Order expired ";
  if (message.starts_with(expired)) {
    const auto reason = expiry_reason(message.substr(expired.size()));
    return reason == r::post_only_would_cross ? outcome{refused, reason} : outcome{ended, reason};
  }
  // The body was not even read as an order; this one comes as plain text.
  if (code.empty())
    return message.starts_with("parse request payload error") ? outcome{refused, r::invalid}
                                                              : outcome{};
  // Our ids never repeat, so a duplicate is a first copy of this very order: it may be alive.
  if (says(message, "uplicate"))
    return {unknown, r::duplicate_id};
  if (code == "INVALID_CLIENT_REQUEST")
    return classify_client_request(message);
  if (code == "INVALID_ORDER")
    return classify_order(message);
  if (code == "INVALID_PRICE" && says(message, "too far"))
    return {refused, r::price_band};
  return classify_code(code).value_or(outcome{});
}

} // namespace actorbot::venues::backpack
