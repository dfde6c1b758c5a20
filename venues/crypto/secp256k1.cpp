#include "venues/crypto/secp256k1.hpp"

#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"
#include "venues/crypto/secret.hpp"

#include <openssl/rand.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <algorithm>
#include <stdexcept>

namespace actorbot::crypto {
namespace {

/// (n - 1) / 2 for the group order n.
constexpr bytes32 half_order = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
                                0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};

/// The one context of the process, never destroyed. The random seed blinds the arithmetic against
/// side channels; it changes no result, so runs stay reproducible. Signing only reads it: threads
/// may share it.
const secp256k1_context* context() {
  static const secp256k1_context* const kept = [] {
    auto* made = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    bytes32 seed;
    if (RAND_bytes(seed.data(), static_cast<int>(seed.size())) != 1
        || secp256k1_context_randomize(made, seed.data()) != 1)
      throw std::runtime_error("no random bytes to blind secp256k1 with");
    wipe(seed.data(), seed.size());
    return made;
  }();
  return kept;
}

public_key to_public_key(const secp256k1_pubkey& point) noexcept {
  std::array<std::uint8_t, 65> text;
  std::size_t size = text.size();
  secp256k1_ec_pubkey_serialize(context(), text.data(), &size, &point, SECP256K1_EC_UNCOMPRESSED);
  public_key result;
  std::copy_n(text.begin() + 1, 32, result.x.begin());
  std::copy_n(text.begin() + 33, 32, result.y.begin());
  return result;
}

std::array<std::uint8_t, 64> join(const bytes32& first, const bytes32& second) noexcept {
  std::array<std::uint8_t, 64> result;
  std::copy(first.begin(), first.end(), result.begin());
  std::copy(second.begin(), second.end(), result.begin() + 32);
  return result;
}

} // namespace

address public_key::address() const noexcept {
  const auto hash = keccak256(join(x, y));
  crypto::address result;
  std::copy(hash.begin() + 12, hash.end(), result.begin());
  return result;
}

std::array<std::uint8_t, 65> public_key::uncompressed() const noexcept {
  std::array<std::uint8_t, 65> result;
  result[0] = 0x04;
  std::copy(x.begin(), x.end(), result.begin() + 1);
  std::copy(y.begin(), y.end(), result.begin() + 33);
  return result;
}

std::array<std::uint8_t, 33> public_key::compressed() const noexcept {
  std::array<std::uint8_t, 33> result;
  result[0] = (y.back() & 1) != 0 ? 0x03 : 0x02;
  std::copy(x.begin(), x.end(), result.begin() + 1);
  return result;
}

std::array<std::uint8_t, 65> recoverable_signature::rsv() const noexcept {
  std::array<std::uint8_t, 65> result;
  std::copy(r.begin(), r.end(), result.begin());
  std::copy(s.begin(), s.end(), result.begin() + 32);
  result[64] = static_cast<std::uint8_t>(27 + recovery_id);
  return result;
}

std::optional<recoverable_signature>
recoverable_signature::from_rsv(std::span<const std::uint8_t, 65> text) noexcept {
  recoverable_signature result;
  std::copy_n(text.begin(), 32, result.r.begin());
  std::copy_n(text.begin() + 32, 32, result.s.begin());
  const auto v = text[64];
  if (v != 0 && v != 1 && v != 27 && v != 28)
    return std::nullopt;
  result.recovery_id = static_cast<std::uint8_t>(v >= 27 ? v - 27 : v);
  return result;
}

bool recoverable_signature::low_s() const noexcept { return s <= half_order; }

std::optional<private_key> private_key::parse(std::string_view hex, std::string& error) {
  private_key key;
  if (strip_0x(hex).size() != 64) {
    error = "a private key has 64 hex digits, found " + std::to_string(strip_0x(hex).size())
            + " characters";
    return std::nullopt;
  }
  if (!read_hex(hex, key.scalar_)) {
    error = "a private key has 64 hex digits, found another character among them";
    return std::nullopt;
  }
  auto made = from_bytes(key.scalar_);
  if (!made)
    error = "a private key lies between 1 and the order of secp256k1, found a number outside";
  return made;
}

std::optional<private_key> private_key::from_bytes(const bytes32& number) {
  secp256k1_pubkey point;
  if (secp256k1_ec_pubkey_create(context(), &point, number.data()) != 1)
    return std::nullopt;
  private_key key;
  key.scalar_ = number;
  key.public_key_ = to_public_key(point);
  key.address_ = key.public_key_.address();
  return key;
}

private_key::private_key(private_key&& other) noexcept
    : scalar_{other.scalar_}, public_key_{other.public_key_}, address_{other.address_} {
  wipe(other.scalar_.data(), other.scalar_.size());
}

private_key& private_key::operator=(private_key&& other) noexcept {
  if (this != &other) {
    scalar_ = other.scalar_;
    public_key_ = other.public_key_;
    address_ = other.address_;
    wipe(other.scalar_.data(), other.scalar_.size());
  }
  return *this;
}

private_key::~private_key() { wipe(scalar_.data(), scalar_.size()); }

recoverable_signature private_key::sign_recoverable(const bytes32& digest) const {
  secp256k1_ecdsa_recoverable_signature made;
  if (secp256k1_ecdsa_sign_recoverable(context(), &made, digest.data(), scalar_.data(),
                                       secp256k1_nonce_function_rfc6979, nullptr)
      != 1)
    throw std::logic_error("signing with a private key that was moved from");
  std::array<std::uint8_t, 64> text;
  int recovery_id = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), text.data(), &recovery_id,
                                                          &made);
  recoverable_signature result;
  std::copy_n(text.begin(), 32, result.r.begin());
  std::copy_n(text.begin() + 32, 32, result.s.begin());
  result.recovery_id = static_cast<std::uint8_t>(recovery_id);
  return result;
}

std::optional<public_key> recover(const bytes32& digest, const recoverable_signature& signature,
                                  high_s policy) noexcept {
  // The library aborts the process for an id outside 0..3.
  if (signature.recovery_id > 3 || (policy == high_s::refuse && !signature.low_s()))
    return std::nullopt;
  const auto text = join(signature.r, signature.s);
  secp256k1_ecdsa_recoverable_signature parsed;
  secp256k1_pubkey point;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, text.data(),
                                                          signature.recovery_id)
          != 1
      || secp256k1_ecdsa_recover(context(), &point, &parsed, digest.data()) != 1)
    return std::nullopt;
  return to_public_key(point);
}

std::optional<public_key> parse_public_key(byte_view text) noexcept {
  secp256k1_pubkey point;
  // The library aborts the process for an address that is null.
  if (text.empty() || secp256k1_ec_pubkey_parse(context(), &point, text.data(), text.size()) != 1)
    return std::nullopt;
  return to_public_key(point);
}

bool verify(const public_key& key, const bytes32& digest,
            std::span<const std::uint8_t, 64> signature, high_s policy) noexcept {
  const auto point_text = key.uncompressed();
  secp256k1_pubkey point;
  secp256k1_ecdsa_signature parsed;
  if (secp256k1_ec_pubkey_parse(context(), &point, point_text.data(), point_text.size()) != 1
      || secp256k1_ecdsa_signature_parse_compact(context(), &parsed, signature.data()) != 1)
    return false;
  // The library's own check takes no signature with a high s.
  if (policy == high_s::accept)
    secp256k1_ecdsa_signature_normalize(context(), &parsed, &parsed);
  return secp256k1_ecdsa_verify(context(), &parsed, digest.data(), &point) == 1;
}

} // namespace actorbot::crypto
