#pragma once

#include "messages/time.hpp"
#include "venues/crypto/abi.hpp"
#include "venues/crypto/eip712.hpp"
#include "venues/grvt/server_errors.hpp"
#include "venues/grvt/server_read.hpp"

#include <map>

/// EIP-712 signatures of GRVT, as a verifier sees them.
/// Sources: gravity-technologies/grvt-pysdk (grvt_raw_signing.py) and exchange-contract.
namespace actorbot::venues::grvt::server {

/// A signature as sent, its form already checked.
struct signature_fields {
  crypto::address signer{};
  crypto::recoverable_signature value;
  std::uint64_t chain = 0; ///< that of the domain
  std::uint32_t nonce = 0;
  timestamp expires;
};

struct order_terms {
  std::uint64_t sub_account = 0;
  bool is_market = false;
  std::uint8_t time_in_force = 0;
  bool post_only = false;
  bool reduce_only = false;
  std::uint64_t asset = 0;
  std::uint64_t size = 0;  ///< in 10^-base_decimals
  std::uint64_t price = 0; ///< in 10^-9
  bool is_buying = false;
  std::optional<crypto::address> builder;
  std::uint32_t builder_fee = 0; ///< in 10^-4 percent
};

/// trunc(value * 10^places) within 0 .. limit; nothing else.
std::optional<std::uint64_t> scaled(decimal value, int places, std::uint64_t limit);

class signature_check {
 public:
  /// The chain id of the environment, and that of Ethereum beside it.
  signature_check(std::uint64_t chain, std::uint64_t ethereum);

  /// Form, chain and time; the codes in the venue's order: 1003, 2006, 2005, 2007, 1012, 2001.
  std::optional<failure> read(const json_value& from, timestamp now, signature_fields& out) const;

  /// 2002 unless the signer made it. `digest` is what was signed.
  std::optional<failure> check(const signature_fields& given, const crypto::bytes32& struct_hash,
                               crypto::bytes32& digest) const;

  crypto::bytes32 order_hash(const order_terms& order, const signature_fields& by) const;
  crypto::bytes32 login_hash(const signature_fields& by) const;
  crypto::bytes32 builder_hash(const crypto::address& main, const crypto::address& builder,
                               std::uint32_t futures_fee, std::uint32_t spot_fee,
                               const signature_fields& by) const;
  crypto::bytes32 position_config_hash(std::uint64_t sub_account, std::uint64_t asset,
                                       std::uint8_t margin_type, std::uint32_t leverage,
                                       const signature_fields& by) const;

 private:
  std::uint64_t chain_;
  std::map<std::uint64_t, crypto::bytes32> domains_;
  crypto::typed_data_types types_;
};

} // namespace actorbot::venues::grvt::server
