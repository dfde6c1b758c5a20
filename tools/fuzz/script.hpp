#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace actorbot::fuzz {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// One line of a script: a tag and its payload.
struct step {
  char tag = 0;
  std::string_view rest;

  /// Takes one character of the payload; zero at its end.
  char take() {
    if (rest.empty())
      return 0;
    const char c = rest.front();
    rest.remove_prefix(1);
    return c;
  }
  /// Takes up to the next blank, or all.
  std::string_view word() {
    const auto end = rest.find(' ');
    const auto out = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return out;
  }
};

/// An input as a script of events, one a line, so that a line can be dropped, copied or damaged
/// without the rest losing its meaning, and a finding can be read.
class script {
 public:
  explicit script(std::string_view text) : text_{text} {}
  std::optional<step> next() {
    while (!text_.empty()) {
      const auto end = text_.find('\n');
      const auto line = text_.substr(0, end);
      text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
      if (!line.empty())
        return step{line.front(), line.substr(1)};
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
};

/// A number within 0..most; zero when the text is none.
inline std::int64_t number_in(std::string_view text, std::int64_t most) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value < 0 ? 0 : value > most ? most : value;
}

/// A copy on the heap with the padding that the contract promises and not one byte more, so that
/// the address sanitizer sees every read beyond it.
class padded {
 public:
  explicit padded(std::string_view text) : bytes_(text.begin(), text.end()), size_{text.size()} {
    bytes_.resize(size_ + 64);
    bytes_.shrink_to_fit();
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::vector<char> bytes_;
  std::size_t size_;
};

} // namespace actorbot::fuzz
