#pragma once

#include "venues/backpack/errors.hpp"
#include "venues/descriptor.hpp"
#include "venues/wire/json_reader.hpp"
#include "venues/wire/session_words.hpp"

#include <string>
#include <string_view>

/// What both machines of the client share: endpoints, errors in words, times.
namespace actorbot::venues::backpack {

inline constexpr endpoint_id rest_endpoint{0};
inline constexpr endpoint_id stream_endpoint{1};

/// Of a sub-account, over all calls but candles and historical trades (support FAQ). The venue does
/// not say how many are used.
inline constexpr std::uint32_t requests_per_minute = 2000;

/// Overwrites and removes the credentials of a copy of the settings.
void drop_credentials(session_settings& settings);

/// A refusal for rate counts as a used-up budget.
void report_budget(const http_answer& answer, session_sink& sink);

/// Code and words of `{"code":"INVALID_ORDER","message":"Invalid order"}`; of a plain text the words
/// only.
struct venue_error {
  std::string code;
  std::string message; ///< cleaned
  /// "INVALID_ORDER Invalid order", or "HTTP 502" without a code.
  std::string text;
};
venue_error read_error(const http_answer& answer, json_parser& parser);

/// Why a session ends when one of its own requests is answered with that.
session_end end_of(unsigned status, const venue_error& error);

/// Histories state UTC without a zone: "2025-07-27T18:05:40.897". Zero when it is not that.
timestamp history_time_of(simdjson::dom::element from, std::string_view name);

} // namespace actorbot::venues::backpack
