#pragma once

#include "venues/dydx/order_ids.hpp"
#include "venues/wire/http_text.hpp"
#include "venues/wire/iso_time.hpp"
#include "venues/wire/json_reader.hpp"
#include "venues/wire/session_words.hpp"

#include <string>
#include <string_view>

/// What both machines of the client share: where things are, errors in words.
namespace actorbot::venues::dydx {

inline constexpr endpoint_id indexer_endpoint{0};
inline constexpr endpoint_id stream_endpoint{1};
inline constexpr endpoint_id node_endpoint{2};

/// What public nodes allow; the Indexer counts apart (100 in 10 s).
inline constexpr std::uint32_t node_requests_per_minute = 250;

inline constexpr std::string_view socket_target = "/v4/ws";
inline constexpr std::string_view markets_target = "/v4/perpetualMarkets";

/// Overwrites and removes the credentials of a copy of the settings.
void drop_credentials(session_settings& settings);

/// An answer of the Indexer that is not a success, in words: "HTTP 404 Unable to find order id ...".
struct indexer_error {
  std::string message; ///< the venue's first message, cleaned; empty when the body has none
  std::string text;
};
indexer_error read_error(const http_answer& answer, json_parser& parser);

/// Why a session ends when one of its own requests is answered with that.
session_end end_of(unsigned status);

} // namespace actorbot::venues::dydx
