#pragma once

#include "messages/decimal.hpp"
#include "venues/descriptor.hpp"
#include "venues/edgex/signer.hpp"
#include "venues/wire/json_reader.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace actorbot::venues::edgex {

/// An order as the venue names its parts; what is signed is derived from them.
struct order_fields {
  order_scale scale;
  std::string_view contract;
  bool buy = false;
  std::string_view type = "LIMIT";
  std::string_view time_in_force;
  decimal price;    ///< as shown; zero for MARKET
  decimal l2_price; ///< the worst price, which is signed
  decimal size;
  bool reduce_only = false;
  std::string_view client_id;
  std::int64_t expire_ms = 0;
};

/// How long an order lives, and by how much its signature outlives it at least (what the V2 SDKs
/// send: 30 days less 8, and 8).
inline constexpr std::int64_t order_life_ms = 22LL * 24 * 3600 * 1000;
inline constexpr std::int64_t l2_margin_ms = 8LL * 24 * 3600 * 1000;

/// Builds and signs requests in buffers that are kept. The view that comes back is good until the
/// next request is begun.
///
/// V2: X-edgeX-Api-Key, -Passphrase, -Signature (HMAC) and -Timestamp over timestamp ‖ METHOD ‖ path
/// ‖ parameters, and an EIP-712 signature within createOrder. The generation is known here and
/// nowhere else in the account session.
class request_writer {
 public:
  /// Takes the credentials over. Returns what is missing or malformed, without showing any of it.
  std::string configure(const session_settings& settings);

  /// What the metadata says about signing. False when it says nothing.
  bool set_domain(const std::optional<signing_domain>& domain);

  std::string_view account() const { return account_; }

  /// `path` is what follows the prefix: "private/order/createOrder". Parameters of a GET are added
  /// in the order of their names (they are signed in that order); `account` adds "accountId".
  void begin(std::string_view path);
  void add(std::string_view name, std::string_view value);
  void add_account() { add("accountId", account_); }
  /// The body of a POST, to be filled before post(); it starts empty.
  std::string& body() { return body_; }
  /// Fills the body of createOrder. False when the order's numbers do not fit what is signed.
  bool write_order(const order_fields& order);

  /// `now` on the venue's clock.
  http_request_view get(timestamp now);
  http_request_view post(timestamp now);
  http_request_view get_public();
  /// The private stream.
  stream_request_view handshake(timestamp now);

  /// What the last signature covers.
  std::string_view signed_text() const { return content_; }
  /// Removes what must not be shown from words of the venue.
  std::string redact(std::string text) const;

 private:
  void sign(std::string_view method, std::string_view path, timestamp now);

  std::string account_;
  std::uint64_t account_number_ = 0;
  std::string api_key_;
  std::string passphrase_;
  std::optional<request_signer> hmac_;
  std::optional<order_signer> signer_;
  json_parser parser_;
  canonical_writer canonical_;
  std::string path_;
  std::string parameters_; ///< raw, as they are signed
  std::string target_;     ///< percent-encoded where it must be
  std::string body_;
  std::string content_;
  std::string timestamp_;
  hmac_text signature_{};
  std::array<header_view, 4> headers_;
};

} // namespace actorbot::venues::edgex
