#include "venues/crypto/bech32.hpp"
#include "venues/crypto/bip32.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/ripemd160.hpp"
#include "venues/crypto/secp256k1.hpp"
#include "venues/crypto/sha256.hpp"
#include "venues/crypto/uuid.hpp"

#include <doctest/doctest.h>

#include <algorithm>

/// RIPEMD-160, bech32, BIP-39, BIP-32, verifying ECDSA, UUIDs: with the published vectors.

using namespace actorbot;
using crypto::as_bytes;
using crypto::to_hex;

TEST_CASE("RIPEMD-160 gives the values of its authors") {
  CHECK(to_hex(crypto::ripemd160({})) == "9c1185a5c5e9fc54612808977ee8f548b2258d31");
  CHECK(to_hex(crypto::ripemd160(as_bytes("abc"))) == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
}

TEST_CASE("hash160 of the generator point is the one that everybody knows") {
  const auto point
      = *crypto::from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  CHECK(to_hex(crypto::hash160(point)) == "751e76e8199196d454941c45d1b3a323f1433bd6");
}

TEST_CASE("bech32 accepts BIP-173's valid texts and writes them again") {
  for (const std::string text :
       {"a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharacters"
        "bio1tt5tgs",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "?1ezyfcl"}) {
    CAPTURE(text);
    const auto read = crypto::from_bech32(text);
    // Data of five-bit groups that fill no whole bytes are valid there, but no address.
    if (read)
      CHECK(crypto::to_bech32(read->prefix, read->data) == text);
  }
  CHECK(crypto::from_bech32("A12UEL5L"));
  CHECK(crypto::from_bech32("?1ezyfcl")->prefix == "?");
}

TEST_CASE("bech32 refuses what BIP-173 calls invalid") {
  for (const std::string text :
       {"pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "1qzzfhee",
        "a12UEL5L", "a12uel5m", "", "1", "dydx"})
    CHECK_FALSE(crypto::from_bech32(text));
  CHECK_FALSE(crypto::from_bech32("an84characterslonghumanreadablepartthatcontainsthenumber1andthee"
                                  "xcludedcharactersbio1569pvx"));
}

TEST_CASE("bech32 finds any one changed character") {
  const std::string good = "dydx1w508d6qejxtdg4y5r3zarvary0c5xw7knye700";
  REQUIRE(crypto::from_bech32(good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = bad[i] == 'q' ? 'z' : 'q';
    CAPTURE(bad);
    CHECK_FALSE(crypto::from_bech32(bad));
  }
}

TEST_CASE("a mnemonic gives BIP-39's seed whatever stands between its words") {
  const std::string seed = "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6"
                           "987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04";
  std::string words;
  for (int i = 0; i < 11; ++i)
    words += "abandon ";
  CHECK(to_hex(crypto::mnemonic_seed(words + "about", "TREZOR")) == seed);
  CHECK(to_hex(crypto::mnemonic_seed(" \n" + words + " \tabout\n", "TREZOR")) == seed);
  CHECK(to_hex(crypto::mnemonic_seed(words + "abouts", "TREZOR")) != seed);
}

TEST_CASE("BIP-32's first vector, hardened and not") {
  const auto master
      = crypto::extended_key::master(*crypto::from_hex("000102030405060708090a0b0c0d0e0f")).value();
  CHECK(to_hex(master.key()) == "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35");
  CHECK(to_hex(master.chain_code())
        == "873dff81c02f525623fd1fe5167eac3a55a049de3d314bb42ee227ffed37d508");
  const auto hardened = master.derive("m/0'").value();
  CHECK(to_hex(hardened.key())
        == "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea");
  CHECK(to_hex(hardened.chain_code())
        == "47fdacbd0f1097043b78c63c20c34ef4ed9a111d980047ad16282c7ae6236141");
  const auto plain = master.derive("m/0'/1").value();
  CHECK(to_hex(plain.key()) == "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368");
  CHECK(to_hex(plain.chain_code())
        == "2a7857631386ba23dacac34180dd1983734e444fdbf774041578e9b6adb37c19");
  CHECK(master.derive("m")->key() == master.key());
}

TEST_CASE("a path of another form gives no key") {
  const auto master = crypto::extended_key::master(*crypto::from_hex("00010203")).value();
  for (const auto* path :
       {"", "44'/0", "m/", "m//1", "m/x", "m/1h", "m/-1", "m/2147483648", "m/1/", "m1", "m/1''"}) {
    CAPTURE(path);
    CHECK_FALSE(master.derive(path));
  }
}

TEST_CASE("a signature is verified with the key that made it, over its digest, with a low s only") {
  std::string error;
  const auto key = crypto::private_key::parse(std::string(63, '0') + "7", error).value();
  const auto digest = crypto::sha256(as_bytes("words"));
  const auto made = key.sign_recoverable(digest);
  std::array<std::uint8_t, 64> text{};
  std::copy(made.r.begin(), made.r.end(), text.begin());
  std::copy(made.s.begin(), made.s.end(), text.begin() + 32);
  const auto point = crypto::parse_public_key(key.public_key().compressed()).value();
  CHECK(point == key.public_key());
  CHECK(crypto::parse_public_key(key.public_key().uncompressed()) == key.public_key());
  CHECK(crypto::verify(point, digest, text));
  CHECK_FALSE(crypto::verify(point, crypto::sha256(as_bytes("other words")), text));
  for (std::size_t i = 0; i < text.size(); i += 7) {
    auto bad = text;
    bad[i] ^= 1;
    CHECK_FALSE(crypto::verify(point, digest, bad));
  }
  const auto other = crypto::private_key::parse(std::string(63, '0') + "8", error).value();
  CHECK_FALSE(crypto::verify(other.public_key(), digest, text));
}

TEST_CASE("what is no point is no public key") {
  CHECK_FALSE(crypto::parse_public_key({}));
  CHECK_FALSE(crypto::parse_public_key(crypto::bytes(33, 0)));
  CHECK_FALSE(crypto::parse_public_key(crypto::bytes(32, 2)));
  crypto::bytes beyond(33, 0xff);
  beyond[0] = 2;
  CHECK_FALSE(crypto::parse_public_key(beyond));
}

TEST_CASE("a number is a key only between 1 and the order") {
  crypto::bytes32 number{};
  CHECK_FALSE(crypto::private_key::from_bytes(number));
  number.back() = 1;
  CHECK(crypto::private_key::from_bytes(number));
  number.fill(0xff);
  CHECK_FALSE(crypto::private_key::from_bytes(number));
}

TEST_CASE("UUIDs of names are those of other libraries") {
  const auto dns = crypto::parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();
  CHECK(crypto::to_text(crypto::uuid5(dns, "python.org"))
        == "886313e1-3b8a-5372-9b90-0c9aee199e5d");
  CHECK(crypto::to_text(dns) == "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  for (const auto* text :
       {"", "6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b810-9dad-11d1-80b400-c04fd430c8",
        "0xa7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430cg"})
    CHECK_FALSE(crypto::parse_uuid(text));
}
