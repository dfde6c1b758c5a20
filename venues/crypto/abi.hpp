#pragma once

#include "venues/crypto/bytes.hpp"
#include "venues/crypto/secp256k1.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Types and values of the Ethereum contract ABI, and its two encodings.
/// Source: the Solidity documentation, "Contract ABI Specification".
/// A type that does not exist and a value that does not fit its type are mistakes in the calling
/// code: they throw std::invalid_argument.
namespace actorbot::crypto {

/// A type, read from its text: uint8..uint256, int8..int256, bool, address, bytes1..bytes32, bytes,
/// string, T[], T[n] and tuples "(T name,T name)" whose names are optional.
struct abi_type {
  enum class kind {
    unsigned_integer,
    signed_integer,
    boolean,
    account,       ///< address
    fixed_bytes,   ///< bytes1 .. bytes32
    byte_string,   ///< bytes
    text,          ///< string
    array,         ///< T[n]
    dynamic_array, ///< T[]
    tuple,
    structure, ///< A name that an EIP-712 type set must define; not part of the ABI.
  };

  kind is = kind::unsigned_integer;
  std::size_t size = 0;           ///< Bits of an integer, bytes of fixed_bytes, length of an array.
  std::vector<abi_type> elements; ///< The one element type of an array, the members of a tuple.
  std::string name;               ///< Of a structure.

  static abi_type parse(std::string_view text);

  /// Whether its encoding has a length known only with the value.
  [[nodiscard]] bool dynamic() const noexcept;
};

/// A value. Integers, booleans, addresses and fixed bytes are one EVM word; arrays, tuples and
/// structures are lists of values in the order of the type.
class abi_value {
 public:
  /// A number without sign.
  static abi_value number(std::uint64_t value);

  /// Decimal digits, with "-" for a negative number, or hex after "0x".
  /// Throws std::invalid_argument unless it is a number that fits 256 bits.
  static abi_value number(std::string_view text);

  static abi_value boolean(bool value);
  static abi_value account(const address& value);

  /// bytes1 .. bytes32: the bytes stand at the left of the word.
  static abi_value fixed(byte_view value);

  /// A value of the type bytes or string.
  static abi_value blob(byte_view value);
  static abi_value text(std::string_view value) { return blob(as_bytes(value)); }

  static abi_value list(std::vector<abi_value> values);

  /// The word of an atomic value after a check that it fits `type`.
  [[nodiscard]] const bytes32& word(const abi_type& type) const;

  [[nodiscard]] const bytes& content() const;
  [[nodiscard]] const std::vector<abi_value>& items() const;

  /// The items of an array, tuple or structure after a check of their number.
  [[nodiscard]] const std::vector<abi_value>& items(std::size_t count) const;

 private:
  std::variant<bytes32, bytes, std::vector<abi_value>> value_{bytes32{}};
};

/// A 32-byte big-endian word.
[[nodiscard]] bytes32 to_word(std::uint64_t value) noexcept;

/// abi.encode(values...), the form of a call's arguments.
[[nodiscard]] bytes abi_encode(std::span<const abi_type> types, std::span<const abi_value> values);

/// abi.encodePacked(values...): no padding and no lengths; elements of arrays are padded to words.
/// Tuples have no packed form.
[[nodiscard]] bytes abi_encode_packed(std::span<const abi_type> types,
                                      std::span<const abi_value> values);

} // namespace actorbot::crypto
