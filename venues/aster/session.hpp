#pragma once

#include "venues/wire/http_text.hpp"
#include "venues/wire/json_reader.hpp"
#include "venues/wire/session_words.hpp"

#include <string>
#include <string_view>

/// What both machines of the client share: reading the settings, errors in words, the rate budget.
namespace actorbot::venues::aster {

inline constexpr endpoint_id rest_endpoint{0};
inline constexpr endpoint_id stream_endpoint{1};

/// Whether `api` says "v1"; else "v3".
bool uses_v1(const session_settings& settings);

/// Overwrites and removes the credentials of a copy of the settings.
void drop_credentials(session_settings& settings);

/// Passes X-MBX-USED-WEIGHT-1M on; a refusal for rate counts as a used-up budget.
void report_budget(const http_answer& answer, std::uint32_t limit, session_sink& sink);

/// Code and words of `{"code":-1121,"msg":"Invalid symbol."}`; no code when the body is not that.
struct venue_error {
  std::optional<std::int64_t> code;
  std::string message; ///< cleaned
  /// "-1121 Invalid symbol.", or "HTTP 502" without a code.
  std::string text;
};
venue_error read_error(const http_answer& answer, json_parser& parser);

/// Why a session ends when one of its own requests is answered with that.
session_end end_of(unsigned status, const venue_error& error);

} // namespace actorbot::venues::aster
