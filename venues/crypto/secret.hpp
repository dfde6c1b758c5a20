#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace actorbot::crypto {

/// Overwrites memory with zeros in a way the compiler may not optimise away.
void wipe(void* memory, std::size_t size) noexcept;

/// Overwrites the characters of `text`, also those kept inside the object, and empties it.
void wipe(std::string& text) noexcept;

/// A text that must not leak: an API secret, a private key, a mnemonic.
/// It cannot be streamed or printed, shows its text only through `reveal`, and its memory is
/// overwritten before it is given back. Copies are allowed and are wiped as well.
class secret {
 public:
  secret() = default;

  /// Copies `text`; the caller stays responsible for wiping the original.
  explicit secret(std::string_view text) : text_(text.begin(), text.end()) {}

  /// Takes the text over and wipes the original.
  static secret take(std::string& text) {
    secret result{std::string_view{text}};
    wipe(text);
    return result;
  }

  secret(const secret&) = default;
  secret(secret&&) noexcept = default;
  secret& operator=(const secret& other);
  secret& operator=(secret&& other) noexcept;
  ~secret();

  /// The text itself. The view is valid until the secret is assigned to or destroyed.
  [[nodiscard]] std::string_view reveal() const noexcept { return {text_.data(), text_.size()}; }

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  friend std::ostream& operator<<(std::ostream&, const secret&) = delete;

 private:
  // A vector, not a string: a short string would keep its characters inside the object, where a
  // move leaves a copy behind.
  std::vector<char> text_;
};

} // namespace actorbot::crypto
