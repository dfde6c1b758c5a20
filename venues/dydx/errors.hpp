#pragma once

#include "messages/order.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// What the node's refusal codes mean for the transaction they answer. Sources: dydxprotocol/v4-chain,
/// protocol/x/clob/types/errors.go, x/accountplus/types/errors.go; cosmos-sdk, types/errors.
namespace actorbot::venues::dydx {

/// What is known of a transaction after an answer that is not a plain success.
enum class verdict : std::uint8_t {
  refused,   ///< definitely not executed; the reason says why
  unknown,   ///< may or may not have been executed: only a query tells
  resign,    ///< not executed because of its nonce: sign with another one, send again
  resync,    ///< not executed because of our clock: ask for the time, sign again, send again
  not_found, ///< the chain does not know the order (any more)
  accepted,  ///< what was asked for is so already: success
};

struct outcome {
  verdict what = verdict::unknown;
  reject_reason reason = reject_reason::none;
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// A code means something only together with its codespace. Empty for a pair that no source names.
std::optional<outcome> classify_code(std::string_view codespace, std::int64_t code);

/// `log` is "<detail>: <registered text>"; where one code has several causes the detail tells them
/// apart. What is not documented is unknown.
outcome classify(std::string_view codespace, std::int64_t code, std::string_view log);

/// A JSON-RPC error (no result at all) and its detail text.
outcome classify_rpc_error(std::int64_t code, std::string_view data);

} // namespace actorbot::venues::dydx
