#include "venues/crypto/ethereum.hpp"

#include "venues/crypto/hex.hpp"
#include "venues/crypto/keccak256.hpp"

namespace actorbot::crypto {

std::optional<address> parse_address(std::string_view text) noexcept {
  return from_hex_exact<20>(text);
}

std::string checksum_text(const address& value) {
  auto text = to_hex(value);
  const auto hash = keccak256(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0x0f;
    if (text[i] >= 'a' && nibble >= 8)
      text[i] = static_cast<char>(text[i] - 'a' + 'A');
  }
  return "0x" + text;
}

bytes personal_message(byte_view message) {
  bytes result;
  append(result, as_bytes("\x19"
                          "Ethereum Signed Message:\n"));
  append(result, as_bytes(std::to_string(message.size())));
  append(result, message);
  return result;
}

bytes32 personal_digest(byte_view message) { return keccak256(personal_message(message)); }

} // namespace actorbot::crypto
