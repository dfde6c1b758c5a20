#include "venues/crypto/hex.hpp"
#include "venues/crypto/hmac_sha256.hpp"
#include "venues/crypto/keccak256.hpp"
#include "venues/crypto/sha256.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <fstream>
#include <random>
#include <string>

using namespace actorbot::crypto;

namespace {

bytes random_bytes(std::mt19937& random, std::size_t size) {
  bytes data(size);
  for (auto& byte : data)
    byte = static_cast<std::uint8_t>(random());
  return data;
}

bytes32 one_shot_hmac(const bytes& key, const bytes& data) {
  bytes32 result;
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(), data.size(),
       result.data(), &size);
  return result;
}

} // namespace

TEST_CASE("sha256 gives the values of FIPS 180-4's examples") {
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256("abc"))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("hmac gives the values of RFC 4231") {
  hmac_sha256 one{bytes(20, 0x0b)};
  CHECK(to_hex(one.sign("Hi There"))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  hmac_sha256 two{"Jefe"};
  CHECK(to_hex(two.sign("what do ya want for nothing?"))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  hmac_sha256 long_key{bytes(131, 0xaa)};
  CHECK(to_hex(long_key.sign("Test Using Larger Than Block-Size Key - Hash Key First"))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("a kept hmac context equals the one-shot call for random keys, lengths and splits") {
  std::mt19937 random{20240801};
  for (int round = 0; round < 40; ++round) {
    const auto key = random_bytes(random, 1 + random() % 150);
    hmac_sha256 kept{key};
    for (int i = 0; i < 25; ++i) {
      const auto data = random_bytes(random, random() % 400);
      const auto wanted = one_shot_hmac(key, data);
      CHECK(kept.sign(data) == wanted);
      const auto cut = random() % (data.size() + 1);
      CHECK(kept.sign(byte_view{data}.first(cut), byte_view{data}.subspan(cut)) == wanted);
    }
  }
}

TEST_CASE("an hmac context works with an empty key and empty data, and after a move") {
  hmac_sha256 first{std::string_view{}};
  const auto wanted = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  CHECK(to_hex(first.sign("")) == wanted);
  auto second = std::move(first);
  CHECK(to_hex(second.sign("")) == wanted);
}

TEST_CASE("keccak256 agrees with the vectors around the rate boundary, in any chunks") {
  std::ifstream stream{ACTORBOT_TEST_DATA "/vectors/ethereum.json"};
  const auto file = nlohmann::json::parse(stream);
  int seen = 0;
  for (const auto& one : file.at("cases")) {
    if (one.at("kind") != "keccak256" || !one.at("input").contains("length"))
      continue;
    ++seen;
    bytes data(one["input"]["length"].get<std::size_t>());
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = static_cast<std::uint8_t>(i % 251);
    const auto wanted = one["expected"]["keccak256"].get<std::string>();
    CHECK(to_hex_0x(keccak256(data)) == wanted);
    for (std::size_t chunk : {1U, 7U, 135U, 136U, 137U}) {
      keccak256_hasher hasher;
      for (std::size_t at = 0; at < data.size(); at += chunk)
        hasher.update(byte_view{data}.subspan(at, std::min(chunk, data.size() - at)));
      CHECK(to_hex_0x(hasher.finish()) == wanted);
    }
  }
  CHECK(seen == 7); // 135, 136, 137, 271, 272, 273 and 1000 bytes
}

TEST_CASE("keccak256 in two pieces equals keccak256 in one for every length to three blocks") {
  std::mt19937 random{7};
  const auto data = random_bytes(random, 3 * keccak256_hasher::rate + 1);
  for (std::size_t size = 0; size <= data.size(); ++size) {
    const auto whole = byte_view{data}.first(size);
    const auto cut = random() % (size + 1);
    const auto pieces
        = keccak256_hasher{}.update(whole.first(cut)).update(whole.subspan(cut)).finish();
    CHECK(pieces == keccak256(whole));
  }
}
