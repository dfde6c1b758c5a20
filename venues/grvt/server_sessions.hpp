#pragma once

#include "venues/dialect.hpp"
#include "venues/grvt/server_signatures.hpp"

#include <map>
#include <set>

/// Who is there: accounts by their credentials, logins, cookies.
namespace actorbot::venues::grvt::server {

struct account_identity {
  exchange::account_id id{};
  std::uint64_t sub_account = 0;
  std::string sub_account_text;
  std::string api_key;
  crypto::address signer{};
  crypto::address main{};
  std::string main_text; ///< lower case
  bool may_trade = true;
};

/// A login that counts until it ends.
struct session {
  std::string cookie;
  std::string account_header; ///< X-Grvt-Account-Id
  timestamp ends;
  std::vector<std::size_t> accounts; ///< indices of identities it may use
};

class session_desk {
 public:
  /// Throws std::invalid_argument for credentials that cannot be read.
  session_desk(const dialect_settings& settings, exchange::core& core, dialect_sink& sink,
               const signature_check& signatures, duration lifetime);

  // -- logins --
  reply login_with_key(timestamp now, const json_value& body);
  reply login_with_wallet(timestamp now, const json_value& body);

  /// The session of a request's headers (and of a stream's query); null when there is none.
  const session* find(timestamp now, std::span<const header_view> headers,
                      std::string_view account_from_query = {}) const;
  const session* find(timestamp now, const std::string& cookie) const;

  const std::vector<account_identity>& accounts() const { return accounts_; }
  const account_identity& of(exchange::account_id id) const;
  /// The identity with that sub-account which the session may use; null otherwise.
  const account_identity* use(const session& who, std::uint64_t sub_account) const;

 private:
  reply open(timestamp now, std::vector<std::size_t> accounts);

  dialect_sink& sink_;
  const signature_check& signatures_;
  duration lifetime_;
  std::vector<account_identity> accounts_;
  std::map<std::string, session> sessions_; ///< by cookie
  std::set<std::pair<crypto::address, std::uint32_t>> used_logins_;
};

} // namespace actorbot::venues::grvt::server
