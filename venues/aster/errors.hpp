#pragma once

#include "messages/order.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// What Aster's answers mean for the command they answer. Source: asterdex/api-docs, "Error codes",
/// and the codes that ccxt knows beyond it.
namespace actorbot::venues::aster {

/// What is known of a command after an answer that is not a plain success.
enum class verdict : std::uint8_t {
  refused,     ///< definitely not executed; the reason says why
  unknown,     ///< may or may not have been executed: only a query tells
  resync,      ///< not executed because of our clock or nonce: synchronise, sign again, send again
  not_found,   ///< the venue does not know the order (any more)
  already_set, ///< what was asked for is so already: success
};

struct outcome {
  verdict what = verdict::unknown;
  reject_reason reason = reject_reason::none;
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// By the documented code alone; empty for a code that no document names.
std::optional<outcome> classify_code(std::int64_t code);

/// By HTTP status, code (empty when the body carried none) and the venue's words. Everything that
/// is not documented to mean "not executed" is unknown.
outcome classify(unsigned status, std::optional<std::int64_t> code, std::string_view message);

} // namespace actorbot::venues::aster
