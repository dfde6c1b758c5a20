#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the server answers when it refuses, in the venue's codes, words and HTTP statuses.
/// Source: gravity-technologies/api-spec, 2026-05-13; 3001, 7201 and 75xx as ccxt knows them.
namespace actorbot::venues::grvt::server {

struct failure {
  int code = 0;
  unsigned status = 400;
  std::string text;
};

/// The failure of a code in the venue's table; an unknown code is 1005.
failure refuse(int code);

/// {"request_id":1,"code":1000,"message":"...","status":401}, or {"ri","c","m","s"}.
std::string error_body(const failure& refused, std::uint64_t request_id, bool lite);

/// An answer of one call: a body in long names, or why not.
struct reply {
  std::string body;
  std::optional<failure> refused;
  std::vector<std::pair<std::string, std::string>> headers;

  reply() = default;
  explicit reply(std::string json) : body{std::move(json)} {}
  reply(failure why) : refused{std::move(why)} {} // NOLINT: a refusal is an answer
};

} // namespace actorbot::venues::grvt::server
