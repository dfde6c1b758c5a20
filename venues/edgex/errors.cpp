#include "venues/edgex/errors.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace actorbot::venues::edgex {

namespace {

using enum verdict;
using r = reject_reason;

struct row {
  std::string_view code;
  verdict what;
  reject_reason reason;
};

/// In the order of the codes.
constexpr auto table = std::to_array<row>({
    {"ACCOUNT_NOT_FOUND", refused, r::authentication},
    {"ACCOUNT_UPDATE_LEVERAGE_FAILED_ORDER", refused, r::other}, // open orders
    {"GATEWAY_ERROR", unknown, r::none},
    {"GATEWAY_HEADER_REQUIRED", refused, r::authentication}, // an auth header is missing
    {"GATEWAY_PARAM_INVALID", refused, r::invalid},
    {"INSUFFICIENT_BALANCE", refused, r::margin},
    {"INVALID_ACCOUNT_ID", refused, r::authentication},
    {"INVALID_API_KEY", refused, r::authentication},
    {"INVALID_CONTRACT_ID", refused, r::invalid},
    {"INVALID_GET_PAGE_SIZE", refused, r::invalid},
    {"INVALID_PARAMETER", refused, r::invalid},
    {"INVALID_TIMESTAMP", resync, r::clock},
    {"ORDER_NOT_FOUND", not_found, r::unknown_order},
    {"RATE_LIMIT_EXCEEDED", refused, r::rate_limit},
    {"SIGNATURE_ERROR", refused, r::authentication}, // of the request or of the order
});

static_assert(std::is_sorted(table.begin(), table.end(),
                             [](const row& a, const row& b) { return a.code < b.code; }));

/// The first word that the code contains decides: what leaves the outcome open comes first, then
/// what is more special (TICK_SIZE before SIZE).
constexpr auto words = std::to_array<row>({
    // Our ids never repeat, so a duplicate is a first copy of this very order: it may be alive. The
    // nonce is made of the id, so a used nonce is the same (or another id with the same 32 bits).
    {"DUPLICATE", unknown, r::duplicate_id},
    {"REPEAT", unknown, r::duplicate_id},
    {"EXISTED", unknown, r::duplicate_id},
    {"ALREADY_EXIST", unknown, r::duplicate_id},
    {"NONCE", unknown, r::duplicate_id},
    {"INTERNAL", unknown, r::none},
    {"TIMEOUT", unknown, r::none},
    {"TIME_OUT", unknown, r::none},
    {"SYSTEM", unknown, r::none},
    {"UNKNOWN", unknown, r::none},
    {"TIMESTAMP", resync, r::clock},
    {"RATE_LIMIT", refused, r::rate_limit},
    {"TOO_MANY_REQUEST", refused, r::rate_limit},
    {"TOO_FREQUENT", refused, r::rate_limit},
    {"TOO_MANY_ORDER", refused, r::too_many_orders},
    {"SIGN", refused, r::authentication},
    {"API_KEY", refused, r::authentication},
    {"PASSPHRASE", refused, r::authentication},
    {"PERMISSION", refused, r::authentication},
    {"UNAUTHORIZED", refused, r::authentication},
    {"REDUCE_ONLY", refused, r::reduce_only},
    {"POST_ONLY", refused, r::post_only_would_cross},
    {"BALANCE", refused, r::margin},
    {"MARGIN", refused, r::margin},
    {"LEVERAGE", refused, r::margin},
    {"LIQUIDAT", refused, r::liquidation},
    {"ORDER_NOT_FOUND", not_found, r::unknown_order},
    {"ORDER_NOT_EXIST", not_found, r::unknown_order},
    {"NOT_FOUND", refused, r::invalid},
    {"MAINTENANCE", refused, r::venue_unavailable},
    {"CLOSED", refused, r::market_closed},
    {"DISABLED", refused, r::market_closed},
    {"TICK", refused, r::price_tick},
    {"PRICE", refused, r::price_band},
    {"SIZE", refused, r::size},
    {"INVALID", refused, r::invalid},
    {"PARAM", refused, r::invalid},
});

} // namespace

std::optional<outcome> classify_code(std::string_view code) {
  const auto* const at
      = std::lower_bound(table.begin(), table.end(), code,
                         [](const row& a, std::string_view c) { return a.code < c; });
  if (at == table.end() || at->code != code)
    return std::nullopt;
  return outcome{at->what, at->reason};
}

outcome classify_words(std::string_view code) {
  for (const auto& x : words)
    if (code.find(x.code) != code.npos)
      return {x.what, x.reason};
  return {};
}

outcome classify(unsigned status, std::string_view code) {
  // The limiter stands in front of the engine, whatever the body says.
  if (status == 429)
    return {refused, r::rate_limit};
  // 5xx: it may have succeeded. No code: not the engine that spoke. SUCCESS with a bad status
  // contradicts itself.
  if (status >= 500 || code.empty() || code == "SUCCESS")
    return {};
  const auto named = classify_code(code);
  return named ? *named : classify_words(code);
}

std::optional<outcome> classify_cancel(std::string_view result) {
  if (result == "SUCCESS" || result == "SUCCESS_ORDER_CANCELING")
    return std::nullopt;
  if (result == "FAILED_ORDER_NOT_FOUND")
    return outcome{not_found, r::unknown_order};
  // SUCCESS_ORDER_CANCELED and FAILED_ORDER_FILLED: it has ended already, and no event will say so.
  // The rest says nothing.
  return outcome{};
}

} // namespace actorbot::venues::edgex
