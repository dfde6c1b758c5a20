#include "venues/crypto/abi.hpp"

#include "venues/crypto/hex.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace actorbot::crypto {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument("ABI: " + what); }

/// word = word * 10 + digit; false when that needs more than 256 bits.
bool push_digit(bytes32& word, unsigned digit) noexcept {
  unsigned carry = digit;
  for (auto byte = word.rbegin(); byte != word.rend(); ++byte) {
    carry += *byte * 10U;
    *byte = static_cast<std::uint8_t>(carry & 0xffU);
    carry >>= 8;
  }
  return carry == 0;
}

/// Two's complement.
void negate(bytes32& word) noexcept {
  unsigned carry = 1;
  for (auto byte = word.rbegin(); byte != word.rend(); ++byte) {
    carry += static_cast<std::uint8_t>(~*byte);
    *byte = static_cast<std::uint8_t>(carry & 0xffU);
    carry >>= 8;
  }
}

bytes32 parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto digits = negative ? text.substr(1) : text;
  bytes32 word{};
  if (digits.empty())
    refuse("a number needs digits");
  for (const char c : digits) {
    if (c < '0' || c > '9')
      refuse("'" + std::string{text} + "' is not a number");
    if (!push_digit(word, static_cast<unsigned>(c - '0')))
      refuse("'" + std::string{text} + "' has more than 256 bits");
  }
  if (negative) {
    const bool zero = word == bytes32{};
    negate(word);
    if (!zero && word[0] < 0x80)
      refuse("'" + std::string{text} + "' is below -2^255");
  }
  return word;
}

bytes32 parse_hex_number(std::string_view digits) {
  if (digits.empty() || digits.size() > 64)
    refuse("a hex number has 1 to 64 digits");
  bytes32 word;
  if (!read_hex(std::string(64 - digits.size(), '0').append(digits), word))
    refuse("a hex number with a character that is no digit");
  return word;
}

/// Whether the first `count` bytes all have the value `byte`.
bool starts_with(const bytes32& word, std::size_t count, std::uint8_t byte) noexcept {
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(count),
                     [byte](auto b) { return b == byte; });
}

bool fits(const abi_type& type, const bytes32& word) {
  switch (type.is) {
  case abi_type::kind::unsigned_integer:
    return starts_with(word, 32 - type.size / 8, 0);
  case abi_type::kind::signed_integer: {
    const bool negative = (word[32 - type.size / 8] & 0x80) != 0;
    return starts_with(word, 32 - type.size / 8, negative ? 0xff : 0);
  }
  case abi_type::kind::boolean:
    return starts_with(word, 31, 0) && word[31] <= 1;
  case abi_type::kind::account:
    return starts_with(word, 12, 0);
  case abi_type::kind::fixed_bytes:
    return std::all_of(word.begin() + static_cast<std::ptrdiff_t>(type.size), word.end(),
                       [](auto b) { return b == 0; });
  default:
    return false;
  }
}

} // namespace

bytes32 to_word(std::uint64_t value) noexcept {
  bytes32 word{};
  for (std::size_t i = 0; i < 8; ++i)
    word[31 - i] = static_cast<std::uint8_t>(value >> (8 * i));
  return word;
}

abi_value abi_value::number(std::uint64_t value) {
  abi_value result;
  result.value_ = to_word(value);
  return result;
}

abi_value abi_value::number(std::string_view text) {
  abi_value result;
  const auto digits = strip_0x(text);
  result.value_ = digits.size() == text.size() ? parse_decimal(text) : parse_hex_number(digits);
  return result;
}

abi_value abi_value::boolean(bool value) { return number(value ? 1U : 0U); }

abi_value abi_value::account(const address& value) {
  bytes32 word{};
  std::copy(value.begin(), value.end(), word.begin() + 12);
  abi_value result;
  result.value_ = word;
  return result;
}

abi_value abi_value::fixed(byte_view value) {
  bytes32 word{};
  if (value.size() > word.size())
    refuse("fixed bytes hold at most 32");
  std::copy(value.begin(), value.end(), word.begin());
  abi_value result;
  result.value_ = word;
  return result;
}

abi_value abi_value::blob(byte_view value) {
  abi_value result;
  result.value_ = bytes(value.begin(), value.end());
  return result;
}

abi_value abi_value::list(std::vector<abi_value> values) {
  abi_value result;
  result.value_ = std::move(values);
  return result;
}

const bytes32& abi_value::word(const abi_type& type) const {
  const auto* word = std::get_if<bytes32>(&value_);
  if (word == nullptr)
    refuse("a text or a list where one word is needed");
  if (!fits(type, *word))
    refuse("a value that does not fit its type");
  return *word;
}

const bytes& abi_value::content() const {
  const auto* content = std::get_if<bytes>(&value_);
  if (content == nullptr)
    refuse("a word or a list where bytes or a text are needed");
  return *content;
}

const std::vector<abi_value>& abi_value::items() const {
  const auto* items = std::get_if<std::vector<abi_value>>(&value_);
  if (items == nullptr)
    refuse("a word or a text where a list is needed");
  return *items;
}

const std::vector<abi_value>& abi_value::items(std::size_t count) const {
  const auto& found = items();
  if (found.size() != count)
    refuse("a list of " + std::to_string(count) + " is needed, found "
           + std::to_string(found.size()));
  return found;
}

} // namespace actorbot::crypto
