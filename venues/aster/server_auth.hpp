#pragma once

#include "venues/aster/server_params.hpp"
#include "venues/aster/signer.hpp"
#include "venues/dialect.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Who sends a call, and whether they may.
namespace actorbot::venues::aster::server {

/// What a call asks of its sender.
enum class access {
  open,
  key, ///< V1: the key alone; V3: as signed_call
  signed_call,
  management, ///< V3, signed by the main wallet over a structure of its own; here only named
};

/// 1 for /fapi/v1, v2 and v4 (HMAC), 3 for /fapi/v3 (agent signature).
enum class generation { v1 = 1, v3 = 3 };

struct auth_options {
  std::uint64_t chain_id = mainnet_chain_id;
  bool decoded_fallback = true; ///< also take a signature over the percent-decoded text
  bool legacy_abi = false;      ///< also take the form in use until January 2026
};

/// A call as it was sent.
struct call_text {
  generation version = generation::v1;
  std::string_view query;
  std::string_view body;
  std::string_view api_key;
};

/// The nonces of one user, microseconds. The latest hundred are kept.
class nonce_window {
 public:
  /// Within ten seconds of `now`, not used before, and not below a full list.
  std::optional<failure> take(timestamp now, std::uint64_t nonce);

 private:
  std::set<std::uint64_t> used_;
};

class authenticator {
 public:
  /// Throws std::invalid_argument for credentials that cannot be read or are used twice.
  authenticator(const std::vector<account_provision>& accounts,
                const std::vector<exchange::account_id>& ids, const auth_options& options);

  struct verdict {
    std::optional<exchange::account_id> account;
    std::optional<failure> refused;
  };
  /// `values` are the parameters of `text`.
  verdict check(access needed, timestamp now, const call_text& text, const parameters& values);

 private:
  struct key_holder {
    exchange::account_id account{};
    hmac_signer signer;
  };
  struct wallet {
    exchange::account_id account{};
    std::set<crypto::address> signers;
    nonce_window nonces;
  };

  verdict check_key(const call_text& text) const;
  verdict check_hmac(timestamp now, const call_text& text, const parameters& values);
  verdict check_agent(timestamp now, const call_text& text, const parameters& values);
  verdict check_management(const parameters& values) const;
  wallet* find_wallet(const std::string* user, const crypto::address& signer,
                      std::optional<failure>& refused);
  bool signed_by(const crypto::address& user, const crypto::address& signer, std::uint64_t nonce,
                 const call_text& text, const parameters& values, std::string_view signature) const;

  auth_options options_;
  signing_domain domain_;
  std::map<std::string, key_holder, std::less<>> keys_;
  std::map<crypto::address, wallet> wallets_;
};

} // namespace actorbot::venues::aster::server
