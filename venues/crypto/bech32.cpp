#include "venues/crypto/bech32.hpp"

#include <algorithm>
#include <array>

namespace actorbot::crypto {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 6;
constexpr std::size_t longest = 90;

/// The checksum's polynomial modulus over values of five bits.
std::uint32_t polymod(byte_view values) {
  constexpr std::array<std::uint32_t, 5> generator
      = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t sum = 1;
  for (const auto value : values) {
    const auto top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i)
      if ((top >> i & 1) != 0)
        sum ^= generator[i];
  }
  return sum;
}

bytes expand(std::string_view prefix) {
  bytes result;
  for (const auto c : prefix)
    result.push_back(static_cast<std::uint8_t>(static_cast<unsigned char>(c) >> 5));
  result.push_back(0);
  for (const auto c : prefix)
    result.push_back(static_cast<std::uint8_t>(c & 31));
  return result;
}

/// From groups of `from` bits to groups of `to`. Nothing when, without padding, bits are left over
/// that are not zero, or a whole group of them.
std::optional<bytes> regroup(byte_view values, unsigned from, unsigned to, bool pad) {
  bytes result;
  std::uint32_t kept = 0;
  unsigned bits = 0;
  const auto mask = (1u << to) - 1;
  for (const auto value : values) {
    kept = (kept << from | value) & 0xfff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      result.push_back(static_cast<std::uint8_t>(kept >> bits & mask));
    }
  }
  if (pad && bits > 0)
    result.push_back(static_cast<std::uint8_t>(kept << (to - bits) & mask));
  else if (!pad && (bits >= from || (kept << (to - bits) & mask) != 0))
    return std::nullopt;
  return result;
}

bool is_plain(char c) { return c >= 33 && c <= 126; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

std::string to_bech32(std::string_view prefix, byte_view data) {
  const auto groups = *regroup(data, 8, 5, true);
  auto checked = expand(prefix);
  append(checked, groups);
  checked.insert(checked.end(), checksum_size, 0);
  const auto sum = polymod(checked) ^ 1;
  std::string result{prefix};
  result += '1';
  for (const auto group : groups)
    result += alphabet[group];
  for (std::size_t i = 0; i < checksum_size; ++i)
    result += alphabet[sum >> 5 * (checksum_size - 1 - i) & 31];
  return result;
}

std::optional<bech32_text> from_bech32(std::string_view text) {
  const auto separator = text.rfind('1');
  if (text.size() > longest || separator == std::string_view::npos || separator == 0
      || text.size() - separator - 1 < checksum_size
      || !std::all_of(text.begin(), text.end(), is_plain)
      || (std::any_of(text.begin(), text.end(), is_upper)
          && std::any_of(text.begin(), text.end(), is_lower)))
    return std::nullopt;
  std::string plain{text};
  std::transform(plain.begin(), plain.end(), plain.begin(), lower);
  bytes groups;
  for (const auto c : std::string_view{plain}.substr(separator + 1)) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos)
      return std::nullopt;
    groups.push_back(static_cast<std::uint8_t>(value));
  }
  bech32_text result;
  result.prefix = plain.substr(0, separator);
  auto checked = expand(result.prefix);
  append(checked, groups);
  if (polymod(checked) != 1)
    return std::nullopt;
  auto data = regroup(byte_view{groups}.first(groups.size() - checksum_size), 5, 8, false);
  if (!data)
    return std::nullopt;
  result.data = std::move(*data);
  return result;
}

} // namespace actorbot::crypto
