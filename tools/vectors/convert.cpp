#include "tools/vectors/convert.hpp"

#include "venues/crypto/ethereum.hpp"
#include "venues/crypto/hex.hpp"
#include "venues/crypto/hmac_sha256.hpp"

#include <stdexcept>

namespace actorbot::vectors {
namespace {

using kind = crypto::abi_type::kind;

template <class T>
T present(std::optional<T> value, const json& from, const char* what) {
  if (!value)
    throw std::runtime_error(from.dump() + " is not " + what);
  return std::move(*value);
}

crypto::abi_value to_list(const crypto::abi_type& type, const json& value,
                          const crypto::typed_data_types* structs) {
  std::vector<crypto::abi_value> items;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto& element = type.is == kind::tuple ? type.elements.at(i) : type.elements.front();
    items.push_back(to_value(element, value.at(i), structs));
  }
  return crypto::abi_value::list(std::move(items));
}

crypto::abi_value to_struct(const crypto::abi_type& type, const json& value,
                            const crypto::typed_data_types* structs) {
  if (structs == nullptr)
    throw std::runtime_error("no struct types for " + type.name);
  const auto& members = structs->members(type.name);
  if (members.size() != value.size())
    throw std::runtime_error(type.name + " and its value differ in the number of members");
  std::vector<crypto::abi_value> items;
  for (const auto& member : members)
    items.push_back(to_value(crypto::abi_type::parse(member.type), value.at(member.name), structs));
  return crypto::abi_value::list(std::move(items));
}

} // namespace

crypto::bytes to_bytes(const json& hex) {
  return present(crypto::from_hex(hex.get<std::string>()), hex, "hex");
}

crypto::bytes32 to_bytes32(const json& hex) {
  return present(crypto::from_hex_exact<32>(hex.get<std::string>()), hex, "32 bytes of hex");
}

crypto::address to_account(const json& text) {
  return present(crypto::parse_address(text.get<std::string>()), text, "an address");
}

crypto::private_key to_private_key(const json& hex) {
  std::string error;
  auto key = crypto::private_key::parse(hex.get<std::string>(), error);
  if (!key)
    throw std::runtime_error(error);
  return std::move(*key);
}

crypto::abi_value to_value(const crypto::abi_type& type, const json& value,
                           const crypto::typed_data_types* structs) {
  switch (type.is) {
  case kind::unsigned_integer:
  case kind::signed_integer:
    return crypto::abi_value::number(value.is_string() ? value.get<std::string>() : value.dump());
  case kind::boolean:
    return crypto::abi_value::boolean(value.get<bool>());
  case kind::account:
    return crypto::abi_value::account(to_account(value));
  case kind::fixed_bytes:
    return crypto::abi_value::fixed(to_bytes(value));
  case kind::byte_string:
    return crypto::abi_value::blob(to_bytes(value));
  case kind::text:
    return crypto::abi_value::text(value.get<std::string>());
  case kind::array:
  case kind::dynamic_array:
  case kind::tuple:
    return to_list(type, value, structs);
  case kind::structure:
    return to_struct(type, value, structs);
  }
  throw std::logic_error("a kind of type without a conversion");
}

crypto::typed_data_types to_types(const json& types) {
  crypto::typed_data_types result;
  for (const auto& [name, members] : types.items()) {
    std::vector<crypto::typed_member> list;
    for (const auto& member : members)
      list.push_back({member.at("name").get<std::string>(), member.at("type").get<std::string>()});
    result.add(name, std::move(list));
  }
  return result;
}

crypto::typed_data_domain to_domain(const json& domain) {
  crypto::typed_data_domain result;
  for (const auto& [name, value] : domain.items()) {
    if (name == "name")
      result.name = value.get<std::string>();
    else if (name == "version")
      result.version = value.get<std::string>();
    else if (name == "chainId")
      result.chain_id = crypto::to_word(value.get<std::uint64_t>());
    else if (name == "verifyingContract")
      result.verifying_contract = to_account(value);
    else if (name == "salt")
      result.salt = to_bytes32(value);
    else
      throw std::runtime_error("a domain has no member " + name);
  }
  return result;
}

crypto::bytes32 subtract(const crypto::bytes32& a, const crypto::bytes32& b) {
  crypto::bytes32 result;
  int borrow = 0;
  for (std::size_t i = result.size(); i-- > 0;) {
    const int difference = a[i] - b[i] - borrow;
    borrow = difference < 0 ? 1 : 0;
    result[i] = static_cast<std::uint8_t>(difference + 256 * borrow);
  }
  return result;
}

crypto::bytes32 rfc6979_nonce(const crypto::bytes32& key, const crypto::bytes32& digest,
                              const crypto::bytes32& order) {
  const auto reduced = digest < order ? digest : subtract(digest, order);
  crypto::bytes32 k{};
  crypto::bytes32 v;
  v.fill(0x01);
  const auto step = [&](std::uint8_t mark, bool with_input) {
    crypto::bytes text{v.begin(), v.end()};
    text.push_back(mark);
    if (with_input) {
      crypto::append(text, key);
      crypto::append(text, reduced);
    }
    k = crypto::hmac_sha256{crypto::byte_view{k}}.sign(crypto::byte_view{text});
    v = crypto::hmac_sha256{crypto::byte_view{k}}.sign(crypto::byte_view{v});
  };
  step(0x00, true);
  step(0x01, true);
  for (;;) {
    v = crypto::hmac_sha256{crypto::byte_view{k}}.sign(crypto::byte_view{v});
    if (v != crypto::bytes32{} && v < order)
      return v;
    step(0x00, false);
  }
}

} // namespace actorbot::vectors
