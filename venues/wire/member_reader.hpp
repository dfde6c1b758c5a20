#pragma once

#include "venues/wire/json_reader.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace actorbot::venues {

/// Finds members by name, each search from where the last one ended: asked for in about the order in
/// which the venue writes them, an object is gone through once and not once a name.
class member_reader {
 public:
  explicit member_reader(simdjson::dom::element from) {
    if (from.get(object_) == simdjson::SUCCESS)
      at_ = object_.begin();
    else
      empty_ = true;
  }

  /// Empty when absent or no text.
  std::string_view text(std::string_view name) {
    std::string_view value;
    return find(name) && member_.get(value) == simdjson::SUCCESS ? value : std::string_view{};
  }

  /// An integer, or a text that is one; nothing else.
  std::optional<std::int64_t> integer(std::string_view name) {
    std::int64_t value = 0;
    if (!find(name))
      return std::nullopt;
    if (member_.get(value) == simdjson::SUCCESS)
      return value;
    std::string_view digits;
    if (member_.get(digits) != simdjson::SUCCESS)
      return std::nullopt;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && stop == digits.data() + digits.size() ? std::optional{value}
                                                                         : std::nullopt;
  }

  /// Zero when absent or null; else it has to be a decimal not below zero, or an integer.
  std::optional<decimal> amount_or_zero(std::string_view name) {
    if (!find(name) || member_.is_null())
      return decimal{};
    std::string_view digits;
    if (member_.get(digits) == simdjson::SUCCESS)
      return parse_amount(digits);
    std::int64_t value = 0;
    if (!member_.is<std::int64_t>() || member_.get(value) != simdjson::SUCCESS || value < 0)
      return std::nullopt;
    return decimal::from_int(value);
  }

  /// False when absent or no boolean.
  bool flag(std::string_view name) {
    bool value = false;
    return find(name) && member_.get(value) == simdjson::SUCCESS && value;
  }

 private:
  bool find(std::string_view name) {
    if (empty_)
      return false;
    const auto start = at_;
    const auto end = object_.end();
    for (; at_ != end; ++at_)
      if (at_.key_equals(name))
        return take();
    for (at_ = object_.begin(); at_ != start; ++at_)
      if (at_.key_equals(name))
        return take();
    return false;
  }

  bool take() {
    member_ = at_.value();
    ++at_;
    return true;
  }

  simdjson::dom::object object_;
  simdjson::dom::object::iterator at_;
  simdjson::dom::element member_;
  bool empty_ = false;
};

} // namespace actorbot::venues
