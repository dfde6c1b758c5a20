#pragma once

#include "messages/order.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// What EdgeX's answers mean for the command they answer. The venue publishes no full list of
/// codes: those that documents, SDKs or live probes name are in a table, others are read by their
/// words.
namespace actorbot::venues::edgex {

/// What is known of a command after an answer that is not a plain success.
enum class verdict : std::uint8_t {
  refused,   ///< definitely not executed; the reason says why
  unknown,   ///< may or may not have been executed: only a query tells
  resync,    ///< not executed because of our clock: synchronise, sign again, send again
  not_found, ///< the venue does not know the order
};

struct outcome {
  verdict what = verdict::unknown;
  reject_reason reason = reject_reason::none;
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// By the named codes alone; empty for others.
std::optional<outcome> classify_code(std::string_view code);

/// By the words of a code that nobody names ("ORDER_SIZE_TOO_SMALL"); unknown when no word is known.
outcome classify_words(std::string_view code);

/// By HTTP status and code (empty when the body carried none). A refusal may come with status 200.
outcome classify(unsigned status, std::string_view code);

/// The refusal of a cancel inside a success: one value of cancelResultMap. Empty = it was taken.
std::optional<outcome> classify_cancel(std::string_view result);

} // namespace actorbot::venues::edgex
