#include "venues/crypto/hex.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace actorbot::crypto;

TEST_CASE("hex comes back as the bytes it was made of") {
  bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<std::uint8_t>(i);
  CHECK(from_hex(to_hex(all)) == all);
  CHECK(from_hex(to_hex_0x(all)) == all);
  CHECK(to_hex_0x(bytes{}) == "0x");
  CHECK(to_hex(bytes{0x00, 0xab, 0x0f}) == "00ab0f");
}

TEST_CASE("hex is read in either case and with either prefix") {
  const bytes wanted{0xde, 0xad};
  for (const char* text : {"dead", "DEAD", "DeAd", "0xdead", "0XDEAD"})
    CHECK(from_hex(text) == wanted);
  CHECK(from_hex("") == bytes{});
  CHECK(from_hex("0x") == bytes{});
}

TEST_CASE("hex with a wrong digit, an odd length or a second prefix is refused") {
  for (const char* text :
       {"a", "0xa", "abc", "ag", "ga", " ab", "ab ", "0x0xab", "x0ab", "+a", "a\xc3"})
    CHECK_FALSE(from_hex(text).has_value());
  CHECK_FALSE(from_hex(std::string_view{"a\0", 2}).has_value());
}

TEST_CASE("hex of an exact size is refused in any other size") {
  CHECK(from_hex_exact<2>("0x0102") == std::array<std::uint8_t, 2>{1, 2});
  CHECK_FALSE(from_hex_exact<2>("0x01").has_value());
  CHECK_FALSE(from_hex_exact<2>("010203").has_value());
  CHECK_FALSE(from_hex_exact<2>("").has_value());
}

TEST_CASE("writing hex into a place of the wrong size is a programming error") {
  std::array<char, 4> place{};
  write_hex(bytes{0x12, 0xef}, place);
  CHECK(std::string_view{place.data(), 4} == "12ef");
  CHECK_THROWS_AS(write_hex(bytes{1}, place), std::invalid_argument);
  CHECK_THROWS_AS(write_hex(bytes{1, 2, 3}, place), std::invalid_argument);
}
