#include "venues/wire/flat_frame.hpp"

#include <cstring>

namespace actorbot::venues {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The end of a text without escapes and control characters; null when it is not one.
const char* plain_text_end(const char* at, const char* end) {
  for (; at != end; ++at) {
    if (*at == '"')
      return at;
    if (*at == '\\' || static_cast<unsigned char>(*at) < 0x20)
      return nullptr;
  }
  return nullptr;
}

bool is_bare(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

/// A bare value that JSON allows: an unsigned integer without leading zero, true, false or null.
bool is_bare_value(std::string_view text) {
  if (text == "true" || text == "false" || text == "null")
    return true;
  if (text.empty() || (text.size() > 1 && text[0] == '0'))
    return false;
  for (const char c : text)
    if (c < '0' || c > '9')
      return false;
  return true;
}

/// From behind the opening brace to behind the closing one; null when it is not flat.
const char* scan_members(const char* at, const char* end, flat_fields& out) {
  for (;;) {
    // "x":v} is the shortest member.
    if (end - at < 6 || at[0] != '"' || !is_letter(at[1]) || at[2] != '"' || at[3] != ':')
      return nullptr;
    const char name = at[1];
    at += 4;
    const char* stop = nullptr;
    std::string_view value;
    if (*at == '"') {
      ++at;
      stop = plain_text_end(at, end);
      if (stop == nullptr)
        return nullptr;
      value = {at, static_cast<std::size_t>(stop - at)};
      at = stop + 1;
    } else {
      stop = at;
      while (stop != end && is_bare(*stop))
        ++stop;
      value = {at, static_cast<std::size_t>(stop - at)};
      if (!is_bare_value(value))
        return nullptr;
      at = stop;
    }
    if (at == end || !out.set(name, value))
      return nullptr;
    if (*at == '}')
      return at + 1;
    if (*at++ != ',')
      return nullptr;
  }
}

} // namespace

bool flat_fields::set(char name, std::string_view value) {
  if (!is_letter(name))
    return false;
  const auto i = index(name);
  if ((present_ >> i & 1) != 0)
    return false;
  value_[i] = value;
  present_ |= std::uint64_t{1} << i;
  return true;
}

bool scan_flat_frame(std::string_view frame, flat_fields& out) {
  constexpr std::string_view head = R"({"stream":")";
  constexpr std::string_view middle = R"(","data":{)";
  out.clear();
  if (!frame.starts_with(head))
    return false;
  const char* const end = frame.data() + frame.size();
  const char* at = plain_text_end(frame.data() + head.size(), end);
  if (at == nullptr || static_cast<std::size_t>(end - at) < middle.size()
      || std::memcmp(at, middle.data(), middle.size()) != 0)
    return false;
  const char* const name = frame.data() + head.size();
  out.set_stream({name, static_cast<std::size_t>(at - name)});
  at = scan_members(at + middle.size(), end, out);
  return at != nullptr && at + 1 == end && *at == '}';
}

bool read_flat(simdjson::dom::element data, flat_fields& out, std::string& digits) {
  simdjson::dom::object object;
  if (data.get(object) != simdjson::SUCCESS)
    return false;
  out.clear();
  digits.clear();
  digits.reserve(2048); // 52 numbers at most: the views into it must stay
  for (const auto& [name, value] : object) {
    std::string_view text;
    std::int64_t number = 0;
    bool flag = false;
    if (value.is_string()) {
      text = value.get_string().value_unsafe();
    } else if (value.get(number) == simdjson::SUCCESS) {
      const auto start = digits.size();
      digits += std::to_string(number);
      text = std::string_view{digits}.substr(start);
    } else if (value.get(flag) == simdjson::SUCCESS) {
      text = flag ? "true" : "false";
    } else {
      continue;
    }
    if (name.size() == 1 && digits.size() < 2000 && !out.set(name[0], text))
      return false;
  }
  return true;
}

} // namespace actorbot::venues
