#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// Frames of the form `{"stream":"<name>","data":{...}}` whose data is flat and has names of one
/// letter, as Binance's relatives write their streams.
namespace actorbot::venues {

/// The members of such a frame. A value is the text between the quotes, or the bare number or
/// literal ("null" included).
class flat_fields {
 public:
  void clear() {
    present_ = 0;
    stream_ = {};
  }
  /// False when the letter is there already or is no letter.
  bool set(char name, std::string_view value);
  void set_stream(std::string_view name) { stream_ = name; }
  /// Empty when absent.
  std::string_view operator[](char name) const {
    const auto i = index(name);
    return (present_ >> i & 1) != 0 ? value_[i] : std::string_view{};
  }
  std::string_view stream() const { return stream_; }

 private:
  static constexpr unsigned index(char c) {
    return c >= 'a' ? static_cast<unsigned>(c - 'a') + 26u : static_cast<unsigned>(c - 'A');
  }
  std::array<std::string_view, 52> value_;
  std::uint64_t present_ = 0;
  std::string_view stream_;
};

/// Reads the whole frame in one pass, members in any order. False for anything that is not exactly
/// such a flat frame: the caller then uses the full parser and read_flat.
bool scan_flat_frame(std::string_view frame, flat_fields& out);

/// The same from an object that the full parser has read: its one-letter members that hold a text,
/// an integer or a boolean; others are left out. `digits` keeps the characters of numbers.
bool read_flat(simdjson::dom::element data, flat_fields& out, std::string& digits);

} // namespace actorbot::venues
