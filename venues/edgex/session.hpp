#pragma once

#include "venues/descriptor.hpp"
#include "venues/edgex/errors.hpp"
#include "venues/edgex/parse.hpp"
#include "venues/wire/http_text.hpp"
#include "venues/wire/session_words.hpp"

#include <string>
#include <string_view>

/// What both machines of the client share: hosts and paths, the envelope of answers, errors in
/// words, the JSON heartbeat of the streams.
namespace actorbot::venues::edgex {

inline constexpr endpoint_id rest_endpoint{0};
inline constexpr endpoint_id stream_endpoint{1};

/// REST paths carry the generation, WebSocket paths are those of V1 in both.
inline constexpr std::string_view rest_prefix = "/api/v2/";
inline constexpr std::string_view public_stream_path = "/api/v1/public/ws";
inline constexpr std::string_view private_stream_path = "/api/v1/private/ws";

/// Requests a minute that this client allows itself: the venue's limits are unpublished.
inline constexpr std::uint32_t weight_per_minute = 240;

/// Overwrites and removes the credentials of a copy of the settings.
void drop_credentials(session_settings& settings);

/// A refusal for rate counts as a used-up budget: the venue does not say more.
void report_budget(const http_answer& answer, session_sink& sink);

/// What an answer says in its envelope `{"code":"SUCCESS","data":...}`.
struct envelope {
  bool readable = false;
  std::string_view code;                      ///< empty when there is none
  std::optional<simdjson::dom::element> data; ///< of a success
};
/// Views live until the parser is used again.
envelope read_envelope(const http_answer& answer, json_parser& parser);

/// Code and words of a refusal.
struct venue_error {
  std::string code;
  /// "INVALID_PARAMETER price ...", or "HTTP 502" without a code. Of a refusal for authentication
  /// the code alone: the venue's words may quote key or account.
  std::string text;
};
venue_error read_error(const http_answer& answer, json_parser& parser);

/// Code and words of the `content` of a stream's error frame.
venue_error read_stream_error(simdjson::dom::element frame);

/// Why a session ends when one of its own requests is answered with that.
session_end end_of(unsigned status, std::string_view code);

/// Answers a `ping` of the venue with a pong of the same time. False when the frame is none.
bool answer_ping(simdjson::dom::element frame, std::string_view type, stream_id stream,
                 std::string& buffer, session_sink& sink);
/// Our own ping: the pong proves that the stream lives while nothing happens.
void send_ping(stream_id stream, timestamp now, std::string& buffer, session_sink& sink);

} // namespace actorbot::venues::edgex
