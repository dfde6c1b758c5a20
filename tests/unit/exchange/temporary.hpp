#pragma once

#include <zlib.h>

#include <filesystem>
#include <string>

namespace actorbot::exchange::test {

/// A file for one test: gzip, or the text as it is.
class temporary {
 public:
  temporary(const std::string& name, const std::string& text, bool compress = true)
      : path_{(std::filesystem::temp_directory_path() / ("actorbot_exchange_" + name)).string()} {
    auto* f = gzopen(path_.c_str(), compress ? "wb" : "wbT");
    gzwrite(f, text.data(), static_cast<unsigned>(text.size()));
    gzclose(f);
  }
  ~temporary() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A zip archive of one stored file, in the layout of PKWARE APPNOTE.TXT 4.3; `claimed` is the size
/// that its headers state.
inline std::string stored_zip(const std::string& text, std::size_t claimed) {
  const auto little = [](std::size_t value, int bytes) {
    std::string out;
    for (; bytes > 0; --bytes, value >>= 8)
      out += static_cast<char>(value & 0xff);
    return out;
  };
  // Checksum (not read), sizes, lengths of the name and of the extra field.
  const auto sizes
      = little(0, 4) + little(text.size(), 4) + little(claimed, 4) + little(1, 2) + little(0, 2);
  const auto local = "PK\3\4" + std::string(10, '\0') + sizes + "a" + text;
  const auto central = "PK\1\2" + std::string(12, '\0') + sizes + std::string(14, '\0') + "a";
  return local + central + "PK\5\6" + std::string(8, '\0') + little(central.size(), 4)
         + little(local.size(), 4) + little(0, 2);
}

inline std::string stored_zip(const std::string& text) { return stored_zip(text, text.size()); }

} // namespace actorbot::exchange::test
