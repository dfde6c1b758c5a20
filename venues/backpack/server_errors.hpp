#pragma once

#include "venues/exchange/types.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the server answers when it refuses, in the venue's codes and words.
/// Source: the official OpenAPI text, ApiErrorCode, and texts recorded by public bots.
namespace actorbot::venues::backpack::server {

struct failure {
  std::string code; ///< empty: the text is sent as it is, as for payloads that cannot be read
  std::string text;
  unsigned status = 400;
};

/// An answer of one call.
struct reply {
  unsigned status = 200;
  std::string body;
  bool is_json = true;
  bool is_refusal = false;
  std::vector<std::pair<std::string, std::string>> headers;

  reply() = default;
  explicit reply(std::string json) : body{std::move(json)} {}
  reply(const failure& refused); // NOLINT: a refusal is an answer
};

/// {"code":"INVALID_SYMBOL","message":"Invalid symbol"}
std::string error_body(const failure& refused);

namespace refuse {

failure request(std::string_view text);       ///< INVALID_CLIENT_REQUEST
failure order(std::string_view text);         ///< INVALID_ORDER
failure quantity(std::string_view text);      ///< INVALID_QUANTITY
failure price(std::string_view text);         ///< INVALID_PRICE
failure header(std::string_view name);        ///< INVALID_CLIENT_REQUEST "Invalid X-... header"
failure symbol();                             ///< INVALID_SYMBOL
failure not_found();                          ///< RESOURCE_NOT_FOUND, 404
failure unauthorized();                       ///< UNAUTHORIZED, 401
failure too_many_requests();                  ///< TOO_MANY_REQUESTS, 429
failure not_simulated(std::string_view what); ///< NOT_IMPLEMENTED
failure internal();                           ///< SERVER_ERROR, 500

/// parse request payload error: failed to parse "TYPE": DETAIL (occurred while parsing "PAYLOAD")
failure payload(std::string_view type, std::string_view detail, std::string_view payload);
/// The same of a query parameter.
failure parameter(std::string_view name, std::string_view detail);

} // namespace refuse

/// Why the exchange refused an order.
failure from_core(exchange::reject_code code);

} // namespace actorbot::venues::backpack::server
