#pragma once

#include "venues/wire/json_reader.hpp"

#include <array>
#include <cstdint>
#include <string_view>

/// How the client reads Aster's frames: a scanner for the flat frames of the hot path; simdjson's
/// validating parser for everything else and for every frame that the scanner refuses.
namespace actorbot::venues::aster {

/// Members of a flat object whose names are single letters, as all public streams have them. A
/// value is the text between the quotes, or the bare number or literal.
class flat_fields {
 public:
  void clear() { present_ = 0; }
  /// False when the letter is there already or is no letter.
  bool set(char name, std::string_view value);
  /// Empty when absent.
  std::string_view operator[](char name) const {
    const auto i = index(name);
    return (present_ >> i & 1) != 0 ? value_[i] : std::string_view{};
  }

 private:
  static constexpr unsigned index(char c) {
    return c >= 'a' ? static_cast<unsigned>(c - 'a') + 26u : static_cast<unsigned>(c - 'A');
  }
  std::array<std::string_view, 52> value_;
  std::uint64_t present_ = 0;
};

/// Reads `{"stream":"<name>","data":{"e":"bookTicker",...}}` in one pass, members in any order.
/// False for anything that is not exactly such a flat frame: the caller then uses the full parser.
bool scan_flat_frame(std::string_view frame, flat_fields& out);

} // namespace actorbot::venues::aster
