#pragma once

#include "venues/backpack/server_errors.hpp"
#include "venues/crypto/ed25519.hpp"
#include "venues/dialect.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Who signed a request, and whether it is still valid.
namespace actorbot::venues::backpack::server {

/// The four values that go with a signature, as they were sent.
struct signature_parts {
  std::string_view api_key;
  std::string_view signature;
  std::string_view timestamp;
  std::string_view window; ///< empty: 5000, which the text then carries nevertheless
};

struct verdict {
  std::optional<exchange::account_id> account;
  std::optional<failure> refused;
};

class authenticator {
 public:
  /// Throws std::invalid_argument for credentials that are missing, malformed or used twice.
  void add(const account_provision& account, exchange::account_id id);

  /// `text` is all that is signed before "&timestamp=". A valid request may come again inside its
  /// window: the venue knows no nonce.
  verdict check(timestamp now, const signature_parts& parts, std::string text);

 private:
  struct holder {
    exchange::account_id account{};
    crypto::ed25519_public_key key;
  };
  std::map<std::string, holder, std::less<>> holders_; ///< by the base64 of the key
};

} // namespace actorbot::venues::backpack::server
