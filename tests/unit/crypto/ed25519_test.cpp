#include "venues/crypto/ed25519.hpp"
#include "venues/crypto/hex.hpp"

#include <doctest/doctest.h>

using namespace actorbot::crypto;

namespace {

bytes32 hex32(std::string_view text) { return from_hex_exact<32>(text).value(); }

struct example {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};

/// RFC 8032, section 7.1, TEST 1 to 3.
constexpr example examples[]
    = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b4"
        "6bd25bf5f0595bbe24655141438e7a100b"},
       {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d"
        "8c387b2eaeb4302aeeb00d291612bb0c00"},
       {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
        "4dc6"
        "594a7c15e9716ed28dc027beceea1ec40a"}};

} // namespace

TEST_CASE("ed25519: the examples of RFC 8032, again and again with one key object") {
  for (const auto& x : examples) {
    ed25519_private_key key{hex32(x.seed)};
    CHECK(to_hex(key.public_key()) == x.public_key);
    const auto message = from_hex(x.message).value();
    for (int i = 0; i < 3; ++i)
      CHECK(to_hex(key.sign(message)) == x.signature);
    ed25519_public_key verifier{key.public_key()};
    for (int i = 0; i < 3; ++i)
      CHECK(verifier.verify(message, from_hex(x.signature).value()));
  }
}

TEST_CASE("ed25519: every changed bit of a signature or a message is refused") {
  ed25519_private_key key{hex32(examples[2].seed)};
  ed25519_public_key verifier{key.public_key()};
  bytes message = from_hex(examples[2].message).value();
  const auto good = key.sign(message);
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    CHECK_FALSE(verifier.verify(message, bad));
  }
  for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
    auto other = message;
    other[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    CHECK_FALSE(verifier.verify(other, good));
  }
  CHECK(verifier.verify(message, good)); // a refusal leaves nothing behind
}

TEST_CASE("ed25519: signatures of another length, key or form are refused") {
  ed25519_private_key key{hex32(examples[0].seed)};
  const auto message = as_bytes("hello");
  const auto good = key.sign(message);
  ed25519_public_key verifier{key.public_key()};
  CHECK_FALSE(verifier.verify(message, byte_view{good}.first(63)));
  bytes longer{good.begin(), good.end()};
  longer.push_back(0);
  CHECK_FALSE(verifier.verify(message, longer));
  CHECK_FALSE(verifier.verify(message, {}));
  ed25519_public_key other{hex32(examples[1].public_key)};
  CHECK_FALSE(other.verify(message, good));
  // y = 2 is no point of the curve.
  bytes32 no_point{};
  no_point[0] = 2;
  ed25519_public_key nobody{no_point};
  CHECK_FALSE(nobody.verify(message, good));
}

TEST_CASE("ed25519: S plus the order of the group is refused") {
  ed25519_private_key key{hex32(examples[0].seed)};
  const auto message = as_bytes("hello");
  auto signature = key.sign(message);
  // L = 2^252 + 27742317777372353535851937790883648493, little-endian.
  const auto order = hex32("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += signature[32 + i] + order[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  CHECK(carry == 0);
  ed25519_public_key verifier{key.public_key()};
  CHECK_FALSE(verifier.verify(message, signature));
}
