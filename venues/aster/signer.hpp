#pragma once

#include "venues/crypto/abi.hpp"
#include "venues/crypto/hmac_sha256.hpp"
#include "venues/crypto/secp256k1.hpp"
#include "venues/crypto/secret.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Aster's signatures, for the client that makes them and the server that checks them.
/// Sources: asterdex/api-docs, "V1(Legacy)" and "V3(Recommended)"; asterdex/API-demo.
/// A request is signed over the bytes that are sent: the percent-encoded parameters in the order
/// sent, without the signature. Nothing here reads a clock; nonces and timestamps come in the text.
namespace actorbot::venues::aster {

/// EIP-712 chain ids of trading calls.
inline constexpr std::uint64_t mainnet_chain_id = 1666;
inline constexpr std::uint64_t testnet_chain_id = 714;

/// EIP-712 chain id of management calls (approveAgent and the like).
inline constexpr std::uint64_t management_chain_id = 56;

/// The value of V1's `signature`: 64 lower-case hex digits.
using hmac_text = std::array<char, 64>;

/// The value of V3's `signature`: "0x" and r ‖ s ‖ v in hex.
using signature_text = std::array<char, 132>;

/// Either of them as a text.
template <std::size_t Size>
std::string_view as_text(const std::array<char, Size>& text) noexcept {
  return {text.data(), text.size()};
}

/// Appends "name=value", after "&" unless `parameters` is empty. The value is percent-encoded as
/// JavaScript's encodeURIComponent does it, which is what the official samples sign and send.
void append_parameter(std::string& parameters, std::string_view name, std::string_view value);

/// V1: HMAC-SHA-256 with the API secret. Not for two threads at the same time.
class hmac_signer {
 public:
  explicit hmac_signer(const crypto::secret& api_secret) : hmac_{api_secret.reveal()} {}

  /// Signs query ‖ body, with nothing between them.
  void sign(std::string_view query, std::string_view body, hmac_text& out);

  /// Server side. Hex digits of either case; takes the same time wherever a difference is.
  [[nodiscard]] bool verify(std::string_view query, std::string_view body,
                            std::string_view signature);

 private:
  crypto::hmac_sha256 hmac_;
};

/// The EIP-712 domain "AsterSignTransaction", version "1", of one chain id.
class signing_domain {
 public:
  explicit signing_domain(std::uint64_t chain_id);

  [[nodiscard]] const crypto::bytes32& separator() const noexcept { return separator_; }

  /// keccak256("Message(string msg)").
  [[nodiscard]] static const crypto::bytes32& message_type_hash() noexcept;

  /// hashStruct of the message {msg: parameters}.
  [[nodiscard]] static crypto::bytes32 struct_hash(std::string_view parameters) noexcept;

  /// What V3 signs for a parameter string.
  [[nodiscard]] crypto::bytes32 digest(std::string_view parameters) const noexcept;

 private:
  crypto::bytes32 separator_;
};

/// V3: the agent ("API wallet") that signs trading calls.
class agent_signer {
 public:
  agent_signer(crypto::private_key key, std::uint64_t chain_id)
      : key_{std::move(key)}, domain_{chain_id} {}

  /// The address that goes into the parameter `signer`.
  [[nodiscard]] const crypto::address& address() const noexcept { return key_.address(); }
  [[nodiscard]] const signing_domain& domain() const noexcept { return domain_; }

  /// Signs a parameter string. Allocates nothing.
  void sign(std::string_view parameters, signature_text& out) const {
    sign_digest(domain_.digest(parameters), out);
  }

  /// Signs a digest made otherwise: that of a management call or of the legacy form.
  void sign_digest(const crypto::bytes32& digest, signature_text& out) const;

 private:
  crypto::private_key key_;
  signing_domain domain_;
};

/// Server side: the address whose key signed `digest`. The signature may come with or without
/// "0x". Nothing for a malformed signature or one with a high s. Any other signature yields some
/// address: the caller must compare it with the `signer` of the request.
[[nodiscard]] std::optional<crypto::address> recover_signer(const crypto::bytes32& digest,
                                                            std::string_view signature) noexcept;

/// The V3 form used until January 2026, still sent by old clients.
namespace legacy {

/// abi.encode(string json, address user, address signer, uint256 nonce), where `json` is the object
/// of all parameters as texts, keys sorted, without spaces.
[[nodiscard]] crypto::bytes encode(std::string_view json, const crypto::address& user,
                                   const crypto::address& signer, std::uint64_t nonce);

/// What was signed: the EIP-191 digest of the keccak256 of that encoding.
[[nodiscard]] crypto::bytes32 digest(std::string_view json, const crypto::address& user,
                                     const crypto::address& signer, std::uint64_t nonce);

} // namespace legacy

/// A call that manages agents and builders, signed by the main wallet.
struct management_call {
  /// One parameter under its name in the request; the signed name has an upper-case first letter.
  /// The type of the value decides the signed type: string, uint256 or bool.
  struct field {
    std::string name;
    std::variant<std::string, std::uint64_t, bool> value;
  };

  std::string primary_type;  ///< "ApproveAgent", "UpdateAgent", "DelAgent", "ApproveBuilder", ...
  std::vector<field> fields; ///< In the order in which the request has them.

  /// encodeType of EIP-712.
  [[nodiscard]] std::string encode_type() const;
  [[nodiscard]] crypto::bytes32 struct_hash() const;

  /// What is signed; the domain is usually that of `management_chain_id`.
  [[nodiscard]] crypto::bytes32 digest(const signing_domain& domain) const;
};

} // namespace actorbot::venues::aster
