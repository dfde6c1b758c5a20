#include "venues/dydx/errors.hpp"

#include <algorithm>
#include <array>

namespace actorbot::venues::dydx {

namespace {

struct row {
  std::string_view codespace;
  std::int64_t code;
  verdict what;
  reject_reason reason;
};

using enum verdict;
using r = reject_reason;

constexpr std::string_view sdk = "sdk";
constexpr std::string_view clob = "clob";
constexpr std::string_view accountplus = "accountplus";

/// Our client ids never repeat: a refusal that speaks of an earlier order with this id speaks of a
/// first copy of this very order, which may be alive. Those are unknown, duplicate_id.
constexpr auto table = std::to_array<row>({
    {accountplus, 100, refused, r::authentication}, // authenticator: signature verification
    {accountplus, 101, refused, r::authentication}, // authenticator: message type
    {accountplus, 102, refused, r::authentication}, // authenticator: clob pair
    {accountplus, 103, refused, r::authentication}, // authenticator: subaccount
    {accountplus, 104, refused, r::authentication}, // authenticator: AllOf
    {accountplus, 105, refused, r::authentication}, // authenticator: AnyOf
    {clob, 3, refused, r::invalid},                 // order side
    {clob, 4, refused, r::size},                    // quantums
    {clob, 5, refused, r::invalid},                 // good-til-block
    {clob, 6, refused, r::price_tick},              // subticks
    {clob, 7, refused, r::other},                   // a cancel of this id came first
    {clob, 8, refused, r::invalid},                 // no such market
    {clob, 9, accepted, r::none},                   // cancelled already
    {clob, 10, refused, r::stale},                  // good-til-block passed
    {clob, 11, refused, r::stale},                  // good-til-block too far ahead
    {clob, 12, refused, r::invalid},                // MsgPlaceOrder is invalid
    {clob, 20, unknown, r::duplicate_id},           // replacing an existing order failed
    {clob, 24, unknown, r::duplicate_id},           // order is fully filled
    {clob, 29, refused, r::invalid},                // cancel's time before the order's
    {clob, 30, unknown, r::duplicate_id},           // same order processed already
    {clob, 32, accepted, r::none},                  // cancelled in this block already
    {clob, 34, refused, r::market_closed},          // status of the market
    {clob, 45, refused, r::invalid},                // batch cancel
    {clob, 47, refused, r::venue_unavailable},      // node is starting
    {clob, 48, refused, r::invalid},                // deprecated field (fill-or-kill)
    {clob, 49, refused, r::invalid},                // TWAP
    {clob, 50, refused, r::invalid},                // builder code
    {clob, 2001, refused, r::reduce_only},          // would increase the position
    {clob, 2003, refused, r::post_only_would_cross},
    {clob, 2004, unknown, r::duplicate_id},     // IOC filled already
    {clob, 2005, refused, r::other},            // isolated subaccount constraints
    {clob, 3000, refused, r::invalid},          // order flags
    {clob, 3001, refused, r::invalid},          // good-til-block-time
    {clob, 3002, refused, r::invalid},          // stateful with immediate execution
    {clob, 3003, refused, r::stale},            // good-til-block-time passed
    {clob, 3004, refused, r::invalid},          // good-til-block-time beyond 95 days
    {clob, 3005, unknown, r::duplicate_id},     // same stateful order exists
    {clob, 3006, not_found, r::unknown_order},  // stateful order does not exist
    {clob, 3007, refused, r::margin},           // collateralization check
    {clob, 3008, refused, r::other},            // cancelled before
    {clob, 5001, refused, r::rate_limit},       // block rate limit
    {clob, 6000, refused, r::invalid},          // condition type
    {clob, 6001, refused, r::invalid},          // trigger subticks
    {clob, 9003, refused, r::reduce_only},      // reduce-only without IOC
    {clob, 10001, refused, r::too_many_orders}, // equity tier
    {clob, 11000, refused, r::invalid},         // order router address
    {sdk, 2, refused, r::invalid},              // tx parse error
    {sdk, 3, resign, r::nonce},                 // invalid sequence
    {sdk, 4, refused, r::authentication},       // signature, account number or chain id
    {sdk, 5, refused, r::margin},               // insufficient funds
    {sdk, 6, refused, r::invalid},              // unknown type URL or path
    {sdk, 7, refused, r::invalid},              // address
    {sdk, 8, refused, r::authentication},       // public key is not the owner's
    {sdk, 9, refused, r::authentication},       // account does not exist
    {sdk, 11, refused, r::invalid},             // out of gas
    {sdk, 12, refused, r::invalid},             // memo too large
    {sdk, 13, refused, r::invalid},             // fee
    {sdk, 15, refused, r::invalid},             // no signatures
    {sdk, 18, refused, r::invalid},             // invalid request
    {sdk, 19, accepted, r::none},               // tx already in mempool
    {sdk, 20, refused, r::venue_unavailable},   // mempool is full
    {sdk, 21, refused, r::invalid},             // tx too large
    {sdk, 30, refused, r::stale},               // timeout height
    {sdk, 31, refused, r::invalid},             // extension options
    {sdk, 32, resign, r::nonce},                // sequence or timestamp nonce
});

constexpr bool before(const row& a, std::string_view codespace, std::int64_t code) {
  return a.codespace != codespace ? a.codespace < codespace : a.code < code;
}

static_assert(std::is_sorted(table.begin(), table.end(), [](const row& a, const row& b) {
  return before(a, b.codespace, b.code);
}));

bool says(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

} // namespace

std::optional<outcome> classify_code(std::string_view codespace, std::int64_t code) {
  const auto* const at
      = std::lower_bound(table.begin(), table.end(), code,
                         [&](const row& a, std::int64_t c) { return before(a, codespace, c); });
  if (at == table.end() || at->codespace != codespace || at->code != code)
    return std::nullopt;
  return outcome{at->what, at->reason};
}

outcome classify(std::string_view codespace, std::int64_t code, std::string_view log) {
  if (codespace == sdk && code == 32 && says(log, "not within valid time window"))
    return {resync, r::clock};
  if (codespace == clob && code == 12 && says(log, "SubticksPerTick"))
    return {refused, r::price_tick};
  if (codespace == clob && code == 12 && says(log, "StepBaseQuantums"))
    return {refused, r::size};
  return classify_code(codespace, code).value_or(outcome{});
}

outcome classify_rpc_error(std::int64_t code, std::string_view data) {
  switch (code) {
  case -32603: // internal error: the detail says what
    if (says(data, "tx already exists in cache"))
      return {accepted, r::none};
    if (says(data, "mempool is full"))
      return {refused, r::venue_unavailable};
    if (says(data, "Tx too large"))
      return {refused, r::invalid};
    return {};
  case -32600: // invalid request
  case -32601: // method not found
  case -32602: // invalid params
  case -32700: // parse error
    return {refused, r::invalid};
  default:
    return {};
  }
}

} // namespace actorbot::venues::dydx
