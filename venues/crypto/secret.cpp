#include "venues/crypto/secret.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace actorbot::crypto {

void wipe(void* memory, std::size_t size) noexcept {
  if (size != 0)
    OPENSSL_cleanse(memory, size);
}

void wipe(std::string& text) noexcept {
  text.resize(text.capacity()); // no growth, so no reallocation
  wipe(text.data(), text.size());
  text.clear();
}

secret& secret::operator=(const secret& other) {
  if (this != &other)
    *this = secret{other};
  return *this;
}

secret& secret::operator=(secret&& other) noexcept {
  if (this != &other) {
    wipe(text_.data(), text_.size());
    text_ = std::move(other.text_);
    other.text_.clear();
  }
  return *this;
}

secret::~secret() { wipe(text_.data(), text_.size()); }

} // namespace actorbot::crypto
