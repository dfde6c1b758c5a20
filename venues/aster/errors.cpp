#include "venues/aster/errors.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace actorbot::venues::aster {

namespace {

struct row {
  std::int64_t code;
  verdict what;
  reject_reason reason;
};

using enum verdict;
using r = reject_reason;

/// Descending by code, as the documentation lists them.
constexpr auto table = std::to_array<row>({
    {-1000, unknown, r::none},              // unknown error
    {-1001, unknown, r::none},              // disconnected: "status unknown"
    {-1002, refused, r::authentication},    // unauthorised
    {-1003, refused, r::rate_limit},        // too many requests
    {-1006, unknown, r::none},              // unexpected response: "status unknown"
    {-1007, unknown, r::none},              // time-out: "status unknown"
    {-1013, refused, r::invalid},           // invalid message
    {-1014, refused, r::invalid},           // unsupported order combination
    {-1015, refused, r::rate_limit},        // too many new orders
    {-1016, refused, r::venue_unavailable}, // service shutting down
    {-1020, refused, r::invalid},           // unsupported operation
    {-1021, resync, r::clock},              // timestamp outside recvWindow or ahead
    {-1022, refused, r::authentication},    // signature not valid
    {-1100, refused, r::invalid},           // illegal characters
    {-1101, refused, r::invalid},           // too many parameters
    {-1102, refused, r::invalid},           // mandatory parameter missing
    {-1103, refused, r::invalid},           // unknown parameter
    {-1104, refused, r::invalid},           // unread parameters
    {-1105, refused, r::invalid},           // empty parameter
    {-1106, refused, r::invalid},           // parameter not required
    {-1111, refused, r::price_tick},        // more decimals than price or quantity may have
    {-1114, refused, r::invalid},           // timeInForce not required
    {-1115, refused, r::invalid},           // invalid timeInForce
    {-1116, refused, r::invalid},           // invalid order type
    {-1117, refused, r::invalid},           // invalid side
    {-1121, refused, r::invalid},           // invalid symbol
    {-1125, refused, r::authentication},    // listen key does not exist
    {-1127, refused, r::invalid},           // lookup span too large
    {-1128, refused, r::invalid},           // bad combination of optional parameters
    {-1130, refused, r::invalid},           // invalid data for a parameter
    {-1136, refused, r::invalid},           // invalid newOrderRespType
    {-2010, refused, r::other},             // NEW_ORDER_REJECTED
    {-2011, not_found, r::unknown_order},   // CANCEL_REJECTED, "Unknown order sent."
    {-2013, not_found, r::unknown_order},   // "Order does not exist."
    {-2014, refused, r::authentication},    // API key format invalid
    {-2015, refused, r::authentication},    // invalid key, address or permission
    {-2018, refused, r::margin},            // balance not sufficient
    {-2019, refused, r::margin},            // "Margin is insufficient."
    {-2020, refused, r::other},             // unable to fill
    {-2021, refused, r::other},             // would trigger immediately
    {-2022, refused, r::reduce_only},       // "ReduceOnly Order is rejected."
    {-2023, refused, r::liquidation},       // user in liquidation mode
    {-2024, refused, r::reduce_only},       // position is not sufficient
    {-2025, refused, r::too_many_orders},   // max open orders
    {-2026, refused, r::reduce_only},       // type not supported when reduce-only
    {-2027, refused, r::margin},            // above the position limit of the leverage
    {-2028, refused, r::margin},            // leverage too small for the margin
    {-4001, refused, r::price_tick},        // price <= 0
    {-4002, refused, r::price_tick},        // price above the maximum
    {-4003, refused, r::size},              // quantity <= 0
    {-4004, refused, r::size},              // quantity below the minimum
    {-4005, refused, r::size},              // quantity above the maximum
    {-4013, refused, r::price_tick},        // price below the minimum
    {-4014, refused, r::price_tick},        // price off the tick
    {-4015, refused, r::invalid},           // client order id invalid
    {-4016, refused, r::price_band},        // price above mark * multiplierUp
    {-4023, refused, r::size},              // quantity off the step
    {-4024, refused, r::price_band},        // price below mark * multiplierDown
    {-4028, refused, r::invalid},           // leverage not valid
    {-4045, refused, r::too_many_orders},   // max conditional orders
    {-4046, already_set, r::none},          // no need to change margin type
    {-4047, refused, r::other},             // margin type: open orders
    {-4048, refused, r::other},             // margin type: position
    {-4059, already_set, r::none},          // no need to change position side
    {-4060, refused, r::invalid},           // invalid position side
    {-4061, refused, r::invalid},           // position side does not match the mode
    {-4062, refused, r::invalid},           // reduce-only conflict with the mode
    {-4067, refused, r::other},             // position side: open orders
    {-4068, refused, r::other},             // position side: positions
    {-4082, refused, r::invalid},           // batch too large
    {-4083, refused, r::other},             // batch failed
    {-4087, refused, r::market_closed},     // only reduce-only orders allowed
    {-4088, refused, r::authentication},    // no permission to place
    {-4116, unknown, r::duplicate_id},      // client id duplicated (sister API)
    {-4118, refused, r::margin},            // reduce-only margin check
    {-4131, refused, r::price_band},        // market order: best price outside the band
    {-4140, refused, r::market_closed},     // symbol status does not allow opening
    {-4141, refused, r::market_closed},     // symbol closed
    {-4164, refused, r::notional},          // notional below the minimum
    {-4168, refused, r::other},             // multi-assets mode blocks isolated (ccxt)
    {-4225, resync, r::nonce},              // "Nonce Expired"
    {-5060, refused, r::price_band},        // limit price outside PERCENT_PRICE (ccxt)
    {-5076, refused, r::notional},          // value below 5 USDT (ccxt)
});

static_assert(std::is_sorted(table.begin(), table.end(),
                             [](const row& a, const row& b) { return a.code > b.code; }));

bool says_duplicate(std::string_view message) {
  return message.find("uplicate") != std::string_view::npos;
}

} // namespace

std::optional<outcome> classify_code(std::int64_t code) {
  const auto* const at = std::lower_bound(table.begin(), table.end(), code,
                                          [](const row& a, std::int64_t c) { return a.code > c; });
  if (at == table.end() || at->code != code)
    return std::nullopt;
  return outcome{at->what, at->reason};
}

outcome classify(unsigned status, std::optional<std::int64_t> code, std::string_view message) {
  // 429 and 418 come from the limiter in front of the engine, whatever the body says.
  if (status == 429 || status == 418)
    return {verdict::refused, reject_reason::rate_limit};
  // 5xx: "it may have succeeded", whatever the body says. A page without a code: not the engine.
  if (status >= 500 || !code)
    return {};
  // Our ids never repeat, so a duplicate is a first copy of this very order: it may be alive.
  if (says_duplicate(message)
      && classify_code(*code) != outcome{verdict::resync, reject_reason::nonce})
    return {verdict::unknown, reject_reason::duplicate_id};
  return classify_code(*code).value_or(outcome{});
}

} // namespace actorbot::venues::aster
