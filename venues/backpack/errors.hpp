#pragma once

#include "messages/order.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// What Backpack's refusals mean for the command they answer. Sources: the OpenAPI text's error
/// codes, and the messages that public bots have recorded.
namespace actorbot::venues::backpack {

/// What is known of a command after an answer that is not a success.
enum class verdict : std::uint8_t {
  refused,   ///< definitely not executed; the reason says why
  unknown,   ///< may or may not have been executed: only a query tells
  resync,    ///< not executed because of our clock: synchronise, sign again, send again
  not_found, ///< the venue does not know the order (any more), or it does not rest
  ended,     ///< the order was taken and ended at once ("Order expired ImmediateOrCancel")
};

struct outcome {
  verdict what = verdict::unknown;
  reject_reason reason = reject_reason::none;
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// By the documented code alone; empty for a code that no document names.
std::optional<outcome> classify_code(std::string_view code);

/// By HTTP status, code (empty when the body carried none) and the venue's words. Everything that
/// is not documented to mean "not executed" is unknown.
outcome classify(unsigned status, std::string_view code, std::string_view message);

/// Why an order expired, from the word of the history ("PostOnlyTaker") or of the stream
/// ("POST_ONLY_TAKER"): case and underscores do not count. `none` for the ordinary end of an IOC or
/// FOK order and for no word at all, `other` for a word that no document names.
reject_reason expiry_reason(std::string_view word);

} // namespace actorbot::venues::backpack
