#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace actorbot {

/// Overwrites the text's whole buffer, in a way that the optimiser may not remove, and empties it.
inline void wipe(std::string& text) {
  text.resize(text.capacity());
  volatile char* bytes = text.data();
  for (std::size_t i = 0; i < text.size(); ++i)
    bytes[i] = 0;
  text.clear();
}

/// A private key, password or token. Overwritten when destroyed, replaced or moved from; has no
/// stream operator and no conversion, so that it reaches a log or a message only through reveal().
class secret_text {
 public:
  secret_text() = default;
  /// Takes the text and wipes what it was taken from.
  explicit secret_text(std::string&& text) : text_{text} { wipe(text); }
  secret_text(const secret_text& other) : text_{other.text_} {}
  secret_text(secret_text&& other) noexcept : text_{std::move(other.text_)} { wipe(other.text_); }
  secret_text& operator=(secret_text other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~secret_text() { wipe(text_); }

  bool empty() const { return text_.empty(); }
  std::string_view reveal() const { return text_; }

  friend bool operator==(const secret_text&, const secret_text&) = default;

 private:
  std::string text_;
};

} // namespace actorbot
