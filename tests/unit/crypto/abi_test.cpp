#include "venues/crypto/abi.hpp"
#include "venues/crypto/eip712.hpp"
#include "venues/crypto/hex.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace actorbot::crypto;

namespace {

bool fits(const char* type, const abi_value& value) {
  try {
    static_cast<void>(value.word(abi_type::parse(type)));
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

bool fits(const char* type, const char* number) { return fits(type, abi_value::number(number)); }

} // namespace

TEST_CASE("integers are accepted up to the bounds of their type and not beyond") {
  CHECK(fits("uint8", "255"));
  CHECK_FALSE(fits("uint8", "256"));
  CHECK_FALSE(fits("uint8", "-1"));
  CHECK(fits("int8", "127"));
  CHECK(fits("int8", "-128"));
  CHECK_FALSE(fits("int8", "128"));
  CHECK_FALSE(fits("int8", "-129"));
  CHECK(fits("uint64", "18446744073709551615"));
  CHECK_FALSE(fits("uint64", "18446744073709551616"));
  CHECK(fits("uint",
             "115792089237316195423570985008687907853269984665640564039457584007913129639935"));
  CHECK(fits("int",
             "-57896044618658097711785492504343953926634992332820282019728792003956564819968"));
  CHECK(fits("bool", "1"));
  CHECK_FALSE(fits("bool", "2"));
  CHECK_FALSE(fits("address", "-1"));
  CHECK(fits("uint16", "0xffff"));
  CHECK_FALSE(fits("uint16", "0x10000"));
}

TEST_CASE("texts that are no number of 256 bits are refused") {
  for (const char* text :
       {"", "-", "+1", "1.5", "1e3", " 1", "0x", "0xg", "--1",
        "115792089237316195423570985008687907853269984665640564039457584007913129639936",
        "-57896044618658097711785492504343953926634992332820282019728792003956564819969"})
    CHECK_THROWS_AS(abi_value::number(text), std::invalid_argument);
  CHECK(to_hex(abi_value::number("-0").word(abi_type::parse("uint8"))) == std::string(64, '0'));
}

TEST_CASE("fixed bytes must not be longer than their type") {
  CHECK(fits("bytes4", abi_value::fixed(bytes{1, 2, 3, 4})));
  CHECK_FALSE(fits("bytes4", abi_value::fixed(bytes{1, 2, 3, 4, 5})));
  CHECK_THROWS_AS(abi_value::fixed(bytes(33, 1)), std::invalid_argument);
}

TEST_CASE("types that do not exist are refused") {
  for (const char* text :
       {"", "uint7", "uint0", "uint264", "int512", "bytes0", "bytes33", "uint8[0]", "uint8[x]",
        "uint8]", "[]", "(uint8", "(uint8))", "uint8 ", "a-b"})
    CHECK_THROWS_AS(abi_type::parse(text), std::invalid_argument);
}

TEST_CASE("a type is dynamic when something inside it is") {
  for (const char* text :
       {"string", "bytes", "uint8[]", "string[2]", "(uint8 a,string b)", "(uint8,(bool,bytes))[3]"})
    CHECK(abi_type::parse(text).dynamic());
  for (const char* text : {"uint8", "bytes32", "bool[4]", "(uint8,address)", "(uint8 a)[2]", "()"})
    CHECK_FALSE(abi_type::parse(text).dynamic());
}

TEST_CASE("a value of the wrong shape is refused") {
  const auto encode = [](const char* type, const abi_value& value) {
    const std::array types = {abi_type::parse(type)};
    const std::array values = {value};
    return abi_encode(types, values);
  };
  const auto one = abi_value::number(std::uint64_t{1});
  CHECK_THROWS_AS(encode("string", one), std::invalid_argument);
  CHECK_THROWS_AS(encode("uint8", abi_value::text("1")), std::invalid_argument);
  CHECK_THROWS_AS(encode("uint8[]", one), std::invalid_argument);
  CHECK_THROWS_AS(encode("uint8[2]", abi_value::list({one})), std::invalid_argument);
  CHECK_THROWS_AS(encode("(uint8,uint8)", abi_value::list({one})), std::invalid_argument);
  CHECK_THROWS_AS(encode("Person", abi_value::list({one})), std::invalid_argument);
  const std::array types = {abi_type::parse("uint8")};
  CHECK_THROWS_AS(abi_encode(types, {}), std::invalid_argument);
}

TEST_CASE("structs refer to each other, also in a circle, in alphabetical order") {
  typed_data_types types;
  types.add("Order", {{"next", "Order[]"}, {"zone", "Zone"}, {"asset", "Asset[2][]"}})
      .add("Zone", {{"asset", "Asset"}})
      .add("Asset", {{"id", "uint64"}});
  CHECK(types.encode_type("Order")
        == "Order(Order[] next,Zone zone,Asset[2][] asset)Asset(uint64 id)Zone(Asset asset)");
  CHECK(types.encode_type("Zone") == "Zone(Asset asset)Asset(uint64 id)");
  CHECK_THROWS_AS(types.encode_type("Nothing"), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(types.hash_struct("Asset", abi_value::list({}))),
                  std::invalid_argument);
}
