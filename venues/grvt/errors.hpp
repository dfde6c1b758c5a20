#pragma once

#include "messages/order.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// What GRVT's answers mean for the command they answer. Source: gravity-technologies/api-spec,
/// the error tables of each endpoint, and the codes that ccxt knows beyond them.
namespace actorbot::venues::grvt {

/// What is known of a command after an answer that is not a plain success.
enum class verdict : std::uint8_t {
  refused,   ///< definitely not executed; the reason says why
  unknown,   ///< may or may not have been executed: only a query tells
  login,     ///< not executed because the session is over: log in, send the same again
  no_window, ///< not executed because a cancel may not wait for its order: send it without
  not_found, ///< the venue does not know the order (any more)
};

struct outcome {
  verdict what = verdict::unknown;
  reject_reason reason = reject_reason::none;
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// By the documented code alone; empty for a code that no document names.
std::optional<outcome> classify_code(std::int64_t code);

/// By HTTP status and code (empty when the body carried none). Everything that is not documented to
/// mean "not executed" is unknown.
outcome classify(unsigned status, std::optional<std::int64_t> code);

/// `reject_reason` of an order that ended REJECTED or CANCELLED; none for the ends that somebody
/// asked for. A word that no document names is `other`.
reject_reason reason_of(std::string_view venue_reason);

} // namespace actorbot::venues::grvt
