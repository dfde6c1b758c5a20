#include "venues/crypto/eip712.hpp"

#include "venues/crypto/keccak256.hpp"

#include <functional>
#include <set>
#include <stdexcept>
#include <utility>

namespace actorbot::crypto {
namespace {

constexpr auto domain_name = "EIP712Domain";

/// The type without its array suffixes.
const abi_type& innermost(const abi_type& type) {
  const bool array = type.is == abi_type::kind::array || type.is == abi_type::kind::dynamic_array;
  return array ? innermost(type.elements.front()) : type;
}

/// A domain as a struct type and its value.
std::pair<typed_data_types, abi_value> describe(const typed_data_domain& domain) {
  std::vector<typed_member> members;
  std::vector<abi_value> values;
  const auto add = [&](const char* name, const char* type, abi_value value) {
    members.push_back({name, type});
    values.push_back(std::move(value));
  };
  if (domain.name)
    add("name", "string", abi_value::text(*domain.name));
  if (domain.version)
    add("version", "string", abi_value::text(*domain.version));
  if (domain.chain_id)
    add("chainId", "uint256", abi_value::fixed(*domain.chain_id));
  if (domain.verifying_contract)
    add("verifyingContract", "address", abi_value::account(*domain.verifying_contract));
  if (domain.salt)
    add("salt", "bytes32", abi_value::fixed(*domain.salt));
  typed_data_types types;
  types.add(domain_name, std::move(members));
  return {std::move(types), abi_value::list(std::move(values))};
}

} // namespace

typed_data_types& typed_data_types::add(std::string name, std::vector<typed_member> members) {
  struct_type added;
  for (const auto& member : members)
    added.parsed.push_back(abi_type::parse(member.type));
  added.members = std::move(members);
  structs_.insert_or_assign(std::move(name), std::move(added));
  return *this;
}

std::string typed_data_types::encode_type(std::string_view name) const {
  // The struct itself comes first, those it refers to follow in alphabetical order.
  std::set<std::string, std::less<>> referred;
  const auto collect = [&](const auto& self, const struct_type& from) -> void {
    for (const auto& parsed : from.parsed) {
      const auto& inner = innermost(parsed);
      if (inner.is == abi_type::kind::structure && inner.name != name
          && referred.insert(inner.name).second)
        self(self, find(inner.name));
    }
  };
  collect(collect, find(name));
  const auto write = [this](std::string_view which) {
    std::string text{which};
    char separator = '(';
    const auto& members = find(which).members;
    for (const auto& member : members) {
      text.append(1, separator).append(member.type).append(1, ' ').append(member.name);
      separator = ',';
    }
    return text.append(members.empty() ? "()" : ")");
  };
  auto result = write(name);
  for (const auto& other : referred)
    result += write(other);
  return result;
}

bytes32 typed_data_types::type_hash(std::string_view name) const {
  return keccak256(encode_type(name));
}

bytes typed_data_types::encode_data(std::string_view name, const abi_value& value) const {
  const auto& type = find(name);
  const auto& items = value.items(type.members.size());
  bytes result;
  append(result, type_hash(name));
  for (std::size_t i = 0; i < items.size(); ++i)
    append(result, encode_member(type.parsed[i], items[i]));
  return result;
}

bytes32 typed_data_types::hash_struct(std::string_view name, const abi_value& value) const {
  return keccak256(encode_data(name, value));
}

const std::vector<typed_member>& typed_data_types::members(std::string_view name) const {
  return find(name).members;
}

const typed_data_types::struct_type& typed_data_types::find(std::string_view name) const {
  const auto found = structs_.find(name);
  if (found == structs_.end())
    throw std::invalid_argument("EIP-712: no struct '" + std::string{name} + "'");
  return found->second;
}

bytes32 typed_data_types::encode_member(const abi_type& type, const abi_value& value) const {
  switch (type.is) {
  case abi_type::kind::byte_string:
  case abi_type::kind::text:
    return keccak256(value.content());
  case abi_type::kind::structure:
    return hash_struct(type.name, value);
  case abi_type::kind::array:
  case abi_type::kind::dynamic_array: {
    keccak256_hasher hasher;
    const bool fixed = type.is == abi_type::kind::array;
    for (const auto& item : fixed ? value.items(type.size) : value.items())
      hasher.update(encode_member(type.elements.front(), item));
    return hasher.finish();
  }
  case abi_type::kind::tuple:
    throw std::invalid_argument("EIP-712: tuples have no place in typed data");
  default:
    return value.word(type);
  }
}

std::string typed_data_domain::encode_type() const {
  return describe(*this).first.encode_type(domain_name);
}

bytes32 typed_data_domain::separator() const {
  const auto [types, value] = describe(*this);
  return types.hash_struct(domain_name, value);
}

bytes32 typed_data_digest(const bytes32& domain_separator, const bytes32& struct_hash) noexcept {
  keccak256_hasher hasher;
  hasher.update("\x19\x01").update(domain_separator).update(struct_hash);
  return hasher.finish();
}

} // namespace actorbot::crypto
