#pragma once

#include "venues/crypto/secp256k1.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// Transactions of dYdX Chain: protobuf messages, SHA-256, secp256k1 (SIGN_MODE_DIRECT). Sources:
/// cosmos/cosmos-sdk docs "transactions" and ADR-020; dydxprotocol/v4-clients.
namespace actorbot::venues::dydx {

namespace wire {
class MsgBatchCancel;
class MsgCancelOrder;
class MsgPlaceOrder;
} // namespace wire

/// Clob messages cost nothing; the official clients send this.
inline constexpr std::uint64_t usual_gas_limit = 1'000'000;

/// What the signature covers beside the messages.
struct signing_terms {
  std::uint64_t account_number = 0;
  std::uint64_t sequence = 0;
  std::uint64_t gas_limit = usual_gas_limit;
};

/// Every stage, so that each can be compared with other implementations.
struct signed_transaction {
  std::string body;      ///< TxBody
  std::string auth_info; ///< AuthInfo
  std::string sign_doc;  ///< SignDoc
  crypto::bytes32 digest{};
  std::array<std::uint8_t, 64> signature{}; ///< r ‖ s
  std::string raw;                          ///< TxRaw: what is broadcast

  /// Upper-case hex of SHA-256 of `raw`: the transaction's name on the chain.
  std::string hash() const;
};

/// Builds and signs one transaction after the other in buffers that are kept.
class transaction_signer {
 public:
  transaction_signer(crypto::private_key key, std::string chain_id);
  ~transaction_signer();
  transaction_signer(transaction_signer&&) noexcept;
  transaction_signer& operator=(transaction_signer&&) noexcept;

  const crypto::public_key& public_key() const { return key_.public_key(); }
  /// The signer's key as AuthInfo carries it (an Any with a PubKey).
  const std::string& public_key_any() const { return public_key_any_; }

  void begin(std::string_view memo = {});
  void add(const wire::MsgPlaceOrder& message);
  void add(const wire::MsgCancelOrder& message);
  void add(const wire::MsgBatchCancel& message);
  /// Bytes of a TxExtension: which authenticator allows the signer to act for the owner.
  void extend(std::string_view tx_extension);
  /// The result is good until the next begin().
  const signed_transaction& sign(const signing_terms& terms);

 private:
  struct scratch;

  template <class Message>
  void add_any(std::string_view type_url, const Message& message);

  crypto::private_key key_;
  std::string chain_id_;
  std::string public_key_any_;
  std::unique_ptr<scratch> scratch_;
  signed_transaction result_;
};

/// TxExtension with one authenticator.
std::string tx_extension(std::uint64_t authenticator);

/// QueryAccountRequest, the data of the query "/cosmos.auth.v1beta1.Query/Account".
std::string account_request(std::string_view address);

struct account_numbers {
  std::string address;
  std::uint64_t number = 0;   ///< fixed for ever
  std::uint64_t sequence = 0; ///< ordinary transactions accepted so far
  std::string public_key;     ///< 33 bytes; empty before the first transaction
};

/// Reads a QueryAccountResponse. False when it is none, or about another kind of account.
bool read_account(std::string_view response, account_numbers& out);

} // namespace actorbot::venues::dydx
