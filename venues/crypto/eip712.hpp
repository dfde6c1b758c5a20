#pragma once

#include "venues/crypto/abi.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// EIP-712: hashing of typed, structured data. Names below are those of the standard.
/// An unknown type and a value that does not fit its type are mistakes in the calling code: they
/// throw std::invalid_argument.
namespace actorbot::crypto {

/// One member of a struct: its name, and its type as text ("uint64", "Person[]").
struct typed_member {
  std::string name;
  std::string type;
};

/// The structs a message is made of. A message is an abi_value: a list of its members' values in
/// the order of the struct, structs within it likewise.
class typed_data_types {
 public:
  /// Adds a struct; the order of the calls does not matter.
  typed_data_types& add(std::string name, std::vector<typed_member> members);

  /// encodeType: "Mail(Person from,string contents)Person(string name,address wallet)".
  [[nodiscard]] std::string encode_type(std::string_view name) const;

  /// typeHash: keccak256(encodeType).
  [[nodiscard]] bytes32 type_hash(std::string_view name) const;

  /// typeHash ‖ encodeData, which is what hashStruct hashes.
  [[nodiscard]] bytes encode_data(std::string_view name, const abi_value& value) const;

  /// hashStruct.
  [[nodiscard]] bytes32 hash_struct(std::string_view name, const abi_value& value) const;

  /// The members of a struct.
  [[nodiscard]] const std::vector<typed_member>& members(std::string_view name) const;

 private:
  struct struct_type {
    std::vector<typed_member> members;
    std::vector<abi_type> parsed;
  };

  [[nodiscard]] const struct_type& find(std::string_view name) const;
  [[nodiscard]] bytes32 encode_member(const abi_type& type, const abi_value& value) const;

  std::map<std::string, struct_type, std::less<>> structs_;
};

/// The domain of a signature in the standard's member order; absent members are left out of the
/// type. A domain in another order is a struct named "EIP712Domain" like any other.
struct typed_data_domain {
  std::optional<std::string> name;
  std::optional<std::string> version;
  std::optional<bytes32> chain_id; ///< A word; see to_word.
  std::optional<address> verifying_contract;
  std::optional<bytes32> salt;

  [[nodiscard]] std::string encode_type() const;

  /// domainSeparator: hashStruct of the domain.
  [[nodiscard]] bytes32 separator() const;
};

/// The digest that is signed: keccak256(0x19 ‖ 0x01 ‖ domainSeparator ‖ hashStruct(message)).
[[nodiscard]] bytes32 typed_data_digest(const bytes32& domain_separator,
                                        const bytes32& struct_hash) noexcept;

} // namespace actorbot::crypto
