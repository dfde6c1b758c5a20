#include "venues/crypto/abi.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace actorbot::crypto {
namespace {

using kind = abi_type::kind;

[[noreturn]] void refuse(std::string_view what, std::string_view text) {
  throw std::invalid_argument("ABI: " + std::string{what} + " '" + std::string{text} + "'");
}

std::size_t parse_size(std::string_view digits, std::string_view whole) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc{} || end != digits.data() + digits.size() || size == 0)
    refuse("bad size in the type", whole);
  return size;
}

abi_type parse_array(std::string_view text) {
  const auto open = text.rfind('[');
  if (open == std::string_view::npos || open == 0)
    refuse("unbalanced brackets in the type", text);
  const auto digits = text.substr(open + 1, text.size() - open - 2);
  abi_type result;
  result.is = digits.empty() ? kind::dynamic_array : kind::array;
  result.size = digits.empty() ? 0 : parse_size(digits, text);
  result.elements.push_back(abi_type::parse(text.substr(0, open)));
  return result;
}

/// One member of a tuple, "type" or "type name".
abi_type parse_member(std::string_view text) {
  const auto space = text.rfind(' ');
  const bool named = space != std::string_view::npos && text.find(')', space) == text.npos;
  return abi_type::parse(named ? text.substr(0, space) : text);
}

abi_type parse_tuple(std::string_view text) {
  abi_type result;
  result.is = kind::tuple;
  const auto inner = text.substr(1, text.size() - 2);
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    depth += inner[i] == '(' ? 1 : inner[i] == ')' ? -1 : 0;
    if (inner[i] == ',' && depth == 0) {
      result.elements.push_back(parse_member(inner.substr(start, i - start)));
      start = i + 1;
    }
  }
  if (depth != 0)
    refuse("unbalanced parentheses in the type", text);
  if (!inner.empty())
    result.elements.push_back(parse_member(inner.substr(start)));
  return result;
}

abi_type make(kind is, std::size_t size = 0) {
  abi_type result;
  result.is = is;
  result.size = size;
  return result;
}

/// "uint64", "int8", "bytes32": a word and a size; false when `text` has another form.
bool parse_sized(std::string_view text, std::string_view word, kind is, std::size_t step,
                 std::size_t max, abi_type& result) {
  if (!text.starts_with(word) || text.size() == word.size())
    return false;
  const auto digits = text.substr(word.size());
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const auto size = parse_size(digits, text);
  if (size > max || size % step != 0)
    refuse("no such type as", text);
  result = make(is, size);
  return true;
}

bytes encode_value(const abi_type& type, const abi_value& value);

/// Heads, then tails; a dynamic element's head is the offset of its tail from the first head.
bytes encode_sequence(std::span<const abi_type* const> types, std::span<const abi_value> values) {
  std::vector<bytes> parts;
  std::size_t head_size = 0;
  for (std::size_t i = 0; i < types.size(); ++i) {
    parts.push_back(encode_value(*types[i], values[i]));
    head_size += types[i]->dynamic() ? 32 : parts.back().size();
  }
  bytes result;
  bytes tails;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i]->dynamic()) {
      append(result, to_word(head_size + tails.size()));
      append(tails, parts[i]);
    } else {
      append(result, parts[i]);
    }
  }
  append(result, tails);
  return result;
}

bytes encode_blob(const bytes& content) {
  bytes result;
  append(result, to_word(content.size()));
  append(result, content);
  result.resize((result.size() + 31) / 32 * 32);
  return result;
}

bytes encode_value(const abi_type& type, const abi_value& value) {
  switch (type.is) {
  case kind::byte_string:
  case kind::text:
    return encode_blob(value.content());
  case kind::array:
  case kind::dynamic_array: {
    const auto& items = type.is == kind::array ? value.items(type.size) : value.items();
    const std::vector<const abi_type*> types(items.size(), &type.elements.front());
    bytes result;
    if (type.is == kind::dynamic_array)
      append(result, to_word(items.size()));
    append(result, encode_sequence(types, items));
    return result;
  }
  case kind::tuple: {
    std::vector<const abi_type*> types;
    for (const auto& element : type.elements)
      types.push_back(&element);
    return encode_sequence(types, value.items(types.size()));
  }
  default: {
    const auto& word = value.word(type);
    return {word.begin(), word.end()};
  }
  }
}

void pack(const abi_type& type, const abi_value& value, bool padded, bytes& out) {
  switch (type.is) {
  case kind::byte_string:
  case kind::text:
    if (padded)
      throw std::invalid_argument("ABI: arrays of texts have no packed form");
    return append(out, value.content());
  case kind::array:
  case kind::dynamic_array:
    for (const auto& item : type.is == kind::array ? value.items(type.size) : value.items())
      pack(type.elements.front(), item, true, out);
    return;
  case kind::tuple:
  case kind::structure:
    throw std::invalid_argument("ABI: tuples have no packed form");
  default:
    break;
  }
  const byte_view word = value.word(type);
  if (padded)
    append(out, word);
  else if (type.is == kind::fixed_bytes)
    append(out, word.first(type.size));
  else if (type.is == kind::boolean)
    append(out, word.last(1));
  else if (type.is == kind::account)
    append(out, word.last(20));
  else
    append(out, word.last(type.size / 8));
}

void check_count(std::size_t types, std::size_t values) {
  if (types != values)
    throw std::invalid_argument("ABI: as many values as types are needed");
}

} // namespace

abi_type abi_type::parse(std::string_view text) {
  if (text.ends_with(']'))
    return parse_array(text);
  if (text.starts_with('(') && text.ends_with(')'))
    return parse_tuple(text);
  if (text == "bool")
    return make(kind::boolean);
  if (text == "address")
    return make(kind::account);
  if (text == "bytes")
    return make(kind::byte_string);
  if (text == "string")
    return make(kind::text);
  if (text == "uint")
    return make(kind::unsigned_integer, 256);
  if (text == "int")
    return make(kind::signed_integer, 256);
  abi_type result;
  if (parse_sized(text, "uint", kind::unsigned_integer, 8, 256, result)
      || parse_sized(text, "int", kind::signed_integer, 8, 256, result)
      || parse_sized(text, "bytes", kind::fixed_bytes, 1, 32, result))
    return result;
  const auto name_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
           || c == '$';
  };
  if (text.empty() || !std::all_of(text.begin(), text.end(), name_character))
    refuse("no such type as", text);
  result.is = kind::structure;
  result.name = text;
  return result;
}

bool abi_type::dynamic() const noexcept {
  switch (is) {
  case kind::byte_string:
  case kind::text:
  case kind::dynamic_array:
    return true;
  case kind::array:
  case kind::tuple:
    return std::any_of(elements.begin(), elements.end(),
                       [](const auto& element) { return element.dynamic(); });
  default:
    return false;
  }
}

bytes abi_encode(std::span<const abi_type> types, std::span<const abi_value> values) {
  check_count(types.size(), values.size());
  std::vector<const abi_type*> pointers;
  for (const auto& type : types)
    pointers.push_back(&type);
  return encode_sequence(pointers, values);
}

bytes abi_encode_packed(std::span<const abi_type> types, std::span<const abi_value> values) {
  check_count(types.size(), values.size());
  bytes result;
  for (std::size_t i = 0; i < types.size(); ++i)
    pack(types[i], values[i], false, result);
  return result;
}

} // namespace actorbot::crypto
