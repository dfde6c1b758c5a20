#include "venues/wire/json_writer.hpp"

#include <array>
#include <charconv>

namespace actorbot::venues {

namespace {

template <class Integer>
void append_integer(std::string& out, Integer value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

} // namespace

void append_number(std::string& out, std::int64_t value) { append_integer(out, value); }
void append_number(std::string& out, std::uint64_t value) { append_integer(out, value); }

void append_padded(std::string& out, decimal value, int places) {
  std::array<char, decimal::max_chars> digits{};
  const std::string_view text{digits.data(), value.to_chars(digits.data())};
  out += text;
  const auto point = text.find('.');
  auto missing = places - static_cast<int>(point == text.npos ? 0 : text.size() - point - 1);
  if (missing <= 0)
    return;
  if (point == text.npos)
    out += '.';
  out.append(static_cast<std::size_t>(missing), '0');
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const auto c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    const auto code = static_cast<unsigned char>(c);
    out += code < 0x20 || code > 0x7e ? '?' : c;
  }
  out += '"';
}

void json_writer::separate() {
  if (out_.empty())
    return;
  const auto last = out_.back();
  if (last != '{' && last != '[' && last != ':')
    out_ += ',';
}

void json_writer::key(std::string_view name) {
  separate();
  out_ += '"';
  out_ += name;
  out_ += "\":";
}

json_writer& json_writer::open_object() {
  separate();
  out_ += '{';
  return *this;
}

json_writer& json_writer::open_object(std::string_view name) {
  key(name);
  out_ += '{';
  return *this;
}

json_writer& json_writer::close_object() {
  out_ += '}';
  return *this;
}

json_writer& json_writer::open_array() {
  separate();
  out_ += '[';
  return *this;
}

json_writer& json_writer::open_array(std::string_view name) {
  key(name);
  out_ += '[';
  return *this;
}

json_writer& json_writer::close_array() {
  out_ += ']';
  return *this;
}

json_writer& json_writer::text(std::string_view name, std::string_view value) {
  key(name);
  append_quoted(out_, value);
  return *this;
}

json_writer& json_writer::flag(std::string_view name, bool value) {
  key(name);
  out_ += value ? "true" : "false";
  return *this;
}

json_writer& json_writer::integer(std::string_view name, std::int64_t value) {
  key(name);
  append_number(out_, value);
  return *this;
}

json_writer& json_writer::integer(std::string_view name, std::uint64_t value) {
  key(name);
  append_number(out_, value);
  return *this;
}

json_writer& json_writer::amount(std::string_view name, decimal value, int places) {
  key(name);
  out_ += '"';
  append_padded(out_, value, places);
  out_ += '"';
  return *this;
}

json_writer& json_writer::rounded(std::string_view name, decimal value, int places) {
  key(name);
  out_ += '"';
  out_ += value.to_fixed(places);
  out_ += '"';
  return *this;
}

json_writer& json_writer::number(std::string_view name, decimal value) {
  key(name);
  append_padded(out_, value, 0);
  return *this;
}

json_writer& json_writer::raw(std::string_view name, std::string_view json) {
  key(name);
  out_ += json;
  return *this;
}

json_writer& json_writer::item(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

json_writer& json_writer::text_item(std::string_view value) {
  separate();
  append_quoted(out_, value);
  return *this;
}

json_writer& json_writer::amount_item(decimal value, int places) {
  separate();
  out_ += '"';
  append_padded(out_, value, places);
  out_ += '"';
  return *this;
}

json_writer& json_writer::integer_item(std::int64_t value) {
  separate();
  append_number(out_, value);
  return *this;
}

int places_of(decimal value) {
  std::array<char, decimal::max_chars> digits{};
  const std::string_view text{digits.data(), value.to_chars(digits.data())};
  const auto point = text.find('.');
  return point == text.npos ? 0 : static_cast<int>(text.size() - point - 1);
}

} // namespace actorbot::venues
