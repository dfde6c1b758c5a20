#include "venues/grvt/server_read.hpp"

#include "venues/wire/json_reader.hpp"

#include <charconv>
#include <limits>

namespace actorbot::venues::grvt::server {

reader::reader(const json_value& from) : from_{&from} { bad_ = !from.is_object(); }

const json_value* reader::find(std::string_view name) const {
  if (!from_->is_object())
    return nullptr;
  const auto at = from_->find(name);
  return at == from_->end() || at->is_null() ? nullptr : &*at;
}

const json_value* reader::present(std::string_view name) const {
  const auto* value = find(name);
  return value && value->is_string() && value->get_ref<const std::string&>().empty() ? nullptr
                                                                                     : value;
}

std::optional<std::uint64_t> reader::unsigned64(std::string_view name) {
  const auto* value = present(name);
  if (!value)
    return std::nullopt;
  if (value->is_number_unsigned())
    return value->get<std::uint64_t>();
  auto out
      = value->is_string() ? parse_unsigned(value->get_ref<const std::string&>()) : std::nullopt;
  bad_ = bad_ || !out;
  return out;
}

std::optional<std::int64_t> reader::signed64(std::string_view name) {
  const auto* value = present(name);
  if (!value)
    return std::nullopt;
  std::int64_t out = 0;
  if (value->is_number_unsigned()
      && value->get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max())
    return value->get<std::int64_t>();
  if (value->is_number_integer() && !value->is_number_unsigned())
    return value->get<std::int64_t>();
  if (value->is_string()) {
    const auto& digits = value->get_ref<const std::string&>();
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, out);
    if (error == std::errc{} && stop == end)
      return out;
  }
  bad_ = true;
  return std::nullopt;
}

std::optional<decimal> reader::amount(std::string_view name) {
  const auto* value = present(name);
  if (!value)
    return std::nullopt;
  std::optional<decimal> out;
  if (value->is_string())
    out = decimal::parse(value->get_ref<const std::string&>());
  else if (value->is_number_integer()
           && (!value->is_number_unsigned()
               || value->get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()))
    out = decimal::from_int(value->get<std::int64_t>());
  bad_ = bad_ || !out;
  return out;
}

std::optional<bool> reader::flag(std::string_view name) {
  const auto* value = present(name);
  if (!value)
    return std::nullopt;
  if (value->is_boolean())
    return value->get<bool>();
  if (*value == "true" || *value == "false")
    return *value == "true";
  bad_ = true;
  return std::nullopt;
}

std::string reader::text(std::string_view name) {
  const auto* value = present(name);
  if (!value)
    return {};
  if (value->is_string())
    return value->get<std::string>();
  bad_ = true;
  return {};
}

std::vector<std::string> reader::texts(std::string_view name) {
  std::vector<std::string> out;
  const auto* list = array(name);
  if (!list)
    return out;
  for (const auto& item : *list) {
    if (item.is_string())
      out.push_back(item.get<std::string>());
    else if (item.is_number_unsigned())
      out.push_back(std::to_string(item.get<std::uint64_t>()));
    else
      bad_ = true;
  }
  return out;
}

std::optional<timestamp> reader::time(std::string_view name) {
  const auto ns = signed64(name);
  if (!ns || *ns == 0)
    return std::nullopt;
  return from_ns(*ns);
}

const json_value* reader::object(std::string_view name) {
  const auto* value = find(name);
  if (value && !value->is_object()) {
    bad_ = true;
    return nullptr;
  }
  return value;
}

const json_value* reader::array(std::string_view name) {
  const auto* value = find(name);
  if (value && !value->is_array()) {
    bad_ = true;
    return nullptr;
  }
  return value;
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

} // namespace actorbot::venues::grvt::server
