#include "venues/crypto/base64.hpp"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>

using namespace actorbot::crypto;

TEST_CASE("base64: the examples of RFC 4648, both ways") {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : examples) {
    CHECK(to_base64(as_bytes(plain)) == text);
    const auto back = from_base64(text);
    REQUIRE(back);
    CHECK(equal_constant_time(*back, as_bytes(plain)));
  }
}

TEST_CASE("base64: what is not exactly one encoding is nothing") {
  for (const auto* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9", "Zm9v ", " Zm9v", "Zm9v\n", "Zm-v",
                           "Zm_v", "====", "=Zm9", "Zm=v", "Z===", "Zm9vZg==Zm9v"})
    CHECK_FALSE(from_base64(text));
}

TEST_CASE("base64: written in place, with room for one character more") {
  std::array<char, 9> out{};
  CHECK(write_base64(as_bytes("fooba"), out) == 8);
  CHECK(std::string_view{out.data(), 8} == "Zm9vYmE=");
  CHECK_THROWS_AS(write_base64(as_bytes("fooba"), std::span{out}.first(8)), std::invalid_argument);
}
