#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"
#include "venues/crypto/secp256k1.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace actorbot::crypto;

namespace {

// The group order n, see SEC 2, section 2.4.1.
const std::string order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
const std::string below_order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";

private_key key_of(const std::string& hex) {
  std::string error;
  auto key = private_key::parse(hex, error);
  REQUIRE_MESSAGE(key.has_value(), error);
  return std::move(*key);
}

/// The reason for refusing a key text.
std::string refusal(const std::string& text) {
  std::string error;
  CHECK_FALSE(private_key::parse(text, error).has_value());
  CHECK_FALSE(error.empty());
  return error;
}

} // namespace

TEST_CASE("a private key is accepted from 1 to n-1 and refused outside") {
  CHECK(checksum_text(key_of(std::string(63, '0') + "1").address())
        == "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
  CHECK(key_of("0x" + below_order).address() == key_of(below_order).address());
  for (const auto& text : {std::string(64, '0'), order, std::string(64, 'f')})
    CHECK(refusal(text).find("order of secp256k1") != std::string::npos);
}

TEST_CASE("a private key of the wrong length or with a wrong digit is refused") {
  for (const auto& text : {std::string{}, std::string{"0x"}, std::string(63, '1'),
                           std::string(65, '1'), std::string(66, '1'), "0x" + std::string(62, '1')})
    CHECK(refusal(text).find("64 hex digits") != std::string::npos);
  CHECK(refusal(std::string(63, '1') + "g").find("another character") != std::string::npos);
}

TEST_CASE("the reason for refusing a private key never contains a piece of it") {
  for (const std::string& text :
       {std::string{"c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aa"},
        std::string{"zz5ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"},
        std::string{"0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364199"}}) {
    const auto error = refusal(text);
    for (std::size_t i = 0; i + 4 <= text.size(); ++i)
      CHECK(error.find(text.substr(i, 4)) == std::string::npos);
  }
}

TEST_CASE("signing twice gives the same bytes, and recovery gives the key") {
  const auto key = key_of(below_order);
  for (int i = 0; i < 50; ++i) {
    const auto digest = keccak256(std::to_string(i));
    const auto signature = key.sign_recoverable(digest);
    CHECK(signature == key.sign_recoverable(digest));
    CHECK(signature.low_s());
    CHECK(recover(digest, signature) == key.public_key());
    CHECK(recoverable_signature::from_rsv(signature.rsv()) == signature);
  }
}

TEST_CASE("v is read as 0, 1, 27 or 28 only") {
  auto rsv = key_of(below_order).sign_recoverable(keccak256("v")).rsv();
  for (unsigned v = 0; v < 256; ++v) {
    rsv[64] = static_cast<std::uint8_t>(v);
    const auto parsed = recoverable_signature::from_rsv(rsv);
    CHECK(parsed.has_value() == (v == 0 || v == 1 || v == 27 || v == 28));
    if (parsed)
      CHECK(parsed->recovery_id == v % 27);
  }
}

TEST_CASE("a recovery id outside 0..3 is refused and does not abort the process") {
  auto signature = key_of(below_order).sign_recoverable(keccak256("id"));
  for (unsigned id = 4; id < 256; ++id) {
    signature.recovery_id = static_cast<std::uint8_t>(id);
    CHECK_FALSE(recover(keccak256("id"), signature, high_s::accept).has_value());
  }
}

TEST_CASE("an s of exactly half the order is low, one more is high") {
  recoverable_signature signature;
  signature.s
      = *from_hex_exact<32>("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
  CHECK(signature.low_s());
  ++signature.s[31];
  CHECK_FALSE(signature.low_s());
}

TEST_CASE("an address is read in any case and refused in any other length") {
  const auto address = parse_address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
  REQUIRE(address.has_value());
  CHECK(parse_address("7e5f4552091a69125d5dfcb7b8c2659029395bdf") == address);
  CHECK(parse_address("0X7E5F4552091A69125D5DFCB7B8C2659029395BDF") == address);
  CHECK_FALSE(parse_address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bd").has_value());
  CHECK_FALSE(parse_address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf0").has_value());
  CHECK_FALSE(parse_address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdg").has_value());
  CHECK_FALSE(parse_address("").has_value());
}
