#pragma once

#include <zlib.h>

#include <filesystem>
#include <string>

namespace actorbot::exchange::test {

/// A gzip file for one test.
class temporary {
 public:
  temporary(const std::string& name, const std::string& text)
      : path_{(std::filesystem::temp_directory_path() / ("actorbot_exchange_" + name)).string()} {
    auto* f = gzopen(path_.c_str(), "wb");
    gzwrite(f, text.data(), static_cast<unsigned>(text.size()));
    gzclose(f);
  }
  ~temporary() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

} // namespace actorbot::exchange::test
