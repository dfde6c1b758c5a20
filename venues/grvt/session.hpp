#pragma once

#include "venues/grvt/parse.hpp"
#include "venues/wire/http_text.hpp"
#include "venues/wire/session_words.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What both machines of the client share, and the cookie that a login brings.
namespace actorbot::venues::grvt {

/// The hosts. REST and WebSocket share them, so a simulator has to serve both on one port.
inline constexpr endpoint_id login_endpoint{0};
inline constexpr endpoint_id market_endpoint{1};
inline constexpr endpoint_id trades_endpoint{2};

/// Where streams are, on both stream hosts: JSON-RPC with long names.
inline constexpr std::string_view stream_target = "/ws/full";

/// The budget's measure: 10 ms of a client that keeps to one call at a time, as ccxt derives it
/// from the venue's help page ("create_order: 20 a second" is a weight of 5).
inline constexpr std::uint32_t weight_limit = 6000;

/// What every request with a body says about it; the venue refuses those that do not.
inline constexpr std::string_view json_type = "application/json";

/// The public list of active perpetuals.
http_request_view instruments_request();

/// Overwrites and removes the credentials of a copy of the settings.
void drop_credentials(session_settings& settings);

/// A refusal for rate takes half of the budget for as long as the window lasts: the venue's limits
/// are per call name and second, and its headers do not say how much is used.
void report_budget(const http_answer& answer, session_sink& sink);

/// Code and words of `{"request_id":1,"code":1000,"message":"...","status":401}`; no code when the
/// body is not that.
struct venue_error {
  std::optional<std::int64_t> code;
  /// "1000 You need to authenticate ...", or "HTTP 502" without a code. As the venue wrote it: to be
  /// cleaned, after credentials were taken out.
  std::string text;
};
venue_error read_error(const http_answer& answer, json_parser& parser);

/// The same of a stream's `"error":{"code":...,"message":...}`.
venue_error read_error(simdjson::dom::element error);

/// Why a session ends when one of its own requests is answered with that.
session_end end_of(unsigned status, const venue_error& error);

/// {"jsonrpc":"2.0","method":"subscribe","params":{"stream":...,"selectors":[...]},"id":...}
struct subscription {
  std::string_view stream;
  std::vector<std::string> selectors;
};
std::string subscribe_text(const subscription& what, std::uint32_t id);

/// The part of a selector before "@".
std::string_view primary(std::string_view selector);

/// "Sat, 01 Jan 2028 00:00:00 GMT" (also with dashes, as old cookies have it); empty when it is not
/// one.
std::optional<timestamp> parse_http_date(std::string_view text);

/// What a login gives.
struct login_session {
  std::string cookie;  ///< "gravity=..." as it is sent back
  std::string account; ///< X-Grvt-Account-Id
  /// Until when; zero when the cookie does not say.
  timestamp expires;
  std::uint64_t sub_account = 0; ///< 0: the key belongs to a funding account
};

/// Reads Set-Cookie, X-Grvt-Account-Id and the body; empty unless cookie and account are there and
/// may be sent in a header.
std::optional<login_session> read_login(const http_answer& answer, json_parser& parser);

} // namespace actorbot::venues::grvt
