#pragma once

#include "tools/vectors/case_check.hpp"
#include "venues/crypto/eip712.hpp"
#include "venues/crypto/secp256k1.hpp"

#include <string_view>

/// From JSON to what venues/crypto takes. All throw std::runtime_error or std::invalid_argument on
/// input that does not fit.
namespace actorbot::vectors {

crypto::bytes to_bytes(const json& hex);
crypto::bytes32 to_bytes32(const json& hex);
crypto::address to_account(const json& text);
crypto::private_key to_private_key(const json& hex);

/// A value of a type; `structs` resolves the names of structs and may be null without them.
crypto::abi_value to_value(const crypto::abi_type& type, const json& value,
                           const crypto::typed_data_types* structs = nullptr);

/// EIP-712's "types" object.
crypto::typed_data_types to_types(const json& types);

/// EIP-712's "domain" object, in the standard's member order.
crypto::typed_data_domain to_domain(const json& domain);

/// RFC 6979's nonce for an ECDSA signature on secp256k1 (section 3.2, HMAC-SHA-256), worked out
/// here because the library that signs does not tell its own. `order` is the order of the group.
crypto::bytes32 rfc6979_nonce(const crypto::bytes32& key, const crypto::bytes32& digest,
                              const crypto::bytes32& order);

/// a - b for a >= b.
crypto::bytes32 subtract(const crypto::bytes32& a, const crypto::bytes32& b);

} // namespace actorbot::vectors
