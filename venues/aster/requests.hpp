#pragma once

#include "messages/decimal.hpp"
#include "venues/aster/signer.hpp"
#include "venues/descriptor.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace actorbot::venues::aster {

/// Builds and signs requests in buffers that are kept: in steady state it allocates nothing. A
/// request is begun, filled and signed; the view that comes back is good until the next begin().
///
/// V1: parameters, recvWindow, timestamp, signature (HMAC); key in a header; GET and DELETE carry
/// them in the query, POST and PUT in a form. V3: parameters, nonce, user, signer, signature
/// (EIP-712); GET in the query, everything else in a form. What is signed are the bytes sent.
class request_writer {
 public:
  /// Takes the credentials over. Returns what is missing or malformed, without showing any of it.
  std::string configure(const session_settings& settings);

  bool v1() const { return v1_; }

  void begin();
  /// `value` must be percent-encoded already.
  void add(std::string_view name, std::string_view value);
  void add(std::string_view name, decimal value);
  void add(std::string_view name, std::uint64_t value);

  /// `now` on the venue's clock becomes timestamp or nonce.
  http_request_view sign(http_method method, std::string_view path, timestamp now);
  /// Without a signature: public calls, and V1's listen key calls, which want the key header only.
  http_request_view plain(http_method method, std::string_view path);

  /// Removes what must not be shown from words of the venue.
  std::string redact(std::string text) const;
  /// A further text that must not be shown (the listen key).
  void hide(std::string_view text) { hidden_ = text; }

 private:
  std::uint64_t next_nonce(timestamp now);
  http_request_view finish(http_method method, std::string_view path, bool in_body);

  bool v1_ = false;
  std::string api_key_;
  std::string user_;
  std::string signer_;
  std::string hidden_;
  std::optional<hmac_signer> hmac_;
  std::optional<agent_signer> agent_;
  std::uint64_t last_nonce_ = 0;
  std::string parameters_;
  std::string target_;
  std::array<header_view, 1> headers_;
};

} // namespace actorbot::venues::aster
