#include "venues/aster/server_params.hpp"

#include "venues/wire/http_text.hpp"
#include "venues/wire/json_reader.hpp"
#include "venues/wire/json_writer.hpp"

#include <algorithm>

namespace actorbot::venues::aster::server {

namespace {

constexpr std::size_t most_parameters = 100;
/// Year 2262, where nanoseconds in 64 bits end.
constexpr std::uint64_t latest_ms = 9'223'372'036'854;

bool is_plain_number(std::string_view text) {
  if (text.starts_with('-'))
    text.remove_prefix(1);
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto rest = point == text.npos ? std::string_view{"0"} : text.substr(point + 1);
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.size() <= 20
           && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(whole) && digits(rest);
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

} // namespace

std::optional<failure> parameters::add(std::string_view form) {
  const auto before = entries_.size();
  while (!form.empty()) {
    const auto end = form.find('&');
    const auto pair = form.substr(0, end);
    form.remove_prefix(end == form.npos ? form.size() : end + 1);
    if (pair.empty())
      continue;
    const auto equal = pair.find('=');
    auto name = percent_decode(pair.substr(0, equal));
    auto value = percent_decode(equal == pair.npos ? std::string_view{} : pair.substr(equal + 1));
    if (!name || !value)
      return refuse::illegal(pair.substr(0, equal));
    if (entries_.size() >= most_parameters)
      return failure{-1101, "Too many parameters sent for this endpoint."};
    for (std::size_t i = before; i < entries_.size(); ++i)
      if (entries_[i].name == *name)
        return refuse::duplicate_parameter(*name);
    entries_.push_back({std::move(*name), std::move(*value)});
  }
  return std::nullopt;
}

void parameters::set(std::string name, std::string value) {
  entries_.push_back({std::move(name), std::move(value)});
}

const std::string* parameters::find(std::string_view name) const {
  for (const auto& e : entries_)
    if (e.name == name)
      return e.value.empty() ? nullptr : &e.value;
  return nullptr;
}

void parameter_reader::fail(failure refused) {
  if (!failed_)
    failed_ = std::move(refused);
}

std::string_view parameter_reader::text(std::string_view name) {
  const auto value = values_.find(name);
  if (!value) {
    fail(refuse::missing(name));
    return {};
  }
  return *value;
}

std::string_view parameter_reader::text_or(std::string_view name, std::string_view otherwise) {
  const auto value = values_.find(name);
  return value ? std::string_view{*value} : otherwise;
}

decimal parameter_reader::number(std::string_view name) {
  if (!values_.has(name))
    fail(refuse::missing(name));
  return optional_number(name).value_or(decimal{});
}

std::optional<decimal> parameter_reader::optional_number(std::string_view name) {
  const auto value = values_.find(name);
  if (!value)
    return std::nullopt;
  if (!is_plain_number(*value)) {
    fail(refuse::illegal(name));
    return std::nullopt;
  }
  const auto parsed = decimal::parse(*value);
  if (!parsed)
    fail(refuse::precision());
  return parsed;
}

std::uint64_t parameter_reader::integer(std::string_view name) {
  if (!values_.has(name))
    fail(refuse::missing(name));
  return optional_integer(name).value_or(0);
}

std::optional<std::uint64_t> parameter_reader::optional_integer(std::string_view name) {
  const auto value = values_.find(name);
  if (!value)
    return std::nullopt;
  const auto parsed = parse_unsigned(*value);
  if (!parsed)
    fail(refuse::illegal(name));
  return parsed;
}

bool parameter_reader::flag(std::string_view name) {
  if (!values_.has(name))
    fail(refuse::missing(name));
  return flag_or(name, false);
}

bool parameter_reader::flag_or(std::string_view name, bool otherwise) {
  const auto value = values_.find(name);
  if (!value)
    return otherwise;
  if (equals_ignoring_case(*value, "true"))
    return true;
  if (!equals_ignoring_case(*value, "false"))
    fail(refuse::bad_data(name));
  return false;
}

std::size_t parameter_reader::limit(std::size_t otherwise, std::size_t most) {
  const auto value = optional_integer("limit").value_or(otherwise);
  if (value == 0) {
    fail(refuse::bad_data("limit"));
    return otherwise;
  }
  return std::min<std::size_t>(value, most);
}

std::optional<timestamp> parameter_reader::time(std::string_view name) {
  const auto value = optional_integer(name);
  if (!value)
    return std::nullopt;
  if (*value > latest_ms) {
    fail(refuse::bad_data(name));
    return std::nullopt;
  }
  return from_ms(static_cast<std::int64_t>(*value));
}

} // namespace actorbot::venues::aster::server
