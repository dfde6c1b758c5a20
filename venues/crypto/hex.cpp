#include "venues/crypto/hex.hpp"

#include <stdexcept>

namespace actorbot::crypto {
namespace {

constexpr char digits[] = "0123456789abcdef";

/// The value of a hex digit, -1 for any other character.
constexpr int digit_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

void write_digits(byte_view data, char* out) noexcept {
  for (const auto byte : data) {
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 0x0f];
  }
}

} // namespace

std::string to_hex(byte_view data) {
  std::string result(data.size() * 2, '0');
  write_digits(data, result.data());
  return result;
}

std::string to_hex_0x(byte_view data) {
  std::string result(2 + data.size() * 2, 'x');
  result[0] = '0';
  write_digits(data, result.data() + 2);
  return result;
}

void write_hex(byte_view data, std::span<char> out) {
  if (out.size() != data.size() * 2)
    throw std::invalid_argument("write_hex needs two characters a byte");
  write_digits(data, out.data());
}

std::string_view strip_0x(std::string_view text) noexcept {
  if (text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
    text.remove_prefix(2);
  return text;
}

std::optional<bytes> from_hex(std::string_view text) {
  text = strip_0x(text);
  bytes result(text.size() / 2);
  if (!read_hex(text, result))
    return std::nullopt;
  return result;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> out) noexcept {
  text = strip_0x(text);
  if (text.size() != out.size() * 2)
    return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_value(text[2 * i]);
    const int low = digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

} // namespace actorbot::crypto
