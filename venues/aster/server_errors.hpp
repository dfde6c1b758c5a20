#pragma once

#include "venues/exchange/types.hpp"

#include <string>
#include <string_view>

/// What the server answers when it refuses, in the venue's codes and words.
/// Source: asterdex/api-docs, error code sections of V1 and V3.
namespace actorbot::venues::aster::server {

/// The documentation asks for HTTP 400 unless it names another status.
struct failure {
  int code = 0;
  std::string text;
  unsigned status = 400;
};

/// An answer of one call.
struct reply {
  unsigned status = 200;
  std::string body;
  int code = 0; ///< of the error, zero without one

  reply() = default;
  explicit reply(std::string json) : body{std::move(json)} {}
  reply(const failure& refused); // NOLINT: a refusal is an answer
};

/// {"code":-1121,"msg":"Invalid symbol."}
std::string error_body(const failure& refused);

namespace refuse {

failure missing(std::string_view parameter);                  ///< -1102
failure both_missing(std::string_view a, std::string_view b); ///< -1102
failure illegal(std::string_view parameter);                  ///< -1100
failure duplicate_parameter(std::string_view parameter);      ///< -1101
failure not_required(std::string_view parameter);             ///< -1106
failure bad_data(std::string_view parameter);                 ///< -1130
failure bad_combination();                                    ///< -1128
failure span_too_long();                                      ///< -1127
failure precision();                                          ///< -1111
failure bad_symbol();                                         ///< -1121
failure unsupported(std::string_view what);                   ///< -1020
failure unknown_order();                                      ///< -2011
failure no_such_order();                                      ///< -2013
failure bad_signature();                                      ///< -1022
failure bad_key_format();                                     ///< -2014
failure bad_key();                                            ///< -2015
failure no_listen_key();                                      ///< -1125
failure bad_client_id();                                      ///< -4015
failure internal();                                           ///< -1000

} // namespace refuse

/// Why the exchange refused an order; `order_side` decides which bound was broken.
failure from_core(exchange::reject_code code, side order_side);

} // namespace actorbot::venues::aster::server
