#include "venues/grvt/errors.hpp"

#include <algorithm>
#include <array>

namespace actorbot::venues::grvt {

namespace {

struct row {
  std::int64_t code;
  verdict what;
  reject_reason reason;
};

using enum verdict;
using r = reject_reason;

constexpr auto table = std::to_array<row>({
    {1000, login, r::authentication},      // "You need to authenticate"
    {1001, refused, r::authentication},    // not authorised for this functionality
    {1002, unknown, r::none},              // internal server error
    {1003, refused, r::invalid},           // malformed syntax
    {1004, not_found, r::unknown_order},   // data not found
    {1005, unknown, r::none},              // unknown error
    {1006, refused, r::rate_limit},        // rate limit of the tier
    {1008, refused, r::authentication},    // address not whitelisted
    {1009, refused, r::venue_unavailable}, // endpoint deactivated for now
    {1012, refused, r::invalid},           // signature's chain id
    {1101, refused, r::invalid},           // feed is not primary@secondary
    {1102, refused, r::invalid},           // number of primary selectors
    {1103, refused, r::invalid},           // number of secondary selectors
    {1400, refused, r::authentication},    // signer without trade permission
    {2000, refused, r::authentication},    // signer is not authorised
    {2001, refused, r::clock},             // signature expired
    {2002, refused, r::invalid},           // signature does not match the payload
    {2003, refused, r::authentication},    // sub-account is not the session's
    {2004, refused, r::authentication},    // session key expired
    {2005, refused, r::invalid},           // v
    {2006, refused, r::invalid},           // length of r or s
    {2007, refused, r::invalid},           // high s
    {2008, refused, r::clock},             // signed for longer than allowed
    {2010, refused, r::invalid},           // order id given
    {2011, refused, r::invalid},           // client order id missing
    {2012, unknown, r::duplicate_id},      // client order id of an active order
    {2020, refused, r::invalid},           // market order with a price
    {2021, refused, r::invalid},           // limit order without a price
    {2030, refused, r::invalid},           // time in force of the book
    {2031, refused, r::invalid},           // time in force of RFQ
    {2032, refused, r::invalid},           // post-only with IOC or FOK
    {2040, refused, r::invalid},           // no leg
    {2041, refused, r::invalid},           // legs not sorted
    {2042, refused, r::invalid},           // more than one leg
    {2050, refused, r::invalid},           // state given
    {2051, refused, r::invalid},           // execution metadata given
    {2060, refused, r::market_closed},     // inactive derivative
    {2061, refused, r::invalid},           // unsupported instrument
    {2062, refused, r::size},              // below the minimum
    {2063, refused, r::size},              // below the minimum of a block
    {2064, refused, r::price_tick},        // price off the tick
    {2065, refused, r::size},              // size too granular
    {2066, refused, r::notional},          // below the minimum notional
    {2067, refused, r::notional},          // the same, when reducing
    {2070, refused, r::invalid},           // liquidation order
    {2080, refused, r::margin},            // insufficient margin
    {2081, refused, r::size},              // above the maximum position
    {2082, refused, r::other},             // pre-order check
    {2083, refused, r::margin},            // above the maximum of the leverage tier
    {2084, refused, r::other},             // post-order check
    {2090, refused, r::too_many_orders},   // open orders
    {2110, refused, r::invalid},           // trigger orders, 2110 to 2117
    {2111, refused, r::invalid},
    {2112, refused, r::invalid},
    {2113, refused, r::invalid},
    {2114, refused, r::invalid},
    {2115, refused, r::invalid},
    {2116, refused, r::invalid},
    {2117, refused, r::invalid},
    {2233, refused, r::invalid},     // both kinds of ids
    {2234, refused, r::invalid},     // bulk: several instruments
    {2235, refused, r::invalid},     // bulk: too many
    {2242, refused, r::other},       // listed for create_order without words
    {2300, no_window, r::other},     // cancel's time to live is switched off
    {2301, refused, r::invalid},     // cancel's time to live is too long
    {2400, refused, r::reduce_only}, // no position
    {2401, refused, r::reduce_only}, // would increase it
    {2402, refused, r::reduce_only}, // larger than it
    {2413, refused, r::invalid},     // bulk replace: numbers differ
    {2450, refused, r::other},       // listed for create_order without words, to 2453
    {2451, refused, r::other},
    {2452, refused, r::other},
    {2453, refused, r::other},
    {3000, refused, r::invalid},       // instrument
    {3001, refused, r::invalid},       // stream (legacy framing; ccxt)
    {3004, refused, r::other},         // no margin configuration
    {3005, refused, r::other},         // no decimals of the underlying
    {3006, refused, r::other},         // no decimals of the quote
    {3007, refused, r::invalid},       // not for spot
    {3011, refused, r::invalid},       // limit out of bounds
    {3013, refused, r::invalid},       // limit not supported
    {3020, refused, r::invalid},       // sub-account id
    {3021, refused, r::invalid},       // neither kind of id
    {3030, refused, r::invalid},       // feed rate
    {3031, refused, r::invalid},       // depth
    {6000, refused, r::invalid},       // countdown above 300 s
    {7201, refused, r::price_band},    // limit price protection band (ccxt)
    {7304, refused, r::market_closed}, // only position-reducing orders
    {7500, refused, r::other},         // builder fees (ccxt), to 7504
    {7501, refused, r::other},
    {7502, refused, r::other},
    {7503, refused, r::other},
    {7504, refused, r::other},
});

static_assert(std::is_sorted(table.begin(), table.end(),
                             [](const row& a, const row& b) { return a.code < b.code; }));

struct word {
  std::string_view text;
  reject_reason reason;
};

constexpr auto words = std::to_array<word>({
    {"UNSPECIFIED", r::none},
    {"CLIENT_CANCEL", r::none},
    {"CLIENT_BULK_CANCEL", r::none},
    {"CLIENT_SESSION_END", r::none},
    {"MARKET_CANCEL", r::none},
    {"IOC_CANCEL", r::none},
    {"AON_CANCEL", r::none},
    {"FOK_CANCEL", r::none},
    {"EXPIRED", r::none},
    {"FAIL_POST_ONLY", r::post_only_would_cross},
    {"FAIL_REDUCE_ONLY", r::reduce_only},
    {"MM_PROTECTION", r::other},
    {"SELF_TRADE_PROTECTION", r::self_trade},
    {"SELF_MATCHED_SUBACCOUNT", r::self_trade},
    {"OVERLAPPING_CLIENT_ORDER_ID", r::duplicate_id},
    {"BELOW_MARGIN", r::margin},
    {"LIQUIDATION", r::liquidation},
    {"INSTRUMENT_INVALID", r::invalid},
    {"INSTRUMENT_DEACTIVATED", r::market_closed},
    {"SYSTEM_FAILOVER", r::venue_unavailable},
    {"UNAUTHORISED", r::authentication},
    {"SESSION_KEY_EXPIRED", r::authentication},
    {"SUB_ACCOUNT_NOT_FOUND", r::authentication},
    {"NO_TRADE_PERMISSION", r::authentication},
    {"UNSUPPORTED_TIME_IN_FORCE", r::invalid},
    {"MULTI_LEGGED_ORDER", r::invalid},
    {"EXCEED_MAX_POSITION_SIZE", r::size},
    {"EXCEED_MAX_SIGNATURE_EXPIRATION", r::clock},
    {"MARKET_ORDER_WITH_LIMIT_PRICE", r::invalid},
    {"CLIENT_CANCEL_ON_DISCONNECT_TRIGGERED", r::none},
    {"OCO_COUNTER_PART_TRIGGERED", r::other},
    {"REDUCE_ONLY_LIMIT", r::reduce_only},
    {"CLIENT_REPLACE", r::none},
    {"INVALID_ORDER_TYPE", r::invalid},
    {"CURRENCY_NOT_DEFINED", r::invalid},
    {"INVALID_CHAIN_ID", r::invalid},
    {"INSUFFICIENT_BALANCE", r::margin},
    {"BELOW_MARGIN_WITH_PENALTY_DEVIATION", r::margin},
});

} // namespace

std::optional<outcome> classify_code(std::int64_t code) {
  const auto* const at = std::lower_bound(table.begin(), table.end(), code,
                                          [](const row& a, std::int64_t c) { return a.code < c; });
  if (at == table.end() || at->code != code)
    return std::nullopt;
  return outcome{at->what, at->reason};
}

outcome classify(unsigned status, std::optional<std::int64_t> code) {
  // 5xx: whatever the body says, it may have happened.
  if (status >= 500)
    return {};
  if (code)
    return classify_code(*code).value_or(outcome{});
  if (status == 429)
    return {verdict::refused, reject_reason::rate_limit};
  if (status == 401)
    return {verdict::login, reject_reason::authentication};
  return {}; // a page of something that is not the venue's gateway
}

reject_reason reason_of(std::string_view venue_reason) {
  const auto* const at = std::find_if(words.begin(), words.end(),
                                      [&](const word& w) { return w.text == venue_reason; });
  return at == words.end() ? reject_reason::other : at->reason;
}

} // namespace actorbot::venues::grvt
